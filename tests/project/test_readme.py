"""What the README shows is run, and what its tables say is tried."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cors_core import Policy, PolicyError, policy_from
from tests.project.test_packages import DOUBTS, PROBLEMS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
# A block of code, and what it prints if a block of text follows.
BLOCKS = re.findall(
    r"^```python\n(.*?)^```$(?:\n\n^```text\n(.*?)^```$)?", README, re.MULTILINE | re.DOTALL
)
COMMANDS = [line for line in README.splitlines() if line.startswith("python3 -m venv ")]
# The dangerous switches, each with what it is for; where nothing needs one, there is a warning.
NEEDED_BY = {
    "dangerously_allow_null_origin": {"allow_origins": ["null"]},
    "dangerously_allow_insecure_origins": {
        "allow_origins": ["http://app.example.com"],
        "allow_credentials": True,
    },
    "dangerously_allow_public_suffix_origins": {
        "allow_origins": ["https://*.github.io"],
        "allow_credentials": True,
    },
}


def table(head: str) -> list[list[str]]:
    """Read the cells of the table whose first line begins with `head`."""
    lines = README.partition(f"\n| {head} |")[2].partition("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip()[1:-1].split("|")] for line in lines[2:]]


OPTIONS = table("option")
COMBINATIONS = [(options, switch) for options, _, switch in table("together")]
ELSEWHERE = [
    (option, here)
    for *elsewhere, here in table("flask-cors")
    for cell in elsewhere
    for option in re.findall(r"`(\w+)`", cell)
]
NAMES = [option.name for option in dataclasses.fields(Policy) if option.init]


def values(column: int) -> list[object]:
    return [
        pytest.param(row[0].strip("`"), value, id=f"{row[0]}: {value}")
        for row in OPTIONS
        for value in re.findall(r"`([^`]+)`", row[column])
    ]


def policy_of(option: str, value: str, **others: object) -> Policy:
    options: dict[str, Any] = {"allow_origins": ["https://app.example.com"], **others}
    return Policy(**options | {option: eval(value, {"re": re, "known": set()})})


def combine(options: str) -> Policy:
    policy = eval(f"Policy({options})", {"Policy": Policy})
    assert isinstance(policy, Policy)
    return policy


@pytest.mark.parametrize(("code", "printed"), BLOCKS, ids=lambda text: text.partition("\n")[0])
def test_code_runs_by_itself_and_prints_what_is_shown(
    tmp_path: Path, code: str, printed: str
) -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (0, printed)


def test_settings_pass_the_checks_of_django(tmp_path: Path) -> None:
    (settings,) = [code for code, _ in BLOCKS if code.startswith("INSTALLED_APPS")]
    (tmp_path / "settings.py").write_text(settings)
    command = "check --settings settings --pythonpath . --fail-level WARNING".split()
    run = subprocess.run(
        [sys.executable, "-m", "django", *command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (
        0,
        "System check identified no issues (0 silenced).\n",
    ), run.stderr


@pytest.mark.parametrize(("option", "value"), values(2))
def test_permitted_value_makes_a_policy(option: str, value: str) -> None:
    needed_by = NEEDED_BY.get(option, {}) if value == "True" else {}
    assert policy_of(option, value, **needed_by).warnings == ()


@pytest.mark.parametrize(("option", "value"), values(3))
def test_prohibited_value_makes_none(option: str, value: str) -> None:
    with pytest.raises(PolicyError) as caught:
        policy_of(option, value)
    assert {problem.field for problem in caught.value.problems} == {option}


@pytest.mark.parametrize("options", [options for options, _ in COMBINATIONS])
def test_combination_is_refused(options: str) -> None:
    with pytest.raises(PolicyError):
        combine(options[1:-1])


@pytest.mark.parametrize(
    ("options", "switch"), [(options, switch) for options, switch in COMBINATIONS if switch]
)
def test_combination_is_permitted_by_its_switch_alone(options: str, switch: str) -> None:
    policy = combine(f"{options[1:-1]}, {switch[1:-1]}")
    assert list(policy.dangers) == [switch[1:].partition("=")[0]]


def test_defaults_are_those_of_the_code() -> None:
    shown = {row[0].strip("`"): row[1].strip("`") for row in OPTIONS}
    defaults = {option.name: repr(option.default) for option in dataclasses.fields(Policy)}
    assert shown == {name: defaults[name] for name in shown} | {"allow_origins": "none, required"}


@pytest.mark.parametrize("option", NAMES)
def test_every_option_has_a_row(option: str) -> None:
    assert [row[0] for row in OPTIONS].count(f"`{option}`") == 1


@pytest.mark.parametrize(
    ("option", "here"), [(option, here) for option, here in ELSEWHERE if option not in NAMES]
)
def test_option_of_another_library_is_refused_with_what_the_table_says(
    option: str, here: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        policy_from({"allow_origins": ["https://app.example.com"], option: True})
    (problem,) = caught.value.problems
    wanted = re.findall(r"`([^`]+)`", here) or [here]
    assert [text for text in wanted if text not in problem.hint] == []


@pytest.mark.parametrize(
    ("option", "here"), [(option, here) for option, here in ELSEWHERE if option in NAMES]
)
def test_option_of_the_same_name_stays_as_the_table_says(option: str, here: str) -> None:
    assert here == f"`{option}`"


def test_every_code_has_a_row() -> None:
    codes = [code for row in table("code") for code in re.findall(r"`([^`]+)`", row[0])]
    assert sorted(codes) == sorted(f"{PROBLEMS} {DOUBTS}".split())


def test_two_commands_start_on_a_fresh_machine_and_end_with_the_program() -> None:
    assert [command.rpartition(" ")[2] for command in COMMANDS] == [
        "examples.demo",
        ".venv/bin/tox",
    ]


@pytest.mark.parametrize(
    "document",
    [pytest.param(path, id=path.name) for path in sorted(ROOT.glob("*.md"))],
)
def test_links_to_files_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^):]+)\)", document.read_text())
    assert [link for link in links if not (ROOT / link.partition("#")[0]).exists()] == []
