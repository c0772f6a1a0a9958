"""The transport to real servers: the only room that opens a connection."""

from __future__ import annotations

from collections.abc import Callable

from cors_core.browser.messages import Request, Response

_LONGEST_BODY = 1_048_576


def live(*, timeout: float = 10.0) -> Callable[[Request], Response]:
    """Make a transport that talks to real servers, over http and https.

    It follows no redirect, keeps no cookie and reads at most 1 MiB of a body: the rest is the
    browser's business. Needs httpx (``pip install cors-core[cli]``).

    Args:
        timeout: Seconds to wait for a connection, and for each piece of an answer.

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
        asked, body = (request.method, request.url), request.body or None
        with httpx.stream(*asked, headers=sent, content=body, timeout=timeout) as got:
            first = next(got.iter_bytes(_LONGEST_BODY), b"")
        raw = got.headers.raw
        pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw]
        return Response(got.status_code, pairs, first)

    return transport
