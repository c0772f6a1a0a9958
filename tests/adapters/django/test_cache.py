"""Django's cache of whole pages, on either side of the middleware."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import override_settings

from tests.adapters.django import urls
from tests.adapters.django.asking import ALLOWED, FIRST, OTHER, REFUSED, Ask

UPDATE = "django.middleware.cache.UpdateCacheMiddleware"
FETCH = "django.middleware.cache.FetchFromCacheMiddleware"


@pytest.fixture(
    params=[
        pytest.param([UPDATE, FIRST, FETCH], id="kept above"),
        pytest.param([FIRST, UPDATE, FETCH], id="kept below"),
    ]
)
def stack(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """MIDDLEWARE, and an empty cache."""
    cache.clear()
    urls.calls.clear()
    with override_settings(MIDDLEWARE=request.param):
        yield request.param
    cache.clear()


@pytest.mark.usefixtures("stack")
def test_second_answer_comes_from_the_cache_with_the_same_headers(ask: Ask) -> None:
    answers = [ask("GET", "/").cors, ask("GET", "/").cors]
    assert (answers, urls.calls) == ([ALLOWED, ALLOWED], ["/"])


@pytest.mark.usefixtures("stack")
def test_no_origin_gets_what_was_kept_for_another(ask: Ask) -> None:
    assert [ask("GET", "/").cors, ask("GET", "/", origin=OTHER).cors] == [ALLOWED, REFUSED]


@pytest.mark.usefixtures("stack")
def test_headers_from_the_cache_are_not_taken_for_the_applications(
    ask: Ask, said: Callable[[], list[tuple[str, str]]]
) -> None:
    ask("GET", "/")
    ask("GET", "/")
    assert said() == []
