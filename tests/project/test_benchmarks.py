"""The benchmark measures what it says; no test here looks at a time."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pyperf
import pytest
from rich.console import Console

from benchmarks.__main__ import OUTPUT
from benchmarks.applications import ALLOWED, NO_ORIGIN, PREFLIGHT, Request, wsgi_application
from benchmarks.cases import BARE, BY_HAND, NOTHING, OURS, Outcome
from benchmarks.chart import draw
from benchmarks.measure import Case, OutcomeError, benchmark, expect, measure
from benchmarks.once import measure_import
from benchmarks.results import Figure, Row, as_json, figures
from benchmarks.rows import ROWS
from benchmarks.table import number, show
from benchmarks.wrappers import ours, policy

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"
LISTED = "https://app.example.com"


def suite_of(**values: list[float]) -> pyperf.BenchmarkSuite:
    """Make what a run of one case stores, from seconds by contender."""
    return pyperf.BenchmarkSuite(
        [
            benchmark(f"case: {name.replace('_', ' ')}", each, "second")
            for name, each in values.items()
        ]
    )


def figure_of(row: Row, suite: pyperf.BenchmarkSuite, python: tuple[int, int] = (3, 13)) -> Figure:
    (figure,) = figures(suite, [row], python)
    return figure


@pytest.fixture(scope="module")
def everything() -> pyperf.BenchmarkSuite:
    """A made-up run: the environ took 1 s, the bare application 2 s, we 6 s, the others 4 s."""
    seconds = {}
    for row in ROWS:
        for name in (row.ours or "some form", row.other, row.less):
            took = {NOTHING: 1.0, BARE: 2.0, OURS: 6.0}.get(str(name), 4.0)
            seconds[f"{row.case}: {name}"] = took
    return pyperf.BenchmarkSuite(
        [benchmark(name, [value, value], "second") for name, value in seconds.items()]
    )


def test_every_timed_case_does_what_it_is_there_for() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.worker", "check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("request_", "outcome", "message"),
    [
        pytest.param(
            ALLOWED,
            Outcome(None),
            "ours: access-control-allow-origin: https://app.example.com",
            id="allowed where a refusal is meant",
        ),
        pytest.param(
            NO_ORIGIN,
            Outcome(LISTED),
            "ours: access-control-allow-origin: None",
            id="not allowed where it is meant",
        ),
        pytest.param(
            ALLOWED,
            Outcome(LISTED, preflight=True),
            "ours: status 200, methods '', body b'ok'",
            id="the view ran where a preflight is meant",
        ),
        pytest.param(
            PREFLIGHT,
            Outcome(LISTED),
            "ours: status 204, body b''",
            id="a preflight where the view is meant",
        ),
    ],
)
def test_other_outcome_than_the_one_meant_is_an_error(
    request_: Request, outcome: Outcome, message: str
) -> None:
    with pytest.raises(OutcomeError) as error:
        outcome.check("ours", ours(wsgi_application), request_)
    assert str(error.value) == message


def test_decision_that_is_not_meant_is_an_error() -> None:
    decision = policy().decide("GET", None)
    with pytest.raises(OutcomeError, match=r"^one: not-cors instead of allowed$"):
        expect("one", decision, allowed=True, reason="allowed")


def test_nothing_is_timed_before_every_outcome_is_right() -> None:
    def check() -> None:
        raise OutcomeError("wrong")

    def time(_: int) -> float:
        pytest.fail("it was timed")

    with pytest.raises(OutcomeError, match=r"^wrong$"):
        measure([Case("case", {"one": time}, check)], blocks=1)


def test_measuring_keeps_one_low_value_a_block() -> None:
    durations = iter(range(1, 1000))
    case = Case("case", {"one": lambda loops: next(durations) * loops}, bool, loops=7, turns=10)
    (kept,) = measure([case], blocks=3)
    assert (kept.get_name(), kept.get_values()) == ("case: one", (2.0, 12.0, 22.0))


def test_added_cost_is_compared_without_the_bare_application() -> None:
    suite = suite_of(ours=[5e-6, 6e-6], other=[3e-6, 3e-6], bare=[1e-6, 1e-6])
    figure = figure_of(Row("what", "case", "ours", "other", BARE), suite)
    assert figure == Figure(
        "what",
        "ours",
        "other",
        pytest.approx(2.25),
        pytest.approx(2.125),
        pytest.approx(2.375),
        pytest.approx(4.5),
        pytest.approx(2.0),
        "µs",
        None,
    )


def test_ratios_are_taken_within_a_block() -> None:
    suite = suite_of(ours=[2.0, 20.0, 200.0], other=[1.0, 10.0, 100.0])
    figure = figure_of(Row("what", "case", "ours", "other", less=None), suite)
    assert (figure.value, figure.low, figure.high) == (2.0, 2.0, 2.0)


def test_worst_of_several_counts() -> None:
    suite = suite_of(spaces=[3.0], commas=[7.0], normal=[1.0])
    figure = figure_of(Row("what", "case", "", "normal", less=None), suite)
    assert (figure.ours, figure.value) == ("commas", 7.0)


@pytest.mark.parametrize(
    ("row", "python", "limit", "verdict"),
    [
        pytest.param(
            Row("", "case", OURS, BY_HAND, None, 2.1, by_hand=True), (3, 13), 2.1, "met", id="met"
        ),
        pytest.param(
            Row("", "case", OURS, BY_HAND, None, 1.9, by_hand=True),
            (3, 13),
            1.9,
            "over the limit",
            id="over",
        ),
        pytest.param(
            Row("", "case", OURS, BY_HAND, None, 1.9, by_hand=True),
            (3, 11),
            pytest.approx(2.28),
            "met",
            id="wider beside hand-written code on 3.11",
        ),
        pytest.param(
            Row("", "case", OURS, BY_HAND, None, 1.9),
            (3, 11),
            1.9,
            "over the limit",
            id="as it is beside a library",
        ),
        pytest.param(Row("", "case", OURS, BY_HAND, None), (3, 13), None, "", id="no limit"),
    ],
)
def test_verdict_is_about_the_limit_for_this_python(
    row: Row, python: tuple[int, int], limit: float | None, verdict: str
) -> None:
    suite = pyperf.BenchmarkSuite(
        [
            benchmark(f"case: {OURS}", [2.0], "second"),
            benchmark(f"case: {BY_HAND}", [1.0], "second"),
        ]
    )
    figure = figure_of(row, suite, python)
    assert (figure.limit, figure.verdict) == (limit, verdict)


def test_table_says_in_words_which_row_is_over_its_limit() -> None:
    made = [
        Figure("one", OURS, BY_HAND, 2.0, 1.9, 2.1, 1.0, 0.5, "µs", 2.3),
        Figure("worst two", "commas", None, 1234.5, 1200.0, 1300.0, None, None, "B", 1024),
    ]
    out = io.StringIO()
    show(made, "title", Console(file=out, width=160))
    lines = [line.strip("│ \n") for line in out.getvalue().splitlines() if line.startswith("│")]
    assert [[cell.strip() for cell in line.split("│")] for line in lines] == [
        ["one", BY_HAND, "2.00", "1.90 to 2.10", "2.30", "1.00 µs", "0.500 µs", "met"],
        [
            "worst two: commas",
            "",
            "1,234 B",
            "1,200 to 1,300",
            "1,024 B",
            "",
            "",
            "over the limit",
        ],
    ]


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.01234, "0.012"), (1.234, "1.23"), (12.34, "12.3"), (1234.5, "1,234"), (-0.5, "-0.500")],
)
def test_numbers_are_written_short(value: float, written: str) -> None:
    assert number(value) == written


def test_json_holds_every_row(everything: pyperf.BenchmarkSuite) -> None:
    result = as_json(figures(everything, ROWS, (3, 13)), everything, "CPython 3.13.0")
    assert [row["what"] for row in json.loads(json.dumps(result))["rows"]] == [
        row.what for row in ROWS
    ]


def test_chart_has_a_bar_for_ours_and_one_for_theirs(everything: pyperf.BenchmarkSuite) -> None:
    result = as_json(figures(everything, ROWS, (3, 13)), everything, "CPython 3.13.0")
    chart = ElementTree.fromstring(draw(result))
    bars = [rect.get("class") for rect in chart.iter(f"{SVG}rect")]
    assert bars == ["ground", *["ours", "other"] * 11]


def test_chart_says_how_long_each_took_and_who_it_is(everything: pyperf.BenchmarkSuite) -> None:
    result = as_json(figures(everything, ROWS, (3, 13)), everything, "CPython 3.13.0")
    texts = [text.text or "" for text in ElementTree.fromstring(draw(result)).iter(f"{SVG}text")]
    ours, whole = "4,000,000 µs, cors-core", "5,000,000 µs, cors-core"
    flask, django = "2,000,000 µs, flask-cors", "2,000,000 µs, django-cors-headers"
    assert [text for text in texts if "µs" in text] == [
        *[ours, "2,000,000 µs, hand-written"] * 3,
        *[ours, flask] * 3,
        *[whole, flask.replace("2", "3", 1)],
        *[ours, django] * 3,
        *[whole, django.replace("2", "3", 1)],
    ]


def test_row_that_was_not_measured_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"^'case: cors-core'$"):
        figure_of(Row("what", "case"), suite_of(other=[1.0]))


def test_run_leaves_the_figures_of_the_project_alone() -> None:
    # The folder for what is built is not committed.
    assert OUTPUT.parent == ROOT / "build"


def test_import_is_timed_and_loads_nothing_third_party() -> None:
    (seconds,) = measure_import(times=1).get_values()
    assert seconds > 0
