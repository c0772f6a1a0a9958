"""The smallest applications there are, and the requests that are put to them.

Whoever is measured answers the same request around the same application.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path
from flask import Flask, Response

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

ORIGINS = ("https://app.example.com", "https://admin.example.com", "https://www.example.org")
LISTED = ORIGINS[0]
UNLISTED = "https://app.example.net"
METHODS = ("PUT", "DELETE")
HEADERS = ("Authorization", "Content-Type")
MAX_AGE = 600
VARY = "Accept, Cookie"
PLAIN, VARYING = "/orders", "/orders/mine"

# Some thirty keys, as behind a real server.
_SERVER: dict[str, object] = {
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "https",
    "wsgi.input": io.BytesIO(),
    "wsgi.input_terminated": True,
    "wsgi.errors": io.StringIO(),
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
    "SERVER_SOFTWARE": "server",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "SERVER_NAME": "api.example.com",
    "SERVER_PORT": "443",
    "REMOTE_ADDR": "192.0.2.1",
    "REMOTE_PORT": "50512",
    "REQUEST_METHOD": "GET",
    "REQUEST_URI": "/orders?page=1",
    "SCRIPT_NAME": "",
    "PATH_INFO": PLAIN,
    "QUERY_STRING": "page=1",
    "HTTP_HOST": "api.example.com",
    "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "HTTP_ACCEPT": "application/json, text/plain, */*",
    "HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.5",
    "HTTP_ACCEPT_ENCODING": "gzip, deflate, br, zstd",
    "HTTP_REFERER": "https://app.example.com/",
    "HTTP_CONNECTION": "keep-alive",
    "HTTP_SEC_FETCH_DEST": "empty",
    "HTTP_SEC_FETCH_MODE": "cors",
    "HTTP_SEC_FETCH_SITE": "same-site",
    "HTTP_X_FORWARDED_FOR": "192.0.2.1",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What a request says, as far as CORS is concerned."""

    origin: str | None = None
    method: str = "GET"
    request_method: str | None = None
    request_headers: str | None = None
    path: str = PLAIN

    def environ(self) -> WSGIEnvironment:
        """Return the environ of a server, without what each call brings anew."""
        return {**_SERVER, "REQUEST_METHOD": self.method}

    def fresh(self) -> dict[str, str]:
        """Return what each call brings anew."""
        said = {
            "PATH_INFO": self.path,
            "HTTP_ORIGIN": self.origin,
            "HTTP_ACCESS_CONTROL_REQUEST_METHOD": self.request_method,
            "HTTP_ACCESS_CONTROL_REQUEST_HEADERS": self.request_headers,
        }
        return {name: fresh(value) for name, value in said.items() if value is not None}

    def arguments(self) -> tuple[str, str | None, str | None, str | None]:
        """Return what `Policy.decide` takes, anew."""
        said = (self.origin, self.request_method, self.request_headers)
        origin, method, headers = (None if value is None else fresh(value) for value in said)
        return self.method, origin, method, headers


def fresh(text: str) -> str:
    """Return an equal string that nobody has met: its hash is not known yet."""
    return text.encode().decode()


NO_ORIGIN = Request()
ALLOWED = Request(LISTED)
REFUSED = Request(UNLISTED)
PREFLIGHT = Request(LISTED, "OPTIONS", "PUT", "authorization,content-type")
REFUSED_PREFLIGHT = Request(UNLISTED, "OPTIONS", "PUT", "authorization,content-type")


def wsgi_application(_: object, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]


def varying_wsgi_application(_: object, start_response: StartResponse) -> Iterable[bytes]:
    headers = [("Content-Type", "text/plain"), ("Content-Length", "2"), ("Vary", VARY)]
    start_response("200 OK", headers)
    return [b"ok"]


def flask_application() -> Flask:
    app = Flask("benchmarks")

    @app.route(PLAIN, methods=["GET", "PUT"])
    def plain() -> str:
        return "ok"

    @app.route(VARYING)
    def varying() -> Response:
        return Response("ok", headers={"Vary": VARY})

    return app


def configure_django(**options: object) -> None:
    """Set up Django for this process, with the settings of every library that is measured."""
    settings.configure(
        ALLOWED_HOSTS=["api.example.com"],
        ROOT_URLCONF=__name__,
        LOGGING_CONFIG=None,
        MIDDLEWARE=[],
        **options,
    )
    django.setup(set_prefix=False)


def django_application(*middleware: str) -> WSGIApplication:
    settings.MIDDLEWARE = list(middleware)
    return WSGIHandler()


def _plain_view(_: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def _varying_view(_: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", headers={"Vary": VARY})


urlpatterns = [path(PLAIN[1:], _plain_view), path(VARYING[1:], _varying_view)]


def ask(
    application: Callable[[WSGIEnvironment, Any], Iterable[bytes]], environ: Mapping[str, Any]
) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return the whole answer: status code, headers and body."""
    answer: list[Any] = []
    iterable = application({**environ}, lambda *given: answer.extend(given[:2]))
    body = b"".join(iterable)
    if hasattr(iterable, "close"):
        iterable.close()
    status, headers = answer
    return status[:3], list(headers), body
