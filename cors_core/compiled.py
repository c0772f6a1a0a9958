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
from cors_core.fetch import OWS
from cors_core.headers import Pair
from cors_core.origin import LONGEST_ORIGIN, parse_origin
from cors_core.pattern import ANY_ORIGIN, Wildcards, parse_pattern

LONGEST_METHOD = 64
LONGEST_HEADER_NAMES = 1024
MOST_HEADER_NAMES = 64

# A member of an enumeration takes a while to find on its class, and each preflight needs one.
_ALLOWED = Reason.ALLOWED

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
        any_origin = ANY_ORIGIN in origins
        self._predicate = predicate
        self._secure_only = credentials and not insecure

        credentials_pair = _pair(fetch.ACAC, "true" if credentials else "")
        # Even a response to a non-CORS request varies by Origin, or a shared cache would hand it
        # to a CORS one: https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches
        vary_pair = _pair(fetch.VARY, "" if any_origin else vary)
        exposed = [name.lower() for name in expose_headers]
        self._after_origin = (
            *credentials_pair,
            *_pair(fetch.ACEH, "*" if "*" in exposed else ",".join(dict.fromkeys(exposed))),
            *vary_pair,
        )
        self._refused = Decision(
            RequestKind.CORS, False, Reason.ORIGIN_NOT_ALLOWED, None, vary_pair, b""
        )
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
        # What an origin gets that is not listed, or not even read.
        self._otherwise = self._allow(ANY_ORIGIN) if any_origin else self._refused
        self._without_origin = Decision(
            RequestKind.NOT_CORS,
            True,
            Reason.NOT_CORS,
            None,
            self._otherwise.headers,
            b"",
        )
        literals = () if any_origin else [origin for origin in origins if "*" not in origin]
        # What validation has let pass is a pattern, but for "*" itself.
        patterns = [*filter(None, (parse_pattern(origin) for origin in origins if "*" in origin))]
        self._wildcards = Wildcards(patterns)
        self._asks_more = bool(patterns or predicate) and not any_origin

        methods = dict.fromkeys(allow_methods)
        headers = dict.fromkeys(name.lower() for name in allow_headers)
        self._methods = fetch.SAFELISTED_METHODS | methods.keys()
        # An empty member asks for nothing.
        self._headers = frozenset(headers) | {""}
        # Most requests ask for none, for one or for all, which browsers sort.
        self._usual_names = self._headers | {",".join(sorted(headers))}
        # With credentials browsers read "*" literally, so what was asked for is echoed instead.
        self._any_method = "*" in methods
        self._any_header = "*" in headers
        self._echo_method = self._any_method and credentials
        self._echo_headers = self._any_header and credentials
        if self._echo_method or self._echo_headers:
            vary_pair = _pair(fetch.VARY, f"{vary}, {fetch.ACRM}, {fetch.ACRH}")
        self._preflight_credentials = credentials_pair
        self._preflight_methods = _pair(fetch.ACAM, self._join_methods(methods))
        self._preflight_headers = _pair(fetch.ACAH, self._join_headers(headers))
        self._preflight_end = (
            *_pair(fetch.ACMA, "" if max_age is None else str(max_age)),
            *vary_pair,
        )
        self._listed = {origin: self._allow(origin) for origin in literals}
        # By origin, for preflights that ask for no more than is allowed; others differ in their
        # reason alone. An echo is never ready.
        self._prepared: dict[str, Decision] = {}
        if not (self._echo_method or self._echo_headers):
            ready = {ANY_ORIGIN: self._otherwise} if any_origin else self._listed
            for origin, decision in ready.items():
                answer = self._answer_preflight(decision, Reason.ALLOWED, "", "")
                self._prepared[origin] = answer

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
        if len(origin) > LONGEST_ORIGIN:
            decision = self._otherwise
        elif origin in self._listed:
            decision = self._listed[origin]
        # Several servers leave the white space around a field value.
        elif self._asks_more or origin[0] in OWS or origin[-1] in OWS:
            decision = self._unlisted(origin)
        else:
            decision = self._otherwise
        # https://fetch.spec.whatwg.org/#cors-preflight-request
        if method == "OPTIONS" and request_method and decision is not self._without_origin:
            return self._preflight(decision, request_method, request_headers or "")
        return decision

    def _unlisted(self, origin: str) -> Decision:
        trimmed = origin.strip(OWS)
        if not trimmed:
            return self._without_origin
        if trimmed in self._listed:
            return self._listed[trimmed]
        if not self._asks_more:
            return self._otherwise
        parsed = parse_origin(trimmed)
        if parsed is None:
            return self._refused
        if self._wildcards.match(parsed):
            return self._allow(trimmed)
        if self._predicate is None or (self._secure_only and not parsed.is_secure):
            return self._refused
        return self._ask(self._predicate, trimmed)

    def _ask(self, predicate: Callable[[str], object], origin: str) -> Decision:
        try:
            answer = predicate(origin)
            if answer is True or isinstance(answer, re.Match):
                return self._allow(origin)
            if inspect.iscoroutine(answer):
                answer.close()
            if inspect.isawaitable(answer):
                raise TypeError("dangerously_allow_origins_if returned what nobody awaits")
        except Exception as error:  # noqa: BLE001 - whatever fails, a failure is a no
            return _failed(self._refused, error)
        return self._refused

    def _allow(self, origin: str) -> Decision:
        headers = ((fetch.ACAO, origin), *self._after_origin)
        return Decision(RequestKind.CORS, True, Reason.ALLOWED, None, headers, b"")

    def _preflight(self, decision: Decision, method: str, names: str) -> Decision:
        method_allowed = len(method) <= LONGEST_METHOD and method in self._methods
        if not method_allowed and len(method) <= LONGEST_METHOD:
            method = method.strip(OWS)
            if not method:
                return decision
            method_allowed = self._is_method_allowed(method)
        if not decision.allowed:
            refused = self._refused_preflight
            return refused if decision.failure is None else _failed(refused, decision.failure)
        reason = self._judge_header_names(names) if method_allowed else Reason.METHOD_NOT_ALLOWED
        prepared = self._prepared.get(decision.headers[0][1])
        if prepared is None:
            return self._answer_preflight(decision, reason, method, names)
        if reason is _ALLOWED:
            return prepared
        return Decision(RequestKind.PREFLIGHT, False, reason, 204, prepared.headers, b"")

    def _answer_preflight(
        self, decision: Decision, reason: Reason, method: str, names: str
    ) -> Decision:
        methods, headers = self._preflight_methods, self._preflight_headers
        if self._echo_method and reason is not Reason.METHOD_NOT_ALLOWED:
            methods = _pair(fetch.ACAM, method)
        if self._echo_headers and self._judge_header_names(names) is _ALLOWED:
            requested = dict.fromkeys(fetch.list_members(names.lower()))
            headers = _pair(fetch.ACAH, ",".join(requested))
        # An allowed origin always gets the full lists: the browser names the culprit itself.
        return Decision(
            RequestKind.PREFLIGHT,
            reason is _ALLOWED,
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
        if method in self._methods:
            return True
        if not self._any_method:
            return False
        return fetch.is_token(method) and not fetch.is_forbidden_method(method)

    def _judge_header_names(self, names: str) -> Reason:
        if len(names) > LONGEST_HEADER_NAMES:
            return Reason.HEADERS_TOO_LONG
        if names in self._usual_names:
            return _ALLOWED
        members = names.lower().split(",")
        if len(members) > MOST_HEADER_NAMES:
            return Reason.HEADERS_TOO_LONG
        # Lower-casing makes letters of some others, such as the Kelvin sign.
        if not names.isascii():
            return Reason.HEADER_NOT_ALLOWED
        unknown = set(members) - self._headers
        if self._any_header:
            allowed = self._are_covered({name.strip(OWS) for name in unknown} - self._headers)
        else:
            allowed = all(name.strip(OWS) in self._headers for name in unknown)
        return _ALLOWED if allowed else Reason.HEADER_NOT_ALLOWED

    def _are_covered(self, names: set[str]) -> bool:
        """Say whether ``*`` stands for all these names, none of which is listed."""
        if any(map(fetch.is_forbidden_request_header, names)):
            return False
        # https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
        if fetch.NON_WILDCARD_REQUEST_HEADER in names and not self._echo_headers:
            return False
        # All are tokens if all of them in one are: a token is a matter of its characters.
        return not names or fetch.is_token("".join(names))

    def _join_methods(self, methods: Iterable[str]) -> str:
        if self._any_method:
            return "" if self._echo_method else "*"
        return ",".join(method for method in methods if method not in fetch.SAFELISTED_METHODS)

    def _join_headers(self, names: Iterable[str]) -> str:
        if not self._any_header:
            return ",".join(names)
        if self._echo_headers:
            return ""
        named = fetch.NON_WILDCARD_REQUEST_HEADER
        return f"*,{named}" if named in self._headers else "*"


def _pair(name: str, value: str) -> tuple[Pair, ...]:
    """Return one header, or none where there is nothing to say."""
    return ((name, value),) if value else ()


def _failed(decision: Decision, failure: Exception) -> Decision:
    copy = replace(decision)
    object.__setattr__(copy, "failure", failure)
    return copy
