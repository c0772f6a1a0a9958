"""Whether a wildcard reaches names that belong to different people."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

# Names that nobody can register, so that all below them is one's own: reserved ones
# (https://www.rfc-editor.org/rfc/rfc6761, rfc6762, rfc8375; internal by ICANN), then those in
# such wide use inside networks that they are not handed out.
_NOBODYS = frozenset(
    "localhost test local internal home.arpa intranet private corp home lan".split()
)


def reaches_other_sites(host: str) -> bool:
    """Say whether ``*.host`` stands for names of different owners.

    That is so below a public suffix (ICANN or private), below the parent of one, and below a
    single label that nobody knows.

    Source: https://publicsuffix.org/list/
    """
    if any(f".{host}".endswith(f".{name}") for name in _NOBODYS):
        return False
    suffixes, parents = _public_suffixes()
    return suffixes.is_public(host) or host in parents


@functools.cache
def _public_suffixes() -> tuple[PublicSuffixList, frozenset[str]]:
    # Imported here: most policies never ask, and the list takes a moment to read.
    from publicsuffixlist import PSLFILE, PublicSuffixList, encode_idn

    parents = set()
    with open(PSLFILE, encoding="utf-8") as file:
        rules = [line.split()[0] for line in file if line.strip() and not line.startswith("//")]
    for rule in rules:
        labels = encode_idn(rule.lstrip("!")).split(".")
        parents |= {".".join(labels[start:]) for start in range(1, len(labels))}
    return PublicSuffixList(), frozenset(parents)
