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
    """Why a request was allowed or refused."""

    NOT_CORS = "not-cors"
    ALLOWED = "allowed"
    ORIGIN_NOT_ALLOWED = "origin-not-allowed"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    HEADER_NOT_ALLOWED = "header-not-allowed"
    HEADERS_TOO_LONG = "headers-too-long"


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one request.

    Attributes:
        kind: What the request is to the CORS protocol.
        allowed: Whether the browser will let the page have what it asked for.
        reason: Why, or why not.
        status: ``None``: the application answers, and `headers` go on its response.
            Otherwise status, headers and body are the whole answer.
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
        """
        ours = self.headers
        touched = [name for name in headers if name not in COMMON and fold(name) in TOUCHED]
        if touched:
            ours = own_in(headers, touched, ours, replaced)
        for name, value in ours:
            headers[name] = value
