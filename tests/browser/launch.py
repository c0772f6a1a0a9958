"""Run a real browser without a window, in a profile of its own, over a page full of requests."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.browser import replay

BROWSERS = ("chromium", "firefox")

_PAGE = "http://page.test:8000/-/page"
_SECONDS = 240
_HOSTS = ("page.test:8443", "www1.page.test:8443")
_PREFS = {
    "network.proxy.type": 1,
    "network.proxy.no_proxies_on": "",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "dom.security.https_first": False,
    "dom.security.https_first_schemeless": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "app.update.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "services.settings.server": "data:,",
}


def run(
    browser: str, answer: Callable[[replay.Received], replay.Answer], folder: Path
) -> dict[str, list[Any]]:
    """Let `browser` do what ``/-/cases`` of `answer` lists; what its page saw, by case."""
    fingerprint = replay.make_certificate(folder)
    server = replay.Replay(answer, folder)
    try:
        with _running(browser, server.start(), folder, fingerprint):
            assert server.done.wait(_SECONDS), f"{browser} did not finish"
    finally:
        server.stop()
    return dict(server.results)


@contextmanager
def _running(browser: str, port: int, folder: Path, fingerprint: str) -> Iterator[None]:
    profile = folder / "profile"
    profile.mkdir()
    is_chromium = browser == "chromium"
    command = _chromium(port, profile) if is_chromium else _firefox(port, profile, fingerprint)
    process = subprocess.Popen(
        [*command, _PAGE],
        # Killed, a browser leaves its temporary files where they are.
        env={
            **os.environ,
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "MOZ_CRASHREPORTER_DISABLE": "1",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _chromium(port: int, profile: Path) -> list[str]:
    return [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--ignore-certificate-errors",
        "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
        f"--proxy-server=http://127.0.0.1:{port}",
        f"--user-data-dir={profile}",
    ]


def _firefox(port: int, profile: Path, fingerprint: str) -> list[str]:
    prefs = {
        **_PREFS,
        "network.proxy.http": "127.0.0.1",
        "network.proxy.http_port": port,
        "network.proxy.ssl": "127.0.0.1",
        "network.proxy.ssl_port": port,
    }
    lines = (f"user_pref({_js(name)}, {_js(value)});\n" for name, value in prefs.items())
    (profile / "user.js").write_text("".join(lines))
    # What the dialogue about an unknown certificate would write.
    known = (f"{host}:\tOID.2.16.840.1.101.3.4.2.1\t{fingerprint}\t\n" for host in _HOSTS)
    (profile / "cert_override.txt").write_text("".join(known))
    program = shutil.which("firefox-esr") or "firefox"
    return [program, "--headless", "--no-remote", "--profile", str(profile)]


def _js(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)
