"""What is installed, and what of it is public."""

from __future__ import annotations

import ast
import configparser
import enum
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

import cors_core
from cors_core import Reason
from cors_core.validation import WARNINGS

ROOT = Path(__file__).parents[2]
SETUP = configparser.ConfigParser()
SETUP.read(ROOT / "setup.cfg", "utf-8")
OPTIONS = SETUP["options"]
PACKAGES = OPTIONS["packages"].split()
SOURCES = ("adapters", "benchmarks", "cors_core", "examples", "tests")
FOLDERS = dict(line.split(" = ") for line in OPTIONS["package_dir"].strip().splitlines())
PUBLIC = """Policy DENY PolicyMap PolicySource policy_from PolicyError PolicyWarning Problem
Decision RequestKind Reason check_origin load"""
# The table of the design, and at its end what only files can be.
PROBLEMS = """policy-missing policy-twice origins-missing not-a-list wrong-type
predicate-unusable unknown-option origin-malformed origin-default-port origin-port origin-pattern
origin-null any-origin-with-credentials origin-insecure origin-public-suffix method-malformed
method-forbidden header-malformed header-forbidden header-misplaced wildcard-with-credentials
max-age-range path-malformed path-value file-malformed"""
DOUBTS = """duplicate origin-covered any-origin-redundant wildcard-redundant origin-clear-text
method-case method-options method-override header-redundant max-age-capped danger-unused"""


def test_every_folder_with_code_is_a_listed_package() -> None:
    found = [
        *(path.parent for path in (ROOT / "cors_core").rglob("__init__.py")),
        *(path.parent for path in (ROOT / "adapters").rglob("__init__.py")),
    ]
    names = {".".join(path.relative_to(ROOT).parts).removeprefix("adapters.") for path in found}
    assert names == set(PACKAGES)


def test_every_listed_folder_is_named_like_its_package() -> None:
    tops = {name for name in PACKAGES if "." not in name}
    assert {name: name if name == "cors_core" else f"adapters/{name}" for name in tops} == FOLDERS


@pytest.mark.parametrize("folder", ["adapters", "tests", "examples"])
def test_a_plain_folder_is_no_package(folder: str) -> None:
    assert not (ROOT / folder / "__init__.py").exists()


@pytest.mark.parametrize("folder", FOLDERS.values())
def test_a_package_is_typed(folder: str) -> None:
    assert (ROOT / folder / "py.typed").read_bytes() == b""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel, built from a copy below it so that nothing is left here."""
    folder = tmp_path_factory.mktemp("built")
    source = folder / "source"
    source.mkdir()
    copied = [*SOURCES, *(path.name for path in ROOT.iterdir() if path.is_file())]
    subprocess.run(["cp", "-r", *(ROOT / name for name in copied), source], check=True)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, source]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> list[str]:
    """The names of the files in the wheel."""
    (file,) = built.glob("*.whl")
    return zipfile.ZipFile(file).namelist()


@pytest.fixture(scope="module")
def sdist(built: Path) -> set[str]:
    """The names of the files in the source distribution, which setuptools lists on the way."""
    return set((built / "source/cors_core.egg-info/SOURCES.txt").read_text("utf-8").split())


def test_the_wheel_has_these_packages_and_no_other(wheel: list[str]) -> None:
    tops = {name.partition("/")[0] for name in wheel if ".dist-info/" not in name}
    assert tops == {"cors_core", "cors_wsgi", "cors_flask", "cors_django"}


def test_the_wheel_has_every_module_and_marker(wheel: list[str]) -> None:
    expected = {
        str(path.relative_to(root))
        for root in (ROOT, ROOT / "adapters")
        for path in root.glob("cors_*/**/*")
        if path.suffix == ".py" or path.name == "py.typed"
    }
    assert {name for name in wheel if ".dist-info/" not in name} == expected


def test_the_wheel_has_the_license(wheel: list[str]) -> None:
    assert [name for name in wheel if name.endswith("/licenses/LICENSE")] != []


@pytest.mark.parametrize("folder", SOURCES)
def test_the_source_distribution_has_every_file_of_a_folder(sdist: set[str], folder: str) -> None:
    expected = {
        str(path.relative_to(ROOT))
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc" and not path.name.endswith(".pyperf.json")
    }
    assert {name for name in sdist if name.startswith(f"{folder}/")} == expected


def test_the_source_distribution_has_the_documents_and_the_settings_of_tools(
    sdist: set[str],
) -> None:
    expected = {path.name for path in ROOT.iterdir() if path.suffix in {".md", ".toml", ".ini"}}
    assert expected - sdist == set()


def test_the_description_is_the_first_sentence_of_the_readme() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["description"] == (ROOT / "README.md").read_text("utf-8").splitlines()[2]


def test_the_public_names_are_those_of_the_design() -> None:
    assert sorted(cors_core.__all__) == sorted(PUBLIC.split())


@pytest.mark.parametrize(
    ("package", "names"),
    [
        ("cors_wsgi", ["CORSMiddleware"]),
        ("cors_flask", ["CORS"]),
        ("cors_django", ["CORSMiddleware"]),
    ],
)
def test_an_adapter_has_one_public_name(package: str, names: list[str]) -> None:
    assert list(importlib.import_module(package).__all__) == names


MODULES = [
    importlib.import_module(found.name)
    for name in FOLDERS
    for found in [
        pkgutil.ModuleInfo(None, name, True),  # type: ignore[arg-type]
        *pkgutil.walk_packages(importlib.import_module(name).__path__, f"{name}."),
    ]
]


def defined(module: Any) -> list[Any]:
    """List what is public in a module and written there, with the members of its classes."""
    found = [
        (f"{module.__name__}.{name}", value)
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    ]
    members = [
        (f"{where}.{name}", value.fget if isinstance(value, property) else value)
        for where, owner in found
        if inspect.isclass(owner) and not issubclass(owner, enum.Enum)
        for name, value in vars(owner).items()
        if not name.startswith("_") and (callable(value) or isinstance(value, property))
    ]
    return [
        pytest.param(value, id=where)
        for where, value in (*found, *members)
        if inspect.isclass(value) or inspect.isfunction(value)
    ]


@pytest.mark.parametrize("value", [param for module in MODULES for param in defined(module)])
def test_what_is_public_says_what_it_is(value: Any) -> None:
    # Without an overridden method, what is inherited says it.
    assert inspect.getdoc(value)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_a_module_says_what_it_is_for(module: Any) -> None:
    assert module.__doc__


def test_codes_are_unique_over_problems_warnings_and_reasons() -> None:
    codes = [*PROBLEMS.split(), *DOUBTS.split(), *(str(reason) for reason in Reason)]
    assert len(codes) == len(set(codes))


def test_warnings_have_the_codes_of_the_design() -> None:
    assert set(DOUBTS.split()) == WARNINGS


def codes_in(file: Path) -> set[str]:
    """Name what a file can give as a code: words joined by hyphens, and how a problem begins."""
    source = file.read_text("utf-8")
    texts = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    begins = re.findall(r'\bProblem\(\s*"([^"]*)"', source)
    return {*begins, *(text for text in texts if re.fullmatch(r"[a-z]+(-[a-z]+)+", str(text)))}


def test_the_sources_give_the_codes_of_the_design_and_no_other() -> None:
    core = ROOT / "cors_core"
    files = [
        *(core / f"{room}.py" for room in ("errors", "policy", "source", "paths", "config")),
        *(core / "validation").glob("*.py"),
        *(ROOT / "adapters").rglob("*.py"),
    ]
    assert set().union(*map(codes_in, files)) == {*PROBLEMS.split(), *DOUBTS.split()}
