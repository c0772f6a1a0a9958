"""A Bottle application with CORS around it. Run it with ``python -m examples.bottle_app``."""

from __future__ import annotations

from contextlib import suppress
from wsgiref.simple_server import make_server

from bottle import Bottle

from cors_core import Policy
from cors_wsgi import CORSMiddleware


def orders() -> dict[str, list[str]]:
    return {"orders": []}


app = Bottle()
app.route("/", ["GET", "POST"], orders)

policy = Policy(allow_origins=["http://localhost:*"], allow_headers=["Content-Type"])
application = CORSMiddleware(app, policy)

if __name__ == "__main__":
    with make_server("127.0.0.1", 8000, application) as server, suppress(KeyboardInterrupt):
        print("The orders are at http://127.0.0.1:8000/ until Ctrl-C.")
        server.serve_forever()
