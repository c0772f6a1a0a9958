"""Mistakes that CORS libraries have published as vulnerabilities, one test or more for each.

The name of a test carries the identifiers; the class of mistake is in its table.
"""

from __future__ import annotations

import pytest

from cors_core import DENY, Policy, PolicyError, PolicyMap
from tests.adapters.contract.conftest import Build, said
from tests.adapters.contract.sites import Site

HERE = "https://app.example"
ORIGIN = [("Origin", HERE)]
VARY = ("vary", "Origin")
ALLOWED = (("access-control-allow-origin", HERE), VARY)
REFUSED = (VARY,)
NO_POLICY = ()


def policy(*origins: str, **options: object) -> Policy:
    return Policy(allow_origins=origins, **options)  # type: ignore[arg-type]


def from_origin(build: Build, site: Site, patterns: list[str], origin: str) -> object:
    client = build(site, policy(*patterns))
    return client.request("GET", "/", [("Origin", origin)]).cors


@pytest.mark.parametrize(
    ("target", "cors"),
    [
        pytest.param("/api/private/x", NO_POLICY, id="as it is"),
        pytest.param("/api/x/../private/x", REFUSED, id="dot segment"),
        pytest.param("/api/x/%2e%2e/private/x", REFUSED, id="dot segment encoded"),
        pytest.param("/api/x/%252e%252e/private/x", REFUSED, id="dot segment encoded twice"),
        pytest.param("/api//private/x", REFUSED, id="repeated slash"),
        pytest.param("//api/x", REFUSED, id="repeated slash at the start"),
        pytest.param("/api%2Fprivate/x", NO_POLICY, id="slash encoded"),
        pytest.param("/api%252Fprivate/x", NO_POLICY, id="slash encoded twice, none in either way"),
        pytest.param("/api/x%252F..%252Fprivate", REFUSED, id="dot segment and slashes encoded"),
        pytest.param("/api%252Fx", REFUSED, id="slash encoded twice"),
        pytest.param("/api/private;x/y", ALLOWED, id="a parameter makes another segment"),
        pytest.param("/api;x/private", NO_POLICY, id="a parameter on the prefix"),
        pytest.param("/api%5Cprivate", NO_POLICY, id="backslash, none in either way"),
        pytest.param("/api%5Cx", REFUSED, id="backslash"),
        pytest.param("/api/x%5C..%5Cprivate", REFUSED, id="dot segment between backslashes"),
    ],
)
def test_cve_2020_25032_and_cve_2019_18978_path_is_the_one_that_is_routed(
    build: Build, site: Site, target: str, cors: tuple[tuple[str, str], ...]
) -> None:
    source = PolicyMap({"/api/*": policy(HERE), "/api/private/*": None})
    assert build(site, source).request("GET", target, ORIGIN).cors == cors


WIDE, NARROW, EXACT = "/api/*", "/api/v1/internal/*", "/api/v1/internal/open"


@pytest.mark.parametrize(
    "order", [(WIDE, NARROW, EXACT), (EXACT, NARROW, WIDE), (NARROW, EXACT, WIDE)]
)
@pytest.mark.parametrize(
    ("target", "cors"),
    [
        pytest.param("/api/v1/orders", ALLOWED, id="prefix"),
        pytest.param("/api/v1/internal/x", REFUSED, id="longer prefix"),
        pytest.param("/api/v1/internal/open", ALLOWED, id="exact path"),
    ],
)
def test_cve_2024_6839_most_specific_path_wins_in_any_order(
    build: Build,
    site: Site,
    order: tuple[str, ...],
    target: str,
    cors: tuple[tuple[str, str], ...],
) -> None:
    entries = {WIDE: policy(HERE), NARROW: DENY, EXACT: policy(HERE)}
    source = PolicyMap({key: entries[key] for key in order})
    assert build(site, source).request("GET", target, ORIGIN).cors == cors


@pytest.mark.parametrize(
    ("target", "cors"),
    [
        pytest.param("/a%20b/x", ALLOWED, id="space"),
        pytest.param("/a+b/x", NO_POLICY, id="plus is no space"),
        pytest.param("/a%2Bb/x", NO_POLICY, id="encoded plus is no space"),
        pytest.param("/a%2520b/x", NO_POLICY, id="a second decoding would make a space"),
    ],
)
def test_cve_2024_6844_path_is_decoded_once_and_as_the_router_does(
    build: Build, site: Site, target: str, cors: tuple[tuple[str, str], ...]
) -> None:
    source = PolicyMap({"/a b/*": policy(HERE)})
    assert build(site, source).request("GET", target, ORIGIN).cors == cors


@pytest.mark.parametrize(
    ("target", "cors"),
    [
        pytest.param("/admin/x", REFUSED, id="as written"),
        pytest.param("/ADMIN/x", NO_POLICY, id="upper case"),
        pytest.param("/Admin", NO_POLICY, id="mixed case"),
    ],
)
def test_cve_2024_6866_paths_are_case_sensitive(
    build: Build, site: Site, target: str, cors: tuple[tuple[str, str], ...]
) -> None:
    source = PolicyMap({"/admin/*": DENY})
    assert build(site, source).request("GET", target, ORIGIN).cors == cors


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
@pytest.mark.parametrize("granting", [policy(HERE), policy("*")])
def test_cve_2024_6221_private_network_access_is_never_granted(
    build: Build, site: Site, method: str, granting: Policy
) -> None:
    headers = [
        *ORIGIN,
        ("Access-Control-Request-Method", "GET"),
        ("Access-Control-Request-Private-Network", "true"),
    ]
    names = [name for name, _ in build(site, granting).request(method, "/", headers).headers]
    assert "access-control-allow-private-network" not in names


@pytest.mark.parametrize(
    ("target", "origin"),
    [
        pytest.param("/a%0d%0aERROR%20forged", "https://evil.example", id="path"),
        pytest.param("/", "https://evil.example\r\nERROR forged", id="origin"),
        pytest.param("/", "https://evil.example\x85ERROR forged", id="next line in the origin"),
        pytest.param("/a%C2%85ERROR", "https://evil.example", id="next line in the path"),
        pytest.param("/a%E2%80%A8ERROR", "https://evil.example", id="line separator in the path"),
        pytest.param("/%1b%5b2J", "https://evil.example", id="terminal escape in the path"),
    ],
)
def test_cve_2024_1681_record_is_one_line_of_printable_characters(
    build: Build,
    full_site: Site,
    caplog: pytest.LogCaptureFixture,
    target: str,
    origin: str,
) -> None:
    build(full_site, policy(HERE)).request("GET", target, [("Origin", origin)])
    lines = [(len(text.splitlines()), text.isprintable()) for _, text in said(caplog, full_site)]
    assert lines == [(1, True)]


@pytest.mark.parametrize(
    "origin",
    [
        "https://trusted.com.attacker.example",
        "https://trusted.com.",
        "https://trusted.comx",
        "https://trusted.com:443.attacker.example",
        "https://trusted.com@attacker.example",
        "https://trusted.com/",
        "https://trusted.com\n",
    ],
)
def test_cve_2026_37737_and_cve_2026_40110_pattern_ends_where_the_origin_ends(
    build: Build, site: Site, origin: str
) -> None:
    patterns = ["https://trusted.com", "https://*.trusted.com"]
    assert from_origin(build, site, patterns, origin) == REFUSED


@pytest.mark.parametrize(
    "origin",
    [
        "https://aXexample.com",
        "https://a-example.com",
        "https://aexample.com",
        "https://a.exampleXcom",
    ],
)
def test_cve_2026_25478_and_cve_2022_1996_listed_origin_is_no_regular_expression(
    build: Build, site: Site, origin: str
) -> None:
    assert from_origin(build, site, ["https://a.example.com"], origin) == REFUSED


@pytest.mark.parametrize(
    "origin",
    [
        "https://evilexample.com",
        "https://evil-example.com",
        "https://example.com",
        "https://.example.com",
    ],
)
def test_cve_2024_27302_and_cve_2023_36829_subdomain_ends_in_a_dot(
    build: Build, site: Site, origin: str
) -> None:
    assert from_origin(build, site, ["https://*.example.com"], origin) == REFUSED


@pytest.mark.parametrize(
    "origin", ["https://example.community", "https://example.com.evil.test", "https://example.co"]
)
def test_cve_2019_25211_nothing_stands_for_the_end_of_a_name(
    build: Build, site: Site, origin: str
) -> None:
    assert from_origin(build, site, ["https://example.com"], origin) == REFUSED


@pytest.mark.parametrize("pattern", ["https://example.*", "https://example.com*", "https://exam*"])
def test_cve_2019_25211_trailing_wildcard_cannot_be_built(pattern: str) -> None:
    with pytest.raises(PolicyError) as caught:
        policy(pattern)
    assert [problem.code for problem in caught.value.problems] == ["origin-pattern"]


@pytest.mark.parametrize(
    "origin", ["https://barfoo.com", "https://foobar.com", "https://foo.combar.com"]
)
@pytest.mark.parametrize(
    "patterns",
    [
        pytest.param(["https://foo.com", "https://bar.com"], id="listed"),
        pytest.param(["https://*.foo.com", "https://*.bar.com"], id="wildcards"),
        pytest.param(["https://foo.com", "https://*.bar.com"], id="both"),
    ],
)
def test_ghsa_vhxv_fg4m_p2w8_entries_never_merge(
    build: Build, site: Site, patterns: list[str], origin: str
) -> None:
    assert from_origin(build, site, patterns, origin) == REFUSED


@pytest.mark.parametrize("origins", ["*", ["*"], ["*", HERE]])
def test_cve_2018_20744_cve_2024_25124_cve_2026_54290_any_origin_has_no_credentials(
    build: Build, site: Site, origins: object
) -> None:
    with pytest.raises(PolicyError) as caught:
        build(site, {"allow_origins": origins, "allow_credentials": True})
    assert "any-origin-with-credentials" in [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize("origin", ["https://anyone.example", "null", "nonsense"])
def test_cve_2018_20744_cve_2024_25124_cve_2026_54290_any_origin_is_never_reflected(
    build: Build, site: Site, origin: str
) -> None:
    star = (("access-control-allow-origin", "*"),)
    assert from_origin(build, site, ["*"], origin) == star


@pytest.mark.parametrize("pattern", [HERE, "https://*.app.example", "http://localhost:*"])
def test_cve_2024_47165_null_is_refused(build: Build, site: Site, pattern: str) -> None:
    assert from_origin(build, site, [pattern], "null") == REFUSED


@pytest.mark.parametrize("options", [{}, {"allow_credentials": True}])
def test_cve_2024_47165_null_needs_the_opt_in(options: dict[str, bool]) -> None:
    with pytest.raises(PolicyError) as caught:
        policy("null", **options)
    assert [problem.code for problem in caught.value.problems] == ["origin-null"]


@pytest.mark.parametrize(
    "names",
    [
        pytest.param("," * 1_000_000, id="commas"),
        pytest.param("a," * 500_000, id="names"),
        pytest.param("a" * 1_000_000, id="one name"),
        pytest.param(" " * 1_000_000, id="spaces"),
        pytest.param("x-token," * 100_000 + "x", id="allowed names"),
    ],
)
@pytest.mark.parametrize("allowed", [["X-Token"], "*"])
def test_cve_2025_47908_and_cve_2026_69207_long_header_names_are_not_read(
    build: Build, site: Site, names: str, allowed: object
) -> None:
    client = build(site, policy(HERE, allow_headers=allowed, allow_credentials=True))
    asked = [*ORIGIN, ("Access-Control-Request-Method", "GET")]
    answer = client.request("OPTIONS", "/", [*asked, ("Access-Control-Request-Headers", names)])
    granted = [value for name, value in answer.headers if name == "access-control-allow-headers"]
    assert (answer.status, granted) == (204, [] if allowed == "*" else ["x-token"])


@pytest.mark.parametrize(
    ("target", "status"),
    [
        pytest.param("/open/x", 204, id="allowed"),
        pytest.param("/closed/x", 403, id="refused"),
        pytest.param("/open/../closed/x", 403, id="read in two ways"),
    ],
)
def test_cve_2015_9236_preflight_and_request_meet_the_same_policy(
    build: Build, site: Site, target: str, status: int
) -> None:
    client = build(site, PolicyMap({"/open/*": policy(HERE), "/closed/*": DENY}))
    asked = [*ORIGIN, ("Access-Control-Request-Method", "GET")]
    preflight = client.request("OPTIONS", target, asked)
    request = client.request("GET", target, ORIGIN)
    readable = {204: ALLOWED, 403: REFUSED}
    assert (preflight.status, request.cors) == (status, readable[status])


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param(("Cookie", "sessionid=1"), id="cookie"),
        pytest.param(("Authorization", "Basic eDp5"), id="authentication"),
    ],
)
@pytest.mark.parametrize("origin", [HERE, "https://elsewhere.example"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_cve_2024_47084_decision_does_not_depend_on_credentials(
    build: Build, site: Site, method: str, origin: str, secret: tuple[str, str]
) -> None:
    client = build(site, policy(HERE, allow_credentials=True))
    asked = [("Origin", origin), ("Access-Control-Request-Method", "GET")]
    with_secret = client.request(method, "/", [*asked, secret])
    assert with_secret == client.request(method, "/", asked)
