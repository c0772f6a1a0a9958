"""Brings the system checks."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import Tags, register


class CORSConfig(AppConfig):
    """The application that brings the checks; it has no models."""

    name = "cors_django"
    verbose_name = "CORS"

    def ready(self) -> None:
        """Register the checks when the applications are loaded."""
        from cors_django.checks import check_settings

        register(check_settings, Tags.security)
