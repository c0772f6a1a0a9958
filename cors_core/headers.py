"""Own the CORS response headers and merge ``Vary``: lists of pairs in, a list of pairs out.

Whatever the application set under these names, the decision's value is the one that goes out;
two values, or one of each, would be refused by every browser or, worse, read by some.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from cors_core import fetch

Pair = tuple[str, str]
Replaced = Callable[[str], object]


class HeaderMapping(Protocol):
    """A mapping that has one value a name, such as Django's ``response.headers``."""

    def __iter__(self) -> Iterator[str]: ...
    def __getitem__(self, name: str, /) -> str: ...
    def __setitem__(self, name: str, value: str, /) -> None: ...
    def __delitem__(self, name: str, /) -> None: ...


_VARY = fetch.VARY.lower()
TOUCHED = fetch.CORS_RESPONSE_HEADERS | {_VARY}
# Every response passes here. Names that most of them have, as most of them spell it, need not be
# folded to know that they are none of ours.
COMMON = frozenset(
    """Allow Cache-Control Content-Disposition Content-Encoding Content-Language Content-Length
    Content-Type Cross-Origin-Opener-Policy Date ETag Expires Last-Modified Location
    Referrer-Policy Server Set-Cookie Strict-Transport-Security X-Content-Type-Options
    X-Frame-Options""".split()
)


def own_in(
    headers: HeaderMapping, ours: tuple[Pair, ...], replaced: Replaced | None = None
) -> None:
    """Do as `replace` does to a mapping that has one value a name; assign only what changes."""
    touched = [name for name in headers if name not in COMMON and name.lower() in TOUCHED]
    if not touched:
        for name, value in ours:
            headers[name] = value
        return
    before = [(name, headers[name]) for name in touched]
    after = replace(before, ours, replaced)
    for pair in before:
        if pair not in after:
            del headers[pair[0]]
    for pair in after:
        if pair not in before:
            headers[pair[0]] = pair[1]


def merge_vary(values: Iterable[str]) -> str:
    """Make one ``Vary`` value of several: every name once, in any case, in order.

    ``*`` says more than any name, and stays alone.

    Source: https://www.rfc-editor.org/rfc/rfc9110#field.vary
    """
    members: dict[str, str] = {}
    for value in values:
        for member in fetch.list_members(value):
            members.setdefault(member.lower(), member)
    return "*" if "*" in members else ", ".join(members.values())


def replace(headers: list[Pair], ours: tuple[Pair, ...], replaced: Replaced | None) -> list[Pair]:
    """Return `headers` with ours in place of any under the names we own, and one ``Vary``.

    Args:
        headers: What the application answers.
        ours: What the decision adds; a ``Vary`` among them is merged.
        replaced: Called with the lower-case name of every header of the application that
            had another value or is removed.
    """
    wanted = {name.lower(): value for name, value in ours}
    kept = []
    varies = []
    for name, value in headers:
        lower = name.lower()
        if lower == _VARY:
            varies.append(value)
        elif lower not in fetch.CORS_RESPONSE_HEADERS:
            kept.append((name, value))
        elif replaced is not None and wanted.get(lower) != value:
            replaced(lower)
    # Appended to, never overwritten: https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches
    vary = merge_vary([*varies, wanted.get(_VARY, "")])
    kept += [pair for pair in ours if pair[0] != fetch.VARY]
    if vary:
        kept.append((fetch.VARY, vary))
    return kept
