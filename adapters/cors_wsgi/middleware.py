"""The WSGI adapter: read the facts from the environ, ask the policy, apply its decision.

PEP 3333 is kept to the letter: https://peps.python.org/pep-3333/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from cors_core import Policy, policy_from
from cors_core.decision import DECISION, Decision
from cors_core.report import Reporter
from cors_core.source import policy_at

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from _typeshed import OptExcInfo

    Pair = tuple[str, str]

_STATUS_LINES = {204: "204 No Content", 403: "403 Forbidden"}


class CORSMiddleware:
    """A WSGI application with CORS around it.

    The decision is left in ``environ["cors_core.decision"]``, where the application may read it.

    Args:
        app: The application; its iterable is returned as it is, its exceptions pass unchanged.
        policy: A policy source, or what `cors_core.policy_from` makes one of.

    Raises:
        PolicyError: If `policy` is none.

    Example:
        >>> application = CORSMiddleware(application, Policy(allow_origins=["https://a.example"]))

    Source: https://fetch.spec.whatwg.org/#http-cors-protocol
    """

    _logger: ClassVar[str] = "cors_core.wsgi"

    def __init__(self, app: WSGIApplication, policy: object) -> None:
        self._app = app
        self._source = policy_from(policy)
        # A lone policy is the same for every URL, so nobody needs to work out which one it is.
        self._policy = self._source if isinstance(self._source, Policy) else None
        self._report = Reporter(self._logger)
        self._replaced = self._report.replaced

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        policy = self._policy
        if policy is None:
            policy = self._find_policy(environ)
            if policy is None:
                return self._app(environ, start_response)
        method = environ["REQUEST_METHOD"]
        origin = environ.get("HTTP_ORIGIN")
        if method == "OPTIONS":
            request_method = environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD")
            request_headers = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS")
            decision = policy.decide(method, origin, request_method, request_headers)
        else:
            decision = policy.decide(method, origin)
        if DECISION in environ and environ[DECISION] is not None:
            self._report.stacked(environ[DECISION], decision)
            return self._app(environ, start_response)
        environ[DECISION] = decision
        if not decision.allowed and self._report.is_due(decision):
            host, path = host_of(environ), path_of(environ)
            self._report.refused(decision, policy, host, path, environ)
        if decision.status is not None:
            start_response(_STATUS_LINES[decision.status], [*decision.headers])
            return [decision.body]
        return self._pass_on(decision, environ, start_response)

    def _find_policy(self, environ: WSGIEnvironment) -> Policy | None:
        return policy_at(self._source, host_of(environ), path_of(environ), self._report.failed)

    def _pass_on(
        self, decision: Decision, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        replaced = self._replaced

        def start(
            status: str, headers: list[Pair], exc_info: OptExcInfo | None = None
        ) -> Callable[[bytes], object]:
            ours = decision.apply(headers, replaced)
            if exc_info is None:
                return start_response(status, ours)
            try:
                return start_response(status, ours, exc_info)
            finally:
                # The traceback in it may come to hold this frame, and so itself.
                exc_info = None

        return self._app(environ, start)


def host_of(environ: WSGIEnvironment) -> str:
    """Return what the request says it was sent to, in lower case; ``""`` if nothing."""
    host: str = environ.get("HTTP_HOST", "")
    return host.lower()


def path_of(environ: WSGIEnvironment) -> str:
    """Return the path below the mount point; U+FFFD stands for what is not UTF-8.

    Source: https://peps.python.org/pep-3333/#unicode-issues
    """
    path: str = environ.get("PATH_INFO", "")
    try:
        return path.encode("latin-1").decode()
    except UnicodeError:
        return "\N{REPLACEMENT CHARACTER}"
