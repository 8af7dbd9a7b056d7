"""Indicators: each fires on a plain example with its transactions, and not after the change that it says un-fires it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tajfif.errors import InputError, UsageError
from tajfif.tracing.typologies import NEEDS, Detection, detect, load_typologies

from .shape_ledgers import Payment, ledger_of

DAY = 24.0
PERSON, FOREIGN = {"type": "person", "country": "AE"}, {"type": "person", "country": "SY"}

Facts = Mapping[str, Mapping[str, str]]
NOTHING: Facts = {}


class Example(NamedTuple):
    """Payments that show an indicator; ``spoiled`` are the same after a change that un-fires it."""

    payments: Sequence[Payment]
    spoiled: Sequence[Payment]
    accounts: Facts = NOTHING
    parameters: Mapping[str, Any] = NOTHING


def paid(hour: float, source: str, target: str, amount: float, channel: str = "transfer", **more: Any) -> Payment:
    return Payment(hour, source, target, amount, channel=channel, **more)


UNDER = [paid(day * DAY, "a", "b", 9500.0 - day) for day in range(4)]
DEPOSITS = [paid(day * DAY, f"cash{day}", "a", 1000.0, "cash_deposit") for day in range(5)]
WIRE = paid(5 * DAY + 1, "a", "x", 4900.0, "wire")
FUNNEL = [paid(day * DAY, f"p{day}", "x", 500.0, "wire") for day in range(8)]
PASSED = [paid(0, "p", "a", 1000.0), paid(5, "q", "a", 1000.0), paid(20, "a", "r", 990.0), paid(30, "a", "s", 980.0)]
BURST = [paid(0, "p", "a", 10.0), *(paid(200 * DAY + hour, "a", f"r{hour}", 10.0) for hour in range(6))]
DONORS = [paid(each, f"p{each}", "a", 50.0) for each in range(12)]
SPENT = paid(40.0, "a", "z", 500.0)
LATER = paid(90 * DAY, "y", "z", 1.0)
TRIP = [
    paid(DAY, "p", "a", 1000.0),
    *(paid((3 + each) * DAY, "a", "atm", 300.0, "atm", to_country="TR") for each in range(3)),
]
LOAN = [
    paid(0, "bank", "a", 5000.0, "loan"),
    paid(DAY, "a", "atm", 4500.0, "cash_withdrawal", to_country="AE"),
    paid(10 * DAY, "a", "inn", 50.0, "card", to_country="TR"),
    paid(12 * DAY, "a", "shop", 20.0, "card", to_country="SY"),
]
LOADS = [
    *(paid(each * DAY, f"p{each}", "a", 100.0, "prepaid_load") for each in range(5)),
    paid(6 * DAY, "a", "atm", 480.0, "atm"),
]
HAWALA = [
    payment
    for each in range(40)
    for payment in (
        paid(each, f"c{each}", "a", 500.0),
        *((paid(100 + each, "a", f"c{each}", 500.0),) if each < 20 else ()),
    )
] + [paid(200 + each, "a", f"peer{each}", 5000.0) for each in range(2)]  # fmt: skip
SHARED = {name: {"type": "person", "party": name, "phone": "050"} for name in ("a", "b", "c")}
REGULAR = [paid(day * 3 * DAY, "a", "b", 10.0) for day in range(20)] + [paid(200 * DAY, "y", "z", 1.0)]
EVENTS = {"events": {"raid": "2025-03-01"}}

EXAMPLES = {
    "structuring": Example(UNDER, [each._replace(amount=each.amount + 600) for each in UNDER]),
    "deposits_then_wire": Example(
        [*DEPOSITS, WIRE], [*DEPOSITS, WIRE._replace(amount=1200.0)], {"a": PERSON, "x": FOREIGN}
    ),
    "funnel_abroad": Example(FUNNEL, FUNNEL[:5], {"x": FOREIGN, **{f"p{each}": PERSON for each in range(8)}}),
    "pass_through": Example(PASSED, [*PASSED[:2], *(each._replace(amount=400.0) for each in PASSED[2:])]),
    "dormant_burst": Example(BURST, [BURST[0]._replace(hour=100 * DAY), *BURST[1:]]),
    "unrelated_donors": Example([*DONORS, SPENT, LATER], [*DONORS, SPENT], {"a": PERSON}),
    "risk_corridor": Example(
        [paid(day * DAY, "a", f"s{day}", 300.0, "wire") for day in range(6)],
        [paid(day * DAY, "a", "s0", 300.0, "wire") for day in range(6)],
        {"a": PERSON, **{f"s{each}": FOREIGN for each in range(6)}},
    ),
    "cash_abroad": Example(TRIP, TRIP[:3], {"a": PERSON}),
    "value_transfer_hub": Example(HAWALA, [*HAWALA, paid(300, "a", "staff", 900.0, "payroll")], {"a": {"type": "firm"}}),
    "shared_contacts": Example([paid(1, "a", "b", 10.0)], [paid(1, "a", "d", 10.0)], SHARED),
    "loan_then_travel": Example(LOAN, [LOAN[0], LOAN[1]._replace(amount=500.0), *LOAN[2:]], {"a": PERSON}),
    "wallet_drain": Example(LOADS, [*LOADS[:3], LOADS[5]]),
    "stopped_or_woken": Example(REGULAR, [*REGULAR, paid(70 * DAY, "a", "b", 10.0)], {}, EVENTS),
}  # fmt: skip


def search(name: str, payments: Sequence[Payment], accounts: Facts = NOTHING, **given: Any) -> Detection:
    return detect(ledger_of(payments, accounts), [name], parameters={name: given}, least_score=0.0)


@pytest.mark.parametrize("name", EXAMPLES)
def test_indicator_fires_on_its_example(name: str) -> None:
    example = EXAMPLES[name]
    found = search(name, example.payments, example.accounts, **example.parameters)
    assert found.notices == ()
    best = found.findings[0]
    assert best.typology == name
    assert best.score >= 0.3
    assert best.reasons
    assert best.would_unfire
    assert len(best.transactions) == len(best.amounts) > 0
    assert "a" in best.accounts or name == "funnel_abroad"
    assert best.explanation.startswith(best.reasons[0])


@pytest.mark.parametrize("name", EXAMPLES)
def test_indicator_is_silent_after_the_change(name: str) -> None:
    example = EXAMPLES[name]
    assert search(name, example.spoiled, example.accounts, **example.parameters).findings == ()


def test_transactions_are_those_of_the_indicator() -> None:
    found = search("deposits_then_wire", [*DEPOSITS, WIRE, paid(1, "q", "r", 5.0)], {"a": PERSON, "x": FOREIGN})
    assert found.findings[0].transactions == ("0", "1", "2", "3", "4", "5")
    assert [each.amount for each in found.findings[0].amounts] == ["1000.00"] * 5 + ["4900.00"]
    assert found.findings[0].totals[0].amount == "9900.00"
    window = found.findings[0].window
    assert window is not None
    assert (window.first, window.last) == ("2025-01-01T00:00:00Z", "2025-01-06T01:00:00Z")


def test_lawful_hawala_is_no_finding() -> None:
    assert search("value_transfer_hub", HAWALA, {"a": {"type": "exchange_house"}}).findings == ()


def test_ramadan_fills_a_charity_that_declares_nothing() -> None:
    assert search("unrelated_donors", [*DONORS, SPENT], {"a": {"type": "charity"}}).findings == ()
    declared = {"a": {"type": "charity", "declared_monthly": "100"}}
    assert len(search("unrelated_donors", [*DONORS, SPENT], declared).findings) == 1


def test_linked_customers_are_seen_together() -> None:
    split = [paid(day * DAY, f"a{day}", f"b{day}", 9500.0) for day in range(4)]
    assert search("structuring", split).findings == ()
    linked = {f"a{day}": {"device": "d1"} for day in range(4)}
    assert len(search("structuring", split, linked).findings) == 1


def test_families_at_one_address_share_a_phone() -> None:
    families = {name: {**facts, "address": "1 Invented Street"} for name, facts in SHARED.items()}
    assert search("shared_contacts", [paid(1, "a", "b", 10.0)], families).findings == ()
    apart = {name: {**facts, "address": f"{name} Invented Street"} for name, facts in SHARED.items()}
    assert len(search("shared_contacts", [paid(1, "a", "b", 10.0)], apart).findings) == 1


def test_turns_of_one_account_are_one_finding() -> None:
    turns = [each._replace(hour=each.hour + 96.0 * turn) for turn in range(3) for each in (PASSED[0], PASSED[2])]
    found = search("pass_through", turns).findings
    assert [each.measures["turns"] for each in found] == [3.0]
    assert len(found[0].transactions) == 6
    assert search("pass_through", turns, gap_days=2).findings == ()  # each turn alone has two transactions


def test_what_a_ledger_lacks_is_said() -> None:
    plain = [each._replace(channel="") for each in PASSED]
    found = detect(ledger_of(plain))
    assert "pass_through" in found.searched
    said = "\n".join(found.notices)
    for name, typology in load_typologies()[0].items():
        assert (f"{name} was not searched" in said) == bool(typology.needs)
        assert all(NEEDS[need] in said for need in typology.needs)


def test_findings_say_parties_in_either_language() -> None:
    accounts = {"a": {"party": "شركة الأمل المخترعة"}}
    ledger = ledger_of(PASSED, accounts)
    english, arabic = (
        detect(ledger, ["pass_through"], least_score=0.0, lang=lang).findings[0] for lang in ("en", "ar")
    )
    assert english.parties == arabic.parties == ("شركة الأمل المخترعة",)
    assert english.measures == arabic.measures
    assert english.explanation.startswith("Of what came in, 98 % went out")
    assert arabic.explanation.startswith("خرج 98 % مما دخل")


def test_same_ledger_same_findings() -> None:
    ledger = ledger_of(
        [*PASSED, *(each._replace(source=f"{each.source}2", target=f"{each.target}2") for each in PASSED)]
    )
    assert detect(ledger) == detect(ledger)


def test_designated_money_is_exposure() -> None:
    ledger = ledger_of(PASSED, {"p": {"party": "Designated One"}})
    found = detect(ledger, ["exposure"], designated=["Designated One", "nobody"], least_score=0.1)
    assert {finding.accounts[0] for finding in found.findings} == {"a", "r", "s"}
    assert "'nobody' is neither an account nor a party" in found.notices[0]
    first = found.findings[0]
    assert first.measures["hops"] == 1
    assert "1000.00 USD" in first.explanation


def test_what_designated_parties_own_is_found(tmp_path: Path) -> None:
    stakes = tmp_path / "stakes.csv"
    stakes.write_text(
        "owner,owned,percentage\nOne,Invented Trading,30\nTwo,Invented Trading,25\nTwo,Other Trading,10\nOne,Far Trading,90\n",
        encoding="utf-8",
    )
    ledger = ledger_of(
        PASSED, {"a": {"party": "Invented Trading"}, "r": {"party": "Other Trading"}, "p": {"party": "One"}}
    )
    found = detect(ledger, ["owned_by_designated"], designated=["p", "Two", "nobody"], ownership=stakes)
    assert found.findings[0].score == 1.0
    assert {finding.accounts[0] for finding in found.findings[1:] if finding.score == 1.0} <= {"a"}
    assert found.findings[0].accounts[0] == "a"
    assert found.findings[0].transactions == ("0", "1", "2", "3")
    assert "55" in found.findings[0].explanation
    assert any("'nobody'" in notice for notice in found.notices)
    assert any("1 entities that are caught have no account" in notice for notice in found.notices)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(UsageError, match="no_such"):
        detect(ledger_of(PASSED), ["no_such"])
    with pytest.raises(UsageError, match="least score"):
        detect(ledger_of(PASSED), least_score=2)


def own(tmp_path: Path, sql: str, extra: str = "") -> Detection:
    path = tmp_path / "own.toml"
    path.write_text(
        f"[[typology]]\nname = 'own'\ntitle = 'Own'\nsource = 'Own.'\nbecause = ['{{n}}']\nparameters = {{least = 1}}\n"
        f'sql = """{sql}"""\n{extra}',
        encoding="utf-8",
    )
    return detect(ledger_of(PASSED), ["own"], typologies=load_typologies([path])[0])


def test_a_select_of_the_user_is_run(tmp_path: Path) -> None:
    sql = "SELECT source AS account, list(row) AS rows, count(*) AS n FROM transactions GROUP BY source HAVING count(*) > $least"
    finding = own(tmp_path, sql).findings[0]
    assert (finding.accounts[0], finding.score, finding.reasons) == ("a", 0.5, ("2",))


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT * FROM read_csv('/etc/hostname')", "disabled"),
        ("SELECT * FROM '/etc/hostname'", "does not exist"),
        ("COPY (SELECT 1) TO 'x.csv'", "not one SELECT"),
        ("ATTACH 'x.db'", "not one SELECT"),
        ("INSTALL httpfs", "not one SELECT"),
        ("SET memory_limit = '100GB'", "not one SELECT"),
        ("SELECT 1; SELECT 2", "not one SELECT"),
        ("DROP VIEW transactions", "not one SELECT"),
        ("SELECT 1 AS n", "no column rows"),
        ("SELECT 'x' AS rows, 1 AS n", "wrong kind"),
        ("SELECT [99] AS rows, 1 AS n", "not in the ledger"),
        ("SELECT [0] AS rows, 7 AS score, 1 AS n", "between 0 and 1"),
        ("SELECT [0] AS rows", "nothing is measured"),
        ("SELEC", "syntax error"),
    ],
)
def test_a_select_of_the_user_reaches_nothing_else(tmp_path: Path, sql: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        own(tmp_path, sql)
    assert "typology own" in str(raised.value)
