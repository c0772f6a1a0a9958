"""Sites for the rows of the tables: opened with a policy, closed after the test."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.adapters.contract import sites
from tests.adapters.contract.applications import Script
from tests.adapters.contract.sites import Client, Site

Build = Callable[..., Client]


def by_name(site: Site) -> str:
    return site.name


def records(caplog: pytest.LogCaptureFixture, site: Site) -> list[logging.LogRecord]:
    """List what the adapter of a site has logged so far."""
    return [record for record in caplog.records if record.name == site.logger]


def said(caplog: pytest.LogCaptureFixture, site: Site) -> list[tuple[str, str]]:
    """List level and text of what the adapter of a site has logged so far."""
    return [(record.levelname, record.getMessage()) for record in records(caplog, site)]


@pytest.fixture(params=sites.ALL, ids=by_name)
def site(request: pytest.FixtureRequest) -> Site:
    """Every adapter in turn."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(params=sites.LOGGING, ids=by_name)
def full_site(request: pytest.FixtureRequest) -> Site:
    """Every adapter that ships, with all its duties."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(params=sites.WSGI, ids=by_name)
def wsgi_site(request: pytest.FixtureRequest) -> Site:
    """Every adapter below a WSGI server."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def build() -> Iterator[Build]:
    """Open a site: ``build(site, policy, headers=..., inside=..., outer=...)``."""
    with ExitStack() as stack:

        def opened(site: Site, policy: object, outer: object = None, **script: Any) -> Client:
            return stack.enter_context(site.open(policy, Script(**script), outer))

        yield opened
