"""Run the demo as a user does, and read the table it prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BROKEN = "tests.project.broken_demo"


def run_demo(
    *arguments: str, module: str = "examples.demo", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "170", **environment},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )


def read_table(output: str) -> dict[tuple[str, str], list[str]]:
    """Read the table: the other cells of each row, by request and server."""
    body = output[output.index("├") : output.index("╰")]
    found = {}
    for section in re.split(r"├.*┤\n", body)[1:]:
        lines = [[cell.strip() for cell in line.split("│")][1:-1] for line in section.splitlines()]
        request = " ".join(line[0] for line in lines if line[0])
        for _, server, *cells in lines:
            # A row goes on over several lines; the first of them has the server.
            if server:
                found[request, server] = row = cells
            else:
                row[:] = [f"{text} {more}".strip() for text, more in zip(row, cells, strict=True)]
    return found
