"""Lawful life: wages, shops, rent, suppliers, families, alms, remittances, cash. Reach for :func:`benign_traffic`.

Who pays whom is drawn first, as distinct pairs whose number an account has follows a truncated power law; then how often and
when each pair meets; then how much, so that people spend about what they earn. All by whole columns.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tajfif.tracing.synth.parameters import Parameters
from tajfif.tracing.synth.population import KINDS, Population, power_law
from tajfif.tracing.synth.region import Calendar, week_of

__all__ = ["CATEGORIES", "Payments", "benign_traffic", "rounded"]

DAY = 86_400_000_000
CATEGORIES = (
    "payroll", "rent", "shopping", "family", "alms", "remittance", "supplier", "cash_out", "cash_in", "benefit", "loan",
    "settlement", "aid",
)  # fmt: skip
_CHANNELS = {
    "payroll": "payroll", "rent": "transfer", "shopping": "card", "family": "transfer", "alms": "transfer",
    "remittance": "transfer", "supplier": "wire", "cash_out": "atm", "cash_in": "cash_deposit", "benefit": "benefit",
    "loan": "loan", "settlement": "transfer", "aid": "transfer",
}  # fmt: skip
_PURPOSES = {
    "payroll": "salary", "rent": "rent", "shopping": "purchase", "family": "family", "alms": "donation",
    "remittance": "remittance", "supplier": "invoice", "cash_out": "cash", "cash_in": "takings", "benefit": "benefit",
    "loan": "loan", "settlement": "settlement", "aid": "relief",
}  # fmt: skip
_MONTHLY = ("payroll", "rent", "benefit")
# Lognormal amounts in dollars: median as a part of the payer's or payee's monthly income, and spread.
_SIZES = {
    "payroll": (1.0, 0.05), "rent": (0.28, 0.1), "shopping": (0.03, 1.0), "family": (0.06, 1.0), "alms": (0.02, 1.1),
    "remittance": (0.2, 0.6), "supplier": (1.2, 1.2), "cash_out": (0.07, 0.7), "cash_in": (0.5, 0.9), "benefit": (0.12, 0.3),
    "loan": (2.5, 0.8), "settlement": (1.5, 0.8), "aid": (0.1, 0.6),
}  # fmt: skip


class Payments(NamedTuple):
    """Payments in columns: microseconds, accounts, amount in dollars (before rounding), number of the category."""

    time: NDArray[np.int64]
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    dollars: NDArray[np.float64]
    category: NDArray[np.int64]

    def channels(self) -> tuple[NDArray[np.int64], tuple[str, ...], tuple[str, ...]]:
        """Return the category of each and the channel and purpose of each category."""
        return (
            self.category,
            tuple(map(_CHANNELS.__getitem__, CATEGORIES)),
            tuple(map(_PURPOSES.__getitem__, CATEGORIES)),
        )


def benign_traffic(
    world: Population, calendar: Calendar, parameters: Parameters, count: int, random: np.random.Generator
) -> Payments:
    """Return about ``count`` lawful payments, in no order of time."""
    pairs = _pairs(world, count, parameters, random)
    source, target, category = pairs
    times = _meetings(source, category, count, parameters, random)
    edge = np.repeat(np.arange(len(source)), times)
    source, target, category = source[edge], target[edge], category[edge]
    place = np.arange(len(edge)) - np.repeat(np.cumsum(times) - times, times)
    moment = _moments(world, calendar, source, category, place, parameters, random)
    dollars = _dollars(world, calendar, source, target, category, moment, parameters, random)
    return Payments(moment, source, target, dollars, category)


def _pairs(
    world: Population, count: int, parameters: Parameters, random: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return distinct pairs of payer and payee with the category of what passes between them."""
    wanted = int(count * (1 - parameters.repeats))
    payers = np.flatnonzero((world.kind != KINDS.index("atm")) & (world.kind != KINDS.index("bank")))
    degree = world.degree[payers]
    scale = wanted / degree.sum()
    degree = np.maximum(1, np.floor(degree * scale + random.random(len(degree)))).astype(np.int64)
    source = np.repeat(payers, degree)
    category = _categories(world, source, random)
    # Whoever has pairs at all has the first of them for the rent.
    first = np.r_[0, np.cumsum(degree)[:-1]]
    home = first[(world.kind[payers] == 0) & (degree >= 3) & (random.random(len(payers)) < 0.55)]
    category[home] = CATEGORIES.index("rent")
    target = _payees(world, source, category, parameters, random)
    extra = _incomes(world, source, category, target, random)
    source, target, category = extra
    key = source * np.int64(len(world)) + target
    _, kept = np.unique(key, return_index=True)
    kept = np.sort(kept[source[kept] != target[kept]])
    return source[kept], target[kept], category[kept]


_MIXES = {
    "person": {"shopping": 0.62, "family": 0.17, "cash_out": 0.09, "alms": 0.05, "remittance": 0.05, "rent": 0.02},
    "firm": {"supplier": 0.60, "payroll": 0.36, "cash_out": 0.01, "alms": 0.015, "settlement": 0.015},
    "charity": {"aid": 0.8, "supplier": 0.15, "payroll": 0.05},
    "exchange_house": {"remittance": 0.9, "settlement": 0.06, "payroll": 0.04},
    "processor": {"settlement": 0.97, "payroll": 0.03},
}  # fmt: skip


def _categories(world: Population, source: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.int64]:
    category = np.empty(len(source), dtype=np.int64)
    draw = random.random(len(source))
    for kind, mix in _MIXES.items():
        rows = np.flatnonzero(world.kind[source] == KINDS.index(kind))
        bounds = np.cumsum(list(mix.values()))
        numbers = np.array([CATEGORIES.index(name) for name in mix])
        category[rows] = numbers[np.searchsorted(bounds / bounds[-1], draw[rows], side="right").clip(0, len(mix) - 1)]
    return category


_PAYEES = {
    "rent": (("firm", "person"), True), "shopping": (("firm", "processor"), True), "alms": (("charity",), True),
    "supplier": (("firm", "firm", "bank"), False), "cash_out": (("atm",), True), "settlement": (("firm", "exchange_house"), True),
    "aid": (("person",), True), "payroll": (("person",), True), "family": (("person",), True),
}  # fmt: skip


def _payees(
    world: Population,
    source: NDArray[np.int64],
    category: NDArray[np.int64],
    parameters: Parameters,
    random: np.random.Generator,
) -> NDArray[np.int64]:
    target = np.empty(len(source), dtype=np.int64)
    popular = power_law(
        random, len(world), parameters.degree_exponent - 0.2, int(min(max(60, len(world) ** 0.62 * 2), 20_000))
    ).astype(np.float64)
    # A wage comes from one or two employers; shops and machines have their popularity, families have not.
    popular[world.kind == 0] = np.minimum(popular[world.kind == 0], 60)
    for name, (kinds, local) in _PAYEES.items():
        rows = np.flatnonzero(category == CATEGORIES.index(name))
        near = rows if local else rows[random.random(len(rows)) < 0.75]
        far = np.setdiff1d(rows, near, assume_unique=True)
        _choose(world, source, target, near, kinds, popular, random, near=True)
        _choose(world, source, target, far, kinds, popular, random, near=False)
    kin = np.flatnonzero((category == CATEGORIES.index("family")) & (random.random(len(source)) < 0.6))
    target[kin] = _relatives(world, source[kin], random)
    sends = np.flatnonzero(category == CATEGORIES.index("remittance"))
    houses = world.kind[source[sends]] == KINDS.index("exchange_house")
    _choose(world, source, target, sends[~houses], ("exchange_house",), popular, random, near=True)
    _choose(world, source, target, sends[houses], ("person",), popular, random, near=False)
    return target


def _choose(
    world: Population, source: NDArray[np.int64], target: NDArray[np.int64], rows: NDArray[np.int64],
    kinds: tuple[str, ...], popular: NDArray[np.float64], random: np.random.Generator, *, near: bool,
) -> None:  # fmt: skip
    """Choose payees of some kinds by popularity: in the payer's country, or anywhere."""
    whole = world.of(*kinds)
    groups = world.country[source[rows]] if near else np.zeros(len(rows), dtype=np.int64)
    for group in np.unique(groups):
        wanted = rows[groups == group]
        there = whole[world.country[whole] == group] if near else whole
        if len(there) == 0:
            there = whole
        cumulative = np.cumsum(popular[there])
        target[wanted] = there[np.searchsorted(cumulative, random.random(len(wanted)) * cumulative[-1], side="right")]


def _relatives(world: Population, source: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.int64]:
    """Return somebody of the same household or the next one."""
    people = world.of("person")
    order = people[np.argsort(world.household[people], kind="stable")]
    place = np.empty(len(world), dtype=np.int64)
    place[order] = np.arange(len(order))
    step = random.integers(1, 5, len(source)) * np.where(random.random(len(source)) < 0.5, 1, -1)
    found: NDArray[np.int64] = order[(place[source] + step) % len(order)]
    return found


def _incomes(
    world: Population, source: NDArray[np.int64], category: NDArray[np.int64], target: NDArray[np.int64],
    random: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:  # fmt: skip
    """Give each employee one employer, and add shops' takings, benefits and loans."""
    wages = np.flatnonzero(category == CATEGORIES.index("payroll"))
    people = random.permutation(world.of("person"))
    staff = wages[random.permutation(len(wages))[: int(len(people) * 0.8)]]
    surplus = np.setdiff1d(wages, staff, assume_unique=True)
    target[staff] = people[: len(staff)]
    category[surplus] = CATEGORIES.index("settlement")
    firms, banks, machines = world.of("firm"), world.of("processor"), world.of("atm")
    idle = people[len(staff) :]
    poor = idle[random.random(len(idle)) < 0.5]
    borrowers = people[random.random(len(people)) < 0.03]
    shops = firms[random.random(len(firms)) < 0.35]
    blocks = (
        (_nearest(world, machines, shops, random), shops, "cash_in"),
        (_nearest(world, banks, poor, random), poor, "benefit"),
        (_nearest(world, banks, borrowers, random), borrowers, "loan"),
    )
    source = np.concatenate([source, *(payer for payer, _, _ in blocks)])
    target = np.concatenate([target, *(payee for _, payee, _ in blocks)])
    added = [np.full(len(payee), CATEGORIES.index(name)) for _, payee, name in blocks]
    return source, target, np.concatenate([category, *added])


def _nearest(
    world: Population, those: NDArray[np.int64], of: NDArray[np.int64], random: np.random.Generator
) -> NDArray[np.int64]:
    """Return for each of some accounts one of those in its country, or any if there is none."""
    found = random.choice(those, len(of))
    for country in np.unique(world.country[of]):
        there = those[world.country[those] == country]
        rows = np.flatnonzero(world.country[of] == country)
        if len(there):
            found[rows] = random.choice(there, len(rows))
    return found


def _meetings(
    source: NDArray[np.int64],
    category: NDArray[np.int64],
    count: int,
    parameters: Parameters,
    random: np.random.Generator,
) -> NDArray[np.int64]:
    """Return how often each pair meets: monthly where it must be, else so that the whole is what was asked for."""
    monthly = np.isin(category, [CATEGORIES.index(name) for name in _MONTHLY])
    once = category == CATEGORIES.index("loan")
    times = np.ones(len(source), dtype=np.int64)
    months = max(1, parameters.days // 30)
    times[monthly] = months
    free = np.flatnonzero(~monthly & ~once)
    rest = max(0, count - int(times.sum()))
    liking = random.pareto(1.6, len(free)) + 0.25
    liking *= np.where(category[free] == CATEGORIES.index("cash_in"), 4.0, 1.0)
    expected = np.minimum(liking * rest / liking.sum(), parameters.days * 1.5)
    expected *= rest / max(expected.sum(), 1.0)
    times[free] += np.floor(expected + random.random(len(free))).astype(np.int64)
    return times


_HOURS = np.array([1, 0.5, 0.3, 0.2, 0.3, 0.8, 1.5, 3, 6, 8, 9, 9, 7, 6, 5, 6, 7, 7, 8, 8, 7, 5, 4, 2])


def _moments(
    world: Population, calendar: Calendar, source: NDArray[np.int64], category: NDArray[np.int64],
    place: NDArray[np.int64], parameters: Parameters, random: np.random.Generator,
) -> NDArray[np.int64]:  # fmt: skip
    day = np.empty(len(source), dtype=np.int64)
    weeks = {country.code: week_of(country.code) for country in world.countries}
    kinds = {code: tuple(week) for code, week in weeks.items()}
    names = np.array([country.code for country in world.countries])
    for week in sorted(set(kinds.values())):
        same = np.isin(world.country, np.flatnonzero([kinds[code] == week for code in names.tolist()]))
        rows = np.flatnonzero(same[source])
        base = np.array(week)[calendar.weekday]
        for index, name in enumerate(CATEGORIES):
            chosen = rows[category[rows] == index]
            if name in _MONTHLY:
                day[chosen] = _payday(calendar, source[chosen], place[chosen], name, base)
                continue
            weights = np.cumsum(_season(calendar, base, name))
            day[chosen] = np.searchsorted(weights, random.random(len(chosen)) * weights[-1], side="right")
    hours = np.cumsum(_HOURS)
    hour = np.searchsorted(hours, random.random(len(source)) * hours[-1], side="right")
    hour = np.where(np.isin(category, (0, 9)), 8 + hour % 4, hour)
    second = random.integers(0, 3_600, len(source))
    time: NDArray[np.int64] = calendar.first + day * DAY + hour * 3_600_000_000 + second * 1_000_000
    return time


def _season(calendar: Calendar, base: NDArray[np.float64], category: str) -> NDArray[np.float64]:
    """Return the weight of each day: alms rise in Ramadan and most in its last nights, when zakat falls due."""
    if category in ("alms", "aid"):
        weights: NDArray[np.float64] = base * (
            1 + 3.5 * calendar.ramadan + 6 * calendar.last_nights + 1.5 * calendar.before_feast
        )
    elif category in ("shopping", "cash_out", "family", "remittance"):
        weights = base * (1 + 0.25 * calendar.ramadan + 0.8 * calendar.before_feast) * np.where(calendar.feast, 0.6, 1)
    else:
        weights = base * np.where(calendar.feast, 0.2, 1)
    return weights


def _payday(
    calendar: Calendar, source: NDArray[np.int64], place: NDArray[np.int64], name: str, base: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the payer's day of the month; of a weekend or a feast the nearest open day, the one before where both are as near."""
    days = len(calendar.weekday)
    spread = (source * 2_654_435_761 >> 7) % 4
    within = {"payroll": 25, "rent": 1, "benefit": 14}[name] + spread
    wanted = np.minimum(place * 30 + within, days - 1)
    open_day = (base >= 0.6) & ~calendar.feast
    before = np.maximum.accumulate(np.where(open_day, np.arange(days), -days))[wanted]
    after = np.minimum.accumulate(np.where(open_day, np.arange(days), 3 * days)[::-1])[::-1][wanted]
    found: NDArray[np.int64] = np.where(wanted - before <= after - wanted, before, after)
    inside: NDArray[np.int64] = np.where((found >= 0) & (found < days), found, wanted)
    return inside


def _dollars(
    world: Population, calendar: Calendar, source: NDArray[np.int64], target: NDArray[np.int64],
    category: NDArray[np.int64], moment: NDArray[np.int64], parameters: Parameters, random: np.random.Generator,
) -> NDArray[np.float64]:  # fmt: skip
    """Return amounts: a part of a person's income, scaled so that nobody spends much more than comes in."""
    middle = np.array([_SIZES[name][0] for name in CATEGORIES])[category]
    spread = np.array([_SIZES[name][1] for name in CATEGORIES])[category]
    payee_decides = np.isin(
        category, [CATEGORIES.index(name) for name in ("payroll", "benefit", "loan", "aid", "cash_in")]
    )
    income = np.where(payee_decides, world.wage[target], world.wage[source])
    house = (category == CATEGORIES.index("remittance")) & (world.kind[source] == KINDS.index("exchange_house"))
    income = np.where(house, world.wage[target], income)
    wages = category == CATEGORIES.index("payroll")
    steady = np.exp(random.normal(0, 1, len(source)) * spread)
    raise_ = np.where(
        wages & calendar.before_feast[(moment - calendar.first) // DAY] & (random.random(len(wages)) < 0.2), 1.5, 1
    )
    dollars = income * middle * steady * raise_
    people = world.kind[source] == 0
    spent = np.bincount(source[people], dollars[people], len(world))
    to_people = world.kind[target] == 0
    earned = np.bincount(target[to_people], dollars[to_people], len(world))
    budget = np.maximum(earned * 0.93, world.wage * parameters.days / 30 * 0.25)
    scale = np.clip(budget / np.maximum(spent, 1e-9), 0.05, 6.0)
    result: NDArray[np.float64] = np.where(people, dollars * scale[source], dollars)
    return result


def rounded(
    minor: NDArray[np.float64], exponent: NDArray[np.int64], share: float, random: np.random.Generator
) -> NDArray[np.int64]:
    """Return amounts in minor units, a share of them round: one or two leading digits, by halves of a power of ten.

    Args:
        minor: Amounts in minor units.
        exponent: Decimals of the currency of each.
        share: Share of round amounts.
        random: Source of the draw.
    """
    power = 10.0 ** np.floor(np.log10(np.maximum(minor, 1)))
    step = np.where(random.random(len(minor)) < 0.5, power / 2, power / 10)
    step = np.maximum(step, 1)
    even = np.maximum(np.round(minor / step) * step, step)
    unit = 10.0**exponent
    tail = np.where(power >= unit * 1_000, np.where(random.random(len(minor)) < 0.3, unit, 1), 1)
    plain = np.maximum(np.round(minor / tail) * tail, 1)
    chosen = random.random(len(minor)) < share
    return np.maximum(np.where(chosen, even, plain), 1).astype(np.int64)
