"""Every warning: what works, but probably not as its author thinks."""

from __future__ import annotations

import dataclasses
import re
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from cors_core import Policy, PolicyMap, PolicyWarning, policy_from
from cors_flask import CORS
from cors_wsgi import CORSMiddleware

HERE = "https://app.example.com"

DOUBTFUL = [
    pytest.param(
        {"allow_origins": [HERE, HERE]},
        ("duplicate", "allow_origins", 1),
        (
            "allow_origins[1]: 'https://app.example.com': It is listed twice. Leave one "
            "out. [duplicate]"
        ),
        id="origin twice",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_methods": ["PUT", "PUT"]},
        ("duplicate", "allow_methods", 1),
        "allow_methods[1]: 'PUT': It is listed twice. Leave one out. [duplicate]",
        id="method twice",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_headers": ["X-A", "x-a"]},
        ("duplicate", "allow_headers", 1),
        "allow_headers[1]: 'x-a': It is listed twice. Leave one out. [duplicate]",
        id="request header twice, in another case",
    ),
    pytest.param(
        {"allow_origins": [HERE], "expose_headers": ["X-A", "x-a"]},
        ("duplicate", "expose_headers", 1),
        "expose_headers[1]: 'x-a': It is listed twice. Leave one out. [duplicate]",
        id="exposed name twice, in another case",
    ),
    pytest.param(
        {"allow_origins": ["*", "*"]},
        ("duplicate", "allow_origins", 1),
        "allow_origins[1]: '*': It is listed twice. Leave one out. [duplicate]",
        id="* twice",
    ),
    pytest.param(
        {"allow_origins": ["https://*.example.com", "https://a.example.com"]},
        ("origin-covered", "allow_origins", 1),
        (
            "allow_origins[1]: 'https://a.example.com': Another pattern in the list stands "
            "for it already. Leave it out. [origin-covered]"
        ),
        id="subdomain of a wildcard",
    ),
    pytest.param(
        {"allow_origins": ["https://*.a.example.com", "https://*.example.com"]},
        ("origin-covered", "allow_origins", 0),
        (
            "allow_origins[0]: 'https://*.a.example.com': Another pattern in the list "
            "stands for it already. Leave it out. [origin-covered]"
        ),
        id="wildcard under a wildcard",
    ),
    pytest.param(
        {"allow_origins": ["http://localhost:*", "http://localhost:3000"]},
        ("origin-covered", "allow_origins", 1),
        (
            "allow_origins[1]: 'http://localhost:3000': Another pattern in the list stands "
            "for it already. Leave it out. [origin-covered]"
        ),
        id="port of any port",
    ),
    pytest.param(
        {"allow_origins": ["https://*.example.com:*", "https://*.example.com:8443"]},
        ("origin-covered", "allow_origins", 1),
        (
            "allow_origins[1]: 'https://*.example.com:8443': Another pattern in the list "
            "stands for it already. Leave it out. [origin-covered]"
        ),
        id="one port of a wildcard on any port",
    ),
    pytest.param(
        {"allow_origins": [HERE, "*"]},
        ("any-origin-redundant", "allow_origins", 1),
        (
            "allow_origins[1]: '*': '*' allows every origin, so the others say nothing "
            "more. Leave out either '*' or the others. [any-origin-redundant]"
        ),
        id="origin beside any origin",
    ),
    pytest.param(
        {"allow_origins": ["*", "http://*.example.com"]},
        ("any-origin-redundant", "allow_origins", 0),
        (
            "allow_origins[0]: '*': '*' allows every origin, so the others say nothing "
            "more. Leave out either '*' or the others. [any-origin-redundant]"
        ),
        id="wildcard beside any origin, of which nothing more is said",
    ),
    pytest.param(
        {"allow_origins": ["*", "http://a.example"]},
        ("any-origin-redundant", "allow_origins", 0),
        (
            "allow_origins[0]: '*': '*' allows every origin, so the others say nothing "
            "more. Leave out either '*' or the others. [any-origin-redundant]"
        ),
        id="clear text beside any origin, of which nothing more is said",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_methods": ["*", "PUT"]},
        ("wildcard-redundant", "allow_methods", 0),
        (
            "allow_methods[0]: '*': '*' stands for every method, so PUT beside it says "
            "nothing more. Leave out either '*' or PUT. [wildcard-redundant]"
        ),
        id="method beside any method",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_headers": ["*", "X-A", "Authorization"]},
        ("wildcard-redundant", "allow_headers", 0),
        (
            "allow_headers[0]: '*': '*' stands for every header name, so X-A beside it says "
            "nothing more. Leave out either '*' or X-A. [wildcard-redundant]"
        ),
        id="request header beside any",
    ),
    pytest.param(
        {"allow_origins": [HERE], "expose_headers": ["X-A", "*"]},
        ("wildcard-redundant", "expose_headers", 1),
        (
            "expose_headers[1]: '*': '*' stands for every header name, so X-A beside it says "
            "nothing more. Leave out either '*' or X-A. [wildcard-redundant]"
        ),
        id="exposed name beside any",
    ),
    pytest.param(
        {"allow_origins": [HERE], "expose_headers": ["*", "Authorization"]},
        ("wildcard-redundant", "expose_headers", 0),
        (
            "expose_headers[0]: '*': '*' stands for every header name, so Authorization beside it "
            "says nothing more. Leave out either '*' or Authorization. [wildcard-redundant]"
        ),
        id="exposed Authorization, which * does cover",
    ),
    pytest.param(
        {"allow_origins": ["http://app.example.com"]},
        ("origin-clear-text", "allow_origins", 0),
        (
            "allow_origins[0]: 'http://app.example.com': Over http anybody on the network "
            "can pose as this page and read the answers. Write https://app.example.com. "
            "[origin-clear-text]"
        ),
        id="clear text",
    ),
    pytest.param(
        {"allow_origins": ["http://app.example.com:443"]},
        ("origin-clear-text", "allow_origins", 0),
        (
            "allow_origins[0]: 'http://app.example.com:443': Over http anybody on the "
            "network can pose as this page and read the answers. Write "
            "https://app.example.com. [origin-clear-text]"
        ),
        id="clear text on the https port",
    ),
    pytest.param(
        {"allow_origins": ["http://*.example.com:*"]},
        ("origin-clear-text", "allow_origins", 0),
        (
            "allow_origins[0]: 'http://*.example.com:*': Over http anybody on the network "
            "can pose as this page and read the answers. Write https://*.example.com:*. "
            "[origin-clear-text]"
        ),
        id="clear text under a wildcard",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_methods": ["put"]},
        ("method-case", "allow_methods", 0),
        (
            "allow_methods[0]: 'put': Methods are case-sensitive, and browsers send PUT. "
            "Write PUT. [method-case]"
        ),
        id="normalised method in lower case",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_methods": ["patch"]},
        ("method-case", "allow_methods", 0),
        (
            "allow_methods[0]: 'patch': Methods are case-sensitive: this is not PATCH. "
            "Write PATCH. [method-case]"
        ),
        id="patch is not PATCH",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_methods": ["OPTIONS"]},
        ("method-options", "allow_methods", 0),
        (
            "allow_methods[0]: 'OPTIONS': Preflights need no permission; this is only for "
            "pages that send OPTIONS themselves. Leave it out unless a page does. "
            "[method-options]"
        ),
        id="OPTIONS",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_headers": ["X-HTTP-Method-Override"]},
        ("method-override", "allow_headers", 0),
        (
            "allow_headers[0]: 'X-HTTP-Method-Override': A server that honours it lets a "
            "POST become any method, whatever allow_methods says. Leave it out, and list "
            "the methods in allow_methods. [method-override]"
        ),
        id="method override",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_headers": ["X-HTTP-Method"]},
        ("method-override", "allow_headers", 0),
        (
            "allow_headers[0]: 'X-HTTP-Method': A server that honours it lets a POST become"
            " any method, whatever allow_methods says. Leave it out, and list the methods "
            "in allow_methods. [method-override]"
        ),
        id="method override, shorter",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_headers": ["x-method-override"]},
        ("method-override", "allow_headers", 0),
        (
            "allow_headers[0]: 'x-method-override': A server that honours it lets a POST "
            "become any method, whatever allow_methods says. Leave it out, and list the "
            "methods in allow_methods. [method-override]"
        ),
        id="method override, another",
    ),
    pytest.param(
        {"allow_origins": [HERE], "expose_headers": ["Cache-Control"]},
        ("header-redundant", "expose_headers", 0),
        (
            "expose_headers[0]: 'Cache-Control': Every script may read it anyway. Leave it "
            "out. [header-redundant]"
        ),
        id="exposed name that is safelisted",
    ),
    pytest.param(
        {"allow_origins": [HERE], "expose_headers": ["Access-Control-Allow-Origin"]},
        ("header-redundant", "expose_headers", 0),
        (
            "expose_headers[0]: 'Access-Control-Allow-Origin': It speaks to the browser; no"
            " script needs it. Leave it out. [header-redundant]"
        ),
        id="exposed CORS response header",
    ),
    pytest.param(
        {"allow_origins": [HERE], "max_age": 86401},
        ("max-age-capped", "max_age", None),
        (
            "max_age: 86401: No browser keeps a preflight longer than 86400 seconds "
            "(Chromium 7200, WebKit 600). Write 86400 or less. [max-age-capped]"
        ),
        id="age over a day",
    ),
    pytest.param(
        {"allow_origins": [HERE], "max_age": 2**63},
        ("max-age-capped", "max_age", None),
        (
            "max_age: 9223372036854775808: No browser keeps a preflight longer than 86400 seconds "
            "(Chromium 7200, WebKit 600). Write 86400 or less. [max-age-capped]"
        ),
        id="age of 64 bits",
    ),
    pytest.param(
        {"allow_origins": [HERE], "dangerously_allow_null_origin": True},
        ("danger-unused", "dangerously_allow_null_origin", None),
        (
            "dangerously_allow_null_origin: Nothing in this policy needs it; it would let a"
            " later mistake pass. Leave it out. [danger-unused]"
        ),
        id="null opt-in that nothing needs",
    ),
    pytest.param(
        {"allow_origins": [HERE], "dangerously_allow_insecure_origins": True},
        ("danger-unused", "dangerously_allow_insecure_origins", None),
        (
            "dangerously_allow_insecure_origins: Nothing in this policy needs it; it would "
            "let a later mistake pass. Leave it out. [danger-unused]"
        ),
        id="insecure opt-in without credentials",
    ),
    pytest.param(
        {
            "allow_origins": [HERE],
            "dangerously_allow_insecure_origins": True,
            "dangerously_allow_origins_if": re.compile("x").fullmatch,
        },
        ("danger-unused", "dangerously_allow_insecure_origins", None),
        (
            "dangerously_allow_insecure_origins: Nothing in this policy needs it; it would "
            "let a later mistake pass. Leave it out. [danger-unused]"
        ),
        id="insecure opt-in without credentials, beside a callable",
    ),
    pytest.param(
        {
            "allow_origins": [HERE],
            "allow_credentials": True,
            "dangerously_allow_public_suffix_origins": True,
        },
        ("danger-unused", "dangerously_allow_public_suffix_origins", None),
        (
            "dangerously_allow_public_suffix_origins: Nothing in this policy needs it; it "
            "would let a later mistake pass. Leave it out. [danger-unused]"
        ),
        id="suffix opt-in without a wildcard",
    ),
]


def build(options: dict[str, Any]) -> Policy:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Policy(**options)


@pytest.mark.parametrize(("options", "place", "text"), DOUBTFUL)
def test_a_doubt_is_found_where_it_is(
    options: dict[str, Any], place: tuple[str, str, int | None], text: str
) -> None:
    found = [(warning.code, warning.field, warning.index) for warning in build(options).warnings]
    assert found == [place]


@pytest.mark.parametrize(("options", "place", "text"), DOUBTFUL)
def test_a_doubt_is_issued_once_with_its_fix(
    options: dict[str, Any], place: tuple[str, str, int | None], text: str
) -> None:
    with warnings.catch_warnings(record=True) as issued:
        warnings.simplefilter("always")
        Policy(**options)
    assert [(warning.category, str(warning.message)) for warning in issued] == [
        (PolicyWarning, text)
    ]


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"allow_origins": "*"}, id="any origin"),
        pytest.param({"allow_origins": [HERE], "allow_methods": "*"}, id="any method"),
        pytest.param({"allow_origins": [HERE], "allow_methods": ["CHICKEN"]}, id="own method"),
        pytest.param({"allow_origins": [HERE], "allow_methods": ["chicken"]}, id="own, lower case"),
        pytest.param({"allow_origins": [HERE], "allow_methods": ["GET", "POST"]}, id="safelisted"),
        pytest.param(
            {"allow_origins": [HERE], "allow_headers": ["*", "authorization"]},
            id="* does not cover Authorization",
        ),
        pytest.param(
            {"allow_origins": [HERE], "allow_headers": ["*", "Authorization"]},
            id="Authorization in any case",
        ),
        pytest.param({"allow_origins": ["http://localhost:3000"]}, id="clear text, but local"),
        pytest.param({"allow_origins": ["http://127.0.0.1:*"]}, id="clear text to loopback"),
        pytest.param({"allow_origins": ["capacitor://localhost"]}, id="another scheme"),
        pytest.param(
            {"allow_origins": ["https://*.example.com", "https://example.com"]},
            id="the apex is not covered",
        ),
        pytest.param(
            {"allow_origins": ["https://*.example.com", "https://a.example.com:8443"]},
            id="another port is not covered",
        ),
        pytest.param(
            {"allow_origins": ["https://*.a.example.com", "https://a.example.com"]},
            id="the base of a wildcard is not covered",
        ),
        pytest.param(
            {"allow_origins": ["https://*.example.com", "https://*.a.example.com:*"]},
            id="any port is not covered by one",
        ),
        pytest.param({"allow_origins": [HERE], "max_age": 86400}, id="a day is kept"),
        pytest.param({"allow_origins": [HERE], "max_age": 0}, id="no age"),
        pytest.param({"allow_origins": [HERE], "max_age": None}, id="no header"),
        pytest.param(
            {"allow_origins": ["null"], "dangerously_allow_null_origin": True}, id="null needs it"
        ),
        pytest.param(
            {
                "allow_origins": [],
                "dangerously_allow_origins_if": re.compile("x").fullmatch,
                "allow_credentials": True,
                "dangerously_allow_insecure_origins": True,
            },
            id="the callable needs to be asked about clear text",
        ),
    ],
)
def test_nothing_is_said_of_what_is_fine(options: dict[str, Any]) -> None:
    assert Policy(**options).warnings == ()


def test_warnings_come_in_the_order_of_the_options() -> None:
    policy = build(
        {
            "dangerously_allow_null_origin": True,
            "dangerously_allow_insecure_origins": True,
            "max_age": 100_000,
            "expose_headers": ["Expires"],
            "allow_headers": ["X-HTTP-Method"],
            "allow_methods": ["OPTIONS", "put"],
            "allow_origins": ["http://a.example", HERE, HERE],
        }
    )
    assert [(warning.field, warning.code) for warning in policy.warnings] == [
        ("allow_origins", "origin-clear-text"),
        ("allow_origins", "duplicate"),
        ("allow_methods", "method-options"),
        ("allow_methods", "method-case"),
        ("allow_headers", "method-override"),
        ("expose_headers", "header-redundant"),
        ("max_age", "max-age-capped"),
        ("dangerously_allow_null_origin", "danger-unused"),
        ("dangerously_allow_insecure_origins", "danger-unused"),
    ]


CLEAR_TEXT: dict[str, Any] = {"allow_origins": ["http://app.example.com"]}


def build_directly() -> None:
    Policy(**CLEAR_TEXT)


def build_a_changed_copy() -> None:
    dataclasses.replace(Policy(allow_origins=[HERE]), **CLEAR_TEXT)


def build_from_a_mapping() -> None:
    policy_from(CLEAR_TEXT)


def build_from_paths() -> None:
    policy_from({"/api/*": {"/below/*": CLEAR_TEXT}})


def build_an_adapter() -> None:
    CORSMiddleware(lambda environ, start: [], CLEAR_TEXT)


def build_a_flask_extension() -> None:
    CORS(Flask("shop"), CLEAR_TEXT)


@pytest.mark.parametrize(
    "caller",
    [
        pytest.param(build_directly, id="Policy"),
        pytest.param(build_a_changed_copy, id="dataclasses.replace"),
        pytest.param(build_from_a_mapping, id="policy_from"),
        pytest.param(build_from_paths, id="policy_from, nested"),
        pytest.param(build_an_adapter, id="CORSMiddleware"),
        pytest.param(build_a_flask_extension, id="CORS"),
    ],
)
def test_a_warning_points_at_the_line_that_called(caller: Callable[[], None]) -> None:
    with pytest.warns(PolicyWarning) as issued:
        caller()
    line = caller.__code__.co_firstlineno + 1
    assert [(warning.filename, warning.lineno) for warning in issued] == [(__file__, line)]


def test_a_policy_in_use_warns_no_more() -> None:
    policy = build(CLEAR_TEXT)
    CORSMiddleware(lambda environ, start: [], PolicyMap({"/api/*": policy}))
    assert policy.decide("GET", HERE).allowed is False


def test_a_warning_is_a_user_warning() -> None:
    assert issubclass(PolicyWarning, UserWarning)


def test_warnings_do_not_make_policies_different() -> None:
    assert build({"allow_origins": [HERE, HERE]}) == Policy(allow_origins=[HERE])
