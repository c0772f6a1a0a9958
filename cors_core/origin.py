"""What a browser puts in ``Origin``, taken apart strictly.

Only what a browser could have written is an origin here; nothing is repaired or decoded.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

# https://url.spec.whatwg.org/#special-scheme and https://url.spec.whatwg.org/#concept-url-origin
DEFAULT_PORTS = {"http": 80, "https": 443}
# What these open has an opaque origin, the origin of another URL, or is no page.
SCHEMES_WITHOUT_ORIGIN = frozenset(
    {"about", "blob", "data", "filesystem", "javascript", "view-source", "ws", "wss"}
)

# The longest scheme, "://", the longest host, ":" and five digits.
LONGEST_ORIGIN = 64 + 3 + 253 + 6
LONGEST_HOST = 253

_PORT = r"(?::([1-9][0-9]{0,4}))?"
_WEB_ORIGIN = re.compile(
    rf"(https?)://([a-z0-9_.-]{{1,{LONGEST_HOST}}}|\[[0-9a-f:]{{2,39}}\]){_PORT}"
)
_OTHER_ORIGIN = re.compile(
    rf"([a-z][a-z0-9+.-]{{0,63}})://([A-Za-z0-9._~-]{{1,{LONGEST_HOST}}}){_PORT}"
)
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
# https://url.spec.whatwg.org/#ends-in-a-number-checker
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# What the first expression refuses of http and https is no origin at all.
_NOT_OPAQUE = SCHEMES_WITHOUT_ORIGIN | DEFAULT_PORTS.keys() | {"file"}


@dataclass(frozen=True, slots=True)
class Origin:
    """A tuple origin: where a page comes from.

    Attributes:
        scheme: Lower case, without ``:``.
        host: As serialized; an IPv6 address has its brackets.
        port: 1 to 65535; ``None`` is the scheme's default.

    Source: https://html.spec.whatwg.org/multipage/browsers.html#concept-origin-tuple
    """

    scheme: str
    host: str
    port: int | None

    @property
    def is_local(self) -> bool:
        """Whether the page comes from this very machine.

        Source: https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
        """
        host = self.host
        if host.startswith("127."):
            return is_address(host)
        return host == "localhost" or host == "[::1]" or host.endswith(".localhost")

    @property
    def is_secure(self) -> bool:
        """Whether nobody on the network can pose as this page."""
        return self.scheme != "http" or self.is_local


def parse_origin(text: str) -> Origin | None:
    """Take apart a serialized origin; ``None`` if `text` is not one.

    ``null``, which stands for every opaque origin, is none either.

    Source: https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
    """
    match = _WEB_ORIGIN.fullmatch(text)
    is_web = match is not None
    if match is None:
        match = _OTHER_ORIGIN.fullmatch(text)
        if match is None:
            return None
    scheme, host, digits = match.groups()
    port = int(digits) if digits else None
    if port is not None and (port > 65535 or port == DEFAULT_PORTS.get(scheme)):
        return None
    is_host = _is_canonical_host(host) if is_web else scheme not in _NOT_OPAQUE
    return Origin(scheme, host, port) if is_host else None


def is_address(host: str) -> bool:
    """Say whether `host`, taken from an origin, is an IP address and so has no subdomains.

    Source: https://url.spec.whatwg.org/#ends-in-a-number-checker
    """
    return host.startswith("[") or _NUMBER.fullmatch(host.rpartition(".")[2]) is not None


def _is_canonical_host(host: str) -> bool:
    # https://url.spec.whatwg.org/#host-serializing
    if not is_address(host):
        return _NAME.fullmatch(host) is not None
    try:
        if host[0] != "[":
            return str(ipaddress.IPv4Address(host)) == host
        address = ipaddress.IPv6Address(host[1:-1])
    except ValueError:
        return False
    return address.ipv4_mapped is None and f"[{address.compressed}]" == host
