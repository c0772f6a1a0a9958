"""Rules for the names in a policy: methods, header names, and the options themselves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from cors_core import fetch
from cors_core.errors import Problem
from cors_core.validation.values import Entry, joined, split_joined

# What to say of the options of flask-cors, django-cors-headers and Starlette; in settings they
# are in upper case, after "CORS_".
_ELSEWHERE = {
    "Write allow_origins.": "origin origins allowed_origins origin_whitelist",
    "Write allow_methods.": "methods",
    "Write allow_headers.": "headers",
    "Write allow_credentials.": "credentials supports_credentials",
    "Write max_age.": "preflight_max_age",
    'Write paths as keys: {"/api/*": {"allow_origins": [...]}}.': "resources urls_regex",
    'Write "allow_origins": "*", without credentials.': (
        "allow_all allow_any_origin allow_all_origins origin_allow_all send_wildcard"
    ),
    'Write "dangerously_allow_origins_if": re.compile(...).fullmatch beside "allow_origins", '
    "which may be [] then.": "allow_origin_regex allowed_origin_regexes origin_regex_whitelist",
    "Leave it out: this is always done right.": (
        "vary_header automatic_options intercept_exceptions always_send"
    ),
    "Leave it out: no current browser reads that header.": "allow_private_network",
    "Leave it out: django-cors-headers itself has removed it.": "model replace_https_referer",
}
Fault = tuple[str, str, str]  # code, message and hint
_LEAVE_OUT = "Leave it out."
_COOKIES = "Leave it out; for cookies set allow_credentials=True."
_LITERAL_STAR: Fault = (
    "wildcard-with-credentials",
    "With credentials browsers read '*' as the name of a header, so nothing is exposed.",
    "List the names, or set allow_credentials=False.",
)
_EXAMPLES = {
    "allow_methods": ("method-malformed", "method", "PUT"),
    "allow_headers": ("header-malformed", "header name", "Content-Type"),
    "expose_headers": ("header-malformed", "header name", "X-Request-Id"),
}


def unknown_option(field: str, options: Collection[str]) -> Problem:
    """Say that no policy has an option called `field`, and what it is called here."""
    # Imported here: only a mistake needs it.
    import difflib

    key = field[:100].lower().replace("-", "_").removeprefix("cors_")
    key = key.removeprefix("access_control_")
    bare = key.removeprefix("dangerously_")
    known = [hint for hint, names in _ELSEWHERE.items() if bare in names.split()]
    # All dangerous options begin alike, and none is proposed to whoever did not mean it.
    close = difflib.get_close_matches(key, options, n=1, cutoff=0.85 if key == bare else 0.95)
    if "/" in key or key == "*":
        hint = 'Paths begin with "/": write "/api/*".'
    elif known or close:
        hint = known[0] if known else f"Write {close[0]}."
    else:
        hint = f"The options are {', '.join(options)}."
    return Problem("unknown-option", field, None, None, "No policy has such an option.", hint)


def check_methods(entries: list[Entry]) -> Iterator[Problem]:
    """Check ``allow_methods``."""
    return _check_names("allow_methods", "method", entries, _find_method_fault)


def check_request_headers(entries: list[Entry]) -> Iterator[Problem]:
    """Check ``allow_headers``."""
    return _check_names("allow_headers", "request header", entries, _find_request_header_fault)


def check_response_headers(entries: list[Entry], *, credentials: bool) -> Iterator[Problem]:
    """Check ``expose_headers``."""
    find = _find_response_header_fault
    star = _LITERAL_STAR if credentials else None
    return _check_names("expose_headers", "response header", entries, find, star)


def _check_names(
    option: str,
    what: str,
    entries: list[Entry],
    find: Callable[[str], Fault | None],
    star: Fault | None = None,
) -> Iterator[Problem]:
    # What '*' does not cover is rightly named beside it.
    apart = ["*", fetch.NON_WILDCARD_REQUEST_HEADER] if option == "allow_headers" else ["*"]
    others = ", ".join(text for _, text in entries if text.lower() not in apart)
    if others and star is None:
        message = f"'*' stands for every {what}, so {others} beside it says nothing more."
        star = ("wildcard-redundant", message, f"Leave out either '*' or {others}.")
    for index, text in entries:
        if text == "*":
            fault = star
        elif fetch.is_token(text):
            fault = find(text if option == "allow_methods" else text.lower())
        elif all(map(fetch.is_token, members := split_joined(text))) and len(members) > 1:
            yield joined(option, index, text)
            continue
        else:
            fault = _find_token_fault(text, *_EXAMPLES[option])
        if fault is not None:
            code, message, hint = fault
            yield Problem(code, option, index, text, message, hint)


def _find_method_fault(method: str) -> Fault | None:
    upper = method.upper()
    if upper in fetch.FORBIDDEN_METHODS:
        message = "Browsers never let a script send CONNECT, TRACE or TRACK."
        return "method-forbidden", message, _LEAVE_OUT
    if method != upper and upper in fetch.REGISTERED_METHODS:
        message = f"Methods are case-sensitive: this is not {upper}."
        if upper in fetch.NORMALIZED_METHODS:
            message = f"Methods are case-sensitive, and browsers send {upper}."
        return "method-case", message, f"Write {upper}."
    if method == "OPTIONS":
        message = (
            "Preflights need no permission; this is only for pages that send OPTIONS themselves."
        )
        return "method-options", message, "Leave it out unless a page does."
    return None


def _find_request_header_fault(name: str) -> Fault | None:
    if fetch.is_forbidden_request_header(name):
        message = "Browsers set this header themselves and let no script do it."
        return "header-forbidden", message, _COOKIES if name == "cookie" else _LEAVE_OUT
    if name in fetch.CORS_RESPONSE_HEADERS:
        message = "This is a header of responses; here belong the headers a script may send."
        return "header-misplaced", message, "Leave it out: the answer has it when it is needed."
    if name in fetch.METHOD_OVERRIDE_HEADERS:
        message = (
            "A server that honours it lets a POST become any method, whatever allow_methods says."
        )
        return "method-override", message, "Leave it out, and list the methods in allow_methods."
    return None


def _find_response_header_fault(name: str) -> Fault | None:
    if name in fetch.FORBIDDEN_RESPONSE_HEADERS:
        return "header-forbidden", "Browsers show cookies to no script.", _COOKIES
    if name in fetch.CORS_REQUEST_HEADERS:
        message = (
            "This is a header of requests; here belong the response headers a script may read."
        )
        return "header-misplaced", message, _LEAVE_OUT
    if name in fetch.SAFELISTED_RESPONSE_HEADERS:
        return "header-redundant", "Every script may read it anyway.", _LEAVE_OUT
    if name in fetch.CORS_RESPONSE_HEADERS:
        return "header-redundant", "It speaks to the browser; no script needs it.", _LEAVE_OUT
    return None


def _find_token_fault(text: str, code: str, what: str, example: str) -> Fault:
    bare = text.partition(":")[0].strip()
    hint = f"Write {bare}." if fetch.is_token(bare) else f"Write a {what} such as {example}."
    message = f"This is no {what}: a space, a separator or a control character is in it."
    if not text.isascii():
        message = f"A {what} has only ASCII letters, digits and !#$%&'*+-.^_`|~."
    elif not text.strip():
        message = f"An empty string is no {what}."
    return code, message, hint
