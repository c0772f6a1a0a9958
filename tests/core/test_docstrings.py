"""The examples in docstrings run, and print what they say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import cors_core
import cors_django
import cors_flask
import cors_wsgi

NAMES = {name: getattr(cors_core, name) for name in cors_core.__all__} | {
    "policy": cors_core.Policy(allow_origins=["https://app.example.com"]),
    "public": cors_core.Policy(allow_origins="*"),
    "application": lambda environ, start_response: [],
}
PLACES = {
    **{
        module.name: importlib.import_module(module.name)
        for module in pkgutil.walk_packages(cors_core.__path__, "cors_core.")
    },
    # Not their modules: the settings of Django are in those, and may not be looked at here.
    "cors_wsgi.CORSMiddleware": cors_wsgi.CORSMiddleware,
    "cors_flask.CORS": cors_flask.CORS,
    "cors_django.CORSMiddleware": cors_django.CORSMiddleware,
}
EXAMPLES = [
    example
    for name, place in PLACES.items()
    for example in doctest.DocTestFinder(exclude_empty=True).find(place, name, extraglobs=NAMES)
    if example.examples
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_prints_what_it_says(example: doctest.DocTest) -> None:
    report: list[str] = []
    # Left to itself it takes the -v of pytest for its own.
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    runner.run(example, out=report.append)
    assert "".join(report) == ""


@pytest.mark.parametrize(
    "name",
    [
        "cors_core.policy.Policy",
        "cors_core.paths.PolicyMap",
        "cors_core.decision.Decision.apply_to",
        "cors_wsgi.CORSMiddleware",
        "cors_flask.CORS",
        "cors_django.CORSMiddleware",
    ],
)
def test_an_example_is_found(name: str) -> None:
    assert name in [example.name for example in EXAMPLES]
