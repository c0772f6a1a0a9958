"""What a page gets from each adapter, asked as a browser asks."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from cors_core import Policy
from cors_core.browser import Browser, Request, Response
from tests.adapters.contract.conftest import Build
from tests.adapters.contract.sites import Client, Site

HERE = "https://app.example"
POLICY = Policy(
    allow_origins=[HERE],
    allow_methods=["PUT"],
    allow_headers=["Content-Type", "X-Token"],
    allow_credentials=True,
)


def page(client: Client, origin: str = HERE) -> Browser:
    def transport(request: Request) -> Response:
        answer = client.request(request.method, urlsplit(request.url).path, request.headers)
        return Response(answer.status, answer.headers, answer.body)

    return Browser(origin, transport)


JSON = {"Content-Type": "application/json"}
FETCHES = [
    pytest.param({}, ["GET"], True, id="GET"),
    pytest.param({"credentials": "include"}, ["GET"], True, id="with cookies"),
    pytest.param({"method": "POST"}, ["POST"], True, id="POST"),
    pytest.param({"method": "POST", "headers": JSON}, ["OPTIONS", "POST"], True, id="JSON"),
    pytest.param({"method": "PUT"}, ["OPTIONS", "PUT"], True, id="PUT"),
    pytest.param(
        {"method": "POST", "upload_listener": True}, ["OPTIONS", "POST"], True, id="upload"
    ),
    pytest.param({"method": "DELETE"}, ["OPTIONS"], False, id="method that is not allowed"),
    pytest.param({"headers": {"X-Odd": "1"}}, ["OPTIONS"], False, id="header that is not allowed"),
]


@pytest.mark.parametrize(("options", "sent", "readable"), FETCHES)
def test_page_gets_what_the_policy_says(
    build: Build, site: Site, options: dict[str, Any], sent: list[str], readable: bool
) -> None:
    outcome = page(build(site, POLICY)).fetch("/", **options)
    methods = [exchange.request.method for exchange in outcome.exchanges]
    assert (methods, outcome.readable) == (sent, readable), outcome


@pytest.mark.parametrize("path", ["/nowhere", "/forbidden", "/error"])
def test_page_can_read_what_went_wrong(build: Build, site: Site, path: str) -> None:
    outcome = page(build(site, POLICY)).fetch(path)
    assert outcome.readable, outcome


def test_page_of_another_origin_gets_nothing(build: Build, site: Site) -> None:
    outcome = page(build(site, POLICY), "https://elsewhere.example").fetch("/")
    assert not outcome.readable, outcome
