"""Rules for what is no list of names: shapes, switches, numbers and the callable."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping

from cors_core import fetch
from cors_core.errors import Problem, shorten, show, without_password, wrong_type
from cors_core.validation.faults import correct

Entry = tuple[int | None, str]


def read_list(option: str, value: object) -> tuple[list[Entry], list[Problem]]:
    """Read a list option into its entries with their places, and what is no entry.

    Of entries that are alike the first is kept; names of headers are alike in any case.
    """
    if isinstance(value, str):
        if value == "*":
            return [(None, "*")], []
        message = "One string is one entry; a bare string is not split, nor read letter by letter."
        listed = _listed(option, value)
        return [], [Problem("not-a-list", option, None, value, message, f"Write [{listed}].")]
    if isinstance(value, (bytes, Mapping)) or not isinstance(value, Iterable):
        return [], [wrong_type(option, None, value, "a list of strings", 'Write ["..."].')]
    if isinstance(value, (set, frozenset)):
        value = sorted(value, key=lambda entry: entry if isinstance(entry, str) else "")
    entries: dict[str, Entry] = {}
    problems = []
    for index, entry in enumerate(value):
        if not isinstance(entry, str):
            problems.append(wrong_type(option, index, entry, "a string", _entry_hint(entry)))
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


def joined(option: str, index: int | None, value: str) -> Problem:
    """Say that one entry of a list joins several."""
    message = "One string is one entry; this one joins several."
    return Problem("not-a-list", option, index, value, message, f"Write {_listed(option, value)}.")


def split_joined(value: str) -> list[str]:
    """Split what commas or white space join."""
    return [part for part in re.split(r"[,\s]+", value) if part]


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
    elif _is_async(value):
        message = "What an async function returns is always true, and nobody awaits it."
        yield Problem("wrong-type", field, None, value, message, "Write a plain function.")
    elif isinstance(getattr(value, "__self__", None), re.Pattern) and (
        (name := getattr(value, "__name__", "")) != "fullmatch"
    ):
        attack = "https://example.com.attacker.example"
        message = f"{name} is content with a part of the origin, so {attack} would pass."
        yield Problem("predicate-unusable", field, None, value, message, hint)
    elif any_origin:
        message = "It is never called: '*' in allow_origins allows every origin already."
        hint = "Leave out one of the two."
        yield Problem("predicate-unusable", field, None, value, message, hint)


def _listed(option: str, value: str) -> str:
    members = split_joined(value)
    if option in ("allow_origins", "origin"):
        members = [correct(member) or without_password(member) for member in members]
    if not members or not all(map(str.isprintable, members)):
        members = ["..."]
    return shorten(", ".join(f'"{member}"' for member in members))


def _is_async(value: object) -> bool:
    call = type(value).__call__ if callable(value) else None
    return any(
        inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)
        for function in (value, call)
    )


def _entry_hint(entry: object) -> str:
    if isinstance(entry, bytes):
        return f"Write {show(entry.decode('ascii', 'replace'))}."
    if isinstance(entry, re.Pattern):
        return "Regular expressions go to dangerously_allow_origins_if=re.compile(...).fullmatch."
    if isinstance(entry, (list, tuple, set, frozenset)):
        return "Write its entries one by one: [*these, *those]."
    return "Write it in quotes, or leave it out."
