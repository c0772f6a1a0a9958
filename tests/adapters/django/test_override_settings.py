"""The policy is compiled once per value of the setting, whoever asks and however often."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.core.signals import setting_changed
from django.test import Client, override_settings

from cors_core import PolicyError, PolicySource
from cors_django import configuration
from tests.adapters.django.asking import OTHER, PAGE, POLICY

OTHERS = {"allow_origins": [OTHER]}
WRONG = {"allow_origins": ["https://app.example.com/"]}


def allowed_origin(client: Client, origin: str = PAGE) -> str | None:
    """Ask as a page does, and give what the browser would compare."""
    value: str | None = client.get("/", headers={"origin": origin}).headers.get(
        "Access-Control-Allow-Origin"
    )
    return value


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every value that was compiled from now on."""
    values: list[object] = []
    original = configuration.policy_from

    def counted(value: object) -> PolicySource:
        values.append(value)
        return original(value)

    monkeypatch.setattr(configuration, "policy_from", counted)
    return values


def test_client_made_before_gets_the_new_policy() -> None:
    client = Client()
    assert allowed_origin(client) == PAGE
    with override_settings(CORS_POLICY=OTHERS):
        assert allowed_origin(client, OTHER) == OTHER


def test_client_made_before_and_first_used_inside_gets_the_new_policy() -> None:
    client = Client()
    with override_settings(CORS_POLICY=OTHERS):
        assert allowed_origin(client, OTHER) == OTHER


def test_client_made_inside_gets_the_new_policy() -> None:
    with override_settings(CORS_POLICY=OTHERS):
        assert allowed_origin(Client(), OTHER) == OTHER


def test_client_made_inside_gets_the_old_policy_afterwards() -> None:
    with override_settings(CORS_POLICY=OTHERS):
        client = Client()
        allowed_origin(client)
    assert allowed_origin(client) == PAGE


def test_fifty_clients_compile_once(compiled: list[object]) -> None:
    for _ in range(50):
        allowed_origin(Client())
    assert compiled == [POLICY]


def test_fifty_clients_add_no_receiver() -> None:
    before = len(setting_changed.receivers)
    for _ in range(50):
        allowed_origin(Client())
    assert len(setting_changed.receivers) == before


def test_each_value_is_compiled_once(compiled: list[object]) -> None:
    client = Client()
    with override_settings(CORS_POLICY=OTHERS):
        allowed_origin(client)
        allowed_origin(client)
    allowed_origin(client)
    allowed_origin(client)
    assert compiled == [OTHERS, POLICY]


def test_other_settings_compile_nothing(compiled: list[object]) -> None:
    client = Client()
    allowed_origin(client)
    with override_settings(DEBUG=True, ALLOWED_HOSTS=["*"]):
        allowed_origin(client)
    assert compiled == [POLICY]


def test_client_made_before_believes_the_forwarded_host_at_once() -> None:
    asked: list[str] = []

    class Source:
        def policy_for(self, host: str, path: str) -> None:
            asked.append(host)

    with override_settings(CORS_POLICY=Source(), ALLOWED_HOSTS=["*"]):
        client = Client(headers={"x-forwarded-host": "outer.example"})
        client.get("/")
        with override_settings(USE_X_FORWARDED_HOST=True):
            client.get("/")
    assert asked == ["", "outer.example"]


def test_request_reads_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    allowed_origin(client)
    monkeypatch.delattr(configuration, "settings")
    assert allowed_origin(client) == PAGE


def test_overridden_middleware_counts_for_new_clients() -> None:
    with override_settings(MIDDLEWARE=[]):
        assert allowed_origin(Client()) is None


def test_overridden_middleware_leaves_old_clients_alone() -> None:
    client = Client()
    allowed_origin(client)
    with override_settings(MIDDLEWARE=[]):
        assert allowed_origin(client) == PAGE


def test_wrong_value_is_no_error_before_it_is_used() -> None:
    client = Client()
    with override_settings(CORS_POLICY=WRONG):
        pass
    assert allowed_origin(client) == PAGE


def test_wrong_value_is_reported_by_the_check() -> None:
    wrong = override_settings(CORS_POLICY=WRONG)
    with wrong, pytest.raises(SystemCheckError, match=r"cors\.origin-malformed"):
        call_command("check")


@pytest.mark.parametrize("handler", [WSGIHandler, ASGIHandler], ids=["wsgi", "asgi"])
def test_server_does_not_start_with_a_wrong_value(handler: Callable[[], object]) -> None:
    wrong = override_settings(CORS_POLICY=WRONG)
    with wrong, pytest.raises(PolicyError, match="origin-malformed"):
        handler()


@pytest.mark.parametrize("used", [False, True], ids=["new client", "used client"])
def test_wrong_value_is_raised_by_the_request(used: bool) -> None:
    client = Client()
    if used:
        allowed_origin(client)
    wrong = override_settings(CORS_POLICY=WRONG)
    with wrong, pytest.raises(PolicyError, match="origin-malformed"):
        allowed_origin(client)
