"""A base of customers against one update of the UN list: what rescreening costs, beside screening everybody.

    python benchmarks/rescreen.py [--data ../shared/data] [--customers 1000000] [--out benchmarks/results/rescreen.json]

The customers are composed of ordinary Arabic names in both scripts and of worldwide names; they are nobody. The UN list of 2024-09-26 is
loaded, everybody is screened once, then the list of 2025-04-19 is loaded and what changed is screened against the customers.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from populations import composed_pairs, ordinary_worldwide
from tajfif.lists.store import ListStore
from tajfif.model import BirthDate, Name, Subject
from tajfif.screening.rescreen import rescreen

ROOT = Path(__file__).resolve().parent.parent
BEFORE, AFTER = "UN_consolidated_2024-09-26.xml", "UN_consolidated_2025-04-19.xml"


def customers(data: Path, count: int) -> Iterator[Subject]:
    """Yield invented customers: a third each with an Arabic name, with one in Latin script, and from anywhere."""
    rng = random.Random(f"customers {count}")
    worldwide = ordinary_worldwide(data, 20_000, 3)
    for number, (arabic, latin) in enumerate(composed_pairs(data, count, rng)):
        name = (arabic, latin, rng.choice(worldwide))[number % 3]
        births = (BirthDate(start=f"{rng.randrange(1940, 2006)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"),)
        yield Subject(id=str(number), schema="Person", names=(Name(value=name),), birth_dates=births)


def peak() -> float:
    """Return this process's peak memory so far, in MB."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024


def step(name: str, data: Path, home: Path, count: int) -> dict[str, float]:
    """Run one step in this process and return what it cost."""
    began = time.perf_counter()
    workers = os.cpu_count() or 1
    if name == "index":
        report = rescreen(home, "base", customers(data, count), workers=workers)
    else:
        report = rescreen(home, "base", workers=workers, full=name == "everybody")
    counts = {f"hits_{kind}": number for kind, number in report.counts.items()}
    return {
        "seconds": time.perf_counter() - began, "peak_mb": peak(), "screened": report.screened, "alerts": report.alerts,
        "changed_entries": report.changed_entries, **counts,
    }  # fmt: skip


def main() -> None:
    """Measure each step in a process of its own and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--step", nargs=2, metavar=("STEP", "HOME"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        name, home = arguments.step
        print(json.dumps(step(name, arguments.data, Path(home), arguments.customers)))
        return
    result: dict[str, object] = {
        "date": time.strftime("%Y-%m-%d"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "customers": arguments.customers,
    }
    with tempfile.TemporaryDirectory() as home:
        lists = arguments.data / "lists" / "un"
        ListStore(home).load("un_sc", lists / BEFORE)
        for name in ("index", "update", "again", "everybody"):
            if name == "update":
                ListStore(home).load("un_sc", lists / AFTER)
            command = [sys.executable, __file__, "--data", str(arguments.data), "--customers", str(arguments.customers)]
            done = subprocess.run([*command, "--step", name, home], capture_output=True, text=True, check=True)
            row = json.loads(done.stdout)
            result[name] = row
            print(
                f"{name:>9}: {row['seconds']:7.1f} s, {row['peak_mb']:6.0f} MB; {row['changed_entries']:,} entries changed, "
                f"{row['screened']:,} customers screened; {row['hits_new']:,} new, {row['hits_changed']:,} changed, "
                f"{row['hits_gone']:,} gone",
                flush=True,
            )
    if arguments.out:
        arguments.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
