"""Whatever a server answers, a fetch ends with an outcome that can be printed."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from cors_core.browser import Browser, Response

PAGE = "https://app.example.com"

_NAMES = st.sampled_from(
    [
        "Access-Control-Allow-Origin",
        "Access-Control-Allow-Credentials",
        "Access-Control-Allow-Methods",
        "Access-Control-Allow-Headers",
        "Access-Control-Max-Age",
        "Access-Control-Expose-Headers",
        "Location",
        "Set-Cookie",
        "Vary",
        "Cross-Origin-Resource-Policy",
    ]
)
_VALUES = st.one_of(
    st.text(max_size=40),
    st.sampled_from([PAGE, "*", "null", "true", "PUT", "x-a", "/b", "//[::1", "http://a:b@c/"]),
)
_RESPONSES = st.builds(
    Response,
    st.one_of(st.sampled_from([200, 204, 302, 303, 307, 401, 500]), st.integers(-1, 1000)),
    st.lists(st.tuples(_NAMES, _VALUES), max_size=6),
    st.binary(max_size=4),
)


@given(
    st.lists(_RESPONSES, min_size=1, max_size=4),
    st.sampled_from(["cors", "no-cors", "same-origin"]),
    st.sampled_from(["omit", "include"]),
    st.sampled_from([None, "chromium", "firefox"]),
)
@example([Response(302, [("Location", "http://a..b/")])], "no-cors", "omit", None)
def test_every_answer_gives_an_outcome_that_can_be_printed(
    responses: list[Response], mode: str, credentials: str, quirks: str | None
) -> None:
    waiting = iter(responses * 50)
    browser = Browser(PAGE, lambda _: next(waiting), quirks=quirks)
    headers = {} if mode == "no-cors" else {"X-A": "1"}
    outcome = browser.fetch("/", mode=mode, credentials=credentials, headers=headers)
    assert all(char.isprintable() or char == "\n" for char in str(outcome))


@given(st.text())
def test_every_url_is_fetched_or_refused_by_name(url: str) -> None:
    try:
        outcome = Browser(PAGE, lambda _: Response(200)).fetch(url)
    except ValueError as error:
        assert repr(url) in str(error) or "***" in str(error)  # noqa: PT017
    else:
        assert outcome.steps
