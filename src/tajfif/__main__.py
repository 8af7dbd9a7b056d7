"""Lets ``python -m tajfif`` do what ``tajfif`` does. Reach for it where the console script is not on the path."""

from __future__ import annotations

import sys

from tajfif.cli import main

if __name__ == "__main__":
    sys.exit(main())
