"""One adapter around another: the outer one decides, the inner one stands down and says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings

from cors_core import Policy, PolicyMap
from cors_wsgi import CORSMiddleware
from tests.adapters.contract import applications, sites
from tests.adapters.contract.applications import Script
from tests.adapters.contract.conftest import Build, by_name, said
from tests.adapters.contract.sites import ASGIClient, Client, Site, WSGIClient

HERE = "https://app.example"
ORIGIN = [("Origin", HERE)]
POLICY = Policy(allow_origins=[HERE])
OTHER = Policy(allow_origins=[HERE], expose_headers=["X-Other"])

ACAO = ("access-control-allow-origin", HERE)
ACEH = ("access-control-expose-headers", "x-other")
VARY = ("vary", "Origin")
TWICE = "CORS is applied twice to this application"
SAME = ("WARNING", f"{TWICE}; the outer one counts. Remove one.")
DIFFERENT = ("ERROR", f"{TWICE}, with different answers; the outer one counts. Remove one.")


STACKS = [
    pytest.param(POLICY, POLICY, (ACAO, VARY), [SAME], id="same policy"),
    pytest.param(POLICY, Policy(allow_origins=[HERE]), (ACAO, VARY), [SAME], id="equal policies"),
    pytest.param(OTHER, POLICY, (ACAO, ACEH, VARY), [DIFFERENT], id="different policies"),
    pytest.param(POLICY, OTHER, (ACAO, VARY), [DIFFERENT], id="inner grants more"),
    pytest.param(PolicyMap({}), OTHER, (ACAO, ACEH, VARY), [], id="no policy outside"),
    pytest.param(POLICY, PolicyMap({}), (ACAO, VARY), [], id="no policy inside"),
]


@pytest.mark.parametrize(("outer", "inner", "cors", "lines"), STACKS)
def test_outer_wsgi_adapter_decides(
    build: Build,
    wsgi_site: Site,
    caplog: pytest.LogCaptureFixture,
    outer: object,
    inner: object,
    cors: tuple[tuple[str, str], ...],
    lines: list[tuple[str, str]],
) -> None:
    client = build(wsgi_site, inner, outer)
    answers = [client.request("GET", "/", ORIGIN) for _ in range(2)]
    assert [answer.cors for answer in answers] == [cors, cors]
    assert said(caplog, wsgi_site) == lines


def test_first_different_answer_is_an_error_after_the_warning(
    build: Build, wsgi_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    client = build(wsgi_site, OTHER, POLICY)
    for headers in ([], ORIGIN, [], ORIGIN):
        client.request("GET", "/", headers)
    assert said(caplog, wsgi_site) == [SAME, DIFFERENT]


def test_callable_that_fails_in_the_inner_policy_is_reported(
    build: Build, wsgi_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(origin: str) -> bool:
        raise LookupError

    inner = Policy(allow_origins=[], dangerously_allow_origins_if=fail)
    build(wsgi_site, inner, POLICY).request("GET", "/", ORIGIN)
    failed = "CORS: your code raised LookupError, so nobody may read the answer."
    assert said(caplog, wsgi_site) == [("ERROR", failed), DIFFERENT]


def test_outer_adapter_answers_the_preflight(build: Build, wsgi_site: Site) -> None:
    asked = [*ORIGIN, ("Access-Control-Request-Method", "PUT")]
    answer = build(wsgi_site, OTHER, POLICY).request("OPTIONS", "/", asked)
    assert (answer.status, answer.app_called) == (204, False)


@pytest.mark.parametrize(
    ("outer", "line"),
    [
        pytest.param(POLICY, SAME, id="same policy"),
        pytest.param(OTHER, DIFFERENT, id="different policies"),
    ],
)
def test_mark_in_the_scope_makes_django_stand_down(
    build: Build, caplog: pytest.LogCaptureFixture, outer: Policy, line: tuple[str, str]
) -> None:
    client = build(sites.DJANGO_ASYNC, POLICY, outer)
    answers = [client.request("GET", "/", ORIGIN) for _ in range(2)]
    assert [answer.cors for answer in answers] == [(), ()]
    assert said(caplog, sites.DJANGO_ASYNC) == [line]


def wsgi_client(script: Script) -> Client:
    return WSGIClient(WSGIHandler(), script)


def asgi_client(script: Script) -> Client:
    return ASGIClient(ASGIHandler(), script, lambda scope: None)


@pytest.mark.parametrize(
    ("site", "client_of"),
    [
        pytest.param(sites.DJANGO_SYNC, wsgi_client, id="sync"),
        pytest.param(sites.DJANGO_ASYNC, asgi_client, id="async"),
    ],
)
def test_django_middleware_twice_decides_once(
    build: Build, caplog: pytest.LogCaptureFixture, site: Site, client_of: Any
) -> None:
    build(site, POLICY)
    script = Script()
    applications.set_django_script(script)
    middleware = [
        "cors_django.CORSMiddleware",
        "cors_django.CORSMiddleware",
        "tests.adapters.contract.applications.django_recorder",
    ]
    with override_settings(MIDDLEWARE=middleware):
        answer = client_of(script).request("GET", "/", ORIGIN)
    assert answer.cors == (ACAO, VARY)
    assert said(caplog, site) == [SAME]


@pytest.mark.parametrize("site", [*sites.WSGI], ids=by_name)
def test_adapter_inside_takes_none_for_no_decision(build: Build, site: Site) -> None:
    def unmarked(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["cors_core.decision"] = None
        return client.application(environ, start_response)

    client: Any = build(site, POLICY)
    answer = WSGIClient(unmarked, client.script).request("GET", "/", ORIGIN)
    assert answer.cors == (ACAO, VARY)


def test_request_inside_on_a_copied_environ_is_part_of_the_outer_one(
    caplog: pytest.LogCaptureFixture,
) -> None:
    script = Script()
    inner = CORSMiddleware(applications.recorded(applications.raw(), script), POLICY)

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return inner(dict(environ), start_response)

    answer = WSGIClient(CORSMiddleware(application, POLICY), script).request("GET", "/", ORIGIN)
    assert answer.cors == (ACAO, VARY)
    assert [record.getMessage() for record in caplog.records] == [SAME[1]]
