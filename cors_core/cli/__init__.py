"""The command line ``cors-core``: check a policy, explain a handshake.

The engine does not know this room, and does without what it imports.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec


def main() -> None:
    """Run the command line, or say in one sentence what it needs."""
    missing = [name for name in ("click", "rich", "httpx") if find_spec(name) is None]
    if missing:
        needs = f"cors-core needs {', '.join(missing)}: pip install 'cors-core[cli]'"
        print(needs, file=sys.stderr)  # noqa: T201 - what prints better is missing
        sys.exit(2)
    from cors_core.cli.commands import cors_core

    cors_core(prog_name="cors-core")
