"""The same small API in every framework, each written the framework's own way.

``/`` answers with the headers of the `Script`; the other routes answer what their names say.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import bottle
import falcon
import flask
from asgiref.sync import iscoroutinefunction
from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import path
from django.utils.decorators import sync_and_async_middleware
from django.views.decorators.http import require_GET
from pyramid.config import Configurator
from pyramid.httpexceptions import (
    HTTPForbidden,
    HTTPFound,
    HTTPMethodNotAllowed,
    HTTPMovedPermanently,
    HTTPNotModified,
)
from pyramid.response import FileResponse as PyramidFile
from pyramid.response import Response as PyramidResponse

from examples import own_adapter

FILE = Path(__file__)
KEY = "contract.script"

Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]


class ViewError(Exception):
    """What the view behind ``/error`` raises."""


@dataclass
class Script:
    """What one row wants of the application.

    Attributes:
        headers: What ``/`` sets beside its own.
        inside: Called with the environ (Django: ``request.META``) below the adapter.
        calls: How often the application was reached.
    """

    headers: list[tuple[str, str]] = field(default_factory=list)
    inside: Callable[[dict[str, Any]], object] = lambda facts: None
    calls: int = 0

    def reach(self, facts: dict[str, Any]) -> None:
        """Note that the application is reached, and hand it this object."""
        self.calls += 1
        self.inside(facts)
        facts[KEY] = self


def recorded(application: Application, script: Script) -> Application:
    """Put the script between the adapter and a WSGI application."""

    def reached(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        script.reach(environ)
        return application(environ, start_response)

    return reached


TEXT = ("Content-Type", "text/plain")
RAW_STATUS = {
    "/": "200 OK",
    "/forbidden": "403 Forbidden",
    "/redirect": "302 Found",
    "/moved": "301 Moved Permanently",
    "/not-modified": "304 Not Modified",
    "/error": "500 Internal Server Error",
    "/file": "200 OK",
    "/stream": "200 OK",
    "/only-get": "200 OK",
}


@cache
def raw() -> Application:
    def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        where = environ.get("PATH_INFO") or "/"
        status = RAW_STATUS.get(where, "404 Not Found")
        if where == "/only-get" and environ["REQUEST_METHOD"] != "GET":
            status = "405 Method Not Allowed"
        headers = [] if where == "/not-modified" else [TEXT]
        if where in ("/redirect", "/moved"):
            headers.append(("Location", "/"))
        if where == "/":
            headers += environ[KEY].headers
        start_response(status, headers)
        if environ["REQUEST_METHOD"] == "HEAD" or where == "/not-modified":
            return []
        if where == "/file":
            return environ["wsgi.file_wrapper"](FILE.open("rb"))
        return (part for part in (b"o", b"k")) if where == "/stream" else [b"ok"]

    return application


def flask_app() -> flask.Flask:
    app = flask.Flask(__name__)
    every = ["GET", "POST", "PUT", "DELETE"]

    @app.route("/", methods=every)
    def index() -> flask.Response:
        response = flask.Response("ok", mimetype="text/plain")
        for name, value in flask.request.environ[KEY].headers:
            response.headers.add(name, value)
        return response

    @app.get("/only-get")
    def only_get() -> str:
        return "ok"

    @app.get("/forbidden")
    def forbidden() -> None:
        flask.abort(403)

    @app.get("/redirect")
    def redirect() -> Any:
        return flask.redirect("/")

    @app.get("/moved")
    def moved() -> Any:
        return flask.redirect("/", 301)

    @app.get("/not-modified")
    def not_modified() -> flask.Response:
        return flask.Response(status=304)

    @app.get("/error")
    def error() -> None:
        raise ViewError

    @app.get("/file")
    def file() -> flask.Response:
        return flask.send_file(FILE, mimetype="text/plain")

    @app.get("/stream")
    def stream() -> flask.Response:
        return flask.Response(iter(["o", "k"]), mimetype="text/plain")

    return app


@cache
def bottle_app() -> bottle.Bottle:
    app = bottle.Bottle()

    @app.route("/", method=["GET", "POST", "PUT", "DELETE"])
    def index() -> str:
        for name, value in bottle.request.environ[KEY].headers:
            bottle.response.add_header(name, value)
        return "ok"

    @app.get("/only-get")
    def only_get() -> str:
        return "ok"

    @app.get("/forbidden")
    def forbidden() -> None:
        bottle.abort(403)

    @app.get("/redirect")
    def redirect() -> None:
        bottle.redirect("/", 302)

    @app.get("/moved")
    def moved() -> None:
        bottle.redirect("/", 301)

    @app.get("/not-modified")
    def not_modified() -> bottle.HTTPResponse:
        return bottle.HTTPResponse(status=304)

    @app.get("/error")
    def error() -> None:
        raise ViewError

    @app.get("/file")
    def file() -> Any:
        return bottle.static_file(FILE.name, str(FILE.parent), mimetype="text/plain")

    @app.get("/stream")
    def stream() -> Iterator[str]:
        yield "o"
        yield "k"

    return app


@cache
def pyramid_app() -> Application:
    def index(request: Any) -> PyramidResponse:
        response = PyramidResponse("ok", content_type="text/plain")
        response.headerlist.extend(request.environ[KEY].headers)
        return response

    def only_get(request: Any) -> PyramidResponse:
        if request.method != "GET":
            raise HTTPMethodNotAllowed
        return PyramidResponse("ok")

    def error(request: Any) -> None:
        raise ViewError

    def forbidden(request: Any) -> None:
        raise HTTPForbidden

    # Pyramid lets exceptions through where no view is registered for them.
    def on_error(error: Exception, request: Any) -> PyramidResponse:
        return PyramidResponse("error", status=500)

    views = {
        "/": index,
        "/only-get": only_get,
        "/forbidden": forbidden,
        "/redirect": lambda request: HTTPFound("/"),
        "/moved": lambda request: HTTPMovedPermanently("/"),
        "/not-modified": lambda request: HTTPNotModified(),
        "/error": error,
        "/file": lambda request: PyramidFile(str(FILE), content_type="text/plain"),
        "/stream": lambda request: PyramidResponse(app_iter=iter([b"o", b"k"])),
    }
    with Configurator() as config:
        for route, view in views.items():
            config.add_route(route, route)
            config.add_view(view, route_name=route)
        config.add_exception_view(on_error, context=Exception)
    return config.make_wsgi_app()


class FalconIndex:
    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        response.text = "ok"
        for name, value in request.env[KEY].headers:
            response.append_header(name, value)

    on_head = on_post = on_put = on_delete = on_get


class FalconRoute:
    def __init__(self, view: Callable[[falcon.Response], None]) -> None:
        self._view = view

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        self._view(response)


@cache
def falcon_app() -> falcon.App:
    def text(response: falcon.Response) -> None:
        response.text = "ok"

    def forbidden(response: falcon.Response) -> None:
        raise falcon.HTTPForbidden

    def redirect(response: falcon.Response) -> None:
        raise falcon.HTTPFound("/")

    def moved(response: falcon.Response) -> None:
        raise falcon.HTTPMovedPermanently("/")

    def not_modified(response: falcon.Response) -> None:
        response.status = falcon.HTTP_304

    def error(response: falcon.Response) -> None:
        raise ViewError

    def file(response: falcon.Response) -> None:
        response.set_stream(FILE.open("rb"), FILE.stat().st_size)

    def stream(response: falcon.Response) -> None:
        response.stream = iter([b"o", b"k"])

    app = falcon.App()
    # Falcon's own serializer negotiates, and adds a Vary that the others have not.
    app.set_error_serializer(lambda request, response, error: text(response))
    app.add_route("/", FalconIndex())
    routes = {
        "/only-get": text,
        "/forbidden": forbidden,
        "/redirect": redirect,
        "/moved": moved,
        "/not-modified": not_modified,
        "/error": error,
        "/file": file,
        "/stream": stream,
    }
    for route, view in routes.items():
        app.add_route(route, FalconRoute(view))
    return app


def own_view(script: Script) -> own_adapter.View:
    statuses = {route: int(status[:3]) for route, status in RAW_STATUS.items()}

    def view(request: own_adapter.Request) -> own_adapter.Response:
        script.reach({})
        status = statuses.get(request.path, 404)
        if request.path == "/only-get" and request.method != "GET":
            status = 405
        headers = [TEXT, *(script.headers if request.path == "/" else ())]
        return own_adapter.Response(status, headers, b"ok")

    return view


# Django instantiates its middleware from a dotted path, so the row's script waits here.
_scripts: list[Script] = []


def set_django_script(script: Script) -> None:
    _scripts[:] = [script]


@sync_and_async_middleware
def django_recorder(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Put the script between the adapter and what follows it in ``MIDDLEWARE``."""
    if iscoroutinefunction(get_response):

        async def reached_async(request: HttpRequest) -> Any:
            _scripts[0].reach(request.META)
            return await get_response(request)

        return reached_async

    def reached(request: HttpRequest) -> Any:
        _scripts[0].reach(request.META)
        return get_response(request)

    return reached


def django_index(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("ok", content_type="text/plain")
    for name, value in request.META[KEY].headers:
        response.headers[name] = value
    return response


def django_ok(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def django_forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def django_redirect(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/")


def django_moved(request: HttpRequest) -> HttpResponse:
    return HttpResponsePermanentRedirect("/")


def django_not_modified(request: HttpRequest) -> HttpResponse:
    return HttpResponseNotModified()


def django_error(request: HttpRequest) -> HttpResponse:
    raise ViewError


def django_file(request: HttpRequest) -> FileResponse:
    return FileResponse(FILE.open("rb"))


def django_stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter(["o", "k"]))


def in_async(
    view: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], Awaitable[HttpResponse]]:
    async def async_view(request: HttpRequest) -> HttpResponse:
        return view(request)

    return async_view


async def django_stream_async(request: HttpRequest) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[str]:
        yield "o"
        yield "k"

    return StreamingHttpResponse(parts())


_VIEWS = {
    "": django_index,
    "only-get": require_GET(django_ok),
    "forbidden": django_forbidden,
    "redirect": django_redirect,
    "moved": django_moved,
    "not-modified": django_not_modified,
    "error": django_error,
    "file": django_file,
    "stream": django_stream,
}
_ASYNC_VIEWS = {route: in_async(view) for route, view in _VIEWS.items()} | {
    "stream": django_stream_async
}


class SyncUrls:
    urlpatterns = [path(route, view) for route, view in _VIEWS.items()]  # noqa: RUF012


class AsyncUrls:
    urlpatterns = [path(route, view) for route, view in _ASYNC_VIEWS.items()]  # noqa: RUF012
