"""The corpora of hostile and odd requests, through every adapter, all alike to the byte."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cors_core import Policy, PolicyError, PolicyWarning
from tests.adapters.contract.preflight_check import ListError, extract, get, proceeds
from tests.adapters.contract.sites import Answer, ask_all

Entry = dict[str, Any]
ACAO = "access-control-allow-origin"
ACAC = "access-control-allow-credentials"
ACAM = "access-control-allow-methods"
ACAH = "access-control-allow-headers"
ACMA = "access-control-max-age"
ACRM = "access-control-request-method"
CASES = Path(__file__).parents[2] / "cases"


def entries(name: str) -> list[Any]:
    corpus = json.loads((CASES / name).read_text("utf-8"))
    return [pytest.param(entry, id=entry["id"]) for entry in corpus["entries"]]


def text_of(value: Any) -> str:
    if isinstance(value, dict):
        return str(value["prefix"] + value["unit"] * value["repeat"] + value["suffix"])
    return str(value)


def policy_of(description: Entry) -> Policy:
    """Build the policy of an entry, with the opt-ins its patterns need."""
    origins = description["origins"]
    methods = description.get("methods", ())
    options = {
        "allow_origins": origins,
        "allow_credentials": description["credentials"],
        "allow_methods": "*" if methods == ["*"] else methods,
        "allow_headers": description.get("allow_headers", ()),
        "max_age": description.get("max_age"),
    }
    options["dangerously_allow_null_origin"] = "null" in origins
    public = {"https://*.com", "https://*.co.uk", "https://*.github.io"}
    options["dangerously_allow_public_suffix_origins"] = bool(public.intersection(origins))
    with warnings.catch_warnings():
        # Some policies of the corpora are worth a warning; what they decide is tried here.
        warnings.simplefilter("ignore", PolicyWarning)
        return Policy(**options)


def vary_of(policy: Policy) -> str | None:
    return None if "*" in policy.allow_origins else "Origin"


def is_refused_at_the_start(entry: Entry) -> bool:
    return "configuration validator should reject" in entry.get("note", "")


ORIGINS = entries("origins.json")


@pytest.mark.parametrize("entry", [e for e in ORIGINS if not is_refused_at_the_start(*e.values)])
def test_origin_gets_the_same_right_answer_everywhere(entry: Entry) -> None:
    policy = policy_of(entry["policy"])
    value = entry["origin_header"]
    lines = value if isinstance(value, list) else [value]
    answers = ask_all(policy, "GET", [("Origin", text_of(line)) for line in lines])
    allowed = entry["expected"] == "allow"
    cors = {
        ACAO: entry["expected_acao"] if allowed else None,
        ACAC: "true" if allowed and policy.allow_credentials else None,
        "vary": vary_of(policy),
    }
    expected = tuple(sorted((name, text) for name, text in cors.items() if text is not None))
    seen = {
        name: (answer.status, answer.cors, answer.app_called) for name, answer in answers.items()
    }
    assert seen == dict.fromkeys(answers, (200, expected, True))


@pytest.mark.parametrize("entry", [e for e in ORIGINS if is_refused_at_the_start(*e.values)])
def test_pattern_that_is_none_never_meets_a_request(entry: Entry) -> None:
    with pytest.raises(PolicyError):
        policy_of(entry["policy"])


PREFLIGHTS = entries("preflights.json")


def expecting(what: str, *values: str) -> pytest.MarkDecorator:
    """Ask with the entries alone for which the corpus expects one of these values."""
    chosen = [e for e in PREFLIGHTS if e.values[0]["expected"][what] in values]
    return pytest.mark.parametrize("entry", chosen, indirect=True)


@pytest.fixture(params=PREFLIGHTS)
def entry(request: pytest.FixtureRequest) -> Entry:
    """Every entry in turn."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def asked(entry: Entry) -> list[tuple[str, str]]:
    """The headers of the entry's request."""
    return [(name, text_of(value)) for name, value in entry["request"]["headers"]]


# Several tests look at the same answers.
_answers: dict[str, dict[str, Answer]] = {}


@pytest.fixture
def answers(entry: Entry, asked: list[tuple[str, str]]) -> dict[str, Answer]:
    """What every adapter answers to the entry."""
    if entry["id"] not in _answers:
        policy = policy_of(entry["policy"])
        _answers[entry["id"]] = ask_all(policy, entry["request"]["method"], asked)
    return _answers[entry["id"]]


def test_preflight_gets_the_same_answer_everywhere(answers: dict[str, Answer]) -> None:
    first = answers["wsgi"].shared
    assert {name: answer.shared for name, answer in answers.items()} == dict.fromkeys(
        answers, first
    )


@expecting("kind", "preflight", "passthrough")
def test_preflight_is_answered_and_anything_else_passed_on(
    entry: Entry, answers: dict[str, Answer]
) -> None:
    passed_on = entry["expected"]["kind"] == "passthrough"
    assert {answer.app_called for answer in answers.values()} == {passed_on}


def browser_proceeds(entry: Entry, asked: list[tuple[str, str]], answer: Answer) -> bool:
    origin = get(asked, "origin") or ""
    request = entry["sim"]
    if request is None:
        # No browser asks like this: would the answer cover what was asked, byte for byte?
        names = (get(asked, "access-control-request-headers") or "").split(",")
        request = {
            "method": get(asked, "access-control-request-method"),
            "unsafe_headers": names if names != [""] else [],
            "credentials": entry["policy"]["credentials"],
        }
    return proceeds(
        answer.status,
        answer.headers,
        origin,
        request["method"],
        request["unsafe_headers"],
        credentials=request["credentials"],
    )


@expecting("browser", "proceed", "block")
def test_browser_does_with_the_answer_what_it_should(
    entry: Entry, asked: list[tuple[str, str]], answers: dict[str, Answer]
) -> None:
    outcomes = {browser_proceeds(entry, asked, answer) for answer in answers.values()}
    assert outcomes == {entry["expected"]["browser"] == "proceed"}


Check = Callable[[Entry, list[tuple[str, str]], Answer], bool]

PRINTABLE = re.compile(r"[ -~]*")
LARGEST = 4096


def listed(answer: Answer, name: str) -> list[str]:
    return [member.strip() for member in (get(answer.headers, name) or "").split(",")]


def requested(asked: list[tuple[str, str]]) -> list[str]:
    return [value for name, value in asked if name.lower() == ACRM]


def is_bounded(answer: Answer) -> bool:
    """Time never decides a test: over the limits nothing is read, so nothing of it comes back."""
    return all(len(value) <= 1024 for _, value in answer.cors)


INVARIANTS: dict[str, Check] = {
    "status_lt_500": lambda entry, asked, answer: answer.status < 500,
    "acao_at_most_one": lambda entry, asked, answer: (
        [name for name, _ in answer.headers].count(ACAO) <= 1
    ),
    "no_ctl_in_response_headers": lambda entry, asked, answer: all(
        PRINTABLE.fullmatch(text) for pair in answer.headers for text in pair
    ),
    "app_called": lambda entry, asked, answer: answer.app_called,
    "app_not_called": lambda entry, asked, answer: not answer.app_called,
    "no_acao": lambda entry, asked, answer: get(answer.headers, ACAO) is None,
    "acao_star": lambda entry, asked, answer: get(answer.headers, ACAO) == "*",
    "no_acac": lambda entry, asked, answer: get(answer.headers, ACAC) is None,
    "no_acam_acah_disclosed": lambda entry, asked, answer: (
        get(answer.headers, ACAM) is None and get(answer.headers, ACAH) is None
    ),
    "acam_excludes_requested": lambda entry, asked, answer: (
        requested(asked)[0] not in listed(answer, ACAM)
        and requested(asked)[0] != get(answer.headers, ACAM)
    ),
    "acam_excludes_requested_second": lambda entry, asked, answer: (
        requested(asked)[1] not in listed(answer, ACAM)
    ),
    "no_acam_echo": lambda entry, asked, answer: (
        get(answer.headers, ACAM) in (None, ",".join(granted_methods(entry)))
    ),
    "bounded_cpu": lambda entry, asked, answer: is_bounded(answer),
    "no_large_echo": lambda entry, asked, answer: all(
        len(value) <= LARGEST for _, value in answer.headers
    ),
    "no_acma": lambda entry, asked, answer: get(answer.headers, ACMA) is None,
}


def promised(entry: Entry) -> set[str]:
    # An exception fails every test of the entry.
    return set(entry["invariants"]) - {"no_exception"}


def granted_methods(entry: Entry) -> list[str]:
    return [name for name in entry["policy"]["methods"] if name not in ("GET", "HEAD", "POST")]


def test_invariants_of_the_entry_hold_everywhere(
    entry: Entry, asked: list[tuple[str, str]], answers: dict[str, Answer]
) -> None:
    broken = {
        (name, invariant)
        for name, answer in answers.items()
        for invariant in promised(entry)
        if not INVARIANTS[invariant](entry, asked, answer)
    }
    assert broken == set()


def test_every_invariant_is_promised_by_an_entry() -> None:
    assert set().union(*(promised(*entry.values) for entry in PREFLIGHTS)) == set(INVARIANTS)


def test_referee_rejects_a_list_with_a_member_that_is_no_token() -> None:
    with pytest.raises(ListError):
        extract([("access-control-allow-methods", "PUT, a b")], "access-control-allow-methods")
