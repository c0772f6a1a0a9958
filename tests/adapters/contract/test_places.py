"""Which policy a request meets: by path, by mount, by host, alike in every adapter."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings
from werkzeug.middleware.proxy_fix import ProxyFix

from cors_core import Policy, PolicyMap
from cors_wsgi import CORSMiddleware
from tests.adapters.contract import sites
from tests.adapters.contract.applications import Script, raw, recorded
from tests.adapters.contract.conftest import Build, by_name
from tests.adapters.contract.sites import Site, WSGIClient

HERE = "https://app.example"
ORIGIN = [("Origin", HERE)]


def named(name: str) -> Policy:
    return Policy(allow_origins=[HERE], expose_headers=[name])


ROOT, WIDE, NARROW, ACCENT, EXACT = map(
    named, ("x-root", "x-wide", "x-narrow", "x-accent", "x-exact")
)
SOURCE = PolicyMap(
    {
        "/": ROOT,
        "/open/*": WIDE,
        "/open/inner/*": NARROW,
        "/open/closed/*": None,
        "/é/*": ACCENT,
        "/feed.json": EXACT,
    }
)
VARY = ("vary", "Origin")
DENIED = (VARY,)
NOTHING = ()


def granted(name: str) -> tuple[tuple[str, str], ...]:
    return (
        ("access-control-allow-origin", HERE),
        ("access-control-expose-headers", name),
        VARY,
    )


PATHS = [
    pytest.param("/", granted("x-root"), id="root"),
    pytest.param("/feed.json", granted("x-exact"), id="exact"),
    pytest.param("/feed.json/", NOTHING, id="an exact path covers nothing below"),
    pytest.param("/Feed.json", NOTHING, id="case of an exact path"),
    pytest.param("/open", granted("x-wide"), id="the prefix itself"),
    pytest.param("/open/", granted("x-wide"), id="the prefix and a slash"),
    pytest.param("/open/a/b/c", granted("x-wide"), id="far below"),
    pytest.param("/opens", NOTHING, id="a longer name"),
    pytest.param("/OPEN/x", NOTHING, id="case of a prefix"),
    pytest.param("/open/inner/x", granted("x-narrow"), id="the longer prefix"),
    pytest.param("/open/innermost", granted("x-wide"), id="not the longer prefix"),
    pytest.param("/open/closed/x", NOTHING, id="no policy below a policy"),
    pytest.param("/nowhere", NOTHING, id="not ours"),
    pytest.param("/%C3%A9/x", granted("x-accent"), id="UTF-8"),
    pytest.param("/%c3%a9", granted("x-accent"), id="UTF-8 in lower-case hexadecimal"),
    pytest.param("/e%CC%81/x", NOTHING, id="the same letter composed otherwise"),
    pytest.param("/%E9/x", DENIED, id="latin-1"),
    pytest.param("/%FF", DENIED, id="a byte that is not UTF-8"),
    pytest.param("/open/%C3", DENIED, id="half a character"),
    pytest.param("/open/%ED%A0%80", DENIED, id="an encoded surrogate"),
    pytest.param("/open/%C0%AE%C0%AE/x", DENIED, id="dots in overlong UTF-8"),
    pytest.param("/%25FF", DENIED, id="a left-over %FF"),
    pytest.param("/open/%25c3%25a9", DENIED, id="a left-over encoding"),
    pytest.param("/%EF%BF%BD", DENIED, id="U+FFFD"),
    pytest.param("/open/%00", DENIED, id="NUL"),
    pytest.param("/open/%0a", DENIED, id="line feed"),
    pytest.param("/open/%7f", DENIED, id="delete"),
    pytest.param("/open/%C2%85", DENIED, id="next line"),
    pytest.param("//open/x", DENIED, id="repeated slash that makes a difference"),
    pytest.param("/open//x", granted("x-wide"), id="repeated slash that makes none"),
    pytest.param("/open//inner/x", DENIED, id="repeated slash before a longer prefix"),
    pytest.param("/nowhere//x", NOTHING, id="repeated slash outside"),
    pytest.param("/open/../x", DENIED, id="dot segment"),
    pytest.param("/open/./x", DENIED, id="single dot"),
    pytest.param("/open/..", DENIED, id="dot segment at the end"),
    pytest.param("/open/%2e%2e/x", DENIED, id="dot segment encoded"),
    pytest.param("/open/%252e%252e/x", DENIED, id="dot segment encoded twice"),
    pytest.param("/open/.%252e/x", DENIED, id="dot segment half encoded"),
    pytest.param("/open/..x", granted("x-wide"), id="name that begins with dots"),
    pytest.param("/open/...", granted("x-wide"), id="three dots are a name"),
    pytest.param("/open;a/x", NOTHING, id="parameter on the prefix"),
    pytest.param("/open/x;a=b", granted("x-wide"), id="parameter below"),
    pytest.param("/open/..;/x", granted("x-wide"), id="a parameter makes dots a name"),
    pytest.param("/open%2Finner/x", granted("x-narrow"), id="slash encoded"),
    pytest.param("/open%252Finner/x", DENIED, id="slash encoded twice"),
    pytest.param("/open/a%252Fb", granted("x-wide"), id="encoded slash that makes no difference"),
    pytest.param("/open%5Cinner", DENIED, id="backslash"),
    pytest.param("/open/%5C..%5Cx", DENIED, id="dot segment between backslashes"),
    pytest.param("/open/a%5Cb", granted("x-wide"), id="backslash that makes no difference"),
    pytest.param("/open+", NOTHING, id="plus is no space"),
    pytest.param("/open/a+b%20c", granted("x-wide"), id="plus and space below"),
    pytest.param("/open/*", granted("x-wide"), id="asterisk"),
]


@pytest.mark.parametrize(("target", "cors"), PATHS)
def test_path_meets_one_policy_in_every_adapter(
    build: Build, site: Site, target: str, cors: tuple[tuple[str, str], ...]
) -> None:
    answer = build(site, SOURCE).request("GET", target, ORIGIN)
    assert (answer.cors, answer.app_called) == (cors, True)


@pytest.mark.parametrize(("target", "cors"), PATHS)
def test_preflight_meets_the_policy_of_its_request(
    build: Build, site: Site, target: str, cors: tuple[tuple[str, str], ...]
) -> None:
    asked = [*ORIGIN, ("Access-Control-Request-Method", "GET")]
    answer = build(site, SOURCE).request("OPTIONS", target, asked)
    # Whoever may read may ask; what is denied is refused; what is not ours is passed on.
    expected = {NOTHING: True, DENIED: 403}.get(cors, 204)
    assert (answer.app_called or answer.status) == expected


@pytest.mark.parametrize(
    ("mount", "target", "cors"),
    [
        pytest.param("/app", "/open/x", granted("x-wide"), id="below the mount"),
        pytest.param("/open", "/x", NOTHING, id="the mount is no part of the path"),
        pytest.param("/app", "", granted("x-root"), id="nothing below the mount"),
        pytest.param("/app", "/", granted("x-root"), id="a slash below the mount"),
        pytest.param("/open", "/open/inner", granted("x-narrow"), id="same name"),
    ],
)
def test_path_begins_below_the_mount(
    build: Build, site: Site, mount: str, target: str, cors: tuple[tuple[str, str], ...]
) -> None:
    answer = build(site, SOURCE).request("GET", target, ORIGIN, mount=mount)
    assert answer.cors == cors


class Asked:
    """A source that keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def policy_for(self, host: str, path: str) -> Policy:
        self.asked.append((host, path))
        return ROOT


@pytest.mark.parametrize(
    ("host", "seen"),
    [
        pytest.param("api.example", "api.example", id="as it is"),
        pytest.param("API.Example", "api.example", id="upper case"),
        pytest.param("api.example:8443", "api.example:8443", id="port"),
        pytest.param("[::1]:8000", "[::1]:8000", id="address"),
        pytest.param(None, "", id="absent"),
        pytest.param("evil.example/@x", "evil.example/@x", id="not validated"),
    ],
)
def test_source_is_asked_once_with_the_host_in_lower_case(
    build: Build, site: Site, host: str | None, seen: str
) -> None:
    source = Asked()
    build(site, source).request("GET", "/feed.json", ORIGIN, host=host)
    assert source.asked == [(seen, "/feed.json")]


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_source_is_asked_once_for_a_preflight_too(build: Build, site: Site, method: str) -> None:
    source = Asked()
    asked = [*ORIGIN, ("Access-Control-Request-Method", "PUT")]
    build(site, source).request(method, "/x", asked)
    assert source.asked == [("api.example", "/x")]


@pytest.mark.parametrize(
    ("mount", "target", "seen"),
    [
        pytest.param("", "/%C3%A9", "/é", id="UTF-8"),
        pytest.param("/app", "", "/", id="nothing below the mount"),
        pytest.param("/app", "/x", "/x", id="below the mount"),
        pytest.param("", "/a%2520b", "/a%20b", id="decoded once"),
        pytest.param("", "/a+b", "/a+b", id="plus"),
        pytest.param("", "/a%3Fb", "/a?b", id="question mark of a path"),
    ],
)
def test_source_sees_the_path_the_framework_routes_on(
    build: Build, site: Site, mount: str, target: str, seen: str
) -> None:
    source = Asked()
    build(site, source).request("GET", target, ORIGIN, mount=mount)
    assert source.asked == [("api.example", seen)]


class Tenants:
    """A policy for each host."""

    policies = {  # noqa: RUF012
        "one.example": named("x-one"),
        "two.example:8443": named("x-two"),
    }

    def policy_for(self, host: str, path: str) -> Policy | None:
        return self.policies.get(host)


@pytest.mark.parametrize(
    ("host", "cors"),
    [
        pytest.param("one.example", granted("x-one"), id="one tenant"),
        pytest.param("ONE.example", granted("x-one"), id="upper case"),
        pytest.param("two.example:8443", granted("x-two"), id="port"),
        pytest.param("two.example", NOTHING, id="another port"),
        pytest.param("unknown.example", NOTHING, id="unknown host"),
        pytest.param(None, NOTHING, id="no host"),
    ],
)
@pytest.mark.parametrize("below", [False, True])
def test_host_chooses_the_tenant(
    build: Build, site: Site, host: str | None, cors: tuple[tuple[str, str], ...], below: bool
) -> None:
    source = PolicyMap({"/*": Tenants()}) if below else Tenants()
    answer = build(site, source).request("GET", "/", ORIGIN, host=host)
    assert answer.cors == cors


def test_forwarded_host_is_not_believed_unasked(build: Build, site: Site) -> None:
    headers = [*ORIGIN, ("X-Forwarded-Host", "one.example")]
    answer = build(site, Tenants()).request("GET", "/", headers, host="unknown.example")
    assert answer.cors == NOTHING


FORWARDED = [*ORIGIN, ("X-Forwarded-Host", "one.example")]


def with_cors(application: Any) -> Any:
    return CORSMiddleware(application, Tenants())


def proxied(application: Any) -> Any:
    return ProxyFix(application, x_host=1)


@pytest.mark.parametrize(
    ("outer", "inner", "cors"),
    [
        pytest.param(proxied, with_cors, granted("x-one"), id="outside it is believed"),
        pytest.param(with_cors, proxied, NOTHING, id="inside it comes too late"),
    ],
)
def test_proxy_fix_goes_around_the_adapter(
    outer: Any, inner: Any, cors: tuple[tuple[str, str], ...]
) -> None:
    script = Script()
    client = WSGIClient(outer(inner(recorded(raw(), script))), script)
    assert client.request("GET", "/", FORWARDED, host="proxy.example").cors == cors


@pytest.mark.parametrize("site", [sites.DJANGO_SYNC, sites.DJANGO_ASYNC], ids=by_name)
def test_django_believes_the_forwarded_host_where_its_setting_says_so(
    build: Build, site: Site
) -> None:
    client = build(site, Tenants())
    with override_settings(USE_X_FORWARDED_HOST=True):
        answer = client.request("GET", "/", FORWARDED, host="proxy.example")
    assert answer.cors == granted("x-one")
