"""A small API in Flask that pages on other origins may use.

Run it with ``python -m examples.flask_app`` or ``flask --app examples.flask_app run``. Pages may be
on any port of localhost; give others as
``FLASK_CORS_POLICY__allow_origins='["https://app.example.com"]'``.
"""

from __future__ import annotations

import itertools

from flask import Flask, Response, abort, jsonify, request

from cors_flask import CORS

cors = CORS()


def create_app() -> Flask:
    """Give the application, with the policy from its configuration."""
    app = Flask(__name__)
    app.config["CORS_POLICY"] = {
        "allow_origins": ["http://localhost:*", "http://127.0.0.1:*"],
        "allow_methods": ["PUT", "DELETE"],
        "allow_headers": ["Content-Type"],
        "expose_headers": ["Location"],
    }
    app.config.from_prefixed_env()
    notes: dict[int, str] = {}
    numbers = itertools.count(1)

    @app.get("/notes")
    def listed() -> Response:
        return jsonify(notes)

    @app.post("/notes")
    def added() -> tuple[Response, int, dict[str, str]]:
        number = next(numbers)
        notes[number] = _text()
        return jsonify(notes[number]), 201, {"Location": f"/notes/{number}"}

    @app.put("/notes/<int:number>")
    def changed(number: int) -> Response:
        if number not in notes:
            abort(404)
        notes[number] = _text()
        return jsonify(notes[number])

    @app.delete("/notes/<int:number>")
    def deleted(number: int) -> tuple[str, int]:
        if notes.pop(number, None) is None:
            abort(404)
        return "", 204

    # After every extension that wraps the application, except ProxyFix.
    cors.init_app(app)
    return app


def _text() -> str:
    text = request.get_json()
    if not isinstance(text, str):
        abort(400, "A note is a JSON string.")
    return text


if __name__ == "__main__":
    create_app().run()
