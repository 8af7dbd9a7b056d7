"""How cost grows with the list: lists of 10,000 to 1,000,000 invented entities, each measured in a process of its own.

    python benchmarks/scale.py [--data ../shared/data] [--sizes 10000,30000,100000,300000,1000000] [--out benchmarks/results/scale.json]

The entities are made by joining the name units of ``data/names`` within a country and altering half of the Latin names; they are
nobody. Measured are the time to build and to save the index, the peak memory of building and of searching, and single queries of
ordinary people. A plot of time against size is written beside the results: cost should grow more slowly than the list.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from manipulations import altered
from populations import composed_pairs, ordinary_arabic, ordinary_arabic_latin
from tajfif.model import Entity, Listing, ListVersion, Name
from tajfif.screening import Screener
from tajfif.screening.building import build_index
from tajfif.screening.index import NameIndex

ROOT = Path(__file__).resolve().parent.parent
SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
QUERIES = 1_000


def entities(data: Path, count: int) -> list[Entity]:
    """Return invented persons, each with a Latin name, and every third with its Arabic one as well."""
    rng = random.Random(f"scale {count}")
    out = []
    for number, (arabic, latin) in enumerate(composed_pairs(data, count, rng)):
        written = altered(latin, rng)[0] if number % 2 else latin
        names = [Name(value=written)] + ([Name(value=arabic)] if number % 3 == 0 else [])
        listing = Listing(source="own", reference=str(number))
        out.append(Entity(id=f"own:{number}", schema="Person", names=tuple(names), listings=(listing,)))
    return out


def peak() -> float:
    """Return this process's peak memory so far, in MB."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024


def build(data: Path, size: int, folder: Path) -> dict[str, float]:
    """Build and save an index."""
    listed = entities(data, size)
    before = peak()
    began = time.perf_counter()
    version = ListVersion(source="own", published="2026-01-01", sha256="0" * 64, entries=size)
    index = build_index([(version, listed)])
    seconds = time.perf_counter() - began
    index.save(folder)
    return {"build_s": seconds, "build_mb": peak(), "entities_mb": before, "names": index.names}


def search(data: Path, folder: Path) -> dict[str, float]:
    """Ask for ordinary people, each once."""
    opened = NameIndex.open(folder)
    if opened is None:
        raise SystemExit(f"no index at {folder}")
    screener = Screener(opened)
    names = ordinary_arabic(data, QUERIES, 7) + ordinary_arabic_latin(data, QUERIES, 7)
    for name in names[:100]:
        screener.screen(name, schema="Person")
    times = []
    for name in names[100:]:
        began = time.perf_counter()
        screener.screen(name, schema="Person")
        times.append(time.perf_counter() - began)
    p50, p95 = (float(np.percentile(times, share) * 1e3) for share in (50, 95))
    return {"p50_ms": p50, "p95_ms": p95, "search_mb": peak()}


def plot(rows: list[dict[str, float]], out: Path) -> None:
    """Draw median and 95th percentile against size, both axes logarithmic, with a line of linear growth."""
    width, height, margin = 640, 400, 60
    sizes = [row["entities"] for row in rows]
    values = [row[key] for row in rows for key in ("p50_ms", "p95_ms")]
    low, high = math.log10(min(values) / 2), math.log10(max(values) * 4)

    def x(size: float) -> float:
        first, last = math.log10(sizes[0]), math.log10(sizes[-1])
        return margin + (math.log10(size) - first) / max(last - first, 1e-9) * (width - 2 * margin)

    def y(value: float) -> float:
        return height - margin - (math.log10(max(value, 1e-6)) - low) / (high - low) * (height - 2 * margin)

    def line(points: list[tuple[float, float]], style: str) -> str:
        return f'<polyline fill="none" {style} points="{" ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in points)}"/>'

    linear = [(size, rows[0]["p95_ms"] * size / sizes[0]) for size in sizes]
    marks = "".join(
        f'<text x="{x(size):.1f}" y="{height - margin + 20}" text-anchor="middle">{size:,.0f}</text>' for size in sizes
    )
    labels = "".join(
        f'<text x="{x(row["entities"]):.1f}" y="{y(row[key]) - 8:.1f}" text-anchor="middle">{row[key]:.2f}</text>'
        for row in rows
        for key in ("p50_ms", "p95_ms")
    )
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">'
        f'<rect width="{width}" height="{height}" fill="white"/>'
        + line([point for point in linear if y(point[1]) > margin], 'stroke="#bbb" stroke-dasharray="4 4"')
        + line([(row["entities"], row["p50_ms"]) for row in rows], 'stroke="#00796b" stroke-width="2"')
        + line([(row["entities"], row["p95_ms"]) for row in rows], 'stroke="#c62828" stroke-width="2"')
        + marks
        + labels
        + f'<text x="{margin}" y="24">one query, ms, against listed entities: median (green), 95th percentile (red), '
        "linear growth (dashed)</text></svg>\n"
    )
    out.write_text(drawing, encoding="utf-8")


def main() -> None:
    """Measure every size, print a table, write the results and the plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--out", type=Path)
    parser.add_argument("--part", nargs=2, metavar=("STEP", "FOLDER"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part:
        step, folder = arguments.part[0], Path(arguments.part[1])
        size = int(arguments.sizes)
        found = build(arguments.data, size, folder) if step == "build" else search(arguments.data, folder)
        print(json.dumps(found))
        return
    rows = []
    for size in map(int, arguments.sizes.split(",")):
        with tempfile.TemporaryDirectory() as home:
            row: dict[str, Any] = {"entities": size}
            for step in ("build", "search"):
                command = [sys.executable, __file__, "--data", str(arguments.data), "--sizes", str(size)]
                done = subprocess.run(
                    [*command, "--part", step, f"{home}/index"], capture_output=True, text=True, check=True
                )
                row |= json.loads(done.stdout)
        rows.append(row)
        print(
            f"{size:>9,} entities: build {row['build_s']:6.1f} s, {row['build_mb']:6.0f} MB; one query p50 {row['p50_ms']:5.2f} ms, "
            f"p95 {row['p95_ms']:5.2f} ms; {row['search_mb']:5.0f} MB",
            flush=True,
        )
    if arguments.out:
        machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
        result = {"date": time.strftime("%Y-%m-%d"), "machine": machine, "sizes": rows}
        arguments.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        plot(rows, arguments.out.with_suffix(".svg"))


if __name__ == "__main__":
    main()
