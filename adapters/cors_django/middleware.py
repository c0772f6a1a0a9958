"""The Django adapter: read the facts from the request, ask the policy, apply its decision."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpResponse

from cors_core import Decision
from cors_core.source import policy_at
from cors_django.configuration import current

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    Answer = HttpResponseBase | Awaitable[HttpResponseBase]

DECISION = "cors_core.decision"


class CORSMiddleware:
    """The middleware; put it first, so that it sees every request and every answer.

    Works in sync and async chains without a thread in between. The decision is left in
    ``request.META["cors_core.decision"]``, under ASGI also in ``request.scope``.

    Args:
        get_response: What Django gives it.

    Raises:
        PolicyError: If ``CORS_POLICY`` is missing or wrong, so that the server does not start.

    Source: https://fetch.spec.whatwg.org/#http-cors-protocol
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Answer]) -> None:
        self._get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)
        current()

    def __call__(self, request: HttpRequest) -> Answer:
        decision = _decide(request)
        if decision is None:
            return self._get_response(request)
        if self._is_async:
            return self._answer_async(request, decision)
        if decision.status is not None:
            return _answer(decision)
        response = cast("HttpResponseBase", self._get_response(request))
        decision.apply_to(response.headers, current().report.replaced)
        return response

    async def _answer_async(self, request: HttpRequest, decision: Decision) -> HttpResponseBase:
        if decision.status is not None:
            return _answer(decision)
        response = await cast("Awaitable[HttpResponseBase]", self._get_response(request))
        decision.apply_to(response.headers, current().report.replaced)
        return response


def _decide(request: HttpRequest) -> Decision | None:
    """Decide, and leave the decision on the request; ``None`` where there is nothing to do."""
    meta = request.META
    site = current()
    scope = getattr(request, "scope", None)
    policy = site.policy
    if policy is None:
        policy = policy_at(site.source, site.host_of(meta), request.path_info, site.report.failed)
        if policy is None:
            return None
    # Django upper-cases the method of ASGI requests, in META too.
    method = meta["REQUEST_METHOD"] if scope is None else scope["method"]
    asked = (
        method,
        meta.get("HTTP_ORIGIN"),
        meta.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD"),
        meta.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS"),
    )
    decision = policy.decide(*asked)
    outer = meta.get(DECISION) or (scope or {}).get(DECISION)
    if outer is not None:
        site.report.stacked(outer, decision)
        return None
    meta[DECISION] = decision
    if scope is not None:
        scope[DECISION] = decision
    if not decision.allowed and site.report.is_due(decision):
        site.report.refused(decision, policy, site.host_of(meta), request.path_info, *asked)
    return decision


def _answer(decision: Decision) -> HttpResponse:
    response = HttpResponse(decision.body, status=decision.status, headers=dict(decision.headers))
    # Django gives every response a content type, which an answer without content has not.
    if not decision.body:
        del response.headers["Content-Type"]
    return response
