"""What goes over the wire, and what the browser thought of it. Data only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it leaves the browser.

    Attributes:
        method: As sent, already normalized.
        url: Absolute, without fragment.
        headers: Pairs in the order they are sent; values are latin-1 text.
        body: Empty where there is none.
    """

    method: str
    url: str
    headers: list[Pair] = field(default_factory=list)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """One response as a transport hands it over.

    Attributes:
        status: 200 to 999.
        headers: One pair a header line, in order; values are latin-1 text.
        body: Bytes; text is encoded as UTF-8.
    """

    status: int
    headers: list[Pair] = field(default_factory=list)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request that was sent, and what came back.

    Attributes:
        request: What was sent.
        response: What came back; ``None`` if nothing did that a browser can read.
        preflight: Whether this was the browser's own question before the actual request.
    """

    request: Request
    response: Response | None
    preflight: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the browser did or checked.

    Attributes:
        name: What was checked, in the standard's words.
        passed: Whether the fetch goes on.
        detail: Why, with the values that decided.
        source: Where that is written.
        exchange: Index of the last exchange before it; ``None`` if nothing was sent yet.
    """

    name: str
    passed: bool
    detail: str
    source: str
    exchange: int | None


class NetworkError(Exception):
    """A fetch that ends here: the page gets a ``TypeError``. Never leaves this package."""

    def __init__(self, name: str, detail: str, fix: str) -> None:
        self.name, self.detail, self.fix = name, detail, fix


def lines(headers: Iterable[Pair], name: str) -> list[str]:
    """Collect the values of one header, a line each."""
    return [value for key, value in headers if key.lower() == name.lower()]


def get(headers: Iterable[Pair], name: str) -> str | None:
    """Join all lines of one header; ``None`` if there is none.

    Source: https://fetch.spec.whatwg.org/#concept-header-list-get
    """
    return ", ".join(found) if (found := lines(headers, name)) else None
