"""What is printed, made harmless: no escape draws, no markup counts, no secret shows."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.text import Text

from cors_core import fetch
from cors_core.errors import show

_NAMES = "auth|bearer|cookie|credential|[cx]srf|jwt|key|pass|secret|session|signature|ticket|token"
_SECRET = re.compile(rf"(?i)(?!.*-authenticate$|access-control-).*({_NAMES}|\b(otp|sig)\b)")
_USERINFO = re.compile(r"//[^/?#\s]*@")
# What a handshake says of its own accord; no header on the command line makes it a secret.
_WORDS = {"true", "null", "*", "vary", "origin", *fetch.REGISTERED_METHODS}


class Screen(Console):
    """Where a command prints.

    Args:
        headers: What was given on the command line; what of it is secret shows as ``***``, even
            where a server sends it back.
        known: What else was given there: words that stay, even where a secret is in one.
    """

    def __init__(self, headers: Iterable[tuple[str, str]] = (), known: Iterable[str] = ()) -> None:
        super().__init__(highlight=False)
        values = [value for name, value in headers if _SECRET.match(name)]
        # "Bearer abc" may come back as "abc".
        values += [value.partition(" ")[2].strip() for value in values]
        shown = [text for value in values if value for text in (value, repr(value)[1:-1])]
        # Chance puts no text of eight characters into a longer word.
        secret = "|".join(re.escape(it) if len(it) >= 8 else _whole(it) for it in shown)
        plain = "|".join(map(_whole, _WORDS.union(known) - {""}))
        self._secrets = re.compile(f"({plain})|{secret or '(?!)'}", re.IGNORECASE)

    def hide(self, text: str) -> str:
        """Hide what is secret in what a server may have sent."""
        return self._secrets.sub(lambda found: found[1] or "***", text)

    def clean(self, text: str) -> str:
        """Hide users and passwords, and escape what could draw on a terminal."""
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

    def data(self, told: object) -> None:
        """Print JSON, which escapes by itself."""
        self.out(_USERINFO.sub("//***@", json.dumps(told, indent=2, default=show)))

    def told(self, pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        """Make data of a part of an outcome: of a body nothing, of some headers only the name."""
        return {name: self._told(name, value) for name, value in pairs if name != "body"}

    def on_broken_pipe(self) -> None:
        """End at once, and not as a refusal does: nobody reads on."""
        os._exit(141)

    def _told(self, name: str, value: Any) -> Any:
        if name == "headers":
            return [(n, "***" if _SECRET.match(n) else self.hide(text)) for n, text in value]
        return self.hide(value) if value and name in {"url", "detail", "fix"} else value


def _whole(text: str) -> str:
    """Match `text` where it is no part of a longer word."""
    return rf"(?:(?<![\w-])|(?<=%20)){re.escape(text)}(?![\w-])"
