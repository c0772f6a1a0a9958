"""A site with a view for each way in which a response comes about."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

calls: list[str] = []


def here(request: HttpRequest) -> HttpResponse:
    calls.append(request.path)
    return HttpResponse("here")


async def here_async(request: HttpRequest) -> HttpResponse:
    return HttpResponse("here")


def crash(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the view failed")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


def stream(request: HttpRequest) -> HttpResponseBase:
    return StreamingHttpResponse(iter([b"one", b"two"]))


def stream_async(request: HttpRequest) -> HttpResponseBase:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one"
        yield b"two"

    return StreamingHttpResponse(parts())


def file(request: HttpRequest) -> HttpResponseBase:
    return FileResponse(io.BytesIO(b"file"), filename="file.txt")


def session(request: HttpRequest) -> HttpResponse:
    request.session["seen"] = True
    return HttpResponse("seen")


def decision(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.META["cors_core.decision"].reason)


class Urls:
    """A ROOT_URLCONF; Django takes any hashable object."""

    urlpatterns = (
        path("", here),
        path("async", here_async),
        path("slash/", here),
        path("crash", crash),
        path("forbidden", forbidden),
        path("suspicious", suspicious),
        path("stream", stream),
        path("stream-async", stream_async),
        path("file", file),
        path("session", session),
        path("decision", decision),
    )


class OwnErrorPage(Urls):
    """With a page of its own for errors."""

    @staticmethod
    def handler500(request: HttpRequest) -> HttpResponse:
        return HttpResponse("sorry", status=500, headers={"Access-Control-Allow-Origin": "*"})


class BrokenErrorPage(Urls):
    """With a page for errors that fails itself."""

    @staticmethod
    def handler500(request: HttpRequest) -> HttpResponse:
        raise LookupError("the error page failed")


class ForeignMiddleware:
    """A middleware as most were written before async: it runs in a thread of its own."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)
