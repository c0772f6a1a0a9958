"""The WSGI adapter for PasteDeploy: ``use = egg:cors-core`` in a filter section."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cors_core import load
from cors_wsgi.middleware import CORSMiddleware

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


def filter_app(
    app: WSGIApplication,
    global_conf: Mapping[str, str],  # noqa: ARG001 - the protocol passes it
    *,
    policy: str,
) -> CORSMiddleware:
    """Wrap an application with the policy in a file.

    Args:
        app: What the filter stands before.
        global_conf: What ``[DEFAULT]`` has; not read.
        policy: The file, see `cors_core.load`.

    Raises:
        PolicyError: If the policy is wrong.
        OSError: The file cannot be read.

    Source: https://docs.pylonsproject.org/projects/pastedeploy/en/latest/#paste-filter-app-factory
    """
    return CORSMiddleware(app, load(policy))
