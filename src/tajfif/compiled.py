"""The compiler of inner loops. Reach for ``njit`` from here rather than from Numba, so that compiled code is kept where it may be.

What is compiled is kept in the user's cache (``NUMBA_CACHE_DIR``), since a package directory may be read-only.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(platformdirs.user_cache_dir("tajfif", appauthor=False)) / "kernels"))

from numba import njit

__all__ = ["njit"]
