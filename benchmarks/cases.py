"""What is measured: requests through adapters, beside other libraries and hand-written code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benchmarks import applications, wrappers
from benchmarks.applications import (
    ALLOWED,
    LISTED,
    NO_ORIGIN,
    PREFLIGHT,
    REFUSED,
    REFUSED_PREFLIGHT,
    VARYING,
    Request,
    ask,
)
from benchmarks.measure import Case, OutcomeError, TimeFunction, time_framework, time_wsgi

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    Applications = dict[str, WSGIApplication]

NOTHING, BARE, AGAIN = "no application", "bare", "bare again"
OURS, BY_HAND, WSGICORS = "cors-core", "hand-written", "wsgicors"
FLASK_CORS, DJANGO_CORS_HEADERS = "flask-cors", "django-cors-headers"
SUBDOMAIN = "https://pr-17.preview.example.com"
WILDCARD = "https://*.preview.example.com"
_OTHERS = [f"https://customer-{number}.example.org" for number in range(999)]
# In the middle, for whoever goes through the list.
MANY = (*_OTHERS[:500], LISTED, *_OTHERS[500:])
_ALLOW_ORIGIN = "access-control-allow-origin"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a request is measured for.

    Attributes:
        allow_origin: The value of Access-Control-Allow-Origin; ``None`` for none at all.
        preflight: Whether the view must not run, and PUT is granted where the origin is.
    """

    allow_origin: str | None
    preflight: bool = False

    def check(self, who: str, application: WSGIApplication, request: Request) -> None:
        status, headers, body = ask(application, {**request.environ(), **request.fresh()})
        found = {name.lower(): value for name, value in headers}
        problems = []
        if found.get(_ALLOW_ORIGIN) != self.allow_origin:
            problems.append(f"{_ALLOW_ORIGIN}: {found.get(_ALLOW_ORIGIN)}")
        if self.preflight:
            granted = found.get("access-control-allow-methods", "")
            if b"ok" in body.split() or (self.allow_origin is not None and "PUT" not in granted):
                problems.append(f"status {status}, methods {granted!r}, body {body!r}")
        elif (status, body) != ("200", b"ok"):
            problems.append(f"status {status}, body {body!r}")
        if problems:
            raise OutcomeError(f"{who}: {'; '.join(problems)}")


_PLAIN = Outcome(None)
_READABLE = Outcome(LISTED)
_REQUESTS: dict[str, tuple[Request, Outcome]] = {
    "no Origin": (NO_ORIGIN, _PLAIN),
    "allowed": (ALLOWED, _READABLE),
    "refused": (REFUSED, _PLAIN),
    "preflight allowed": (PREFLIGHT, Outcome(LISTED, preflight=True)),
    "preflight refused": (REFUSED_PREFLIGHT, Outcome(None, preflight=True)),
}
_VARYING: dict[str, tuple[Request, Outcome]] = {
    f"{name}, Vary: {applications.VARY}": (replace(request, path=VARYING), outcome)
    for name, (request, outcome) in _REQUESTS.items()
    if not outcome.preflight
}
# Without Origin flask-cors names the first of its origins, by default.
_FLASK_CORS_WITHOUT_ORIGIN = Outcome(min(applications.ORIGINS))


def request_cases() -> list[Case]:
    """Return all cases in which a whole request is answered."""
    return [*_wsgi_cases(), *_flask_cases(), *_django_cases()]


def _wsgi_cases() -> list[Case]:
    plain, varying = applications.wsgi_application, applications.varying_wsgi_application
    around: dict[str, Callable[[WSGIApplication], WSGIApplication]] = {
        OURS: wrappers.ours,
        BY_HAND: wrappers.by_hand,
        WSGICORS: wrappers.by_wsgicors,
    }
    cases = []
    for app, requests in ((plain, _REQUESTS), (varying, _VARYING)):
        for name, (request, outcome) in requests.items():
            applied = {who: wrap(app) for who, wrap in around.items()}
            cases.append(_wsgi_case(name, request, outcome, app, applied))
    alone = {
        "wildcard origin": (WILDCARD, Request(SUBDOMAIN), Outcome(SUBDOMAIN)),
        "any origin": ("*", REFUSED, Outcome("*")),
        "any origin, preflight": ("*", PREFLIGHT, Outcome("*", preflight=True)),
    }
    for name, (origin, request, outcome) in alone.items():
        cases.append(
            _wsgi_case(name, request, outcome, plain, {OURS: wrappers.ours(plain, origin)})
        )
    return cases


def _wsgi_case(
    name: str,
    request: Request,
    outcome: Outcome,
    app: WSGIApplication,
    applied: Applications,
) -> Case:
    def check() -> None:
        _PLAIN.check("WSGI: bare", app, NO_ORIGIN)
        for who, application in applied.items():
            outcome.check(f"WSGI {name}: {who}", application, request)

    contenders = {
        NOTHING: time_wsgi(None, request),
        **_bare(app, request, time_wsgi),
        **{who: time_wsgi(application, request) for who, application in applied.items()},
    }
    return Case(f"WSGI {name}", contenders, check)


def _flask_cases() -> list[Case]:
    bare = applications.flask_application()
    applied: Applications = {OURS: wrappers.flask_ours(), FLASK_CORS: wrappers.flask_peer()}
    cases = [
        _framework_case("Flask", name, request, outcome, bare, applied)
        for name, (request, outcome) in _REQUESTS.items()
    ]
    many: Applications = {
        OURS: wrappers.flask_ours(*MANY),
        FLASK_CORS: wrappers.flask_peer(*MANY),
    }
    cases.append(_framework_case("Flask", "allowed, 1,000 origins", ALLOWED, _READABLE, bare, many))
    return cases


def _django_cases() -> list[Case]:
    bare = applications.django_application()
    applied = {
        OURS: applications.django_application(wrappers.DJANGO_OURS),
        DJANGO_CORS_HEADERS: applications.django_application(wrappers.DJANGO_PEER),
    }
    return [
        _framework_case("Django", name, request, outcome, bare, applied)
        for name, (request, outcome) in {**_REQUESTS, **_VARYING}.items()
    ]


def _framework_case(
    framework: str,
    name: str,
    request: Request,
    outcome: Outcome,
    bare: WSGIApplication,
    applied: Applications,
) -> Case:
    def check() -> None:
        _PLAIN.check(f"{framework}: bare", bare, NO_ORIGIN)
        for who, application in applied.items():
            meant = outcome
            if who == FLASK_CORS and request.origin is None:
                meant = _FLASK_CORS_WITHOUT_ORIGIN
            meant.check(f"{framework} {name}: {who}", application, request)

    contenders = {
        NOTHING: time_wsgi(None, request),
        **_bare(bare, request, time_framework),
        **{who: time_framework(application, request) for who, application in applied.items()},
    }
    # One request at a time, as a server would.
    return Case(f"{framework} {name}", contenders, check, loops=1, turns=250)


def _bare(
    app: WSGIApplication, request: Request, time: Callable[[WSGIApplication, Request], TimeFunction]
) -> dict[str, TimeFunction]:
    """Return the application itself, twice: what differs is noise."""
    return {BARE: time(app, request), AGAIN: time(app, request)}
