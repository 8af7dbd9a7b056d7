"""Speed of the generator: a world with its truth, from the seed to files on the disk.

    python benchmarks/tracing_synth.py --transactions 100000 1000000

``benchmarks/tracing.py --work synth`` takes :func:`rows` for its table. Counted are generation and writing (Parquet: transactions,
accounts, truth), as ``tajfif synth --out`` does both. The generator has no peer that states the truth of each lot, so none is beside.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tajfif.tracing.ledger import Ledger
from tajfif.tracing.synth import Parameters, generate
from tajfif.tracing.synth.writing import write_world

__all__ = ["measured", "rows"]

LARGEST = 1_000_000
"""The mark is set at this size, and the years of one region hold no tens of millions of payments."""
MARK = {"at": 1_000_000, "seconds": 30.0}
SEED = 7

Row = dict[str, Any]


def rows(ledger: Ledger) -> Iterator[Row]:
    """Yield the row for as many transactions as a ledger has, a million at most."""
    yield measured(min(len(ledger.time), LARGEST))


def measured(transactions: int) -> Row:
    """Return what a world of about so many transactions costs, generated and written."""
    with tempfile.TemporaryDirectory() as place:
        write_world(generate(Parameters(seed=SEED, transactions=20_000)), Path(place) / "small")  # compiles, imports
        begin, spent = time.perf_counter(), time.process_time()
        made = generate(Parameters(seed=SEED, transactions=transactions))
        generated = time.perf_counter() - begin
        write_world(made, Path(place) / "world")
        seconds, spent = time.perf_counter() - begin, time.process_time() - spent
    return {
        "work": "generate a world with its truth",
        "transactions": transactions,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(spent, 2),
        "mark": MARK,
        "peak_GiB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        "result": f"{made.transactions.num_rows:,} transactions of {made.accounts.num_rows:,} accounts, {len(made.schemes):,} "
        f"schemes and lookalikes; {generated:.1f} s of it generate, the rest write",
    }


def main() -> None:
    """Measure each size and print a line of JSON for it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--transactions", type=int, nargs="+", default=[LARGEST])
    for count in parser.parse_args().transactions:
        print(json.dumps(measured(count)), flush=True)


if __name__ == "__main__":
    main()
