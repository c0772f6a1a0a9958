"""The names that options have in other libraries, and what they are called here."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cors_core import Policy, PolicyError, Problem, policy_from

ORIGINS = "Write allow_origins."
METHODS = "Write allow_methods."
HEADERS = "Write allow_headers."
CREDENTIALS = "Write allow_credentials."
EXPRESSION = (
    'Write "dangerously_allow_origins_if": re.compile(...).fullmatch beside "allow_origins", '
    "which may be [] then."
)
PATHS = 'Write paths as keys: {"/api/*": {"allow_origins": [...]}}.'
STAR = 'Write "allow_origins": "*", without credentials.'
BEGIN = 'Paths begin with "/": write "/api/*".'
NOT_NEEDED = "Leave it out: this is always done right."
NOT_READ = "Leave it out: no current browser reads that header."
REMOVED = "Leave it out: django-cors-headers itself has removed it."
ALL = (
    "The options are allow_origins, allow_methods, allow_headers, expose_headers, "
    "allow_credentials, max_age, dangerously_allow_null_origin, "
    "dangerously_allow_insecure_origins, dangerously_allow_public_suffix_origins, "
    "dangerously_allow_origins_if."
)


def problems_of(mapping: dict[Any, Any]) -> tuple[Problem, ...]:
    with pytest.raises(PolicyError) as caught:
        policy_from(mapping)
    return caught.value.problems


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        pytest.param("origins", ORIGINS, id="flask-cors: origins"),
        pytest.param("methods", METHODS, id="flask-cors: methods"),
        pytest.param("allow_origins_if", EXPRESSION, id="ours, shortened"),
        pytest.param("supports_credentials", CREDENTIALS, id="flask-cors: supports_credentials"),
        pytest.param("send_wildcard", STAR, id="flask-cors: send_wildcard"),
        pytest.param("vary_header", NOT_NEEDED, id="flask-cors: vary_header"),
        pytest.param("automatic_options", NOT_NEEDED, id="flask-cors: automatic_options"),
        pytest.param("resources", PATHS, id="flask-cors: resources"),
        pytest.param("intercept_exceptions", NOT_NEEDED, id="flask-cors: intercept_exceptions"),
        pytest.param("always_send", NOT_NEEDED, id="flask-cors: always_send"),
        pytest.param("allow_private_network", NOT_READ, id="all: allow_private_network"),
        pytest.param("CORS_ORIGINS", ORIGINS, id="flask-cors: CORS_ORIGINS"),
        pytest.param("CORS_METHODS", METHODS, id="flask-cors: CORS_METHODS"),
        pytest.param("CORS_ALLOW_HEADERS", HEADERS, id="both: CORS_ALLOW_HEADERS"),
        pytest.param(
            "CORS_EXPOSE_HEADERS", "Write expose_headers.", id="both: CORS_EXPOSE_HEADERS"
        ),
        pytest.param(
            "CORS_SUPPORTS_CREDENTIALS", CREDENTIALS, id="flask-cors: CORS_SUPPORTS_CREDENTIALS"
        ),
        pytest.param("CORS_MAX_AGE", "Write max_age.", id="flask-cors: CORS_MAX_AGE"),
        pytest.param("CORS_SEND_WILDCARD", STAR, id="flask-cors: CORS_SEND_WILDCARD"),
        pytest.param("CORS_VARY_HEADER", NOT_NEEDED, id="flask-cors: CORS_VARY_HEADER"),
        pytest.param("CORS_AUTOMATIC_OPTIONS", NOT_NEEDED, id="flask-cors: CORS_AUTOMATIC_OPTIONS"),
        pytest.param("CORS_RESOURCES", PATHS, id="flask-cors: CORS_RESOURCES"),
        pytest.param(
            "CORS_INTERCEPT_EXCEPTIONS", NOT_NEEDED, id="flask-cors: CORS_INTERCEPT_EXCEPTIONS"
        ),
        pytest.param("CORS_ALWAYS_SEND", NOT_NEEDED, id="flask-cors: CORS_ALWAYS_SEND"),
        pytest.param("CORS_ALLOW_PRIVATE_NETWORK", NOT_READ, id="both: CORS_ALLOW_PRIVATE_NETWORK"),
        pytest.param("CORS_ALLOWED_ORIGINS", ORIGINS, id="django: CORS_ALLOWED_ORIGINS"),
        pytest.param("allowed_origins", ORIGINS, id="django: without its prefix"),
        pytest.param("CORS_ORIGIN_WHITELIST", ORIGINS, id="django: CORS_ORIGIN_WHITELIST"),
        pytest.param(
            "CORS_ALLOWED_ORIGIN_REGEXES", EXPRESSION, id="django: CORS_ALLOWED_ORIGIN_REGEXES"
        ),
        pytest.param(
            "CORS_ORIGIN_REGEX_WHITELIST", EXPRESSION, id="django: CORS_ORIGIN_REGEX_WHITELIST"
        ),
        pytest.param("CORS_ALLOW_ALL_ORIGINS", STAR, id="django: CORS_ALLOW_ALL_ORIGINS"),
        pytest.param("CORS_ORIGIN_ALLOW_ALL", STAR, id="django: CORS_ORIGIN_ALLOW_ALL"),
        pytest.param("CORS_URLS_REGEX", PATHS, id="django: CORS_URLS_REGEX"),
        pytest.param("CORS_ALLOW_METHODS", METHODS, id="django: CORS_ALLOW_METHODS"),
        pytest.param(
            "CORS_PREFLIGHT_MAX_AGE", "Write max_age.", id="django: CORS_PREFLIGHT_MAX_AGE"
        ),
        pytest.param("CORS_ALLOW_CREDENTIALS", CREDENTIALS, id="django: CORS_ALLOW_CREDENTIALS"),
        pytest.param("CORS_MODEL", REMOVED, id="django: CORS_MODEL"),
        pytest.param(
            "CORS_REPLACE_HTTPS_REFERER", REMOVED, id="django: CORS_REPLACE_HTTPS_REFERER"
        ),
        pytest.param("allow_origin_regex", EXPRESSION, id="Starlette: allow_origin_regex"),
        pytest.param("access_control_allow_origin", ORIGINS, id="the header's name, as a key"),
        pytest.param("Access-Control-Allow-Headers", HEADERS, id="the header's name"),
        pytest.param("allow_all", STAR, id="any origin, in short"),
        pytest.param("dangerously_allow_any_origin", STAR, id="any origin needs no such option"),
        pytest.param("allow_origin", ORIGINS, id="nearest name: one letter short"),
        pytest.param("alow_credentials", CREDENTIALS, id="nearest name: misspelt"),
        pytest.param("Allow_Headers", HEADERS, id="nearest name: another case"),
        pytest.param("maxage", "Write max_age.", id="nearest name: one character short"),
        pytest.param("allowedHeaders", HEADERS, id="nearest name: as in JavaScript"),
        pytest.param(
            "dangerously_allow_origin_if",
            "Write dangerously_allow_origins_if.",
            id="nearest name: a dangerous one, nearly written",
        ),
        pytest.param("dangerously_allow_local_origins", ALL, id="another danger is not near"),
        pytest.param("allow_insecure_origins", ALL, id="no danger is near what names none"),
        pytest.param("allow_cookies", ALL, id="another thing that is allowed is not near"),
        pytest.param("colour", ALL, id="nothing near"),
        pytest.param("api/*", BEGIN, id="path without its slash"),
        pytest.param("*", BEGIN, id="every path, without its slash"),
        pytest.param("", ALL, id="empty key"),
    ],
)
def test_an_unknown_option_is_told_by_its_name_here(name: str, hint: str) -> None:
    mapping = {"allow_origins": ["https://app.example.com"], name: 1}
    assert problems_of(mapping) == (
        Problem("unknown-option", name, None, None, "No policy has such an option.", hint),
    )


def test_an_unknown_option_reads_as_a_line() -> None:
    (found,) = problems_of({"allow_origins": ["https://a.example"], "supports_credentials": True})
    assert str(found) == (
        "supports_credentials: No policy has such an option. "
        "Write allow_credentials. [unknown-option]"
    )


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("origins", id="flask-cors"),
        pytest.param("CORS_ALLOWED_ORIGINS", id="django"),
        pytest.param("CORS_ALLOW_ALL_ORIGINS", id="any origin"),
        pytest.param("allow_origin_regex", id="an expression, whose hint names them"),
        pytest.param("resources", id="paths, whose hint names them"),
    ],
)
def test_origins_under_another_name_are_not_also_missing(name: str) -> None:
    assert [found.code for found in problems_of({name: ["https://a.example"]})] == [
        "unknown-option"
    ]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("colour", id="nothing near"),
        pytest.param("dangerously_allow_origin_if", id="the name of the callable has theirs in it"),
        pytest.param("vary_header", id="another library"),
    ],
)
def test_an_unknown_option_does_not_hide_that_origins_are_missing(name: str) -> None:
    assert [found.code for found in problems_of({name: 1})] == [
        "unknown-option",
        "origins-missing",
    ]


def test_the_key_of_the_origins_is_required_even_beside_a_callable() -> None:
    (found,) = problems_of({"dangerously_allow_origins_if": re.compile("x").fullmatch})
    assert str(found) == (
        "allow_origins: It is written down even beside a callable. "
        'Write "allow_origins": []. [origins-missing]'
    )


def test_what_is_proposed_for_an_expression_is_a_policy() -> None:
    match = re.compile("https://[a-z]+[.]example").fullmatch
    policy = policy_from({"allow_origins": [], "dangerously_allow_origins_if": match})
    assert policy == Policy(allow_origins=[], dangerously_allow_origins_if=match)


def test_unknown_and_wrong_options_are_told_together() -> None:
    found = problems_of({"origin": "*", "max_age": "600", "allow_methods": "PUT"})
    assert [(problem.code, problem.field) for problem in found] == [
        ("unknown-option", "origin"),
        ("not-a-list", "allow_methods"),
        ("wrong-type", "max_age"),
    ]


def test_missing_origins_are_told_beside_wrong_options() -> None:
    missing, negative = problems_of({"max_age": -1})
    text = (
        "allow_origins: Without an origin no page can ever read anything. "
        'Write ["https://app.example.com"]; for no CORS at all use DENY or None. '
        "[origins-missing]"
    )
    assert (str(missing), negative.code) == (text, "max-age-range")


def test_paths_beside_options_are_told_with_both_readings() -> None:
    (found,) = problems_of({"/api/*": {"allow_origins": "*"}, "max_age": 600})
    assert str(found) == (
        "max_age: The keys are neither all paths, which begin with '/', nor all options. "
        'Write only paths, {"/api/*": {...}}, or only options, {"allow_origins": [...]}. '
        "[unknown-option]"
    )


@pytest.mark.parametrize(
    ("key", "field"),
    [
        pytest.param(5, "5", id="number"),
        pytest.param(None, "None", id="None"),
        pytest.param(b"/api", "b'/api'", id="bytes"),
        pytest.param(10**5000, "<int>", id="number of 5000 digits"),
    ],
)
def test_a_key_that_is_no_string_is_unknown(key: object, field: str) -> None:
    found = problems_of({key: {"allow_origins": "*"}})
    assert [(problem.code, problem.field) for problem in found] == [("unknown-option", field)]


def test_keys_of_another_type_are_said_to_be_neither() -> None:
    (found,) = problems_of({1: 2})
    assert str(found) == (
        "1: The keys are neither all paths, which begin with '/', nor all options. "
        'Write only paths, {"/api/*": {...}}, or only options, {"allow_origins": [...]}. '
        "[unknown-option]"
    )
