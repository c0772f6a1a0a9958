"""The small API as a Flask application, with the policy as an extension."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, jsonify, request

from cors_flask import CORS
from examples.demo import orders
from examples.demo.policy import Policies

_COOKIE = "demo-flask"
_api = Blueprint("api", __name__)


def flask_app(policy: Policies) -> Flask:
    """Give the API with CORS in one line."""
    app = Flask(__name__)
    app.register_blueprint(_api)
    CORS(app, policy)
    return app


def _json(answer: tuple[int, str]) -> Response:
    status, message = answer
    response = jsonify(message=message)
    response.status_code = status
    response.headers[orders.SERVED_BY] = "Flask"
    return response


@_api.get("/api/orders")
def _listed() -> Response:
    return _json(orders.listed())


@_api.post("/api/orders")
def _placed() -> Response:
    return _json(orders.placed(request.get_data()))


@_api.put("/api/orders/<int:number>")
def _changed(number: int) -> Response:
    return _json(orders.changed(number, request.headers.get("X-Reason", "")))


@_api.delete("/api/orders/<int:number>")
def _deleted(number: int) -> Response:
    return _json(orders.deleted(number))


@_api.get("/api/session")
def _visited() -> Response:
    response = _json(orders.visited(request.cookies.get(_COOKIE)))
    response.set_cookie(_COOKIE, "1", path="/api", httponly=True, samesite="Lax")
    return response


@_api.post("/api/upload")
def _uploaded() -> Response:
    return _json(orders.uploaded(request.get_data()))


@_api.get("/api/broken")
def _broken() -> Response:
    return _json(orders.broken())


@_api.get("/internal/report")
def _reported() -> Response:
    return _json(orders.reported())


@_api.app_errorhandler(500)
def _failed(_error: Exception) -> Response:
    return _json(orders.FAILED)
