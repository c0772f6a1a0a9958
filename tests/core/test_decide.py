"""What is decided of each request: the table of decisions, its limits and its echoes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cors_core import DENY, Decision, Policy, Reason, RequestKind
from cors_core.policy import UNDECIDED

HERE = "https://app.example.com"
EVIL = "https://evil.example"

LISTED = Policy(
    allow_origins=[HERE, "https://*.preview.example.com", "http://localhost:*"],
    allow_methods=["PUT", "DELETE"],
    allow_headers=["Authorization", "Content-Type"],
    expose_headers=["X-Request-Id", "ETag"],
)
CREDENTIALED = Policy(
    allow_origins=[HERE],
    allow_methods=["PATCH", "POST"],
    allow_headers=["X-A"],
    expose_headers=["X-B"],
    allow_credentials=True,
    max_age=0,
)
ANY = Policy(
    allow_origins="*", allow_methods=["PUT"], allow_headers=["X-A"], expose_headers="*", max_age=60
)
BARE = Policy(allow_origins=[HERE], max_age=None)
BARE_ANY = Policy(allow_origins="*", max_age=None)
STARS = Policy(allow_origins=[HERE], allow_methods="*", allow_headers="*", max_age=None)
STARS_NAMED = Policy(
    allow_origins="*", allow_methods="*", allow_headers=["*", "Authorization"], max_age=None
)
ECHO = Policy(
    allow_origins=[HERE],
    allow_methods="*",
    allow_headers="*",
    allow_credentials=True,
    max_age=None,
)
ECHO_METHODS = Policy(
    allow_origins=[HERE],
    allow_methods="*",
    allow_headers=["X-A"],
    allow_credentials=True,
    max_age=None,
)
ECHO_HEADERS = Policy(
    allow_origins=[HERE],
    allow_methods=["PUT"],
    allow_headers="*",
    allow_credentials=True,
    max_age=None,
)

ORIGIN_ONLY = (("Vary", "Origin"),)
DYNAMIC = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
ALLOWED = (("Access-Control-Allow-Origin", HERE),)
WITH_CREDENTIALS = (*ALLOWED, ("Access-Control-Allow-Credentials", "true"))
LISTED_PREFLIGHT = (
    *ALLOWED,
    ("Access-Control-Allow-Methods", "PUT,DELETE"),
    ("Access-Control-Allow-Headers", "authorization,content-type"),
    ("Access-Control-Max-Age", "600"),
    ("Vary", "Origin"),
)


def answered(kind: RequestKind, reason: Reason, *headers: tuple[str, str]) -> Decision:
    """Build the decision where the application answers."""
    return Decision(kind, reason in ("allowed", "not-cors"), reason, None, headers, b"")


def preflight(reason: Reason, *headers: tuple[str, str]) -> Decision:
    """Build the answer to a preflight of an allowed origin."""
    return Decision(RequestKind.PREFLIGHT, reason is Reason.ALLOWED, reason, 204, headers, b"")


@pytest.mark.parametrize(
    ("policy", "headers"),
    [
        pytest.param(LISTED, ORIGIN_ONLY, id="listed"),
        pytest.param(BARE, ORIGIN_ONLY, id="one origin is treated like many"),
        pytest.param(CREDENTIALED, ORIGIN_ONLY, id="credentials"),
        pytest.param(ECHO, ORIGIN_ONLY, id="echo"),
        pytest.param(DENY, ORIGIN_ONLY, id="DENY"),
        pytest.param(UNDECIDED, (("Vary", "*"),), id="a source that failed"),
        pytest.param(
            ANY,
            (("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", "*")),
            id="any origin, exposed names",
        ),
        pytest.param(BARE_ANY, (("Access-Control-Allow-Origin", "*"),), id="any origin"),
    ],
)
@pytest.mark.parametrize("origin", [None, "", " ", "\t "])
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "options", ""])
def test_without_an_origin_it_is_no_cors_request(
    policy: Policy, headers: tuple[tuple[str, str], ...], origin: str | None, method: str
) -> None:
    expected = answered(RequestKind.NOT_CORS, Reason.NOT_CORS, *headers)
    assert policy.decide(method, origin, "PUT", "x-a") == expected


@pytest.mark.parametrize(
    ("policy", "origin", "headers"),
    [
        pytest.param(
            LISTED,
            HERE,
            (*ALLOWED, ("Access-Control-Expose-Headers", "x-request-id,etag"), *ORIGIN_ONLY),
            id="listed",
        ),
        pytest.param(
            CREDENTIALED,
            HERE,
            (*WITH_CREDENTIALS, ("Access-Control-Expose-Headers", "x-b"), *ORIGIN_ONLY),
            id="credentials",
        ),
        pytest.param(BARE, HERE, (*ALLOWED, *ORIGIN_ONLY), id="nothing exposed"),
        pytest.param(BARE, f" \t{HERE}\t ", (*ALLOWED, *ORIGIN_ONLY), id="outer white space"),
        pytest.param(BARE, f"\t{HERE}", (*ALLOWED, *ORIGIN_ONLY), id="white space before it alone"),
        pytest.param(BARE, f"{HERE} ", (*ALLOWED, *ORIGIN_ONLY), id="white space behind it alone"),
        pytest.param(
            LISTED,
            "http://localhost:5173",
            (
                ("Access-Control-Allow-Origin", "http://localhost:5173"),
                ("Access-Control-Expose-Headers", "x-request-id,etag"),
                *ORIGIN_ONLY,
            ),
            id="by a pattern",
        ),
        pytest.param(
            ANY,
            EVIL,
            (("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", "*")),
            id="any origin",
        ),
        pytest.param(BARE_ANY, "null", (("Access-Control-Allow-Origin", "*"),), id="null, any"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "TRACE", "options", "OPTIONS"])
def test_an_allowed_origin_may_read(
    policy: Policy, origin: str, headers: tuple[tuple[str, str], ...], method: str
) -> None:
    assert policy.decide(method, origin) == answered(RequestKind.CORS, Reason.ALLOWED, *headers)


@pytest.mark.filterwarnings("ignore::cors_core.PolicyWarning")
@pytest.mark.parametrize(
    "origin",
    [
        pytest.param(HERE, id="listed beside the star"),
        pytest.param("https://x.example.org", id="matched beside the star"),
        pytest.param("null", id="null"),
        pytest.param("x y", id="malformed"),
    ],
)
def test_any_origin_is_constant_whatever_stands_beside_it(origin: str) -> None:
    policy = Policy(allow_origins=["*", HERE, "https://*.example.org"])
    headers = (("Access-Control-Allow-Origin", "*"),)
    assert policy.decide("GET", origin) == answered(RequestKind.CORS, Reason.ALLOWED, *headers)


@pytest.mark.filterwarnings("ignore::cors_core.PolicyWarning")
@pytest.mark.parametrize(
    ("names", "exposed"),
    [
        pytest.param(["X-A", "ETag", "x-a"], "x-a,etag", id="once, in any case"),
        pytest.param(["*", "X-A"], "*", id="a star stands for the others"),
        pytest.param(["X-A", "*"], "*", id="a star at the end, too"),
    ],
)
def test_exposed_names_are_sent_once(names: list[str], exposed: str) -> None:
    policy = Policy(allow_origins=[HERE], expose_headers=names)
    assert policy.decide("GET", HERE).headers == (
        *ALLOWED,
        ("Access-Control-Expose-Headers", exposed),
        *ORIGIN_ONLY,
    )


STRANGERS = [
    pytest.param(LISTED, EVIL, id="another origin"),
    pytest.param(LISTED, "null", id="null"),
    pytest.param(LISTED, "*", id="a star"),
    pytest.param(LISTED, "https://*.preview.example.com", id="the pattern itself"),
    pytest.param(LISTED, "https://preview.example.com", id="the base of a wildcard"),
    pytest.param(LISTED, "https://x.preview.example.com.", id="dot at the end"),
    pytest.param(LISTED, "https://evilpreview.example.com", id="no label of its own"),
    pytest.param(LISTED, "https://x.preview.example.com:8443", id="a port nobody listed"),
    pytest.param(LISTED, "http://localhost:80", id="a default port, written"),
    pytest.param(LISTED, "http://localhost:99999", id="no port"),
    pytest.param(LISTED, "http://localhost:", id="an empty port"),
    pytest.param(LISTED, f"{HERE}/", id="slash"),
    pytest.param(LISTED, f"{HERE},{HERE}", id="two field lines"),
    pytest.param(LISTED, f"\x0b{HERE}", id="a vertical tab is no white space here"),
    pytest.param(LISTED, f"\xa0{HERE}", id="a no-break space is none either"),
    pytest.param(LISTED, HERE.upper(), id="upper case"),
    pytest.param(LISTED, "\ud800", id="lone surrogate"),
    pytest.param(LISTED, f"{HERE}{' ' * 400}", id="too long as delivered"),
    pytest.param(LISTED, " " * 327, id="nothing, too long"),
    pytest.param(DENY, HERE, id="DENY"),
]


@pytest.mark.parametrize(("policy", "origin"), STRANGERS)
@pytest.mark.parametrize("method", ["GET", "DELETE", "OPTIONS"])
def test_a_refused_origin_gets_only_vary(policy: Policy, origin: str, method: str) -> None:
    expected = answered(RequestKind.CORS, Reason.ORIGIN_NOT_ALLOWED, *ORIGIN_ONLY)
    assert policy.decide(method, origin) == expected


@pytest.mark.parametrize(("policy", "origin"), STRANGERS)
@pytest.mark.parametrize("method", ["GET", "DELETE", "no token", "X" * 65])
def test_a_preflight_from_a_refused_origin_is_answered_403(
    policy: Policy, origin: str, method: str
) -> None:
    body = b"CORS preflight refused: this origin is not allowed.\n"
    assert policy.decide("OPTIONS", origin, method, "x-a") == Decision(
        RequestKind.PREFLIGHT,
        False,
        Reason.ORIGIN_NOT_ALLOWED,
        403,
        (
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Vary", "Origin"),
        ),
        body,
    )


@pytest.mark.parametrize(
    ("method", "origin", "requested"),
    [
        pytest.param("options", HERE, "PUT", id="the method is case-sensitive"),
        pytest.param("Options", HERE, "PUT", id="the method is case-sensitive, again"),
        pytest.param("GET", HERE, "PUT", id="another method"),
        pytest.param("OPTIONS", HERE, None, id="no requested method"),
        pytest.param("OPTIONS", HERE, "", id="an empty requested method"),
        pytest.param("OPTIONS", HERE, " \t", id="a requested method of white space"),
    ],
)
def test_anything_else_is_no_preflight(method: str, origin: str, requested: str | None) -> None:
    decision = BARE.decide(method, origin, requested, "x-a")
    assert decision == answered(RequestKind.CORS, Reason.ALLOWED, *ALLOWED, *ORIGIN_ONLY)


@pytest.mark.parametrize(
    ("method", "headers", "reason"),
    [
        pytest.param("PUT", None, Reason.ALLOWED, id="listed method"),
        pytest.param("GET", None, Reason.ALLOWED, id="safelisted method, upload listener"),
        pytest.param("HEAD", "", Reason.ALLOWED, id="safelisted method, no names"),
        pytest.param("POST", "content-type", Reason.ALLOWED, id="JSON"),
        pytest.param(" PUT\t", None, Reason.ALLOWED, id="white space around the method"),
        pytest.param("put", None, Reason.METHOD_NOT_ALLOWED, id="methods are case-sensitive"),
        pytest.param("PATCH", None, Reason.METHOD_NOT_ALLOWED, id="another method"),
        pytest.param("PUT,DELETE", None, Reason.METHOD_NOT_ALLOWED, id="two methods"),
        pytest.param("P T", None, Reason.METHOD_NOT_ALLOWED, id="no token"),
        pytest.param("TRACE", None, Reason.METHOD_NOT_ALLOWED, id="forbidden method"),
        pytest.param("*", None, Reason.METHOD_NOT_ALLOWED, id="a star"),
        pytest.param("PUT", "content-type,authorization", Reason.ALLOWED, id="any order"),
        pytest.param("PUT", "Content-TYPE", Reason.ALLOWED, id="any case"),
        pytest.param(
            "PUT", "content-type,content-type,Content-Type", Reason.ALLOWED, id="repetition"
        ),
        pytest.param("PUT", " \tcontent-type ,\t,, ", Reason.ALLOWED, id="empty members"),
        pytest.param("PUT", ",", Reason.ALLOWED, id="nothing but a comma"),
        pytest.param("PUT", "x-a", Reason.HEADER_NOT_ALLOWED, id="another name"),
        pytest.param("PUT", "content-type,x-a", Reason.HEADER_NOT_ALLOWED, id="one of two"),
        pytest.param("PUT", "content-type x-a", Reason.HEADER_NOT_ALLOWED, id="no comma"),
        pytest.param("PUT", "content-type\x0b", Reason.HEADER_NOT_ALLOWED, id="vertical tab"),
        pytest.param("PUT", "content-type\xa0", Reason.HEADER_NOT_ALLOWED, id="no-break space"),
        pytest.param("PUT", "\u212a", Reason.HEADER_NOT_ALLOWED, id="a letter beyond ASCII"),
        pytest.param("PUT", "*", Reason.HEADER_NOT_ALLOWED, id="a name of a star"),
        pytest.param("PATCH", "x-a", Reason.METHOD_NOT_ALLOWED, id="the method comes first"),
    ],
)
def test_a_preflight_gets_the_full_lists_and_the_true_reason(
    method: str, headers: str | None, reason: Reason
) -> None:
    assert LISTED.decide("OPTIONS", HERE, method, headers) == preflight(reason, *LISTED_PREFLIGHT)


@pytest.mark.parametrize(
    ("policy", "headers"),
    [
        pytest.param(
            CREDENTIALED,
            (
                *WITH_CREDENTIALS,
                ("Access-Control-Allow-Methods", "PATCH"),
                ("Access-Control-Allow-Headers", "x-a"),
                ("Access-Control-Max-Age", "0"),
                ("Vary", "Origin"),
            ),
            id="credentials, age 0, no safelisted method",
        ),
        pytest.param(BARE, (*ALLOWED, ("Vary", "Origin")), id="empty lists are left out"),
        pytest.param(
            ANY,
            (
                ("Access-Control-Allow-Origin", "*"),
                ("Access-Control-Allow-Methods", "PUT"),
                ("Access-Control-Allow-Headers", "x-a"),
                ("Access-Control-Max-Age", "60"),
            ),
            id="any origin is constant",
        ),
        pytest.param(BARE_ANY, (("Access-Control-Allow-Origin", "*"),), id="any origin, no lists"),
        pytest.param(
            STARS,
            (
                *ALLOWED,
                ("Access-Control-Allow-Methods", "*"),
                ("Access-Control-Allow-Headers", "*"),
                ("Vary", "Origin"),
            ),
            id="stars without credentials",
        ),
        pytest.param(
            STARS_NAMED,
            (
                ("Access-Control-Allow-Origin", "*"),
                ("Access-Control-Allow-Methods", "*"),
                ("Access-Control-Allow-Headers", "*,authorization"),
            ),
            id="Authorization named beside a star",
        ),
        pytest.param(
            ECHO,
            (*WITH_CREDENTIALS, ("Access-Control-Allow-Methods", "POST"), ("Vary", DYNAMIC)),
            id="echo",
        ),
        pytest.param(
            ECHO_METHODS,
            (
                *WITH_CREDENTIALS,
                ("Access-Control-Allow-Methods", "POST"),
                ("Access-Control-Allow-Headers", "x-a"),
                ("Vary", DYNAMIC),
            ),
            id="methods echoed, headers listed",
        ),
        pytest.param(
            ECHO_HEADERS,
            (*WITH_CREDENTIALS, ("Access-Control-Allow-Methods", "PUT"), ("Vary", DYNAMIC)),
            id="headers echoed, methods listed",
        ),
    ],
)
def test_a_preflight_for_a_safelisted_method_is_always_allowed(
    policy: Policy, headers: tuple[tuple[str, str], ...]
) -> None:
    assert policy.decide("OPTIONS", HERE, "POST") == preflight(Reason.ALLOWED, *headers)


@pytest.mark.parametrize(
    ("method", "headers", "reason"),
    [
        pytest.param("CHICKEN", "x-a,x-b", Reason.ALLOWED, id="any method, any name"),
        pytest.param("patch", None, Reason.ALLOWED, id="any case"),
        pytest.param("X" * 64, None, Reason.ALLOWED, id="64 characters"),
        pytest.param("X" * 65, None, Reason.METHOD_NOT_ALLOWED, id="65 characters"),
        pytest.param("TRACE", None, Reason.METHOD_NOT_ALLOWED, id="forbidden method"),
        pytest.param("connect", None, Reason.METHOD_NOT_ALLOWED, id="forbidden in any case"),
        pytest.param("P T", None, Reason.METHOD_NOT_ALLOWED, id="no token"),
        pytest.param("PUT", "authorization", Reason.HEADER_NOT_ALLOWED, id="Authorization"),
        pytest.param("PUT", "cookie", Reason.HEADER_NOT_ALLOWED, id="forbidden name"),
        pytest.param("PUT", "x-a,b c", Reason.HEADER_NOT_ALLOWED, id="no token among the names"),
    ],
)
def test_a_star_without_credentials_is_sent_as_it_is(
    method: str, headers: str | None, reason: Reason
) -> None:
    assert STARS.decide("OPTIONS", HERE, method, headers) == preflight(
        reason,
        *ALLOWED,
        ("Access-Control-Allow-Methods", "*"),
        ("Access-Control-Allow-Headers", "*"),
        ("Vary", "Origin"),
    )


def test_authorization_named_beside_a_star_is_allowed() -> None:
    assert STARS_NAMED.decide("OPTIONS", HERE, "PUT", "authorization,x-a").allowed


@pytest.mark.parametrize(
    ("method", "headers", "echoed", "reason"),
    [
        pytest.param("PUT", None, {"Methods": "PUT"}, Reason.ALLOWED, id="method"),
        pytest.param("get", None, {"Methods": "get"}, Reason.ALLOWED, id="as it was asked"),
        pytest.param(" PUT ", None, {"Methods": "PUT"}, Reason.ALLOWED, id="trimmed"),
        pytest.param("X" * 64, None, {"Methods": "X" * 64}, Reason.ALLOWED, id="64 characters"),
        pytest.param(
            " " + "X" * 63, None, {"Methods": "X" * 63}, Reason.ALLOWED, id="64 as delivered"
        ),
        pytest.param("X" * 65, None, {}, Reason.METHOD_NOT_ALLOWED, id="65 characters"),
        pytest.param(" " * 64 + "X", None, {}, Reason.METHOD_NOT_ALLOWED, id="65 as delivered"),
        pytest.param("Track", None, {}, Reason.METHOD_NOT_ALLOWED, id="forbidden method"),
        pytest.param("a b", None, {}, Reason.METHOD_NOT_ALLOWED, id="no token"),
        pytest.param("É", None, {}, Reason.METHOD_NOT_ALLOWED, id="beyond ASCII"),
        pytest.param(
            "PUT",
            " X-B,x-a ,, X-b",
            {"Methods": "PUT", "Headers": "x-b,x-a"},
            Reason.ALLOWED,
            id="names in lower case, once, in their order",
        ),
        pytest.param(
            "PUT",
            "authorization",
            {"Methods": "PUT", "Headers": "authorization"},
            Reason.ALLOWED,
            id="Authorization is granted with credentials",
        ),
        pytest.param(
            "PUT",
            "x-a,cookie",
            {"Methods": "PUT"},
            Reason.HEADER_NOT_ALLOWED,
            id="one forbidden name: none is echoed",
        ),
        pytest.param(
            "PUT", "x-a,b c", {"Methods": "PUT"}, Reason.HEADER_NOT_ALLOWED, id="one no token"
        ),
        pytest.param(
            "PUT", "\u212a", {"Methods": "PUT"}, Reason.HEADER_NOT_ALLOWED, id="beyond ASCII"
        ),
        pytest.param(
            "PUT", " ,, ", {"Methods": "PUT"}, Reason.ALLOWED, id="no name among empty members"
        ),
        pytest.param(
            "PUT",
            "x" * 1024,
            {"Methods": "PUT", "Headers": "x" * 1024},
            Reason.ALLOWED,
            id="1,024 characters",
        ),
        pytest.param(
            "PUT", "x" * 1025, {"Methods": "PUT"}, Reason.HEADERS_TOO_LONG, id="1,025 characters"
        ),
        pytest.param(
            "PUT",
            "," * 63 + "a",
            {"Methods": "PUT", "Headers": "a"},
            Reason.ALLOWED,
            id="64 members, empty ones counted",
        ),
        pytest.param(
            "PUT", "," * 64 + "a", {"Methods": "PUT"}, Reason.HEADERS_TOO_LONG, id="65 members"
        ),
        pytest.param(
            "T T",
            "x-a",
            {"Headers": "x-a"},
            Reason.METHOD_NOT_ALLOWED,
            id="a bad method, good names",
        ),
    ],
)
def test_a_star_with_credentials_echoes_what_is_asked(
    method: str, headers: str | None, echoed: dict[str, str], reason: Reason
) -> None:
    assert ECHO.decide("OPTIONS", HERE, method, headers) == preflight(
        reason,
        *WITH_CREDENTIALS,
        *((f"Access-Control-Allow-{name}", value) for name, value in echoed.items()),
        ("Vary", DYNAMIC),
    )


@pytest.mark.parametrize(
    ("policy", "methods", "headers"),
    [
        pytest.param(ECHO_METHODS, "CHICKEN", "x-a", id="methods alone"),
        pytest.param(ECHO_HEADERS, "PUT", "x-b,x-a", id="headers alone"),
    ],
)
def test_only_what_is_a_star_is_echoed(policy: Policy, methods: str, headers: str) -> None:
    decision = policy.decide("OPTIONS", HERE, methods, headers)
    assert decision == preflight(
        Reason.ALLOWED,
        *WITH_CREDENTIALS,
        ("Access-Control-Allow-Methods", methods),
        ("Access-Control-Allow-Headers", headers),
        ("Vary", DYNAMIC),
    )


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        pytest.param("content-type," * 63 + "a", Reason.HEADER_NOT_ALLOWED, id="64 members"),
        pytest.param("content-type,a" + "," * 62, Reason.HEADER_NOT_ALLOWED, id="empty members"),
        pytest.param("content-type" + "," * 63, Reason.ALLOWED, id="64 members, one name"),
        pytest.param("content-type" + "," * 64, Reason.HEADERS_TOO_LONG, id="65 members"),
        pytest.param(" " * 1012 + "content-type", Reason.ALLOWED, id="1,024 characters"),
        pytest.param(" " * 1013 + "content-type", Reason.HEADERS_TOO_LONG, id="1,025 characters"),
    ],
)
def test_limits_hold_for_listed_names_too(headers: str, reason: Reason) -> None:
    assert LISTED.decide("OPTIONS", HERE, "PUT", headers) == preflight(reason, *LISTED_PREFLIGHT)


def test_a_listed_method_that_is_too_long_to_be_read_is_not_allowed() -> None:
    policy = Policy(allow_origins=[HERE], allow_methods=["X" * 65], max_age=None)
    assert policy.decide("OPTIONS", HERE, "X" * 65) == preflight(
        Reason.METHOD_NOT_ALLOWED,
        *ALLOWED,
        ("Access-Control-Allow-Methods", "X" * 65),
        *ORIGIN_ONLY,
    )


SEVENTY = [f"x-{number:02}" for number in range(70)]


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(SEVENTY, id="as a browser sorts them"),
        pytest.param(SEVENTY[::-1], id="in another order"),
    ],
)
def test_the_limit_of_members_holds_for_a_whole_list_in_any_order(names: list[str]) -> None:
    policy = Policy(allow_origins=[HERE], allow_headers=SEVENTY)
    decision = policy.decide("OPTIONS", HERE, "GET", ",".join(names))
    assert decision.reason is Reason.HEADERS_TOO_LONG


def test_an_origin_of_326_characters_is_read() -> None:
    scheme, host = "a" * 64, "b" * 253
    origin = f"{scheme}://{host}:65535"
    assert Policy(allow_origins=[origin]).decide("GET", origin).allowed


def test_an_origin_of_327_characters_is_not_read_even_if_trimming_would_do() -> None:
    asked = []
    policy = Policy(allow_origins=[HERE], dangerously_allow_origins_if=asked.append)
    policy.decide("GET", HERE.ljust(327))
    policy.decide("GET", "https://x.example".ljust(327, "x"))
    assert (policy.decide("GET", HERE.ljust(326)).allowed, asked) == (True, [])


def test_a_preflight_of_a_refused_origin_discloses_nothing_of_the_request() -> None:
    decision = LISTED.decide("OPTIONS", "https://secret.example", "SECRET", "x-secret")
    assert "secret" not in repr(decision).lower()


@pytest.mark.parametrize("policy", [LISTED, CREDENTIALED, ANY, STARS, ECHO])
def test_what_a_page_is_told_does_not_depend_on_the_method(policy: Policy) -> None:
    answers = {policy.decide(method, HERE) for method in ("GET", "PUT", "OPTIONS", "x")}
    assert len(answers) == 1


MATCH = re.compile(r"https://[a-z]+\.example\.net").fullmatch


def asked_with(answer: object) -> Policy:
    return Policy(allow_origins=[HERE], dangerously_allow_origins_if=lambda origin: answer)


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        pytest.param(True, True, id="True"),
        pytest.param(re.match("a", "a"), True, id="re.Match"),
        pytest.param(False, False, id="False"),
        pytest.param(None, False, id="None"),
        pytest.param(1, False, id="1 is not True"),
        pytest.param("yes", False, id="a word is not True"),
        pytest.param([1], False, id="a list is not True"),
    ],
)
def test_only_true_or_a_match_is_a_yes(answer: object, allowed: bool) -> None:
    decision = asked_with(answer).decide("GET", "https://x.example.net")
    assert (decision.allowed, decision.failure) == (allowed, None)


def test_without_a_callable_nothing_fails() -> None:
    assert LISTED.decide("GET", EVIL).failure is None


def test_what_the_callable_allows_is_echoed() -> None:
    policy = Policy(allow_origins=[], dangerously_allow_origins_if=MATCH)
    assert policy.decide("GET", " https://x.example.net").headers == (
        ("Access-Control-Allow-Origin", "https://x.example.net"),
        ("Vary", "Origin"),
    )


@pytest.mark.parametrize(
    "origin",
    [
        pytest.param("null", id="null"),
        pytest.param("https://X.example", id="upper case"),
        pytest.param("https://x.example:443", id="default port"),
        pytest.param("x.example", id="no scheme"),
        pytest.param("https://x.example\r\nX: y", id="line break"),
        pytest.param(HERE, id="listed already"),
        pytest.param("https://a.example.org", id="matched already"),
        pytest.param("", id="empty"),
    ],
)
def test_the_callable_is_not_asked_about(origin: str) -> None:
    asked: list[str] = []
    policy = Policy(
        allow_origins=[HERE, "https://*.example.org"], dangerously_allow_origins_if=asked.append
    )
    policy.decide("GET", origin)
    assert asked == []


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        pytest.param({}, ["https://x.example", "http://x.example"], id="without credentials"),
        pytest.param({"allow_credentials": True}, ["https://x.example"], id="with credentials"),
        pytest.param(
            {"allow_credentials": True, "dangerously_allow_insecure_origins": True},
            ["https://x.example", "http://x.example"],
            id="with credentials and the opt-in",
        ),
    ],
)
def test_the_callable_is_asked_about_clear_text_unless_credentials_forbid_it(
    options: dict[str, Any], asked: list[str]
) -> None:
    calls: list[str] = []
    policy = Policy(allow_origins=[], dangerously_allow_origins_if=calls.append, **options)
    policy.decide("GET", "https://x.example")
    policy.decide("GET", "http://x.example")
    assert calls == asked


def test_the_callable_is_asked_once_for_a_preflight() -> None:
    asked: list[str] = []
    policy = Policy(allow_origins=[], dangerously_allow_origins_if=asked.append)
    policy.decide("OPTIONS", " https://x.example ", "PUT", "x-a")
    assert asked == ["https://x.example"]


def failing(origin: str) -> bool:
    raise LookupError(origin)


@pytest.mark.parametrize("request_method", [None, "PUT"])
def test_a_callable_that_fails_is_a_no_and_leaves_the_failure(request_method: str | None) -> None:
    policy = Policy(allow_origins=[HERE], dangerously_allow_origins_if=failing)
    decision = policy.decide("OPTIONS", EVIL, request_method)
    refused = LISTED.decide("OPTIONS", EVIL, request_method)
    assert (decision, type(decision.failure)) == (refused, LookupError)


async def later() -> bool:
    return True


class Promise:
    def __await__(self) -> Any:
        yield True


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(later, id="a coroutine, which is closed"),
        pytest.param(Promise, id="any other awaitable"),
    ],
)
def test_an_awaitable_is_a_no_and_leaves_a_failure(make: Any) -> None:
    policy = Policy(allow_origins=[HERE], dangerously_allow_origins_if=lambda origin: make())
    decision = policy.decide("GET", EVIL)
    assert (decision.allowed, type(decision.failure)) == (False, TypeError)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_is_given(reason: Reason) -> None:
    requests = [
        ("GET", None, None, None),
        ("GET", HERE, None, None),
        ("GET", EVIL, None, None),
        ("OPTIONS", HERE, "PATCH", None),
        ("OPTIONS", HERE, "PUT", "x-a"),
        ("OPTIONS", HERE, "PUT", "," * 64),
    ]
    assert reason in [LISTED.decide(*request).reason for request in requests]


POLICIES = st.sampled_from(
    [
        LISTED,
        CREDENTIALED,
        ANY,
        BARE,
        BARE_ANY,
        STARS,
        STARS_NAMED,
        ECHO,
        ECHO_METHODS,
        ECHO_HEADERS,
        DENY,
    ]
)
ORIGINS = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=()), max_size=40),
    st.sampled_from([HERE, EVIL, "null", f" {HERE}\t", "http://localhost:1", "https://[::1]:x"]),
    st.lists(st.sampled_from([HERE, "https://", "x.", "preview.example.com", ":1", "\0"])).map(
        "".join
    ),
)
VALUES = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=()), max_size=40),
    st.lists(st.sampled_from(["PUT", "x-a", ",", " ", "Cookie", "\u0130", "\ud800", "*"])).map(
        "".join
    ),
    st.integers(60, 1030).map("x".__mul__),
    st.integers(60, 70).map("a,".__mul__),
)
METHODS = st.one_of(st.just("OPTIONS"), st.text(st.characters(exclude_categories=())))


@given(POLICIES, METHODS, ORIGINS, VALUES, VALUES)
@example(ECHO, "OPTIONS", HERE, "\ud800", "\ud800")
def test_any_strings_give_a_decision_that_can_be_sent(
    policy: Policy, method: str, origin: str | None, wanted: str | None, names: str | None
) -> None:
    headers = policy.decide(method, origin, wanted, names).headers
    assert re.fullmatch(r"[ -~]*", "".join(name + value for name, value in headers))


@given(POLICIES, METHODS, ORIGINS, VALUES, VALUES)
def test_no_decision_for_a_refused_origin_has_a_cors_header(
    policy: Policy, method: str, origin: str | None, wanted: str | None, names: str | None
) -> None:
    decision = policy.decide(method, origin, wanted, names)
    sent = [name for name, _ in decision.headers if name.lower().startswith("access-control-")]
    assert decision.reason is not Reason.ORIGIN_NOT_ALLOWED or sent == []


@given(POLICIES, METHODS, ORIGINS, VALUES, VALUES)
def test_every_decision_varies_by_origin_unless_any_origin_is_allowed(
    policy: Policy, method: str, origin: str | None, wanted: str | None, names: str | None
) -> None:
    vary = dict(policy.decide(method, origin, wanted, names).headers).get("Vary", "")
    assert vary.startswith("Origin") is (policy.allow_origins != ("*",))


@given(POLICIES, METHODS, ORIGINS, VALUES, VALUES)
def test_allowed_and_reason_agree(
    policy: Policy, method: str, origin: str | None, wanted: str | None, names: str | None
) -> None:
    decision = policy.decide(method, origin, wanted, names)
    assert decision.allowed is (decision.reason in (Reason.ALLOWED, Reason.NOT_CORS))


@given(POLICIES, ORIGINS, VALUES, VALUES)
def test_nothing_but_what_is_listed_or_was_parsed_is_echoed(
    policy: Policy, origin: str | None, wanted: str | None, names: str | None
) -> None:
    decision = policy.decide("OPTIONS", origin, wanted, names)
    assert re.fullmatch(r"[!-~, ]*", "".join(value for _, value in decision.headers[:5]))
