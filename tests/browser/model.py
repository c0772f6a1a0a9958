"""The recorded cases through the model: what it did, in the words of ``expect``."""

from __future__ import annotations

from urllib.parse import urlsplit

from cors_core.browser import Browser, FetchTypeError, Outcome, Request, Response
from cors_core.browser.messages import get
from tests.browser import casefile


def facts(case: casefile.Json, quirks: str | None = None) -> list[casefile.Json]:
    """Run a case through the model; what was seen in each step."""
    now = 0.0
    step: casefile.Json = {}

    def transport(request: Request) -> Response:
        preflight = get(request.headers, "Access-Control-Request-Method") is not None
        return Response(*casefile.canned(step, request.url, preflight=preflight))

    steps = casefile.steps_of(case)
    origin = steps[0]["request"]["origin"]
    browser = Browser(origin, transport, quirks=quirks, clock=lambda: now)
    found: list[casefile.Json] = []
    for step in steps:
        now += step.get("delay_ms", 0) / 1000
        asked = step["request"]
        options = {
            "method": asked["method"],
            "headers": asked["headers"],
            "credentials": asked["credentials_mode"],
            "mode": asked["mode"],
            "body": asked["body"],
            "upload_listener": asked.get("use_preflight", False),
            "referrer_policy": asked.get("referrer_policy", ""),
        }
        try:
            found.append(_seen(step, browser.fetch(asked["url"], **options)))
        except FetchTypeError:
            found.append({"outcome": "network-error", **casefile.wire_facts(step, [])})
    return found


def _seen(step: casefile.Json, outcome: Outcome) -> casefile.Json:
    opaque = outcome.status == 0
    allowed = "opaque" if opaque else "allowed"
    sent = (
        (each.request.method, urlsplit(each.request.url).path, each.request.headers)
        for each in outcome.exchanges
    )
    return {
        **casefile.wire_facts(step, sent),
        "outcome": allowed if outcome.readable else "network-error",
        # A script that watches an XMLHttpRequest reads 0 after an error.
        "status": outcome.status or 0,
        # The model has no response type; an opaque one is known by its status.
        "response_type": "opaque" if opaque else step["expect"].get("response_type"),
        "readable_headers": dict(outcome.headers),
    }
