"""The recorded browser cases: how one is served, and how what was seen is compared with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]

_FOLDER = Path(__file__).parents[1] / "cases"


def load() -> list[Json]:
    """Read every case of both files."""
    files = ("browser.json", "browser-edges.json")
    return [case for name in files for case in json.loads((_FOLDER / name).read_text())["cases"]]


def steps_of(case: Json) -> list[Json]:
    """List the requests of a case that follow each other in one browser."""
    steps: list[Json] = case.get("steps") or [case]
    return steps


def canned(step: Json, url: str, *, preflight: bool) -> tuple[int, list[tuple[str, str]], bytes]:
    """Answer a request for `url` as the case's server does: it adds Content-Length."""
    path = urlsplit(url).path
    hops = step.get("hops") or [step]
    hop = next((hop for hop in hops if urlsplit(hop.get("url", "")).path == path), hops[0])
    answer = hop["preflight_response" if preflight else "actual_response"]
    if answer is None:
        return 500, [], b""
    body = answer["body"].encode("latin-1")
    headers = [(name, value) for name, value in answer["headers"]]
    return answer["status"], [*headers, ("Content-Length", str(len(body)))], body


def first(headers: Iterable[Sequence[str]], name: str) -> str | None:
    """Find a header's value; ``None`` if it is absent."""
    return next((value for key, value in headers if key.lower() == name.lower()), None)


def wire_facts(step: Json, sent: Iterable[tuple[str, str, list[tuple[str, str]]]]) -> Json:
    """Say what a server saw of one step, in the words of ``expect``.

    `sent` is method, path and headers of every request, in order.
    """
    requests = list(sent)
    preflights = [
        (path, headers)
        for method, path, headers in requests
        if method == "OPTIONS" and first(headers, "Access-Control-Request-Method") is not None
    ]
    actual = [
        (method, headers) for method, path, headers in requests if (path, headers) not in preflights
    ]
    asked = preflights[0][1] if preflights else []
    method, headers = actual[-1] if actual else (None, [])
    answer = (step.get("actual_response") or {}).get("headers", [])
    cookies = [value.partition("=")[0] for name, value in answer if name == "Set-Cookie"]
    last_path = urlsplit((step.get("hops") or [step["request"]])[-1]["url"]).path
    return {
        "preflight_sent": bool(preflights),
        "acrm": first(asked, "Access-Control-Request-Method"),
        "acrh": first(asked, "Access-Control-Request-Headers"),
        "sent_origin": first(headers, "Origin"),
        "sent_method": method,
        "sent_headers": {name.lower(): value for name, value in headers},
        "cookie_sent": int(any(name in (first(headers, "Cookie") or "") for name in cookies)),
        "final_hop_preflight": any(path == last_path for path, _ in preflights),
    }


def differences(expect: Json, seen: Json) -> dict[str, tuple[Any, Any]]:
    """Pair what was expected with what was seen, where they differ."""
    told = excerpt(expect, seen)
    return {key: (expect[key], told[key]) for key in expect if expect[key] != told[key]}


def excerpt(expect: Json, seen: Json) -> Json:
    """Keep of what was seen what a case speaks of."""
    told: Json = {}
    for key, wanted in expect.items():
        got = seen.get(key)
        is_headers = isinstance(wanted, dict)
        told[key] = {name: (got or {}).get(name) for name in wanted} if is_headers else got
    return told


def all_differences(case: Json, seen: Sequence[Json]) -> list[dict[str, tuple[Any, Any]]]:
    """Pair what was expected with what was seen, a step each."""
    steps = zip(steps_of(case), seen, strict=True)
    return [differences(step["expect"], facts) for step, facts in steps]
