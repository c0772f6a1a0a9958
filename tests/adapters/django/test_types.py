"""A type checker sees the mistakes of a project before it starts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PROJECT = """
from cors_core import Policy, PolicyMap, PolicySource
from cors_django import CORSMiddleware

class Tenants:
    def policy_for(self, host: str, path: str) -> Policy | None:
        return None

class Backwards:
    def policy_for(self, path: bytes) -> Policy | None:
        return None

class Guarded(CORSMiddleware):
    pass

CORS_POLICY: PolicySource = PolicyMap({"/tenants/*": Tenants(), "/internal/*": None})
tenants: PolicySource = Backwards()
policy = Policy(allow_origins=["*"], supports_credentials=True)
middleware = CORSMiddleware()
"""
ERRORS = [
    (
        'Incompatible types in assignment (expression has type "Backwards", variable has type '
        '"PolicySource")  [assignment]'
    ),
    'Unexpected keyword argument "supports_credentials" for "Policy"  [call-arg]',
    'Missing positional argument "get_response" in call to "CORSMiddleware"  [call-arg]',
]


def test_mypy_finds_these_mistakes_and_no_others(tmp_path: Path) -> None:
    (tmp_path / "project.py").write_text(PROJECT)
    finished = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "project.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"^project\.py:\d+: error: (.*)$", finished.stdout, re.MULTILINE)
    assert found == ERRORS, finished.stdout + finished.stderr
