"""The advice: one sentence a cause, and a change that really lets the page through."""

from __future__ import annotations

from typing import Any

import pytest

from cors_core import Policy
from cors_core.browser import Browser, Request, Response

PAGE = "https://app.example.com"
ACAO = ("Access-Control-Allow-Origin", PAGE)
ACAM = "Access-Control-Allow-Methods"
ACAH = "Access-Control-Allow-Headers"
JSON = {"Content-Type": "application/json"}
SET_CREDENTIALS = "Set allow_credentials=True, or fetch without credentials: 'include'."
BEFORE_LOGIN = "Answer OPTIONS before authentication: a preflight carries no credentials."
NAME_METHOD = (
    "Name 'PUT' in Access-Control-Allow-Methods, unless cors-core answers: with credentials '*' is "
    "no wildcard."
)


class Server:
    """Answers preflights with one response and everything else with another."""

    def __init__(self, preflight: Response, actual: Response | None = None) -> None:
        self.preflight = preflight
        self.actual = actual or Response(200, [ACAO])

    def __call__(self, request: Request) -> Response:
        names = {name.lower() for name, _ in request.headers}
        is_preflight = "access-control-request-method" in names
        return self.preflight if is_preflight else self.actual


def policy(**options: Any) -> Policy:
    return Policy(**{"allow_origins": [PAGE], **options})


def _name(*names: str) -> str:
    return (
        f"Name {', '.join(map(repr, names))} in Access-Control-Allow-Headers, unless cors-core "
        "answers: with credentials '*' is no wildcard."
    )


@pytest.mark.parametrize(
    ("before", "after", "asked", "fix"),
    [
        pytest.param(
            {"allow_origins": ["https://other.example.com"]},
            {"allow_origins": ["https://other.example.com", PAGE]},
            {},
            f"If this page is yours, add '{PAGE}' to allow_origins.",
            id="origin",
        ),
        pytest.param(
            {"allow_origins": ["https://other.example.com"], "allow_methods": ["PUT"]},
            {"allow_origins": ["https://other.example.com", PAGE], "allow_methods": ["PUT"]},
            {"method": "PUT"},
            f"If this page is yours, add '{PAGE}' to allow_origins.",
            id="origin of a preflight",
        ),
        pytest.param(
            {},
            {"allow_methods": ["DELETE"]},
            {"method": "DELETE"},
            "Add 'DELETE' to allow_methods.",
            id="method",
        ),
        pytest.param(
            {"allow_headers": ["Accept"]},
            {"allow_headers": ["Accept", "Content-Type"]},
            {"method": "POST", "headers": JSON, "body": "{}"},
            "Add 'Content-Type' to allow_headers.",
            id="JSON needs Content-Type",
        ),
        pytest.param(
            {},
            {"allow_headers": ["X-B", "X-A"]},
            {"headers": {"X-B": "1", "X-A": "2"}},
            "Add 'X-A', 'X-B' to allow_headers.",
            id="two headers",
        ),
        pytest.param(
            {},
            {"allow_methods": ["PUT"], "allow_headers": ["Content-Type"]},
            {"method": "PUT", "headers": JSON},
            "Add 'PUT' to allow_methods. Add 'Content-Type' to allow_headers.",
            id="method and header",
        ),
        pytest.param(
            {},
            {"allow_credentials": True},
            {"credentials": "include"},
            "Set allow_credentials=True, or fetch without credentials: 'include'.",
            id="credentials",
        ),
        pytest.param(
            {},
            {"allow_credentials": True, "allow_methods": ["PUT"]},
            {"credentials": "include", "method": "PUT"},
            "Set allow_credentials=True, or fetch without credentials: 'include'. "
            "Add 'PUT' to allow_methods.",
            id="credentials and method",
        ),
        pytest.param(
            {"allow_origins": "*"},
            {"allow_credentials": True},
            {"credentials": "include"},
            f"If this page is yours, list the origins instead of '*', '{PAGE}' among them. "
            "Set allow_credentials=True, or fetch without credentials: 'include'.",
            id="any origin with credentials",
        ),
        pytest.param(
            {"allow_origins": "*", "allow_methods": "*", "allow_headers": "*"},
            {"allow_credentials": True, "allow_methods": "*", "allow_headers": "*"},
            {"credentials": "include", "method": "PUT", "headers": JSON},
            f"If this page is yours, list the origins instead of '*', '{PAGE}' among them. "
            f"{SET_CREDENTIALS} {NAME_METHOD} {_name('Content-Type')}",
            id="what '*' allows besides stays allowed",
        ),
        pytest.param(
            {"allow_methods": "*", "allow_headers": "*"},
            {"allow_methods": "*", "allow_headers": "*", "allow_credentials": True},
            {
                "credentials": "include",
                "method": "PUT",
                "headers": {**JSON, "Authorization": "Bearer t"},
            },
            f"{SET_CREDENTIALS} {NAME_METHOD} {_name('Authorization', 'Content-Type')}",
            id="a policy with credentials echoes what '*' allows",
        ),
        pytest.param(
            {"allow_methods": "*", "allow_headers": ["X-A"]},
            {"allow_methods": "*", "allow_headers": ["Content-Type"], "allow_credentials": True},
            {"credentials": "include", "method": "PUT", "headers": JSON},
            f"{SET_CREDENTIALS} {NAME_METHOD} Add 'Content-Type' to allow_headers.",
            id="credentials and header, beside any method",
        ),
        pytest.param(
            {"allow_headers": "*"},
            {"allow_headers": ["*", "Authorization"]},
            {"headers": {"Authorization": "Bearer t"}},
            "Add 'Authorization' to allow_headers: '*' does not cover it.",
            id="Authorization under a bare '*'",
        ),
    ],
)
def test_following_the_fix_lets_the_page_through(
    before: dict[str, Any], after: dict[str, Any], asked: dict[str, Any], fix: str
) -> None:
    refused = Browser(PAGE, policy(**before)).fetch("/orders", **asked)
    allowed = Browser(PAGE, policy(**after)).fetch("/orders", **asked)
    assert (refused.readable, refused.fix) == (False, fix)
    assert (allowed.readable, allowed.fix) == (True, None), allowed


@pytest.mark.parametrize(
    ("listed", "method", "fix"),
    [
        pytest.param(
            ["PATCH"],
            "patch",
            "Write 'PATCH' in the script: methods are case-sensitive.",
            id="listed",
        ),
        pytest.param(
            [],
            "patch",
            "Write 'PATCH' in the script: methods are case-sensitive. "
            "Add 'PATCH' to allow_methods.",
            id="not listed",
        ),
        pytest.param([], "egg", "Add 'egg' to allow_methods.", id="a name of one's own"),
        pytest.param(
            [],
            "*",
            "Use another name than '*' in the script: allowing that would allow every name.",
            id="a name that would allow all",
        ),
    ],
)
def test_lower_case_method_is_corrected_in_the_script(
    listed: list[str], method: str, fix: str
) -> None:
    outcome = Browser(PAGE, policy(allow_methods=listed)).fetch("/orders", method=method)
    assert outcome.fix == fix


OWN_ORIGIN = "If this page is yours, serve it from an origin of its own and list that."


@pytest.mark.parametrize("credentials", ["same-origin", "include"])
def test_opaque_page_is_told_to_get_an_origin(credentials: str) -> None:
    outcome = Browser("null", policy(allow_credentials=True)).fetch("/", credentials=credentials)
    assert outcome.fix == OWN_ORIGIN


def test_page_of_a_name_with_a_dot_at_its_end_is_told_to_get_an_origin() -> None:
    assert Browser("http://localhost.:1", policy()).fetch("/").fix == OWN_ORIGIN


@pytest.mark.parametrize("credentials", ["same-origin", "include"])
@pytest.mark.parametrize("has_credentials", [False, True], ids=["policy without", "policy with"])
def test_clear_text_page_is_served_over_https_whatever_the_policy(
    credentials: str, has_credentials: bool
) -> None:
    others = policy(allow_origins=["https://b.example.com"], allow_credentials=has_credentials)
    page = Browser("http://app.example.com", others)
    assert page.fetch("/", credentials=credentials).fix == (
        "If this page is yours, serve it over https and add 'https://app.example.com' to "
        "allow_origins."
    )


def test_local_page_needs_no_https() -> None:
    page = Browser("http://localhost:3000", policy(allow_credentials=True))
    assert page.fetch("/").fix == (
        "If this page is yours, add 'http://localhost:3000' to allow_origins."
    )


def _headers(*pairs: tuple[str, str]) -> Response:
    return Response(204, [ACAO, *pairs])


@pytest.mark.parametrize(
    ("preflight", "fix"),
    [
        pytest.param(
            Response(401, [("WWW-Authenticate", "Bearer")]),
            "Answer OPTIONS before authentication: a preflight carries no credentials.",
            id="401",
        ),
        pytest.param(
            Response(401, [ACAO]),
            "Answer OPTIONS before authentication: a preflight carries no credentials.",
            id="401 with CORS headers",
        ),
        pytest.param(
            Response(403),
            "Answer OPTIONS before authentication: a preflight carries no credentials.",
            id="403 of a login",
        ),
        pytest.param(
            Response(403, [("Vary", "Origin")]),
            f"If this page is yours, add '{PAGE}' to allow_origins.",
            id="403 of a CORS middleware",
        ),
        pytest.param(
            Response(403, [ACAO, (ACAM, "DELETE")]),
            "Add 'PUT' to allow_methods.",
            id="403 for a method",
        ),
        pytest.param(
            Response(403, [ACAO]),
            "Answer OPTIONS before authentication: a preflight carries no credentials.",
            id="403 that lists nothing",
        ),
        pytest.param(
            Response(404),
            "Answer OPTIONS on this URL: check the path, and put CORS before routing.",
            id="404",
        ),
        pytest.param(
            Response(405, [ACAO]),
            "Answer OPTIONS on this URL: check the path, and put CORS before routing.",
            id="405",
        ),
        pytest.param(
            Response(500),
            "Answer OPTIONS with 204 before the application runs: it failed with 500.",
            id="500",
        ),
        pytest.param(
            Response(308, [("Location", "/orders/")]),
            "Call the redirect's target, 'https://server.test/orders/', or answer OPTIONS without "
            "a redirect.",
            id="trailing slash",
        ),
        pytest.param(
            Response(301, [ACAO, ("Location", "https://www.server.test/orders")]),
            "Call the redirect's target, 'https://www.server.test/orders': after this redirect, "
            "Origin is null.",
            id="other host",
        ),
        pytest.param(
            Response(301, [("Location", "http://[/")]),
            "Answer OPTIONS without a redirect.",
            id="Location that is no URL",
        ),
        pytest.param(
            Response(302, [("Location", "/orders/?next=/login")]),
            "Call the redirect's target, 'https://server.test/orders/?next=/login', or answer "
            "OPTIONS without a redirect.",
            id="login in the query",
        ),
        pytest.param(
            Response(304),
            "Answer OPTIONS with 204 before the application runs: it failed with 304.",
            id="304 is no redirect",
        ),
        pytest.param(
            Response(302, [("Location", "/login?next=/orders")]),
            "Answer OPTIONS before authentication: a preflight carries no credentials.",
            id="login page",
        ),
        pytest.param(
            Response(302, [ACAO, ("Location", "/elsewhere")]),
            "Answer OPTIONS without a redirect.",
            id="somewhere else",
        ),
        pytest.param(
            _headers((ACAH, "X-A X-B")),
            f"Correct 'X-A X-B' in {ACAH}: names stand without quotes or spaces, with commas "
            "between.",
            id="malformed header list",
        ),
        pytest.param(
            _headers((ACAM, '"PUT"')),
            f"Correct '\"PUT\"' in {ACAM}: names stand without quotes or spaces, with commas "
            "between.",
            id="malformed method list",
        ),
        pytest.param(
            Response(204, [ACAO, ACAO, (ACAM, "PUT")]),
            "Send one Access-Control-Allow-Origin, from one place: proxy, middleware or view.",
            id="two lines",
        ),
        pytest.param(
            _headers((ACAM, "put")),
            "Add 'PUT' to allow_methods.",
            id="listed in lower case",
        ),
        pytest.param(
            Response(204, [("Age", "30")]),
            f"If this page is yours, add '{PAGE}' to allow_origins, and see that a policy covers "
            "this path: nothing here says so. "
            "Send Vary: Origin, so that no cache hands one page's answer to another.",
            id="from a cache",
        ),
    ],
)
def test_answer_to_a_preflight_gets_its_fix(preflight: Response, fix: str) -> None:
    outcome = Browser(PAGE, Server(preflight)).fetch("/orders", method="PUT")
    assert (outcome.readable, outcome.fix) == (False, fix)


@pytest.mark.parametrize(
    ("preflight", "more"),
    [
        pytest.param(Response(401, [ACAO]), BEFORE_LOGIN, id="401"),
        pytest.param(Response(302, [ACAO, ("Location", "/login")]), BEFORE_LOGIN, id="login page"),
        pytest.param(
            Response(500, [ACAO, (ACAM, "GET")]),
            "Answer OPTIONS with 204 before the application runs: it failed with 500.",
            id="500 with a list",
        ),
        pytest.param(
            Response(403, [ACAO, (ACAM, "GET"), (ACAH, "content-type")]),
            "Add 'PUT' to allow_methods.",
            id="403 for a method",
        ),
        pytest.param(
            Response(200, [ACAO, (ACAM, "*"), (ACAH, "*")]),
            f"{NAME_METHOD} {_name('Content-Type')}",
            id="a '*' that will be none",
        ),
    ],
)
def test_refused_credentials_are_not_all_that_is_wrong_with_a_preflight(
    preflight: Response, more: str
) -> None:
    page = Browser(PAGE, Server(preflight))
    outcome = page.fetch("/orders", method="PUT", headers=JSON, credentials="include")
    assert (outcome.readable, outcome.fix) == (False, f"{SET_CREDENTIALS} {more}")


def test_wildcards_of_a_server_of_ones_own_are_replaced_in_one_go() -> None:
    asked: dict[str, Any] = {"method": "PUT", "headers": JSON, "credentials": "include"}
    wild = Response(200, [("Access-Control-Allow-Origin", "*"), (ACAM, "*"), (ACAH, "*")])
    credentials = ("Access-Control-Allow-Credentials", "true")
    named = Response(200, [ACAO, credentials, (ACAM, "PUT"), (ACAH, "content-type")])
    assert Browser(PAGE, lambda _: wild).fetch("/", **asked).fix == (
        f"If this page is yours, list the origins instead of '*', '{PAGE}' among them. "
        f"{SET_CREDENTIALS} {NAME_METHOD} {_name('Content-Type')}"
    )
    assert Browser(PAGE, lambda _: named).fetch("/", **asked).readable


def test_page_that_has_to_do_without_credentials_can_use_wildcards() -> None:
    headers = [("Access-Control-Allow-Origin", "null"), (ACAM, "*"), (ACAH, "*")]
    page = Browser("null", lambda _: Response(200, headers))
    assert page.fetch("/", method="PUT", headers=JSON, credentials="include").fix == (
        "Fetch without credentials: 'include'; with them, a policy takes no such origin. "
        f"{OWN_ORIGIN}"
    )


@pytest.mark.parametrize("status", [400, 403])
def test_status_of_a_preflight_is_judged_before_its_lists(status: int) -> None:
    server = Server(Response(status, [ACAO, (ACAM, "P UT"), (ACAH, "x y")]))
    outcome = Browser(PAGE, server).fetch("/orders", method="PUT")
    assert outcome.cause is not None
    assert outcome.cause.name == "preflight status"


@pytest.mark.parametrize(
    ("response", "fix"),
    [
        pytest.param(
            Response(200, [ACAO, ("Access-Control-Allow-Origin", "*")]),
            "Send one Access-Control-Allow-Origin, from one place: proxy, middleware or view.",
            id="two lines",
        ),
        pytest.param(
            Response(200, [("Access-Control-Allow-Origin", f"{PAGE}, https://b.example.com")]),
            "Send one Access-Control-Allow-Origin, from one place: proxy, middleware or view.",
            id="a list",
        ),
        pytest.param(
            Response(200, [("Access-Control-Allow-Origin", f"{PAGE} https://b.example.com")]),
            "Send one Access-Control-Allow-Origin, from one place: proxy, middleware or view.",
            id="a list without commas",
        ),
        pytest.param(
            Response(200, [("Access-Control-Allow-Origin", f"{PAGE}/")]),
            f"If this page is yours, allow exactly '{PAGE}': browsers compare byte for byte.",
            id="trailing slash",
        ),
        pytest.param(
            Response(200, [("Access-Control-Allow-Origin", "https://App.Example.com")]),
            f"If this page is yours, allow exactly '{PAGE}': browsers compare byte for byte.",
            id="another case",
        ),
        pytest.param(
            Response(200, [("Cache-Control", "public")]),
            f"If this page is yours, add '{PAGE}' to allow_origins, and see that a policy covers "
            "this path: nothing here says so. "
            "Send Vary: Origin, so that no cache hands one page's answer to another.",
            id="for any cache",
        ),
        pytest.param(
            Response(200, [("Cache-Control", "s-maxage=60")]),
            f"If this page is yours, add '{PAGE}' to allow_origins, and see that a policy covers "
            "this path: nothing here says so. "
            "Send Vary: Origin, so that no cache hands one page's answer to another.",
            id="for a shared cache",
        ),
        pytest.param(
            Response(200, [("Cache-Control", "no-cache, max-age=0")]),
            f"If this page is yours, add '{PAGE}' to allow_origins, and see that a policy covers "
            "this path: nothing here says so.",
            id="for no cache",
        ),
        pytest.param(
            Response(200, [("Access-Control-Allow-Origin", "https://b.example.com")]),
            f"If this page is yours, add '{PAGE}' to allow_origins. "
            "Send Vary: Origin, so that no cache hands one page's answer to another.",
            id="answer to another page",
        ),
        pytest.param(
            Response(200),
            f"If this page is yours, add '{PAGE}' to allow_origins, and see that a policy covers "
            "this path: nothing here says so.",
            id="no CORS at all",
        ),
        pytest.param(
            Response(200, [("Age", "30")]),
            f"If this page is yours, add '{PAGE}' to allow_origins, and see that a policy covers "
            "this path: nothing here says so. "
            "Send Vary: Origin, so that no cache hands one page's answer to another.",
            id="from a cache",
        ),
        pytest.param(
            Response(404, [("X-Cache", "HIT from edge")]),
            "If this page is yours, send the CORS headers on errors too: this one (404) has none. "
            "Send Vary: Origin, so that no cache hands one page's answer to another.",
            id="error from a cache",
        ),
        pytest.param(
            Response(200, [("Age", "30"), ("Vary", "Origin")]),
            f"If this page is yours, add '{PAGE}' to allow_origins.",
            id="from a cache that tells pages apart",
        ),
        pytest.param(
            Response(500),
            "If this page is yours, send the CORS headers on errors too: this one (500) has none.",
            id="error page",
        ),
        pytest.param(
            Response(301, [("Location", "/orders/")]),
            "Call the redirect's target, 'https://server.test/orders/', or send the CORS headers "
            "on the redirect too.",
            id="redirect without CORS headers",
        ),
        pytest.param(
            Response(302, [("Location", "/accounts/login/?next=/orders")]),
            "Answer 401 with the CORS headers instead of redirecting to a login page.",
            id="redirect to a login page",
        ),
        pytest.param(
            Response(301, [("Location", "http://[/")]),
            "Send one Location, with an http or https URL that has no user or password.",
            id="redirect to what is no URL",
        ),
        pytest.param(
            Response(301, [("Location", "https://www.server.test/orders")]),
            "Call the redirect's target, 'https://www.server.test/orders': after this redirect, "
            "Origin is null.",
            id="redirect to another host without CORS headers",
        ),
        pytest.param(
            Response(301, [("Location", "/orders/?next=/login")]),
            "Call the redirect's target, 'https://server.test/orders/?next=/login', or send the "
            "CORS headers on the redirect too.",
            id="redirect with a login in the query",
        ),
        pytest.param(
            Response(302, [ACAO, ("Location", "https://user:pw@server.test/")]),
            "Send one Location, with an http or https URL that has no user or password.",
            id="password in Location",
        ),
        pytest.param(
            Response(302, [ACAO, ("Location", "/orders")]),
            "Stop the server from redirecting in circles.",
            id="circle",
        ),
    ],
)
def test_answer_to_a_simple_request_gets_its_fix(response: Response, fix: str) -> None:
    outcome = Browser(PAGE, Server(response, response)).fetch("/orders")
    assert (outcome.readable, outcome.fix) == (False, fix)


@pytest.mark.parametrize("status", [200, 500])
def test_actual_response_without_headers_is_told_from_a_refusal(status: int) -> None:
    server = Server(_headers((ACAM, "PUT")), Response(status))
    assert Browser(PAGE, server).fetch("/orders", method="PUT").fix == (
        f"Send the CORS headers on every response, errors too: this one ({status}) has none."
    )


@pytest.mark.parametrize("spelling", ["True", "TRUE", '"true"', "true, true", "1", "yes"])
def test_misspelt_credentials_are_corrected(spelling: str) -> None:
    response = Response(200, [ACAO, ("Access-Control-Allow-Credentials", spelling)])
    assert Browser(PAGE, lambda _: response).fetch("/", credentials="include").fix == (
        "Send one Access-Control-Allow-Credentials: true, lower-case, on every response."
    )


@pytest.mark.parametrize("said", ["false", "False", "0", ""])
def test_credentials_that_the_server_refuses_are_set_or_left_out(said: str) -> None:
    response = Response(200, [ACAO, ("Access-Control-Allow-Credentials", said)])
    assert Browser(PAGE, lambda _: response).fetch("/", credentials="include").fix == (
        "Set allow_credentials=True, or fetch without credentials: 'include'."
    )


def test_credentials_that_only_the_preflight_allows_are_sent_on_every_response() -> None:
    server = Server(_headers((ACAM, "PUT"), ("Access-Control-Allow-Credentials", "true")))
    assert Browser(PAGE, server).fetch("/", method="PUT", credentials="include").fix == (
        "Send one Access-Control-Allow-Credentials: true, lower-case, on every response."
    )


def test_redirect_that_taints_the_origin_is_called_directly() -> None:
    def server(request: Request) -> Response:
        if request.url == "https://cdn.example.net/file":
            return Response(200, [ACAO])
        return Response(302, [ACAO, ("Location", "https://cdn.example.net/file")])

    assert Browser(PAGE, server).fetch("/file").fix == (
        "Call the redirect's target, 'https://cdn.example.net/file': after this redirect, Origin "
        "is null."
    )


@pytest.mark.parametrize(
    ("listed", "credentials", "fix"),
    [
        pytest.param(
            "x-other",
            "omit",
            "If the page should read them, add 'X-Total' to expose_headers.",
            id="not listed",
        ),
        pytest.param(
            "*",
            "include",
            "If the page should read them, add 'X-Total' to expose_headers. "
            "With credentials '*' is no wildcard.",
            id="a '*' that is none",
        ),
        pytest.param("*", "omit", None, id="a '*' that is one"),
        pytest.param(
            "X-Total;",
            "omit",
            "Correct 'X-Total;' in Access-Control-Expose-Headers: names stand without quotes or "
            "spaces, with commas between.",
            id="malformed",
        ),
        pytest.param(
            "{0} {",
            "omit",
            "Correct '{0} {' in Access-Control-Expose-Headers: names stand without quotes or "
            "spaces, with commas between.",
            id="braces",
        ),
    ],
)
def test_hidden_header_of_a_readable_response_is_named(
    listed: str, credentials: str, fix: str | None
) -> None:
    headers = [ACAO, ("Access-Control-Allow-Credentials", "true"), ("X-Total", "7")]
    response = Response(200, [*headers, ("Access-Control-Expose-Headers", listed)])
    outcome = Browser(PAGE, lambda _: response).fetch("/", credentials=credentials)
    assert (outcome.readable, outcome.fix) == (True, fix)


@pytest.mark.parametrize(
    ("options", "fix"),
    [
        pytest.param(
            {"mode": "same-origin"},
            "Write mode: 'cors' in the script, if the page should read the response.",
            id="mode",
        ),
        pytest.param(
            {"mode": "no-cors", "redirect": "error"},
            "Call the redirect's target, or fetch with redirect: 'follow'.",
            id="no-cors with redirect",
        ),
        pytest.param(
            {"redirect": "error"},
            "Call the redirect's target, or fetch with redirect: 'follow'.",
            id="redirect",
        ),
    ],
)
def test_mistake_in_the_script_is_corrected_there(options: dict[str, Any], fix: str) -> None:
    server = Response(302, [ACAO, ("Location", "/b")])
    assert Browser(PAGE, lambda _: server).fetch("/a", **options).fix == fix


def test_opaque_response_is_made_readable_in_the_script() -> None:
    outcome = Browser(PAGE, lambda _: Response(200)).fetch("/", mode="no-cors")
    assert outcome.readable
    assert outcome.fix == "Write mode: 'cors' in the script, if the page should read the response."


def test_headers_are_read_as_a_page_reads_them() -> None:
    exposed = ("Access-Control-Expose-Headers", "X-B, set-cookie")
    headers = [ACAO, exposed, ("X-B", "1"), ("x-b", ""), ("Set-Cookie", "a=1"), ("Expires", "0")]
    outcome = Browser(PAGE, lambda _: Response(200, headers)).fetch("/")
    assert outcome.headers == (("expires", "0"), ("x-b", "1, "))


def test_response_that_keeps_itself_from_the_page_is_fetched_with_cors() -> None:
    response = Response(200, [("Cross-Origin-Resource-Policy", "same-origin")])
    assert Browser(PAGE, lambda _: response).fetch("/a", mode="no-cors").fix == (
        "Fetch with mode: 'cors', or send Cross-Origin-Resource-Policy: cross-origin."
    )


@pytest.mark.parametrize("allowed", ["null", "*"])
@pytest.mark.parametrize("spelling", [None, "True"])
def test_opaque_page_is_never_talked_into_credentials(allowed: str, spelling: str | None) -> None:
    headers = [("Access-Control-Allow-Origin", allowed)]
    headers += [("Access-Control-Allow-Credentials", spelling)] if spelling else []
    page = Browser("null", lambda _: Response(200, headers))
    assert page.fetch("/", credentials="include").fix == (
        "Fetch without credentials: 'include'; with them, a policy takes no such origin. "
        f"{OWN_ORIGIN}"
    )


@pytest.mark.parametrize("allowed", ["http://app.example.com", "*"])
def test_clear_text_page_that_is_let_in_is_not_given_credentials(allowed: str) -> None:
    response = Response(200, [("Access-Control-Allow-Origin", allowed)])
    page = Browser("http://app.example.com", lambda _: response)
    assert page.fetch("/", credentials="include").fix == (
        "Fetch without credentials: 'include'; with them, a policy takes no such origin. "
        "If this page is yours, serve it over https and add 'https://app.example.com' to "
        "allow_origins."
    )


@pytest.mark.parametrize(
    ("headers", "fix"),
    [
        pytest.param(
            {"Access-Control-Allow-Origin": "*"},
            "Remove 'Access-Control-Allow-Origin' from the script: it is for servers to send.",
            id="a header of responses",
        ),
        pytest.param(
            {"Access-Control-Allow-Origin": "*", **JSON},
            "Remove 'Access-Control-Allow-Origin' from the script: it is for servers to send. "
            "Add 'Content-Type' to allow_headers.",
            id="a header of responses beside one of requests",
        ),
        pytest.param(
            {"X-HTTP-Method-Override": "PUT"},
            "Use the real method in the script instead of 'X-HTTP-Method-Override', which turns a "
            "POST into any method.",
            id="a method in disguise",
        ),
        pytest.param(
            {"*": "1"},
            "Use another name than '*' in the script: allowing that would allow every name.",
            id="a name that would allow all",
        ),
    ],
)
def test_header_that_is_not_to_be_allowed_is_changed_in_the_script(
    headers: dict[str, str], fix: str
) -> None:
    outcome = Browser(PAGE, policy(allow_headers=[])).fetch("/", method="POST", headers=headers)
    assert outcome.fix == fix


def _redirecting(location: str) -> Any:
    def server(request: Request) -> Response:
        is_first = request.url == "https://server.test/orders"
        if request.method == "OPTIONS":
            return Response(204, [ACAO, (ACAH, "x-a")]) if is_first else Response(405)
        return Response(302, [ACAO, ("Location", location)]) if is_first else Response(200)

    return server


LOGINS = [
    "http://server.test/login",
    "http://server.test/oauth/token",
    "http://auth.server.test/me",
    "http://server.test/accounts/5",
]


@pytest.mark.parametrize("url", LOGINS)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_correction_of_a_login_url_is_no_login(url: str, method: str) -> None:
    secure = url.replace("http:", "https:")
    server = Response(301, [("Location", secure)])
    assert Browser(PAGE, lambda _: server).fetch(url, method=method).fix == (
        f"Call the redirect's target, '{secure}': after this redirect, Origin is null."
    )


@pytest.mark.parametrize("url", LOGINS)
@pytest.mark.parametrize(
    ("method", "other_way"),
    [
        pytest.param("GET", "send the CORS headers on the redirect too", id="simple"),
        pytest.param("PUT", "answer OPTIONS without a redirect", id="preflight"),
    ],
)
def test_slash_at_the_end_of_a_login_url_is_no_login(url: str, method: str, other_way: str) -> None:
    server = Response(308, [("Location", f"{url}/")])
    assert Browser(PAGE, lambda _: server).fetch(url, method=method).fix == (
        f"Call the redirect's target, '{url}/', or {other_way}."
    )


@pytest.mark.parametrize("cors", [[], [ACAO]], ids=["without CORS headers", "with them"])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_server_that_does_not_know_its_https_is_called_over_it(
    method: str, cors: list[tuple[str, str]]
) -> None:
    server = Response(308, [*cors, ("Location", "http://server.test/orders/")])
    assert Browser(PAGE, lambda _: server).fetch("/orders", method=method).fix == (
        "Call the redirect's target, 'https://server.test/orders/': after this redirect, Origin is "
        "null."
    )


def test_page_that_was_made_by_a_form_is_no_login() -> None:
    server = Response(303, [("Location", "/accounts/5")])
    assert Browser(PAGE, lambda _: server).fetch("/signup", method="POST").fix == (
        "Call the redirect's target, 'https://server.test/accounts/5', or send the CORS headers on "
        "the redirect too."
    )


@pytest.mark.parametrize("headers", [{}, {"X-A": "1"}], ids=["simple", "with a preflight"])
@pytest.mark.parametrize("location", ["/login", "https://idp.example.net/authorize?a=b"])
def test_login_behind_a_redirect_is_answered_with_401(
    location: str, headers: dict[str, str]
) -> None:
    assert Browser(PAGE, _redirecting(location)).fetch("/orders", headers=headers).fix == (
        "Answer 401 with the CORS headers instead of redirecting to a login page."
    )


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("/api/auth/me", "/login"),
        ("/auth/orders", "/auth/signin"),
        ("/orders", "/users/sign_in"),
        ("/orders", "/accounts/log_in"),
        ("/orders", "https://accounts.example.net/ServiceLogin"),
        ("/orders", "https://auth0.example.net/"),
        ("/orders", "/oauth/authorize"),
        ("/orders", "/authentication"),
        ("/orders", "https://login.example.net/orders"),
    ],
)
def test_login_is_known_by_its_name(url: str, location: str) -> None:
    server = Response(302, [("Location", location)])
    assert Browser(PAGE, lambda _: server).fetch(url).fix == (
        "Answer 401 with the CORS headers instead of redirecting to a login page."
    )


@pytest.mark.parametrize(
    "location",
    """/authors /authored /authentic /authority /blogindex /catalog-index /designing
    /orders/?next=/login""".split(),
)
def test_redirect_to_something_else_is_no_login(location: str) -> None:
    assert Browser(PAGE, _redirecting(location)).fetch("/orders").fix == (
        f"If this page is yours, add '{PAGE}' to allow_origins, and see that a policy covers "
        "this path: nothing here says so."
    )


@pytest.mark.parametrize("vary", ["Origin", "Cookie, Origin"])
def test_origin_that_the_preflight_allowed_is_not_added_again(vary: str) -> None:
    server = Server(_headers((ACAM, "PUT")), Response(500, [("Vary", vary)]))
    assert Browser(PAGE, server).fetch("/orders", method="PUT").fix == (
        "Send the CORS headers on every response, errors too: this one (500) has none."
    )


@pytest.mark.parametrize(
    "name",
    """Content-Disposition Content-Range ETag Link Location RateLimit-Remaining Retry-After
    Token Total-Count WWW-Authenticate X-Request-ID""".split(),
)
def test_hidden_header_that_a_page_may_want_is_named(name: str) -> None:
    outcome = Browser(PAGE, lambda _: Response(200, [ACAO, (name, "v")])).fetch("/")
    assert (outcome.readable, outcome.fix) == (
        True,
        f"If the page should read them, add '{name}' to expose_headers.",
    )


@pytest.mark.parametrize(
    "name",
    """Accept-Ranges Age Allow Alt-Svc Connection Content-Encoding Content-Security-Policy
    Content-Security-Policy-Report-Only Cross-Origin-Opener-Policy Date Keep-Alive Origin
    Permissions-Policy Referrer-Policy Server Strict-Transport-Security Timing-Allow-Origin
    Transfer-Encoding Vary Via X-Content-Type-Options X-Frame-Options X-Powered-By *""".split(),
)
def test_hidden_header_that_nobody_misses_or_may_expose_is_not_named(name: str) -> None:
    outcome = Browser(PAGE, lambda _: Response(200, [ACAO, (name, "v")])).fetch("/")
    assert (outcome.readable, outcome.fix) == (True, None)


def test_method_of_ones_own_is_spelled_as_the_server_lists_it() -> None:
    outcome = Browser(PAGE, policy(allow_methods=["PURGE"])).fetch("/", method="purge")
    assert outcome.fix == "Write 'PURGE' in the script: methods are case-sensitive."
