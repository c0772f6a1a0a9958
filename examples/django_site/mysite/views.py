"""Views; none of them knows of CORS."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe


@require_safe
def home(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("<h1>Orders</h1>")


@require_safe
def orders(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"orders": [1, 2, 3]})


# Whoever calls shows a token in Authorization, no cookie; CSRF needs one.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "PUT", "DELETE"])
def order(_request: HttpRequest, number: int) -> HttpResponse:
    return JsonResponse({"order": number})
