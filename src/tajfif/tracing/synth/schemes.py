"""The planted schemes: the eight shapes and the indicators. Reach for :data:`SCHEMES` to see what is planted.

Each writes one :class:`~tajfif.tracing.synth.plan.Plan`: money is put in, goes through accounts with a life of their own and
comes to rest with a beneficiary, in an account, in cash or abroad.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from tajfif.tracing.synth.plan import DAY, Plan, Stage
from tajfif.tracing.synth.population import Stake

__all__ = ["SCHEMES", "Silence", "plant"]

Silence = tuple[int, int, int]
"""Account, and from when until when it makes and receives no lawful payment."""

_THRESHOLDS = {
    "USD": 10_000, "AED": 55_000, "SAR": 60_000, "KWD": 3_000, "BHD": 6_000, "QAR": 50_000, "OMR": 6_000, "JOD": 7_000,
    "IQD": 13_000_000, "TRY": 185_000, "EUR": 10_000, "GBP": 10_000,
}  # fmt: skip


def plant(stage: Stage, name: str, begin: int, end: int, silences: list[Silence]) -> Plan:
    """Write one scheme by its name, between two moments."""
    random, parameters = stage.random, stage.parameters
    shape, write = SCHEMES[name]
    typology = name
    if name == shape:
        typology = "pass_through" if name == "random" else ""
    plan = Plan(stage, shape, typology)
    plan.fee = float(random.uniform(*parameters.fees))
    plan.mixing = float(random.uniform(*parameters.commingling))
    write(plan, begin, silences)
    plan.fit(begin, end)
    return plan


def _total(plan: Plan) -> float:
    return float(np.exp(plan.random.normal(np.log(3_000), 0.9)))


def _parts(plan: Plan, count: int) -> list[float]:
    return [float(part) for part in plan.random.dirichlet(np.full(count, 5.0))]


def _people(plan: Plan, count: int, country: int = -1) -> list[int]:
    kinds = ("person", "person", "person", "firm")
    return [plan.stage.account(kinds[int(plan.random.integers(4))], country=country) for _ in range(count)]


def _beneficiary(plan: Plan, *, far: bool | None = None) -> int:
    random = plan.random
    kinds = ("person", "person", "firm", "charity")
    far = random.random() < 0.35 if far is None else far
    return plan.stage.account(kinds[int(random.integers(4))], abroad=far, risk=far)


def _country(plan: Plan) -> int:
    return int(plan.random.integers(plan.stage.parameters.countries))


def _layer(
    plan: Plan, before: Sequence[int], after: Sequence[int], role: str, stage: str, channel: str = "transfer"
) -> None:
    """Pay on from each account of a layer to those of the next, so that every one of these gets some."""
    for place, source in enumerate(before):
        targets = [after[index] for index in range(place % len(before), len(after), len(before))]
        if len(before) > 1 and len(after) > 1:
            others = [each for each in after if each not in targets]
            targets += [others[int(index)] for index in plan.random.permutation(len(others))[: 1 + len(others) // 3]]
        targets = targets or [after[place % len(after)]]
        amount, time = plan.keep(source), plan.later(source)
        bounds = np.r_[0.0, np.cumsum(_parts(plan, len(targets)))]
        bounds[-1] = 1.0
        for index, target in enumerate(targets):
            piece = int(amount * bounds[index + 1]) - int(amount * bounds[index])
            moment = time + int(plan.random.uniform(0, 0.8) * DAY * index)
            plan.move(source, target, piece, moment, role=role, stage=stage, channel=channel, whole=len(after) > 4)


def _sources(plan: Plan, count: int, begin: int, country: int = -1, total: float = 0.0) -> list[int]:
    sources = _people(plan, count, country)
    total = total or _total(plan)
    for source, part in zip(sources, _parts(plan, count), strict=True):
        plan.put(source, total * part, begin + int(plan.random.uniform(0, 1.5) * DAY) // 1_000_000 * 1_000_000)
    return sources


def _tail(plan: Plan, ends: Sequence[int], *, always: bool = False) -> None:
    """Bring the money on over up to two relays to one beneficiary, who may take it in cash."""
    if not always and plan.random.random() < 0.4:
        for account in ends:
            plan.roles[account] = "beneficiary"
        _cash(plan, ends)
        return
    relays = _people(plan, int(plan.random.integers(0, 3)))
    for relay in relays:
        _layer(plan, ends, [relay], "relay", "move")
        ends = [relay]
    last = _beneficiary(plan)
    _layer(plan, ends, [last], "beneficiary", "use")
    _cash(plan, [last])


def _cash(plan: Plan, accounts: Sequence[int], country: int = -1) -> None:
    for account in accounts:
        if country < 0 and plan.random.random() > 0.3:
            continue
        where = int(plan.stage.world.country[account]) if country < 0 else country
        time, times = (
            plan.later(account),
            int(plan.random.integers(1, 4)) if country < 0 else int(plan.random.integers(3, 6)),
        )
        amount = int(plan.holds(account) * plan.random.uniform(0.6, 1.0))
        for _ in range(times):
            plan.move(
                account, plan.stage.machine(where), amount // times, time, role="cash", stage="use", channel="atm",
                purpose="cash", whole=True,
            )  # fmt: skip
            time += int(plan.random.uniform(0.1, 2.0) * DAY)


# ---------------------------------------------------------------- the eight shapes


def _fan_out(plan: Plan, begin: int, silences: list[Silence]) -> None:
    sources = _sources(plan, 1, begin)
    _layer(plan, sources, [_beneficiary(plan) for _ in range(int(plan.random.integers(3, 9)))], "beneficiary", "use")


def _fan_in(plan: Plan, begin: int, silences: list[Silence]) -> None:
    sources = _sources(plan, int(plan.random.integers(4, 10)), begin, _country(plan))
    middle = _people(plan, 1)
    _layer(plan, sources, middle, "collector", "raise")
    _tail(plan, middle)


def _scatter_gather(plan: Plan, begin: int, silences: list[Silence]) -> None:
    sources = _sources(plan, 1, begin)
    middle = _people(plan, int(plan.random.integers(3, 8)), _country(plan))
    _layer(plan, sources, middle, "relay", "move")
    last = _beneficiary(plan)
    _layer(plan, middle, [last], "beneficiary", "use")
    _cash(plan, [last])


def _gather_scatter(plan: Plan, begin: int, silences: list[Silence]) -> None:
    sources = _sources(plan, int(plan.random.integers(3, 7)), begin, _country(plan))
    middle = _people(plan, 1)
    _layer(plan, sources, middle, "collector", "raise")
    _layer(plan, middle, [_beneficiary(plan) for _ in range(int(plan.random.integers(3, 7)))], "beneficiary", "use")


def _cycle(plan: Plan, begin: int, silences: list[Silence]) -> None:
    sources = _sources(plan, 1, begin)
    origin, *others = _people(plan, int(plan.random.integers(3, 8)), _country(plan))
    _layer(plan, sources, [origin], "distributor", "raise")
    before = origin
    for relay in (*others, origin):
        plan.move(before, relay, plan.keep(before), plan.later(before), role="relay", stage="move")
        before = relay
    plan.roles[origin] = "beneficiary"


def _random(plan: Plan, begin: int, silences: list[Silence]) -> None:
    before = _sources(plan, 1, begin)
    for relay in _people(plan, int(plan.random.integers(2, 7))):
        _layer(plan, before, [relay], "relay", "move")
        before = [relay]
    _tail(plan, before, always=True)


def _bipartite(plan: Plan, begin: int, silences: list[Silence]) -> None:
    sources = _sources(plan, int(plan.random.integers(3, 6)), begin, _country(plan))
    _layer(plan, sources, [_beneficiary(plan) for _ in range(int(plan.random.integers(3, 6)))], "beneficiary", "use")


def _stack(plan: Plan, begin: int, silences: list[Silence]) -> None:
    sources = _sources(plan, int(plan.random.integers(2, 5)), begin, _country(plan))
    middle = _people(plan, int(plan.random.integers(2, 5)))
    _layer(plan, sources, middle, "relay", "move")
    _layer(plan, middle, [_beneficiary(plan) for _ in range(int(plan.random.integers(2, 5)))], "beneficiary", "use")


# ---------------------------------------------------------------- the indicators


def _deposits(plan: Plan, account: int, count: int, begin: int, *, under: bool, days: float = 6.0) -> None:
    """Put lots into an account by cash deposits, each just below what must be reported if ``under``."""
    world, rates = plan.stage.world, plan.stage.rates
    country = int(world.country[account])
    code = rates.codes[int(world.currency[account])]
    each = _total(plan) / count
    for _ in range(count):
        time = begin + int(plan.random.uniform(0, days) * DAY)
        time -= time % 1_000_000
        dollars = each * plan.random.uniform(0.6, 1.4)
        if under and code in _THRESHOLDS:
            minor = _THRESHOLDS[code] * 10 ** int(rates.exponents[int(world.currency[account])])
            dollars = plan.dollars(account, int(minor * plan.random.uniform(0.87, 0.985)), time)
        plan.put(account, dollars, time, role="collector", via=plan.stage.machine(country), channel="cash_deposit")


def _structuring(plan: Plan, begin: int, silences: list[Silence]) -> None:
    world = plan.stage.world
    known = [
        place
        for place, each in enumerate(world.countries[: plan.stage.parameters.countries])
        if each.currency in _THRESHOLDS
    ]
    country = known[int(plan.random.integers(len(known)))]
    accounts = [plan.stage.account("person", country=country) for _ in range(int(plan.random.integers(2, 4)))]
    for account in accounts:
        world.facts["phone"][account] = world.facts["phone"][accounts[0]]
        _deposits(plan, account, int(plan.random.integers(3, 6)), begin, under=True)
    _tail(plan, accounts, always=True)


def _deposits_then_wire(plan: Plan, begin: int, silences: list[Silence]) -> None:
    account = plan.stage.account("person")
    _deposits(plan, account, int(plan.random.integers(5, 10)), begin, under=False)
    last = plan.stage.account("person", "firm", abroad=True, not_in=int(plan.stage.world.country[account]))
    plan.move(
        account,
        last,
        plan.keep(account),
        plan.later(account, 0.5),
        role="beneficiary",
        stage="use",
        channel="wire",
        whole=True,
    )


def _funnel_abroad(plan: Plan, begin: int, silences: list[Silence]) -> None:
    country = _country(plan)
    total, payers = _total(plan) * 2, []
    for part in _parts(plan, int(plan.random.integers(7, 12))):
        kind = ("person", "person", "firm", "charity")[int(plan.random.integers(4))]
        payers.append(plan.stage.account(kind, country=country))
        plan.put(payers[-1], total * part, begin + int(plan.random.uniform(0, 8) * DAY))
    last = [
        plan.stage.account("person", "firm", abroad=True, risk=True, not_in=country)
        for _ in range(int(plan.random.integers(1, 3)))
    ]
    for index, payer in enumerate(payers):
        plan.move(
            payer,
            last[index % len(last)],
            plan.keep(payer),
            plan.later(payer),
            role="beneficiary",
            stage="use",
            channel="wire",
        )


def _pass_through(plan: Plan, begin: int, silences: list[Silence]) -> None:
    relay, last = _people(plan, 1)[0], _beneficiary(plan)
    for turn in range(int(plan.random.integers(3, 5))):
        moment = begin + int((turn * 4 + plan.random.uniform(0, 2)) * DAY)
        source = _sources(plan, 1, moment)[0]
        plan.move(
            source, relay, plan.keep(source), plan.ready[source] + DAY // 4, role="relay", stage="move", whole=True
        )
        time = plan.ready[relay] + int(plan.random.uniform(1, 30) * DAY / 24)
        plan.move(relay, last, plan.keep(relay), time, role="beneficiary", stage="use", whole=True)


def _dormant_burst(plan: Plan, begin: int, silences: list[Silence]) -> None:
    account = plan.stage.account("person", "firm")
    silences.append((account, begin - 200 * DAY, begin))
    plan.facts["silent_before"] = "200 days"
    for source in _sources(plan, int(plan.random.integers(5, 8)), begin, int(plan.stage.world.country[account])):
        plan.move(source, account, plan.keep(source), plan.later(source), role="collector", stage="raise")
    _tail(plan, [account], always=True)


def _unrelated_donors(plan: Plan, begin: int, silences: list[Silence]) -> None:
    account = plan.stage.account("charity" if plan.random.random() < 0.5 else "person")
    country = int(plan.stage.world.country[account])
    total = _total(plan)
    for part in _parts(plan, int(plan.random.integers(10, 16))):
        donor = plan.stage.account("person", country=country)
        plan.put(donor, total * part, begin + int(plan.random.uniform(0, 12) * DAY))
        plan.move(
            donor,
            account,
            plan.holds(donor),
            plan.later(donor),
            role="collector",
            stage="raise",
            purpose="donation",
            whole=True,
        )
    plan.facts["declared_purpose"] = str(plan.stage.world.facts["purpose"][account])
    last = _beneficiary(plan, far=True)
    _layer(plan, [account], [last], "beneficiary", "use", "wire")
    _cash(plan, [last])


def _risk_corridor(plan: Plan, begin: int, silences: list[Silence]) -> None:
    last = plan.stage.account("person", "firm", abroad=True, risk=True)
    sources = _sources(plan, int(plan.random.integers(4, 8)), begin)
    for source in sources:
        plan.move(source, last, plan.keep(source), plan.later(source), role="beneficiary", stage="use", channel="wire")
    _cash(plan, [last])


def _cash_abroad(plan: Plan, begin: int, silences: list[Silence]) -> None:
    account = plan.stage.account("person")
    _deposits(plan, account, int(plan.random.integers(3, 6)), begin, under=False)
    home, world = int(plan.stage.world.country[account]), plan.stage.world
    far = [
        place
        for place, each in enumerate(world.countries[: plan.stage.parameters.countries])
        if each.risk and place != home
    ]
    far = far or [
        place for place in range(plan.stage.parameters.countries) if place != home
    ]  # home is the only one at risk
    plan.roles[account] = "beneficiary"
    _cash(plan, [account], far[int(plan.random.integers(len(far)))])


def _value_transfer_hub(plan: Plan, begin: int, silences: list[Silence]) -> None:
    """Both sides' customers pay a broker and are paid by him, round sums; brokers settle with each other at the end."""
    hub, peer = plan.stage.account("firm"), plan.stage.account("firm", abroad=True, risk=True)
    country = int(plan.stage.world.country[hub])
    customers = [plan.stage.account("person", country=country) for _ in range(int(plan.random.integers(12, 16)))]
    for place, customer in enumerate(customers):
        time = begin + int(plan.random.uniform(0, 20) * DAY)
        dollars = float(np.round(plan.random.lognormal(6.2, 0.6), -2)) + 100
        if place % 2:
            plan.put(customer, dollars, time)
            plan.move(
                customer,
                hub,
                plan.holds(customer),
                plan.later(customer, 0.2),
                role="distributor",
                stage="raise",
                channel="hawala",
                whole=True,
            )
        else:
            plan.plain(customer, hub, dollars, time, channel="hawala", roles=("customer", "distributor"), stage="move")
        back = time + int(plan.random.uniform(1, 9) * DAY)
        plan.plain(
            hub,
            customer,
            dollars * plan.random.uniform(0.8, 1.1),
            back,
            channel="hawala",
            roles=("distributor", "customer"),
            stage="move",
        )
    _layer(plan, [hub], [peer], "relay", "move", "hawala")
    last = _beneficiary(plan, far=True)
    _layer(plan, [peer], [last], "beneficiary", "use", "hawala")


def _shared_contacts(plan: Plan, begin: int, silences: list[Silence]) -> None:
    sources = _sources(plan, int(plan.random.integers(4, 7)), begin, _country(plan))
    facts = plan.stage.world.facts
    field = ("phone", "device", "address", "document")[int(plan.random.integers(4))]
    for source in sources[1:]:
        facts[field][source] = facts[field][sources[0]]
    plan.facts["shared"] = field
    for first, second in pairwise(sources):
        plan.move(first, second, plan.holds(first) // 3, plan.later(first, 0.3), role="relay", stage="move", whole=True)
    last = _beneficiary(plan)
    _layer(plan, sources, [last], "beneficiary", "use")


def _loan_then_travel(plan: Plan, begin: int, silences: list[Silence]) -> None:
    account = plan.stage.account("person")
    home, world = int(plan.stage.world.country[account]), plan.stage.world
    lenders = world.of("processor")
    lender = int(plan.random.choice(lenders))
    plan.put(
        account,
        _total(plan),
        begin,
        role="beneficiary",
        via=lender,
        channel="loan" if plan.random.random() < 0.7 else "benefit",
    )
    amount, time = plan.holds(account), plan.later(account, 0.7)
    for _ in range(int(plan.random.integers(2, 5))):
        plan.move(
            account, plan.stage.machine(home), amount // 5, time, role="cash", stage="use", channel="atm", whole=True
        )
        time += int(plan.random.uniform(0.2, 1.5) * DAY)
    route = [
        place
        for place, each in enumerate(world.countries[: plan.stage.parameters.countries])
        if each.code in ("TR", "JO", "LB", "IQ")
    ]
    for _ in range(int(plan.random.integers(2, 5))):
        where = route[int(plan.random.integers(len(route)))]
        shop = plan.stage.account("firm", country=where)
        plan.move(
            account,
            shop,
            amount // 25,
            time,
            role="merchant",
            stage="use",
            channel="card",
            purpose="purchase",
            whole=True,
        )
        time += int(plan.random.uniform(0.5, 4) * DAY)


def _wallet_drain(plan: Plan, begin: int, silences: list[Silence]) -> None:
    wallet = plan.stage.account("person")
    for source in _sources(plan, int(plan.random.integers(5, 9)), begin, int(plan.stage.world.country[wallet])):
        plan.move(
            source,
            wallet,
            plan.keep(source),
            plan.later(source),
            role="collector",
            stage="raise",
            channel="prepaid_load",
            whole=True,
        )
    plan.roles[wallet] = "beneficiary"
    machine = plan.stage.machine(int(plan.stage.world.country[wallet]))
    plan.move(
        wallet,
        machine,
        plan.keep(wallet),
        plan.later(wallet),
        role="cash",
        stage="use",
        channel="cash_withdrawal",
        whole=True,
    )


def _exposure(plan: Plan, begin: int, silences: list[Silence]) -> None:
    source = _sources(plan, 1, begin)[0]
    plan.stage.world.designated.append(source)
    plan.roles[source] = "designated"
    _chain(plan, [source])


def _chain(plan: Plan, before: list[int]) -> None:
    for relay in _people(plan, int(plan.random.integers(1, 4))):
        _layer(plan, before, [relay], "relay", "move")
        before = [relay]
    last = _beneficiary(plan)
    _layer(plan, before, [last], "beneficiary", "use")
    _cash(plan, [last])


def _stopped_or_woken(plan: Plan, begin: int, silences: list[Silence]) -> None:
    account = plan.stage.account("person", "firm")
    silences.append((account, begin - 90 * DAY, begin))
    plan.facts["event"] = f"delisted {np.datetime64(begin, 'us').astype('datetime64[D]')}"
    plan.put(account, _total(plan), begin)
    receivers = [_beneficiary(plan) for _ in range(int(plan.random.integers(3, 5)))]
    time = begin
    for turn in range(int(plan.random.integers(8, 11))):
        time += int(plan.random.uniform(0.2, 1.5) * DAY)
        target = receivers[turn % len(receivers)]
        plan.move(account, target, plan.holds(account) // 4, time, role="beneficiary", stage="use", whole=True)


def _owned_by_designated(plan: Plan, begin: int, silences: list[Silence]) -> None:
    """Two designated parties own 50 % and more of a firm between them, one through a holding."""
    world = plan.stage.world
    firm, holding = plan.stage.account("firm"), plan.stage.account("firm")
    first, second = plan.stage.account("person"), plan.stage.account("person")
    world.designated += [first, second]
    name, since = world.party_name, "2015-01-01"
    taken = {name(firm), name(holding)}
    world.stakes[:] = [stake for stake in world.stakes if stake.owned not in taken]
    world.stakes += [
        Stake(name(first), name(holding), f"{plan.random.integers(50, 100)}.00", since, ""),
        Stake(name(holding), name(firm), f"{plan.random.integers(26, 40)}.00", since, ""),
        Stake(name(second), name(firm), f"{plan.random.integers(25, 40)}.00", since, ""),
    ]
    plan.facts["designated_owners"] = f"{name(first)};{name(second)}"
    plan.put(firm, _total(plan) * 2, begin)
    _chain(plan, [firm])


SCHEMES: dict[str, tuple[str, Callable[[Plan, int, list[Silence]], None]]] = {
    "fan_out": ("fan_out", _fan_out), "fan_in": ("fan_in", _fan_in), "scatter_gather": ("scatter_gather", _scatter_gather),
    "gather_scatter": ("gather_scatter", _gather_scatter), "cycle": ("cycle", _cycle), "random": ("random", _random),
    "bipartite": ("bipartite", _bipartite), "stack": ("stack", _stack), "structuring": ("fan_in", _structuring),
    "deposits_then_wire": ("fan_in", _deposits_then_wire), "funnel_abroad": ("fan_in", _funnel_abroad),
    "pass_through": ("random", _pass_through), "dormant_burst": ("fan_in", _dormant_burst),
    "unrelated_donors": ("fan_in", _unrelated_donors), "risk_corridor": ("fan_in", _risk_corridor),
    "cash_abroad": ("fan_in", _cash_abroad), "value_transfer_hub": ("gather_scatter", _value_transfer_hub),
    "shared_contacts": ("fan_in", _shared_contacts), "loan_then_travel": ("fan_out", _loan_then_travel),
    "wallet_drain": ("fan_in", _wallet_drain), "exposure": ("random", _exposure),
    "stopped_or_woken": ("fan_out", _stopped_or_woken), "owned_by_designated": ("random", _owned_by_designated),
}  # fmt: skip
"""What is planted by name: the shape, and who writes it. Names are those of ``tajfif detect``."""
