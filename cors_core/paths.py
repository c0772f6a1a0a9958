"""A policy for each path; the most specific entry wins, whatever the order.

A path that two readers may read differently never reaches a wider policy.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from cors_core.errors import PolicyError, Problem, show, wrong_type
from cors_core.policy import DENY, Policy
from cors_core.source import PolicySource
from cors_core.validation import find_source_problem, has_policy_for

_BELOW = "/*"
_SOURCE_HINT = (
    "Give a Policy, a PolicyMap, an object with policy_for(host, path), or None; in a setting "
    'also {"allow_origins": [...]}.'
)
# What may be read in two ways, or not at all: "%", a backslash, and whatever is not visible ASCII.
# Repeated slashes and dot segments, which are made of ordinary characters, are looked for apart.
_ODD = re.compile(r"[^!-$&-\[\]-~]")
# Control characters, and what is not UTF-8: as U+FFFD, as a surrogate, or left encoded.
_NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd\ud800-\udfff]")
_NO_UTF8 = re.compile(r"%[89a-fA-F][0-9a-fA-F]")
_SLASHES = re.compile(r"//+")
_FAULTS = (
    (re.compile(r"^(?!/)"), "A path begins with '/'."),
    (re.compile(r"\*"), "'*' is the whole last segment or nothing."),
    (re.compile(r"[?#]"), "A path has no query and no fragment."),
    (re.compile(r"%[0-9a-fA-F]{2}"), "Paths are compared decoded, so this can never match."),
    (re.compile(r"//|\\"), "Repeated slashes and backslashes are read in two ways."),
)


class PolicyMap:
    """Policies by path.

    Keys are paths (``/feed.json``) or everything below one (``/api/*``, which covers ``/api``,
    ``/api/`` and ``/api/orders``, not ``/apis``). An exact path beats any prefix, a longer
    prefix a shorter one. Case-sensitive. What no key covers has no policy.

    Args:
        entries: Paths, and for each a policy source or ``None`` for no CORS there.

    Raises:
        PolicyError: With every wrong key and value at once.

    Example:
        >>> paths = PolicyMap({"/api/*": policy, "/api/internal/*": None, "/feed.json": public})
        >>> paths.policy_for("example.com", "/api/orders") is policy
        True
    """

    def __init__(self, entries: Mapping[str, PolicySource | Literal[False] | None]) -> None:
        given: object = entries
        if not isinstance(given, Mapping):
            hint = 'Write {"/api/*": Policy(...)}.'
            raise PolicyError([wrong_type("", None, given, "a mapping of paths", hint)])
        problems = [problem for item in entries.items() for problem in check_entry(*item)]
        if problems:
            raise PolicyError(problems)
        # An object of the user's own may well be falsy.
        self._entries = {key: None if it is False else it for key, it in entries.items()}
        self._exact = {key: value for key, value in self._entries.items() if key[-2:] != _BELOW}
        self._prefixes = {key[:-2]: it for key, it in self._entries.items() if key[-2:] == _BELOW}
        self._deepest = max((prefix.count("/") for prefix in self._prefixes), default=-1)

    def policy_for(self, host: str, path: str) -> Policy | None:
        """Return the policy of a path; ``None`` if there is none.

        ``DENY`` for a path with dot segments, control characters, without a leading slash or
        not in UTF-8, and where repeated or disguised slashes make a difference.

        Args:
            host: Only handed on to an entry that is a source of its own.
            path: See `PolicySource.policy_for`; the empty path is ``/``.

        Example:
            >>> paths = PolicyMap({"/api/*": public, "/api/internal/*": None})
            >>> paths.policy_for("example.com", "/api/orders")
            Policy(allow_origins=('*',))
            >>> paths.policy_for("example.com", "/api//internal/orders")
            DENY
        """
        path = path or "/"
        plain = _flatten(path)
        if plain is None:
            return DENY
        source = self._find(path)
        if plain != path and not _same(source, self._find(plain)):
            return DENY
        return None if source is None else source.policy_for(host, path)

    def __repr__(self) -> str:
        return f"PolicyMap({self._entries!r})"

    def _find(self, path: str) -> PolicySource | None:
        if path in self._exact:
            return self._exact[path]
        # No deeper than the deepest prefix, so that a long path costs no more.
        segments = path.split("/", self._deepest + 1)[: self._deepest + 1]
        for end in range(len(segments), 0, -1):
            prefix = "/".join(segments[:end])
            if prefix in self._prefixes:
                return self._prefixes[prefix]
        return None


def entries(source: PolicySource | None, at: str = "") -> Iterator[tuple[str, PolicySource | None]]:
    """Yield what the entries of a source lead to, and where each stands; only maps have entries."""
    if not isinstance(source, PolicyMap):
        yield at, source
        return
    for path, entry in source._entries.items():  # noqa: SLF001 - the same module
        yield from entries(entry, f'{at}["{path}"].')


def check_entry(key: object, value: object) -> Iterator[Problem]:
    """Check one entry of a `PolicyMap`."""
    if not isinstance(key, str):
        message = f"{type(key).__name__} is no path."
        yield Problem("path-malformed", "paths", None, key, message, 'Write a path: "/api/*".')
    elif (fault := _find_fault(key)) is not None:
        yield Problem("path-malformed", "paths", None, key, fault, _path_hint(key))
    if value is not None and value is not False:
        if (problem := find_source_problem(value)) is not None:
            hint = problem.hint if has_policy_for(value) else _SOURCE_HINT
            field = f'["{key}"]' if isinstance(key, str) else show(key)
            yield replace(problem, code="path-value", field=field, hint=hint)


def _find_fault(key: str) -> str | None:
    path = key[:-1] if key.endswith(_BELOW) else key
    odd = None if _flatten(path) else "Dot segments and control characters are read in two ways."
    return next((message for pattern, message in _FAULTS if pattern.search(path)), odd)


def _path_hint(key: str) -> str:
    # Imported here: only a mistake needs it.
    from urllib.parse import unquote

    # Other libraries take regular expressions: "^/api/.*$" is /api/* here.
    path = re.split(r"[?#]", key.strip().strip("^$"))[0].replace("\\", "/").rstrip("/")
    bare = posixpath.normpath("/" + unquote(path.strip("/*").rstrip(".")))
    hint = bare.rstrip("/") + _BELOW if path.endswith("*") else bare
    # A star that was encoded, or is part of a name, is none: it would allow more than is written.
    good = "*" not in bare and ":/" not in bare and hint.isprintable() and not _find_fault(hint)
    return f"Write {hint}." if good else "Write a path such as /api/*."


def _flatten(path: str) -> str | None:
    """Read all that may be read as a slash as one; ``None`` where even so readings differ."""
    if not path.startswith("/"):
        return None
    if "//" not in path and "/." not in path and not _ODD.search(path):
        return path
    if _NO_TEXT.search(path) or _NO_UTF8.search(path):
        return None
    for slash in ("\\", "%2f", "%2F", "%5c", "%5C"):
        path = path.replace(slash, "/")
    dots = f"{path}/".replace("%2e", ".").replace("%2E", ".")
    return None if "/./" in dots or "/../" in dots else _SLASHES.sub("/", path)


def _same(one: PolicySource | None, other: PolicySource | None) -> bool:
    return one is other or (isinstance(one, Policy) and one == other)
