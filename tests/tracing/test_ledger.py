from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tajfif.errors import InputError
from tajfif.tracing.csr import rows_by_account
from tajfif.tracing.ledger import Ledger
from tajfif.tracing.money import currency_code, exponent_of, in_minor_units, shown_amount
from tajfif.tracing.rates import Rates
from tajfif.tracing.words import TextColumn, word_codes


def small() -> Ledger:
    return Ledger.from_arrays(
        time=[30, 10, 20, 10],
        source=[0, 1, 2, 0],
        target=[1, 2, 0, 0],
        amount=[5, 6, 7, 8],
        names=["خزنة", "B", "C"],
        currencies=("KWD",),
        words={"channel": ["wire", "", "cash_deposit", "wire"]},
        accounts={"type": ["person", "", "firm"], "party": ["P0", "P1", ""], "holders": ["P0; P1", "", ""]},
    )


def test_rows_are_by_time_and_then_by_place() -> None:
    ledger = small()
    assert ledger.time.tolist() == [10, 10, 20, 30]
    assert ledger.sequence.tolist() == [1, 3, 2, 0]
    assert ledger.amount.tolist() == [6, 8, 7, 5]
    assert [ledger.transaction_id(row) for row in range(4)] == ["1", "3", "2", "0"]
    assert ledger.rows_of_ids(["0", "3"]) == [3, 1]
    assert ledger.out_rows[ledger.out_start[0] : ledger.out_start[1]].tolist() == [1, 3]
    assert ledger.in_rows[ledger.in_start[0] : ledger.in_start[1]].tolist() == [1, 2]
    codes, words = ledger.words("channel") or (None, ())
    assert codes is not None
    assert [words[code] if code >= 0 else "" for code in codes] == ["", "wire", "cash_deposit", "wire"]
    assert ledger.words("purpose") is None


def test_accounts_have_names_and_facts() -> None:
    ledger = small()
    assert ledger.account_index("خزنة") == 0
    assert list(ledger.account_names()) == ["خزنة", "B", "C"]
    assert ledger.accounts.party_of(1) == "P1"
    assert ledger.accounts.value("type", 1) == ""
    assert ledger.accounts.holders(0) == ("P0", "P1")
    assert ledger.accounts.codes("phone")[0].tolist() == [-1, -1, -1]
    assert ledger.money(1234500, 0) == "1234.500"
    with pytest.raises(InputError, match="no account is called"):
        ledger.account_index("nobody")
    with pytest.raises(InputError, match="no transaction is called"):
        ledger.rows_of_ids(["9"])


def test_no_ledger_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="here is no ledger"):
        Ledger.open(tmp_path)
    (tmp_path / "ledger.json").write_text('{"format": 0}')
    with pytest.raises(InputError, match="another version"):
        Ledger.open(tmp_path)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 9).flatmap(lambda m: st.tuples(st.just(m), st.lists(st.integers(0, m - 1), max_size=60))))
def test_the_index_is_what_a_search_finds(case: tuple[int, list[int]]) -> None:
    count, accounts = case
    start, rows = rows_by_account(np.array(accounts, dtype=np.int32), count)
    for account in range(count):
        expected = [row for row, one in enumerate(accounts) if one == account]
        assert rows[start[account] : start[account + 1]].tolist() == expected


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=12), max_size=30))
def test_texts_are_found_where_they_are(texts: list[str]) -> None:
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    column = TextColumn.of(texts)
    assert [column[place] for place in range(len(texts))] == texts
    for text in texts:
        assert column.index(text) == texts.index(text)
    assert column.index("absent, certainly") is None
    codes, words = word_codes(texts)
    assert [words[code] if code >= 0 else "" for code in codes.tolist()] == texts


@pytest.mark.parametrize(
    ("amount", "exponent", "minor"),
    [("1234.5", 3, 1_234_500), ("0", 2, 0), ("7", 0, 7), ("0.001", 3, 1), ("+3.10", 2, 310)],
)
def test_amounts_become_minor_units(amount: str, exponent: int, minor: int) -> None:
    assert in_minor_units(amount, exponent) == minor


@pytest.mark.parametrize("amount", ["-1", "1.234", "x", "NaN", "Infinity", "99999999999999999999"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(InputError):
        in_minor_units(amount, 2)


@given(st.integers(0, 2**62 - 1), st.integers(0, 8))
def test_what_is_shown_reads_back(minor: int, exponent: int) -> None:
    assert in_minor_units(shown_amount(minor, exponent), exponent) == minor


def test_currencies() -> None:
    assert [exponent_of(code) for code in ("IQD", "KWD", "BHD", "JOD", "USD", "JPY", "BTC")] == [3, 3, 3, 3, 2, 0, 8]
    assert exponent_of("QQQ") is None
    assert currency_code("US Dollar") == "USD"
    assert currency_code(" iqd ") == "IQD"
    assert currency_code("?") == ""


def test_amounts_are_put_in_one_currency_at_the_rate_of_the_day() -> None:
    day = 86_400_000_000
    ledger = Ledger.from_arrays(
        time=[0, day, 2 * day, 3 * day, 3 * day],
        source=[0] * 5,
        target=[1] * 5,
        amount=[1000, 1000, 1000, 777, 5],
        names=2,
        currency=[0, 0, 0, 1, 2],
        currencies=("KWD", "USD", "JPY"),
        rates=Rates(
            [
                ("KWD", "1970-01-01", "3.25"), ("KWD", "1970-01-03", "3.3333333"), ("USD", "1970-01-01", "1"),
                ("JPY", "1970-01-04", "0.005"),
            ]
        ),
    )  # fmt: skip
    assert ledger.converted("USD").tolist() == [325, 325, 333, 777, 2]  # 2.5 cents become 2: half to even
    assert ledger.converted("KWD").tolist()[:3] == [1000, 1000, 1000]
    with pytest.raises(InputError, match="no rate of JPY on or before 1970-01-01"):
        ledger.converted("JPY")
    with pytest.raises(InputError, match="has no rates"):
        small().converted("USD")
    assert small().converted("KWD").tolist() == small().amount.tolist()


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 10**10), st.integers(0, 9)), min_size=1, max_size=30),
    st.lists(
        st.tuples(st.integers(0, 9), st.decimals("0.00001", 99999, places=5)), min_size=1, unique_by=lambda x: x[0]
    ),
    st.decimals("0.00001", 99999, places=5),
)
def test_conversion_is_exact_to_the_rounding(
    payments: list[tuple[int, int]], changes: list[tuple[int, Decimal]], worth: Decimal
) -> None:
    changes = sorted([(0, changes[0][1]), *(one for one in changes if one[0])])
    rates = Rates(
        [("JOD", f"1970-01-{1 + day:02}", str(rate)) for day, rate in changes] + [("EUR", "1970-01-01", str(worth))]
    )
    payments = sorted(payments, key=lambda one: one[1])
    ledger = Ledger.from_arrays(
        time=[day * 86_400_000_000 + 5 for _, day in payments], source=[0] * len(payments), target=[0] * len(payments),
        amount=[amount for amount, _ in payments], names=1, currencies=("JOD",), rates=rates,
    )  # fmt: skip
    expected = [
        round(amount * Fraction([rate for at, rate in changes if at <= day][-1]) / Fraction(worth) / 10)
        for amount, day in payments
    ]
    try:
        assert ledger.converted("EUR").tolist() == expected
    except InputError:
        assert max(expected) >= 2**62


@pytest.mark.parametrize(
    "row",
    [("EUR", "01.02.2025", "1"), ("EUR", "2025-01-01", "-1"), ("EUR", "2025-01-01", "x"), ("?", "2025-01-01", "1")],
)
def test_what_is_no_rate_is_refused(row: tuple[str, str, str]) -> None:
    with pytest.raises(InputError, match="is no rate"):
        Rates([row])
    with pytest.raises(InputError, match="differ"):
        Rates([("EUR", "2025-01-01", "1"), ("EUR", "2025-01-01", "2")])
