"""What a browser can be pointed at, each made a transport.

A transport is any callable that takes a `Request` and returns a `Response`.
"""

from __future__ import annotations

import inspect
import io
import sys
from collections.abc import Callable, Iterable
from urllib.parse import unquote, unquote_to_bytes, urlsplit
from wsgiref.handlers import SimpleHandler

from cors_core import fetch
from cors_core.browser.fixes import SERVER_FIRST
from cors_core.browser.messages import NetworkError, Pair, Request, Response, get
from cors_core.source import PolicySource

Transport = Callable[[Request], Response]


def transport_for(server: object) -> Transport:
    """Make a transport of `server`.

    An object with ``policy_for`` is a policy source. Of other callables, the one that can be
    called with two positional arguments is a WSGI application, the one that can be called with
    one is a transport. Where both are possible, as with ``*args``, a first parameter called
    ``environ`` makes it a WSGI application, anything else a transport.

    Raises:
        TypeError: `server` is none of the three.
    """
    if not inspect.isclass(server):
        if callable(getattr(server, "policy_for", None)):
            return lambda request: _answer_by_policy(server, request)  # type: ignore[arg-type]
        if callable(server) and not inspect.iscoroutinefunction(server):
            signature = inspect.signature(server)
            takes_one, takes_two = _binds(signature, 1), _binds(signature, 2)
            is_wsgi = not takes_one or next(iter(signature.parameters)) == "environ"
            if takes_two and is_wsgi:
                return lambda request: _answer_by_wsgi(server, request)
            if takes_one:
                return server
    raise TypeError(f"{server!r} is no policy source, WSGI application or transport")


def answer(transport: Transport, request: Request) -> Response:
    """Ask `transport`, and take only what a browser would.

    Raises:
        NetworkError: It raised, or what it returned is no HTTP response.

    Source: https://fetch.spec.whatwg.org/#http-network-fetch
    """
    try:
        response: object = transport(request)
        if not isinstance(response, Response):
            raise TypeError(f"{type(response).__name__} is no Response")
        status, body = response.status, response.body
        if type(status) is not int or not 200 <= status <= 999:
            raise ValueError(f"{status!r} is not the status of a final response")
        headers = [_checked(name, value) for name, value in response.headers]
        if isinstance(body, str):  # type: ignore[unreachable]
            body = body.encode()  # type: ignore[unreachable]
        return Response(status, headers, bytes(body))
    except Exception as error:  # whatever a server does, a page gets a TypeError
        detail = f"no answer a browser can read: {type(error).__name__}: {error}"
        raise NetworkError("network", detail, SERVER_FIRST) from error


def _checked(name: str, value: str) -> Pair:
    stripped = value.strip(fetch.OWS)
    if not fetch.is_token(name) or any(c in "\0\r\n" or c > "\xff" for c in stripped):
        raise ValueError(f"{name!r}: {value!r} is no header that HTTP can carry")
    return name, stripped


def _binds(signature: inspect.Signature, count: int) -> bool:
    try:
        signature.bind(*[None] * count)
    except TypeError:
        return False
    return True


def _answer_by_policy(source: PolicySource, request: Request) -> Response:
    """Answer as a server that says 200 to everything, below an adapter."""
    parts, headers = urlsplit(request.url), request.headers
    policy = source.policy_for(parts.netloc, unquote(parts.path))
    if policy is None:
        return Response(200)
    asked = (get(headers, name) for name in (fetch.ORIGIN, fetch.ACRM, fetch.ACRH))
    decision = policy.decide(request.method, *asked)
    if decision.status is None:
        return Response(200, decision.apply([]))
    return Response(decision.status, list(decision.headers), decision.body)


class _Gateway(SimpleHandler):
    """The standard library's gateway, which lets the application's exceptions pass."""

    os_environ: dict[str, str] = {}  # noqa: RUF012 - as the base class has it

    def handle_error(self) -> None:
        raise  # noqa: PLE0704 - called while the application's exception is handled


def _answer_by_wsgi(application: Callable[..., Iterable[bytes]], request: Request) -> Response:
    """Call a WSGI application as a gateway would.

    Source: https://peps.python.org/pep-3333/
    """
    written = io.BytesIO()
    gateway = _Gateway(io.BytesIO(request.body), written, sys.stderr, _environ(request))
    gateway.run(application)
    head, _, body = written.getvalue().partition(b"\r\n\r\n")
    status, *fields = head.decode("latin-1").split("\r\n")
    headers = [(name, value) for name, _, value in (field.partition(":") for field in fields)]
    return Response(int(status.split()[1]), headers, body)


def _environ(request: Request) -> dict[str, str]:
    parts = urlsplit(request.url)
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(parts.port or fetch.DEFAULT_PORTS[parts.scheme]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_HOST": parts.netloc,
        "HTTPS": "on" if parts.scheme == "https" else "off",
    }
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ
