"""How a Django site is asked, below a WSGI server and below an ASGI server."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler

PAGE = "https://app.example.com"
OTHER = "https://other.example.com"
POLICY = {"allow_origins": [PAGE], "allow_methods": ["PUT"]}
FIRST = "cors_django.CORSMiddleware"

Pairs = list[tuple[str, str]]
ALLOWED: Pairs = [("access-control-allow-origin", PAGE), ("vary", "Origin")]
REFUSED: Pairs = [("vary", "Origin")]
PREFLIGHT = {"Access-Control-Request-Method": "PUT"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and the environ or scope that the request was."""

    status: int
    headers: Pairs
    body: bytes
    request: dict[str, Any]

    @property
    def cors(self) -> Pairs:
        """Every CORS header and ``Vary``, each line for itself, sorted."""
        names = ("access-control-", "vary")
        return [pair for pair in self.headers if pair[0].startswith(names)]


Ask = Callable[..., Answer]


class Handler(ASGIHandler):
    """Django's, which leaves its temporary file open where an exception leaves the site."""

    async def read_body(self, receive: Any) -> io.BytesIO:
        return io.BytesIO()


def ask_wsgi(
    method: str = "GET",
    path: str = "/",
    headers: dict[str, str] | None = None,
    origin: str = PAGE,
    **environ: Any,
) -> Answer:
    """Ask as a WSGI server does, which `wsgiref.validate` watches."""
    fields = {"Origin": origin, "Host": "testserver"} | (headers or {})
    environ = {"REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path} | environ
    environ |= {f"HTTP_{name.upper().replace('-', '_')}": fields[name] for name in fields}
    environ["QUERY_STRING"] = ""
    setup_testing_defaults(environ)
    started: list[Any] = []

    def start_response(status: str, headers: Pairs, exc_info: Any = None) -> Callable[..., None]:
        started[:] = [int(status[:3]), sorted((name.lower(), value) for name, value in headers)]
        return lambda _: None

    response = validator(WSGIHandler())(environ, start_response)
    try:
        body = b"".join(response)
    finally:
        response.close()
    return Answer(*started, body, environ)


def ask_asgi(
    method: str = "GET",
    path: str = "/",
    headers: dict[str, str] | None = None,
    origin: str = PAGE,
    **scope: Any,
) -> Answer:
    """Ask as an ASGI server does: the method is handed on as it was sent."""
    fields = {"Origin": origin, "Host": "testserver"} | (headers or {})
    scope |= {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(name.lower().encode(), fields[name].encode("latin-1")) for name in fields],
    }
    sent: list[dict[str, Any]] = []

    async def run() -> None:
        async def receive() -> dict[str, Any]:
            # The browser stays connected, and sends nothing.
            return await asyncio.Future()

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await Handler()(scope, receive, send)

    asyncio.run(run())
    pairs = sorted((name.decode().lower(), value.decode()) for name, value in sent[0]["headers"])
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return Answer(sent[0]["status"], pairs, body, scope)
