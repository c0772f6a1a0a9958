"""Each module imports only from lines above it, and importing the engine loads no stranger."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The rooms of the engine from top to bottom, and what each may import of the others.
ROOMS = {
    "fetch": "",
    "errors": "",
    "origin": "",
    "pattern": "origin",
    "headers": "fetch",
    "decision": "headers",
    "compiled": "fetch origin pattern headers decision",
    "validation": "fetch errors origin pattern",
    "policy": "fetch errors decision compiled validation",
    "source": "policy",
    "paths": "errors validation policy source",
    "config": "errors validation policy source paths",
    "report": "fetch errors origin pattern decision compiled policy",
    "__init__": "errors decision validation policy source paths config",
    "browser": "fetch errors origin source",
    "cli": "fetch errors policy paths browser __init__",
    "__main__": "cli",
}
# What is no standard library, and whether only inside functions and for type checkers.
STRANGERS = {
    "validation": {"publicsuffixlist", "idna"},
    "browser": {"publicsuffixlist", "httpx"},
    "cli": {"click", "rich"},
    "cors_wsgi": {"cors_core"},
    "cors_flask": {"cors_core", "cors_wsgi", "flask", "werkzeug"},
    "cors_django": {"cors_core", "django", "asgiref"},
}
FILES = {
    room: sorted((ROOT / "cors_core" / room).glob("*.py")) or [ROOT / "cors_core" / f"{room}.py"]
    for room in ROOMS
}
ADAPTERS = {
    name: sorted((ROOT / "adapters" / name).rglob("*.py")) for name in STRANGERS if "_" in name
}
ENGINE_FILES = [path for room, paths in FILES.items() for path in paths if room != "cli"]


def imports(file: Path, *, at_import: bool = False) -> set[str]:
    """Name every module that a file imports, or only those loaded when it is imported."""
    found = set()
    todo: list[ast.AST] = [ast.parse(file.read_text("utf-8"))]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file.name} has a relative import"
            # `from cors_core import fetch` imports a room, or a name of the package itself.
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        is_function = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for_types = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        if not (at_import and (is_function or for_types)):
            todo += ast.iter_child_nodes(node)
    return found


def rooms(names: set[str]) -> set[str]:
    """Name the rooms among the imported modules."""
    parts = [name.split(".") for name in names]
    return {part[1] if part[1] in ROOMS else "__init__" for part in parts if part[0] == "cors_core"}


def strangers(names: set[str], *known: str) -> set[str]:
    tops = {name.partition(".")[0] for name in names}
    return tops - set(sys.stdlib_module_names) - {"_typeshed", *known}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_the_design_lets_it(room: str) -> None:
    found = set().union(*(rooms(imports(file)) for file in FILES[room]))
    assert found - {room} <= set(ROOMS[room].split())


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_below_all_it_imports(room: str) -> None:
    above = list(ROOMS)[: list(ROOMS).index(room)]
    assert set(ROOMS[room].split()) <= set(above)


def test_every_room_is_in_the_table() -> None:
    found = {path.stem for path in (ROOT / "cors_core").iterdir() if path.name[0] != "."}
    assert found - {"__pycache__", "py"} == set(ROOMS)


def test_the_parts_of_validation_have_no_cycle() -> None:
    waiting = {
        path.stem: {
            name.split(".")[2] for name in imports(path) if name.startswith("cors_core.validation.")
        }
        for path in FILES["validation"]
    }
    while free := [name for name, needed in waiting.items() if not needed & waiting.keys()]:
        waiting = {name: needed for name, needed in waiting.items() if name not in free}
    assert waiting == {}


@pytest.mark.parametrize("file", ENGINE_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_engine_imports_strangers_only_inside_functions(file: Path) -> None:
    assert strangers(imports(file, at_import=True), "cors_core") == set()


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_knows_no_stranger_but_its_own(room: str) -> None:
    found = set().union(*(strangers(imports(file), "cors_core") for file in FILES[room]))
    assert found == STRANGERS.get(room, set())


@pytest.mark.parametrize("name", ADAPTERS)
def test_an_adapter_imports_the_engine_and_its_own_framework(name: str) -> None:
    found = set().union(*(strangers(imports(file), name) for file in ADAPTERS[name]))
    assert found <= STRANGERS[name]


FRESH = "import sys; before = set(sys.modules); import {}; print(*set(sys.modules) - before)"


@pytest.mark.parametrize(
    ("package", "loaded"),
    [
        pytest.param("cors_core", {"cors_core"}, id="the engine loads itself"),
        pytest.param("cors_wsgi", {"cors_core", "cors_wsgi"}, id="WSGI loads the engine"),
    ],
)
def test_importing_loads_nothing_of_third_parties(package: str, loaded: set[str]) -> None:
    run = subprocess.run(
        [sys.executable, "-c", FRESH.format(package)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'adapters'}"},
    )
    assert strangers(set(run.stdout.split())) == loaded


def test_importing_the_engine_fetches_no_logger_and_reads_no_list() -> None:
    run = subprocess.run(
        [sys.executable, "-c", FRESH.format("cors_core")],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT)},
    )
    loaded = set(run.stdout.split())
    assert {"logging", "publicsuffixlist", "idna", "socket", "threading"} & loaded == set()


def test_what_only_a_mistake_needs_is_not_imported() -> None:
    build = "from cors_core import Policy; Policy(allow_origins=['https://*.example.com'])"
    run = subprocess.run(
        [sys.executable, "-c", f"import sys; {build}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert {"cors_core.validation.faults", "difflib"} & set(run.stdout.split()) == set()


def test_settings_of_django_are_not_read_when_the_adapter_is_imported() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "import cors_django"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'adapters'}"},
    )
    assert (run.returncode, run.stderr) == (0, "")
