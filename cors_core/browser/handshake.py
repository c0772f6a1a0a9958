"""One fetch under way: what the page asked, and everything that was sent and decided so far.

Source: https://fetch.spec.whatwg.org/#concept-request
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cors_core import fetch
from cors_core.browser.messages import Exchange, Pair, Response, Step, get, lines
from cors_core.browser.quirks import Quirks
from cors_core.browser.urls import Url, parse_url


@dataclass(slots=True)
class Handshake:
    """The state of one fetch.

    Attributes:
        page: The page's serialized origin.
        urls: Every URL so far; the last is the current one.
        headers: What the author and the API have set.
        forced: The use-CORS-preflight flag.
        tainting: ``basic``, ``cors`` or ``opaque``.
        with_preflight: Whether some hop needed a preflight, sent or cached.
    """

    page: str
    quirks: Quirks
    urls: list[Url]
    method: str
    headers: list[Pair]
    body: bytes
    forced: bool
    mode: str
    credentials: str
    redirect: str
    referrer_policy: str
    tainting: str = "basic"
    with_preflight: bool = False
    exchanges: list[Exchange] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @property
    def url(self) -> Url:
        """The current URL."""
        return self.urls[-1]

    @property
    def include(self) -> bool:
        """Whether the credentials mode is include."""
        return self.credentials == "include"

    @property
    def origin(self) -> str:
        """The serialized origin: ``null`` once a redirect led from another origin to a third.

        Source: https://fetch.spec.whatwg.org/#concept-request-tainted-origin
        """
        hops = zip(self.urls, self.urls[1:], strict=False)
        is_tainted = any(a.origin != b.origin and a.origin != self.page for a, b in hops)
        return "null" if is_tainted else self.page

    @property
    def response(self) -> Response:
        """What came back last."""
        return self.exchanges[-1].response or Response(0)

    @property
    def target(self) -> Url | None:
        """Where the last response redirects to; ``None`` where a browser would not go.

        Source: https://fetch.spec.whatwg.org/#concept-response-location-url
        """
        found = lines(self.response.headers, "Location")
        target = parse_url(found[0], self.url) if len(found) == 1 else None
        return target if target and target.origin != "null" else None

    def asked(self, name: str) -> str | None:
        """Say what the last request had for one header."""
        return get(self.exchanges[-1].request.headers, name)

    def note(self, name: str, detail: str, *, passed: bool = True) -> None:
        """Add a step."""
        index = len(self.exchanges) - 1 if self.exchanges else None
        self.steps.append(Step(name, passed, detail, fetch.STEPS[name], index))
