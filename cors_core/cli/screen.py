"""What is printed, made harmless: no escape draws, no markup counts, no secret shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from cors_core.errors import show

_SECRET_HEADERS = {"authorization", "cookie", "proxy-authorization", "set-cookie"}
_USERINFO = re.compile(r"//[^/?#\s]*@")


class Screen(Console):
    """Where a command prints.

    Args:
        headers: What was given on the command line; what of it is secret shows as ``***``, even
            where a server sends it back.
    """

    def __init__(self, headers: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(highlight=False)
        values = [value for name, value in headers if name.lower() in _SECRET_HEADERS]
        # "Bearer abc" may come back as "abc".
        values += [value.partition(" ")[2].strip() for value in values]
        # What is shorter hides nothing, and is found in every other word.
        values = [value for value in values if len(value) > 3]
        self._secrets = [shown for value in values for shown in (value, repr(value)[1:-1])]

    def clean(self, text: str) -> str:
        """Hide what is secret, and escape what could draw on a terminal."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        text = _USERINFO.sub("//***@", text)
        text = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
        # What cannot be shown is no reason for a traceback.
        return text.encode(self.encoding, "backslashreplace").decode(self.encoding)

    def safe(self, text: str, style: str = "") -> Text:
        """Make a text of which rich interprets nothing."""
        return Text(self.clean(text), style, overflow="fold")

    def tell(self, text: str, style: str = "") -> None:
        """Print one line, however long it is."""
        self.print(self.safe(text, style), soft_wrap=True)

    def data(self, value: object) -> None:
        """Print JSON: of a body nothing, of some headers only the name."""
        self.out(json.dumps(self._plain(value), indent=2, default=show), highlight=False)

    def _plain(self, value: object) -> object:
        if isinstance(value, dict):
            return {key: self._plain(item) for key, item in value.items() if key != "body"}
        if isinstance(value, (list, tuple)):
            is_secret = len(value) == 2 and str(value[0]).lower() in _SECRET_HEADERS
            return [value[0], "***"] if is_secret else [self._plain(item) for item in value]
        return self.clean(value) if isinstance(value, str) else value
