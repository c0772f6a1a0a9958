"""The CORS check, and the validation of what a preflight is answered.

Sources: https://fetch.spec.whatwg.org/#cors-check and #cors-preflight-fetch
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from cors_core import fetch
from cors_core.browser import fixes
from cors_core.browser.handshake import Handshake
from cors_core.browser.messages import NetworkError, Pair, get, lines


def check_cors(shake: Handshake) -> None:
    """Judge the last response by the CORS check.

    Raises:
        NetworkError: It fails.

    Source: https://fetch.spec.whatwg.org/#cors-check
    """
    headers, sent = shake.response.headers, shake.asked(fetch.ORIGIN)
    allowed, credentials = get(headers, fetch.ACAO), get(headers, fetch.ACAC)
    said = f"{fetch.ACAO} is {allowed!r}" if allowed is not None else f"there is no {fetch.ACAO}"
    said += f" (status {shake.response.status})" if shake.response.status >= 300 else ""
    if allowed == "*":
        passed, why = not shake.include, ", which never counts with credentials"
    elif allowed != sent:
        passed, why = False, f", and the browser sent Origin: {sent}"
    else:
        passed = not shake.include or credentials == "true"
        why = f", but {fetch.ACAC} is {repr(credentials) if credentials else 'missing'}"
    if not passed:
        raise NetworkError("CORS check", said + why, fixes.for_cors_check(shake))
    shake.note("CORS check", said)


def extract(headers: Iterable[Pair], name: str) -> list[str] | None:
    """Read a header that is a list of tokens; ``None`` if it is absent.

    Raises:
        NetworkError: One member is no token; nothing of the list counts then.

    Source: https://fetch.spec.whatwg.org/#extract-header-list-values
    """
    found = lines(headers, name)
    members = [member for line in found for member in fetch.list_members(line)]
    for member in members:
        if not fetch.is_token(member):
            detail = f"{name}: {member!r} is not a token, so nothing of the list counts"
            raise NetworkError("header lists", detail, fixes.MALFORMED.format(member, name))
    return members if found else None


def validate(shake: Handshake) -> tuple[list[str], list[str]]:
    """Judge the last response as the answer to a preflight.

    Returns:
        The methods and the header names that it allows.

    Raises:
        NetworkError: A check failed; the actual request is never sent.

    Source: https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
    """
    status = shake.response.status
    is_ok = 200 <= status <= 299
    fix = "" if is_ok else fixes.for_preflight_status(shake)
    # Some servers refuse a method or a header with a status, but list what they allow.
    if is_ok or (status in {400, 403} and lines(shake.response.headers, fetch.ACAM)):
        with suppress(NetworkError):
            fix = _refused(shake, *_lists(shake))[2] or fix
    try:
        check_cors(shake)
    except NetworkError as error:
        # A server that refuses an origin leaves the lists out, one that only refuses credentials
        # does not; and a page that is to do without them meets other lists.
        if get(shake.response.headers, fetch.ACAO) in {"*", shake.asked(fetch.ORIGIN)}:
            error.fix = f"{error.fix} {'' if fixes.WITHOUT in error.fix else fix}".rstrip()
        raise
    if not is_ok:
        raise NetworkError("preflight status", f"{status} is not an ok status", fix)
    methods, names = _lists(shake)
    is_refused, refused, _ = _refused(shake, methods, names)
    if is_refused:
        listed = f"{fetch.ACAM} has {fixes.quoted(methods) or 'no method'}"
        raise NetworkError("method", f"{shake.method!r} is not allowed: {listed}", fix)
    shake.note("method", f"{shake.method!r} is allowed")
    listed = f"{fetch.ACAH} has {fixes.quoted(names) or 'no name'}"
    if refused:
        detail = f"not allowed: {fixes.quoted(refused)}; {listed}"
        raise NetworkError("request headers", detail, fix)
    if shake.asked(fetch.ACRH):
        shake.note("request headers", listed)
    return methods, names


def _lists(shake: Handshake) -> tuple[list[str], list[str]]:
    methods = extract(shake.response.headers, fetch.ACAM)
    names = extract(shake.response.headers, fetch.ACAH)
    return [shake.method] if methods is None and shake.forced else methods or [], names or []


def _refused(shake: Handshake, methods: list[str], names: list[str]) -> tuple[bool, list[str], str]:
    """Say whether the method is refused, which header names are, and what to change for both."""
    is_refused = shake.method not in {*fetch.SAFELISTED_METHODS, *methods}
    is_refused = is_refused and (shake.include or "*" not in methods)
    listed = {name.lower() for name in names}
    spelled = {name.lower(): name for name, _ in shake.headers}
    wanted = dict.fromkeys(fetch.list_members(shake.asked(fetch.ACRH) or ""))
    missing = [name for name in wanted if name not in listed]
    if "*" in names and not shake.include:
        # https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
        is_covered = shake.quirks.wildcard_covers_authorization
        missing = [n for n in missing if n == fetch.NON_WILDCARD_REQUEST_HEADER and not is_covered]
    refused = [spelled[name] for name in missing]
    fix = fixes.for_method(shake.method, methods) if is_refused else []
    fix += fixes.for_headers(refused, names, include=shake.include) if refused else []
    return is_refused, refused, " ".join(fix)
