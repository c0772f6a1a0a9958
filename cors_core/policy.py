"""The policy: what the user writes, checked at once and compiled once."""

from __future__ import annotations

import inspect
import warnings as python_warnings
from collections.abc import Callable, Collection, Mapping
from dataclasses import Field, dataclass, field, fields
from types import MappingProxyType
from typing import Any

from cors_core import fetch
from cors_core.compiled import CompiledPolicy, Decides
from cors_core.errors import PolicyError, PolicyWarning, Problem
from cors_core.validation import LISTS, Findings, validate

# A warning points at the line that is not ours.
_OURS = ("cors_core", "cors_wsgi", "cors_flask", "cors_django", "dataclasses", "copy")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Policy(Decides):
    """Which cross-origin requests a set of resources accepts.

    Checked when it is built: what is there works. There is no default policy.

    Attributes:
        allow_origins: Patterns of the origins that may read the responses:
            ``https://app.example.com``, ``https://*.example.com`` (subdomains),
            ``http://localhost:*`` (any port), or ``*`` (any origin, without credentials).
            May be empty only beside ``dangerously_allow_origins_if``.
        allow_methods: Methods beyond the CORS-safelisted GET, HEAD and POST, or ``*``.
            Case-sensitive, as in Fetch: ``"patch"`` is not ``"PATCH"``.
        allow_headers: Request headers a script may set, or ``*``, in any case. JSON needs
            ``Content-Type``.
        expose_headers: Response headers a script may read beyond the safelisted, or ``*``.
        allow_credentials: Whether requests may carry cookies or HTTP authentication.
        max_age: Seconds a browser may cache a preflight. ``None`` sends no header, which
            browsers read as 5 seconds; ``0`` disables caching.
        dangerously_allow_null_origin: Permits the pattern ``null``, which any site can send.
        dangerously_allow_insecure_origins: With credentials, permits ``http:`` origins that
            are not local: anybody on the network can pose as one.
        dangerously_allow_public_suffix_origins: With credentials, permits wildcards below
            which other people have names.
        dangerously_allow_origins_if: Called with an origin that no pattern stands for; only
            ``True`` or a ``re.Match`` is a yes.
        warnings: What works, but probably not as meant; each is also issued once.

    Raises:
        PolicyError: With every problem at once.
        TypeError: For an argument that no policy has, or without ``allow_origins``.

    Example:
        >>> policy = Policy(allow_origins=["https://app.example.com"], allow_methods=["PUT"])
        >>> policy.decide("GET", "https://app.example.com").allowed
        True

    Source: https://fetch.spec.whatwg.org/#http-responses
    """

    allow_origins: Collection[str]
    allow_methods: Collection[str] = ()
    allow_headers: Collection[str] = ()
    expose_headers: Collection[str] = ()
    allow_credentials: bool = False
    max_age: int | None = 600
    dangerously_allow_null_origin: bool = False
    dangerously_allow_insecure_origins: bool = False
    dangerously_allow_public_suffix_origins: bool = False
    dangerously_allow_origins_if: Callable[[str], object] | None = None
    warnings: tuple[Problem, ...] = field(init=False, compare=False)
    _dangers: dict[str, tuple[str, ...]] = field(init=False, compare=False)
    _compiled: CompiledPolicy = field(init=False, compare=False)

    def __post_init__(self) -> None:
        findings = validate({option.name: getattr(self, option.name) for option in options()})
        if findings.problems:
            raise PolicyError(findings.problems)
        if self.max_age is not None:
            # Of an enumeration's member the number is kept: what goes into a header is ours.
            object.__setattr__(self, "max_age", int.__int__(self.max_age))
        self._settle(findings, vary=fetch.ORIGIN)
        for warning in findings.warnings:
            python_warnings.warn(str(warning), PolicyWarning, stacklevel=_stack_level())

    def _settle(self, findings: Findings, vary: str) -> None:
        for option, value in findings.lists.items():
            object.__setattr__(self, option, value)
        object.__setattr__(self, "warnings", findings.warnings)
        object.__setattr__(self, "_dangers", findings.dangers)
        compiled = CompiledPolicy(
            allow_origins=self.allow_origins,
            allow_methods=self.allow_methods,
            allow_headers=self.allow_headers,
            expose_headers=self.expose_headers,
            credentials=self.allow_credentials,
            max_age=self.max_age,
            insecure=self.dangerously_allow_insecure_origins,
            predicate=self.dangerously_allow_origins_if,
            vary=vary,
        )
        object.__setattr__(self, "_compiled", compiled)

    @property
    def dangers(self) -> Mapping[str, tuple[str, ...]]:
        """Each ``dangerously_`` option in use, with the patterns that needed it."""
        return MappingProxyType(self._dangers)

    def policy_for(self, host: str, path: str) -> Policy:  # noqa: ARG002
        """Return this policy: it is the source that has one policy for every URL."""
        return self

    def __repr__(self) -> str:
        if not self.allow_origins and self.dangerously_allow_origins_if is None:
            return "DENY"
        values = {option: getattr(self, option.name) for option in options()}
        written = [f"{it.name}={value!r}" for it, value in values.items() if value != it.default]
        return f"Policy({', '.join(written)})"


def options() -> tuple[Field[Any], ...]:
    """Return the options of a policy, in the order they are documented."""
    return tuple(option for option in fields(Policy) if option.init)


def _deny(vary: str) -> Policy:
    # The constructor refuses a policy without origins, which is a mistake everywhere but here.
    policy = object.__new__(Policy)
    for option in options():
        object.__setattr__(policy, option.name, option.default)
    policy._settle(Findings(dict.fromkeys(LISTS, ()), (), (), {}), vary)
    return policy


def _stack_level() -> int:
    level = 0
    frame = inspect.currentframe()
    while frame and str(frame.f_globals.get("__name__")).partition(".")[0] in _OURS:
        frame = frame.f_back
        level += 1
    return level


DENY = _deny(fetch.ORIGIN)
"""The policy without origins: these resources are ours, and no other page may read them."""

UNDECIDED = _deny("*")
"""What stands in for a policy that could not be found out: nobody reads, and no cache keeps it."""
