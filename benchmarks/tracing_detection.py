"""Measure how well the shapes are told from lawful lookalikes: precision and recall by typology, false findings by decoy.

    python benchmarks/tracing_detection.py                  # seeds 50 to 54, which the ranking was not set on
    python benchmarks/tracing_detection.py --seeds 0 1 2

A small simulation, apart from the package: 120 days of people with wages, rent, favourite shops, friends, cash and
remittances, firms with suppliers, charities with a Ramadan, exchange houses. Among them are planted, in equal numbers, the
eight shapes (fees of 0 to 8 %, lognormal delays, payments in parts, at half of the accounts that pass money on 0 to 90 % of
other money mixed in, half of the shapes on accounts with a life of their own) and four families of decoys: new payrolls,
family loops, supplier cycles, refunds.

A finding is right if at least half of its transactions are planted; a planted shape is found if one finding of its typology
holds at least half of its transactions. A decoy is a false finding if it is at least half of a finding.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tajfif.tracing.ledger import Ledger
from tajfif.tracing.patterns import SHAPES, find_shape, prepare

__all__ = ["World", "simulated"]

HOUR = 3_600_000_000
DAY = 24 * HOUR
DAYS = 120
DECOYS = ("new_payroll", "family_loop", "supplier_cycle", "refund")
THRESHOLDS = (0.2, 0.3, 0.4, 0.5)


Number = float | np.integer[Any]


class World(NamedTuple):
    """A simulated ledger: ``label`` by row is a number in ``planted`` (shape or decoy), or 0."""

    ledger: Ledger
    label: NDArray[np.int64]
    planted: dict[int, str]


class _Simulation:
    def __init__(self, seed: int, people: int, plants: int) -> None:
        self.random = np.random.default_rng(seed)
        self.kinds: list[str] = []
        self.rows: list[tuple[int, int, int, int, int]] = []
        self.planted: dict[int, str] = {}
        self.people = self.accounts("person", people)
        self.firms = self.accounts("firm", people // 15)
        self.shops = self.accounts("firm", people // 20)
        self.charities = self.accounts("charity", 12)
        self.houses = self.accounts("exchange_house", 6)
        self.machines = self.accounts("atm", 20)
        self.everyday()
        for number in range(plants):
            self.plant(SHAPES[number % len(SHAPES)])
            if number % 2:
                self.decoys()

    def accounts(self, kind: str, count: int) -> NDArray[np.int64]:
        self.kinds += [kind] * count
        return np.arange(len(self.kinds) - count, len(self.kinds))

    def pay(self, time: Number, source: int, target: int, amount: Number, label: int = 0) -> None:
        if 0 <= time < DAYS * DAY and source != target:
            self.rows.append((int(time), int(source), int(target), max(1, int(amount)), label))

    def moments(self, rate: float) -> NDArray[np.float64]:
        return self.random.uniform(0, DAYS * DAY, self.random.poisson(DAYS * rate))

    def everyday(self) -> None:
        random = self.random
        popularity = 1 / np.arange(1, len(self.shops) + 1) ** 0.9
        popularity /= popularity.sum()
        for person in self.people:
            wage, employer = float(np.exp(random.normal(12.9, 0.5))), random.choice(self.firms)
            shops, friends = random.choice(self.shops, 4, p=popularity), random.choice(self.people, 3)
            landlord, house, remits = random.choice(self.shops), random.choice(self.houses), random.random() < 0.15
            for month in range(DAYS // 30):
                begin = month * 30 * DAY
                self.pay(
                    begin + (25 + random.integers(0, 2)) * DAY + random.integers(8, 12) * HOUR, employer, person, wage
                )
                self.pay(begin + random.integers(1, 3) * DAY, person, landlord, round(wage * 0.3))
                if remits:
                    self.pay(begin + random.uniform(0, 30) * DAY, person, house, round(wage * 0.3))
            for moment in self.moments(0.25):
                shop = random.choice(shops) if random.random() < 0.7 else random.choice(self.shops, p=popularity)
                price = wage * random.lognormal(-3.2, 0.8)
                self.pay(moment, person, shop, round(price, -3) if random.random() < 0.4 else price)
            for moment in self.moments(0.03):
                friend = random.choice(friends) if random.random() < 0.7 else random.choice(self.people)
                self.pay(moment, person, friend, round(wage * random.lognormal(-2.5, 1), -3) + 1000)
            for moment in self.moments(0.05):
                self.pay(moment, person, random.choice(self.machines), round(wage * 0.1, -3))
        for firm in (*self.firms, *self.shops):
            suppliers = random.choice(self.firms, 5)
            for moment in self.moments(0.3):
                supplier = random.choice(suppliers) if random.random() < 0.8 else random.choice(self.firms)
                self.pay(moment, firm, supplier, np.exp(random.normal(14, 1)))
        for charity in self.charities:
            usual, ramadan = random.uniform(0, DAYS * DAY, 200), random.uniform(60 * DAY, 80 * DAY, 150)
            for moment in (*usual, *ramadan):
                self.pay(moment, random.choice(self.people), charity, random.choice([1000, 5000, 10000]))
            for month in range(DAYS // 30):
                self.pay((month * 30 + 5) * DAY, charity, random.choice(self.firms), 500_000)

    def labelled(self, name: str) -> int:
        self.planted[len(self.planted) + 1] = name
        return len(self.planted)

    def decoys(self) -> None:
        random = self.random
        label, firm, begin = (
            self.labelled("new_payroll"),
            random.choice(self.firms),
            random.uniform(0, (DAYS - 1) * DAY),
        )
        for person in random.choice(self.people, random.integers(5, 20), replace=False):
            wage = random.normal(300_000, 30_000)
            for month in range(4):
                self.pay(begin + month * 30 * DAY + random.integers(0, 4) * HOUR, firm, person, wage, label)
        for name, group, rounds, gap in (("family_loop", self.people, 3, 12), ("supplier_cycle", self.firms, 4, 15)):
            label, begin = self.labelled(name), random.uniform(0, (DAYS - 60) * DAY)
            members = random.choice(group, random.integers(3, 6), replace=False)
            for again in range(rounds):
                for step, (a, b) in enumerate(zip(members, np.roll(members, -1), strict=True)):
                    amount = random.choice([20_000, 30_000, 50_000]) * random.lognormal(0, 0.3 if gap == 15 else 0.0)
                    self.pay(begin + (again * gap + step) * DAY + random.uniform(0, 24) * HOUR, a, b, amount, label)
        label, begin, price = (
            self.labelled("refund"),
            random.uniform(0, (DAYS - 20) * DAY),
            random.integers(5000, 100_000),
        )
        person, shop = random.choice(self.people), random.choice(self.shops)
        self.pay(begin, person, shop, price, label)
        self.pay(begin + random.uniform(1, 10) * DAY, shop, person, price, label)

    def delay(self) -> float:
        return min(30 * DAY, self.random.lognormal(np.log(18), 0.9) * HOUR)

    def hand_on(self, time: float, source: int, target: int, amount: float, label: int) -> None:
        share = self.random.random() if self.random.random() < 0.3 else 1.0
        for part in (share, 1 - share) if share < 1 else (1.0,):
            self.pay(time + self.random.uniform(0, 6) * HOUR, source, target, amount * part, label)

    def mix(self, account: int, time: float, amount: float) -> float:
        """At half of the accounts other money comes in, 0 to 90 % of what goes on; return how many times more goes on."""
        if self.random.random() < 0.5:
            return 1.0
        times = 1 / (1 - float(self.random.uniform(0, 0.9)))
        other = self.random.choice(self.people)
        self.pay(time - self.random.uniform(0, 24) * HOUR, other, account, amount * (times - 1))
        return times

    def plant(self, shape: str) -> None:
        random, label = self.random, self.labelled(shape)
        count = int(random.integers(4, 10))
        members = random.choice(self.people, 40, replace=False)
        if random.random() < 0.5:
            members = np.concatenate([self.accounts("person", 10), members])
        begin, amount = random.uniform(5 * DAY, (DAYS - 30) * DAY), float(np.exp(random.normal(12.8, 0.6)))

        def fee() -> float:
            return float(1 - random.uniform(0, 0.08))

        def near() -> float:
            return amount * float(random.uniform(0.7, 1.3))

        if shape in ("fan_out", "fan_in"):
            for other in members[1 : 1 + count]:
                ends = (members[0], other) if shape == "fan_out" else (other, members[0])
                self.hand_on(begin + self.delay(), *ends, near(), label)
        elif shape == "scatter_gather":
            for middle in members[2 : 2 + count]:
                moment, part = begin + self.delay(), near()
                self.hand_on(moment, members[0], middle, part, label)
                part *= self.mix(middle, moment, part) * fee()
                self.hand_on(moment + 6 * HOUR + self.delay(), middle, members[1], part, label)
        elif shape == "gather_scatter":
            total, latest = 0.0, begin
            for payer in members[1 : 1 + count]:
                moment, part = begin + self.delay(), near()
                self.hand_on(moment, payer, members[0], part, label)
                total, latest = total + part, max(latest, moment)
            receivers = members[12 : 12 + int(random.integers(3, 8))]
            left = total * fee() * self.mix(members[0], latest, total)
            for receiver in receivers:
                part = left / len(receivers) * random.uniform(0.8, 1.2)
                self.hand_on(latest + 6 * HOUR + self.delay(), members[0], receiver, part, label)
        elif shape in ("cycle", "random"):
            path = [*members[: random.integers(3, 8)], members[0] if shape == "cycle" else members[20]]
            for source, target in pairwise(path):
                self.hand_on(begin, source, target, amount, label)
                amount *= fee() * self.mix(target, begin, amount)
                begin += 6 * HOUR + self.delay()
        elif shape == "bipartite":
            for source in members[:4]:
                for target in members[10:14]:
                    if random.random() < 0.75:
                        self.hand_on(begin + self.delay(), source, target, near(), label)
        else:
            middles = members[10:13]
            held, last = dict.fromkeys(middles, 0.0), dict.fromkeys(middles, begin)
            for source in members[:3]:
                for middle in random.choice(middles, 2, replace=False):
                    moment, part = begin + self.delay(), near()
                    self.hand_on(moment, source, middle, part, label)
                    held[middle], last[middle] = held[middle] + part, max(last[middle], moment)
            for middle in middles:
                left = held[middle] * fee() * self.mix(middle, last[middle], held[middle])
                for target in random.choice(members[20:23], 2, replace=False):
                    self.hand_on(last[middle] + 6 * HOUR + self.delay(), middle, target, left / 2, label)


def simulated(seed: int, *, people: int = 6000, plants: int = 64) -> World:
    """Return one simulated world."""
    simulation = _Simulation(seed, people, plants)
    time, source, target, amount, label = np.array(simulation.rows, dtype=np.int64).T
    ledger = Ledger.from_arrays(
        time=time, source=source, target=target, amount=amount, names=len(simulation.kinds),
        accounts={"type": simulation.kinds},
    )  # fmt: skip
    return World(ledger, label[ledger.sequence], simulation.planted)


def _tally(seeds: Sequence[int]) -> None:
    right: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    best: dict[tuple[int, int], float] = {}
    named: dict[tuple[int, int], str] = {}
    false: dict[tuple[int, int], float] = {}
    transactions = planted = 0
    for seed in seeds:
        world = simulated(seed)
        prepared = prepare(world.ledger)
        illicit = np.array([False, *(world.planted[label] in SHAPES for label in range(1, len(world.planted) + 1))])
        sizes = np.bincount(world.label, minlength=len(world.planted) + 1)
        transactions += len(world.label)
        planted += int(illicit[world.label].sum())
        named.update({(seed, label): name for label, name in world.planted.items()})
        for shape in SHAPES:
            found = find_shape(prepared, shape)
            for index in range(len(found)):
                score, labels = float(found.score[index]), world.label[found.rows_of(index)]
                right[shape].append((score, 2 * int(illicit[labels].sum()) >= len(labels)))
                for label, count in Counter(labels.tolist()).items():
                    name = world.planted.get(label, "")
                    key = (seed, label)
                    if name == shape and 2 * count >= sizes[label]:
                        best[key] = max(score, best.get(key, 0.0))
                    elif name in DECOYS and 2 * count >= len(labels):
                        false[key] = max(score, false.get(key, 0.0))
    print(f"seeds {', '.join(map(str, seeds))}: {transactions:,} transactions, {planted / transactions:.3%} planted")
    print(f"{'recall / precision at':24}" + "".join(f"{threshold:>16}" for threshold in THRESHOLDS))
    for shape in SHAPES:
        cells = []
        for threshold in THRESHOLDS:
            hits = [best.get(key, -1.0) >= threshold for key, name in named.items() if name == shape]
            told = [good for score, good in right[shape] if score >= threshold]
            cells.append(f"{np.mean(hits):.2f} / {np.mean(told) if told else 1.0:.2f}")
        print(f"{shape:24}" + "".join(f"{cell:>16}" for cell in cells))
    print("share of decoys in a finding")
    for decoy in DECOYS:
        keys = [key for key, name in named.items() if name == decoy]
        cells = [f"{np.mean([false.get(key, -1.0) >= threshold for key in keys]):.1%}" for threshold in THRESHOLDS]
        print(f"{decoy:24}" + "".join(f"{cell:>16}" for cell in cells))


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure detection on simulated traffic.")
    parser.add_argument("--seeds", type=int, nargs="+", default=[50, 51, 52, 53, 54])
    _tally(parser.parse_args().seeds)


if __name__ == "__main__":
    main()
