"""Nodes, edges and their typed attributes. Reach for it to build a graph that is to be written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Literal

import msgspec

__all__ = ["Edge", "Graph", "Kind", "Node", "Value", "clean", "columns_of"]

Value = str | bool | int | float | Decimal
"""What an attribute can be. A Decimal is an exact amount and is written with all its digits."""

Kind = Literal["text", "boolean", "integer", "real", "amount"]

# Control characters, halves of surrogate pairs and noncharacters, which no XML document may hold, and embeddings, overrides and
# isolates, by which a name could turn the writing beside it round (Unicode UAX #9).
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """An account or a party.

    Attributes:
        id: Unique in the graph.
        label: Name to show.
        schema: FtM schema: ``BankAccount``, ``Person`` …
        attributes: Further facts by name; one name has values of one kind in the whole graph.
        holder: Of an account: whose it is, where that is known.
        holder_schema: FtM schema of the holder.
        properties: FtM properties that are known beside the name: of a listed party, all of them.
        sanctions: FtM properties of each ``Sanction`` upon it.
    """

    id: str
    label: str
    schema: str = "LegalEntity"
    attributes: Mapping[str, Value] = {}
    holder: str = ""
    holder_schema: str = "LegalEntity"
    properties: Mapping[str, list[Any]] = {}
    sanctions: tuple[Mapping[str, list[Any]], ...] = ()


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """A payment from a node to another, several payments of one currency, or a relation.

    Attributes:
        id: Unique in the graph.
        source, target: Ids of nodes.
        schema: FtM schema: ``Payment``, ``Membership``, ``Family``, ``UnknownLink`` …
        label: In words.
        amount: Of payments; None where there is none.
        currency: ISO 4217.
        start, end: First and last moment, ISO 8601; empty where nothing is known.
        transactions: Ids of the transactions.
        purpose: Of a payment, as its parties state it.
        attributes: Further facts by name.
    """

    id: str
    source: str
    target: str
    schema: str = "Payment"
    label: str = ""
    amount: Decimal | None = None
    currency: str = ""
    start: str = ""
    end: str = ""
    transactions: tuple[str, ...] = ()
    purpose: str = ""
    attributes: Mapping[str, Value] = {}

    def facts(self) -> dict[str, Value]:
        """Return everything beside the ends as attributes, what is empty left out."""
        found: dict[str, Value] = {"label": self.label, "schema": self.schema}
        if self.amount is not None:
            found["amount"] = self.amount
        found |= {"currency": self.currency, "start": self.start, "end": self.end}
        found |= {"transactions": "; ".join(self.transactions), "purpose": self.purpose, **self.attributes}
        return {name: value for name, value in found.items() if value != ""}


class Graph(msgspec.Struct, frozen=True, kw_only=True):
    """A directed graph; between two nodes there may be several edges.

    Attributes:
        title: What it shows, in a line.
        nodes, edges: In the order in which they are written.
    """

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def clean(text: str) -> str:
    """Return the text with every character that could harm a document replaced: line ends by a space, others by U+FFFD."""
    return _UNSAFE.sub(lambda found: " " if found[0] in "\t\n\r\u2028\u2029" else "\ufffd", text)


def columns_of(rows: Iterable[Mapping[str, Value]]) -> dict[str, Kind]:
    """Return the names of attributes in order of appearance, each with the kind that can hold all its values."""
    found: dict[str, Kind] = {}
    for row in rows:
        for name, value in row.items():
            kind = _kind(value)
            known = found.setdefault(name, kind)
            if known != kind:
                numbers = {known, kind} <= {"integer", "real"}
                found[name] = "real" if numbers else "text"
    return found


def _kind(value: Value) -> Kind:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, Decimal):
        return "amount"
    return "real" if isinstance(value, float) else "text"
