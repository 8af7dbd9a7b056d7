"""A graph as one self-contained page. Reach for :func:`render_page` where somebody would rather look than read.

The page holds the data as JSON, the drawing library and its own script and style. It names no address, and its Content Security
Policy forbids it to fetch anything or to run any other script; so it can be opened years later, on a machine without a network.
Labels are shown as text and never as markup.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from importlib import resources
from typing import Any, Literal

import msgspec

from tajfif.graphs import Edge, Graph, Node, Value
from tajfif.graphs.records import clean
from tajfif.pages.words import PAGE_WORDS

__all__ = ["MOST_EDGES", "PageFinding", "render_page"]

MOST_EDGES = 600
"""Edges on a page. More can neither be drawn nor looked at; those with most money are kept."""

_MOST_DETAIL = 600


class PageFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that the page lists and can show alone.

    Attributes:
        id: Unique on the page.
        typology: Its name.
        title_en, title_ar: What it is called.
        score: From 0 to 1.
        edges: Ids of its edges in the graph.
        explanation: In a sentence.
    """

    id: str
    typology: str
    title_en: str
    title_ar: str
    score: float
    edges: tuple[str, ...]
    explanation: str


def render_page(
    graph: Graph,
    *,
    title: tuple[str, str],
    lang: str = "en",
    direction: Literal["forward", "backward"] = "forward",
    designated: Iterable[str] = (),
    facts: Sequence[tuple[str, str, str]] = (),
    notices: Sequence[tuple[str, str]] = (),
    findings: Sequence[PageFinding] = (),
) -> str:
    """Return a page of HTML that shows a graph.

    Args:
        graph: What to show. Of an edge's attributes ``tainted`` (an amount) and ``hop`` are drawn, of a node's ``designated``.
        title: In English and in Arabic, as all pairs here.
        lang: Language in which the page opens; a button changes it.
        direction: Which way ``hop`` counts: from the first payer, or back from the last receiver.
        designated: Ids of nodes to mark, beside those whose attribute says so.
        facts: What was done, on what: label in English, label in Arabic, value.
        notices: What must be known to read it.
        findings: To list, if any.
    """
    edges = sorted(graph.edges, key=lambda edge: -(_amount(edge) or Decimal(0)))[:MOST_EDGES]
    kept = {edge.id for edge in edges}
    said = list(notices)
    if len(edges) < len(graph.edges):
        count = f"{len(edges):,}", f"{len(graph.edges):,}"
        said.append(
            (
                "Only the {} of {} edges with most money are on this page; an export has them all.".format(*count),
                "في هذه الصفحة أكبر {} من {} من الروابط مبلغًا، وفي التصدير كلها.".format(*count),
            )
        )
    ends = {end for edge in edges for end in (edge.source, edge.target)}
    marked = set(designated)
    data = {
        "lang": lang,
        "title": {"en": title[0], "ar": title[1]},
        "words": PAGE_WORDS,
        "direction": direction,
        "facts": [list(map(clean, fact)) for fact in facts],
        "notices": [{"en": clean(english), "ar": clean(arabic)} for english, arabic in said],
        "nodes": [_node(node, marked) for node in graph.nodes if node.id in ends or not edges],
        "edges": [_edge(edge) for edge in graph.edges if edge.id in kept],
        "findings": [
            {
                "id": one.id, "typology": one.typology, "title_en": one.title_en, "title_ar": one.title_ar, "score": one.score,
                "edges": [edge for edge in one.edges if edge in kept], "explanation": clean(one.explanation),
            }
            for one in findings
        ],
    }  # fmt: skip
    return _page(data)


def _node(node: Node, marked: set[str]) -> dict[str, Any]:
    label = f"{node.label} · {node.holder}" if node.holder and node.holder != node.label else node.label
    return {
        "id": node.id, "label": clean(label), "kind": str(node.attributes.get("type", node.schema)),
        "designated": node.id in marked or node.attributes.get("designated") is True,
    }  # fmt: skip


def _edge(edge: Edge) -> dict[str, Any]:
    amount = _amount(edge)
    hop = edge.attributes.get("hop")
    detail = "\n".join(f"{name}: {_text(value)}" for name, value in edge.facts().items())
    return {
        "id": edge.id, "source": edge.source, "target": edge.target,
        "amount": None if amount is None else float(amount), "text": "" if amount is None else f"{amount:,}",
        "currency": str(edge.attributes.get("tainted_currency", edge.currency)), "time": edge.start,
        "hop": hop if isinstance(hop, int) else None, "label": clean(edge.label or edge.purpose),
        "transactions": [clean(one) for one in edge.transactions[:20]], "detail": clean(detail)[:_MOST_DETAIL],
    }  # fmt: skip


def _amount(edge: Edge) -> Decimal | None:
    tainted = edge.attributes.get("tainted")
    return tainted if isinstance(tainted, Decimal) else edge.amount


def _text(value: Value) -> str:
    return f"{value:,}" if isinstance(value, Decimal) else str(value)


def _page(data: Mapping[str, Any]) -> str:
    folder = resources.files("tajfif.pages")
    library = (folder / "vendor" / "cytoscape.min.js").read_text(encoding="utf-8")
    script, style = ((folder / name).read_text(encoding="utf-8") for name in ("page.js", "page.css"))
    # An inlined script may hold no end of a script; in JSON, what could be markup is written as escapes.
    json = msgspec.json.encode(data).decode()
    for character in "<>&\u2028\u2029":
        json = json.replace(character, f"\\u{ord(character):04x}")
    policy = (
        "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; "
        f"script-src {_source(library)} {_source(script)}; base-uri 'none'; form-action 'none'"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{data["lang"]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Tajfif</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f'<div id="app"></div>\n<script type="application/json" id="data">{json}</script>\n'
        f"<script>{library}</script>\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _source(script: str) -> str:
    """Return the expression by which a policy allows just this script (CSP Level 3, hash sources)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
