"""The WSGI adapter between applications and servers that use every freedom PEP 3333 gives them.

Each test stands for one sentence of https://peps.python.org/pep-3333/ or one broken neighbour.
"""

from __future__ import annotations

import gc
import io
import logging
import sys
import threading
import tracemalloc
import weakref
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from wsgiref.handlers import SimpleHandler
from wsgiref.util import FileWrapper, setup_testing_defaults
from wsgiref.validate import validator

import pytest

from cors_core import Decision, Policy, PolicyMap, Reason, RequestKind
from cors_wsgi import CORSMiddleware

HERE = "https://app.example"
ELSEWHERE = "https://elsewhere.example"
POLICY = Policy(
    allow_origins=[HERE, "https://*.preview.example"],
    allow_methods=["PUT"],
    allow_headers=["X-Token"],
)
PLAIN = ("Content-Type", "text/plain")
ALLOWED = [("Access-Control-Allow-Origin", HERE), ("Vary", "Origin")]
REFUSED = [("Vary", "Origin")]
PREFLIGHT = {"REQUEST_METHOD": "OPTIONS", "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "PUT"}

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]


class OddError(Exception):
    pass


class Server:
    """The other side of the gateway: keeps every call of ``start_response`` as it came."""

    def __init__(self) -> None:
        self.starts: list[tuple[Any, ...]] = []
        self.written: list[bytes] = []

    def start_response(self, *arguments: Any) -> Callable[[bytes], object]:
        self.starts.append(arguments)
        return self.write

    def write(self, data: bytes) -> None:
        self.written.append(data)

    @property
    def headers(self) -> list[tuple[str, str]]:
        return self.starts[-1][1]


def environ_of(origin: str | None = HERE, **facts: object) -> Environ:
    environ: Environ = {}
    setup_testing_defaults(environ)
    environ |= {"HTTP_HOST": "api.example", "QUERY_STRING": ""}
    if origin is not None:
        environ["HTTP_ORIGIN"] = origin
    return environ | facts


def answering(*headers: tuple[str, str], body: Iterable[bytes] = (b"ok",)) -> Application:
    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", list(headers))
        return body

    return application


def serve(application: Application, environ: Environ | None = None) -> Server:
    server = Server()
    result = CORSMiddleware(application, POLICY)(environ or environ_of(), server.start_response)
    for _ in result:
        pass
    return server


class Body:
    """An iterable that knows its length and counts how often it is closed."""

    def __init__(self) -> None:
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return iter([b"ok"])

    def __len__(self) -> int:
        return 1

    def close(self) -> None:
        self.closed += 1


def chunks() -> Iterator[bytes]:
    yield b"ok"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param([b"ok"], id="list"),
        pytest.param((b"ok",), id="tuple"),
        pytest.param(chunks(), id="generator"),
        pytest.param(Body(), id="an object with len and close"),
        pytest.param(FileWrapper(io.BytesIO(b"ok")), id="the server's file wrapper"),
        pytest.param([], id="nothing"),
    ],
)
@pytest.mark.parametrize("origin", [HERE, ELSEWHERE, None])
def test_iterable_of_the_application_itself_is_returned(body: object, origin: str | None) -> None:
    def application(environ: Environ, start_response: Start) -> Any:
        start_response("200 OK", [PLAIN])
        return body

    wrapped = CORSMiddleware(application, POLICY)
    assert wrapped(environ_of(origin), Server().start_response) is body


def test_body_is_neither_read_nor_closed_before_the_server_does() -> None:
    body = Body()
    CORSMiddleware(answering(PLAIN, body=body), POLICY)(environ_of(), Server().start_response)
    assert body.closed == 0


def test_server_closes_the_body_once() -> None:
    body = Body()
    run_on_wsgiref(answering(PLAIN, body=body), environ_of())
    assert body.closed == 1


def test_file_wrapper_of_the_server_is_recognised_by_the_server() -> None:
    sent = []

    class Handler(SimpleHandler):
        wsgi_file_wrapper = FileWrapper

        def sendfile(self) -> bool:
            sent.append(self.result)
            return False

    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [PLAIN])
        return environ["wsgi.file_wrapper"](io.BytesIO(b"ok"))

    environ = environ_of()
    handler = Handler(io.BytesIO(), io.BytesIO(), io.StringIO(), environ)
    handler.run(CORSMiddleware(application, POLICY))
    assert [type(result) for result in sent] == [FileWrapper]


@pytest.mark.parametrize(
    ("origin", "ours"),
    [
        pytest.param(HERE, ALLOWED, id="allowed"),
        pytest.param(ELSEWHERE, REFUSED, id="refused"),
        pytest.param(None, REFUSED, id="no Origin"),
    ],
)
def test_decision_follows_the_headers_of_the_application(
    origin: str | None, ours: list[tuple[str, str]]
) -> None:
    cookies = [("Set-Cookie", "a=1"), PLAIN, ("Set-Cookie", "b=2"), ("set-cookie", "a=1")]
    assert serve(answering(*cookies), environ_of(origin)).headers == cookies + ours


def test_status_line_is_passed_on_as_it_is() -> None:
    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        start_response("299 Odd  But Legal", [PLAIN])
        return []

    assert serve(application).starts[0][0] == "299 Odd  But Legal"


def test_start_response_called_by_the_first_step_of_a_generator() -> None:
    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [PLAIN])
        yield b"ok"

    assert serve(application).headers == [PLAIN, *ALLOWED]


def test_start_response_is_not_called_before_the_application_does() -> None:
    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [PLAIN])
        yield b"ok"

    server = Server()
    CORSMiddleware(application, POLICY)(environ_of(), server.start_response)
    assert server.starts == []


def test_generator_that_changes_the_environ_before_it_starts_is_decided_already() -> None:
    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        environ["HTTP_ORIGIN"] = "https://evil.preview.example"
        environ.pop("cors_core.decision")
        start_response("200 OK", [PLAIN])
        yield b"ok"

    assert serve(application).headers == [PLAIN, *ALLOWED]


def test_application_that_never_starts_a_response_gets_none_from_us() -> None:
    assert serve(lambda environ, start_response: [b"ok"]).starts == []


def raised() -> Any:
    try:
        raise ValueError("late")
    except ValueError:
        return sys.exc_info()


EXC_INFO = raised()


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(lambda start: start("500 Oops", [PLAIN], EXC_INFO), id="positional"),
        pytest.param(lambda start: start("500 Oops", [PLAIN], exc_info=EXC_INFO), id="keyword"),
    ],
)
def test_second_start_with_exc_info_has_the_same_decision(again: Callable[[Start], object]) -> None:
    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [PLAIN, ("X-First", "1")])
        again(start_response)
        return []

    assert serve(application).starts == [
        ("200 OK", [PLAIN, ("X-First", "1"), *ALLOWED]),
        ("500 Oops", [PLAIN, *ALLOWED], EXC_INFO),
    ]


@pytest.mark.parametrize(
    "begin",
    [
        pytest.param(lambda start: start("200 OK", [PLAIN]), id="left out"),
        pytest.param(lambda start: start("200 OK", [PLAIN], None), id="None"),
        pytest.param(lambda start: start("200 OK", [PLAIN], exc_info=None), id="None by keyword"),
    ],
)
def test_absent_exc_info_suits_a_server_that_takes_two_arguments(
    begin: Callable[[Start], object],
) -> None:
    received = []

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        received.append((status, headers))

    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        begin(start_response)
        return []

    CORSMiddleware(application, POLICY)(environ_of(), start_response)
    assert received == [("200 OK", [PLAIN, *ALLOWED])]


def test_server_that_refuses_a_second_start_is_heard_by_the_application() -> None:
    refusal = AssertionError("already started")

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        raise refusal

    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [PLAIN])
        return []

    with pytest.raises(AssertionError) as caught:
        CORSMiddleware(application, POLICY)(environ_of(), start_response)
    assert caught.value is refusal


def test_error_after_the_headers_are_sent_is_raised_again_by_the_server() -> None:
    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [PLAIN])
        yield b"half"
        try:
            raise OddError("late")
        except OddError:
            start_response("500 Oops", [PLAIN], sys.exc_info())

    errors = io.StringIO()
    output = io.BytesIO()
    handler = SimpleHandler(io.BytesIO(), output, errors, environ_of(), multithread=False)
    handler.run(CORSMiddleware(application, POLICY))
    assert errors.getvalue().endswith("OddError: late\n")
    assert output.getvalue().endswith(b"half")


def test_write_callable_is_the_one_of_the_server() -> None:
    writers = []

    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        writers.append(start_response("200 OK", [PLAIN]))
        return []

    server = serve(application)
    assert writers == [server.write]


def test_written_data_reaches_the_client_before_the_iterable() -> None:
    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [PLAIN])(b"written, ")
        return [b"returned"]

    assert run_on_wsgiref(application, environ_of()).endswith(b"\r\n\r\nwritten, returned")


def raising_before(environ: Environ, start_response: Start) -> Iterable[bytes]:
    raise environ["trouble"]


def raising_after_start(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response("200 OK", [PLAIN])
    raise environ["trouble"]


def raising_in_the_body(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response("200 OK", [PLAIN])
    yield b"half"
    raise environ["trouble"]


def test_exc_info_is_let_go_once_the_server_has_had_it() -> None:
    # "Avoid circular ref", says PEP 3333: else the request lives until the next collection.
    def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
        try:
            if exc_info:
                raise exc_info[1].with_traceback(exc_info[2])
        finally:
            exc_info = None

    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        error = OddError()
        failures.append(weakref.ref(error))
        try:
            raise error
        except OddError:
            del error
            start_response("500 Oops", [PLAIN], sys.exc_info())
        return []

    failures: list[weakref.ref[OddError]] = []
    gc.disable()
    try:
        with pytest.raises(OddError) as caught:
            CORSMiddleware(application, POLICY)(environ_of(), start_response)
        del caught
        assert failures[0]() is None
    finally:
        gc.enable()


def test_callable_that_fails_keeps_no_request_alive(caplog: pytest.LogCaptureFixture) -> None:
    # What is captured keeps its traceback.
    caplog.set_level(logging.CRITICAL, "cors_core.wsgi")

    class Input(io.BytesIO):
        pass

    def fail(origin: str) -> bool:
        raise OddError

    wrapped = CORSMiddleware(
        answering(PLAIN), Policy(allow_origins=[], dangerously_allow_origins_if=fail)
    )
    body = Input()
    left = weakref.ref(body)
    environ = environ_of(**{"wsgi.input": body})
    gc.disable()
    try:
        wrapped(environ, Server().start_response)
        del body, environ
        assert left() is None
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("application", "starts"),
    [
        pytest.param(raising_before, 0, id="before start_response"),
        pytest.param(raising_after_start, 1, id="after start_response"),
        pytest.param(raising_in_the_body, 1, id="while the body is read"),
    ],
)
@pytest.mark.parametrize("kind", [OddError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_exception_leaves_as_it_was_raised(
    application: Application, starts: int, kind: type[BaseException]
) -> None:
    trouble = kind("as it was")
    server = Server()
    wrapped = CORSMiddleware(application, POLICY)
    with pytest.raises(kind) as caught:
        list(wrapped(environ_of(trouble=trouble), server.start_response))
    assert caught.value is trouble
    assert (trouble.__cause__, trouble.__context__) == (None, None)
    assert caught.traceback[-1].name == application.__name__
    assert len(server.starts) == starts


def test_exception_raised_by_close_leaves_as_it_was_raised() -> None:
    trouble = OddError("on close")

    class Closing(Body):
        def close(self) -> None:
            raise trouble

    wrapped = CORSMiddleware(answering(PLAIN, body=Closing()), POLICY)
    result: Any = wrapped(environ_of(), Server().start_response)
    with pytest.raises(OddError) as caught:
        result.close()
    assert caught.value is trouble


def test_headers_given_by_the_application_stay_as_they_were() -> None:
    given = [PLAIN, ("vary", "Cookie"), ("access-control-allow-origin", "*")]
    before = list(given)

    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", given)
        return []

    serve(application)
    assert given == before


def test_change_of_the_list_after_the_start_is_not_sent() -> None:
    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        given = [PLAIN]
        start_response("200 OK", given)
        given.append(("Access-Control-Allow-Origin", "*"))
        return []

    assert serve(application).headers == [PLAIN, *ALLOWED]


class Headers(list[tuple[str, str]]):
    """What some frameworks hand on instead of a list."""


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(Headers([PLAIN]), id="subclass of list"),
        pytest.param((PLAIN,), id="tuple"),
        pytest.param(iter([PLAIN]), id="iterator"),
        pytest.param({"Content-Type": "text/plain"}.items(), id="view of a dict"),
    ],
)
@pytest.mark.parametrize("origin", [HERE, None])
def test_server_gets_a_plain_list(given: Any, origin: str | None) -> None:
    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", given)
        return []

    assert type(serve(application, environ_of(origin)).headers) is list


@pytest.mark.parametrize("environ", [environ_of(), environ_of(None), environ_of(**PREFLIGHT)])
def test_server_that_changes_the_headers_it_got_changes_no_later_answer(environ: Environ) -> None:
    wrapped = CORSMiddleware(answering(PLAIN), POLICY)
    first, second = Server(), Server()
    wrapped(dict(environ), first.start_response)
    expected = list(first.headers)
    first.headers.clear()
    wrapped(dict(environ), second.start_response)
    assert second.headers == expected


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        pytest.param([("access-control-allow-origin", "*")], ALLOWED, id="lower case"),
        pytest.param([("ACCESS-CONTROL-ALLOW-ORIGIN", "*")], ALLOWED, id="upper case"),
        pytest.param([("Access-control-Allow-origin", HERE)], ALLOWED, id="mixed, and right"),
        pytest.param(
            [("Access-Control-Allow-Origin", HERE), ("access-control-allow-origin", "*")],
            ALLOWED,
            id="two lines",
        ),
        pytest.param([("Access-Control-Allow-Credentials", "true")], ALLOWED, id="credentials"),
        pytest.param([("Access-Control-Allow-Private-Network", "true")], ALLOWED, id="network"),
        pytest.param([("Access-Control-Expose-Headers", "*")], ALLOWED, id="exposed"),
        pytest.param([("Access-Control-Max-Age", "5")], ALLOWED, id="max-age"),
        pytest.param([("Access-Control-Allow-Methods", "*")], ALLOWED, id="methods"),
        pytest.param([("Access-Control-Allow-Headers", "*")], ALLOWED, id="headers"),
        pytest.param(
            [("Access-Control-Request-Method", "PUT")],
            [("Access-Control-Request-Method", "PUT"), *ALLOWED],
            id="a request header is not ours",
        ),
        pytest.param(
            [("Timing-Allow-Origin", "*"), ("Cross-Origin-Resource-Policy", "cross-origin")],
            [
                ("Timing-Allow-Origin", "*"),
                ("Cross-Origin-Resource-Policy", "cross-origin"),
                *ALLOWED,
            ],
            id="neighbours are not ours",
        ),
    ],
)
def test_cors_headers_of_the_application_give_way(
    given: list[tuple[str, str]], sent: list[tuple[str, str]]
) -> None:
    assert serve(answering(*given)).headers == sent


@pytest.mark.parametrize(
    ("lines", "vary"),
    [
        pytest.param(["Cookie"], "Cookie, Origin", id="one token"),
        pytest.param(["origin"], "origin", id="ours in lower case"),
        pytest.param(["Cookie, origin ,Cookie"], "Cookie, origin", id="repeated"),
        pytest.param(["*"], "*", id="star"),
        pytest.param(["Cookie, *"], "*", id="star among others"),
        pytest.param(["Cookie", "Accept"], "Cookie, Accept, Origin", id="two lines"),
        pytest.param(["Cookie", "*"], "*", id="star on a second line"),
        pytest.param([""], "Origin", id="empty line"),
        pytest.param([" , ,"], "Origin", id="empty members"),
    ],
)
@pytest.mark.parametrize("name", ["Vary", "vary", "VARY"])
def test_vary_is_one_line(lines: list[str], vary: str, name: str) -> None:
    sent = serve(answering(*[(name, line) for line in lines])).headers
    assert sent == [("Access-Control-Allow-Origin", HERE), ("Vary", vary)]


def test_application_reads_the_decision() -> None:
    seen: list[Decision] = []

    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        seen.append(environ["cors_core.decision"])
        return []

    serve(application)
    assert seen == [POLICY.decide("GET", HERE)]


def test_environ_is_the_servers_own_and_gains_one_key() -> None:
    seen: list[Environ] = []

    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        seen.append(environ)
        return []

    environ = environ_of()
    before = dict(environ)
    serve(application, environ)
    assert seen[0] is environ
    assert environ == before | {"cors_core.decision": POLICY.decide("GET", HERE)}


def test_environ_of_a_path_without_policy_stays_as_it_was() -> None:
    environ = environ_of()
    before = dict(environ)
    CORSMiddleware(answering(PLAIN), PolicyMap({}))(environ, Server().start_response)
    assert environ == before


def test_start_response_on_a_path_without_policy_is_the_servers_own() -> None:
    seen = []
    server = Server()
    start_response = server.start_response
    CORSMiddleware(lambda environ, start: seen.append(start) or [], PolicyMap({}))(
        environ_of(), start_response
    )
    assert seen == [start_response]


def test_application_is_called_with_two_positional_arguments() -> None:
    calls = []

    def application(*arguments: Any, **named: Any) -> Iterable[bytes]:
        calls.append((len(arguments), named))
        return []

    serve(application)
    assert calls == [(2, {})]


@pytest.mark.parametrize(
    "missing", ["HTTP_HOST", "PATH_INFO", "SCRIPT_NAME", "QUERY_STRING", "REMOTE_ADDR"]
)
def test_key_that_a_server_may_leave_out_is_not_needed(missing: str) -> None:
    environ = environ_of()
    environ.pop(missing, None)
    server = Server()
    CORSMiddleware(answering(PLAIN), PolicyMap({"/*": POLICY}))(environ, server.start_response)
    assert server.headers == [PLAIN, *ALLOWED]


def test_source_gets_empty_host_and_the_root_where_the_server_gives_none() -> None:
    asked = []

    class Source:
        def policy_for(self, host: str, path: str) -> Policy:
            asked.append((host, path))
            return POLICY

    environ = environ_of()
    del environ["HTTP_HOST"], environ["PATH_INFO"]
    CORSMiddleware(answering(PLAIN), Source())(environ, Server().start_response)
    assert asked == [("", "/")]


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/ca\u0161el", id="decoded by a gateway that should not have"),
        pytest.param("/\U0001f600", id="beyond the basic plane"),
        pytest.param("/\udcff", id="lone surrogate"),
        pytest.param("/\xff", id="byte that is not UTF-8"),
        pytest.param("/\xc3", id="half a character"),
        pytest.param("orders", id="no leading slash"),
        pytest.param("*", id="the server as a whole"),
        pytest.param("https://api.example/orders", id="a whole URL"),
    ],
)
def test_path_that_nobody_can_read_is_denied(path: str) -> None:
    server = Server()
    wrapped = CORSMiddleware(answering(PLAIN), PolicyMap({"/*": POLICY}))
    wrapped(environ_of(PATH_INFO=path), server.start_response)
    assert server.headers == [PLAIN, *REFUSED]


def test_path_is_decoded_from_the_bytes_the_server_saw() -> None:
    server = Server()
    wrapped = CORSMiddleware(answering(PLAIN), PolicyMap({"/\xe9/*": POLICY}))
    wrapped(environ_of(PATH_INFO="/\xc3\xa9/x"), server.start_response)
    assert server.headers == [PLAIN, *ALLOWED]


@pytest.mark.parametrize("method", ["", "options", "Options", " OPTIONS", "OPTIONS ", "PROPFIND"])
def test_other_method_than_options_is_no_preflight(method: str) -> None:
    environ = environ_of(**PREFLIGHT | {"REQUEST_METHOD": method})
    assert serve(answering(PLAIN), environ).headers == [PLAIN, *ALLOWED]


LONG = 1 << 20


@pytest.mark.parametrize(
    "origin",
    [
        pytest.param("https://" + "a" * LONG, id="one label"),
        pytest.param("https://" + "a." * (LONG // 2) + "preview.example", id="labels"),
        pytest.param(" " * LONG, id="spaces"),
        pytest.param(HERE + " " * LONG, id="spaces after"),
        pytest.param("\xff" * LONG, id="bytes"),
    ],
)
def test_origin_of_a_mebibyte_is_refused(origin: str) -> None:
    assert serve(answering(PLAIN), environ_of(origin)).headers == [PLAIN, *REFUSED]


PREFLIGHT_HEADERS = [
    ("Access-Control-Allow-Origin", HERE),
    ("Access-Control-Allow-Methods", "PUT"),
    ("Access-Control-Allow-Headers", "x-token"),
    ("Access-Control-Max-Age", "600"),
    ("Vary", "Origin"),
]


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        pytest.param({"METHOD": "A" * LONG}, Reason.METHOD_NOT_ALLOWED, id="method"),
        pytest.param({"METHOD": "\r\nX: 1"}, Reason.METHOD_NOT_ALLOWED, id="line break"),
        pytest.param({"METHOD": "PU T"}, Reason.METHOD_NOT_ALLOWED, id="no token"),
        pytest.param({"METHOD": "\xff"}, Reason.METHOD_NOT_ALLOWED, id="no ASCII"),
        pytest.param({"HEADERS": "," * LONG}, Reason.HEADERS_TOO_LONG, id="commas"),
        pytest.param({"HEADERS": "a" * LONG}, Reason.HEADERS_TOO_LONG, id="one name"),
        pytest.param({"HEADERS": "x-token," * 65}, Reason.HEADERS_TOO_LONG, id="too many"),
        pytest.param({"HEADERS": "x-token\r\nX: 1"}, Reason.HEADER_NOT_ALLOWED, id="injection"),
    ],
)
def test_hostile_preflight_changes_nothing_in_the_answer(
    fact: dict[str, str], reason: Reason
) -> None:
    environ = environ_of(**PREFLIGHT)
    environ |= {f"HTTP_ACCESS_CONTROL_REQUEST_{name}": value for name, value in fact.items()}
    server = serve(answering(PLAIN), environ)
    assert server.starts == [("204 No Content", PREFLIGHT_HEADERS)]
    assert environ["cors_core.decision"].reason is reason


class Untouched(io.BytesIO):
    """A body that must not be read: the server would wait for a client that sends none."""

    def read(self, *arguments: Any) -> bytes:
        raise AssertionError("read")

    readline = readlines = __iter__ = __next__ = read  # type: ignore[assignment]


def refused_body() -> bytes:
    return b"CORS preflight refused: this origin is not allowed.\n"


@pytest.mark.parametrize(
    ("origin", "status", "headers", "body"),
    [
        pytest.param(HERE, "204 No Content", PREFLIGHT_HEADERS, b"", id="allowed"),
        pytest.param(
            ELSEWHERE,
            "403 Forbidden",
            [
                ("Content-Type", "text/plain; charset=utf-8"),
                ("Content-Length", str(len(refused_body()))),
                *REFUSED,
            ],
            refused_body(),
            id="refused",
        ),
    ],
)
def test_preflight_is_answered_whole_and_nothing_is_called_or_read(
    origin: str, status: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    environ = environ_of(origin, **PREFLIGHT)
    environ |= {"wsgi.input": Untouched(b"body"), "CONTENT_LENGTH": "4"}
    server = Server()
    result = CORSMiddleware(raising_before, POLICY)(environ, server.start_response)
    assert (server.starts, b"".join(result)) == ([(status, headers)], body)


def test_body_of_a_request_is_left_to_the_application() -> None:
    environ = environ_of(**{"wsgi.input": Untouched(b"body"), "REQUEST_METHOD": "POST"})
    assert serve(answering(PLAIN), environ).headers == [PLAIN, *ALLOWED]


@pytest.mark.parametrize(
    ("origin", "kind"),
    [
        pytest.param("", RequestKind.NOT_CORS, id="empty"),
        pytest.param("   ", RequestKind.NOT_CORS, id="spaces"),
        pytest.param(" \t ", RequestKind.NOT_CORS, id="spaces and tabs"),
        pytest.param("\x0b", RequestKind.CORS, id="vertical tab is no white space"),
        pytest.param("\xa0", RequestKind.CORS, id="nor is the no-break space"),
    ],
)
@pytest.mark.parametrize("facts", [{}, PREFLIGHT])
def test_origin_without_value_counts_as_absent(
    origin: str, kind: RequestKind, facts: dict[str, str]
) -> None:
    environ = environ_of(origin, **facts)
    serve(answering(PLAIN), environ)
    expected = RequestKind.PREFLIGHT if facts and kind is RequestKind.CORS else kind
    assert environ["cors_core.decision"].kind is expected


@pytest.mark.parametrize("blank", ["", " ", "\t", " \t "])
def test_request_method_without_value_makes_no_preflight(blank: str) -> None:
    environ = environ_of(**PREFLIGHT | {"HTTP_ACCESS_CONTROL_REQUEST_METHOD": blank})
    assert serve(answering(PLAIN), environ).headers == [PLAIN, *ALLOWED]


def test_white_space_a_server_leaves_around_the_origin_is_not_echoed() -> None:
    environ = environ_of(f" {HERE}\t")
    assert serve(answering(PLAIN), environ).headers == [PLAIN, *ALLOWED]


@pytest.mark.parametrize(
    ("method", "status"),
    [
        pytest.param("HEAD", "200 OK", id="HEAD"),
        pytest.param("GET", "304 Not Modified", id="304"),
        pytest.param("DELETE", "204 No Content", id="204 of the application"),
    ],
)
def test_answer_without_body_has_the_decision(method: str, status: str) -> None:
    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        start_response(status, [("ETag", '"1"')])
        return []

    server = serve(application, environ_of(REQUEST_METHOD=method))
    assert server.starts == [(status, [("ETag", '"1"'), *ALLOWED])]


def run_on_wsgiref(application: Application, environ: Environ) -> bytes:
    output, errors = io.BytesIO(), io.StringIO()
    handler = SimpleHandler(io.BytesIO(), output, errors, environ, multithread=False)
    handler.run(CORSMiddleware(application, POLICY))
    assert errors.getvalue() == ""
    return output.getvalue()


def checked(application: Application) -> Application:
    """Put the checker of the standard library on both sides of the middleware."""
    return validator(CORSMiddleware(validator(application), POLICY))


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param(environ_of(), id="allowed"),
        pytest.param(environ_of(ELSEWHERE), id="refused"),
        pytest.param(environ_of(None), id="no Origin"),
        pytest.param(environ_of(REQUEST_METHOD="HEAD"), id="HEAD"),
        pytest.param(environ_of(REQUEST_METHOD="OPTIONS"), id="plain OPTIONS"),
        pytest.param(environ_of(**PREFLIGHT), id="preflight"),
        pytest.param(environ_of(ELSEWHERE, **PREFLIGHT), id="refused preflight"),
    ],
)
@pytest.mark.parametrize(
    "application",
    [
        pytest.param(answering(PLAIN, body=[]), id="list"),
        pytest.param(answering(PLAIN, ("vary", "Cookie"), ("Vary", "Accept"), body=[]), id="Vary"),
    ],
)
def test_checker_finds_nothing_on_either_side(application: Application, environ: Environ) -> None:
    server = Server()
    environ = dict(environ)
    result: Any = checked(application)(environ, server.start_response)
    list(result)
    result.close()
    assert len(server.starts) == 1


@pytest.mark.parametrize(
    ("environ", "first_line"),
    [
        pytest.param(environ_of(), b"HTTP/1.0 200 OK", id="application"),
        pytest.param(environ_of(**PREFLIGHT), b"HTTP/1.0 204 No Content", id="preflight"),
        pytest.param(environ_of(ELSEWHERE, **PREFLIGHT), b"HTTP/1.0 403 Forbidden", id="refused"),
    ],
)
def test_server_of_the_standard_library_sends_it(environ: Environ, first_line: bytes) -> None:
    output = io.BytesIO()

    class Handler(SimpleHandler):
        origin_server = True

    handler = Handler(io.BytesIO(), output, io.StringIO(), dict(environ), multithread=False)
    handler.run(CORSMiddleware(answering(PLAIN), POLICY))
    assert output.getvalue().partition(b"\r\n")[0] == first_line


def test_threads_share_one_middleware_and_no_decision() -> None:
    count = 8
    together = threading.Barrier(count)

    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        together.wait(timeout=30)
        start_response("200 OK", [PLAIN])
        return []

    wrapped = CORSMiddleware(application, POLICY)

    def ask(number: int) -> list[tuple[str, str]]:
        server = Server()
        environ = environ_of(f"https://n{number}.preview.example", **{"wsgi.multithread": True})
        wrapped(environ, server.start_response)
        return server.headers

    with ThreadPoolExecutor(count) as pool:
        answers = list(pool.map(ask, range(count)))
    assert answers == [
        [
            PLAIN,
            ("Access-Control-Allow-Origin", f"https://n{number}.preview.example"),
            ("Vary", "Origin"),
        ]
        for number in range(count)
    ]


def test_strangers_leave_nothing_behind() -> None:
    wrapped = CORSMiddleware(answering(PLAIN), PolicyMap({"/*": POLICY}))

    def ask(number: int) -> None:
        facts = {"PATH_INFO": f"/{number}", "HTTP_HOST": f"h{number}.example"}
        environ = environ_of(f"https://n{number}.preview.example", **facts)
        wrapped(environ, Server().start_response)
        wrapped(environ_of(f"https://n{number}.evil.example", **facts), Server().start_response)
        wrapped(environ_of(**facts, **PREFLIGHT), Server().start_response)

    # What is said once is kept, so it is said before the counting begins.
    ask(0)
    tracemalloc.start()
    try:
        for number in range(1, 500):
            ask(number)
        gc.collect()
        ours = tracemalloc.Filter(inclusive=True, filename_pattern="*cors_*")
        kept = tracemalloc.take_snapshot().filter_traces([ours]).statistics("filename")
    finally:
        tracemalloc.stop()
    assert sum(line.size for line in kept) < 16_384


def test_request_inside_a_request_is_decided_for_itself_by_another_middleware() -> None:
    other = Policy(allow_origins=[ELSEWHERE])
    inner_server = Server()
    inner = CORSMiddleware(answering(PLAIN), other)

    def application(environ: Environ, start_response: Start) -> Iterable[bytes]:
        inner(environ_of(ELSEWHERE), inner_server.start_response)
        start_response("200 OK", [PLAIN])
        return []

    assert serve(application).headers == [PLAIN, *ALLOWED]
    assert inner_server.headers == [
        PLAIN,
        ("Access-Control-Allow-Origin", ELSEWHERE),
        ("Vary", "Origin"),
    ]


def test_decision_left_as_none_is_no_decision() -> None:
    environ = environ_of(**{"cors_core.decision": None})
    assert serve(answering(PLAIN), environ).headers == [PLAIN, *ALLOWED]


@pytest.mark.parametrize(
    "scheme",
    [
        pytest.param({"wsgi.url_scheme": "http", "SERVER_PORT": "80"}, id="http"),
        pytest.param({"wsgi.url_scheme": "https", "SERVER_PORT": "443"}, id="https"),
    ],
)
def test_page_of_the_same_host_is_a_stranger_like_any_other(scheme: dict[str, str]) -> None:
    environ = environ_of("https://api.example", **scheme)
    assert serve(answering(PLAIN), environ).headers == [PLAIN, *REFUSED]


@pytest.mark.parametrize(
    ("page", "scheme", "said"),
    [
        pytest.param("https://api.example", "https", [], id="its own origin"),
        pytest.param("http://api.example", "http", [], id="its own origin in clear text"),
        pytest.param("https://api.example", "http", [], id="behind a proxy that ends TLS"),
        pytest.param("http://api.example", "https", ["WARNING"], id="the clear-text origin"),
    ],
)
def test_only_a_page_of_the_same_origin_needs_no_warning(
    caplog: pytest.LogCaptureFixture, page: str, scheme: str, said: list[str]
) -> None:
    serve(answering(PLAIN), environ_of(page, **{"wsgi.url_scheme": scheme}))
    assert [record.levelname for record in caplog.records] == said
