"""``python -m examples.demo``: one policy, three frameworks, a real browser to show it."""

from __future__ import annotations

import sys

try:
    from examples.demo.run import main
except ModuleNotFoundError as error:
    if error.name is None or error.name.startswith("examples"):
        raise
    print(
        f"The demo needs {error.name}, which is not installed: "
        "run pip install 'cors-core[demo]' and start it again.",
        file=sys.stderr,
    )
    sys.exit(2)

if __name__ == "__main__":
    sys.exit(main())
