"""What a page gets from a fetch, and the whole handshake as text that a person understands.

Whatever came from a server is escaped, so that it cannot draw on a terminal; what a script sent
as credentials is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cors_core import fetch
from cors_core.browser.messages import Exchange, Pair, Step
from cors_core.errors import without_password

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
        told = [f"{mark}{_safe(text)}" for mark, text in self.story()]
        told.append(self._verdict())
        told += [f"Fix: {_safe(self.fix)}"] if self.fix else []
        told += [f"See: {self.cause.source}"] if self.cause else []
        return "\n".join(told)

    def story(self) -> Iterator[tuple[str, str]]:
        """Tell in order what was sent, came back and was decided, as pairs of mark and text.

        The marks are ``->``, ``<-``, ``ok``, ``FAIL`` and none, with the spaces around them.
        """
        for index, exchange in [(None, None), *enumerate(self.exchanges)]:
            if exchange:
                request, response = exchange.request, exchange.response
                about = " (preflight)" if exchange.preflight else ""
                yield "-> ", f"{request.method} {request.url}{about}"
                yield from _tell(request.headers)
                yield "<- ", str(response.status if response else "nothing a browser can read")
                yield from _tell(response.headers if response else ())
            for step in self.steps:
                if step.exchange == index:
                    yield "  ok    " if step.passed else "  FAIL  ", f"{step.name}: {step.detail}"

    def _verdict(self) -> str:
        if self.status == 0:
            return "The page gets an opaque response: no status, no headers, no body."
        if self.readable:
            names = ", ".join(name for name, _ in self.headers) or "none"
            return f"The page may read the response: status {self.status}, headers: {names}."
        sent = "never sent" if all(it.preflight for it in self.exchanges) else "sent all the same"
        return f"The page gets a TypeError; the actual request was {sent}."


def _tell(headers: Iterable[Pair]) -> list[Pair]:
    shown = [(n, "***" if n == "Cookie" else v) for n, v in headers if n.lower() in _SHOWN]
    return [("     ", f"{name}: {without_password(value)}") for name, value in shown]


def _safe(text: str) -> str:
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
