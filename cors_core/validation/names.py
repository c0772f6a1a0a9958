"""Rules for the names in a policy: methods, header names, and the options themselves."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator

from cors_core import fetch
from cors_core.errors import Problem
from cors_core.validation.values import Entry, joined, split_joined

# What the options of flask-cors, django-cors-headers and Starlette are called here; in settings
# they are in upper case, after "CORS_".
_ELSEWHERE = {
    "origin": "allow_origins",
    "origins": "allow_origins",
    "allowed_origins": "allow_origins",
    "origin_whitelist": "allow_origins",
    "methods": "allow_methods",
    "headers": "allow_headers",
    "credentials": "allow_credentials",
    "supports_credentials": "allow_credentials",
    "preflight_max_age": "max_age",
    "allow_origin_regex": "dangerously_allow_origins_if",
    "allowed_origin_regexes": "dangerously_allow_origins_if",
    "origin_regex_whitelist": "dangerously_allow_origins_if",
}
_USE_PATHS = 'Write paths as keys: {"/api/*": {"allow_origins": [...]}}.'
_USE_STAR = 'Write "allow_origins": "*", without credentials.'
_NOT_NEEDED = "Leave it out: this is always done right."
_SENTENCES = {
    "resources": _USE_PATHS,
    "urls_regex": _USE_PATHS,
    "allow_all_origins": _USE_STAR,
    "origin_allow_all": _USE_STAR,
    "send_wildcard": _USE_STAR,
    "vary_header": _NOT_NEEDED,
    "automatic_options": _NOT_NEEDED,
    "intercept_exceptions": _NOT_NEEDED,
    "always_send": _NOT_NEEDED,
    "allow_private_network": "Leave it out: no current browser reads that header.",
}
_REGEX_HINT = "Write it as dangerously_allow_origins_if: re.compile(...).fullmatch."


def unknown_option(field: str, options: Collection[str]) -> Problem:
    """Say that no policy has an option called `field`, and what it is called here."""
    key = field[:100].lower().removeprefix("cors_")
    close = difflib.get_close_matches(key, options, n=1)
    known = _ELSEWHERE.get(key) or (close[0] if close else None)
    if key in _SENTENCES:
        hint = _SENTENCES[key]
    elif known == "dangerously_allow_origins_if" and "regex" in key:
        hint = _REGEX_HINT
    elif known:
        hint = f"Write {known}."
    else:
        hint = f"The options are {', '.join(options)}."
    return Problem("unknown-option", field, None, None, "No policy has such an option.", hint)


def check_methods(entries: list[Entry]) -> Iterator[Problem]:
    """Check ``allow_methods``."""
    option = "allow_methods"
    yield from _check_repeats(option, entries, str)
    others = [method for _, method in entries if method != "*"]
    for index, method in entries:
        upper = method.upper()
        if method == "*":
            if others:
                yield _redundant(option, index, "method", others)
        elif not fetch.is_token(method):
            yield _no_token(option, index, method, "method", "PUT")
        elif fetch.is_forbidden_method(method):
            yield Problem(
                "method-forbidden",
                option,
                index,
                method,
                "Browsers never let a script send CONNECT, TRACE or TRACK.",
                "Leave it out.",
            )
        elif method != upper and upper in fetch.REGISTERED_METHODS:
            sent = upper in fetch.NORMALIZED_METHODS
            yield Problem(
                "method-case",
                option,
                index,
                method,
                f"Methods are case-sensitive, and browsers send {upper}."
                if sent
                else f"Methods are case-sensitive: this is not {upper}.",
                f"Write {upper}.",
            )
        elif method == "OPTIONS":
            yield Problem(
                "method-options",
                option,
                index,
                method,
                "Preflights need no permission; this is only for pages that send OPTIONS "
                "themselves.",
                "Leave it out unless a page does.",
            )


def check_request_headers(entries: list[Entry]) -> Iterator[Problem]:
    """Check ``allow_headers``."""
    option = "allow_headers"
    yield from _check_repeats(option, entries, str.lower)
    covered = ("*", fetch.NON_WILDCARD_REQUEST_HEADER)
    others = [name for _, name in entries if name.lower() not in covered]
    for index, name in entries:
        lower = name.lower()
        if name == "*":
            if others:
                yield _redundant(option, index, "request header", others)
        elif not fetch.is_token(name):
            yield _no_token(option, index, name, "header name", "Content-Type")
        elif fetch.is_forbidden_request_header(lower):
            yield Problem(
                "header-forbidden",
                option,
                index,
                name,
                "Browsers set this header themselves and let no script do it.",
                "Leave it out; for cookies set allow_credentials=True."
                if lower == "cookie"
                else "Leave it out.",
            )
        elif lower in fetch.CORS_RESPONSE_HEADERS:
            yield Problem(
                "header-misplaced",
                option,
                index,
                name,
                "This is a header of responses; here belong the headers a script may send.",
                "Leave it out: the answer has it when it is needed.",
            )
        elif lower in fetch.METHOD_OVERRIDE_HEADERS:
            yield Problem(
                "method-override",
                option,
                index,
                name,
                "A server that honours it lets a POST become any method, "
                "whatever allow_methods says.",
                "Leave it out, and list the methods in allow_methods.",
            )


def check_response_headers(entries: list[Entry], *, credentials: bool) -> Iterator[Problem]:
    """Check ``expose_headers``."""
    option = "expose_headers"
    yield from _check_repeats(option, entries, str.lower)
    others = [name for _, name in entries if name != "*"]
    for index, name in entries:
        lower = name.lower()
        if name == "*" and credentials:
            yield Problem(
                "wildcard-with-credentials",
                option,
                index,
                name,
                "With credentials browsers read '*' as the name of a header, so nothing is "
                "exposed.",
                "List the names, or set allow_credentials=False.",
            )
        elif name == "*":
            if others:
                yield _redundant(option, index, "response header", others)
        elif not fetch.is_token(name):
            yield _no_token(option, index, name, "header name", "X-Request-Id")
        elif lower in fetch.FORBIDDEN_RESPONSE_HEADERS:
            yield Problem(
                "header-forbidden",
                option,
                index,
                name,
                "Browsers show cookies to no script.",
                "Leave it out; for cookies set allow_credentials=True.",
            )
        elif lower in fetch.CORS_REQUEST_HEADERS:
            yield Problem(
                "header-misplaced",
                option,
                index,
                name,
                "This is a header of requests; here belong the response headers a script may read.",
                "Leave it out.",
            )
        elif lower in fetch.SAFELISTED_RESPONSE_HEADERS or lower in fetch.CORS_RESPONSE_HEADERS:
            yield Problem(
                "header-redundant",
                option,
                index,
                name,
                "Every script may read it anyway."
                if lower in fetch.SAFELISTED_RESPONSE_HEADERS
                else "It speaks to the browser; no script needs it.",
                "Leave it out.",
            )


def duplicate(option: str, index: int | None, value: str) -> Problem:
    """Say that an entry stands there a second time."""
    return Problem("duplicate", option, index, value, "It is listed twice.", "Leave one out.")


def _check_repeats(
    option: str, entries: Iterable[Entry], fold: Callable[[str], str]
) -> Iterator[Problem]:
    seen = set()
    for index, text in entries:
        folded = fold(text)
        if folded in seen:
            yield duplicate(option, index, text)
        seen.add(folded)


def _redundant(option: str, index: int | None, what: str, others: list[str]) -> Problem:
    named = ", ".join(dict.fromkeys(others))
    return Problem(
        "wildcard-redundant",
        option,
        index,
        "*",
        f"'*' stands for every {what}, so {named} beside it says nothing more.",
        f"Leave out either '*' or {named}.",
    )


def _no_token(option: str, index: int | None, text: str, what: str, example: str) -> Problem:
    members = split_joined(text)
    if len(members) > 1 and all(map(fetch.is_token, members)):
        return joined(option, index, text)
    code = "method-malformed" if what == "method" else "header-malformed"
    bare = text.partition(":")[0].strip()
    hint = f"Write {bare}." if fetch.is_token(bare) else f"Write a {what} such as {example}."
    if not text.isascii():
        message = f"A {what} has only ASCII letters, digits and !#$%&'*+-.^_`|~."
    elif not text.strip():
        message = f"An empty string is no {what}."
    else:
        message = f"This is no {what}: a space, a separator or a control character is in it."
    return Problem(code, option, index, text, message, hint)
