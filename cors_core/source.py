"""Where an adapter gets the policy of a resource from.

A source sees the URL and nothing else: a preflight carries neither cookies nor ``Authorization``,
and a cache knows the URL alone.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Protocol

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
        # By its type: what a mock says of its class does not count.
        if policy is None or issubclass(type(policy), Policy):
            return policy  # type: ignore[return-value] # as just found out
        if inspect.iscoroutine(policy):
            policy.close()
        name, returned = type(source).__name__, type(policy).__name__
        raise TypeError(f"{name}.policy_for returned {returned}, no Policy or None")
    except Exception as error:  # noqa: BLE001 - whatever fails, the request itself goes on
        failed(error)
        return UNDECIDED
