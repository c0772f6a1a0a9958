"""A Falcon application with CORS around it. Run it with ``python -m examples.falcon_app``."""

from __future__ import annotations

from contextlib import suppress
from wsgiref.simple_server import make_server

from falcon import App, Request, Response

from cors_core import Policy
from cors_wsgi import CORSMiddleware


class Orders:
    def on_get(self, _request: Request, response: Response) -> None:
        response.media = {"orders": []}

    on_post = on_get


app = App()
app.add_route("/", Orders())

policy = Policy(allow_origins=["http://localhost:*"], allow_headers=["Content-Type"])
application = CORSMiddleware(app, policy)

if __name__ == "__main__":
    with make_server("127.0.0.1", 8000, application) as server, suppress(KeyboardInterrupt):
        print("The orders are at http://127.0.0.1:8000/ until Ctrl-C.")
        server.serve_forever()
