"""Where a policy comes from: sources, maps of paths, and what is made one."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_core import DENY, Policy, PolicyError, PolicyMap, Problem, policy_from
from cors_core.policy import UNDECIDED
from cors_core.source import policy_at

API = Policy(allow_origins=["https://api.example"])
PUBLIC = Policy(allow_origins="*")
INNER = Policy(allow_origins=["https://inner.example"])
MAP = PolicyMap(
    {
        "/api/*": API,
        "/api/internal/*": None,
        "/api/internal/health": PUBLIC,
        "/feed.json": PUBLIC,
        "/é/*": INNER,
        "/off/*": False,
    }
)
ROOT = PolicyMap({"/*": PUBLIC, "/api/*": API, "/admin/*": None})


@pytest.mark.parametrize(
    ("path", "policy"),
    [
        pytest.param("/feed.json", PUBLIC, id="exact"),
        pytest.param("/feed.json/", None, id="an exact path has no slash more"),
        pytest.param("/feed.jsonx", None, id="nor a letter"),
        pytest.param("/feed", None, id="nor less"),
        pytest.param("/api", API, id="the base of a prefix"),
        pytest.param("/api/", API, id="the base with a slash"),
        pytest.param("/api/orders/7", API, id="below a prefix"),
        pytest.param("/apis", None, id="no segment of its own"),
        pytest.param("/API/orders", None, id="case-sensitive"),
        pytest.param("/api/internal", None, id="a longer prefix beats a shorter one"),
        pytest.param("/api/internal/x", None, id="below the longer prefix"),
        pytest.param("/api/internals", API, id="beside the longer prefix"),
        pytest.param("/api/internal/health", PUBLIC, id="exact beats any prefix"),
        pytest.param("/", None, id="no match"),
        pytest.param("", None, id="the empty path is the root"),
        pytest.param("/é/x", INNER, id="beyond ASCII"),
        pytest.param("/e\u0301/x", None, id="not normalised"),
        pytest.param("/off/x", None, id="False is no CORS"),
        pytest.param("/api/a+b", API, id="a plus is a plus"),
        pytest.param("/api/%20", API, id="a percent sign that hides nothing"),
        pytest.param("/api/;x=1", API, id="a semicolon is a character"),
        pytest.param("/api/internal;x", API, id="a parameter is part of the segment"),
        pytest.param("/api/...", API, id="three dots are a name"),
        pytest.param("/api/.well-known", API, id="a dot begins a name"),
        pytest.param("/api/a..b", API, id="dots in a name"),
        pytest.param("/api/..", DENY, id="two dots"),
        pytest.param("/api/../feed.json", DENY, id="two dots in the middle"),
        pytest.param("/api/./x", DENY, id="one dot"),
        pytest.param("/api/.", DENY, id="one dot at the end"),
        pytest.param("/..", DENY, id="two dots where nothing is listed"),
        pytest.param("/api/%2e%2E/x", DENY, id="escaped dots"),
        pytest.param("/api/.%2e", DENY, id="half escaped"),
        pytest.param("/api/%2e", DENY, id="one escaped dot"),
        pytest.param("/api/..%2fx", DENY, id="dots before an escaped slash"),
        pytest.param("/api%2f..", DENY, id="dots behind an escaped slash"),
        pytest.param("/api\\..\\x", DENY, id="dots between backslashes"),
        pytest.param("/api/\x00", DENY, id="NUL"),
        pytest.param("/api/\n", DENY, id="line break"),
        pytest.param("/api/\x7f", DENY, id="DEL"),
        pytest.param("/api/\x85", DENY, id="control character beyond ASCII"),
        pytest.param("/api/\ufffd", DENY, id="U+FFFD"),
        pytest.param("/api/%ff", DENY, id="a byte that is not UTF-8"),
        pytest.param("/api/%80", DENY, id="the first such byte"),
        pytest.param("/api/%7f", API, id="the last before them"),
        pytest.param("/api/\udcff", DENY, id="a surrogate"),
        pytest.param("api/x", DENY, id="no leading slash"),
        pytest.param("*", DENY, id="the server itself"),
        pytest.param("http://x/api", DENY, id="absolute form"),
        pytest.param("/api//x", API, id="repeated slashes, same policy"),
        pytest.param("//api/x", DENY, id="repeated slashes, another policy"),
        pytest.param("/api/internal//x", None, id="repeated slashes, no policy both ways"),
        pytest.param("/api//internal/x", DENY, id="repeated slashes hide a longer prefix"),
        pytest.param("/api/internal%2fx", DENY, id="an escaped slash hides a longer prefix"),
        pytest.param("/api/internal%5Cx", DENY, id="an escaped backslash, too"),
        pytest.param("/api\\internal", None, id="a backslash, no policy both ways"),
        pytest.param("/api/internal\\x", DENY, id="a backslash, too"),
        pytest.param("/api/x\\y", API, id="a backslash, same policy"),
        pytest.param("/api/x%2Fy", API, id="an escaped slash, same policy"),
        pytest.param("/%2fapi/x", DENY, id="an escaped slash at the start"),
        pytest.param("/nowhere//x", None, id="no policy both ways"),
    ],
)
def test_a_map_finds_the_policy_of_a_path(path: str, policy: Policy | None) -> None:
    assert MAP.policy_for("any.example", path) is policy


@pytest.mark.parametrize(
    ("path", "policy"),
    [
        pytest.param("", PUBLIC, id="empty"),
        pytest.param("/", PUBLIC, id="root"),
        pytest.param("/x/y", PUBLIC, id="below"),
        pytest.param("/api", API, id="a longer prefix"),
        pytest.param("/admin/", None, id="none"),
        pytest.param("//admin/", DENY, id="in disguise"),
        pytest.param("//x", PUBLIC, id="the same both ways"),
    ],
)
def test_a_map_may_cover_everything(path: str, policy: Policy | None) -> None:
    assert ROOT.policy_for("", path) is policy


def test_equal_policies_are_the_same_policy_for_repeated_slashes() -> None:
    inner = Policy(allow_origins=["https://api.example"])
    paths = PolicyMap({"/api/*": API, "/api/inner/*": inner})
    assert paths.policy_for("", "/api//inner/x") is API


class Alike:
    """A source that says that it equals everything."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = object.__hash__

    def policy_for(self, host: str, path: str) -> Policy:
        return self.policy


def test_sources_that_say_they_are_equal_are_not_the_same_for_repeated_slashes() -> None:
    paths = PolicyMap({"/api/*": Alike(PUBLIC), "/api/inner/*": Alike(API)})
    assert paths.policy_for("", "/api//inner/x") is DENY


def test_an_empty_map_written_out_is_no_cors_anywhere() -> None:
    assert PolicyMap({}).policy_for("", "/x") is None


class Tenants:
    """A source of a user's own, which is falsy and remembers what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def __len__(self) -> int:
        return 0

    def policy_for(self, host: str, path: str) -> Policy | None:
        self.asked.append((host, path))
        return API if host == "a.example:8000" else None


def test_a_source_below_a_path_sees_the_whole_url() -> None:
    tenants = Tenants()
    found = PolicyMap({"/t/*": tenants}).policy_for("a.example:8000", "/t/x")
    assert (found, tenants.asked) == (API, [("a.example:8000", "/t/x")])


def test_a_map_in_a_map_sees_the_whole_path() -> None:
    outer = PolicyMap({"/api/*": PolicyMap({"/api/v2/*": API})})
    assert (outer.policy_for("", "/api/v2/x"), outer.policy_for("", "/api/x")) == (API, None)


def test_the_entries_of_a_map_cannot_be_changed_from_outside() -> None:
    entries: dict[str, Any] = {"/api/*": API}
    paths = PolicyMap(entries)
    entries["/*"] = PUBLIC
    assert paths.policy_for("", "/x") is None


def test_a_map_is_written_as_it_was_built() -> None:
    written = "PolicyMap({'/api/*': Policy(allow_origins=('*',)), '/off': None})"
    assert repr(PolicyMap({"/api/*": PUBLIC, "/off": False})) == written


WRONG_KEYS = [
    pytest.param("", "A path begins with '/'.", "Write /.", id="empty"),
    pytest.param("api", "A path begins with '/'.", "Write /api.", id="no slash"),
    pytest.param("api/*", "A path begins with '/'.", "Write /api/*.", id="no slash, below"),
    pytest.param("*", "A path begins with '/'.", "Write /*.", id="a star alone"),
    pytest.param(
        "/api*",
        "'*' is the whole last segment or nothing.",
        "Write /api/*.",
        id="part of a segment",
    ),
    pytest.param(
        "/*/x",
        "'*' is the whole last segment or nothing.",
        "Write /x.",
        id="first segment",
    ),
    pytest.param(
        "/a/*/b",
        "'*' is the whole last segment or nothing.",
        "Write a path such as /api/*.",
        id="middle segment",
    ),
    pytest.param(
        "/a/*/",
        "'*' is the whole last segment or nothing.",
        "Write /a/*.",
        id="a slash behind the last segment",
    ),
    pytest.param(
        "/a/.*", "'*' is the whole last segment or nothing.", "Write /a/*.", id="an expression"
    ),
    pytest.param(
        "^/a/.*$", "A path begins with '/'.", "Write /a/*.", id="an expression with anchors"
    ),
    pytest.param(
        "https://a.example/api/*",
        "A path begins with '/'.",
        "Write a path such as /api/*.",
        id="a whole URL",
    ),
    pytest.param(
        "/a\u2028*",
        "'*' is the whole last segment or nothing.",
        "Write a path such as /api/*.",
        id="a correction that cannot be printed",
    ),
    pytest.param("/a/**", "'*' is the whole last segment or nothing.", "Write /a/*.", id="two"),
    pytest.param("/a?x=1", "A path has no query and no fragment.", "Write /a.", id="query"),
    pytest.param("/a#x", "A path has no query and no fragment.", "Write /a.", id="fragment"),
    pytest.param(
        "/caf%C3%A9/*",
        "Paths are compared decoded, so this can never match.",
        "Write /café/*.",
        id="percent-encoding",
    ),
    pytest.param(
        "/a%20b",
        "Paths are compared decoded, so this can never match.",
        "Write /a b.",
        id="an encoded space",
    ),
    pytest.param(
        "/a%2A",
        "Paths are compared decoded, so this can never match.",
        "Write a path such as /api/*.",
        id="an encoded star is part of a name",
    ),
    pytest.param(
        "/a/%2a",
        "Paths are compared decoded, so this can never match.",
        "Write a path such as /api/*.",
        id="an encoded star is a name",
    ),
    pytest.param(
        "/a%3Fb",
        "Paths are compared decoded, so this can never match.",
        "Write a path such as /api/*.",
        id="an encoded question mark",
    ),
    pytest.param(
        "/a%00",
        "Paths are compared decoded, so this can never match.",
        "Write a path such as /api/*.",
        id="an encoded NUL",
    ),
    pytest.param(
        "/a//b",
        "Repeated slashes and backslashes are read in two ways.",
        "Write /a/b.",
        id="repeated slashes",
    ),
    pytest.param(
        "//a",
        "Repeated slashes and backslashes are read in two ways.",
        "Write /a.",
        id="repeated slashes at the start",
    ),
    pytest.param(
        "//*",
        "Repeated slashes and backslashes are read in two ways.",
        "Write /*.",
        id="repeated slashes before a star",
    ),
    pytest.param(
        "/a//*",
        "Repeated slashes and backslashes are read in two ways.",
        "Write /a/*.",
        id="repeated slashes before a star, below",
    ),
    pytest.param(
        "/a\\b",
        "Repeated slashes and backslashes are read in two ways.",
        "Write /a/b.",
        id="backslash",
    ),
    pytest.param(
        "/a/../b",
        "Dot segments and control characters are read in two ways.",
        "Write /b.",
        id="dot segments",
    ),
    pytest.param(
        "/a/./*",
        "Dot segments and control characters are read in two ways.",
        "Write /a/*.",
        id="dot segment",
    ),
    pytest.param(
        "^/api.*",
        "A path begins with '/'.",
        "Write /api/*.",
        id="a regular expression without a slash before its star",
    ),
    pytest.param(
        "/a\x00",
        "Dot segments and control characters are read in two ways.",
        "Write a path such as /api/*.",
        id="control character",
    ),
]


@pytest.mark.parametrize(("key", "message", "hint"), WRONG_KEYS)
def test_a_wrong_path_is_refused_with_its_fix(key: str, message: str, hint: str) -> None:
    with pytest.raises(PolicyError) as caught:
        PolicyMap({"/fine": API, key: API})
    assert caught.value.problems == (Problem("path-malformed", "paths", None, key, message, hint),)


def proposed(key: str) -> str:
    """The path that a hint proposes for `key`, if it is refused."""
    try:
        PolicyMap({key: API})
    except PolicyError as error:
        hint = error.problems[0].hint
        return "/api/*" if "such as" in hint else hint[len("Write ") : -1]
    return "/fine"


PIECES = ["/", "a", "*", "..", ".", "%2e", "%2A", "%2f", "^", "$", "\\", "?", "#", " ", "%"]
keys = st.lists(st.sampled_from(PIECES)).map("".join)


@given(keys)
def test_a_path_that_a_hint_proposes_is_accepted(key: str) -> None:
    assert PolicyMap({proposed(key): API}).policy_for("", "/nowhere") in (API, None)


@given(keys.filter(lambda key: "*" not in key))
def test_no_hint_proposes_a_star_where_none_was(key: str) -> None:
    assert proposed(key) == "/api/*" or "*" not in proposed(key)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param("*", "'*': str", id="string"),
        pytest.param(True, "True: bool", id="True"),
        pytest.param(0, "0: int", id="a number is not False"),
        pytest.param({"allow_origins": "*"}, "{'allow_origins': '*'}: dict", id="a mapping, here"),
        pytest.param(["*"], "['*']: list", id="a list"),
    ],
)
def test_a_value_that_is_no_source_is_refused(value: Any, shown: str) -> None:
    with pytest.raises(PolicyError) as caught:
        PolicyMap({"/api/*": value})
    (found,) = caught.value.problems
    assert str(found) == (
        f'["/api/*"]: {shown} has no policy_for(host, path). '
        "Give a Policy, a PolicyMap, an object with policy_for(host, path), or None; in a setting "
        'also {"allow_origins": [...]}. [path-value]'
    )


def test_a_map_tells_all_its_problems_at_once() -> None:
    with pytest.raises(PolicyError) as caught:
        PolicyMap({"api": 5, "/x": API, "/y/..": None, 7: API})  # type: ignore[dict-item]
    assert [(found.code, found.value) for found in caught.value.problems] == [
        ("path-malformed", "api"),
        ("path-value", 5),
        ("path-malformed", "/y/.."),
        ("path-malformed", 7),
    ]


def test_a_value_under_what_is_no_path_is_told_with_its_key() -> None:
    with pytest.raises(PolicyError) as caught:
        PolicyMap({7: 5})  # type: ignore[dict-item]
    assert [(found.code, found.field) for found in caught.value.problems] == [
        ("path-malformed", "paths"),
        ("path-value", "7"),
    ]


@pytest.mark.parametrize("value", [None, [], "/api/*", 5, API, [("/api/*", API)]])
def test_a_map_is_made_of_a_mapping(value: Any) -> None:
    with pytest.raises(PolicyError, match=r"is not a mapping of paths.*\[wrong-type\]"):
        PolicyMap(value)


class Plain:
    def policy_for(self, host: str, path: str) -> Policy | None:
        return API


class Loose:
    def policy_for(self, *args: str, **kwargs: str) -> Policy | None:
        return API


class Later:
    async def policy_for(self, host: str, path: str) -> Policy | None:
        return API


class Stream:
    async def policy_for(self, host: str, path: str) -> Any:
        yield API


class Call:
    async def __call__(self, host: str, path: str) -> Policy | None:
        return API


class Delegate:
    policy_for = Call()


class Shops(dict[str, Policy]):
    """A source of a user's own that is a mapping as well."""

    def policy_for(self, host: str, path: str) -> Policy | None:
        return self.get(host)


class One:
    def policy_for(self, host: str) -> Policy | None:
        return API


class Three:
    def policy_for(self, host: str, path: str, method: str) -> Policy | None:
        return API


class Constant:
    policy_for = API


class Static:
    @staticmethod
    def policy_for(host: str, path: str) -> Policy | None:
        return API


class Native:
    """Its method is written in C and does not tell its arguments."""

    policy_for = staticmethod(max)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(API, id="Policy"),
        pytest.param(Native(), id="a method written in C"),
        pytest.param(DENY, id="DENY"),
        pytest.param(MAP, id="PolicyMap"),
        pytest.param(PolicyMap({}), id="an empty PolicyMap"),
        pytest.param(Plain(), id="an object"),
        pytest.param(Loose(), id="any arguments"),
        pytest.param(Static(), id="a static method"),
        pytest.param(Tenants(), id="a falsy object"),
        pytest.param(Shops({"a.example": API}), id="a mapping of its own"),
        pytest.param(Shops(), id="an empty mapping of its own"),
    ],
)
def test_a_source_is_taken_as_it_is(source: Any) -> None:
    assert policy_from(source) is source


@pytest.mark.parametrize("make", [PolicyMap, policy_from])
@pytest.mark.parametrize("shops", [Shops({"a.example": API}), Shops()], ids=["shops", "none yet"])
def test_a_source_that_is_a_mapping_is_taken_below_a_path_as_well(make: Any, shops: Shops) -> None:
    found = make({"/shop/*": shops}).policy_for("a.example", "/shop/")
    assert found is shops.get("a.example")


SOURCE_HINT = (
    "Give a Policy, a PolicyMap, or a mapping such as "
    '{"allow_origins": ["https://app.example.com"]}.'
)


@pytest.mark.parametrize(
    ("value", "code", "message", "hint"),
    [
        pytest.param(
            None,
            "policy-missing",
            "There is no default policy: nothing is allowed until it is written down.",
            'Write for example {"allow_origins": ["https://app.example.com"]}.',
            id="nothing",
        ),
        pytest.param(
            {},
            "policy-missing",
            "There is no default policy: nothing is allowed until it is written down.",
            'Write for example {"allow_origins": ["https://app.example.com"]}.',
            id="an empty mapping",
        ),
        pytest.param(
            "*", "wrong-type", "str has no policy_for(host, path).", SOURCE_HINT, id="string"
        ),
        pytest.param(
            ["https://a.example"],
            "wrong-type",
            "list has no policy_for(host, path).",
            SOURCE_HINT,
            id="list",
        ),
        pytest.param(
            False, "wrong-type", "bool has no policy_for(host, path).", SOURCE_HINT, id="False"
        ),
    ],
)
def test_what_is_no_source_is_refused(value: Any, code: str, message: str, hint: str) -> None:
    with pytest.raises(PolicyError) as caught:
        policy_from(value)
    shown = None if code == "policy-missing" else value
    assert caught.value.problems == (Problem(code, "", None, shown, message, hint),)


NO_SOURCES = [
    pytest.param(Plain, "Plain is a class.", "Give an object of it: Plain(...).", id="a class"),
    pytest.param(
        Later(),
        "policy_for is async, and a decision cannot wait.",
        "Write a plain method that looks up what is in memory.",
        id="async",
    ),
    pytest.param(
        Stream(),
        "policy_for is async, and a decision cannot wait.",
        "Write a plain method that looks up what is in memory.",
        id="an async generator",
    ),
    pytest.param(
        Delegate(),
        "policy_for is async, and a decision cannot wait.",
        "Write a plain method that looks up what is in memory.",
        id="an object whose call is async",
    ),
    pytest.param(
        One(),
        "policy_for cannot be called with a host and a path.",
        "Write def policy_for(self, host, path).",
        id="one argument",
    ),
    pytest.param(
        Three(),
        "policy_for cannot be called with a host and a path.",
        "Write def policy_for(self, host, path).",
        id="three arguments",
    ),
    pytest.param(
        Constant(),
        "policy_for cannot be called with a host and a path.",
        "Write def policy_for(self, host, path).",
        id="no method",
    ),
]


@pytest.mark.parametrize(("value", "message", "hint"), NO_SOURCES)
def test_what_is_nearly_a_source_is_refused_with_its_fix(
    value: Any, message: str, hint: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        policy_from(value)
    assert caught.value.problems == (Problem("wrong-type", "", None, value, message, hint),)


@pytest.mark.parametrize("make", [PolicyMap, policy_from])
@pytest.mark.parametrize(("value", "message", "hint"), NO_SOURCES)
def test_what_is_nearly_a_source_is_refused_below_a_path_with_the_same_fix(
    make: Any, value: Any, message: str, hint: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        make({"/a": value})
    assert caught.value.problems == (Problem("path-value", '["/a"]', None, value, message, hint),)


def test_a_mock_is_refused_although_it_has_every_attribute() -> None:
    with pytest.raises(PolicyError, match=r"Mock has no policy_for\(host, path\)"):
        policy_from(Mock())


@pytest.mark.parametrize("wrap", [dict, MappingProxyType])
def test_options_are_made_a_policy(wrap: Any) -> None:
    options = {"allow_origins": ["https://api.example"], "max_age": 600}
    assert policy_from(wrap(options)) == API


def test_paths_are_made_a_map_with_sources_mappings_and_no_cors() -> None:
    paths = policy_from(
        {
            "/api/*": {"allow_origins": ["https://api.example"]},
            "/api/v2/*": {"/api/v2/feed": {"allow_origins": "*"}},
            "/own/*": Plain(),
            "/public/*": PUBLIC,
            "/api/off/*": None,
            "/api/false/*": False,
        }
    )
    asked = ["/api/x", "/api/v2/feed", "/api/v2/x", "/own/", "/public", "/api/off", "/api/false"]
    assert [paths.policy_for("", path) for path in asked] == [
        API,
        PUBLIC,
        None,
        API,
        PUBLIC,
        None,
        None,
    ]


def test_problems_below_paths_say_where_they_are() -> None:
    with pytest.raises(PolicyError) as caught:
        policy_from(
            {
                "/a/*": {"allow_origins": ["a.example"], "methods": ["PUT"]},
                "/b": {"/c/*": {"max_age": -1, "allow_origins": "*"}},
                "/d": {},
                "/e": 5,
            }
        )
    assert [(found.code, found.field, found.index) for found in caught.value.problems] == [
        ("unknown-option", '["/a/*"].methods', None),
        ("origin-malformed", '["/a/*"].allow_origins', 0),
        ("max-age-range", '["/b"].["/c/*"].max_age', None),
        ("policy-missing", '["/d"]', None),
        ("path-value", '["/e"]', None),
    ]


class Raising:
    def policy_for(self, host: str, path: str) -> Policy | None:
        raise LookupError(host)


class Nonsense:
    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def policy_for(self, host: str, path: str) -> Any:
        return self.answer


async def later() -> Policy:
    return API


@pytest.mark.parametrize(
    ("source", "error"),
    [
        pytest.param(Raising(), LookupError, id="raises"),
        pytest.param(Nonsense("*"), TypeError, id="a string"),
        pytest.param(Nonsense({"allow_origins": "*"}), TypeError, id="a mapping"),
        pytest.param(Nonsense(False), TypeError, id="False"),
        pytest.param(Nonsense(Policy), TypeError, id="a class"),
        pytest.param(Nonsense(PolicyMap({})), TypeError, id="another source"),
        pytest.param(Nonsense(later()), TypeError, id="a coroutine, which is closed"),
    ],
)
def test_a_source_that_fails_lets_nobody_read_and_no_cache_keep(
    source: Any, error: type[Exception]
) -> None:
    failures: list[Exception] = []
    found = policy_at(source, "a.example", "/x", failures.append)
    assert (found, [type(failure) for failure in failures]) == (UNDECIDED, [error])


def test_a_source_that_knows_no_policy_does_not_fail() -> None:
    failures: list[Exception] = []
    assert (policy_at(PolicyMap({}), "", "/x", failures.append), failures) == (None, [])
