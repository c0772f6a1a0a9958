"""What a page hands to ``fetch()``, checked as a browser checks it."""

from __future__ import annotations

from collections.abc import Iterable

from cors_core import fetch
from cors_core.browser.quirks import QUIRKS
from cors_core.browser.urls import Url, parse_url
from cors_core.errors import without_password
from cors_core.origin import parse_origin

_CHOICES: dict[str, Iterable[str | None]] = {
    "quirks": tuple(QUIRKS),
    "credentials": ("omit", "same-origin", "include"),
    "mode": ("cors", "no-cors", "same-origin"),
    "redirect": ("follow", "error", "manual"),
    "referrer_policy": fetch.REFERRER_POLICIES,
}


class FetchTypeError(TypeError, ValueError):
    """What a browser throws before it sends anything.

    A ``TypeError`` as in a browser, and a ``ValueError`` as all bad input is here.
    """


def read_origin(origin: str) -> str:
    """Give back a serialized origin or ``null``; ``ValueError`` if it is neither."""
    if not is_origin(str(origin)):
        raise ValueError(f"{without_password(str(origin))!r} is not an origin as browsers send it")
    return origin


def is_origin(text: str) -> bool:
    """Say whether a browser could write `text` in ``Origin``."""
    # The dot that ends a name is sent, too, though no policy can list it.
    without_dot = text.replace(".:", ":").removesuffix(".")
    return text == "null" or any(map(parse_origin, (text, without_dot)))


def check_choices(**chosen: str | None) -> None:
    """Raise ``ValueError`` where a word is none that ``fetch()`` knows."""
    for name, choice in chosen.items():
        if choice not in _CHOICES[name]:
            known = ", ".join(map(repr, _CHOICES[name]))
            raise ValueError(f"{name}: {choice!r} is none of {known}")


def read_url(text: str) -> Url:
    """Read an absolute URL, or a path on ``https://server.test``.

    Raises:
        ValueError: It is no URL.
        FetchTypeError: It has a user or a password.
    """
    url = isinstance(text, str) and parse_url(text, Url("https", "https://server.test", "/"))
    if not url:
        raise ValueError(f"{without_password(str(text))!r} is not a URL")
    if url.has_credentials:
        raise FetchTypeError(f"{without_password(text)!r} has a user or a password")
    return url


def read_method(method: str, mode: str) -> str:
    """Normalize a method: six of them are upper-cased, ``patch`` is not.

    Raises:
        FetchTypeError: It is no token, or no script may use it.

    Source: https://fetch.spec.whatwg.org/#concept-method-normalize
    """
    if not fetch.is_token(method):
        raise FetchTypeError(f"{method!r} is not a method")
    if fetch.is_forbidden_method(method):
        raise FetchTypeError(f"{method!r} is a method no script may use")
    normalized = method.upper() if method.upper() in fetch.NORMALIZED_METHODS else method
    if mode == "no-cors" and normalized not in fetch.SAFELISTED_METHODS:
        raise FetchTypeError(f"{method!r} is no method for mode 'no-cors'")
    return normalized


def read_body(body: str | bytes | None, method: str) -> bytes:
    """Encode what is sent; ``FetchTypeError`` for what is no body, and for one on GET or HEAD."""
    if not isinstance(body, str | bytes | None):
        raise FetchTypeError(f"body: {body!r} is neither text nor bytes")
    if body is not None and method in {"GET", "HEAD"}:
        raise FetchTypeError(f"{method} cannot have a body")
    return body.encode() if isinstance(body, str) else body or b""
