"""The grammar of ``allow_origins``, and the matcher for what is not a literal.

A pattern never becomes a regular expression: a host is compared label by label.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cors_core.origin import LONGEST_HOST, Origin, is_address, parse_origin

ANY_ORIGIN = "*"
NULL_ORIGIN = "null"
_ANY_PORT = "*"
_SUBDOMAINS = "://*."
_PORTS = ":*"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One entry of ``allow_origins`` that is neither ``*`` nor ``null``.

    Attributes:
        origin: The origin that is written there, without its wildcards.
        subdomains: One or more labels below the host, instead of the host itself.
        any_port: Any port, no port included.
    """

    origin: Origin
    subdomains: bool
    any_port: bool

    @property
    def hosts(self) -> str:
        """The pattern without its port, as the matcher keeps it."""
        return f"{self.origin.scheme}://{'*.' if self.subdomains else ''}{self.origin.host}"

    @property
    def port(self) -> int | str | None:
        """The port, or what stands for any."""
        return _ANY_PORT if self.any_port else self.origin.port


def parse_pattern(text: str) -> Pattern | None:
    """Take apart a pattern; ``None`` if the grammar has no such thing.

    ``*`` and ``null`` are not taken apart: they stand for more than tuple origins.
    """
    any_port = text.endswith(_PORTS)
    bare = text.removesuffix(_PORTS)
    subdomains = _SUBDOMAINS in bare
    origin = parse_origin(bare.replace(_SUBDOMAINS, "://", 1))
    if origin is None:
        return None
    if any_port and origin.port is not None:
        return None
    if (any_port or subdomains) and origin.scheme not in ("http", "https"):
        return None
    # "a." is the shortest that can stand for the star.
    if subdomains and (is_address(origin.host) or len(origin.host) > LONGEST_HOST - 2):
        return None
    return Pattern(origin, subdomains, any_port)


class Wildcards:
    """The patterns of a policy that stand for more than one origin.

    The cost of a look-up grows with the labels of the longest pattern, not with their number.
    """

    __slots__ = ("_labels", "_ports")

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._ports: dict[str, set[int | str | None]] = {}
        self._labels = 0
        for pattern in patterns:
            self._ports.setdefault(pattern.hosts, set()).add(pattern.port)
            if pattern.subdomains:
                self._labels = max(self._labels, pattern.origin.host.count(".") + 1)

    def match(self, origin: Origin) -> bool:
        """Say whether a pattern stands for `origin`."""
        hosts = f"{origin.scheme}://{origin.host}"
        return self._has(hosts, origin.port) or self._match_parents(origin, origin.port)

    def cover(self, pattern: Pattern) -> bool:
        """Say whether another pattern stands for all that `pattern` stands for."""
        here = self._ports.get(pattern.hosts, ())
        return (not pattern.any_port and _ANY_PORT in here) or self._match_parents(
            pattern.origin, pattern.port
        )

    def _has(self, hosts: str, port: int | str | None) -> bool:
        ports = self._ports.get(hosts, ())
        return port in ports or _ANY_PORT in ports

    def _match_parents(self, origin: Origin, port: int | str | None) -> bool:
        host = origin.host
        dot = len(host)
        for _ in range(self._labels):
            dot = host.rfind(".", 0, dot)
            if dot < 0:
                return False
            if self._has(f"{origin.scheme}://*{host[dot:]}", port):
                return True
        return False
