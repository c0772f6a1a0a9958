"""System checks: what is wrong with the policy, and with the place of the middleware.

Classes are known by name, so that nothing is imported which the site does not use.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from django.apps import apps
from django.conf import settings
from django.core.checks import ERROR, INFO, WARNING, CheckMessage, Tags, register
from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.http import is_same_domain
from django.utils.module_loading import import_string

from cors_core import Policy, PolicyError, Problem
from cors_core.paths import entries
from cors_django.configuration import SETTING, current

_OURS = "cors_django.middleware.CORSMiddleware"
_SECURITY = "django.middleware.security.SecurityMiddleware"
_WHITENOISE = "whitenoise.middleware.WhiteNoiseMiddleware"
_NOT_ABOVE = {
    _SECURITY: "redirects preflights to https, which no browser follows",
    _WHITENOISE: "answers for static files, whatever the policy says of them",
    "django.middleware.common.CommonMiddleware": "redirects and refuses without CORS headers",
    "django.middleware.cache.UpdateCacheMiddleware": "keeps CORS headers when the policy changes",
    "corsheaders.middleware.CorsMiddleware": "sets CORS headers by settings of its own",
}
_FIRST = 'Put "cors_django.CORSMiddleware" first in MIDDLEWARE, once.'
_TRUST = "If its scripts may do all that the logged-in user may do, add it to CSRF_TRUSTED_ORIGINS."


@register(Tags.security)
def check_settings(**_: object) -> list[CheckMessage]:
    """Check ``CORS_POLICY``, the place of the middleware, and the settings beside them.

    Source: https://docs.djangoproject.com/en/stable/topics/checks/
    """
    stack = [_names(path) for path in settings.MIDDLEWARE]
    return [*_check_policy(stack), *_check_place(stack), *_check_other_settings()]


def _check_policy(stack: list[list[str]]) -> Iterator[CheckMessage]:
    try:
        policies = [(at, it) for at, it in entries(current().source) if isinstance(it, Policy)]
    except PolicyError as error:
        yield from (_of_problem(ERROR, problem) for problem in error.problems)
        return
    for where, policy in policies:
        yield from (_of_problem(WARNING, warning, where) for warning in policy.warnings)
    credentialed = [policy.allow_origins for _, policy in policies if policy.allow_credentials]
    if "django.middleware.csrf.CsrfViewMiddleware" in chain(*stack):
        for origin in filter(_is_untrusted, dict.fromkeys(chain(*credentialed))):
            text = f"Django refuses what scripts of {origin} POST, PUT, PATCH or DELETE."
            yield CheckMessage(INFO, text, _TRUST, SETTING, "cors.csrf-origin")


def _check_place(stack: list[list[str]]) -> Iterator[CheckMessage]:
    places = [place for place, names in enumerate(stack) if _OURS in names]
    if not places:
        text = "It lacks cors_django.CORSMiddleware, so CORS_POLICY does nothing."
        yield CheckMessage(WARNING, text, _FIRST, "MIDDLEWARE", "cors.middleware-missing")
    elif len(places) > 1:
        text = f"CORSMiddleware is in it {len(places)} times, not once."
        yield CheckMessage(ERROR, text, _FIRST, "MIDDLEWARE", "cors.middleware-twice")
    for names in stack[: min(places, default=0)]:
        for name in names:
            if name in _NOT_ABOVE and (name != _SECURITY or settings.SECURE_SSL_REDIRECT):
                text = f"{names[0]} is above CORSMiddleware and {_NOT_ABOVE[name]}."
                yield CheckMessage(WARNING, text, _FIRST, "MIDDLEWARE", "cors.middleware-order")
                break
    below = chain(*stack[min(places, default=len(stack)) :])
    if _WHITENOISE in below and getattr(settings, "WHITENOISE_ALLOW_ALL_ORIGINS", True):
        text = "WhiteNoise sends Access-Control-Allow-Origin: *, which a policy removes."
        hint = f"Say in {SETTING} who may read files, and set WHITENOISE_ALLOW_ALL_ORIGINS = False."
        yield CheckMessage(INFO, text, hint, "MIDDLEWARE", "cors.whitenoise")


def _check_other_settings() -> Iterator[CheckMessage]:
    for name in dir(settings):
        if name.startswith("CORS_") and name != SETTING and not apps.is_installed("corsheaders"):
            text = f"Nothing reads this setting: the whole policy is {SETTING}."
            yield CheckMessage(WARNING, text, "Remove it.", name, "cors.setting-ignored")


def _names(path: str) -> list[str]:
    """Return an entry of ``MIDDLEWARE``, then the names of its class and that one's bases."""
    try:
        bases = getattr(import_string(path), "__mro__", ())
    except Exception:  # noqa: BLE001 - a module may raise anything
        # Django says so itself when it loads them.
        return [path]
    return [path, *(f"{base.__module__}.{base.__qualname__}" for base in bases)]


def _is_untrusted(origin: str) -> bool:
    # It reads the setting in its own way; the view is never called.
    csrf = CsrfViewMiddleware(HttpResponse)
    hosts = csrf.allowed_origin_subdomains.get("https", ())
    if not origin.startswith("https://") or "*" in origin or origin in csrf.allowed_origins_exact:
        return False
    return not any(is_same_domain(origin.removeprefix("https://"), host) for host in hosts)


def _of_problem(level: int, problem: Problem, where: str = "") -> CheckMessage:
    text = f"{where}{problem}".removesuffix(f" {problem.hint} [{problem.code}]")
    return CheckMessage(level, text, problem.hint, SETTING, f"cors.{problem.code}")
