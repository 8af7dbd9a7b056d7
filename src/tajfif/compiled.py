"""The compiler of inner loops. Reach for ``njit`` from here rather than from Numba, so that compiled code is kept where it may be.

What is compiled is kept in the user's cache (``NUMBA_CACHE_DIR``), since a package directory may be read-only.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import platformdirs

CACHE_VARIABLE = "NUMBA_CACHE_DIR"
"""Environment variable with the directory that compiled code is kept in; set here where it is not."""

os.environ.setdefault(CACHE_VARIABLE, str(Path(platformdirs.user_cache_dir("tajfif", appauthor=False)) / "kernels"))

import numba  # noqa: E402 - the variable has to stand before numba reads it

__all__ = ["CACHE_VARIABLE", "njit"]

_Function = TypeVar("_Function", bound=Callable[..., Any])


def njit(**options: Any) -> Callable[[_Function], _Function]:
    """Return a decorator that compiles a function, as ``numba.njit`` does.

    Numbers of 64 bits wrap around in compiled code without a word. Where nothing is compiled (``NUMBA_DISABLE_JIT=1``), they do so too.
    """
    compiler = np.errstate(over="ignore") if getattr(numba.config, "DISABLE_JIT") else numba.njit(**options)  # noqa: B009 - set at run time
    return cast("Callable[[_Function], _Function]", compiler)
