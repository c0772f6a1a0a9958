"""A WSGI callable with CORS around it. Run it with ``python -m examples.wsgi_app``."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from wsgiref.simple_server import make_server

from cors_core import Policy
from cors_wsgi import CORSMiddleware

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment


def orders(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b'{"orders": []}']


policy = Policy(allow_origins=["http://localhost:*"], allow_headers=["Content-Type"])
application = CORSMiddleware(orders, policy)

if __name__ == "__main__":
    with make_server("127.0.0.1", 8000, application) as server, suppress(KeyboardInterrupt):
        print("The orders are at http://127.0.0.1:8000/ until Ctrl-C.")
        server.serve_forever()
