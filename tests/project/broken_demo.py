"""The demo with a Flask server that is broken: ``python -m tests.project.broken_demo HOW ...``."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterable
from typing import Any

from flask import Flask

from examples.demo import run
from examples.demo.serving import serve


def without_vary(app: Flask) -> Any:
    def wrapped(environ: Any, start_response: Any) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            kept = [(name, value) for name, value in headers if name != "Vary"]
            return start_response(status, kept, *rest)

        return app(environ, start)

    return wrapped


def serve_brokenly(app: Any, sock: socket.socket) -> None:
    if not isinstance(app, Flask):
        serve(app, sock)
    elif sys.argv[1] == "dead":
        sock.close()
    elif sys.argv[1] == "no-vary":
        serve(without_vary(app), sock)


if __name__ == "__main__":
    run.serve = serve_brokenly
    sys.exit(run.main(sys.argv[2:]))
