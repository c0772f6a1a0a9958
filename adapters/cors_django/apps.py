"""Makes the package an application, which brings the system checks."""

from __future__ import annotations

from django.apps import AppConfig


class CORSConfig(AppConfig):
    """The application; it has no models."""

    name = "cors_django"

    def ready(self) -> None:
        """Register the checks, once the applications are loaded."""
        from cors_django import checks  # noqa: F401
