"""Rules for the names in a policy: methods, header names, and the options themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from cors_core import fetch
from cors_core.errors import Problem
from cors_core.validation.values import WARNINGS, Entry, Fault, joined, split_joined

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
    "which may be [] then.": "allow_origins_if allow_origin_regex allowed_origin_regexes "
    "origin_regex_whitelist",
    "Leave it out: this is always done right.": (
        "vary_header automatic_options intercept_exceptions always_send"
    ),
    "Leave it out: no current browser reads that header.": "allow_private_network",
    "Leave it out: django-cors-headers itself has removed it.": "model replace_https_referer",
}
_LEAVE_OUT = "Leave it out."
_COOKIES = "Leave it out; for cookies set allow_credentials=True."
_LITERAL_STAR: Fault = (
    "wildcard-with-credentials",
    "With credentials browsers read '*' as the name of a header, so nothing is exposed.",
    "List the names, or set allow_credentials=False.",
)


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


def check_names(option: str, entries: list[Entry], *, credentials: bool) -> Iterator[Problem]:
    """Check a list of methods or of names of headers."""
    # What '*' does not cover is rightly named beside it.
    apart = ["*", fetch.NON_WILDCARD_REQUEST_HEADER] if option == "allow_headers" else ["*"]
    others = ", ".join(text for _, text in entries if text.lower() not in apart)
    star: Fault | None = None
    if credentials and option == "expose_headers":
        star = _LITERAL_STAR
    elif others:
        message = (
            f"'*' stands for every {_KINDS[option][0]}, so {others} beside it says nothing more."
        )
        star = ("wildcard-redundant", message, f"Leave out either '*' or {others}.")
    for index, text in entries:
        fault = star if text == "*" else _find_fault(option, text)
        if fault is not None:
            code, message, hint = fault
            yield Problem(code, option, index, text, message, hint)


def mend_name(option: str, text: str) -> str | None:
    """Give `text` itself if it may stand in the list, alone and as it is."""
    fault = _find_fault(option, text)
    return text if fault is None or fault[0] in WARNINGS else None


def _find_fault(option: str, text: str) -> Fault | None:
    noun, example, find = _KINDS[option]
    if fetch.is_token(text):
        return find(text if option == "allow_methods" else text.lower())
    members = split_joined(text)
    if len(members) > 1 and all(map(fetch.is_token, members)):
        return joined(text, partial(mend_name, option))
    bare = text.partition(":")[0].strip()
    is_name = fetch.is_token(bare) and mend_name(option, bare) is not None
    hint = f"Write {bare}." if is_name else f"Write a {noun} such as {example}."
    message = f"This is no {noun}: a space, a separator or a control character is in it."
    if not text.isascii():
        message = f"A {noun} has only ASCII letters, digits and !#$%&'*+-.^_`|~."
    elif not text.strip():
        message = f"An empty string is no {noun}."
    return "method-malformed" if option == "allow_methods" else "header-malformed", message, hint


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


# What an entry of each list is called, an example, and what may be wrong with a token there.
_KINDS = {
    "allow_methods": ("method", "PUT", _find_method_fault),
    "allow_headers": ("header name", "Content-Type", _find_request_header_fault),
    "expose_headers": ("header name", "X-Request-Id", _find_response_header_fault),
}
