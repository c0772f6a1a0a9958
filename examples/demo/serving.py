"""Loopback sockets, and WSGI applications served on them from threads."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import waitress

from examples.demo.trouble import Trouble

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# A browser opens up to six connections to one host at a time.
_THREADS = 6


def listen(port: int = 0) -> socket.socket:
    """Take `port` on 127.0.0.1, or a free one for 0.

    Raises:
        Trouble: If the port is taken or not permitted.
    """
    sock = socket.socket()
    # Without it, a port stays taken for a minute after the previous run.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(("127.0.0.1", port))
        sock.listen()
    except OSError as error:
        sock.close()
        raise Trouble(
            f"Port {port} cannot be used ({error.strerror}): "
            "give another one with --port, or leave it out to get a free one."
        ) from None
    return sock


def port_of(sock: socket.socket) -> int:
    port: int = sock.getsockname()[1]
    return port


def serve(app: WSGIApplication, sock: socket.socket) -> None:
    """Serve `app` on `sock` in a thread that ends with the process."""
    server = waitress.create_server(app, sockets=[sock], threads=_THREADS)
    threading.Thread(target=server.run, daemon=True).start()
