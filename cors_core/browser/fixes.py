"""What to change, from what came back: a closed list of sentences.

Every fix is one of them, or several where one change alone would not do. Advice never talks
anybody into a hole: what lets a page in begins with "If this page is yours", and no sentence
opens more than the request at hand needs.
"""

from __future__ import annotations

import re

from cors_core import fetch
from cors_core.browser.handshake import Handshake
from cors_core.browser.messages import get, lines
from cors_core.browser.urls import Url
from cors_core.origin import parse_origin

ADD_ORIGIN = "If this page is yours, add {!r} to allow_origins."
ADD_SECURE_ORIGIN = "If this page is yours, serve it over https and add {!r} to allow_origins."
OWN_ORIGIN = "If this page is yours, serve it from an origin of its own and list that."
COVER_PATH = ", and see that a policy covers this path: nothing here says so."
WITHOUT = "Fetch without credentials: 'include'; with them, a policy takes no such origin."
SET_CREDENTIALS = "Set allow_credentials=True, or fetch without credentials: 'include'."
LIST_ORIGINS = "If this page is yours, list the origins instead of '*', {!r} among them."
SPELL_TRUE = "Send one Access-Control-Allow-Credentials: true, lower-case, on every response."
EXACT_ORIGIN = "If this page is yours, allow exactly {!r}: browsers compare byte for byte."
ONE_ORIGIN = "Send one Access-Control-Allow-Origin, from one place: proxy, middleware or view."
VARY = "Send Vary: Origin, so that no cache hands one page's answer to another."
EVERY_RESPONSE = "Send the CORS headers on every response, errors too: this one ({}) has none."
ERRORS_TOO = "If this page is yours, send the CORS headers on errors too: this one ({}) has none."
ADD_METHOD = "Add {} to allow_methods."
UPPER_METHOD = "Write {!r} in the script: methods are case-sensitive."
ADD_HEADERS = "Add {} to allow_headers."
REMOVE_HEADERS = "Remove {} from the script: it is for servers to send."
REAL_METHOD = "Use the real method in the script instead of {}, which turns a POST into any method."
OTHER_NAME = "Use another name than {} in the script: allowing that would allow every name."
NO_WILDCARD = "With credentials '*' is no wildcard."
BY_NAME = "Name {} in {}, unless cors-core answers: with credentials '*' is no wildcard."
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

# What nobody is told to add to allow_headers.
_NEVER_ADDED = {
    REMOVE_HEADERS: fetch.CORS_RESPONSE_HEADERS,
    REAL_METHOD: fetch.METHOD_OVERRIDE_HEADERS,
    OTHER_NAME: {"*"},
}
_LOGIN = re.compile(
    r"(?i)(?<!b)(log|sign)[-_]?in(?![a-z])|\bo?auth(enticat|oriz|(?![a-z]))|\bsso\b"
)


# What shows that a cache keeps a response, or may.
_KEPT = re.compile("(?i)age:|x-cache:.*hit|cache-control:.*(public|max-?age=0*[1-9])")


def for_cors_check(shake: Handshake) -> str:
    """Advise on a response that failed the CORS check."""
    status, headers = shake.response.status, shake.response.headers
    is_preflight, sent = shake.exchanges[-1].preflight, shake.asked(fetch.ORIGIN)
    allowed = lines(headers, fetch.ACAO)
    varies = {"origin", "*"} & set(fetch.list_members((get(headers, fetch.VARY) or "").lower()))
    if _is_login(shake, shake.url):
        return ANSWER_401
    # A CORS middleware that refuses an origin says so with Vary: Origin; a login does not.
    if is_preflight and not (allowed or 200 <= status <= 299 or (varies and status in {400, 403})):
        return for_preflight_status(shake)
    if len(allowed) > 1 or re.search("[, ]", "".join(allowed)):
        return ONE_ORIGIN
    if sent != shake.page:
        return _call(shake, shake.url)
    # The page is let in, and only its credentials are not.
    is_let_in = allowed in ([sent], ["*"])
    origin, let_in = parse_origin(shake.page), _let_in(shake.page)
    if origin is None or (is_let_in and not origin.is_secure):
        return f"{WITHOUT} {let_in}" if is_let_in else let_in
    if allowed == ["*"]:
        return f"{LIST_ORIGINS.format(shake.page)} {SET_CREDENTIALS}"
    # The same server's answer to the preflight let the page in: the next server is sent null.
    was_let_in = shake.with_preflight and not is_preflight
    if allowed == [sent]:
        is_misspelt = re.fullmatch("(?i).*true.*|1|yes|on", get(headers, fetch.ACAC) or "")
        return SPELL_TRUE if is_misspelt or was_let_in else SET_CREDENTIALS
    if origin.is_secure and "".join(allowed).rstrip("/").lower() == sent:
        return EXACT_ORIGIN.format(sent)
    # Without Vary, a cache keeps the answer to another page, or to none.
    kept = parse_origin(allowed[0]) if allowed else any(map(_KEPT.match, map(": ".join, headers)))
    vary = f" {VARY}" if kept and not varies else ""
    if allowed or (varies and not was_let_in):
        return let_in + vary
    if status in fetch.REDIRECT_STATUSES and lines(headers, "Location"):
        return _for_redirect(shake)
    if was_let_in:
        return EVERY_RESPONSE.format(status) + vary
    return (ERRORS_TOO.format(status) if status >= 400 else let_in[:-1] + COVER_PATH) + vary


def _let_in(page: str) -> str:
    origin = parse_origin(page)
    if origin is None:
        return OWN_ORIGIN
    # Whether the policy has credentials cannot be seen, and with them it takes no other.
    secure = f"https://{origin.host}"
    return ADD_ORIGIN.format(page) if origin.is_secure else ADD_SECURE_ORIGIN.format(secure)


def _for_redirect(shake: Handshake) -> str:
    """Advise on a redirect without CORS headers."""
    target = shake.target
    if target is None or target.has_credentials:
        return REDIRECT_LOCATION
    if _is_login(shake, target):
        return ANSWER_401
    return _call(shake, target, REDIRECT_HEADERS)


def for_preflight_status(shake: Handshake) -> str:
    """Advise on a preflight that was not answered with 200 to 299."""
    status, target, url = shake.response.status, shake.target, shake.url
    if status in {401, 403, 407} or (target and _is_login(shake, target)):
        return BEFORE_LOGIN
    if status not in fetch.REDIRECT_STATUSES:
        return ROUTE_OPTIONS if status in {404, 405, 501} else FAILING_OPTIONS.format(status)
    if target is None or target == url or target.path.rstrip("/") != url.path.rstrip("/"):
        return NO_REDIRECT
    return _call(shake, target, CORRECT_URL)


def _call(shake: Handshake, target: Url, near: str = CALL_TARGET) -> str:
    """Advise to call a redirect's target; say `near` where it is of the same origin."""
    url, is_near = str(target), target.origin == shake.url.origin
    # A server behind a proxy may not know that it is called over https, and redirects to http.
    url = url.replace("http:", "https:", 1) if shake.urls[0].scheme == "https" else url
    # To a third origin nothing else helps: the next server is sent null.
    return (near if is_near else CALL_TARGET).format(url)


def _is_login(shake: Handshake, target: Url) -> bool:
    """Say whether what the page asked for ends at a login page. Queries tell nothing."""
    first, last = (f"{url.origin}{url.path}" for url in (shake.urls[0], target))
    # With the same path it corrects the URL of what has to do with logins itself.
    is_same = target.path.rstrip("/") == shake.urls[0].path.rstrip("/")
    return bool(_LOGIN.search(last)) and not (is_same and _LOGIN.search(first))


def for_method(method: str, allowed: list[str]) -> list[str]:
    """Advise on a method that the preflight does not allow."""
    upper = method.upper()
    if method == "*":
        return [OTHER_NAME.format("'*'")]
    if method == upper or upper not in {*fetch.REGISTERED_METHODS, *allowed}:
        return [(BY_NAME if "*" in allowed else ADD_METHOD).format(repr(method), fetch.ACAM)]
    add = [] if upper in allowed else [ADD_METHOD.format(repr(upper))]
    return [UPPER_METHOD.format(upper), *add]


def for_headers(names: list[str], allowed: list[str], *, include: bool) -> list[str]:
    """Advise on headers that the preflight does not allow."""
    if "*" in allowed and not include:
        return [NAME_AUTHORIZATION]
    fixes = list[str]()
    for sentence, kind in _NEVER_ADDED.items():
        found = [name for name in names if name.lower() in kind]
        names = [name for name in names if name not in found]
        fixes += [sentence.format(quoted(found))] if found else []
    if names:
        fixes.append((BY_NAME if "*" in allowed else ADD_HEADERS).format(quoted(names), fetch.ACAH))
    return fixes


def quoted(names: list[str]) -> str:
    """Write names as a list a policy could contain."""
    return ", ".join(repr(name) for name in names)
