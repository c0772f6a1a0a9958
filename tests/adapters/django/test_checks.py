"""``manage.py check`` says what is wrong before a request does."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from corsheaders.middleware import CorsMiddleware
from django.core.checks import Tags, run_checks
from django.middleware.common import CommonMiddleware
from django.middleware.security import SecurityMiddleware
from django.test import override_settings
from whitenoise.middleware import WhiteNoiseMiddleware

from cors_core import DENY, Policy, PolicyMap, PolicyWarning
from cors_django import CORSMiddleware
from tests.adapters.django import sources
from tests.adapters.django.asking import ALLOWED, FIRST, PAGE, POLICY, ask_wsgi
from tests.adapters.django.sources import Tenants

SOURCES = "tests.adapters.django.sources"
HERE = "tests.adapters.django.test_checks"
SECURITY = "django.middleware.security.SecurityMiddleware"
COMMON = "django.middleware.common.CommonMiddleware"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"
WHITENOISE = "whitenoise.middleware.WhiteNoiseMiddleware"
CORSHEADERS = "corsheaders.middleware.CorsMiddleware"

# Each has a duplicate.
TWICE = {"allow_origins": [PAGE], "allow_methods": ["PUT", "PUT"]}
WITH_CREDENTIALS = {
    "allow_origins": [PAGE, "https://*.example.org", "http://localhost:3000", "app://desktop"],
    "allow_credentials": True,
}


class OurSubclass(CORSMiddleware):
    """A site's own."""


class CommonSubclass(CommonMiddleware):
    """A site's own."""


class WhiteNoiseSubclass(WhiteNoiseMiddleware):
    """A site's own."""


class TwoInOne(SecurityMiddleware, CommonMiddleware):
    """A site's own of two."""


class CorsheadersSubclass(CorsMiddleware):
    """A site's own."""


def function_middleware(get_response: Any) -> Any:
    return get_response


def found(**changed: Any) -> list[tuple[str, str | None]]:
    """Give level and id of everything that our check says of a changed site."""
    with override_settings(**changed):
        messages = run_checks(tags=[Tags.security])
    ours = [message for message in messages if str(message.id).startswith("cors.")]
    return [(logging.getLevelName(message.level), message.id) for message in ours]


def said(**changed: Any) -> str:
    """Give what a developer reads of it."""
    with override_settings(**changed):
        return "\n".join(str(message) for message in run_checks(tags=[Tags.security]))


def warned(**options: Any) -> Policy:
    """Build a policy that issues its warnings at once, as one in a settings file does."""
    with pytest.warns(PolicyWarning):
        return Policy(**options)


def test_nothing_is_wrong_with_the_site_of_these_tests() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        pytest.param(None, ["cors.policy-missing"], id="missing"),
        pytest.param({}, ["cors.policy-missing"], id="empty"),
        pytest.param(["*"], ["cors.wrong-type"], id="a list"),
        pytest.param(Tenants, ["cors.wrong-type"], id="a class"),
        pytest.param("*", ["cors.wrong-type"], id="a pattern"),
        pytest.param("https://a.example", ["cors.wrong-type"], id="an origin"),
        pytest.param("policies", ["cors.wrong-type"], id="a path without dots"),
        pytest.param("no.such.module", ["cors.wrong-type"], id="path to no module"),
        pytest.param(f"{SOURCES}.missing", ["cors.wrong-type"], id="path to nothing in a module"),
        pytest.param(f"{SOURCES}.Tenants", ["cors.wrong-type"], id="path to a class"),
        pytest.param(f"{SOURCES}.broken", ["cors.wrong-type"], id="path to what raises"),
        pytest.param(
            f"{SOURCES}.wrong", ["cors.origin-malformed"], id="path to what raises PolicyError"
        ),
        pytest.param({"origins": [PAGE]}, ["cors.unknown-option"], id="unknown key"),
        pytest.param(
            {"allow_origins": ["*"], "allow_methods": ["TRACE"], "allow_credentials": True},
            ["cors.any-origin-with-credentials", "cors.method-forbidden"],
            id="several problems",
        ),
        pytest.param(
            {"/a/*": {"allow_origins": []}, "b": POLICY}, ["cors.unknown-option"], id="mixed keys"
        ),
        pytest.param(
            {"/a/*": {"allow_origins": []}, "/b*": POLICY},
            ["cors.origins-missing", "cors.path-malformed"],
            id="problems below paths",
        ),
    ],
)
def test_each_problem_is_an_error(value: object, ids: list[str]) -> None:
    assert found(CORS_POLICY=value) == [("ERROR", code) for code in ids]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(POLICY, id="options"),
        pytest.param({"/api/*": POLICY, "/internal/*": None, "/x": False}, id="paths"),
        pytest.param(Policy(**POLICY), id="Policy"),
        pytest.param(DENY, id="DENY"),
        pytest.param(PolicyMap({}), id="PolicyMap of nothing"),
        pytest.param(Tenants(), id="a source"),
        pytest.param(f"{SOURCES}.tenants", id="path to a source"),
        pytest.param(f"{SOURCES}.options", id="path to options"),
    ],
)
def test_nothing_is_said_of_a_good_value(value: object) -> None:
    assert found(CORS_POLICY=value) == []


@pytest.mark.parametrize(
    ("value", "count"),
    [
        pytest.param(TWICE, 1, id="options"),
        pytest.param({"/a/*": TWICE, "/b/*": {"/b/c": TWICE}}, 2, id="paths"),
        pytest.param(warned(**TWICE), 1, id="Policy"),
        pytest.param(PolicyMap({"/a/*": warned(**TWICE), "/b": None}), 1, id="PolicyMap"),
    ],
)
def test_each_warning_of_a_policy_is_a_warning(value: object, count: int) -> None:
    assert found(CORS_POLICY=value) == [("WARNING", "cors.duplicate")] * count


def test_problem_is_told_with_its_place_and_hint() -> None:
    assert said(CORS_POLICY={"/api/*": {"allow_origins": [PAGE, f"{PAGE}:443"]}}) == (
        f"""CORS_POLICY: (cors.origin-default-port) ["/api/*"].allow_origins[1]: '{PAGE}:443': """
        "Browsers leave out the default port, so this can never match.\n"
        f"\tHINT: Write {PAGE}."
    )


def test_warning_is_told_with_its_place_and_hint() -> None:
    assert said(CORS_POLICY={"/api/*": TWICE}) == (
        'CORS_POLICY: (cors.duplicate) ["/api/*"].allow_methods[1]: '
        "'PUT': It is listed twice.\n\tHINT: Leave one out."
    )


@pytest.mark.parametrize("value", [None, {}], ids=["missing", "empty"])
def test_missing_policy_is_told_with_the_line_to_paste(value: object) -> None:
    assert said(CORS_POLICY=value) == (
        "CORS_POLICY: (cors.policy-missing) There is no default policy: nothing is allowed until "
        "it is written down.\n"
        '\tHINT: Write CORS_POLICY = {"allow_origins": ["https://app.example.com"]}.'
    )


def test_failed_import_is_told_with_its_error() -> None:
    assert said(CORS_POLICY=f"{SOURCES}.broken") == (
        f"CORS_POLICY: (cors.wrong-type) '{SOURCES}.broken': Importing this failed: "
        "LookupError: no tenant at https://app:***@db.example.\n"
        '\tHINT: Write CORS_POLICY = {"allow_origins": ["https://app.example.com"]}.'
    )


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"allow_origins": filter(None, [PAGE])}, id="options"),
        pytest.param({"/*": {"allow_origins": iter([PAGE])}}, id="paths"),
    ],
)
def test_policy_that_can_be_read_once_is_the_same_after_the_check(value: object) -> None:
    with override_settings(CORS_POLICY=value):
        run_checks(tags=[Tags.security])
        assert ask_wsgi("GET", "/").cors == ALLOWED


def test_warnings_behind_a_dotted_path_are_issued_where_they_arise() -> None:
    with pytest.warns(PolicyWarning, match=r"allow_methods\[1\]: 'PUT'") as caught:
        found(CORS_POLICY=f"{SOURCES}.doubtful")
    assert [warning.filename for warning in caught] == [sources.__file__]


@pytest.mark.parametrize(
    ("stack", "expected"),
    [
        pytest.param([SECURITY], [("WARNING", "cors.middleware-missing")], id="missing"),
        pytest.param([FIRST, COMMON, FIRST], [("ERROR", "cors.middleware-twice")], id="twice"),
        pytest.param(
            [FIRST, f"{HERE}.OurSubclass"],
            [("ERROR", "cors.middleware-twice")],
            id="twice, once a subclass",
        ),
        pytest.param([f"{HERE}.OurSubclass"], [], id="a subclass alone"),
        pytest.param(["cors_django.middleware.CORSMiddleware"], [], id="by its full path"),
        pytest.param([f"{HERE}.function_middleware", FIRST], [], id="a function above"),
        pytest.param(["no.such.Middleware", FIRST], [], id="one that Django cannot load"),
        pytest.param([SECURITY, FIRST], [], id="below SecurityMiddleware without redirect"),
        pytest.param([FIRST, COMMON, SECURITY], [], id="first"),
    ],
)
def test_middleware_is_there_once(stack: list[str], expected: list[tuple[str, str]]) -> None:
    assert found(MIDDLEWARE=stack) == expected


@pytest.mark.parametrize(
    ("stack", "told"),
    [
        pytest.param(
            [SECURITY],
            "(cors.middleware-missing) It lacks cors_django.CORSMiddleware, so CORS_POLICY does "
            "nothing.",
            id="missing",
        ),
        pytest.param(
            [FIRST, FIRST, COMMON, FIRST],
            "(cors.middleware-twice) CORSMiddleware is in it 3 times, not once.",
            id="three times",
        ),
    ],
)
def test_number_of_our_middleware_is_told_with_what_to_do(stack: list[str], told: str) -> None:
    assert said(MIDDLEWARE=stack) == (
        f'MIDDLEWARE: {told}\n\tHINT: Put "cors_django.CORSMiddleware" first in MIDDLEWARE, once.'
    )


@pytest.mark.parametrize(
    "above",
    [
        pytest.param(SECURITY, id="redirects to https"),
        pytest.param(COMMON, id="redirects and refuses"),
        pytest.param(f"{HERE}.CommonSubclass", id="a subclass"),
        pytest.param(WHITENOISE, id="answers for static files"),
        pytest.param(f"{HERE}.WhiteNoiseSubclass", id="a subclass of another package's"),
        pytest.param("django.middleware.cache.UpdateCacheMiddleware", id="keeps headers"),
        pytest.param("django.middleware.cache.CacheMiddleware", id="keeps and answers"),
        pytest.param(f"{HERE}.TwoInOne", id="two of them in one"),
        pytest.param(CORSHEADERS, id="another CORS"),
        pytest.param(f"{HERE}.CorsheadersSubclass", id="a subclass of another CORS"),
    ],
)
def test_middleware_above_that_answers_by_itself_is_named(above: str) -> None:
    expected = [("WARNING", "cors.middleware-order")]
    assert found(MIDDLEWARE=[above, FIRST], SECURE_SSL_REDIRECT=True) == expected


def test_each_middleware_above_is_named_for_itself() -> None:
    assert said(MIDDLEWARE=[COMMON, f"{HERE}.WhiteNoiseSubclass", FIRST]) == (
        f"MIDDLEWARE: (cors.middleware-order) {COMMON} is above CORSMiddleware and redirects and "
        "refuses without CORS headers.\n"
        '\tHINT: Put "cors_django.CORSMiddleware" first in MIDDLEWARE, once.\n'
        f"MIDDLEWARE: (cors.middleware-order) {HERE}.WhiteNoiseSubclass is above CORSMiddleware "
        "and answers for static files, whatever the policy says of them.\n"
        '\tHINT: Put "cors_django.CORSMiddleware" first in MIDDLEWARE, once.'
    )


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({}, [("INFO", "cors.whitenoise")], id="by default"),
        pytest.param(
            {"WHITENOISE_ALLOW_ALL_ORIGINS": True}, [("INFO", "cors.whitenoise")], id="on"
        ),
        pytest.param({"WHITENOISE_ALLOW_ALL_ORIGINS": False}, [], id="off"),
    ],
)
def test_star_of_whitenoise_below_is_named(
    changed: dict[str, bool], expected: list[tuple[str, str]]
) -> None:
    assert found(MIDDLEWARE=[FIRST, WHITENOISE], **changed) == expected


def test_star_of_whitenoise_is_told_of_paths_with_a_policy() -> None:
    assert said(MIDDLEWARE=[FIRST, WHITENOISE]) == (
        "MIDDLEWARE: (cors.whitenoise) WhiteNoise sends Access-Control-Allow-Origin: *, which a "
        "policy removes.\n"
        "\tHINT: Say in CORS_POLICY who may read files, and set "
        "WHITENOISE_ALLOW_ALL_ORIGINS = False."
    )


def test_leftover_settings_of_another_library_are_named() -> None:
    assert said(CORS_ALLOWED_ORIGINS=[PAGE], CORS_EXPOSE_HEADERS=[]) == (
        "CORS_ALLOWED_ORIGINS: (cors.setting-ignored) Nothing reads this setting: the whole policy "
        "is CORS_POLICY.\n\tHINT: Remove it.\n"
        "CORS_EXPOSE_HEADERS: (cors.setting-ignored) Nothing reads this setting: the whole "
        "policy is CORS_POLICY.\n\tHINT: Remove it."
    )


def test_settings_of_another_library_that_is_installed_are_left_to_it() -> None:
    installed = ["cors_django", "corsheaders"]
    assert found(CORS_ALLOWED_ORIGINS=[PAGE], INSTALLED_APPS=installed) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({}, [("INFO", "cors.csrf-origin")], id="not trusted"),
        pytest.param(
            {"CSRF_TRUSTED_ORIGINS": ["https://other.example"]},
            [("INFO", "cors.csrf-origin")],
            id="another is trusted",
        ),
        pytest.param(
            {"CSRF_TRUSTED_ORIGINS": ["http://app.example.com"]},
            [("INFO", "cors.csrf-origin")],
            id="another scheme is trusted",
        ),
        pytest.param(
            {"CSRF_TRUSTED_ORIGINS": ["https://App.Example.com"]},
            [("INFO", "cors.csrf-origin")],
            id="trusted in another case, which Django takes for another",
        ),
        pytest.param({"CSRF_TRUSTED_ORIGINS": ["HTTPS://*.example.com"]}, [], id="scheme in caps"),
        pytest.param({"CSRF_TRUSTED_ORIGINS": [PAGE]}, [], id="trusted"),
        pytest.param({"CSRF_TRUSTED_ORIGINS": ["https://*.example.com"]}, [], id="by a wildcard"),
        pytest.param({"MIDDLEWARE": [FIRST]}, [], id="no CsrfViewMiddleware"),
        pytest.param(
            {"CORS_POLICY": {**WITH_CREDENTIALS, "allow_credentials": False}},
            [],
            id="no credentials",
        ),
        pytest.param(
            {"CORS_POLICY": {"/a/*": WITH_CREDENTIALS, "/b/*": WITH_CREDENTIALS}},
            [("INFO", "cors.csrf-origin")],
            id="once for several paths",
        ),
    ],
)
def test_origin_that_csrf_does_not_trust_is_named(
    changed: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    site = {"CORS_POLICY": WITH_CREDENTIALS, "MIDDLEWARE": [FIRST, CSRF], **changed}
    assert found(**site) == expected


def test_hint_for_csrf_says_what_trust_means() -> None:
    assert said(CORS_POLICY=WITH_CREDENTIALS) == (
        f"CORS_POLICY: (cors.csrf-origin) Django refuses what scripts of {PAGE} POST, PUT, PATCH "
        "or DELETE.\n"
        "\tHINT: If its scripts may do all that the logged-in user may do, add it to "
        "CSRF_TRUSTED_ORIGINS."
    )


def test_silenced_check_is_silent() -> None:
    from django.core.management import call_command

    silenced = override_settings(CORS_POLICY=TWICE, SILENCED_SYSTEM_CHECKS=["cors.duplicate"])
    with silenced:
        call_command("check", fail_level="WARNING")
