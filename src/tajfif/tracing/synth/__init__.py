"""Synthetic ledgers with their truth. Reach for :func:`generate` to test whether what follows money finds what was planted.

What is generated, and how hard it is, is told in ``docs/synth.md``.
"""

from __future__ import annotations

from tajfif.tracing.synth.decoys import DECOYS
from tajfif.tracing.synth.generating import Synthetic, generate
from tajfif.tracing.synth.parameters import Parameters
from tajfif.tracing.synth.schemes import SCHEMES

__all__ = ["DECOYS", "SCHEMES", "Parameters", "Synthetic", "generate"]
