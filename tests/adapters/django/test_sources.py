"""A source must not query, and Django says so where it would block the event loop."""

from __future__ import annotations

from collections.abc import Callable

from django.db import ConnectionHandler
from django.test import override_settings

from cors_core import Policy
from tests.adapters.django.asking import PAGE, ask_asgi

CONNECTIONS = ConnectionHandler(
    {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
)


class Queries:
    """A source that asks the database."""

    def policy_for(self, host: str, path: str) -> Policy:
        with CONNECTIONS["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
        return Policy(allow_origins=[PAGE])


@override_settings(CORS_POLICY=Queries())
def test_query_in_an_async_chain_gives_an_answer_that_nobody_reads_or_keeps() -> None:
    answer = ask_asgi("GET", "/async")
    assert (answer.status, answer.body, answer.cors) == (200, b"here", [("vary", "*")])


@override_settings(CORS_POLICY=Queries())
def test_query_in_an_async_chain_is_one_error(said: Callable[[], list[tuple[str, str]]]) -> None:
    for _ in range(3):
        ask_asgi("GET", "/async", origin="")
    text = "CORS: your code raised SynchronousOnlyOperation, so nobody may read the answer."
    assert said() == [("ERROR", text)]
