"""The command line: what a user sees, and what nobody may see."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from click.testing import CliRunner, Result

from cors_core import cli
from cors_core.cli.commands import cors_core
from cors_core.cli.screen import Screen

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
SHOWN = re.MULTILINE | re.DOTALL
PAGE = "https://app.example.com"
POLICY = f"""
allow_origins = ["{PAGE}"]
allow_methods = ["PUT"]
allow_headers = ["Content-Type"]
"""
SETTINGS = """
from cors_core import Policy

CORS_POLICY = {
    "/api/*": {
        "allow_origins": ["https://app.example.com/", "localhost:5173"],
        "allow_methods": "PUT",
        "CORS_ALLOW_ALL_ORIGINS": True,
    },
    "/feed.json": {"allow_origins": "*", "allow_credentials": True},
}
PATHS = {
    "/api/*": {"allow_origins": ["https://app.example.com", "http://localhost:*"],
               "allow_methods": ["PUT", "patch"], "allow_headers": ["Content-Type"]},
    "/api/internal/*": None,
    "/feed.json": {"allow_origins": "*", "expose_headers": ["X-Total"], "max_age": None},
}
DANGEROUS = Policy(
    allow_origins=["http://app.example.com"],
    allow_credentials=True,
    dangerously_allow_insecure_origins=True,
    dangerously_allow_origins_if=str.isupper,
)
DOTTED = "site_settings.DANGEROUS"
LOOP = "site_settings.LOOP"


class Tenants:
    policies = {"server.test": DANGEROUS}
    def policy_for(self, host, path):
        return self.policies.get(host)


def echo(environ, start_response):
    secret = environ.get("HTTP_AUTHORIZATION", "none")
    headers = [
        ("Access-Control-Allow-Origin", f"\x1b[31m[red]{secret}"),
        ("Vary", "Origin"),
    ]
    start_response("200 OK", headers)
    return [b""]


def broken(environ, start_response):
    start_response("301 Moved Permanently", [("Location", "http://[/")])
    return [b""]


def reflecting(environ, start_response):
    key = environ.get("HTTP_X_API_KEY", "none")
    headers = [
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Allow-Headers", "x-api-key"),
        ("Access-Control-Allow-Credentials", "true"),
        ("Vary", f"{key}, un{key}ed"),
        ("Location", f"http://{key}.test/{key}?a={key}#x%20{key}"),
        ("WWW-Authenticate", "Basic"),
        ("X-Auth", "other"),
    ]
    start_response("200 OK", headers)
    return [b""]


def away(environ, start_response):
    headers = [("Location", environ["PATH_INFO"] + "x"), ("Access-Control-Allow-Origin", "*")]
    start_response("302 Found", headers)
    return [b""]


def elsewhere(environ, start_response):
    headers = [("Location", "file:///etc/passwd"), ("Access-Control-Allow-Origin", "*")]
    start_response("302 Found", headers)
    return [b""]


tenants = {"/": Tenants()}
"""


@pytest.fixture(autouse=True)
def without_io() -> None:
    """Files and servers are what this is about."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a policy file and a module in it."""
    (tmp_path / "cors.toml").write_text(POLICY)
    (tmp_path / "site_settings.py").write_text(SETTINGS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "site_settings", raising=False)
    return tmp_path


Run = Callable[..., Result]


@pytest.fixture
def run(folder: Path) -> Run:
    def ran(*arguments: str, **environment: str) -> Result:
        env = {"COLUMNS": "80", "TERM": "dumb"} | environment
        return CliRunner(env=env).invoke(cors_core, arguments)

    return ran


def shown(result: Result) -> str:
    """What was printed, without the spaces that fill a table."""
    return "\n".join(line.rstrip() for line in result.output.splitlines()).strip()


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: object) -> None: ...


@pytest.fixture
def server(folder: Path) -> Iterator[str]:
    """A server on the network that sends back what it got."""
    scope: dict[str, Any] = {"__name__": "echo"}
    exec(SETTINGS, scope)
    with make_server("127.0.0.1", 0, scope["echo"], handler_class=Quiet) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


def test_wrong_django_setting_gets_every_problem(run: Run) -> None:
    result = run("check", "site_settings:CORS_POLICY")
    assert (result.exit_code, shown(result)) == (
        1,
        """
problem: ["/api/*"].CORS_ALLOW_ALL_ORIGINS: No policy has such an option. Write \
"allow_origins": "*", without credentials. [unknown-option]
problem: ["/api/*"].allow_origins[0]: 'https://app.example.com/': An origin has no path, not even \
a slash, so this can never match: browsers send scheme, host and port alone. Write \
https://app.example.com. [origin-malformed]
problem: ["/api/*"].allow_origins[1]: 'localhost:5173': The scheme is missing, and http and https \
are different origins. Write http://localhost:5173. [origin-malformed]
problem: ["/api/*"].allow_methods: 'PUT': One string is one entry; a bare string is not split, nor \
read letter by letter. Write ["PUT"]. [not-a-list]
problem: ["/feed.json"].allow_origins: '*': Any site could read what belongs to the user who is \
logged in; browsers reject '*' on credentialed responses. List the origins, or set \
allow_credentials=False. [any-origin-with-credentials]
""".strip(),
    )


def test_policies_by_path_are_a_table_each(run: Run) -> None:
    result = run("check", "site_settings:PATHS")
    assert (result.exit_code, shown(result)) == (
        0,
        """
warning: ["/api/*"].allow_methods[1]: 'patch': Methods are case-sensitive: this is not PATCH. \
Write PATCH. [method-case]

path               /api/*
allow_origins      https://app.example.com, http://localhost:*
allow_methods      GET, HEAD, POST, PUT, patch
allow_headers      Content-Type
expose_headers     none
allow_credentials  False
max_age            600

path    /api/internal/*
policy  no CORS

path               /feed.json
allow_origins      *
allow_methods      GET, HEAD, POST
allow_headers      none
expose_headers     X-Total
allow_credentials  False
max_age            None
""".strip(),
    )


@pytest.mark.parametrize("name", ["DANGEROUS", "DOTTED"])
def test_dangers_are_said_with_their_risk(run: Run, name: str) -> None:
    result = run("check", f"site_settings:{name}")
    assert (result.exit_code, shown(result)) == (
        0,
        """
danger: dangerously_allow_insecure_origins: 'http://app.example.com': Anybody on the network can \
pose as an http: page. Is it meant? [danger]
danger: dangerously_allow_origins_if: Every origin it says yes to may read. Is it meant? [danger]

allow_origins      http://app.example.com
allow_methods      GET, HEAD, POST
allow_headers      none
expose_headers     none
allow_credentials  True
max_age            600
""".strip(),
    )


def test_clean_file_is_said_to_be_clean(run: Run) -> None:
    result = run("check", "cors.toml")
    assert (result.exit_code, shown(result)) == (
        0,
        """
No problem, no warning, no danger.

allow_origins      https://app.example.com
allow_methods      GET, HEAD, POST, PUT
allow_headers      Content-Type
expose_headers     none
allow_credentials  False
max_age            600
""".strip(),
    )


def test_source_of_the_users_own_is_not_listed(run: Run) -> None:
    result = run("check", "site_settings:tenants")
    expected = "path    /\npolicy  as Tenants says"
    assert shown(result).endswith(expected)


def test_refusal_is_drawn_with_cause_and_fix(run: Run) -> None:
    result = run("explain", "cors.toml", "--origin", PAGE, "--method", "DELETE", "-H", "X-A: b")
    assert (result.exit_code, shown(result)) == (
        1,
        """
│ page https://app.example.com                                server cors.toml │
│  ✓ request: https://app.example.com fetches DELETE https://server.test/,     │
│  mode cors, credentials same-origin                                          │
│  ✓ preflight: needed: method 'DELETE' is not safelisted; header 'X-A' is     │
│  not safelisted                                                              │
│─────────────────────────── OPTIONS / (preflight) ───────────────────────────▶│
│  Origin: https://app.example.com                                             │
│  Access-Control-Request-Method: DELETE                                       │
│  Access-Control-Request-Headers: x-a                                         │
│◀──────────────────────────────────── 204 ────────────────────────────────────│
│  Access-Control-Allow-Origin: https://app.example.com                        │
│  Access-Control-Allow-Methods: PUT                                           │
│  Access-Control-Allow-Headers: content-type                                  │
│  Access-Control-Max-Age: 600                                                 │
│  Vary: Origin                                                                │
│  ✓ CORS check: Access-Control-Allow-Origin is 'https://app.example.com'      │
│  ✗ method: 'DELETE' is not allowed: Access-Control-Allow-Methods has 'PUT'   │

The page gets a TypeError; its request was never sent.
Cause: method: 'DELETE' is not allowed: Access-Control-Allow-Methods has 'PUT'
       https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
Fix:   Add 'DELETE' to allow_methods. Add 'X-A' to allow_headers.
""".strip(),
    )


def test_what_is_allowed_is_drawn_to_the_end(run: Run) -> None:
    options = "--path /api/orders --origin http://localhost:5173 --quirks firefox".split()
    result = run("explain", "site_settings:PATHS", *options)
    assert (result.exit_code, shown(result)) == (
        0,
        """
│ page http://localhost:5173                        server site_settings:PATHS │
│  ✓ request: http://localhost:5173 fetches GET                                │
│  https://server.test/api/orders, mode cors, credentials same-origin          │
│  ✓ preflight: not needed: method and headers are safelisted                  │
│────────────────────────────── GET /api/orders ──────────────────────────────▶│
│  Origin: http://localhost:5173                                               │
│◀──────────────────────────────────── 200 ────────────────────────────────────│
│  Access-Control-Allow-Origin: http://localhost:5173                          │
│  Vary: Origin                                                                │
│  ✓ CORS check: Access-Control-Allow-Origin is 'http://localhost:5173'        │

The page may read the response: status 200.
""".strip(),
    )


def test_readme_shows_what_is_printed(run: Run, folder: Path) -> None:
    (file,) = re.findall(r'write_text\("""(.*?)"""\)', README, re.DOTALL)
    (folder / "cors.toml").write_text(file)
    ((command, printed),) = re.findall(r"^\$ cors-core (.*?)\n(.*?)^```$", README, SHOWN)
    assert shown(run(*command.split())) == printed.rstrip()


def test_narrow_terminal_keeps_both_ends_apart(run: Run) -> None:
    result = run("explain", "cors.toml", "--origin", PAGE, COLUMNS="40")
    assert [line.rstrip(" │") for line in result.output.splitlines()[1:4]] == [
        "│ page https://app.example.com server",
        "│cors.toml",
        "│  ✓ request: https://app.example.com",
    ]


def test_server_is_the_one_that_is_talked_to(run: Run, server: str) -> None:
    result = run("explain", f"{server}\\@evil.test/", "--origin", PAGE)
    lines = _lines(result.output)
    assert lines[1].endswith(f" server {server}")
    assert [line.strip("─▶") for line in lines if line.endswith("▶")] == [" GET /@evil.test/ "]


def _ran(command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a shell command that has ``$@`` for the command line."""
    shell = ["sh", "-c", command, "sh", sys.executable, "-m", "cors_core", *arguments]
    env = {"PATH": os.defpath, "COLUMNS": "80", "PYTHONPATH": ":".join(sys.path), "PYTHONUTF8": "1"}
    return subprocess.run(shell, capture_output=True, text=True, check=False, env=env)


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["drawing", "JSON"])
def test_pipe_that_is_closed_is_no_refusal(folder: Path, options: list[str]) -> None:
    # The pipe has no reader from the beginning.
    ran = _ran('{ sleep 0.3; "$@"; echo $? >&2; } | true', "explain", "cors.toml", "--origin", PAGE)
    assert (ran.stdout, ran.stderr) == ("", "141\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_full_disk_is_one_sentence(folder: Path) -> None:
    ran = _ran('"$@" > /dev/full', "explain", "cors.toml", "--origin", PAGE)
    assert (ran.returncode, ran.stderr) == (2, "cors-core: No space left on device.\n")


def test_request_to_the_pages_own_origin_is_drawn(run: Run, server: str) -> None:
    result = run("explain", f"{server}/orders", "--origin", server)
    assert "─ GET /orders ─" in result.output


def test_terminal_without_such_characters_gets_others(run: Run) -> None:
    command = [sys.executable, "-m", "cors_core", "explain", "cors.toml", "--origin", PAGE]
    env = {"PYTHONIOENCODING": "ascii", "COLUMNS": "80", "PYTHONPATH": ":".join(sys.path)}
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert (ran.returncode, ran.stderr, ran.stdout.splitlines()[6]) == (
        0,
        "",
        "|  Origin: https://app.example.com                                             |",
    )


def test_module_is_run_as_the_script_is(run: Run) -> None:
    command = [sys.executable, "-m", "cors_core", "check", "site_settings:DANGEROUS"]
    env = {"COLUMNS": "80", "PYTHONPATH": ":".join(sys.path), "PYTHONUTF8": "1"}
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    expected = (0, run("check", "site_settings:DANGEROUS").output, "")
    assert (ran.returncode, ran.stdout, ran.stderr) == expected


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param("", "Missing command.", id="no command"),
        pytest.param(
            "check",
            "Give one SOURCE, and a header in quotes: -H 'Name: value'.",
            id="no source",
        ),
        pytest.param(
            "check nowhere.toml",
            "SOURCE is no existing file and no module:attribute; explain takes http:// URLs, too.",
            id="no such file",
        ),
        pytest.param(
            "check https://api.example.com",
            "SOURCE is no existing file and no module:attribute; explain takes http:// URLs, too.",
            id="checking a URL",
        ),
        pytest.param(
            "explain localhost:8000/orders --origin null",
            "SOURCE is no existing file and no module:attribute; explain takes http:// URLs, too.",
            id="URL without its scheme",
        ),
        pytest.param("check --jsn cors.toml", "No such option '--jsn'.", id="no such option"),
        pytest.param(
            "check nowhere:policy",
            "Reading 'nowhere:policy': ModuleNotFoundError: No module named 'nowhere'.",
            id="no such module",
        ),
        pytest.param(
            "check site_settings:OTHER",
            "Reading 'site_settings:OTHER': AttributeError: module 'site_settings' has no "
            "attribute 'OTHER'.",
            id="no such attribute",
        ),
        pytest.param("explain cors.toml", "Missing option '--origin'.", id="no origin"),
        pytest.param(
            "explain cors.toml --origin https://app.example.com/",
            "--origin: 'https://app.example.com/': An origin has no path, not even a slash, so "
            "this can never match: browsers send scheme, host and port alone. Write "
            "https://app.example.com. [origin-malformed]",
            id="origin with a slash",
        ),
        pytest.param(
            "explain cors.toml --origin null --method TRACE",
            "'TRACE' is a method no script may use.",
            id="forbidden method",
        ),
        pytest.param(
            "explain cors.toml --origin null -H X-A",
            "-H takes 'Name: value', in quotes.",
            id="header without a value",
        ),
        pytest.param(
            "explain cors.toml --origin null --path orders",
            "--path begins with '/'.",
            id="path without a slash",
        ),
        pytest.param(
            "explain ftp://api.example.com --origin null",
            "A URL is http:// or https:// here, without a user or a password.",
            id="another scheme",
        ),
        pytest.param(
            "explain http://[ --origin null", "'http://[' is not a URL.", id="malformed URL"
        ),
        pytest.param(
            "explain site_settings:Tenants.policies --origin null --quirks opera",
            "Invalid value for '--quirks': 'opera' is not one of 'chromium', 'firefox'.",
            id="another browser",
        ),
    ],
)
def test_wrong_use_is_one_sentence(run: Run, arguments: str, sentence: str) -> None:
    result = run(*arguments.split())
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"cors-core: {sentence}\n")


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("check site_settings:CORS", "ZeroDivisionError('division by zero')"),
        ("explain site_settings:CORS --origin null", "ZeroDivisionError('division by zero')"),
        ("explain flask:current_app --origin null", "Working outside of application context."),
    ],
)
def test_source_that_raises_is_one_sentence(folder: Path, command: str, error: str) -> None:
    code = "CORS = {'allow_origins': (1 / 0 for _ in [1])}\n"
    (folder / "site_settings.py").write_text(code)
    ran = _ran('"$@"', *command.split())
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert error in ran.stderr


@pytest.mark.parametrize("origin", ["app://.", "http://localhost.:1"])
def test_origin_that_ends_in_a_dot_is_explained(run: Run, origin: str) -> None:
    result = run("explain", "cors.toml", "--origin", origin)
    assert (result.exit_code, f"Origin: {origin}" in result.output) == (1, True)


def test_method_that_needs_no_listing_is_shown_once(run: Run, folder: Path) -> None:
    (folder / "get.json").write_text('{"allow_origins": "*", "allow_methods": ["GET", "PUT"]}')
    assert "GET, HEAD, POST, PUT\n" in shown(run("check", "get.json")) + "\n"


@pytest.mark.parametrize(
    "name", "X-Jwt X-Csrf X-XSRF X-Credential X-Bearer X-Ticket X-OTP X-Sig".split()
)
def test_header_is_secret_by_its_name(name: str) -> None:
    told = Screen().told([("headers", [(name, "hunter22"), ("X-Design", "blue")])])
    assert told == {"headers": [(name, "***"), ("X-Design", "blue")]}


def test_setting_that_names_itself_is_one_sentence(run: Run) -> None:
    result = run("check", "site_settings:LOOP")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith("cors-core: Reading 'site_settings:LOOP': RecursionError: ")


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["{server}", "-H", "Authorization: Bearer hunter22"], id="sent back"),
        pytest.param(["{server}", "-H", "Authorization: hunter22", "--json"], id="JSON"),
        pytest.param(["{server}", "-H", "Cookie: sid=hunter22"], id="cookie"),
        pytest.param(["{server}", "-H", "Authorization:", "Bearer", "hunter22"], id="no quotes"),
        pytest.param(["{server}", "-H", "Authorization hunter22"], id="no colon"),
        pytest.param(["{server}", "-H", "Authorization: hunter22\x01\u4e16"], id="malformed"),
        pytest.param(["{server}", "-H", "X-Api-Key: hunter22"], id="a key"),
        pytest.param(["{server}", "-H", f"Authorization: {'hunter22' * 50}"], id="long"),
        pytest.param(["{server}", "--Authorization: Bearer hunter22"], id="no -H"),
        pytest.param(["{server}", "--Authorization:hunter22"], id="neither -H nor space"),
        pytest.param(["Authorization: Bearer hunter22"], id="in place of a source"),
        pytest.param(["user:hunter22@127.0.0.1:1/x"], id="password in a URL without a scheme"),
        pytest.param(["http://user:hunter22@127.0.0.1"], id="password in the URL"),
        pytest.param(["http://hunter22@127.0.0.1"], id="token in the URL"),
        pytest.param(["http://user:hunter22@127.0.0.1:x"], id="password in a malformed URL"),
        pytest.param(["{server}", "--origin", "https://user:hunter22@a.test"], id="origin"),
    ],
)
def test_credentials_are_never_printed(run: Run, server: str, arguments: list[str]) -> None:
    given = [argument.format(server=server) for argument in arguments]
    assert "hunter22" not in run("explain", "--origin", PAGE, *given).output


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        pytest.param("http://user:hunter22@127.0.0.1", "http://***@127.0.0.1", id="URL"),
        pytest.param("user:hunter22@127.0.0.1", "***@127.0.0.1", id="no scheme"),
        pytest.param("user:hunt/er22@127.0.0.1", "***@127.0.0.1", id="no scheme, but a slash"),
    ],
)
def test_password_in_place_of_a_command_is_not_printed(run: Run, command: str, shown: str) -> None:
    assert run(command).output == f"cors-core: No such command '{shown}'.\n"


def _lines(output: str) -> list[str]:
    return [line.strip("│ ") for line in output.splitlines()]


@pytest.mark.parametrize(
    ("key", "vary", "location"),
    [
        pytest.param(
            "test", "***, untested", "http://***.***/***?a=***#x%20***", id="a word of the URL"
        ),
        pytest.param("a", "***, unaed", "http://***.test/***?***=***#x%20***", id="one letter"),
        pytest.param(
            "abc-def-0123",
            "***, un***ed",
            "http://***.test/***?a=***#x%20***",
            id="what is long, in a longer word too",
        ),
        pytest.param("true", "true, untrueed", "http://true.test/true?a=true#x%20true", id="true"),
        pytest.param("GET", "GET, unGETed", "http://GET.test/GET?a=GET#x%20GET", id="a method"),
    ],
)
def test_secret_is_hidden_in_what_a_server_sends_and_nowhere_else(
    run: Run, key: str, vary: str, location: str
) -> None:
    options = ["--origin", "https://test.a", "--path", "/x", "-H", f"X-Api-Key: {key}", "--json"]
    told = json.loads(run("explain", "site_settings:reflecting", *options).output)
    headers = dict(told["exchanges"][1]["response"]["headers"])
    assert (headers["Vary"], headers["Location"]) == (vary, location)
    assert headers["Access-Control-Allow-Credentials"] == "true"
    assert told["steps"][0]["detail"] == (
        "https://test.a fetches GET https://server.test/x, mode cors, credentials same-origin"
    )


def test_secret_is_hidden_in_a_drawing(run: Run) -> None:
    options = ["--origin", PAGE, "-H", "X-Api-Key: test"]
    output = run("explain", "site_settings:reflecting", *options).output
    assert [line for line in _lines(output) if "test" in line] == [
        "✓ request: https://app.example.com fetches GET https://server.test/, mode",
        "Vary: ***, untested",
    ]


def test_secret_that_comes_back_as_the_allowed_origin_is_hidden(run: Run, server: str) -> None:
    result = run("explain", server, "--origin", PAGE, "-H", "Authorization: abc")
    assert "abc" not in result.output


@pytest.mark.parametrize("name", ["X-Api-Key", "Authorization", "X-Session-Id", "Set-Cookie"])
def test_secret_header_is_data_without_its_value(run: Run, name: str) -> None:
    options = ["--origin", PAGE, "--json", "-H", "X-Api-Key: k3y"]
    told = json.loads(run("explain", "site_settings:reflecting", *options).output)
    request, response = told["exchanges"][1]["request"], told["exchanges"][1]["response"]
    assert ["X-Api-Key", "***"] in request["headers"]
    assert ["X-Auth", "***"] in response["headers"]
    assert ["WWW-Authenticate", "Basic"] in response["headers"]
    assert ["Access-Control-Allow-Credentials", "true"] in response["headers"]


@pytest.mark.parametrize(
    "options", [pytest.param([], id="drawing"), pytest.param(["--json"], id="JSON")]
)
def test_what_a_server_sends_neither_draws_nor_styles(
    run: Run, server: str, options: list[str]
) -> None:
    result = run("explain", server, "--origin", PAGE, *options)
    assert (result.exit_code, "\x1b" in result.output, "[red]none" in result.output) == (
        1,
        False,
        True,
    )


def test_endless_redirects_end(run: Run) -> None:
    result = run("explain", "site_settings:away", "--origin", PAGE, "--json")
    told = json.loads(result.output)
    assert (result.exit_code, len(told["exchanges"]), told["cause"]["detail"]) == (
        1,
        21,
        "more than 20 redirects",
    )


def test_redirect_to_no_url_is_refused(run: Run) -> None:
    result = run("explain", "site_settings:broken", "--origin", PAGE)
    assert (result.exit_code, _lines(result.output)[-1]) == (
        1,
        "Fix:   Send one Location, with an http or https URL that has no user or password.",
    )


def test_redirect_leads_to_no_file(run: Run) -> None:
    result = run("explain", "site_settings:elsewhere", "--origin", PAGE, "--json")
    told = json.loads(result.output)
    assert (result.exit_code, len(told["exchanges"]), told["cause"]["detail"]) == (
        1,
        1,
        "Location 'file:///etc/passwd' is no http or https URL",
    )


def test_problems_are_data(run: Run, folder: Path) -> None:
    (folder / "wrong.json").write_text('{"allow_origins": ["app.example.com"]}')
    result = run("check", "wrong.json", "--json")
    message = "The scheme is missing, and http and https are different origins."
    hint = "Write https://app.example.com."
    assert (result.exit_code, json.loads(result.output)) == (
        1,
        {
            "problems": [
                {
                    "field": "allow_origins",
                    "code": "origin-malformed",
                    "index": 0,
                    "message": message,
                    "hint": hint,
                    "text": f"allow_origins[0]: 'app.example.com': {message} {hint} "
                    "[origin-malformed]",
                }
            ],
            "warnings": [],
            "dangers": [],
            "policies": [],
        },
    )


def test_two_names_in_a_list_are_no_header(run: Run, folder: Path) -> None:
    (folder / "two.json").write_text(
        '{"allow_origins": "*", "allow_headers": ["Authorization", "Content-Type"]}'
    )
    told = json.loads(run("check", "two.json", "--json").output)
    assert told["policies"][0]["allow_headers"] == ["Authorization", "Content-Type"]


def test_policies_are_data(run: Run) -> None:
    result = run("check", "cors.toml", "--json")
    assert (result.exit_code, json.loads(result.output)["policies"]) == (
        0,
        [
            {
                "path": "",
                "allow_origins": [PAGE],
                "allow_methods": ["PUT"],
                "allow_headers": ["Content-Type"],
                "expose_headers": [],
                "allow_credentials": False,
                "max_age": 600,
                "dangerously_allow_null_origin": False,
                "dangerously_allow_insecure_origins": False,
                "dangerously_allow_public_suffix_origins": False,
                "dangerously_allow_origins_if": None,
            }
        ],
    )


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["lines", "JSON"])
def test_wrong_policy_is_not_explained(run: Run, folder: Path, options: list[str]) -> None:
    (folder / "wrong.toml").write_text('allow_origins = ["app.example.com"]')
    result = run("explain", "wrong.toml", "--origin", PAGE, *options)
    assert (result.exit_code, result.output) == (1, run("check", "wrong.toml", *options).output)


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        pytest.param({}, False, id="no terminal"),
        pytest.param({"FORCE_COLOR": "1", "TERM": "xterm"}, True, id="forced"),
        pytest.param({"FORCE_COLOR": "1", "TERM": "xterm", "NO_COLOR": "1"}, False, id="NO_COLOR"),
    ],
)
def test_colours_are_for_terminals(run: Run, environment: dict[str, str], coloured: bool) -> None:
    output = run("check", "site_settings:DANGEROUS", **environment).output
    assert ("\x1b[35m" in output) is coloured


def test_help_says_that_a_module_is_imported(run: Run) -> None:
    result = run("explain", "--help")
    assert (result.exit_code, "imported" in result.output) == (0, True)


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        pytest.param(["rich"], "rich", id="one"),
        pytest.param(["click", "rich", "httpx"], "click, rich, httpx", id="all"),
    ],
)
def test_without_the_extra_there_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    missing: list[str],
    sentence: str,
) -> None:
    monkeypatch.setattr(cli, "find_spec", lambda name: None if name in missing else object())
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert (ended.value.code, capsys.readouterr().err) == (
        2,
        f"cors-core needs {sentence}: pip install 'cors-core[cli]'\n",
    )


def test_the_engine_does_not_import_the_command_line() -> None:
    code = (
        "import sys, cors_core; print({'cors_core.cli', 'click', 'rich', 'httpx'} & {*sys.modules})"
    )
    command = [sys.executable, "-c", code]
    env = {"PYTHONPATH": ":".join(sys.path)}
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    assert ran.stdout == "set()\n"
