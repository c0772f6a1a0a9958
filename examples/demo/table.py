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
    def plain_is_expected(self) -> bool:
        return self.plain.seen.is_expected_of(self.check, self.server)

    @property
    def browser_is_expected(self) -> bool:
        return self.browser is None or self.browser.is_expected_of(self.check, self.server)


def show(console: Console, rows: Sequence[Row], browser: str | None) -> None:
    """Print the table and how many of its rows are as expected."""
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
    console.print(_count("over plain HTTP", [row.plain_is_expected for row in rows]))
    if browser:
        console.print(_count(f"in {browser}", [row.browser_is_expected for row in rows]))


def _cells(row: Row, rows: Sequence[Row], browser: str | None) -> list[tuple[str, Text]]:
    cells = [
        ("Expected", Text(row.check.expected)),
        ("Plain HTTP", _verdict(row.plain.seen, row.plain_is_expected)),
    ]
    if browser and row.browser:
        cells.append((browser.capitalize(), _verdict(row.browser, row.browser_is_expected)))
    cells.append(("CORS headers", _headers(row, rows)))
    cells.append(
        ("Why blocked", Text(row.plain.why or "Not blocked.", "" if row.plain.why else "dim"))
    )
    return cells


def _verdict(seen: Seen, is_expected: bool) -> Text:
    words = "as expected" if is_expected else "NOT as expected"
    verdict = Text(f"{seen.outcome.capitalize()}, {words}: ")
    verdict.stylize("green" if is_expected else "bold red")
    return verdict.append(seen.details, "not bold default")


def _headers(row: Row, rows: Sequence[Row]) -> Text:
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


def _count(where: str, results: list[bool]) -> Text:
    good = sum(results)
    style = "green" if good == len(results) else "bold red"
    return Text(f"{good} of {len(results)} as expected {where}.", style)
