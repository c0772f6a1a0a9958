"""``python -m benchmarks [--short]``: measure, show the table, write the figures and the chart."""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import pyperf
from rich.console import Console

from benchmarks.chart import draw
from benchmarks.results import as_json, figures
from benchmarks.rows import ROWS
from benchmarks.table import show

# The figures in benchmarks/results are the project's own; CONTRIBUTING.md says how they are made.
OUTPUT = Path(__file__).parents[1] / "build" / "benchmarks"
# Processes, and blocks in each.
_SHORT = (3, 3)
_FULL = (12, 5)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--short", action="store_true", help="takes about a minute")
    parser.add_argument(
        "--output",
        type=Path,
        default=OUTPUT,
        help="folder for the figures and the chart; build/benchmarks if left out",
    )
    given = parser.parse_args()
    processes, blocks = _SHORT if given.short else _FULL
    suite = _measure(processes, blocks)
    if suite is None:
        return 1
    python = f"{platform.python_implementation()} {platform.python_version()}"
    found = figures(suite, ROWS, sys.version_info[:2])
    show(found, f"{python}: {processes} processes, {blocks} blocks in each", _console())
    result = as_json(found, suite, python)
    given.output.mkdir(parents=True, exist_ok=True)
    stem = "python{}.{}".format(*sys.version_info)
    suite.dump(str(given.output / f"{stem}.pyperf.json"), replace=True)
    text = json.dumps(result, indent=2, ensure_ascii=False)
    (given.output / f"{stem}.json").write_text(f"{text}\n", encoding="utf-8")
    (given.output / f"{stem}.svg").write_text(draw(result), encoding="utf-8")
    print(f"The figures and the chart are in {given.output}.")  # noqa: T201 - a command
    return 0


def _measure(processes: int, blocks: int) -> pyperf.BenchmarkSuite | None:
    """Measure in several processes, one after the other; ``None`` if one of them failed."""
    suite = None
    with tempfile.TemporaryDirectory() as folder:
        for number in range(processes):
            file = str(Path(folder, f"{number}.json"))
            command = [sys.executable, "-m", "benchmarks.worker", str(blocks), file]
            seed = str(random.randrange(2**32))  # noqa: S311 - a hash seed
            environment = {**os.environ, "PYTHONHASHSEED": seed}
            if subprocess.run(command, env=environment, check=False).returncode:  # noqa: S603 - ourselves
                return None
            measured = pyperf.BenchmarkSuite.load(file)
            if suite is None:
                suite = measured
            else:
                suite.add_runs(measured)
    return suite


def _console() -> Console:
    # Lines that wrap are hard to read, in the log of a server above all.
    console = Console()
    return console if console.is_terminal else Console(width=160)


if __name__ == "__main__":
    sys.exit(main())
