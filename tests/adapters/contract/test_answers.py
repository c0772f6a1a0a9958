"""Every kind of answer of an application, for every kind of policy and every kind of origin."""

from __future__ import annotations

import pytest

from cors_core import DENY, Policy, PolicyMap
from tests.adapters.contract.conftest import Build
from tests.adapters.contract.sites import Site

HERE = "https://app.example"
ELSEWHERE = "https://elsewhere.example"

LIST = Policy(
    allow_origins=[HERE, "https://*.preview.example"],
    allow_methods=["PUT", "DELETE"],
    allow_headers=["Content-Type", "X-Token"],
    expose_headers=["X-Total"],
)
CREDENTIALS = Policy(
    allow_origins=[HERE],
    allow_methods=["PUT", "DELETE"],
    allow_headers=["Content-Type", "X-Token"],
    expose_headers=["X-Total"],
    allow_credentials=True,
)
ANY_ORIGIN = Policy(
    allow_origins="*",
    allow_methods=["PUT", "DELETE"],
    allow_headers=["Content-Type", "X-Token"],
    expose_headers=["X-Total"],
)
NOTHING = PolicyMap({})

ACAO = ("access-control-allow-origin", HERE)
ACAC = ("access-control-allow-credentials", "true")
ACEH = ("access-control-expose-headers", "x-total")
STAR = ("access-control-allow-origin", "*")
VARY = ("vary", "Origin")

ANSWERS = [
    pytest.param("GET", "/", 200, id="GET"),
    pytest.param("HEAD", "/", 200, id="HEAD"),
    pytest.param("POST", "/", 200, id="POST"),
    pytest.param("DELETE", "/", 200, id="DELETE"),
    pytest.param("GET", "/nowhere", 404, id="404"),
    pytest.param("DELETE", "/only-get", 405, id="405"),
    pytest.param("GET", "/forbidden", 403, id="403"),
    pytest.param("GET", "/error", 500, id="500"),
    pytest.param("GET", "/redirect", 302, id="302"),
    pytest.param("GET", "/moved", 301, id="301"),
    pytest.param("GET", "/not-modified", 304, id="304"),
    pytest.param("GET", "/stream", 200, id="streamed"),
    pytest.param("GET", "/file", 200, id="file"),
]
DECISIONS = [
    pytest.param(LIST, HERE, (ACAO, ACEH, VARY), id="list-allowed"),
    pytest.param(LIST, ELSEWHERE, (VARY,), id="list-refused"),
    pytest.param(LIST, "not an origin", (VARY,), id="list-malformed"),
    pytest.param(LIST, None, (VARY,), id="list-absent"),
    pytest.param(CREDENTIALS, HERE, (ACAC, ACAO, ACEH, VARY), id="credentials-allowed"),
    pytest.param(CREDENTIALS, ELSEWHERE, (VARY,), id="credentials-refused"),
    pytest.param(CREDENTIALS, None, (VARY,), id="credentials-absent"),
    pytest.param(ANY_ORIGIN, HERE, (STAR, ACEH), id="any-allowed"),
    pytest.param(ANY_ORIGIN, None, (STAR, ACEH), id="any-absent"),
    pytest.param(DENY, HERE, (VARY,), id="DENY-refused"),
    pytest.param(DENY, None, (VARY,), id="DENY-absent"),
    pytest.param(NOTHING, HERE, (), id="no policy"),
    pytest.param(NOTHING, None, (), id="no policy-absent"),
]


def origin_header(origin: str | None) -> list[tuple[str, str]]:
    return [] if origin is None else [("Origin", origin)]


# Django says so of every file under ASGI.
@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous iterators")
@pytest.mark.parametrize(("policy", "origin", "cors"), DECISIONS)
@pytest.mark.parametrize(("method", "target", "status"), ANSWERS)
def test_every_answer_has_the_decision(
    build: Build,
    site: Site,
    method: str,
    target: str,
    status: int,
    policy: object,
    origin: str | None,
    cors: tuple[tuple[str, str], ...],
) -> None:
    answer = build(site, policy).request(method, target, origin_header(origin))
    assert (answer.status, answer.cors, answer.app_called) == (status, cors, True)


@pytest.mark.parametrize(("policy", "origin", "cors"), DECISIONS)
def test_plain_options_reaches_the_application(
    build: Build,
    site: Site,
    policy: object,
    origin: str | None,
    cors: tuple[tuple[str, str], ...],
) -> None:
    answer = build(site, policy).request("OPTIONS", "/", origin_header(origin))
    assert (answer.cors, answer.app_called) == (cors, True)


def asked(origin: str, method: str = "PUT", names: str | None = "x-token") -> list[tuple[str, str]]:
    headers = [("Origin", origin), ("Access-Control-Request-Method", method)]
    return headers if names is None else [*headers, ("Access-Control-Request-Headers", names)]


ACAM = ("access-control-allow-methods", "PUT,DELETE")
ACAH = ("access-control-allow-headers", "content-type,x-token")
ACMA = ("access-control-max-age", "600")
REFUSAL = b"CORS preflight refused: this origin is not allowed.\n"
REFUSED = (("content-length", "52"), ("content-type", "text/plain; charset=utf-8"), VARY)
FULL = (ACAH, ACAM, ACAO, ACMA, VARY)


@pytest.mark.parametrize(
    ("policy", "headers", "whole"),
    [
        pytest.param(LIST, asked(HERE), (204, FULL, b""), id="allowed"),
        pytest.param(LIST, asked(HERE, names=None), (204, FULL, b""), id="no names"),
        pytest.param(LIST, asked(HERE, "GET", None), (204, FULL, b""), id="upload listener"),
        pytest.param(LIST, asked(HERE, "PATCH"), (204, FULL, b""), id="method not allowed"),
        pytest.param(LIST, asked(HERE, "put"), (204, FULL, b""), id="method in lower case"),
        pytest.param(LIST, asked(HERE, names="x-no"), (204, FULL, b""), id="name not allowed"),
        pytest.param(LIST, asked(HERE, names="a," * 65), (204, FULL, b""), id="too many names"),
        pytest.param(LIST, asked(HERE, "\xff"), (204, FULL, b""), id="method is no token"),
        pytest.param(LIST, asked(ELSEWHERE), (403, REFUSED, REFUSAL), id="origin refused"),
        pytest.param(LIST, asked("x y"), (403, REFUSED, REFUSAL), id="malformed origin"),
        pytest.param(
            CREDENTIALS,
            asked(HERE),
            (204, (ACAC, *FULL), b""),
            id="credentials",
        ),
        pytest.param(
            CREDENTIALS, asked(ELSEWHERE), (403, REFUSED, REFUSAL), id="credentials refused"
        ),
        pytest.param(ANY_ORIGIN, asked(HERE), (204, (ACAH, ACAM, STAR, ACMA), b""), id="any"),
        pytest.param(DENY, asked(HERE), (403, REFUSED, REFUSAL), id="DENY"),
    ],
)
@pytest.mark.parametrize(
    "target", ["/", "/nowhere", "/error", "/redirect", "/forbidden", "/only-get"]
)
def test_preflight_is_answered_before_everything_else(
    build: Build,
    site: Site,
    policy: object,
    headers: list[tuple[str, str]],
    whole: tuple[int, tuple[tuple[str, str], ...], bytes],
    target: str,
) -> None:
    answer = build(site, policy).request("OPTIONS", target, headers)
    assert (answer.status, answer.headers, answer.body) == whole
    assert not answer.app_called


WITH_STAR = {"allow_origins": [HERE], "allow_methods": "*", "allow_headers": "*"}
ECHO_VARY = ("vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
ACAM_STAR = ("access-control-allow-methods", "*")
ACAH_STAR = ("access-control-allow-headers", "*")


@pytest.mark.parametrize(
    ("options", "headers", "granted"),
    [
        pytest.param({}, asked(HERE), (ACAH_STAR, ACAM_STAR, ACAO, ACMA, VARY), id="star"),
        pytest.param(
            {"allow_headers": ["*", "Authorization"]},
            asked(HERE, names="authorization"),
            (
                ("access-control-allow-headers", "*,authorization"),
                ACAM_STAR,
                ACAO,
                ACMA,
                VARY,
            ),
            id="star and Authorization",
        ),
        pytest.param(
            {"allow_credentials": True},
            asked(HERE, "PATCH", "Authorization, x-b,,X-B"),
            (
                ACAC,
                ("access-control-allow-headers", "authorization,x-b"),
                ("access-control-allow-methods", "PATCH"),
                ACAO,
                ACMA,
                ECHO_VARY,
            ),
            id="credentials echo",
        ),
        pytest.param(
            {"allow_credentials": True},
            asked(HERE, "TRACE", "x-b, cookie"),
            (ACAC, ACAO, ACMA, ECHO_VARY),
            id="credentials echo nothing forbidden",
        ),
        pytest.param(
            {"allow_credentials": True},
            asked(HERE, "A" * 65, "x" * 1025),
            (ACAC, ACAO, ACMA, ECHO_VARY),
            id="credentials echo nothing long",
        ),
        pytest.param(
            {"max_age": None}, asked(HERE), (ACAH_STAR, ACAM_STAR, ACAO, VARY), id="no max-age"
        ),
        pytest.param(
            {"max_age": 0},
            asked(HERE),
            (ACAH_STAR, ACAM_STAR, ACAO, ("access-control-max-age", "0"), VARY),
            id="max-age of zero",
        ),
    ],
)
def test_star_in_a_preflight_is_what_browsers_understand(
    build: Build,
    site: Site,
    options: dict[str, object],
    headers: list[tuple[str, str]],
    granted: tuple[tuple[str, str], ...],
) -> None:
    answer = build(site, WITH_STAR | options).request("OPTIONS", "/", headers)
    expected = tuple(sorted(granted))
    assert (answer.status, answer.headers, answer.body) == (204, expected, b"")


def test_preflight_without_policy_reaches_the_application(build: Build, site: Site) -> None:
    answer = build(site, NOTHING).request("OPTIONS", "/", asked(HERE))
    assert (answer.cors, answer.app_called) == ((), True)


@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
@pytest.mark.parametrize("method", ["options", "Options", "oPTIONS"])
def test_options_in_another_case_is_no_preflight(build: Build, site: Site, method: str) -> None:
    answer = build(site, LIST).request(method, "/", asked(HERE))
    assert (answer.cors, answer.app_called) == ((ACAO, ACEH, VARY), True)


@pytest.mark.parametrize(
    ("headers", "cors"),
    [
        pytest.param([("Access-Control-Request-Method", "PUT")], (VARY,), id="no Origin"),
        pytest.param(asked("", names=None), (VARY,), id="empty Origin"),
        pytest.param(asked(" \t", names=None), (VARY,), id="blank Origin"),
        pytest.param(asked(HERE, "", None), (ACAO, ACEH, VARY), id="empty requested method"),
        pytest.param(asked(HERE, " ", None), (ACAO, ACEH, VARY), id="blank requested method"),
        pytest.param(
            [("Origin", HERE), ("Access-Control-Request-Headers", "x-token")],
            (ACAO, ACEH, VARY),
            id="names only",
        ),
    ],
)
def test_options_that_asks_nothing_is_no_preflight(
    build: Build, site: Site, headers: list[tuple[str, str]], cors: tuple[tuple[str, str], ...]
) -> None:
    answer = build(site, LIST).request("OPTIONS", "/", headers)
    assert (answer.cors, answer.app_called) == (cors, True)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([("Cookie", "sessionid=1")], id="cookie"),
        pytest.param([("Authorization", "Bearer 1")], id="bearer token"),
        pytest.param([("Content-Type", "application/json"), ("Content-Length", "9")], id="body"),
        pytest.param([("Access-Control-Request-Private-Network", "true")], id="private network"),
    ],
)
def test_preflight_is_answered_alike_whatever_else_it_carries(
    build: Build, site: Site, headers: list[tuple[str, str]]
) -> None:
    client = build(site, LIST)
    plain = client.request("OPTIONS", "/", asked(HERE))
    assert client.request("OPTIONS", "/", [*asked(HERE), *headers]) == plain
