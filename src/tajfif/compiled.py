"""The compiler of inner loops. Reach for ``njit`` from here rather than from Numba, so that compiled code is kept where it may be.

What is compiled is kept in the user's cache (``NUMBA_CACHE_DIR``), since a package directory may be read-only.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

CACHE_VARIABLE = "NUMBA_CACHE_DIR"
"""Environment variable with the directory that compiled code is kept in; set here where it is not."""

os.environ.setdefault(CACHE_VARIABLE, str(Path(platformdirs.user_cache_dir("tajfif", appauthor=False)) / "kernels"))

from numba import njit  # noqa: E402 - the variable has to stand before numba reads it

__all__ = ["CACHE_VARIABLE", "njit"]
