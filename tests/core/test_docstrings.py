"""The examples in docstrings run, and print what they say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import cors_core

NAMES = {name: getattr(cors_core, name) for name in cors_core.__all__} | {
    "policy": cors_core.Policy(allow_origins=["https://app.example.com"]),
    "public": cors_core.Policy(allow_origins="*"),
}
MODULES = [
    importlib.import_module(module.name)
    for module in pkgutil.walk_packages(cors_core.__path__, "cors_core.")
]
EXAMPLES = [
    example
    for module in MODULES
    for example in doctest.DocTestFinder(exclude_empty=True).find(module, extraglobs=NAMES)
    if example.examples
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_prints_what_it_says(example: doctest.DocTest) -> None:
    report: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example, out=report.append)
    assert "".join(report) == ""


def test_examples_are_found() -> None:
    assert {"cors_core.policy.Policy", "cors_core.paths.PolicyMap"} <= {
        example.name for example in EXAMPLES
    }
