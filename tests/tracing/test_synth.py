"""What the generator promises is there: shares, degrees, days, decimals, balances, lots, the same bytes."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tajfif.errors import UsageError
from tajfif.tracing.synth import DECOYS, SCHEMES, Parameters, Synthetic, generate
from tajfif.tracing.synth.writing import write_world

SIZE = 60_000


@pytest.fixture(scope="module")
def world() -> Synthetic:
    return generate(Parameters(seed=11, transactions=SIZE))


@pytest.fixture(scope="module")
def planted() -> Synthetic:
    """A world with so many schemes that every kind is among them."""
    return generate(Parameters(seed=5, transactions=SIZE, illicit=0.015, missing_legs=0.3))


def column(made: Synthetic, name: str) -> Any:
    return np.array(made.transactions[name].to_pylist())


def test_size_and_share_are_as_asked(world: Synthetic) -> None:
    assert abs(world.transactions.num_rows - SIZE) < SIZE * 0.02
    assert 0.0005 <= world.illicit_share <= 0.0012


def test_most_payments_repeat(world: Synthetic) -> None:
    pairs = set(zip(column(world, "from_account").tolist(), column(world, "to_account").tolist(), strict=True))
    assert 0.6 <= 1 - len(pairs) / world.transactions.num_rows <= 0.8


def test_degrees_follow_a_power_law(world: Synthetic) -> None:
    payees = defaultdict(set)
    for payer, payee in zip(column(world, "from_account").tolist(), column(world, "to_account").tolist(), strict=True):
        payees[payer].add(payee)
    degree = np.array([len(each) for each in payees.values()])
    tail = degree[degree >= 5]
    exponent = 1 + len(tail) / np.log(tail / 4.5).sum()  # Clauset, Shalizi and Newman (2009), eq. 3.7
    assert 1.6 <= exponent <= 2.3


def test_weekend_is_quiet_and_wages_are_monthly(world: Synthetic) -> None:
    day = world.transactions["time"].to_numpy().astype("datetime64[D]").astype(np.int64)
    share = np.bincount((day + 3) % 7, minlength=7) / len(day)
    assert share[4:6].sum() < 0.16  # Friday and Saturday of seven days
    wages = column(world, "channel") == "payroll"
    pairs = column(world, "from_account")[wages].astype(str), column(world, "to_account")[wages].astype(str)
    counts = np.unique(np.char.add(*pairs), return_counts=True)[1]
    assert np.median(counts) == 12


def test_alms_rise_in_the_last_nights_of_ramadan(world: Synthetic) -> None:
    gifts = column(world, "purpose") == "donation"
    days = world.transactions["time"].to_numpy().astype("datetime64[D]")[gifts]
    last = (days >= np.datetime64("2025-03-20")) & (days < np.datetime64("2025-03-30"))
    assert last.mean() > 5 * 10 / 365


def test_amounts_have_the_decimals_of_their_currency(world: Synthetic) -> None:
    decimals = {"IQD": 3, "KWD": 3, "BHD": 3, "JOD": 3, "SAR": 2, "AED": 2, "EGP": 2}
    seen = set()
    for amount, currency in zip(column(world, "amount"), column(world, "currency"), strict=True):
        if currency in decimals:
            assert len(amount.partition(".")[2]) == decimals[currency]
            seen.add(currency)
    assert seen == set(decimals)


def test_a_third_of_the_amounts_is_round(world: Synthetic) -> None:
    significant = np.array([len(amount.replace(".", "").strip("0")) for amount in column(world, "amount")])
    assert 0.25 < (significant <= 2).mean() < 0.5


@pytest.mark.parametrize("name", ["world", "planted"])
def test_nobody_pays_what_they_have_not(name: str, request: pytest.FixtureRequest) -> None:
    made: Synthetic = request.getfixturevalue(name)
    held = {row["account"]: Decimal(row["amount"]) for row in made.balances.to_pylist()}
    missing = [row for row in made.truth_transactions.to_pylist() if not row["in_ledger"]]
    rows = sorted([*made.transactions.to_pylist(), *missing], key=lambda row: row["time"])
    for row in rows:
        held[row["from_account"]] -= Decimal(row["amount"])
        assert held[row["from_account"]] >= 0
        held[row["to_account"]] += Decimal(row["amount_received"])


def test_lots_are_conserved_to_the_minor_unit(planted: Synthetic) -> None:
    balance: dict[tuple[str, int, str], Decimal] = defaultdict(Decimal)
    for row in planted.truth_lots.to_pylist():
        scheme, lot = row["scheme"], row["lot"]
        if row["event"] in ("seed", "move"):
            balance[scheme, lot, row["to_account"]] += Decimal(row["amount_received"])
        if row["event"] == "move":
            balance[scheme, lot, row["from_account"]] -= Decimal(row["amount"])
            assert balance[scheme, lot, row["from_account"]] >= 0
        if row["event"] == "rest":
            balance[scheme, lot, row["from_account"]] -= Decimal(row["amount_received"])
    assert balance
    assert set(balance.values()) == {Decimal(0)}


def test_a_payment_carries_no_more_than_it_is(planted: Synthetic) -> None:
    for row in planted.truth_transactions.to_pylist():
        assert Decimal(row["seeded_amount"]) <= Decimal(row["amount"])
        if row["label"] == "decoy":
            assert Decimal(row["seeded_amount"]) == 0


def test_every_kind_is_planted_with_its_labels(planted: Synthetic) -> None:
    schemes = [record for record in planted.schemes if record["label"] == "illicit"]
    assert {record["typology"] or record["shape"] for record in schemes} >= set(SCHEMES) - {"random"}
    assert {record["typology"] for record in planted.schemes if record["label"] == "decoy"} == set(DECOYS)
    assert any(record["missing"] for record in schemes)
    listed = set(column(planted, "id").tolist())
    for record in planted.schemes:
        assert set(record["transactions"]) - listed == set(record["missing"])
        assert len(record["transactions"]) > 1
        assert record["first"] <= record["last"]
    assert all(record["final_beneficiary"] for record in schemes)


def test_labels_are_in_no_table_that_a_bank_sees(planted: Synthetic) -> None:
    assert set(planted.transactions.column_names) == {
        "id", "time", "from_account", "to_account", "amount", "currency", "amount_received", "currency_received", "channel",
        "from_bank", "to_bank", "from_country", "to_country", "purpose",
    }  # fmt: skip
    assert not {"label", "scheme", "role"} & set(planted.accounts.column_names)


def test_shares_of_a_firm_add_up_to_no_more_than_the_whole(world: Synthetic) -> None:
    owned: dict[str, Decimal] = defaultdict(Decimal)
    for row in world.ownership.to_pylist():
        owned[row["owned"]] += Decimal(row["percentage"])
    assert max(owned.values()) <= 100


def test_the_same_parameters_give_the_same_bytes(tmp_path: Path) -> None:
    files = []
    for name in ("first", "second"):
        write_world(generate(Parameters(seed=3, transactions=4_000)), tmp_path / name)
        files.append({path.name: path.read_bytes() for path in sorted((tmp_path / name).iterdir())})
    assert files[0] == files[1]
    other = generate(Parameters(seed=4, transactions=4_000))
    assert other.transactions != generate(Parameters(seed=3, transactions=4_000)).transactions


@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    days=st.integers(30, 500),
    countries=st.integers(10, 20),
    fee=st.floats(0, 0.08),
    mixing=st.floats(0, 0.9),
)
def test_any_parameters_within_their_ranges_give_a_world(
    seed: int, days: int, countries: int, fee: float, mixing: float
) -> None:
    made = generate(
        Parameters(
            seed=seed, transactions=3_000, days=days, countries=countries, fees=(fee, fee), commingling=(mixing, mixing),
            illicit=0.02,
        )
    )  # fmt: skip
    time = made.transactions["time"].to_numpy()
    assert (np.diff(time).astype(np.int64) >= 0).all()
    assert (time[-1] - time[0]).astype("timedelta64[D]").astype(int) <= days
    ids = made.transactions["id"].to_pylist()
    assert len(set(ids)) == len(ids)
    assert set(made.accounts["account"].to_pylist()) >= set(column(made, "from_account")) | set(
        column(made, "to_account")
    )


@pytest.mark.parametrize(
    "wrong",
    [{"transactions": 10}, {"days": 5}, {"countries": 3}, {"fees": (0.0, 0.5)}, {"start": "tomorrow"}, {"seed": -1}],
)
def test_what_cannot_be_met_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        generate(Parameters(**wrong))


def test_purposes_give_nobody_away() -> None:
    world = generate(Parameters(seed=3, transactions=40_000, illicit=0.02))
    stated: dict[str, list[bool]] = {"illicit": [], "decoy": []}
    for leg in world.truth_transactions.to_pylist():
        if leg["channel"] == "transfer":
            stated[leg["label"]].append(bool(leg["purpose"]))
    shares = {label: sum(each) / len(each) for label, each in stated.items()}
    assert 0.2 < shares["illicit"] < 0.5
    assert shares["decoy"] < 0.8


def test_most_relatives_live_together() -> None:
    world = generate(Parameters(seed=3, transactions=100_000, illicit=0.004))
    homes = dict(zip(world.accounts["account"].to_pylist(), world.accounts["address"].to_pylist(), strict=True))
    together = [
        homes[leg["from_account"]] == homes[leg["to_account"]]
        for leg in world.truth_transactions.to_pylist()
        if leg["typology"] in ("family_loop", "shared_purchase") and leg["to_role"] == "relative"
    ]
    assert sum(together) / len(together) > 0.6
