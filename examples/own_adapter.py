"""An adapter for a framework of your own, here a made-up one with requests and responses.

It decides, answers preflights and puts the decision on every other response. What the adapters
of this project do beside that: they leave the decision where the application can read it, stand
down inside another adapter, write refusals to a log, and survive a policy source that raises.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cors_core import PolicySource, policy_from


@dataclass
class Request:
    """What this framework gives a view; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]


@dataclass
class Response:
    """What it wants back."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


View = Callable[[Request], Response]

ASKED = ("origin", "access-control-request-method", "access-control-request-headers")


def with_cors(view: View, policy: object) -> View:
    source: PolicySource = policy_from(policy)

    def wrapped(request: Request) -> Response:
        header = request.headers.get
        policy = source.policy_for(header("host", "").lower(), request.path)
        if policy is None:
            return view(request)
        decision = policy.decide(request.method, *map(header, ASKED))
        if decision.status is not None:
            return Response(decision.status, list(decision.headers), decision.body)
        response = view(request)
        response.headers = decision.apply(response.headers)
        return response

    return wrapped
