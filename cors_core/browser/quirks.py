"""Where shipping browsers leave the standard, in one table.

Measured with Chromium 156 and Firefox ESR 153. Everything else they do is the standard.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from cors_core import fetch


def _standard_max_age(values: list[str]) -> int:
    # https://fetch.spec.whatwg.org/#cors-preflight-fetch-0: failure counts as absence.
    if len(values) != 1 or not re.fullmatch("[0-9]+", values[0]):
        return fetch.DEFAULT_MAX_AGE
    # Python refuses to read thousands of digits, and nobody needs them.
    return min(int(values[0].lstrip("0")[:20] or "0"), fetch.LONGEST_MAX_AGE)


def _chromium_max_age(values: list[str]) -> int:
    # Reads a signed 64-bit number; what is none, or does not fit, counts as absence.
    value = ", ".join(values)
    if re.fullmatch("[+-]?[0-9]{1,19}", value) and abs(int(value)) < 2**63:
        return max(0, min(int(value), 7200))
    return fetch.DEFAULT_MAX_AGE


def _firefox_max_age(values: list[str]) -> int:
    # What is there and is no number means not at all.
    return _standard_max_age(values) if re.fullmatch("[0-9]*", ", ".join(values)) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """How one browser behaves; the defaults are the standard.

    Attributes:
        max_age: From the lines of Access-Control-Max-Age to seconds.
        wildcard_covers_authorization: ``*`` in Allow-Headers covers ``Authorization``.
        joins_lines: Lines of one request header are joined before they are judged.
        keeps_lines_apart: Safelisted values of more than 1,024 bytes together need no asking,
            and a header in two lines is asked for twice.
        allows_non_ascii: Bytes from 0x80 in ``Accept`` and ``Content-Type`` are safelisted.
        safe_headers: More headers that need no asking, written ``name: value``.
        ignored_names: Names a script sets in vain.
        origin_ignores_referrer_policy: A ``no-cors`` request carries the page's origin.
        ignores_hops: After a redirect, a preflight carries the page's origin, and every
            cross-origin hop is preflighted once one was.
        caches_last_answer: A preflight's answer replaces what was cached for its URL, and
            survives a response that fails.
        caches_exactly: Neither does a cached ``*`` cover what was not asked for, nor a
            credentialed entry an uncredentialed request.
    """

    max_age: Callable[[list[str]], int] = _standard_max_age
    wildcard_covers_authorization: bool = False
    joins_lines: bool = False
    keeps_lines_apart: bool = False
    allows_non_ascii: bool = True
    safe_headers: re.Pattern[str] = re.compile("(?!)")
    ignored_names: frozenset[str] = frozenset()
    origin_ignores_referrer_policy: bool = False
    ignores_hops: bool = False
    caches_last_answer: bool = False
    caches_exactly: bool = False


QUIRKS: dict[str | None, Quirks] = {
    None: Quirks(),
    "chromium": Quirks(
        max_age=_chromium_max_age,
        # https://github.com/whatwg/fetch/issues/1919: no shipping browser refuses it.
        wildcard_covers_authorization=True,
        joins_lines=True,
        safe_headers=fetch.CLIENT_HINTS,
        ignored_names=frozenset({"user-agent"}),
        origin_ignores_referrer_policy=True,
        caches_last_answer=True,
    ),
    "firefox": Quirks(
        max_age=_firefox_max_age,
        wildcard_covers_authorization=True,
        keeps_lines_apart=True,
        allows_non_ascii=False,
        ignores_hops=True,
        caches_exactly=True,
    ),
}
