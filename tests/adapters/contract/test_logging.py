"""What every adapter writes to its log: each thing once, with its fix, and nothing raw."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from cors_core import DENY, Policy
from tests.adapters.contract import sites
from tests.adapters.contract.conftest import Build, said
from tests.adapters.contract.sites import Site

HERE = "https://app.example"
POLICY = Policy(allow_origins=[HERE], allow_methods=["PUT"], allow_headers=["X-Token"])
SECURE = Policy(allow_origins=[HERE], allow_credentials=True)


def origin(value: str) -> list[tuple[str, str]]:
    return [("Origin", value)]


def asked(method: str, names: str = "", by: str = HERE) -> list[tuple[str, str]]:
    return [
        ("Origin", by),
        ("Access-Control-Request-Method", method),
        ("Access-Control-Request-Headers", names),
    ]


NO_BROWSER = "No browser sends this, so there is nothing to change."
NO_POLICY = "No policy can list this; if your page sends it, give the page another origin."
SIXTY = [f"x-{number:02}" for number in range(60)]
REFUSED_HEADER = "CORS refused PUT / from 'https://app.example': header-not-allowed."


@pytest.mark.parametrize(
    ("policy", "method", "target", "headers", "text"),
    [
        pytest.param(
            POLICY,
            "PUT",
            "/",
            origin("http://localhost:5173"),
            "CORS refused PUT / from 'http://localhost:5173': origin-not-allowed. If this page may "
            'call, add "http://localhost:5173" to allow_origins.',
            id="origin",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/orders",
            asked("PUT", by="http://localhost:5173"),
            "CORS refused PUT /orders from 'http://localhost:5173': origin-not-allowed. If this "
            'page may call, add "http://localhost:5173" to allow_origins.',
            id="origin of a preflight",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/orders",
            asked("DELETE"),
            "CORS refused DELETE /orders from 'https://app.example': method-not-allowed. If pages "
            'may send it, add "DELETE" to allow_methods.',
            id="method",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/orders",
            asked("put"),
            "CORS refused put /orders from 'https://app.example': method-not-allowed. Methods are "
            'case-sensitive: write "PUT" in the script.',
            id="method in lower case",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/orders",
            asked("patch"),
            "CORS refused patch /orders from 'https://app.example': method-not-allowed. Methods "
            'are case-sensitive: write "PATCH" in the script and in allow_methods.',
            id="method in lower case that is not listed",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/orders",
            asked("A" * 70),
            f"CORS refused {'A' * 65} /orders from 'https://app.example': method-not-allowed. No "
            "browser sends this, so there is nothing to change.",
            id="method that is too long to be read, and is cut",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/",
            asked(" DELETE\t", by=f" {HERE}\t"),
            "CORS refused DELETE / from 'https://app.example': method-not-allowed. If pages may "
            'send it, add "DELETE" to allow_methods.',
            id="white space that a server leaves is trimmed",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/",
            asked("PUT" + " " * 70),
            f"CORS refused {'PUT'.ljust(65)!r} / from '{HERE}': method-not-allowed. {NO_BROWSER}",
            id="listed method, too long as delivered",
        ),
        pytest.param(
            POLICY,
            "GET",
            "/",
            origin(HERE + " " * 400),
            f"CORS refused GET / from {HERE.ljust(400)!r:.200}: origin-not-allowed. {NO_POLICY}",
            id="listed origin, too long as delivered",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/",
            asked("PUT", "x-trace, X-Trace,x-trace"),
            f'{REFUSED_HEADER} If pages may set it, add "x-trace" to allow_headers.',
            id="repeated header is named once",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/",
            asked("PUT", ",".join(SIXTY)),
            f"{REFUSED_HEADER} If pages may set it, add "
            f"""{", ".join(f'"{name}"' for name in SIXTY):.200}... to allow_headers.""",
            id="many headers are cut",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/",
            asked("TRACE"),
            f"CORS refused TRACE / from 'https://app.example': method-not-allowed. {NO_BROWSER}",
            id="method that no script can send",
        ),
        pytest.param(
            Policy(allow_origins=[HERE], allow_headers="*"),
            "OPTIONS",
            "/orders",
            asked("GET", "authorization,x-trace"),
            "CORS refused GET /orders from 'https://app.example': header-not-allowed. If pages may "
            'set it, add "authorization" to allow_headers.',
            id="the one header that a wildcard does not cover",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/orders",
            asked("PUT", "x-token,x-trace"),
            "CORS refused PUT /orders from 'https://app.example': header-not-allowed. If pages may "
            'set it, add "x-trace" to allow_headers.',
            id="header",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/orders",
            asked("PUT", "x-token," * 100),
            "CORS refused PUT /orders from 'https://app.example': headers-too-long. "
            "Access-Control-Request-Headers is too long to be read; no page needs that many.",
            id="headers too long",
        ),
        pytest.param(
            POLICY,
            "GET",
            "/",
            origin("null"),
            "CORS refused GET / from 'null': origin-not-allowed. Any site can send null: serve the "
            "page from an origin of its own and list that.",
            id="null",
        ),
        pytest.param(
            SECURE,
            "GET",
            "/",
            origin("http://app.example"),
            "CORS refused GET / from 'http://app.example': origin-not-allowed. If this page may "
            "call, serve it over https and list that origin.",
            id="insecure with credentials",
        ),
        pytest.param(
            DENY,
            "GET",
            "/",
            origin(HERE),
            "CORS refused GET / from 'https://app.example': origin-not-allowed. No page may read "
            "what is here.",
            id="DENY",
        ),
        pytest.param(
            POLICY,
            "GET",
            "/",
            origin("https://a\r\nX: 1"),
            f"CORS refused GET / from 'https://a\\r\\nX: 1': origin-not-allowed. {NO_POLICY}",
            id="line break in the origin",
        ),
        pytest.param(
            POLICY,
            "GET",
            "/",
            origin("\x1b[31mred"),
            f"CORS refused GET / from '\\x1b[31mred': origin-not-allowed. {NO_POLICY}",
            id="escape sequence in the origin",
        ),
        pytest.param(
            POLICY,
            "GET",
            "/a%0d%0ab",
            origin("x"),
            f"CORS refused GET '/a\\r\\nb' from 'x': origin-not-allowed. {NO_POLICY}",
            id="line break in the path",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/",
            asked("P\r\nT"),
            f"CORS refused 'P\\r\\nT' / from '{HERE}': method-not-allowed. {NO_BROWSER}",
            id="line break in the method",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/",
            asked("PUT", "x\r\ny"),
            f"CORS refused PUT / from 'https://app.example': header-not-allowed. {NO_BROWSER}",
            id="line break in the headers",
        ),
        pytest.param(
            POLICY,
            "GET",
            "/",
            origin("http://localhost.:5173"),
            f"CORS refused GET / from 'http://localhost.:5173': origin-not-allowed. {NO_POLICY}",
            id="host with a dot at its end, which browsers send",
        ),
        pytest.param(
            POLICY,
            "GET",
            "/",
            origin("file://"),
            f"CORS refused GET / from 'file://': origin-not-allowed. {NO_POLICY}",
            id="local file in a web view",
        ),
        pytest.param(
            Policy(
                allow_origins=["http://intranet.example"],
                allow_credentials=True,
                dangerously_allow_insecure_origins=True,
            ),
            "GET",
            "/",
            origin("http://other.example"),
            "CORS refused GET / from 'http://other.example': origin-not-allowed. If this page may "
            'call, add "http://other.example" to allow_origins.',
            id="insecure with credentials where that is permitted",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/",
            asked("*"),
            f"CORS refused * / from 'https://app.example': method-not-allowed. {NO_BROWSER}",
            id="a star as method, which would open the policy",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/",
            asked("PUT", "*"),
            f"{REFUSED_HEADER} {NO_BROWSER}",
            id="a star as header, which would open the policy",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/",
            asked("PUT", "cookie"),
            f"{REFUSED_HEADER} {NO_BROWSER}",
            id="header that no script can set",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/",
            asked("PUT", by="https://api.example"),
            "CORS refused PUT / from 'https://api.example': origin-not-allowed. If this page may "
            'call, add "https://api.example" to allow_origins.',
            id="preflight of a page of this host, which needs none",
        ),
        pytest.param(
            Policy(allow_origins=[], dangerously_allow_origins_if=lambda origin: False),
            "GET",
            "/",
            origin("https://one.example"),
            "CORS refused GET / from 'https://one.example': origin-not-allowed. If this page may "
            'call, add "https://one.example" to allow_origins.',
            id="callable alone says no",
        ),
        pytest.param(
            POLICY,
            "GET",
            "",
            origin("https://one.example"),
            "CORS refused GET / from 'https://one.example': origin-not-allowed. If this page may "
            'call, add "https://one.example" to allow_origins.',
            id="the empty path is the root",
        ),
        pytest.param(
            POLICY,
            "GET",
            "/",
            origin("http://one.example"),
            "CORS refused GET / from 'http://one.example': origin-not-allowed. If this page may "
            'call, add "http://one.example" to allow_origins.',
            id="insecure without credentials",
        ),
        pytest.param(
            SECURE,
            "GET",
            "/",
            origin("https://one.example"),
            "CORS refused GET / from 'https://one.example': origin-not-allowed. If this page may "
            'call, add "https://one.example" to allow_origins.',
            id="secure with credentials",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/",
            asked("chicken"),
            "CORS refused chicken / from 'https://app.example': method-not-allowed. If pages may "
            'send it, add "chicken" to allow_methods.',
            id="own method in lower case",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/",
            asked("A" * 64),
            f"CORS refused {'A' * 64} / from 'https://app.example': method-not-allowed. If pages "
            f'may send it, add "{"A" * 64}" to allow_methods.',
            id="method of 64 characters",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/",
            asked(" " + "A" * 63),
            f"CORS refused {'A' * 63} / from 'https://app.example': method-not-allowed. If pages "
            f'may send it, add "{"A" * 63}" to allow_methods.',
            id="method of 64 characters as delivered",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/",
            asked("PUT", "authorization,x-trace"),
            f'{REFUSED_HEADER} If pages may set it, add "authorization", "x-trace" to '
            "allow_headers.",
            id="Authorization among others, without a wildcard",
        ),
        pytest.param(
            Policy(allow_origins=[HERE], allow_methods=["PUT"], allow_headers="*"),
            "OPTIONS",
            "/",
            asked("PUT", "cookie"),
            f"{REFUSED_HEADER} {NO_BROWSER}",
            id="header that no script can set, with a wildcard",
        ),
        pytest.param(
            POLICY,
            "OPTIONS",
            "/",
            asked("PUT", "access-control-allow-origin,x-trace"),
            f'{REFUSED_HEADER} Remove "access-control-allow-origin" from the script: that is for '
            "servers to send.",
            id="header of responses set by a script",
        ),
    ],
)
def test_first_refusal_is_a_warning_with_its_fix(
    build: Build,
    full_site: Site,
    caplog: pytest.LogCaptureFixture,
    policy: Policy,
    method: str,
    target: str,
    headers: list[tuple[str, str]],
    text: str,
) -> None:
    build(full_site, policy).request(method, target, headers)
    assert said(caplog, full_site) == [("WARNING", text)]


def test_later_refusals_of_a_reason_are_for_debugging(
    build: Build, full_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, full_site.logger)
    client = build(full_site, POLICY)
    client.request("GET", "/", origin("https://one.example"))
    client.request("GET", "/", origin("https://two.example"))
    client.request("OPTIONS", "/", asked("DELETE"))
    client.request("OPTIONS", "/", asked("PATCH"))
    levels = [level for level, _ in said(caplog, full_site)]
    assert levels == ["WARNING", "DEBUG", "WARNING", "DEBUG"]


def test_first_refusal_of_another_reason_is_a_warning_too(
    build: Build, full_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    client = build(full_site, POLICY)
    client.request("GET", "/", origin("https://one.example"))
    client.request("OPTIONS", "/", asked("DELETE"))
    assert [level for level, _ in said(caplog, full_site)] == ["WARNING", "WARNING"]


def test_callable_that_fails_after_a_refusal_is_an_error(
    build: Build, full_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    answers = [False]
    policy = Policy(allow_origins=[], dangerously_allow_origins_if=lambda origin: answers.pop())
    client = build(full_site, policy)
    client.request("GET", "/", origin("https://one.example"))
    client.request("GET", "/", origin("https://one.example"))
    refused = (
        "CORS refused GET / from 'https://one.example': origin-not-allowed. If this page may "
        'call, add "https://one.example" to allow_origins.'
    )
    failed = "CORS: your code raised IndexError, so nobody may read the answer."
    assert said(caplog, full_site) == [("WARNING", refused), ("ERROR", failed)]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_page_of_the_same_host_is_no_warning(
    build: Build, full_site: Site, caplog: pytest.LogCaptureFixture, scheme: str
) -> None:
    client = build(full_site, POLICY)
    client.request("POST", "/", origin(f"{scheme}://api.example"), host="API.example")
    assert said(caplog, full_site) == []


def test_no_page_is_of_the_host_that_is_absent(
    build: Build, full_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    build(full_site, POLICY).request("POST", "/", origin("http://"), host=None)
    text = f"CORS refused POST / from 'http://': origin-not-allowed. {NO_POLICY}"
    assert said(caplog, full_site) == [("WARNING", text)]


def test_nothing_is_written_about_what_is_allowed(
    build: Build, full_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, full_site.logger)
    client = build(full_site, POLICY)
    client.request("GET", "/")
    client.request("GET", "/", origin(HERE))
    client.request("OPTIONS", "/", asked("PUT", "x-token"))
    assert said(caplog, full_site) == []


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        pytest.param("GET", origin("https://" + "a" * 100_000), id="origin"),
        pytest.param("OPTIONS", asked("A" * 100_000), id="method"),
        pytest.param("OPTIONS", asked("PUT", "a" * 100_000), id="headers"),
        pytest.param("OPTIONS", asked("PUT", "a," * 50_000), id="many headers"),
        pytest.param("OPTIONS", asked("PUT", ",".join(["x-other-15-chars"] * 60)), id="as may be"),
        pytest.param("OPTIONS", asked("\x85" * 65), id="method that needs escapes"),
    ],
)
def test_line_about_something_long_is_short(
    build: Build,
    full_site: Site,
    caplog: pytest.LogCaptureFixture,
    method: str,
    headers: list[tuple[str, str]],
) -> None:
    build(full_site, POLICY).request(method, "/", headers)
    assert [len(text) < 600 for _, text in said(caplog, full_site)] == [True]


def test_path_that_needs_escapes_is_cut_after_them(
    build: Build, full_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    build(full_site, POLICY).request("GET", f"/{'%01' * 300}", origin("https://one.example"))
    shown = "'/" + r"\x01" * 49 + r"\x"
    assert [text.split()[3] for _, text in said(caplog, full_site)] == [shown]


@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
@pytest.mark.parametrize("method", ["patch", "options"])
def test_method_is_shown_as_it_was_sent(
    build: Build, full_site: Site, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    build(full_site, POLICY).request(method, "/", origin("https://one.example"))
    assert [text.split()[2] for _, text in said(caplog, full_site)] == [method]


def replaced(name: str) -> tuple[str, str]:
    text = "the policy decides, so it was replaced or removed. Leave it to the policy."
    return "WARNING", f"CORS: the application set {name}; {text}"


@pytest.mark.parametrize(
    ("headers", "by", "lines"),
    [
        pytest.param(
            [("Access-Control-Allow-Origin", "*")],
            HERE,
            [replaced("access-control-allow-origin")],
            id="different",
        ),
        pytest.param([("Access-Control-Allow-Origin", HERE)], HERE, [], id="equal"),
        pytest.param([("access-control-allow-origin", HERE)], HERE, [], id="equal in lower case"),
        pytest.param(
            [("access-control-max-age", "5"), ("Access-Control-Allow-Private-Network", "true")],
            HERE,
            [
                replaced("access-control-max-age"),
                replaced("access-control-allow-private-network"),
            ],
            id="two names",
        ),
        pytest.param([("Vary", "Cookie")], HERE, [], id="Vary is shared"),
    ],
)
def test_replaced_header_is_named_once(
    build: Build,
    full_site: Site,
    caplog: pytest.LogCaptureFixture,
    headers: list[tuple[str, str]],
    by: str,
    lines: list[tuple[str, str]],
) -> None:
    client = build(full_site, POLICY, headers=headers)
    client.request("GET", "/", origin(by))
    client.request("GET", "/", origin(by))
    assert said(caplog, full_site) == lines


def test_header_removed_from_a_refused_answer_is_named(
    build: Build, full_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    client = build(full_site, POLICY, headers=[("Access-Control-Allow-Origin", "*")])
    client.request("GET", "/")
    assert said(caplog, full_site) == [replaced("access-control-allow-origin")]


def test_level_of_the_logger_is_left_alone(build: Build, full_site: Site) -> None:
    build(full_site, POLICY).request("GET", "/", origin("https://one.example"))
    assert logging.getLogger(full_site.logger).level == logging.NOTSET


def test_fifty_clients_of_django_are_one_application(
    build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    build(sites.DJANGO_SYNC, POLICY)
    refused = {"Origin": "https://one.example"}
    answers = [Client().get("/", headers=refused).headers["Vary"] for _ in range(50)]
    assert answers == ["Origin"] * 50
    assert [level for level, _ in said(caplog, sites.DJANGO_SYNC)] == ["WARNING"]


CONFIGURE = """
import logging.config
logging.config.dictConfig({
    "version": 1,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"]},
})
"""
WSGI_PROGRAM = f"""
from cors_core import DENY
from cors_wsgi import CORSMiddleware
application = CORSMiddleware(lambda environ, start_response: [], DENY)
{CONFIGURE}
application({{"REQUEST_METHOD": "GET", "HTTP_ORIGIN": "https://one.example"}}, None)
"""
FLASK_PROGRAM = f"""
from cors_core import DENY
from cors_flask import CORS
from flask import Flask
app = Flask("shop")
CORS(app, DENY)
{CONFIGURE}
app.test_client().get("/", headers={{"Origin": "https://one.example"}})
"""
DJANGO_PROGRAM = f"""
import django
from django.conf import settings
import cors_django
settings.configure(
    CORS_POLICY={{"allow_origins": ["https://app.example"]}},
    MIDDLEWARE=["cors_django.CORSMiddleware"],
    ROOT_URLCONF=type("Urls", (), {{"urlpatterns": []}}),
    ALLOWED_HOSTS=["*"],
    LOGGING_CONFIG=None,
)
django.setup()
{CONFIGURE}
from django.test import Client
logging.getLogger("django").setLevel("CRITICAL")
Client().get("/", headers={{"Origin": "https://one.example"}})
"""


@pytest.mark.parametrize(
    ("program", "line"),
    [
        pytest.param(WSGI_PROGRAM, "WARNING cors_core.wsgi\n", id="wsgi"),
        pytest.param(FLASK_PROGRAM, "WARNING cors_core.flask\n", id="flask"),
        pytest.param(DJANGO_PROGRAM, "WARNING cors_core.django\n", id="django"),
    ],
)
def test_logging_configured_after_the_import_hears_the_warning(
    tmp_path: Path, program: str, line: str
) -> None:
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stderr == line
