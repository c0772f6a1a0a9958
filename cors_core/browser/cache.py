"""What a browser remembers: the CORS-preflight cache, and cookies.

Source: https://fetch.spec.whatwg.org/#cors-preflight-cache
"""

from __future__ import annotations

from collections.abc import Callable

from cors_core import fetch
from cors_core.browser.quirks import Quirks

# Serialized origin and URL. The network partition is always the same: one page.
Key = tuple[str, str]


class PreflightCache:
    """What servers have allowed, and until when."""

    def __init__(self, clock: Callable[[], float], quirks: Quirks) -> None:
        self._clock, self._quirks = clock, quirks
        # By key, whether it was made with credentials, kind and value.
        self._entries: dict[tuple[Key, bool, str, str], float] = {}

    def store(
        self, key: Key, methods: list[str], names: list[str], seconds: int, *, credentials: bool
    ) -> None:
        """Keep one entry a method and one a header name; with 0 seconds they are over at once."""
        if self._quirks.caches_last_answer:
            self.clear(key)
        granted = [("method", it) for it in methods] + [("header", it.lower()) for it in names]
        for kind, value in granted:
            self._entries[key, credentials, kind, value] = self._clock() + seconds

    def covers(self, key: Key, kind: str, value: str, *, credentials: bool) -> bool:
        """Say whether a preflight has already allowed a method, or a lower-case header name."""
        is_exact = self._quirks.caches_exactly
        is_named = (kind, value) == ("header", fetch.NON_WILDCARD_REQUEST_HEADER)
        is_wild = not is_exact and (not is_named or self._quirks.wildcard_covers_authorization)
        values = [value, "*"] if is_wild else [value]
        made = {credentials} if is_exact else {credentials, True}
        entries = [(key, credentialed, kind, value) for credentialed in made for value in values]
        return any(self._entries.get(entry, float("-inf")) > self._clock() for entry in entries)

    def clear(self, key: Key) -> None:
        """Forget what is known about one URL."""
        self._entries = {entry: end for entry, end in self._entries.items() if entry[0] != key}


class CookieJar(dict[tuple[str, str], str]):
    """Cookies by host and name: neither path, ``Domain`` nor ``SameSite`` is modelled."""

    def header_for(self, host: str) -> str | None:
        """Write the ``Cookie`` header; ``None`` if there is nothing to send."""
        found = [f"{name}={value}" for (at, name), value in self.items() if at == host]
        return "; ".join(found) or None

    def store(self, host: str, line: str) -> None:
        """Take in one ``Set-Cookie`` line; ``Max-Age=0`` deletes."""
        pair, _, attributes = line.partition(";")
        name, equals, value = (part.strip() for part in pair.partition("="))
        self.pop((host, name), None)
        if equals and "max-age=0" not in attributes.lower().replace(" ", ""):
            self[host, name] = value
