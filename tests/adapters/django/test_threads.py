"""In an async chain the middleware adds no hop to another thread."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import SyncToAsync
from django.test import override_settings

from tests.adapters.django.asking import ALLOWED, FIRST, ask_asgi

FOREIGN = "tests.adapters.django.urls.ForeignMiddleware"
COMMON = "django.middleware.common.CommonMiddleware"


@pytest.fixture
def hops(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Grows with every call that Django makes in a thread."""
    made: list[object] = []
    original = SyncToAsync.__call__

    async def counted(self: SyncToAsync[Any, Any], *args: Any, **kwargs: Any) -> Any:
        made.append(self.func)
        return await original(self, *args, **kwargs)

    monkeypatch.setattr(SyncToAsync, "__call__", counted)
    return made


@pytest.mark.parametrize(
    ("above", "below", "path"),
    [
        pytest.param([], [], "/async", id="alone"),
        pytest.param([], [COMMON], "/async", id="an async middleware below"),
        pytest.param([FOREIGN], [], "/async", id="a sync middleware above"),
        pytest.param([], [FOREIGN], "/async", id="a sync middleware below"),
        pytest.param([], [], "/", id="a sync view"),
        pytest.param([FOREIGN], [FOREIGN], "/", id="sync all around"),
    ],
)
def test_as_many_hops_as_without_it(
    above: list[str], below: list[str], path: str, hops: list[object]
) -> None:
    with override_settings(MIDDLEWARE=[*above, *below]):
        ask_asgi("GET", path)
    without = len(hops)
    with override_settings(MIDDLEWARE=[*above, FIRST, *below]):
        answer = ask_asgi("GET", path)
    assert (answer.cors, len(hops) - without) == (ALLOWED, without)


def test_allowed_preflight_needs_no_thread_of_its_own(hops: list[object]) -> None:
    with override_settings(MIDDLEWARE=[]):
        ask_asgi("GET", "/async")
    without = len(hops)
    with override_settings(MIDDLEWARE=[FIRST, COMMON]):
        answer = ask_asgi("OPTIONS", "/", {"Access-Control-Request-Method": "PUT"})
    assert (answer.status, len(hops) - without) == (204, without)
