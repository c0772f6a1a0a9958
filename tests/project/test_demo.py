"""``python -m examples.demo`` as a user runs it, without a browser."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from examples.demo.checks import CHECKS, FAILED, SERVERS, Check, Seen
from examples.demo.serving import origin_on
from tests.project.demo import BROKEN, read_table, run_demo

ROOT = Path(__file__).parents[2]
GET, DELETE = (next(check for check in CHECKS if check.id == id_) for id_ in ("get", "delete"))


@pytest.fixture(scope="module")
def once() -> subprocess.CompletedProcess[str]:
    return run_demo("--once")


def test_everything_is_as_expected(once: subprocess.CompletedProcess[str]) -> None:
    assert (once.returncode, once.stderr) == (0, "")


def test_table_has_every_request_by_every_server(once: subprocess.CompletedProcess[str]) -> None:
    expected = [(f"{c.title} {c.method} {c.path}", server) for c in CHECKS for server in SERVERS]
    assert list(read_table(once.stdout)) == expected


def test_summary_counts_every_row(once: subprocess.CompletedProcess[str]) -> None:
    assert "27 of 27 as expected over plain HTTP.\n" in once.stdout


@pytest.fixture(scope="module")
def narrow() -> str:
    return run_demo("--once", COLUMNS="80").stdout


def test_narrow_terminal_gets_no_line_wider_than_itself(narrow: str) -> None:
    assert max(len(line) for line in narrow.splitlines()) == 80


def test_log_lines_are_indented_where_they_go_on_too(narrow: str) -> None:
    lines = narrow[narrow.index("What the servers logged") :].splitlines()[1:]
    assert [line[:2] for line in lines] == ["  "] * len(lines)


@pytest.mark.parametrize(
    ("check", "seen"),
    [
        pytest.param(GET, Seen("blocked", None, "TypeError"), id="blocked, should be readable"),
        pytest.param(
            GET, Seen("readable", 500, "3 orders, served by WSGI"), id="readable, wrong status"
        ),
        pytest.param(
            GET, Seen("readable", 200, "3 orders, served by Flask"), id="answer of another server"
        ),
        pytest.param(
            DELETE, Seen("readable", 200, "order 1 deleted"), id="readable, should be blocked"
        ),
        pytest.param(DELETE, Seen(FAILED, None, "no answer"), id="a dead server blocks nothing"),
    ],
)
def test_other_outcome_is_not_as_expected(check: Check, seen: Seen) -> None:
    assert seen.find_fault(check, "WSGI")


@pytest.mark.parametrize(
    ("check", "seen", "fault"),
    [
        pytest.param(
            GET, Seen("readable", 200, "3 orders, served by WSGI"), "", id="readable as expected"
        ),
        pytest.param(
            DELETE,
            Seen("blocked", None, "TypeError", why="Its console says why."),
            "",
            id="blocked as expected, whatever the reason",
        ),
        pytest.param(
            GET,
            Seen(FAILED, None, "no answer", why="The server did not answer."),
            "The server did not answer.",
            id="the reason, where it is known",
        ),
        pytest.param(
            GET,
            Seen("readable", 500, "3 orders, served by WSGI"),
            "Expected: Readable, status 200, 3 orders, served by WSGI.",
            id="what was expected, for another status",
        ),
        pytest.param(
            DELETE,
            Seen("readable", 200, "order 1 deleted"),
            "Expected: Blocked.",
            id="what was expected, for an answer that is readable",
        ),
    ],
)
def test_fault_says_why_or_what_was_expected(check: Check, seen: Seen, fault: str) -> None:
    assert seen.find_fault(check, "WSGI") == fault


@pytest.fixture(scope="module")
def dead() -> subprocess.CompletedProcess[str]:
    return run_demo("dead", "--once", module=BROKEN)


@pytest.fixture(scope="module")
def no_vary() -> subprocess.CompletedProcess[str]:
    return run_demo("no-vary", "--once", module=BROKEN)


@pytest.mark.parametrize(
    "request_", [f"{check.title} {check.method} {check.path}" for check in CHECKS]
)
def test_row_of_a_dead_server_says_that_it_did_not_answer(
    dead: subprocess.CompletedProcess[str], request_: str
) -> None:
    assert read_table(dead.stdout)[request_, "Flask"][1:] == [
        "Failed, NOT as expected: no answer: Connection refused",
        "none: no answer",
        "The server did not answer.",
    ]


def test_row_without_vary_says_so(no_vary: subprocess.CompletedProcess[str]) -> None:
    _, outcome, _, why = read_table(no_vary.stdout)["GET GET /api/orders", "Flask"]
    assert (outcome, why) == (
        "Readable, NOT as expected: status 200, 3 orders, served by Flask",
        "Answer, status 200: Vary: Origin is missing.",
    )


def test_summary_names_the_rows_that_are_not_as_expected(
    no_vary: subprocess.CompletedProcess[str],
) -> None:
    # A path without a policy has no Vary that could be missing.
    names = [f"{check.title} (Flask)" for check in CHECKS if check.id != "no-policy"]
    counted = f"19 of 27 as expected over plain HTTP. Not as expected: {', '.join(names)}."
    assert counted in " ".join(no_vary.stdout.split())


@pytest.mark.parametrize("how", ["dead", "no-vary"])
def test_broken_server_makes_exit_code_1(how: str, request: pytest.FixtureRequest) -> None:
    result = request.getfixturevalue(how.replace("-", "_"))
    assert (result.returncode, result.stderr) == (1, "")


def test_wrong_policy_makes_exit_code_1() -> None:
    patched = (
        "import examples.demo.run as run; from examples.demo.policy import shared_policy as right; "
        "run.shared_policy = lambda origin: {'/api/*': right('http://127.0.0.1:1')['/api/*']}; "
        "raise SystemExit(run.main(['--once']))"
    )
    command = [sys.executable, "-c", patched]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert result.returncode == 1


@pytest.mark.parametrize(
    ("browser", "names"), [("chromium", "chromium"), ("firefox", "firefox-esr or firefox")]
)
def test_missing_browser_is_one_sentence_and_exit_code_2(
    browser: str, names: str, tmp_path: Path
) -> None:
    result = run_demo("--once", "--browser", browser, PATH=str(tmp_path))
    sentence = f"There is no {names} on PATH: install it, or leave out --browser {browser}.\n"
    assert (result.returncode, result.stdout, result.stderr) == (2, "", sentence)


def test_browser_that_cannot_be_run_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text("no program", encoding="utf-8")
    program.chmod(0o755)
    result = run_demo("--once", "--browser", "chromium", PATH=str(tmp_path))
    sentence = (
        f"{program} cannot be run (Exec format error): "
        "install chromium anew, or leave out --browser chromium.\n"
    )
    assert (result.returncode, result.stdout, result.stderr) == (2, "", sentence)


@pytest.mark.parametrize("package", ["waitress", "flask", "django", "rich"])
def test_missing_extra_is_one_sentence_and_exit_code_2(package: str, tmp_path: Path) -> None:
    missing = f"raise ModuleNotFoundError('No module named {package}', name={package!r})\n"
    (tmp_path / f"{package}.py").write_text(missing, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    result = run_demo("--once", PYTHONPATH=path)
    sentence = (
        f"The demo needs {package}, which is not installed: "
        "run python -m pip install -e '.[demo]' in this folder and start it again.\n"
    )
    assert (result.returncode, result.stdout, result.stderr) == (2, "", sentence)


def test_ctrl_c_while_the_frameworks_load_is_quiet(tmp_path: Path) -> None:
    (tmp_path / "waitress.py").write_text("raise KeyboardInterrupt\n", encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    result = run_demo("--once", PYTHONPATH=path)
    assert (result.returncode, result.stdout, result.stderr) == (130, "", "")


def test_port_in_use_is_one_sentence_and_exit_code_2() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run_demo("--once", "--port", str(port))
    sentence = (
        f"Port {port} cannot be used (Address already in use): "
        "give another one with --port, or leave it out to get a free one.\n"
    )
    assert (result.returncode, result.stdout, result.stderr) == (2, "", sentence)


def test_port_that_browsers_never_open_is_one_sentence_and_exit_code_2() -> None:
    result = run_demo("--once", "--port", "6000")
    sentence = (
        "Browsers open no page on port 6000: "
        "give another one with --port, or leave it out to get a free one.\n"
    )
    assert (result.returncode, result.stdout, result.stderr) == (2, "", sentence)


@pytest.mark.parametrize(
    ("port", "origin"),
    [
        pytest.param(80, "http://127.0.0.1", id="browsers leave out the default port"),
        pytest.param(8080, "http://127.0.0.1:8080", id="and no other"),
    ],
)
def test_origin_is_written_as_browsers_do(port: int, origin: str) -> None:
    assert origin_on(port) == origin


@pytest.mark.parametrize(
    "inherited",
    [
        pytest.param(signal.SIG_DFL, id="started in a terminal"),
        pytest.param(signal.SIG_IGN, id="started by a shell in the background"),
    ],
)
def test_page_is_served_until_ctrl_c_which_leaves_no_traceback(
    inherited: signal.Handlers,
) -> None:
    command = [sys.executable, "-m", "examples.demo"]
    before = signal.signal(signal.SIGINT, inherited)
    pipe = subprocess.PIPE
    demo = subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True)
    signal.signal(signal.SIGINT, before)
    try:
        assert demo.stdout
        lines = iter(demo.stdout.readline, "")
        address = next(line for line in lines if line.startswith("The page is at ")).split()[4]
        with urllib.request.urlopen(address, timeout=10) as response:
            page = response.read()
        demo.send_signal(signal.SIGINT)
        _, errors = demo.communicate(timeout=10)
    finally:
        demo.kill()
        demo.communicate()
    assert (page[:15], demo.returncode, errors) == (b"<!doctype html>", 0, "")
