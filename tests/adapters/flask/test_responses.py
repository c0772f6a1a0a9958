"""Whatever a Flask application answers carries the decision, once, and is otherwise untouched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from wsgiref.util import FileWrapper

import pytest
from flask import (
    Blueprint,
    Flask,
    Request,
    Response,
    abort,
    make_response,
    redirect,
    request,
    send_file,
    session,
    stream_with_context,
)
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, TestResponse

from cors_core import Reason
from cors_flask import CORS

PAGE = "https://app.example.com"
ALLOWED = [("access-control-allow-origin", PAGE), ("vary", "Origin")]
OWN_HEADER = (
    "CORS: the application set {}; the policy decides, so it was replaced or removed. "
    "Leave it to the policy."
)
REFUSAL = (
    "CORS refused GET /orders/ from 'http://localhost:5173': origin-not-allowed. If this page may "
    'call, add "http://localhost:5173" to allow_origins.'
)

Collect = Callable[[Headers], list[tuple[str, str]]]
Ask = Callable[..., TestResponse]


class CarefulRequest(Request):
    trusted_hosts = ["api.example.com"]  # noqa: RUF012 - as Flask declares it


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """A site with one of everything."""
    (tmp_path / "style.css").write_text("body { color: black }")
    app = Flask(__name__, static_folder=str(tmp_path), static_url_path="/static")
    app.secret_key = "secret"
    CORS(app, {"allow_origins": [PAGE], "allow_methods": ["PUT"]})

    @app.get("/orders/")
    def orders() -> str:
        return "orders"

    @app.get("/gone")
    def gone() -> str:
        abort(410)

    @app.get("/moved")
    def moved() -> object:
        return redirect("/orders/")

    @app.get("/file")
    def file() -> Response:
        return send_file(tmp_path / "style.css")

    @app.get("/stream")
    def stream() -> Response:
        def lines() -> Iterator[str]:
            yield request.method
            yield request.environ["cors_core.decision"].reason

        return Response(stream_with_context(lines()))

    @app.get("/async")
    async def later() -> str:
        return "later"

    @app.get("/visit")
    def visit() -> str:
        session["visits"] = 1
        return "visited"

    @app.get("/negotiated")
    def negotiated() -> Response:
        response = make_response("negotiated")
        response.headers["Vary"] = "Accept-Language, Cookie"
        response.headers.add("Vary", "cookie")
        return response

    @app.get("/careful")
    def careful() -> str:
        return CarefulRequest(request.environ).host

    area = Blueprint("area", __name__, url_prefix="/area")

    @area.before_request
    def guard() -> tuple[str, int]:
        return "Not yours.", 403

    @area.get("/plan")
    def plan() -> str:
        return "plan"

    app.register_blueprint(area)
    return app


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("GET", "/orders/", 200, id="view"),
        pytest.param("HEAD", "/orders/", 200, id="head"),
        pytest.param("OPTIONS", "/orders/", 200, id="options that is no preflight"),
        pytest.param("GET", "/orders", 308, id="strict slash"),
        pytest.param("DELETE", "/orders/", 405, id="method not routed"),
        pytest.param("GET", "/nowhere", 404, id="unknown path"),
        pytest.param("GET", "/gone", 410, id="abort"),
        pytest.param("GET", "/moved", 302, id="redirect"),
        pytest.param("GET", "/file", 200, id="send_file"),
        pytest.param("GET", "/static/style.css", 200, id="static file"),
        pytest.param("GET", "/static/none.css", 404, id="no such static file"),
        pytest.param("GET", "/stream", 200, id="stream_with_context"),
        pytest.param("GET", "/async", 200, id="async view"),
        pytest.param("GET", "/area/plan", 403, id="blueprint's before_request"),
        pytest.param("GET", "/area/none", 404, id="unknown path below a blueprint"),
        pytest.param("GET", "/careful", 400, id="host that is not trusted"),
    ],
)
def test_every_answer_has_the_headers(
    get: Ask, cors_of: Collect, method: str, path: str, status: int
) -> None:
    with get(path, method) as response:
        assert (response.status_code, cors_of(response.headers)) == (status, ALLOWED)


@pytest.mark.parametrize(
    ("path", "vary"),
    [
        pytest.param("/visit", "Cookie, Origin", id="session"),
        pytest.param("/negotiated", "Accept-Language, Cookie, Origin", id="two lines"),
    ],
)
def test_vary_becomes_one_line(get: Ask, cors_of: Collect, path: str, vary: str) -> None:
    assert cors_of(get(path).headers) == [("access-control-allow-origin", PAGE), ("vary", vary)]


def test_not_modified_has_the_headers(get: Ask, cors_of: Collect) -> None:
    with get("/file") as first:
        tag = first.headers["ETag"]
    with get("/file", If_None_Match=tag) as second:
        assert (second.status_code, cors_of(second.headers)) == (304, ALLOWED)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({}, [("vary", "Origin")], id="no origin"),
        pytest.param({"Origin": "https://evil.example"}, [("vary", "Origin")], id="refused"),
    ],
)
def test_answer_to_others_is_sent_without_permission(
    app: Flask, cors_of: Collect, headers: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    response = app.test_client().get("/orders/", headers=headers)
    assert (response.text, cors_of(response.headers)) == ("orders", expected)


def test_refused_preflight_is_answered_whole(app: Flask) -> None:
    response = app.test_client().options(
        "/orders/",
        headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "PUT"},
    )
    assert (response.status, response.data, sorted(response.headers.to_wsgi_list())) == (
        "403 Forbidden",
        b"CORS preflight refused: this origin is not allowed.\n",
        [
            ("Content-Length", "52"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Vary", "Origin"),
        ],
    )


def test_preflight_for_an_untrusted_host_is_answered(get: Ask) -> None:
    response = get("/careful", "OPTIONS", Access_Control_Request_Method="PUT")
    assert response.status_code == 204


def test_stream_reads_the_request_and_the_decision(get: Ask) -> None:
    assert get("/stream").text == f"GET{Reason.ALLOWED}"


def test_async_view_is_awaited(get: Ask) -> None:
    assert get("/async").text == "later"


def test_file_goes_out_through_the_wrapper_of_the_server(app: Flask) -> None:
    environ = EnvironBuilder("/file", headers={"Origin": PAGE}).get_environ()
    environ["wsgi.file_wrapper"] = FileWrapper
    body = app(environ, lambda *start: None)
    body.close()  # type: ignore[attr-defined] # a FileWrapper has it
    assert type(body) is FileWrapper


def test_generator_that_raises_late_does_so_in_the_server(app: Flask, cors_of: Collect) -> None:
    def lines() -> Iterator[bytes]:
        yield b"first"
        raise LookupError("late")

    app.add_url_rule("/late", view_func=lambda: Response(lines()))
    started: list[list[tuple[str, str]]] = []
    environ = EnvironBuilder("/late", headers={"Origin": PAGE}).get_environ()
    body = iter(app(environ, lambda status, headers, *_: started.append(headers)))
    assert next(body) == b"first"
    with pytest.raises(LookupError, match="late"):
        next(body)
    assert [cors_of(Headers(headers)) for headers in started] == [ALLOWED]


def test_cors_headers_of_a_view_are_replaced(
    app: Flask, get: Ask, cors_of: Collect, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/own")
    def own() -> tuple[str, dict[str, str]]:
        return "own", {"Access-Control-Allow-Origin": "*", "access-control-max-age": "1"}

    get("/own")
    assert cors_of(get("/own").headers) == ALLOWED
    assert [(record.levelname, record.name, record.getMessage()) for record in caplog.records] == [
        (
            "WARNING",
            "cors_core.flask",
            OWN_HEADER.format(name),
        )
        for name in ("access-control-allow-origin", "access-control-max-age")
    ]


def test_refusal_is_logged_once_with_its_fix(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        app.test_client().get("/orders/", headers={"Origin": "http://localhost:5173"})
    assert [(record.levelname, record.name, record.getMessage()) for record in caplog.records] == [
        (
            "WARNING",
            "cors_core.flask",
            REFUSAL,
        )
    ]
