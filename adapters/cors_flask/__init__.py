"""CORS for Flask."""

from cors_flask.extension import CORS

__all__ = ["CORS"]
