"""The nine requests, what each must come to, and what was seen of them."""

from __future__ import annotations

from dataclasses import dataclass, field

SERVERS = ("WSGI", "Flask", "Django")
READABLE = "readable"
BLOCKED = "blocked"
FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One request that every server gets, and what the page must be able to see of it.

    Attributes:
        upload: Bytes to send with a progress listener; ``0`` is no upload.
        times: How often the request is made; the last answer counts.
        from_unlisted: Whether the second page asks, whose origin the policy does not list.
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
    status: int | None = None
    message: str = ""
    because: str = ""

    @property
    def expected(self) -> str:
        return f"Readable, status {self.status}" if self.status else "Blocked"


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of one request.

    Attributes:
        outcome: ``readable``, ``blocked`` by the CORS protocol, or ``failed`` otherwise.
        status: The status the page could read, if it could.
        text: The message it read, or what it was told instead.
        note: What else there is to say.
    """

    outcome: str
    status: int | None
    text: str
    note: str = ""

    def is_expected_of(self, check: Check, server: str) -> bool:
        if check.status is None:
            return self.outcome == BLOCKED
        text = f"{check.message}, served by {server}"
        return (self.outcome, self.status, self.text) == (READABLE, check.status, text)

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
        status=201,
        message="ordered: lamp",
    ),
    Check(
        id="put-header",
        title="PUT with a custom header",
        method="PUT",
        path="/api/orders/1",
        headers={"X-Reason": "wrong colour"},
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
        status=200,
        message="welcome back",
    ),
    Check(
        id="delete",
        title="DELETE that is not allowed",
        method="DELETE",
        path="/api/orders/1",
        because="allow_methods has PUT only, so the browser never sent the DELETE.",
    ),
    Check(
        id="no-policy",
        title="Path without a policy",
        method="GET",
        path="/internal/report",
        because="Only /api/ has a policy; elsewhere the library adds nothing.",
    ),
    Check(
        id="error",
        title="Error 500",
        method="GET",
        path="/api/broken",
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
        status=200,
        message="received 262144 bytes",
    ),
    Check(
        id="unlisted",
        title="GET from the unlisted origin",
        method="GET",
        path="/api/orders",
        from_unlisted=True,
        because="allow_origins does not list the second page. The server did run the request.",
    ),
)
