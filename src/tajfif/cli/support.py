"""``tajfif network REFERENCE``: the support network of a listed party, each edge with the words of its publisher.

Exit codes: 0 nobody is stated around it · 1 somebody is · 2 it is no listed party, or several · 3 a list is missing.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tajfif.cli.output import data_console, isolated, say, shown, warn

if TYPE_CHECKING:
    from rich.text import Text
    from rich.tree import Tree

    from tajfif.lists.relations import NetworkEdge, NetworkParty, Statement, SupportNetwork

__all__ = ["lists_that_serve", "network_records", "show_support_network"]

_AROUND = 60
_MOST_SHOWN = 200

_WORDS = {
    "listed": ("listed {day}", "أُدرج في {day}"),
    "unlisted": ("cited, no entry of its own", "مذكور بلا قيد باسمه"),
    "says": (
        "{entry} in {list}, {field} {start}–{end}",
        "القيد {entry} في {list}، الحقل {field}، المحارف {start}–{end}",
    ),
    "also": ("Also stated between them:", "ومما ذُكر بينهم أيضًا:"),
    "by_name": ("found by its name", "عُرف باسمه"),
    "more": ("and {count} more statements", "و{count} غيرها"),
}


def lists_that_serve(home: Path) -> tuple[list[Any], tuple[str, ...]]:
    """Return each list in force as version and entities, and what must be said of them."""
    from tajfif.lists.history import in_force
    from tajfif.lists.store import ListStore

    view = in_force(ListStore(home))
    return [(each.version, each.entities) for each in view.lists], tuple(
        notice for each in view.lists for notice in each.notices
    )


def show_support_network(home: Path, reference: str, depth: int, chosen: str, out: Path | None, lang: str) -> Any:
    """Find the network, write it and return it with the entities that were read.

    Raises:
        UsageError: The reference means no entry, or several.
        ListError: A stored list is damaged.
    """
    from tajfif.lists.relations import support_network

    lists, notices = lists_that_serve(home)
    found = support_network(lists, reference, depth)
    for notice in notices:
        warn(notice)
    if chosen == "table":
        data_console().print(_tree(found, lang))
        if len(found.parties) > _MOST_SHOWN:
            say(
                f"… and {len(found.parties) - _MOST_SHOWN:,} more parties; --format jsonl or --export FILE shows them all"
            )
    else:
        _write_lines(found, out, lang)
    said_by = ", ".join(f"{each.source}@{each.published}" for each in found.versions)
    listed = sum(party.listed for party in found.parties) - 1
    cited = len(found.parties) - 1 - listed
    say(
        f"{found.root}, depth {found.depth}: {listed:,} listed parties and {cited:,} that are only cited, "
        f"{len(found.edges):,} statements; lists: {said_by}"
    )
    return found, [entity for _, entities in lists for entity in entities]


def network_records(found: SupportNetwork, lang: str) -> Iterator[dict[str, Any]]:
    """Yield one JSON object for each party, then one for each statement."""
    import msgspec

    from tajfif.lists.relation_words import relation_words

    for party in found.parties:
        yield {"type": "party", **msgspec.structs.asdict(party)}
    for edge in found.edges:
        yield {
            "type": "edge", "from": edge.origin, "to": edge.target, "kind": edge.kind, "words": relation_words(edge.kind, lang),
            "found": edge.found, "statement": msgspec.structs.asdict(edge.statement),
        }  # fmt: skip


def _write_lines(found: SupportNetwork, out: Path | None, lang: str) -> None:
    from tajfif.cli.results import json_sink, output_file

    with output_file(out) as stream:
        sink = json_sink(stream)
        for record in network_records(found, lang):
            sink.write(record)


class _Writer:
    """Makes the lines of the tree in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.safe = isolated if sys.stdout.isatty() else shown

    def word(self, key: str, **values: object) -> str:
        return _WORDS[key][self.lang == "ar"].format(**values)

    def party(self, party: NetworkParty) -> Text:
        from rich.text import Text

        day = self.word("listed", day=party.listed_on) if party.listed_on else ""
        facts = [party.reference, party.source, day] if party.listed else [party.reference, self.word("unlisted")]
        line = Text().append(self.safe(party.caption), style="bold" if party.listed else "")
        return line.append(" [" + self.safe(", ".join(filter(None, facts))) + "]", style="dim")

    def statement(self, said: Statement, found: str) -> Text:
        """Where it stands, and the words around it, white space of the file made one blank."""
        from rich.text import Text

        place = self.word(
            "says", entry=said.entry, list=f"{said.source}@{said.published}", field=said.field or "–", start=said.start,
            end=said.end,
        )  # fmt: skip
        named = f" ({self.word('by_name')})" if found == "name" else ""
        line = Text().append(self.safe(place + named), style="dim")
        words = _excerpt(said)
        return line.append(f": “{self.safe(words)}”", style="italic") if words else line


def _excerpt(said: Statement) -> str:
    """Return the quote with whole words around it, shorter than the context."""
    from tajfif.lists.relations import CONTEXT

    if not said.quote:
        return said.cited_name or said.cited_reference
    at = min(said.start, CONTEXT)
    before, quote, after = said.context[:at], said.quote, said.context[at + len(said.quote) :]
    if len(before) > _AROUND:
        before = "…" + re.sub(r"^\S*\s", "", before[-_AROUND:])
    if len(after) > _AROUND:
        after = re.sub(r"\s\S*$", "", after[:_AROUND]) + "…"
    return " ".join(f"{before}{quote}{after}".split())


def _tree(found: SupportNetwork, lang: str) -> Tree:
    """Return the parties as a tree: each once, under the one from which it is reached in fewest steps."""
    from rich.tree import Tree

    writer = _Writer(lang)
    parties = {party.id: party for party in found.parties}
    above = _parents(found)
    shown_edges: set[int] = set()
    branches = {found.root: Tree(writer.party(parties[found.root]), guide_style="dim")}
    for key in list(above)[: _MOST_SHOWN - 1]:  # each comes after the one above it
        parent = above[key]
        between = [
            (place, edge) for place, edge in enumerate(found.edges) if {edge.origin, edge.target} == {key, parent}
        ]  # fmt: skip
        branch = branches[parent].add(_line(writer, parent, parties[key], between[0][1]))
        branches[key] = branch
        shown_edges.update(place for place, _ in between)
        for _, edge in between:
            branch.add(_said(writer, edge, first=between[0][1], parent=parent))
    rest = [
        edge
        for place, edge in enumerate(found.edges)
        if place not in shown_edges and edge.origin in branches and edge.target in branches
    ]
    if rest:
        _add_rest(writer, branches[found.root], rest, parties)
    return branches[found.root]


def _line(writer: _Writer, parent: str, party: NetworkParty, edge: NetworkEdge) -> Text:
    from rich.text import Text

    from tajfif.lists.relation_words import relation_words

    words = relation_words(edge.kind, writer.lang, backward=edge.origin != parent)
    return Text().append(writer.safe(words) + " ", style="cyan").append_text(writer.party(party))


def _said(writer: _Writer, edge: NetworkEdge, *, first: NetworkEdge, parent: str) -> Text:
    from rich.text import Text

    from tajfif.lists.relation_words import relation_words

    line = Text()
    if (edge.kind, edge.origin) != (first.kind, first.origin):
        words = relation_words(edge.kind, writer.lang, backward=edge.origin != parent)
        line.append(writer.safe(words) + ": ", style="cyan")
    return line.append_text(writer.statement(edge.statement, edge.found))


def _add_rest(writer: _Writer, tree: Tree, rest: Sequence[NetworkEdge], parties: Mapping[str, NetworkParty]) -> None:
    from rich.text import Text

    from tajfif.lists.relation_words import relation_words

    branch = tree.add(Text(writer.word("also"), style="bold"))
    for edge in rest[:_MOST_SHOWN]:
        words = writer.safe(relation_words(edge.kind, writer.lang))
        line = Text().append_text(writer.party(parties[edge.origin])).append(f" {words} ", style="cyan")
        branch.add(line.append_text(writer.party(parties[edge.target]))).add(
            writer.statement(edge.statement, edge.found)
        )
    if len(rest) > _MOST_SHOWN:
        branch.add(Text(writer.word("more", count=f"{len(rest) - _MOST_SHOWN:,}"), style="dim"))


def _parents(found: SupportNetwork) -> dict[str, str]:
    """Return for each party but the root the neighbour from which it is reached, breadth first."""
    around: dict[str, list[str]] = defaultdict(list)
    for edge in found.edges:
        around[edge.origin].append(edge.target)
        around[edge.target].append(edge.origin)
    depths = {party.id: party.depth for party in found.parties}
    above: dict[str, str] = {}
    waiting = [found.root]
    for key in waiting:
        for other in sorted(set(around[key]), key=lambda one: (depths[one], one)):
            if other != found.root and other not in above and depths[other] in (depths[key], depths[key] + 1):
                above[other] = key
                waiting.append(other)
    return above
