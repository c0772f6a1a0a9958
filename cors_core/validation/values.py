"""Rules for what is no list of names: shapes, switches, numbers and the callable."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping

from cors_core import fetch
from cors_core.errors import Problem

Entry = tuple[int | None, str]


def read_list(option: str, value: object) -> tuple[list[Entry], list[Problem]]:
    """Read a list option into its entries with their places, and what is no entry."""
    if value == "*" and isinstance(value, str):
        return [(None, "*")], []
    if isinstance(value, str):
        return [], [joined(option, None, value)]
    if isinstance(value, (bytes, Mapping)) or not isinstance(value, Iterable):
        return [], [wrong_type(option, None, value, "a list of strings", 'Write ["..."].')]
    if isinstance(value, (set, frozenset)):
        value = sorted(value, key=str)
    entries: list[Entry] = []
    problems = []
    for index, entry in enumerate(value):
        if isinstance(entry, str):
            entries.append((index, entry))
        else:
            problems.append(wrong_type(option, index, entry, "a string", _entry_hint(entry)))
    return entries, problems


def joined(option: str, index: int | None, value: str) -> Problem:
    """Say that one string stands where a list of them belongs."""
    members = [part for part in re.split(r"[,\s]+", value) if part]
    listed = ", ".join(f'"{member}"' for member in members)
    return Problem(
        "not-a-list",
        option,
        index,
        value,
        "One string is one entry; a bare string is not split, nor read letter by letter."
        if index is None
        else "One string is one entry; this one joins several.",
        f"Write {listed}." if index is not None else f"Write [{listed}].",
    )


def wrong_type(field: str, index: int | None, value: object, wanted: str, hint: str) -> Problem:
    """Say that `value` is of a type the field does not take."""
    return Problem(
        "wrong-type",
        field,
        index,
        value,
        f"{type(value).__name__} is not {wanted}.",
        hint,
    )


def check_switch(option: str, value: object) -> Iterator[Problem]:
    """Check an option that is true or false."""
    if not isinstance(value, bool):
        hint = "Write True or False; any other value would be read as one of them by accident."
        yield wrong_type(option, None, value, "a bool", hint)


def check_max_age(value: object) -> Iterator[Problem]:
    """Check the seconds a preflight may be kept."""
    field = "max_age"
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int):
        hint = "Write whole seconds, such as 600, or None."
        yield wrong_type(field, None, value, "a whole number of seconds", hint)
    elif value < 0:
        yield Problem(
            "max-age-range",
            field,
            None,
            value,
            "A negative age is invalid, and browsers disagree on what it means.",
            "Write 0 to disable the preflight cache.",
        )
    elif value > fetch.LONGEST_MAX_AGE:
        yield Problem(
            "max-age-capped",
            field,
            None,
            value,
            f"No browser keeps a preflight longer than {fetch.LONGEST_MAX_AGE} seconds "
            "(Chromium 7200, WebKit 600).",
            f"Write {fetch.LONGEST_MAX_AGE} or less.",
        )


def check_predicate(value: object, *, any_origin: bool) -> Iterator[Problem]:
    """Check the callable that is asked about origins no pattern stands for."""
    field = "dangerously_allow_origins_if"
    if value is None:
        return
    owner = getattr(value, "__self__", None)
    name = getattr(value, "__name__", "")
    if isinstance(value, re.Pattern):
        hint = "Write re.compile(...).fullmatch."
        yield wrong_type(field, None, value, "a callable", hint)
    elif not callable(value):
        hint = "Write a function that takes an origin and returns True for yes."
        yield wrong_type(field, None, value, "a callable", hint)
    elif _is_async(value):
        yield Problem(
            "wrong-type",
            field,
            None,
            value,
            "What an async function returns is always true, and nobody awaits it.",
            "Write a plain function.",
        )
    elif isinstance(owner, re.Pattern) and name != "fullmatch":
        yield Problem(
            "predicate-unusable",
            field,
            None,
            value,
            f"{name} accepts an origin that merely contains the expression, "
            "so https://example.com.attacker.example would pass.",
            "Write re.compile(...).fullmatch.",
        )
    elif any_origin:
        yield Problem(
            "predicate-unusable",
            field,
            None,
            value,
            "It is never called: '*' in allow_origins allows every origin already.",
            "Leave out one of the two.",
        )


def _is_async(value: object) -> bool:
    call = type(value).__call__ if callable(value) else None
    return any(
        inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)
        for function in (value, call)
    )


def _entry_hint(entry: object) -> str:
    if isinstance(entry, bytes):
        return f"Write {entry.decode('ascii', 'replace')!r}."
    if isinstance(entry, re.Pattern):
        return "Regular expressions go to dangerously_allow_origins_if=re.compile(...).fullmatch."
    return "Write it in quotes, or leave it out."
