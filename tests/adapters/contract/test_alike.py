"""Requests nobody thought of: whatever they are, every adapter answers alike."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cors_core import DENY, Policy, PolicyMap
from tests.adapters.contract.sites import ask_all

HERE = "https://app.example"
LISTED = Policy(allow_origins=[HERE, "https://*.preview.example"], allow_headers=["X-Token"])
ECHOING = Policy(allow_origins=[HERE], allow_methods="*", allow_headers="*", allow_credentials=True)
ANY_ORIGIN = Policy(allow_origins="*", allow_methods=["PUT"], expose_headers="*")
SOURCE = PolicyMap(
    {"/*": LISTED, "/any/*": ANY_ORIGIN, "/any/echo/*": ECHOING, "/no/*": None, "/deny": DENY}
)

# What a header line can carry: servers end it at a line break and refuse NUL.
VALUES = st.text(
    st.characters(min_codepoint=1, max_codepoint=255, exclude_characters="\r\n"), max_size=40
)
ORIGINS = VALUES | st.sampled_from(
    [HERE, f" {HERE}\t", "null", "", " ", "https://a.preview.example", "https://preview.example"]
)
METHODS = VALUES | st.sampled_from(["GET", "PUT", "put", " PUT", "TRACE", "", " ", "A" * 65])
NAMES = VALUES | st.sampled_from(["x-token", "X-Token, ,x-token", "authorization", "," * 64, "a b"])
LINES = st.lists(
    st.tuples(st.just("Origin"), ORIGINS)
    | st.tuples(st.just("Access-Control-Request-Method"), METHODS)
    | st.tuples(st.just("Access-Control-Request-Headers"), NAMES),
    max_size=5,
)
SEGMENTS = st.just("") | st.sampled_from(
    """any echo no deny ANY . .. %2e%2e %252e %2F %252F %5C ; %FF %C3%A9 %EF%BF%BD %25FF + %20 %3F
    %23 %0A %C2%85""".split()
)
TARGETS = st.lists(SEGMENTS, max_size=5).map(lambda segments: "/" + "/".join(segments))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "options", "PUT"]),
    headers=LINES,
    target=TARGETS,
)
@example(
    method="OPTIONS",
    headers=[("Origin", HERE), ("Access-Control-Request-Method", "PUT")],
    target="/any/echo",
)
def test_adapters_agree_on_any_request(
    method: str, headers: list[tuple[str, str]], target: str
) -> None:
    answers = ask_all(SOURCE, method, headers, target)
    seen = {name: answer.shared for name, answer in answers.items()}
    assert seen == dict.fromkeys(answers, answers["wsgi"].shared)
