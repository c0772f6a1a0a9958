"""One run of each real browser over all the recorded cases."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.browser import casefile, launch, replay

# The first path segment of a case's URL, in a URL or in a Location header.
_PATH = re.compile(r"^(https?://[^/]+)(/[0-9]+)$")

Facts = Callable[[str], dict[str, list[casefile.Json]]]
Sent = list[tuple[str, str, replay.Pairs]]


class Replayer:
    """Answers each case under a path of its own, and keeps what was sent for it."""

    def __init__(self, cases: list[casefile.Json]) -> None:
        self.cases = {case["id"]: case for case in cases}
        self.current = dict.fromkeys(self.cases, 0)
        self.sent: dict[tuple[str, int], Sent] = {}

    def __call__(self, request: replay.Received) -> replay.Answer:
        segments = urlsplit(request.url).path.split("/")[1:]
        if segments[0] == "-":
            return self._control(segments[1:])
        case, path = segments[0], "/" + "/".join(segments[1:])
        if case not in self.cases:
            return 404, [], b""
        index = self.current[case]
        self.sent.setdefault((case, index), []).append((request.method, path, request.headers))
        step = casefile.steps_of(self.cases[case])[index]
        asks = casefile.first(request.headers, "Access-Control-Request-Method") is not None
        preflight = asks and request.method == "OPTIONS"
        status, headers, body = casefile.canned(step, path, preflight=preflight)
        return status, [(name, in_folder(value, case)) for name, value in headers], body

    def _control(self, segments: list[str]) -> replay.Answer:
        match segments:
            case ["cases"]:
                listed = [self._for_page(case) for case in self.cases.values()]
                return 200, [("Content-Type", "application/json")], json.dumps(listed).encode()
            case ["step", case, index]:
                self.current[case] = int(index)
                return 200, [], b""
            case _:
                return 404, [], b""

    def _for_page(self, case: casefile.Json) -> casefile.Json:
        steps = [
            {
                "request": {
                    **step["request"],
                    "url": in_folder(step["request"]["url"], case["id"]),
                },
                "delay_ms": step.get("delay_ms", 0),
            }
            for step in casefile.steps_of(case)
        ]
        return {"id": case["id"], "steps": steps, "slow": any(s["delay_ms"] for s in steps)}


def in_folder(url: str, case: str) -> str:
    """Move a URL of a case below a path of its own; leave other text as it is."""
    return _PATH.sub(rf"\1/{case}\2", url)


@pytest.fixture(scope="session")
def browser_facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """What a browser did in each step of each case, by browser: run once, when first asked."""

    @functools.cache
    def facts(browser: str) -> dict[str, list[casefile.Json]]:
        replayer = Replayer(casefile.load())
        results = launch.run(browser, replayer, tmp_path_factory.mktemp(browser))
        return {
            case: [
                {**seen, **casefile.wire_facts(step, replayer.sent.get((case, index), []))}
                for index, (step, seen) in enumerate(
                    zip(casefile.steps_of(replayer.cases[case]), steps, strict=True)
                )
            ]
            for case, steps in results.items()
        }

    return facts
