"""The lines of the table, and the most that each may be on CPython 3.13."""

from __future__ import annotations

from benchmarks.cases import (
    AGAIN,
    BARE,
    BY_HAND,
    DJANGO_CORS_HEADERS,
    FLASK_CORS,
    NOTHING,
    OURS,
    WSGICORS,
)
from benchmarks.engine import NORMAL, SIZES
from benchmarks.results import Row

_VARY = "Vary: Accept, Cookie"
_BY_HAND = {"no Origin": 2.3, "allowed": 2.15, "refused": 2.5}
_FLASK = {"no Origin": 1 / 11, "allowed": 1 / 9.5, "refused": 1 / 5}
_DJANGO = {"no Origin": 1 / 6, "allowed": 1 / 9.5, "refused": 1 / 9}
_DJANGO_VARY = {"no Origin": 1 / 5, "allowed": 1 / 8, "refused": 1 / 7}


def _controls() -> list[Row]:
    return [
        Row(f"A/A control: {case}, bare / bare", case, AGAIN, BARE)
        for case in ("WSGI allowed", "Flask allowed", "Django allowed")
    ]


def _added(framework: str, name: str, other: str, limit: float | None) -> Row:
    what = f"{framework}, added: {name}"
    by_hand = other == BY_HAND
    return Row(what, f"{framework} {name}", OURS, other, BARE, limit, by_hand=by_hand)


def _whole(framework: str, name: str, other: str, limit: float | None) -> Row:
    what = f"{framework}, whole call: {name}"
    by_hand = other == BY_HAND
    return Row(what, f"{framework} {name}", OURS, other, NOTHING, limit, by_hand=by_hand)


def _requests() -> list[Row]:
    alone = ("wildcard origin", "any origin", "any origin, preflight")
    return [
        *(_added("WSGI", name, BY_HAND, limit) for name, limit in _BY_HAND.items()),
        *(_added("WSGI", f"{name}, {_VARY}", BY_HAND, None) for name in _BY_HAND),
        _whole("WSGI", "preflight allowed", BY_HAND, 2.4),
        _whole("WSGI", "preflight refused", BY_HAND, 3.0),
        _whole("WSGI", "allowed", WSGICORS, 1.0),
        _whole("WSGI", "preflight allowed", WSGICORS, 1.0),
        *(Row(f"WSGI, whole call: {name}", f"WSGI {name}", unit="µs") for name in alone),
        *(_added("Flask", name, FLASK_CORS, limit) for name, limit in _FLASK.items()),
        _added("Flask", "allowed, 1,000 origins", FLASK_CORS, None),
        _whole("Flask", "preflight allowed", FLASK_CORS, 1 / 70),
        _whole("Flask", "preflight refused", FLASK_CORS, None),
        *(_added("Django", name, DJANGO_CORS_HEADERS, limit) for name, limit in _DJANGO.items()),
        *(
            _added("Django", f"{name}, {_VARY}", DJANGO_CORS_HEADERS, limit)
            for name, limit in _DJANGO_VARY.items()
        ),
        _whole("Django", "preflight allowed", DJANGO_CORS_HEADERS, 0.47),
        _whole("Django", "preflight refused", DJANGO_CORS_HEADERS, None),
    ]


def _decide(name: str, ours: str, other: str, limit: float | None) -> Row:
    return Row(f"decide, {ours}: {name}", f"decide {name}", ours, other, limit=limit, unit="ns")


def _engine() -> list[Row]:
    limits = {
        "listed": 1.3,
        "random listed": 4,
        "refused": 1.3,
        "preflight": None,
        "preflight refused": None,
    }
    return [
        *(
            _decide(name, f"{number} origins", "3 origins", limit)
            for number in ("1,000", "100,000")
            for name, limit in limits.items()
        ),
        _decide("wildcard", "10,000 wildcards", "1 wildcard", 1.3),
        _decide("wildcard refused", "10,000 wildcards", "1 wildcard", 1.3),
        Row("PolicyMap of 1,000 paths", "PolicyMap", "1,000 paths", "1 path", limit=1.3, unit="ns"),
    ]


def _hostile() -> list[Row]:
    kinds = ("lists", "echo")
    over = dict(zip(SIZES, (3, 10), strict=True))
    cases = {
        **{f"Origin, {size}": limit for size, limit in over.items()},
        **{f"ACRM, {kind}, {size}": over[size] for kind in kinds for size in over},
        **{f"ACRH, {kind}, {size}": over[size] for kind in kinds for size in over},
        **{f"ACRH at the limits, {kind}": 15 for kind in kinds},
        **{f"ACRM at the limit, {kind}": None for kind in kinds},
        "Origin of 326 characters, wildcards": 10,
    }
    rows = [
        Row(f"worst {name}", f"hostile {name}", "", NORMAL, limit=limit, unit="ns")
        for name, limit in cases.items()
    ]
    return [*rows, Row("worst path of 16 KiB", "path of 16 KiB", "", limit=1, unit="ms")]


def _once() -> list[Row]:
    built = "build 100,000 origins"
    return [
        Row(built, built, "Policy", "urlsplit of each", None, 5, "ms"),
        Row(
            "memory per listed origin", "memory per listed origin", less=None, limit=1024, unit="B"
        ),
        Row("import cors_core", "import cors_core", less=None, limit=35, unit="ms"),
    ]


ROWS = (*_controls(), *_requests(), *_engine(), *_hostile(), *_once())
