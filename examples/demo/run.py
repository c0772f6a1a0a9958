"""The command: start the servers, ask them, print the table, serve the page."""

from __future__ import annotations

import argparse
import logging
import queue
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from examples.demo import browsers, plain_http
from examples.demo.api_django import django_app
from examples.demo.api_flask import flask_app
from examples.demo.api_wsgi import wsgi_app
from examples.demo.checks import CHECKS, FAILED, SERVERS, Seen
from examples.demo.pages import page_app, plan_for, second_app
from examples.demo.policy import shared_policy
from examples.demo.serving import listen, origin_on, port_of, serve
from examples.demo.table import Row, show
from examples.demo.trouble import Trouble

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def main(arguments: Sequence[str] | None = None) -> int:
    """Give the exit code: 0 as expected, 1 not, 2 cannot run, 130 interrupted."""
    options = _parser().parse_args(arguments)
    # A shell has what it starts in the background ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Being told to end must end a browser too, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _run(options)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m examples.demo",
        description="The same small API on WSGI, Flask and Django with one CORS policy, "
        "and a page on another origin that asks all three.",
    )
    parser.add_argument("--once", action="store_true", help="end after the table")
    parser.add_argument(
        "--browser", choices=browsers.BROWSERS, help="also run the page in this browser, headless"
    )
    parser.add_argument(
        "--port", type=_port, default=0, help="the page's port; a free one if left out"
    )
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _run(options: argparse.Namespace) -> int:
    console = Console(highlight=False)
    if options.browser:
        browsers.find(options.browser)
    logged = _Lines()
    _collect(logged)
    page, second = listen(options.port), listen()
    page_origin, second_origin = origin_on(port_of(page)), origin_on(port_of(second))
    sockets = {name: listen() for name in SERVERS}
    ports = {name: port_of(sock) for name, sock in sockets.items()}
    apis = {name: origin_on(port) for name, port in ports.items()}
    policy = shared_policy(page_origin)
    apps: dict[str, WSGIApplication] = {
        "WSGI": wsgi_app(policy),
        "Flask": flask_app(policy),
        "Django": django_app(policy),
    }
    for name in SERVERS:
        serve(apps[name], sockets[name])

    rows = [
        Row(check, name, plain_http.ask(check, ports[name], origin))
        for check in CHECKS
        for name in SERVERS
        for origin in [second_origin if check.from_unlisted else page_origin]
    ]
    reports: queue.Queue[browsers.Report] = queue.Queue(maxsize=1)
    plan = plan_for(page_origin, second_origin, apis, policy, rows)
    serve(page_app(plan, page_origin, second_origin, apis.values(), reports), page)
    serve(second_app(page_origin, apis.values()), second)
    if options.browser:
        with console.status(f"Running the page in {options.browser} ..."):
            report = browsers.visit(options.browser, f"{page_origin}/", reports)
        rows = [replace(row, browser=_seen(report, row)) for row in rows]

    show(console, rows, options.browser)
    console.print("\nWhat the servers logged about refusals (once for each reason):")
    for line in logged.lines:
        console.print(Padding(Text(line), (0, 0, 0, 2), expand=False))
    code = 1 if any(row.plain_fault or row.browser_fault for row in rows) else 0
    if not options.once:
        _serve(console, page_origin, apis)
    return code


def _serve(console: Console, page_origin: str, apis: dict[str, str]) -> None:
    listed = ", ".join(f"{origin} ({name})" for name, origin in apis.items())
    try:
        console.print(f"\nThe APIs are at {listed}")
        console.print(f"The page is at {page_origin}/ (Ctrl-C ends)")
        threading.Event().wait()
    except KeyboardInterrupt:
        print()


def _seen(report: browsers.Report, row: Row) -> Seen:
    for entry in report:
        if (entry.get("check"), entry.get("server")) == (row.check.id, row.server):
            status = entry.get("status")
            return Seen(
                str(entry.get("outcome")),
                status if isinstance(status, int) else None,
                str(entry.get("text", "")),
                str(entry.get("note", "")),
                str(entry.get("why", "")),
            )
    return Seen(FAILED, None, "the page did not report this request")


class _Lines(logging.Handler):
    """Keeps what the library logs, so that it stands below the table and not in it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()}")


def _collect(handler: logging.Handler) -> None:
    logging.getLogger("cors_core").addHandler(handler)
    # The view that always fails would put its traceback into the table.
    logging.getLogger().addHandler(logging.NullHandler())
