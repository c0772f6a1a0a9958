"""What runs before a commit is what tox runs."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_hook_checks_the_types_that_tox_checks() -> None:
    tox = configparser.ConfigParser()
    tox.read(ROOT / "tox.ini", "utf-8")
    hooks = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    assert re.findall("entry: (mypy .*)", hooks) == [tox["testenv:types"]["commands"]]
