"""An adapter for a framework of your own, here a made-up one with requests and responses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cors_core import PolicySource, policy_from


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]


@dataclass
class Response:
    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


View = Callable[[Request], Response]


def with_cors(view: View, policy: object) -> View:
    source: PolicySource = policy_from(policy)

    def wrapped(request: Request) -> Response:
        header = request.headers.get
        policy = source.policy_for(header("host", "").lower(), request.path)
        if policy is None:
            return view(request)
        asked = [header("origin"), *map(header, PREFLIGHT)]
        decision = policy.decide(request.method, *asked)
        if decision.status is not None:
            return Response(decision.status, list(decision.headers), decision.body)
        response = view(request)
        response.headers = decision.apply(response.headers)
        return response

    return wrapped


PREFLIGHT = ("access-control-request-method", "access-control-request-headers")
