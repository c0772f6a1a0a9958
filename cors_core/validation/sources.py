"""Rules for policy sources: what has to be called, and can be."""

from __future__ import annotations

import inspect

from cors_core.errors import Problem
from cors_core.validation.values import is_async


def has_policy_for(value: object) -> bool:
    """Say whether `value` is meant as a source; what has every attribute, as mocks do, is not."""
    return inspect.getattr_static(value, "policy_for", None) is not None


def find_source_problem(value: object) -> Problem | None:
    """Say why `value` is no policy source; ``None`` if it is one."""
    if not has_policy_for(value):
        message = f"{type(value).__name__} has no policy_for(host, path)."
        hint = 'Give a Policy, a PolicyMap, or a mapping such as {"allow_origins": ["https://app.example.com"]}.'
    elif isinstance(value, type):
        message = f"{value.__name__} is a class."
        hint = f"Give an object of it: {value.__name__}(...)."
    elif is_async(method := value.policy_for):  # type: ignore[attr-defined] # as just found out
        message = "policy_for is async, and a decision cannot wait."
        hint = "Write a plain method that looks up what is in memory."
    elif not _takes_two(method):
        message = "policy_for cannot be called with a host and a path."
        hint = "Write def policy_for(self, host, path)."
    else:
        return None
    return Problem("wrong-type", "", None, value, message, hint)


def _takes_two(method: object) -> bool:
    try:
        return callable(method) and inspect.signature(method).bind("", "") is not None
    except TypeError:
        return False
    except ValueError:
        # Some callables written in C do not tell; they are tried.
        return True
