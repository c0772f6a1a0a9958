"""The engine decides without files, sockets and threads: here it has none."""

from __future__ import annotations

import builtins
import io
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from publicsuffixlist import PSLFILE

# No example database, no deadline: nothing is written, and a busy machine fails no test.
settings.register_profile("core", database=None, deadline=None, max_examples=150)
settings.load_profile("core")

OTHERS = (".hypothesis", "__pycache__", ".py", ".pdbrc")
_open = io.open


@pytest.fixture(autouse=True)
def without_io(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError(f"the engine does no I/O: {args!r}")

    def guarded_open(file: Any, *args: Any, **kwargs: Any) -> Any:
        # The list of public suffixes is data of a rule; an import, and what Hypothesis and
        # doctest read, is none of the engine's business.
        name = str(file)
        if name != PSLFILE and not any(part in name for part in OTHERS):
            refuse(file)
        return _open(file, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(builtins, "open", guarded_open)
        patch.setattr(io, "open", guarded_open)
        patch.setattr(socket, "socket", refuse)
        patch.setattr(threading.Thread, "start", refuse)
        yield
