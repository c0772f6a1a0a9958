"""What keeps the demo from running."""

from __future__ import annotations


class Trouble(Exception):  # noqa: N818
    """The demo cannot run; the message is one sentence that says what to do."""
