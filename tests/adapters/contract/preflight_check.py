"""What a browser does with the answer to its CORS-preflight request.

Written from the Standard and from nothing of ours, so that it can referee.
Source: https://fetch.spec.whatwg.org/#cors-preflight-fetch
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

Pairs = Sequence[tuple[str, str]]

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_SAFELISTED_METHODS = ("GET", "HEAD", "POST")


class ListError(Exception):
    """A header that cannot be extracted."""


def get(headers: Pairs, name: str) -> str | None:
    """Source: https://fetch.spec.whatwg.org/#concept-header-list-get."""
    lines = [value for key, value in headers if key.lower() == name]
    return ", ".join(lines) if lines else None


def extract(headers: Pairs, name: str) -> list[str]:
    """Source: https://fetch.spec.whatwg.org/#extract-header-list-values.

    Raises:
        ListError: If a member is no token.
    """
    lines = [value for key, value in headers if key.lower() == name]
    members = [member.strip(" \t") for line in lines for member in line.split(",")]
    values = [member for member in members if member]
    if not all(map(_TOKEN.fullmatch, values)):
        raise ListError(name)
    return values


def passes_cors_check(headers: Pairs, origin: str, *, credentials: bool) -> bool:
    """Source: https://fetch.spec.whatwg.org/#concept-cors-check."""
    allowed = get(headers, "access-control-allow-origin")
    if allowed is None:
        return False
    if not credentials and allowed == "*":
        return True
    if allowed != origin:
        return False
    return not credentials or get(headers, "access-control-allow-credentials") == "true"


def proceeds(
    status: int,
    headers: Pairs,
    origin: str,
    method: str,
    unsafe_names: Iterable[str],
    *,
    credentials: bool,
) -> bool:
    """Say whether the browser sends the request it asked for."""
    if not passes_cors_check(headers, origin, credentials=credentials) or not 200 <= status <= 299:
        return False
    try:
        methods = extract(headers, "access-control-allow-methods")
        names = extract(headers, "access-control-allow-headers")
    except ListError:
        return False
    star = not credentials
    if method not in (*methods, *_SAFELISTED_METHODS) and not (star and "*" in methods):
        return False
    granted = {name.lower() for name in names}
    wanted = {name.lower() for name in unsafe_names}
    if "authorization" in wanted - granted:
        return False
    return wanted <= granted or (star and "*" in granted)
