"""What the commands tell: policies as a table, a handshake as arrows."""

from __future__ import annotations

from typing import Any

from rich.box import Box
from rich.padding import Padding
from rich.table import Table

from cors_core import Policy, PolicySource, Problem
from cors_core.browser import Outcome
from cors_core.cli.screen import Screen
from cors_core.policy import options

Told = dict[str, list[dict[str, Any]]]

_RISKS = {
    "dangerously_allow_null_origin": "Any site can send null.",
    "dangerously_allow_insecure_origins": "Anybody on the network can pose as an http: page.",
    "dangerously_allow_public_suffix_origins": "Names below a public suffix are other people's.",
    "dangerously_allow_origins_if": "Every origin it says yes to may read.",
}
_STYLES = {"problems": "bold red", "warnings": "yellow", "dangers": "magenta"}
_LIFELINES = Box("    \n" + "│  │\n" * 6 + "    \n")


def describe(problems: tuple[Problem, ...], found: list[tuple[str, PolicySource | None]]) -> Told:
    """Collect what is wrong with a policy, what is in doubt, and what it allows."""
    told: Told = {"problems": [_of_problem("", it) for it in problems]}
    told |= {"warnings": [], "dangers": [], "policies": [_of_source(*it) for it in found]}
    for where, source in found:
        if isinstance(source, Policy):
            told["warnings"] += [_of_problem(where, it) for it in source.warnings]
            told["dangers"] += [_of_problem(where, _danger(*it)) for it in source.dangers.items()]
    return told


def list_all(screen: Screen, told: Told, *, as_json: bool) -> int:
    """Print a line for all that is wrong or in doubt, then what is allowed; give the exit code."""
    if as_json:
        screen.data(told)
        return 1 if told["problems"] else 0
    lines = [(kind, entry["text"]) for kind in _STYLES for entry in told[kind]]
    for kind, text in lines:
        screen.tell(f"{kind.removesuffix('s')}: {text}", _STYLES[kind])
    if not lines:
        screen.tell("No problem, no warning, no danger.", "green")
    for entry in told["policies"]:
        table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
        for name, value in entry.items():
            listed = ["GET", "HEAD", "POST", *value] if name == "allow_methods" else value
            shown = ", ".join(dict.fromkeys(listed)) if isinstance(value, tuple) else str(value)
            # Dangers have been told; a path there is only in a map.
            if not name.startswith("dangerously_") and (value or name != "path"):
                table.add_row(screen.safe(name, "bold"), screen.safe(shown or "none"))
        screen.print("", table)
    return 1 if told["problems"] else 0


def draw(screen: Screen, outcome: Outcome, page: str, source: str) -> None:
    """Print everything that was sent and checked, in order, then the cause and the fix."""
    tick, cross, dash, right, left = tuple("+x-><" if screen.options.ascii_only else "✓✗─▶◀")
    marks = {"": ("", ""), "ok": (f"{tick} ", "green"), "FAIL": (f"{cross} ", "bold red")}
    width, url = min(screen.width, 100), outcome.exchanges[0].request.url
    server = "/".join(url.split("/")[:3])
    table = Table(box=_LIFELINES, width=width, padding=0, show_header=False)
    start, end = f" page {page}", f"server {server if '://' in source else source} "
    table.add_row(screen.safe(f"{start} {end.rjust(width - 3 - len(start))}", "bold"))
    for mark, text in outcome.story():
        if mark in {"-> ", "<- "}:
            line = f" {screen.hide(text).replace(f' {server}/', ' /', 1)} ".center(width - 3, dash)
            table.add_row(screen.safe(line + right if mark == "-> " else left + line, "cyan"))
        else:
            sign, style = marks[mark.strip()]
            table.add_row(Padding(screen.safe(sign + screen.hide(text), style), (0, 2)))
    screen.print(table)
    if outcome.readable:
        screen.tell(f"The page may read the response: status {outcome.status}.", "bold green")
    if outcome.cause:
        sent = "never sent" if all(it.preflight for it in outcome.exchanges) else "sent"
        screen.tell(f"The page gets a TypeError; its request was {sent}.", "bold red")
        screen.tell(f"Cause: {outcome.cause.name}: {screen.hide(outcome.cause.detail)}")
        screen.tell(f"       {outcome.cause.source}", "dim")
    if outcome.fix:
        screen.tell(f"Fix:   {screen.hide(outcome.fix)}", "bold")


def _danger(name: str, patterns: tuple[str, ...]) -> Problem:
    return Problem("danger", name, None, ", ".join(patterns) or None, _RISKS[name], "Is it meant?")


def _of_problem(where: str, problem: Problem) -> dict[str, Any]:
    told = {name: getattr(problem, name) for name in ("code", "index", "message", "hint")}
    return {"field": f"{where}{problem.field}", **told, "text": f"{where}{problem}"}


def _of_source(where: str, source: PolicySource | None) -> dict[str, Any]:
    # What leads to an entry of a map within a map is written ["/a/*"].["/a/b"].
    told = {"path": where[2:-3].replace('"].["', " > ")}
    if isinstance(source, Policy):
        return told | {option.name: getattr(source, option.name) for option in options()}
    return told | {"policy": "no CORS" if source is None else f"as {type(source).__name__} says"}
