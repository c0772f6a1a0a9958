"""The corpus of configurations: built, doubted, refused, or refused without an opt-in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cors_core import Policy, PolicyError, PolicyWarning

CORPUS = json.loads((Path(__file__).parents[1] / "cases" / "configs.json").read_text("utf-8"))


def cases(expected: str) -> list[Any]:
    found = [entry for entry in CORPUS["entries"] if entry["expected"] == expected]
    return [pytest.param(entry, id=f"{entry['id']}: {entry['why']}") for entry in found]


def options(entry: dict[str, Any]) -> dict[str, Any]:
    config = entry["config"]
    return {
        "allow_origins": config["origins"],
        "allow_credentials": config["credentials"],
        "allow_methods": config["methods"],
        "allow_headers": config["allow_headers"],
        "expose_headers": config["expose_headers"],
        "max_age": config["max_age"],
    }


@pytest.mark.parametrize("entry", cases("ok"))
def test_what_is_right_is_built_silently(entry: dict[str, Any]) -> None:
    policy = Policy(**options(entry))
    assert (policy.warnings, policy.dangers) == ((), {})


@pytest.mark.parametrize("entry", cases("warn"))
def test_what_is_doubtful_is_built_with_one_warning(entry: dict[str, Any]) -> None:
    with pytest.warns(PolicyWarning) as issued:
        Policy(**options(entry))
    assert len(issued) == 1


@pytest.mark.parametrize("entry", cases("error"))
def test_what_is_wrong_is_refused_whatever_the_opt_ins(entry: dict[str, Any]) -> None:
    with pytest.raises(PolicyError):
        Policy(
            **options(entry),
            dangerously_allow_null_origin=True,
            dangerously_allow_insecure_origins=True,
            dangerously_allow_public_suffix_origins=True,
        )


@pytest.mark.parametrize("entry", cases("dangerous"))
def test_what_is_dangerous_is_refused_without_its_opt_in(entry: dict[str, Any]) -> None:
    with pytest.raises(PolicyError, match=entry["opt_in"]):
        Policy(**options(entry))


@pytest.mark.parametrize("entry", cases("dangerous"))
def test_what_is_dangerous_is_built_with_its_opt_in(entry: dict[str, Any]) -> None:
    policy = Policy(**options(entry), **{entry["opt_in"]: True})
    assert dict(policy.dangers) == {entry["opt_in"]: tuple(entry["config"]["origins"])}


def test_every_configuration_is_tried() -> None:
    expected = {entry["expected"] for entry in CORPUS["entries"]}
    assert expected == {"ok", "warn", "error", "dangerous"}
