"""The fixture that keeps files, sockets and threads from the engine does keep them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(lambda: open("policy.toml", "rb"), id="open"),  # noqa: SIM115
        pytest.param(lambda: Path("policy.toml").read_text("utf-8"), id="pathlib"),
        pytest.param(lambda: socket.create_connection(("127.0.0.1", 1)), id="socket"),
        pytest.param(lambda: threading.Thread().start(), id="thread"),
    ],
)
def test_the_engine_has_no(attempt: Callable[[], object]) -> None:
    with pytest.raises(AssertionError, match="the engine does no I/O"):
        attempt()
