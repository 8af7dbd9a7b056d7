"""Who is close to designated parties, by money and by what they share, term by term.

Reach for :func:`network` with a ledger, or with a file of parties and what is stated of them::

    ranking = network(Ledger.open("ledgers/2024"), [["Zarqun Holding (invented)"]])
    for party in ranking.parties:
        print(party.score, party.party, [term.text for term in party.terms])

A score is the sum of its terms, and each term names the link or the transactions that it comes from. It orders whom to look at; it is
no probability, and sharing a phone with somebody is no offence.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from tajfif.errors import UsageError
from tajfif.tracing.ledger import Ledger
from tajfif.tracing.network_groups import Floats, Ints, communities, components
from tajfif.tracing.network_links import Link, Parties, read_parties, shared_links
from tajfif.tracing.network_money import MoneyTerm, exchanged, money_terms
from tajfif.tracing.network_words import term_text
from tajfif.tracing.ownership_reading import Stakes

__all__ = ["LEAST_WEIGHT", "Network", "RankedParty", "Term", "network"]

LEAST_WEIGHT = 0.01
"""Paths of links that say less than this are not followed, and terms below it are left out."""
_MOST_LINKS = 3


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One reason for a score.

    Attributes:
        kind: ``received`` or ``paid`` (money of or to designated parties, as a share of all that the party received or paid in that
            currency), a kind of link, or ``through`` (a chain of links over others).
        value: Part of the score.
        designated: The designated party, where the term is about one.
        link: What is shared, or the chain of what is shared.
        parties: The parties along a chain, from the designated one to this one; of a direct link these two.
        shared_by: How many parties share it; 0 for money.
        amount, currency: Of money: the tainted amount in minor units, whole.
        transactions: Of money: ids of the transactions by which it came or went, those that carry most.
        text: The same in words.
    """

    kind: str
    value: float
    designated: str = ""
    link: str = ""
    parties: tuple[str, ...] = ()
    shared_by: int = 0
    amount: str = ""
    currency: str = ""
    transactions: tuple[str, ...] = ()
    text: str = ""


class RankedParty(msgspec.Struct, frozen=True, kw_only=True):
    """One party, and how close it is to designated ones.

    Attributes:
        rank: From 1; 0 for the designated, which come last.
        party: Its name.
        accounts: Its accounts.
        designated: Whether it is designated itself.
        score: The sum of its terms.
        terms: The greatest first.
        component, component_size: Number and size of the group joined by links, however long the chain; money does not count.
        community, community_size: Number and size of the group that is joined more closely within than without, by links and money.
    """

    rank: int
    party: str
    accounts: tuple[str, ...]
    designated: bool
    score: float
    terms: tuple[Term, ...]
    component: int
    component_size: int
    community: int
    community_size: int


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """The answer.

    Attributes:
        parties: Those with a term, the highest score first, then the designated.
        count: How many parties there are.
        links: How many links.
        components, communities: How many of two parties or more.
        unknown: Designated parties that are not found.
        notices: What a careful person would want to be told.
    """

    parties: tuple[RankedParty, ...]
    count: int
    links: int
    components: int
    communities: int
    unknown: tuple[str, ...]
    notices: tuple[str, ...]


def network(
    source: Ledger | str | Path,
    designated: Sequence[Sequence[str]],
    *,
    stakes: Stakes | None = None,
    hops: int = 4,
    seed: int = 0,
    lang: str = "en",
) -> Network:
    """Rank parties by how close they are to designated ones.

    Args:
        source: A ledger with an accounts file, or a file of parties and what is stated of them.
        designated: The designated parties, each as the names or accounts by which it may be known.
        stakes: Who owns what, if it is known.
        hops: Most payments between a designated party and one that its money reaches.
        seed: Decides the order in which communities are formed.
        lang: Language of the terms, ``en`` or ``ar``.

    Raises:
        UsageError: Nobody is designated.
        InputError: The file cannot be read.
    """
    if not designated:
        raise UsageError("nobody is designated", hint="Name the designated parties with --designated.")
    parties = read_parties(source)
    links, notices = shared_links(parties, stakes)
    seeds, unknown = parties.named(designated)
    ledger = source if isinstance(source, Ledger) else None
    money = money_terms(ledger, parties, seeds, hops) if ledger is not None else []
    listed = set(seeds)
    terms: dict[int, list[Term]] = {}
    for party, term in (*_link_terms(parties, links, seeds), *_money(money, parties)):
        if party not in listed and term.value >= LEAST_WEIGHT:
            terms.setdefault(party, []).append(msgspec.structs.replace(term, text=term_text(term, lang)))
    joined, near = _groups(parties, links, ledger, seed)
    return Network(
        parties=tuple(_ranked(parties, terms, seeds, joined, near)),
        count=len(parties.names),
        links=len(links),
        components=int((np.bincount(joined) > 1).sum()),
        communities=int((np.bincount(near) > 1).sum()),
        unknown=tuple(unknown),
        notices=tuple(notices),
    )


def _money(found: Sequence[MoneyTerm], parties: Parties) -> Iterator[tuple[int, Term]]:
    for each in found:
        yield (
            each.party,
            Term(
                kind=each.kind, value=round(each.share, 6), amount=each.amount, currency=each.currency,
                transactions=each.transactions,
            ),
        )  # fmt: skip


def _link_terms(parties: Parties, links: Sequence[Link], seeds: Sequence[int]) -> Iterator[tuple[int, Term]]:
    """Yield a term for each link to a designated party, and one for the best chain of links to each who has none."""
    neighbours: dict[int, list[tuple[int, Link]]] = {}
    designated = set(seeds)
    direct: set[int] = set()
    for link in links:
        neighbours.setdefault(link.one, []).append((link.other, link))
        neighbours.setdefault(link.other, []).append((link.one, link))
        for here, there in ((link.one, link.other), (link.other, link.one)):
            if there in designated and here not in designated:
                direct.add(here)
                yield here, _direct(parties, link, here, there)
    for party, path, ends in _best_chains(neighbours, seeds):
        if party in direct or party in designated:
            continue
        value = float(np.prod([link.weight for link in path]))
        yield (
            party,
            Term(
                kind="through",
                value=round(value, 6),
                designated=parties.names[ends[0]],
                link="; ".join(f"{link.kind} {link.value}" for link in path),
                parties=tuple(parties.names[end] for end in ends),
                shared_by=max(link.shared_by for link in path),
            ),
        )


def _direct(parties: Parties, link: Link, here: int, there: int) -> Term:
    return Term(
        kind=link.kind,
        value=round(link.weight, 6),
        designated=parties.names[there],
        link=link.value,
        parties=(parties.names[there], parties.names[here]),
        shared_by=link.shared_by,
    )


def _best_chains(
    neighbours: dict[int, list[tuple[int, Link]]], seeds: Sequence[int]
) -> Iterator[tuple[int, list[Link], list[int]]]:
    """Yield for each party the chain of at most three links from a designated one whose weights multiply to most."""
    done: set[tuple[int, int]] = set()
    told: set[int] = set()
    waiting: list[tuple[float, int, int, list[Link], list[int]]] = [(-1.0, 0, seed, [], [seed]) for seed in seeds]
    heapq.heapify(waiting)
    order = 0
    while waiting:
        weight, _, party, path, ends = heapq.heappop(waiting)
        if (party, len(path)) in done:
            continue
        done.add((party, len(path)))
        if path and party not in told:
            told.add(party)
            yield party, path, ends
        if len(path) == _MOST_LINKS:
            continue
        best: dict[int, Link] = {}
        for other, link in neighbours.get(party, ()):
            if other not in ends and (other not in best or link.weight > best[other].weight):
                best[other] = link
        for other, link in sorted(best.items()):
            if -weight * link.weight >= LEAST_WEIGHT and (other, len(path) + 1) not in done:
                order += 1
                heapq.heappush(waiting, (weight * link.weight, order, other, [*path, link], [*ends, other]))


def _groups(parties: Parties, links: Sequence[Link], ledger: Ledger | None, seed: int) -> tuple[Ints, Ints]:
    count = len(parties.names)
    one = np.array([link.one for link in links], dtype=np.int64)
    other = np.array([link.other for link in links], dtype=np.int64)
    weight: Floats = np.array([link.weight for link in links], dtype=np.float64)
    joined = components(one, other, count)
    if ledger is not None:
        payer, payee, share = exchanged(ledger, parties)
        one, other = np.concatenate([one, payer]), np.concatenate([other, payee])
        weight = np.concatenate([weight, share])
    return joined, communities(one, other, weight, count, seed=seed)


def _ranked(
    parties: Parties, terms: dict[int, list[Term]], seeds: Sequence[int], joined: Ints, near: Ints
) -> Iterator[RankedParty]:
    component_sizes, community_sizes = np.bincount(joined), np.bincount(near)
    scored = [(round(sum(term.value for term in mine), 6), party) for party, mine in terms.items()]
    scored.sort(key=lambda each: (-each[0], parties.names[each[1]]))
    listed = [(0.0, seed) for seed in seeds]
    for rank, (score, party) in enumerate([*scored, *listed], start=1):
        is_listed = rank > len(scored)
        mine = sorted(terms.get(party, ()), key=lambda term: (-term.value, term.kind, term.link, term.currency))
        yield RankedParty(
            rank=0 if is_listed else rank,
            party=parties.names[party],
            accounts=tuple(parties.accounts[party]),
            designated=is_listed,
            score=score,
            terms=tuple(mine),
            component=int(joined[party]),
            component_size=int(component_sizes[joined[party]]),
            community=int(near[party]),
            community_size=int(community_sizes[near[party]]),
        )
