"""Measure what `tajfif detect` finds in the worlds of `tajfif synth`: recall and precision by typology, false findings by decoy.

    python benchmarks/tracing_worlds.py                                   # seeds 70 to 79, a million transactions each
    python benchmarks/tracing_worlds.py --seeds 0 2 --commingling 0 0.9   # seeds that definitions were set on: 0 to 19

Nothing is left out to please: schemes with legs that the ledger lacks count, and so does every finding at the default score.

- A planted shape is *found* if one finding of its name holds at least half of the transactions that make the shape: of a
  collector, what came in and not where it went later; of a cycle, the ring.
  *Whole* is the same of the schemes whose payments the ledger all has; *any* counts findings of whatever name.
- An indicator is found if a finding of its name holds at least half of the scheme's transactions, or if the scheme's are at
  least half of the finding.
- A finding is *right* if at least half of its transactions are of schemes, or, of an indicator, if it finds one as above.
- A lookalike *led to a false finding* if it is at least half of one, of whatever typology.

Intervals are Wilson's, 95 %. Right findings of the same scheme count once each, as they are listed.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow.csv
from numpy.typing import NDArray

from tajfif.tracing.ledger import Ledger
from tajfif.tracing.patterns import SHAPES
from tajfif.tracing.synth import Parameters, Synthetic, generate
from tajfif.tracing.typologies import detect

__all__ = ["Truth", "ledger_with_words", "truth_of"]

_FACTS = ("party", "type", "country", "phone", "device", "document", "address", "opened", "purpose", "declared_monthly")
_WORDS = ("channel", "from_bank", "to_bank", "from_country", "to_country", "purpose")
_TOLD_BY_LISTS = ("exposure", "owned_by_designated")
"""Found by who is designated, not by behaviour: whoever dealt with one is rightly told."""


class Truth(NamedTuple):
    """What is planted, by row of the ledger and by plan.

    Attributes:
        plan: By row the number of its scheme or lookalike, counted from 1; 0 for ordinary traffic.
        core: By row whether it is one of those that make the scheme's shape or indicator.
        names: By plan the name that it is to be found under, or the family of a lookalike; 0 is "".
        illicit: By plan whether it is a scheme.
        sizes: By plan the number of its core rows.
        whole: By plan whether the ledger has all of its payments.
    """

    plan: NDArray[np.int64]
    core: NDArray[np.bool_]
    names: list[str]
    illicit: NDArray[np.bool_]
    sizes: NDArray[np.int64]
    whole: NDArray[np.bool_]


def ledger_with_words(made: Synthetic) -> Ledger:
    """Return the ledger of a generated world with all that a bank knows of it, in memory."""
    table = made.transactions

    def codes(name: str) -> NDArray[Any]:
        return np.asarray(table[name].combine_chunks().indices)

    def minor(name: str) -> NDArray[np.int64]:
        return np.array([int(text.replace(".", "")) for text in table[name].to_pylist()], dtype=np.int64)

    return Ledger.from_arrays(
        time=table["time"].cast("int64").to_numpy(), source=codes("from_account"), target=codes("to_account"),
        amount=minor("amount"), amount_received=minor("amount_received"), currency=codes("currency"),
        currency_received=codes("currency_received"), currencies=table["currency"].combine_chunks().dictionary.to_pylist(),
        names=made.accounts["account"].to_pylist(), ids=table["id"].to_pylist(),
        words={name: [word or "" for word in table[name].to_pylist()] for name in _WORDS},
        accounts={name: [word or "" for word in made.accounts[name].to_pylist()] for name in _FACTS},
    )  # fmt: skip


def _core(shape: str, typology: str, leg: dict[str, Any]) -> bool:
    """Say whether a leg is one of those that make what the scheme is to be found as."""
    if typology in ("structuring", "unrelated_donors") or (not typology and shape == "fan_in"):
        return str(leg["stage"]) == "raise"
    if not typology and shape == "cycle":
        return str(leg["stage"]) == "move"
    if typology == "shared_contacts":
        return str(leg["stage"]) == "move"
    if typology == "value_transfer_hub":
        return "distributor" in (leg["from_role"], leg["to_role"])
    if typology == "dormant_burst":
        return str(leg["to_role"]) == "collector" or str(leg["from_role"]) == "collector"
    return bool(typology) or leg["to_role"] != "cash"


def truth_of(made: Synthetic, ledger: Ledger) -> Truth:
    """Return what is planted in a world, by row of its ledger."""
    plan = np.zeros(len(ledger.time), dtype=np.int64)
    core = np.zeros(len(ledger.time), dtype=bool)
    numbers = {record["scheme"]: place for place, record in enumerate(made.schemes, 1)}
    legs = [leg for leg in made.truth_transactions.to_pylist() if leg["in_ledger"]]
    rows = ledger.rows_of_ids([leg["id"] for leg in legs])
    for leg, row in zip(legs, rows, strict=True):
        plan[row] = numbers[leg["scheme"]]
        typology = "" if leg["shape"] == "random" and leg["typology"] == "pass_through" else leg["typology"]
        core[row] = _core(leg["shape"], typology, leg)
    # A walk over several accounts is planted as shape "random" and named after the indicator that it is as well.
    names = [""]
    for record in made.schemes:
        relays = sum(role == "relay" for role in record["accounts"].values())
        walk = record["typology"] == "pass_through" and relays != 1
        names.append(record["shape"] if walk or not record["typology"] else record["typology"])
    illicit = np.array([False, *(record["label"] == "illicit" for record in made.schemes)])
    whole = np.array([False, *(not record["missing"] for record in made.schemes)])
    return Truth(plan, core, names, illicit, np.bincount(plan[core], minlength=len(names)), whole)


class Tally:
    """What was found and what not, over several worlds."""

    def __init__(self) -> None:
        self.planted: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.anyhow: Counter[str] = Counter()
        self.whole: Counter[str] = Counter()
        self.found_whole: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.right: Counter[str] = Counter()
        self.wrong: dict[str, Counter[str]] = defaultdict(Counter)
        self.decoys: Counter[str] = Counter()
        self.led: Counter[str] = Counter()
        self.transactions = self.illicit = 0

    def add(self, truth: Truth, findings: Iterable[tuple[str, NDArray[np.int64]]]) -> None:
        """Count one world: the name and rows of each finding."""
        self.transactions += len(truth.plan)
        self.illicit += int(truth.illicit[truth.plan].sum())
        usable = truth.sizes > 0
        for number, name in enumerate(truth.names):
            if usable[number]:
                (self.planted if truth.illicit[number] else self.decoys)[name] += 1
                self.whole[name] += bool(truth.whole[number])
        hit: set[int] = set()
        anyhow: set[int] = set()
        led: set[int] = set()
        for name, rows in findings:
            self.told[name] += 1
            plans = truth.plan[rows]
            right = 2 * int(truth.illicit[plans].sum()) >= max(len(rows), 1)
            for number, count in Counter(plans.tolist()).items():
                if not number:
                    continue
                inside = int((truth.core[rows] & (plans == number)).sum())
                holds = 2 * inside >= truth.sizes[number] > 0
                if holds and truth.illicit[number]:
                    anyhow.add(number)
                if truth.names[number] == name and truth.illicit[number]:
                    mine = holds or (name not in SHAPES and 2 * count >= len(rows))
                    if mine:
                        hit.add(number)
                        right = right or name not in SHAPES
                elif not truth.illicit[number] and 2 * count >= len(rows) and name not in _TOLD_BY_LISTS:
                    led.add(number)
            self.right[name] += right
            if not right:
                self.wrong[name][_made_of(truth, plans)] += 1
        for number in hit:
            self.found[truth.names[number]] += 1
            self.found_whole[truth.names[number]] += bool(truth.whole[number])
        for number in anyhow | hit:
            self.anyhow[truth.names[number]] += 1
        for number in led:
            self.led[truth.names[number]] += 1

    def rows(self) -> list[dict[str, Any]]:
        """Return the table: one row a typology, then one a family of lookalikes."""
        table = []
        for name in dict.fromkeys((*SHAPES, *sorted({*self.planted, *self.told}))):
            table.append({
                "kind": "shape" if name in SHAPES else "indicator", "name": name,
                "planted": self.planted[name], "found": self.found[name], "recall": wilson(self.found[name], self.planted[name]),
                "recall_whole": wilson(self.found_whole[name], self.whole[name]),
                "recall_anyhow": wilson(self.anyhow[name], self.planted[name]),
                "told": self.told[name], "right": self.right[name],
                "precision": None if name in _TOLD_BY_LISTS else wilson(self.right[name], self.told[name]),
                "wrong": dict(self.wrong[name].most_common()),
            })  # fmt: skip
        for name in sorted(self.decoys):
            table.append({
                "kind": "lookalike", "name": name, "planted": self.decoys[name], "found": self.led[name],
                "false": wilson(self.led[name], self.decoys[name]),
            })  # fmt: skip
        return table


def _made_of(truth: Truth, plans: NDArray[np.int64]) -> str:
    """Say what a false finding is made of: the lookalike that is half of it, or ordinary traffic."""
    number, count = Counter(plans.tolist()).most_common(1)[0] if len(plans) else (0, 0)
    return truth.names[number] if number and 2 * count >= len(plans) else "ordinary"


def wilson(count: int, total: int) -> tuple[float, float, float] | None:
    """Return a share with its 95 % interval, None of nothing."""
    if not total:
        return None
    share, z = count / total, 1.959964
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return share, max(0.0, middle - half), min(1.0, middle + half)


def findings_of(made: Synthetic, ledger: Ledger, least_score: float) -> list[tuple[str, NDArray[np.int64]]]:
    """Return the name and rows of each finding of `tajfif detect` at a score."""
    events = {
        f"event{place}": record["facts"]["event"].split()[1]
        for place, record in enumerate(made.schemes)
        if "event" in record["facts"]
    }
    with tempfile.TemporaryDirectory() as folder:
        stakes = Path(folder, "ownership.csv")
        pyarrow.csv.write_csv(made.ownership, stakes)
        found = detect(
            ledger, designated=made.designated, ownership=stakes, least_score=least_score,
            parameters={"stopped_or_woken": {"events": events}},
        )  # fmt: skip
    return [
        (each.typology, np.asarray(ledger.rows_of_ids(each.transactions), dtype=np.int64)) for each in found.findings
    ]


def _shown(value: tuple[float, float, float] | None) -> str:
    return f"{'–':>18}" if value is None else f"{value[0]:6.2f} ({value[1]:.2f}-{value[2]:.2f})"


def _print(table: Sequence[dict[str, Any]]) -> None:
    print(f"{'':22}{'planted':>8}{'recall':>19}{'whole':>7}{'any':>6}{'findings':>10}{'precision':>19}  false findings")
    for row in table:
        if row["kind"] == "lookalike":
            continue
        wrong = ", ".join(f"{name} {count}" for name, count in list(row["wrong"].items())[:5])
        recall, precision = _shown(row["recall"]), _shown(row["precision"])
        whole, anyhow = (f"{row[key][0]:.2f}" if row[key] else "–" for key in ("recall_whole", "recall_anyhow"))
        print(
            f"{row['name']:22}{row['planted']:8}{recall:>19}{whole:>7}{anyhow:>6}{row['told']:10}{precision:>19}  {wrong}"
        )
    print(f"\n{'lookalike':22}{'planted':>8}{'led to a finding':>19}")
    for row in table:
        if row["kind"] == "lookalike":
            print(f"{row['name']:22}{row['planted']:8}{_shown(row['false']):>19}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs=2, default=(70, 80), metavar=("FIRST", "END"))
    parser.add_argument("--transactions", type=int, default=1_000_000)
    parser.add_argument("--commingling", type=float, nargs=2, default=(0.3, 0.9))
    parser.add_argument("--illicit", type=float, help="share of planted transactions; by default 0.0006 to 0.0011")
    parser.add_argument("--least-score", type=float, default=0.3)
    parser.add_argument("--json", action="store_true", help="one line for each row of the table")
    options = parser.parse_args()
    tally, begin = Tally(), time.perf_counter()
    for seed in range(*options.seeds):
        made = generate(
            Parameters(
                seed=seed,
                transactions=options.transactions,
                commingling=tuple(options.commingling),
                illicit=options.illicit,
            )
        )
        ledger = ledger_with_words(made)
        tally.add(truth_of(made, ledger), findings_of(made, ledger, options.least_score))
    table = tally.rows()
    if options.json:
        for row in table:
            print(json.dumps(row))
        return
    print(
        f"seeds {options.seeds[0]} to {options.seeds[1] - 1}: {tally.transactions:,} transactions, "
        f"{tally.illicit / tally.transactions:.3%} planted, {time.perf_counter() - begin:.0f} s"
    )
    _print(table)


if __name__ == "__main__":
    main()
