"""The nine requests, what each must come to, and what was seen of them."""

from __future__ import annotations

from dataclasses import dataclass, field

SERVERS = ("WSGI", "Flask", "Django")
READABLE = "readable"
BLOCKED = "blocked"
FAILED = "failed"

Headers = tuple[tuple[str, str], ...]
# What each kind of answer must have of the CORS headers and Vary; {page} is the asking page.
_GRANTED: Headers = (
    ("Access-Control-Allow-Credentials", "true"),
    ("Access-Control-Allow-Headers", "content-type,x-reason"),
    ("Access-Control-Allow-Methods", "PUT"),
    ("Access-Control-Allow-Origin", "{page}"),
    ("Access-Control-Max-Age", "600"),
    ("Vary", "Origin"),
)
_SHARED: Headers = (
    ("Access-Control-Allow-Credentials", "true"),
    ("Access-Control-Allow-Origin", "{page}"),
    ("Access-Control-Expose-Headers", "x-served-by"),
    ("Vary", "Origin"),
)
_REFUSED: Headers = (("Vary", "Origin"),)
_UNTOUCHED: Headers = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One request that every server gets, and what the page must be able to see of it.

    Attributes:
        upload: Bytes to send with a progress listener; ``0`` is no upload.
        times: How often the request is made; the last answer counts.
        from_unlisted: Whether the second page asks, whose origin the policy does not list.
        answers: The CORS headers of each answer on the wire, a preflight's first.
        status: The status the page must read; ``None`` if it must not read anything.
        message: The text it must read in the answer.
        because: Why the policy keeps the page from reading; ``""`` if it does not.
    """

    id: str
    title: str
    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    credentials: bool = False
    upload: int = 0
    times: int = 1
    from_unlisted: bool = False
    answers: tuple[Headers, ...]
    status: int | None = None
    message: str = ""
    because: str = ""

    @property
    def expected(self) -> str:
        return f"Readable, status {self.status}" if self.status else "Blocked"

    def text_of(self, server: str) -> str:
        """Give the text the page must read in the answer of `server`."""
        return f"{self.message}, served by {server}"

    def wanted_of(self, server: str) -> str:
        """Say what must become of the request to `server`."""
        return f"{self.expected}, {self.text_of(server)}" if self.status else self.expected


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of one request.

    Attributes:
        outcome: ``readable``, ``blocked`` by the CORS protocol, or ``failed`` otherwise.
        status: The status the page could read, if it could.
        text: The message it read, or what it was told instead.
        note: What else there is to say.
        why: Why it was blocked or failed, where that is known.
    """

    outcome: str
    status: int | None
    text: str
    note: str = ""
    why: str = ""

    def find_fault(self, check: Check, server: str) -> str:
        """Say why this is not what `check` must come to; ``""`` if it is."""
        if check.status is None:
            is_expected = self.outcome == BLOCKED
        else:
            wanted = (READABLE, check.status, check.text_of(server))
            is_expected = (self.outcome, self.status, self.text) == wanted
        if is_expected:
            return ""
        return self.why or f"Expected: {check.wanted_of(server)}."

    @property
    def details(self) -> str:
        parts = [self.text, self.note] if self.note else [self.text]
        return ", ".join([f"status {self.status}", *parts] if self.status else parts)


CHECKS = (
    Check(
        id="get",
        title="GET",
        method="GET",
        path="/api/orders",
        answers=(_SHARED,),
        status=200,
        message="3 orders",
    ),
    Check(
        id="post-json",
        title="POST with JSON",
        method="POST",
        path="/api/orders",
        headers={"Content-Type": "application/json"},
        body='{"item": "lamp"}',
        answers=(_GRANTED, _SHARED),
        status=201,
        message="ordered: lamp",
    ),
    Check(
        id="put-header",
        title="PUT with a custom header",
        method="PUT",
        path="/api/orders/1",
        headers={"X-Reason": "wrong colour"},
        answers=(_GRANTED, _SHARED),
        status=200,
        message="order 1 changed: wrong colour",
    ),
    Check(
        id="cookies",
        title="GET with cookies",
        method="GET",
        path="/api/session",
        credentials=True,
        times=2,
        answers=(_SHARED,),
        status=200,
        message="welcome back",
    ),
    Check(
        id="delete",
        title="DELETE that is not allowed",
        method="DELETE",
        path="/api/orders/1",
        answers=(_GRANTED,),
        because="allow_methods has PUT only, so the browser never sent the DELETE.",
    ),
    Check(
        id="no-policy",
        title="Path without a policy",
        method="GET",
        path="/internal/report",
        answers=(_UNTOUCHED,),
        because="Only /api/ has a policy; elsewhere the library adds nothing.",
    ),
    Check(
        id="error",
        title="Error 500",
        method="GET",
        path="/api/broken",
        answers=(_SHARED,),
        status=500,
        message="the application failed",
    ),
    Check(
        id="upload",
        title="Upload with a progress listener",
        method="POST",
        path="/api/upload",
        headers={"Content-Type": "text/plain"},
        upload=262_144,
        answers=(_GRANTED, _SHARED),
        status=200,
        message="received 262144 bytes",
    ),
    Check(
        id="unlisted",
        title="GET from the unlisted origin",
        method="GET",
        path="/api/orders",
        from_unlisted=True,
        answers=(_REFUSED,),
        because="allow_origins does not list the second page. The server did run the request.",
    ),
)
