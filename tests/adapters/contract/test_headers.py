"""What the application set under the names of CORS, and its ``Vary``, on every adapter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cors_core import DENY, Decision, Policy, PolicyMap
from tests.adapters.contract import sites
from tests.adapters.contract.conftest import Build, by_name
from tests.adapters.contract.sites import Site

HERE = "https://app.example"
ELSEWHERE = "https://elsewhere.example"
POLICY = Policy(allow_origins=[HERE])
EXPOSING = Policy(allow_origins=[HERE], expose_headers=["X-Total"], allow_credentials=True)
ANY_ORIGIN = Policy(allow_origins="*")

ACAO = ("access-control-allow-origin", HERE)
ACAC = ("access-control-allow-credentials", "true")
ACEH = ("access-control-expose-headers", "x-total")
STAR = ("access-control-allow-origin", "*")
VARY = ("vary", "Origin")


@pytest.mark.parametrize(
    ("policy", "origin", "cors"),
    [
        pytest.param(POLICY, HERE, (ACAO, VARY), id="allowed"),
        pytest.param(POLICY, ELSEWHERE, (VARY,), id="refused"),
        pytest.param(POLICY, "", (VARY,), id="no origin"),
        pytest.param(EXPOSING, HERE, (ACAC, ACAO, ACEH, VARY), id="credentials"),
        pytest.param(EXPOSING, ELSEWHERE, (VARY,), id="credentials refused"),
        pytest.param(ANY_ORIGIN, HERE, (STAR,), id="any"),
        pytest.param(DENY, HERE, (VARY,), id="DENY"),
    ],
)
@pytest.mark.parametrize(
    "header",
    [
        pytest.param(("Access-Control-Allow-Origin", HERE), id="origin as ours may be"),
        pytest.param(("Access-Control-Allow-Origin", "*"), id="any origin"),
        pytest.param(("access-control-allow-origin", "*"), id="any origin in lower case"),
        pytest.param(("ACCESS-CONTROL-ALLOW-ORIGIN", ELSEWHERE), id="another in upper case"),
        pytest.param(("Access-Control-Allow-Credentials", "true"), id="credentials"),
        pytest.param(("Access-Control-Expose-Headers", "*"), id="exposed"),
        pytest.param(("Access-Control-Allow-Methods", "PUT"), id="methods"),
        pytest.param(("Access-Control-Allow-Headers", "*"), id="headers"),
        pytest.param(("Access-Control-Max-Age", "86400"), id="max-age"),
        pytest.param(("Access-Control-Allow-Private-Network", "true"), id="private network"),
    ],
)
def test_decision_replaces_what_the_application_set(
    build: Build,
    site: Site,
    header: tuple[str, str],
    policy: Policy,
    origin: str,
    cors: tuple[tuple[str, str], ...],
) -> None:
    answer = build(site, policy, headers=[header]).request("GET", "/", [("Origin", origin)])
    assert answer.cors == cors


def test_headers_on_a_path_without_policy_are_the_applications(build: Build, site: Site) -> None:
    own = [("Access-Control-Allow-Origin", "*"), ("Vary", "Cookie, cookie")]
    answer = build(site, PolicyMap({}), headers=own).request("GET", "/", [("Origin", HERE)])
    assert answer.cors == (STAR, ("vary", "Cookie, cookie"))


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(("Timing-Allow-Origin", "*"), id="timing"),
        pytest.param(("Cross-Origin-Resource-Policy", "same-site"), id="resource policy"),
        pytest.param(("Cross-Origin-Opener-Policy", "same-origin"), id="opener policy"),
    ],
)
def test_neighbouring_headers_stay(build: Build, site: Site, header: tuple[str, str]) -> None:
    answer = build(site, POLICY, headers=[header]).request("GET", "/", [("Origin", HERE)])
    assert (header[0].lower(), header[1]) in answer.headers


VARIES = [
    pytest.param("Cookie", "Cookie, Origin", id="one"),
    pytest.param("origin", "origin", id="ours in lower case"),
    pytest.param("Cookie, origin ,Cookie", "Cookie, origin", id="repeated"),
    pytest.param("accept-language,COOKIE", "accept-language, COOKIE, Origin", id="case kept"),
    pytest.param("*", "*", id="star"),
    pytest.param("Cookie, *", "*", id="star among others"),
]


@pytest.mark.parametrize(("own", "merged"), VARIES)
@pytest.mark.parametrize("origin", [HERE, ELSEWHERE, ""])
def test_vary_of_the_application_is_merged_into_one_line(
    build: Build, site: Site, own: str, merged: str, origin: str
) -> None:
    client = build(site, POLICY, headers=[("Vary", own)])
    answer = client.request("GET", "/", [("Origin", origin)])
    assert [value for name, value in answer.headers if name == "vary"] == [merged]


@pytest.mark.parametrize(
    ("lines", "merged"),
    [
        pytest.param(["Cookie", "Accept"], "Cookie, Accept, Origin", id="different"),
        pytest.param(["Cookie", "cookie, origin"], "Cookie, origin", id="overlapping"),
        pytest.param(["Cookie", "*"], "*", id="star"),
    ],
)
@pytest.mark.parametrize(
    "site",
    # A response of Django has one line a name.
    [site for site in sites.ALL if not site.name.startswith("django")],
    ids=by_name,
)
def test_several_vary_lines_become_one(
    build: Build, site: Site, lines: list[str], merged: str
) -> None:
    client = build(site, POLICY, headers=[("Vary", line) for line in lines])
    answer = client.request("GET", "/", [("Origin", HERE)])
    assert answer.cors == (ACAO, ("vary", merged))


def test_vary_under_any_origin_is_left_to_the_application(build: Build, site: Site) -> None:
    client = build(site, ANY_ORIGIN, headers=[("Vary", "Cookie")])
    answer = client.request("GET", "/", [("Origin", HERE)])
    assert answer.cors == (STAR, ("vary", "Cookie"))


def leave_out(key: str) -> Callable[[dict[str, Any]], object]:
    return lambda facts: facts.pop(key, None)


def put(key: str, value: str) -> Callable[[dict[str, Any]], object]:
    return lambda facts: facts.update({key: value})


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param(leave_out("HTTP_ORIGIN"), id="Origin removed"),
        pytest.param(put("HTTP_ORIGIN", ELSEWHERE), id="Origin changed"),
        pytest.param(put("HTTP_HOST", "other.example"), id="Host changed"),
        pytest.param(put("HTTP_ACCESS_CONTROL_REQUEST_METHOD", "PUT"), id="requested method"),
        pytest.param(leave_out("cors_core.decision"), id="decision removed"),
        pytest.param(put("cors_core.decision", "nonsense"), id="decision changed"),
    ],
)
def test_application_cannot_change_the_decision(
    build: Build, full_site: Site, inside: Callable[[dict[str, Any]], object]
) -> None:
    answer = build(full_site, POLICY, inside=inside).request("GET", "/", [("Origin", HERE)])
    assert answer.cors == (ACAO, VARY)


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param(put("PATH_INFO", "/nowhere"), id="path"),
        pytest.param(put("REQUEST_METHOD", "OPTIONS"), id="method"),
    ],
)
def test_path_and_method_are_read_before_the_application_changes_them(
    build: Build, full_site: Site, inside: Callable[[dict[str, Any]], object]
) -> None:
    client = build(full_site, PolicyMap({"/": POLICY}), inside=inside)
    answer = client.request("GET", "/", [("Origin", HERE)])
    assert answer.cors == (ACAO, VARY)


@pytest.mark.parametrize("origin", [HERE, ELSEWHERE])
def test_application_reads_the_decision(build: Build, full_site: Site, origin: str) -> None:
    seen: list[Decision] = []
    client = build(full_site, POLICY, inside=lambda facts: seen.append(facts["cors_core.decision"]))
    client.request("GET", "/", [("Origin", origin)])
    assert seen == [POLICY.decide("GET", origin)]


def test_no_decision_is_left_where_there_is_no_policy(build: Build, full_site: Site) -> None:
    seen: list[bool] = []
    client = build(
        full_site,
        PolicyMap({}),
        inside=lambda facts: seen.append("cors_core.decision" in facts),
    )
    client.request("GET", "/", [("Origin", HERE)])
    assert seen == [False]


class LeavingError(Exception):
    pass


@pytest.mark.parametrize(
    "site", [site for site in sites.WSGI if site is not sites.DJANGO_SYNC], ids=by_name
)
def test_exception_below_a_wsgi_adapter_leaves_as_it_is(build: Build, site: Site) -> None:
    error = LeavingError()

    def fail(facts: dict[str, Any]) -> None:
        raise error

    client = build(site, POLICY, inside=fail)
    with pytest.raises(LeavingError) as caught:
        client.request("GET", "/", [("Origin", HERE)])
    assert caught.value is error


@pytest.mark.parametrize("site", [sites.DJANGO_SYNC, sites.DJANGO_ASYNC], ids=by_name)
def test_exception_below_the_django_adapter_is_an_answer_with_headers(
    build: Build, site: Site
) -> None:
    def fail(facts: dict[str, Any]) -> None:
        raise LeavingError

    answer = build(site, POLICY, inside=fail).request("GET", "/", [("Origin", HERE)])
    assert (answer.status, answer.cors) == (500, (ACAO, VARY))
