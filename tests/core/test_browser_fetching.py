"""What is sent, and in which order."""

from __future__ import annotations

import pytest

from cors_core import Policy
from cors_core.browser import Browser, Outcome, Request, Response
from cors_core.browser.messages import get

PAGE = "https://app.example.com"
ALL = [
    ("Access-Control-Allow-Origin", PAGE),
    ("Access-Control-Allow-Credentials", "true"),
    ("Access-Control-Allow-Methods", "PUT"),
    ("Access-Control-Allow-Headers", "authorization,content-type"),
]


def sent(outcome: Outcome, name: str) -> list[str | None]:
    """List the values of one header, a request each."""
    return [get(exchange.request.headers, name) for exchange in outcome.exchanges]


def methods(outcome: Outcome) -> list[str]:
    return [exchange.request.method for exchange in outcome.exchanges]


def test_refused_method_is_never_sent() -> None:
    outcome = Browser(PAGE, Policy(allow_origins=[PAGE])).fetch("/orders", method="DELETE")
    assert methods(outcome) == ["OPTIONS"]


def test_allowed_method_is_sent_after_the_preflight() -> None:
    policy = Policy(allow_origins=[PAGE], allow_methods=["DELETE"])
    outcome = Browser(PAGE, policy).fetch("/orders", method="DELETE")
    assert methods(outcome) == ["OPTIONS", "DELETE"]


def test_refused_simple_request_is_sent_all_the_same() -> None:
    outcome = Browser(PAGE, Policy(allow_origins=["https://b.example.com"])).fetch("/orders")
    assert (methods(outcome), outcome.readable) == (["GET"], False)


def test_upload_listener_forces_a_preflight_that_names_no_header() -> None:
    policy = Policy(allow_origins=[PAGE])
    outcome = Browser(PAGE, policy).fetch("/", method="POST", body="x", upload_listener=True)
    assert outcome.exchanges[0].request == Request(
        "OPTIONS",
        "https://server.test/",
        [("Accept", "*/*"), ("Origin", PAGE), ("Access-Control-Request-Method", "POST")],
    )
    assert outcome.readable


def test_page_reads_its_own_server_without_asking() -> None:
    outcome = Browser(PAGE, lambda _: Response(200, [("X-A", "1")])).fetch(f"{PAGE}/", method="PUT")
    assert (methods(outcome), outcome.headers) == (["PUT"], (("x-a", "1"),))


def test_redirect_that_is_not_followed_is_opaque() -> None:
    server = Response(302, [*ALL, ("Location", "/b")], b"moved")
    outcome = Browser(PAGE, lambda _: server).fetch("/a", redirect="manual")
    assert (outcome.readable, outcome.status, outcome.body) == (True, 0, b"")


@pytest.mark.parametrize(
    ("status", "method", "then"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
        (302, "PUT", "PUT"),
        (303, "PUT", "GET"),
    ],
)
def test_method_after_a_redirect(status: int, method: str, then: str) -> None:
    def server(request: Request) -> Response:
        is_first = request.url.endswith("/a") and request.method != "OPTIONS"
        return Response(status if is_first else 200, [*ALL, ("Location", "/b")])

    last = Browser(PAGE, server).fetch("/a", method=method, body="x").exchanges[-1].request
    is_kept = then == method
    content_type = "text/plain;charset=UTF-8" if is_kept else None
    assert (last.method, last.body) == (then, b"x" if is_kept else b"")
    assert get(last.headers, "Content-Type") == content_type


def test_authorization_does_not_follow_to_another_origin() -> None:
    def server(request: Request) -> Response:
        is_first = "server.test" in request.url and request.method != "OPTIONS"
        headers = [("Access-Control-Allow-Origin", "*"), *ALL[2:]]
        location = ("Location", "https://cdn.test/")
        return Response(302 if is_first else 200, [*headers, location])

    outcome = Browser(PAGE, server).fetch("/", headers={"Authorization": "Bearer t"})
    assert sent(outcome, "Authorization") == [None, "Bearer t", None]


def test_cookie_goes_along_with_credentials_and_never_with_a_preflight() -> None:
    browser = Browser(PAGE, lambda _: Response(200, [*ALL, ("Set-Cookie", "a=1; Path=/")]))
    browser.fetch("/", credentials="include")
    outcome = browser.fetch("/", credentials="include", method="PUT")
    assert sent(outcome, "Cookie") == [None, "a=1"]


@pytest.mark.parametrize(
    ("url", "credentials"),
    [
        pytest.param("/", "same-origin", id="no credentials"),
        pytest.param("https://other.test/", "include", id="another host"),
    ],
)
def test_cookie_stays_where_it_belongs(url: str, credentials: str) -> None:
    browser = Browser(PAGE, lambda _: Response(200, [*ALL, ("Set-Cookie", "a=1")]))
    browser.fetch("/", credentials="include")
    assert sent(browser.fetch(url, credentials=credentials), "Cookie") == [None]


def test_cookie_is_deleted_by_its_server() -> None:
    lines = ["a=1", "a=; Max-Age=0", "b"]
    answers = [Response(200, [*ALL, ("Set-Cookie", line)]) for line in lines]
    browser = Browser(PAGE, lambda _: answers.pop(0))
    outcomes = [browser.fetch("/", credentials="include") for _ in lines]
    assert [sent(outcome, "Cookie") for outcome in outcomes] == [[None], ["a=1"], [None]]


def test_header_that_no_script_may_set_is_dropped_and_said_so() -> None:
    headers = {"Cookie": "a=1", "Sec-Fetch-Site": "none"}
    outcome = Browser(PAGE, lambda _: Response(200, ALL)).fetch("/", headers=headers)
    assert sent(outcome, "Cookie") == [None]
    assert outcome.steps[1].detail == "dropped: Cookie, Sec-Fetch-Site"


@pytest.mark.parametrize(
    ("value", "is_dropped"),
    [
        pytest.param("a, TRACE", True, id="forbidden method"),
        pytest.param('"a,TRACE,b"', False, id="in quotes"),
        pytest.param('"a\\",TRACE,b"', False, id="in quotes, beside one that is escaped"),
        pytest.param('"a",TRACE', True, id="after quotes"),
    ],
)
def test_method_in_disguise_is_read_as_a_list(value: str, is_dropped: bool) -> None:
    headers = {"X-HTTP-Method-Override": value}
    outcome = Browser(PAGE, lambda _: Response(200, ALL)).fetch("/", headers=headers)
    assert (outcome.steps[1].name == "forbidden request-headers") is is_dropped


@pytest.mark.parametrize(
    ("location", "then"),
    [
        pytest.param("", "https://server.test/a?q=1", id="empty"),
        pytest.param("#top", "https://server.test/a?q=1", id="fragment"),
        pytest.param("#top?r=2", "https://server.test/a?q=1", id="fragment with a question mark"),
        pytest.param("?r=2", "https://server.test/a?r=2", id="query"),
        pytest.param("?", "https://server.test/a", id="empty query"),
        pytest.param("b", "https://server.test/b", id="path"),
    ],
)
def test_redirect_within_a_page_keeps_the_query(location: str, then: str) -> None:
    answers = iter([Response(302, [*ALL, ("Location", location)]), Response(200, ALL)])
    outcome = Browser(PAGE, lambda _: next(answers)).fetch("/a?q=1")
    assert outcome.exchanges[-1].request.url == then


def test_location_in_two_lines_is_said_to_be() -> None:
    server = Response(302, [*ALL, ("Location", "/b"), ("Location", "/c")])
    outcome = Browser(PAGE, lambda _: server).fetch("/a")
    assert outcome.cause is not None
    assert outcome.cause.detail == "Location in 2 lines is no http or https URL"


def test_transport_may_answer_with_text() -> None:
    response = Response(200, ALL, "caf\xe9")  # type: ignore[arg-type] # and yet people do
    assert Browser(PAGE, lambda _: response).fetch("/").body == b"caf\xc3\xa9"


@pytest.mark.parametrize(
    ("method", "status"),
    [
        pytest.param("HEAD", 200, id="HEAD"),
        pytest.param("GET", 204, id="204"),
        pytest.param("GET", 205, id="205"),
        pytest.param("GET", 304, id="304"),
    ],
)
def test_response_that_cannot_have_a_body_has_none(method: str, status: int) -> None:
    outcome = Browser(PAGE, lambda _: Response(status, ALL, b"body")).fetch("/", method=method)
    assert (outcome.status, outcome.body) == (status, b"")


def test_max_age_of_zero_ends_what_was_cached_before() -> None:
    ages = iter(["100", "0", "0"])

    def server(request: Request) -> Response:
        if request.method != "OPTIONS":
            return Response(200, ALL)
        names = get(request.headers, "Access-Control-Request-Headers") or "x-none"
        headers = [*ALL[:3], ("Access-Control-Allow-Headers", names)]
        return Response(204, [*headers, ("Access-Control-Max-Age", next(ages))])

    browser = Browser(PAGE, server, clock=lambda: 0.0)
    asked: list[dict[str, str]] = [{}, {"X-A": "1"}, {}]
    outcomes = [browser.fetch("/", method="PUT", headers=headers) for headers in asked]
    assert [methods(outcome) for outcome in outcomes] == [["OPTIONS", "PUT"]] * 3


@pytest.mark.parametrize(
    ("headers", "values"),
    [
        pytest.param([("Content-Type", "text/plain")] * 2, ["text/plain"], id="Content-Type"),
        pytest.param(
            [("Accept", "a" * 100), ("accept", "b" * 100)], ["a" * 100], id="too long together"
        ),
        pytest.param([("Accept", "a"), ("Accept", "b")], ["a", "b"], id="short enough"),
    ],
)
def test_line_that_would_make_a_no_cors_header_unsafe_is_dropped(
    headers: list[tuple[str, str]], values: list[str]
) -> None:
    outcome = Browser(PAGE, lambda _: Response(200)).fetch("/", mode="no-cors", headers=headers)
    assert [value for _, value in outcome.exchanges[0].request.headers] == values
