"""A Pyramid application with CORS around it. Run it with ``python -m examples.pyramid_app``."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from wsgiref.simple_server import make_server

from pyramid.config import Configurator

from cors_core import Policy
from cors_wsgi import CORSMiddleware

if TYPE_CHECKING:
    from pyramid.request import Request


def orders(_request: Request) -> dict[str, list[str]]:
    return {"orders": []}


with Configurator() as config:
    config.add_route("orders", "/")
    config.add_view(orders, route_name="orders", renderer="json")

policy = Policy(allow_origins=["http://localhost:*"], allow_headers=["Content-Type"])
application = CORSMiddleware(config.make_wsgi_app(), policy)

if __name__ == "__main__":
    with make_server("127.0.0.1", 8000, application) as server, suppress(KeyboardInterrupt):
        print("The orders are at http://127.0.0.1:8000/ until Ctrl-C.")
        server.serve_forever()
