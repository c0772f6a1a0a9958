"""The transport to real servers: the only room that opens a connection."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, suppress
from time import monotonic

from cors_core.browser.messages import Request, Response

_LONGEST_BODY = 1_048_576


def live(*, timeout: float = 10.0) -> Callable[[Request], Response]:
    """Make a transport that talks to real servers, over http and https.

    It follows no redirect and keeps no cookie, which is the browser's business, and leaves off
    where a body is longer than 1 MiB or than its time. Needs httpx
    (``pip install cors-core[cli]``).

    Args:
        timeout: Seconds to wait for a connection and for each piece of an answer, and to read
            a body that may have no end.

    Returns:
        A server for `Browser`.

    Raises:
        ImportError: httpx is not installed.

    Example:
        ``print(Browser("https://app.example.com", live()).fetch("https://api.example.com/"))``
    """
    import httpx

    def transport(request: Request) -> Response:
        sent = [(key.encode("latin-1"), text.encode("latin-1")) for key, text in request.headers]
        asked, body = (request.method, request.url), b""
        with httpx.Client(timeout=timeout) as client:
            question = client.build_request(*asked, headers=sent, content=request.body or None)
            question.method = request.method  # httpx writes it in upper case
            with closing(client.send(question, stream=True)) as got, suppress(httpx.ReadTimeout):
                end = monotonic() + timeout
                for piece in got.iter_bytes():
                    body += piece
                    if len(body) >= _LONGEST_BODY or monotonic() > end:
                        break
        pairs = [(key.decode("latin-1"), text.decode("latin-1")) for key, text in got.headers.raw]
        return Response(got.status_code, pairs, body[:_LONGEST_BODY])

    return transport
