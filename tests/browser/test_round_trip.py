"""What the engine decides is what the model and two real browsers do, through every adapter."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import django
import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import re_path
from flask import Flask

from cors_core import Policy
from cors_core.browser import Browser, Request
from cors_core.browser.servers import transport_for
from cors_flask import CORS
from cors_wsgi import CORSMiddleware
from tests.browser import launch, pairs, replay

ADAPTERS = ("wsgi", "flask", "django")
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "patch", "QUERY", "egg", "OPTIONS"]

Served = Callable[[str], object]


class Source:
    """The policy of each drawn pair, at a path of its own."""

    def policy_for(self, host: str, path: str) -> Policy | None:
        return pairs.drawn()[int(path.split("/")[2])].policy


SOURCE = Source()


def wsgi_view(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Total", "1")])
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else b"here"]


def django_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"here", headers={"X-Total": "1"})


urlpatterns = [re_path("", django_view)]


def flask_application() -> Flask:
    application = Flask(__name__)
    CORS(application, SOURCE)

    @application.route("/<path:path>", methods=METHODS)
    def view(path: str) -> tuple[str, dict[str, str]]:
        return "here", {"X-Total": "1"}

    return application


@pytest.fixture(scope="module")
def applications() -> Iterator[dict[str, Any]]:
    if not settings.configured:
        settings.configure()
        django.setup()
    changed = {
        "ROOT_URLCONF": __name__,
        "ALLOWED_HOSTS": ["*"],
        "MIDDLEWARE": ["cors_django.CORSMiddleware"],
        "CORS_POLICY": SOURCE,
    }
    with override_settings(**changed):
        yield {
            "wsgi": CORSMiddleware(wsgi_view, SOURCE),
            "flask": flask_application(),
            "django": WSGIHandler(),
        }


def url_of(adapter: str, index: int) -> str:
    return f"http://api.test:9000/{adapter}/{index}/x"


class Front:
    """The replay server's answers: each adapter, under its own name."""

    def __init__(self, applications: dict[str, Any]) -> None:
        self.transports = {name: transport_for(app) for name, app in applications.items()}

    def __call__(self, received: replay.Received) -> replay.Answer:
        first, *_ = urlsplit(received.url).path[1:].split("/")
        if first not in self.transports:
            return 200, [], json.dumps(self.listed()).encode()
        headers = [pair for pair in received.headers if pair[0].lower() != "host"]
        request = Request(received.method, received.url, headers, received.body)
        response = self.transports[first](request)
        return response.status, response.headers, response.body

    def listed(self) -> list[dict[str, Any]]:
        return [
            {
                "id": f"{adapter}-{index}",
                "steps": [{"request": self.request(adapter, index)}],
            }
            for adapter in self.transports
            for index in range(len(pairs.drawn()))
        ]

    def request(self, adapter: str, index: int) -> dict[str, Any]:
        asked = pairs.drawn()[index]
        return {
            "url": url_of(adapter, index),
            "method": asked.method,
            "headers": asked.headers,
            "credentials_mode": asked.credentials,
            "mode": "cors",
            "body": asked.body,
            "context": pairs.PAGES[asked.page],
        }


@pytest.fixture(scope="module")
def seen_by(
    applications: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], dict[str, bool]]:
    """Whether a browser's page could read, by adapter and pair: run once, when first asked."""

    @functools.cache
    def seen(browser: str) -> dict[str, bool]:
        results = launch.run(browser, Front(applications), tmp_path_factory.mktemp(browser))
        return {name: steps[0]["outcome"] == "allowed" for name, steps in results.items()}

    return seen


def decided(asked: pairs.Asked, index: int) -> bool:
    """Whether the engine allows everything that the standard has a browser ask for."""
    outcome = modelled(asked, SOURCE, url_of("wsgi", index))
    decisions = []
    for exchange in outcome.exchanges:
        sent = dict(exchange.request.headers)
        names = ("Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers")
        method = exchange.request.method
        decisions.append(asked.policy.decide(method, *(sent.get(name) for name in names)))
    # Whether credentials are meant is not on the wire: the page's half of the decision.
    is_credentialed = asked.credentials == "include"
    return all(decision.allowed for decision in decisions) and (
        asked.policy.allow_credentials or not is_credentialed
    )


def modelled(asked: pairs.Asked, server: object, url: str, quirks: str | None = None) -> Any:
    return Browser(asked.page, server, quirks=quirks).fetch(url, **asked.options)


def is_authorization_under_a_bare_wildcard(asked: pairs.Asked) -> bool:
    names = {name.lower() for name in asked.policy.allow_headers}
    asks = any(name == "Authorization" for name, _ in asked.headers)
    return asks and "*" in names and "authorization" not in names


def test_enough_pairs_are_drawn() -> None:
    assert len(pairs.drawn()) >= pairs.COUNT


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_model_sees_what_the_engine_decides(adapter: str, applications: dict[str, Any]) -> None:
    found = {
        index: asked
        for index, asked in enumerate(pairs.drawn())
        if modelled(asked, applications[adapter], url_of(adapter, index)).readable
        is not decided(asked, index)
    }
    assert found == {}


@pytest.mark.browser
@pytest.mark.parametrize("adapter", ADAPTERS)
def test_browser_sees_what_the_engine_decides_but_for_authorization_under_a_bare_wildcard(
    browser: str, adapter: str, seen_by: Callable[[str], dict[str, bool]]
) -> None:
    found = {
        index: asked
        for index, asked in enumerate(pairs.drawn())
        if seen_by(browser)[f"{adapter}-{index}"] is not decided(asked, index)
    }
    named = {
        index: asked
        for index, asked in enumerate(pairs.drawn())
        if is_authorization_under_a_bare_wildcard(asked)
        and not decided(asked, index)
        and modelled(asked, SOURCE, url_of(adapter, index), browser).readable
    }
    assert found == named
    assert named
