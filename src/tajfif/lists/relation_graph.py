"""The network around a listed party as a graph for other programs. Reach for it to export one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tajfif.ftm import to_ftm
from tajfif.graphs import Edge, Graph, Node, Value
from tajfif.lists.catalogue import SOURCES
from tajfif.lists.relation_words import relation_words
from tajfif.lists.relations import NetworkEdge, NetworkParty, SupportNetwork
from tajfif.model import Entity

__all__ = ["network_graph"]

_SCHEMATA = {
    "member": "Membership", "leader": "Directorship", "owner": "Ownership", "family": "Family", "associated": "Associate",
}  # fmt: skip
"""FtM schema by kind; the others have none of their own there."""


def network_graph(network: SupportNetwork, entities: Iterable[Entity], lang: str = "en") -> Graph:
    """Return the graph: a node for each party, an edge for each statement with list, version, field, place and quote.

    Args:
        network: The network.
        entities: Those of the lists that were read, for what is known of each party.
        lang: Language of the words on the edges.
    """
    known = {party.id for party in network.parties}
    by_id = {entity.id: entity for entity in entities if entity.id in known}
    return Graph(
        title=f"Support network of {network.parties[0].caption} ({network.root}), {network.depth} steps",
        nodes=tuple(_node(party, by_id.get(party.id)) for party in network.parties),
        edges=tuple(_edge(edge, lang) for edge in network.edges),
    )


def _node(party: NetworkParty, entity: Entity | None) -> Node:
    facts: dict[str, Value] = {
        "listed": party.listed, "source": party.source, "reference": party.reference, "listed_on": party.listed_on,
        "depth": party.depth,
    }  # fmt: skip
    properties: dict[str, list[Any]] = dict(to_ftm(entity)["properties"]) if entity else {}
    sanctions = [
        {**each["properties"], "authority": [SOURCES[key].authority for key in each["datasets"] if key in SOURCES]}
        for each in properties.pop("sanctions", [])
    ]
    return Node(
        id=party.id, label=party.caption, schema=party.schema, attributes=facts, properties=properties,
        sanctions=tuple(sanctions),
    )  # fmt: skip


def _edge(edge: NetworkEdge, lang: str) -> Edge:
    said = edge.statement
    publisher = SOURCES[said.source].authority if said.source in SOURCES else said.source
    return Edge(
        id=f"{edge.kind} {said.entry} {said.field} {said.start} {edge.origin} {edge.target}",
        source=edge.origin,
        target=edge.target,
        schema=_SCHEMATA.get(edge.kind, "UnknownLink"),
        label=relation_words(edge.kind, lang),
        attributes={
            "kind": edge.kind, "found": edge.found, "list": said.source, "list_version": f"{said.published}/{said.sha256[:12]}",
            "publisher": publisher, "stated_in": said.entry, "field": said.field, "from_character": said.start,
            "to_character": said.end, "quote": said.quote, "context": said.context, "cited_reference": said.cited_reference,
            "cited_name": said.cited_name,
        },
    )  # fmt: skip
