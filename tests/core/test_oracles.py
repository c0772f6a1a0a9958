"""The engine against slow and obvious versions of what it does."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cors_core import DENY, Policy, PolicyMap, Reason, check_origin
from cors_core.headers import merge_vary
from cors_core.origin import Origin, parse_origin
from cors_core.pattern import parse_pattern

# Few names, so that chance makes matches, near misses and overlaps.
labels = st.lists(st.sampled_from(["a", "b", "ab", "example", "com", "x-1", "_a"]), max_size=4)
ports = st.sampled_from([None, 1, 8000, 8443])
schemes = st.sampled_from(["http", "https"])
Parts = tuple[str, list[str], int | None]
PatternParts = tuple[str, bool, list[str], int | str | None]
origins = st.tuples(schemes, labels.filter(bool), ports)
patterns = st.tuples(schemes, st.booleans(), labels.filter(bool), st.one_of(ports, st.just("*")))


def written(scheme: str, host: str, port: int | str | None) -> str:
    return f"{scheme}://{host}" if port is None else f"{scheme}://{host}:{port}"


def stands_for(pattern: PatternParts, origin: Parts) -> bool:
    scheme, wild, base, port = pattern
    if scheme != origin[0] or port not in ("*", origin[2]):
        return False
    host = origin[1]
    if wild:
        return len(host) > len(base) and host[len(host) - len(base) :] == base
    return host == base


@given(st.lists(patterns, min_size=1, max_size=6), origins)
@pytest.mark.filterwarnings("ignore::cors_core.PolicyWarning")
def test_an_origin_is_allowed_if_a_pattern_stands_for_it(
    listed: list[PatternParts], origin: Parts
) -> None:
    texts = [
        written(scheme, ("*." if wild else "") + ".".join(base), port)
        for scheme, wild, base, port in listed
    ]
    decision = Policy(allow_origins=texts).decide(
        "GET", written(origin[0], ".".join(origin[1]), origin[2])
    )
    assert decision.allowed is any(stands_for(pattern, origin) for pattern in listed)


def is_label(label: str) -> bool:
    letters = set("abcdefghijklmnopqrstuvwxyz0123456789_-")
    return 0 < len(label) < 64 and set(label) <= letters and "-" not in (label[0], label[-1])


def is_number(label: str) -> bool:
    return (label.isascii() and label.isdigit()) or (
        label.startswith("0x") and set(label[2:]) <= set("0123456789abcdef")
    )


def is_web_host(host: str) -> bool:
    if host.startswith("["):
        try:
            address = ipaddress.IPv6Address(host[1:-1])
        except ValueError:
            return False
        return host == f"[{address}]" and not host.startswith("[::ffff:") and "%" not in host
    if is_number(host.split(".")[-1]):
        numbers = host.split(".")
        return len(numbers) == 4 and all(
            number.isdigit() and number == str(int(number)) and int(number) < 256
            for number in numbers
        )
    return len(host) <= 253 and all(map(is_label, host.split(".")))


def slowly_parsed(text: str) -> Origin | None:
    lower, digits = set("abcdefghijklmnopqrstuvwxyz"), set("0123456789")
    if not text.isascii() or "://" not in text:
        return None
    scheme, _, rest = text.partition("://")
    colon = rest.find(":", rest.find("]") + 1)
    host, port = (rest, None) if colon < 0 else (rest[:colon], rest[colon + 1 :])
    if port is not None:
        if not port or not set(port) <= digits or port[0] == "0" or len(port) > 5:
            return None
        if int(port) > 65535 or (scheme, port) in (("http", "80"), ("https", "443")):
            return None
    if scheme in ("http", "https"):
        fine = is_web_host(host)
    else:
        no_page = "about blob data file filesystem javascript view-source ws wss".split()
        fine = (
            scheme not in no_page
            and 0 < len(scheme) <= 64
            and scheme[0] in lower
            and set(scheme) <= lower | digits | set("+.-")
            and 0 < len(host) <= 253
            and set(host) <= lower | digits | set("ABCDEFGHIJKLMNOPQRSTUVWXYZ._~-")
        )
    return Origin(scheme, host, int(port) if port else None) if fine else None


near_origins = st.tuples(
    st.sampled_from(
        "https http HTTPS app a+b.c ws file data about view-source 1a blob capacitor".split()
    ),
    st.sampled_from(["://", "://", "://", ":", ":/", ""]),
    st.one_of(
        labels.map(".".join),
        st.from_regex(r"[a-zA-Z0-9._~-]{0,8}", fullmatch=True),
        st.from_regex(r"([0-9]{1,3}\.){0,4}[0-9]{1,3}", fullmatch=True),
        st.from_regex(r"\[[0-9a-f:]{2,12}\]", fullmatch=True),
        st.ip_addresses(v=6).map("[{}]".format),
        st.ip_addresses(v=4).map(str),
        st.sampled_from(
            ["0x7f", "a.0x", "a.0xg", "1.2.3.04", "[::ffff:1.2.3.4]", "[::1%1]", "a-.b", "-", "é"]
        ),
        st.integers(60, 66).map("a".__mul__),
        st.integers(120, 130).map("a.".__mul__).map("{}b".format),
    ),
    st.one_of(
        st.sampled_from(["", "", "", ":", ":0", ":80", ":443", ":65535", ":65536", ":08", "/"]),
        st.integers(0, 10**6).map(":{}".format),
    ),
).map("".join)


@given(near_origins)
@example("https://a.0x")
@example("https://[::1]:8443")
@example("https://a.example:443")
@example("http://a.example:443")
@example("http://1.2.3.4.")
@example("https://[::1")
@example("https://[0:0:0:0:0:0:0:1]")
def test_an_origin_is_parsed_as_it_is_written_down(text: str) -> None:
    assert parse_origin(text) == slowly_parsed(text)


@given(near_origins)
def test_what_is_parsed_is_written_the_same_again(text: str) -> None:
    origin = parse_origin(text)
    assert origin is None or written(origin.scheme, origin.host, origin.port) == text


@given(near_origins)
def test_a_lenient_and_the_strict_parser_agree_on_literals(text: str) -> None:
    origin = parse_origin(text)
    lenient = urlsplit(text if origin else "")
    read = (lenient.scheme, lenient.netloc, lenient.port)
    strict = origin and (origin.scheme, text.partition("://")[2], origin.port)
    assert read == (strict or ("", "", None))


@given(near_origins)
def test_a_literal_is_a_pattern_and_nothing_more(text: str) -> None:
    pattern = parse_pattern(text)
    assert (pattern.origin if pattern else None) == parse_origin(text)


@given(patterns, origins, st.sampled_from(["", ".", "/", ":", ":80", "\n", "@x"]))
@example(("https", True, ["com"], "*"), ("https", ["a", "com"], None), "")
@example(("https", True, ["com"], "*"), ("https", ["a", "com"], None), ":")
@pytest.mark.filterwarnings("ignore::cors_core.PolicyWarning")
def test_an_origin_matched_by_a_pattern_parses(
    pattern: PatternParts, origin: Parts, tail: str
) -> None:
    scheme, wild, base, port = pattern
    listed = written(scheme, ("*." if wild else "") + ".".join(base), port)
    text = written(origin[0], ".".join(origin[1]), origin[2]) + tail
    allowed = Policy(allow_origins=[listed]).decide("GET", text).allowed
    assert not allowed or parse_origin(text) is not None


@given(patterns)
def test_a_pattern_with_a_wildcard_is_no_origin_itself(pattern: PatternParts) -> None:
    scheme, wild, base, port = pattern
    text = written(scheme, ("*." if wild else "") + ".".join(base), port)
    assert (parse_origin(text) is None, check_origin(text)) == (wild or port == "*", ())


names = st.sampled_from(["x-a", "X-A", "x-b", "Content-Type", "x-c", "", "b c", "\u212a"])
spaces = st.text(" \t", max_size=3)
lists = st.lists(st.tuples(spaces, names, spaces).map("".join), max_size=70).map(",".join)


@given(lists)
@example("," * 63)
@example("," * 64)
def test_requested_names_are_read_one_by_one(value: str) -> None:
    policy = Policy(
        allow_origins=["https://a.example"], allow_headers=["X-A", "x-b", "content-type"]
    )
    members = [member.strip(" \t") for member in value.split(",")]
    unknown = [name for name in members if name.lower() not in ("", "x-a", "x-b", "content-type")]
    expected = Reason.HEADER_NOT_ALLOWED if unknown else Reason.ALLOWED
    if len(value) > 1024 or len(members) > 64:
        expected = Reason.HEADERS_TOO_LONG
    assert policy.decide("OPTIONS", "https://a.example", "GET", value).reason is expected


@given(lists)
def test_names_are_echoed_once_in_order_or_not_at_all(value: str) -> None:
    policy = Policy(allow_origins=["https://a.example"], allow_headers="*", allow_credentials=True)
    decision = policy.decide("OPTIONS", "https://a.example", "GET", value)
    members = [member.strip(" \t").lower() for member in value.split(",")]
    echoed: list[str] = []
    for name in members:
        if name and name not in echoed:
            echoed.append(name)
    expected = ",".join(echoed) if decision.allowed and echoed else None
    assert dict(decision.headers).get("Access-Control-Allow-Headers") == expected


varies = st.lists(
    st.lists(
        st.tuples(spaces, st.sampled_from(["Origin", "origin", "Cookie", "X-A", ""]), spaces).map(
            "".join
        )
    ).map(",".join),
    max_size=4,
)


def slowly_merged(values: list[str]) -> str:
    kept: list[str] = []
    for value in values:
        for member in value.split(","):
            name = member.strip(" \t")
            if name and name.lower() not in [other.lower() for other in kept]:
                kept.append(name)
    return ", ".join(kept)


@given(varies)
def test_vary_keeps_the_first_of_each_name_in_order(values: list[str]) -> None:
    assert merge_vary(*values) == slowly_merged(values)


@given(varies)
def test_merging_vary_is_idempotent(values: list[str]) -> None:
    merged = merge_vary(*values)
    assert merge_vary(merged, merged) == merged


@given(varies, st.sampled_from(["*", " * ", "Cookie, *", "*,*"]), varies)
def test_a_star_in_vary_stays_alone(before: list[str], star: str, after: list[str]) -> None:
    assert merge_vary(*before, star, *after) == "*"


segments = st.lists(st.sampled_from(["a", "b", "A", "ab", "é", "a b", "+"]), max_size=4)
keys = st.tuples(segments, st.booleans()).map(
    lambda parts: "/" + "/".join([*parts[0], *(["*"] if parts[1] else [])])
)
POLICIES = [Policy(allow_origins=[f"https://{name}.example"]) for name in "abcd"]
entries = st.dictionaries(keys, st.sampled_from([*POLICIES, None]), max_size=8)


def slowly_found(mapping: dict[str, Policy | None], path: str) -> Policy | None:
    if path in mapping and not path.endswith("/*"):
        return mapping[path]
    best: str | None = None
    for key in mapping:
        if key.endswith("/*"):
            prefix = key[:-1]
            covers = path.startswith(prefix) or path == prefix[:-1]
            if covers and (best is None or len(key) > len(best)):
                best = key
    return None if best is None else mapping[best]


@given(entries, segments, st.booleans())
@example({"/*": POLICIES[0], "/a/*": None, "/a": POLICIES[1]}, ["a"], False)
@example({"/a/*": POLICIES[0]}, ["a"], True)
@example({"/a/*": POLICIES[0]}, ["ab"], False)
def test_the_most_specific_path_wins(
    mapping: dict[str, Policy | None], names: list[str], slash: bool
) -> None:
    path = "/" + "/".join(names) + ("/" if slash and names else "")
    assert PolicyMap(mapping).policy_for("", path) is slowly_found(mapping, path)


@given(entries, segments, st.randoms(use_true_random=False))
def test_the_order_of_paths_does_not_matter(
    mapping: dict[str, Policy | None], names: list[str], random: object
) -> None:
    items = list(mapping.items())
    random.shuffle(items)  # type: ignore[attr-defined]
    path = "/" + "/".join(names)
    assert PolicyMap(dict(items)).policy_for("", path) is PolicyMap(mapping).policy_for("", path)


slashes = st.sampled_from(["/", "//", "\\", "%2f", "%5C", "/\\/"])


@given(entries, st.lists(st.tuples(slashes, st.sampled_from(["a", "b"])), min_size=1, max_size=4))
def test_slashes_that_are_read_in_two_ways_reach_no_wider_policy(
    mapping: dict[str, Policy | None], pieces: list[tuple[str, str]]
) -> None:
    path = "/".join(["", "".join(slash + name for slash, name in pieces)])
    clean = "".join(f"/{name}" for _, name in pieces)
    found = PolicyMap(mapping).policy_for("", path)
    assert found in (DENY, slowly_found(mapping, clean))


@given(entries, st.text(st.characters(exclude_categories=())))
def test_any_path_is_denied_or_found_as_it_stands(
    mapping: dict[str, Policy | None], path: str
) -> None:
    found = PolicyMap(mapping).policy_for("", path)
    assert found in (DENY, slowly_found(mapping, path or "/"))
