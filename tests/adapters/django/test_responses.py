"""Every response of the site has the decision's headers, however it came about."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings

from cors_core import DENY, Policy
from cors_django import CORSMiddleware
from tests.adapters.django import urls
from tests.adapters.django.asking import (
    ALLOWED,
    FIRST,
    OTHER,
    PAGE,
    POLICY,
    PREFLIGHT,
    REFUSED,
    Ask,
    Pairs,
    ask_asgi,
    ask_wsgi,
)

Said = Callable[[], list[tuple[str, str]]]

REPLACED = (
    "CORS: the application set access-control-allow-origin; the policy decides, so it was replaced "
    "or removed. Leave it to the policy."
)
# Django serves an iterator of the other kind, and warns.
SERVED_ANYWAY = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")


@pytest.mark.parametrize("debug", [False, True], ids=["", "debug"])
@SERVED_ANYWAY
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("GET", "/", 200, id="sync view"),
        pytest.param("GET", "/async", 200, id="async view"),
        pytest.param("HEAD", "/", 200, id="without a body"),
        pytest.param("OPTIONS", "/", 200, id="plain OPTIONS reaches the view"),
        pytest.param("GET", "/missing", 404, id="no route"),
        pytest.param("GET", "/crash", 500, id="view raises"),
        pytest.param("POST", "/", 403, id="CSRF"),
        pytest.param("GET", "/forbidden", 403, id="PermissionDenied"),
        pytest.param("GET", "/suspicious", 400, id="SuspiciousOperation"),
        pytest.param("GET", "/slash", 301, id="APPEND_SLASH"),
        pytest.param("GET", "/stream", 200, id="sync iterator"),
        pytest.param("GET", "/stream-async", 200, id="async iterator"),
        pytest.param("GET", "/file", 200, id="FileResponse"),
    ],
)
def test_allowed_origin_may_read(
    ask: Ask, method: str, path: str, status: int, debug: bool
) -> None:
    with override_settings(DEBUG=debug):
        answer = ask(method, path)
    assert (answer.status, answer.cors) == (status, ALLOWED)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/", 200, id="view"),
        pytest.param("/missing", 404, id="no route"),
        pytest.param("/crash", 500, id="view raises"),
        pytest.param("/slash", 301, id="APPEND_SLASH"),
    ],
)
def test_refusal_stops_no_request(ask: Ask, path: str, status: int) -> None:
    answer = ask("GET", path, origin=OTHER)
    assert (answer.status, answer.cors) == (status, REFUSED)


@override_settings(ROOT_URLCONF=urls.OwnErrorPage)
def test_own_error_page_has_the_headers_of_the_decision(ask: Ask) -> None:
    answer = ask("GET", "/crash")
    assert (answer.status, answer.body, answer.cors) == (500, b"sorry", ALLOWED)


@override_settings(ROOT_URLCONF=urls.OwnErrorPage)
def test_what_the_application_sets_is_replaced_and_named_once(ask: Ask, said: Said) -> None:
    ask("GET", "/crash")
    ask("GET", "/crash")
    assert said() == [("WARNING", REPLACED)]


@override_settings(ROOT_URLCONF=urls.BrokenErrorPage)
def test_exception_of_the_error_page_leaves_the_application(ask: Ask) -> None:
    with pytest.raises(LookupError, match="the error page failed"):
        ask("GET", "/crash")


@override_settings(ROOT_URLCONF=urls.BrokenErrorPage, DEBUG=True)
def test_in_debug_django_has_an_error_page_of_its_own(ask: Ask) -> None:
    answer = ask("GET", "/crash")
    assert (answer.status, answer.cors) == (500, ALLOWED)


@pytest.mark.parametrize("debug", [False, True], ids=["", "debug"])
def test_host_that_django_refuses_gets_the_headers(ask: Ask, debug: bool) -> None:
    with override_settings(DEBUG=debug):
        answer = ask("GET", "/", {"Host": "evil.example"})
    assert (answer.status, answer.cors) == (400, ALLOWED)


def test_preflight_is_answered_whatever_the_host(ask: Ask) -> None:
    answer = ask("OPTIONS", "/", {"Host": "evil.example"} | PREFLIGHT)
    expected = [
        ("access-control-allow-methods", "PUT"),
        ("access-control-allow-origin", PAGE),
        ("access-control-max-age", "600"),
        ("vary", "Origin"),
    ]
    assert (answer.status, answer.headers, answer.body) == (204, expected, b"")


def test_refused_preflight_is_answered_by_the_decision(ask: Ask) -> None:
    answer = ask("OPTIONS", "/", PREFLIGHT, origin=OTHER)
    expected = [
        ("content-length", str(len(answer.body))),
        ("content-type", "text/plain; charset=utf-8"),
        ("vary", "Origin"),
    ]
    assert (answer.status, answer.headers) == (403, expected)


@pytest.mark.parametrize("path", ["/", "/crash", "/forbidden", "/slash", "/missing", "/session"])
def test_view_never_runs_for_a_preflight(ask: Ask, path: str) -> None:
    urls.calls.clear()
    answer = ask("OPTIONS", path, PREFLIGHT)
    assert (answer.status, urls.calls) == (204, [])


@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
@pytest.mark.parametrize("method", ["options", "Options"])
def test_method_in_another_case_is_no_preflight(ask: Ask, method: str) -> None:
    urls.calls.clear()
    # CSRF knows the safe methods in upper case, so it is not asked here.
    with override_settings(MIDDLEWARE=[FIRST]):
        answer = ask(method, "/", PREFLIGHT)
    assert (answer.status, answer.cors, urls.calls) == (200, ALLOWED, ["/"])


@pytest.mark.parametrize(
    ("middleware", "path", "vary"),
    [
        pytest.param(
            "django.contrib.sessions.middleware.SessionMiddleware",
            "/session",
            "Cookie, Origin",
            id="session",
        ),
        pytest.param(
            "django.middleware.locale.LocaleMiddleware", "/", "Accept-Language, Origin", id="locale"
        ),
        pytest.param("django.middleware.gzip.GZipMiddleware", "/", "Origin", id="short body"),
    ],
)
def test_vary_of_other_middleware_is_kept(ask: Ask, middleware: str, path: str, vary: str) -> None:
    with override_settings(MIDDLEWARE=[FIRST, middleware]):
        answer = ask("GET", path)
    assert answer.cors == [("access-control-allow-origin", PAGE), ("vary", vary)]


class ByHost:
    """A source that opens one host alone."""

    def policy_for(self, host: str, path: str) -> Policy:
        return Policy(allow_origins=[PAGE]) if host == "tenant.example:8000" else DENY


FORWARDED = {"X-Forwarded-Host": "Tenant.example:8000"}


@pytest.mark.parametrize(
    ("forwarded", "headers", "expected"),
    [
        pytest.param(False, {"Host": "Tenant.example:8000"}, ALLOWED, id="host, lower-cased"),
        pytest.param(False, FORWARDED, REFUSED, id="header is not believed"),
        pytest.param(True, FORWARDED, ALLOWED, id="header is believed"),
        pytest.param(True, {"Host": "tenant.example:8000"}, ALLOWED, id="header is absent"),
        pytest.param(
            True,
            {"Host": "tenant.example:8000", "X-Forwarded-Host": ""},
            REFUSED,
            id="header is empty, as for get_host()",
        ),
        pytest.param(
            True,
            {"Host": "tenant.example:8000", "X-Forwarded-Host": "other.example"},
            REFUSED,
            id="header counts more than the host",
        ),
    ],
)
@override_settings(CORS_POLICY=ByHost())
def test_source_is_asked_with_the_host_that_django_believes(
    ask: Ask, forwarded: bool, headers: dict[str, str], expected: Pairs
) -> None:
    with override_settings(USE_X_FORWARDED_HOST=forwarded, ALLOWED_HOSTS=["*"]):
        assert ask("GET", "/", headers).cors == expected


@override_settings(CORS_POLICY={"/open/*": POLICY})
def test_wsgi_mount_point_is_no_part_of_the_path() -> None:
    assert ask_wsgi("GET", "/open/1", SCRIPT_NAME="/shop").cors == ALLOWED


@pytest.mark.parametrize(
    ("path", "expected"),
    [pytest.param("/shop/open/1", ALLOWED, id="below"), pytest.param("/shop", [], id="elsewhere")],
)
@override_settings(CORS_POLICY={"/open/*": POLICY})
def test_asgi_mount_point_is_no_part_of_the_path(path: str, expected: Pairs) -> None:
    assert ask_asgi("GET", path, root_path="/shop").cors == expected


def test_application_reads_the_decision(ask: Ask) -> None:
    assert ask("GET", "/decision").body == b"allowed"


def test_decision_is_left_where_other_middleware_looks(ask: Ask) -> None:
    decision = ask("GET", "/").request["cors_core.decision"]
    assert decision == Policy(**POLICY).decide("GET", PAGE)


@pytest.mark.parametrize(
    ("outer", "level"),
    [
        pytest.param(Policy(**POLICY), "WARNING", id="same decision"),
        pytest.param(DENY, "ERROR", id="another decision"),
    ],
)
def test_mark_in_the_scope_makes_it_stand_down(outer: Policy, level: str, said: Said) -> None:
    mark = {"cors_core.decision": outer.decide("GET", PAGE)}
    assert ask_asgi("GET", "/", **mark).cors == []
    assert [line[0] for line in said()] == [level]


def test_no_decision_in_the_scope_is_no_mark() -> None:
    assert ask_asgi("GET", "/", **{"cors_core.decision": None}).cors == ALLOWED


def test_first_refusal_is_one_warning_for_fifty_clients(said: Said) -> None:
    from django.test import Client

    for _ in range(50):
        Client(headers={"origin": OTHER}).get("/")
    fix = f'If this page may call, add "{OTHER}" to allow_origins.'
    line = f"CORS refused GET / from '{OTHER}': origin-not-allowed. {fix}"
    assert said() == [("WARNING", line)]


@pytest.mark.parametrize(
    ("ask", "secure"),
    [
        pytest.param(ask_wsgi, {"wsgi.url_scheme": "https"}, id="wsgi"),
        pytest.param(ask_asgi, {"scheme": "https"}, id="asgi"),
    ],
)
def test_page_of_this_host_over_http_is_another_origin_on_an_https_site(
    ask: Ask, secure: dict[str, str], said: Said
) -> None:
    ask("GET", "/", origin="http://testserver", **secure)
    text = 'If this page may call, add "http://testserver" to allow_origins.'
    assert said() == [
        ("WARNING", f"CORS refused GET / from 'http://testserver': origin-not-allowed. {text}")
    ]


def test_request_without_a_method_as_unit_tests_build_it_is_refused_like_any_other() -> None:
    request = HttpRequest()
    request.META = {"HTTP_ORIGIN": OTHER}
    response = CORSMiddleware(lambda _: HttpResponse("ok"))(request)
    assert (response.content, response.headers["Vary"]) == (b"ok", "Origin")
