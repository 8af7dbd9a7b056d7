"""Screening: names against lists, with the reasons. Reach for it for the public names of the matcher."""

from __future__ import annotations

from tajfif.screening.comparing import compare, compare_names
from tajfif.screening.screener import Screener

__all__ = ["Screener", "compare", "compare_names"]
