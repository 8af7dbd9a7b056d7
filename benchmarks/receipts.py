"""How many receipts a second are made, checked, proven: ``python benchmarks/receipts.py [--receipts N]``.

The results are made up beforehand, so that only receipts are timed, not screening: one alert among a hundred. Writing counts
everything from the first result to the signed manifest on the disk.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
import time
from pathlib import Path

from tajfif.config import Settings, engine_version, usable_cores
from tajfif.lists.snapshot import BUNDLED
from tajfif.model import BirthDate, Engine, Name, ScreeningResult, Subject
from tajfif.screening.receipt_files import BatchWriter, prove, read_batch, read_one, write_receipt
from tajfif.screening.receipts import circumstances_of
from tajfif.screening.screener import Screener
from tajfif.signing import SigningKey


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--receipts", type=int, default=200_000)
    count = parser.parse_args().receipts
    with tempfile.TemporaryDirectory() as name:
        print(json.dumps(measured(Path(name), count), indent=1))


def measured(folder: Path, count: int) -> dict[str, object]:
    """Time one batch, and one file for each of a hundredth as many, since each is written through to the disk."""
    screener = Screener.open(folder / "home")
    hits = tuple(screener.screen("Ayman al-Zawahiri"))
    assert hits
    engine = Engine(version=engine_version(), config=Settings().digest)
    results = [
        ScreeningResult(
            subject=Subject(
                id=f"C-{number}",
                names=(Name(value=f"Inventus Nemo {number}"),),
                birth_dates=(BirthDate(start="1970-01-01"),),
            ),
            status="clear" if number % 100 else "alert",
            hits=() if number % 100 else hits,
            lists=(BUNDLED,),
            engine=engine,
        )
        for number in range(count)
    ]
    key = SigningKey.of_workspace(folder / "home")
    run = circumstances_of(folder / "home", (BUNDLED,), engine, Settings(), lang="en")
    started = time.perf_counter()
    with BatchWriter(folder / "batch", run, key) as writer:
        for result in results:
            writer.add(result)
    written = time.perf_counter()
    read_batch(writer.place)
    checked = time.perf_counter()
    proven = prove(writer.place, folder / "proven", number=count // 2)
    proof = time.perf_counter()
    read_one(proven)
    read = time.perf_counter()
    some = results[: max(1, count // 100)]
    alone = time.perf_counter()
    for result in some:
        one_run = circumstances_of(folder / "home", (BUNDLED,), engine, Settings(), lang="en")
        write_receipt(folder / "single", result, one_run, key)
    singly = time.perf_counter()
    size = sum(path.stat().st_size for path in writer.place.iterdir())
    return {
        "machine": f"{platform.machine()}, {usable_cores()} cores, Python {platform.python_version()}",
        "receipts": count,
        "made in a batch, per second": round(count / (written - started)),
        "checked in a batch with private parts, per second": round(count / (checked - written)),
        "one proof, seconds": round(proof - checked, 3),
        "checking one proof, milliseconds": round(1000 * (read - proof), 2),
        "made one by one, per second": round(len(some) / (singly - alone)),
        "bytes of a receipt and its private part": round(size / count),
    }


if __name__ == "__main__":
    main()
