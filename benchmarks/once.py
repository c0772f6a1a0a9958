"""What is paid once: building a policy, keeping it, importing the package."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from time import perf_counter
from urllib.parse import urlsplit

import pyperf

from benchmarks.applications import fresh
from benchmarks.engine import origins
from benchmarks.measure import Case, OutcomeError, TimeFunction, benchmark
from benchmarks.wrappers import policy
from cors_core import Policy

MANY = 100_000
_BUILT = "build 100,000 origins"
_PER_ORIGIN = "memory per listed origin"
_IMPORT = "import cors_core"
# What is in sys.modules because of the import, and is neither ours nor the standard library's.
_FOREIGN = """
import sys
before = set(sys.modules)
import cors_core
new = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(new - sys.stdlib_module_names - {"cors_core"}))
"""


def build_case() -> Case:
    """Return the case that builds a policy, beside a plain reading of every origin."""

    def build(listed: list[str]) -> Policy:
        return policy(*listed)

    def split(listed: list[str]) -> object:
        return [urlsplit(origin) for origin in listed]

    def check() -> None:
        built = build(origins(MANY))
        if len(built.allow_origins) != MANY or built.warnings:
            raise OutcomeError("the policy has not the origins that were given")

    contenders = {"Policy": _time_call(build), "urlsplit of each": _time_call(split)}
    return Case(_BUILT, contenders, check, loops=1, turns=1, blocks=2)


def _time_call(call: Callable[[list[str]], object]) -> TimeFunction:
    def time(loops: int) -> float:
        lists = [[*map(fresh, origins(MANY))] for _ in range(loops)]
        start = perf_counter()
        for each in lists:
            call(each)
        return perf_counter() - start

    return time


def measure_memory() -> pyperf.Benchmark:
    """Measure what a policy keeps for each listed origin, the string included, in bytes."""
    gc.collect()
    tracemalloc.start()
    kept = policy(*origins(MANY))
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return benchmark(f"{_PER_ORIGIN}: cors-core", [size / len(kept.allow_origins)], "byte")


def measure_import(times: int = 12) -> pyperf.Benchmark:
    """Measure ``import cors_core`` in a new interpreter, by its own account.

    Raises:
        OutcomeError: If it loads anything that is neither ours nor the standard library's.
    """
    with tempfile.TemporaryDirectory() as folder:
        # The first writes what the others read, whether or not this environment writes any.
        foreign = _python(folder, "-c", _FOREIGN).stdout.strip()
        if foreign:
            raise OutcomeError(f"import cors_core loads {foreign}")
        took = [_import_once(folder) for _ in range(times)]
    return benchmark(f"{_IMPORT}: cors-core", [min(took)], "second")


def _import_once(bytecode: str) -> float:
    report = _python(bytecode, "-X", "importtime", "-c", "import cors_core").stderr
    # import time: self [us] | cumulative | imported package
    last = next(line for line in reversed(report.splitlines()) if line.endswith("| cors_core"))
    return int(last.split("|")[1]) / 1e6


def _python(bytecode: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode, "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, *arguments]
    return subprocess.run(  # noqa: S603 - our own
        command, env=environment, capture_output=True, text=True, check=True
    )
