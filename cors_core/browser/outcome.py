"""What a page gets from a fetch, and the whole handshake as text that a person understands.

Whatever came from a server is escaped, so that it cannot draw on a terminal; what a script sent
as credentials is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cors_core import fetch
from cors_core.browser.messages import Exchange, Pair, Step
from cors_core.errors import shorten, without_password

# The headers a handshake turns on; the rest would hide them.
_SHOWN = fetch.CORS_REQUEST_HEADERS | fetch.CORS_RESPONSE_HEADERS | {"cookie", "vary", "location"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one fetch.

    ``str(outcome)`` is the explanation, so ``assert outcome.readable, outcome`` prints it.

    Attributes:
        readable: Whether the page gets a response; if not, it gets a ``TypeError``.
        status: What the page reads as ``response.status``: 0 for an opaque response
            (mode ``no-cors``, redirect ``manual``); ``None`` if there is no response.
        headers: What the page may read, as pairs and as it reads them: lower-case names, sorted,
            one pair a name.
        body: What the page may read; empty for an opaque response.
        exchanges: Everything that was sent, in order.
        steps: Everything that was decided and checked, in order.
        cause: The step that failed; ``None`` if none did.
        fix: What to change. Beside a failure, also where the page gets its response but not
            all that it may want of it; ``None`` if there is nothing to say.

    Example:
        >>> from cors_core.browser import Browser
        >>> outcome = Browser("https://app.example.com", policy).fetch("/orders", method="DELETE")
        >>> outcome.readable, outcome.fix
        (False, "Add 'DELETE' to allow_methods.")
    """

    readable: bool
    status: int | None
    headers: tuple[Pair, ...]
    body: bytes
    exchanges: tuple[Exchange, ...]
    steps: tuple[Step, ...]
    cause: Step | None
    fix: str | None

    def __str__(self) -> str:
        told: list[str] = []
        for index, exchange in [(None, None), *enumerate(self.exchanges)]:
            told += _tell(exchange) if exchange else []
            told += [_tell_step(step) for step in self.steps if step.exchange == index]
        told.append(self._verdict())
        told += [f"Fix: {_safe(self.fix)}"] if self.fix else []
        told += [f"See: {self.cause.source}"] if self.cause else []
        return "\n".join(told)

    def _verdict(self) -> str:
        if self.status == 0:
            return "The page gets an opaque response: no status, no headers, no body."
        if self.readable:
            names = ", ".join(name for name, _ in self.headers) or "none"
            return f"The page may read the response: status {self.status}, headers: {names}."
        was_sent = any(not exchange.preflight for exchange in self.exchanges)
        sent = "was sent all the same" if was_sent else "was never sent"
        return f"The page gets a TypeError; the actual request {sent}."


def _tell(exchange: Exchange) -> list[str]:
    request, response = exchange.request, exchange.response
    about = " (preflight)" if exchange.preflight else ""
    status = response.status if response else "nothing a browser can read"
    sent, got = _tell_headers(request.headers), _tell_headers(response.headers if response else ())
    return [f"-> {request.method} {request.url}{about}", *sent, f"<- {status}", *got]


def _tell_step(step: Step) -> str:
    return f"  {'ok  ' if step.passed else 'FAIL'}  {step.name}: {_safe(step.detail)}"


def _tell_headers(headers: Iterable[Pair]) -> list[str]:
    return [
        f"     {name}: {'***' if name == 'Cookie' else _safe(shorten(without_password(value)))}"
        for name, value in headers
        if name.lower() in _SHOWN
    ]


def _safe(text: str) -> str:
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
