"""Measure the eight shapes and all typologies on random ledgers, with DuckDB and Polars beside us in the same run.

    python benchmarks/tracing_shapes.py                  # 3 million transactions
    python benchmarks/tracing_shapes.py 10000000 --typologies

The ledger: ten transactions an account, spread over 30 days, lognormal amounts; with ``--busy 0.5`` a tenth of the accounts
takes half of the payments, so that there are busy receivers. All shapes have a window of one day and list every transaction.

``benchmarks/tracing.py --work shapes`` takes :func:`rows`, :func:`peers` and :func:`proprietary` for its table. They make the ledger
above, of as many transactions as the one that they are given, ten million at most: a one-day window is searched for its own sake,
and ten times as many days give ten times the work. :func:`crowded` measures on the ledger given, where one account takes part in
nearly half of all payments, half as payer and half as receiver; a million transactions at most.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import msgspec
import numpy as np
import pyarrow as pa

from tajfif.tracing.ledger import AccountFacts, Ledger
from tajfif.tracing.patterns import DEFAULTS, SHAPES, find_shape, prepare
from tajfif.tracing.typologies import detect
from tajfif.tracing.words import TextColumn

__all__ = ["Row", "crowded", "measured", "peers", "proprietary", "random_ledger", "rows", "with_facts"]

DAY = 86_400_000_000
LARGEST = 10_000_000
CROWDED = 1_000_000
RATE = {"per_second": 500_000}
"""The mark of the eight shapes together: transactions a second."""
DETECTION = {"at": 10_000_000, "seconds": 120.0}
ALIKE = ("fan_out", "fan_in", "scatter_gather", "cycle")
"""The shapes that the proprietary peer has a form for."""
SAME = "fans, scatter-gather and cycles"
PATIENCE = 900
"""Seconds after which a peer is stopped."""
FAN = """
WITH pairs AS (
    SELECT a.source, a.row, count(DISTINCT b.target) AS others, list(b.row) AS rows FROM t a JOIN t b
    ON a.source = b.source AND b.time BETWEEN a.time AND a.time + 86400000000 GROUP BY a.source, a.row
)
SELECT count(*) FROM pairs WHERE others >= 3
"""
MIDDLES = """
WITH legs AS (
    SELECT a.source, a.target AS middle, b.target, a.row AS first, b.row AS second FROM t a JOIN t b ON a.target = b.source
    WHERE b.time > a.time AND b.time <= a.time + 86400000000 AND b.target <> a.source
)
SELECT count(*) FROM (
    SELECT source, target, list(first), list(second) FROM legs GROUP BY source, target HAVING count(DISTINCT middle) >= 2
)
"""


class Row(NamedTuple):
    """One measurement: what, with what, on how many transactions, in how many seconds, how many were found."""

    work: str
    engine: str
    transactions: int
    seconds: float
    found: int


def random_ledger(transactions: int, *, busy: float = 0.0, seed: int = 1) -> Ledger:
    """Return a random ledger in memory: ten transactions an account, 30 days; a share of them to a tenth of the accounts."""
    random = np.random.default_rng(seed)
    accounts = max(100, transactions // 10)
    crowded = random.random(transactions) < busy
    target = np.where(
        crowded, random.integers(0, accounts // 10, transactions), random.integers(0, accounts, transactions)
    )
    return Ledger.from_arrays(
        time=np.sort(random.integers(0, 30 * DAY, transactions)),
        source=random.integers(0, accounts, transactions),
        target=target,
        amount=np.exp(random.normal(10, 1.5, transactions)).astype(np.int64) + 1,
        names=accounts,
    )


def with_facts(ledger: Ledger, seed: int = 2) -> Ledger:
    """Return the ledger with channels, countries and facts of accounts, so that every typology can be searched."""
    random = np.random.default_rng(seed)
    count, accounts = len(ledger.time), ledger.account_count
    shares = {
        "transfer": 0.55, "card": 0.27, "atm": 0.05, "cash_deposit": 0.05, "payroll": 0.03, "wire": 0.03, "wallet": 0.01,
        "loan": 0.005, "prepaid_load": 0.005,
    }  # fmt: skip
    channels = random.choice(len(shares), count, p=list(shares.values())).astype(np.int32)
    places = ("AE", "SA", "JO", "TR", "IQ", "SY", "YE", "DE")
    home = random.choice(len(places), accounts, p=[0.4, 0.3, 0.15, 0.05, 0.04, 0.02, 0.02, 0.02]).astype(np.int32)
    abroad = random.random(count) < 0.04
    kinds = ("person", "firm", "charity", "exchange_house", "atm")
    phones = random.integers(0, accounts, accounts).astype(np.int32)
    facts = {
        "type": (random.choice(len(kinds), accounts, p=[0.9, 0.095, 0.003, 0.001, 0.001]).astype(np.int32), kinds),
        "country": (home, places),
        "phone": (
            np.where(random.random(accounts) < 0.02, phones, -1).astype(np.int32),
            tuple(map(str, range(accounts))),
        ),
    }
    columns = {
        name: getattr(ledger, name)
        for name in (
            "time",
            "sequence",
            "source",
            "target",
            "amount",
            "currency",
            "out_start",
            "out_rows",
            "in_start",
            "in_rows",
        )
    }
    words = {
        "channel": (channels, tuple(shares)),
        "from_country": (home[ledger.source], places),
        "to_country": (np.where(abroad, home[ledger.target], home[ledger.source]).astype(np.int32), places),
    }
    return Ledger(
        columns,
        names=TextColumn.of(list(map(str, range(accounts)))),
        currencies=ledger.currencies,
        exponents=ledger.exponents.tolist(),
        words=words,
        accounts=AccountFacts(accounts, facts),
    )


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def _shapes(ledger: Ledger) -> Iterator[Row]:
    count = len(ledger.time)
    total, prepared = _timed(lambda: prepare(ledger))
    yield Row("habits of pairs", "tajfif", count, total, 0)
    alike, listed, every = total, 0, 0
    for shape in SHAPES:
        chosen = msgspec.structs.replace(DEFAULTS[shape], window_hours=24.0, hop_hours=24.0)
        if shape == "scatter_gather":
            chosen = msgspec.structs.replace(chosen, loss=1.0, gain=100.0)  # amounts apart, as the queries beside
        seconds, found = _timed(lambda shape=shape, chosen=chosen: find_shape(prepared, shape, chosen))  # type: ignore[misc]
        total, every = total + seconds, every + len(found)
        if shape in ALIKE:
            alike, listed = alike + seconds, listed + len(found)
        yield Row(shape, "tajfif", count, seconds, len(found))
        del found
    yield Row(SAME, "tajfif", count, alike, listed)
    yield Row("the eight shapes", "tajfif", count, total, every)


def _beside(ledger: Ledger) -> Iterator[Row]:
    count = len(ledger.time)
    columns = {name: np.asarray(getattr(ledger, name)) for name in ("time", "source", "target", "amount")}
    table = pa.table({**columns, "row": np.arange(count)})
    connection = duckdb.connect(config={"threads": os.cpu_count() or 1})
    connection.register("t", table)
    for work, query in (("fan_out", FAN), ("scatter_gather", MIDDLES)):
        seconds, found = _timed(lambda query=query: connection.execute(query).fetchone())  # type: ignore[misc]
        yield Row(work, f"DuckDB {duckdb.__version__}", count, seconds, found[0])
    if importlib.util.find_spec("polars") is None:
        return
    import polars  # type: ignore[import-not-found,unused-ignore]

    frame = polars.from_arrow(table).lazy()

    def middles() -> int:
        legs = frame.join(frame, left_on="target", right_on="source", suffix="_2").filter(
            (polars.col("time_2") > polars.col("time"))
            & (polars.col("time_2") <= polars.col("time") + DAY)
            & (polars.col("target_2") != polars.col("source"))
        )
        grouped = legs.group_by("source", "target_2").agg(polars.col("target").n_unique().alias("n"), "row", "row_2")
        return int(grouped.filter(polars.col("n") >= 2).collect().height)

    seconds, found = _timed(middles)
    yield Row("scatter_gather", f"Polars {polars.__version__}", count, seconds, found)


def _typologies(ledger: Ledger) -> Iterator[Row]:
    stated = with_facts(ledger)
    events = {"stopped_or_woken": {"events": {"raid": "1970-01-15"}}}
    designated = [
        stated.account_name(account) for account in range(0, stated.account_count, stated.account_count // 50)
    ]
    seconds, found = _timed(lambda: detect(stated, parameters=events, designated=designated))
    yield Row(f"{len(found.searched)} typologies", "tajfif", len(ledger.time), seconds, len(found.findings))


def measured(transactions: int, *, busy: float = 0.0, typologies: bool = False, beside: bool = True) -> Iterator[Row]:
    """Yield the measurements on a ledger of so many transactions, after one small run that compiles the kernels."""
    small = random_ledger(20_000)
    list(_shapes(small))
    ledger = random_ledger(transactions, busy=busy)
    yield from _shapes(ledger)
    if beside:
        yield from _beside(ledger)
    if typologies:
        list(_typologies(small))
        yield from _typologies(ledger)


@lru_cache(maxsize=1)
def _even(transactions: int) -> Ledger:
    """Return the random ledger of so many transactions; it is made once for what is measured beside each other."""
    return random_ledger(min(transactions, LARGEST))


def _told(row: Row, said: str, mark: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a row of the table of ``benchmarks/tracing.py``."""
    shape = row.work in SHAPES
    told = {
        "work": f"shape {row.work}, one day"
        if shape
        else f"{row.work}, one day"
        if row.engine != "typologies"
        else row.work,
        "engine": "tajfif" if row.engine == "typologies" else row.engine.split()[0].lower(),
        "transactions": row.transactions,
        "seconds": round(row.seconds, 3),
        "load": round(os.getloadavg()[0], 1),
        "peak_GiB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 1),
        "result": f"{row.transactions / max(row.seconds, 1e-9):,.0f} transactions a second; {said}",
    }
    return {**told, "mark": mark} if mark else told


def rows(ledger: Ledger) -> Iterator[dict[str, Any]]:
    """Yield what the shapes cost, one by one and together, and all typologies, on a ledger as long as the one given."""
    small = random_ledger(20_000)
    list(_shapes(small))
    for row in _shapes(_even(len(ledger.time))):
        mark = RATE if row.work == "the eight shapes" else None
        yield _told(row, f"{row.found:,} findings, every transaction listed" if row.found else "prepared once", mark)
    list(_typologies(small))
    for row in _typologies(_even(len(ledger.time))):
        said = f"{row.work}, {row.found:,} findings"
        yield _told(row._replace(work="all typologies", engine="typologies"), said, DETECTION)
    yield from crowded(ledger)


def crowded(ledger: Ledger) -> Iterator[dict[str, Any]]:
    """Yield what the shapes cost where one account takes part in nearly half of all payments: the ledger given, if it is small."""
    if len(ledger.time) <= CROWDED:
        for row in _shapes(ledger):
            if row.work in (SAME, "the eight shapes"):
                crowd = row._replace(work=f"{row.work}, crowded ledger")
                yield _told(crowd, f"{row.found:,} findings, every transaction listed")


def peers(ledger: Ledger) -> Iterator[dict[str, Any]]:
    """Yield the shapes that SQL and data frames have a form for, on the same transactions."""
    for row in _beside(_even(len(ledger.time))):
        yield _told(row, f"{row.found:,} rows, no windows joined into findings")


def proprietary(ledger: Ledger, python: str) -> Iterator[dict[str, Any]]:
    """Yield what IBM's Graph Feature Preprocessor does on the same transactions, run by an interpreter that has ``snapml``."""
    for name, same in (("", _even(len(ledger.time))), (", crowded ledger", ledger)):
        count = len(same.time)
        if name and count > CROWDED:
            continue
        with tempfile.TemporaryDirectory() as place:
            file = Path(place) / "transactions.npy"
            columns = (np.arange(count), same.source, same.target, np.asarray(same.time) // 1_000_000, same.amount)
            np.save(file, np.column_stack(columns).astype(np.float64))
            begin = time.perf_counter()
            try:
                done = subprocess.run(
                    [python, str(Path(__file__).with_name("tracing_peer.py")), str(file)],
                    capture_output=True, text=True, check=True, timeout=PATIENCE,
                )  # fmt: skip
            except subprocess.TimeoutExpired:
                took = time.perf_counter() - begin
                yield _told(Row(f"{SAME}{name}", "snapml", count, took, 0), f"at most: stopped after {PATIENCE} s")
                continue
        found = json.loads(done.stdout)
        row = Row(f"{SAME}{name}", "snapml", count, found["seconds"], 0)
        said = f"{found['engine']}, batches of {found['batch']:,}: counts of patterns by size, degrees too; no transactions listed"
        yield {**_told(row, said), "peak_GiB": found["peak_GiB"]}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the eight shapes and the typologies.")
    parser.add_argument("transactions", type=int, nargs="?", default=3_000_000)
    parser.add_argument(
        "--typologies", action="store_true", help="all typologies as well, windows as they are by default"
    )
    parser.add_argument("--busy", type=float, default=0.0, help="share of payments that a tenth of the accounts takes")
    parser.add_argument("--alone", action="store_true", help="without DuckDB and Polars")
    chosen = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    print(f"{'work':24} {'engine':16} {'transactions':>14} {'seconds':>9} {'a second':>12} {'found':>9}")
    for row in measured(chosen.transactions, busy=chosen.busy, typologies=chosen.typologies, beside=not chosen.alone):
        rate = row.transactions / max(row.seconds, 1e-9)
        print(
            f"{row.work:24} {row.engine:16} {row.transactions:14,} {row.seconds:9.2f} {rate:12,.0f} {row.found:9,}",
            flush=True,
        )
    unit = 1 << 30 if sys.platform == "darwin" else 1 << 20
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit:.1f} GiB")


if __name__ == "__main__":
    main()
