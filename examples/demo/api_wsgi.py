"""The small API as a raw WSGI callable, with the policy around it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING

from cors_wsgi import CORSMiddleware
from examples.demo import orders
from examples.demo.policy import Policies

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_COOKIE = "demo-wsgi"


def wsgi_app(policy: Policies) -> WSGIApplication:
    """Give the API with CORS in one line."""
    return CORSMiddleware(_api, policy)


def _api(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    try:
        status, message = _answer(environ)
    except Exception:
        # An exception that leaves the application is answered by the server, outside the policy.
        logging.getLogger(__name__).exception("the view failed")
        status, message = orders.FAILED
    body = json.dumps({"message": message}).encode()
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        (orders.SERVED_BY, "WSGI"),
    ]
    if environ["PATH_INFO"] == "/api/session":
        headers.append(("Set-Cookie", f"{_COOKIE}=1; Path=/api; HttpOnly; SameSite=Lax"))
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body]


def _answer(environ: WSGIEnvironment) -> tuple[int, str]:
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    route = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
    if order := re.fullmatch(r"(PUT|DELETE) /api/orders/([0-9]{1,9})", route):
        if order[1] == "PUT":
            return orders.changed(int(order[2]), environ.get("HTTP_X_REASON", ""))
        return orders.deleted(int(order[2]))
    match route:
        case "GET /api/orders":
            return orders.listed()
        case "POST /api/orders":
            return orders.placed(body)
        case "GET /api/session":
            cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(_COOKIE)
            return orders.visited(cookie.value if cookie else None)
        case "POST /api/upload":
            return orders.uploaded(body)
        case "GET /api/broken":
            return orders.broken()
        case "GET /internal/report":
            return orders.reported()
    return 404, "no such path"
