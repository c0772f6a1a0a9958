"""What to change, from what came back: a closed list of sentences.

Every fix is one of them, or several where one change alone would not do. Advice never talks
anybody into a hole: what lets a page in begins with "If this page is yours", and no sentence
opens more than the request at hand needs.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from cors_core import fetch
from cors_core.browser.handshake import Handshake
from cors_core.browser.messages import REDIRECT_STATUSES, get, lines
from cors_core.errors import without_password
from cors_core.origin import parse_origin

ADD_ORIGIN = "If this page is yours, add {!r} to allow_origins."
ADD_POLICY = ADD_ORIGIN[:-1] + ", and see that a policy covers this path: nothing here says so."
ADD_SECURE_ORIGIN = "If this page is yours, serve it over https and add {!r} to allow_origins."
WITHOUT = "Fetch without credentials: 'include'; with them, a policy lists https origins only. "
SET_CREDENTIALS = "Set allow_credentials=True, or fetch without credentials: 'include'."
LIST_ORIGINS = "If this page is yours, list the origins instead of '*', {!r} among them. "
SPELL_TRUE = "Send one Access-Control-Allow-Credentials: true, lower-case, on every response."
ONE_ORIGIN = "Send one Access-Control-Allow-Origin, from one place: proxy, middleware or view."
OWN_ORIGIN = "Serve the page from an origin of its own, such as http://localhost:8000, and list it."
VARY = "Send Vary: Origin, so that no cache hands one page's answer to another."
EVERY_RESPONSE = "Send the CORS headers on every response, errors too: this one ({}) has none."
ERRORS_TOO = "If this page is yours, send the CORS headers on errors too: this one ({}) has none."
ADD_METHOD = "Add {!r} to allow_methods."
UPPER_METHOD = "Write {!r} in the script: methods are case-sensitive."
ADD_HEADERS = "Add {} to allow_headers."
REMOVE_HEADERS = "Remove {} from the script: it is for servers to send."
NO_WILDCARD = " With credentials '*' is no wildcard."
NAME_AUTHORIZATION = "Add 'Authorization' to allow_headers: '*' does not cover it."
MALFORMED = "Correct {!r} in {}: names stand without quotes or spaces, with commas between."
BEFORE_LOGIN = "Answer OPTIONS before authentication: a preflight carries no credentials."
ROUTE_OPTIONS = "Answer OPTIONS on this URL: check the path, and put CORS before routing."
FAILING_OPTIONS = "Answer OPTIONS with 204 before the application runs: it failed with {}."
NO_REDIRECT = "Answer OPTIONS without a redirect."
CORRECT_URL = "Call the redirect's target, {!r}, or answer OPTIONS without a redirect."
CALL_TARGET = "Call the redirect's target, {!r}: after this redirect, Origin is null."
REDIRECT_HEADERS = "Call the redirect's target, {!r}, or send the CORS headers on the redirect too."
ANSWER_401 = "Answer 401 with the CORS headers instead of redirecting to a login page."
CALL_NO_REDIRECT = "Call the redirect's target, or fetch with redirect: 'follow'."
REDIRECT_LOOP = "Stop the server from redirecting in circles."
REDIRECT_LOCATION = "Send one Location, with an http or https URL that has no user or password."
EXPOSE = "If the page should read them, add {} to expose_headers."
MODE_CORS = "Write mode: 'cors' in the script, if the page should read the response."
WEB_URL = "Call an http or https URL."
RESOURCE_POLICY = "Fetch with mode: 'cors', or send Cross-Origin-Resource-Policy: cross-origin."
SERVER_FIRST = "Look for the error on the server: without an answer CORS plays no part."

_LOGIN = re.compile(r"(?i)(?<!b)log-?in|sign-?in|\bauth(?!ors?\b)|\bsso\b|oauth|accounts?/")


def for_cors_check(shake: Handshake) -> str:
    """Advise on a response that failed the CORS check."""
    status, headers, url = shake.response.status, shake.response.headers, str(shake.url)
    is_preflight, sent = shake.exchanges[-1].preflight, shake.asked(fetch.ORIGIN)
    allowed, location = lines(headers, fetch.ACAO), get(headers, "Location")
    varies = {"origin", "*"} & set(fetch.list_members((get(headers, fetch.VARY) or "").lower()))
    if _LOGIN.search(url.partition("?")[0]) and not _LOGIN.search(str(shake.urls[0])):
        return ANSWER_401
    # A CORS middleware that refuses an origin says so with Vary: Origin; a login does not.
    is_refusal = varies and status in {400, 403}
    if is_preflight and not (allowed or is_refusal or 200 <= status <= 299):
        return for_preflight_status(shake)
    if len(allowed) > 1 or any("," in value for value in allowed):
        return ONE_ORIGIN
    if sent != shake.page:
        return CALL_TARGET.format(url)
    origin = parse_origin(shake.page)
    if origin is None:
        return OWN_ORIGIN
    if allowed in ([sent], ["*"]) and not origin.is_secure:
        return WITHOUT + ADD_SECURE_ORIGIN.format(f"https://{origin.host}")
    if allowed == [sent]:
        is_set = lines(headers, fetch.ACAC) or (shake.with_preflight and not is_preflight)
        return SPELL_TRUE if is_set else SET_CREDENTIALS
    if allowed == ["*"]:
        return LIST_ORIGINS.format(shake.page) + SET_CREDENTIALS
    # The same server's answer to the preflight let the page in: the next server is sent null.
    was_let_in = shake.with_preflight and not is_preflight
    if allowed or (varies and not was_let_in):
        # Either another page is let in, or a cache kept the answer to another page.
        vary = "" if varies or parse_origin(allowed[0]) is None else f" {VARY}"
        if shake.include and not origin.is_secure:
            return ADD_SECURE_ORIGIN.format(f"https://{origin.host}") + vary
        return ADD_ORIGIN.format(shake.page) + vary
    if status in REDIRECT_STATUSES and location:
        target = without_password(urljoin(url, location))
        return ANSWER_401 if _LOGIN.search(location) else REDIRECT_HEADERS.format(target)
    if was_let_in:
        return EVERY_RESPONSE.format(status)
    return ERRORS_TOO.format(status) if status >= 400 else ADD_POLICY.format(shake.page)


def for_preflight_status(shake: Handshake) -> str:
    """Advise on a preflight that was not answered with 200 to 299."""
    status, location = shake.response.status, get(shake.response.headers, "Location") or ""
    if status in {401, 403, 407} or _LOGIN.search(location):
        return BEFORE_LOGIN
    if not 300 <= status <= 399:
        return ROUTE_OPTIONS if status in {404, 405, 501} else FAILING_OPTIONS.format(status)
    url, target = str(shake.url), without_password(urljoin(str(shake.url), location))
    is_corrected = urlsplit(target).path.rstrip("/") == urlsplit(url).path.rstrip("/")
    return CORRECT_URL.format(target) if is_corrected and target != url else NO_REDIRECT


def for_method(method: str, allowed: list[str]) -> str:
    """Advise on a method that the preflight does not allow; a blank before each sentence."""
    upper = method.upper()
    if method == upper or upper not in {*fetch.REGISTERED_METHODS, *allowed}:
        return f" {ADD_METHOD.format(method)}{NO_WILDCARD if '*' in allowed else ''}"
    add = "" if upper in allowed else f" {ADD_METHOD.format(upper)}"
    return f" {UPPER_METHOD.format(upper)}{add}"


def for_headers(names: list[str], allowed: list[str], *, include: bool) -> str:
    """Advise on headers that the preflight does not allow; a blank before each sentence."""
    if "*" in allowed and not include:
        return f" {NAME_AUTHORIZATION}"
    misplaced = [name for name in names if name.lower() in fetch.CORS_RESPONSE_HEADERS]
    names = [name for name in names if name not in misplaced]
    fix = f" {REMOVE_HEADERS.format(quoted(misplaced))}" if misplaced else ""
    add = f" {ADD_HEADERS.format(quoted(names))}{NO_WILDCARD if '*' in allowed else ''}"
    return fix + add if names else fix


def quoted(names: list[str]) -> str:
    """Write names as a list a policy could contain."""
    return ", ".join(repr(name) for name in names)
