"""``use = egg:cors-core`` in a PasteDeploy file puts the policy of a file around what follows."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from paste.deploy import loadapp
from webtest import TestApp

from cors_core import PolicyError

ROOT = Path(__file__).parents[2]
ORIGIN = "https://app.example.com"
PIPELINE = """
[pipeline:main]
pipeline = cors app

[filter:cors]
use = egg:cors-core
policy = %(here)s/cors.toml
"""
FILTER_WITH = """
[app:main]
use = app
filter-with = cors

[filter:cors]
use = egg:cors-core
policy = %(here)s/cors.toml
"""
FILTER_APP = """
[filter-app:main]
use = egg:cors-core
next = app
policy = %(here)s/cors.toml
"""
APP = """
[app:app]
paste.app_factory = application_for_paste:factory
"""
MODULE = """
def factory(global_conf, **local_conf):
    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"orders"]
    return application
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an application, and the distribution as pyproject.toml describes it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    folder = tmp_path / "cors_core-0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: cors-core\nVersion: 0\n")
    groups = [
        "\n".join([f"[{group}]", *(f"{name} = {value}" for name, value in entries.items())])
        for group, entries in project["entry-points"].items()
    ]
    (folder / "entry_points.txt").write_text("\n".join(groups))
    (tmp_path / "application_for_paste.py").write_text(MODULE)
    (tmp_path / "cors.toml").write_text(f'allow_origins = ["{ORIGIN}"]\n')
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def app_of(site: Path, text: str) -> Any:
    (site / "site.ini").write_text(text + APP)
    return loadapp(f"config:{site / 'site.ini'}")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PIPELINE, id="pipeline"),
        pytest.param(FILTER_WITH, id="filter-with"),
        pytest.param(FILTER_APP, id="filter-app"),
    ],
)
@pytest.mark.parametrize(
    ("origin", "headers"),
    [
        pytest.param(
            ORIGIN,
            [("access-control-allow-origin", ORIGIN), ("vary", "Origin")],
            id="listed origin",
        ),
        pytest.param("https://attacker.example", [("vary", "Origin")], id="other origin"),
    ],
)
def test_filter_answers_by_the_policy_in_the_file(
    site: Path, text: str, origin: str, headers: list[tuple[str, str]]
) -> None:
    response = TestApp(app_of(site, text)).get("/orders", headers={"Origin": origin})
    found = [(name.lower(), value) for name, value in response.headerlist]
    cors = [pair for pair in found if pair[0] == "vary" or pair[0].startswith("access-control-")]
    assert (response.text, sorted(cors)) == ("orders", headers)


def test_wrong_policy_keeps_the_site_from_starting(site: Path) -> None:
    (site / "cors.toml").write_text('allow_origins = ["app.example.com"]\n')
    with pytest.raises(PolicyError) as caught:
        app_of(site, PIPELINE)
    assert str(caught.value) == (
        f"invalid CORS policy in '{site / 'cors.toml'}' (1 problem):\n"
        "  allow_origins[0]: 'app.example.com': The scheme is missing, and http and https are "
        "different origins. Write https://app.example.com. [origin-malformed]"
    )


def test_missing_policy_keeps_the_site_from_starting(site: Path) -> None:
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'policy'"):
        app_of(site, PIPELINE.replace("policy = ", "# policy = "))
