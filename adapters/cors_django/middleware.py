"""The Django adapter: read the facts from the request, ask the policy, apply its decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from cors_core.decision import DECISION, Decision
from cors_core.source import policy_at
from cors_django.configuration import Configuration, current


class CORSMiddleware:
    """The middleware; put it first, so that it sees every request and every answer.

    Works in sync and async chains without a thread in between. The decision is left in
    ``request.META["cors_core.decision"]``, under ASGI also in ``request.scope``.

    Args:
        get_response: What Django gives it.

    Raises:
        PolicyError: If ``CORS_POLICY`` is missing or wrong, so that the server does not start.

    Example:
        In the settings of a site:

        >>> INSTALLED_APPS = ["cors_django"]
        >>> MIDDLEWARE = ["cors_django.CORSMiddleware", "django.middleware.common.CommonMiddleware"]
        >>> CORS_POLICY = {"allow_origins": ["https://app.example.com"]}

    Source: https://fetch.spec.whatwg.org/#http-cors-protocol
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self._get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)
        current()

    def __call__(self, request: HttpRequest) -> Any:
        site = current()
        meta = request.META
        policy = site.policy
        if policy is None:
            policy = policy_at(
                site.source, site.host_of(meta), request.path_info, site.report.failed
            )
            if policy is None:
                return self._get_response(request)
        # Under ASGI Django upper-cases the method, in META too.
        scope: Any = request.scope if isinstance(request, ASGIRequest) else meta
        method = meta.get("REQUEST_METHOD", "") if scope is meta else scope["method"]
        request_method = request_headers = None
        if method == "OPTIONS":
            request_method = meta.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD")
            request_headers = meta.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS")
        decision = policy.decide(method, meta.get("HTTP_ORIGIN"), request_method, request_headers)
        if DECISION in scope and scope[DECISION] is not None:
            site.report.stacked(scope[DECISION], decision)
            return self._get_response(request)
        meta[DECISION] = scope[DECISION] = decision
        if not decision.allowed and site.report.is_due(decision):
            facts = {"wsgi.url_scheme": scope.get("scheme"), **meta, "REQUEST_METHOD": method}
            site.report.refused(decision, policy, site.host_of(meta), request.path_info, facts)
        if self._is_async:
            return self._answer_async(request, decision, site)
        if decision.status is not None:
            return _answer(decision)
        response: HttpResponseBase = self._get_response(request)
        decision.apply_to(response.headers, site.report.replaced)
        return response

    async def _answer_async(
        self, request: HttpRequest, decision: Decision, site: Configuration
    ) -> HttpResponseBase:
        if decision.status is not None:
            return _answer(decision)
        response: HttpResponseBase = await self._get_response(request)
        decision.apply_to(response.headers, site.report.replaced)
        return response


def _answer(decision: Decision) -> HttpResponse:
    response = HttpResponse(decision.body, status=decision.status, headers=dict(decision.headers))
    # Django gives every response a content type, which an answer without content has not.
    if not decision.body:
        del response.headers["Content-Type"]
    return response
