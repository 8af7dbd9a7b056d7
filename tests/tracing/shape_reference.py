"""The shapes once more, slowly and plainly, straight from their definitions: what the compiled kernels must equal.

A transaction is a tuple ``(row, time, source, target, amount, currency)``; a finding is a frozenset of rows. Nothing is
shared with the package.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple


class Tx(NamedTuple):
    row: int
    time: int
    source: int
    target: int
    amount: int
    currency: int


Group = frozenset[int]


def legs_of(transactions: Sequence[Tx]) -> list[Tx]:
    return [each for each in transactions if each.source != each.target]


def fan_slices(rows: list[Tx], other: str, window: int, least: int) -> Iterator[list[Tx]]:
    """Greedy windows over one account's rows: of those that overlap the first full one, the fullest."""
    while True:
        windows = []
        for end in range(len(rows)):
            inside = [each for each in rows[: end + 1] if each.time >= rows[end].time - window]
            windows.append((len({getattr(each, other) for each in inside}), end + 1 - len(inside), end + 1))
        full = [each for each in windows if each[0] >= least]
        if not full:
            return
        anchor = full[0][2] - 1
        overlapping = [each for each in full if each[1] <= anchor]
        best = max(count for count, _, _ in overlapping)
        _, low, high = next(each for each in overlapping if each[0] == best)
        high = max(each[2] for each in overlapping if each[0] == best and each[1] == low)
        yield rows[low:high]
        rows = rows[high:]


def fans(transactions: Sequence[Tx], outward: bool, window: int, least: int) -> list[Group]:
    legs = legs_of(transactions)
    mine, other = ("source", "target") if outward else ("target", "source")
    found = []
    for account in sorted({getattr(each, mine) for each in legs}):
        rows = [each for each in legs if getattr(each, mine) == account]
        found += [frozenset(each.row for each in part) for part in fan_slices(rows, other, window, least)]
    return found


def gather_scatter(transactions: Sequence[Tx], window: int, least_in: int, least_out: int) -> list[Group]:
    legs = legs_of(transactions)
    found = []
    for hub in sorted({each.target for each in legs}):
        for part in fan_slices([each for each in legs if each.target == hub], "source", window, least_in):
            payers: list[int] = []
            ready = -1
            for each in part:
                if each.source not in payers:
                    payers.append(each.source)
                    if len(payers) == least_in:
                        ready = each.row
            until = part[-1].time + window
            out = [each for each in legs if each.source == hub and each.row > ready and each.time <= until]
            if len({each.target for each in out}) >= least_out:
                found.append(frozenset(each.row for each in part + out))
    return found


def scatter_gather(transactions: Sequence[Tx], window: int, least: int, loss: float, gain: float) -> list[Group]:
    legs = legs_of(transactions)
    between: dict[tuple[int, int], list[tuple[Tx, Tx]]] = defaultdict(list)
    for into in legs:
        for out in legs:
            fits = out.source == into.target and out.row > into.row and out.time - into.time <= window
            if fits and out.target != into.source:
                between[into.source, out.target].append((into, out))
    found = []
    for ends in sorted(between):
        pairs = sorted(between[ends])
        while pairs:
            starts = sorted({into.row: into for into, _ in pairs}.values())
            options = [(start, middles_of(pairs, start, window, loss, gain)) for start in starts]
            full = [(start, middles) for start, middles in options if len(middles) >= least]
            if not full:
                break
            anchor = full[0][0].time + window
            overlapping = [(start, middles) for start, middles in full if start.time <= anchor]
            best = max(len(middles) for _, middles in overlapping)
            start, middles = next(each for each in overlapping if len(each[1]) == best)
            found.append(
                frozenset(
                    row
                    for into, out in pairs
                    if into.row >= start.row and out.time <= start.time + window and into.target in middles
                    for row in (into.row, out.row)
                )
            )
            pairs = [each for each in pairs if each[0].time > start.time + window]
    return found


def middles_of(pairs: list[tuple[Tx, Tx]], start: Tx, window: int, loss: float, gain: float) -> set[int]:
    inside = [each for each in pairs if each[0].row >= start.row and each[1].time <= start.time + window]
    kept = set()
    for middle in {into.target for into, _ in inside}:
        into = {each[0] for each in inside if each[0].target == middle}
        out = {each[1] for each in inside if each[0].target == middle}
        if any(a.currency != b.currency for a, b in inside if a.target == middle):
            kept.add(middle)
            continue
        received, paid = sum(each.amount for each in into), sum(each.amount for each in out)
        if (1 - loss) * received <= paid <= (1 + gain) * received:
            kept.add(middle)
    return kept


def bundled(transactions: Sequence[Tx], gap: int) -> dict[int, list[Tx]]:
    """Row to its bundle: payments of one pair in one currency, each at most ``gap`` after the one before."""
    found: dict[int, list[Tx]] = {}
    last: dict[tuple[int, int], Tx] = {}
    for each in transactions:
        before = last.get((each.source, each.target))
        joins = before and each.time - before.time <= gap and each.currency == before.currency
        found[each.row] = found[before.row] if joins and before else []
        found[each.row].append(each)
        last[each.source, each.target] = each
    return found


def bundles(transactions: Sequence[Tx], gap: int) -> dict[int, int]:
    """Row to the sum of its bundle."""
    return {row: sum(each.amount for each in bundle) for row, bundle in bundled(transactions, gap).items()}


def with_parts(transactions: Sequence[Tx], groups: list[Group], gap: int) -> list[Group]:
    whole = bundled(transactions, gap)
    legs = {each.row for each in legs_of(transactions)}
    return [frozenset(each.row for row in group for each in whole[row]) & legs for group in groups]


def passes_on(into: Tx, out: Tx, whole: dict[int, int], loss: float, gain: float) -> bool:
    if into.currency != out.currency:
        return True
    return any(
        (1 - loss) * received <= paid <= (1 + gain) * received
        for received in (into.amount, whole[into.row])
        for paid in (out.amount, whole[out.row])
    )


def cycles(
    transactions: Sequence[Tx], window: int, least: int, most: int, loss: float, gain: float, gap: int
) -> list[Group]:
    legs = legs_of(transactions)
    whole = bundles(transactions, gap)
    closed: list[tuple[Tx, ...]] = []

    def walk(path: tuple[Tx, ...]) -> None:
        last = path[-1]
        for step in legs:
            if step.source != last.target or step.row <= last.row or step.time - path[0].time > window:
                continue
            if not passes_on(last, step, whole, loss, gain):
                continue
            if step.target == path[0].source:
                if len(path) + 1 >= least:
                    closed.append((*path, step))
            elif step.target not in {each.source for each in path} | {last.target} and len(path) + 1 < most:
                walk((*path, step))

    for leg in legs:
        walk((leg,))
    found = []
    by_accounts = defaultdict(list)
    for path in closed:
        by_accounts[frozenset(each.source for each in path)].append(sorted(each.row for each in path))
    for rounds in by_accounts.values():
        joined: list[list[int]] = []
        for rows in sorted(rounds, key=lambda each: each[0]):
            if joined and rows[0] <= max(joined[-1]):
                joined[-1] += rows
            else:
                joined.append(list(rows))
        found += [frozenset(each) for each in joined]
    return with_parts(transactions, found, gap)


def bipartite(transactions: Sequence[Tx], window: int, least: int, busiest: int) -> list[Group]:
    """All groups, before overlapping ones are dropped."""
    legs = legs_of(transactions)
    found = []
    for anchor in sorted({each.source for each in legs}):
        mine = [each for each in legs if each.source == anchor]
        previous = -1
        for start in mine:
            inside = [each for each in legs if start.time <= each.time <= start.time + window]
            own = [each for each in mine if each.row >= start.row and each.time <= start.time + window]
            if len(own) < 2 or own[-1].row == previous:
                continue
            previous = own[-1].row
            shared = defaultdict(set)
            for receiver in {each.target for each in own}:
                rows = [each for each in transactions if each.target == receiver]
                rows = [each for each in rows if start.time <= each.time <= start.time + window]
                if len(rows) <= busiest:
                    for each in rows:
                        if each.source != receiver:
                            shared[each.source].add(receiver)
            group = {payer for payer, receivers in shared.items() if len(receivers) >= 2}
            if len(group) < least:
                continue
            edges = [each for each in inside if each.source in group and each.target not in group]
            payers = defaultdict(set)
            for each in edges:
                payers[each.target].add(each.source)
            edges = [each for each in edges if len(payers[each.target]) >= 2]
            receivers = defaultdict(set)
            for each in edges:
                receivers[each.source].add(each.target)
            edges = [each for each in edges if len(receivers[each.source]) >= 2]
            if len({each.source for each in edges}) >= least and len({each.target for each in edges}) >= least:
                found.append(frozenset(each.row for each in edges))
    return found


def cores(transactions: Sequence[Tx], window: int, least: int, busiest: int) -> list[Group]:
    """Stretch by stretch, what is left of who pays whom when accounts with one counterparty are taken away."""
    found = []
    half = window // 2
    begin = transactions[0].time if transactions else 0
    while transactions and begin <= transactions[-1].time:
        legs = [each for each in legs_of(transactions) if begin <= each.time <= begin + window]
        legs = [each for each in legs if sum(other.target == each.target for other in legs) <= busiest]
        pairs = {(each.source, each.target) for each in legs}
        while True:
            alone = {
                (payer, receiver)
                for payer, receiver in pairs
                if sum(each[0] == payer for each in pairs) < 2 or sum(each[1] == receiver for each in pairs) < 2
            }
            if not alone:
                break
            pairs -= alone
        while pairs:
            part = {min(pairs)}
            while more := {
                each for each in pairs - part if any(each[0] == other[0] or each[1] == other[1] for other in part)
            }:
                part |= more
            pairs -= part
            if len({payer for payer, _ in part}) >= least and len({receiver for _, receiver in part}) >= least:
                found.append(frozenset(each.row for each in legs if (each.source, each.target) in part))
        begin += half
    return found


def disjoint(groups: list[Group]) -> list[Group]:
    used: set[int] = set()
    kept = []
    for index in sorted(range(len(groups)), key=lambda each: (-len(groups[each]), sorted(groups[each]))):
        if 2 * len(groups[index] & used) <= len(groups[index]):
            used |= groups[index]
            kept.append(index)
    return [groups[index] for index in sorted(kept)]


def successors(transactions: Sequence[Tx], hop: int, loss: float, gain: float, gap: int) -> dict[int, tuple[float, Tx]]:
    """For each row how badly its best successor fits, and the successor."""
    legs = legs_of(transactions)
    whole = bundles(transactions, gap)
    best = {}
    for into in legs:
        options = []
        for out in legs:
            fits = out.source == into.target and out.row > into.row and out.time - into.time <= hop
            if not fits or out.target == into.source or not passes_on(into, out, whole, loss, gain):
                continue
            distance = 5.0
            if into.currency == out.currency:
                ratios = (out.amount / into.amount, whole[out.row] / whole[into.row])
                distance = min(max(0.0, ratio - 1, 1 - loss / 4 - ratio) for ratio in ratios)
            options.append((distance, out.row, out))
        if options:
            distance, _, out = min(options, key=lambda each: each[:2])
            best[into.row] = (distance, out)
    return best


def owned(best: dict[int, tuple[float, Tx]]) -> dict[int, Tx]:
    """Row to its successor, where it is the one that fits it best; the earliest among equals."""
    wanted = sorted((out.row, distance, row, out) for row, (distance, out) in best.items())
    return {row: out for _, ((_, _, row, out), *_) in groupby(wanted, key=lambda each: each[0])}


def walks(
    transactions: Sequence[Tx], hop: int, window: int, least: int, most: int, loss: float, gain: float, gap: int
) -> list[Group]:
    onward = owned(successors(transactions, hop, loss, gain, gap))
    by_row = {each.row: each for each in transactions}
    seen: set[int] = set()
    found = []
    for row in sorted(onward):
        if row in seen:
            continue
        path = [by_row[row]]
        while path[-1].row in onward:
            step = onward[path[-1].row]
            been = {path[0].source} | {each.target for each in path}
            if step.row in seen or step.target in been or step.time - path[0].time > window:
                break
            path.append(step)
        seen |= {each.row for each in path}
        if least <= len(path) <= most:
            found.append(frozenset(each.row for each in path))
    return with_parts(transactions, found, gap)


def stretches(
    transactions: Sequence[Tx], window: int, low: float, high: float, least: int
) -> list[tuple[int, list[Tx]]]:
    """Account and rows in which it paid out almost what it received."""
    legs = legs_of(transactions)
    found = []
    for account in sorted({each.target for each in legs} & {each.source for each in legs}):
        mine = [each for each in legs if account in (each.source, each.target)]
        while mine:
            if mine[0].target == account:
                inside = [each for each in mine if each.time <= mine[0].time + window]
                inside = [each for each in inside if each.currency == mine[0].currency]
                ends = []
                for end, last in enumerate(inside):
                    received = sum(each.amount for each in inside[: end + 1] if each.target == account)
                    paid = sum(each.amount for each in inside[: end + 1] if each.source == account)
                    if last.source == account and end + 1 >= least and low * received <= paid <= high * received:
                        ends.append(end)
                if ends:
                    found.append((account, inside[: ends[-1] + 1]))
                    mine = [each for each in mine if each.row > inside[ends[-1]].row]
                    continue
            mine = mine[1:]
    return found


def relay_groups(
    transactions: Sequence[Tx], hop: int, window: int, least: int, loss: float, gain: float, busiest: int, gap: int
) -> list[Group]:
    by_row = {each.row: each for each in transactions}
    relays = [
        (out.source, [by_row[row], out]) for row, out in owned(successors(transactions, hop, loss, gain, gap)).items()
    ] + stretches(transactions, hop, 1 - loss, 1 + gain, 2)
    groups = [{index} for index in range(len(relays))]
    for side in ("source", "target"):
        ends = defaultdict(list)
        for index, (middle, rows) in enumerate(relays):
            for each in rows:
                if (each.target == middle) == (side == "source"):
                    ends[getattr(each, side)].append((each.time, each.row, index))
        for touching in ends.values():
            run: list[tuple[int, int, int]] = []
            for item in [*sorted(touching), None]:
                if item and (not run or item[0] - run[-1][0] <= window):
                    run.append(item)
                    continue
                if len(run) <= busiest:
                    joined = [group for group in groups if group & {index for _, _, index in run}]
                    groups = [group for group in groups if group not in joined] + [set().union(*joined)]
                run = [item] if item else []
    found = []
    for group in groups:
        members = [(relays[index][0], each) for index in group for each in relays[index][1]]
        payers = {each.source for middle, each in members if each.target == middle}
        receivers = {each.target for middle, each in members if each.source == middle}
        if min(len(payers), len(receivers), len({middle for middle, _ in members})) >= least:
            found.append(frozenset(each.row for _, each in members))
    return found


def layered(transactions: Sequence[Tx], window: int, least: int, busiest: int) -> list[Group]:
    layers = disjoint(bipartite(transactions, window, least, busiest))
    by_row = {each.row: each for each in transactions}
    found = []
    for first, lower_rows in enumerate(layers):
        for second, upper_rows in enumerate(layers):
            lower, upper = ([by_row[row] for row in sorted(rows)] for rows in (lower_rows, upper_rows))
            shared = {each.target for each in lower} & {each.source for each in upper}
            if first == second or len(shared) < 2:
                continue
            arrived: dict[int, int] = {}
            for each in lower:
                arrived.setdefault(each.target, each.row)
            until = lower[-1].time + window
            upper = [each for each in upper if arrived.get(each.source, each.row) < each.row and each.time <= until]
            lower = [each for each in lower if each.target in {out.source for out in upper}]
            ends = [{e.source for e in lower}, {e.target for e in lower}, {e.target for e in upper}]
            if all(len(each) >= least for each in ends):
                found.append(frozenset(each.row for each in lower + upper))
    return found


def stacks(
    transactions: Sequence[Tx],
    hop: int,
    window: int,
    least: int,
    loss: float,
    gain: float,
    busiest: int,
    gap: int,
) -> list[Group]:
    relays = relay_groups(transactions, hop, window, least, loss, gain, max(1, busiest // 10), gap)
    return disjoint(relays + layered(transactions, window, least, busiest))
