"""How findings are ranked. Reach for it to read why one shape is above another.

A score is a logistic sum of evidence: each term lies between 0 and 1 and has a weight by shape, for the finding or against it.
The weights were fitted, with the signs held to what each term means, on traffic with known truth: two generators of this
project and the labelled patterns of AMLworld among ordinary payments, on seeds apart from those that the results are told of
(``docs/typologies.md``). A score of 0.3 is where each shape was found right more often than not at the share of such traffic
that is planted; it is no probability for a ledger of yours.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = ["EVIDENCE", "explained", "heavy", "score_in_parts", "score_of"]

Measures = Mapping[str, NDArray[np.float64]]

EVIDENCE: Mapping[str, tuple[float, Mapping[str, float]]] = {
    "fan_out": (-12.15, {
        "newness": 3.3, "concentration": 2.1, "heavy_for_payers": 0.9, "heavy_for_receivers": 4.1, "parts": 2.0,
        "alike": -1.7, "related": -3.0, "trade": -0.7, "explained": -2.4, "rarity": 3.5, "unusual": 2.6,
        "whole": 0.3, "wages": -0.7, "alike_wages": -4.5, "charity": -1.5, "season": -2.5,
    }),
    "fan_in": (-17.05, {
        "newness": 8.0, "concentration": 2.8, "heavy_for_payers": 4.9, "heavy_for_receivers": 2.2, "parts": 2.0,
        "alike": -0.3, "related": -3.0, "trade": -1.9, "explained": -3.8, "rarity": 0.3, "unusual": 0.8,
        "whole": 0.5, "charity": -1.5, "season": -2.4,
    }),
    "scatter_gather": (-4.9, {
        "newness": 0.5, "concentration": 2.0, "heavy_for_payers": 2.0, "heavy_for_receivers": 0.9, "size": 2.1,
        "parts": 2.0, "alike": -2.6, "related": -3.0, "trade": -3.0, "explained": -3.0, "soon": 1.6,
    }),
    "gather_scatter": (-11.75, {
        "newness": 1.3, "concentration": 1.6, "heavy_for_payers": 4.0, "heavy_for_receivers": 4.0, "size": 0.4,
        "parts": 2.0, "alike": -0.4, "related": -1.0, "trade": -2.0, "explained": -4.0, "rarity": 2.3, "unusual": 0.2,
        "whole": 0.1, "conserved": 1.3, "soon": 2.9, "charity": -1.5, "season": -3.0, "filled": -2.5,
    }),
    "cycle": (-5.27, {
        "newness": 2.6, "concentration": 0.8, "heavy_for_payers": 0.8, "heavy_for_receivers": 1.8, "size": 1.0,
        "alike": -1.4, "related": -3.0, "trade": -3.0, "explained": -3.0, "conserved": 0.9, "soon": 1.0,
    }),
    "random": (-14.6, {
        "newness": 5.4, "concentration": 1.0, "heavy_for_payers": 3.5, "heavy_for_receivers": 3.3, "size": 2.7,
        "parts": 2.0, "alike": -0.9, "related": -3.0, "trade": -3.0, "explained": -2.9, "conserved": 2.0,
        "soon": 1.1,
    }),
    "bipartite": (-12.3, {
        "newness": 2.5, "concentration": 5.7, "heavy_for_payers": 3.8, "heavy_for_receivers": 3.7, "size": 2.4,
        "parts": 2.0, "alike": -1.0, "related": -1.0, "trade": -4.0, "explained": -1.0,
    }),
    "stack": (-12.76, {
        "newness": 4.2, "concentration": 2.6, "heavy_for_payers": 3.3, "heavy_for_receivers": 3.2, "size": 0.9,
        "parts": 2.0, "alike": -0.4, "related": -1.0, "trade": -2.0, "explained": -3.0, "conserved": 1.8,
        "soon": 0.9,
    }),
}  # fmt: skip
"""By shape what is added for nothing, and what each term of :func:`score_of` adds where it is 1."""

_SMALLEST = {
    "fan_out": 3, "fan_in": 3, "scatter_gather": 2, "gather_scatter": 2, "cycle": 3, "random": 2, "bipartite": 3, "stack": 2,
}  # fmt: skip


def score_of(shape: str, measures: Measures) -> NDArray[np.float64]:
    """Rank findings by how far they depart from what their accounts do otherwise, from 0 to 1.

    For a finding speak, each from 0 to 1: ``newness`` and ``concentration`` as measured; ``rarity``, how surprising so many
    counterparties are for the hub; ``unusual`` amounts of the hub; ``heavy_for_payers`` and ``heavy_for_receivers``, from 0
    at a twentieth of what an account turns over in a month to 1 at three months; ``parts``, 1 where pairs paid in two parts
    on average; ``whole``, how near what the hub had before or paid after is to the sum; ``conserved`` and ``soon``, how
    whole and how soon money is passed on; and ``size`` beyond the smallest.

    Against it: ``alike`` sums, as of wages, alms and shares of a family; ``wages``, a firm that pays persons only, the more
    if alike (``alike_wages``); ``trade`` between firms; ``related`` accounts, which share an address or party; ``explained``, from
    a quarter to three quarters of the transactions with a stated lawful purpose, which lowers a score and never clears it;
    ``charity``, a hub that is one, since to collect and to hand out is what it is for; ``season``, 1 where accounts of the
    hub's type are three and a half times as busy as usual, such as charities in Ramadan; and ``filled``, from a quarter to
    three quarters of the ledger's time that the shape takes, since little is known then of what its accounts do otherwise.

    Args:
        shape: One of the eight shapes.
        measures: The columns of :data:`tajfif.tracing.shape_measures.MEASURES` and
            :data:`tajfif.tracing.shape_weights.WEIGHTS`, and ``transactions``, ``trade``, ``wages``, ``explained``,
            ``charity``, ``season`` and ``filled``.
    """
    nothing, weights = EVIDENCE[shape]
    terms = _terms(shape, measures)
    total = np.full(len(measures["newness"]), nothing)
    for name, weight in weights.items():
        total += weight * terms[name]
    score = 1.0 / (1.0 + np.exp(-total))
    seen = measures["payers"] + measures["receivers"] + measures["relays"] > 0  # an ordinary day is not measured
    result: NDArray[np.float64] = np.where(seen, score, 0.0)
    return result


def _terms(shape: str, measures: Measures) -> dict[str, NDArray[np.float64]]:
    flow = measures["funded"] if shape == "fan_out" else measures["passed_on"]
    alike = np.clip((measures["evenness"] - 0.7) / 0.25, 0.0, 1.0)
    wages = (measures["wages"] >= 1.0).astype(np.float64)
    return {
        "newness": measures["newness"],
        "concentration": measures["concentration"],
        "rarity": np.clip(measures["surprise"] / 4.0, 0.0, 1.0),
        "unusual": np.clip(measures["unusual"] / 3.0, 0.0, 1.0),
        "heavy_for_payers": heavy(measures["months_paid"]),
        "heavy_for_receivers": heavy(measures["months_received"]),
        "parts": np.clip(np.log2(np.maximum(measures["parts"], 1.0)), 0.0, 1.0),
        "whole": np.clip(1.0 - np.abs(flow - 1.0), 0.0, 1.0),
        "conserved": np.where(measures["compared"] > 0, measures["conservation"], 0.8),
        "soon": np.exp(-measures["holding_hours"] / 72.0),
        "size": _size(shape, measures),
        "alike": alike,
        "wages": wages,
        "alike_wages": wages * alike,
        "trade": measures["trade"],
        "related": measures["related"],
        "explained": explained(measures["explained"]),
        "charity": measures["charity"],
        "season": np.clip((measures["season"] - 0.4) / 1.4, 0.0, 1.0),
        "filled": np.clip((measures["filled"] - 0.25) / 0.5, 0.0, 1.0),
    }


def heavy(months: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how heavy money is: 0 at a twentieth of an account's month or less, 1 at three months or more."""
    result: NDArray[np.float64] = np.clip(np.log(np.maximum(months, 0.05) / 0.05) / np.log(60.0), 0.0, 1.0)
    return result


def explained(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far stated purposes explain a finding: 0 up to a quarter of its transactions, 1 from three quarters on."""
    result: NDArray[np.float64] = np.clip((share - 0.25) / 0.5, 0.0, 1.0)
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
    size: NDArray[np.float64] = 1.0 - np.exp(-np.maximum(0.0, counted - _SMALLEST[shape]) / 3.0)
    return size
