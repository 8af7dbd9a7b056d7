"""How findings are ranked. Reach for it to read why one shape is above another.

A score is a product of terms between 0 and 1, so that each habit that is met takes something away. The constants were set
on generated traffic with known truth, on seeds apart from those that the results are told of (``docs/typologies.md``).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = ["score_in_parts", "score_of"]

Measures = Mapping[str, NDArray[np.float64]]

_SIZES: Mapping[str, tuple[float, float]] = {
    "fan_out": (3, 0.5),
    "fan_in": (3, 0.5),
    "scatter_gather": (2, 0.5),
    "gather_scatter": (2, 0.6),
    "cycle": (3, 0.5),
    "random": (2, 0.6),
    "bipartite": (3, 0.5),
    "stack": (2, 0.5),
}
"""The smallest size of each shape, and how much a shape of that size counts less than a large one."""


def score_of(shape: str, measures: Measures) -> NDArray[np.float64]:
    """Rank findings by how far they depart from what their accounts do otherwise, from 0 to 1.

    What counts: pairs that are new to each other; activity that is concentrated in the window, or rare for the account;
    amounts that are not its usual ones; where the shape passes money on, how whole it goes on and how soon; and how
    large the shape is beyond the smallest that says anything.

    Args:
        shape: One of the eight shapes.
        measures: The columns of :data:`tajfif.tracing.shape_measures.MEASURES`, and ``transactions``.
    """
    newness, concentration = measures["newness"], measures["concentration"]
    least = 0.35 if shape == "gather_scatter" else 0.1  # a collector's other money hides how much of it is handed on
    conserved = np.where(measures["compared"] > 0, least + (1.0 - least) * measures["conservation"], 0.8)
    soon = 0.3 + 0.7 * np.exp(-measures["holding_hours"] / 72.0)
    passing = (0.15 + 0.85 * newness) * (0.25 + 0.75 * concentration) * conserved
    if shape in ("fan_out", "fan_in"):
        flow = measures["funded"] if shape == "fan_out" else measures["passed_on"]
        whole = np.clip(1.0 - np.abs(flow - 1.0), 0.0, 1.0)
        rare = np.clip(measures["surprise"] / 4.0, 0.0, 1.0)
        amounts = 1.0 - 0.5 * np.exp(-measures["unusual"])
        value = (newness**1.5 * rare * amounts * (0.7 + 0.3 * whole)) ** 0.6
        if shape == "fan_out":  # a firm that pays many alike for the first time pays wages, more often than not
            alike = np.clip((measures["evenness"] - 0.7) / 0.2, 0.0, 1.0)
            value = value * (1.0 - measures["firm"] * (0.25 + 0.5 * alike))
    elif shape == "bipartite":
        value = (newness * concentration) ** 1.5
    elif shape == "stack":
        value = (newness**3 * np.clip(concentration / 0.5, 0.0, 1.0) * conserved * soon) ** 0.75
    elif shape == "gather_scatter":
        value = (passing * soon) ** 0.75
    elif shape == "random":
        value = (passing * soon) ** 0.68
    else:
        value = passing
    result: NDArray[np.float64] = np.clip(value * _size(shape, measures), 0.0, 1.0)
    return result


def score_in_parts(shape: str, measures: Measures) -> NDArray[np.float64]:
    """Rank slow shapes of payments in parts: by how new the pairs are, and by how many accounts split alike."""
    accounts = measures["payers"] + measures["receivers"] + measures["relays"]
    size = 1.0 - (0.3 if shape == "cycle" else 0.6) * np.exp(-np.maximum(0.0, accounts - 3) / 1.5)
    result: NDArray[np.float64] = np.clip(measures["newness"] * size, 0.0, 1.0)
    return result


def _size(shape: str, measures: Measures) -> NDArray[np.float64]:
    both = np.minimum(measures["payers"], measures["receivers"])
    counted = {
        "fan_out": measures["receivers"],
        "fan_in": measures["payers"],
        "scatter_gather": measures["relays"],
        "gather_scatter": both,
        "cycle": measures["transactions"],
        "random": measures["transactions"],
        "bipartite": both,
        "stack": measures["relays"],
    }[shape]
    smallest, discount = _SIZES[shape]
    size: NDArray[np.float64] = 1.0 - discount * np.exp(-np.maximum(0.0, counted - smallest) / 3.0)
    return size
