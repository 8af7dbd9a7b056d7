"""Patterns that others have labelled, planted among ordinary payments, are found with their transactions."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from tajfif.tracing.patterns import SHAPES, find_shape, prepare

from .shape_ledgers import Payment, ledger_of

CURRENCIES = {
    "US Dollar": "USD", "Euro": "EUR", "Yuan": "CNY", "Yen": "JPY", "Ruble": "RUB", "Rupee": "INR", "Shekel": "ILS",
    "Swiss Franc": "CHF", "UK Pound": "GBP", "Mexican Peso": "MXN", "Canadian Dollar": "CAD", "Australian Dollar": "AUD",
    "Saudi Riyal": "SAR", "Brazil Real": "BRL", "Bitcoin": "BTC",
}  # fmt: skip
FIRST = datetime(2022, 9, 1, tzinfo=UTC)
FAMILIES = {"WALK": "random", **{shape.upper().replace("_", "-"): shape for shape in SHAPES}}


class Pattern(NamedTuple):
    shape: str
    ids: frozenset[str]


def hour(text: str) -> float:
    return (datetime.strptime(text, "%Y/%m/%d %H:%M").replace(tzinfo=UTC) - FIRST).total_seconds() / 3600


def payment(row: dict[str, Any], source: str, target: str) -> Payment:
    currency = CURRENCIES[row["payment_currency"]]
    amount = float(row["amount_paid"])
    return Payment(hour(row["timestamp"]), source, target, round(amount) if currency == "JPY" else amount, currency)


def amlworld(shared: Path) -> tuple[list[Payment], list[Pattern], list[Payment]]:
    """The labelled payments, which of them form which pattern, and the benign ones."""
    folder = shared / "transactions" / "ibm_hi_small"
    payments: list[Payment] = []
    patterns = []
    for each in json.loads((folder / "laundering_patterns.json").read_text(encoding="utf-8"))["patterns"]:
        ids = frozenset(str(len(payments) + index) for index in range(len(each["transactions"])))
        patterns.append(Pattern(FAMILIES[each["pattern_family"]], ids))
        for row in each["transactions"]:
            ends = (f"{int(row[f'{side}_bank'])}:{row[f'{side}_account']}" for side in ("from", "to"))
            payments.append(payment(row, *ends))
    with (folder / "transactions_sample.csv").open(encoding="utf-8") as file:
        benign = [payment(row, row["from_account_key"], row["to_account_key"]) for row in csv.DictReader(file)]
    return payments, patterns, benign


def traffic(seed: int) -> list[Payment]:
    """Ordinary payments of 2,000 accounts in the days of the patterns: habits, wages, shops that many go to."""
    random = np.random.default_rng(seed)
    payments = []
    for person in range(2000):
        friends = random.integers(0, 2000, 3)
        for _ in range(random.poisson(5)):
            when, shop = random.uniform(0, 24 * 18), int(200 * random.random() ** 3)
            if random.random() < 0.7:
                payments.append(Payment(when, f"p{person}", f"shop{shop}", round(float(random.lognormal(3, 1)), 2) + 1))
            else:
                friend = int(random.choice(friends))
                payments.append(Payment(when, f"p{person}", f"p{friend}", round(float(random.lognormal(4, 1)), 2) + 1))
    return payments


def covered(
    payments: list[Payment], patterns: list[Pattern]
) -> tuple[dict[str, list[bool]], list[bool], dict[str, float]]:
    """By shape, which patterns have a finding of their shape with at least 80 % of their transactions; which of the
    patterns of three or more transactions all findings above 0.1 together cover so; and what share of findings is of patterns."""
    ledger = ledger_of(payments)
    prepared = prepare(ledger)
    labelled = {each for pattern in patterns for each in pattern.ids}
    own: dict[str, list[bool]] = defaultdict(list)
    together: set[str] = set()
    right = {}
    for shape in SHAPES:
        found = find_shape(prepared, shape)
        every = [{ledger.transaction_id(row) for row in found.rows_of(index).tolist()} for index in range(len(found))]
        together.update(*(every[index] for index in np.flatnonzero(found.score >= 0.1)))
        listed = [every[index] for index in np.flatnonzero(found.score >= 0.3)]
        right[shape] = float(np.mean([2 * len(ids & labelled) >= len(ids) for ids in listed])) if listed else 1.0
        for pattern in patterns:
            if pattern.shape == shape and len(pattern.ids) >= 3:
                own[shape].append(any(len(pattern.ids & ids) >= 0.8 * len(pattern.ids) for ids in listed))
    linked = [each for each in patterns if len(each.ids) >= 3 and each.shape != "bipartite"]
    return own, [len(each.ids & together) >= 0.8 * len(each.ids) for each in linked], right


@pytest.mark.shared
@pytest.mark.parametrize("among", ["benign", "generated"])
def test_patterns_of_amlworld_are_found(shared: Path, among: str) -> None:
    payments, patterns, benign = amlworld(shared)
    own, together, right = covered(payments + (benign if among == "benign" else traffic(7)), patterns)
    assert np.mean(together) >= 0.9
    least = {
        "fan_out": 0.9,
        "fan_in": 0.75,
        "cycle": 0.8,
        "random": 0.6,
        "gather_scatter": 0.55,
        "scatter_gather": 0.65,
    }
    assert {shape: np.mean(own[shape]) >= share for shape, share in least.items()} == dict.fromkeys(least, True)
    assert all(share >= 0.5 for share in right.values()), right


@pytest.mark.shared
@pytest.mark.parametrize(
    ("run", "shapes", "least"), [("20K_fanin200", ["fan_in"], 0.3), ("20K_cycle200", ["cycle", "random"], 0.35)]
)
def test_accounts_of_amlsim_are_found(shared: Path, run: str, shapes: list[str], least: float) -> None:
    folder = shared / "transactions" / "amlsim" / run
    with (folder / "nodes.csv").open(encoding="utf-8") as file:
        labelled = {row["nodeid"] for row in csv.DictReader(file) if row["isFraud"] == "1"}
    with (folder / "transactions.csv").open(encoding="utf-8") as file:
        payments = [
            Payment(24.0 * int(row["time"]), row["sourceNodeId"], row["targetNodeId"], float(row["value"]))
            for row in csv.DictReader(file)
        ]
    ledger = ledger_of(payments)
    prepared = prepare(ledger)
    slow: set[str] = set()
    for shape in shapes:
        found = find_shape(prepared, shape)
        for index in np.flatnonzero(found.measures["in_parts"] * (found.score >= 0.3)).tolist():
            for row in found.rows_of(index).tolist():
                slow |= {ledger.account_name(int(end[row])) for end in (ledger.source, ledger.target)}
    assert len(slow & labelled) >= least * len(labelled)
    assert len(slow & labelled) >= 0.9 * len(slow)
