"""What a decision does to the headers of a response."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_core import DENY, Decision, Policy, Reason, RequestKind

HERE = "https://app.example.com"
Pairs = list[tuple[str, str]]
ALLOWED = Policy(allow_origins=[HERE], allow_credentials=True).decide("GET", HERE)
REFUSED = DENY.decide("GET", HERE)
ANY = Policy(allow_origins="*").decide("GET", HERE)
NOTHING = Decision(RequestKind.NOT_CORS, True, Reason.NOT_CORS, None, (), b"")
ACAO = ("Access-Control-Allow-Origin", HERE)
ACAC = ("Access-Control-Allow-Credentials", "true")
VARY = ("Vary", "Origin")
PLAIN = ("Content-Type", "text/plain")


class Folded(MutableMapping[str, str]):
    """A mapping that keeps the case of names and ignores it, and counts what is done to it."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = {name.lower(): (name, value) for name, value in pairs}
        self.changes = 0

    def __getitem__(self, name: str) -> str:
        return self.pairs[name.lower()][1]

    def __setitem__(self, name: str, value: str) -> None:
        self.changes += 1
        self.pairs[name.lower()] = (name, value)

    def __delitem__(self, name: str) -> None:
        self.changes += 1
        del self.pairs[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter([name for name, _ in self.pairs.values()])

    def __len__(self) -> int:
        return len(self.pairs)


CASES = [
    pytest.param(ALLOWED, [], [ACAO, ACAC, VARY], [], id="no headers"),
    pytest.param(ALLOWED, [PLAIN], [PLAIN, ACAO, ACAC, VARY], [], id="others stay in front"),
    pytest.param(REFUSED, [PLAIN], [PLAIN, VARY], [], id="refused"),
    pytest.param(ANY, [PLAIN], [PLAIN, ("Access-Control-Allow-Origin", "*")], [], id="constant"),
    pytest.param(
        ALLOWED,
        [("Vary", "Accept, Cookie")],
        [ACAO, ACAC, ("Vary", "Accept, Cookie, Origin")],
        [],
        id="Vary is appended to",
    ),
    pytest.param(
        ALLOWED,
        [("vary", "origin")],
        [ACAO, ACAC, ("Vary", "origin")],
        [],
        id="Vary has it, in another case",
    ),
    pytest.param(
        ALLOWED,
        [("Vary", "Cookie, origin ,Cookie,,")],
        [ACAO, ACAC, ("Vary", "Cookie, origin")],
        [],
        id="Vary is deduplicated",
    ),
    pytest.param(ALLOWED, [("Vary", "*")], [ACAO, ACAC, ("Vary", "*")], [], id="a star stays"),
    pytest.param(
        ALLOWED, [("Vary", "Cookie, *")], [ACAO, ACAC, ("Vary", "*")], [], id="a star stays alone"
    ),
    pytest.param(
        ANY,
        [("VARY", "Cookie")],
        [("Access-Control-Allow-Origin", "*"), ("Vary", "Cookie")],
        [],
        id="Vary without ours",
    ),
    pytest.param(
        NOTHING, [("Vary", "Cookie")], [("Vary", "Cookie")], [], id="nothing, made by hand"
    ),
    pytest.param(
        ANY,
        [("Vary", "")],
        [("Access-Control-Allow-Origin", "*")],
        [],
        id="an empty Vary is left out",
    ),
    pytest.param(ALLOWED, [ACAO], [ACAO, ACAC, VARY], [], id="the same value is no replacement"),
    pytest.param(
        ALLOWED,
        [("access-control-allow-origin", "*")],
        [ACAO, ACAC, VARY],
        ["access-control-allow-origin"],
        id="another value, in lower case",
    ),
    pytest.param(
        REFUSED,
        [PLAIN, ACAO, ACAC],
        [PLAIN, VARY],
        ["access-control-allow-origin", "access-control-allow-credentials"],
        id="removed on a refusal",
    ),
    pytest.param(
        REFUSED,
        [
            ("Access-Control-Allow-Methods", "PUT"),
            ("Access-Control-Allow-Headers", "x-a"),
            ("Access-Control-Max-Age", "5"),
            ("Access-Control-Expose-Headers", "x-a"),
            ("Access-Control-Allow-Private-Network", "true"),
        ],
        [VARY],
        [
            "access-control-allow-methods",
            "access-control-allow-headers",
            "access-control-max-age",
            "access-control-expose-headers",
            "access-control-allow-private-network",
        ],
        id="all seven are owned",
    ),
    pytest.param(
        ALLOWED,
        [("Timing-Allow-Origin", "*"), ("Cross-Origin-Resource-Policy", "same-site")],
        [
            ("Timing-Allow-Origin", "*"),
            ("Cross-Origin-Resource-Policy", "same-site"),
            ACAO,
            ACAC,
            VARY,
        ],
        [],
        id="neighbours are not ours",
    ),
    pytest.param(
        REFUSED,
        [("Access-Control-Allow-Origin ", "*"), ("Vary\t", "Cookie")],
        [("Vary", "Cookie, Origin")],
        ["access-control-allow-origin"],
        id="white space behind a name, which Chromium overlooks",
    ),
]
LINES = [
    pytest.param(
        ALLOWED,
        [("Vary", "Cookie"), PLAIN, ("vary", "Accept")],
        [PLAIN, ACAO, ACAC, ("Vary", "Cookie, Accept, Origin")],
        [],
        id="two Vary lines become one",
    ),
    pytest.param(
        ALLOWED,
        [("Set-Cookie", "a=1"), ACAO, ("Set-Cookie", "b=2")],
        [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ACAO, ACAC, VARY],
        [],
        id="other lines stay in order",
    ),
    pytest.param(
        ALLOWED,
        [ACAO, ("Access-Control-Allow-Origin", "*")],
        [ACAO, ACAC, VARY],
        ["access-control-allow-origin"],
        id="two values become one",
    ),
]


@pytest.mark.parametrize(("decision", "headers", "expected", "names"), [*CASES, *LINES])
def test_a_list_gets_the_headers(
    decision: Decision, headers: Pairs, expected: Pairs, names: list[str]
) -> None:
    assert decision.apply(headers) == expected


@pytest.mark.parametrize(("decision", "headers", "expected", "names"), [*CASES, *LINES])
def test_a_given_list_stays_as_it_is(
    decision: Decision, headers: Pairs, expected: Pairs, names: list[str]
) -> None:
    before = list(headers)
    decision.apply(headers)
    assert headers == before


@pytest.mark.parametrize(("decision", "headers", "expected", "names"), [*CASES, *LINES])
def test_any_iterable_gets_the_headers(
    decision: Decision, headers: Pairs, expected: Pairs, names: list[str]
) -> None:
    assert decision.apply(pair for pair in headers) == expected


@pytest.mark.parametrize(("decision", "headers", "expected", "names"), [*CASES, *LINES])
def test_every_replaced_header_is_told(
    decision: Decision, headers: Pairs, expected: Pairs, names: list[str]
) -> None:
    told: list[str] = []
    decision.apply(headers, told.append)
    assert told == names


@pytest.mark.parametrize(("decision", "headers", "expected", "names"), CASES)
def test_a_dict_gets_the_headers(
    decision: Decision, headers: Pairs, expected: Pairs, names: list[str]
) -> None:
    mapping = dict(headers)
    decision.apply_to(mapping)
    assert {name.title(): value for name, value in mapping.items()} == dict(expected)


@pytest.mark.parametrize(("decision", "headers", "expected", "names"), CASES)
def test_a_mapping_that_ignores_case_gets_the_headers(
    decision: Decision, headers: Pairs, expected: Pairs, names: list[str]
) -> None:
    mapping = Folded(headers)
    decision.apply_to(mapping)
    assert {name.title(): value for name, value in mapping.items()} == dict(expected)


@pytest.mark.parametrize(("decision", "headers", "expected", "names"), CASES)
def test_every_header_replaced_in_a_mapping_is_told(
    decision: Decision, headers: Pairs, expected: Pairs, names: list[str]
) -> None:
    told: list[str] = []
    decision.apply_to(Folded(headers), told.append)
    assert told == names


@pytest.mark.parametrize("decision", [ALLOWED, REFUSED, ANY])
def test_a_mapping_that_is_right_is_not_touched(decision: Decision) -> None:
    mapping = Folded([PLAIN, *decision.headers])
    decision.apply_to(mapping)
    assert mapping.changes == 0


names = st.sampled_from(
    ["Vary", "vary", "Access-Control-Allow-Origin", "access-control-max-age", "X-A", "Age"]
)
values = st.sampled_from(["Origin", "*", "Cookie, Accept", "true", "", HERE])
pairs = st.lists(st.tuples(names, values), max_size=8)
decisions = st.sampled_from([ALLOWED, REFUSED, ANY])


@given(decisions, pairs)
def test_applying_twice_changes_nothing_more(decision: Decision, headers: Pairs) -> None:
    once = decision.apply(headers)
    assert decision.apply(once) == once


@given(decisions, pairs)
def test_exactly_the_decisions_cors_headers_are_left(decision: Decision, headers: Pairs) -> None:
    left = [pair for pair in decision.apply(headers) if pair[0].lower().startswith("access-")]
    assert left == [pair for pair in decision.headers if pair[0] != "Vary"]


@given(decisions, pairs)
def test_one_vary_line_is_left_at_most(decision: Decision, headers: Pairs) -> None:
    lines = [name for name, _ in decision.apply(headers) if name.lower() == "vary"]
    assert lines in ([], ["Vary"])
