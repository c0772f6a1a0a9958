"""Where an adapter gets the policy of a resource from.

A source sees the URL and nothing else, because that is all that a preflight and a cache have.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Protocol

from cors_core.errors import Problem
from cors_core.policy import UNDECIDED, Policy


class PolicySource(Protocol):
    """Anything that knows the policy of a URL: a `Policy`, a `PolicyMap`, or your own object.

    Example:
        >>> class Tenants:
        ...     def policy_for(self, host: str, path: str) -> Policy | None:
        ...         return POLICIES.get(host)
    """

    def policy_for(self, host: str, path: str) -> Policy | None:
        """Return the policy of a resource; ``None`` for *not ours, no CORS here*.

        Called once per request, under ASGI on the event loop: it must neither block nor query.

        Args:
            host: What the application believes the request was sent to, in lower case, with
                its port, ``""`` if absent. It is not validated: an unknown one means no tenant.
            path: What the framework routes on: below the mount point, decoded once.
        """
        ...


def find_source_problem(value: object) -> Problem | None:
    """Say why `value` is no policy source; ``None`` if it is one."""
    method = inspect.getattr_static(value, "policy_for", None)
    if method is None:
        message = f"{type(value).__name__} has no policy_for(host, path)."
        hint = 'Give a Policy, a PolicyMap, or a mapping such as {"allow_origins": ["https://app.example.com"]}.'
    elif isinstance(value, type):
        message = f"{value.__name__} is a class."
        hint = f"Give an object of it: {value.__name__}(...)."
    else:
        method = value.policy_for  # type: ignore[attr-defined] # found above
        if inspect.iscoroutinefunction(method):
            message = "policy_for is async, and a decision cannot wait."
            hint = "Write a plain method that looks up what is in memory."
        elif not _takes_two(method):
            message = "policy_for cannot be called with a host and a path."
            hint = "Write def policy_for(self, host, path)."
        else:
            return None
    return Problem("wrong-type", "", None, value, message, hint)


def policy_at(
    source: PolicySource, host: str, path: str, failed: Callable[[Exception], object]
) -> Policy | None:
    """Ask `source`; where it fails, nobody may read and no cache may keep the answer.

    Args:
        source: Asked once.
        host: See `PolicySource.policy_for`.
        path: See `PolicySource.policy_for`; the empty path is ``/``.
        failed: Called with what it raised, or with a ``TypeError`` where it returned nonsense.
    """
    try:
        policy: object = source.policy_for(host, path or "/")
        if policy is None or isinstance(policy, Policy):
            return policy
        if inspect.iscoroutine(policy):
            policy.close()
        name, returned = type(source).__name__, type(policy).__name__
        raise TypeError(f"{name}.policy_for returned {returned}, no Policy or None")
    except Exception as error:  # noqa: BLE001 - whatever fails, the request itself goes on
        failed(error)
        return UNDECIDED


def _takes_two(method: object) -> bool:
    try:
        return callable(method) and inspect.signature(method).bind("", "") is not None
    except TypeError:
        return False
    except ValueError:
        # Some callables written in C do not tell; they are tried.
        return True
