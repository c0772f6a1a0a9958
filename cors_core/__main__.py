"""``python -m cors_core`` is the command line ``cors-core``."""

from cors_core.cli import main

if __name__ == "__main__":
    main()
