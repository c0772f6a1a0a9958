"""How time is taken: interleaved, on fresh input, low quantiles, one process per hash seed.

Values are kept by pyperf. Its own runner gives every contender a process to itself; here they
share one and take turns at random, so that what slows the machine slows all of them.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import pyperf

from benchmarks.applications import Request, fresh

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from cors_core import Decision, Policy, PolicySource

# Takes how many calls to make, returns the seconds they took, as for `Runner.bench_time_func`.
TimeFunction = Callable[[int], float]
_LOW = 0.1


class OutcomeError(Exception):
    """Raised where a timed case does not do what it is there for."""


@dataclass(frozen=True, slots=True)
class Case:
    """Contenders for one request, which take turns.

    Attributes:
        name: Unique; contenders are stored as ``name: contender``.
        contenders: Each with its time function.
        check: Raises `OutcomeError` unless every contender does what is meant.
        loops: Calls per time taken.
        turns: Times taken of each contender per block.
        blocks: At most how many blocks a process measures; ``None`` for as many as there are.
    """

    name: str
    contenders: dict[str, TimeFunction]
    check: Callable[[], None]
    loops: int = 50
    turns: int = 60
    blocks: int | None = None


def write(*_: object) -> None:
    """Stand for what ``start_response`` returns."""


def start_response(*_: object) -> Callable[[bytes], object]:
    return write


def time_wsgi(application: WSGIApplication | None, request: Request) -> TimeFunction:
    """Time a bare call; without an application, time what the environ costs."""
    given = request.environ()

    def time(loops: int) -> float:
        brought = [request.fresh() for _ in range(loops)]
        if application is None:
            start = perf_counter()
            for new in brought:
                environ = given.copy()
                environ.update(new)
            return perf_counter() - start
        start = perf_counter()
        for new in brought:
            environ = given.copy()
            environ.update(new)
            application(environ, start_response)
        return perf_counter() - start

    return time


def time_framework(application: WSGIApplication, request: Request) -> TimeFunction:
    """Time a call, its body and ``close()``, as a server would."""
    given = request.environ()

    def time(loops: int) -> float:
        brought = [request.fresh() for _ in range(loops)]
        start = perf_counter()
        for new in brought:
            environ = given.copy()
            environ.update(new)
            iterable: Any = application(environ, start_response)
            b"".join(iterable)
            if hasattr(iterable, "close"):
                iterable.close()
        return perf_counter() - start

    return time


def time_decide(policy: Policy | None, *requests: Request) -> TimeFunction:
    """Time ``decide`` on one of `requests` a call, in turn; without a policy, time the loop."""
    endless = _forever(requests)

    def time(loops: int) -> float:
        calls = [next(endless).arguments() for _ in range(loops)]
        if policy is None:
            start = perf_counter()
            for _method, _origin, _request_method, _request_headers in calls:
                pass
            return perf_counter() - start
        start = perf_counter()
        for method, origin, request_method, request_headers in calls:
            policy.decide(method, origin, request_method, request_headers)
        return perf_counter() - start

    return time


def time_source(source: PolicySource | None, path: str) -> TimeFunction:
    """Time ``policy_for``; without a source, time the loop."""

    def time(loops: int) -> float:
        paths = [fresh(path) for _ in range(loops)]
        if source is None:
            start = perf_counter()
            for _ in paths:
                pass
            return perf_counter() - start
        start = perf_counter()
        for each in paths:
            source.policy_for("api.example.com", each)
        return perf_counter() - start

    return time


def _forever(requests: Sequence[Request]) -> Iterator[Request]:
    while True:
        yield from requests


def expect(what: str, decision: Decision, *, allowed: bool, reason: str) -> None:
    """Raise `OutcomeError` unless `decision` is the one meant."""
    if (decision.allowed, decision.reason) != (allowed, reason):
        raise OutcomeError(f"{what}: {decision.reason} instead of {reason}")


def measure(cases: Sequence[Case], blocks: int) -> list[pyperf.Benchmark]:
    """Measure all cases `blocks` times over, and keep a low quantile of each block."""
    for case in cases:
        case.check()
    values: dict[str, list[float]] = {}
    # What is here stays; what a request leaves behind is collected when nobody is timed.
    gc.collect()
    gc.freeze()
    gc.disable()
    for block in range(blocks):
        for case in random.sample(cases, len(cases)):
            if case.blocks is None or block < case.blocks:
                for name, value in _measure_block(case).items():
                    values.setdefault(f"{case.name}: {name}", []).append(value)
    gc.enable()
    gc.unfreeze()
    return [benchmark(name, low, "second") for name, low in values.items()]


def _measure_block(case: Case) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in case.contenders}
    for _ in range(-(-case.turns // 10)):
        schedule = [name for name in case.contenders for _ in range(min(10, case.turns))]
        random.shuffle(schedule)
        gc.collect()
        for name in schedule:
            times[name].append(case.contenders[name](case.loops) / case.loops)
    return {name: sorted(taken)[int(len(taken) * _LOW)] for name, taken in times.items()}


def benchmark(name: str, values: Sequence[float], unit: str) -> pyperf.Benchmark:
    """Make what pyperf keeps of one process."""
    run = pyperf.Run(values, metadata={"name": name, "unit": unit}, collect_metadata=False)
    return pyperf.Benchmark([run])
