"""Every adapter behind one way to build a site and one way to ask it.

A row of a table knows no framework: it opens a site with a policy and compares `Answer` objects.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Protocol
from urllib.parse import unquote, unquote_to_bytes
from wsgiref.util import FileWrapper
from wsgiref.validate import validator

import django
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from webtest import TestRequest, lint

from cors_core import Policy
from cors_flask import CORS
from cors_wsgi import CORSMiddleware
from examples import own_adapter
from tests.adapters.contract import applications
from tests.adapters.contract.applications import Application, Script

Pairs = Iterable[tuple[str, str]]

HOST = "api.example"
OURS = {
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-max-age",
    "access-control-expose-headers",
    "access-control-allow-private-network",
    "vary",
}
SINGLE_VALUES = {"cookie": "; "}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        headers: All of them, with lower-case names, sorted.
        app_called: Whether the application was reached.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    app_called: bool

    @property
    def cors(self) -> tuple[tuple[str, str], ...]:
        """The CORS headers and ``Vary``."""
        return tuple(pair for pair in self.headers if pair[0] in OURS)

    @property
    def shared(self) -> tuple[object, ...]:
        """What is the same in every adapter: all of ours, and nothing of a framework's."""
        if self.app_called:
            return (self.cors, True)
        return (self.status, self.headers, self.body, False)


class Client(Protocol):
    def request(
        self,
        method: str,
        target: str,
        headers: Pairs = (),
        mount: str = "",
        host: str | None = HOST,
    ) -> Answer:
        """Ask once.

        Args:
            method: As on the request line.
            target: The path as on the request line, below `mount`, percent-encoded.
            headers: Names and values; repeated names are several field lines.
            mount: Where the application is mounted.
            host: The ``Host``; ``None`` for none.
        """
        ...


class Open(Protocol):
    def __call__(
        self, policy: object, script: Script, outer: object = None
    ) -> AbstractContextManager[Client]: ...


@dataclass(frozen=True, slots=True)
class Site:
    """One adapter.

    Attributes:
        logger: Where it says what it has to say.
        open: Build the API with a policy around it, and where `outer` is given, the WSGI
            adapter with that around everything.
    """

    name: str
    logger: str
    open: Open


def joined(headers: Pairs) -> dict[str, str]:
    """Join field lines as servers do; names in lower case."""
    fields: dict[str, str] = {}
    for name, value in headers:
        lower = name.lower()
        glue = SINGLE_VALUES.get(lower, ",")
        fields[lower] = f"{fields[lower]}{glue}{value}" if lower in fields else value
    return fields


class Unread(BytesIO):
    """The body of a request, which no adapter has any business with."""

    def read(self, *arguments: Any) -> bytes:
        raise AssertionError("The body was read.")

    readline = readlines = __iter__ = __next__ = read  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class WSGIClient:
    """Asks through the checkers of the standard library and of WebTest."""

    application: Application
    script: Script

    def request(
        self,
        method: str,
        target: str,
        headers: Pairs = (),
        mount: str = "",
        host: str | None = HOST,
    ) -> Answer:
        environ: dict[str, Any] = {
            "SCRIPT_NAME": mount,
            "PATH_INFO": unquote_to_bytes(target).decode("latin-1"),
            "wsgi.file_wrapper": FileWrapper,
            "wsgi.input": Unread(b"body"),
        }
        for name, value in joined(headers).items():
            key = name.upper().replace("-", "_")
            environ[key if name in ("content-type", "content-length") else f"HTTP_{key}"] = value
        request = TestRequest.blank("/", environ=environ, method=method)
        request.environ.pop("HTTP_HOST")
        if host is not None:
            request.environ["HTTP_HOST"] = host
        before = self.script.calls
        response = request.get_response(
            lint.middleware(validator(self.application)), catch_exc_info=True
        )
        return Answer(
            response.status_int,
            tuple(sorted((name.lower(), value) for name, value in response.headerlist)),
            response.body,
            self.script.calls > before,
        )


@dataclass(frozen=True, slots=True)
class ASGIClient:
    """A server of one request: https://asgi.readthedocs.io/en/latest/specs/www.html."""

    application: Callable[..., Any]
    script: Script
    marks: Callable[[dict[str, Any]], object]

    def request(
        self,
        method: str,
        target: str,
        headers: Pairs = (),
        mount: str = "",
        host: str | None = HOST,
    ) -> Answer:
        lines = [*headers] if host is None else [("host", host), *headers]
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": mount + unquote(target),
            "raw_path": (mount + target).encode("latin-1"),
            "root_path": mount,
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in lines],
            "client": ("192.0.2.1", 50000),
            "server": ("127.0.0.1", 80),
        }
        self.marks(scope)
        before = self.script.calls
        start, *bodies = asyncio.run(self._run(scope))
        return Answer(
            start["status"],
            tuple(
                sorted(
                    (name.decode("latin-1").lower(), value.decode("latin-1"))
                    for name, value in start["headers"]
                )
            ),
            b"".join(message.get("body", b"") for message in bodies),
            self.script.calls > before,
        )

    async def _run(self, scope: dict[str, Any]) -> list[dict[str, Any]]:
        received = [{"type": "http.request", "body": b"", "more_body": False}]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if received:
                return received.pop()
            # The client stays until it is answered.
            return await asyncio.Future()

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.application(scope, receive, send)
        return sent


@dataclass(frozen=True, slots=True)
class OwnClient:
    """Asks the made-up framework of ``examples/own_adapter.py``."""

    view: own_adapter.View
    script: Script

    def request(
        self,
        method: str,
        target: str,
        headers: Pairs = (),
        mount: str = "",
        host: str | None = HOST,
    ) -> Answer:
        fields = joined([*headers] if host is None else [("host", host), *headers])
        before = self.script.calls
        response = self.view(own_adapter.Request(method, unquote(target) or "/", fields))
        return Answer(
            response.status,
            tuple(sorted((name.lower(), value) for name, value in response.headers)),
            response.body,
            self.script.calls > before,
        )


def wsgi_site(name: str, make: Callable[[], Application]) -> Site:
    """Describe an application wrapped by the WSGI adapter."""

    @contextmanager
    def opened(policy: object, script: Script, outer: object = None) -> Iterator[Client]:
        application = CORSMiddleware(applications.recorded(make(), script), policy)
        yield WSGIClient(around(application, outer), script)

    return Site(name, "cors_core.wsgi", opened)


@contextmanager
def open_flask(policy: object, script: Script, outer: object = None) -> Iterator[Client]:
    app = applications.flask_app()
    app.wsgi_app = applications.recorded(app.wsgi_app, script)  # type: ignore[method-assign]
    CORS(app, policy)
    yield WSGIClient(around(app, outer), script)


@contextmanager
def open_own(policy: object, script: Script, outer: object = None) -> Iterator[Client]:
    yield OwnClient(own_adapter.with_cors(applications.own_view(script), policy), script)


@contextmanager
def open_django_sync(policy: object, script: Script, outer: object = None) -> Iterator[Client]:
    with django_settings(policy, script, applications.SyncUrls):
        yield WSGIClient(around(WSGIHandler(), outer), script)


@contextmanager
def open_django_async(policy: object, script: Script, outer: object = None) -> Iterator[Client]:
    def marks(scope: dict[str, Any]) -> None:
        # What an adapter for ASGI further out leaves there.
        if isinstance(outer, Policy):
            origin = dict(scope["headers"]).get(b"origin", b"").decode("latin-1")
            scope["cors_core.decision"] = outer.decide(scope["method"], origin)

    with django_settings(policy, script, applications.AsyncUrls):
        yield ASGIClient(ASGIHandler(), script, marks)


def around(application: Application, outer: object) -> Application:
    return application if outer is None else CORSMiddleware(application, outer)


def django_settings(policy: object, script: Script, urls: type) -> AbstractContextManager[None]:
    if not settings.configured:
        settings.configure()
    django.setup()
    applications.set_django_script(script)
    return override_settings(
        CORS_POLICY=policy,
        ROOT_URLCONF=urls,
        ALLOWED_HOSTS=["*"],
        DEBUG=False,
        MIDDLEWARE=[
            "cors_django.CORSMiddleware",
            "tests.adapters.contract.applications.django_recorder",
        ],
    )


FLASK = Site("flask", "cors_core.flask", open_flask)
DJANGO_SYNC = Site("django-sync", "cors_core.django", open_django_sync)
DJANGO_ASYNC = Site("django-async", "cors_core.django", open_django_async)
OWN = Site("own-adapter", "", open_own)
WSGI = [
    wsgi_site("wsgi", applications.raw),
    FLASK,
    DJANGO_SYNC,
    wsgi_site("bottle", applications.bottle_app),
    wsgi_site("pyramid", applications.pyramid_app),
    wsgi_site("falcon", applications.falcon_app),
]
# The example for a framework of one's own does what an answer needs, and writes no log.
LOGGING = [*WSGI, DJANGO_ASYNC]
ALL = [*LOGGING, OWN]


def ask_all(policy: object, method: str, headers: Pairs, target: str = "/") -> dict[str, Answer]:
    """Ask every adapter the same; the answers by its name."""
    return {site.name: _ask(site, policy, method, headers, target) for site in ALL}


def _ask(site: Site, policy: object, method: str, headers: Pairs, target: str) -> Answer:
    with warnings.catch_warnings(), site.open(policy, Script()) as client:
        # The checkers of WSGI wonder about a method in lower case.
        warnings.filterwarnings("ignore", "Unknown REQUEST_METHOD")
        return client.request(method, target, headers)
