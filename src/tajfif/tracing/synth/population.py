"""Who there is: accounts, who holds them, what they share, who owns whom. Reach for :func:`population_of` to make them.

One element an account throughout; a party may hold several accounts, a household shares an address.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tajfif.tracing.synth.parameters import Parameters
from tajfif.tracing.synth.region import ABROAD, COUNTRIES, Country, Rates

__all__ = ["KINDS", "Population", "Stake", "population_of", "power_law"]

KINDS = ("person", "firm", "charity", "exchange_house", "processor", "bank", "atm")
_SHARES = (0.845, 0.125, 0.006, 0.006, 0.002, 0.002, 0.014)
_LEAST = (60, 24, 6, 6, 3, 4, 24)
_PER_ACCOUNT = 26  # transactions an account in a year, about


class Stake(NamedTuple):
    """Who owns how much of whom, in per cent, from when until when; parties by name."""

    owner: str
    owned: str
    percentage: str
    since: str
    until: str


@dataclass
class Population:
    """The accounts, in columns of shape (accounts,).

    Attributes:
        kind: Number in ``KINDS``.
        country: Number in ``countries``.
        currency: Number of a currency of the rates.
        household: Number of the household of a person; -1 for others.
        wage: Monthly income of a person, turnover scale of others, in dollars.
        degree: How many counterparties it pays.
        party: Number of the party that holds the account.
        countries: Countries, those abroad last.
        stakes: Who owns whom.
        designated: Accounts whose party is designated, in this invented world.
        facts: Further columns of the accounts file by name: texts, empty for nothing.
    """

    kind: NDArray[np.int64]
    country: NDArray[np.int64]
    currency: NDArray[np.int64]
    household: NDArray[np.int64]
    wage: NDArray[np.float64]
    degree: NDArray[np.int64]
    party: NDArray[np.int64]
    countries: tuple[Country, ...]
    stakes: list[Stake] = field(default_factory=list)
    designated: list[int] = field(default_factory=list)
    facts: dict[str, NDArray[np.str_]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.kind)

    def of(self, *kinds: str) -> NDArray[np.int64]:
        """Return the accounts of these kinds."""
        return np.flatnonzero(np.isin(self.kind, [KINDS.index(kind) for kind in kinds]))

    def party_name(self, account: int) -> str:
        """Return the id of the party that holds an account."""
        return f"P{int(self.party[account]):07d}"


def power_law(random: np.random.Generator, size: int, exponent: float, most: int) -> NDArray[np.int64]:
    """Draw whole numbers from 1 to ``most`` with probability in proportion to ``k ** -exponent``."""
    weights = np.arange(1, most + 1, dtype=np.float64) ** -exponent
    cumulative = np.cumsum(weights / weights.sum())
    return np.searchsorted(cumulative, random.random(size), side="right").clip(0, most - 1) + 1


def population_of(parameters: Parameters, rates: Rates, random: np.random.Generator) -> Population:
    """Make the accounts of a world."""
    countries = (*COUNTRIES[: parameters.countries], *ABROAD)
    yearly = _PER_ACCOUNT * max(parameters.days / 365, 0.25)
    total = max(200, int(parameters.transactions / yearly))
    counts = [max(least, round(total * share)) for least, share in zip(_LEAST, _SHARES, strict=True)]
    kind = np.repeat(np.arange(len(KINDS)), counts)
    size = len(kind)
    weight = np.array([each.weight for each in countries], dtype=np.float64)
    weight[-len(ABROAD) :] = weight.sum() * 0.01
    country = random.choice(len(countries), size, p=weight / weight.sum())
    banks = np.flatnonzero(kind == KINDS.index("bank"))
    country[banks] = len(countries) - 1 - np.arange(len(banks)) % len(ABROAD)
    for local in ("exchange_house", "atm", "charity", "processor"):  # one in every country before a second one in any
        places = np.flatnonzero(kind == KINDS.index(local))
        first = min(len(places), parameters.countries)
        country[places[:first]] = np.arange(first)
    code = {name: index for index, name in enumerate(rates.codes)}
    currency = np.array([code[each.currency] for each in countries])[country]
    dollars = (kind == KINDS.index("firm")) & (random.random(size) < 0.08)
    currency[dollars] = code["USD"]
    wage = np.array([each.wage for each in countries])[country] * random.lognormal(0, 0.45, size)
    people = kind == KINDS.index("person")
    household = np.where(people, 0, -1)
    # Households of one to six live in one country: people in order of country, cut into runs.
    order = np.flatnonzero(people)[np.argsort(country[people], kind="stable")]
    sizes = random.integers(1, 7, len(order))
    cuts = np.repeat(np.arange(len(sizes)), sizes)[: len(order)]
    household[order] = cuts * len(countries) + country[order]
    degree = _degrees(kind, parameters, random)
    party = np.arange(size)
    second = np.flatnonzero((kind <= 1) & (random.random(size) < 0.06))
    second = second[second > 0]
    same = (kind[second] == kind[second - 1]) & (country[second] == country[second - 1])
    party[second[same]] = party[second[same] - 1]
    world = Population(kind, country, currency, household, wage, degree, party, countries)
    _contacts(world, parameters, random)
    _ownership(world, random)
    return world


def _degrees(kind: NDArray[np.int64], parameters: Parameters, random: np.random.Generator) -> NDArray[np.int64]:
    """Give the largest of the drawn numbers to those who pay many: houses, processors and firms."""
    size = len(kind)
    most = int(min(max(30, size**0.62), 5_000))
    drawn = np.sort(power_law(random, size, parameters.degree_exponent, most))
    liking = np.array([1.0, 4.0, 6.0, 30.0, 40.0, 20.0, 0.5])[kind] * random.exponential(1.0, size)
    degree = np.empty(size, dtype=np.int64)
    degree[np.argsort(liking, kind="stable")] = drawn
    return degree


def _contacts(world: Population, parameters: Parameters, random: np.random.Generator) -> None:
    size = len(world)
    people, things = world.kind == 0, world.kind >= 5
    codes = np.array([each.code for each in world.countries])[world.country]
    number = np.char.zfill(world.party.astype(str), 7)
    home = np.char.zfill(np.where(people, world.household, size * 40 + world.party).astype(str), 8)
    phone = np.char.add("+999-", number)
    device = np.char.add("D-", number)
    document = np.char.add("INVENTED-", number)
    address = np.char.add(np.char.add(codes, "-Invented Street "), home)
    family = people & (random.random(size) < 0.15)
    phone = np.where(family, np.char.add("+999-8", home), phone)
    device = np.where(people & (random.random(size) < 0.3), np.char.add("D-H", home), device)
    empty = np.array("")
    world.facts["phone"] = np.where(things, empty, phone)
    world.facts["device"] = np.where(things | (random.random(size) < 0.3), empty, device)
    world.facts["document"] = np.where(people | (world.kind <= 3), document, empty)
    world.facts["address"] = np.where(world.kind == 6, empty, address)
    start = np.datetime64(parameters.start, "D")
    opened = start - (random.exponential(1_500, size) + 30).astype("timedelta64[D]")
    world.facts["opened"] = opened.astype(str)
    purpose = np.array(["salary and household", "trade", "relief and alms", "money transfer", "payments", "", ""])
    world.facts["purpose"] = purpose[world.kind]
    monthly = np.round(world.wage * np.array([1, 20, 15, 120, 300, 0, 0])[world.kind], -1).astype(np.int64)
    stated = (monthly > 0) & (random.random(size) < 0.8)
    world.facts["declared_monthly"] = np.where(stated, monthly.astype(str), "")


def _ownership(world: Population, random: np.random.Generator) -> None:
    """Own firms by persons and firms; shares of a firm add up to 100 % at most, a few change hands."""
    firms, people = world.of("firm"), world.of("person")
    opened = world.facts["opened"]
    firms = firms[np.unique(world.party[firms], return_index=True)[1]]
    for place, firm in enumerate(firms.tolist()):
        owners = int(random.integers(1, 5))
        shares = np.floor(random.dirichlet(np.full(owners, 1.5)) * 10_000).astype(int)
        for index in range(owners):
            parent = place > 4 and random.random() < 0.25
            owner = int(firms[random.integers(0, place)]) if parent else int(random.choice(people))
            percentage = f"{shares[index] / 100:.2f}"
            until = ""
            if random.random() < 0.03:
                until = str(np.datetime64(str(opened[firm])) + np.timedelta64(int(random.integers(200, 2_000)), "D"))
            if shares[index]:
                stake = (world.party_name(owner), world.party_name(firm), percentage, str(opened[firm]), until)
                world.stakes.append(Stake(*stake))
