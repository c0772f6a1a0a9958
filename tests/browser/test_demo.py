"""The demo's page in real browsers, which must be on PATH."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]


def test_page_sees_what_is_expected(browser: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "examples.demo", "--once", "--browser", browser],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    counted = f"27 of 27 as expected in {browser}.\n" in result.stdout
    assert (result.returncode, result.stderr, counted) == (0, "", True)
