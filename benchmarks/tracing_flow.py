"""Speed of following money: taint under every model, seeds apart, the neighbourhood of an account; peers where a form exists.

    python benchmarks/tracing_flow.py --transactions 1000000 10000000 100000000

``benchmarks/tracing.py`` takes :func:`rows` for its table. Traffic is random but hard in what matters here: a power law of degrees,
so that a few hubs touch a fifth of all payments, lognormal amounts, 30 days, ten payments an account.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tajfif.tracing.flow import MODELS, Seed, trace
from tajfif.tracing.flow_around import neighbourhood
from tajfif.tracing.ledger import Ledger

SEED = 20260401
SEEDS = 1_000
DAY = 86_400_000_000
DUST = 1_000.0
"""Haircut thins money out without end, and this traffic joins everybody with everybody: parts of seeds below are followed no further."""
MARKS = {"haircut": 10.0, "fifo": 15.0, "apart": 600.0, "around": 0.050}
"""Seconds at 100 million transactions on two cores."""

Row = dict[str, Any]


def traffic(transactions: int, *, accounts: int = 0) -> Ledger:
    """Return a ledger of random payments between accounts, a tenth as many unless said."""
    draw = np.random.default_rng(SEED)
    accounts = accounts or max(transactions // 10, 10)

    def sides() -> NDArray[np.int32]:
        chosen = draw.integers(0, accounts, transactions, dtype=np.int32)
        hub = np.flatnonzero(draw.random(transactions, dtype=np.float32) < 0.2)
        chosen[hub] = ((draw.pareto(1.0, hub.size) * 3).astype(np.int64) * 7919) % accounts
        return chosen

    moment = draw.integers(0, 30 * DAY, transactions)
    moment.sort()
    amount = np.maximum(draw.lognormal(10, 1.5, transactions).astype(np.int64), 1)
    return Ledger.from_arrays(time=moment, source=sides(), target=sides(), amount=amount, names=accounts)


def measured(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that a piece of work takes, and what it returns."""
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def seeds_of(ledger: Ledger) -> list[Seed]:
    """Return accounts spread over the ledger as seeds: designated parties, not the hubs that serve everybody."""
    degrees = np.diff(ledger.out_start) + np.diff(ledger.in_start)
    fit = np.flatnonzero((degrees > 0) & (degrees <= 100))
    return [Seed(account=ledger.account_name(int(index))) for index in fit[:: max(fit.size // SEEDS, 1)][:SEEDS]]


def rows(ledger: Ledger) -> Iterator[Row]:
    """Yield a row for each piece of work: what, how many transactions, seconds, mark, what came out."""
    count = len(ledger.time)
    seeds = seeds_of(ledger)
    warm = traffic(1_000)
    for model in MODELS:
        trace(warm, [Seed(account="1")], model=model)  # what is compiled once is not timed
        seconds, found = measured(lambda model=model: trace(ledger, seeds, model=model))  # type: ignore[misc]
        yield _row(f"{model}, {len(seeds):,} seeds", count, seconds, MARKS.get(model), _said(found))
    for model, dust, said in (("fifo", None, ""), ("haircut", DUST, f", parts from {DUST:,.0f} minor units on")):
        trace(warm, [Seed(account="1"), Seed(account="2")], model=model, apart=True)

        def apart(model: str = model, dust: float | None = dust) -> Any:
            answer = trace(ledger, seeds, model=model, apart=True, dust=dust)
            for _ in answer.accounts(limit=10, cite=10):  # with their best paths
                pass
            return answer

        seconds, found = measured(apart)
        work = f"{model}, {len(seeds):,} seeds apart, with paths"
        yield _row(work, count, seconds, MARKS["apart"], _said(found) + said)
    seconds, found = measured(lambda: trace(ledger, seeds, model="fifo", direction="backward"))
    yield _row(f"fifo backward, {len(seeds):,} seeds", count, seconds, None, _said(found))
    yield _around(ledger, warm)


def _said(found: Any) -> str:
    summary = found.summary
    return f"{summary.accounts:,} accounts, {summary.tainted:,} of {summary.reachable:,} payments in reach tainted"


def _row(work: str, count: int, seconds: float, mark: float | None, result: str) -> Row:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {
        "work": work,
        "transactions": count,
        "seconds": round(seconds, 3),
        "mark_at_100M": mark,
        "peak_GiB": round(peak, 1),
        "result": result,
    }


def _around(ledger: Ledger, warm: Ledger) -> Row:
    """Measure looks of four payments around 400 accounts drawn at random and the 100 with most payments."""
    neighbourhood(warm, "1")
    draw = np.random.default_rng(SEED)
    degrees = np.diff(ledger.out_start) + np.diff(ledger.in_start)
    chosen = np.r_[draw.integers(0, degrees.size, 400), np.argsort(-degrees)[:100]].tolist()
    names = [ledger.account_name(int(index)) for index in chosen]
    for name in names:
        neighbourhood(ledger, name)  # pages of the file are in memory, as they are when somebody works with it
    times = [measured(lambda name=name: neighbourhood(ledger, name))[0] for name in names]  # type: ignore[misc]
    half, most, longest = np.percentile(times, [50, 95, 100])
    hubs = np.percentile(times[400:], 95)
    result = f"p50 {half * 1e3:.1f} ms, p95 {most * 1e3:.1f} ms, longest {longest * 1e3:.1f} ms, hubs' p95 {hubs * 1e3:.1f} ms"
    return _row("neighbourhood, 4 hops both ways, p95", len(ledger.time), float(most), MARKS["around"], result)


def peers(ledger: Ledger) -> Iterator[Row]:
    """Yield time-respecting reach, the one part of this that SQL and data frames have a form for, beside ours."""
    from tajfif.tracing.kernels import ACTIVE, SEED, reach, read_only

    count, accounts = len(ledger.time), len(ledger.out_start) - 1
    chosen = np.array([ledger.account_index(seed.account) for seed in seeds_of(ledger)], dtype=np.int32)
    source, target = read_only(ledger.source), read_only(ledger.target)

    def ours(until: int = count) -> int:
        marks = np.zeros(accounts, dtype=np.uint8)
        marks[chosen] = SEED
        start = np.zeros(chosen.size, dtype=np.int32)
        reach(source, target, 0, 1, 0, until, np.sort(chosen), start, np.zeros(0, dtype=np.int32), marks)
        return int(np.count_nonzero(marks & ACTIVE))

    ours(10)
    seconds, found = measured(ours)
    yield _row("time-respecting reach: tajfif", count, seconds, None, f"{found:,} accounts")
    seconds, peer = measured(lambda: _reach_duckdb(source, target, chosen))
    assert peer == found, (peer, found)
    yield _row("time-respecting reach: DuckDB", count, seconds, None, f"{peer:,} accounts")
    try:
        import polars  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return
    seconds, peer = measured(lambda: _reach_polars(polars, source, target, chosen))
    assert peer == found, (peer, found)
    yield _row("time-respecting reach: Polars", count, seconds, None, f"{peer:,} accounts")


def _reach_duckdb(source: NDArray[np.int32], target: NDArray[np.int32], seeds: NDArray[np.int32]) -> int:
    """Return how many accounts are reached: joins until no account is reached earlier than before."""
    import duckdb
    import pyarrow as pa

    sql = duckdb.connect(config={"threads": os.cpu_count() or 1})
    payments = pa.table({"place": np.arange(source.size, dtype=np.int32), "source": source, "target": target})
    sql.register("arrow_payments", payments)
    sql.execute("create table payments as select * from arrow_payments")
    sql.register("arrow_seeds", pa.table({"account": seeds, "place": np.full(seeds.size, -1, dtype=np.int32)}))
    sql.execute("create table arrival as select * from arrow_seeds")
    sql.execute("create table front as select * from arrow_seeds")
    while True:
        sql.execute(
            """create or replace table came as
            select p.target as account, min(p.place) as place from payments p join front f on p.source = f.account
            where p.place > f.place group by p.target"""
        )
        sql.execute(
            """create or replace table front as
            select c.* from came c left join arrival a using (account) where a.place is null or c.place < a.place"""
        )
        if not sql.execute("select count(*) from front").fetchall()[0][0]:
            break
        sql.execute(
            """create or replace table arrival as
            select account, min(place) as place from (from arrival union all from front) group by account"""
        )
    # A seed is reached when somebody pays it; its own arrival stands at -1 above.
    reached = sql.execute(
        """select count(distinct p.target) from payments p join arrival a on p.source = a.account where p.place > a.place"""
    ).fetchall()
    return int(reached[0][0])


def _reach_polars(pl: Any, source: NDArray[np.int32], target: NDArray[np.int32], seeds: NDArray[np.int32]) -> int:
    """Do the same with data frames."""
    payments = pl.DataFrame({"place": np.arange(source.size, dtype=np.int32), "source": source, "target": target})
    arrival = pl.DataFrame({"account": seeds, "place": np.full(seeds.size, -1, dtype=np.int32)})
    front = arrival
    while front.height:
        came = (
            payments.lazy()
            .join(front.lazy(), left_on="source", right_on="account", suffix="_front")
            .filter(pl.col("place") > pl.col("place_front"))
            .group_by(pl.col("target").alias("account"))
            .agg(pl.col("place").min())
            .collect()
        )
        known = came.join(arrival, on="account", how="left", suffix="_known")
        sooner = pl.col("place_known").is_null() | (pl.col("place") < pl.col("place_known"))
        front = known.filter(sooner).select("account", "place")
        arrival = pl.concat([arrival, front]).group_by("account").agg(pl.col("place").min())
    found = payments.join(arrival, left_on="source", right_on="account", suffix="_known")
    return int(found.filter(pl.col("place") > pl.col("place_known"))["target"].n_unique())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--transactions", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--ledger", help="measure on this ledger instead of random traffic")
    parser.add_argument("--json", action="store_true", help="one line of JSON a row")
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}")
    sizes = options.transactions if not options.ledger else [0]
    for size in sizes:
        seconds, ledger = measured(lambda size=size: Ledger.open(options.ledger) if options.ledger else traffic(size))  # type: ignore[misc]
        print(
            f"{len(ledger.time):,} transactions, {len(ledger.out_start) - 1:,} accounts (made or opened in {seconds:.1f} s)"
        )
        for source in (rows, peers)[: 1 if options.no_peers else 2]:
            for row in source(ledger):
                if options.json:
                    print(json.dumps(row), flush=True)
                else:
                    mark = f"≤ {row['mark_at_100M']:g} s at 100M" if row["mark_at_100M"] else ""
                    print(
                        f"  {row['work']:<46} {row['seconds']:>9.3f} s  {mark:<18} {row['peak_GiB']:>5.1f} GiB  {row['result']}",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
