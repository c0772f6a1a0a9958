"""What a page may read of a response that it got.

Source: https://fetch.spec.whatwg.org/#concept-filtered-response-cors
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from cors_core import fetch
from cors_core.browser import fixes, preflight
from cors_core.browser.handshake import Handshake
from cors_core.browser.messages import NetworkError, Response, get
from cors_core.origin import is_address

# What servers send by themselves, and no page misses; and what no policy exposes by name.
_USUAL = re.compile(
    "accept-ranges|age|allow|alt-svc|connection|date|keep-alive|nel|report.+|server(-timing)?|vary"
    "|via|access-control-.+|content-(encoding|security-.+)|cross-origin-.+|.+-policy|upgrade"
    r"|(strict|transfer)-.+|timing-allow-origin|x-(content-type-o|frame-o|powered-|xss-).+|origin|[*]"
)


def readable(shake: Handshake) -> tuple[Response, str]:
    """Keep of the last response what the page may read; say how it would get more.

    Source: https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine
    """
    headers, listed, fix = shake.response.headers, list[str](), ""
    if shake.tainting == "opaque":
        return Response(0), fixes.MODE_CORS if shake.mode == "no-cors" else ""
    try:
        listed = preflight.extract(headers, fetch.ACEH) or []
    except NetworkError as error:
        fix = error.fix
    spelled = {name.lower(): name for name, _ in headers}
    names = spelled.keys() - fetch.FORBIDDEN_RESPONSE_HEADERS
    exposed = {name.lower() for name in listed} | fetch.SAFELISTED_RESPONSE_HEADERS
    every = shake.tainting == "basic" or ("*" in listed and not shake.include)
    read = names if every else names & exposed
    missed = sorted(name for name in names - read if not _USUAL.fullmatch(name))
    if missed:
        shake.note("exposed headers", f"not readable: {', '.join(missed)}")
        expose = fixes.EXPOSE.format(fixes.quoted([spelled[name] for name in missed]))
        fix = fix or f"{expose} {fixes.NO_WILDCARD if '*' in listed else ''}".rstrip()
    shown = [(name, get(headers, name) or "") for name in sorted(read)]
    is_empty = shake.method == "HEAD" or shake.response.status in fetch.NULL_BODY_STATUSES
    body = b"" if is_empty else shake.response.body
    return Response(shake.response.status, shown, body), fix if missed else ""


def check_resource_policy(shake: Handshake) -> None:
    """Judge the last response, to a ``no-cors`` request.

    Raises:
        NetworkError: It keeps itself from this page.

    Source: https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check
    """
    policy = get(shake.response.headers, "Cross-Origin-Resource-Policy")
    page, here = shake.page, shake.url.origin
    is_upgrade = here.startswith("https:") and not page.startswith("https:")
    is_far = policy == "same-site" and (is_upgrade or _site(page) != _site(here))
    if is_far or (policy == "same-origin" and page != here):
        detail = f"Cross-Origin-Resource-Policy is {policy!r}"
        raise NetworkError("resource policy", detail, fixes.RESOURCE_POLICY)


def _site(origin: str) -> str:
    # https://html.spec.whatwg.org/multipage/browsers.html#schemelessly-same-site
    from publicsuffixlist import PublicSuffixList

    host = urlsplit(origin).hostname or origin
    is_name = ":" not in host and not is_address(host)
    return (PublicSuffixList().privatesuffix(host) if is_name else None) or host
