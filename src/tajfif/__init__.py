"""Tajfif: official lists in, names screened in any script, evidence kept.

Reach for it from Python with three names::

    import tajfif

    screener = tajfif.Screener.open()
    for hit in screener.screen("Aymen Ezzaouahiri"):
        print(hit.score, hit.reference, hit.explanation)
    tajfif.compare_names("أيمن الظواهري", "Ayman al-Zawahiri").score
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tajfif.screening import Screener, compare, compare_names

__all__ = ["Screener", "compare", "compare_names"]


def __getattr__(name: str) -> Any:
    # The engine loads compiled code; a command that does not screen should not wait for it.
    if name in __all__:
        import tajfif.screening

        return getattr(tajfif.screening, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
