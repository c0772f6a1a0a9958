"""Every problem of a policy, where it is found and how it is told."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cors_core import Policy, PolicyError, Problem, check_origin, policy_from

HERE = "https://app.example.com"
EXPRESSION = re.compile(r"https://[a-z]+\.example\.com")


async def look_up(origin: str) -> bool:
    return True


async def stream(origin: str) -> Any:
    yield True


class LookUp:
    async def __call__(self, origin: str) -> bool:
        return True


LOOK_UP = LookUp()


def problems_of(options: dict[str, Any]) -> tuple[Problem, ...]:
    with pytest.raises(PolicyError) as caught:
        Policy(**options)
    return caught.value.problems


REFUSED = [
    pytest.param(
        {"allow_origins": []},
        ("origins-missing", "allow_origins", None),
        (
            "allow_origins: Without an origin no page can ever read anything. Write "
            '["https://app.example.com"]; for no CORS at all use DENY or None. '
            "[origins-missing]"
        ),
        id="no origin and no callable",
    ),
    pytest.param(
        {"allow_origins": iter(())},
        ("origins-missing", "allow_origins", None),
        (
            "allow_origins: Without an origin no page can ever read anything. Write "
            '["https://app.example.com"]; for no CORS at all use DENY or None. '
            "[origins-missing]"
        ),
        id="no origin, as a generator",
    ),
    pytest.param(
        {"allow_origins": "https://app.example.com"},
        ("not-a-list", "allow_origins", None),
        (
            "allow_origins: 'https://app.example.com': One string is one entry; a bare "
            "string is not split, nor read letter by letter. Write "
            '["https://app.example.com"]. [not-a-list]'
        ),
        id="bare string",
    ),
    pytest.param(
        {"allow_origins": "https://app.example.com/"},
        ("not-a-list", "allow_origins", None),
        (
            "allow_origins: 'https://app.example.com/': One string is one entry; a bare "
            "string is not split, nor read letter by letter. Write "
            '["https://app.example.com"]. [not-a-list]'
        ),
        id="bare string with a mistake in it",
    ),
    pytest.param(
        {"allow_origins": "https://a.example,https://b.example"},
        ("not-a-list", "allow_origins", None),
        (
            "allow_origins: 'https://a.example,https://b.example': One string is one entry;"
            " a bare string is not split, nor read letter by letter. Write "
            '["https://a.example", "https://b.example"]. [not-a-list]'
        ),
        id="bare string with commas",
    ),
    pytest.param(
        {"allow_origins": ""},
        ("not-a-list", "allow_origins", None),
        (
            "allow_origins: '': One string is one entry; a bare string is not split, nor "
            'read letter by letter. Write ["..."]. [not-a-list]'
        ),
        id="bare empty string",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_methods": "PUT, DELETE"},
        ("not-a-list", "allow_methods", None),
        (
            "allow_methods: 'PUT, DELETE': One string is one entry; a bare string is not "
            'split, nor read letter by letter. Write ["PUT", "DELETE"]. [not-a-list]'
        ),
        id="bare string of methods",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_headers": "Content-Type Authorization"},
        ("not-a-list", "allow_headers", None),
        (
            "allow_headers: 'Content-Type Authorization': One string is one entry; a bare "
            'string is not split, nor read letter by letter. Write ["Content-Type", '
            '"Authorization"]. [not-a-list]'
        ),
        id="bare string of header names",
    ),
    pytest.param(
        {"allow_origins": [HERE], "expose_headers": "X-Request-Id"},
        ("not-a-list", "expose_headers", None),
        (
            "expose_headers: 'X-Request-Id': One string is one entry; a bare string is not "
            'split, nor read letter by letter. Write ["X-Request-Id"]. [not-a-list]'
        ),
        id="bare string of exposed names",
    ),
    pytest.param(
        {"allow_origins": ["https://a.example, https://b.example"]},
        ("not-a-list", "allow_origins", 0),
        (
            "allow_origins[0]: 'https://a.example, https://b.example': One string is one "
            'entry; this one joins several. Write "https://a.example", "https://b.example".'
            " [not-a-list]"
        ),
        id="origins joined by a comma",
    ),
    pytest.param(
        {"allow_origins": ["https://a.example https://b.example"]},
        ("not-a-list", "allow_origins", 0),
        (
            "allow_origins[0]: 'https://a.example https://b.example': One string is one "
            'entry; this one joins several. Write "https://a.example", "https://b.example".'
            " [not-a-list]"
        ),
        id="origins joined by a space",
    ),
    pytest.param(
        {"allow_origins": ["a.example,b.example"]},
        ("not-a-list", "allow_origins", 0),
        (
            "allow_origins[0]: 'a.example,b.example': One string is one entry; this one "
            'joins several. Write "https://a.example", "https://b.example". [not-a-list]'
        ),
        id="hosts joined by a comma",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_methods": ["PUT DELETE"]},
        ("not-a-list", "allow_methods", 0),
        (
            "allow_methods[0]: 'PUT DELETE': One string is one entry; this one joins "
            'several. Write "PUT", "DELETE". [not-a-list]'
        ),
        id="methods joined by a space",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_headers": ["X-A,X-B"]},
        ("not-a-list", "allow_headers", 0),
        (
            "allow_headers[0]: 'X-A,X-B': One string is one entry; this one joins several. "
            'Write "X-A", "X-B". [not-a-list]'
        ),
        id="header names joined by a comma",
    ),
    pytest.param(
        {"allow_origins": [HERE], "expose_headers": ["X-A, X-B"]},
        ("not-a-list", "expose_headers", 0),
        (
            "expose_headers[0]: 'X-A, X-B': One string is one entry; this one joins "
            'several. Write "X-A", "X-B". [not-a-list]'
        ),
        id="exposed names joined by a comma",
    ),
    pytest.param(
        {"allow_origins": ["https://u:secret@a.example,https://b.example"]},
        ("not-a-list", "allow_origins", 0),
        (
            "allow_origins[0]: 'https://u:***@a.example,https://b.example': One string is "
            'one entry; this one joins several. Write "https://a.example", '
            '"https://b.example". [not-a-list]'
        ),
        id="password in what is joined",
    ),
    pytest.param(
        {"allow_origins": ["null,https://a.example"]},
        ("not-a-list", "allow_origins", 0),
        (
            "allow_origins[0]: 'null,https://a.example': One string is one entry; this one "
            "joins several. List each by itself. [not-a-list]"
        ),
        id="null joined by a comma is not offered",
    ),
    pytest.param(
        {"allow_origins": ["* https://a.example"]},
        ("not-a-list", "allow_origins", 0),
        (
            "allow_origins[0]: '* https://a.example': One string is one entry; this one "
            "joins several. List each by itself. [not-a-list]"
        ),
        id="any origin joined by a space is not offered",
    ),
    pytest.param(
        {"allow_origins": ["https://a.example, app"]},
        ("not-a-list", "allow_origins", 0),
        (
            "allow_origins[0]: 'https://a.example, app': One string is one entry; this one "
            "joins several. List each by itself. [not-a-list]"
        ),
        id="one that is joined is hardly a host",
    ),
    pytest.param(
        {"allow_origins": ["https://a.example,https://b.*.c"]},
        ("not-a-list", "allow_origins", 0),
        (
            "allow_origins[0]: 'https://a.example,https://b.*.c': One string is one entry; "
            "this one joins several. List each by itself. [not-a-list]"
        ),
        id="one that is joined is no pattern",
    ),
    pytest.param(
        {"allow_origins": ["a.example b.example"]},
        ("not-a-list", "allow_origins", 0),
        (
            "allow_origins[0]: 'a.example b.example': One string is one entry; this one "
            'joins several. Write "https://a.example", "https://b.example". [not-a-list]'
        ),
        id="hosts joined by a space",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_headers": ["X-A, Cookie"]},
        ("not-a-list", "allow_headers", 0),
        (
            "allow_headers[0]: 'X-A, Cookie': One string is one entry; this one joins "
            "several. List each by itself. [not-a-list]"
        ),
        id="a forbidden name that is joined is not offered",
    ),
    pytest.param(
        {"allow_origins": None},
        ("wrong-type", "allow_origins", None),
        'allow_origins: None is not a list of strings. Write ["..."]. [wrong-type]',
        id="origins are None",
    ),
    pytest.param(
        {"allow_origins": {HERE: True}},
        ("wrong-type", "allow_origins", None),
        (
            "allow_origins: {'https://app.example.com': True}: dict is not a list of "
            'strings. Write ["..."]. [wrong-type]'
        ),
        id="origins are a mapping",
    ),
    pytest.param(
        {"allow_origins": b"https://app.example.com"},
        ("wrong-type", "allow_origins", None),
        (
            "allow_origins: b'https://app.example.com': bytes is not a list of strings. "
            'Write ["..."]. [wrong-type]'
        ),
        id="origins are bytes",
    ),
    pytest.param(
        {"allow_origins": [b"https://app.example.com"]},
        ("wrong-type", "allow_origins", 0),
        (
            "allow_origins[0]: b'https://app.example.com': bytes is not a string. Write "
            '"https://app.example.com". [wrong-type]'
        ),
        id="an origin is bytes",
    ),
    pytest.param(
        {"allow_origins": [bytearray(b"https://app.example.com/")]},
        ("wrong-type", "allow_origins", 0),
        (
            "allow_origins[0]: bytearray(b'https://app.example.com/'): bytearray is not a "
            'string. Write "https://app.example.com". [wrong-type]'
        ),
        id="an origin is bytes with a mistake in them",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_methods": [b"TRACE"]},
        ("wrong-type", "allow_methods", 0),
        "allow_methods[0]: b'TRACE': bytes is not a string. Write a string. [wrong-type]",
        id="a method is bytes that no text may be",
    ),
    pytest.param(
        {"allow_origins": [b"https://u:secret@app.example.com"]},
        ("wrong-type", "allow_origins", 0),
        (
            "allow_origins[0]: b'https://u:***@app.example.com': bytes is not a string. "
            'Write "https://app.example.com". [wrong-type]'
        ),
        id="an origin is bytes with a password",
    ),
    pytest.param(
        {"allow_origins": [HERE, None]},
        ("wrong-type", "allow_origins", 1),
        (
            "allow_origins[1]: None is not a string. Write it in quotes, or leave it out. "
            "[wrong-type]"
        ),
        id="an origin is None",
    ),
    pytest.param(
        {"allow_origins": [("https://a.example", "https://b.example")]},
        ("wrong-type", "allow_origins", 0),
        "allow_origins[0]: ('https://a.example', 'https://b.example'): tuple is not a string. "
        "Write its entries one by one: [*these, *those]. [wrong-type]",
        id="a list in a list",
    ),
    pytest.param(
        {"allow_origins": [re.compile("x")]},
        ("wrong-type", "allow_origins", 0),
        (
            "allow_origins[0]: re.compile('x'): Pattern is not a string. Regular "
            "expressions go to dangerously_allow_origins_if=re.compile(...).fullmatch. "
            "[wrong-type]"
        ),
        id="an origin is a compiled expression",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_methods": 1},
        ("wrong-type", "allow_methods", None),
        'allow_methods: 1: int is not a list of strings. Write ["..."]. [wrong-type]',
        id="methods are a number",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_methods": bytearray(b"PUT")},
        ("wrong-type", "allow_methods", None),
        (
            "allow_methods: bytearray(b'PUT'): bytearray is not a list of strings. "
            'Write ["..."]. [wrong-type]'
        ),
        id="methods are bytes, and no numbers",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_headers": [1]},
        ("wrong-type", "allow_headers", 0),
        (
            "allow_headers[0]: 1: int is not a string. Write it in quotes, or leave it out."
            " [wrong-type]"
        ),
        id="a header name is a number",
    ),
    pytest.param(
        {"allow_origins": [HERE], "expose_headers": False},
        ("wrong-type", "expose_headers", None),
        ('expose_headers: False: bool is not a list of strings. Write ["..."]. [wrong-type]'),
        id="exposed names are False",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_credentials": 1},
        ("wrong-type", "allow_credentials", None),
        (
            "allow_credentials: 1: int is not a bool. Write True or False; any other value "
            "would be read as one of them by accident. [wrong-type]"
        ),
        id="1 is no bool",
    ),
    pytest.param(
        {"allow_origins": [HERE], "dangerously_allow_null_origin": "false"},
        ("wrong-type", "dangerously_allow_null_origin", None),
        (
            "dangerously_allow_null_origin: 'false': str is not a bool. Write True or "
            "False; any other value would be read as one of them by accident. [wrong-type]"
        ),
        id="a word is no bool",
    ),
    pytest.param(
        {"allow_origins": [HERE], "dangerously_allow_insecure_origins": 0},
        ("wrong-type", "dangerously_allow_insecure_origins", None),
        (
            "dangerously_allow_insecure_origins: 0: int is not a bool. Write True or False;"
            " any other value would be read as one of them by accident. [wrong-type]"
        ),
        id="0 is no bool",
    ),
    pytest.param(
        {"allow_origins": [HERE], "dangerously_allow_public_suffix_origins": None},
        ("wrong-type", "dangerously_allow_public_suffix_origins", None),
        (
            "dangerously_allow_public_suffix_origins: None is not a bool. Write True or "
            "False; any other value would be read as one of them by accident. [wrong-type]"
        ),
        id="None is no bool",
    ),
    pytest.param(
        {"allow_origins": [HERE], "max_age": True},
        ("wrong-type", "max_age", None),
        (
            "max_age: True: bool is not a whole number of seconds. Write whole seconds, "
            "such as 600, or None. [wrong-type]"
        ),
        id="True is no number",
    ),
    pytest.param(
        {"allow_origins": [HERE], "max_age": 1.5},
        ("wrong-type", "max_age", None),
        (
            "max_age: 1.5: float is not a whole number of seconds. Write whole seconds, "
            "such as 600, or None. [wrong-type]"
        ),
        id="a float is no whole number",
    ),
    pytest.param(
        {"allow_origins": [HERE], "max_age": "600"},
        ("wrong-type", "max_age", None),
        (
            "max_age: '600': str is not a whole number of seconds. Write whole seconds, "
            "such as 600, or None. [wrong-type]"
        ),
        id="digits are no number",
    ),
    pytest.param(
        {"allow_origins": [], "dangerously_allow_origins_if": ".*"},
        ("wrong-type", "dangerously_allow_origins_if", None),
        (
            "dangerously_allow_origins_if: '.*': str is not a callable. Write a function "
            "that takes an origin and returns True for yes. [wrong-type]"
        ),
        id="the callable is a string",
    ),
    pytest.param(
        {"allow_origins": [], "dangerously_allow_origins_if": EXPRESSION},
        ("wrong-type", "dangerously_allow_origins_if", None),
        (
            "dangerously_allow_origins_if: re.compile('https://[a-z]+\\\\.example\\\\.com'): "
            "Pattern is not a callable. Write re.compile(...).fullmatch. [wrong-type]"
        ),
        id="the callable is a compiled expression",
    ),
    pytest.param(
        {"allow_origins": [], "dangerously_allow_origins_if": look_up},
        ("wrong-type", "dangerously_allow_origins_if", None),
        (
            f"dangerously_allow_origins_if: {look_up!r}: What an async function returns is "
            "always true, and nobody awaits it. Write a plain function. [wrong-type]"
        ),
        id="the callable is async",
    ),
    pytest.param(
        {"allow_origins": [], "dangerously_allow_origins_if": LOOK_UP},
        ("wrong-type", "dangerously_allow_origins_if", None),
        (
            f"dangerously_allow_origins_if: {LOOK_UP!r}: What an async function returns is "
            "always true, and nobody awaits it. Write a plain function. [wrong-type]"
        ),
        id="the callable's __call__ is async",
    ),
    pytest.param(
        {"allow_origins": [], "dangerously_allow_origins_if": stream},
        ("wrong-type", "dangerously_allow_origins_if", None),
        (
            f"dangerously_allow_origins_if: {stream!r}: What an async function returns is "
            "always true, and nobody awaits it. Write a plain function. [wrong-type]"
        ),
        id="the callable is an async generator",
    ),
    pytest.param(
        {"allow_origins": [], "dangerously_allow_origins_if": EXPRESSION.match},
        ("predicate-unusable", "dangerously_allow_origins_if", None),
        (
            f"dangerously_allow_origins_if: {EXPRESSION.match!r}: match is content with a "
            "part of the origin, so https://example.com.attacker.example would pass. Write "
            "re.compile(...).fullmatch. [predicate-unusable]"
        ),
        id="match is not anchored at the end",
    ),
    pytest.param(
        {"allow_origins": [], "dangerously_allow_origins_if": EXPRESSION.search},
        ("predicate-unusable", "dangerously_allow_origins_if", None),
        (
            f"dangerously_allow_origins_if: {EXPRESSION.search!r}: search is content with a "
            "part of the origin, so https://example.com.attacker.example would pass. Write "
            "re.compile(...).fullmatch. [predicate-unusable]"
        ),
        id="search is not anchored at all",
    ),
    pytest.param(
        {"allow_origins": "*", "dangerously_allow_origins_if": EXPRESSION.fullmatch},
        ("predicate-unusable", "dangerously_allow_origins_if", None),
        (
            f"dangerously_allow_origins_if: {EXPRESSION.fullmatch!r}: It is never called: "
            "'*' in allow_origins allows every origin already. Leave out one of the two. "
            "[predicate-unusable]"
        ),
        id="callable beside any origin",
    ),
    pytest.param(
        {"allow_origins": ["null"]},
        ("origin-null", "allow_origins", 0),
        (
            "allow_origins[0]: 'null': null is what every sandboxed frame, data: page and "
            "local file sends, so any site can send it. Serve the page from an origin of "
            "its own and list that; only for data that anybody may read, set "
            "dangerously_allow_null_origin=True. [origin-null]"
        ),
        id="null without its opt-in",
    ),
    pytest.param(
        {
            "allow_origins": ["null"],
            "allow_credentials": True,
            "dangerously_allow_null_origin": True,
        },
        ("origin-null", "allow_origins", 0),
        (
            "allow_origins[0]: 'null': null is what every sandboxed frame, data: page and "
            "local file sends, so any site can send it. With credentials it could read what"
            " belongs to your users. Leave it out: no option permits it. [origin-null]"
        ),
        id="null with credentials",
    ),
    pytest.param(
        {"allow_origins": ["NULL"]},
        ("origin-null", "allow_origins", 0),
        (
            "allow_origins[0]: 'NULL': null is written in lower case, and any site can send"
            " it. Serve the page from an origin of its own and list that. [origin-null]"
        ),
        id="null in upper case",
    ),
    pytest.param(
        {"allow_origins": ["file://"]},
        ("origin-null", "allow_origins", 0),
        (
            "allow_origins[0]: 'file://': For a local file browsers send null; web views "
            "with file access send file://, which every local document shares. Serve the "
            "page from https://localhost or a scheme of its own. [origin-null]"
        ),
        id="local files",
    ),
    pytest.param(
        {"allow_origins": ["*"], "allow_credentials": True},
        ("any-origin-with-credentials", "allow_origins", 0),
        (
            "allow_origins[0]: '*': Any site could read what belongs to the user who is "
            "logged in; browsers reject '*' on credentialed responses. List the origins, or"
            " set allow_credentials=False. [any-origin-with-credentials]"
        ),
        id="any origin with credentials",
    ),
    pytest.param(
        {"allow_origins": "*", "allow_credentials": True},
        ("any-origin-with-credentials", "allow_origins", None),
        (
            "allow_origins: '*': Any site could read what belongs to the user who is logged"
            " in; browsers reject '*' on credentialed responses. List the origins, or set "
            "allow_credentials=False. [any-origin-with-credentials]"
        ),
        id="any origin as a bare string, with credentials",
    ),
    pytest.param(
        {"allow_origins": ["http://app.example.com"], "allow_credentials": True},
        ("origin-insecure", "allow_origins", 0),
        (
            "allow_origins[0]: 'http://app.example.com': Over http anybody on the network "
            "can pose as this page and use your users' cookies. Write "
            "https://app.example.com; if the network is yours alone, set "
            "dangerously_allow_insecure_origins=True. [origin-insecure]"
        ),
        id="clear text with credentials",
    ),
    pytest.param(
        {"allow_origins": ["http://app.example.com:443"], "allow_credentials": True},
        ("origin-insecure", "allow_origins", 0),
        (
            "allow_origins[0]: 'http://app.example.com:443': Over http anybody on the "
            "network can pose as this page and use your users' cookies. Write "
            "https://app.example.com; if the network is yours alone, set "
            "dangerously_allow_insecure_origins=True. [origin-insecure]"
        ),
        id="clear text on the https port",
    ),
    pytest.param(
        {"allow_origins": ["https://*.github.io"], "allow_credentials": True},
        ("origin-public-suffix", "allow_origins", 0),
        (
            "allow_origins[0]: 'https://*.github.io': Names below github.io belong to "
            "different people, and each of them could read what belongs to your users. List"
            " your own names; if every name below it is yours, set "
            "dangerously_allow_public_suffix_origins=True. [origin-public-suffix]"
        ),
        id="public suffix with credentials",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_methods": ["PUT /"]},
        ("method-malformed", "allow_methods", 0),
        (
            "allow_methods[0]: 'PUT /': This is no method: a space, a separator or a "
            "control character is in it. Write a method such as PUT. [method-malformed]"
        ),
        id="method with a space",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_methods": [""]},
        ("method-malformed", "allow_methods", 0),
        (
            "allow_methods[0]: '': An empty string is no method. Write a method such as "
            "PUT. [method-malformed]"
        ),
        id="empty method",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_headers": ["Cookie: a=1"]},
        ("header-malformed", "allow_headers", 0),
        (
            "allow_headers[0]: 'Cookie: a=1': This is no header name: a space, a separator "
            "or a control character is in it. Write a header name such as Content-Type. "
            "[header-malformed]"
        ),
        id="a forbidden name with its value is not offered",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_methods": ["PÜT"]},
        ("method-malformed", "allow_methods", 0),
        (
            "allow_methods[0]: 'PÜT': A method has only ASCII letters, digits and "
            "!#$%&'*+-.^_`|~. Write a method such as PUT. [method-malformed]"
        ),
        id="method beyond ASCII",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_methods": ["PUT", "TRACE"]},
        ("method-forbidden", "allow_methods", 1),
        (
            "allow_methods[1]: 'TRACE': Browsers never let a script send CONNECT, TRACE or "
            "TRACK. Leave it out. [method-forbidden]"
        ),
        id="forbidden method",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_headers": ["X-A: 1"]},
        ("header-malformed", "allow_headers", 0),
        (
            "allow_headers[0]: 'X-A: 1': This is no header name: a space, a separator or a "
            "control character is in it. Write X-A. [header-malformed]"
        ),
        id="header name with a colon",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_headers": ["X-A\r\nX: y("]},
        ("header-malformed", "allow_headers", 0),
        (
            "allow_headers[0]: 'X-A\\r\\nX: y(': This is no header name: a space, a separator"
            " or a control character is in it. Write a header name such as Content-Type. "
            "[header-malformed]"
        ),
        id="header name with a line break",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_headers": [""]},
        ("header-malformed", "allow_headers", 0),
        (
            "allow_headers[0]: '': An empty string is no header name. Write a header name "
            "such as Content-Type. [header-malformed]"
        ),
        id="empty header name",
    ),
    pytest.param(
        {"allow_origins": [HERE], "expose_headers": ["X-Größe"]},
        ("header-malformed", "expose_headers", 0),
        (
            "expose_headers[0]: 'X-Größe': A header name has only ASCII letters, digits and"
            " !#$%&'*+-.^_`|~. Write a header name such as X-Request-Id. [header-malformed]"
        ),
        id="header name beyond ASCII",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_methods": ['"PUT"']},
        ("method-malformed", "allow_methods", 0),
        (
            "allow_methods[0]: '\"PUT\"': This is no method: a space, a separator or a control "
            "character is in it. Write a method such as PUT. [method-malformed]"
        ),
        id="method in quotes, which joins nothing",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_headers": ["X-K", "X-\N{KELVIN SIGN}"]},
        ("header-malformed", "allow_headers", 1),
        (
            "allow_headers[1]: 'X-\N{KELVIN SIGN}': A header name has only ASCII letters, digits "
            "and !#$%&'*+-.^_`|~. Write a header name such as Content-Type. [header-malformed]"
        ),
        id="a letter that lower case makes ASCII is no double",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_headers": ["Cookie"]},
        ("header-forbidden", "allow_headers", 0),
        (
            "allow_headers[0]: 'Cookie': Browsers set this header themselves and let no "
            "script do it. Leave it out; for cookies set allow_credentials=True. "
            "[header-forbidden]"
        ),
        id="cookies are no header to allow",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_headers": ["X-A", "Origin"]},
        ("header-forbidden", "allow_headers", 1),
        (
            "allow_headers[1]: 'Origin': Browsers set this header themselves and let no "
            "script do it. Leave it out. [header-forbidden]"
        ),
        id="browsers set Origin",
    ),
    pytest.param(
        {"allow_origins": [HERE], "expose_headers": ["Set-Cookie"]},
        ("header-forbidden", "expose_headers", 0),
        (
            "expose_headers[0]: 'Set-Cookie': Browsers show cookies to no script. Leave it "
            "out; for cookies set allow_credentials=True. [header-forbidden]"
        ),
        id="exposed Set-Cookie",
    ),
    pytest.param(
        {"allow_origins": [HERE], "allow_headers": ["Access-Control-Allow-Origin"]},
        ("header-misplaced", "allow_headers", 0),
        (
            "allow_headers[0]: 'Access-Control-Allow-Origin': This is a header of "
            "responses; here belong the headers a script may send. Leave it out: the answer"
            " has it when it is needed. [header-misplaced]"
        ),
        id="response header among request headers",
    ),
    pytest.param(
        {"allow_origins": [HERE], "expose_headers": ["Access-Control-Request-Method"]},
        ("header-misplaced", "expose_headers", 0),
        (
            "expose_headers[0]: 'Access-Control-Request-Method': This is a header of "
            "requests; here belong the response headers a script may read. Leave it out. "
            "[header-misplaced]"
        ),
        id="request header among response headers",
    ),
    pytest.param(
        {"allow_origins": [HERE], "expose_headers": "*", "allow_credentials": True},
        ("wildcard-with-credentials", "expose_headers", None),
        (
            "expose_headers: '*': With credentials browsers read '*' as the name of a "
            "header, so nothing is exposed. List the names, or set allow_credentials=False."
            " [wildcard-with-credentials]"
        ),
        id="exposed names are * with credentials",
    ),
    pytest.param(
        {"allow_origins": [HERE], "max_age": -1},
        ("max-age-range", "max_age", None),
        (
            "max_age: -1: A negative age is invalid, and browsers disagree on what it "
            "means. Write 0 to disable the preflight cache. [max-age-range]"
        ),
        id="negative age",
    ),
    pytest.param(
        {"allow_origins": [HERE], "max_age": 10**5000},
        ("max-age-range", "max_age", None),
        (
            "max_age: <int>: A number of this size cannot be written down. Write 86400 or less. "
            "[max-age-range]"
        ),
        id="age of 5000 digits",
    ),
]


@pytest.mark.parametrize(("options", "place", "text"), REFUSED)
def test_a_mistake_is_found_where_it_is(
    options: dict[str, Any], place: tuple[str, str, int | None], text: str
) -> None:
    assert [(found.code, found.field, found.index) for found in problems_of(options)] == [place]


@pytest.mark.parametrize(("options", "place", "text"), REFUSED)
def test_a_mistake_is_told_with_its_fix(
    options: dict[str, Any], place: tuple[str, str, int | None], text: str
) -> None:
    assert [str(found) for found in problems_of(options)] == [text]


@pytest.mark.parametrize(
    ("origin", "code", "message", "hint"),
    [
        pytest.param(
            "https://app.example.com:443",
            "origin-default-port",
            "Browsers leave out the default port, so this can never match.",
            "Write https://app.example.com.",
            id="default port of https",
        ),
        pytest.param(
            "http://app.example.com:80",
            "origin-default-port",
            "Browsers leave out the default port, so this can never match.",
            "Write http://app.example.com.",
            id="default port of http",
        ),
        pytest.param(
            "https://*.example.com:443",
            "origin-default-port",
            "Browsers leave out the default port, so this can never match.",
            "Write https://*.example.com.",
            id="default port under a wildcard",
        ),
        pytest.param(
            "https://[::1]:443",
            "origin-default-port",
            "Browsers leave out the default port, so this can never match.",
            "Write https://[::1].",
            id="default port of an address",
        ),
        pytest.param(
            "https://app.example.com:0",
            "origin-port",
            "A port is a number from 1 to 65535.",
            "Write https://app.example.com.",
            id="port 0",
        ),
        pytest.param(
            "https://app.example.com:65536",
            "origin-port",
            "A port is a number from 1 to 65535.",
            "Write an origin such as https://app.example.com.",
            id="port over 65535",
        ),
        pytest.param(
            "https://app.example.com:08443",
            "origin-port",
            "Browsers send a port without leading zeros.",
            "Write https://app.example.com:8443.",
            id="port with a leading zero",
        ),
        pytest.param(
            "https://app.example.com:0443",
            "origin-port",
            "Browsers send a port without leading zeros.",
            "Write https://app.example.com.",
            id="default port with a leading zero",
        ),
        pytest.param(
            "https://app.example.com:",
            "origin-port",
            "The port after ':' is missing.",
            "Write https://app.example.com.",
            id="empty port",
        ),
        pytest.param(
            "https://app.example.com:https",
            "origin-port",
            "A port is a number from 1 to 65535.",
            "Write an origin such as https://app.example.com.",
            id="port that is a word",
        ),
        pytest.param(
            "https://app.example.com:\uff18\uff10",
            "origin-port",
            "A port is a number from 1 to 65535.",
            "Write an origin such as https://app.example.com.",
            id="port in other digits",
        ),
        pytest.param(
            "https://app.example.com:" + "1" * 5000,
            "origin-port",
            "A port is a number from 1 to 65535.",
            "Write an origin such as https://app.example.com.",
            id="port of 5000 digits",
        ),
        pytest.param(
            "capacitor://localhost:0",
            "origin-port",
            "A port is a number from 1 to 65535.",
            "Write capacitor://localhost.",
            id="port of an opaque host",
        ),
        pytest.param(
            "app.example.com",
            "origin-malformed",
            "The scheme is missing, and http and https are different origins.",
            "Write https://app.example.com.",
            id="scheme missing",
        ),
        pytest.param(
            "app.example.com:8443",
            "origin-malformed",
            "The scheme is missing, and http and https are different origins.",
            "Write https://app.example.com:8443.",
            id="scheme missing before a port",
        ),
        pytest.param(
            "localhost:3000",
            "origin-malformed",
            "The scheme is missing, and http and https are different origins.",
            "Write http://localhost:3000.",
            id="scheme missing on this machine",
        ),
        pytest.param(
            "127.0.0.1:8000",
            "origin-malformed",
            "The scheme is missing, and http and https are different origins.",
            "Write http://127.0.0.1:8000.",
            id="scheme missing before an address",
        ),
        pytest.param(
            "//app.example.com",
            "origin-malformed",
            "The scheme is missing, and http and https are different origins.",
            "Write https://app.example.com.",
            id="scheme missing before two slashes",
        ),
        pytest.param(
            "*.example.com",
            "origin-malformed",
            "The scheme is missing, and http and https are different origins.",
            "Write https://*.example.com.",
            id="scheme missing before a wildcard",
        ),
        pytest.param(
            "localhost:*",
            "origin-malformed",
            "The scheme is missing, and http and https are different origins.",
            "Write http://localhost:*.",
            id="scheme missing before any port",
        ),
        pytest.param(
            "production",
            "origin-malformed",
            "The scheme is missing, and http and https are different origins.",
            "Write an origin such as https://app.example.com.",
            id="scheme missing, and hardly a host",
        ),
        pytest.param(
            "https:/app.example.com",
            "origin-malformed",
            "Two slashes belong between the scheme and the host.",
            "Write https://app.example.com.",
            id="one slash",
        ),
        pytest.param(
            "https:app.example.com",
            "origin-malformed",
            "Two slashes belong between the scheme and the host.",
            "Write https://app.example.com.",
            id="no slash",
        ),
        pytest.param(
            "https:\\\\app.example.com",
            "origin-malformed",
            "Two slashes belong between the scheme and the host.",
            "Write https://app.example.com.",
            id="backslashes",
        ),
        pytest.param(
            "https://app.example.com/",
            "origin-malformed",
            (
                "An origin has no path, not even a slash, so this can never match: browsers "
                "send scheme, host and port alone."
            ),
            "Write https://app.example.com.",
            id="slash at the end",
        ),
        pytest.param(
            "https://app.example.com/api",
            "origin-malformed",
            (
                "An origin has no path, not even a slash, so this can never match: browsers "
                "send scheme, host and port alone."
            ),
            "Write https://app.example.com.",
            id="path",
        ),
        pytest.param(
            "https://app.example.com/*",
            "origin-malformed",
            (
                "An origin has no path, not even a slash, so this can never match: browsers "
                "send scheme, host and port alone."
            ),
            "Write https://app.example.com.",
            id="path of a star",
        ),
        pytest.param(
            "https://app.example.com\\",
            "origin-malformed",
            (
                "An origin has no path, not even a slash, so this can never match: browsers "
                "send scheme, host and port alone."
            ),
            "Write https://app.example.com.",
            id="backslash at the end",
        ),
        pytest.param(
            "https://http://app.example.com",
            "origin-malformed",
            "The scheme is there twice.",
            "Write http://app.example.com.",
            id="another scheme before the scheme",
        ),
        pytest.param(
            "http://https://app.example.com/",
            "origin-malformed",
            "The scheme is there twice.",
            "Write https://app.example.com.",
            id="another scheme before the scheme, and a path",
        ),
        pytest.param(
            "https://app.example.com?x=1",
            "origin-malformed",
            (
                "An origin has no query, so this can never match: browsers send scheme, host "
                "and port alone."
            ),
            "Write https://app.example.com.",
            id="query",
        ),
        pytest.param(
            "https://app.example.com#x",
            "origin-malformed",
            (
                "An origin has no fragment, so this can never match: browsers send scheme, host"
                " and port alone."
            ),
            "Write https://app.example.com.",
            id="fragment",
        ),
        pytest.param(
            "capacitor://localhost/",
            "origin-malformed",
            (
                "An origin has no path, not even a slash, so this can never match: browsers "
                "send scheme, host and port alone."
            ),
            "Write capacitor://localhost.",
            id="path of an opaque host",
        ),
        pytest.param(
            "https://me:secret@app.example.com",
            "origin-malformed",
            "An origin has no user name or password, so this can never match.",
            "Write https://app.example.com.",
            id="user and password",
        ),
        pytest.param(
            "https://me@app.example.com",
            "origin-malformed",
            "An origin has no user name or password, so this can never match.",
            "Write https://app.example.com.",
            id="user",
        ),
        pytest.param(
            " https://app.example.com",
            "origin-malformed",
            "White space is in it, so it can never match.",
            "Write https://app.example.com.",
            id="space before",
        ),
        pytest.param(
            "https://app example.com",
            "origin-malformed",
            "White space is in it, so it can never match.",
            "Write an origin such as https://app.example.com.",
            id="space inside",
        ),
        pytest.param(
            "https://app.example.com\u2028",
            "origin-malformed",
            "White space is in it, so it can never match.",
            "Write https://app.example.com.",
            id="line separator",
        ),
        pytest.param(
            "https://app.example.com\n",
            "origin-malformed",
            "A control character is in it, so it can never match.",
            "Write https://app.example.com.",
            id="line break",
        ),
        pytest.param(
            "https://app.example.com\0",
            "origin-malformed",
            "A control character is in it, so it can never match.",
            "Write https://app.example.com.",
            id="NUL",
        ),
        pytest.param(
            "https://app\x7f.example.com",
            "origin-malformed",
            "A control character is in it, so it can never match.",
            "Write https://app.example.com.",
            id="DEL",
        ),
        pytest.param(
            "HTTPS://app.example.com",
            "origin-malformed",
            "Browsers send the scheme in lower case, so this can never match.",
            "Write https://app.example.com.",
            id="upper-case scheme",
        ),
        pytest.param(
            "https://App.Example.com",
            "origin-malformed",
            "Browsers send hosts in lower case, so this can never match.",
            "Write https://app.example.com.",
            id="upper-case host",
        ),
        pytest.param(
            "Capacitor://localhost",
            "origin-malformed",
            "Browsers send the scheme in lower case, so this can never match.",
            "Write capacitor://localhost.",
            id="upper-case scheme of an opaque host",
        ),
        pytest.param(
            "https://bücher.example",
            "origin-malformed",
            "Browsers send host names in ASCII, so this can never match.",
            "Write https://xn--bcher-kva.example.",
            id="non-ASCII host",
        ),
        pytest.param(
            "https://*.bücher.example",
            "origin-malformed",
            "Browsers send host names in ASCII, so this can never match.",
            "Write https://*.xn--bcher-kva.example.",
            id="non-ASCII host under a wildcard",
        ),
        pytest.param(
            "https://app\u200b.example.com",
            "origin-malformed",
            "Browsers send host names in ASCII, so this can never match.",
            "Write https://app.example.com.",
            id="zero-width space",
        ),
        pytest.param(
            "https://\ud800.example.com",
            "origin-malformed",
            "Browsers send host names in ASCII, so this can never match.",
            "Write an origin such as https://app.example.com.",
            id="lone surrogate",
        ),
        pytest.param(
            "",
            "origin-malformed",
            "An empty string is no origin.",
            "Write an origin such as https://app.example.com.",
            id="empty string",
        ),
        pytest.param(
            "  ",
            "origin-malformed",
            "An empty string is no origin.",
            "Write an origin such as https://app.example.com.",
            id="nothing but space",
        ),
        pytest.param(
            "https://",
            "origin-malformed",
            "The host is missing.",
            "Write an origin such as https://app.example.com.",
            id="host missing",
        ),
        pytest.param(
            "https://:8443",
            "origin-malformed",
            "The host is missing.",
            "Write an origin such as https://app.example.com.",
            id="host missing before a port",
        ),
        pytest.param(
            "https:///api",
            "origin-malformed",
            "The host is missing.",
            "Write an origin such as https://app.example.com.",
            id="host missing before a path",
        ),
        pytest.param(
            "https://.example.com",
            "origin-malformed",
            "A label of the host is empty.",
            "Write https://example.com.",
            id="dot at the start",
        ),
        pytest.param(
            "https://app.example.com.",
            "origin-malformed",
            "The dot at the end makes it another origin than the one without.",
            "Write https://app.example.com.",
            id="dot at the end",
        ),
        pytest.param(
            "https://app..example.com",
            "origin-malformed",
            "A label of the host is empty.",
            "Write an origin such as https://app.example.com.",
            id="empty label",
        ),
        pytest.param(
            "https://" + "a" * 64 + ".example",
            "origin-malformed",
            "A label of a host has 63 characters at most.",
            "Write an origin such as https://app.example.com.",
            id="label over 63",
        ),
        pytest.param(
            "https://" + "a." * 123 + "example.com",
            "origin-malformed",
            "A host has 253 characters at most, a wildcard among them.",
            "Write an origin such as https://app.example.com.",
            id="host over 253",
        ),
        pytest.param(
            "//:" * 66_000,
            "origin-malformed",
            "No origin has more than 326 characters.",
            "Write an origin such as https://app.example.com.",
            id="longer than anybody would read",
        ),
        pytest.param(
            "https://a.example," * 22_000,
            "origin-malformed",
            "No origin has more than 326 characters.",
            "Write an origin such as https://app.example.com.",
            id="joined, and longer than anybody would read",
        ),
        pytest.param(
            "https://*." + "a." * 121 + "example.com",
            "origin-malformed",
            "A host has 253 characters at most, a wildcard among them.",
            "Write an origin such as https://app.example.com.",
            id="wildcard with no room for a label",
        ),
        pytest.param(
            "https://-app.example.com",
            "origin-malformed",
            "A label of a host neither begins nor ends with '-'.",
            "Write an origin such as https://app.example.com.",
            id="label that begins with a hyphen",
        ),
        pytest.param(
            "https://app-.example.com",
            "origin-malformed",
            "A label of a host neither begins nor ends with '-'.",
            "Write an origin such as https://app.example.com.",
            id="label that ends with a hyphen",
        ),
        pytest.param(
            "https://%61pp.example.com",
            "origin-malformed",
            "Browsers decode a percent sign in a host, so this can never match.",
            "Write an origin such as https://app.example.com.",
            id="percent sign",
        ),
        pytest.param(
            "https://app!.example.com",
            "origin-malformed",
            "A host has letters, digits, '-', '_' and '.' alone.",
            "Write an origin such as https://app.example.com.",
            id="character no host has",
        ),
        pytest.param(
            "app://x%20y",
            "origin-malformed",
            (
                "After app:// come 1 to 253 letters, digits, '.', '_', '~' and '-', and perhaps"
                " a port."
            ),
            "Write an origin such as https://app.example.com.",
            id="opaque host with a character no host has",
        ),
        pytest.param(
            "chrome-extension://",
            "origin-malformed",
            "The host is missing.",
            "Write an origin such as https://app.example.com.",
            id="opaque host missing",
        ),
        pytest.param(
            "app://" + "a" * 254,
            "origin-malformed",
            (
                "After app:// come 1 to 253 letters, digits, '.', '_', '~' and '-', and perhaps"
                " a port."
            ),
            "Write an origin such as https://app.example.com.",
            id="opaque host over 253",
        ),
        pytest.param(
            "https://256.1.1.1",
            "origin-malformed",
            "Browsers write an IPv4 address as four decimal numbers.",
            "Write an origin such as https://app.example.com.",
            id="IPv4 with a number over 255",
        ),
        pytest.param(
            "https://1.2.3",
            "origin-malformed",
            "Browsers write an IPv4 address as four decimal numbers.",
            "Write an origin such as https://app.example.com.",
            id="IPv4 with three numbers",
        ),
        pytest.param(
            "https://0x7f000001",
            "origin-malformed",
            "Browsers write an IPv4 address as four decimal numbers.",
            "Write an origin such as https://app.example.com.",
            id="IPv4 in hexadecimal",
        ),
        pytest.param(
            "https://2130706433",
            "origin-malformed",
            "Browsers write an IPv4 address as four decimal numbers.",
            "Write an origin such as https://app.example.com.",
            id="IPv4 as one number",
        ),
        pytest.param(
            "https://127.0.0.01",
            "origin-malformed",
            "Browsers write an IPv4 address as four decimal numbers.",
            "Write an origin such as https://app.example.com.",
            id="IPv4 with a leading zero",
        ),
        pytest.param(
            "https://[0:0:0:0:0:0:0:1]",
            "origin-malformed",
            "Browsers write IPv6 compressed, in brackets, without a zone, not IPv4-mapped.",
            "Write https://[::1].",
            id="IPv6 not compressed",
        ),
        pytest.param(
            "https://[2001:DB8::1]",
            "origin-malformed",
            "Browsers send hosts in lower case, so this can never match.",
            "Write https://[2001:db8::1].",
            id="IPv6 in upper case",
        ),
        pytest.param(
            "https://::1",
            "origin-malformed",
            "A host has letters, digits, '-', '_' and '.' alone.",
            "Write an origin such as https://app.example.com.",
            id="IPv6 without brackets",
        ),
        pytest.param(
            "https://[::1",
            "origin-malformed",
            "Browsers write IPv6 compressed, in brackets, without a zone, not IPv4-mapped.",
            "Write an origin such as https://app.example.com.",
            id="IPv6 with one bracket",
        ),
        pytest.param(
            "https://[fe80::1%eth0]",
            "origin-malformed",
            "Browsers write IPv6 compressed, in brackets, without a zone, not IPv4-mapped.",
            "Write an origin such as https://app.example.com.",
            id="IPv6 with a zone",
        ),
        pytest.param(
            "https://[::ffff:127.0.0.1]",
            "origin-malformed",
            "Browsers write IPv6 compressed, in brackets, without a zone, not IPv4-mapped.",
            "Write an origin such as https://app.example.com.",
            id="IPv6 that is IPv4",
        ),
        pytest.param(
            "my_app://x",
            "origin-malformed",
            "A scheme is a letter, then letters, digits, '+', '.' and '-', 64 at most.",
            "Write an origin such as https://app.example.com.",
            id="scheme with an underscore",
        ),
        pytest.param(
            "a" * 65 + "://x",
            "origin-malformed",
            "A scheme is a letter, then letters, digits, '+', '.' and '-', 64 at most.",
            "Write an origin such as https://app.example.com.",
            id="scheme over 64",
        ),
        pytest.param(
            "about:blank",
            "origin-malformed",
            "No page has an origin with the scheme about.",
            "List the origin of a page instead.",
            id="about:",
        ),
        pytest.param(
            "blob:https://app.example.com/7b1c",
            "origin-malformed",
            "No page has an origin with the scheme blob.",
            "Write https://app.example.com.",
            id="blob:",
        ),
        pytest.param(
            "data:text/html,x",
            "origin-malformed",
            "No page has an origin with the scheme data.",
            "List the origin of a page instead.",
            id="data:",
        ),
        pytest.param(
            "filesystem:https://app.example.com/x",
            "origin-malformed",
            "No page has an origin with the scheme filesystem.",
            "Write https://app.example.com.",
            id="filesystem:",
        ),
        pytest.param(
            "javascript:void(0)",
            "origin-malformed",
            "No page has an origin with the scheme javascript.",
            "List the origin of a page instead.",
            id="javascript:",
        ),
        pytest.param(
            "view-source:https://app.example.com",
            "origin-malformed",
            "No page has an origin with the scheme view-source.",
            "Write https://app.example.com.",
            id="view-source:",
        ),
        pytest.param(
            "ws://app.example.com:80",
            "origin-malformed",
            "No page has an origin with the scheme ws.",
            "Write http://app.example.com.",
            id="ws:",
        ),
        pytest.param(
            "wss://app.example.com:8443",
            "origin-malformed",
            "No page has an origin with the scheme wss.",
            "Write https://app.example.com:8443.",
            id="wss:",
        ),
        pytest.param(
            "'https://app.example.com'",
            "origin-malformed",
            "A scheme is a letter, then letters, digits, '+', '.' and '-', 64 at most.",
            "Write https://app.example.com.",
            id="quotes around it",
        ),
        pytest.param(
            "https://app.example.com,",
            "origin-malformed",
            "A host has letters, digits, '-', '_' and '.' alone.",
            "Write https://app.example.com.",
            id="comma behind it",
        ),
        pytest.param(
            "*",
            "origin-pattern",
            "One origin belongs here, and this stands for several.",
            "Write an origin such as https://app.example.com.",
            id="any origin",
        ),
        pytest.param(
            "https://*",
            "origin-pattern",
            "A wildcard cannot stand for the whole host.",
            'Write "*" for any origin, without credentials, or name the domain.',
            id="any host",
        ),
        pytest.param(
            "https://*:8443",
            "origin-pattern",
            "A wildcard cannot stand for the whole host.",
            'Write "*" for any origin, without credentials, or name the domain.',
            id="any host on a port",
        ),
        pytest.param(
            "*://app.example.com",
            "origin-pattern",
            "A wildcard cannot stand for the scheme.",
            "List one pattern for each scheme.",
            id="any scheme",
        ),
        pytest.param(
            "http*://app.example.com",
            "origin-pattern",
            "A wildcard cannot stand for the scheme.",
            "List one pattern for each scheme.",
            id="part of a scheme",
        ),
        pytest.param(
            "https://app*.example.com",
            "origin-pattern",
            "A wildcard cannot stand here.",
            (
                "Write the whole leftmost label (https://*.example.com), the whole port "
                "(http://localhost:*), or both."
            ),
            id="end of a label",
        ),
        pytest.param(
            "https://*app.example.com",
            "origin-pattern",
            "A wildcard cannot stand here.",
            (
                "Write the whole leftmost label (https://*.example.com), the whole port "
                "(http://localhost:*), or both."
            ),
            id="start of a label, suffix attack",
        ),
        pytest.param(
            "https://app.*.example.com",
            "origin-pattern",
            "A wildcard cannot stand here.",
            (
                "Write the whole leftmost label (https://*.example.com), the whole port "
                "(http://localhost:*), or both."
            ),
            id="label in the middle",
        ),
        pytest.param(
            "https://*.*.example.com",
            "origin-pattern",
            "A wildcard cannot stand here.",
            (
                "Write the whole leftmost label (https://*.example.com), the whole port "
                "(http://localhost:*), or both."
            ),
            id="two labels",
        ),
        pytest.param(
            "https://**.example.com",
            "origin-pattern",
            "A wildcard cannot stand here.",
            (
                "Write the whole leftmost label (https://*.example.com), the whole port "
                "(http://localhost:*), or both."
            ),
            id="two stars",
        ),
        pytest.param(
            "https://example.*",
            "origin-pattern",
            "A wildcard cannot stand here.",
            (
                "Write the whole leftmost label (https://*.example.com), the whole port "
                "(http://localhost:*), or both."
            ),
            id="last label",
        ),
        pytest.param(
            "https://app.example.com:80*",
            "origin-pattern",
            "A wildcard cannot stand here.",
            (
                "Write the whole leftmost label (https://*.example.com), the whole port "
                "(http://localhost:*), or both."
            ),
            id="part of a port",
        ),
        pytest.param(
            "https://app.example.com:8443:*",
            "origin-pattern",
            "A wildcard cannot stand here.",
            (
                "Write the whole leftmost label (https://*.example.com), the whole port "
                "(http://localhost:*), or both."
            ),
            id="any port behind a port",
        ),
        pytest.param(
            "h*",
            "origin-pattern",
            "A wildcard cannot stand here.",
            (
                "Write the whole leftmost label (https://*.example.com), the whole port "
                "(http://localhost:*), or both."
            ),
            id="bare prefix",
        ),
        pytest.param(
            "https://*.127.0.0.1",
            "origin-pattern",
            "An address has no subdomains.",
            "List the addresses.",
            id="wildcard on an IPv4 address",
        ),
        pytest.param(
            "https://*.[::1]",
            "origin-pattern",
            "An address has no subdomains.",
            "List the addresses.",
            id="wildcard on an IPv6 address",
        ),
        pytest.param(
            "capacitor://*",
            "origin-pattern",
            "Origins with the scheme capacitor are compared byte for byte.",
            "List each of them.",
            id="wildcard on an opaque host",
        ),
        pytest.param(
            "app://*.example.com",
            "origin-pattern",
            "Origins with the scheme app are compared byte for byte.",
            "List each of them.",
            id="subdomains of an opaque host",
        ),
        pytest.param(
            "app://x:*",
            "origin-pattern",
            "Origins with the scheme app are compared byte for byte.",
            "List each of them.",
            id="any port of an opaque host",
        ),
        pytest.param(
            "^https://app.example.com$",
            "origin-pattern",
            "This reads like a regular expression, and none is read from a string.",
            (
                "Write https://*.example.com for subdomains, or pass "
                "dangerously_allow_origins_if=re.compile(...).fullmatch."
            ),
            id="expression with anchors",
        ),
        pytest.param(
            "https://app\\.example\\.com",
            "origin-pattern",
            "This reads like a regular expression, and none is read from a string.",
            (
                "Write https://*.example.com for subdomains, or pass "
                "dangerously_allow_origins_if=re.compile(...).fullmatch."
            ),
            id="expression with escapes",
        ),
        pytest.param(
            "https://.*",
            "origin-pattern",
            "This reads like a regular expression, and none is read from a string.",
            (
                "Write https://*.example.com for subdomains, or pass "
                "dangerously_allow_origins_if=re.compile(...).fullmatch."
            ),
            id="expression for any host",
        ),
        pytest.param(
            "https://.*\\.example.com",
            "origin-pattern",
            "This reads like a regular expression, and none is read from a string.",
            (
                "Write https://*.example.com for subdomains, or pass "
                "dangerously_allow_origins_if=re.compile(...).fullmatch."
            ),
            id="expression for subdomains",
        ),
        pytest.param(
            "https://[a-z]+.example.com",
            "origin-pattern",
            "This reads like a regular expression, and none is read from a string.",
            (
                "Write https://*.example.com for subdomains, or pass "
                "dangerously_allow_origins_if=re.compile(...).fullmatch."
            ),
            id="expression with a class",
        ),
        pytest.param(
            "https://(app|api).example.com",
            "origin-pattern",
            "This reads like a regular expression, and none is read from a string.",
            (
                "Write https://*.example.com for subdomains, or pass "
                "dangerously_allow_origins_if=re.compile(...).fullmatch."
            ),
            id="expression with a group",
        ),
        pytest.param(
            "https?://app.example.com",
            "origin-pattern",
            "This reads like a regular expression, and none is read from a string.",
            (
                "Write https://*.example.com for subdomains, or pass "
                "dangerously_allow_origins_if=re.compile(...).fullmatch."
            ),
            id="expression for two schemes",
        ),
        pytest.param(
            "https://a{1,3}.example.com",
            "origin-pattern",
            "This reads like a regular expression, and none is read from a string.",
            (
                "Write https://*.example.com for subdomains, or pass "
                "dangerously_allow_origins_if=re.compile(...).fullmatch."
            ),
            id="expression with a repetition",
        ),
        pytest.param(
            ".*",
            "origin-pattern",
            "This reads like a regular expression, and none is read from a string.",
            (
                "Write https://*.example.com for subdomains, or pass "
                "dangerously_allow_origins_if=re.compile(...).fullmatch."
            ),
            id="expression for everything",
        ),
        pytest.param(
            "null",
            "origin-null",
            (
                "null is what every sandboxed frame, data: page and local file sends, so any "
                "site can send it."
            ),
            "Write the origin of a page.",
            id="null",
        ),
        pytest.param(
            "Null",
            "origin-null",
            "null is written in lower case, and any site can send it.",
            "Serve the page from an origin of its own and list that.",
            id="Null",
        ),
        pytest.param(
            "file:///index.html",
            "origin-null",
            (
                "For a local file browsers send null; web views with file access send file://, "
                "which every local document shares."
            ),
            "Serve the page from https://localhost or a scheme of its own.",
            id="file",
        ),
        pytest.param(
            "app://Obsidian.MD/",
            "origin-malformed",
            (
                "An origin has no path, not even a slash, so this can never match: browsers send "
                "scheme, host and port alone."
            ),
            "Write app://Obsidian.MD.",
            id="the case of an opaque host is kept",
        ),
        pytest.param(
            "App.Example.com",
            "origin-malformed",
            "The scheme is missing, and http and https are different origins.",
            "Write https://app.example.com.",
            id="upper case without a scheme",
        ),
        pytest.param(
            "data",
            "origin-malformed",
            "The scheme is missing, and http and https are different origins.",
            "Write an origin such as https://app.example.com.",
            id="a scheme's name is no scheme",
        ),
        pytest.param(
            "https://a.example https://b.*.c",
            "origin-malformed",
            "White space is in it, so it can never match.",
            "Write an origin such as https://app.example.com.",
            id="white space before what is no origin",
        ),
        pytest.param(
            "https://App.example.com:*",
            "origin-malformed",
            "Browsers send hosts in lower case, so this can never match.",
            "Write https://app.example.com:*.",
            id="upper case on any port",
        ),
        pytest.param(
            "https://App.example.com:65535",
            "origin-malformed",
            "Browsers send hosts in lower case, so this can never match.",
            "Write https://app.example.com:65535.",
            id="upper case on the last port",
        ),
        pytest.param(
            "https://a.0x",
            "origin-malformed",
            "Browsers write an IPv4 address as four decimal numbers.",
            "Write an origin such as https://app.example.com.",
            id="0x is a number without digits",
        ),
    ],
)
def test_an_origin_that_no_browser_sends_is_refused_with_the_reason(
    origin: str, code: str, message: str, hint: str
) -> None:
    assert check_origin(origin) == (Problem(code, "origin", None, origin, message, hint),)


@pytest.mark.parametrize("wildcards", [True, False])
def test_an_origin_is_fine_whether_wildcards_are_welcome_or_not(wildcards: bool) -> None:
    assert check_origin(HERE, wildcards=wildcards) == ()


EIGHT = [f"https://shop-{number}.production.example.com" for number in range(8)]


@pytest.mark.parametrize(
    ("option", "value", "hint"),
    [
        pytest.param(
            "allow_origins",
            ",".join(EIGHT),
            f"""Write [{", ".join(f'"{origin}"' for origin in EIGHT)}].""",
            id="a long list is not cut",
        ),
        pytest.param(
            "allow_origins",
            '["https://a.example", "https://[::1]:8443"]',
            'Write ["https://a.example", "https://[::1]:8443"].',
            id="a list as JSON writes it",
        ),
        pytest.param(
            "allow_methods", "['PUT', 'DELETE']", 'Write ["PUT", "DELETE"].', id="as Python does"
        ),
        pytest.param(
            "allow_methods", "PUT, OPTIONS", 'Write ["PUT", "OPTIONS"].', id="one that is doubtful"
        ),
        pytest.param("allow_headers", '"X-A","X-B"', 'Write ["X-A", "X-B"].', id="quoted names"),
        pytest.param("allow_headers", "Content-Type: text/xml", 'Write ["..."].', id="with value"),
        pytest.param("allow_headers", "X-A, Cookie", 'Write ["..."].', id="a forbidden name"),
        pytest.param("allow_methods", "GET/POST", 'Write ["..."].', id="methods with a slash"),
        pytest.param("allow_methods", "PUT,TRACE", 'Write ["..."].', id="a forbidden method"),
        pytest.param("allow_origins", "null", 'Write ["..."].', id="null"),
        pytest.param("allow_origins", "*, https://a.example", 'Write ["..."].', id="any origin"),
        pytest.param("allow_origins", "^https://.*$", 'Write ["..."].', id="an expression"),
        pytest.param("allow_origins", "example", 'Write ["..."].', id="hardly a host"),
        pytest.param(
            "allow_origins", "https://a.example;https://b.example", 'Write ["..."].', id=";"
        ),
        pytest.param(
            "allow_origins", "https://a.example," * 22_000, 'Write ["..."].', id="endless"
        ),
    ],
)
def test_of_a_bare_string_a_hint_lists_what_may_be_listed(
    option: str, value: str, hint: str
) -> None:
    options = {"allow_origins": [HERE], option: value}
    assert [(found.code, found.hint) for found in problems_of(options)] == [("not-a-list", hint)]


def host_of(length: int) -> str:
    """Build a host of many labels that has just this length."""
    return ("a." * length)[: length - 2] + "bb"


@pytest.mark.parametrize(
    ("longest", "over"),
    [
        pytest.param(f"https://{'a' * 63}.b", f"https://{'a' * 64}.b", id="label"),
        pytest.param(f"https://{host_of(253)}", f"https://{host_of(254)}", id="host"),
        pytest.param(
            f"https://*.{host_of(251)}", f"https://*.{host_of(252)}", id="room for one label"
        ),
        pytest.param(f"{'a' * 64}://x", f"{'a' * 65}://x", id="scheme"),
        pytest.param(f"app://{'a' * 253}", f"app://{'a' * 254}", id="opaque host"),
        pytest.param("https://a.example:65535", "https://a.example:65536", id="port"),
    ],
)
def test_a_limit_is_reached_and_not_passed(longest: str, over: str) -> None:
    assert (check_origin(longest), len(check_origin(over))) == ((), 1)


EXEMPT = "localhost test local internal home.arpa intranet private corp home lan".split()


@pytest.mark.parametrize(
    "base",
    [
        pytest.param("com", id="ICANN section"),
        pytest.param("co.uk", id="ICANN section, two labels"),
        pytest.param("github.io", id="private section"),
        pytest.param("s3.amazonaws.com", id="private section, three labels"),
        pytest.param("amazonaws.com", id="parent of a suffix"),
        pytest.param("ck", id="parent of a wildcard rule"),
        pytest.param("anything.ck", id="wildcard rule"),
        pytest.param("xn--p1ai", id="punycode"),
        pytest.param("unlisted", id="single label that is neither listed nor exempt"),
        pytest.param("mylocalhost", id="ends like an exempt name, without a dot"),
        pytest.param("arpa", id="parent of an exempt name"),
    ],
)
def test_a_wildcard_that_reaches_other_peoples_sites_needs_the_opt_in(base: str) -> None:
    options = {"allow_origins": [f"https://*.{base}"], "allow_credentials": True}
    assert [found.code for found in problems_of(options)] == ["origin-public-suffix"]


@pytest.mark.parametrize(
    "base",
    [
        *(pytest.param(name, id=f"{name} is nobody's") for name in EXEMPT),
        *(pytest.param(f"dev.{name}", id=f"below {name}") for name in EXEMPT),
        pytest.param("example.com", id="a registered domain"),
        pytest.param("me.github.io", id="a name below a private suffix"),
        pytest.param("www.ck", id="exception to a wildcard rule"),
        pytest.param("example.unlisted", id="below an unlisted label"),
    ],
)
def test_a_wildcard_over_ones_own_names_needs_no_opt_in(base: str) -> None:
    policy = Policy(allow_origins=[f"https://*.{base}"], allow_credentials=True)
    assert policy.dangers == {}


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("https://*.com", id="nobody is logged in"),
        pytest.param("https://*.github.io", id="private section"),
        pytest.param("https://*.unlisted", id="unlisted label"),
    ],
)
def test_without_credentials_a_public_suffix_is_fine(pattern: str) -> None:
    assert Policy(allow_origins=[pattern]).dangers == {}


@pytest.mark.parametrize(
    "origin",
    [
        pytest.param("http://localhost:3000", id="localhost"),
        pytest.param("http://app.localhost", id="below localhost"),
        pytest.param("http://127.0.0.1:8000", id="loopback"),
        pytest.param("http://127.255.0.9", id="all of 127/8"),
        pytest.param("http://[::1]:*", id="IPv6 loopback"),
        pytest.param("http://*.localhost:*", id="wildcard below localhost"),
        pytest.param("capacitor://localhost", id="another scheme"),
        pytest.param("ionic://10.0.0.1", id="another scheme on any host"),
    ],
)
def test_a_local_or_other_origin_needs_no_opt_in_for_credentials(origin: str) -> None:
    assert Policy(allow_origins=[origin], allow_credentials=True).dangers == {}


@pytest.mark.parametrize(
    "origin",
    [
        pytest.param("http://192.168.1.10:3000", id="private address"),
        pytest.param("http://localhost.example.com", id="not below localhost"),
        pytest.param("http://mylocalhost", id="ends like localhost"),
        pytest.param("http://[::2]", id="another address"),
        pytest.param("http://127.0.0.1.evil.example", id="begins like loopback"),
        pytest.param("http://*.example.com", id="wildcard"),
    ],
)
def test_clear_text_needs_the_opt_in_for_credentials(origin: str) -> None:
    options = {"allow_origins": [origin], "allow_credentials": True}
    assert [found.code for found in problems_of(options)] == ["origin-insecure"]


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "TRACK", "connect", "Trace", "tRACK"])
def test_a_forbidden_method_is_refused_in_any_case(method: str) -> None:
    options = {"allow_origins": [HERE], "allow_methods": [method]}
    assert [found.code for found in problems_of(options)] == ["method-forbidden"]


FORBIDDEN = """Accept-Charset Accept-Encoding Access-Control-Request-Headers
Access-Control-Request-Method Connection Content-Length Cookie Cookie2 Date DNT Expect Host
Keep-Alive Origin Referer Set-Cookie TE Trailer Transfer-Encoding Upgrade Via Proxy-X
Sec-Fetch-Mode sec-"""


@pytest.mark.parametrize("name", FORBIDDEN.split())
def test_a_header_that_browsers_forbid_is_refused(name: str) -> None:
    options = {"allow_origins": [HERE], "allow_headers": [name]}
    assert [found.code for found in problems_of(options)] == ["header-forbidden"]


RESPONSE = "Origin Credentials Methods Headers Private-Network".split()


@pytest.mark.parametrize(
    "name",
    [
        *(f"Access-Control-Allow-{name}" for name in RESPONSE),
        "access-control-max-age",
        "Access-Control-Expose-Headers",
    ],
)
def test_a_cors_response_header_is_nothing_to_allow(name: str) -> None:
    options = {"allow_origins": [HERE], "allow_headers": [name]}
    assert [found.code for found in problems_of(options)] == ["header-misplaced"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Origin", "header-misplaced"),
        ("access-control-request-headers", "header-misplaced"),
        ("set-cookie", "header-forbidden"),
        ("Set-Cookie2", "header-forbidden"),
    ],
)
def test_a_header_no_script_reads_is_nothing_to_expose(name: str, code: str) -> None:
    options = {"allow_origins": [HERE], "expose_headers": [name]}
    assert [found.code for found in problems_of(options)] == [code]


def test_all_problems_are_raised_at_once_in_the_order_of_the_options() -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(
            max_age=-1,
            dangerously_allow_origins_if=EXPRESSION.match,
            expose_headers=["Set-Cookie", 5],
            allow_credentials="yes",  # type: ignore[arg-type]
            allow_headers="X-A",
            allow_methods=[None, "TRACE", b"PUT", "A B;"],
            allow_origins=["app.example.com", 7, "https://app.example.com:443"],
        )
    assert [(found.field, found.index, found.code) for found in caught.value.problems] == [
        ("allow_origins", 0, "origin-malformed"),
        ("allow_origins", 1, "wrong-type"),
        ("allow_origins", 2, "origin-default-port"),
        ("allow_methods", 0, "wrong-type"),
        ("allow_methods", 1, "method-forbidden"),
        ("allow_methods", 2, "wrong-type"),
        ("allow_methods", 3, "method-malformed"),
        ("allow_headers", None, "not-a-list"),
        ("expose_headers", 0, "header-forbidden"),
        ("expose_headers", 1, "wrong-type"),
        ("allow_credentials", None, "wrong-type"),
        ("max_age", None, "max-age-range"),
        ("dangerously_allow_origins_if", None, "predicate-unusable"),
    ]


def test_a_callable_is_told_both_why_it_is_wrong_and_why_it_is_not_called() -> None:
    options = {"allow_origins": "*", "dangerously_allow_origins_if": EXPRESSION.match}
    attack = "https://example.com.attacker.example"
    assert [found.message for found in problems_of(options)] == [
        f"match is content with a part of the origin, so {attack} would pass.",
        "It is never called: '*' in allow_origins allows every origin already.",
    ]


def test_a_refused_star_hides_no_other_mistake() -> None:
    options = {
        "allow_origins": ["*", "http://a.example", "https://*.com"],
        "allow_credentials": True,
    }
    assert [found.code for found in problems_of(options)] == [
        "any-origin-with-credentials",
        "origin-insecure",
        "origin-public-suffix",
    ]


def test_the_whole_error_reads_as_printed_in_the_design() -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(allow_origins=["https://app.example.com:443", "*"], allow_credentials=True)
    assert str(caught.value) == (
        "invalid CORS policy (2 problems):\n"
        "  allow_origins[0]: 'https://app.example.com:443': Browsers leave out the default port, "
        "so this can never match. Write https://app.example.com. [origin-default-port]\n"
        "  allow_origins[1]: '*': Any site could read what belongs to the user who is logged in; "
        "browsers reject '*' on credentialed responses. List the origins, or set "
        "allow_credentials=False. [any-origin-with-credentials]"
    )


def test_one_problem_is_counted_as_one() -> None:
    with pytest.raises(PolicyError, match=r"^invalid CORS policy \(1 problem\):\n  allow_origins:"):
        Policy(allow_origins=[])


def test_a_policy_error_is_a_value_error() -> None:
    assert issubclass(PolicyError, ValueError)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param("https://me:secret@a.example", "https://me:***@a.example", id="plain"),
        pytest.param("https://:secret@a.example", "https://:***@a.example", id="no user"),
        pytest.param("https://me:s@e@a.example", "https://me:***@a.example", id="@ in it"),
        pytest.param("https://me:s/e:t@a.example", "https://me:***@a.example", id="/ in it"),
        pytest.param("https://me:/s@a.example", "https://me:***@a.example", id="/ begins it"),
        pytest.param("https://me://s@a.example", "https://me:***@a.example", id="// begins it"),
        pytest.param("https://me:\\s@a.example", "https://me:***@a.example", id="\\ begins it"),
        pytest.param("https://m/e:s@a.example", "https://m/e:***@a.example", id="/ in user"),
        pytest.param("https://[me:s@a.example", "https://[me:***@a.example", id="[ before user"),
        pytest.param("https:\\\\me:s@a.example", "https:\\\\me:***@a.example", id="backslashes"),
        pytest.param(
            "https://me:s\ne@a.example", "https://me:***@a.example", id="line break in it"
        ),
        pytest.param("me:secret@a.example", "me:***@a.example", id="no scheme"),
        pytest.param(" me:secret@a.example", " me:***@a.example", id="no scheme, a space"),
        pytest.param("//me:secret@a.example", "//me:***@a.example", id="no scheme, slashes"),
        pytest.param("https://me@x:secret@a.example", "https://me@x:***@a.example", id="@ in user"),
        pytest.param("https://me@a.example", "https://me@a.example", id="no password"),
        pytest.param("https://a.example:8443/", "https://a.example:8443/", id="a port is none"),
        pytest.param(
            "https://a.example/ https://me:secret@b.example",
            "https://a.example/ https://me:***@b.example",
            id="in the second of two",
        ),
        pytest.param(
            "https://a.example me:secret@b.example",
            "https://a.example me:***@b.example",
            id="in the second of two, no scheme",
        ),
        pytest.param(
            "https://a.example/,me:secret@b.example",
            "https://a.example/,me:***@b.example",
            id="behind a comma",
        ),
        pytest.param(
            "https://[::1]/ https://me@b.example",
            "https://[::1]/ https://me@b.example",
            id="an address has none",
        ),
        pytest.param(
            "https://[::1]/ https://me:secret@b.example",
            "https://[::1]/ https://me:***@b.example",
            id="behind an address",
        ),
    ],
)
def test_a_password_is_masked(value: str, shown: str) -> None:
    assert problems_of({"allow_origins": [value]})[0].value == shown


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"allow_origins": ["https://me:secret@a.example"]}, id="entry"),
        pytest.param({"allow_origins": "https://me:secret@a.example"}, id="bare string"),
        pytest.param({"allow_origins": "https://me:secret@"}, id="bare string without a host"),
        pytest.param({"allow_origins": [b"https://me:secret@a.example"]}, id="bytes"),
        pytest.param({"allow_origins": {"https://me:secret@a.example": 1}}, id="mapping"),
        pytest.param({"allow_origins": [["https://me:secret@a.example"]]}, id="list in a list"),
        pytest.param({"allow_origins": [["me:secret@a.example"]]}, id="list, no scheme"),
        pytest.param({"allow_origins": ["a.example,https://me:secret@a.example"]}, id="joined"),
        pytest.param({"allow_origins": [HERE], "allow_headers": ["u:secret@h"]}, id="header"),
        pytest.param({"allow_origins": [HERE], "allow_headers": ["X u:secret@h"]}, id="headers"),
        pytest.param({"allow_origins": [HERE], "allow_headers": "X u:secret@h"}, id="bare headers"),
    ],
)
def test_a_password_is_nowhere_in_the_error(options: dict[str, Any]) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(**options)
    assert "secret" not in f"{caught.value} {caught.value!r}"


def test_a_value_with_a_password_is_kept_as_it_is_shown() -> None:
    (found,) = problems_of({"allow_origins": [["https://me:secret@a.example"]]})
    assert (found.value, repr(found.value)) == ("['https://me:***@a.example']",) * 2


def test_a_value_without_a_password_is_kept_itself() -> None:
    (found,) = problems_of({"allow_origins": [["https://me@a.example"]]})
    assert found.value == ["https://me@a.example"]


@pytest.mark.parametrize(
    "mapping",
    [
        pytest.param({"https://me:secret@h/b": 3}, id="unknown option"),
        pytest.param({"/https://me:secret@h/b": 3}, id="path"),
        pytest.param({"/me:secret@h/%41": 3}, id="path, and its correction"),
    ],
)
def test_a_password_in_a_key_is_nowhere_in_the_error(mapping: dict[str, Any]) -> None:
    with pytest.raises(PolicyError) as caught:
        policy_from(mapping)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"allow_origins": ["https://a\x1b[31m.example"]}, id="escape sequence"),
        pytest.param({"allow_origins": "a.example\n\ud800"}, id="bare string"),
        pytest.param({"allow_origins": [HERE], "allow_methods": ["PUT,\x1b[2J"]}, id="joined"),
        pytest.param({"allow_origins": [HERE], "allow_headers": ["X\u2028Y"]}, id="line separator"),
    ],
)
def test_every_problem_is_one_printable_line(options: dict[str, Any]) -> None:
    assert all(str(found).isprintable() for found in problems_of(options))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param("a" * 198, f"'{'a' * 198}'", id="200 characters with the quotes"),
        pytest.param("a" * 199, f"'{'a' * 199}...", id="201 characters"),
    ],
)
def test_a_long_value_is_cut(value: str, shown: str) -> None:
    found = Problem("code", "field", None, value, "Message.", "Hint.")
    assert str(found) == f"field: {shown}: Message. Hint. [code]"


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError


def test_a_value_that_cannot_be_written_is_named_by_its_type() -> None:
    (found,) = problems_of({"allow_origins": Unprintable()})
    assert str(found) == (
        "allow_origins: <Unprintable>: Unprintable is not a list of strings. "
        'Write ["..."]. [wrong-type]'
    )


def test_a_problem_cannot_be_changed() -> None:
    (found,) = problems_of({"allow_origins": []})
    with pytest.raises(AttributeError):
        found.code = "fine"  # type: ignore[misc]
