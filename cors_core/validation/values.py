"""How lists are read, and rules for what is no list: switches, numbers and the callable."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from cors_core import fetch
from cors_core.errors import Problem, wrong_type

Entry = tuple[int | None, str]
# Gives an entry as it may stand in the list, or None where that is not clear.
Mend = Callable[[str], str | None]
Fault = tuple[str, str, str]  # code, message and hint

# All other codes are those of problems, which refuse a policy.
WARNINGS = frozenset(
    """duplicate origin-covered any-origin-redundant wildcard-redundant origin-clear-text
    method-case method-options method-override header-redundant max-age-capped
    danger-unused""".split()
)
# Longer than any entry, and than any list that somebody would paste from a hint.
LONGEST_TEXT = 10_000
_BYTES = (bytes, bytearray, memoryview)


def read_list(option: str, value: object, mend: Mend) -> tuple[list[Entry], list[Problem]]:
    """Read a list option into its entries with their places, and what is wrong with its shape.

    Of entries that are alike the first is kept; names of headers are alike in any case.
    """
    if isinstance(value, str):
        if value == "*":
            return [(None, "*")], []
        message = "One string is one entry; a bare string is not split, nor read letter by letter."
        listed = _listed(value, mend) or '"..."'
        return [], [Problem("not-a-list", option, None, value, message, f"Write [{listed}].")]
    if isinstance(value, (*_BYTES, Mapping)) or not isinstance(value, Iterable):
        return [], [wrong_type(option, None, value, "a list of strings", 'Write ["..."].')]
    if isinstance(value, (set, frozenset)):
        value = sorted(value, key=lambda entry: entry if isinstance(entry, str) else "")
    entries: dict[str, Entry] = {}
    problems = []
    for index, entry in enumerate(value):
        if not isinstance(entry, str):
            problems.append(wrong_type(option, index, entry, "a string", _entry_hint(entry, mend)))
            continue
        # Of an enumeration's member the text is kept.
        text = str.__str__(entry)
        # What is not ASCII is no name, and must not pass for the double of one.
        key = text.lower() if option.endswith("_headers") and text.isascii() else text
        if key in entries:
            message = "It is listed twice."
            problems.append(Problem("duplicate", option, index, text, message, "Leave one out."))
        entries.setdefault(key, (index, text))
    return list(entries.values()), problems


def split_joined(value: str) -> list[str]:
    """Split what commas or white space join, or what was a list in JSON or in Python."""
    return [part for part in re.split(r"""[\s,"']+""", value) if part.strip("[](){}")]


def joined(value: str, mend: Mend) -> Fault:
    """Say that one entry of a list joins several."""
    message = "One string is one entry; this one joins several."
    listed = _listed(value, mend)
    return "not-a-list", message, f"Write {listed}." if listed else "List each by itself."


def check_switch(option: str, value: object) -> Iterator[Problem]:
    """Check an option that is true or false."""
    if not isinstance(value, bool):
        hint = "Write True or False; any other value would be read as one of them by accident."
        yield wrong_type(option, None, value, "a bool", hint)


def check_max_age(value: object) -> Iterator[Problem]:
    """Check the seconds a preflight may be kept."""
    field = "max_age"
    hint = f"Write {fetch.LONGEST_MAX_AGE} or less."
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int):
        hint = "Write whole seconds, such as 600, or None."
        yield wrong_type(field, None, value, "a whole number of seconds", hint)
    elif value < 0 or value.bit_length() > 10_000:
        message = "A number of this size cannot be written down."
        if value < 0:
            message = "A negative age is invalid, and browsers disagree on what it means."
            hint = "Write 0 to disable the preflight cache."
        yield Problem("max-age-range", field, None, value, message, hint)
    elif value > fetch.LONGEST_MAX_AGE:
        kept = f"{fetch.LONGEST_MAX_AGE} seconds (Chromium 7200, WebKit 600)"
        message = f"No browser keeps a preflight longer than {kept}."
        yield Problem("max-age-capped", field, None, value, message, hint)


def check_predicate(value: object, *, any_origin: bool) -> Iterator[Problem]:
    """Check the callable that is asked about origins no pattern stands for."""
    field = "dangerously_allow_origins_if"
    if value is None:
        return
    hint = "Write re.compile(...).fullmatch."
    if isinstance(value, re.Pattern):
        yield wrong_type(field, None, value, "a callable", hint)
    elif not callable(value):
        hint = "Write a function that takes an origin and returns True for yes."
        yield wrong_type(field, None, value, "a callable", hint)
    elif is_async(value):
        message = "What an async function returns is always true, and nobody awaits it."
        yield Problem("wrong-type", field, None, value, message, "Write a plain function.")
    elif isinstance(getattr(value, "__self__", None), re.Pattern) and (
        (name := getattr(value, "__name__", "")) != "fullmatch"
    ):
        attack = "https://example.com.attacker.example"
        message = f"{name} is content with a part of the origin, so {attack} would pass."
        yield Problem("predicate-unusable", field, None, value, message, hint)
    if any_origin:
        message = "It is never called: '*' in allow_origins allows every origin already."
        hint = "Leave out one of the two."
        yield Problem("predicate-unusable", field, None, value, message, hint)


def is_async(value: object) -> bool:
    """Say whether calling `value` gives something to await or to iterate over later."""
    call = type(value).__call__ if callable(value) else None
    return any(
        inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)
        for function in (value, call)
    )


def _listed(value: str, mend: Mend) -> str:
    # One member that would be refused makes a list that cannot be pasted.
    members = list(map(mend, split_joined(value))) if len(value) <= LONGEST_TEXT else []
    return "" if None in members else ", ".join(f'"{member}"' for member in members)


def _entry_hint(entry: object, mend: Mend) -> str:
    if isinstance(entry, _BYTES):
        listed = _listed(bytes(entry).decode("ascii", "replace"), mend)
        return f"Write {listed}." if listed else "Write a string."
    if isinstance(entry, re.Pattern):
        return "Regular expressions go to dangerously_allow_origins_if=re.compile(...).fullmatch."
    if isinstance(entry, (list, tuple, set, frozenset)):
        return "Write its entries one by one: [*these, *those]."
    return "Write it in quotes, or leave it out."
