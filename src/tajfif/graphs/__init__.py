"""A graph as other programs read it. Reach for it to hand a trace, findings or a network to Gephi, Cytoscape or a notebook.

:class:`Graph` is what every part of the package turns its result into; :func:`write_graph` writes it as GraphML 1.0, GEXF 1.3,
CSV, Parquet or FollowTheMoney JSON lines. Names come from lists and customers and are untrusted: characters that could break a
document, or turn its writing round, are replaced. The same graph gives the same bytes.
"""

from __future__ import annotations

from tajfif.graphs.records import Edge, Graph, Node, Value
from tajfif.graphs.writing import FORMS, form_of, parts_of, write_graph

__all__ = ["FORMS", "Edge", "Graph", "Node", "Value", "form_of", "parts_of", "write_graph"]
