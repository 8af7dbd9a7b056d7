"""How often the true final beneficiary is among the first ten: the ranking of ``tajfif.tracing.beneficiaries`` beside PageRank.

    python benchmarks/tracing_truth.py                         # seeds 0 to 49, a hundred thousand transactions each
    python benchmarks/tracing_truth.py --seeds 0 5 --missing-legs 0.1 --commingling 0.3 0.9

Each scheme of ``tajfif synth`` is one case: what was put in is seeded, the accounts are ranked, and the one that truly had most of the
money at last is looked for. Schemes whose beneficiary cannot be reached, since the ledger lacks a leg, count as well. Personalised
PageRank (damping 0.85, from the same accounts, arrows weighted by amounts in dollars) ranks the same ledger without time or lots.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tajfif.tracing.beneficiaries import beneficiaries, implied_values
from tajfif.tracing.flow import Seed
from tajfif.tracing.ledger import Ledger
from tajfif.tracing.synth import Parameters, Synthetic, generate

DAMPING, ROUNDS = 0.85, 60
FIRST = 10


def ledger_of(made: Synthetic) -> Ledger:
    """Return the ledger of a generated world, in memory."""
    table = made.transactions

    def codes(name: str) -> NDArray[Any]:
        return np.asarray(table[name].combine_chunks().indices)

    def minor(name: str) -> NDArray[np.int64]:
        return np.array([int(text.replace(".", "")) for text in table[name].to_pylist()], dtype=np.int64)

    facts = ("party", "type", "country")
    return Ledger.from_arrays(
        time=table["time"].cast("int64").to_numpy(), source=codes("from_account"), target=codes("to_account"),
        amount=minor("amount"), amount_received=minor("amount_received"), currency=codes("currency"),
        currency_received=codes("currency_received"), currencies=table["currency"].combine_chunks().dictionary.to_pylist(),
        names=made.accounts["account"].to_pylist(), ids=table["id"].to_pylist(),
        accounts={name: made.accounts[name].to_pylist() for name in facts},
    )  # fmt: skip


def page_rank(ledger: Ledger, starts: Sequence[NDArray[np.int64]]) -> list[NDArray[np.float64]]:
    """Return the personalised PageRank of every account from each set of accounts, by power iteration."""
    size = ledger.account_count
    worth = implied_values(ledger)
    units = np.array([worth.get(code, 1.0) for code in ledger.currencies]) / 10.0**ledger.exponents
    pairs, place = np.unique(ledger.source.astype(np.int64) * size + ledger.target, return_inverse=True)
    weight = np.bincount(place, ledger.amount * units[ledger.currency])
    source, target = pairs // size, pairs % size
    total = np.bincount(source, weight, size)
    part = weight / np.maximum(total[source], 1e-300)
    found = []
    for start in starts:
        home = np.zeros(size)
        home[start] = 1 / len(start)
        rank = home
        for _ in range(ROUNDS):
            flowed = np.bincount(target, rank[source] * part, size) + rank[total == 0].sum() * home
            rank = DAMPING * flowed + (1 - DAMPING) * home
        found.append(rank)
    return found


def cases_of(made: Synthetic) -> tuple[list[Seed], list[dict[str, Any]]]:
    """Return the seeds of all schemes, labelled by scheme, and the schemes."""
    cases = [record for record in made.schemes if record["label"] == "illicit" and record["final_beneficiary"]]
    seeds = [
        Seed(
            account=lot["account"],
            amount=lot["amount"],
            currency=lot["currency"],
            time=lot["time"],
            label=case["scheme"],
        )
        for case in cases
        for lot in case["seeds"]
    ]
    return seeds, cases


def measured(parameters: Parameters) -> list[dict[str, Any]]:
    """Return for each scheme of one world where the true beneficiary stands in both rankings; 0 for nowhere."""
    made = generate(parameters)
    ledger = ledger_of(made)
    seeds, cases = cases_of(made)
    if not cases:
        return []
    ranked = beneficiaries(ledger, seeds, limit=FIRST)
    ours = {(each.seed, each.account): each.rank for each in ranked}
    starts = [np.array([ledger.account_index(lot["account"]) for lot in case["seeds"]]) for case in cases]
    rows = []
    for case, start, rank in zip(cases, starts, page_rank(ledger, starts), strict=True):
        wanted = ledger.account_index(case["final_beneficiary"])
        others = rank.copy()
        if wanted not in start:
            others[start] = -1  # where the money was put in is known
        rows.append({
            "seed": parameters.seed,
            "scheme": case["scheme"],
            "typology": case["typology"] or case["shape"],
            "commingling": case["commingling"],
            "missing": len(case["missing"]),
            "ours": ours.get((case["scheme"], case["final_beneficiary"]), 0),
            "page_rank": int((others > others[wanted]).sum()) + 1 if others[wanted] > 0 else 0,
        })  # fmt: skip
    return rows


def share(rows: Sequence[dict[str, Any]], column: str) -> float:
    """Return the share of cases in which the beneficiary is among the first ten."""
    found = sum(bool(0 < row[column] <= FIRST) for row in rows)
    return found / max(len(rows), 1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs=2, default=(0, 50), metavar=("FIRST", "END"))
    parser.add_argument("--transactions", type=int, default=100_000)
    parser.add_argument("--commingling", type=float, nargs=2, default=(0.0, 0.9))
    parser.add_argument("--missing-legs", type=float, default=0.04)
    parser.add_argument("--delay-days", type=float, default=1.0)
    parser.add_argument("--json", action="store_true", help="one line for each case")
    options = parser.parse_args()
    begin, rows = time.perf_counter(), []
    for seed in range(*options.seeds):
        parameters = Parameters(
            seed=seed, transactions=options.transactions, commingling=tuple(options.commingling),
            missing_legs=options.missing_legs, delay_days=options.delay_days,
        )  # fmt: skip
        rows += measured(parameters)
    if options.json:
        for row in rows:
            print(json.dumps(row))
        return
    print(
        f"{len(rows)} schemes of seeds {options.seeds[0]} to {options.seeds[1] - 1}, {time.perf_counter() - begin:.0f} s"
    )
    print(f"{'':24}{'cases':>6}{'first ten':>11}{'PageRank':>10}")
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups["all"].append(row)
        groups["no leg missing" if row["missing"] == 0 else "a leg missing"].append(row)
        groups["commingling >= 0.3" if row["commingling"] >= 0.3 else "commingling < 0.3"].append(row)
        groups[f"  {row['typology']}"].append(row)
    for name in sorted(groups, key=lambda name: (name.startswith(" "), name)):
        chosen = groups[name]
        print(f"{name:24}{len(chosen):6}{share(chosen, 'ours'):11.1%}{share(chosen, 'page_rank'):10.1%}")


if __name__ == "__main__":
    main()
