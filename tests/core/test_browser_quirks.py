"""What each browser does otherwise than the standard, without the browsers.

That they really do is what the tests with real browsers say.
"""

from __future__ import annotations

import pytest

from cors_core import Policy
from cors_core.browser import Browser, Request, Response
from cors_core.browser.messages import get

PAGE = "https://app.example.com"
ACAO = ("Access-Control-Allow-Origin", "*")
ALL = [ACAO, ("Access-Control-Allow-Methods", "*"), ("Access-Control-Allow-Headers", "*")]

CHROMIUM = {"chromium"}
FIREFOX = {"firefox"}
BROWSERS = [None, "chromium", "firefox"]


def allow_all(request: Request) -> Response:
    return Response(200, ALL)


@pytest.mark.parametrize("quirks", BROWSERS)
@pytest.mark.parametrize(
    ("headers", "asking"),
    [
        pytest.param([("Save-Data", "On")], {None, "firefox"}, id="client hint"),
        pytest.param([("Save-Data", "off")], {None, "chromium", "firefox"}, id="bad client hint"),
        pytest.param([("DPR", "1.5")], {None, "firefox"}, id="decimal client hint"),
        pytest.param([("DPR", "1.")], {None, "chromium", "firefox"}, id="bad decimal"),
        pytest.param([("RTT", "1.5")], {None, "chromium", "firefox"}, id="decimal for a number"),
        pytest.param([("User-Agent", "x")], {None, "firefox"}, id="User-Agent"),
        pytest.param([("Accept", "caf\xe9")], FIREFOX, id="Accept beyond ASCII"),
        pytest.param(
            [("Content-Type", "text/plain"), ("content-type", "text/plain")],
            CHROMIUM,
            id="two lines",
        ),
        pytest.param([("Accept", "a" * 128)] * 9, {None, "chromium"}, id="more than 1,024 bytes"),
        pytest.param([("Accept", "a" * 64)] * 3, CHROMIUM, id="lines too long together"),
    ],
)
def test_what_needs_asking(
    quirks: str | None, headers: list[tuple[str, str]], asking: set[str | None]
) -> None:
    outcome = Browser(PAGE, allow_all, quirks=quirks).fetch("/", headers=headers)
    assert outcome.exchanges[0].preflight is (quirks in asking)


@pytest.mark.parametrize(
    ("quirks", "asked"), [(None, "b,x-a"), ("chromium", "b,x-a"), ("firefox", "b,x-a,x-a")]
)
def test_two_spellings_of_a_header(quirks: str | None, asked: str) -> None:
    headers = [("X-A", "1"), ("x-a", "1"), ("B", "1")]
    outcome = Browser(PAGE, allow_all, quirks=quirks).fetch("/", headers=headers)
    request = outcome.exchanges[0].request
    assert get(request.headers, "Access-Control-Request-Headers") == asked


@pytest.mark.parametrize(
    ("quirks", "is_readable"), [(None, False), ("chromium", True), ("firefox", True)]
)
def test_authorization_under_a_bare_wildcard(quirks: str | None, is_readable: bool) -> None:
    headers = {"Authorization": "Bearer t"}
    outcome = Browser(PAGE, allow_all, quirks=quirks).fetch("/", headers=headers)
    assert outcome.readable is is_readable


# As in the cases: nothing, and what cannot be read, counts as 5 seconds by the standard.
@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        pytest.param([], (5, 5, 5), id="absent"),
        pytest.param([""], (5, 5, 5), id="empty"),
        pytest.param(["600"], (600, 600, 600), id="ten minutes"),
        pytest.param(["0"], (0, 0, 0), id="zero"),
        pytest.param(["100000"], (86400, 7200, 86400), id="more than the limit"),
        pytest.param(["-1"], (5, 0, 0), id="negative"),
        pytest.param(["+600"], (5, 600, 0), id="sign"),
        pytest.param(["600s"], (5, 5, 0), id="unit"),
        pytest.param(["600", "600"], (5, 5, 0), id="two lines"),
        pytest.param(["9" * 20], (86400, 5, 86400), id="20 digits"),
        pytest.param(["9" * 5000], (86400, 5, 86400), id="5,000 digits"),
    ],
)
@pytest.mark.parametrize(("place", "quirks"), list(enumerate(BROWSERS)))
def test_seconds_a_preflight_is_kept(
    place: int, quirks: str | None, lines: list[str], seconds: tuple[int, int, int]
) -> None:
    now = 0.0
    headers = [ACAO, ("Access-Control-Allow-Methods", "PUT")]
    headers += [("Access-Control-Max-Age", line) for line in lines]
    browser = Browser(PAGE, lambda _: Response(200, headers), quirks=quirks, clock=lambda: now)
    browser.fetch("/", method="PUT")
    now = max(0.0, seconds[place] - 0.5)
    assert browser.fetch("/", method="PUT").exchanges[0].preflight is (seconds[place] == 0)


def test_clock_may_start_below_zero() -> None:
    browser = Browser(PAGE, Policy(allow_origins=[PAGE]), clock=lambda: -1000.0)
    assert browser.fetch("/", method="PUT").readable is False


@pytest.mark.parametrize("quirks", BROWSERS)
def test_preflight_is_forgotten_after_its_seconds(quirks: str | None) -> None:
    now = 0.0
    headers = [ACAO, ("Access-Control-Allow-Methods", "PUT"), ("Access-Control-Max-Age", "60")]
    browser = Browser(PAGE, lambda _: Response(200, headers), quirks=quirks, clock=lambda: now)
    browser.fetch("/", method="PUT")
    now = 60.0
    assert browser.fetch("/", method="PUT").exchanges[0].preflight is True


@pytest.mark.parametrize("quirks", BROWSERS)
@pytest.mark.parametrize(
    ("first", "second", "asking"),
    [
        pytest.param({"method": "PUT"}, {"method": "DELETE"}, FIREFOX, id="wildcard"),
        pytest.param(
            {"headers": {"X-A": "1"}}, {"headers": {"X-B": "1"}}, FIREFOX, id="wildcard of names"
        ),
        pytest.param({"method": "PUT"}, {"method": "PUT"}, FIREFOX, id="wildcard, and the same"),
        pytest.param(
            {"method": "PUT"},
            {"method": "PUT", "credentials": "include"},
            {None, "chromium", "firefox"},
            id="with credentials",
        ),
    ],
)
def test_what_a_cached_preflight_covers(
    quirks: str | None,
    first: dict[str, str],
    second: dict[str, str],
    asking: set[str | None],
) -> None:
    browser = Browser(PAGE, allow_all, quirks=quirks)
    browser.fetch("/", **first)  # type: ignore[arg-type]
    outcome = browser.fetch("/", **second)  # type: ignore[arg-type]
    assert outcome.exchanges[0].preflight is (quirks in asking)


@pytest.mark.parametrize(
    ("quirks", "is_asked_again"), [(None, True), ("chromium", False), ("firefox", True)]
)
def test_cache_after_a_response_that_fails(quirks: str | None, is_asked_again: bool) -> None:
    answers = [Response(204, ALL), Response(500), Response(204, ALL), Response(204, ALL)]
    browser = Browser(PAGE, lambda _: answers.pop(0), quirks=quirks)
    browser.fetch("/", method="PUT")
    assert browser.fetch("/", method="PUT").exchanges[0].preflight is is_asked_again


@pytest.mark.parametrize(
    ("quirks", "origins"),
    [
        (None, [PAGE, PAGE, "null", "null"]),
        ("chromium", [PAGE, PAGE, "null", "null"]),
        ("firefox", [PAGE, PAGE, PAGE, "null"]),
    ],
)
def test_origin_after_a_redirect_to_a_third_origin(quirks: str | None, origins: list[str]) -> None:
    def server(request: Request) -> Response:
        is_preflight = request.method == "OPTIONS"
        is_first = request.url.startswith("https://server.test") and not is_preflight
        headers = [*ALL, ("Location", "https://third.test/")] if is_first else ALL
        return Response(307 if is_first else 200, headers)

    outcome = Browser(PAGE, server, quirks=quirks).fetch("/", method="PUT")
    assert [get(each.request.headers, "Origin") for each in outcome.exchanges] == origins


@pytest.mark.parametrize(
    ("quirks", "sent"), [(None, "null"), ("chromium", PAGE), ("firefox", "null")]
)
def test_origin_of_a_post_without_cors(quirks: str | None, sent: str) -> None:
    outcome = Browser(PAGE, allow_all, quirks=quirks).fetch(
        "/", method="POST", mode="no-cors", referrer_policy="no-referrer"
    )
    assert get(outcome.exchanges[0].request.headers, "Origin") == sent


@pytest.mark.parametrize(
    ("quirks", "methods"),
    [
        (None, ["OPTIONS", "PUT", "GET"]),
        ("chromium", ["OPTIONS", "PUT", "GET"]),
        ("firefox", ["OPTIONS", "PUT", "OPTIONS", "GET"]),
    ],
)
def test_hop_after_a_preflighted_one(quirks: str | None, methods: list[str]) -> None:
    def server(request: Request) -> Response:
        is_first = request.method == "PUT"
        return Response(303 if is_first else 200, [*ALL, ("Location", "https://third.test/")])

    outcome = Browser(PAGE, server, quirks=quirks).fetch("/", method="PUT")
    assert [exchange.request.method for exchange in outcome.exchanges] == methods
