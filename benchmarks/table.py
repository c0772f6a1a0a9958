"""The figures as a table in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.results import Figure


def show(figures: Sequence[Figure], title: str, console: Console | None = None) -> None:
    """Print all figures; a row over its limit says so in words."""
    table = Table(title=title)
    for heading in ("what", "against", "ratio", "quartiles", "at most", "cost", "theirs", ""):
        right = heading not in ("what", "against", "")
        table.add_column(heading, justify="right" if right else "left", no_wrap=heading != "what")
    for figure in figures:
        ratio = figure.cost is not None
        unit = "" if ratio else f" {figure.unit}"
        table.add_row(
            f"{figure.what}: {figure.ours}" if figure.what.startswith("worst") else figure.what,
            figure.other or "",
            f"{number(figure.value)}{unit}",
            f"{number(figure.low)} to {number(figure.high)}",
            "" if figure.limit is None else f"{number(figure.limit)}{unit}",
            "" if figure.cost is None else f"{number(figure.cost)} {figure.unit}",
            "" if figure.other_cost is None else f"{number(figure.other_cost)} {figure.unit}",
            figure.verdict,
            style="bold red" if figure.verdict.startswith("over") else None,
        )
    (console or Console()).print(table)


def number(value: float) -> str:
    """Write three digits that count, never an exponent."""
    size = abs(value)
    places = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    return f"{value:,.{places}f}"
