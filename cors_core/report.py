"""What adapters write to the log: each thing once, where a developer looks, with its fix.

Text from a request is shown as a literal and cut, so that one record stays one line.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

from cors_core import fetch
from cors_core.compiled import LONGEST_METHOD
from cors_core.decision import Decision, Reason, RequestKind
from cors_core.errors import shorten
from cors_core.origin import LONGEST_ORIGIN, parse_origin
from cors_core.pattern import NULL_ORIGIN
from cors_core.policy import UNDECIDED, Policy

# What needs no quotes in a log line: no space, no quote, no control character.
_PLAIN = re.compile(r"[!#-&(-~]{1,200}")
_NOTHING_TO_DO = "No browser sends this, so there is nothing to change."
_NOT_LISTABLE = "No policy can list this; if your page sends it, give the page another origin."


class Reporter:
    """The log of one adapter around one application.

    Args:
        logger: Name of the logger, such as ``cors_core.wsgi``; its level is left alone.
    """

    def __init__(self, logger: str) -> None:
        self._name = logger
        self._fetched: logging.Logger | None = None
        # What was said, never what was asked: no request makes this grow.
        self._said: set[object] = set()

    def is_due(self, decision: Decision) -> bool:
        """Say whether a refusal would be written, before anybody collects the facts for it."""
        logger = self._fetched
        if logger is None or decision.reason not in self._said or decision.failure is not None:
            return True
        return logger.isEnabledFor(logging.DEBUG)

    def refused(
        self, decision: Decision, policy: Policy, host: str, path: str, environ: Mapping[str, Any]
    ) -> None:
        """Say that a request was refused and what to change if it should not have been.

        The first refusal of each reason is a warning. None is due where a page of the very same
        host posts to it: browsers send ``Origin`` then too, and nothing is withheld.

        Args:
            decision: The refusal.
            policy: Whose it is.
            host: See ``PolicySource.policy_for``.
            path: See ``PolicySource.policy_for``.
            environ: The request as CGI variables (https://www.rfc-editor.org/rfc/rfc3875).
        """
        # What the source did has been said, and no other policy would help.
        if policy is UNDECIDED:
            return
        if decision.failure is not None:
            self.failed(decision.failure)
        origin = _read(environ["HTTP_ORIGIN"], LONGEST_ORIGIN)
        preflight = decision.kind is RequestKind.PREFLIGHT
        asked = environ["HTTP_ACCESS_CONTROL_REQUEST_METHOD" if preflight else "REQUEST_METHOD"]
        asked = _read(asked, LONGEST_METHOD)
        # Behind a proxy that ends TLS a request of the same origin arrives as http.
        here = {f"https://{host}", f"{environ.get('wsgi.url_scheme', 'http')}://{host}"}
        if host and origin in here and not preflight:
            self._logger.debug("CORS: a page of this host calls; that needs no permission.")
            return
        names = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
        self._logger.log(
            self._first_time(decision.reason, logging.WARNING),
            "CORS refused %s %s from %.200r: %s. %s",
            _plain(asked),
            _plain(path or "/"),
            origin,
            decision.reason,
            _fix(decision.reason, policy, origin, asked, names),
        )

    def failed(self, error: Exception) -> None:
        """Say that a policy source or a callable failed: an error once per type, then at DEBUG."""
        level = self._first_time(type(error), logging.ERROR)
        text = "CORS: your code raised %s, so nobody may read the answer."
        self._logger.log(level, text, type(error).__name__, exc_info=error)
        # It leads back to the request, which holds the decision and so the error.
        error.with_traceback(None)

    def replaced(self, name: str) -> None:
        """Say that the application set a CORS header, which the policy's value replaces."""
        if name not in self._said:
            self._said.add(name)
            self._logger.warning(
                "CORS: the application set %s; the policy decides, so it was replaced or removed. "
                "Leave it to the policy.",
                name,
            )

    def stacked(self, outer: object, inner: Decision) -> None:
        """Say that another adapter further out has decided already."""
        if inner.failure is not None:
            self.failed(inner.failure)
        text = "CORS is applied twice to this application%s; the outer one counts. Remove one."
        if outer != inner and "stacked differently" not in self._said:
            self._said |= {"stacked", "stacked differently"}
            self._logger.error(text, ", with different answers")
        elif "stacked" not in self._said:
            self._said.add("stacked")
            self._logger.warning(text, "")

    @property
    def _logger(self) -> logging.Logger:
        # Fetched when a line is written: dictConfig disables the loggers that it finds.
        if self._fetched is None:
            self._fetched = logging.getLogger(self._name)
        return self._fetched

    def _first_time(self, what: object, level: int) -> int:
        if what in self._said:
            return logging.DEBUG
        self._said.add(what)
        return level


def _read(value: str, longest: int) -> str:
    # What is longer was not trimmed when it was decided, and is still too long here.
    return value.strip(fetch.OWS) if len(value) <= longest else value[: longest + 1]


def _plain(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else f"{text!r:.200}"


def _fix(reason: Reason, policy: Policy, origin: str, asked: str, names: str) -> str:
    if reason is Reason.ORIGIN_NOT_ALLOWED:
        return _origin_fix(policy, origin)
    if reason is Reason.METHOD_NOT_ALLOWED:
        # A policy's "*" would allow every method, not the one of that name.
        if len(asked) > LONGEST_METHOD or asked == "*" or not fetch.is_sendable_method(asked):
            return _NOTHING_TO_DO
        if asked not in fetch.REGISTERED_METHODS and asked.upper() in fetch.REGISTERED_METHODS:
            known = asked.upper() in fetch.SAFELISTED_METHODS.union(policy.allow_methods)
            where = "in the script" if known else "in the script and in allow_methods"
            return f'Methods are case-sensitive: write "{asked.upper()}" {where}.'
        return f'If pages may send it, add "{asked}" to allow_methods.'
    if reason is Reason.HEADER_NOT_ALLOWED:
        return _headers_fix({name.lower() for name in policy.allow_headers}, names.lower())
    return "Access-Control-Request-Headers is too long to be read; no page needs that many."


def _headers_fix(allowed: set[str], names: str) -> str:
    wanted = [name for name in fetch.list_members(names) if name not in allowed]
    if "*" in allowed and fetch.NON_WILDCARD_REQUEST_HEADER in wanted:
        wanted = [fetch.NON_WILDCARD_REQUEST_HEADER]
    if "*" in wanted or not all(map(fetch.is_settable_header, wanted)):
        return _NOTHING_TO_DO
    misplaced = [name for name in wanted if name in fetch.CORS_RESPONSE_HEADERS]
    listed = shorten(", ".join(f'"{name}"' for name in dict.fromkeys(misplaced or wanted)))
    if misplaced:
        return f"Remove {listed} from the script: that is for servers to send."
    return f"If pages may set it, add {listed} to allow_headers."


def _origin_fix(policy: Policy, origin: str) -> str:
    parsed = parse_origin(origin)
    if origin == NULL_ORIGIN:
        return "Any site can send null: serve the page from an origin of its own and list that."
    if parsed is None:
        return _NOT_LISTABLE
    if not policy.allow_origins and policy.dangerously_allow_origins_if is None:
        return "No page may read what is here."
    may_be_listed = parsed.is_secure or policy.dangerously_allow_insecure_origins
    if policy.allow_credentials and not may_be_listed:
        return "If this page may call, serve it over https and list that origin."
    return f'If this page may call, add "{origin}" to allow_origins.'
