"""The examples, each a whole small application, answer one page and refuse another."""

from __future__ import annotations

from pathlib import Path

import pytest

from examples import bottle_app, falcon_app, pyramid_app, wsgi_app
from tests.adapters.contract.applications import Script
from tests.adapters.contract.sites import WSGIClient

HERE = "http://localhost:5173"
ROOT = Path(__file__).parents[3]
VARY = ("vary", "Origin")
ALLOWED = (("access-control-allow-origin", HERE), VARY)

EXAMPLES = [
    pytest.param(wsgi_app.application, id="wsgi_app"),
    pytest.param(bottle_app.application, id="bottle_app"),
    pytest.param(pyramid_app.application, id="pyramid_app"),
    pytest.param(falcon_app.application, id="falcon_app"),
]


@pytest.fixture(params=EXAMPLES)
def client(request: pytest.FixtureRequest) -> WSGIClient:
    """Every example in turn."""
    return WSGIClient(request.param, Script())


@pytest.mark.parametrize(
    ("origin", "cors"),
    [
        pytest.param(HERE, ALLOWED, id="page of the developer"),
        pytest.param("https://elsewhere.example", (VARY,), id="another page"),
    ],
)
def test_example_answers_its_orders(
    client: WSGIClient, origin: str, cors: tuple[tuple[str, str], ...]
) -> None:
    answer = client.request("GET", "/", [("Origin", origin)])
    assert (answer.status, answer.cors, b'"orders"' in answer.body) == (200, cors, True)


def test_example_answers_the_preflight_of_json(client: WSGIClient) -> None:
    asked = [
        ("Origin", HERE),
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "content-type"),
    ]
    answer = client.request("OPTIONS", "/", asked)
    assert (answer.status, answer.headers, answer.body) == (
        204,
        (
            ("access-control-allow-headers", "content-type"),
            ("access-control-allow-origin", HERE),
            ("access-control-max-age", "600"),
            VARY,
        ),
        b"",
    )
