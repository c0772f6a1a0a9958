"""CORS for any WSGI callable."""

from cors_wsgi.middleware import CORSMiddleware

__all__ = ["CORSMiddleware"]
