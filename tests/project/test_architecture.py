"""The table in ARCHITECTURE.md says what each room imports, and is right."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("cors_core", "cors_wsgi", "cors_flask", "cors_django")
TABLE = re.findall(
    r"^\| `([\w/.]+)` \| .* \| (.*)\|$", (ROOT / "ARCHITECTURE.md").read_text(), re.MULTILINE
)
ROOMS = [Path(room).stem for room, _ in TABLE]


def imported_by(file: Path) -> set[str]:
    """Every module that a file imports, wherever in it, but for the standard library."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            # `from cors_core import fetch` imports a room, `from cors_core import Policy` a name.
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.partition(".")[0] not in sys.stdlib_module_names}


def room_of(name: str, *, inside_engine: bool) -> str:
    package, _, rest = name.partition(".")
    room = rest.partition(".")[0]
    # What is no room is a public name of the whole engine.
    return room if inside_engine and package == "cors_core" and room in ROOMS else package


def imports_of(room: str) -> set[str]:
    path = ROOT / room
    files = [path] if path.is_file() else sorted(path.rglob("*.py"))
    names = set().union(*map(imported_by, files))
    found = {room_of(name, inside_engine=room.startswith("cors_core/")) for name in names}
    # What the type checker alone reads.
    return found - {path.stem, "_typeshed"}


@pytest.mark.parametrize(("room", "imports"), TABLE)
def test_room_imports_what_the_table_says(room: str, imports: str) -> None:
    assert imports_of(room) == set(re.findall(r"`(\w+)`", imports))


@pytest.mark.parametrize(("room", "imports"), TABLE)
def test_room_imports_only_from_above(room: str, imports: str) -> None:
    ours = [name for name in re.findall(r"`(\w+)`", imports) if name in ROOMS]
    above = ROOMS[: ROOMS.index(Path(room).stem)]
    assert [name for name in ours if name not in above] == []


def test_every_module_is_a_room() -> None:
    engine = [path for path in (ROOT / "cors_core").iterdir() if path.name[0] not in "_."]
    adapters = [path for path in (ROOT / "adapters").iterdir() if path.name[0] not in "_."]
    rooms = {path.stem for path in (*engine, *adapters) if path.name != "py.typed"}
    assert rooms == set(ROOMS)
