"""System checks: what is wrong with the policy, and with the place of the middleware."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.apps import apps
from django.conf import settings
from django.core.checks import ERROR, INFO, WARNING, CheckMessage
from django.utils.http import is_same_domain
from django.utils.module_loading import import_string

from cors_core import Policy, PolicyError, Problem
from cors_core.paths import policies_in
from cors_django.configuration import SETTING, read_source

# Classes are known by name, so that nothing is imported which the site does not use.
_OURS = "cors_django.middleware.CORSMiddleware"
_CSRF = "django.middleware.csrf.CsrfViewMiddleware"
_SECURITY = "django.middleware.security.SecurityMiddleware"
_WHITENOISE = "whitenoise.middleware.WhiteNoiseMiddleware"
_CORSHEADERS = "corsheaders.middleware.CorsMiddleware"
_NOT_ABOVE = {
    _SECURITY: "redirects preflights to https, which no browser follows",
    _WHITENOISE: "answers for static files, whatever the policy says of them",
    _CORSHEADERS: "answers preflights and sets CORS headers by settings of its own",
    "django.middleware.common.CommonMiddleware": "redirects and refuses without CORS headers",
    "django.middleware.cache.UpdateCacheMiddleware": "keeps CORS headers that a new policy changes",
}
_FIRST = 'Put "cors_django.CORSMiddleware" first in MIDDLEWARE, once.'

Stack = list[tuple[str, set[str]]]


def check_settings(**_: object) -> list[CheckMessage]:
    """Check ``CORS_POLICY``, the place of the middleware, and the settings beside them.

    Source: https://docs.djangoproject.com/en/stable/topics/checks/
    """
    stack = [(path, _names(path)) for path in settings.MIDDLEWARE]
    return [*_check_policy(stack), *_check_place(stack), *_check_other_settings(stack)]


def _check_policy(stack: Stack) -> Iterator[CheckMessage]:
    try:
        policies = list(policies_in(read_source()))
    except PolicyError as error:
        yield from (_of_problem(ERROR, problem) for problem in error.problems)
        return
    for where, policy in policies:
        for warning in policy.warnings:
            yield _of_problem(WARNING, replace(warning, field=where + warning.field))
    if _contains(stack, _CSRF):
        yield from _check_trusted(policy for _, policy in policies if policy.allow_credentials)


def _check_trusted(policies: Iterable[Policy]) -> Iterator[CheckMessage]:
    origins = dict.fromkeys(origin for policy in policies for origin in policy.allow_origins)
    exact = [name for name in origins if name.startswith("https://") and "*" not in name]
    missing = ", ".join(repr(origin) for origin in exact if not _is_trusted(origin))
    if missing:
        text = (
            f"CsrfViewMiddleware refuses what scripts of {missing} POST, PUT, PATCH or DELETE. "
            "To trust an origin means that its scripts may change whatever the logged-in user "
            "may change, as pages of this site can."
        )
        hint = f"If that is meant, add {missing} to CSRF_TRUSTED_ORIGINS."
        yield CheckMessage(INFO, text, hint, SETTING, "cors.csrf-origin")


def _check_place(stack: Stack) -> Iterator[CheckMessage]:
    places = [place for place, (_, names) in enumerate(stack) if _OURS in names]
    if len(places) != 1:
        level, code = (ERROR, "twice") if places else (WARNING, "missing")
        text = f"CORSMiddleware is there {len(places)} times; the first one does all the work."
        yield CheckMessage(level, text, _FIRST, "MIDDLEWARE", f"cors.middleware-{code}")
    for path, names in stack[: places[0]] if places else ():
        for name, fault in _NOT_ABOVE.items():
            if name in names and (name != _SECURITY or settings.SECURE_SSL_REDIRECT):
                text = f"{path} is above CORSMiddleware and {fault}."
                yield CheckMessage(WARNING, text, _FIRST, "MIDDLEWARE", "cors.middleware-order")
    open_to_all = getattr(settings, "WHITENOISE_ALLOW_ALL_ORIGINS", True)
    if places and open_to_all and _contains(stack[places[0] :], _WHITENOISE):
        text = "WhiteNoise sends Access-Control-Allow-Origin: *, which every policy removes."
        hint = f"Set WHITENOISE_ALLOW_ALL_ORIGINS = False; who may read files is in {SETTING}."
        yield CheckMessage(INFO, text, hint, "MIDDLEWARE", "cors.whitenoise")


def _check_other_settings(stack: Stack) -> Iterator[CheckMessage]:
    if apps.is_installed("corsheaders") or _contains(stack, _CORSHEADERS):
        return
    for name in dir(settings):
        if name.startswith("CORS_") and name != SETTING:
            text = f"Nothing reads this setting: the whole policy is {SETTING}."
            yield CheckMessage(WARNING, text, "Remove it.", name, "cors.setting-ignored")


def _names(path: str) -> set[str]:
    """Return the names of a class and its bases; none of a function."""
    try:
        bases = getattr(import_string(path), "__mro__", ())
    except ImportError:
        # Django says so itself when it loads them.
        return set()
    return {f"{base.__module__}.{base.__qualname__}" for base in bases}


def _contains(stack: Stack, name: str) -> bool:
    return any(name in names for _, names in stack)


def _is_trusted(origin: str) -> bool:
    host = origin.removeprefix("https://")
    trusted = [entry.removeprefix("https://") for entry in settings.CSRF_TRUSTED_ORIGINS]
    return any(is_same_domain(host, entry.lstrip("*")) for entry in trusted)


def _of_problem(level: int, problem: Problem) -> CheckMessage:
    text = str(problem).removesuffix(f" {problem.hint} [{problem.code}]")
    text = text.removeprefix(f"{SETTING}: ")
    return CheckMessage(level, text, problem.hint, SETTING, f"cors.{problem.code}")
