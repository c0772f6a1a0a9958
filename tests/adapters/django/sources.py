"""What a dotted path in CORS_POLICY may lead to."""

from __future__ import annotations

from typing import Any

from cors_core import Policy
from tests.adapters.django.asking import PAGE


class Tenants:
    """A source of the site's own."""

    def policy_for(self, host: str, path: str) -> Policy | None:
        return None


tenants = Tenants()
options = {"allow_origins": [PAGE]}


def __getattr__(name: str) -> Any:
    if name == "wrong":
        return Policy(allow_origins=["https://app.example.com/"])
    if name == "broken":
        raise LookupError("no tenant\nat https://app:secret@db.example")
    if name == "doubtful":
        return Policy(allow_origins=[PAGE], allow_methods=["PUT", "PUT"])
    raise AttributeError(name)
