"""What is put around an application: ours, other libraries, code written by hand.

Every one has the same three origins, methods and headers, and otherwise its defaults.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import flask_cors
import wsgicors

from benchmarks import applications
from benchmarks.applications import HEADERS, MAX_AGE, METHODS, ORIGINS
from cors_core import Policy
from cors_flask import CORS
from cors_wsgi import CORSMiddleware

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask

OPTIONS: dict[str, object] = {
    "allow_methods": METHODS,
    "allow_headers": HEADERS,
    "max_age": MAX_AGE,
}
DJANGO_SETTINGS: dict[str, object] = {
    "CORS_POLICY": {"allow_origins": ORIGINS, **OPTIONS},
    "CORS_ALLOWED_ORIGINS": ORIGINS,
    "CORS_ALLOW_METHODS": ("GET", "HEAD", "POST", *METHODS),
    "CORS_ALLOW_HEADERS": tuple(name.lower() for name in HEADERS),
    "CORS_PREFLIGHT_MAX_AGE": MAX_AGE,
}
DJANGO_OURS = "cors_django.CORSMiddleware"
DJANGO_PEER = "corsheaders.middleware.CorsMiddleware"


def policy(*origins: str) -> Policy:
    return Policy(
        allow_origins=origins or ORIGINS,
        allow_methods=METHODS,
        allow_headers=HEADERS,
        max_age=MAX_AGE,
    )


def ours(app: WSGIApplication, *origins: str) -> WSGIApplication:
    return CORSMiddleware(app, policy(*origins))


def by_hand(app: WSGIApplication) -> WSGIApplication:
    """Wrap `app` as one does without a library: nothing is checked, stripped, merged or said."""
    origins = frozenset(ORIGINS)

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        origin: Any = environ.get("HTTP_ORIGIN")
        allowed = origin in origins
        if (
            environ["REQUEST_METHOD"] == "OPTIONS"
            and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
        ):
            if not allowed:
                start_response("403 Forbidden", [("Content-Length", "0"), ("Vary", "Origin")])
                return []
            answer = [
                ("Access-Control-Allow-Origin", origin),
                ("Access-Control-Allow-Methods", "PUT,DELETE"),
                ("Access-Control-Allow-Headers", "authorization,content-type"),
                ("Access-Control-Max-Age", "600"),
                ("Vary", "Origin"),
            ]
            start_response("204 No Content", answer)
            return []

        def start(status, headers, exc_info=None):  # type: ignore[no-untyped-def] # as written by hand
            if allowed:
                ours = [*headers, ("Access-Control-Allow-Origin", origin), ("Vary", "Origin")]
            else:
                ours = [*headers, ("Vary", "Origin")]
            return start_response(status, ours, exc_info)

        return app(environ, start)

    return wrapped


def by_wsgicors(app: WSGIApplication) -> WSGIApplication:
    wrapped: WSGIApplication = wsgicors.CORS(
        app,
        origin=" ".join(ORIGINS),
        methods=", ".join(("GET", "HEAD", "POST", *METHODS)),
        headers=", ".join(HEADERS).lower(),
        maxage=str(MAX_AGE),
    )
    return wrapped


def flask_ours(*origins: str) -> Flask:
    app = applications.flask_application()
    CORS(app, policy(*origins))
    return app


def flask_peer(*origins: str) -> Flask:
    app = applications.flask_application()
    flask_cors.CORS(
        app,
        origins=list(origins or ORIGINS),
        methods=["GET", "HEAD", "POST", *METHODS],
        allow_headers=list(HEADERS),
        max_age=MAX_AGE,
    )
    return app
