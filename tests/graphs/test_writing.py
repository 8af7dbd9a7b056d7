"""Graphs written for other programs, and read back."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tajfif.errors import UsageError
from tajfif.graphs import Edge, Graph, Node, form_of, parts_of, write_graph

GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
GEXF = "{http://gexf.net/1.3}"
HOSTILE = 'Zarqun <&"\x00\x1b[31m\u202egnp\ud800\ufffe>'
TYPES = {"boolean", "int", "long", "float", "double", "string"}

SMALL = Graph(
    title="Two payments",
    nodes=(
        Node(id="acc-1", label="acc-1", schema="BankAccount", holder="زرقون المخترع", attributes={"seed": True}),
        Node(id="acc-2", label="acc-2", schema="BankAccount", attributes={"hops": 1, "share": 0.5}),
        Node(id="p", label=HOSTILE, schema="Person"),
        Node(id="q", label="=Lubarq Company", schema="Company"),
    ),
    edges=(
        Edge(
            id="t1", source="acc-1", target="acc-2", amount=Decimal("1250.500"), currency="KWD", start="2024-01-02T03:04:05Z",
            transactions=("t1",), purpose="goods", attributes={"tainted": Decimal("12.5")},
        ),
        Edge(
            id="t2", source="acc-1", target="acc-2", amount=Decimal("7"), currency="JPY", start="2024-01-02T00:00:00Z",
            end="2024-02-02T00:00:00.5Z", transactions=("a", "b"),
        ),
        Edge(id="r1", source="p", target="q", schema="Membership", label="member of"),
        Edge(id="r2", source="p", target="acc-1", schema="Membership", label="member of"),
    ),
)  # fmt: skip


def written(graph: Graph, form: str, part: str = "graph") -> bytes:
    file = io.BytesIO()
    write_graph(graph, form, part, file)
    return file.getvalue()


def read_graphml(data: bytes) -> tuple[dict[str, dict[str, Any]], list[tuple[str, str, dict[str, Any]]]]:
    """A plain reader that checks on the way what the published schema asks for."""
    root = etree.fromstring(data)
    assert root.tag == f"{GRAPHML}graphml"
    assert [child.tag.removeprefix(GRAPHML) for child in root] == ["desc", *["key"] * (len(root) - 2), "graph"]
    keys = {}
    for key in root.iterfind(f"{GRAPHML}key"):
        assert set(key.attrib) == {"id", "for", "attr.name", "attr.type"}
        assert key.get("attr.type") in TYPES
        assert key.get("id") not in keys
        keys[key.get("id")] = key
    graph = root.find(f"{GRAPHML}graph")
    assert graph is not None
    assert graph.get("edgedefault") == "directed"
    nodes: dict[str, dict[str, Any]] = {}
    edges: list[tuple[str, str, dict[str, Any]]] = []
    for element in graph:
        facts: dict[str, Any] = {}
        for data_of in element:
            key = keys[data_of.get("key")]
            assert key.get("for") == element.tag.removeprefix(GRAPHML)
            value = data_of.text or ""
            facts[key.get("attr.name", "")] = float(value) if key.get("attr.type") == "double" else value
        if element.tag == f"{GRAPHML}node":
            assert not edges
            assert element.get("id", "").isalnum()
            nodes[element.get("id", "")] = facts
        else:
            edges.append((element.get("source", ""), element.get("target", ""), facts))
    assert all(source in nodes and target in nodes for source, target, _ in edges)
    return nodes, edges


def test_graphml_is_read_back() -> None:
    nodes, edges = read_graphml(written(SMALL, "graphml"))
    assert [node["own_id"] for node in nodes.values()] == ["acc-1", "acc-2", "p", "q"]
    assert nodes["n0"]["holder"] == "زرقون المخترع"
    assert nodes["n0"]["seed"] == "true"
    source, target, facts = edges[0]
    assert (nodes[source]["own_id"], nodes[target]["own_id"]) == ("acc-1", "acc-2")
    assert facts["amount"] == 1250.5
    assert (facts["currency"], facts["start"], facts["transactions"]) == ("KWD", "2024-01-02T03:04:05Z", "t1")
    assert edges[1][2]["transactions"] == "a; b"
    assert b">1250.500<" in written(SMALL, "graphml")  # every digit, though the type is a double


def test_gexf_has_time_on_its_edges() -> None:
    root = etree.fromstring(written(SMALL, "gexf"))
    assert (root.tag, root.get("version")) == (f"{GEXF}gexf", "1.3")
    graph = root.find(f"{GEXF}graph")
    assert graph is not None
    assert (graph.get("mode"), graph.get("timeformat")) == ("dynamic", "dateTime")
    declared = {
        (side.get("class"), one.get("id")): (one.get("title"), one.get("type"))
        for side in graph.iterfind(f"{GEXF}attributes")
        for one in side
    }
    assert ("amount", "double") in declared.values()
    edges = graph.findall(f"{GEXF}edges/{GEXF}edge")
    assert [(edge.get("start"), edge.get("end")) for edge in edges[:3]] == [
        ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"),
        ("2024-01-02T00:00:00Z", "2024-02-02T00:00:00.5Z"),
        (None, None),
    ]
    for value in edges[0].iter(f"{GEXF}attvalue"):
        assert ("edge", value.get("for")) in declared


def test_gexf_without_times_is_static() -> None:
    graph = etree.fromstring(written(Graph(title="", nodes=SMALL.nodes, edges=SMALL.edges[2:]), "gexf"))[1]
    assert (graph.get("mode"), graph.get("timeformat")) == ("static", None)


def test_csv_and_parquet_say_the_same() -> None:
    edges = list(csv.DictReader(io.StringIO(written(SMALL, "csv", "edges").decode())))
    table = parquet.read_table(io.BytesIO(written(SMALL, "parquet", "edges"))).to_pylist()
    assert [edge["amount"] for edge in edges] == ["1250.500", "7", "", ""]
    assert [row["amount"] for row in table] == [Decimal("1250.500"), Decimal("7.000"), None, None]
    assert [(edge["source"], edge["target"]) for edge in edges] == [(row["source"], row["target"]) for row in table]
    nodes = list(csv.DictReader(io.StringIO(written(SMALL, "csv", "nodes").decode())))
    assert nodes[3]["label"] == "'=Lubarq Company"  # a spreadsheet would run it
    assert nodes[1]["hops"] == "1"


def test_ftm_has_accounts_holders_and_payments() -> None:
    entities = [json.loads(line) for line in written(SMALL, "ftm").splitlines()]
    by_id = {entity["id"]: entity for entity in entities}
    assert len(by_id) == len(entities)
    payment = next(entity for entity in entities if entity["schema"] == "Payment")["properties"]
    assert payment["amount"] == ["1250.500"]
    assert payment["currency"] == ["KWD"]
    assert payment["date"] == ["2024-01-02T03:04:05"]
    assert payment["purpose"] == ["goods"]
    assert by_id[payment["payer"][0]]["properties"] == {"name": ["زرقون المخترع"]}
    assert by_id[payment["payerAccount"][0]]["schema"] == "BankAccount"
    assert by_id[payment["beneficiary"][0]]["schema"] == "LegalEntity"  # whoever holds acc-2
    member = next(entity for entity in entities if entity["schema"] == "Membership")["properties"]
    assert by_id[member["organization"][0]]["schema"] == "Company"
    link = next(entity for entity in entities if entity["schema"] == "UnknownLink")  # no member of an account
    assert link["properties"]["role"] == ["member of"]


def test_hostile_names_break_nothing() -> None:
    for form in ("graphml", "gexf", "ftm"):
        text = written(SMALL, form).decode("utf-8")
        assert "\x00" not in text
        assert "\x1b" not in text
        assert "\u202e" not in text
    nodes, _ = read_graphml(written(SMALL, "graphml"))
    assert nodes["n2"]["label"].startswith('Zarqun <&"')


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=30))
@settings(max_examples=40, deadline=None)
def test_any_name_gives_a_document(name: str) -> None:
    graph = Graph(title=name, nodes=(Node(id=name, label=name, attributes={"note": name}),), edges=())
    nodes, _ = read_graphml(written(graph, "graphml"))
    assert len(nodes) == 1
    etree.fromstring(written(graph, "gexf"))
    assert json.loads(written(graph, "ftm"))["schema"] == "LegalEntity"
    assert len(list(csv.DictReader(io.StringIO(written(graph, "csv", "nodes").decode())))) == 1
    assert parquet.read_table(io.BytesIO(written(graph, "parquet", "nodes"))).num_rows == 1


def test_the_same_graph_gives_the_same_bytes() -> None:
    for form, part in (("graphml", ""), ("gexf", ""), ("ftm", ""), ("csv", "nodes"), ("parquet", "edges")):
        assert written(SMALL, form, part) == written(SMALL, form, part)


def test_the_ending_says_the_form() -> None:
    assert form_of(Path("x.GraphML")) == "graphml"
    assert form_of(Path("a.b.ftm.jsonl")) == "ftm"
    assert parts_of(Path("d/x.gexf")) == {"graph": Path("d/x.gexf")}
    assert parts_of(Path("d/x.y.csv")) == {"nodes": Path("d/x.y.nodes.csv"), "edges": Path("d/x.y.edges.csv")}
    with pytest.raises(UsageError, match=r"x\.json"):
        form_of(Path("x.json"))
