"""A valid policy as sets and prepared answers, and the one function that decides.

Nothing is checked here that ``validation`` has checked; everything a request brings is.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from cors_core import fetch
from cors_core.decision import Decision, Reason, RequestKind
from cors_core.headers import Pair
from cors_core.origin import LONGEST_ORIGIN, parse_origin
from cors_core.pattern import ANY_ORIGIN, Pattern, Wildcards, parse_pattern

LONGEST_METHOD = 64
LONGEST_HEADER_NAMES = 1024
MOST_HEADER_NAMES = 64

_REFUSAL = b"CORS preflight refused: this origin is not allowed.\n"


class CompiledPolicy:
    """What `Policy.decide` works with; built once, never changed.

    Args:
        allow_origins: Patterns, all valid.
        allow_methods: Methods, or ``*`` among them.
        allow_headers: Request-header names, or ``*`` among them.
        expose_headers: Response-header names, or ``*`` among them.
        credentials: Whether responses say that credentials are fine.
        max_age: Seconds, or ``None`` for no header.
        insecure: Whether `predicate` is asked about insecure origins despite credentials.
        predicate: Asked about what no pattern stands for.
        vary: What every answer that depends on the origin varies by.
    """

    def __init__(
        self,
        *,
        allow_origins: Iterable[str],
        allow_methods: Iterable[str] = (),
        allow_headers: Iterable[str] = (),
        expose_headers: Iterable[str] = (),
        credentials: bool = False,
        max_age: int | None = None,
        insecure: bool = False,
        predicate: Callable[[str], object] | None = None,
        vary: str = fetch.ORIGIN,
    ) -> None:
        origins = tuple(allow_origins)
        self._predicate = predicate
        self._secure_only = credentials and not insecure
        self._methods = fetch.SAFELISTED_METHODS.union(allow_methods)
        self._headers = {name.lower(): None for name in allow_headers}

        credentials_pair = ((fetch.ACAC, "true"),) if credentials else ()
        exposed = ",".join(dict.fromkeys(name.lower() for name in expose_headers))
        exposed_pair = ((fetch.ACEH, "*" if "*" in exposed.split(",") else exposed),)
        vary_pair: tuple[Pair, ...] = ((fetch.VARY, vary),)
        on_cors = (*credentials_pair, *(exposed_pair if exposed else ()))

        self._any_origin: Decision | None = None
        if ANY_ORIGIN in origins:
            constant = ((fetch.ACAO, ANY_ORIGIN), *on_cors)
            self._any_origin = _answer(RequestKind.CORS, Reason.ALLOWED, constant)
            self._without_origin = _answer(RequestKind.NOT_CORS, Reason.NOT_CORS, constant)
            origins = ()
        else:
            # Even a response to a non-CORS request varies by Origin, or a shared cache would
            # hand it to a CORS one: https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches
            self._without_origin = _answer(RequestKind.NOT_CORS, Reason.NOT_CORS, vary_pair)
        self._refused = _answer(RequestKind.CORS, Reason.ORIGIN_NOT_ALLOWED, vary_pair)
        self._refused_preflight = Decision(
            RequestKind.PREFLIGHT,
            False,
            Reason.ORIGIN_NOT_ALLOWED,
            403,
            (
                ("Content-Type", "text/plain; charset=utf-8"),
                ("Content-Length", str(len(_REFUSAL))),
                *vary_pair,
            ),
            _REFUSAL,
        )
        self._after_origin = (*on_cors, *vary_pair)
        self._listed = {origin: self._allow(origin) for origin in origins if "*" not in origin}
        self._wildcards = Wildcards(_patterns(origins))

        # With credentials browsers read "*" literally, so what was asked for is echoed instead.
        self._any_method = "*" in self._methods
        self._any_header = "*" in self._headers
        self._echo_method = self._any_method and credentials
        self._echo_headers = self._any_header and credentials
        self._preflight_credentials = credentials_pair
        self._preflight_methods = self._method_pair(allow_methods)
        self._preflight_headers = self._header_pair()
        if self._any_origin:
            vary_pair = ()
        elif self._echo_method or self._echo_headers:
            vary_pair = ((fetch.VARY, f"{vary}, {fetch.ACRM}, {fetch.ACRH}"),)
        max_age_pair = ((fetch.ACMA, str(max_age)),) if max_age is not None else ()
        self._preflight_end = (*max_age_pair, *vary_pair)

    def decide(
        self,
        method: str,
        origin: str | None,
        request_method: str | None = None,
        request_headers: str | None = None,
    ) -> Decision:
        """Decide one request; see ``Policy.decide``."""
        if not origin:
            return self._without_origin
        decision = self._any_origin or self._origin(origin)
        # https://fetch.spec.whatwg.org/#cors-preflight-request
        if method == "OPTIONS" and request_method and decision is not self._without_origin:
            return self._preflight(decision, request_method, request_headers or "")
        return decision

    def _origin(self, origin: str) -> Decision:
        if len(origin) > LONGEST_ORIGIN:
            return self._refused
        listed = self._listed.get(origin)
        if listed is not None:
            return listed
        # Several servers leave the white space around a field value.
        trimmed = origin.strip(fetch.OWS)
        if trimmed != origin:
            return self._origin(trimmed) if trimmed else self._without_origin
        if not self._wildcards and self._predicate is None:
            return self._refused
        parsed = parse_origin(origin)
        if parsed is None:
            return self._refused
        if self._wildcards.match(parsed):
            return self._allow(origin)
        if self._predicate is None or (self._secure_only and not parsed.is_secure):
            return self._refused
        return self._ask(self._predicate, origin)

    def _ask(self, predicate: Callable[[str], object], origin: str) -> Decision:
        try:
            answer = predicate(origin)
        except Exception as error:  # noqa: BLE001 - whatever fails, a failure is a no
            return _failed(self._refused, error)
        if answer is True or isinstance(answer, re.Match):
            return self._allow(origin)
        if inspect.isawaitable(answer):
            if inspect.iscoroutine(answer):
                answer.close()
            reason = "dangerously_allow_origins_if returned an awaitable, which nobody awaits"
            return _failed(self._refused, TypeError(reason))
        return self._refused

    def _allow(self, origin: str) -> Decision:
        return _answer(
            RequestKind.CORS, Reason.ALLOWED, ((fetch.ACAO, origin), *self._after_origin)
        )

    def _preflight(self, decision: Decision, method: str, names: str) -> Decision:
        if len(method) <= LONGEST_METHOD:
            method = method.strip(fetch.OWS)
            if not method:
                return decision
        if not decision.allowed:
            return _failed(self._refused_preflight, getattr(decision, "failure", None))
        method_allowed = self._is_method_allowed(method)
        headers_reason, echoed = self._read_header_names(names)
        reason = headers_reason if method_allowed else Reason.METHOD_NOT_ALLOWED
        methods = self._preflight_methods
        if self._echo_method and method_allowed:
            methods = ((fetch.ACAM, method),)
        headers = self._preflight_headers
        if self._echo_headers and echoed:
            headers = ((fetch.ACAH, ",".join(echoed)),)
        # An allowed origin always gets the full lists: the browser names the culprit itself.
        return Decision(
            RequestKind.PREFLIGHT,
            reason is Reason.ALLOWED,
            reason,
            204,
            (
                decision.headers[0],
                *self._preflight_credentials,
                *methods,
                *headers,
                *self._preflight_end,
            ),
            b"",
        )

    def _is_method_allowed(self, method: str) -> bool:
        if len(method) > LONGEST_METHOD:
            return False
        if method in self._methods:
            return True
        if not self._any_method:
            return False
        return fetch.is_token(method) and not fetch.is_forbidden_method(method)

    def _read_header_names(self, names: str) -> tuple[Reason, Iterable[str]]:
        """Say what is wrong with the requested names, and which an echo would send back."""
        if not names:
            return Reason.ALLOWED, ()
        if len(names) > LONGEST_HEADER_NAMES or names.count(",") >= MOST_HEADER_NAMES:
            return Reason.HEADERS_TOO_LONG, ()
        # Lower-casing turns some characters beyond ASCII, such as the Kelvin sign, into letters.
        if not names.isascii():
            return Reason.HEADER_NOT_ALLOWED, ()
        requested = dict.fromkeys(fetch.list_members(names.lower()))
        if all(map(self._is_header_allowed, requested)):
            return Reason.ALLOWED, requested
        return Reason.HEADER_NOT_ALLOWED, ()

    def _is_header_allowed(self, name: str) -> bool:
        if name in self._headers and name != "*":
            return True
        if not self._any_header or fetch.is_forbidden_request_header(name):
            return False
        # https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
        if name == fetch.NON_WILDCARD_REQUEST_HEADER and not self._echo_headers:
            return False
        return fetch.is_token(name)

    def _method_pair(self, methods: Iterable[str]) -> tuple[Pair, ...]:
        if self._any_method:
            return () if self._echo_method else ((fetch.ACAM, "*"),)
        named = [method for method in methods if method not in fetch.SAFELISTED_METHODS]
        return ((fetch.ACAM, ",".join(dict.fromkeys(named))),) if named else ()

    def _header_pair(self) -> tuple[Pair, ...]:
        if not self._any_header:
            return ((fetch.ACAH, ",".join(self._headers)),) if self._headers else ()
        if self._echo_headers:
            return ()
        named = fetch.NON_WILDCARD_REQUEST_HEADER in self._headers
        return ((fetch.ACAH, f"*,{fetch.NON_WILDCARD_REQUEST_HEADER}" if named else "*"),)


def _answer(kind: RequestKind, reason: Reason, headers: tuple[Pair, ...]) -> Decision:
    allowed = reason is not Reason.ORIGIN_NOT_ALLOWED
    return Decision(kind, allowed, reason, None, headers, b"")


def _failed(decision: Decision, failure: BaseException | None) -> Decision:
    if failure is None:
        return decision
    copy = replace(decision)
    object.__setattr__(copy, "failure", failure)
    return copy


def _patterns(origins: Iterable[str]) -> Iterable[Pattern]:
    for origin in origins:
        if "*" in origin and (pattern := parse_pattern(origin)) is not None:
            yield pattern
