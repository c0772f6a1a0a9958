"""Which request headers a script may set, and which need asking first."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cors_core import fetch
from cors_core.browser.messages import Pair, get, lines
from cors_core.browser.quirks import Quirks

# All but the bytes of https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte
_SAFE = r'[^\x00-\x08\x0a-\x1f"():<>?@\[\\\]{}\x7f]*'
_ESSENCE = "(?i:application/x-www-form-urlencoded|multipart/form-data|text/plain)"
# https://fetch.spec.whatwg.org/#cors-safelisted-request-header. A MIME type is malformed by its
# type or subtype alone, not by its parameters: https://mimesniff.spec.whatwg.org/#parsing
_SAFE_VALUES = {
    "accept": re.compile(_SAFE),
    "accept-language": re.compile(r"[0-9A-Za-z *,\-.;=]*"),
    "content-language": re.compile(r"[0-9A-Za-z *,\-.;=]*"),
    "content-type": re.compile(rf"{_ESSENCE}[ \t]*(?:;{_SAFE})?"),
    "range": re.compile(r"bytes=([0-9]+)-([0-9]*)"),
}
_LONGEST_VALUE, _LONGEST_TOTAL = 128, 1024


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
        stripped, lowered = value.strip(" \t\r\n"), name.lower()
        if not fetch.is_token(name):
            raise ValueError(f"{name!r} is not a header name")
        if any(char in "\0\r\n" or char > "\xff" for char in stripped):
            raise ValueError(f"{name}: {value!r} is not a header value")
        # https://fetch.spec.whatwg.org/#forbidden-request-header
        is_dropped = fetch.is_forbidden_request_header(lowered) or lowered in quirks.ignored_names
        if lowered in fetch.METHOD_OVERRIDE_HEADERS:
            is_dropped = any(map(fetch.is_forbidden_method, fetch.list_members(stripped)))
        # https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header
        whole = ", ".join([*lines(kept, name), stripped])
        is_loud = lowered == "range" or not _is_safe(lowered, whole, quirks)
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
    unsafe = [pair[0].lower() for pair in headers if total > _LONGEST_TOTAL or pair not in safe]
    return sorted(unsafe if quirks.keeps_lines_apart else set(unsafe))


def _is_safe(name: str, value: str, quirks: Quirks) -> bool:
    if len(value) > _LONGEST_VALUE:
        return False
    if name not in _SAFE_VALUES:
        return quirks.safe_headers.fullmatch(f"{name}: {value}") is not None
    found = _SAFE_VALUES[name].fullmatch(value)
    if name == "range" and found:
        return not found[2] or int(found[1]) <= int(found[2])
    return found is not None and (quirks.allows_non_ascii or value.isascii())
