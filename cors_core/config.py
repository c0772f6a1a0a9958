"""A policy source from whatever an adapter was given, or from a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from os import PathLike, fspath

from cors_core.errors import PolicyError, Problem, show
from cors_core.paths import PolicyMap, check_entry
from cors_core.policy import Policy, options
from cors_core.source import PolicySource
from cors_core.validation import find_source_problem, has_policy_for, unknown_option, validate

_PASTE = 'Write for example {"allow_origins": ["https://app.example.com"]}.'


def policy_from(value: object) -> PolicySource:
    """Make a policy source of a source, a policy's options, or paths with policies.

    Args:
        value: A policy source, taken as it is, even if it is a mapping as well; a mapping whose
            keys all start with ``/``, which is a `PolicyMap` (``None`` and ``False`` stand for no
            CORS); or a mapping whose keys are the options of one `Policy`.

    Raises:
        PolicyError: If it is none of these, and for everything that is wrong inside.

    Example:
        >>> policy_from({"/api/*": {"allow_origins": "*"}, "/api/internal/*": False})
        PolicyMap({'/api/*': Policy(allow_origins=('*',)), '/api/internal/*': None})
    """
    # A source may be a mapping as well: its keys are none of ours.
    if has_policy_for(value) or not (value is None or isinstance(value, Mapping)):
        if (problem := find_source_problem(value)) is not None:
            raise PolicyError([problem])
        return value  # type: ignore[return-value] # as just found out
    if not value:
        raise policy_missing("", _PASTE)
    paths = [isinstance(key, str) and key.startswith("/") for key in value]
    if all(paths):
        return _read_paths(value)
    if any(paths) or not all(isinstance(key, str) for key in value):
        raise PolicyError([_mixed_keys(value)])
    return _read_options(value)


def policy_missing(field: str, hint: str) -> PolicyError:
    """Say that there is no policy, and where to write which line."""
    message = "There is no default policy: nothing is allowed until it is written down."
    return PolicyError([Problem("policy-missing", field, None, None, message, hint)])


def load(path: str | PathLike[str]) -> PolicySource:
    """Make a policy source of a file: TOML or JSON, by its suffix.

    Args:
        path: The name ends in ``.toml`` or ``.json``, in any case. What is in it, in UTF-8, is
            read by `policy_from`; ``false`` for a path stands for no CORS there.

    Raises:
        PolicyError: For everything that is wrong in it. It names the file and the keys, or the
            line where the syntax is wrong.
        OSError: The file cannot be read.

    Example:
        ``CORSMiddleware(application, load("cors.toml"))``, where the file has the line
        ``allow_origins = ["https://app.example.com"]``.
    """
    # Imported here: most policies are written in Python.
    import json
    import tomllib

    # What is not UTF-8 is nowhere permitted, and so becomes a problem with a key.
    with open(path, encoding="utf-8-sig", errors="replace") as file:
        text = file.read()
    try:
        if fspath(path).lower().endswith(".toml"):
            return policy_from(tomllib.loads(text))
        if fspath(path).lower().endswith(".json"):
            return policy_from(json.loads(text, object_pairs_hook=_without_duplicates))
        raise ValueError("The name of the file ends neither in .toml nor in .json")
    except PolicyError as error:
        problems = error.problems
    except (ValueError, RecursionError) as error:
        message = f"{error}.".replace("end of document", f"line {len(text.splitlines())}, the end")
        problems = (Problem("file-malformed", "", None, None, message, "Correct the file."),)
    raise PolicyError(problems, fspath(path))


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    # As TOML has it. JSON keeps the last, whatever the reader of the file believes.
    for key, following in pairwise(sorted(key for key, _ in pairs)):
        if key == following:
            raise ValueError(f"The key {show(key)} is there twice")
    return dict(pairs)


def _read_options(mapping: Mapping[str, object]) -> Policy:
    given = {option.name: option.default for option in options()}
    unknown = [unknown_option(key, list(given)) for key in mapping if key not in given]
    # It has no default. Validation says that it is missing; Policy would raise a TypeError.
    del given["allow_origins"]
    if not unknown and "allow_origins" in mapping:
        return Policy(**mapping)  # type: ignore[arg-type] # checked by the policy itself
    found = validate({**given, **mapping}).problems
    # Whoever gave the origins under another name has been told so.
    if any(re.match(r"Write .*\ballow_origins\b", problem.hint) for problem in unknown):
        found = tuple(problem for problem in found if problem.code != "origins-missing")
    raise PolicyError([*unknown, *found])


def _read_paths(mapping: Mapping[str, object]) -> PolicyMap:
    problems: list[Problem] = []
    entries: dict[str, PolicySource | None] = {}
    for key, value in mapping.items():
        source: object = None
        nested: tuple[Problem, ...] = ()
        try:
            source = policy_from(value) if isinstance(value, Mapping) else value
        except PolicyError as error:
            nested = error.problems
        problems += check_entry(key, source)
        where = f'["{key}"].'
        problems += [replace(it, field=f"{where}{it.field}".removesuffix(".")) for it in nested]
        entries[key] = source  # type: ignore[assignment] # checked above
    if problems:
        raise PolicyError(problems)
    return PolicyMap(entries)


def _mixed_keys(mapping: Mapping[object, object]) -> Problem:
    odd = next(key for key in mapping if not (isinstance(key, str) and key.startswith("/")))
    field = odd if isinstance(odd, str) else show(odd)
    message = "The keys are neither all paths, which begin with '/', nor all options."
    hint = 'Write only paths, {"/api/*": {...}}, or only options, {"allow_origins": [...]}.'
    return Problem("unknown-option", field, None, None, message, hint)
