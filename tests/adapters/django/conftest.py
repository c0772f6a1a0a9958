"""A Django site that each test may change, and the two ways to ask it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import django
import pytest
from django.conf import settings
from django.test import override_settings

from tests.adapters.django.asking import FIRST, POLICY, Ask, ask_asgi, ask_wsgi
from tests.adapters.django.urls import Urls

# Once per process, and other tests may have been first: everything is overridden below.
if not settings.configured:
    settings.configure()
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
    "SECRET_KEY": "only for tests",
    "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
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
def with_settings() -> type[AbstractContextManager[Any]]:
    """Django's own ``override_settings``."""
    return override_settings


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """What our logger wrote, growing while the test runs."""
    caplog.set_level(logging.DEBUG, "cors_core.django")
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    logger = logging.getLogger("cors_core.django")
    logger.addHandler(handler)
    try:
        yield records
    finally:
        logger.removeHandler(handler)
