"""Who had the money at last: chains, cash, spending, currencies, and what a missing value or seed says."""

from __future__ import annotations

import pytest

from tajfif.errors import InputError
from tajfif.tracing.beneficiaries import beneficiaries, implied_values
from tajfif.tracing.flow import Seed
from tajfif.tracing.ledger import Ledger

HOUR = 3_600_000_000
NAMES = ("donor", "relay", "owner", "machine", "shop", *(f"customer-{number}" for number in range(30)))


def ledger(rows: list[tuple[int, str, str, int]]) -> Ledger:
    customers = [(0, f"customer-{number}", "shop", 500) for number in range(30)]
    payments = [*customers, *rows]
    return Ledger.from_arrays(
        time=[hour * HOUR for hour, *_ in payments],
        source=[NAMES.index(payer) for _, payer, _, _ in payments],
        target=[NAMES.index(payee) for _, _, payee, _ in payments],
        amount=[amount for *_, amount in payments],
        names=list(NAMES),
        accounts={
            "type": ["atm" if name == "machine" else "person" for name in NAMES],
            "party": [n.upper() for n in NAMES],
        },
    )


def seed(amount: str = "100.00") -> Seed:
    return Seed(account="donor", amount=amount, currency="USD", time="1970-01-01T00:30:00Z", label="case")


def test_the_end_of_a_chain_comes_before_the_middle() -> None:
    made = ledger([(1, "donor", "relay", 10_000), (2, "relay", "owner", 9_500)])
    found = beneficiaries(made, [seed()])
    assert [each.account for each in found[:2]] == ["owner", "relay"]
    assert found[0].party == "OWNER"
    assert found[0].rank == 1
    assert found[0].score == pytest.approx(0.95)
    assert found[1].received == pytest.approx(1.0)
    assert found[1].rested == pytest.approx(0.05)


def test_cash_belongs_to_whoever_drew_it_and_purchases_to_the_buyer() -> None:
    rows = [(1, "donor", "relay", 10_000), (2, "relay", "owner", 10_000)]
    found = beneficiaries(ledger([*rows, (3, "owner", "machine", 6_000), (4, "owner", "shop", 4_000)]), [seed()])
    assert found[0].account == "owner"
    assert found[0].rested == pytest.approx(1.0)
    assert "machine" not in {each.account for each in found}


def test_whoever_puts_in_and_draws_abroad_is_found() -> None:
    found = beneficiaries(ledger([(1, "donor", "machine", 10_000)]), [seed()])
    assert [each.account for each in found] == ["donor"]


def test_limit_and_labels() -> None:
    made = ledger([(1, "donor", "relay", 5_000), (2, "relay", "owner", 5_000)])
    other = Seed(account="relay", amount="10", currency="USD", time="1970-01-01T00:30:00Z", label="second")
    found = beneficiaries(made, [seed("50.00"), other], limit=1)
    assert [(each.seed, each.rank) for each in found] == [("case", 1), ("second", 1)]


def test_values_are_implied_by_the_exchanges_of_the_ledger() -> None:
    made = Ledger.from_arrays(
        time=[0, 1], source=[0, 1], target=[1, 0], amount=[10_000, 3_000], amount_received=[3_000, 9_800], currency=[0, 1],
        currency_received=[1, 0], currencies=("USD", "KWD"), names=2,
    )  # fmt: skip
    assert implied_values(made) == {"USD": 1.0, "KWD": pytest.approx(98 / 3)}
    with pytest.raises(InputError, match="KWD"):
        beneficiaries(made, [Seed(account="0")], values={"USD": 1.0})


def test_an_account_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError):
        beneficiaries(ledger([]), [Seed(account="nobody")])
