"""URLs as browsers read them: enough of the URL Standard to tell origins apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin, urlsplit

from cors_core import fetch
from cors_core.origin import DEFAULT_PORTS


@dataclass(frozen=True, slots=True)
class Url:
    """An absolute URL without its fragment.

    Attributes:
        scheme: Lower case.
        origin: Serialized; ``null`` of other schemes than http and https.
        path: Percent-encoded; of other schemes the whole URL.
        query: With its "?"; empty if there is none.
        has_credentials: Whether there is a user or a password.
    """

    scheme: str
    origin: str
    path: str
    query: str = ""
    has_credentials: bool = False

    def __str__(self) -> str:
        return self.path if self.origin == "null" else f"{self.origin}{self.path}{self.query}"


def parse_url(text: str, base: Url) -> Url | None:
    """Read `text`, relative to `base`; ``None`` where a browser finds no URL.

    Source: https://url.spec.whatwg.org/#concept-basic-url-parser
    """
    text = re.sub("[\t\n\r]", "", text.strip(fetch.C0_OR_SPACE)).partition("#")[0]
    address, mark, query = text.partition("?")
    # Any number of slashes, of either kind, leads to a host; urljoin knows exactly two.
    address = re.sub(r"\A((?i:https?:)?)//+", r"\1//", address.replace("\\", "/"))
    if re.fullmatch("(?i:https?:)?//", address):
        return None
    try:
        absolute = urljoin(str(base), f"{address}{mark}{query}")
        parts = urlsplit(absolute)
        if parts.scheme not in DEFAULT_PORTS:
            return Url(parts.scheme, "null", absolute)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError:
        return None
    if not host or fetch.FORBIDDEN_IN_HOST.search(host):
        return None
    shown_port = "" if port in {None, DEFAULT_PORTS[parts.scheme]} else f":{port}"
    path = quote(parts.path or "/", safe=fetch.SAFE_IN_PATH)
    # https://url.spec.whatwg.org/#double-dot-path-segment
    path = re.sub(r"(?i)/(\.|%2e){1,2}(?=/|\Z)", lambda dots: unquote(dots[0]), path)
    if "/." in path:
        path = urlsplit(urljoin("http://a/", f".{path}")).path
    # Where there is no "?", and no address either, the query is that of the base.
    query = parts.query if query or not mark else ""
    query = f"?{quote(query, safe=fetch.SAFE_IN_PATH + '?')}" if query else ""
    origin = f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{shown_port}"
    return Url(parts.scheme, origin, path, query, bool(parts.username or parts.password))
