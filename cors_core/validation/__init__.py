"""Every rule that is ours: what the Fetch Standard allows and we refuse, or warn about.

Rules return problems and raise nothing; ``Policy`` raises them all at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from cors_core.errors import Problem
from cors_core.pattern import ANY_ORIGIN
from cors_core.validation.names import check_names, mend_name, unknown_option
from cors_core.validation.origins import Dangers, check_origin, check_origins, mend_origin
from cors_core.validation.sources import find_source_problem, has_policy_for
from cors_core.validation.values import (
    WARNINGS,
    check_max_age,
    check_predicate,
    check_switch,
    read_list,
)

__all__ = [
    "LISTS",
    "WARNINGS",
    "Findings",
    "check_origin",
    "find_source_problem",
    "has_policy_for",
    "unknown_option",
    "validate",
]

LISTS = ("allow_origins", "allow_methods", "allow_headers", "expose_headers")
_SWITCHES = (
    "dangerously_allow_null_origin",
    "dangerously_allow_insecure_origins",
    "dangerously_allow_public_suffix_origins",
)
_PREDICATE = "dangerously_allow_origins_if"


@dataclass(frozen=True, slots=True)
class Findings:
    """What validation has to say of one policy.

    Attributes:
        lists: The four list options as tuples, without duplicates.
        problems: Why it cannot be used; empty if it can.
        warnings: What works, but probably not as meant.
        dangers: Each opt-in in use, with the patterns that needed it.
    """

    lists: dict[str, tuple[str, ...]]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    dangers: dict[str, tuple[str, ...]]


def validate(options: Mapping[str, object]) -> Findings:
    """Check the options of a policy and say everything at once.

    All are present, but perhaps for ``allow_origins``, which has no default.
    """
    credentials = options["allow_credentials"] is True
    predicate = options[_PREDICATE]
    opted_in = tuple(option for option in _SWITCHES if options[option] is True)
    dangers = Dangers(opted_in)

    origins, problems = read_list("allow_origins", options.get("allow_origins", ()), mend_origin)
    if not origins and not problems and (predicate is None or "allow_origins" not in options):
        problems.append(_origins_missing(beside_callable=predicate is not None))
    problems += check_origins(origins, credentials=credentials, dangers=dangers)
    found = sorted(problems, key=_place)
    lists = {"allow_origins": origins}
    for option in LISTS[1:]:
        lists[option], problems = read_list(option, options[option], partial(mend_name, option))
        problems += check_names(option, lists[option], credentials=credentials)
        found += sorted(problems, key=_place)
    found += check_switch("allow_credentials", options["allow_credentials"])
    found += check_max_age(options["max_age"])
    for option in _SWITCHES:
        found += check_switch(option, options[option])
    any_origin = any(text == ANY_ORIGIN for _, text in origins)
    found += check_predicate(predicate, any_origin=any_origin)
    if predicate is not None:
        dangers.used[_PREDICATE] = []
        # The callable is asked about insecure origins only because of this switch.
        if credentials and "dangerously_allow_insecure_origins" in opted_in:
            dangers.used.setdefault("dangerously_allow_insecure_origins", [])
    found += dangers.unused()
    return Findings(
        {option: tuple(text for _, text in entries) for option, entries in lists.items()},
        tuple(problem for problem in found if problem.code not in WARNINGS),
        tuple(problem for problem in found if problem.code in WARNINGS),
        {option: tuple(patterns) for option, patterns in dangers.used.items()},
    )


def _place(problem: Problem) -> int:
    return -1 if problem.index is None else problem.index


def _origins_missing(*, beside_callable: bool) -> Problem:
    message = "Without an origin no page can ever read anything."
    hint = 'Write ["https://app.example.com"]; for no CORS at all use DENY or None.'
    if beside_callable:
        message = "It is written down even beside a callable."
        hint = 'Write "allow_origins": [].'
    return Problem("origins-missing", "allow_origins", None, None, message, hint)
