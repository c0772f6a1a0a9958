"""The table in the terminal: in columns where they fit, else stacked under labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from examples.demo.checks import SERVERS, Check, Seen
from examples.demo.plain_http import Result

_WIDE = 144
_WIDE_WITH_BROWSER = 168
# The longest header line of the demo fits.
_WIDTHS = {"Expected": 11, "CORS headers": 51}


@dataclass(frozen=True, slots=True)
class Row:
    """One request to one server.

    Attributes:
        plain: What plain HTTP saw.
        browser: What the page saw in a browser; ``None`` if none was asked for.
    """

    check: Check
    server: str
    plain: Result
    browser: Seen | None = None

    @property
    def plain_fault(self) -> str:
        """Say why what plain HTTP saw is not as expected; ``""`` if it is."""
        seen_fault = self.plain.seen.find_fault(self.check, self.server)
        return seen_fault or self.plain.header_fault

    @property
    def browser_fault(self) -> str:
        """Say the same of the browser, which shows no script the CORS headers."""
        return self.browser.find_fault(self.check, self.server) if self.browser else ""

    @property
    def plain_why(self) -> str:
        """Say why plain HTTP saw the request blocked or not as expected; ``""`` if neither."""
        parts = [self.plain.seen.why, self.plain_fault]
        return " ".join(dict.fromkeys(part for part in parts if part))


def show(console: Console, rows: Sequence[Row], browser: str | None) -> None:
    """Print the table, how many of its rows are as expected, and which are not."""
    wide = console.width >= (_WIDE_WITH_BROWSER if browser else _WIDE)
    table = Table(box=box.ROUNDED, title_justify="left", title="Cross-origin requests by server")
    table.add_column("Request", width=20)
    table.add_column("Server", min_width=6)
    if wide:
        for label, _ in _cells(rows[0], rows, browser):
            width = _WIDTHS.get(label)
            table.add_column(label, width=width, ratio=None if width else 1, overflow="fold")
    else:
        table.add_column("Expected, what happened, CORS headers, why", overflow="fold")
    for row in rows:
        first, last = row.server == SERVERS[0], row.server == SERVERS[-1]
        request = Text(f"{row.check.title}\n", "bold") if first else Text()
        if first:
            request.append(f"{row.check.method} {row.check.path}", "dim")
        cells = _cells(row, rows, browser)
        shown = [text for _, text in cells] if wide else [_stacked(cells)]
        table.add_row(request, row.server, *shown, end_section=last)
    console.print(table)
    console.print(_count("over plain HTTP", rows, [row for row in rows if row.plain_fault]))
    if browser:
        console.print(_count(f"in {browser}", rows, [row for row in rows if row.browser_fault]))


def _cells(row: Row, rows: Sequence[Row], browser: str | None) -> list[tuple[str, Text]]:
    cells = [
        ("Expected", Text(row.check.expected)),
        ("Plain HTTP", _verdict(row.plain.seen, row.plain_fault)),
    ]
    if browser and row.browser:
        cells.append((browser.capitalize(), _verdict(row.browser, row.browser_fault)))
    cells.append(("CORS headers", _headers(row, rows)))
    cells.append(("Why", _why(row, browser)))
    return cells


def _verdict(seen: Seen, fault: str) -> Text:
    words = "NOT as expected" if fault else "as expected"
    verdict = Text(f"{seen.outcome.capitalize()}, {words}: ")
    verdict.stylize("bold red" if fault else "green")
    return verdict.append(seen.details, "not bold default")


def _why(row: Row, browser: str | None) -> Text:
    reasons = [row.plain_why] if row.plain_why else []
    # A server that is gone is gone for both, which is said once.
    if row.browser_fault and row.browser_fault != row.plain_why:
        reasons.append(f"In {browser}: {row.browser_fault}")
    return Text("\n".join(reasons)) if reasons else Text("Not blocked.", "dim")


def _headers(row: Row, rows: Sequence[Row]) -> Text:
    if not row.plain.exchanges:
        return Text("none: no answer")
    first = next(other for other in rows if other.check is row.check)
    if first is not row and first.plain.exchanges == row.plain.exchanges:
        return Text(f"Same as {first.server}, byte for byte.", "dim")
    lines = Text()
    for exchange in row.plain.exchanges:
        lines.append(f"{exchange.label}:\n", "bold")
        lines.append("".join(f"{name}: {value}\n" for name, value in exchange.headers) or "none\n")
    lines.rstrip()
    return lines


def _stacked(cells: Iterable[tuple[str, Text]]) -> Text:
    stack = Text()
    for label, text in cells:
        stack.append(f"{label}: ", "cyan")
        stack.append("\n" if "\n" in text.plain else "")
        stack.append_text(text).append("\n")
    stack.rstrip()
    return stack


def _count(where: str, rows: Sequence[Row], bad: Sequence[Row]) -> Text:
    count = f"{len(rows) - len(bad)} of {len(rows)} as expected {where}."
    if not bad:
        return Text(count, "green")
    servers: dict[str, list[str]] = {}
    for row in bad:
        servers.setdefault(row.check.title, []).append(row.server)
    listed = ", ".join(f"{title} ({', '.join(names)})" for title, names in servers.items())
    return Text(f"{count} Not as expected: {listed}.", "bold red")
