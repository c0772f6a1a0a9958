"""The policy of this site, read from the settings once per value."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from cors_core import Policy, PolicyError, PolicySource, PolicyWarning, Problem, policy_from
from cors_core.report import Reporter

SETTING = "CORS_POLICY"
PASTE = 'Write CORS_POLICY = {"allow_origins": ["https://app.example.com"]}.'
_DOTTED_PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)+")


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the middleware needs of the settings; outlives it, as every test client makes one.

    Attributes:
        policy: The policy, if it is one and the same for every URL.
        source: Otherwise asked for each.
        forwarded: Whether the site believes ``X-Forwarded-Host``.
        report: Says everything once per value of the setting.
    """

    policy: Policy | None
    source: PolicySource
    forwarded: bool
    report: Reporter

    def host_of(self, meta: Mapping[str, Any]) -> str:
        """Return the host that the site believes, unvalidated, in lower case; ``""`` if none."""
        host: str = meta.get("HTTP_HOST", "")
        if self.forwarded:
            host = meta.get("HTTP_X_FORWARDED_HOST", host)
        return host.lower()


_current: Configuration | None = None


def current() -> Configuration:
    """Return the configuration, compiled if it is not.

    Raises:
        PolicyError: If the setting is wrong.
    """
    global _current  # noqa: PLW0603 - one site, one policy, as with every setting
    if _current is None:
        source = read_source()
        _current = Configuration(
            source if isinstance(source, Policy) else None,
            source,
            settings.USE_X_FORWARDED_HOST,
            Reporter("cors_core.django"),
        )
    return _current


def read_source() -> PolicySource:
    """Make a policy source of the setting, whichever of its forms it has.

    Raises:
        PolicyError: If the setting is missing or wrong.
    """
    value: object = getattr(settings, SETTING, None)
    if value is None or value == {}:
        message = "There is no default policy: nothing is allowed until it is written down."
        raise PolicyError([Problem("policy-missing", SETTING, None, None, message, PASTE)])
    if isinstance(value, str):
        if not _DOTTED_PATH.fullmatch(value):
            message = "This is no dotted path of a policy source."
            raise PolicyError([Problem("wrong-type", SETTING, None, value, message, PASTE)])
        value = _import(value)
    # The system checks report them, once and where Django reports such things.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PolicyWarning)
        return policy_from(value)


def _import(path: str) -> object:
    try:
        return import_string(path)
    except PolicyError:
        raise
    except Exception as error:
        message = f"Importing it raised {type(error).__name__}: {error}."
        hint = "Correct the path, or the module."
        raise PolicyError([Problem("wrong-type", SETTING, None, path, message, hint)]) from error


def _forget(*, setting: str, **_: Any) -> None:
    global _current  # noqa: PLW0603 - see above
    if setting in (SETTING, "USE_X_FORWARDED_HOST"):
        _current = None


setting_changed.connect(_forget, dispatch_uid="cors_django")
