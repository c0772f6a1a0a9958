"""``flask run --debug``: its debugger stands above everything, and the recipe puts it inside."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from werkzeug.datastructures import Headers

PAGE = "https://app.example.com"
ALLOWED = [("access-control-allow-origin", PAGE), ("vary", "Origin")]
HEAD = """
from flask import Flask
from cors_core import Policy
from cors_flask import CORS

app = Flask(__name__)


@app.get("/broken")
def broken():
    raise RuntimeError("broken view")


@app.get("/fine")
def fine():
    return "fine"

"""
POLICY = 'CORS(app, Policy(allow_origins=["https://app.example.com"]))\n'
INSIDE = """
from werkzeug.debug import DebuggedApplication

if app.debug:
    app.wsgi_app = DebuggedApplication(app.wsgi_app, evalex=True)
"""

Collect = Callable[[Headers], list[tuple[str, str]]]
Run = Callable[..., AbstractContextManager[int]]


def ask(port: int, path: str) -> tuple[int, Headers, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Origin": PAGE})
        response = connection.getresponse()
        return response.status, Headers(response.getheaders()), response.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("source", "options", "path", "expected"),
    [
        pytest.param(HEAD + POLICY, [], "/fine", (200, ALLOWED, False), id="no exception"),
        pytest.param(HEAD + POLICY, [], "/broken", (500, [], True), id="debugger outside"),
        pytest.param(
            HEAD + INSIDE + POLICY,
            ["--no-debugger"],
            "/broken",
            (500, ALLOWED, True),
            id="debugger inside",
        ),
    ],
)
def test_debugger_page_has_the_headers_only_if_it_is_inside(
    flask_run: Run,
    tmp_path: Path,
    cors_of: Collect,
    source: str,
    options: list[str],
    path: str,
    expected: tuple[int, list[tuple[str, str]], bool],
) -> None:
    (tmp_path / "main.py").write_text(source)
    with flask_run(tmp_path, "main", "--debug", *options) as port:
        status, headers, text = ask(port, path)
    assert (status, cors_of(headers), "The debugger caught an exception" in text) == expected
