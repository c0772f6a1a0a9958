"""Tests that need a program say so where it is missing, and fail where nothing may be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("present", "environment", "code", "message"),
    [
        pytest.param(
            [],
            {},
            0,
            "chromium is not on PATH, so the tests in chromium are skipped.",
            id="no browser",
        ),
        pytest.param(
            ["chromium"],
            {},
            0,
            "openssl is not on PATH, so the tests in chromium are skipped.",
            id="nothing to make a certificate with",
        ),
        pytest.param(
            [],
            {"CI": "true"},
            4,
            "chromium is not on PATH, and where CI is set nothing may be missing.",
            id="no browser in CI",
        ),
        pytest.param(
            ["chromium"],
            {"CI": "true"},
            4,
            "openssl is not on PATH, and where CI is set nothing may be missing.",
            id="nothing to make a certificate with in CI",
        ),
    ],
)
def test_missing_program_ends_the_run_with_a_sentence(
    tmp_path: Path, present: list[str], environment: dict[str, str], code: int, message: str
) -> None:
    for program in present:
        (tmp_path / program).touch(0o755)
    inherited = {name: value for name, value in os.environ.items() if name != "CI"}
    arguments = ["tests/browser", "--browser", "chromium", "-p", "no:cacheprovider"]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=ROOT,
        env=inherited | {"PATH": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (code, f"Exit: {message}\n")
