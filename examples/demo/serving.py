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
# https://fetch.spec.whatwg.org/#bad-port
_BAD_PORTS = frozenset(
    map(
        int,
        "1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 "
        "111 113 115 117 119 123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 "
        "532 540 548 554 556 563 587 601 636 989 990 993 995 1719 1720 1723 2049 3659 4045 4190 "
        "5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080".split(),
    )
)
_OTHER = "give another one with --port, or leave it out to get a free one."


def listen(port: int = 0) -> socket.socket:
    """Take `port` on 127.0.0.1, or a free one for 0.

    Raises:
        Trouble: If the port is taken or not permitted, or one that browsers never open.
    """
    if port in _BAD_PORTS:
        raise Trouble(f"Browsers open no page on port {port}: {_OTHER}")
    sock = socket.socket()
    # Without it, a port stays taken for a minute after the previous run.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(("127.0.0.1", port))
        sock.listen()
    except OSError as error:
        sock.close()
        raise Trouble(f"Port {port} cannot be used ({error.strerror}): {_OTHER}") from None
    return sock


def port_of(sock: socket.socket) -> int:
    port: int = sock.getsockname()[1]
    return port


def origin_on(port: int) -> str:
    """Give the origin of what is served on `port`, as browsers write it."""
    # They leave out the default port.
    return "http://127.0.0.1" if port == 80 else f"http://127.0.0.1:{port}"


def serve(app: WSGIApplication, sock: socket.socket) -> None:
    """Serve `app` on `sock` in a thread that ends with the process."""
    server = waitress.create_server(app, sockets=[sock], threads=_THREADS)
    threading.Thread(target=server.run, daemon=True).start()
