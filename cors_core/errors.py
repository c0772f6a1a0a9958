"""What is wrong with a policy, as data and as an exception.

Nothing here knows a rule: ``validation`` finds the problems, this room carries them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_LONGEST_VALUE = 200
# The colons of a scheme (behind a slash it would be a user) and of an address are no user's; any
# other, which is found as a group, begins a password.
_COLONS = re.compile(r"(?<![\w+./-])[\w+.-]+:[/\\]{2}|\[[0-9a-fA-F:.]*\]|(:)")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or suspicious, in a policy.

    Attributes:
        code: What is wrong, as a name that only changes in a breaking release.
        field: The option or key it was found in; ``""`` if it concerns the whole.
        index: Place in the list, from 0; ``None`` if the field is no list.
        value: What was found there; ``None`` if nothing was. Passwords are ``***``.
        message: Why that is a problem, one or two sentences.
        hint: What to write instead, one sentence.

    ``str(problem)`` is one line: ``where: value: message hint [code]``.
    """

    code: str
    field: str
    index: int | None
    value: object
    message: str
    hint: str

    def __post_init__(self) -> None:
        for name in ("field", "value", "hint"):
            object.__setattr__(self, name, _mask(getattr(self, name)))

    def __str__(self) -> str:
        field = self.field if self.field.isprintable() else ascii(self.field)
        where = shorten(field) if self.index is None else f"{field}[{self.index}]"
        shown = "" if self.value is None else show(self.value)
        start = "".join(f"{part}: " for part in (where, shown) if part)
        return f"{start}{self.message} {self.hint} [{self.code}]"


class PolicyError(ValueError):
    """A policy that cannot be used, with everything that is wrong in it.

    Raised by ``Policy``, ``PolicyMap``, ``policy_from``, ``load`` and the adapters.

    Attributes:
        problems: Every problem, in the order of the options and their entries.
        file: The file it was read from; ``""`` if from none.
    """

    def __init__(self, problems: Iterable[Problem], file: str = "") -> None:
        self.problems = tuple(problems)
        self.file = file
        super().__init__(self.problems)

    def __str__(self) -> str:
        count = len(self.problems)
        place = f" in {self.file!r}" if self.file else ""
        head = f"invalid CORS policy{place} ({count} problem{'s' if count != 1 else ''}):"
        return "\n".join([head, *(f"  {problem}" for problem in self.problems)])


class PolicyWarning(UserWarning):
    """A policy that works, but probably not as its author thinks."""


def wrong_type(field: str, index: int | None, value: object, wanted: str, hint: str) -> Problem:
    """Say that `value` is of a type the field does not take."""
    found = None if value is None else type(value).__name__
    return Problem("wrong-type", field, index, value, f"{found} is not {wanted}.", hint)


def without_password(text: str) -> str:
    """Replace by ``***`` what may be a password: all from a user's colon to the last ``@``.

    It may have any character in it, and ``user:password@host`` may stand anywhere.
    """
    before, _, host = text.rpartition("@")
    colon = next((found.end() for found in _COLONS.finditer(before) if found[1]), None)
    return text if colon is None else f"{text[:colon]}***@{host}"


def show(value: object) -> str:
    """Write any value as a literal, short and without a password."""
    return shorten(without_password(_write(value)))


def shorten(text: str) -> str:
    """Cut `text` after 200 characters, so that a message stays readable."""
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."


class _Literal(str):
    """What a value is written as, in its place: its own ``repr`` is itself."""

    __slots__ = ()
    __repr__ = str.__str__


def _mask(value: object) -> object:
    text = value if isinstance(value, str) else _write(value)
    masked = without_password(text)
    if masked == text:
        return value
    return masked if isinstance(value, str) else _Literal(masked)


def _write(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - a number of 5000 digits has none, nor has what fails
        return f"<{type(value).__name__}>"
