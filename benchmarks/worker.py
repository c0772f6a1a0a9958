"""One process of a run: its own hash seed, every case, one file of measurements."""

from __future__ import annotations

import logging
import os
import sys

import pyperf

from benchmarks import applications, wrappers
from benchmarks.cases import request_cases
from benchmarks.engine import engine_cases
from benchmarks.measure import Case, measure
from benchmarks.once import build_case, measure_import, measure_memory


def every_case() -> list[Case]:
    """Set up every application and policy; once per process."""
    applications.configure_django(**wrappers.DJANGO_SETTINGS)
    return [*request_cases(), *engine_cases(), build_case()]


def check() -> None:
    """Show that every case does what it is there for, without measuring.

    Raises:
        OutcomeError: If one does not.
    """
    for case in every_case():
        case.check()


def work(blocks: int, file: str) -> None:
    """Measure everything and write it to `file`."""
    measured = measure(every_case(), blocks)
    pyperf.BenchmarkSuite([*measured, measure_import(), measure_memory()]).dump(file)


if __name__ == "__main__":
    # As in production: warnings are written, what is below is not.
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        logging.basicConfig(level=logging.WARNING, stream=nowhere)
        if sys.argv[1:] == ["check"]:
            check()
        else:
            work(int(sys.argv[1]), sys.argv[2])
