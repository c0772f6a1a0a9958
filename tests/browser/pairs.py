"""Policies and requests drawn at random, the same ones each time."""

from __future__ import annotations

import functools
import warnings
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from cors_core import Policy, PolicyError

COUNT = 500

PAGES = {
    "http://page.test:8000": None,
    "http://www1.page.test:8000": "http://www1.page.test:8000",
    "http://other.test:8002": "http://other.test:8002",
    "null": "sandboxed-iframe",
}

_ORIGINS = st.one_of(
    st.just("*"),
    st.lists(
        st.sampled_from([*PAGES, "http://*.page.test:8000", "http://*.test:*", "https://a.test"]),
        min_size=3,
        max_size=7,
        unique=True,
    ),
)
_METHODS = ["PUT", "DELETE", "PATCH", "patch", "QUERY", "egg"]
_NAMES = ["content-type", "X-A", "x-b", "authorization", "accept", "range"]
_HEADERS = {
    "Content-Type": ["text/plain", "application/json", 'text/plain;charset="utf-8"'],
    "x-a": ["1"],
    "X-B": ["1"],
    "Authorization": ["Bearer t"],
    "Accept": ["text/html", "a:b"],
    "Range": ["bytes=0-1", "bytes=-1"],
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of a page, and the policy of what it asks for."""

    policy: Policy
    page: str
    method: str
    headers: tuple[tuple[str, str], ...]
    credentials: str
    body: str | None

    @property
    def options(self) -> dict[str, Any]:
        """The arguments of `Browser.fetch`, but for the URL."""
        return {
            "method": self.method,
            "headers": self.headers,
            "credentials": self.credentials,
            "body": self.body,
        }


def _listed(values: list[str]) -> st.SearchStrategy[list[str]]:
    some = st.lists(st.sampled_from(values), min_size=2, max_size=6, unique=True)
    return st.one_of(some, st.just(["*"]), some.map(lambda listed: ["*", *listed]))


@st.composite
def _policies(draw: st.DrawFn) -> Policy:
    credentials = draw(st.booleans())
    options: dict[str, Any] = {
        "allow_origins": draw(_ORIGINS),
        "allow_methods": draw(_listed(_METHODS)),
        "allow_headers": draw(_listed(_NAMES)),
        "expose_headers": draw(st.sampled_from([(), ("X-Total",)])),
        "allow_credentials": credentials,
        "max_age": draw(st.sampled_from([None, 0, 600])),
        "dangerously_allow_null_origin": not credentials,
        "dangerously_allow_insecure_origins": credentials,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return Policy(**options)
        except PolicyError:
            # Any origin, or null, with credentials: no policy says so.
            return Policy(
                **{**options, "allow_origins": [page for page in PAGES if page != "null"]}
            )


@st.composite
def _requests(draw: st.DrawFn) -> Asked:
    method = draw(st.sampled_from(["GET", "HEAD", "POST", "put", *_METHODS]))
    names = draw(st.lists(st.sampled_from(sorted(_HEADERS)), max_size=2, unique=True))
    has_body = method not in {"GET", "HEAD"} and draw(st.booleans())
    return Asked(
        policy=draw(_policies()),
        page=draw(st.sampled_from(sorted(PAGES))),
        method=method,
        headers=tuple((name, draw(st.sampled_from(_HEADERS[name]))) for name in names),
        credentials=draw(st.sampled_from(["omit", "same-origin", "include"])),
        body="x" if has_body else None,
    )


@functools.cache
def drawn() -> list[Asked]:
    """Draw the pairs."""
    found: dict[str, Asked] = {}

    @seed(20261122)
    @settings(
        # Some come twice.
        max_examples=COUNT + 20,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(_requests())
    def collect(asked: Asked) -> None:
        found[repr(asked)] = asked

    collect()
    return list(found.values())
