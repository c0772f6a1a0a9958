"""Real browsers, headless, that open the page and are ended when it has reported."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import time

from examples.demo.trouble import Trouble

Report = list[dict[str, object]]
_PROGRAMS = {"chromium": ("chromium",), "firefox": ("firefox-esr", "firefox")}
_SECONDS = 90
# Also those without which neither runs as root in a container.
_ARGUMENTS = {
    "chromium": (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--user-data-dir={profile}",
    ),
    "firefox": ("--headless", "--no-remote", "--profile", "{profile}"),
}
BROWSERS = tuple(_PROGRAMS)


def find(browser: str) -> str:
    """Give the path of the program.

    Raises:
        Trouble: If it is not on PATH.
    """
    for program in _PROGRAMS[browser]:
        if path := shutil.which(program):
            return path
    names = " or ".join(_PROGRAMS[browser])
    raise Trouble(f"There is no {names} on PATH: install it, or leave out --browser {browser}.")


def visit(browser: str, url: str, reports: queue.Queue[Report]) -> Report:
    """Open `url` in a fresh profile and give what the page reports.

    Raises:
        Trouble: If the browser is missing, cannot be run or ends early, or the page does not
            report in 90 s.
    """
    program = find(browser)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        arguments = [part.format(profile=f"{home}/profile") for part in _ARGUMENTS[browser]]
        os.mkdir(f"{home}/profile")
        try:
            process = subprocess.Popen(
                [program, *arguments, url],
                # Killed, a browser leaves its temporary files where they are.
                env={**os.environ, "HOME": home, "TMPDIR": home},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise Trouble(
                f"{program} cannot be run ({error.strerror}): "
                f"install {browser} anew, or leave out --browser {browser}."
            ) from None
        try:
            return _wait(browser, process, reports)
        finally:
            _end(process)


def _wait(browser: str, process: subprocess.Popen[bytes], reports: queue.Queue[Report]) -> Report:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        try:
            return reports.get(timeout=0.5)
        except queue.Empty:
            if process.poll() is not None:
                raise Trouble(
                    f"{browser} ended with code {process.returncode} before the page reported: "
                    "start it by hand to see what it says."
                ) from None
    raise Trouble(
        f"The page did not report from {browser} within {_SECONDS} seconds: "
        "try again, or open the page in a window to watch it."
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    # A browser is many processes; its session's group is all of them.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
