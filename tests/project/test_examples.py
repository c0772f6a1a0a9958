"""The examples, started as their first line says."""

from __future__ import annotations

import runpy
import wsgiref.simple_server
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


class Interrupted(AbstractContextManager["Interrupted"]):
    """A server whose user presses Ctrl-C at once."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def serve_forever(self) -> None:
        raise KeyboardInterrupt


@pytest.mark.parametrize("name", ["bottle_app", "falcon_app", "pyramid_app", "wsgi_app"])
def test_example_says_where_it_is_and_ends_quietly(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(wsgiref.simple_server, "make_server", lambda *_: Interrupted())
    runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")
    assert capsys.readouterr().out == "The orders are at http://127.0.0.1:8000/ until Ctrl-C.\n"
