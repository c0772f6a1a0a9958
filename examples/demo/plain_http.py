"""Each request over plain HTTP, judged by the rules a browser follows.

Source: https://fetch.spec.whatwg.org/#cors-preflight-fetch, https://fetch.spec.whatwg.org/#cors-check
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie

from examples.demo.checks import BLOCKED, FAILED, READABLE, Check, Headers, Seen

_SAFELISTED_METHODS = {"GET", "HEAD", "POST"}
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


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Headers
    body: bytes

    def get(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    def members(self, name: str) -> list[str]:
        return [member.strip() for member in (self.get(name) or "").split(",")]

    def exchange(self, label: str) -> Exchange:
        shown = tuple(
            (name, value)
            for name, value in self.headers
            if name.lower().startswith("access-control-") or name.lower() == "vary"
        )
        return Exchange(f"{label}, status {self.status}", shown)


def ask(check: Check, port: int, origin: str) -> Result:
    """Send `check` as a page of `origin` would, and say what that page could see."""
    exchanges: list[Exchange] = []
    try:
        seen = _ask(check, port, origin, exchanges)
    except (OSError, http.client.HTTPException) as error:
        told = getattr(error, "strerror", None) or str(error)
        why = "The server did not answer."
        if isinstance(error, TimeoutError):
            why = f"The server did not answer within {_SECONDS} seconds."
        seen = Seen(FAILED, None, f"no answer: {told}", why=why)
    return Result(seen, tuple(exchanges), _find_header_fault(exchanges, check, origin))


def _ask(check: Check, port: int, origin: str, exchanges: list[Exchange]) -> Seen:
    names = _unsafe_names(check)
    if names or check.upload or check.method not in _SAFELISTED_METHODS:
        asked = {"Origin": origin, "Access-Control-Request-Method": check.method}
        if names:
            asked["Access-Control-Request-Headers"] = ",".join(names)
        preflight = _send(port, "OPTIONS", check.path, asked)
        exchanges.append(preflight.exchange("Preflight"))
        why = _refused_preflight(preflight, check, names, origin)
        if why:
            return _blocked(check, why, "nothing was sent after the preflight")
    sent = {"Origin": origin, **check.headers}
    body = b"x" * check.upload if check.upload else (check.body or "").encode()
    for _ in range(check.times):
        answer = _send(port, check.method, check.path, sent, body)
        if check.credentials:
            cookies = SimpleCookie(answer.get("Set-Cookie") or "")
            sent["Cookie"] = "; ".join(f"{name}={item.value}" for name, item in cookies.items())
    exchanges.append(answer.exchange("Answer"))
    why = _refused(answer, check, origin)
    if why:
        return _blocked(check, why, "the answer is kept from the page")
    return Seen(READABLE, answer.status, _read(answer))


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


def _unsafe_names(check: Check) -> list[str]:
    return sorted(
        name.lower()
        for name, value in check.headers.items()
        if name != "Content-Type" or value == "application/json"
    )


def _send(
    port: int, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
) -> _Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        connection.request(method, path, body or None, dict(headers))
        response = connection.getresponse()
        return _Answer(response.status, tuple(response.getheaders()), response.read())
    finally:
        connection.close()


def _refused(answer: _Answer, check: Check, origin: str) -> str:
    """Run the CORS check; ``""`` is success."""
    allowed = answer.get("Access-Control-Allow-Origin")
    if allowed is None:
        return "The answer has no Access-Control-Allow-Origin."
    if allowed != origin and (allowed != "*" or check.credentials):
        return f"Access-Control-Allow-Origin is {allowed!r}, not {origin!r}."
    if check.credentials and answer.get("Access-Control-Allow-Credentials") != "true":
        return "The answer has no Access-Control-Allow-Credentials: true."
    return ""


def _refused_preflight(answer: _Answer, check: Check, names: list[str], origin: str) -> str:
    why = _refused(answer, check, origin)
    if why:
        return why
    if not 200 <= answer.status <= 299:
        return f"The preflight was answered with status {answer.status}."
    methods = answer.members("Access-Control-Allow-Methods")
    if check.method not in _SAFELISTED_METHODS and check.method not in methods:
        return f"Access-Control-Allow-Methods does not list {check.method}."
    listed = [name.lower() for name in answer.members("Access-Control-Allow-Headers")]
    missing = [name for name in names if name not in listed]
    return f"Access-Control-Allow-Headers does not list {', '.join(missing)}." if missing else ""


def _blocked(check: Check, why: str, text: str) -> Seen:
    return Seen(BLOCKED, None, text, why=f"{why} {check.because}".strip())


def _read(answer: _Answer) -> str:
    exposed = [name.lower() for name in answer.members("Access-Control-Expose-Headers")]
    server = answer.get("X-Served-By") if "x-served-by" in exposed else "(not exposed)"
    try:
        message = json.loads(answer.body)["message"]
    except (ValueError, KeyError, TypeError):
        message = "not the expected JSON"
    return f"{message}, served by {server}"
