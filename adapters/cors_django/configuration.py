"""The policy of this site, read from the settings once per value."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from cors_core import Policy, PolicyError, PolicySource, PolicyWarning, Problem, policy_from
from cors_core.config import policy_missing
from cors_core.errors import without_password
from cors_core.report import Reporter

SETTING = "CORS_POLICY"
_PASTE = 'Write CORS_POLICY = {"allow_origins": ["https://app.example.com"]}.'


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

    def host_of(self, meta: dict[str, str]) -> str:
        """Return the host that the site believes, unvalidated, in lower case; ``""`` if none."""
        host = meta.get("HTTP_HOST", "")
        if self.forwarded:
            host = meta.get("HTTP_X_FORWARDED_HOST", host)
        return host.lower()


@cache
def current() -> Configuration:
    """Return the configuration, compiled by the first who asks.

    Raises:
        PolicyError: If the setting is wrong.
    """
    source = read_source()
    fixed = source if isinstance(source, Policy) else None
    return Configuration(fixed, source, settings.USE_X_FORWARDED_HOST, Reporter("cors_core.django"))


def read_source() -> PolicySource:
    """Make a policy source of the setting, whichever of its forms it has.

    Raises:
        PolicyError: If the setting is missing or wrong.
    """
    value: object = getattr(settings, SETTING, None)
    if value is None or value == {}:
        raise policy_missing("", _PASTE)
    try:
        found = import_string(value) if isinstance(value, str) else value
    except PolicyError:
        raise
    except Exception as error:
        what = f"{type(error).__name__}: {without_password(' '.join(str(error).split()))}"
        message = f"Importing this failed: {what}."
        raise PolicyError([Problem("wrong-type", "", None, value, message, _PASTE)]) from error
    # The system checks report what is in the settings, where Django reports such things.
    with warnings.catch_warnings(action="ignore", category=PolicyWarning):
        return policy_from(found)


def _forget(*, setting: str, **_: object) -> None:
    if setting in (SETTING, "USE_X_FORWARDED_HOST"):
        current.cache_clear()


setting_changed.connect(_forget, dispatch_uid="cors_django")
