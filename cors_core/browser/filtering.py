"""What a page may read of a response that it got.

Source: https://fetch.spec.whatwg.org/#concept-filtered-response-cors
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from cors_core import fetch
from cors_core.browser import fixes
from cors_core.browser.handshake import Handshake
from cors_core.browser.messages import NetworkError, Response, get
from cors_core.browser.preflight import extract
from cors_core.origin import is_address

# What applications send for a page to read; servers send enough else by themselves.
_OF_INTEREST = re.compile(r"x-(?!content-type-o|frame-o|powered-|xss-).+|link|location|retry-after")


def readable(shake: Handshake) -> tuple[Response, str]:
    """Keep of the last response what the page may read; say how it would get more.

    Source: https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine
    """
    headers, listed, fix = shake.response.headers, list[str](), ""
    if shake.tainting == "opaque":
        return Response(0), fixes.MODE_CORS if shake.mode == "no-cors" else ""
    try:
        listed = extract(headers, fetch.ACEH) or []
    except NetworkError as error:
        fix = error.fix
    spelled = {name.lower(): name for name, _ in headers}
    names = spelled.keys() - fetch.FORBIDDEN_RESPONSE_HEADERS
    exposed = {name.lower() for name in listed} | fetch.SAFELISTED_RESPONSE_HEADERS
    every = shake.tainting == "basic" or ("*" in listed and not shake.include)
    missed = sorted(filter(_OF_INTEREST.fullmatch, set() if every else names - exposed))
    if missed:
        shake.note("exposed headers", f"not readable: {', '.join(missed)}")
        missed = [spelled[name] for name in missed]
        why = fixes.NO_WILDCARD if "*" in listed else ""
        fix = fix or fixes.EXPOSE.format(fixes.quoted(missed)) + why
    shown = [
        (name, get(headers, name) or "") for name in sorted(names if every else names & exposed)
    ]
    return Response(shake.response.status, shown, shake.response.body), fix if missed else ""


def check_resource_policy(shake: Handshake) -> None:
    """Judge the last response, to a ``no-cors`` request.

    Raises:
        NetworkError: It keeps itself from this page.

    Source: https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check
    """
    policy = get(shake.response.headers, "Cross-Origin-Resource-Policy")
    page, here = shake.page, shake.url.origin
    is_upgrade = here.startswith("https:") and not page.startswith("https:")
    if (policy == "same-origin" and page != here) or (
        policy == "same-site" and (is_upgrade or _site(page) != _site(here))
    ):
        detail = f"Cross-Origin-Resource-Policy is {policy!r}"
        raise NetworkError("resource policy", detail, fixes.RESOURCE_POLICY)


def _site(origin: str) -> str:
    # https://html.spec.whatwg.org/multipage/browsers.html#schemelessly-same-site
    from publicsuffixlist import PublicSuffixList

    host = urlsplit(origin).hostname or origin
    is_name = ":" not in host and not is_address(host)
    return (PublicSuffixList().privatesuffix(host) if is_name else None) or host
