"""Own the CORS response headers and merge ``Vary``: lists of pairs in, a list of pairs out.

Whatever the application set under these names, only the decision's value goes out. Browsers join
the lines of one name: two origins become one that matches no page, and a list that was appended
to grants more than was decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
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


def fold(name: str) -> str:
    """Return the name as browsers compare it: some read one that has white space behind it."""
    return name.strip(fetch.OWS).lower()


def own_in(
    headers: HeaderMapping, touched: list[str], ours: tuple[Pair, ...], replaced: Replaced | None
) -> tuple[Pair, ...]:
    """Remove from a mapping what must go; return what `ours` becomes, as far as it is new.

    Args:
        headers: Names and values; only what differs is deleted.
        touched: The names in `headers` that are ours, in any case.
        ours: What the decision adds; a ``Vary`` is the last.
        replaced: As for `settle`.
    """
    # What sessions and translations do, and so most responses of many applications.
    if touched == [fetch.VARY] and ours and ours[-1][0] == fetch.VARY:
        theirs = headers[fetch.VARY]
        vary = merge_vary(theirs, ours[-1][1])
        return ours[:-1] if vary == theirs else (*ours[:-1], (fetch.VARY, vary))
    before = [(name, headers[name]) for name in touched]
    after = settle(before, ours, replaced)
    kept = [name for name, _ in after]
    for name in touched:
        if name not in kept:
            del headers[name]
    return tuple(pair for pair in after if pair not in before)


def settle(
    touched: Iterable[Pair], ours: tuple[Pair, ...], replaced: Replaced | None
) -> tuple[Pair, ...]:
    """Return what `ours` becomes beside headers of the application under the names we own.

    Args:
        touched: What the application set under names in `TOUCHED`; all of it is to go.
        ours: What the decision adds; a ``Vary`` is the last.
        replaced: Called with the lower-case name of every CORS header of the application that
            had another value or is removed.
    """
    varies = []
    for name, value in touched:
        lower = fold(name)
        if lower == _VARY:
            varies.append(value)
        elif replaced is not None and (lower, value) not in ((n.lower(), v) for n, v in ours):
            replaced(lower)
    if not varies:
        return ours
    # Appended to, never overwritten: https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches
    if ours and ours[-1][0] == fetch.VARY:
        return (*ours[:-1], (fetch.VARY, merge_vary(*varies, ours[-1][1])))
    vary = merge_vary(*varies)
    return (*ours, (fetch.VARY, vary)) if vary else ours


# An application has a handful of values; what a request says is never among them.
@lru_cache(maxsize=64)
def merge_vary(*values: str) -> str:
    """Make one ``Vary`` value of several: every name once, in any case, in order.

    ``*`` says more than any name, and stays alone.

    Source: https://www.rfc-editor.org/rfc/rfc9110#field.vary
    """
    members: dict[str, str] = {}
    for value in values:
        for member in fetch.list_members(value):
            members.setdefault(member.lower(), member)
    return "*" if "*" in members else ", ".join(members.values())
