"""What bad input gets, and what a server can be."""

from __future__ import annotations

import functools
import re
import wsgiref.validate
from collections.abc import Callable, Iterable, Iterator
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
        pytest.param("http://localhost..:1", id="two dots at the end of a name"),
    ],
)
def test_malformed_origin_is_named(origin: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(origin))):
        Browser(origin, ANY)


@pytest.mark.parametrize("origin", ["http://localhost.:1", "https://app.example.com.", "app://."])
def test_dot_at_the_end_of_a_name_is_sent_as_browsers_send_it(origin: str) -> None:
    request = Browser(origin, ANY).fetch("/").exchanges[0].request
    assert request.headers == [("Origin", origin)]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"url": "http://"}, "'http://' is not a URL", id="no host"),
        pytest.param(
            {"url": "https://"}, "'https://' is not a URL", id="no host, and the scheme of paths"
        ),
        pytest.param({"url": "//?q"}, "'//?q' is not a URL", id="neither scheme nor host"),
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
            {"referrer_policy": "none"},
            "referrer_policy: 'none' is none of '', 'origin', 'origin-when-cross-origin', "
            "'unsafe-url', 'no-referrer', 'no-referrer-when-downgrade', 'same-origin', "
            "'strict-origin', 'strict-origin-when-cross-origin'",
            id="referrer policy",
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
        pytest.param("https:///api.test/x", "https://api.test/x", id="three slashes"),
        pytest.param(r"\\\api.test/x", "https://api.test/x", id="backslashes"),
        pytest.param("#top", "https://server.test/", id="fragment alone"),
        pytest.param("HTTP://API.test:80/x#top", "http://api.test/x", id="normalized"),
        pytest.param("http://api.test", "http://api.test/", id="no path"),
        pytest.param("http://a.test/a/../b/./c", "http://a.test/b/c", id="dot segments"),
        pytest.param("/api/%2e%2E/admin", "https://server.test/admin", id="encoded dot segments"),
        pytest.param("/a/.%2e/%2e/b", "https://server.test/b", id="half encoded dot segments"),
        pytest.param("/a%2eb/%2ec", "https://server.test/a%2eb/%2ec", id="other encoded dots"),
        pytest.param(
            "http://bücher.test/ä b", "http://xn--bcher-kva.test/%C3%A4%20b", id="Unicode"
        ),
        pytest.param("http://[::1]:8000/", "http://[::1]:8000/", id="IPv6"),
    ],
)
def test_url_is_sent_as_browsers_write_it(url: str, sent: str) -> None:
    assert Browser(PAGE, ANY).fetch(url).exchanges[0].request.url == sent


@pytest.mark.parametrize("mode", ["cors", "no-cors", "same-origin"])
@pytest.mark.parametrize("scheme", ["ftp", "data"])
def test_url_of_another_scheme_is_a_network_error_that_says_so(scheme: str, mode: str) -> None:
    outcome = Browser(PAGE, ANY).fetch(f"{scheme}:x", mode=mode)
    assert outcome.cause is not None
    assert (outcome.exchanges, outcome.cause.detail, outcome.fix) == (
        (),
        f"{scheme}: URLs are not modelled",
        "Call an http or https URL.",
    )


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


class ClassApplication:
    """The shape of an application that PEP 3333 has beside the function."""

    def __init__(self, environ: dict[str, Any], start_response: Any) -> None:
        self.answer = application(environ, start_response)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.answer)


def wrapped(*args: Any, **kwargs: Any) -> Iterable[bytes]:
    return application(*args, **kwargs)


def half_wrapped(environ: dict[str, Any], *args: Any) -> Iterable[bytes]:
    return application(environ, *args)


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
        pytest.param(ClassApplication, id="class"),
        pytest.param(wrapped, id="variadic"),
        pytest.param(half_wrapped, id="variadic from the second on"),
        pytest.param(lambda environ, start=None: application(environ, start), id="environ"),
    ],
)
def test_wsgi_application_is_called_as_by_a_gateway(server: object) -> None:
    outcome = Browser(PAGE, server).fetch("/a%20b?c=d", method="POST", body="x")
    assert outcome.body == b"POST /a b c=d server.test https text/plain;charset=UTF-8 x"


class OneArgument(list[object]):
    """Iterable, but nothing that a gateway could call."""

    def __init__(self, request: Request) -> None: ...


def transport(request: Request, log: tuple[str, ...] = ()) -> Response:
    return Response(200, [("Access-Control-Allow-Origin", "*")], request.method.encode())


@pytest.mark.parametrize(
    "server",
    [
        pytest.param(transport, id="function with a default"),
        pytest.param(
            lambda request, environ=None: transport(request), id="a default called environ"
        ),
        pytest.param(functools.partial(transport, log=()), id="partial"),
    ],
)
def test_transport_is_called_with_the_request(server: object) -> None:
    assert Browser(PAGE, server).fetch("/").body == b"GET"


@pytest.mark.parametrize(
    "server",
    [
        pytest.param(None, id="nothing"),
        pytest.param(lambda scope, receive, send: None, id="three arguments"),
        pytest.param(Applications, id="class that is no iterable"),
        pytest.param(ANY.__class__, id="class of a policy"),
        pytest.param(OneArgument, id="class that takes a request"),
        pytest.param(dict, id="class that does not say what it takes"),
        pytest.param(min, id="function that does not say what it takes"),
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


class AsyncTransport:
    """What only an event loop could call."""

    async def __call__(self, request: Request) -> Response:
        return Response(200)


async def async_transport(request: Request) -> Response:
    return Response(200)


@pytest.mark.parametrize("server", [AsyncTransport(), async_transport], ids=["object", "function"])
def test_what_must_be_awaited_is_no_server(server: object) -> None:
    with pytest.raises(TypeError, match=r" is no policy source, WSGI application or transport$"):
        Browser(PAGE, server)


@pytest.mark.parametrize("body", [{"a": 1}, 5, ["a"]])
def test_body_that_is_neither_text_nor_bytes_is_named(body: Any) -> None:
    message = f"body: {body!r} is neither text nor bytes"
    with pytest.raises(FetchTypeError, match=f"^{re.escape(message)}$"):
        Browser(PAGE, ANY).fetch("/", method="POST", body=body)


@pytest.mark.parametrize(
    ("headers", "named"),
    [
        pytest.param([("A",)], ("A",), id="no value"),
        pytest.param([("A", "b", "c")], ("A", "b", "c"), id="three parts"),
        pytest.param("A: b", "A", id="text"),
        pytest.param(["A: b"], "A: b", id="lines"),
        pytest.param(["ab"], "ab", id="two characters"),
        pytest.param({"A": b"x"}, ("A", b"x"), id="bytes"),
        pytest.param({"A": None}, ("A", None), id="nothing"),
    ],
)
def test_headers_that_are_no_pairs_of_texts_are_named(headers: Any, named: object) -> None:
    message = f"headers: {named!r} is no pair of texts"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Browser(PAGE, ANY).fetch("/", headers=headers)


@pytest.mark.parametrize("url", [None, 5])
def test_url_that_is_no_text_is_named(url: Any) -> None:
    with pytest.raises(ValueError, match=f"^'{url}' is not a URL$"):
        Browser(PAGE, ANY).fetch(url)


def test_origin_that_is_no_text_is_named() -> None:
    with pytest.raises(ValueError, match=r"^'None' is not an origin as browsers send it$"):
        Browser(None, ANY)  # type: ignore[arg-type]


def test_quirks_that_are_no_text_are_named() -> None:
    with pytest.raises(ValueError, match=r"^quirks: \[\] is none of None, 'chromium', 'firefox'$"):
        Browser(PAGE, ANY, quirks=[])  # type: ignore[arg-type]


def _exit(request: Request) -> Response:
    raise SystemExit(3)


def test_server_that_exits_is_a_network_error() -> None:
    outcome = Browser(PAGE, _exit).fetch("/")
    assert outcome.cause is not None
    assert outcome.cause.detail == "no answer a browser can read: SystemExit: 3"


def test_cookie_that_http_cannot_carry_is_not_printed() -> None:
    response = Response(200, [("Set-Cookie", "sid=hunter22\0")])
    assert "hunter22" not in str(Browser(PAGE, lambda _: response).fetch("/"))


def _starting(status: str, *headers: tuple[str, str]) -> Callable[..., Iterable[bytes]]:
    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response(status, [("Access-Control-Allow-Origin", "*"), *headers])
        return [b"text"]

    return application


@pytest.mark.parametrize(
    "server",
    [
        pytest.param(_starting("200 OK", ("X-Next", "v\r\nX-A: b")), id="line break in a header"),
        pytest.param(_starting("200 OK", ("X-Next", "v\nX-A: b")), id="bare line feed"),
        pytest.param(_starting("200 OK", ("X-Next", "v\0")), id="NUL"),
        pytest.param(_starting("200 OK", ("X-Next: v\r\nX-A", "b")), id="line break in a name"),
        pytest.param(_starting("200 OK\r\nX-A: b"), id="line break in the status"),
        pytest.param(_starting("OK"), id="no status"),
    ],
)
def test_application_cannot_slip_a_header_past_the_gateway(server: object) -> None:
    outcome = Browser(PAGE, server).fetch("/")
    assert outcome.cause is not None
    assert (outcome.readable, outcome.cause.name) == (False, "network")


def test_nothing_is_added_to_what_an_application_sends() -> None:
    outcome = Browser(PAGE, _starting("200 OK", ("X-A", "b"))).fetch("/")
    headers = [("Access-Control-Allow-Origin", "*"), ("X-A", "b")]
    assert outcome.exchanges[0].response == Response(200, headers, b"text")


def test_application_may_write_and_change_its_mind_and_is_closed() -> None:
    closed = list[bool]()

    class Chunks(list[bytes]):
        def close(self) -> None:
            closed.append(True)

    def changing(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        try:
            raise LookupError
        except LookupError as error:
            write = start_response(
                "404 Not Found",
                [("Access-Control-Allow-Origin", "*")],
                (type(error), error, error.__traceback__),
            )
        write(b"a")
        return Chunks([b"b"])

    outcome = Browser(PAGE, changing).fetch("/")
    assert (outcome.status, outcome.body, closed) == (404, b"ab", [True])


def _starting_twice(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("Access-Control-Allow-Origin", "*")])
    start_response("200 OK", [("Access-Control-Allow-Origin", "*")])
    return []


def _failing_late(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("Access-Control-Allow-Origin", "*")])
    yield b"a"
    error = LookupError("late")
    start_response("500 Oops", [], (LookupError, error, None))


@pytest.mark.parametrize(
    ("server", "detail"),
    [
        pytest.param(
            _starting_twice, "ValueError: start_response was called twice", id="starts twice"
        ),
        pytest.param(_failing_late, "LookupError: late", id="fails after the first byte"),
        pytest.param(
            lambda environ, start_response: [],
            "ValueError: start_response was not called",
            id="never starts",
        ),
    ],
)
def test_application_against_pep_3333_is_a_network_error(server: object, detail: str) -> None:
    outcome = Browser(PAGE, server).fetch("/")
    assert outcome.cause is not None
    assert outcome.cause.detail == f"no answer a browser can read: {detail}"


def test_environ_is_one_that_pep_3333_describes() -> None:
    checked = wsgiref.validate.validator(application)
    outcome = Browser(PAGE, checked).fetch("http://api.test:8080/a?b=c", method="POST", body="x")
    assert outcome.body == b"POST /a b=c api.test:8080 http text/plain;charset=UTF-8 x", outcome
