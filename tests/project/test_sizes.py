"""What decides is read in one sitting: limits for lines of code, which are not comments."""

from __future__ import annotations

import ast
import io
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SILENT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
DECIDING = "fetch origin pattern headers decision compiled".split()


def docstring_lines(source: str) -> set[int]:
    texts = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ]
    return {line for node in texts for line in range(node.lineno, (node.end_lineno or 0) + 1)}


def size(source: str) -> int:
    """Count the lines that have code, without comments, docstrings and blank lines."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    code = {
        line
        for token in tokens
        if token.type not in SILENT
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(code - docstring_lines(source))


def sizes(paths: list[Path]) -> int:
    return sum(size(path.read_text("utf-8")) for path in paths)


ENGINE = sorted((ROOT / "cors_core").rglob("*.py"))
VALIDATION = [path for path in ENGINE if path.parent.name == "validation"]
DECIDES = [ROOT / "cors_core" / f"{name}.py" for name in DECIDING]
BROWSER = [path for path in ENGINE if path.parent.name == "browser"]
CLI = [path for path in ENGINE if path.parent.name == "cli"]
REST = [path for path in ENGINE if path not in (*VALIDATION, *DECIDES, *BROWSER, *CLI)]
ADAPTERS = sorted(path.parent for path in (ROOT / "adapters").glob("*/__init__.py"))
MODULES = [*ENGINE, *sorted((ROOT / "adapters").rglob("*.py"))]


@pytest.mark.parametrize(
    ("paths", "limit"),
    [
        pytest.param(DECIDES, 600, id="what decides a request"),
        pytest.param(VALIDATION, 700, id="what refuses a bad policy"),
        pytest.param(REST, 500, id="the rest of the engine"),
        pytest.param(BROWSER, 900, id="the browser"),
        pytest.param(CLI, 250, id="the command line"),
        *(pytest.param(sorted(path.rglob("*.py")), 200, id=path.name) for path in ADAPTERS),
    ],
)
def test_a_part_stays_small(paths: list[Path], limit: int) -> None:
    assert sizes(paths) < limit


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_stays_small(path: Path) -> None:
    assert size(path.read_text("utf-8")) <= 300


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        pytest.param("x = 1\n\n# why\ny = 2  # why\n", 2, id="comments and blank lines"),
        pytest.param('"""Doc.\n\nMore.\n"""\nx = 1\n', 1, id="docstring of a module"),
        pytest.param('def f():\n    """Doc."""\n    return 1\n', 2, id="docstring of a function"),
        pytest.param('x = 1\n"""Doc of x."""\n', 1, id="docstring of an attribute"),
        pytest.param('x = """a\n\nb"""\n', 3, id="a text that is no docstring"),
        pytest.param("x = (\n    1,\n)\n", 3, id="lines of one statement"),
    ],
)
def test_only_lines_of_code_count(source: str, lines: int) -> None:
    assert size(source) == lines
