"""A graph as FollowTheMoney entities, one JSON object a line. Reach for it to load it into Aleph, OpenSanctions' tools or yente.

Source of schemata and properties: https://followthemoney.tech/explorer/ (model 4). A payment there runs between legal entities, so
an account becomes a ``BankAccount`` and its holder; where nobody says who holds it, the holder is a ``LegalEntity`` that stands for
whoever it is. Ids are hashes of what they name: the same account has the same id in every file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import IO, Any

import msgspec

from tajfif.graphs.records import Edge, Graph, Node, clean

__all__ = ["ftm_entities", "write_ftm"]

_BODIES = frozenset({"Organization", "Company", "PublicBody"})
_LEGAL = _BODIES | {"Person", "LegalEntity"}
_ASSETS = frozenset({"Company", "Vessel", "Airplane", "BankAccount", "CryptoWallet"})
# By schema: property of the source, of the target, and which schemata may stand there.
_ENDS: dict[str, tuple[str, str, frozenset[str], frozenset[str]]] = {
    "Membership": ("member", "organization", _LEGAL, _BODIES),
    "Directorship": ("director", "organization", _LEGAL, _BODIES),
    "Ownership": ("owner", "asset", _LEGAL, _ASSETS),
    "Family": ("person", "relative", frozenset({"Person"}), frozenset({"Person"})),
    "Associate": ("person", "associate", frozenset({"Person"}), frozenset({"Person"})),
}
_WORDS_IN = {"Family": "relationship", "Associate": "relationship"}


def ftm_entities(graph: Graph) -> Iterator[dict[str, Any]]:
    """Yield the entities of a graph: accounts, parties, their sanctions, then payments and relations.

    A relation whose ends its schema does not allow is an ``UnknownLink`` with the same words.
    """
    nodes = {node.id: node for node in graph.nodes}
    holders: dict[str, str] = {}
    for node in graph.nodes:
        if node.schema == "BankAccount":
            yield from _account(node, holders)
        else:
            yield from _party(node)
    for edge in graph.edges:
        source, target = nodes[edge.source], nodes[edge.target]
        if edge.schema == "Payment":
            yield from _payments(edge, source, target)
        else:
            yield _relation(edge, source, target)


def write_ftm(graph: Graph, file: IO[bytes]) -> None:
    """Write the entities as JSON lines in UTF-8."""
    encode = msgspec.json.Encoder().encode
    for entity in ftm_entities(graph):
        file.write(encode(entity) + b"\n")


def _hashed(kind: str, *words: str) -> str:
    return "tajfif-" + hashlib.sha256("\0".join((kind, *words)).encode("utf-8", "replace")).hexdigest()[:32]


def _entity(key: str, schema: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    filled = {}
    for name, values in properties.items():
        texts = [clean(str(value)) for value in (values if isinstance(values, (list, tuple)) else [values])]
        if kept := list(dict.fromkeys(text for text in texts if text)):
            filled[name] = kept
    return {"id": key, "schema": schema, "properties": filled}


def _id(node: Node) -> str:
    return _hashed("account" if node.schema == "BankAccount" else "party", node.id)


def _holder(node: Node) -> str:
    """Return the id of the legal entity that pays with a node: itself, or the holder of an account."""
    if node.schema != "BankAccount":
        return _id(node)
    return _hashed("party", node.holder) if node.holder else _hashed("holder", node.id)


def _account(node: Node, holders: dict[str, str]) -> Iterator[dict[str, Any]]:
    yield _entity(_id(node), "BankAccount", {"name": node.label, "accountNumber": node.label[:64], **node.properties})
    holder = _holder(node)
    if holder not in holders:
        holders[holder] = node.id
        named = {"name": node.holder} if node.holder else {"notes": f"whoever holds the account {node.label}"}
        yield _entity(holder, node.holder_schema if node.holder else "LegalEntity", named)
    if node.holder:
        yield _entity(_hashed("owns", holder, node.id), "Ownership", {"owner": holder, "asset": _id(node)})


def _party(node: Node) -> Iterator[dict[str, Any]]:
    properties = {"name": node.label, **node.properties}
    yield _entity(_id(node), node.schema, properties)
    for place, sanction in enumerate(node.sanctions):
        yield _entity(_hashed("sanction", node.id, str(place)), "Sanction", {"entity": _id(node), **sanction})


def _payments(edge: Edge, source: Node, target: Node) -> Iterator[dict[str, Any]]:
    """Yield the payment of an edge; of one that sums several up, their sum with all their numbers."""
    properties: dict[str, Any] = {
        "payer": _holder(source),
        "payerAccount": _id(source) if source.schema == "BankAccount" else "",
        "beneficiary": _holder(target),
        "beneficiaryAccount": _id(target) if target.schema == "BankAccount" else "",
        "amount": "" if edge.amount is None else f"{edge.amount:f}",
        "currency": edge.currency,
        "transactionNumber": edge.transactions,
        "purpose": edge.purpose,
    }
    if edge.end and edge.end != edge.start:
        properties |= {"startDate": _moment(edge.start), "endDate": _moment(edge.end)}
    else:
        properties["date"] = _moment(edge.start)
    yield _entity(_hashed("payment", edge.id, edge.source, edge.target), "Payment", properties)


def _moment(iso: str) -> str:
    """Return a time as FtM writes dates: to the second, in UTC, without a zone."""
    return iso.removesuffix("Z").partition(".")[0]


def _relation(edge: Edge, source: Node, target: Node) -> dict[str, Any]:
    schema = edge.schema
    first, second, sources, targets = _ENDS.get(schema, ("", "", frozenset(), frozenset()))
    if source.schema not in sources or target.schema not in targets:
        schema, first, second = "UnknownLink", "subject", "object"
    properties = {
        first: _id(source), second: _id(target), _WORDS_IN.get(schema, "role"): edge.label,
        "startDate": _moment(edge.start), "endDate": _moment(edge.end), "summary": str(edge.attributes.get("quote", "")),
        "publisher": str(edge.attributes.get("publisher", "")),
    }  # fmt: skip
    return _entity(_hashed("link", edge.id, edge.source, edge.target), schema, properties)
