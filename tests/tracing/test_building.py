from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tajfif.cli import main
from tajfif.errors import InputError, UsageError
from tajfif.tracing.amounts import minor_units
from tajfif.tracing.building import build_ledger
from tajfif.tracing.csr import order_of
from tajfif.tracing.ledger import Ledger
from tajfif.tracing.money import in_minor_units

HEADER = "id,time,from_account,to_account,amount,currency"


def write(path: Path, *lines: str, header: str = HEADER) -> Path:
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def refused(ledger: Path) -> list[tuple[str, str]]:
    return [(row["row"], row["reason"]) for row in rows_of(ledger / "rejects.csv")]


def test_a_ledger_is_built_and_opened(tmp_path: Path) -> None:
    file = write(
        tmp_path / "t.csv",
        "a,2025-01-02T10:00:00Z,خزنة,B,10.500,KWD",
        'b,2025-01-01 09:00,B,"C, the second",3,USD',
        "c,1735722000,B,C,0.07,usd",
    )
    report = build_ledger([file], tmp_path / "ledger")
    assert (report.transactions, report.accounts, report.rejected) == (3, 4, 0)
    assert report.sums == {"KWD": "10.500", "USD": "3.07"}
    ledger = Ledger.open(tmp_path / "ledger")
    assert [ledger.transaction_id(row) for row in range(3)] == ["b", "c", "a"]
    assert ledger.rows_of_ids(["a"]) == [2]
    assert ledger.currencies == ("KWD", "USD")
    assert ledger.amount.tolist() == [300, 7, 10_500]
    assert ledger.account_name(int(ledger.target[0])) == "C, the second"
    assert ledger.amount_received is ledger.amount


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("x,,A,B,1,USD", "no time"),
        ("x,yesterday,A,B,1,USD", "a time that cannot be read"),
        ("x,2025-01-01,,B,1,USD", "no account that pays"),
        ("x,2025-01-01,A, ,1,USD", "no account that receives"),
        ("x,2025-01-01,A,B,,USD", "no amount"),
        ("x,2025-01-01,A,B,ten,USD", "an amount that cannot be read"),
        ('x,2025-01-01,A,B,"1,000",USD', "an amount that cannot be read"),
        ("x,2025-01-01,A,B,-1,USD", "a negative amount"),
        ("x,2025-01-01,A,B,1.005,USD", "more decimals than the currency has"),
        ("x,2025-01-01,A,B,99999999999999999,USD", "an amount that is too large"),
        ("x,2025-01-01,A,B,1,", "no currency"),
        ("x,2025-01-01,A,B,1,QQQ", "a currency that is not known"),
    ],
)
def test_bad_rows_are_refused_with_the_reason(tmp_path: Path, row: str, reason: str) -> None:
    report = build_ledger([write(tmp_path / "t.csv", "a,2025-01-01,A,B,1,USD", row)], tmp_path / "ledger")
    assert (report.transactions, report.rejected) == (1, 1)
    assert refused(tmp_path / "ledger") == [("3", reason)]
    assert report.reasons == {reason: 1}


def test_rows_that_are_no_rows_are_refused_and_counted(tmp_path: Path) -> None:
    header = HEADER.removeprefix("id,")
    rows = ["x", "2025-01-02,A,B,1,USD", "2025-01-01,A,B,1,USD,more", "", "2025-01-01,A,B,2,USD", "y,z"]
    report = build_ledger([write(tmp_path / "t.csv", *rows, header=header)], tmp_path / "ledger")
    assert (report.transactions, report.reasons) == (2, {"a row that cannot be read": 3})
    assert [row for row, _ in refused(tmp_path / "ledger")] == ["2", "4", "6"]  # an empty line is no row
    assert Ledger.open(tmp_path / "ledger").sequence.tolist() == [3, 1]
    good = '{"time": "2025-01-01", "from_account": "A", "to_account": "B", "amount": 1, "currency": "USD"}'
    (tmp_path / "t.jsonl").write_text("\n".join((good, '["no"]', good, '{"time"')))
    report = build_ledger([tmp_path / "t.jsonl"], tmp_path / "ledger")
    assert refused(tmp_path / "ledger") == [("2", "a row that cannot be read"), ("4", "a row that cannot be read")]
    assert Ledger.open(tmp_path / "ledger").sequence.tolist() == [0, 2]


@settings(deadline=None)  # the first example compiles
@given(st.lists(st.integers(-(2**62), 2**62 - 1), max_size=300))
def test_times_are_put_in_order(times: list[int]) -> None:
    array = np.array(times, dtype=np.int64)
    assert order_of(array).tolist() == np.argsort(array, kind="stable").tolist()


@settings(deadline=None)  # the first example compiles
@given(st.lists(st.tuples(st.integers(0, 2**66), st.integers(0, 8), st.sampled_from([0, 2, 3, 8])), max_size=40))
def test_amounts_of_columns_are_those_of_one_at_a_time(rows: list[tuple[int, int, int]]) -> None:
    texts = [str(Decimal(digits).scaleb(-places)) for digits, places, _ in rows]
    texts = [text if "E" not in text else f"{Decimal(text):f}" for text in texts]
    expected = []
    for text, (*_, exponent) in zip(texts, rows, strict=True):
        try:
            expected.append(in_minor_units(text, exponent))
        except InputError:
            expected.append(-1)
    exponents = np.array([exponent for *_, exponent in rows], dtype=np.int64)
    decimals = pa.array([Decimal(text) for text in texts], pa.decimal128(38, 8))
    for column in (pa.array(texts, pa.string()), decimals):
        minor, status = minor_units(column, exponents)
        assert np.where(status == 0, minor, -1).tolist() == expected


def test_rows_without_an_id_are_named_by_their_place_over_all_files(tmp_path: Path) -> None:
    header = HEADER.removeprefix("id,")
    one = write(tmp_path / "1.csv", "2025-01-03,A,B,1,USD", "no,A,B,1,USD", header=header)
    two = write(tmp_path / "2.csv", "2025-01-01,A,B,2,USD", header=header)
    build_ledger([one, two], tmp_path / "ledger")
    ledger = Ledger.open(tmp_path / "ledger")
    assert [ledger.transaction_id(row) for row in range(2)] == ["2", "0"]


def test_what_is_received_in_another_currency(tmp_path: Path) -> None:
    header = HEADER + ",amount_received,currency_received,channel"
    plain = write(tmp_path / "1.csv", "a,2025-01-01,A,B,5,USD")
    other = write(
        tmp_path / "2.csv", "b,2025-01-02,A,B,10,USD,9,EUR,wire", "c,2025-01-03,B,A,4,USD,,USD,", header=header
    )
    build_ledger([plain, other], tmp_path / "ledger")
    ledger = Ledger.open(tmp_path / "ledger")
    assert ledger.amount.tolist() == [500, 1000, 400]
    assert ledger.amount_received.tolist() == [500, 900, 400]
    assert [ledger.currencies[code] for code in ledger.currency_received] == ["USD", "EUR", "USD"]
    codes, words = ledger.words("channel") or (np.zeros(0), ())
    assert [words[int(code)] if code >= 0 else "" for code in codes] == ["", "wire", ""]


def test_json_lines_from_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        {"time": "2025-01-01", "from_account": "A", "to_account": "B", "amount": 1.25, "currency": "USD"},
        {
            "time": "2025-01-02",
            "from_account": "B",
            "to_account": "A",
            "amount": "2",
            "currency": "USD",
            "purpose": "rent",
        },
    ]
    raw = io.BytesIO("\n".join(map(json.dumps, lines)).encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(raw)))
    assert main(["ledger", "build", "--out", str(tmp_path / "ledger")]) == 0
    assert Ledger.open(tmp_path / "ledger").amount.tolist() == [125, 200]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "time": pa.array([1_735_722_000_000_000, 1_735_722_000_000_001], pa.timestamp("us")),
            "from_account": pa.array([1, 2]),
            "to_account": pa.array([2, 1]),
            "amount": pa.array([Decimal("1.250"), Decimal("2.000")], pa.decimal128(12, 3)),
            "currency": pa.array(["BHD", "BHD"]).dictionary_encode(),
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    build_ledger([tmp_path / "t.parquet"], tmp_path / "ledger")
    ledger = Ledger.open(tmp_path / "ledger")
    assert ledger.amount.tolist() == [1250, 2000]
    assert ledger.time.tolist() == [1_735_722_000_000_000, 1_735_722_000_000_001]
    assert list(ledger.account_names()) == ["1", "2"]
    doubles = table.set_column(3, "amount", pa.array([0.1 + 0.2, 1.0005]))
    pq.write_table(doubles, tmp_path / "d.parquet")
    report = build_ledger([tmp_path / "d.parquet"], tmp_path / "doubles")
    assert report.sums == {"BHD": "0.300"}
    assert report.reasons == {"more decimals than the currency has": 1}


def test_accounts_bring_facts_and_those_without_transactions(tmp_path: Path) -> None:
    file = write(tmp_path / "t.csv", "a,2025-01-01,A,B,1,USD")
    accounts = tmp_path / "accounts.csv"
    accounts.write_text("account,party,type,phone,../a/note\nB,Example Charity,charity,+9641,x\nZ,,person,,\n")
    build_ledger([file], tmp_path / "ledger", accounts=accounts)
    ledger = Ledger.open(tmp_path / "ledger")
    assert list(ledger.account_names()) == ["A", "B", "Z"]
    assert ledger.accounts.party_of(1) == "Example Charity"
    assert ledger.accounts.value("type", 2) == "person"
    assert [ledger.accounts.value("../a/note", index) for index in range(3)] == ["", "x", ""]
    (tmp_path / "ledger/fact_0_at.npy").unlink()
    with pytest.raises(InputError, match="damaged"):
        Ledger.open(tmp_path / "ledger")
    assert ledger.out_start.tolist() == [0, 1, 1, 1]


def test_rates_are_kept_with_the_ledger(tmp_path: Path) -> None:
    file = write(tmp_path / "t.csv", "a,2025-01-02,A,B,1,EUR", "b,2025-01-02,A,B,1,USD")
    rates = tmp_path / "rates.csv"
    rates.write_text("currency,date,rate\nEUR,2025-01-01,1.04\nusd,2025-01-01,1\n")
    assert main(["ledger", "build", str(file), "--rates", str(rates), "--out", str(tmp_path / "ledger")]) == 0
    assert Ledger.open(tmp_path / "ledger").converted("USD").tolist() == [104, 100]
    rates.write_text("currency,rate\nEUR,1.04\n")
    with pytest.raises(InputError, match="columns are missing: date"):
        build_ledger([file], tmp_path / "other", rates=rates)
    assert not (tmp_path / "other").exists()


def test_a_build_that_is_killed_leaves_no_ledger(tmp_path: Path) -> None:
    file = write(tmp_path / "t.csv", "a,2025-01-01,A,B,1,USD")
    code = """
import os, signal, sys
from pathlib import Path
from tajfif.tracing import building
building.write_manifest = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
building.build_ledger([sys.argv[1]], Path(sys.argv[2]))
"""
    ended = subprocess.run([sys.executable, "-c", code, str(file), str(tmp_path / "ledger")], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert not (tmp_path / "ledger").exists()
    build_ledger([file], tmp_path / "ledger")
    assert len(Ledger.open(tmp_path / "ledger")) == 1


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    file = write(tmp_path / "t.csv", *(f"t{i},2025-01-0{1 + i % 7},A{i % 5},A{i % 3},{i}.5,USD" for i in range(60)))
    for name in ("one", "two"):
        build_ledger([file], tmp_path / name)
    for path in sorted((tmp_path / "one").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_nothing_is_left_when_the_input_breaks_off(tmp_path: Path) -> None:
    good = write(tmp_path / "t.csv", "a,2025-01-01,A,B,1,USD")
    bad = tmp_path / "bad.csv"
    bad.write_bytes(
        f"{HEADER}\na,2025-01-01,A,B,1,USD\nb,2025-01-01,\xd4,B,1,USD\n".encode("windows-1256", "replace") + b"\xd4"
    )
    with pytest.raises(InputError, match="not in UTF-8"):
        build_ledger([good, bad], tmp_path / "ledger")
    assert not (tmp_path / "ledger").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"t.csv", "bad.csv"}


def test_another_thing_is_not_overwritten(tmp_path: Path) -> None:
    file = write(tmp_path / "t.csv", "a,2025-01-01,A,B,1,USD")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "x.jpg").touch()
    with pytest.raises(UsageError, match="no ledger"):
        build_ledger([file], tmp_path / "photos")
    build_ledger([file], tmp_path / "ledger")
    build_ledger([file], tmp_path / "ledger")
    assert Ledger.open(tmp_path / "ledger").amount.tolist() == [100]


@pytest.mark.parametrize(
    ("content", "message"),
    [("", "nothing to read"), ("a,b\n1,2\n", "columns are missing"), (HEADER + "\n", "not one transaction")],
)
def test_files_that_hold_no_transactions(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(content)
    with pytest.raises(InputError, match=message):
        build_ledger([path], tmp_path / "ledger")


def test_columns_may_be_mapped(tmp_path: Path) -> None:
    file = write(tmp_path / "t.csv", "2025-01-01;A;B;1", header="Datum;Von;An;Betrag".replace(";", ","))
    file.write_text(file.read_text().replace(";", ","))
    arguments = ["--map", "time=Datum", "--map", "from_account=Von", "--map", "to_account=An", "--map", "amount=Betrag"]
    out = ["--out", str(tmp_path / "ledger"), "--currency", "eur"]
    assert main(["ledger", "build", str(file), *arguments, *out]) == 0
    assert Ledger.open(tmp_path / "ledger").currencies == ("EUR",)
    assert main(["ledger", "build", str(file), "--map", "amount=Summe", *out]) == 2
    assert main(["ledger", "build", str(file), "--layout", "other", *out]) == 2
    assert main(["ledger", "show", str(tmp_path / "ledger")]) == 0


AMOUNTS = st.decimals(0, 10**6, places=2).map(str)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(1, 28), st.integers(0, 6), st.integers(0, 6), AMOUNTS, st.sampled_from("USD EUR QQQ".split())
        )
    )
)
def test_counts_and_sums_in_are_counts_and_sums_out(tmp_path: Path, rows: list[tuple[int, int, int, str, str]]) -> None:
    lines = [f"t{i},2025-01-{d:02},A{a},A{b},{amount},{code}" for i, (d, a, b, amount, code) in enumerate(rows)]
    good = [row for row in rows if row[4] != "QQQ"]
    file = write(tmp_path / "t.csv", *lines)
    if not good:
        with pytest.raises(InputError):
            build_ledger([file], tmp_path / "ledger")
        return
    report = build_ledger([file], tmp_path / "ledger")
    assert (report.transactions, report.rejected) == (len(good), len(rows) - len(good))
    sums: Counter[str] = Counter()
    for *_, amount, code in good:
        sums[code] += int(Decimal(amount) * 100)
    assert {code: int(Decimal(amount) * 100) for code, amount in report.sums.items()} == dict(sums)
    ledger = Ledger.open(tmp_path / "ledger")
    assert sorted(ledger.sequence.tolist()) == [i for i, row in enumerate(rows) if row[4] != "QQQ"]
    assert (np.diff(ledger.time) >= 0).all()


@pytest.mark.shared
def test_files_of_amlworld_and_amlsim(shared: Path, tmp_path: Path) -> None:
    world = shared / "transactions/ibm_hi_small/transactions_sample.csv"
    report = build_ledger([world], tmp_path / "world")
    rows = rows_of(world)
    assert (report.transactions, report.rejected) == (len(rows), 0)
    assert report.accounts == len({row[key] for row in rows for key in ("from_account_key", "to_account_key")})
    assert sum(map(Decimal, report.sums.values())) == sum(Decimal(row["amount_paid"]) for row in rows)
    for name in ("20K_cycle200", "20K_fanin200"):
        file = shared / "transactions/amlsim" / name / "transactions.csv"
        report = build_ledger([file], tmp_path / name)
        rows = rows_of(file)
        assert (report.transactions, report.rejected) == (len(rows), 0)
        assert Decimal(report.sums["USD"]) == sum(Decimal(row["value"]) for row in rows)
