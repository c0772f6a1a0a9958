"""What stands around, above and below a Flask application with CORS."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client

from cors_core import Policy
from cors_flask import CORS
from cors_wsgi import CORSMiddleware

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

PAGE = "https://app.example.com"
OTHER = "https://other.example.com"
OPTIONS = {"allow_origins": [PAGE]}
ALLOWED = [("access-control-allow-origin", PAGE), ("vary", "Origin")]
ABOVE = (
    "CORS: {} wraps this application from outside, so what it answers itself has no CORS headers. "
    "Initialise CORS after it."
)

Collect = Callable[[Headers], list[tuple[str, str]]]
Wrap = Callable[[Flask], "WSGIApplication"]


def site(name: str = "site") -> Flask:
    app = Flask(name)
    app.add_url_rule("/", view_func=lambda: name)
    return app


def headers_of(app: WSGIApplication, path: str = "/") -> Headers:
    return Client(app).get(path, headers={"Origin": PAGE}).headers


class Auth:
    """A layer that keeps what it wraps under the name given."""

    def __init__(self, inner: object, **kept: object) -> None:
        self.call = inner
        self.__dict__ |= kept

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if "HTTP_AUTHORIZATION" in environ:
            return self.call(environ, start_response)  # type: ignore[operator, no-any-return]
        start_response("401 Unauthorized", [("Content-Type", "text/plain")])
        return [b"Log in first."]


class OpenAuth(Auth):
    """The same for everybody."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.call(environ, start_response)  # type: ignore[operator, no-any-return]


def decorated(inner: WSGIApplication) -> WSGIApplication:
    @functools.wraps(inner)
    def timed(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return inner(environ, start_response)

    return timed


def plain(inner: WSGIApplication) -> WSGIApplication:
    def timed(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return inner(environ, start_response)

    return timed


def mounted(inner: WSGIApplication) -> WSGIApplication:
    return DispatcherMiddleware(inner, {"/other": site("other")})


def ring(inner: WSGIApplication) -> WSGIApplication:
    """Two layers, each of which says that it wraps the other."""
    below = OpenAuth(inner)
    above = OpenAuth(below, app=below)
    below.app = above  # type: ignore[attr-defined] # the layers around it say so
    return above


class Unready(OpenAuth):
    """A layer of which one attribute cannot be asked for yet."""

    @property
    def app(self) -> WSGIApplication:
        raise RuntimeError("not ready")


class Proxy(OpenAuth):
    """A layer that has what the layer below has, and a method named like an application."""

    def __getattr__(self, name: str) -> object:
        return getattr(self.call, name)

    def wsgi_app(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return self(environ, start)


def outside(*named: str) -> list[tuple[str, str, str]]:
    return [
        (
            "WARNING",
            "cors_core.flask",
            ABOVE.format(name),
        )
        for name in named
    ]


@pytest.mark.parametrize(
    ("wrap", "named"),
    [
        pytest.param(lambda app: app.wsgi_app, [], id="nothing"),
        pytest.param(lambda app: ProxyFix(app.wsgi_app), [], id="ProxyFix"),
        pytest.param(lambda app: mounted(app.wsgi_app), ["DispatcherMiddleware"], id="mounts"),
        pytest.param(
            lambda app: OpenAuth(app.wsgi_app, app=app.wsgi_app), ["OpenAuth"], id="under app"
        ),
        pytest.param(
            lambda app: OpenAuth(app.wsgi_app, app=app), ["OpenAuth"], id="keeps the application"
        ),
        pytest.param(
            lambda app: OpenAuth(app.wsgi_app, app=app, wsgi_app=app.wsgi_app),
            ["OpenAuth"],
            id="keeps both",
        ),
        pytest.param(
            lambda app: OpenAuth(app.wsgi_app, app=app, wsgi_app=mounted(app.wsgi_app)),
            ["OpenAuth", "DispatcherMiddleware"],
            id="keeps the application and a layer",
        ),
        pytest.param(lambda app: OpenAuth(app.wsgi_app), ["OpenAuth"], id="under another name"),
        pytest.param(lambda app: plain(app.wsgi_app), ["timed"], id="function"),
        pytest.param(lambda app: decorated(app.wsgi_app), ["timed"], id="functools.wraps"),
        pytest.param(
            lambda app: decorated(OpenAuth(app.wsgi_app, wsgi_app=app.wsgi_app, app=app.wsgi_app)),
            ["timed", "OpenAuth"],
            id="functools.wraps, which copies attributes",
        ),
        pytest.param(lambda app: ring(app.wsgi_app), ["OpenAuth", "OpenAuth"], id="in a ring"),
        pytest.param(
            lambda app: ProxyFix(mounted(app.wsgi_app)),
            ["DispatcherMiddleware"],
            id="mounts below ProxyFix",
        ),
        pytest.param(
            lambda app: mounted(ProxyFix(OpenAuth(app.wsgi_app, app=app.wsgi_app))),
            ["DispatcherMiddleware", "OpenAuth"],
            id="several",
        ),
        pytest.param(lambda app: Unready(app.wsgi_app), ["Unready"], id="not ready"),
        pytest.param(lambda app: Proxy(app.wsgi_app, app=app.wsgi_app), ["Proxy"], id="proxy"),
        pytest.param(
            lambda app: Mock(side_effect=app.wsgi_app), ["Mock"], id="has every attribute"
        ),
    ],
)
def test_what_stands_above_is_named_once(
    caplog: pytest.LogCaptureFixture, wrap: Wrap, named: list[str]
) -> None:
    app = site()
    CORS(app, OPTIONS)
    app.wsgi_app = wrap(app)  # type: ignore[method-assign] # as Flask documents it
    headers_of(app)
    headers_of(app)
    assert [
        (record.levelname, record.name, record.getMessage()) for record in caplog.records
    ] == outside(*named)


def test_what_stands_above_is_named_once_for_policies_by_path(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = site()
    CORS(app, {"/*": OPTIONS})
    app.wsgi_app = mounted(app.wsgi_app)  # type: ignore[method-assign] # as above
    headers_of(app)
    headers_of(app)
    assert [record.getMessage() for record in caplog.records] == [
        ABOVE.format("DispatcherMiddleware")
    ]


@pytest.mark.parametrize("name", ["__wrapped__", "wsgi_app", "app", "application", "_app"])
def test_layer_is_found_where_the_one_above_it_keeps_it(
    caplog: pytest.LogCaptureFixture, name: str
) -> None:
    app = site()
    CORS(app, OPTIONS)
    app.wsgi_app = OpenAuth(app.wsgi_app, **{name: mounted(app.wsgi_app)})  # type: ignore[method-assign] # as above
    headers_of(app)
    assert [record.getMessage() for record in caplog.records] == [
        ABOVE.format("OpenAuth"),
        ABOVE.format("DispatcherMiddleware"),
    ]


def test_what_stands_above_is_named_at_a_preflight_too(caplog: pytest.LogCaptureFixture) -> None:
    app = site()
    CORS(app, OPTIONS)
    app.wsgi_app = mounted(app.wsgi_app)  # type: ignore[method-assign] # as Flask documents it
    asked = {"Origin": PAGE, "Access-Control-Request-Method": "GET"}
    Client(app).options("/", headers=asked)
    assert [record.getMessage() for record in caplog.records] == [
        ABOVE.format("DispatcherMiddleware")
    ]


def test_answer_of_a_layer_above_has_no_headers(cors_of: Collect) -> None:
    app = site()
    CORS(app, OPTIONS)
    app.wsgi_app = Auth(app.wsgi_app)  # type: ignore[method-assign] # as above
    assert cors_of(headers_of(app)) == []


def test_answer_of_a_layer_below_has_the_headers(
    cors_of: Collect, caplog: pytest.LogCaptureFixture
) -> None:
    app = site()
    app.wsgi_app = Auth(app.wsgi_app)  # type: ignore[method-assign] # as above
    CORS(app, OPTIONS)
    assert (cors_of(headers_of(app)), caplog.records) == (ALLOWED, [])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("/", ALLOWED, id="application itself"),
        pytest.param("/other/", ALLOWED, id="mount"),
        pytest.param("/other/nowhere", ALLOWED, id="404 of the mount"),
    ],
)
def test_mount_added_before_is_covered(
    cors_of: Collect, path: str, expected: list[tuple[str, str]]
) -> None:
    app = site()
    app.wsgi_app = mounted(app.wsgi_app)  # type: ignore[method-assign] # as above
    CORS(app, OPTIONS)
    assert cors_of(headers_of(app, path)) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("/", ALLOWED, id="application itself"),
        pytest.param("/other/", [], id="mount"),
    ],
)
def test_mount_added_after_is_out_of_reach(
    cors_of: Collect, path: str, expected: list[tuple[str, str]]
) -> None:
    app = site()
    CORS(app, OPTIONS)
    app.wsgi_app = mounted(app.wsgi_app)  # type: ignore[method-assign] # as above
    assert cors_of(headers_of(app, path)) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("/api/orders", ALLOWED, id="path below the mount point"),
        pytest.param("/shop/orders", [], id="path that only the whole URL has"),
    ],
)
def test_mounted_application_matches_the_path_it_routes_on(
    cors_of: Collect, path: str, expected: list[tuple[str, str]]
) -> None:
    app = site()
    CORS(app, {"/api/*": OPTIONS})
    whole = DispatcherMiddleware(site("whole"), {"/shop": app})
    assert cors_of(headers_of(whole, f"/shop{path}")) == expected


def test_application_root_changes_no_path(cors_of: Collect) -> None:
    app = site()
    app.config["APPLICATION_ROOT"] = "/shop"
    CORS(app, {"/api/*": OPTIONS})
    assert [cors_of(headers_of(app, path)) for path in ("/api/orders", "/shop/api/orders")] == [
        ALLOWED,
        [],
    ]


@pytest.mark.parametrize(
    ("options", "level", "message"),
    [
        pytest.param(
            OPTIONS,
            "WARNING",
            "CORS is applied twice to this application; the outer one counts. Remove one.",
            id="same answer",
        ),
        pytest.param(
            {"allow_origins": [OTHER]},
            "ERROR",
            "CORS is applied twice to this application, with different answers; the outer one "
            "counts. Remove one.",
            id="different answer",
        ),
    ],
)
def test_child_with_its_own_policy_stands_down(
    cors_of: Collect,
    caplog: pytest.LogCaptureFixture,
    options: dict[str, list[str]],
    level: str,
    message: str,
) -> None:
    child, parent = site("child"), site("parent")
    CORS(child, options)
    parent.wsgi_app = DispatcherMiddleware(parent.wsgi_app, {"/child": child})  # type: ignore[method-assign] # as above
    CORS(parent, OPTIONS)
    answers = [cors_of(headers_of(parent, "/child/")) for _ in range(2)]
    assert answers == [ALLOWED, ALLOWED]
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        (level, message)
    ]


def test_child_decides_where_the_parent_has_no_policy(
    cors_of: Collect, caplog: pytest.LogCaptureFixture
) -> None:
    child, parent = site("child"), site("parent")
    CORS(child, OPTIONS)
    parent.wsgi_app = DispatcherMiddleware(parent.wsgi_app, {"/child": child})  # type: ignore[method-assign] # as above
    CORS(parent, {"/*": {"allow_origins": [OTHER]}, "/child/*": None})
    assert (cors_of(headers_of(parent, "/child/")), caplog.records) == (ALLOWED, [])


def test_wsgi_adapter_around_the_application_counts(
    cors_of: Collect, caplog: pytest.LogCaptureFixture
) -> None:
    app = site()
    CORS(app, {"allow_origins": [OTHER]})
    assert cors_of(headers_of(CORSMiddleware(app, OPTIONS))) == ALLOWED
    assert [(record.levelname, record.name) for record in caplog.records] == [
        ("ERROR", "cors_core.flask")
    ]


class Hosts:
    """Remembers the hosts it is asked about."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def policy_for(self, host: str, path: str) -> Policy | None:
        self.asked.append(host)
        return None


def proxy_outside(app: Flask, hosts: Hosts) -> None:
    CORS(app, hosts)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_host=1)  # type: ignore[method-assign] # as above


def proxy_inside(app: Flask, hosts: Hosts) -> None:
    app.wsgi_app = ProxyFix(app.wsgi_app, x_host=1)  # type: ignore[method-assign] # as above
    CORS(app, hosts)


@pytest.mark.parametrize(
    ("arrange", "host"),
    [
        pytest.param(proxy_outside, "api.example.com:8443", id="ProxyFix around: forwarded"),
        pytest.param(proxy_inside, "backend:8000", id="ProxyFix below: as received"),
    ],
)
def test_source_sees_the_host_that_the_layers_above_believe(
    arrange: Callable[[Flask, Hosts], None], host: str
) -> None:
    app, hosts = site(), Hosts()
    arrange(app, hosts)
    headers = {"Host": "Backend:8000", "X-Forwarded-Host": "API.example.com:8443"}
    app.test_client().get("/", headers=headers)
    assert hosts.asked == [host]
