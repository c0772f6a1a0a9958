"""Rules for ``allow_origins``: what a policy says of its entries, one by one and together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cors_core.errors import Problem, wrong_type
from cors_core.origin import parse_origin
from cors_core.pattern import ANY_ORIGIN, NULL_ORIGIN, Pattern, Wildcards, parse_pattern
from cors_core.validation.suffixes import reaches_other_sites
from cors_core.validation.values import Entry

_OPTION = "allow_origins"
_NULL = "dangerously_allow_null_origin"
_INSECURE = "dangerously_allow_insecure_origins"
_SUFFIX = "dangerously_allow_public_suffix_origins"
_EXAMPLE = "Write an origin such as https://app.example.com."
_NULL_MESSAGE = (
    "null is what every sandboxed frame, data: page and local file sends, so any site can send it."
)


@dataclass(slots=True)
class Dangers:
    """The dangerous options that are switched on, and what turns out to need them."""

    opted_in: tuple[str, ...]
    used: dict[str, list[str]] = field(default_factory=dict)

    def accept(self, option: str, pattern: str) -> bool:
        """Note that `pattern` needs `option`; say whether it is switched on."""
        if option not in self.opted_in:
            return False
        self.used.setdefault(option, []).append(pattern)
        return True

    def unused(self) -> Iterator[Problem]:
        """Name the options that are switched on without need."""
        for option in (option for option in self.opted_in if option not in self.used):
            message = "Nothing in this policy needs it; it would let a later mistake pass."
            yield Problem("danger-unused", option, None, None, message, "Leave it out.")


def check_origin(text: str, *, wildcards: bool = True) -> tuple[Problem, ...]:
    """Say what a policy without credentials would find wrong with one origin.

    For forms and models in which users enter origins.

    Args:
        text: An origin, or a pattern that stands for several.
        wildcards: Whether ``https://*.example.com`` and ``http://localhost:*`` are fine.
            ``*`` and ``null`` never are.

    Returns:
        The problems; none if `text` may be put into ``allow_origins``.

    Example:
        >>> [problem.code for problem in check_origin("https://app.example.com/")]
        ['origin-malformed']
    """
    option = "origin"
    value: object = text
    if not isinstance(value, str):
        return (wrong_type(option, None, value, "a string", _EXAMPLE),)
    if text == ANY_ORIGIN or (not wildcards and "*" in text):
        message = "One origin belongs here, and this stands for several."
        return (Problem("origin-pattern", option, None, text, message, _EXAMPLE),)
    if text == NULL_ORIGIN:
        hint = "Write the origin of a page."
        return (Problem("origin-null", option, None, text, _NULL_MESSAGE, hint),)
    if parse_pattern(text) is not None:
        return ()
    return (_malformed(option, None, text),)


def mend_origin(text: str) -> str | None:
    """Give the pattern that `text` is or was meant to be; ``None`` if that is not clear."""
    # Imported here: only a mistake needs it.
    from cors_core.validation.faults import correct

    return correct(text)


def check_origins(
    entries: list[Entry], *, credentials: bool, dangers: Dangers
) -> Iterator[Problem]:
    """Check every entry by itself, then against the others and the rest of the policy."""
    texts = [text for _, text in entries]
    # Beside '*' nothing else counts; where it is refused, it does.
    any_origin = ANY_ORIGIN in texts and not credentials
    patterns = [parse_pattern(text) for text in texts if "*" in text]
    wildcards = Wildcards(filter(None, patterns))
    for index, text in entries:
        if text == ANY_ORIGIN:
            yield from _check_any_origin(index, credentials=credentials, others=len(texts) - 1)
        elif text == NULL_ORIGIN:
            yield from _check_null(index, credentials=credentials, dangers=dangers)
        elif "*" not in text and (origin := parse_origin(text)) is not None:
            # Nothing else can be said of a listed origin, and there may be very many.
            if (origin.scheme == "http" or patterns) and not any_origin:
                pattern = Pattern(origin, subdomains=False, any_port=False)
                yield from _check_pattern(index, text, pattern, credentials, dangers, wildcards)
        elif (parsed := parse_pattern(text)) is None:
            yield _malformed(_OPTION, index, text)
        elif not any_origin:
            yield from _check_pattern(index, text, parsed, credentials, dangers, wildcards)


def _check_any_origin(index: int | None, *, credentials: bool, others: int) -> Iterator[Problem]:
    if credentials:
        code = "any-origin-with-credentials"
        message = (
            "Any site could read what belongs to the user who is logged in; browsers reject '*' "
            "on credentialed responses."
        )
        hint = "List the origins, or set allow_credentials=False."
        yield Problem(code, _OPTION, index, ANY_ORIGIN, message, hint)
    elif others:
        message = "'*' allows every origin, so the others say nothing more."
        hint = "Leave out either '*' or the others."
        yield Problem("any-origin-redundant", _OPTION, index, ANY_ORIGIN, message, hint)


def _check_null(index: int | None, *, credentials: bool, dangers: Dangers) -> Iterator[Problem]:
    if credentials:
        message = f"{_NULL_MESSAGE} With credentials it could read what belongs to your users."
        hint = "Leave it out: no option permits it."
        yield Problem("origin-null", _OPTION, index, NULL_ORIGIN, message, hint)
    elif not dangers.accept(_NULL, NULL_ORIGIN):
        hint = (
            "Serve the page from an origin of its own and list that; only for data that anybody "
            f"may read, set {_NULL}=True."
        )
        yield Problem("origin-null", _OPTION, index, NULL_ORIGIN, _NULL_MESSAGE, hint)


def _check_pattern(
    index: int | None,
    text: str,
    pattern: Pattern,
    credentials: bool,
    dangers: Dangers,
    wildcards: Wildcards,
) -> Iterator[Problem]:
    origin = pattern.origin
    if not origin.is_secure:
        pose = "Over http anybody on the network can pose as this page and"
        if not credentials:
            message, hint = f"{pose} read the answers.", f"Write {_over_https(text)}."
            yield Problem("origin-clear-text", _OPTION, index, text, message, hint)
        elif not dangers.accept(_INSECURE, text):
            message = f"{pose} use your users' cookies."
            hint = (
                f"Write {_over_https(text)}; if the network is yours alone, set {_INSECURE}=True."
            )
            yield Problem("origin-insecure", _OPTION, index, text, message, hint)
    if credentials and pattern.subdomains and reaches_other_sites(origin.host):
        if not dangers.accept(_SUFFIX, text):
            message = (
                f"Names below {origin.host} belong to different people, and each of them could "
                "read what belongs to your users."
            )
            hint = f"List your own names; if every name below it is yours, set {_SUFFIX}=True."
            yield Problem("origin-public-suffix", _OPTION, index, text, message, hint)
    if wildcards.cover(pattern):
        message = "Another pattern in the list stands for it already."
        yield Problem("origin-covered", _OPTION, index, text, message, "Leave it out.")


def _over_https(text: str) -> str:
    return f"https{text.removeprefix('http').removesuffix(':443')}"


def _malformed(option: str, index: int | None, text: str) -> Problem:
    # Imported here: only a mistake needs it.
    from cors_core.validation.faults import find_fault

    code, message, hint = find_fault(text)
    return Problem(code, option, index, text, message, hint or _EXAMPLE)
