"""What goes wrong inside Flask is answered with CORS headers, or leaves it unchanged."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, abort
from flask.sessions import SecureCookieSessionInterface
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse, create_environ

PAGE = "https://app.example.com"
ALLOWED = [("access-control-allow-origin", PAGE), ("vary", "Origin")]
TROUBLE = RuntimeError("trouble")

Setup = Callable[[Flask], object]
Collect = Callable[[Headers], list[tuple[str, str]]]
Ask = Callable[..., TestResponse]


def fail(*_: object, **__: object) -> None:
    raise TROUBLE


def view_fails(app: Flask) -> None:
    app.add_url_rule("/", view_func=fail)


def configured(**config: object) -> Setup:
    def prepare(app: Flask) -> None:
        app.config.update(config)
        view_fails(app)

    return prepare


def login_wall(app: Flask) -> None:
    app.before_request(lambda: ("Log in first.", 401))


def before_request_fails(app: Flask) -> None:
    app.before_request(fail)


def after_request_fails(app: Flask) -> None:
    app.add_url_rule("/", view_func=lambda: "fine")
    app.after_request(fail)


class Unopenable(SecureCookieSessionInterface):
    open_session = fail


class Unsavable(SecureCookieSessionInterface):
    save_session = fail


def open_session_fails(app: Flask) -> None:
    app.add_url_rule("/", view_func=lambda: "fine")
    app.session_interface = Unopenable()


def save_session_fails(app: Flask) -> None:
    app.secret_key = "secret"
    app.add_url_rule("/", view_func=lambda: "fine")
    app.session_interface = Unsavable()


def trapped_abort(app: Flask) -> None:
    app.config["TRAP_HTTP_EXCEPTIONS"] = True
    app.add_url_rule("/", view_func=lambda: abort(403))


def handler_answers(app: Flask) -> None:
    view_fails(app)
    app.register_error_handler(RuntimeError, lambda error: ("Handled.", 503))


def handler_fails(app: Flask) -> None:
    view_fails(app)
    app.register_error_handler(500, fail)


def teardown_fails(app: Flask) -> None:
    app.add_url_rule("/", view_func=lambda: "fine")
    app.teardown_request(fail)


@pytest.mark.parametrize(
    ("prepare", "status"),
    [
        pytest.param(login_wall, 401, id="before_request answers"),
        pytest.param(before_request_fails, 500, id="before_request raises"),
        pytest.param(view_fails, 500, id="view raises"),
        pytest.param(after_request_fails, 500, id="after_request raises"),
        pytest.param(open_session_fails, 500, id="session cannot be opened"),
        pytest.param(save_session_fails, 500, id="session cannot be saved"),
        pytest.param(trapped_abort, 500, id="TRAP_HTTP_EXCEPTIONS makes an abort an error"),
        pytest.param(handler_answers, 503, id="error handler answers"),
        pytest.param(
            configured(DEBUG=True, PROPAGATE_EXCEPTIONS=False), 500, id="debug without propagation"
        ),
        pytest.param(
            configured(TESTING=True, PROPAGATE_EXCEPTIONS=False),
            500,
            id="testing without propagation",
        ),
    ],
)
def test_failure_that_flask_answers_has_the_headers(
    app: Flask, get: Ask, cors_of: Collect, prepare: Setup, status: int
) -> None:
    prepare(app)
    response = get()
    assert (response.status_code, cors_of(response.headers)) == (status, ALLOWED)


@pytest.mark.parametrize(
    "prepare",
    [
        pytest.param(configured(TESTING=True), id="TESTING"),
        pytest.param(configured(DEBUG=True), id="debug"),
        pytest.param(configured(DEBUG=True, PROPAGATE_EXCEPTIONS=True), id="debug, propagation"),
        pytest.param(configured(PROPAGATE_EXCEPTIONS=True), id="propagation alone"),
        pytest.param(handler_fails, id="handler of 500 raises"),
    ],
)
def test_exception_that_flask_lets_pass_is_never_answered(app: Flask, prepare: Setup) -> None:
    prepare(app)
    started: list[object] = []
    with pytest.raises(RuntimeError) as caught:
        app(create_environ(headers={"Origin": PAGE}), lambda *start: started.append(start))
    assert (caught.value, started) == (TROUBLE, [])


def test_exception_from_teardown_escapes_after_one_start(app: Flask, cors_of: Collect) -> None:
    teardown_fails(app)
    started: list[list[tuple[str, str]]] = []
    with pytest.raises(RuntimeError) as caught:
        app(
            create_environ(headers={"Origin": PAGE}),
            lambda status, headers, exc_info=None: started.append(headers),
        )
    assert caught.value is TROUBLE
    assert [cors_of(Headers(headers)) for headers in started] == [ALLOWED]


@pytest.mark.parametrize(
    "prepare",
    [
        pytest.param(login_wall, id="login wall"),
        pytest.param(before_request_fails, id="before_request raises"),
        pytest.param(open_session_fails, id="session cannot be opened"),
        pytest.param(teardown_fails, id="teardown raises"),
        pytest.param(configured(TESTING=True), id="view raises"),
    ],
)
def test_preflight_meets_nothing_of_it(app: Flask, get: Ask, prepare: Setup) -> None:
    prepare(app)
    response = get("/", "OPTIONS", Access_Control_Request_Method="PUT")
    assert (response.status, response.data, sorted(response.headers.to_wsgi_list())) == (
        "204 No Content",
        b"",
        [
            ("Access-Control-Allow-Headers", "x-reason"),
            ("Access-Control-Allow-Methods", "PUT"),
            ("Access-Control-Allow-Origin", PAGE),
            ("Access-Control-Max-Age", "600"),
            ("Vary", "Origin"),
        ],
    )
