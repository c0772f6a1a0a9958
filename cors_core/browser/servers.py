"""What a browser can be pointed at, each made a transport.

A transport is any callable that takes a `Request` and returns a `Response`.
"""

from __future__ import annotations

import inspect
import io
import sys
from collections.abc import Callable, Iterable
from typing import Any, cast
from urllib.parse import unquote, unquote_to_bytes, urlsplit
from wsgiref.util import setup_testing_defaults

from cors_core import fetch
from cors_core.browser.fixes import SERVER_FIRST
from cors_core.browser.messages import NetworkError, Pair, Request, Response, get
from cors_core.origin import DEFAULT_PORTS
from cors_core.source import PolicySource

Transport = Callable[[Request], Response]


def transport_for(server: object) -> Transport:
    """Make a transport of `server`.

    An object with ``policy_for`` is a policy source. Of other callables, the one that can be
    called with two positional arguments is a WSGI application, the one that can be called with
    one is a transport. Where both are possible, ``*args`` and a first parameter called
    ``environ`` stand for a WSGI application; what has a second one by default is a transport.

    Raises:
        TypeError: `server` is none of the three.
    """
    is_async = any(map(inspect.iscoroutinefunction, (server, type(server).__call__)))
    if inspect.getattr_static(server, "policy_for", None) and not inspect.isclass(server):
        return lambda request: _answer_by_policy(server, request)  # type: ignore[arg-type]
    # In PEP 3333 a class is an application, too: its instances are the iterables.
    is_class = inspect.isclass(server)
    if callable(server) and not is_async and (not is_class or hasattr(server, "__iter__")):
        one, two = _bind(server, 1), _bind(server, 2)
        # Where one will do as well, the name decides, or *args, which gets both as one tuple.
        if two and (not one or next(iter(two)) == "environ" or any(two.values())):
            return lambda request: _answer_by_wsgi(server, request)
        if one and not is_class:
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
        status, body = response.status, cast("bytes | str", response.body)
        if type(status) is not int or not 200 <= status <= 999:
            raise ValueError(f"{status!r} is not the status of a final response")
        headers = [_checked(name, value) for name, value in response.headers]
        return Response(status, headers, body.encode() if isinstance(body, str) else bytes(body))
    except (Exception, SystemExit) as error:  # whatever a server does, a page gets a TypeError
        detail = f"no answer a browser can read: {type(error).__name__}: {error}"
        raise NetworkError("network", detail, SERVER_FIRST) from error


def _checked(name: str, value: str) -> Pair:
    stripped = value.strip(fetch.OWS)
    if not fetch.is_token(name) or any(c in "\0\r\n" or c > "\xff" for c in stripped):
        shown = "***" if "cookie" in name.lower() else value
        raise ValueError(f"{name!r}: {shown!r} is no header that HTTP can carry")
    return name, stripped


def _bind(server: Callable[..., object], count: int) -> dict[str, object]:
    """Say which parameters `count` positional arguments go to; none if it cannot be called so."""
    try:
        return inspect.signature(server).bind(*[None] * count).arguments
    except (TypeError, ValueError):  # the second where a builtin does not say what it takes
        return {}


def _answer_by_policy(source: PolicySource, request: Request) -> Response:
    """Answer as a server that says 200 to everything, below an adapter."""
    parts, headers = urlsplit(request.url), request.headers
    policy = source.policy_for(parts.netloc, unquote(parts.path))
    if policy is None:
        return Response(200)
    asked = (get(headers, name) for name in (fetch.ORIGIN, fetch.ACRM, fetch.ACRH))
    decision = policy.decide(request.method, *asked)
    return Response(decision.status or 200, list(decision.headers), decision.body)


def _answer_by_wsgi(application: Callable[..., Iterable[bytes]], request: Request) -> Response:
    """Call a WSGI application as a gateway would, but add no header to its own.

    Source: https://peps.python.org/pep-3333/
    """
    started, written = list[Any](), list[bytes]()

    def start_response(status: str, headers: list[Pair], exc_info: Any = None) -> object:
        if started and (not exc_info or any(written)):
            raise exc_info[1] if exc_info else ValueError("start_response was called twice")
        started[:] = _checked("Status", status)[1], list(headers)
        return written.append

    chunks = application(_environ(request), start_response)
    try:
        for chunk in chunks:
            written.append(chunk)
    finally:
        getattr(chunks, "close", list)()
    if not started:
        raise ValueError("start_response was not called")
    return Response(int(started[0][:3]), started[1], b"".join(written))


def _environ(request: Request) -> dict[str, Any]:
    parts = urlsplit(request.url)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(parts.port or DEFAULT_PORTS[parts.scheme]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_HOST": parts.netloc,
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
    }
    setup_testing_defaults(environ)
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ
