"""GraphML 1.0 and GEXF 1.3. Reach for it to open a graph in Gephi, Cytoscape, yEd or networkx.

Sources: http://graphml.graphdrawing.org/specification.html (keys before the graph, ids are name tokens, types boolean, int, long,
float, double, string) and https://gexf.net (1.3: attributes declared by class, time on edges). Ids in the documents are ``n0``,
``e0`` …; the id of the package is the attribute ``own_id``. Amounts are doubles to those programs and are written with every digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO

from lxml import etree

from tajfif.graphs.records import Graph, Kind, Value, clean, columns_of

__all__ = ["write_gexf", "write_graphml"]

_GRAPHML = "http://graphml.graphdrawing.org/xmlns"
_GEXF = "http://gexf.net/1.3"
_SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_TYPES: Mapping[Kind, str] = {
    "text": "string", "boolean": "boolean", "integer": "long", "real": "double", "amount": "double",
}  # fmt: skip


def write_graphml(graph: Graph, file: IO[bytes]) -> None:
    """Write GraphML 1.0, UTF-8, element by element."""
    nodes, edges = _facts(graph)
    columns = {"node": columns_of(nodes), "edge": columns_of(edges)}
    keys = {(side, name): f"{side[0]}{place}" for side, names in columns.items() for place, name in enumerate(names)}
    keys = {pair: f"d_{key}" for pair, key in keys.items()}
    where = f"{_GRAPHML} {_GRAPHML}/1.0/graphml.xsd"
    with etree.xmlfile(file, encoding="UTF-8") as out:
        out.write_declaration()
        top = {f"{{{_SCHEMA_INSTANCE}}}schemaLocation": where}
        with out.element(f"{{{_GRAPHML}}}graphml", top, nsmap={None: _GRAPHML, "xsi": _SCHEMA_INSTANCE}):
            out.write(_element("desc", text=graph.title))
            for (side, name), key in keys.items():
                kind = _TYPES[columns[side][name]]
                declared = {"id": key, "for": side, "attr.name": name, "attr.type": kind}
                out.write(_element("key", declared))
            with out.element(f"{{{_GRAPHML}}}graph", {"id": "G", "edgedefault": "directed"}):
                places = {}
                for place, (node, facts) in enumerate(zip(graph.nodes, nodes, strict=True)):
                    places[node.id] = f"n{place}"
                    out.write(_with_data(_element("node", {"id": f"n{place}"}), "node", facts, keys))
                for place, (edge, facts) in enumerate(zip(graph.edges, edges, strict=True)):
                    ends = {"id": f"e{place}", "source": places[edge.source], "target": places[edge.target]}
                    out.write(_with_data(_element("edge", ends), "edge", facts, keys))
    file.write(b"\n")


def write_gexf(graph: Graph, file: IO[bytes]) -> None:
    """Write GEXF 1.3, UTF-8: dynamic where an edge has a time, so that Gephi shows its timeline."""
    nodes, edges = _facts(graph)
    for facts in (*nodes, *edges):
        facts.pop("label", None)  # an attribute of the element itself
    columns = {"node": columns_of(nodes), "edge": columns_of(edges)}
    dynamic = any(edge.start for edge in graph.edges)
    attributes = {"defaultedgetype": "directed", "idtype": "string", "mode": "dynamic" if dynamic else "static"}
    if dynamic:
        attributes |= {"timeformat": "dateTime", "timerepresentation": "interval"}
    with etree.xmlfile(file, encoding="UTF-8") as out:
        out.write_declaration()
        with out.element(f"{{{_GEXF}}}gexf", {"version": "1.3"}, nsmap={None: _GEXF}):
            meta = _element("meta")
            meta.append(_element("creator", text="tajfif"))
            meta.append(_element("description", text=graph.title))
            out.write(meta)
            with out.element(f"{{{_GEXF}}}graph", attributes):
                for side, names in columns.items():
                    declared = _element("attributes", {"class": side})
                    for place, (name, kind) in enumerate(names.items()):
                        column = {"id": str(place), "title": name, "type": _TYPES[kind]}
                        declared.append(_element("attribute", column))
                    out.write(declared)
                places = {node.id: f"n{place}" for place, node in enumerate(graph.nodes)}
                with out.element(f"{{{_GEXF}}}nodes"):
                    for node, facts in zip(graph.nodes, nodes, strict=True):
                        ends = {"id": places[node.id], "label": clean(node.label)}
                        out.write(_with_values(_element("node", ends), facts, columns["node"]))
                with out.element(f"{{{_GEXF}}}edges"):
                    for place, (edge, facts) in enumerate(zip(graph.edges, edges, strict=True)):
                        ends = {"id": f"e{place}", "source": places[edge.source], "target": places[edge.target]}
                        ends |= {"label": clean(edge.label)} if edge.label else {}
                        ends |= {"start": edge.start, "end": edge.end or edge.start} if edge.start else {}
                        out.write(_with_values(_element("edge", ends), facts, columns["edge"]))
    file.write(b"\n")


def _facts(graph: Graph) -> tuple[list[dict[str, Value]], list[dict[str, Value]]]:
    nodes = [
        {
            name: value
            for name, value in {
                "own_id": node.id, "label": node.label, "schema": node.schema, "holder": node.holder, **node.attributes,
            }.items()
            if value != ""
        }
        for node in graph.nodes
    ]  # fmt: skip
    return nodes, [{"own_id": edge.id, **edge.facts()} for edge in graph.edges]


def _element(tag: str, attributes: Mapping[str, str] | None = None, *, text: str = "") -> etree._Element:
    """Return an element that is written inside one that declares the default namespace, and so stands in it."""
    element = etree.Element(tag, dict(attributes or {}))
    element.text = clean(text) or None
    return element


def _with_data(
    element: etree._Element, side: str, facts: Mapping[str, Value], keys: Mapping[tuple[str, str], str]
) -> etree._Element:
    for name, value in facts.items():
        element.append(_element("data", {"key": keys[side, name]}, text=_written(value)))
    return element


def _with_values(element: etree._Element, facts: Mapping[str, Value], columns: Mapping[str, Kind]) -> etree._Element:
    values = _element("attvalues")
    places = {name: str(place) for place, name in enumerate(columns)}
    for name, value in facts.items():
        values.append(_element("attvalue", {"for": places[name], "value": clean(_written(value))}))
    if len(values):
        element.append(values)
    return element


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if hasattr(value, "as_tuple") else str(value)
