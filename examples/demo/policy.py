"""The demo's policy, written once; all three servers are given this one value."""

from __future__ import annotations

Policies = dict[str, dict[str, object]]


def shared_policy(page_origin: str) -> Policies:
    """Write down who may read what: only `page_origin`, and only below ``/api/``.

    ``/internal/report`` has no entry: it is not ours, and gets no CORS header at all.
    """
    return {
        "/api/*": {
            "allow_origins": [page_origin],
            "allow_methods": ["PUT"],
            "allow_headers": ["Content-Type", "X-Reason"],
            "expose_headers": ["X-Served-By"],
            "allow_credentials": True,
            "max_age": 600,
        },
    }
