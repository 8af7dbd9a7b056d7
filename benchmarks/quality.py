"""Measure side-by-side comparisons on the development packs: pairs of names and pairs of records.

Reach for :func:`pair_metrics` and :func:`record_metrics` to see how well names and records are told apart; run as a program it lists
what is judged wrongly on the ``dev`` split (the ``held`` split is only ever summed):

    python benchmarks/quality.py arabic_pairs
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tajfif.config import Settings
from tajfif.errors import InputError
from tajfif.ftm import entity_from_ftm, party_from_ftm
from tajfif.screening import compare, compare_names

__all__ = ["PAIR_PACKS", "RECORD_PACKS", "pair_metrics", "record_metrics"]

PACKS = Path(__file__).resolve().parent / "packs"
PAIR_PACKS = ("arabic_pairs", "latin_pairs")
RECORD_PACKS = ("arabic_records", "record_checks")

Scored = tuple[int, float, str, str, str]  # label, score, split, group, text


def _score_names(a: str, b: str, schema: str) -> float:
    try:
        return compare_names(a, b, schema).score
    except InputError:
        return 0.0


def scored_pairs(pack: str) -> list[Scored]:
    """Score each pair of a pack of name pairs."""
    with (PACKS / f"{pack}.csv").open(encoding="utf-8", newline="") as lines:
        return [
            (
                int(row["label"]),
                _score_names(row["name1"], row["name2"], row["schema"]),
                row["split"],
                row["schema"],
                f"{row['family']}: {row['name1']} | {row['name2']}",
            )
            for row in csv.DictReader(lines)
        ]


def scored_records(pack: str) -> list[Scored]:
    """Score each pair of a pack of records."""
    out: list[Scored] = []
    with (PACKS / f"{pack}.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            score = compare(party_from_ftm(row["subject"]), entity_from_ftm(row["listed"])).score
            text = f"{row['family']}: {row['subject']} | {row['listed']}"
            out.append((row["label"], score, row["split"], row["listed"].get("schema", ""), text))
    return out


def _ranks(scores: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return ranks from 1, equal scores sharing their mean rank."""
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: np.ndarray[Any, np.dtype[np.float64]] = (last - (counts - 1) / 2)[inverse]
    return ranks


def metrics(rows: Sequence[Scored], threshold: float) -> dict[str, float]:
    """Return how well scores tell labels apart: balanced accuracy and F1 at the threshold, area under the ROC curve, share right."""
    labels = np.array([row[0] for row in rows])
    scores = np.array([row[1] for row in rows])
    alert = scores >= threshold
    positive, negative = labels == 1, labels == 0
    hits, false = int((alert & positive).sum()), int((alert & negative).sum())
    recall, specificity = hits / positive.sum(), 1 - false / negative.sum()
    ranks = _ranks(scores)
    area = (ranks[positive].sum() - positive.sum() * (positive.sum() + 1) / 2) / (positive.sum() * negative.sum())
    return {
        "pairs": len(rows),
        "balanced_accuracy": float((recall + specificity) / 2),
        "auc": float(area),
        "f1": 2 * hits / (2 * hits + false + int(positive.sum()) - hits),
        "right": float((alert == positive).mean()),
    }


def pair_metrics(pack: str, split: str) -> dict[str, dict[str, float]]:
    """Return :func:`metrics` of one split of a pack of name pairs, in all and by schema."""
    return _by_group([row for row in scored_pairs(pack) if row[2] == split])


def record_metrics(pack: str, split: str) -> dict[str, float]:
    """Return :func:`metrics` of one split of a pack of records."""
    return metrics([row for row in scored_records(pack) if row[2] == split], Settings().threshold)


def _by_group(rows: list[Scored]) -> dict[str, dict[str, float]]:
    threshold = Settings().threshold
    groups = {"all": rows}
    for row in rows:
        groups.setdefault(row[3], []).append(row)
    return {name: metrics(group, threshold) for name, group in groups.items() if len({row[0] for row in group}) == 2}


def main() -> None:
    """List what is judged wrongly on the dev split of a pack."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", choices=(*PAIR_PACKS, *RECORD_PACKS))
    pack = parser.parse_args().pack
    rows = scored_pairs(pack) if pack in PAIR_PACKS else scored_records(pack)
    for split in ("dev", "held"):
        found = metrics([row for row in rows if row[2] == split], Settings().threshold)
        print(split, {name: round(value, 3) for name, value in found.items()})
    for label, score, split, _, text in sorted(rows, key=lambda row: row[4]):
        if split == "dev" and (score >= Settings().threshold) != bool(label):
            print(f"{label} {score:.3f} {text}")


if __name__ == "__main__":
    main()
