"""What SOURCE can be: a file, something that is imported, or a URL."""

from __future__ import annotations

import os
import re
import sys
from importlib import import_module
from operator import attrgetter

from click import UsageError

from cors_core import PolicyError, load, policy_from
from cors_core.browser import live

_NO_SOURCE = "SOURCE is no existing file and no module:attribute; explain takes http:// URLs, too."


def server_at(source: str, path: str) -> tuple[object, str]:
    """Find what answers, and the URL that is fetched.

    Raises:
        PolicyError: It is a policy, and wrong.
        UsageError: It can answer nothing.
    """
    if path and not path.startswith("/"):
        raise UsageError("--path begins with '/'.")
    if "://" not in source:
        value = find(source)
        is_application = callable(value) and not hasattr(value, "policy_for")
        return value if is_application else policy_from(value), f"https://server.test{path or '/'}"
    found = re.match(r"(?i)https?://[^/?#\\@]+(?=[/?#\\]|\Z)", source)
    if not found:
        raise UsageError("A URL is http:// or https:// here, without a user or a password.")
    return live(), f"{found[0]}{path}" if path else source


def find(source: str) -> object:
    """Read a file, or import what ``module:attribute`` names.

    Raises:
        PolicyError: It is a policy, and wrong.
        UsageError: It is neither, or cannot be read.
    """
    module, _, attribute = source.partition(":")
    try:
        if os.path.isfile(source):
            return load(source)
        # What else has a colon may be a header, or a URL with a password: it is not repeated.
        if not re.fullmatch(r"[\w.-]+:[\w.]+", source):
            raise UsageError(_NO_SOURCE)
        sys.path.insert(0, os.getcwd())
        value: object = attrgetter(attribute)(import_module(module))
        # Django's setting may be the dotted path of a source; in circles that ends as an error.
        is_path = isinstance(value, str) and re.fullmatch(r"\w+(\.\w+)+", value)
        return find(":".join(str(value).rsplit(".", 1))) if is_path else value
    except (PolicyError, UsageError):
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a module may do anything
        raise UsageError(f"Reading {source!r}: {type(error).__name__}: {error}.") from None
