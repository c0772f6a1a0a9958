"""A policy is a value: compared, copied, written down, and never changed."""

from __future__ import annotations

import copy
import dataclasses
import operator
import pickle
import re
from enum import IntEnum
from http import HTTPMethod
from typing import Any

import pytest

from cors_core import DENY, Decision, Policy, PolicyError, PolicyWarning, Problem

HERE = "https://app.example.com"
MATCH = re.compile(r"https://[a-z]+\.example").fullmatch
FULL: dict[str, Any] = {
    "allow_origins": ["https://b.example", "http://*.example.com:*"],
    "allow_methods": ["PUT", "DELETE"],
    "allow_headers": ["X-B", "Authorization"],
    "expose_headers": ["X-A"],
    "allow_credentials": True,
    "max_age": None,
    "dangerously_allow_insecure_origins": True,
}
WRITTEN = [
    pytest.param(
        Policy(allow_origins="*"), "Policy(allow_origins=('*',))", id="defaults are left out"
    ),
    pytest.param(
        Policy(**FULL),
        "Policy(allow_origins=('https://b.example', 'http://*.example.com:*'), "
        "allow_methods=('PUT', 'DELETE'), allow_headers=('X-B', 'Authorization'), "
        "expose_headers=('X-A',), allow_credentials=True, max_age=None, "
        "dangerously_allow_insecure_origins=True)",
        id="all that is written",
    ),
    pytest.param(
        Policy(allow_origins=["null"], dangerously_allow_null_origin=True, max_age=0),
        "Policy(allow_origins=('null',), max_age=0, dangerously_allow_null_origin=True)",
        id="an age of 0",
    ),
    pytest.param(DENY, "DENY", id="DENY"),
]


@pytest.mark.parametrize(("policy", "text"), WRITTEN)
def test_a_policy_is_written_as_it_was_built(policy: Policy, text: str) -> None:
    assert repr(policy) == text


@pytest.mark.parametrize(("policy", "text"), WRITTEN)
def test_what_is_written_can_be_pasted_back(policy: Policy, text: str) -> None:
    assert eval(text, {"Policy": Policy, "DENY": DENY}) == policy


def test_a_policy_of_a_callable_alone_is_not_written_as_deny() -> None:
    policy = Policy(allow_origins=[], dangerously_allow_origins_if=MATCH)
    written = f"Policy(allow_origins=(), dangerously_allow_origins_if={MATCH!r})"
    assert repr(policy) == written


COPIES = [
    pytest.param(copy.copy, id="copy"),
    pytest.param(copy.deepcopy, id="deepcopy"),
    pytest.param(lambda policy: pickle.loads(pickle.dumps(policy)), id="pickle"),
]


@pytest.mark.parametrize("duplicate", COPIES)
@pytest.mark.parametrize(("policy", "text"), WRITTEN)
def test_a_copy_is_equal(policy: Policy, text: str, duplicate: Any) -> None:
    assert duplicate(policy) == policy


@pytest.mark.parametrize("duplicate", COPIES)
@pytest.mark.parametrize(("policy", "text"), WRITTEN)
def test_a_copy_decides_the_same(policy: Policy, text: str, duplicate: Any) -> None:
    request = ("OPTIONS", "http://x.example.com", "PUT", "x-b")
    assert duplicate(policy).decide(*request) == policy.decide(*request)


@pytest.mark.parametrize(("policy", "text"), WRITTEN[:-1])
def test_a_replacement_of_nothing_is_equal(policy: Policy, text: str) -> None:
    assert dataclasses.replace(policy) == policy


@pytest.mark.parametrize("duplicate", COPIES)
def test_a_copy_is_no_new_warning(duplicate: Any) -> None:
    with pytest.warns(PolicyWarning):
        policy = Policy(allow_origins=["http://a.example"])
    # Another warning would be an error here.
    assert duplicate(policy).warnings == policy.warnings


@pytest.mark.parametrize(
    ("option", "value", "kept"),
    [
        pytest.param("allow_origins", "*", ("*",), id="a star is a list of one"),
        pytest.param("allow_origins", ["*"], ("*",), id="a list of a star"),
        pytest.param("allow_origins", [HERE], (HERE,), id="list"),
        pytest.param("allow_origins", (HERE,), (HERE,), id="tuple"),
        pytest.param("allow_origins", (text for text in [HERE]), (HERE,), id="generator"),
        pytest.param("allow_origins", {HERE: 1}.keys(), (HERE,), id="keys"),
        pytest.param(
            "allow_origins",
            {"https://c.example", "https://a.example", "https://b.example"},
            ("https://a.example", "https://b.example", "https://c.example"),
            id="a set is sorted",
        ),
        pytest.param("allow_methods", frozenset({"PUT", "ACL"}), ("ACL", "PUT"), id="frozenset"),
        pytest.param("allow_methods", "*", ("*",), id="any method"),
        pytest.param("allow_methods", ["GET", "PUT"], ("GET", "PUT"), id="as written"),
        pytest.param("allow_methods", [HTTPMethod.PUT], ("PUT",), id="an enumeration's member"),
        pytest.param("allow_headers", ["X-b", "A"], ("X-b", "A"), id="case and order are kept"),
        pytest.param("expose_headers", ["*"], ("*",), id="any response header"),
        pytest.param("max_age", 0, 0, id="no caching"),
    ],
)
def test_an_attribute_is_what_was_written(option: str, value: object, kept: object) -> None:
    options: dict[str, Any] = {"allow_origins": [HERE], option: value}
    assert getattr(Policy(**options), option) == kept


def test_an_enumerations_member_is_kept_as_plain_text() -> None:
    policy = Policy(allow_origins=[HERE], allow_methods=[HTTPMethod.PUT])
    assert repr(policy) == f"Policy(allow_origins=('{HERE}',), allow_methods=('PUT',))"


class Minute(IntEnum):
    ONE = 60

    def __str__(self) -> str:
        return "a minute\r\nX-Evil: 1"


def test_an_enumerations_member_is_kept_as_a_plain_number() -> None:
    policy = Policy(allow_origins=[HERE], max_age=Minute.ONE)
    assert (repr(policy), type(policy.max_age)) == (
        f"Policy(allow_origins=('{HERE}',), max_age=60)",
        int,
    )


def test_a_number_is_written_into_the_header_whatever_its_own_text_is() -> None:
    decision = Policy(allow_origins=[HERE], max_age=Minute.ONE).decide("OPTIONS", HERE, "PUT")
    assert ("Access-Control-Max-Age", "60") in decision.headers


@pytest.mark.parametrize(
    ("option", "value", "kept"),
    [
        pytest.param("allow_origins", [HERE, "app://b", HERE], (HERE, "app://b"), id="origin"),
        pytest.param("allow_methods", ["PUT", "Put", "PUT"], ("PUT", "Put"), id="method"),
        pytest.param("allow_headers", ["X-A", "B", "x-a"], ("X-A", "B"), id="request header"),
        pytest.param("expose_headers", ["x-a", "X-A"], ("x-a",), id="response header"),
    ],
)
@pytest.mark.filterwarnings("ignore::cors_core.PolicyWarning")
def test_of_a_repeated_value_the_first_is_kept(
    option: str, value: list[str], kept: tuple[str, ...]
) -> None:
    options: dict[str, Any] = {"allow_origins": [HERE], option: value}
    assert getattr(Policy(**options), option) == kept


def test_defaults_are_as_documented() -> None:
    policy = Policy(allow_origins=[HERE])
    assert {
        field.name: getattr(policy, field.name) for field in dataclasses.fields(policy)[:10]
    } == {
        "allow_origins": (HERE,),
        "allow_methods": (),
        "allow_headers": (),
        "expose_headers": (),
        "allow_credentials": False,
        "max_age": 600,
        "dangerously_allow_null_origin": False,
        "dangerously_allow_insecure_origins": False,
        "dangerously_allow_public_suffix_origins": False,
        "dangerously_allow_origins_if": None,
    }


def test_the_order_of_options_does_not_matter() -> None:
    reversed_options = dict(reversed(FULL.items()))
    assert Policy(**reversed_options) == Policy(**FULL)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"allow_origins": [HERE]}, id="origins"),
        pytest.param({"allow_methods": ["PUT"]}, id="methods"),
        pytest.param({"allow_methods": ["DELETE", "PUT"]}, id="order of methods"),
        pytest.param({"allow_headers": ["X-b", "Authorization"]}, id="case of a header"),
        pytest.param({"expose_headers": ()}, id="exposed"),
        pytest.param({"max_age": 5}, id="age"),
        pytest.param({"dangerously_allow_origins_if": MATCH}, id="callable"),
    ],
)
@pytest.mark.filterwarnings("ignore::cors_core.PolicyWarning")
def test_a_changed_copy_is_another_policy(change: dict[str, Any]) -> None:
    policy = Policy(**FULL)
    changed = dataclasses.replace(policy, **change)
    assert (changed != policy, changed == Policy(**(FULL | change))) == (True, True)


def test_a_changed_copy_is_checked_anew() -> None:
    with pytest.raises(PolicyError, match="any-origin-with-credentials"):
        dataclasses.replace(Policy(**FULL), allow_origins="*")


def test_a_changed_copy_decides_anew() -> None:
    changed = dataclasses.replace(Policy(allow_origins=[HERE]), allow_methods=["PUT"])
    assert changed.decide("OPTIONS", HERE, "PUT").allowed


def test_nothing_permits_what_deny_refuses() -> None:
    with pytest.raises(PolicyError, match="origins-missing"):
        dataclasses.replace(DENY, allow_methods=["PUT"])


def test_equal_policies_hash_alike() -> None:
    assert hash(Policy(**FULL)) == hash(Policy(**FULL))


def test_a_policy_with_a_callable_is_hashable() -> None:
    policy = Policy(allow_origins=[], dangerously_allow_origins_if=MATCH)
    assert {policy: 1}[dataclasses.replace(policy)] == 1


@pytest.mark.parametrize("other", ["*", None, ("*",), object()])
def test_a_policy_equals_nothing_else(other: object) -> None:
    assert Policy(allow_origins="*") != other


@pytest.mark.parametrize(
    "name", ["allow_origins", "max_age", "warnings", "dangers", "_compiled", "colour"]
)
def test_a_policy_cannot_be_changed(name: str) -> None:
    with pytest.raises((AttributeError, TypeError)):
        setattr(Policy(allow_origins=[HERE]), name, ())


def test_dangers_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        operator.setitem(Policy(allow_origins=[HERE]).dangers, "x", ())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "dangers"),
    [
        pytest.param({"allow_origins": [HERE]}, {}, id="none"),
        pytest.param(
            {"allow_origins": ["null", HERE], "dangerously_allow_null_origin": True},
            {"dangerously_allow_null_origin": ("null",)},
            id="null",
        ),
        pytest.param(
            {
                "allow_origins": ["http://a.example", HERE, "http://localhost", "http://b.example"],
                "allow_credentials": True,
                "dangerously_allow_insecure_origins": True,
            },
            {"dangerously_allow_insecure_origins": ("http://a.example", "http://b.example")},
            id="only the patterns that need it",
        ),
        pytest.param(
            {
                "allow_origins": ["https://*.github.io", "https://*.example.com", "http://*.com"],
                "allow_credentials": True,
                "dangerously_allow_insecure_origins": True,
                "dangerously_allow_public_suffix_origins": True,
            },
            {
                "dangerously_allow_public_suffix_origins": ("https://*.github.io", "http://*.com"),
                "dangerously_allow_insecure_origins": ("http://*.com",),
            },
            id="two opt-ins",
        ),
        pytest.param(
            {"allow_origins": [HERE], "dangerously_allow_origins_if": MATCH},
            {"dangerously_allow_origins_if": ()},
            id="the callable needs no pattern",
        ),
        pytest.param(
            {
                "allow_origins": [HERE],
                "allow_credentials": True,
                "dangerously_allow_origins_if": MATCH,
            },
            {"dangerously_allow_origins_if": ()},
            id="the callable with credentials",
        ),
        pytest.param(
            {
                "allow_origins": [HERE],
                "allow_credentials": True,
                "dangerously_allow_insecure_origins": True,
                "dangerously_allow_origins_if": MATCH,
            },
            {"dangerously_allow_origins_if": (), "dangerously_allow_insecure_origins": ()},
            id="the callable is asked about clear text",
        ),
    ],
)
def test_dangers_name_the_patterns_that_need_them(
    options: dict[str, Any], dangers: dict[str, tuple[str, ...]]
) -> None:
    assert dict(Policy(**options).dangers) == dangers


@pytest.mark.parametrize(
    ("args", "options"),
    [
        pytest.param((), {}, id="no origins"),
        pytest.param((), {"allow_methods": ["PUT"]}, id="no origins, but methods"),
        pytest.param((), {"allow_origins": "*", "origins": "*"}, id="unknown option"),
        pytest.param(([HERE],), {}, id="positional"),
        pytest.param((), {"allow_origins": "*", "warnings": ()}, id="no option"),
    ],
)
def test_wrong_keywords_are_pythons_type_error(args: tuple[Any, ...], options: Any) -> None:
    with pytest.raises(TypeError):
        Policy(*args, **options)


def test_a_policy_is_the_policy_of_every_url() -> None:
    policy = Policy(allow_origins=[HERE])
    assert policy.policy_for("example.com:8000", "/anything") is policy


def test_deny_has_no_origins_and_no_doubts() -> None:
    assert (DENY.allow_origins, DENY.warnings, dict(DENY.dangers)) == ((), (), {})


@pytest.mark.parametrize("duplicate", COPIES)
def test_a_decision_is_a_value(duplicate: Any) -> None:
    decision = Policy(allow_origins=[HERE]).decide("OPTIONS", HERE, "PUT")
    assert (duplicate(decision), hash(duplicate(decision))) == (decision, hash(decision))


@pytest.mark.parametrize("value", [DENY.decide("GET", HERE), Problem("a", "b", 0, 1, "c", "d")])
def test_what_the_engine_hands_out_has_slots(value: Decision | Problem) -> None:
    with pytest.raises(AttributeError):
        object.__setattr__(value, "colour", "red")


def test_a_decision_cannot_be_changed() -> None:
    decision = DENY.decide("GET", HERE)
    with pytest.raises(AttributeError):
        decision.allowed = True  # type: ignore[misc]


@pytest.mark.parametrize("duplicate", COPIES)
def test_an_error_is_copied_with_its_problems(duplicate: Any) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(allow_origins=["*"], allow_credentials=True)
    assert str(duplicate(caught.value)) == str(caught.value)
