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
        "run python -m pip install -e '.[demo]' in this folder and start it again.",
        file=sys.stderr,
    )
    sys.exit(2)
except KeyboardInterrupt:
    # Loading three frameworks takes a moment, in which nothing has been started yet.
    sys.exit(130)

if __name__ == "__main__":
    sys.exit(main())
