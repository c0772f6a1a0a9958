"""What the small API does, without any framework; each answer is a status and a message."""

from __future__ import annotations

import json

SERVED_BY = "X-Served-By"
FAILED = (500, "the application failed")


def listed() -> tuple[int, str]:
    return 200, "3 orders"


def placed(body: bytes) -> tuple[int, str]:
    return 201, f"ordered: {json.loads(body)['item']}"


def changed(number: int, reason: str) -> tuple[int, str]:
    return 200, f"order {number} changed: {reason}"


def deleted(number: int) -> tuple[int, str]:
    return 200, f"order {number} deleted"


def visited(cookie: str | None) -> tuple[int, str]:
    return 200, "welcome back" if cookie else "first visit"


def uploaded(body: bytes) -> tuple[int, str]:
    return 200, f"received {len(body)} bytes"


def reported() -> tuple[int, str]:
    return 200, "internal figures"


def broken() -> tuple[int, str]:
    raise RuntimeError("this view always fails")
