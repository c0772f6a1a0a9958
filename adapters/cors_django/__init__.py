"""CORS for Django.

``"cors_django"`` in ``INSTALLED_APPS`` brings the checks, ``"cors_django.CORSMiddleware"`` first in
``MIDDLEWARE`` does the work, and ``CORS_POLICY`` in the settings says what is allowed.
"""

from cors_django.middleware import CORSMiddleware

__all__ = ["CORSMiddleware"]
