"""The page, the second page on an unlisted origin, and the place where the page reports."""

from __future__ import annotations

import json
import queue
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from examples.demo.browsers import Report
from examples.demo.checks import CHECKS, SERVERS
from examples.demo.policy import Policies
from examples.demo.table import Row

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_FILES = Path(__file__).with_name("page")
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
_LONGEST_REPORT = 1_000_000
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; "
)


def plan_for(
    origin: str, second: str, apis: Mapping[str, str], policy: Policies, rows: Sequence[Row]
) -> bytes:
    """Write down what the page is to ask of whom, and what plain HTTP saw of it."""
    checks = [asdict(check) | {"expected": check.expected} for check in CHECKS]
    plan = {
        "origin": origin,
        "second": second,
        "servers": [{"name": name, "base": apis[name]} for name in SERVERS],
        # One value a line, so that it fits a narrow window.
        "policy": json.dumps(policy, indent=2),
        "checks": checks,
        "plain": [
            {
                "check": row.check.id,
                "server": row.server,
                "wanted": row.check.wanted_of(row.server),
                "asExpected": not row.plain_fault,
                "seen": asdict(row.plain.seen),
                "why": row.plain_why,
                "exchanges": [asdict(exchange) for exchange in row.plain.exchanges],
            }
            for row in rows
        ],
    }
    return json.dumps(plan).encode()


def page_app(
    plan: bytes, origin: str, second: str, apis: Iterable[str], reports: queue.Queue[Report]
) -> WSGIApplication:
    """Serve the page of the listed origin; its report goes to `reports`."""
    security = f"{_POLICY}connect-src 'self' {' '.join(apis)}; frame-src {second}"

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        match environ["REQUEST_METHOD"], environ["PATH_INFO"]:
            case "GET", "/":
                return _file("index.html", security, start_response)
            case "GET", "/page.css" | "/page.js" | "/ask.js" as path:
                return _file(path[1:], security, start_response)
            case "GET", "/plan.json":
                return _send("200 OK", "application/json", plan, security, start_response)
            case "POST", "/report" if environ.get("HTTP_ORIGIN") == origin:
                return _take(environ, reports, security, start_response)
        return _send("404 Not Found", "text/plain", b"no such page\n", security, start_response)

    return app


def second_app(origin: str, apis: Iterable[str]) -> WSGIApplication:
    """Serve the page of the unlisted origin, which only `origin` may frame."""
    security = f"{_POLICY}connect-src {' '.join(apis)}; frame-ancestors {origin}"

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        match environ["REQUEST_METHOD"], environ["PATH_INFO"]:
            case "GET", "/":
                return _file("second.html", security, start_response)
            case "GET", "/page.css" | "/second.js" | "/ask.js" as path:
                return _file(path[1:], security, start_response)
        return _send("404 Not Found", "text/plain", b"no such page\n", security, start_response)

    return app


def _take(
    environ: WSGIEnvironment,
    reports: queue.Queue[Report],
    security: str,
    start_response: StartResponse,
) -> Iterable[bytes]:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    try:
        report = json.loads(environ["wsgi.input"].read(min(length, _LONGEST_REPORT)))
        reports.put_nowait([entry for entry in report if isinstance(entry, dict)])
    except (ValueError, TypeError):
        status = "400 Bad Request"
        return _send(status, "text/plain", b"not a report\n", security, start_response)
    except queue.Full:
        # A page opened by hand reports too, and again when it is reloaded; nobody waits for it.
        pass
    return _send("200 OK", "text/plain", b"thank you\n", security, start_response)


def _file(name: str, security: str, start_response: StartResponse) -> Iterable[bytes]:
    path = _FILES / name
    return _send("200 OK", _TYPES[path.suffix], path.read_bytes(), security, start_response)


def _send(
    status: str, kind: str, body: bytes, security: str, start_response: StartResponse
) -> Iterable[bytes]:
    headers = [
        ("Content-Type", f"{kind}; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Content-Security-Policy", security),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
    ]
    start_response(status, headers)
    return [body]
