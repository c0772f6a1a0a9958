"""Which request headers a script may set, and which need asking first."""

from __future__ import annotations

from collections.abc import Iterable

from cors_core import fetch
from cors_core.browser.messages import Pair, get, lines
from cors_core.browser.quirks import Quirks


def author_headers(
    headers: Iterable[Pair], quirks: Quirks, *, no_cors: bool
) -> tuple[list[Pair], list[Pair]]:
    """Tell apart what a script may set, and a browser drops without a word.

    Raises:
        ValueError: A name is no token, or a value is no byte string a header can carry.

    Source: https://fetch.spec.whatwg.org/#concept-headers-append
    """
    kept, dropped = list[Pair](), list[Pair]()
    for pair in headers:
        if isinstance(pair, str) or [isinstance(part, str) for part in pair] != [True] * 2:
            raise ValueError(f"headers: {pair!r} is no pair of texts")
        name, value = pair
        stripped, lower = value.strip(" \t\r\n"), name.lower()
        if not fetch.is_token(name):
            raise ValueError(f"{name!r} is not a header name")
        if any(char in "\0\r\n" or char > "\xff" for char in stripped):
            raise ValueError(f"{name}: {value!r} is not a header value")
        # https://fetch.spec.whatwg.org/#forbidden-request-header
        is_dropped = fetch.is_forbidden_request_header(lower, stripped)
        is_dropped |= lower in quirks.ignored_names
        # https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header
        whole = ", ".join([*lines(kept, name), stripped])
        is_loud = lower == "range" or not _is_safe(lower, whole, quirks)
        (dropped if is_dropped or (no_cors and is_loud) else kept).append((name, stripped))
    return kept, dropped


def unsafe_names(headers: list[Pair], quirks: Quirks) -> list[str]:
    """List the header names a preflight must ask for: lower case, sorted, once each.

    Source: https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names
    """
    if quirks.joins_lines:
        names = {name.lower() for name, _ in headers}
        headers = [(name, get(headers, name) or "") for name in names]
    safe = [(name, value) for name, value in headers if _is_safe(name.lower(), value, quirks)]
    total = 0 if quirks.keeps_lines_apart else sum(len(value) for _, value in safe)
    is_long = total > fetch.LONGEST_SAFELISTED_TOTAL
    unsafe = [pair[0].lower() for pair in headers if is_long or pair not in safe]
    return sorted(unsafe if quirks.keeps_lines_apart else set(unsafe))


def _is_safe(name: str, value: str, quirks: Quirks) -> bool:
    if fetch.is_safelisted_request_header(name, value):
        return quirks.allows_non_ascii or value.isascii()
    is_more = quirks.safe_headers.fullmatch(f"{name}: {value}") is not None
    return is_more and len(value) <= fetch.LONGEST_SAFELISTED_VALUE
