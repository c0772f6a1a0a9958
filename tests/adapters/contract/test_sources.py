"""Policy sources that cannot be used, and sources and callables that fail, in every adapter."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest.mock import Mock

import pytest
from django.utils.asyncio import async_unsafe

from cors_core import Policy, PolicyError, PolicyMap
from tests.adapters.contract import sites
from tests.adapters.contract.conftest import Build, records, said
from tests.adapters.contract.sites import Site

HERE = "https://app.example"
ORIGIN = [("Origin", HERE)]
POLICY = Policy(allow_origins=[HERE])
UNDECIDED = (("vary", "*"),)


class Plain:
    def policy_for(self, host: str, path: str) -> Policy:
        return POLICY


class Async:
    async def policy_for(self, host: str, path: str) -> Policy:
        return POLICY


class OneArgument:
    def policy_for(self, path: str) -> Policy:
        return POLICY


@pytest.mark.parametrize(
    ("value", "code"),
    [
        pytest.param(Plain, "wrong-type", id="class"),
        pytest.param(Async(), "wrong-type", id="async"),
        pytest.param(OneArgument(), "wrong-type", id="one argument"),
        pytest.param(Mock(), "wrong-type", id="mock"),
        pytest.param(object(), "wrong-type", id="no source"),
        pytest.param({}, "policy-missing", id="empty mapping"),
        pytest.param({"allow_origin": [HERE]}, "unknown-option", id="misspelt option"),
        pytest.param({"/x": {"allow_origins": ["x"]}}, "origin-malformed", id="below a path"),
        pytest.param({"/x": POLICY, "max_age": 5}, "unknown-option", id="paths and options"),
    ],
)
def test_site_with_an_unusable_policy_is_not_built(
    build: Build, site: Site, value: object, code: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        build(site, value)
    assert caught.value.problems[0].code == code


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(POLICY, id="policy"),
        pytest.param({"allow_origins": [HERE]}, id="options"),
        pytest.param({"/*": {"allow_origins": [HERE]}}, id="paths"),
        pytest.param(PolicyMap({"/*": POLICY}), id="map"),
        pytest.param(Plain(), id="source"),
        pytest.param(PolicyMap({"/*": Plain()}), id="source in a map"),
        pytest.param({"/*": {"/*": POLICY}}, id="map in a map"),
    ],
)
def test_every_form_of_a_policy_decides_alike(build: Build, site: Site, value: object) -> None:
    answer = build(site, value).request("GET", "/", ORIGIN)
    assert answer.cors == (("access-control-allow-origin", HERE), ("vary", "Origin"))


class Source:
    """A source that answers with what it is told to."""

    def __init__(self, answer: Callable[[], Any]) -> None:
        self._answer = answer

    def policy_for(self, host: str, path: str) -> Any:
        return self._answer()


def failing(error: Exception) -> Callable[[], Any]:
    def fail() -> None:
        raise error

    return fail


async def late() -> Policy:
    return POLICY


@dataclass(frozen=True)
class FrozenError(Exception):
    """One that refuses to be changed."""

    code: int = 1


FAILURES = [
    pytest.param(failing(FrozenError()), "FrozenError", id="raises what cannot be changed"),
    pytest.param(lambda: Mock(spec=Policy), "TypeError", id="a mock of a policy"),
    pytest.param(failing(KeyError("tenant")), "KeyError", id="raises"),
    pytest.param(lambda: True, "TypeError", id="True"),
    pytest.param(lambda: "https://app.example", "TypeError", id="text"),
    pytest.param(lambda: {"allow_origins": [HERE]}, "TypeError", id="mapping"),
    pytest.param(lambda: Policy, "TypeError", id="the class"),
    pytest.param(lambda: PolicyMap({}), "TypeError", id="another source"),
    pytest.param(late, "TypeError", id="awaitable"),
]


@pytest.mark.parametrize(("answer", "error"), FAILURES)
@pytest.mark.parametrize("origin", [ORIGIN, []])
@pytest.mark.parametrize("below", [False, True], ids=["alone", "in a map"])
def test_request_is_served_and_nobody_may_read_where_the_source_fails(
    build: Build,
    full_site: Site,
    answer: Callable[[], Any],
    error: str,
    origin: list[tuple[str, str]],
    below: bool,
) -> None:
    source = PolicyMap({"/*": Source(answer)}) if below else Source(answer)
    reply = build(full_site, source).request("GET", "/", origin)
    assert (reply.status, reply.cors, reply.app_called) == (200, UNDECIDED, True)


def test_vary_of_the_application_gives_way_to_the_star(build: Build, full_site: Site) -> None:
    client = build(full_site, Source(failing(KeyError())), headers=[("Vary", "Cookie")])
    assert client.request("GET", "/", ORIGIN).cors == UNDECIDED


def test_preflight_is_refused_where_the_source_fails(build: Build, full_site: Site) -> None:
    asked = [*ORIGIN, ("Access-Control-Request-Method", "PUT")]
    answer = build(full_site, Source(failing(KeyError()))).request("OPTIONS", "/", asked)
    assert (answer.status, answer.cors, answer.app_called) == (403, UNDECIDED, False)


@pytest.mark.parametrize(("answer", "error"), FAILURES)
def test_failing_source_is_one_error_with_its_traceback(
    build: Build,
    full_site: Site,
    caplog: pytest.LogCaptureFixture,
    answer: Callable[[], Any],
    error: str,
) -> None:
    client = build(full_site, Source(answer))
    client.request("GET", "/", ORIGIN)
    client.request("GET", "/", ORIGIN)
    text = f"CORS: your code raised {error}, so nobody may read the answer."
    assert [
        (record.levelname, record.getMessage(), record.exc_info and record.exc_info[0].__name__)
        for record in records(caplog, full_site)
    ] == [("ERROR", text, error)]


def test_second_failure_of_a_kind_is_written_for_debugging(
    build: Build, full_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, full_site.logger)
    errors = iter([KeyError(), KeyError(), ValueError(), KeyError()])

    def fail() -> None:
        raise next(errors)

    client = build(full_site, Source(fail))
    answers = [client.request("GET", "/").status for _ in range(4)]
    levels = [record.levelname for record in records(caplog, full_site)]
    assert (answers, levels) == ([200] * 4, ["ERROR", "DEBUG", "ERROR", "DEBUG"])


@pytest.mark.parametrize("exit_kind", [KeyboardInterrupt, SystemExit])
def test_source_may_end_the_process(build: Build, exit_kind: type[BaseException]) -> None:
    client = build(sites.FLASK, Source(lambda: (_ for _ in ()).throw(exit_kind)))
    with pytest.raises(exit_kind):
        client.request("GET", "/")


@async_unsafe
def query() -> Policy:
    return POLICY


def test_query_on_the_event_loop_is_a_failure_like_any_other(
    build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    answer = build(sites.DJANGO_ASYNC, Source(query)).request("GET", "/", ORIGIN)
    text = "CORS: your code raised SynchronousOnlyOperation, so nobody may read the answer."
    assert answer.cors == UNDECIDED
    assert said(caplog, sites.DJANGO_ASYNC) == [("ERROR", text)]


def test_query_in_a_sync_chain_is_allowed(build: Build) -> None:
    answer = build(sites.DJANGO_SYNC, Source(query)).request("GET", "/", ORIGIN)
    assert answer.cors == (("access-control-allow-origin", HERE), ("vary", "Origin"))


def asking(answer: Callable[[str], object]) -> Policy:
    return Policy(allow_origins=[], dangerously_allow_origins_if=answer)


def future(origin: str) -> object:
    return asyncio.sleep(0)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(lambda origin: 1 // 0, "ZeroDivisionError", id="raises"),
        pytest.param(future, "TypeError", id="awaitable"),
    ],
)
def test_failing_callable_is_a_no_and_one_error(
    build: Build,
    full_site: Site,
    caplog: pytest.LogCaptureFixture,
    answer: Callable[[str], object],
    error: str,
) -> None:
    client = build(full_site, asking(answer))
    answers = [client.request("GET", "/", ORIGIN) for _ in range(2)]
    text = f"CORS: your code raised {error}, so nobody may read the answer."
    assert [reply.cors for reply in answers] == [(("vary", "Origin"),)] * 2
    assert [line for line in said(caplog, full_site) if line[0] == "ERROR"] == [("ERROR", text)]


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        pytest.param(True, True, id="True"),
        pytest.param(1, False, id="one"),
        pytest.param("yes", False, id="text"),
        pytest.param(None, False, id="None"),
        pytest.param(False, False, id="False"),
    ],
)
def test_only_true_is_a_yes(build: Build, site: Site, answer: object, allowed: bool) -> None:
    reply = build(site, asking(lambda origin: answer)).request("GET", "/", ORIGIN)
    acao = (("access-control-allow-origin", HERE),) if allowed else ()
    assert reply.cors == (*acao, ("vary", "Origin"))


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_callable_is_asked_once_a_request(build: Build, site: Site, method: str) -> None:
    seen: list[str] = []
    client = build(site, asking(lambda origin: seen.append(origin) or True))
    client.request(method, "/", [*ORIGIN, ("Access-Control-Request-Method", "PUT")])
    assert seen == [HERE]
