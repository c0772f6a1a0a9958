"""CORS for Django: ``"cors_django"`` in ``INSTALLED_APPS``, ``"cors_django.CORSMiddleware"`` first
in ``MIDDLEWARE``, and ``CORS_POLICY`` in the settings.
"""

from cors_django.middleware import CORSMiddleware

__all__ = ["CORSMiddleware"]
