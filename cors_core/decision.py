"""What the engine says of one request: an immutable answer and the reason for it.

Adapters read it, applications may read it, nobody changes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from cors_core.headers import COMMON, TOUCHED, HeaderMapping, Pair, Replaced, fold, own_in, settle

# Where adapters leave their decision: a key of the environ, and of a scope.
DECISION = "cors_core.decision"


class RequestKind(StrEnum):
    """What a request is to the CORS protocol.

    Source: https://fetch.spec.whatwg.org/#http-requests
    """

    NOT_CORS = "not-cors"
    """It has no ``Origin``."""
    CORS = "cors"
    """It has an ``Origin``, and is no preflight."""
    PREFLIGHT = "preflight"
    """A browser asks whether a request may be sent."""


class Reason(StrEnum):
    """Why a request was allowed or refused.

    A preflight is judged as browsers judge the answer: first the origin, then the method, then
    the names of headers. What is longer than its limit as delivered is not read.

    Source: https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
    """

    NOT_CORS = "not-cors"
    """It has no ``Origin``, so there is nobody to refuse; it counts as allowed."""
    ALLOWED = "allowed"
    """The origin may read; if it is a preflight, method and headers are allowed, too."""
    ORIGIN_NOT_ALLOWED = "origin-not-allowed"
    """No pattern stands for the origin.

    Only ``*`` stands for one that is malformed or has more than 326 characters.
    """
    METHOD_NOT_ALLOWED = "method-not-allowed"
    """The policy does not allow the requested method, or that is no token or over 64 characters."""
    HEADER_NOT_ALLOWED = "header-not-allowed"
    """The policy does not allow one of the requested headers, or that is no token."""
    HEADERS_TOO_LONG = "headers-too-long"
    """The requested headers are over 1,024 characters or 64 members, of which empty ones count."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one request.

    Attributes:
        kind: What the request is to the CORS protocol.
        allowed: Whether the browser will let the page have what it asked for: the response, or,
            where a preflight asks, to send the request at all.
        reason: Why, or why not.
        status: ``None``: the application answers, and `headers` go on its response. Otherwise
            it is a preflight, and status, headers and body are the whole answer: 403 where the
            origin is refused, else 204, even where the method or a header is not allowed: the
            browser compares the lists itself, and its console then names the culprit.
        headers: Names and values, in the order they are sent.
        body: Bytes of the answer; empty where the application answers.
        failure: What ``dangerously_allow_origins_if`` raised, for the log; no part of the answer.

    Example:
        >>> Policy(allow_origins=["https://app.example.com"]).decide("GET", "https://evil.example")
        Decision(kind=<RequestKind.CORS: 'cors'>, allowed=False, ...)

    Source: https://fetch.spec.whatwg.org/#http-responses
    """

    kind: RequestKind
    allowed: bool
    reason: Reason
    status: int | None
    headers: tuple[Pair, ...]
    body: bytes
    failure: Exception | None = field(default=None, init=False, repr=False, compare=False)

    def apply(self, headers: Iterable[Pair], replaced: Replaced | None = None) -> list[Pair]:
        """Give a response of the application its CORS headers; the given ones stay as they are.

        Args:
            headers: What the application answers, several lines a name allowed.
            replaced: Called with the lower-case name of every CORS header that the
                application had set to something else.

        Returns:
            A new list: the application's other headers, then the decision's; one ``Vary``.

        Example:
            >>> decision = Policy(allow_origins="*").decide("GET", "https://app.example.com")
            >>> decision.apply([("Content-Type", "text/plain"), ("access-control-max-age", "5")])
            [('Content-Type', 'text/plain'), ('Access-Control-Allow-Origin', '*')]
        """
        merged = [*headers]
        for name, _ in merged:
            if name not in COMMON and fold(name) in TOUCHED:
                touched: list[Pair] = []
                others: list[Pair] = []
                for pair in merged:
                    (touched if fold(pair[0]) in TOUCHED else others).append(pair)
                return [*others, *settle(touched, self.headers, replaced)]
        merged += self.headers
        return merged

    def apply_to(self, headers: HeaderMapping, replaced: Replaced | None = None) -> None:
        """Change a mapping that has one value a name, as Django's ``response.headers``.

        Args:
            headers: Names and values; only what differs is assigned or deleted.
            replaced: As in `apply`.

        Example:
            >>> headers = {"Vary": "Cookie"}
            >>> policy.decide("GET", "https://app.example.com").apply_to(headers)
            >>> headers
            {'Vary': 'Cookie, Origin', 'Access-Control-Allow-Origin': 'https://app.example.com'}
        """
        ours = self.headers
        touched = [name for name in headers if name not in COMMON and fold(name) in TOUCHED]
        if touched:
            ours = own_in(headers, touched, ours, replaced)
        for name, value in ours:
            headers[name] = value
