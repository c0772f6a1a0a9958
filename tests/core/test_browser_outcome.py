"""The explanation, as a person reads it."""

from __future__ import annotations

import pytest

from cors_core import Policy
from cors_core.browser import Browser, Request, Response

PAGE = "https://app.example.com"


def test_refused_method_is_explained() -> None:
    policy = Policy(allow_origins=[PAGE], allow_headers=["Content-Type"])
    outcome = Browser(PAGE, policy).fetch(
        "/orders", method="PUT", headers={"Content-Type": "application/json"}, body="{}"
    )
    assert str(outcome) == (
        """\
  ok    request: https://app.example.com fetches PUT https://server.test/orders, mode cors, \
credentials same-origin
  ok    preflight: needed: method 'PUT' is not safelisted; header 'Content-Type' is not safelisted
-> OPTIONS https://server.test/orders (preflight)
     Origin: https://app.example.com
     Access-Control-Request-Method: PUT
     Access-Control-Request-Headers: content-type
<- 204
     Access-Control-Allow-Origin: https://app.example.com
     Access-Control-Allow-Headers: content-type
     Access-Control-Max-Age: 600
     Vary: Origin
  ok    CORS check: Access-Control-Allow-Origin is 'https://app.example.com'
  FAIL  method: 'PUT' is not allowed: Access-Control-Allow-Methods has no method
The page gets a TypeError; the actual request was never sent.
Fix: Add 'PUT' to allow_methods.
See: https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"""
    )


def test_readable_response_is_explained() -> None:
    headers = [("Content-Type", "text/plain"), ("Access-Control-Allow-Origin", "*")]
    outcome = Browser(PAGE, lambda _: Response(200, headers)).fetch("/news")
    assert str(outcome) == (
        """\
  ok    request: https://app.example.com fetches GET https://server.test/news, mode cors, \
credentials same-origin
  ok    preflight: not needed: method and headers are safelisted
-> GET https://server.test/news
     Origin: https://app.example.com
<- 200
     Access-Control-Allow-Origin: *
  ok    CORS check: Access-Control-Allow-Origin is '*'
The page may read the response: status 200, headers: content-type."""
    )


def test_server_without_an_answer_is_explained() -> None:
    def server(request: Request) -> Response:
        raise ConnectionError("refused")

    assert str(Browser(PAGE, server).fetch("/news")) == (
        """\
  ok    request: https://app.example.com fetches GET https://server.test/news, mode cors, \
credentials same-origin
  ok    preflight: not needed: method and headers are safelisted
-> GET https://server.test/news
     Origin: https://app.example.com
<- nothing a browser can read
  FAIL  network: no answer a browser can read: ConnectionError: refused
The page gets a TypeError; the actual request was sent all the same.
Fix: Look for the error on the server: without an answer CORS plays no part.
See: https://fetch.spec.whatwg.org/#http-network-fetch"""
    )


def test_status_of_a_refused_preflight_is_told() -> None:
    outcome = Browser(PAGE, lambda _: Response(401)).fetch("/orders", method="PUT")
    assert outcome.cause is not None
    assert outcome.cause.detail == (
        "there is no Access-Control-Allow-Origin (status 401), "
        "and the browser sent Origin: https://app.example.com"
    )


def test_opaque_response_is_explained() -> None:
    outcome = Browser(PAGE, lambda _: Response(200)).fetch("/pixel", mode="no-cors")
    assert str(outcome).splitlines()[-2:] == [
        "The page gets an opaque response: no status, no headers, no body.",
        "Fix: Write mode: 'cors' in the script, if the page should read the response.",
    ]


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param("session=", id="cookie"),
        pytest.param("Bearer", id="Authorization"),
        pytest.param("hunter2", id="password in Location"),
    ],
)
def test_explanation_shows_no_credentials(secret: str) -> None:
    headers = [
        ("Access-Control-Allow-Origin", PAGE),
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Allow-Headers", "authorization"),
        ("Set-Cookie", "session=1"),
        ("Location", "https://user:hunter2@server.test/"),
    ]
    browser = Browser(PAGE, lambda _: Response(201, headers))
    options = {"headers": {"Authorization": "Bearer t"}, "credentials": "include"}
    first, second = browser.fetch("/", **options), browser.fetch("/", **options)  # type: ignore[arg-type]
    assert secret not in f"{first}{second}"


def test_explanation_escapes_what_a_server_sends() -> None:
    headers = [("Access-Control-Allow-Origin", "\x1b[31m\x9b2J")]
    told = str(Browser(PAGE, lambda _: Response(200, headers)).fetch("/"))
    assert [char for char in told if not char.isprintable() and char != "\n"] == []
