"""Lawful traffic of the same shapes as the schemes. Reach for :data:`DECOYS` to see which families there are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tajfif.tracing.synth.plan import DAY, Plan, Stage

__all__ = ["DECOYS", "lookalike"]

_HOUR = DAY // 24


def lookalike(stage: Stage, family: str, begin: int, end: int) -> Plan:
    """Write one lookalike by its family, between two moments."""
    shape, write = DECOYS[family]
    plan = Plan(stage, shape, family)
    write(plan, begin)
    plan.fit(begin, end)
    return plan


def _country(plan: Plan) -> int:
    return int(plan.random.integers(plan.stage.parameters.countries))


def _some(plan: Plan, kind: str, least: int, most: int, country: int) -> list[int]:
    return [plan.stage.account(kind, country=country) for _ in range(int(plan.random.integers(least, most)))]


def _delay(plan: Plan) -> int:
    days = min(
        plan.random.lognormal(np.log(plan.stage.parameters.delay_days), 1.1), plan.stage.parameters.longest_delay
    )
    return int(days * DAY) + _HOUR


def _payroll(plan: Plan, begin: int) -> None:
    """A firm pays new staff for the first time, half of them twice."""
    country = _country(plan)
    firm = plan.stage.account("firm", country=country)
    staff = _some(plan, "person", 4, 10, country)
    wage = plan.random.lognormal(6.8, 0.4)
    for month in range(int(plan.random.integers(1, 3))):
        for person in staff:
            time = begin + month * 30 * DAY + int(plan.random.integers(0, 5)) * _HOUR
            channel = "payroll" if plan.random.random() < 0.5 else "transfer"
            plan.plain(
                firm,
                person,
                wage * plan.random.uniform(0.7, 1.5),
                time,
                channel=channel,
                roles=("employer", "employee"),
            )


def _family_loop(plan: Plan, begin: int) -> None:
    """A loan goes round among relatives and comes back, nearly whole; most of them live together."""
    relatives = plan.stage.relatives(int(plan.random.integers(3, 6)), _country(plan))
    dollars, time = plan.random.lognormal(6.5, 0.8), begin
    for place, person in enumerate(relatives):
        after = relatives[(place + 1) % len(relatives)]
        plan.plain(person, after, dollars, time, purpose="family", roles=("relative", "relative"))
        dollars *= plan.random.uniform(0.75, 1.1)
        time += _delay(plan)


def _supplier_cycle(plan: Plan, begin: int) -> None:
    """Firms buy from each other in a ring, several times, for sums of the same order."""
    firms = _some(plan, "firm", 3, 6, _country(plan))
    dollars = plan.random.lognormal(8.5, 0.8)
    for turn in range(int(plan.random.integers(1, 4))):
        time = begin + turn * int(plan.random.uniform(8, 20) * DAY)
        for place, firm in enumerate(firms):
            after = firms[(place + 1) % len(firms)]
            plan.plain(
                firm,
                after,
                dollars * plan.random.uniform(0.6, 1.3),
                time,
                channel="wire",
                purpose="invoice",
                roles=("buyer", "supplier"),
            )
            time += _delay(plan)


def _alms(plan: Plan, begin: int) -> None:
    """Zakat and Ramadan gifts: many give to a charity, which hands on to the poor within days."""
    ramadan = np.flatnonzero(plan.stage.calendar.last_nights)
    if len(ramadan):
        begin = plan.stage.calendar.first + int(plan.random.choice(ramadan)) * DAY
    country = _country(plan)
    charity = plan.stage.account("charity", country=country)
    donors, poor = _some(plan, "person", 6, 14, country), _some(plan, "person", 4, 9, country)
    given = 0.0
    for donor in donors:
        dollars = float(np.round(plan.random.lognormal(4.5, 0.8), -1)) + 10
        given += dollars
        plan.plain(
            donor,
            charity,
            dollars,
            begin + int(plan.random.uniform(0, 6) * DAY),
            purpose="zakat",
            roles=("donor", "charity"),
        )
    for person in poor:
        time = begin + int(plan.random.uniform(6.1, 10) * DAY)
        plan.plain(charity, person, given * 0.95 / len(poor), time, purpose="relief", roles=("charity", "needy"))


def _hawala(plan: Plan, begin: int) -> None:
    """A licensed house takes in and pays out round sums and settles with another."""
    house, other = plan.stage.account("exchange_house"), plan.stage.account("exchange_house", abroad=True)
    country = int(plan.stage.world.country[house])
    balance = 0.0
    for customer in _some(plan, "person", 8, 13, country):
        dollars = float(np.round(plan.random.lognormal(5.7, 0.6), -2)) + 100
        time = begin + int(plan.random.uniform(0, 10) * DAY)
        plan.plain(customer, house, dollars, time, channel="hawala", roles=("customer", "house"))
        balance += dollars
        if plan.random.random() < 0.6:
            back = dollars * plan.random.uniform(0.7, 1.1)
            balance -= back
            plan.plain(house, customer, back, time + _delay(plan), channel="hawala", roles=("house", "customer"))
    sides = (house, other) if balance > 0 else (other, house)
    plan.plain(
        *sides, abs(balance) + 100, begin + 31 * DAY, channel="hawala", purpose="settlement", roles=("house", "house")
    )


def _refund(plan: Plan, begin: int) -> None:
    """Goods are paid for and sent back, the sum comes back whole or less a charge; at times over the platform."""
    country = _country(plan)
    person, shop = plan.stage.account("person", country=country), plan.stage.account("firm", country=country)
    platform = plan.stage.account("processor", country=country)
    dollars, time = plan.random.lognormal(5.5, 1.0), begin
    if plan.random.random() < 0.5:
        plan.plain(person, shop, dollars, time, channel="card", purpose="purchase", roles=("customer", "shop"))
        plan.plain(
            shop,
            person,
            dollars * plan.random.choice([1.0, 0.95, 0.9]),
            time + _delay(plan),
            purpose="refund",
            roles=("shop", "customer"),
        )
        return
    for payer, payee in ((person, platform), (platform, shop), (shop, platform), (platform, person)):
        plan.plain(payer, payee, dollars, time, purpose="purchase", roles=("customer", "shop"))
        dollars *= 0.985
        time += _delay(plan)


def _shared_purchase(plan: Plan, begin: int) -> None:
    """Somebody gives money to relatives, most of one household, who all pay the same school or shop."""
    country = _country(plan)
    shop = plan.stage.account("firm", country=country)
    head, *relatives = plan.stage.relatives(int(plan.random.integers(3, 7)), country)
    dollars = plan.random.lognormal(6.0, 0.5)
    for relative in relatives:
        time = begin + int(plan.random.uniform(0, 2) * DAY)
        plan.plain(
            head,
            relative,
            dollars * plan.random.uniform(0.9, 1.2),
            time,
            purpose="family",
            roles=("relative", "relative"),
        )
        plan.plain(
            relative,
            shop,
            dollars * plan.random.uniform(0.85, 1.0),
            time + _delay(plan),
            purpose="school fees",
            roles=("relative", "shop"),
        )


def _wholesale(plan: Plan, begin: int) -> None:
    """Shops pay wholesalers, wholesalers pay makers, within days of a delivery."""
    shops, traders, makers = (_some(plan, "firm", 2, 5, _country(plan)) for _ in range(3))
    dollars = plan.random.lognormal(7.8, 0.6)
    for place, shop in enumerate(shops):
        for trader in (traders[place % len(traders)], traders[(place + 1) % len(traders)]):
            time = begin + int(plan.random.uniform(0, 2) * DAY)
            plan.plain(
                shop,
                trader,
                dollars * plan.random.uniform(0.5, 1.5),
                time,
                channel="wire",
                purpose="invoice",
                roles=("buyer", "supplier"),
            )
    for place, trader in enumerate(traders):
        for maker in (makers[place % len(makers)], makers[(place + 1) % len(makers)]):
            time = begin + int(plan.random.uniform(2.1, 6) * DAY)
            plan.plain(
                trader,
                maker,
                dollars * plan.random.uniform(0.5, 1.4),
                time,
                channel="wire",
                purpose="invoice",
                roles=("buyer", "supplier"),
            )


def _appeal(plan: Plan, begin: int) -> None:
    """Neighbours give for a wedding or a funeral: many small sums to one person within days."""
    country = _country(plan)
    host = plan.stage.account("person", country=country)
    for guest in _some(plan, "person", 5, 12, country):
        dollars = float(plan.random.choice([20, 50, 100, 200]))
        plan.plain(
            guest, host, dollars, begin + int(plan.random.uniform(0, 4) * DAY), purpose="gift", roles=("guest", "host")
        )


DECOYS: dict[str, tuple[str, Callable[[Plan, int], None]]] = {
    "payroll_fan_out": ("fan_out", _payroll), "family_loop": ("cycle", _family_loop),
    "supplier_cycle": ("cycle", _supplier_cycle), "ramadan_zakat": ("gather_scatter", _alms),
    "lawful_hawala": ("gather_scatter", _hawala), "refund": ("cycle", _refund),
    "shared_purchase": ("scatter_gather", _shared_purchase), "wholesale": ("stack", _wholesale),
    "wedding_gifts": ("fan_in", _appeal),
}  # fmt: skip
"""Families of lookalikes by name: the shape they share with a scheme, and who writes them."""
