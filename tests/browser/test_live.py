"""The transport to real servers, against servers on this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from cors_core.browser import Browser, live

PAGE = "https://app.example.com"


@contextmanager
def server(answer: bytes, drop: bytes | None = None) -> Iterator[tuple[str, list[bytes]]]:
    """Answer every connection with the same bytes; give its URL and what came in.

    After the answer come drops, if there are any, until the other side has had enough.
    """
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection:
                        received.append(connection.recv(65536))
                        connection.sendall(answer)
                        connection.settimeout(0.01)
                        while drop is not None:
                            with suppress(TimeoutError):
                                if not connection.recv(1):
                                    break
                            connection.sendall(drop)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", received
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def ok(*lines: str, body: bytes = b"hello") -> bytes:
    head = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", "Connection: close", *lines]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


def test_real_server_is_read() -> None:
    with server(ok("Access-Control-Allow-Origin: *", "X-A: caf\xe9")) as (url, _):
        outcome = Browser(PAGE, live()).fetch(f"{url}/news")
    response = outcome.exchanges[0].response
    assert (outcome.status, outcome.body) == (200, b"hello")
    assert response is not None
    assert ("X-A", "caf\xe9") in response.headers


def test_preflight_is_sent_as_browsers_send_it() -> None:
    with server(ok("Access-Control-Allow-Origin: *")) as (url, received):
        Browser(PAGE, live()).fetch(f"{url}/news", method="PUT", headers={"X-B": "1", "X-A": "1"})
    sent = received[0].decode().lower().splitlines()
    assert sent[0] == "options /news http/1.1"
    assert {
        f"origin: {PAGE}",
        "access-control-request-method: put",
        "access-control-request-headers: x-a,x-b",
    } <= set(sent)


def test_method_is_sent_as_the_script_writes_it() -> None:
    allowing = ["Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: patch"]
    with server(ok(*allowing)) as (url, received):
        outcome = Browser(PAGE, live()).fetch(f"{url}/news", method="patch", body="{}")
    assert outcome.readable, outcome
    assert [line.split(b" ")[0] for line in received] == [b"OPTIONS", b"patch"]


def test_redirect_is_left_to_the_browser() -> None:
    with server(b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n") as (url, sent):
        outcome = Browser(PAGE, live()).fetch(f"{url}/a")
    assert outcome.cause is not None
    assert (outcome.cause.name, len(sent)) == ("CORS check", 1)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"what?\r\n\r\n", id="no HTTP"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 0\r\n\r\n", id="NUL"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n.", id="cut off"),
    ],
)
def test_answer_that_is_no_http_is_a_network_error(answer: bytes) -> None:
    with server(answer) as (url, _):
        outcome = Browser(PAGE, live()).fetch(url)
    assert outcome.cause is not None
    assert outcome.cause.name == "network"


def test_server_that_is_not_there_is_a_network_error() -> None:
    with server(b"") as (url, _):
        pass
    outcome = Browser(PAGE, live(timeout=1)).fetch(url)
    assert outcome.cause is not None
    assert outcome.cause.name == "network"


ENDLESS = b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n\r\n"


def test_body_that_comes_in_drops_without_end_is_left_in_time() -> None:
    with server(ENDLESS, b": ping\n\n") as (url, _):
        outcome = Browser(PAGE, live(timeout=0.2)).fetch(url)
    assert outcome.readable, outcome
    assert outcome.body.startswith(b": ping")


def test_body_that_stops_without_end_is_left_in_time() -> None:
    with server(ENDLESS + b"one", b"") as (url, _):
        outcome = Browser(PAGE, live(timeout=0.2)).fetch(url)
    assert (outcome.readable, outcome.body) == (True, b"one")


def test_headers_that_do_not_come_are_a_network_error() -> None:
    with server(b"HTTP/1.1 200 OK\r\n", b"") as (url, _):
        outcome = Browser(PAGE, live(timeout=0.2)).fetch(url)
    assert outcome.cause is not None
    assert outcome.cause.name == "network"


def test_long_body_is_read_only_in_part() -> None:
    body = b"x" * 2_000_000
    with server(ok("Access-Control-Allow-Origin: *", body=body)) as (url, _):
        outcome = Browser(PAGE, live()).fetch(url)
    assert len(outcome.body) == 1_048_576
