"""A policy source from whatever an adapter was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cors_core.errors import PolicyError, Problem, show
from cors_core.paths import PolicyMap, check_entry
from cors_core.policy import Policy, options
from cors_core.source import PolicySource, find_source_problem
from cors_core.validation import origins_missing, unknown_option, validate

_PASTE = 'Write for example {"allow_origins": ["https://app.example.com"]}.'


def policy_from(value: object) -> PolicySource:
    """Make a policy source of a source, a policy's options, or paths with policies.

    Args:
        value: A policy source, taken as it is; a mapping whose keys all start with ``/``, which
            is a `PolicyMap` (``None`` and ``False`` stand for no CORS); or a mapping whose keys
            are the options of one `Policy`.

    Raises:
        PolicyError: If it is none of these, and for everything that is wrong inside.

    Example:
        >>> policy_from({"/api/*": {"allow_origins": "*"}, "/api/internal/*": False})
        PolicyMap({'/api/*': Policy(allow_origins=('*',)), '/api/internal/*': None})
    """
    if value is None or (isinstance(value, Mapping) and not value):
        message = "There is no default policy: nothing is allowed until it is written down."
        raise PolicyError([Problem("policy-missing", "", None, None, message, _PASTE)])
    if not isinstance(value, Mapping):
        problem = find_source_problem(value)
        if problem is not None:
            raise PolicyError([problem])
        source: PolicySource = value  # type: ignore[assignment] # as just found out
        return source
    paths = [isinstance(key, str) and key.startswith("/") for key in value]
    if all(paths):
        return _read_paths(value)
    if any(paths) or not all(isinstance(key, str) for key in value):
        raise PolicyError([_mixed_keys(value)])
    return _read_options(value)


def _read_options(mapping: Mapping[str, object]) -> Policy:
    names = [option.name for option in options()]
    unknown = [unknown_option(key, names) for key in mapping if key not in names]
    is_missing = "allow_origins" not in mapping
    if not unknown and not is_missing:
        return Policy(**mapping)  # type: ignore[arg-type] # checked by the policy itself
    given = {"allow_origins": (), **mapping}
    found = validate({option.name: given.get(option.name, option.default) for option in options()})
    # Whoever gave the origins under another name has been told so.
    told = any("allow_origins" in problem.hint.partition(",")[0] for problem in unknown)
    rest = list(found.problems)
    if is_missing:
        rest = [problem for problem in rest if problem.code != "origins-missing"]
        rest[:0] = [] if told else [origins_missing()]
    raise PolicyError([*unknown, *rest])


def _read_paths(mapping: Mapping[str, object]) -> PolicyMap:
    problems: list[Problem] = []
    entries: dict[str, PolicySource | None] = {}
    for key, value in mapping.items():
        source: object = value
        nested: tuple[Problem, ...] = ()
        if isinstance(value, Mapping):
            source = None
            try:
                source = policy_from(value)
            except PolicyError as error:
                nested = error.problems
        problems += check_entry(key, source)
        for problem in nested:
            inner = f".{problem.field}" if problem.field else ""
            problems.append(replace(problem, field=f'["{key}"]{inner}'))
        entries[key] = source  # type: ignore[assignment] # checked above
    if problems:
        raise PolicyError(problems)
    return PolicyMap(entries)


def _mixed_keys(mapping: Mapping[object, object]) -> Problem:
    odd = next(key for key in mapping if not (isinstance(key, str) and key.startswith("/")))
    field = odd if isinstance(odd, str) else show(odd)
    message = "Some keys are paths, others are not, so these are neither paths nor options."
    hint = 'Write only paths, {"/api/*": {...}}, or only options, {"allow_origins": [...]}.'
    return Problem("unknown-option", field, None, None, message, hint)
