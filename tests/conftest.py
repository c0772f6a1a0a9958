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
    """End the run where the browser is missing: as a failure only where nothing may be."""
    browser = config.getoption("--browser")
    if browser and not any(map(shutil.which, PROGRAMS[browser])):
        code = pytest.ExitCode.USAGE_ERROR if os.environ.get("CI") else pytest.ExitCode.OK
        pytest.exit(f"{browser} is not on PATH, so its tests are skipped.", returncode=code)


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> str:
    """The browser that is driven."""
    return str(request.config.getoption("--browser"))
