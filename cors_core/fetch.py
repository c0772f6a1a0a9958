"""Names, tables and predicates of the Fetch Standard, each with its anchor.

Nothing here is opinion. If no standard says it, and no browser does it, it belongs in
``validation``. What Fetch itself takes from elsewhere has the address of that: the grammar is
HTTP's, registered methods are IANA's, and how long a preflight is kept is in the browsers' code.
"""

from __future__ import annotations

import re

# https://fetch.spec.whatwg.org/#origin-header
ORIGIN = "Origin"
VARY = "Vary"

# https://fetch.spec.whatwg.org/#http-requests
ACRM = "Access-Control-Request-Method"
ACRH = "Access-Control-Request-Headers"

# https://fetch.spec.whatwg.org/#http-responses
ACAO = "Access-Control-Allow-Origin"
ACAC = "Access-Control-Allow-Credentials"
ACAM = "Access-Control-Allow-Methods"
ACAH = "Access-Control-Allow-Headers"
ACMA = "Access-Control-Max-Age"
ACEH = "Access-Control-Expose-Headers"

CORS_REQUEST_HEADERS = frozenset({"origin", ACRM.lower(), ACRH.lower()})

# The seventh was proposed for Private Network Access, which no browser implements any more;
# old code still sends it: https://wicg.github.io/private-network-access/#headers
CORS_RESPONSE_HEADERS = frozenset(
    name.lower()
    for name in (ACAO, ACAC, ACAM, ACAH, ACMA, ACEH, "Access-Control-Allow-Private-Network")
)

# https://fetch.spec.whatwg.org/#cors-safelisted-method
SAFELISTED_METHODS = frozenset({"GET", "HEAD", "POST"})

# https://fetch.spec.whatwg.org/#forbidden-method (in any case)
FORBIDDEN_METHODS = frozenset({"CONNECT", "TRACE", "TRACK"})

# https://fetch.spec.whatwg.org/#concept-method-normalize: PATCH is not among them.
NORMALIZED_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"})

# https://www.iana.org/assignments/http-methods
REGISTERED_METHODS = frozenset(
    """ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT CONNECT COPY DELETE GET HEAD LABEL LINK LOCK
    MERGE MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF MKWORKSPACE MOVE OPTIONS ORDERPATCH PATCH
    POST PRI PROPFIND PROPPATCH PUT QUERY REBIND REPORT SEARCH TRACE UNBIND UNCHECKOUT UNLINK
    UNLOCK UPDATE UPDATEREDIRECTREF VERSION-CONTROL""".split()
)

# https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
NON_WILDCARD_REQUEST_HEADER = "authorization"

# All but the bytes of https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte
_SAFE = r'[^\x00-\x08\x0a-\x1f"():<>?@\[\\\]{}\x7f]*'
_ESSENCE = "(?i:application/x-www-form-urlencoded|multipart/form-data|text/plain)"
# https://fetch.spec.whatwg.org/#cors-safelisted-request-header: the values that need no asking.
# A MIME type is malformed by its type or subtype alone, not by its parameters:
# https://mimesniff.spec.whatwg.org/#parsing
SAFELISTED_REQUEST_HEADERS = {
    "accept": re.compile(_SAFE),
    "accept-language": re.compile(r"[0-9A-Za-z *,\-.;=]*"),
    "content-language": re.compile(r"[0-9A-Za-z *,\-.;=]*"),
    "content-type": re.compile(rf"{_ESSENCE}[ \t]*(?:;{_SAFE})?"),
    "range": re.compile(r"bytes=([0-9]+)-([0-9]*)"),
}
# Chromium still safelists what https://www.rfc-editor.org/rfc/rfc8942 calls client hints; the
# standard does no more. Written "name: value".
CLIENT_HINTS = re.compile(
    r"(device-memory|downlink|dpr): [0-9]+(\.[0-9]+)?|(rtt|viewport-width|width): [0-9]+"
    r"|ect: (slow-2g|2g|3g|4g)|save-data: (?i:on)"
)
# Bytes of one value, and of all together:
# https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names
LONGEST_SAFELISTED_VALUE, LONGEST_SAFELISTED_TOTAL = 128, 1024

# https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name
SAFELISTED_RESPONSE_HEADERS = frozenset(
    """cache-control content-language content-length content-type expires last-modified
    pragma""".split()
)

# https://fetch.spec.whatwg.org/#forbidden-response-header-name
FORBIDDEN_RESPONSE_HEADERS = frozenset({"set-cookie", "set-cookie2"})

# https://fetch.spec.whatwg.org/#forbidden-request-header
FORBIDDEN_REQUEST_HEADERS = frozenset(
    """accept-charset accept-encoding access-control-request-headers
    access-control-request-method connection content-length cookie cookie2 date dnt expect host
    keep-alive origin referer set-cookie te trailer transfer-encoding upgrade via""".split()
)
FORBIDDEN_REQUEST_HEADER_PREFIXES = ("proxy-", "sec-")

# https://fetch.spec.whatwg.org/#forbidden-request-header: names whose value is read as a method,
# which is why Fetch forbids some values. Allowing one of them lets a POST become any method.
METHOD_OVERRIDE_HEADERS = frozenset(
    {"x-http-method", "x-http-method-override", "x-method-override"}
)

# https://fetch.spec.whatwg.org/#cors-preflight-fetch-0: the default when there is no header.
DEFAULT_MAX_AGE = 5
# Firefox keeps a preflight for 24 hours at most (nsCORSListenerProxy.cpp), Chromium for 2 hours
# (preflight_result.cc), WebKit for 10 minutes (CrossOriginPreflightResultCache.cpp).
LONGEST_MAX_AGE = 86400

# https://w3c.github.io/webappsec-referrer-policy/#referrer-policies: the empty one is the default,
# and three hide no origin, not even from a server that is called in clear text.
TELLING_POLICIES = ("origin", "origin-when-cross-origin", "unsafe-url")
_HIDING = "no-referrer no-referrer-when-downgrade same-origin strict-origin"
REFERRER_POLICIES = ("", *TELLING_POLICIES, *_HIDING.split(), "strict-origin-when-cross-origin")

# https://fetch.spec.whatwg.org/#redirect-status
REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
# https://fetch.spec.whatwg.org/#http-redirect-fetch
MOST_REDIRECTS = 20
# https://fetch.spec.whatwg.org/#request-body-header-name
REQUEST_BODY_HEADERS = frozenset(
    "content-encoding content-language content-location content-type".split()
)
# https://fetch.spec.whatwg.org/#null-body-status
NULL_BODY_STATUSES = frozenset({101, 103, 204, 205, 304})

# https://url.spec.whatwg.org/#concept-basic-url-parser: what is stripped off a URL
C0_OR_SPACE = "".join(map(chr, range(0x21)))
# https://url.spec.whatwg.org/#forbidden-domain-code-point
FORBIDDEN_IN_HOST = re.compile(r"[\x00-\x20#/<>?@\\^|%\x7f]")
# What https://url.spec.whatwg.org/#path-percent-encode-set leaves alone.
SAFE_IN_PATH = "!$%&'()*+,-./:;=@[\\]^_|~"

# Where the steps of a fetch are written.
STEPS = {
    "request": "https://fetch.spec.whatwg.org/#main-fetch",
    "mode": "https://fetch.spec.whatwg.org/#main-fetch",
    "forbidden request-headers": "https://fetch.spec.whatwg.org/#forbidden-request-header",
    "network": "https://fetch.spec.whatwg.org/#http-network-fetch",
    "preflight": "https://fetch.spec.whatwg.org/#http-fetch",
    "preflight status": "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0",
    "method": "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0",
    "request headers": "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0",
    "CORS check": "https://fetch.spec.whatwg.org/#cors-check",
    "header lists": "https://fetch.spec.whatwg.org/#extract-header-list-values",
    "redirect": "https://fetch.spec.whatwg.org/#http-redirect-fetch",
    "resource policy": "https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check",
    "exposed headers": "https://fetch.spec.whatwg.org/#concept-filtered-response-cors",
}

# https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")

# https://fetch.spec.whatwg.org/#collect-an-http-quoted-string
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"?')

# Optional white space of https://www.rfc-editor.org/rfc/rfc9110#section-5.6.3: no other
# character, so never str.strip() without it.
OWS = " \t"


def is_token(text: str) -> bool:
    """Say whether `text` is a token, the grammar of methods and header names."""
    return _TOKEN.fullmatch(text) is not None


def is_forbidden_method(method: str) -> bool:
    """Say whether no script can send `method`, in any case."""
    return method.upper() in FORBIDDEN_METHODS


def is_forbidden_request_header(name: str, value: str = "") -> bool:
    """Say whether no script can set the header with the lower-case `name`, or not to `value`."""
    if value and name in METHOD_OVERRIDE_HEADERS:
        # What stands in quotes is no method: it is taken out, with the commas in it.
        members = list_members(_QUOTED.sub('""', value))
        return any(map(is_forbidden_method, members))
    return name in FORBIDDEN_REQUEST_HEADERS or name.startswith(FORBIDDEN_REQUEST_HEADER_PREFIXES)


def is_sendable_method(method: str) -> bool:
    """Say whether a script can send `method`."""
    return is_token(method) and not is_forbidden_method(method)


def is_settable_header(name: str) -> bool:
    """Say whether a script can set the request header with the lower-case `name`."""
    return is_token(name) and not is_forbidden_request_header(name)


def is_safelisted_request_header(name: str, value: str) -> bool:
    """Say whether a script may send the header with the lower-case `name` without asking."""
    pattern = SAFELISTED_REQUEST_HEADERS.get(name)
    found = pattern and len(value) <= LONGEST_SAFELISTED_VALUE and pattern.fullmatch(value)
    if found and name == "range":
        return not found[2] or int(found[1]) <= int(found[2])
    return bool(found)


def list_members(value: str) -> list[str]:
    """Split a ``#`` list of RFC 9110 into its members, in order, without the empty ones.

    Source: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1
    """
    return [member for part in value.split(",") if (member := part.strip(OWS))]
