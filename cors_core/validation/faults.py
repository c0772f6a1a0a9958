"""What is wrong with a string that is no origin, and the origin it was meant to be."""

from __future__ import annotations

import ipaddress
import re

from cors_core.origin import (
    DEFAULT_PORTS,
    LONGEST_HOST,
    LONGEST_ORIGIN,
    SCHEMES_WITHOUT_ORIGIN,
    Origin,
    is_address,
)
from cors_core.pattern import ANY_ORIGIN, NULL_ORIGIN, parse_pattern
from cors_core.validation.values import LONGEST_TEXT, joined, split_joined

# Code, message and hint, or None where the hint is the corrected origin, or an example.
Found = tuple[str, str, str | None]

_REGEX_MEND = (
    "Write https://*.example.com for subdomains, or pass "
    "dangerously_allow_origins_if=re.compile(...).fullmatch."
)
_WILDCARD_MEND = (
    "Write the whole leftmost label (https://*.example.com), the whole port "
    "(http://localhost:*), or both."
)
# What no host has: anchors, groups, classes (an address in brackets has a colon soon), escapes,
# and repetitions. A backslash after the scheme's colon is a slash that leans the wrong way.
_REGEX_TEXT = re.compile(
    r"[\^$(){}|]|\[(?![0-9a-fA-F]*:)|(?<!:)(?<!:\\)\\[.*+?/wdsWDS-]|\w\?://|//[^/]*\+"
    r"|(?:\A|//)\.\*|\.\*(?![.:]|\Z)"
)
_SLASHES = re.compile(r"\A(https?):[/\\]{0,2}(?=[^/\\])", re.IGNORECASE)
# What stands before an origin: another scheme, or the same once more.
_WRAPPER = re.compile(
    r"\A(?:(?:blob|filesystem|view-source):|https?://(?=https?:/))+", re.IGNORECASE
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,63}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# What no host has, and why; the first that is found in a host of http or https is told.
_HOST_FAULTS = (
    (r"\A\Z", "The host is missing."),
    (r"[^\x00-\x7f]", "Browsers send host names in ASCII, so this can never match."),
    (r"[A-Z]", "Browsers send hosts in lower case, so this can never match."),
    (r"\A\[", "Browsers write IPv6 compressed, in brackets, without a zone, not IPv4-mapped."),
    (r"%", "Browsers decode a percent sign in a host, so this can never match."),
    (r"[^a-z0-9_.-]", "A host has letters, digits, '-', '_' and '.' alone."),
    (r"\.\Z", "The dot at the end makes it another origin than the one without."),
    (r"\A\.|\.\.", "A label of the host is empty."),
    (r"(\A|\.)([0-9]+|0x[0-9a-f]*)\Z", "Browsers write an IPv4 address as four decimal numbers."),
    (r"[^.]{64}", "A label of a host has 63 characters at most."),
    (r"(\A|\.)-|-(\.|\Z)", "A label of a host neither begins nor ends with '-'."),
    (r"", f"A host has {LONGEST_HOST} characters at most, a wildcard among them."),
)


def find_fault(text: str) -> Found:
    """Say what is first wrong with `text`, which is no pattern, and how to mend it."""
    if len(text) > LONGEST_TEXT:
        return _malformed(f"No origin has more than {LONGEST_ORIGIN} characters.")
    if _joins_several(text):
        return joined(text, correct)
    code, message, mend = _find_text_fault(text)
    corrected = correct(text) if mend is None else None
    return code, message, f"Write {corrected}." if corrected else mend


def correct(text: str) -> str | None:
    """Guess the pattern that `text` was meant to be; ``None`` if that is not clear.

    A pattern is meant to be itself.
    """
    bare = _CONTROL.sub("", text).strip().strip("\"'<>,;").strip()
    bare = _SLASHES.sub(r"\1://", _WRAPPER.sub("", bare))
    scheme, separator, rest = bare.partition("://")
    scheme = {"ws": "http", "wss": "https"}.get(scheme.lower(), scheme.lower())
    authority, _ = _split_authority(rest if separator else bare.lstrip("/"))
    host, port = _split_port(authority.rpartition("@")[2])
    if not separator or scheme in DEFAULT_PORTS:
        host = _correct_host(host)
    if not separator:
        is_local = Origin("http", host, None).is_local
        # Any word can be a host; one without a dot was hardly meant to be.
        if not is_local and "." not in host:
            return None
        scheme = "http" if is_local else "https"
    if port is not None:
        port = port.lstrip("0")
    guess = f"{scheme}://{host}:{port}"
    if not port or port == str(DEFAULT_PORTS.get(scheme)):
        guess = f"{scheme}://{host}"
    return guess if parse_pattern(guess) is not None else None


def _joins_several(text: str) -> bool:
    members = split_joined(text)
    if len(members) < 2:
        return False
    whole = (ANY_ORIGIN, NULL_ORIGIN)
    known = [member in whole or correct(member) is not None for member in members]
    if "," in text:
        return any(known)
    # White space alone may be a slip within one origin: "https://app example.com".
    return all(known) and sum("://" in member or member in whole for member in members) != 1


def _find_text_fault(text: str) -> Found:
    if not text.strip():
        return _malformed("An empty string is no origin.")
    if _CONTROL.search(text):
        return _malformed("A control character is in it, so it can never match.")
    if any(character.isspace() for character in text):
        return _malformed("White space is in it, so it can never match.")
    lower = text.lower()
    if lower == NULL_ORIGIN:
        message = "null is written in lower case, and any site can send it."
        hint = "Serve the page from an origin of its own and list that."
        return "origin-null", message, hint
    if lower.startswith("file:"):
        message = (
            "For a local file browsers send null; web views with file access send file://, "
            "which every local document shares."
        )
        hint = "Serve the page from https://localhost or a scheme of its own."
        return "origin-null", message, hint
    name, colon, _ = lower.partition(":")
    if colon and name in SCHEMES_WITHOUT_ORIGIN:
        mend = None if correct(text) else "List the origin of a page instead."
        return "origin-malformed", f"No page has an origin with the scheme {name}.", mend
    scheme, separator, rest = text.partition("://")
    authority, tail = _split_authority(rest)
    if _REGEX_TEXT.search(f"{scheme}{separator}{re.split('[/?#]', rest, maxsplit=1)[0]}"):
        message = "This reads like a regular expression, and none is read from a string."
        return "origin-pattern", message, _REGEX_MEND
    if not separator:
        if "*" in text and correct(text) is None:
            return "origin-pattern", "A wildcard cannot stand here.", _WILDCARD_MEND
        if _SLASHES.match(text):
            return _malformed("Two slashes belong between the scheme and the host.")
        return _malformed("The scheme is missing, and http and https are different origins.")
    if "*" in scheme:
        message = "A wildcard cannot stand for the scheme."
        return "origin-pattern", message, "List one pattern for each scheme."
    if scheme != scheme.lower():
        return _malformed("Browsers send the scheme in lower case, so this can never match.")
    if not _SCHEME.fullmatch(scheme):
        return _malformed(
            "A scheme is a letter, then letters, digits, '+', '.' and '-', 64 at most."
        )
    if "@" in authority:
        return _malformed("An origin has no user name or password, so this can never match.")
    if not authority:
        return _malformed("The host is missing.")
    if _WRAPPER.match(text):
        return _malformed("The scheme is there twice.")
    if tail:
        return _malformed(
            f"An origin has no {_name_of(tail)}, so this can never match: "
            "browsers send scheme, host and port alone."
        )
    return _find_authority_fault(scheme, authority)


def _find_authority_fault(scheme: str, authority: str) -> Found:
    is_web = scheme in DEFAULT_PORTS
    if not is_web and "*" in authority:
        message = f"Origins with the scheme {scheme} are compared byte for byte."
        return "origin-pattern", message, "List each of them."
    host, port = _split_port(authority)
    wild_host, wild_port = host.startswith("*."), port == "*"
    base = host.removeprefix("*.")
    two_ports = wild_port and _split_port(base)[1] is not None
    if "*" in base or two_ports or (port is not None and "*" in port and not wild_port):
        if base == "*":
            mend = 'Write "*" for any origin, without credentials, or name the domain.'
            return "origin-pattern", "A wildcard cannot stand for the whole host.", mend
        return "origin-pattern", "A wildcard cannot stand here.", _WILDCARD_MEND
    if wild_host and base and is_address(base):
        message = "An address has no subdomains."
        return "origin-pattern", message, "List the addresses."
    fault = _find_port_fault(scheme, port) if not wild_port else None
    if fault is not None:
        return fault
    if not is_web:
        return _malformed(
            f"After {scheme}:// come 1 to {LONGEST_HOST} letters, digits, '.', '_', '~' and '-', "
            "and perhaps a port."
        )
    return _malformed(next(it for pattern, it in _HOST_FAULTS if re.search(pattern, base)))


def _find_port_fault(scheme: str, port: str | None) -> Found | None:
    if port is None:
        return None
    if not port:
        return "origin-port", "The port after ':' is missing.", None
    digits = port.lstrip("0")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 5 or int(digits) > 65535:
        return "origin-port", "A port is a number from 1 to 65535.", None
    if digits != port:
        return "origin-port", "Browsers send a port without leading zeros.", None
    if int(port) == DEFAULT_PORTS.get(scheme):
        message = "Browsers leave out the default port, so this can never match."
        return "origin-default-port", message, None
    return None


def _correct_host(host: str) -> str:
    host = host.lower().strip(".")
    if host.startswith("["):
        try:
            return f"[{ipaddress.IPv6Address(host[1:-1]).compressed}]"
        except ValueError:
            return host
    if host.isascii():
        return host
    # Imported here: nobody else needs it.
    import idna

    star = "*." if host.startswith("*.") else ""
    try:
        return star + idna.encode(host.removeprefix("*."), uts46=True).decode("ascii")
    except idna.IDNAError:
        return host


def _split_authority(rest: str) -> tuple[str, str]:
    match = re.search(r"[/?#\\]", rest)
    return (rest, "") if match is None else (rest[: match.start()], rest[match.start() :])


def _split_port(authority: str) -> tuple[str, str | None]:
    head, colon, port = authority.rpartition(":")
    return (head, port) if colon and "]" not in port else (authority, None)


def _name_of(tail: str) -> str:
    return {"?": "query", "#": "fragment"}.get(tail[0], "path, not even a slash")


def _malformed(message: str) -> Found:
    return "origin-malformed", message, None
