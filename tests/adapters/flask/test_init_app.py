"""Where the policy of a Flask application comes from, and what is said of a wrong one."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Blueprint, Flask, current_app
from werkzeug.datastructures import Headers

from cors_core import Policy, PolicyError, PolicyMap, PolicyWarning
from cors_flask import CORS

PAGE = "https://app.example.com"
OPTIONS = {"allow_origins": [PAGE]}
ALLOWED = [("access-control-allow-origin", PAGE), ("vary", "Origin")]
REFUSED = [("vary", "Origin")]
PASTE = 'Write CORS(app, Policy(allow_origins=["https://app.example.com"])).'

Collect = Callable[[Headers], list[tuple[str, str]]]


@pytest.fixture
def bare() -> Flask:
    """An application without CORS."""
    return Flask(__name__)


def headers_of(app: Flask, path: str = "/", origin: str = PAGE) -> Headers:
    return app.test_client().get(path, headers={"Origin": origin}).headers


@pytest.mark.parametrize(
    "policy",
    [
        pytest.param(Policy(allow_origins=[PAGE]), id="policy"),
        pytest.param(OPTIONS, id="mapping of options"),
        pytest.param({"/*": OPTIONS}, id="mapping of paths"),
        pytest.param(PolicyMap({"/*": Policy(allow_origins=[PAGE])}), id="policy map"),
    ],
)
@pytest.mark.parametrize(
    "initialise",
    [
        pytest.param(CORS, id="constructor"),
        pytest.param(lambda app, policy: CORS(app=app, policy=policy), id="keywords"),
        pytest.param(lambda app, policy: CORS().init_app(app, policy), id="init_app"),
        pytest.param(lambda app, policy: CORS(policy=policy).init_app(app), id="later"),
        pytest.param(
            lambda app, policy: (app.config.update(CORS_POLICY=policy), CORS(app)),
            id="config, constructor",
        ),
        pytest.param(
            lambda app, policy: (app.config.update(CORS_POLICY=policy), CORS().init_app(app)),
            id="config, init_app",
        ),
    ],
)
def test_policy_is_taken_in_every_form_from_every_place(
    bare: Flask, cors_of: Collect, initialise: Callable[[Flask, object], object], policy: object
) -> None:
    initialise(bare, policy)
    assert cors_of(headers_of(bare)) == ALLOWED


@pytest.mark.parametrize(
    "environment",
    [
        pytest.param({"FLASK_CORS_POLICY": json.dumps(OPTIONS)}, id="one variable"),
        pytest.param({"FLASK_CORS_POLICY": json.dumps({"/*": OPTIONS})}, id="paths"),
        pytest.param({"FLASK_CORS_POLICY__allow_origins": json.dumps([PAGE])}, id="nested"),
        pytest.param(
            {
                "FLASK_CORS_POLICY": json.dumps({"allow_origins": ["https://other.example"]}),
                "FLASK_CORS_POLICY__allow_origins": json.dumps([PAGE]),
            },
            id="nested changes one option",
        ),
    ],
)
def test_policy_comes_from_the_environment(
    bare: Flask,
    cors_of: Collect,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    bare.config.from_prefixed_env()
    CORS(bare)
    assert cors_of(headers_of(bare)) == ALLOWED


def test_policy_comes_from_toml(bare: Flask, cors_of: Collect, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[CORS_POLICY]\nallow_origins = ["https://app.example.com"]\n')
    bare.config.from_file(str(file), load=tomllib.load, text=False)
    CORS(bare)
    assert cors_of(headers_of(bare)) == ALLOWED


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        pytest.param(
            "FLASK_CORS_POLICY__allow_origins",
            "https://app.example.com,https://admin.example.com",
            "allow_origins: 'https://app.example.com,https://admin.example.com': One string is "
            "one entry; a bare string is not split, nor read letter by letter. Write "
            '["https://app.example.com", "https://admin.example.com"]. [not-a-list]',
            id="comma list",
        ),
        pytest.param(
            "FLASK_CORS_POLICY",
            "https://app.example.com",
            "'https://app.example.com': str has no policy_for(host, path). Give a Policy, a "
            'PolicyMap, or a mapping such as {"allow_origins": ["https://app.example.com"]}. '
            "[wrong-type]",
            id="origin instead of a policy",
        ),
        pytest.param(
            "FLASK_CORS_POLICY",
            '{"origins": "*"}',
            "origins: No policy has such an option. Write allow_origins. [unknown-option]",
            id="option of another library",
        ),
        pytest.param(
            "FLASK_CORS_POLICY",
            "{}",
            "There is no default policy: nothing is allowed until it is written down. Write for "
            'example {"allow_origins": ["https://app.example.com"]}. [policy-missing]',
            id="empty mapping",
        ),
    ],
)
def test_wrong_value_in_the_environment_is_explained(
    bare: Flask, monkeypatch: pytest.MonkeyPatch, name: str, value: str, problem: str
) -> None:
    monkeypatch.setenv(name, value)
    bare.config.from_prefixed_env()
    with pytest.raises(PolicyError) as caught:
        CORS(bare)
    assert str(caught.value) == f"invalid CORS policy (1 problem):\n  {problem}"


@pytest.mark.parametrize(
    "initialise",
    [
        pytest.param(CORS, id="constructor"),
        pytest.param(lambda app: CORS(app, None), id="None"),
        pytest.param(lambda app: CORS().init_app(app), id="init_app"),
        pytest.param(lambda app: (app.config.update(CORS_POLICY=None), CORS(app)), id="config"),
        pytest.param(
            lambda app: (CORS().init_app(app), app.config.update(CORS_POLICY=OPTIONS)),
            id="config set too late",
        ),
    ],
)
def test_missing_policy_is_refused(bare: Flask, initialise: Callable[[Flask], object]) -> None:
    with pytest.raises(PolicyError) as caught:
        initialise(bare)
    assert str(caught.value) == (
        "invalid CORS policy (1 problem):\n  CORS_POLICY: There is no default policy: nothing is "
        f"allowed until it is written down. {PASTE} [policy-missing]"
    )


MORE_THAN_ONE = (
    "It is given by more than one of constructor, init_app and config['CORS_POLICY']. "
    f"Keep one of them. {PASTE}"
)
WRAPPED = "This application is wrapped already. Initialise CORS for it once."


@pytest.mark.parametrize(
    ("config", "initialise", "message"),
    [
        pytest.param(
            OPTIONS, lambda app: CORS(app, OPTIONS), MORE_THAN_ONE, id="constructor and config"
        ),
        pytest.param(
            OPTIONS,
            lambda app: CORS().init_app(app, OPTIONS),
            MORE_THAN_ONE,
            id="init_app and config",
        ),
        pytest.param(
            None,
            lambda app: CORS(policy=OPTIONS).init_app(app, OPTIONS),
            MORE_THAN_ONE,
            id="constructor and init_app",
        ),
        pytest.param(
            OPTIONS,
            lambda app: CORS(policy=OPTIONS).init_app(app, OPTIONS),
            MORE_THAN_ONE,
            id="all three",
        ),
        pytest.param(
            None, lambda app: CORS(app, OPTIONS).init_app(app), WRAPPED, id="init_app after all"
        ),
        pytest.param(
            None,
            lambda app: (CORS(app, OPTIONS), CORS(app, OPTIONS)),
            WRAPPED,
            id="two objects",
        ),
        pytest.param(
            OPTIONS, lambda app: (CORS(app), CORS(app)), WRAPPED, id="two objects, config"
        ),
    ],
)
def test_policy_given_twice_is_refused(
    bare: Flask, config: object, initialise: Callable[[Flask], object], message: str
) -> None:
    bare.config["CORS_POLICY"] = config
    with pytest.raises(PolicyError) as caught:
        initialise(bare)
    assert str(caught.value) == (
        f"invalid CORS policy (1 problem):\n  CORS_POLICY: {message} [policy-twice]"
    )


def test_application_is_untouched_by_a_refused_policy(bare: Flask, cors_of: Collect) -> None:
    with pytest.raises(PolicyError):
        CORS(bare, {"allow_origins": ["app.example.com"]})
    CORS(bare, OPTIONS)
    assert cors_of(headers_of(bare)) == ALLOWED


def create_app(cors: CORS, origin: str) -> Flask:
    app = Flask(__name__)
    app.config["CORS_POLICY"] = {"allow_origins": [origin]}
    cors.init_app(app)
    return app


def test_one_object_serves_several_applications_with_their_own_policies(cors_of: Collect) -> None:
    cors = CORS()
    first, second = create_app(cors, PAGE), create_app(cors, "https://second.example")
    assert (cors_of(headers_of(first)), cors_of(headers_of(second))) == (ALLOWED, REFUSED)


def test_one_object_gives_one_policy_to_several_applications(cors_of: Collect) -> None:
    cors = CORS(policy=OPTIONS)
    first, second = Flask("first"), Flask("second")
    cors.init_app(first)
    cors.init_app(second)
    assert (cors_of(headers_of(first)), cors_of(headers_of(second))) == (ALLOWED, ALLOWED)


def test_each_application_logs_its_own_first_refusal(caplog: pytest.LogCaptureFixture) -> None:
    cors = CORS()
    first, second = create_app(cors, PAGE), create_app(cors, PAGE)
    headers_of(first, "/first", "https://other.example")
    headers_of(second, "/second", "https://other.example")
    headers_of(second, "/second", "https://other.example")
    assert [record.getMessage().partition(" from ")[0] for record in caplog.records] == [
        "CORS refused GET /first",
        "CORS refused GET /second",
    ]


def test_policy_by_path_leaves_other_paths_alone(bare: Flask, cors_of: Collect) -> None:
    CORS(bare, {"/api/*": OPTIONS, "/api/internal/*": None})
    paths = ("/api/orders", "/api/internal/report", "/")
    assert [cors_of(headers_of(bare, path)) for path in paths] == [ALLOWED, [], []]


def test_doubtful_policy_is_warned_about_where_it_was_given(bare: Flask) -> None:
    with pytest.warns(PolicyWarning, match="origin-clear-text") as caught:
        CORS(bare, {"allow_origins": ["http://app.example.com"]})
    assert [warning.filename for warning in caught] == [__file__]


def test_settings_of_another_library_are_named(
    bare: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    bare.config["CORS_ORIGINS"] = "*"
    CORS(bare, OPTIONS)
    assert [(record.levelname, record.name, record.getMessage()) for record in caplog.records] == [
        (
            "WARNING",
            "cors_core.flask",
            "CORS: config['CORS_ORIGINS'] is ignored; the whole policy is config['CORS_POLICY'].",
        )
    ]


def test_settings_of_another_library_are_named_where_there_is_no_policy(
    bare: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    bare.config["CORS_ORIGINS"] = "*"
    with pytest.raises(PolicyError):
        CORS(bare)
    assert [record.args for record in caplog.records] == [("CORS_ORIGINS", "CORS_POLICY")]


def test_current_app_stands_for_its_application(bare: Flask, cors_of: Collect) -> None:
    with bare.app_context():
        CORS(current_app, OPTIONS)
    assert cors_of(headers_of(bare)) == ALLOWED


def unknown(option: str, hint: str) -> str:
    return f"  {option}: No policy has such an option. {hint} [unknown-option]"


NO_ORIGIN = (
    "  allow_origins: Without an origin no page can ever read anything. Write "
    '["https://app.example.com"]; for no CORS at all use DENY or None. [origins-missing]'
)
CLEAR_TEXT = (
    "allow_origins[0]: 'http://app.example.com': Over http anybody on the network can pose as this "
    "page and read the answers. Write https://app.example.com. [origin-clear-text]"
)
USE_PATHS = 'Write paths as keys: {"/api/*": {"allow_origins": [...]}}.'
USE_STAR = 'Write "allow_origins": "*", without credentials.'


@pytest.mark.parametrize(
    "initialise",
    [
        pytest.param(lambda app, options: CORS(app, **options), id="constructor"),
        pytest.param(lambda app, options: CORS().init_app(app, **options), id="init_app"),
    ],
)
@pytest.mark.parametrize(
    ("options", "lines"),
    [
        pytest.param(
            {"origins": [PAGE]},
            [
                f"CORS takes an application and a policy, not origins. {PASTE}",
                "invalid CORS policy (1 problem):",
                unknown("origins", "Write allow_origins."),
            ],
            id="origins",
        ),
        pytest.param(
            {"supports_credentials": True},
            [
                f"CORS takes an application and a policy, not supports_credentials. {PASTE}",
                "invalid CORS policy (2 problems):",
                unknown("supports_credentials", "Write allow_credentials."),
                NO_ORIGIN,
            ],
            id="credentials",
        ),
        pytest.param(
            {"resources": {"/api/*": {"origins": "*"}}},
            [
                f"CORS takes an application and a policy, not resources. {PASTE}",
                "invalid CORS policy (1 problem):",
                unknown("resources", USE_PATHS),
            ],
            id="resources",
        ),
        pytest.param(
            {"origins": "*", "send_wildcard": True},
            [
                f"CORS takes an application and a policy, not origins, send_wildcard. {PASTE}",
                "invalid CORS policy (2 problems):",
                unknown("origins", "Write allow_origins."),
                unknown("send_wildcard", USE_STAR),
            ],
            id="wildcard",
        ),
        pytest.param(
            {"allow_origins": [PAGE]},
            [f"CORS takes an application and a policy, not allow_origins. {PASTE}"],
            id="option of a policy",
        ),
        pytest.param(
            {"allow_origins": ["http://app.example.com"]},
            [
                f"CORS takes an application and a policy, not allow_origins. {PASTE}",
                CLEAR_TEXT,
            ],
            id="option of a policy, where warnings are errors",
        ),
    ],
)
def test_keyword_of_another_library_is_explained(
    bare: Flask,
    initialise: Callable[[Flask, dict[str, object]], object],
    options: dict[str, object],
    lines: list[str],
) -> None:
    with pytest.raises(TypeError) as caught:
        initialise(bare, options)
    assert str(caught.value) == "\n".join(lines)


@pytest.mark.parametrize(
    ("first", "named"),
    [
        pytest.param(Blueprint("api", __name__), "Blueprint", id="blueprint"),
        pytest.param(Policy(allow_origins=[PAGE]), "Policy", id="policy first"),
        pytest.param(OPTIONS, "dict", id="options first"),
    ],
)
def test_what_is_no_application_is_refused(first: Flask, named: str) -> None:
    with pytest.raises(TypeError) as caught:
        CORS(first, OPTIONS)
    assert str(caught.value) == (
        f"CORS takes a Flask application first, not {named}. A policy for some of its paths is "
        'written CORS(app, {"/api/*": Policy(...)}).'
    )
