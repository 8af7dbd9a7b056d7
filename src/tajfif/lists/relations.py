"""Who stands behind a listed party, in the publishers' own words. Reach for it to draw the support network of an entry.

Publishers state in comments, remarks and columns whose member, leader, financier or relative a party is; the parsers keep
each statement as a :class:`tajfif.model.Relation` with the place of the words. Here they become one graph over all lists that
serve. Every edge reads "*from* is the *kind* of *to*" and cites the entry that says it, the version of its list, the field and
the characters there. Edges are walked in both directions. An edge that says no more than that two entries are the same party
(``listed_as``) costs no step, so the neighbours of a party on one list are those of its twin on another.
"""

from __future__ import annotations

import heapq
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from tajfif.errors import UsageError
from tajfif.model import Entity, ListVersion, Relation

__all__ = ["CONTEXT", "NetworkEdge", "NetworkParty", "Statement", "SupportNetwork", "support_network"]

Found = Literal["entry", "reference", "name", "none"]

CONTEXT = 120
"""Characters of the publisher's text that are kept on each side of a quote."""

_UNITED_NATIONS = re.compile(r"[A-Z]{2}[ei]\.\d{3}")
_SWAPPED = {"owned": "owner"}
"""Kinds that are another one read backward, so that an arrow always runs from the owner to what is owned."""
_SAME_PARTY = "listed_as"
_MOST_NAMED = 12


class NetworkParty(msgspec.Struct, frozen=True, kw_only=True):
    """One party of the network.

    Attributes:
        id: Of the entry; for who is cited and is no entry, ``source:cited:`` and the reference or name.
        caption: Name to show: of the entry, or as cited.
        schema: FtM schema; ``Thing`` where nobody says what it is.
        listed: Whether it is an entry of a list that serves.
        source, reference, listed_on: Of its first listing; for one that is cited only, the list and reference cited.
        depth: Steps from the party asked for: 0 for itself and for its entries on other lists.
    """

    id: str
    caption: str
    schema: str
    listed: bool
    source: str
    reference: str
    listed_on: str
    depth: int


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """Where a publisher says it.

    Attributes:
        source, published, sha256: The list and its version.
        entry: Id of the entry that says it.
        field: Element or column; empty where the source has the relation as data without a place.
        start, end: Characters in the text of the field.
        quote: Those characters exactly; empty where the list is kept without its texts (the bundled snapshot).
        context: The quote with up to 120 characters on each side, exactly.
        cited_reference, cited_name: How the entry calls the other party.
    """

    source: str
    published: str
    sha256: str
    entry: str
    field: str = ""
    start: int = 0
    end: int = 0
    quote: str = ""
    context: str = ""
    cited_reference: str = ""
    cited_name: str = ""


class NetworkEdge(msgspec.Struct, frozen=True, kw_only=True):
    """One stated relation: ``origin`` is the ``kind`` of ``target``.

    Attributes:
        origin, target: Ids of parties.
        kind: As in :class:`tajfif.model.Relation`, turned so that it reads from origin to target.
        found: How the other party was found: ``entry`` (the list links it), ``reference``, ``name`` (exactly one entry of the
            list has the name cited) or ``none`` (it is no entry).
        statement: Where it is said.
    """

    origin: str
    target: str
    kind: str
    found: Found
    statement: Statement


class SupportNetwork(msgspec.Struct, frozen=True, kw_only=True):
    """A listed party and those around it.

    Attributes:
        root: Id of the party asked for.
        depth: Most steps.
        parties: By depth, then id; the root first.
        edges: All that are stated between these parties, by origin, target, kind and place.
        versions: The lists that were read.
    """

    root: str
    depth: int
    parties: tuple[NetworkParty, ...]
    edges: tuple[NetworkEdge, ...]
    versions: tuple[ListVersion, ...]


def support_network(
    lists: Iterable[tuple[ListVersion, Sequence[Entity]]], reference: str, depth: int = 2
) -> SupportNetwork:
    """Return the parties around a listed one.

    Args:
        lists: Each list that serves: its version and its entities.
        reference: Reference of the party (``QDe.004``, ``4697``), its id (``un_sc:QDe.004``), or a whole name of it.
        depth: Most steps from it, at least 1.

    Raises:
        UsageError: No entry is meant, or several are: the message says which.
    """
    if depth < 1:
        raise UsageError(f"a depth of {depth} shows nobody", hint="Give 1 or more.")
    graph = _Graph(lists)
    root = graph.meant_by(reference)
    edges = graph.edges()
    depths = _depths(root, edges, depth)
    parties = sorted(
        (graph.party(key, steps) for key, steps in depths.items()), key=lambda one: (one.id != root, one.depth, one.id)
    )
    return SupportNetwork(
        root=root,
        depth=depth,
        parties=tuple(parties),
        edges=tuple(sorted((one for one in edges if one.origin in depths and one.target in depths), key=_place)),
        versions=tuple(graph.versions),
    )


def _place(edge: NetworkEdge) -> tuple[str, str, str, str, str, int]:
    said = edge.statement
    return edge.origin, edge.target, edge.kind, said.entry, said.field, said.start


def _depths(root: str, edges: Iterable[NetworkEdge], most: int) -> dict[str, int]:
    """Return steps from the root by party; being the same party is no step (Dijkstra with steps of 0 and 1)."""
    around: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for edge in edges:
        step = 0 if edge.kind == _SAME_PARTY else 1
        around[edge.origin].append((edge.target, step))
        around[edge.target].append((edge.origin, step))
    depths: dict[str, int] = {}
    waiting = [(0, root)]
    while waiting:
        steps, key = heapq.heappop(waiting)
        if key in depths:
            continue
        depths[key] = steps
        for other, step in around[key]:
            if other not in depths and steps + step <= most:
                heapq.heappush(waiting, (steps + step, other))
    return depths


class _Graph:
    """All entries of the lists, and how each can be named."""

    def __init__(self, lists: Iterable[tuple[ListVersion, Sequence[Entity]]]) -> None:
        self.versions: list[ListVersion] = []
        self._entries: dict[str, tuple[ListVersion, Entity]] = {}
        self._by_reference: dict[str, list[str]] = defaultdict(list)
        self._by_name: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._cited: dict[str, NetworkParty] = {}
        for version, entities in lists:
            self.versions.append(version)
            for entity in entities:
                self._entries[entity.id] = version, entity
                for word in {listing.reference.casefold() for listing in entity.listings}:
                    self._by_reference[word].append(entity.id)
                for word in {_folded(name.value) for name in entity.names}:
                    self._by_name[version.source, word].append(entity.id)

    def meant_by(self, word: str) -> str:
        """Return the id of the one entry that a reference, id or name means."""
        asked = word.strip()
        found = (
            [each for each in self._entries if each.casefold() == asked.casefold()]
            or self._by_reference.get(asked.casefold(), [])
            or [key for version in self.versions for key in self._by_name.get((version.source, _folded(asked)), ())]
        )
        if not found:
            read = ", ".join(f"{each.source}@{each.published}" for each in self.versions)
            raise UsageError(
                f"{word!r} is no reference and no whole name of an entry in {read or 'any list'}",
                hint="tajfif screen --name NAME finds a listed party and its reference; a ledger or file is named by its path.",
            )
        if len(found) > 1:
            named = [f"{key} ({self._entries[key][1].caption})" for key in sorted(found)[:_MOST_NAMED]]
            more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
            raise UsageError(f"{word!r} means several entries: {'; '.join(named)}{more}", hint="Name one of them.")
        return found[0]

    def edges(self) -> list[NetworkEdge]:
        """Return every stated relation; who is cited and no entry becomes a party on the way."""
        return [
            edge
            for version, entity in self._entries.values()
            for texts in ({note.field: note.text for note in entity.notes},)
            for relation in entity.relations
            for edge in self._edge(version, entity, relation, texts)
        ]

    def _edge(
        self, version: ListVersion, entity: Entity, relation: Relation, texts: Mapping[str, str]
    ) -> Iterable[NetworkEdge]:
        target, found = self._target(version.source, relation)
        if not target or target == entity.id:
            return
        if relation.kind == "formerly" and found == "none" and not relation.target_name:
            return  # an old number of the party itself ("Old Reference I.37.D.1")
        turned = relation.inverse != (relation.kind in _SWAPPED)
        yield NetworkEdge(
            origin=target if turned else entity.id,
            target=entity.id if turned else target,
            kind=_SWAPPED.get(relation.kind, relation.kind),
            found=found,
            statement=_statement(version, entity, relation, texts),
        )

    def _target(self, source: str, relation: Relation) -> tuple[str, Found]:
        if relation.target in self._entries:
            return relation.target, "entry"
        cited = relation.target_reference
        ids = self._by_reference.get(cited.casefold(), []) if cited else []
        same = [key for key in ids if self._entries[key][0].source == source]
        # A bare number of another list is another party's; only the Security Council's references are everybody's.
        wide = (
            [key for key in ids if self._entries[key][0].source == "un_sc"] if _UNITED_NATIONS.fullmatch(cited) else []
        )
        if len(same or wide) == 1:
            return (same or wide)[0], "reference"
        named = self._by_name.get((source, _folded(relation.target_name)), []) if not cited else []
        if len(named) == 1:
            return named[0], "name"
        return self._unlisted(source, relation), "none"

    def _unlisted(self, source: str, relation: Relation) -> str:
        # The reference names the same party whoever cites it; a name does so only within one list.
        cited, name = relation.target_reference, " ".join(relation.target_name.split())
        if not (cited or name):
            return ""
        owner = "un_sc" if _UNITED_NATIONS.fullmatch(cited) else source
        key = f"{owner}:cited:{cited or _folded(name)}"
        known = self._cited.get(key)
        if known is None or (known.caption == cited and name):
            self._cited[key] = NetworkParty(
                id=key, caption=name or cited, schema="Thing", listed=False, source=owner, reference=cited, listed_on="",
                depth=0,
            )  # fmt: skip
        return key

    def party(self, key: str, depth: int) -> NetworkParty:
        """Return a party of the network, an entry or one that is cited only."""
        if key in self._cited:
            return msgspec.structs.replace(self._cited[key], depth=depth)
        version, entity = self._entries[key]
        listing = entity.listings[0] if entity.listings else None
        return NetworkParty(
            id=key, caption=entity.caption, schema=entity.schema, listed=True, source=version.source,
            reference=listing.reference if listing else key.partition(":")[2], listed_on=listing.listed_on if listing else "",
            depth=depth,
        )  # fmt: skip


def _statement(version: ListVersion, entity: Entity, relation: Relation, texts: Mapping[str, str]) -> Statement:
    span = relation.evidence
    text = texts.get(span.field, "") if span else ""
    return Statement(
        source=version.source, published=version.published, sha256=version.sha256, entry=entity.id,
        field=span.field if span else "", start=span.start if span else 0, end=span.end if span else 0,
        quote=text[span.start : span.end] if span else "",
        context=text[max(0, span.start - CONTEXT) : span.end + CONTEXT] if span else "",
        cited_reference=relation.target_reference, cited_name=relation.target_name,
    )  # fmt: skip


def _folded(name: str) -> str:
    return " ".join(name.casefold().split()).rstrip(".")
