"""The small API as a Django site in one module, with the policy as a setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.urls import path

from examples.demo import orders
from examples.demo.policy import Policies

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_COOKIE = "demo-django"


def django_app(policy: Policies) -> WSGIApplication:
    """Give the API with CORS in one setting; Django allows this once per process."""
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        INSTALLED_APPS=["cors_django"],
        MIDDLEWARE=["cors_django.CORSMiddleware", "django.middleware.common.CommonMiddleware"],
        CORS_POLICY=policy,
        ROOT_URLCONF=__name__,
        LOGGING_CONFIG=None,
    )
    return get_wsgi_application()


def _json(answer: tuple[int, str]) -> JsonResponse:
    status, message = answer
    return JsonResponse({"message": message}, status=status, headers={orders.SERVED_BY: "Django"})


def _orders(request: HttpRequest) -> HttpResponseBase:
    if request.method == "POST":
        return _json(orders.placed(request.body))
    return _json(orders.listed())


def _order(request: HttpRequest, number: int) -> HttpResponseBase:
    if request.method == "PUT":
        return _json(orders.changed(number, request.headers.get("X-Reason", "")))
    if request.method == "DELETE":
        return _json(orders.deleted(number))
    return HttpResponseNotAllowed(["PUT", "DELETE"])


def _session(request: HttpRequest) -> HttpResponseBase:
    response = _json(orders.visited(request.COOKIES.get(_COOKIE)))
    response.set_cookie(_COOKIE, "1", path="/api", httponly=True, samesite="Lax")
    return response


def _upload(request: HttpRequest) -> HttpResponseBase:
    return _json(orders.uploaded(request.body))


def _broken(_request: HttpRequest) -> HttpResponseBase:
    return _json(orders.broken())


def _report(_request: HttpRequest) -> HttpResponseBase:
    return _json(orders.reported())


def handler500(_request: HttpRequest) -> HttpResponseBase:
    """Answer for a view that raised."""
    return _json(orders.FAILED)


urlpatterns = [
    path("api/orders", _orders),
    path("api/orders/<int:number>", _order),
    path("api/session", _session),
    path("api/upload", _upload),
    path("api/broken", _broken),
    path("internal/report", _report),
]
