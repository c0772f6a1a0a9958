"""Which view answers for which path."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.home),
    path("api/orders", views.orders),
    path("api/orders/<int:number>", views.order),
]
