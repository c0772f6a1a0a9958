"""What bad input gets, and what a server can be."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from cors_core import Policy, PolicyMap
from cors_core.browser import Browser, FetchTypeError, Request, Response

PAGE = "https://app.example.com"
ANY = Policy(allow_origins="*")


@pytest.mark.parametrize(
    "origin",
    [
        pytest.param("https://app.example.com/", id="trailing slash"),
        pytest.param("https://app.example.com:443", id="default port"),
        pytest.param("app.example.com", id="no scheme"),
        pytest.param("*", id="a pattern"),
        pytest.param("", id="empty"),
        pytest.param("NULL", id="null in upper case"),
    ],
)
def test_malformed_origin_is_named(origin: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(origin))):
        Browser(origin, ANY)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"url": "http://"}, "'http://' is not a URL", id="no host"),
        pytest.param({"url": "http://a b/"}, "'http://a b/' is not a URL", id="space in host"),
        pytest.param({"url": "http://a:x/"}, "'http://a:x/' is not a URL", id="port"),
        pytest.param({"headers": {"X Y": "1"}}, "'X Y' is not a header name", id="name"),
        pytest.param({"headers": {"X": "a\nb"}}, r"X: 'a\nb' is not a header value", id="newline"),
        pytest.param({"headers": {"X": "€"}}, "X: '€' is not a header value", id="not latin-1"),
        pytest.param(
            {"mode": "navigate"},
            "mode: 'navigate' is none of 'cors', 'no-cors', 'same-origin'",
            id="mode",
        ),
        pytest.param(
            {"credentials": True},
            "credentials: True is none of 'omit', 'same-origin', 'include'",
            id="credentials",
        ),
    ],
)
def test_malformed_input_is_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Browser(PAGE, ANY).fetch(**{"url": "/", **options})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"method": "trace"}, "'trace' is a method no script may use", id="TRACE"),
        pytest.param(
            {"method": "CONNECT"}, "'CONNECT' is a method no script may use", id="CONNECT"
        ),
        pytest.param({"method": "A B"}, "'A B' is not a method", id="no token"),
        pytest.param(
            {"method": "PUT", "mode": "no-cors"},
            "'PUT' is no method for mode 'no-cors'",
            id="no-cors",
        ),
        pytest.param({"body": "x"}, "GET cannot have a body", id="body"),
        pytest.param(
            {"url": "https://user:pw@a.test/"},
            "'https://user:***@a.test/' has a user or a password",
            id="password",
        ),
    ],
)
def test_what_a_browser_throws_is_thrown(options: dict[str, Any], message: str) -> None:
    with pytest.raises(FetchTypeError, match=f"^{re.escape(message)}$"):
        Browser(PAGE, ANY).fetch(**{"url": "/", **options})


def test_unknown_browser_is_named() -> None:
    message = "quirks: 'safari' is none of None, 'chromium', 'firefox'"
    with pytest.raises(ValueError, match=f"^{message}$"):
        Browser(PAGE, ANY, quirks="safari")


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        pytest.param("/orders", "https://server.test/orders", id="path"),
        pytest.param("orders?a=1", "https://server.test/orders?a=1", id="relative path"),
        pytest.param("//api.test/x", "https://api.test/x", id="no scheme"),
        pytest.param("HTTP://API.test:80/x#top", "http://api.test/x", id="normalized"),
        pytest.param("http://api.test", "http://api.test/", id="no path"),
        pytest.param("http://a.test/a/../b/./c", "http://a.test/b/c", id="dot segments"),
        pytest.param(
            "http://bücher.test/ä b", "http://xn--bcher-kva.test/%C3%A4%20b", id="Unicode"
        ),
        pytest.param("http://[::1]:8000/", "http://[::1]:8000/", id="IPv6"),
    ],
)
def test_url_is_sent_as_browsers_write_it(url: str, sent: str) -> None:
    assert Browser(PAGE, ANY).fetch(url).exchanges[0].request.url == sent


def test_url_of_another_scheme_is_a_network_error() -> None:
    outcome = Browser(PAGE, ANY).fetch("ftp://api.test/x")
    assert (outcome.readable, outcome.exchanges) == (False, ())
    assert outcome.fix == "Call an http or https URL."


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with what the request was, readable for everybody."""
    start_response(
        "200 OK",
        [("Access-Control-Allow-Origin", "*"), ("Content-Type", "text/plain")],
    )
    length = int(environ["CONTENT_LENGTH"] or 0)
    told = [environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["QUERY_STRING"]]
    told += [environ["HTTP_HOST"], environ["wsgi.url_scheme"], environ.get("CONTENT_TYPE", "-")]
    yield " ".join(told).encode("latin-1")
    yield b" " + environ["wsgi.input"].read(length)


class Applications:
    """Other shapes of a WSGI application."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return application(environ, start_response)

    def method(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return application(environ, start_response)


@pytest.mark.parametrize(
    "server",
    [
        pytest.param(application, id="function"),
        pytest.param(Applications(), id="object"),
        pytest.param(Applications().method, id="method"),
        pytest.param(functools.partial(application), id="partial"),
    ],
)
def test_wsgi_application_is_called_as_by_a_gateway(server: object) -> None:
    outcome = Browser(PAGE, server).fetch("/a%20b?c=d", method="POST", body="x")
    assert outcome.body == b"POST /a b c=d server.test https text/plain;charset=UTF-8 x"


def transport(request: Request, log: tuple[str, ...] = ()) -> Response:
    return Response(200, [("Access-Control-Allow-Origin", "*")], request.method.encode())


@pytest.mark.parametrize(
    "server",
    [
        pytest.param(transport, id="function with a default"),
        pytest.param(functools.partial(transport, log=()), id="partial"),
        pytest.param(lambda *requests: transport(requests[0]), id="variadic"),
    ],
)
def test_transport_is_called_with_the_request(server: object) -> None:
    assert Browser(PAGE, server).fetch("/").body == b"GET"


@pytest.mark.parametrize(
    "server",
    [
        pytest.param(None, id="nothing"),
        pytest.param(lambda scope, receive, send: None, id="three arguments"),
        pytest.param(Applications, id="class"),
        pytest.param({"allow_origins": "*"}, id="mapping"),
    ],
)
def test_what_cannot_answer_is_no_server(server: object) -> None:
    with pytest.raises(TypeError, match=r" is no policy source, WSGI application or transport$"):
        Browser(PAGE, server)


def test_policy_source_is_asked_with_host_and_path() -> None:
    source = PolicyMap({"/open/*": ANY, "/": None})
    browser = Browser(PAGE, source)
    assert [browser.fetch(path).readable for path in ("/open/x", "/")] == [True, False]


def _raise(request: Request) -> Response:
    raise TimeoutError("too late")


@pytest.mark.parametrize(
    ("server", "detail"),
    [
        pytest.param(_raise, "TimeoutError: too late", id="raises"),
        pytest.param(lambda _: None, "TypeError: NoneType is no Response", id="nothing"),
        pytest.param(
            lambda _: Response(101),
            "ValueError: 101 is not the status of a final response",
            id="status",
        ),
        pytest.param(
            lambda _: Response(200, [("X-A", "a\nb")]),
            "ValueError: 'X-A': 'a\\nb' is no header that HTTP can carry",
            id="newline",
        ),
        pytest.param(
            lambda _: Response(200, [("X A", "b")]),
            "ValueError: 'X A': 'b' is no header that HTTP can carry",
            id="name",
        ),
        pytest.param(
            lambda _: Response(200, [("X-A", "\u20ac")]),
            "ValueError: 'X-A': '\u20ac' is no header that HTTP can carry",
            id="not latin-1",
        ),
    ],
)
def test_server_that_answers_nonsense_is_a_network_error(server: object, detail: str) -> None:
    outcome = Browser(PAGE, server).fetch("/")
    assert outcome.cause is not None
    assert (outcome.cause.name, outcome.cause.detail) == (
        "network",
        f"no answer a browser can read: {detail}",
    )


def test_application_that_never_starts_a_response_is_a_network_error() -> None:
    outcome = Browser(PAGE, lambda environ, start_response: []).fetch("/")
    assert outcome.cause is not None
    assert outcome.cause.name == "network"
