"""What every test needs: the examples, which no package installs, and the choice of a browser."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROGRAMS = {"chromium": ("chromium",), "firefox": ("firefox-esr", "firefox")}

# At the end, so that the installed packages are tested and not the checkout.
sys.path.append(str(ROOT))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--browser", choices=PROGRAMS, help="what tests marked browser drive")


def pytest_configure(config: pytest.Config) -> None:
    """End the run where a program is missing: as a failure only where nothing may be."""
    browser = config.getoption("--browser")
    # openssl makes the certificate of the server that the browser asks.
    needed = {browser: PROGRAMS[browser], "openssl": ("openssl",)} if browser else {}
    missing = [name for name, programs in needed.items() if not any(map(shutil.which, programs))]
    if missing and os.environ.get("CI"):
        message = f"{missing[0]} is not on PATH, and where CI is set nothing may be missing."
        pytest.exit(message, returncode=pytest.ExitCode.USAGE_ERROR)
    if missing:
        message = f"{missing[0]} is not on PATH, so the tests in {browser} are skipped."
        pytest.exit(message, returncode=pytest.ExitCode.OK)


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> str:
    """The browser that is driven."""
    return str(request.config.getoption("--browser"))
