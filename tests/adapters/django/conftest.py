"""A Django site that each test may change, and the two ways to ask it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import django
import pytest
from django.conf import settings
from django.test import override_settings

from tests.adapters.django.asking import FIRST, POLICY, Ask, ask_asgi, ask_wsgi
from tests.adapters.django.urls import Urls

# Once per process, and other tests may have been first: everything is overridden below.
if not settings.configured:
    settings.configure()
settings.SECRET_KEY = "only for tests"
django.setup()

SITE = {
    "ALLOWED_HOSTS": ["testserver"],
    "CORS_POLICY": POLICY,
    "INSTALLED_APPS": ["cors_django"],
    "MIDDLEWARE": [
        FIRST,
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
    "ROOT_URLCONF": Urls,
    "SESSION_ENGINE": "django.contrib.sessions.backends.cache",
}


@pytest.fixture(autouse=True)
def site() -> Iterator[None]:
    """The settings that a test starts from."""
    with override_settings(**SITE):
        yield


@pytest.fixture(params=["wsgi", "asgi"])
def ask(request: pytest.FixtureRequest) -> Ask:
    """Each gateway in turn."""
    return ask_wsgi if request.param == "wsgi" else ask_asgi


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Callable[[], list[tuple[str, str]]]:
    """What the adapter has logged so far."""
    caplog.set_level(logging.INFO, "cors_core.django")

    def lines() -> list[tuple[str, str]]:
        records = [record for record in caplog.records if record.name == "cors_core.django"]
        return [(record.levelname, record.getMessage()) for record in records]

    return lines
