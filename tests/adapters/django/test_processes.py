"""The example as its developer runs it: fresh processes, real servers."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from textwrap import dedent

import pytest

from tests.adapters.django.asking import PAGE, Pairs

EXAMPLE = Path(__file__).parents[3] / "examples" / "django_site"
GOOD = "from mysite.settings import *\n"
WRONG = 'CORS_POLICY = {"allow_origins": ["*"], "allow_credentials": True}\n'
POLICY = f'from cors_core import Policy\nCORS_POLICY = Policy(allow_origins=["{PAGE}"], '
STATIC = "STATICFILES_DIRS = [__file__.removesuffix('.py')]\n"

NO_ISSUES = "System check identified no issues (0 silenced).\n"
ALL_OF_IT = (
    "allow_origins[0]: '*': Any site could read what belongs to the user who is logged in; "
    "browsers reject '*' on credentialed responses. "
)
LIST_THEM = "List the origins, or set allow_credentials=False."

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Serve = Callable[..., AbstractContextManager[int]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Such that the example runs with what this process imports, and settings of the test."""
    path = [str(EXAMPLE), str(tmp_path), *filter(None, sys.path)]
    variables = {"PYTHONPATH": os.pathsep.join(path), "DJANGO_SETTINGS_MODULE": "changed_settings"}
    return os.environ | variables


@pytest.fixture
def run(tmp_path: Path, environment: dict[str, str]) -> Run:
    """Run Python in the example's folder, with these settings."""

    def finish(settings: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "changed_settings.py").write_text(settings)
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=EXAMPLE,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return finish


@pytest.fixture
def serve(tmp_path: Path, environment: dict[str, str]) -> Serve:
    """Run a server, and give its port once it listens."""

    @contextmanager
    def listening(settings: str, *arguments: str) -> Iterator[int]:
        (tmp_path / "changed_settings.py").write_text(settings)
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            port = free.getsockname()[1]
        log = tmp_path / "log"
        with (
            log.open("w") as output,
            subprocess.Popen(
                [sys.executable, *arguments, f"127.0.0.1:{port}"],
                cwd=EXAMPLE,
                env=environment,
                stdout=output,
                stderr=output,
            ) as server,
        ):
            try:
                while not is_open(port):
                    assert server.poll() is None, log.read_text()
                    time.sleep(0.05)
                yield port
            finally:
                server.terminate()

    return listening


def is_open(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def cors_of(port: int, method: str, path: str) -> tuple[int, Pairs]:
    """Ask a server as a page does, and give the status and every CORS header with ``Vary``."""
    headers = {"Origin": PAGE, "Access-Control-Request-Method": "PUT"}
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        response.read()
    names = ("access-control-", "vary")
    pairs = [(name.lower(), value) for name, value in response.getheaders()]
    return response.status, sorted(pair for pair in pairs if pair[0].startswith(names))


READABLE = (200, [("access-control-allow-origin", PAGE), ("vary", "Origin")])
PREFLIGHT = (
    204,
    [
        ("access-control-allow-headers", "authorization,content-type"),
        ("access-control-allow-methods", "PUT,DELETE"),
        ("access-control-allow-origin", PAGE),
        ("access-control-max-age", "600"),
        ("vary", "Origin"),
    ],
)


def test_example_has_no_issues(run: Run) -> None:
    finished = run(GOOD, "manage.py", "check", "--fail-level", "DEBUG")
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, NO_ISSUES, "")


@pytest.mark.parametrize(
    "more",
    [
        pytest.param("from cors_django import CORSMiddleware\n", id="settings import the adapter"),
        pytest.param(POLICY + ")\n", id="settings build a Policy"),
        pytest.param(
            'INSTALLED_APPS = ["cors_django.apps.CORSConfig"]\n', id="the AppConfig by its path"
        ),
    ],
)
def test_other_ways_to_write_it_have_no_issues(run: Run, more: str) -> None:
    finished = run(GOOD + more, "-W", "error", "manage.py", "check", "--fail-level", "DEBUG")
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, NO_ISSUES, "")


def test_wrong_mapping_is_a_list_of_check_errors(run: Run) -> None:
    finished = run(GOOD + WRONG, "manage.py", "check")
    assert finished.returncode == 1
    assert finished.stderr == (
        "SystemCheckError: System check identified some issues:\n\nERRORS:\n"
        f"CORS_POLICY: (cors.any-origin-with-credentials) {ALL_OF_IT.rstrip()}\n"
        f"\tHINT: {LIST_THEM}\n\n"
        "System check identified 1 issue (0 silenced).\n"
    )


def test_wrong_policy_in_settings_ends_with_the_list(run: Run) -> None:
    wrong = 'from cors_core import Policy\nPolicy(allow_origins=["*"], allow_credentials=True)\n'
    finished = run(GOOD + wrong, "manage.py", "check")
    assert finished.returncode == 1
    assert finished.stderr.splitlines()[-2:] == [
        "cors_core.errors.PolicyError: invalid CORS policy (1 problem):",
        f"  {ALL_OF_IT}{LIST_THEM} [any-origin-with-credentials]",
    ]


def test_warnings_of_a_mapping_are_told_by_the_check_alone(run: Run) -> None:
    twice = f'CORS_POLICY = {{"allow_origins": ["{PAGE}", "{PAGE}"]}}\n'
    finished = run(GOOD + twice, "-W", "error", "manage.py", "check")
    assert finished.returncode == 0
    assert finished.stderr == (
        "System check identified some issues:\n\nWARNINGS:\n"
        f"CORS_POLICY: (cors.duplicate) allow_origins[1]: '{PAGE}': It is listed twice.\n"
        "\tHINT: Leave one out.\n\n"
        "System check identified 1 issue (0 silenced).\n"
    )


def test_warnings_of_a_policy_point_at_its_line_in_the_settings(run: Run) -> None:
    finished = run(GOOD + POLICY + 'allow_methods=["put"])\n', "manage.py", "check")
    assert finished.returncode == 0
    assert "changed_settings.py:3: PolicyWarning: allow_methods[0]: 'put': " in finished.stderr
    assert "CORS_POLICY: (cors.method-case) allow_methods[0]: 'put': " in finished.stderr


def test_checks_need_the_application(run: Run) -> None:
    finished = run(f"{GOOD}{WRONG}INSTALLED_APPS = []\n", "manage.py", "check")
    assert (finished.returncode, finished.stdout) == (0, NO_ISSUES)


def test_server_that_skips_checks_does_not_start_with_a_wrong_policy(run: Run) -> None:
    finished = run(GOOD + WRONG, "-m", "gunicorn", "--bind", "127.0.0.1:0", "mysite.wsgi")
    assert finished.returncode == 3
    assert f"  {ALL_OF_IT}{LIST_THEM} [any-origin-with-credentials]" in finished.stderr


def test_adapter_is_imported_without_settings(run: Run) -> None:
    script = """
        import os, sys
        del os.environ["DJANGO_SETTINGS_MODULE"]
        import cors_django
        from django.conf import settings
        print(settings.configured, "corsheaders" in sys.modules, "whitenoise" in sys.modules)
    """
    finished = run(GOOD, "-W", "error", "-c", dedent(script))
    assert (finished.stdout, finished.stderr) == ("False False False\n", "")


def test_checks_import_no_other_library(run: Run) -> None:
    script = """
        import sys
        import django
        from django.core.management import call_command
        django.setup()
        call_command("check")
        print("corsheaders" in sys.modules, "whitenoise" in sys.modules)
    """
    assert run(GOOD, "-c", dedent(script)).stdout == f"{NO_ISSUES}False False\n"


def test_example_below_a_real_server(serve: Serve) -> None:
    with serve(GOOD, "-m", "gunicorn", "mysite.wsgi", "--bind") as port:
        answers = [
            cors_of(port, "OPTIONS", "/api/orders/1"),
            cors_of(port, "GET", "/api/orders"),
            cors_of(port, "GET", "/"),
        ]
    assert answers == [PREFLIGHT, READABLE, (200, [])]


@pytest.mark.parametrize(
    ("options", "static"),
    [
        pytest.param([], (200, []), id="runserver serves static files itself"),
        pytest.param(
            ["--nostatic"],
            (404, [("access-control-allow-origin", PAGE), ("vary", "Origin")]),
            id="--nostatic leaves them to the site",
        ),
    ],
)
def test_development_server(
    serve: Serve, tmp_path: Path, options: list[str], static: tuple[int, Pairs]
) -> None:
    (tmp_path / "changed_settings").mkdir()
    (tmp_path / "changed_settings" / "site.css").write_text("body {}")
    everywhere = f'CORS_POLICY = {{"/*": CORS_POLICY["/api/*"]}}\n{STATIC}'
    with serve(GOOD + everywhere, "manage.py", "runserver", "--noreload", *options) as port:
        answers = [
            cors_of(port, "OPTIONS", "/api/orders/1"),
            cors_of(port, "GET", "/api/orders"),
            cors_of(port, "GET", "/static/site.css"),
        ]
    assert answers == [PREFLIGHT, READABLE, static]
