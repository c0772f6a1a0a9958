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

_REFUSAL = b"CORS preflight refused: this origin is not allowed.\n"

# A member of an enumeration takes a while to find on its class, and each preflight needs one.
_ALLOWED = Reason.ALLOWED
# What is refused without being read is answered as fast as what is allowed.
_UNREAD = (Reason.METHOD_NOT_ALLOWED, Reason.HEADERS_TOO_LONG)


class CompiledPolicy:
    """What `Policy.decide` works with; built once, never changed.

    The lists are those of a valid policy, so each value stands there once.

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
            *_pair(fetch.ACEH, "*" if "*" in exposed else ",".join(exposed)),
            *vary_pair,
        )
        self._refused = Decision(
            RequestKind.CORS, False, Reason.ORIGIN_NOT_ALLOWED, None, vary_pair, b""
        )
        self.refused_preflight = Decision(
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
        self.otherwise = self._allow(ANY_ORIGIN) if any_origin else self._refused
        self.without_origin = Decision(
            RequestKind.NOT_CORS,
            True,
            Reason.NOT_CORS,
            None,
            self.otherwise.headers,
            b"",
        )
        literals = () if any_origin else [origin for origin in origins if "*" not in origin]
        # What validation has let pass is a pattern, but for "*" itself.
        patterns = [*filter(None, (parse_pattern(origin) for origin in origins if "*" in origin))]
        self._wildcards = Wildcards(patterns)
        self.asks_more = bool(patterns or predicate) and not any_origin

        methods = tuple(allow_methods)
        headers = [name.lower() for name in allow_headers]
        self.methods = fetch.SAFELISTED_METHODS.union(methods)
        # An empty member asks for nothing.
        self._headers = frozenset(headers) | {""}
        # Most requests ask for none, for one or for all, which browsers sort.
        self._usual_names = self._headers
        if len(headers) <= MOST_HEADER_NAMES:
            self._usual_names |= {",".join(sorted(headers))}
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
        self.listed = {origin: self._allow(origin) for origin in literals}
        # By reason and origin: answers to preflights; an echo is never ready.
        self.prepared: dict[Reason, dict[str, Decision]] = {reason: {} for reason in Reason}
        if not (self._echo_method or self._echo_headers):
            ready = {ANY_ORIGIN: self.otherwise} if any_origin else self.listed
            for origin, decision in ready.items():
                allowed = self.answer_preflight(decision, _ALLOWED, "", "")
                self.prepared[_ALLOWED][origin] = allowed
                for reason in _UNREAD:
                    self.prepared[reason][origin] = _refuse(allowed, reason)

    def decide_unlisted(self, origin: str) -> Decision:
        """Decide about an origin that is not listed in just this form."""
        trimmed = origin.strip(OWS)
        if not trimmed:
            return self.without_origin
        if trimmed in self.listed:
            return self.listed[trimmed]
        if not self.asks_more:
            return self.otherwise
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

    def answer_preflight(
        self, decision: Decision, reason: Reason, method: str, names: str
    ) -> Decision:
        """Answer a preflight of an allowed origin."""
        # An allowed origin always gets the full lists: the browser names the culprit itself.
        methods, headers = self._preflight_methods, self._preflight_headers
        if self._echo_method and reason is not Reason.METHOD_NOT_ALLOWED:
            methods = _pair(fetch.ACAM, method)
        if self._echo_headers and self.judge("GET", names) is _ALLOWED:
            requested = dict.fromkeys(fetch.list_members(names.lower()))
            headers = _pair(fetch.ACAH, ",".join(requested))
        lists = (*self._preflight_credentials, *methods, *headers, *self._preflight_end)
        whole = (decision.headers[0], *lists)
        return Decision(RequestKind.PREFLIGHT, reason is _ALLOWED, reason, 204, whole, b"")

    def judge(self, method: str, names: str) -> Reason:
        """Judge what a preflight asks for: first the method, as browsers do, then the names."""
        if len(method) > LONGEST_METHOD:
            return Reason.METHOD_NOT_ALLOWED
        if method not in self.methods and not (
            self._any_method and fetch.is_sendable_method(method)
        ):
            return Reason.METHOD_NOT_ALLOWED
        if len(names) > LONGEST_HEADER_NAMES:
            return Reason.HEADERS_TOO_LONG
        if names in self._usual_names:
            return _ALLOWED
        return self._judge_members(names)

    def _judge_members(self, names: str) -> Reason:
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


class Decides:
    """The part of `Policy` that answers requests; here, where all that it works with is."""

    __slots__ = ()

    _compiled: CompiledPolicy

    def decide(
        self,
        method: str,
        origin: str | None,
        request_method: str | None = None,
        request_headers: str | None = None,
    ) -> Decision:
        """Decide one request. Any strings give a decision, never an exception.

        Args:
            method: The request's method, as sent.
            origin: The value of ``Origin``; ``None`` if absent. Several field lines are
                joined by ``,``, here and below.
            request_method: The value of ``Access-Control-Request-Method``.
            request_headers: The value of ``Access-Control-Request-Headers``.

        Example:
            >>> Policy(allow_origins=["https://app.example.com"]).decide("GET", None).headers
            (('Vary', 'Origin'),)

        Source: https://fetch.spec.whatwg.org/#http-cors-protocol
        """
        policy = self._compiled
        if not origin:
            return policy.without_origin
        if len(origin) > LONGEST_ORIGIN:
            decision = policy.otherwise
        elif origin in policy.listed:
            decision = policy.listed[origin]
        # Several servers leave the white space around a field value.
        elif policy.asks_more or origin[0] in OWS or origin[-1] in OWS:
            decision = policy.decide_unlisted(origin)
        else:
            decision = policy.otherwise
        # https://fetch.spec.whatwg.org/#cors-preflight-request
        if method != "OPTIONS" or not request_method or decision is policy.without_origin:
            return decision
        if len(request_method) <= LONGEST_METHOD and request_method not in policy.methods:
            request_method = request_method.strip(OWS)
            if not request_method:
                return decision
        if not decision.allowed:
            refused = policy.refused_preflight
            return refused if decision.failure is None else _failed(refused, decision.failure)
        names = request_headers or ""
        reason = policy.judge(request_method, names)
        ready = policy.prepared[reason].get(decision.headers[0][1])
        if ready is None:
            return policy.answer_preflight(decision, reason, request_method, names)
        return ready


def _pair(name: str, value: str) -> tuple[Pair, ...]:
    """Return one header, or none where there is nothing to say."""
    return ((name, value),) if value else ()


def _refuse(allowed: Decision, reason: Reason) -> Decision:
    # It differs in its reason alone: the browser names the culprit itself.
    kind, status, headers, body = allowed.kind, allowed.status, allowed.headers, allowed.body
    return Decision(kind, False, reason, status, headers, body)


def _failed(decision: Decision, failure: Exception) -> Decision:
    copy = replace(decision)
    object.__setattr__(copy, "failure", failure)
    return copy
