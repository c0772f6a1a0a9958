"""What a policy file says is what the mapping in it would say, and mistakes name the place."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from cors_core import Policy, PolicyError, PolicyMap, PolicySource, PolicyWarning, load, policy_from

ORIGIN = "https://app.example.com"
Write = Callable[[str, str], Path]


@pytest.fixture(autouse=True)
def without_io() -> None:
    """Files are what this is about."""


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.chdir(tmp_path)

    def written(name: str, text: str) -> Path:
        Path(name).write_bytes(text.encode("utf-8", "surrogateescape"))
        return Path(name)

    return written


def error_of(path: Path) -> str:
    with pytest.raises(PolicyError) as caught:
        load(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("cors.toml", f'allow_origins = ["{ORIGIN}"]\nmax_age = 60\n', id="TOML"),
        pytest.param("cors.json", f'{{"allow_origins": ["{ORIGIN}"], "max_age": 60}}', id="JSON"),
        pytest.param(
            "CORS.TOML", f'allow_origins = ["{ORIGIN}"]\nmax_age = 60\n', id="suffix in capitals"
        ),
        pytest.param(
            "cors.json",
            f'\ufeff{{"allow_origins": ["{ORIGIN}"], "max_age": 60}}',
            id="JSON with a byte order mark",
        ),
        pytest.param(
            "cors.toml",
            f'\ufeffallow_origins = ["{ORIGIN}"]\r\nmax_age = 60\r\n',
            id="TOML from Windows",
        ),
        pytest.param(
            "cors.toml",
            f'# caf\udce9\nallow_origins = ["{ORIGIN}"]\nmax_age = 60\n',
            id="another encoding in a comment",
        ),
    ],
)
def test_options_in_a_file_are_a_policy(write: Write, name: str, text: str) -> None:
    assert load(write(name, text)) == Policy(allow_origins=[ORIGIN], max_age=60)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param(
            "cors.toml",
            f'"/api/internal/*" = false\n["/api/*"]\nallow_origins = ["{ORIGIN}"]\n',
            id="TOML",
        ),
        pytest.param(
            "cors.json",
            f'{{"/api/*": {{"allow_origins": ["{ORIGIN}"]}}, "/api/internal/*": false}}',
            id="JSON",
        ),
        pytest.param(
            "cors.json",
            f'{{"/api/*": {{"allow_origins": ["{ORIGIN}"]}}, "/api/internal/*": null}}',
            id="JSON with null",
        ),
    ],
)
@pytest.mark.parametrize(
    ("path", "policy"),
    [
        pytest.param("/api/orders", Policy(allow_origins=[ORIGIN]), id="covered"),
        pytest.param("/api/internal/report", None, id="false stands for no CORS"),
        pytest.param("/", None, id="not covered"),
    ],
)
def test_paths_in_a_file_are_a_map(
    write: Write, name: str, text: str, path: str, policy: Policy | None
) -> None:
    assert load(write(name, text)).policy_for("", path) == policy


@pytest.mark.parametrize("path", [str, Path], ids=["text", "path"])
def test_file_is_named_by_text_or_path(write: Write, path: Callable[[Path], str | Path]) -> None:
    file = write("cors.toml", 'allow_origins = "*"\n')
    assert load(path(file)) == Policy(allow_origins="*")


@pytest.mark.parametrize(
    ("name", "text", "problems"),
    [
        pytest.param(
            "cors.toml",
            'allow_origin = ["https://app.example.com"]\nmax_age = "60"\n',
            "(2 problems):\n"
            "  allow_origin: No policy has such an option. Write allow_origins. [unknown-option]\n"
            "  max_age: '60': str is not a whole number of seconds. Write whole seconds, such as "
            "600, or None. [wrong-type]",
            id="every wrong key",
        ),
        pytest.param(
            "cors.toml",
            '["/api/*"]\nallow_origins = ["app.example.com"]\n'
            '["/feed"]\nallow_origins = "*"\nallow_credentials = true\n',
            "(2 problems):\n"
            "  [\"/api/*\"].allow_origins[0]: 'app.example.com': The scheme is missing, and http "
            "and https are different origins. Write https://app.example.com. [origin-malformed]\n"
            "  [\"/feed\"].allow_origins: '*': Any site could read what belongs to the user who "
            "is logged in; browsers reject '*' on credentialed responses. List the origins, or set "
            "allow_credentials=False. [any-origin-with-credentials]",
            id="every wrong path",
        ),
        pytest.param(
            "cors.toml",
            'allow_origins = ["https://caf\udce9.example"]\n',
            "(1 problem):\n"
            "  allow_origins[0]: 'https://caf\N{REPLACEMENT CHARACTER}.example': Browsers send "
            "host names in ASCII, so this can never match. Write an origin such as "
            "https://app.example.com. [origin-malformed]",
            id="another encoding in a value",
        ),
        pytest.param(
            "cors.toml",
            'allow_origins = "*"\nmax_age =\n',
            "(1 problem):\n  Invalid value (at line 2, column 10). Correct the file. "
            "[file-malformed]",
            id="line of wrong TOML",
        ),
        pytest.param(
            "cors.toml",
            'allow_origins = [\n  "*",\n',
            "(1 problem):\n  Invalid value (at line 2, the end). Correct the file. "
            "[file-malformed]",
            id="TOML that stops early",
        ),
        pytest.param(
            "cors.toml",
            'allow_origins = ["https://app.example.com"]\nallow_origins = "*"\n',
            "(1 problem):\n  Cannot overwrite a value (at line 2, column 20). Correct the file. "
            "[file-malformed]",
            id="key twice in TOML",
        ),
        pytest.param(
            "cors.json",
            '{\n  "allow_origins": "*"\n  "max_age": 60\n}',
            "(1 problem):\n  Expecting ',' delimiter: line 3 column 3 (char 27). Correct the file. "
            "[file-malformed]",
            id="line of wrong JSON",
        ),
        pytest.param(
            "cors.json",
            '{"allow_origins": ["https://app.example.com"], "allow_origins": "*"}',
            "(1 problem):\n  The key 'allow_origins' is there twice. Correct the file. "
            "[file-malformed]",
            id="key twice in JSON",
        ),
        pytest.param(
            "cors.json",
            "false",
            "(1 problem):\n  False: bool has no policy_for(host, path). Give a Policy, a "
            'PolicyMap, or a mapping such as {"allow_origins": ["https://app.example.com"]}. '
            "[wrong-type]",
            id="no mapping",
        ),
        pytest.param(
            "cors.toml",
            "",
            "(1 problem):\n  There is no default policy: nothing is allowed until it is written "
            'down. Write for example {"allow_origins": ["https://app.example.com"]}. '
            "[policy-missing]",
            id="empty",
        ),
        pytest.param(
            "cors.yaml",
            "allow_origins: '*'",
            "(1 problem):\n  The name of the file ends neither in .toml nor in .json. Correct the "
            "file. [file-malformed]",
            id="another suffix",
        ),
    ],
)
def test_mistakes_name_the_file_and_the_place(
    write: Write, name: str, text: str, problems: str
) -> None:
    assert error_of(write(name, text)) == f"invalid CORS policy in '{name}' {problems}"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("cors.json", "[" * 100_000, id="JSON"),
        pytest.param("cors.toml", "a = " + "[" * 100_000, id="TOML"),
        pytest.param("deep.json", '{"/a":' * 500 + "{}" + "}" * 500, id="paths within paths"),
    ],
)
def test_endless_nesting_is_a_problem(write: Write, name: str, text: str) -> None:
    assert error_of(write(name, text)).startswith(f"invalid CORS policy in '{name}' (1 problem):")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("cors.json", f'{{"max_age": {"1" * 5000}}}', id="JSON"),
        pytest.param("cors.toml", f"max_age = {'1' * 5000}", id="TOML"),
    ],
)
def test_endless_number_is_a_problem(write: Write, name: str, text: str) -> None:
    assert error_of(write(name, text)).endswith(" Correct the file. [file-malformed]")


def test_name_of_the_file_cannot_draw(write: Write) -> None:
    error = error_of(write("\x1b[31m.toml", "x"))
    assert error.splitlines()[0] == r"invalid CORS policy in '\x1b[31m.toml' (1 problem):"


def test_name_of_the_file_survives_pickling(write: Write) -> None:
    with pytest.raises(PolicyError) as caught:
        load(write("cors.toml", "x"))
    assert pickle.loads(pickle.dumps(caught.value)).file == "cors.toml"


def test_what_no_file_has_names_none() -> None:
    with pytest.raises(PolicyError) as caught:
        policy_from({})
    assert caught.value.file == ""


def test_missing_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "cors.toml")


def test_doubt_is_a_warning_where_the_file_is_loaded(write: Write) -> None:
    file = write("cors.toml", 'allow_origins = "*"\nmax_age = 100000\n')
    with warnings.catch_warnings(record=True, action="always") as caught:
        load(file)
    assert [(it.category, it.filename) for it in caught] == [(PolicyWarning, __file__)]


def test_a_map_is_a_source(write: Write) -> None:
    source: PolicySource = load(write("cors.json", '{"/": {"allow_origins": "*"}}'))
    assert repr(source) == repr(PolicyMap({"/": Policy(allow_origins="*")}))
