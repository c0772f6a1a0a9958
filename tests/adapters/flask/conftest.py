"""How a Flask application is asked, and which headers of its answer are compared."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from cors_flask import CORS

PAGE = "https://app.example.com"


@pytest.fixture
def cors_of() -> Callable[[Headers], list[tuple[str, str]]]:
    """Every CORS header and ``Vary``, each line for itself, sorted."""

    def collect(headers: Headers) -> list[tuple[str, str]]:
        lower = [(name.lower(), value) for name, value in headers]
        ours = [pair for pair in lower if pair[0] == "vary" or pair[0].startswith("access-control")]
        return sorted(ours)

    return collect


@pytest.fixture
def app() -> Flask:
    """An application with CORS and no routes yet."""
    app = Flask(__name__)
    CORS(app, {"allow_origins": [PAGE], "allow_methods": ["PUT"], "allow_headers": ["X-Reason"]})
    return app


@pytest.fixture
def get(app: Flask) -> Callable[..., TestResponse]:
    """Ask `app` as a page on the allowed origin does."""

    def ask(path: str = "/", method: str = "GET", **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return app.test_client().open(path, method=method, headers={"Origin": PAGE} | named)

    return ask


@pytest.fixture
def flask_run() -> Callable[..., AbstractContextManager[int]]:
    """``flask run`` as a developer types it, on a free port, which it gives."""

    @contextmanager
    def run(folder: Path, app: str, *options: str) -> Iterator[int]:
        server = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", app, "run", "--port", "0", *options],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            # The reloader runs the server in a process of its own.
            start_new_session=True,
        )
        assert server.stderr is not None
        said = ""
        try:
            for line in server.stderr:
                said += line
                found = re.search(r"Running on http://127\.0\.0\.1:(\d+)", line)
                if found:
                    yield int(found[1])
                    return
            pytest.fail(f"the server ended: {said}")
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
            server.stderr.close()

    return run
