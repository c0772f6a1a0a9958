"""What the measurements say: ratios against their limits, with spread."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pyperf

from benchmarks.cases import NOTHING, OURS

# Limits are for CPython 3.13; 3.11 calls functions more slowly.
_OLDER_PYTHON = (3, 12)
_OLDER_FACTOR = 1.2
_SCALES = {"ns": 1e9, "µs": 1e6, "ms": 1e3, "B": 1.0}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what is compared with what.

    Attributes:
        what: For people.
        case: Name of the case.
        ours: The contender; of several the worst counts. Empty: all that are left over.
        other: What it is divided by; ``None`` for a figure that is no ratio, given in `unit`.
        less: What is taken from both first: the bare application, or the environ's cost.
        limit: At most; ``None`` where there is none.
        unit: For the figure itself, or for the cost beside a ratio.
        by_hand: The limit is for CPython 3.13 and is wider before.
    """

    what: str
    case: str
    ours: str = OURS
    other: str | None = None
    less: str | None = NOTHING
    limit: float | None = None
    unit: str = "µs"
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A row, measured.

    Attributes:
        ours: The contender; where the row is about the worst of several, which one that is.
        value: Median over all blocks of all processes.
        low: Lower quartile.
        high: Upper quartile.
        cost: What ours takes, in `unit`; ``None`` if that is `value`.
        other_cost: The same of the other.
        limit: At most, for this Python; ``None`` where there is none.
    """

    what: str
    ours: str
    other: str | None
    value: float
    low: float
    high: float
    cost: float | None
    other_cost: float | None
    unit: str
    limit: float | None

    @property
    def verdict(self) -> str:
        if self.limit is None:
            return ""
        return "met" if self.value <= self.limit else "over the limit"


def figures(
    suite: pyperf.BenchmarkSuite, rows: Iterable[Row], python: tuple[int, int]
) -> list[Figure]:
    """Work out each row; raises ``KeyError`` for one that was not measured."""
    measured = {each.get_name(): each.get_values() for each in suite.get_benchmarks()}
    return [_figure(row, measured, python) for row in rows]


def _figure(row: Row, measured: dict[str, Sequence[float]], python: tuple[int, int]) -> Figure:
    limit = row.limit
    if limit is not None and row.by_hand and python < _OLDER_PYTHON:
        limit *= _OLDER_FACTOR
    candidates = [_compare(row, name, measured, limit) for name in _contenders(row, measured)]
    return max(candidates, key=lambda figure: figure.value)


def _contenders(row: Row, measured: dict[str, Sequence[float]]) -> list[str]:
    if row.ours:
        return [row.ours]
    case = f"{row.case}: "
    names = [name.removeprefix(case) for name in measured if name.startswith(case)]
    return [name for name in names if name not in (row.other, row.less)]


def _compare(
    row: Row, name: str, measured: dict[str, Sequence[float]], limit: float | None
) -> Figure:
    scale = _SCALES[row.unit]
    ours = _difference(measured, row.case, name, row.less)
    if row.other is None:
        low, middle, high = _quartiles([each * scale for each in ours])
        return Figure(row.what, name, None, middle, low, high, None, None, row.unit, limit)
    other = _difference(measured, row.case, row.other, row.less)
    # Of the same block, so that what slowed the machine for a while slowed both.
    low, middle, high = _quartiles([one / two for one, two in zip(ours, other, strict=True)])
    return Figure(
        row.what,
        name,
        row.other,
        middle,
        low,
        high,
        statistics.median(ours) * scale,
        statistics.median(other) * scale,
        row.unit,
        limit,
    )


def _difference(
    measured: dict[str, Sequence[float]], case: str, name: str, less: str | None
) -> list[float]:
    values = measured[f"{case}: {name}"]
    if less is None:
        return [*values]
    return [one - two for one, two in zip(values, measured[f"{case}: {less}"], strict=True)]


def _quartiles(values: Sequence[float]) -> list[float]:
    if len(values) == 1:
        return [*values] * 3
    return statistics.quantiles(values, n=4, method="inclusive")


def as_json(found: Sequence[Figure], suite: pyperf.BenchmarkSuite, python: str) -> dict[str, Any]:
    """Return what the chart, and whoever compares runs, needs."""
    first = suite.get_benchmarks()[0]
    return {
        "python": python,
        "processes": first.get_nrun(),
        "blocks": first.get_nvalue(),
        "rows": [{**asdict(figure), "verdict": figure.verdict} for figure in found],
    }
