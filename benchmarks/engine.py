"""What is measured of the engine alone: many origins, many paths, and hostile input."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

from benchmarks.applications import (
    ALLOWED,
    ORIGINS,
    PREFLIGHT,
    REFUSED,
    REFUSED_PREFLIGHT,
    Request,
)
from benchmarks.cases import NOTHING, SUBDOMAIN, WILDCARD
from benchmarks.measure import Case, OutcomeError, TimeFunction, expect, time_decide, time_source
from benchmarks.wrappers import policy
from cors_core import DENY, Policy, PolicyMap

NORMAL = "normal"
SIZES = {"64 KiB": 64 * 1024, "1 MiB": 1024 * 1024}
LONG_PATH = 16 * 1024
_LONGEST_ORIGIN, _LONGEST_METHOD, _LONGEST_NAMES, _MOST_NAMES = 326, 64, 1024, 64
_ORIGIN, _METHOD, _NAMES = "origin-not-allowed", "method-not-allowed", "header-not-allowed"
_TOO_LONG = "headers-too-long"


def origins(number: int) -> list[str]:
    """Return that many origins, the usual three among them."""
    return [*ORIGINS, *(f"https://customer-{each}.example.org" for each in range(number - 3))]


def engine_cases() -> list[Case]:
    """Return all cases that need nothing but a policy."""
    listed = {number: policy(*origins(number)) for number in (3, 1_000, 100_000)}
    return [
        *_origin_cases(listed),
        *_wildcard_cases(),
        _map_case(),
        *_hostile_cases(listed[3]),
        _path_case(),
    ]


def _origin_cases(listed: dict[int, Policy]) -> list[Case]:
    cases = []
    for name, request in (
        ("listed", ALLOWED),
        ("refused", REFUSED),
        ("preflight", PREFLIGHT),
        ("preflight refused", REFUSED_PREFLIGHT),
    ):
        asked = {f"{number:,} origins": (each, [request]) for number, each in listed.items()}
        cases.append(_decide_case(name, asked, "allowed" if request.origin in ORIGINS else _ORIGIN))
    asked = {}
    for number, each in listed.items():
        requests = [Request(origin) for origin in each.allow_origins]
        random.shuffle(requests)
        asked[f"{number:,} origins"] = each, requests
    return [*cases, _decide_case("random listed", asked, "allowed")]


def _wildcard_cases() -> list[Case]:
    bases = [WILDCARD, *(f"https://*.customer-{each}.example.org" for each in range(9_999))]
    few, many = policy(WILDCARD), policy(*bases)
    return [
        _decide_case(
            name, {"1 wildcard": (few, [request]), "10,000 wildcards": (many, [request])}, reason
        )
        for name, request, reason in (
            ("wildcard", Request(SUBDOMAIN), "allowed"),
            ("wildcard refused", REFUSED, _ORIGIN),
        )
    ]


def _decide_case(name: str, asked: dict[str, tuple[Policy, list[Request]]], reason: str) -> Case:
    def check() -> None:
        for who, (each, requests) in asked.items():
            for request in requests:
                decision = each.decide(*request.arguments())
                expect(
                    f"decide {name}: {who}", decision, allowed=reason == "allowed", reason=reason
                )

    contenders = {who: time_decide(each, *requests) for who, (each, requests) in asked.items()}
    contenders[NOTHING] = time_decide(None, *next(iter(asked.values()))[1])
    return Case(f"decide {name}", contenders, check)


def _map_case() -> Case:
    ours, path = policy(), "/api/section-0/orders/17"
    maps = {
        f"{number:,} path{'s' * (number > 1)}": PolicyMap(
            {f"/api/section-{each}/*": ours for each in range(number)}
        )
        for number in (1, 1_000)
    }

    def check() -> None:
        for who, each in maps.items():
            if each.policy_for("", path) is not ours:
                raise OutcomeError(f"PolicyMap: {who} does not find {path}")

    contenders = {NOTHING: time_source(None, path)}
    contenders |= {who: time_source(each, path) for who, each in maps.items()}
    return Case("PolicyMap", contenders, check)


def _path_case() -> Case:
    ours = policy()
    site = PolicyMap({"/api/*": ours, "/api/internal/*": None})
    paths = {
        name: ("/api/" + unit * LONG_PATH)[:LONG_PATH]
        for name, unit in {
            "segments": "a/",
            "one segment": "a",
            "slashes": "/",
            "backslashes": "\\",
            "disguised slashes": "%2f",
            "percent signs": "%",
            "dots": ".",
            "dots and letters": "/..a",
        }.items()
    }

    def check() -> None:
        for name, path in paths.items():
            if site.policy_for("", path) not in (ours, DENY):
                raise OutcomeError(f"path of {name}: neither the policy nor DENY")

    contenders = {NOTHING: time_source(None, "/")}
    contenders |= {name: time_source(site, path) for name, path in paths.items()}
    return Case("path of 16 KiB", contenders, check, loops=1)


def _hostile_cases(listed: Policy) -> list[Case]:
    echoing = Policy(
        allow_origins=ORIGINS, allow_methods="*", allow_headers="*", allow_credentials=True
    )
    wildcards = policy(*ORIGINS, "https://*.a.b.c.d.e.f.example.com", WILDCARD)
    cases = [
        _hostile_case(
            "Origin of 326 characters, wildcards",
            wildcards,
            REFUSED,
            _ORIGIN,
            {name: Request(text) for name, text in _origin_forms(_LONGEST_ORIGIN)},
            _ORIGIN,
        ),
    ]
    for size, length in SIZES.items():
        long = {name: Request(text) for name, text in _origin_forms(length)}
        cases.append(_hostile_case(f"Origin, {size}", wildcards, ALLOWED, "allowed", long, _ORIGIN))
    for kind, each in (("lists", listed), ("echo", echoing)):
        for size, length in SIZES.items():
            long = {name: _preflight(method=text) for name, text in _texts(length)}
            name = f"ACRM, {kind}, {size}"
            cases.append(_hostile_case(name, each, PREFLIGHT, "allowed", long, _METHOD))
            long = {name: _preflight(names=text) for name, text in _texts(length)}
            name = f"ACRH, {kind}, {size}"
            cases.append(_hostile_case(name, each, PREFLIGHT, "allowed", long, _TOO_LONG))
        full = {name: _preflight(names=text) for name, text in _name_forms()}
        name = f"ACRH at the limits, {kind}"
        cases.append(_hostile_case(name, each, PREFLIGHT, "allowed", full, None))
        full = {name: _preflight(method=text) for name, text in _texts(_LONGEST_METHOD)}
        name = f"ACRM at the limit, {kind}"
        cases.append(_hostile_case(name, each, PREFLIGHT, "allowed", full, None))
    return cases


def _hostile_case(
    name: str,
    each: Policy,
    normal: Request,
    normal_reason: str,
    forms: dict[str, Request],
    reason: str | None,
) -> Case:
    """Make a case of hostile requests and the normal one they are compared with.

    `reason` is ``None`` where the forms differ in it; then none may be over the limits.
    """

    def check() -> None:
        decision = each.decide(*normal.arguments())
        allowed = normal_reason == "allowed"
        expect(f"{name}: normal", decision, allowed=allowed, reason=normal_reason)
        for form, request in forms.items():
            decision = each.decide(*request.arguments())
            if reason is not None:
                expect(f"{name}: {form}", decision, allowed=False, reason=reason)
            elif decision.reason in (_TOO_LONG, _ORIGIN):
                raise OutcomeError(f"{name}: {form}: {decision.reason}, so it was not read")

    contenders: dict[str, TimeFunction] = {
        NOTHING: time_decide(None, normal),
        NORMAL: time_decide(each, normal),
    }
    contenders |= {form: time_decide(each, request) for form, request in forms.items()}
    return Case(f"hostile {name}", contenders, check, loops=5)


def _preflight(method: str = "PUT", names: str = "authorization") -> Request:
    return Request(ALLOWED.origin, "OPTIONS", method, names)


def _origin_forms(length: int) -> Iterable[tuple[str, str]]:
    yield from _texts(length)
    yield "labels", ("https://" + "a." * length)[: length - 1] + "a"
    yield "labels below a wildcard", _labels_below(".e.f.example.com", length)
    yield "one host", "https://" + "a" * (length - 8)
    yield "address", "https://[" + "1:" * (length // 2 - 5) + "]"


def _labels_below(base: str, length: int) -> str:
    host = min(length - len("https://"), 253 if length == _LONGEST_ORIGIN else length)
    labels = ("a." * host)[: host - len(base) - 1].rstrip(".") + base
    return f"https://{labels}{' ' * (length - len('https://') - len(labels))}"


def _name_forms() -> Iterable[tuple[str, str]]:
    """Yield requested names of at most 1,024 characters and 64 members."""
    yield "commas", "," * (_MOST_NAMES - 1)
    yield "a,", ("a," * _MOST_NAMES)[:-1]
    yield "one name", "a" * _LONGEST_NAMES
    yield "spaces", " " * _LONGEST_NAMES
    yield "dots", "." * _LONGEST_NAMES
    yield "64 names", ",".join(f"x-name-{number:02d}-aaaaa" for number in range(_MOST_NAMES))
    yield "64 upper-case names", ",".join(f"X-NAME-{number:02d}-AAAAA" for number in range(64))
    yield "64 spaced names", ",".join([" " * 6 + "x-a" + "\t" * 6] * _MOST_NAMES)
    yield "64 listed names", ",".join(["Authorization"] * (_MOST_NAMES - 1) + ["x-other"])
    yield "64 forbidden names at the end", ",".join(["x-name-12345678"] * 63 + ["sec-a"])


def _texts(length: int) -> Iterable[tuple[str, str]]:
    units: dict[str, Callable[[int], str]] = {
        "commas": lambda many: "," * many,
        "a,": lambda many: "a," * (many // 2),
        "one name": lambda many: "a" * many,
        "spaces": lambda many: " " * (many - 1) + "a",
        "dots": lambda many: "." * many,
    }
    for name, make in units.items():
        yield name, make(length)
