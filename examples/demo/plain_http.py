"""Each request over plain HTTP, as the browser's half of CORS would make and judge it."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from cors_core import fetch
from cors_core.browser import Browser, Outcome, Request, Response
from cors_core.browser import Exchange as Sent
from examples.demo.checks import BLOCKED, FAILED, READABLE, Check, Headers, Seen

_SHOWN = fetch.CORS_RESPONSE_HEADERS | {"vary"}
_SECONDS = 8


@dataclass(frozen=True, slots=True)
class Exchange:
    """One answer on the wire.

    Attributes:
        label: Which answer it was, with its status.
        headers: Its CORS headers and ``Vary``, as sent.
    """

    label: str
    headers: Headers


@dataclass(frozen=True, slots=True)
class Result:
    """What plain HTTP saw of one request to one server.

    Attributes:
        exchanges: The preflight, if there was one, and the answer, if it was asked for and came.
        header_fault: What is wrong with the CORS headers; ``""`` if they are as they must be.
    """

    seen: Seen
    exchanges: tuple[Exchange, ...]
    header_fault: str = ""


def ask(check: Check, port: int, origin: str) -> Result:
    """Send `check` as a page of `origin` would, and say what that page could see."""
    failures: list[Exception] = []

    def send(request: Request) -> Response:
        try:
            return _send(request)
        except (OSError, http.client.HTTPException) as error:
            failures.append(error)
            raise

    browser = Browser(origin, send)
    # Of several requests the last counts: the first brings the cookie.
    for _ in range(check.times):
        outcome = browser.fetch(
            f"http://127.0.0.1:{port}{check.path}",
            method=check.method,
            headers=check.headers,
            credentials="include" if check.credentials else "same-origin",
            body=b"x" * check.upload or check.body,
            upload_listener=check.upload > 0,
        )
    exchanges = tuple(_show(it, it.response) for it in outcome.exchanges if it.response)
    seen = _fail(failures[-1]) if failures else _judge(outcome, check)
    return Result(seen, exchanges, _find_header_fault(exchanges, check, origin))


def _send(request: Request) -> Response:
    url = urlsplit(request.url)
    connection = http.client.HTTPConnection(url.netloc, timeout=_SECONDS)
    try:
        connection.request(request.method, url.path, request.body or None, dict(request.headers))
        response = connection.getresponse()
        return Response(response.status, response.getheaders(), response.read())
    finally:
        connection.close()


def _show(sent: Sent, response: Response) -> Exchange:
    label = "Preflight" if sent.preflight else "Answer"
    shown = tuple(pair for pair in response.headers if pair[0].lower() in _SHOWN)
    return Exchange(f"{label}, status {response.status}", shown)


def _fail(error: Exception) -> Seen:
    why = "The server did not answer."
    if isinstance(error, TimeoutError):
        why = f"The server did not answer within {_SECONDS} seconds."
    told = getattr(error, "strerror", None) or str(error)
    return Seen(FAILED, None, f"no answer: {told}", why=why)


def _judge(outcome: Outcome, check: Check) -> Seen:
    if outcome.cause is None:
        return Seen(READABLE, outcome.status, _read(outcome))
    text = "the answer is kept from the page"
    if all(sent.preflight for sent in outcome.exchanges):
        text = "nothing was sent after the preflight"
    why = f"{outcome.cause.name}: {outcome.cause.detail}. {check.because}"
    return Seen(BLOCKED, None, text, why=why.strip())


def _find_header_fault(exchanges: Iterable[Exchange], check: Check, origin: str) -> str:
    """Say how the first answer with other CORS headers than `check` wants differs; else ``""``."""
    for exchange, answer in zip(exchanges, check.answers, strict=False):
        wanted = [f"{name}: {value.format(page=origin)}" for name, value in answer]
        found = [f"{name}: {value}" for name, value in exchange.headers]
        if missing := [line for line in wanted if line not in found]:
            return f"{exchange.label}: {missing[0]} is missing."
        if extra := [line for line in found if line not in wanted]:
            return f"{exchange.label}: {extra[0]} should not be there."
        if len(found) != len(wanted):
            return f"{exchange.label}: a header is there twice."
    return ""


def _read(outcome: Outcome) -> str:
    server = dict(outcome.headers).get("x-served-by", "(not exposed)")
    try:
        message = json.loads(outcome.body)["message"]
    except (ValueError, KeyError, TypeError):
        message = "not the expected JSON"
    return f"{message}, served by {server}"
