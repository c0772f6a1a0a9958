"""The example application does what a page needs of it."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from werkzeug.datastructures import Headers

from examples.flask_app import create_app

PAGE = "http://localhost:5173"
ROOT = Path(__file__).parents[3]
ALLOWED = [
    ("access-control-allow-origin", PAGE),
    ("access-control-expose-headers", "location"),
    ("vary", "Origin"),
]

Collect = Callable[[Headers], list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        pytest.param("GET", "/notes", None, 200, id="list"),
        pytest.param("POST", "/notes", "bread", 201, id="add"),
        pytest.param("PUT", "/notes/1", "butter", 200, id="change"),
        pytest.param("PUT", "/notes/2", "butter", 404, id="change what is not there"),
        pytest.param("PUT", "/notes/1", ["butter"], 400, id="no note"),
        pytest.param("DELETE", "/notes/1", None, 204, id="delete"),
        pytest.param("DELETE", "/notes/2", None, 404, id="delete what is not there"),
    ],
)
def test_page_on_localhost_may_use_the_notes(
    cors_of: Collect, method: str, path: str, body: object, status: int
) -> None:
    client = create_app().test_client()
    client.post("/notes", json="milk")
    response = client.open(path, method=method, json=body, headers={"Origin": PAGE})
    assert (response.status_code, cors_of(response.headers)) == (status, ALLOWED)


def test_origins_come_from_the_environment(
    cors_of: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    origins = ["https://app.example.com"]
    monkeypatch.setenv("FLASK_CORS_POLICY__allow_origins", json.dumps(origins))
    response = create_app().test_client().get("/notes", headers={"Origin": PAGE})
    assert cors_of(response.headers) == [("vary", "Origin")]


def test_application_runs_as_its_first_lines_say(
    flask_run: Callable[..., AbstractContextManager[int]], cors_of: Collect
) -> None:
    with flask_run(ROOT, "examples.flask_app") as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/notes", headers={"Origin": PAGE})
        response = connection.getresponse()
        headers, body = Headers(response.getheaders()), response.read()
        connection.close()
    assert (cors_of(headers), json.loads(body)) == (ALLOWED, {})
