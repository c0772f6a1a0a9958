"""A type checker sees the mistakes before the application starts."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

RIGHT = """
from flask import Flask
from cors_core import Policy, PolicyMap
from cors_flask import CORS

app = Flask(__name__)
policy = Policy(allow_origins=["https://app.example.com"])
CORS(app, policy)
CORS(app, {"allow_origins": "*"})
CORS(app=app, policy=PolicyMap({"/api/*": policy, "/internal/*": None}))
CORS().init_app(app, policy)
"""
WRONG = {
    "origins": 'CORS(app, origins=["https://app.example.com"])',
    "supports_credentials": "CORS(app, policy, supports_credentials=True)",
    "resources": "CORS().init_app(app, resources={})",
    "blueprint": 'CORS(Blueprint("api", __name__), policy)',
}


@pytest.fixture(scope="module")
def errors(tmp_path_factory: pytest.TempPathFactory) -> dict[int, str]:
    """What mypy says of a user's module, by line."""
    folder = tmp_path_factory.mktemp("project")
    source = RIGHT.replace("import Flask", "import Blueprint, Flask") + "\n".join(WRONG.values())
    (folder / "main.py").write_text(source)
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "main.py"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    found = re.findall(r"^main\.py:(\d+): error: (.*)$", run.stdout, re.MULTILINE)
    assert run.returncode in (0, 1), run.stdout + run.stderr
    return {int(line): message for line, message in found}


def test_what_the_documents_show_is_right(errors: dict[int, str]) -> None:
    assert {line: error for line, error in errors.items() if line <= RIGHT.count("\n")} == {}


@pytest.mark.parametrize(
    ("mistake", "error"),
    [
        pytest.param(
            "origins",
            'Argument "origins" to "CORS" has incompatible type "list[str]"; expected "Never"  '
            "[arg-type]",
            id="origins of another library",
        ),
        pytest.param(
            "supports_credentials",
            'Argument "supports_credentials" to "CORS" has incompatible type "bool"; expected '
            '"Never"  [arg-type]',
            id="credentials of another library",
        ),
        pytest.param(
            "resources",
            'Argument "resources" to "init_app" of "CORS" has incompatible type '
            '"dict[Never, Never]"; expected "Never"  [arg-type]',
            id="paths of another library",
        ),
        pytest.param(
            "blueprint",
            'Argument 1 to "CORS" has incompatible type "Blueprint"; expected "Flask | None"  '
            "[arg-type]",
            id="blueprint",
        ),
    ],
)
def test_mypy_rejects(errors: dict[int, str], mistake: str, error: str) -> None:
    assert errors.get(RIGHT.count("\n") + 1 + [*WRONG].index(mistake)) == error
