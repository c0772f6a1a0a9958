"""A raw-socket server that replays recorded answers, byte for byte, under any host name.

Browsers reach it as their proxy, so no port of the cases has to be free, and no name to resolve.
"""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

Pairs = list[tuple[str, str]]
# Status, headers and body: whatever these are, they are sent.
Answer = tuple[int, Pairs, bytes]

_PAGE = Path(__file__).with_name("page.html")
_NO_BODY = {204, 205, 304}


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came in; the URL is absolute."""

    method: str
    url: str
    headers: Pairs
    body: bytes


@dataclass(slots=True)
class Replay:
    """The server: `answer` says what to reply; the page of the tests is under ``/-/``."""

    answer: Callable[[Received], Answer]
    folder: Path
    results: list[Any] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    listener: socket.socket = field(default_factory=socket.socket)

    def start(self) -> int:
        """Listen, and return the port."""
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(256)
        threading.Thread(target=self._accept, daemon=True).start()
        port: int = self.listener.getsockname()[1]
        return port

    def stop(self) -> None:
        """Listen no more."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # A browser closes whenever it likes.
        with suppress(OSError), connection:
            self._talk(connection, "")

    def _talk(self, connection: socket.socket, tunnel: str) -> None:
        with connection.makefile("rb") as reader:
            self._answer_all(connection, reader, tunnel)

    def _answer_all(self, connection: socket.socket, reader: BinaryIO, tunnel: str) -> None:
        while (line := reader.readline().decode("latin-1").split()) and len(line) == 3:
            headers = []
            while field_line := reader.readline().decode("latin-1").rstrip("\r\n"):
                name, _, value = field_line.partition(":")
                headers.append((name, value.strip(" \t")))
            if line[0] == "CONNECT":
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                with self.context().wrap_socket(connection, server_side=True) as secure:
                    self._talk(secure, f"https://{line[1]}")
                return
            length = next((int(v) for n, v in headers if n.lower() == "content-length"), 0)
            request = Received(line[0], f"{tunnel}{line[1]}", headers, reader.read(length))
            connection.sendall(self._reply(request))

    def _reply(self, request: Received) -> bytes:
        path = urlsplit(request.url).path
        if path in {"/-/page", "/-/frame"}:
            answer: Answer = (200, [("Content-Type", "text/html")], _PAGE.read_bytes())
        elif path == "/-/done":
            self.results[:] = json.loads(request.body)
            self.done.set()
            answer = (200, [], b"")
        else:
            answer = self.answer(request)
        status, headers, body = answer
        lines = [f"{name}: {value}" for name, value in headers if name != "Content-Length"]
        if status not in _NO_BODY:
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join([f"HTTP/1.1 {status} Answer", *lines, "", ""]).encode("latin-1")
        return head if request.method == "HEAD" or status in _NO_BODY else head + body

    def context(self) -> ssl.SSLContext:
        """Load the certificate of this run."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "cert.pem", self.folder / "key.pem")
        return context


def make_certificate(folder: Path) -> str:
    """Write a certificate for the names of the cases; return its SHA-256 fingerprint."""
    names = "DNS:page.test,DNS:*.page.test,DNS:other.test"
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=page.test -keyout key.pem "
        f"-out cert.pem -addext subjectAltName={names}".split(),
        cwd=folder,
        check=True,
        capture_output=True,
    )
    told = subprocess.run(
        ["openssl", "x509", "-in", "cert.pem", "-noout", "-fingerprint", "-sha256"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return told.stdout.strip().partition("=")[2]
