"""Speed and memory of ledgers and of tracing in them, with DuckDB and Polars beside us in the same run.

    python benchmarks/tracing.py --transactions 1000000 10000000
    python benchmarks/tracing.py --transactions 100000000 --work build flow --scratch /big/disk

    python benchmarks/tracing.py --transactions 1000000 10000000 --work shapes synth --peer-python PEER/bin/python

Traffic comes from a seed: ten payments an account, degrees by a power law, lognormal amounts, thirty days, in no order of time.
Each row is measured in a process of its own, after a small run in which inner loops are compiled; its memory is the most that the
process ever held. Results are printed and kept in ``benchmarks/results/tracing.json``, where a row replaces an older one of the
same work, engine and size; it also says what the processor spent on it (``cpu_seconds``) and how busy the machine was
(``load``: two is all of two cores). Polars is measured where it is installed (``pip install --target DIR polars``, ``PYTHONPATH=DIR``).

A module that has rows of its own is named in :data:`MODULES`; it has a function ``rows(ledger)`` that yields dictionaries with
``work``, ``transactions``, ``seconds`` and, as it likes, ``engine``, ``mark_at_100M``, ``mark`` (``per_second``, or ``seconds`` and
``at`` how many transactions), ``peak_GiB``, ``result``. So does ``peers(ledger)``, where it has one, for what stands beside; and
``proprietary(ledger, python)`` for a peer that is not free software and runs in an environment of its own (``benchmarks/tracing_peer.py``).
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks/results/tracing.json"
SEED = 20260401
DAY = 86_400_000_000
PORTION = 1 << 20
FIRST = 1_735_689_600_000_000  # 2025-01-01
CHANNELS = ("wire", "transfer", "card", "cash_deposit", "cash_withdrawal", "wallet")
MARK = {"seconds": 90.0, "peak_GiB": 10.0}
"""What a ledger of 100 million transactions may take on two cores."""
MODULES = {"flow": "tracing_flow", "shapes": "tracing_shapes", "synth": "tracing_synth"}
"""Modules beside this one that measure on the ledger built here."""
ENGINES = ("tajfif", "duckdb", "polars")

Row = dict[str, Any]


def accounts_drawn(draw: np.random.Generator, count: int, accounts: int) -> NDArray[np.int64]:
    """Return accounts by a power law: degrees fall as their power of 1.9; the first account has 23 in a hundred, on either side."""
    size = draw.random(count)
    least, steep = 1.0, 1.0 / 0.9
    rank = np.minimum(least * (1.0 - size * (1.0 - accounts ** -(1 / steep))) ** -steep, accounts) - 1
    mixed = np.where(draw.random(count) < 0.5, draw.integers(0, accounts, count), rank.astype(np.int64))
    return (mixed * 7_919 + 13) % accounts


def write_traffic(path: Path, transactions: int) -> None:
    """Write payments as Parquet with the canonical columns: text for accounts, decimals for amounts."""
    accounts = max(transactions // 10, 10)
    schema = pa.schema(
        {
            "time": pa.timestamp("us", "UTC"),
            "from_account": pa.string(),
            "to_account": pa.string(),
            "amount": pa.decimal128(18, 2),
            "currency": pa.dictionary(pa.int8(), pa.string()),
            "channel": pa.dictionary(pa.int8(), pa.string()),
        }
    )
    with pq.ParquetWriter(path, schema, compression="snappy", use_dictionary=["currency", "channel"]) as writer:
        for start in range(0, transactions, PORTION):
            count = min(PORTION, transactions - start)
            draw = np.random.default_rng([SEED, start])
            cents = np.maximum(draw.lognormal(10, 1.5, count), 1).astype(np.int64)
            unscaled = np.zeros((count, 2), dtype=np.int64)
            unscaled[:, 0] = cents
            writer.write_table(
                pa.table(
                    [
                        pa.array(FIRST + draw.integers(0, 30 * DAY, count), pa.timestamp("us", "UTC")),
                        *(_names(accounts_drawn(draw, count, accounts)) for _ in range(2)),
                        pa.Array.from_buffers(pa.decimal128(18, 2), count, [None, pa.py_buffer(unscaled)]),
                        _words(draw.choice(3, count, p=(0.7, 0.2, 0.1)), ("IQD", "USD", "AED")),
                        _words(draw.integers(0, len(CHANNELS), count), CHANNELS),
                    ],
                    schema=schema,
                )
            )


def _names(numbers: NDArray[np.int64]) -> pa.Array:
    return pc.binary_join_element_wise("EX", pc.cast(pa.array(numbers + 10**9), pa.string()), "")


def _words(codes: NDArray[np.int64], words: Iterable[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8)), pa.array(list(words)))


def build_tajfif(file: Path, out: Path) -> str:
    """Build a ledger; return what was done."""
    from tajfif.tracing.building import build_ledger

    report = build_ledger([file], out)
    size = sum(path.stat().st_size for path in out.iterdir()) / 2**30
    return f"{report.accounts:,} accounts, {report.rejected} refused, sums checked, {size:.1f} GiB, two indices, every hash"


def build_duckdb(file: Path, out: Path) -> str:
    """Number the accounts, and keep the payments by time, by payer and by receiver."""
    import duckdb

    with duckdb.connect(str(out), config={"memory_limit": "10GB", "preserve_insertion_order": "false"}) as sql:
        sql.read_parquet(str(file), file_row_number=True).create_view("traffic")
        sql.execute(
            """CREATE TABLE accounts AS SELECT name, (row_number() OVER () - 1)::INTEGER AS account FROM (
                SELECT from_account AS name FROM traffic UNION SELECT to_account FROM traffic)"""
        )
        sql.execute(
            """CREATE TABLE payments AS
            SELECT time, file_row_number AS sequence, a.account AS source, b.account AS target,
                (amount * CASE currency WHEN 'IQD' THEN 1000 ELSE 100 END)::BIGINT AS amount,
                currency::ENUM ('IQD', 'USD', 'AED') AS currency, channel
            FROM traffic p
            JOIN accounts a ON a.name = p.from_account JOIN accounts b ON b.name = p.to_account ORDER BY time, sequence"""
        )
        sql.execute("CREATE TABLE by_source AS SELECT source, sequence FROM payments ORDER BY source, time, sequence")
        sql.execute("CREATE TABLE by_target AS SELECT target, sequence FROM payments ORDER BY target, time, sequence")
        count, accounts = sql.execute(
            "SELECT (SELECT count(*) FROM by_target), (SELECT count(*) FROM accounts)"
        ).fetchall()[0]
    return (
        f"{accounts:,} accounts, {count:,} payments, {out.stat().st_size / 2**30:.1f} GiB; nothing refused or checked"
    )


def build_polars(file: Path, out: Path) -> str:
    """Do the same with data frames, kept as Parquet."""
    import polars as pl  # type: ignore[import-not-found,unused-ignore]

    out.mkdir()
    scan = pl.scan_parquet(file, row_index_name="sequence")
    names = pl.concat([scan.select(name=pl.col(side)) for side in ("from_account", "to_account")])
    accounts = names.unique().collect(engine="streaming").with_row_index("account")
    numbered = scan
    for side in ("from_account", "to_account"):
        codes = accounts.lazy().rename({"name": side, "account": f"{side}_number"})
        numbered = numbered.join(codes, on=side, how="left").drop(side)
    scale = pl.when(pl.col("currency").cast(pl.String) == "IQD").then(1000).otherwise(100)
    exact = (pl.col("amount") * scale.cast(pl.Decimal(18, 0))).cast(pl.Int64)
    payments = numbered.with_columns(amount=exact).sort("time", "sequence").collect(engine="streaming")
    accounts.write_parquet(out / "accounts.parquet")
    payments.write_parquet(out / "payments.parquet")
    for side in ("from_account_number", "to_account_number"):
        order = payments.lazy().select(side, "time", "sequence").sort(side, "time", "sequence")
        order.drop("time").sink_parquet(out / f"by_{side}.parquet")
    return f"{accounts.height:,} accounts, {payments.height:,} payments; nothing refused or checked"


def peak_gib() -> float:
    """Return the most memory that this process ever held."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 2**20
    return float("nan")


def run_build(engine: str, file: Path, out: Path, count: int) -> Row:
    """Measure one build in this process."""
    build = {"tajfif": build_tajfif, "duckdb": build_duckdb, "polars": build_polars}[engine]
    with tempfile.TemporaryDirectory(dir=out.parent) as small:
        write_traffic(Path(small) / "small.parquet", 1_000)
        build(Path(small) / "small.parquet", Path(small) / "out")
    begin, spent = time.perf_counter(), time.process_time()
    result = build(file, out)
    seconds, spent = time.perf_counter() - begin, time.process_time() - spent
    mark = MARK["seconds"] if engine == "tajfif" else None
    return {
        "work": "build a ledger from Parquet", "engine": engine, "transactions": count, "seconds": round(seconds, 2),
        "cpu_seconds": round(spent, 2), "load": round(os.getloadavg()[0], 1), "mark_at_100M": mark,
        "peak_GiB": round(peak_gib(), 2), "result": result,
    }  # fmt: skip


def run_module(name: str, ledger_at: Path, peer_python: str = "") -> Iterable[Row]:
    """Measure what another module has to measure, on a ledger that was built."""
    from tajfif.tracing.ledger import Ledger

    module = importlib.import_module(MODULES[name])
    ledger = Ledger.open(ledger_at)
    for measure in ("rows", "peers"):
        if hasattr(module, measure):
            yield from getattr(module, measure)(ledger)
    if peer_python and hasattr(module, "proprietary"):
        yield from module.proprietary(ledger, peer_python)


def apart(*arguments: str) -> Iterable[Row]:
    """Yield the rows that this program prints in a process of its own."""
    with subprocess.Popen(
        [sys.executable, __file__, "--run", *arguments], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("{"):
                yield json.loads(line)
    if process.returncode:
        print(f"  {' '.join(arguments[:2])} ended with {process.returncode}", file=sys.stderr)


def keep(rows: Iterable[Row], path: Path) -> None:
    """Print rows and keep them, each in the place of an older one of its kind."""
    held = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"rows": []}
    for row in rows:
        row = {"engine": "tajfif", "date": datetime.date.today().isoformat(), **row}
        key = [row[name] for name in ("work", "engine", "transactions")]
        held["rows"] = [
            one for one in held["rows"] if [one[name] for name in ("work", "engine", "transactions")] != key
        ]
        held["rows"].append(row)
        per = row["seconds"] / max(row["transactions"], 1) * 1e9
        mark = mark_said(row)
        memory = f"{row['peak_GiB']:.1f} GiB" if row.get("peak_GiB") else ""
        spent = f"cpu {row['cpu_seconds']:.1f} s, load {row['load']:.1f}; " if "load" in row else ""
        print(
            f"{row['work']:<46} {row['engine']:<8} {row['transactions']:>12,} {row['seconds']:>9.2f} s {per:>8.1f} ns each "
            f"{memory:>9}  {mark:<17} "
            f"{spent}{row.get('result', '')}",
            flush=True,
        )
        held.update(machine=machine(), versions=versions())
        held["rows"].sort(key=lambda one: (one["work"], one["engine"], one["transactions"]))
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(held, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def mark_said(row: Row) -> str:
    """Return the mark of a row in words: seconds at a size, or transactions a second."""
    if row.get("mark_at_100M"):
        return f"≤ {row['mark_at_100M']:g} s at 100M"
    mark = row.get("mark") or {}
    if "per_second" in mark:
        return f"≥ {mark['per_second']:,} a second"
    return f"≤ {mark['seconds']:g} s at {mark['at'] // 10**6}M" if mark else ""


def machine() -> str:
    """Return what this is measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def versions() -> dict[str, str]:
    """Return the versions of what is measured."""
    found = {}
    for name in ("tajfif", "numpy", "numba", "pyarrow", "duckdb", "polars"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--transactions", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--work", nargs="+", choices=("build", *MODULES), default=["build"])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--scratch", type=Path, help="directory for files, kept for the next run; 10 GiB at 100M")
    parser.add_argument("--peer-python", help="interpreter of an environment that has snapml, the proprietary peer")
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--run", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        what, *rest = options.run
        sys.path.insert(0, str(ROOT / "benchmarks"))
        found = (
            run_module(what, Path(rest[0]), *rest[1:])
            if what in MODULES
            else [run_build(what, Path(rest[0]), Path(rest[1]), int(rest[2]))]
        )
        for row in found:
            print(json.dumps(row), flush=True)
        return
    with tempfile.TemporaryDirectory() as temporary:
        scratch = options.scratch or Path(temporary)
        scratch.mkdir(parents=True, exist_ok=True)
        for count in options.transactions:
            measure(count, scratch, options)


def measure(count: int, scratch: Path, options: argparse.Namespace) -> None:
    """Measure all that is asked for at one size."""
    file, ledger = scratch / f"{count}.parquet", scratch / f"{count}.ledger"
    if not file.exists():
        part = file.with_suffix(".part")
        write_traffic(part, count)
        part.rename(file)
    engines = [one for one in options.engines if one != "polars" or importlib.util.find_spec("polars")]
    if "build" not in options.work:
        engines = [] if (ledger / "ledger.json").exists() else ["tajfif"]
    for engine in engines:
        with tempfile.TemporaryDirectory(dir=scratch) as place:
            out = ledger if engine == "tajfif" else Path(place) / "out"
            keep(apart(engine, str(file), str(out), str(count)), options.out)
    for name in options.work:
        if name in MODULES and importlib.util.find_spec(MODULES[name]):
            keep(apart(name, str(ledger), *([options.peer_python] if options.peer_python else [])), options.out)


if __name__ == "__main__":
    main()
