"""Whatever is given to the engine, it says what is wrong and never breaks."""

from __future__ import annotations

import re
import warnings
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cors_core import Policy, PolicyError, PolicyMap, check_origin, policy_from
from cors_core.policy import options

WORDS = """* null https://app.example.com https://*.example.com http://localhost:* app://x PUT
allow_origins max_age /api/* / supports_credentials Content-Type https://u:p@a.example:443/x
https://bücher.example ^https://.*$""".split()

texts = st.one_of(
    st.sampled_from(WORDS),
    st.text(st.characters(exclude_categories=()), max_size=30),
    st.lists(st.sampled_from([*WORDS, ":", "//", ",", "[", "]", ".", "%41", "\ud800"])).map(
        "".join
    ),
)
# More digits than Python is willing to write.
huge = st.integers(5000, 5001).map(lambda digits: 10**digits)
scalars = st.one_of(
    texts,
    st.none(),
    st.booleans(),
    st.integers(),
    huge,
    st.floats(),
    st.binary(max_size=8),
    st.sampled_from([object, object(), len, Policy, re.compile("x"), re.compile("x").match]),
)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner, inner),
        st.sets(texts, max_size=3),
        st.dictionaries(st.one_of(texts, st.integers(), huge), inner, max_size=4),
    ),
    max_leaves=8,
)
names = st.sampled_from([option.name for option in options()])


def built(make: Any, *args: Any, **kwargs: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return make(*args, **kwargs)
        except PolicyError as error:
            return error


def told(outcome: Any) -> bool:
    """Whether the whole text of an error is printable, but for its line breaks."""
    return all(line.isprintable() for line in str(outcome).split("\n"))


@given(st.dictionaries(names, values, max_size=4), values)
@example({}, {"a", 1})
@example({}, "https://a.example:" + "1" * 5000)
@example({}, ["https://a.example:" + "0" * 5000])
@example({}, ["https://a.example:" + "1" * 5000])
@example({}, ["https://" + "ü" * 5000])
@example({}, ["https://[" + ":" * 5000])
def test_a_policy_is_built_or_refused(given_options: dict[str, Any], origins: Any) -> None:
    outcome = built(Policy, **({"allow_origins": origins} | given_options))
    assert isinstance(outcome, Policy) or told(outcome)


@given(values)
@example({"\ud800\n": 1, "allow_origins": "*"})
@example({"/\ud800\n*": 1})
@example({"/\n": {"allow_origins": "\n"}})
def test_policy_from_makes_a_source_or_refuses(value: Any) -> None:
    outcome = built(policy_from, value)
    assert told(outcome) if isinstance(outcome, PolicyError) else hasattr(outcome, "policy_for")


@given(values)
@example([("/a", None)])
@example(None)
def test_a_map_is_built_or_refused(value: Any) -> None:
    outcome = built(PolicyMap, value)
    assert isinstance(outcome, PolicyMap) or told(outcome)


@given(values, st.booleans())
@example("https://a.example:" + "1" * 5000, True)
@example("https://\ud800\u0300.example", True)
@example("https://xn--a.xn--", True)
@example("https://" + "\u0661" * 70, True)
def test_check_origin_says_printable_lines_or_nothing(value: Any, wildcards: bool) -> None:
    problems = check_origin(value, wildcards=wildcards)
    assert all(str(found).isprintable() for found in problems)


@given(texts)
def test_check_origin_and_a_policy_agree(text: str) -> None:
    outcome = built(Policy, allow_origins=[text])
    assert (check_origin(text) == ()) == (isinstance(outcome, Policy) and text != "*")


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(
            lambda huge: Policy(allow_origins=["https://a.example"], max_age=huge), id="age"
        ),
        pytest.param(lambda huge: Policy(allow_origins={huge, "x"}), id="member of a set"),
        pytest.param(lambda huge: PolicyMap({huge: huge}), id="path and value"),
        pytest.param(lambda huge: policy_from({huge: 1}), id="option"),
        pytest.param(lambda huge: policy_from({"/a": {huge: 1}}), id="option below a path"),
        pytest.param(policy_from, id="policy"),
    ],
)
def test_a_number_too_long_to_be_written_is_a_problem_like_others(make: Any) -> None:
    with pytest.raises(PolicyError) as caught:
        make(10**5000)
    assert told(caught.value)


# What people write near an origin: each part right or wrong in its own way.
schemes = st.sampled_from(
    """https:// https:// http:// HTTPS:// Https:// https: https:/ // wss:// ws:// blob:https://
    capacitor:// App:// view-source:http:// http:\\\\ ://""".split()
) | st.just("")
users = st.sampled_from(["", "", "", "me@", "me:secret@", "@"])
hosts = st.one_of(
    st.sampled_from(
        "app.example.com App.Example.com example.com. .example.com *.example.com *.Example.com "
        "bücher.example *.bücher.example localhost LOCALHOST 127.0.0.1 0x7f.1 [::1] [0::1] "
        "[2001:DB8::1] ::1 a..b -a.example * *.* ex*mple.com a_b.example %41.example".split()
    ),
    st.from_regex(r"[A-Za-z0-9*._-]{0,12}", fullmatch=True),
    st.from_regex(r"[\u00c0-\u0200.]{0,8}", fullmatch=True),
)
ports = st.one_of(
    st.sampled_from(["", "", "", ":", ":*", ":80", ":443", ":0443", ":0", ":8443", ":99999", ":x"]),
    st.integers(-5, 10**6).map(":{}".format),
)
tails = st.sampled_from(["", "", "", "/", "/api", "/*", "?x", "#x", "\\", " ", "\n", ",", "'"])
near_origins = st.tuples(schemes, users, hosts, ports, tails).map("".join)


@given(near_origins)
@example("ws:")
@example("https:/app.example.com")
@example("https://a.example:00443")
@example("localhost:3000")
@example("https://*.*.example.com/")
@example("NULL")
def test_an_origin_that_a_hint_proposes_is_accepted(text: str) -> None:
    hints = [found.hint for found in check_origin(text)]
    proposed = [
        hint[len("Write ") : -1] for hint in hints if re.fullmatch(r"Write \S+://\S+", hint)
    ]
    assert [check_origin(origin) for origin in proposed] == [()] * len(proposed)


def listed_in(hint: str) -> list[str]:
    """Read the entries of the list that a hint proposes."""
    return [entry for entry in re.findall(r'"([^"]*)"', hint) if entry != "..."]


@given(near_origins, near_origins)
@example("null", "https://a.example")
@example("https://*.*.example.com", "https://a.example")
@example("https://app.example.com", "::1")
def test_a_list_that_a_hint_proposes_is_accepted(one: str, other: str) -> None:
    hints = [found.hint for found in check_origin(f"{one},{other}") if found.code == "not-a-list"]
    refused = [check_origin(origin) for hint in hints for origin in listed_in(hint)]
    assert refused == [()] * len(refused)


@given(
    st.sampled_from(["allow_origins", "allow_methods", "allow_headers", "expose_headers"]),
    st.lists(texts | st.sampled_from(["PUT", "TRACE", "Cookie", "X-A", "'X-B'"])).map(", ".join),
)
def test_a_list_that_a_hint_proposes_for_a_bare_string_is_accepted(option: str, text: str) -> None:
    outcome = built(Policy, **({"allow_origins": "*"} | {option: text}))
    proposed = listed_in(outcome.problems[0].hint) if isinstance(outcome, PolicyError) else []
    again = built(Policy, **({"allow_origins": "*"} | {option: proposed or ["*"]}))
    assert isinstance(again, Policy)


@given(near_origins)
def test_a_hint_names_no_password(text: str) -> None:
    assert "secret" not in "".join(map(str, check_origin(text)))


@pytest.mark.parametrize("text", ["*.example.com", "https://*.example.com", "localhost:*", "*"])
def test_where_wildcards_are_not_welcome_no_hint_proposes_one(text: str) -> None:
    (found,) = check_origin(text, wildcards=False)
    assert str(found) == (
        f"origin: '{text}': One origin belongs here, and this stands for several. "
        "Write an origin such as https://app.example.com. [origin-pattern]"
    )
