"""The browser, and one fetch of it: main fetch, HTTP fetch, HTTP-redirect fetch.

Source: https://fetch.spec.whatwg.org/#fetching
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from time import monotonic
from urllib.parse import urlsplit

from cors_core import fetch
from cors_core.browser import filtering, fixes, inputs, preflight, safelist, servers
from cors_core.browser.cache import CookieJar, Key, PreflightCache
from cors_core.browser.handshake import Handshake
from cors_core.browser.messages import Exchange, NetworkError, Request, lines
from cors_core.browser.outcome import Outcome
from cors_core.browser.quirks import QUIRKS

_Clock = Callable[[], float]


class Browser:
    """One page in one browser, with its cookies and its preflight cache.

    Args:
        origin: The page's serialized origin, or ``"null"`` for an opaque one (sandboxed frame,
            ``data:`` or ``file:`` page).
        server: What answers, whatever the host: a policy source (then everything is answered
            with 200 under that policy), a WSGI application, or a transport: any callable that
            takes a `Request` and returns a `Response`. A callable that takes two positional
            arguments is a WSGI application, one that takes one a transport.
        quirks: ``None`` follows the standard; ``"chromium"`` and ``"firefox"`` follow those
            browsers where they leave it.
        clock: Seconds from any start, for the preflight cache.

    Raises:
        ValueError: `origin` is no serialized origin, or `quirks` no known browser.
        TypeError: `server` is nothing that can answer.

    Example:
        >>> from cors_core.browser import Browser
        >>> Browser("https://app.example.com", policy).fetch("/orders").readable
        True

    Source: https://fetch.spec.whatwg.org/
    """

    def __init__(
        self, origin: str, server: object, *, quirks: str | None = None, clock: _Clock = monotonic
    ) -> None:
        self.origin = inputs.read_origin(origin)
        inputs.check_choices(quirks=quirks)
        self._quirks = QUIRKS[quirks]
        self._transport = servers.transport_for(server)
        self._cache, self._cookies = PreflightCache(clock, self._quirks), CookieJar()

    def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        credentials: str = "same-origin",
        mode: str = "cors",
        body: str | bytes | None = None,
        upload_listener: bool = False,
        redirect: str = "follow",
        referrer_policy: str = "",
    ) -> Outcome:
        """Do what a page's ``fetch(url, {...})`` does, and say everything about it.

        Args:
            url: Absolute, or a path, which is taken on ``https://server.test``.
            method: Normalized as browsers do: ``put`` is ``PUT``, ``patch`` stays ``patch``.
            headers: What the script sets; what no script may set is dropped silently.
            credentials: ``omit``, ``same-origin`` or ``include``.
            mode: ``cors``, ``no-cors`` or ``same-origin``.
            body: Text gets a ``text/plain`` Content-Type unless `headers` name one; bytes get
                none.
            upload_listener: Whether an ``XMLHttpRequest`` listens to its upload, which forces
                a preflight.
            redirect: ``follow``, ``error`` or ``manual``.
            referrer_policy: Decides whether a ``no-cors`` request says where it comes from.

        Raises:
            ValueError: The URL, a header or an option is malformed.
            FetchTypeError: A browser would throw before sending anything: a forbidden method,
                a password in the URL, a body on GET. It is a ``ValueError`` too.
        """
        inputs.check_choices(credentials=credentials, mode=mode, redirect=redirect)
        inputs.check_choices(referrer_policy=referrer_policy)
        method, target = inputs.read_method(method, mode), inputs.read_url(url)
        content = inputs.read_body(body, method)
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        kept, dropped = safelist.author_headers(pairs, self._quirks, no_cors=mode == "no-cors")
        if isinstance(body, str) and not lines(kept, "Content-Type"):
            kept.append(("Content-Type", "text/plain;charset=UTF-8"))
        chosen = (upload_listener, mode, credentials, redirect, referrer_policy)
        shake = Handshake(self.origin, self._quirks, [target], method, kept, content, *chosen)
        about = f"{self.origin} fetches {method} {target}"
        shake.note("request", f"{about}, mode {mode}, credentials {credentials}")
        if dropped:
            shake.note("forbidden request-headers", f"dropped: {', '.join(dict(dropped))}")
        return self._outcome(shake)

    def _outcome(self, shake: Handshake) -> Outcome:
        response, cause = None, None
        try:
            self._main_fetch(shake)
            response, fix = filtering.readable(shake)
        except NetworkError as error:
            if shake.with_preflight and not self._quirks.caches_last_answer:
                self._cache.clear(_key(shake))
            shake.note(error.name, error.detail, passed=False)
            cause, fix = shake.steps[-1], error.fix
        told = (tuple(shake.exchanges), tuple(shake.steps), cause, fix or None)
        if response is None:
            return Outcome(False, None, (), b"", *told)
        return Outcome(True, response.status, tuple(response.headers), response.body, *told)

    def _main_fetch(self, shake: Handshake) -> None:
        while True:
            _decide_tainting(shake)
            if shake.tainting == "cors":
                self._preflight_if_needed(shake)
            self._http_fetch(shake)
            redirect = shake.redirect if shake.response.status in fetch.REDIRECT_STATUSES else None
            if redirect == "error":
                raise NetworkError("redirect", "redirect is 'error'", fixes.CALL_NO_REDIRECT)
            if redirect == "manual":
                shake.tainting = "opaque"
            if redirect != "follow" or not lines(shake.response.headers, "Location"):
                return
            _follow(shake)

    def _preflight_if_needed(self, shake: Handshake) -> None:
        cache, key, include, names = self._cache, _key(shake), shake.include, shake.headers
        unsafe = safelist.unsafe_names(shake.headers, self._quirks)
        is_unsafe = shake.method not in fetch.SAFELISTED_METHODS
        why = [f"method {shake.method!r} is not safelisted"] if is_unsafe else []
        why += [f"header {name!r} is not safelisted" for name, _ in names if name.lower() in unsafe]
        why += ["an upload is listened to"] if shake.forced else []
        is_cached = all(cache.covers(key, "header", name, credentials=include) for name in unsafe)
        if is_cached and (is_unsafe or shake.forced):
            is_cached = cache.covers(key, "method", shake.method, credentials=include)
        if not why and self._quirks.ignores_hops and shake.with_preflight:
            why, is_cached = ["the hop before had one"], False
        shake.with_preflight = shake.with_preflight or bool(why)
        if not why or is_cached:
            reason = "found in the preflight cache" if why else "method and headers are safelisted"
            shake.note("preflight", f"not needed: {reason}")
            return
        shake.note("preflight", f"needed: {'; '.join(why)}")
        sent = [("Accept", "*/*"), (fetch.ORIGIN, key[0]), (fetch.ACRM, shake.method)]
        sent += [(fetch.ACRH, ",".join(unsafe))] if unsafe else []
        self._send(shake, Request("OPTIONS", str(shake.url), sent), is_preflight=True)
        seconds = self._quirks.max_age(lines(shake.response.headers, fetch.ACMA))
        cache.store(key, *preflight.validate(shake), seconds, credentials=include)

    def _http_fetch(self, shake: Handshake) -> None:
        host, headers = urlsplit(shake.url.origin).hostname or "", list(shake.headers)
        is_own = (shake.credentials, shake.tainting) == ("same-origin", "basic")
        with_cookies = shake.include or is_own
        if origin := _origin_header(shake):
            headers.append((fetch.ORIGIN, origin))
        if with_cookies and (cookie := self._cookies.header_for(host)):
            headers.append(("Cookie", cookie))
        self._send(shake, Request(shake.method, str(shake.url), headers, shake.body))
        # Kept even if the CORS check then fails: what is stored is not what may be read.
        for line in lines(shake.response.headers, "Set-Cookie") if with_cookies else ():
            self._cookies.store(host, line)
        if shake.tainting == "cors":
            preflight.check_cors(shake)
        elif shake.tainting == "opaque":
            filtering.check_resource_policy(shake)

    def _send(self, shake: Handshake, request: Request, *, is_preflight: bool = False) -> None:
        shake.exchanges.append(Exchange(request, None, is_preflight))
        response = servers.answer(self._transport, request)
        shake.exchanges[-1] = Exchange(request, response, is_preflight)


def _decide_tainting(shake: Handshake) -> None:
    """Say whether the current URL is CORS at all: main fetch, step 12."""
    origin = shake.url.origin
    if origin == "null":
        # A page can read a data: URL; but in that there is neither a server nor CORS.
        raise NetworkError("mode", f"{shake.url.scheme}: URLs are not modelled", fixes.WEB_URL)
    if shake.tainting == "basic" and origin == shake.page:
        shake.note("mode", f"{origin} is the page's own origin: no CORS")
    elif shake.mode == "same-origin":
        raise NetworkError("mode", f"'same-origin' does not reach {origin}", fixes.MODE_CORS)
    elif shake.mode == "no-cors" and shake.redirect != "follow":
        raise NetworkError("mode", "'no-cors' follows redirects", fixes.CALL_NO_REDIRECT)
    elif shake.mode == "no-cors":
        shake.tainting = "opaque"
        shake.note("mode", "'no-cors': sent unasked, answered opaquely")
    else:
        shake.tainting = "cors"


def _follow(shake: Handshake) -> None:
    """Turn a redirect into the next request: HTTP-redirect fetch."""
    status, target = shake.response.status, shake.target
    if target is None:
        found = lines(shake.response.headers, "Location")
        what = repr(found[0]) if len(found) == 1 else f"in {len(found)} lines"
        detail = f"Location {what} is no http or https URL"
        raise NetworkError("redirect", detail, fixes.REDIRECT_LOCATION)
    if len(shake.urls) > fetch.MOST_REDIRECTS:
        detail = f"more than {fetch.MOST_REDIRECTS} redirects"
        raise NetworkError("redirect", detail, fixes.REDIRECT_LOOP)
    is_cors = shake.tainting == "cors" or (shake.mode == "cors" and target.origin != shake.page)
    if target.has_credentials and is_cors:
        raise NetworkError("redirect", "Location has a password", fixes.REDIRECT_LOCATION)
    dropped = frozenset[str]()
    was_posted = status in {301, 302} and shake.method == "POST"
    if was_posted or (status == 303 and shake.method not in {"GET", "HEAD"}):
        shake.method, shake.body, dropped = "GET", b"", fetch.REQUEST_BODY_HEADERS
    if target.origin != shake.url.origin:
        dropped |= {fetch.NON_WILDCARD_REQUEST_HEADER}
    shake.headers = [pair for pair in shake.headers if pair[0].lower() not in dropped]
    shake.urls.append(target)
    shake.note("redirect", f"{status} to {target}")


def _key(shake: Handshake) -> Key:
    return (shake.page if shake.quirks.ignores_hops else shake.origin), str(shake.url)


def _origin_header(shake: Handshake) -> str | None:
    # https://fetch.spec.whatwg.org/#append-a-request-origin-header
    policy = shake.referrer_policy
    if shake.tainting != "cors" and shake.method in {"GET", "HEAD"}:
        return None
    if shake.mode == "cors" or shake.quirks.origin_ignores_referrer_policy:
        return shake.origin
    is_downgrade = shake.page.startswith("https:") and shake.url.scheme != "https"
    is_hidden = policy == "no-referrer" or (is_downgrade and policy not in fetch.TELLING_POLICIES)
    is_hidden = is_hidden or (policy == "same-origin" and shake.url.origin != shake.page)
    return "null" if is_hidden else shake.origin
