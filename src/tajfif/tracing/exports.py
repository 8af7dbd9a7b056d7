"""What was traced or found, as a graph for other programs. Reach for it to open a trace in Gephi or to load it elsewhere.

Accounts are nodes and every transaction is an edge of its own, with its exact amount, its time and its id; only the payments
around one account are summed up as they were found. What is in a graph is what was shown: accounts beyond a limit are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tajfif.graphs import Edge, Graph, Node, Value
from tajfif.tracing.account_facts import words_of
from tajfif.tracing.findings import iso_time

if TYPE_CHECKING:
    from tajfif.tracing.findings import Finding
    from tajfif.tracing.flow import ReachedAccount, Trace
    from tajfif.tracing.flow_around import Neighbourhood
    from tajfif.tracing.flow_records import TaintedTransaction
    from tajfif.tracing.ledger import Ledger
    from tajfif.tracing.network import RankedParty

__all__ = ["findings_graph", "neighbourhood_graph", "ranking_graph", "trace_graph"]

_FACTS = ("type", "country", "bank")
_STATED = ("purpose", "channel", "from_bank", "to_bank", "from_country", "to_country")
_PARTY_SCHEMATA = {
    "person": "Person", "firm": "Company", "charity": "Organization", "exchange_house": "Company", "processor": "Company",
    "bank": "Company",
}  # fmt: skip


def trace_graph(trace: Trace, accounts: Sequence[ReachedAccount]) -> Graph:
    """Return the accounts that were reached, and the transactions that carried tainted money to them.

    Args:
        trace: The trace.
        accounts: Of those that it reached, the ones to export.
    """
    ledger, summary = trace.ledger, trace.summary
    chosen = {(each.account, each.currency, each.seed) for each in accounts}
    backward = summary.direction == "backward"
    moved = [
        each
        for each in trace.transactions()
        if (each.source if backward else each.target, each.tainted_currency, each.seed) in chosen
    ]
    facts: dict[str, dict[str, Value]] = {}
    for account in accounts:
        facts.setdefault(account.account, _reached(trace, account))
    names = dict.fromkeys([*facts, *(end for each in moved for end in (each.source, each.target))])
    return Graph(
        title=f"Money traced {summary.direction} from {len(summary.seeds)} seeds by {summary.model}",
        nodes=tuple(_account(ledger, name, facts.get(name, {})) for name in names),
        edges=tuple(_tainted(trace, each) for each in moved),
    )


def findings_graph(ledger: Ledger, findings: Sequence[Finding]) -> Graph:
    """Return the accounts and transactions of findings, each transaction once with the typologies that it is part of."""
    typologies: dict[str, dict[str, float]] = {}
    members: dict[str, dict[str, float]] = {}
    for finding in findings:
        for name, found in (
            *((one, members) for one in finding.accounts),
            *((one, typologies) for one in finding.transactions),
        ):
            scores = found.setdefault(name, {})
            scores[finding.typology] = max(finding.score, scores.get(finding.typology, 0.0))
    edges = []
    for row, name in sorted(zip(ledger.rows_of_ids(typologies), typologies, strict=True)):
        edge = _transaction(ledger, row, name, _scored(typologies[name]))
        members.setdefault(edge.source, {})
        members.setdefault(edge.target, {})
        edges.append(edge)
    return Graph(
        title=f"{len(findings)} findings",
        nodes=tuple(_account(ledger, name, _scored(scores)) for name, scores in members.items()),
        edges=tuple(edges),
    )


def neighbourhood_graph(ledger: Ledger, around: Neighbourhood) -> Graph:
    """Return the accounts around one, and what they paid each other, summed up by pair and currency."""
    return Graph(
        title=f"Payments around {around.account}",
        nodes=tuple(
            _account(ledger, each.account, {"after": each.after, "before": each.before, "cut": each.cut})
            for each in around.neighbours
        ),
        edges=tuple(
            Edge(
                id=f"{link.side} {link.source} {link.target} {link.currency}",
                source=link.source,
                target=link.target,
                amount=_money(ledger, link.amount, link.currency),
                currency=link.currency,
                start=iso_time(link.first),
                end=iso_time(link.last),
                transactions=link.transactions,
                attributes={"side": link.side, "hop": link.hop, "count": link.count},
            )
            for link in around.links
        ),
    )


def ranking_graph(parties: Sequence[RankedParty]) -> Graph:
    """Return parties ranked by their nearness to designated ones, and the links and money that bring them near.

    A link runs from the party to the designated one, or along its chain; money without a single designated party behind it is
    in the party's ``why``.
    """
    nodes = {
        party.party: Node(
            id=party.party,
            label=party.party,
            attributes={
                "rank": party.rank, "score": party.score, "designated": party.designated,
                "component": party.component, "community": party.community, "accounts": "; ".join(party.accounts),
                "why": " | ".join(f"{term.value} {term.text}" for term in party.terms),
            },
        )
        for party in parties
    }  # fmt: skip
    edges: dict[str, Edge] = {}
    for party in parties:
        for term in party.terms:
            for source, target in zip(term.parties[1:], term.parties, strict=False):
                key = f"{source}\0{target}\0{term.kind}\0{term.link}"
                for end in (source, target):
                    nodes.setdefault(end, Node(id=end, label=end))
                edges[key] = Edge(
                    id=key.replace("\0", " "), source=source, target=target, schema="UnknownLink", label=term.link or term.kind,
                    attributes={"kind": term.kind, "weight": term.value, "shared_by": term.shared_by},
                )  # fmt: skip
    return Graph(title="Parties near designated ones", nodes=tuple(nodes.values()), edges=tuple(edges.values()))


def _account(ledger: Ledger, name: str, facts: Mapping[str, Value]) -> Node:
    index = ledger.account_index(name)
    stated: dict[str, Value] = {field: value for field in _FACTS if (value := ledger.accounts.value(field, index))}
    country = str(stated.get("country", ""))
    return Node(
        id=name, label=name, schema="BankAccount", holder=ledger.accounts.party_of(index), attributes={**stated, **facts},
        properties={"country": [country.lower()]} if len(country) == 2 else {},
        holder_schema=_PARTY_SCHEMATA.get(str(stated.get("type", "")), "LegalEntity"),
    )  # fmt: skip


def _reached(trace: Trace, account: ReachedAccount) -> dict[str, Value]:
    """Return what a trace says of an account, in the currency of which it received most."""
    facts: dict[str, Value] = {
        "tainted": _money(trace.ledger, account.amount, account.currency),
        "held": _money(trace.ledger, account.held, account.currency),
        "currency": account.currency, "share": round(account.share, 9), "hops": account.hops, "hub": account.hub,
        "seed": account.seed,
    }  # fmt: skip
    if account.last:
        facts |= {"first": iso_time(account.first), "last": iso_time(account.last)}
    return {name: value for name, value in facts.items() if value != ""}


def _tainted(trace: Trace, moved: TaintedTransaction) -> Edge:
    seed = f" {moved.seed}" if moved.seed else ""
    facts: dict[str, Value] = {
        "tainted": _money(trace.ledger, moved.tainted, moved.tainted_currency), "tainted_currency": moved.tainted_currency,
        "hop": moved.hop,
    }  # fmt: skip
    if moved.seed:
        facts["seed"] = moved.seed
    return _transaction(trace.ledger, moved.row, moved.transaction, facts, key=moved.transaction + seed)


def _transaction(ledger: Ledger, row: int, name: str, facts: Mapping[str, Value], *, key: str = "") -> Edge:
    code = ledger.currencies[int(ledger.currency[row])]
    stated: dict[str, Value] = {}
    for field in _STATED:
        column = words_of(ledger, field)
        if column is not None and int(column[0][row]) >= 0:
            stated[field] = column[1][int(column[0][row])]
    return Edge(
        id=key or name,
        source=ledger.account_name(int(ledger.source[row])),
        target=ledger.account_name(int(ledger.target[row])),
        amount=_money(ledger, int(ledger.amount[row]), code),
        currency=code,
        start=iso_time(int(ledger.time[row])),
        end=iso_time(int(ledger.time[row])),
        transactions=(name,),
        purpose=str(stated.pop("purpose", "")),
        attributes={**stated, **facts},
    )


def _scored(scores: Mapping[str, float]) -> dict[str, Value]:
    best = max(scores.values(), default=0.0)
    return {"typologies": "; ".join(scores), "score": best} if scores else {}


def _money(ledger: Ledger, minor: float, currency: str) -> Decimal:
    return Decimal(ledger.money(round(minor), ledger.currencies.index(currency)))
