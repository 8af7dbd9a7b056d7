"""Money moved on purpose, lot by lot, to the last minor unit. Reach for :class:`Plan` to write a scheme or a lookalike.

A *lot* is money put into one account. What an account of the scheme holds of each lot is known after every payment; what it
pays beyond that is its own, lawful money. Nothing is created or lost: what a lot brings into an account leaves it or rests.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tajfif.tracing.synth.parameters import Parameters
from tajfif.tracing.synth.population import KINDS, Population
from tajfif.tracing.synth.region import Calendar, Rates

__all__ = ["Leg", "Part", "Plan", "Stage"]

DAY, MINUTE = 86_400_000_000, 60_000_000
_SPREAD = 0.006  # what a change of money costs at most, beside the fee


class Part(NamedTuple):
    """How much of one lot a payment carries: as paid and as received, in minor units."""

    lot: int
    paid: int
    received: int


@dataclass
class Leg:
    """One payment of a scheme, in minor units of the payer's and the payee's currencies."""

    time: int
    source: int
    target: int
    amount: int
    received: int
    channel: str
    purpose: str
    roles: tuple[str, str]
    stage: str
    hop: int
    parts: tuple[Part, ...] = ()
    missing: bool = False
    enters: bool = False
    """The parts enter the scheme by this payment: it is how the lot was put in."""


class Stage(NamedTuple):
    """The world that a scheme plays in."""

    world: Population
    rates: Rates
    calendar: Calendar
    parameters: Parameters
    random: np.random.Generator
    used: set[int]

    def account(
        self, *kinds: str, country: int = -1, abroad: bool = False, risk: bool = False, not_in: int = -1
    ) -> int:
        """Return an account that no scheme uses yet and that is not one of the busiest."""
        world = self.world
        chosen = np.isin(world.kind, [KINDS.index(kind) for kind in kinds])
        if country >= 0 and (chosen & (world.country == country)).any():
            chosen &= world.country == country
        region = self.parameters.countries
        if abroad:
            chosen &= world.country != not_in
        if risk:
            places = [place for place, each in enumerate(world.countries[:region]) if each.risk and place != not_in]
            chosen &= np.isin(world.country, places)
        places_of = np.flatnonzero(chosen)
        for most in (30, 80, 10**9):
            quiet = places_of[world.degree[places_of] <= most]
            for _ in range(60 if len(quiet) else 0):
                found = int(quiet[self.random.integers(len(quiet))])
                if found not in self.used:
                    self.used.add(found)
                    return found
        return int(self.random.choice(places_of if len(places_of) else world.of(*kinds)))

    def relatives(self, count: int, country: int) -> list[int]:
        """Return accounts of persons of one household that no scheme uses yet, and of others of the country where it is too small."""
        world = self.world
        people = np.flatnonzero((world.household >= 0) & (world.country == country))
        free = people[~np.isin(people, list(self.used))]
        homes, sizes = np.unique(world.household[free], return_counts=True)
        large = homes[sizes >= min(count, int(sizes.max(initial=0)))]
        found: list[int] = []
        if len(large):
            home = free[world.household[free] == large[self.random.integers(len(large))]]
            found = self.random.permutation(home)[:count].tolist()
        self.used.update(found)
        return [*found, *(self.account("person", country=country) for _ in range(count - len(found)))]

    def machine(self, country: int) -> int:
        """Return a cash machine of a country."""
        machines = self.world.of("atm")
        there = machines[self.world.country[machines] == country]
        return int(self.random.choice(there if len(there) else machines))


@dataclass
class Plan:
    """One scheme or lookalike while it is written.

    Attributes:
        stage: Where it plays.
        shape, typology: What it is; of a lookalike the typology is its family.
        fee, mixing: What relays keep, and how much of own money payments carry.
        legs: The payments so far.
        seeds: By lot: account, minor units, time.
        held: By account: minor units of each lot.
        ready: By account: when the last of it came.
        depth: By account: payments from where the money entered.
        roles: By account.
        facts: Anything else worth telling.
    """

    stage: Stage
    shape: str
    typology: str
    fee: float = 0.0
    mixing: float = 0.0
    legs: list[Leg] = field(default_factory=list)
    seeds: list[tuple[int, int, int]] = field(default_factory=list)
    held: dict[int, dict[int, int]] = field(default_factory=dict)
    ready: dict[int, int] = field(default_factory=dict)
    depth: dict[int, int] = field(default_factory=dict)
    roles: dict[int, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def random(self) -> np.random.Generator:
        """Source of all that the plan draws."""
        return self.stage.random

    def minor(self, account: int, dollars: float, time: int) -> int:
        """Return dollars in minor units of an account's currency on a day."""
        rates, currency = self.stage.rates, int(self.stage.world.currency[account])
        value = dollars * self._rate(currency, time) * 10 ** int(rates.exponents[currency])
        return max(1, int(value))

    def dollars(self, account: int, minor: int, time: int) -> float:
        """Return minor units of an account's currency in dollars."""
        rates, currency = self.stage.rates, int(self.stage.world.currency[account])
        return float(minor / 10 ** int(rates.exponents[currency]) / self._rate(currency, time))

    def _rate(self, currency: int, time: int) -> float:
        days = self.stage.rates.per_dollar.shape[1]
        day = min(max((time - self.stage.calendar.first) // DAY, 0), days - 1)
        return float(self.stage.rates.per_dollar[currency, day])

    def converted(self, source: int, target: int, amount: int, time: int) -> int:
        """Return what arrives of a payment: less, and in another currency, where the two accounts differ in it."""
        world = self.stage.world
        if world.currency[source] == world.currency[target]:
            return amount
        return self.minor(target, self.dollars(source, amount, time) * (1 - self.random.uniform(0.001, _SPREAD)), time)

    def put(
        self, account: int, dollars: float, time: int, *, role: str = "source", via: int = -1, channel: str = ""
    ) -> int:
        """Put a lot into an account, by a payment from ``via`` if one is named; return its number."""
        amount = self.minor(account, dollars, time)
        lot = len(self.seeds)
        self.seeds.append((account, amount, time))
        self._hold(account, lot, amount, time, 0)
        self.roles.setdefault(account, role)
        if via >= 0:
            paid = self.converted(account, via, amount, time) if not self._same(account, via) else amount
            roles = ("cash" if self._kind(via) == "atm" else "lender", self.roles[account])
            part = Part(lot, 0, amount)
            self.legs.append(
                Leg(time, via, account, paid, amount, channel, "", roles, "raise", 0, (part,), enters=True)
            )
        return lot

    def _same(self, first: int, second: int) -> bool:
        return bool(self.stage.world.currency[first] == self.stage.world.currency[second])

    def _kind(self, account: int) -> str:
        return KINDS[int(self.stage.world.kind[account])]

    def _hold(self, account: int, lot: int, amount: int, time: int, depth: int) -> None:
        purse = self.held.setdefault(account, {})
        purse[lot] = purse.get(lot, 0) + amount
        self.ready[account] = max(self.ready.get(account, 0), time)
        self.depth[account] = max(self.depth.get(account, 0), depth)

    def holds(self, account: int) -> int:
        """Return the minor units of all lots in an account."""
        return sum(self.held.get(account, {}).values())

    def later(self, account: int, median: float = 0.0) -> int:
        """Return when an account pays on: some lognormal time after the last of its money came."""
        parameters = self.stage.parameters
        days = self.random.lognormal(np.log(median or parameters.delay_days), 1.1)
        wait = int(min(days, parameters.longest_delay) * DAY)
        return self.ready[account] + max(wait, 20 * MINUTE)

    def move(
        self, source: int, target: int, amount: int, time: int, *, role: str, stage: str, channel: str = "transfer",
        purpose: str = "", whole: bool = False,
    ) -> None:  # fmt: skip
        """Pay on so much of the lots that an account holds, perhaps in several payments, with own money added.

        Args:
            source, target: Accounts.
            amount: Minor units of lots.
            time: When.
            role: Of the target.
            stage: ``raise``, ``move`` or ``use``.
            channel, purpose: Of the payment.
            whole: Never in several.
        """
        amount = min(amount, self.holds(source))
        if amount <= 0 or source == target:
            return
        pieces = 1
        if not whole and amount > 40 and self.random.random() < self.stage.parameters.splits:
            pieces = int(self.random.integers(2, 4))
        weights = np.cumsum(self.random.dirichlet(np.full(pieces, 4.0)))
        bounds = [0, *(int(amount * weight) for weight in weights[:-1]), amount]
        for place in range(pieces):
            moment = time + int(self.random.uniform(0.02, 0.6) * DAY) * place
            self._pay(source, target, bounds[place + 1] - bounds[place], moment, role, stage, channel, purpose)

    def _pay(
        self, source: int, target: int, seeded: int, time: int, role: str, stage: str, channel: str, purpose: str
    ) -> None:
        if seeded <= 0:
            return
        time -= time % 1_000_000
        share = 0.0
        if self.mixing > 0:
            share = float(np.clip(self.mixing + self.random.uniform(-0.12, 0.12), 0.02, 0.9))
        amount = self._rounded(source, int(seeded / (1 - share))) if share else seeded
        received = self.converted(source, target, amount, time)
        parts, begin = [], 0
        purse = self.held[source]
        left = seeded
        for lot in sorted(purse):
            taken = min(left, purse[lot])
            if taken:
                purse[lot] -= taken
                left -= taken
                end = begin + taken
                # Cumulative, so that the parts received add up to what the seeded money became.
                arrived = received * end // amount - received * begin // amount
                parts.append(Part(lot, taken, arrived))
                begin = end
        hop = self.depth[source] + 1
        roles = (self.roles.get(source, "relay"), self.roles.setdefault(target, role))
        for part in parts:
            self._hold(target, part.lot, part.received, time, hop)
        leg = Leg(time, source, target, amount, received, channel, purpose, roles, stage, hop, tuple(parts))
        between = roles[0] in ("relay", "collector", "distributor") and roles[1] in (
            "relay",
            "collector",
            "distributor",
        )
        leg.missing = between and self.random.random() < self.stage.parameters.missing_legs
        self.legs.append(leg)

    def _rounded(self, account: int, amount: int) -> int:
        """Return the amount, at times topped up to a round one with own money, never to more than a tenth more."""
        if amount < 100 or self.random.random() > self.stage.parameters.round_amounts:
            return amount
        step: int = 10 ** (len(str(amount)) - 2)
        return -(-amount // step) * step

    def keep(self, account: int) -> int:
        """Return what an account pays on of the lots it holds, when it has taken its fee."""
        return self.holds(account) - int(self.holds(account) * self.random.uniform(0, self.fee))

    def plain(
        self, source: int, target: int, dollars: float, time: int, *, channel: str = "transfer", purpose: str = "",
        roles: tuple[str, str] = ("payer", "payee"), stage: str = "lawful",
    ) -> None:  # fmt: skip
        """Write a payment that carries no lot: of a lookalike, or of the cover of a scheme."""
        amount = self._rounded(source, self.minor(source, dollars, time))
        time -= time % 1_000_000
        received = self.converted(source, target, amount, time)
        for account, role in zip((source, target), roles, strict=True):
            self.roles.setdefault(account, role)
        self.legs.append(Leg(time, source, target, amount, received, channel, purpose, roles, stage, 0))

    def fit(self, begin: int, end: int) -> None:
        """Shrink the times so that the last payment comes before ``end``; order is kept."""
        last = max(leg.time for leg in self.legs)
        if last <= end:
            return
        scale = (end - begin) / (last - begin)

        def moved(time: int) -> int:
            shrunk = begin + int((time - begin) * scale)
            return shrunk - shrunk % 1_000_000

        for leg in self.legs:
            leg.time = moved(leg.time)
        self.seeds = [(account, amount, moved(time)) for account, amount, time in self.seeds]

    def rest(self) -> NDArray[np.int64]:
        """Return where the lots rest, as rows of account, lot and minor units."""
        rows = [
            (account, lot, amount)
            for account, purse in sorted(self.held.items())
            for lot, amount in sorted(purse.items())
            if amount
        ]
        return np.array(rows, dtype=np.int64).reshape(-1, 3)
