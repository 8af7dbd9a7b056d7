"""Hits on one party shown once. Reach for it where hits are shown, or where it matters which entries stand together.

What :mod:`tajfif.screening.merging` finds is kept beside the index of the lists (:func:`links_of`), for it depends on these lists
alone. What people decided is put on top whenever lists are opened (:class:`Grouping`), so that a decision counts at once.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from tajfif.lists.merges import EffectiveDecisions
from tajfif.model import Hit, Listing
from tajfif.screening.index import NameIndex
from tajfif.screening.merging import Link, Merge, clusters, suggest_merges, weighed

__all__ = ["LINKS_FILE", "MERGES_FILE", "Grouping", "SavedLinks", "links_of", "merges_of"]

LINKS_FILE = "links.json"
MERGES_FILE = "merges.json"
_FORMAT = 2
"""Number of the rules of merging; links of another number are found anew."""


class SavedLinks(msgspec.Struct, frozen=True, kw_only=True):
    """What joins entries of an index.

    Attributes:
        links: Those that join.
        places: Place in the index of each entity that is linked.
        format: Number of the rules by which they were found.
    """

    links: tuple[Link, ...]
    places: dict[str, int]
    format: int = _FORMAT


def links_of(index: NameIndex, folder: Path | None) -> SavedLinks:
    """Return what joins entries of the lists of an index; found once, then read.

    Args:
        index: The opened index.
        folder: Where it is kept; ``None`` for an index that is in memory alone.
    """
    if folder is not None:
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            saved = msgspec.json.decode((folder / LINKS_FILE).read_bytes(), type=SavedLinks)
            if saved.format == _FORMAT and all(0 <= place < index.entities for place in saved.places.values()):
                return saved
    entities = [index.entity(place) for place in range(index.entities)]
    links = tuple(
        Link(a=one.a, b=one.b, basis=one.basis, score=one.score, joins=True)
        for one in suggest_merges(entities, doubtful=False)
        if one.joins
    )
    linked = {each for one in links for each in (one.a, one.b)}
    found = SavedLinks(
        links=links, places={entity.id: place for place, entity in enumerate(entities) if entity.id in linked}
    )
    if folder is not None:
        with contextlib.suppress(OSError):  # a read-only workspace still screens
            _write(folder / LINKS_FILE, msgspec.json.encode(found))
    return found


class _SavedMerges(msgspec.Struct, frozen=True, kw_only=True):
    merges: tuple[Merge, ...]
    format: int = _FORMAT


def merges_of(index: NameIndex, folder: Path | None) -> tuple[Merge, ...]:
    """Return all suggestions for the lists of an index, doubtful ones too; found once, then read. Arguments as of :func:`links_of`."""
    if folder is not None:
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            saved = msgspec.json.decode((folder / MERGES_FILE).read_bytes(), type=_SavedMerges)
            if saved.format == _FORMAT:
                return saved.merges
    merges = suggest_merges([index.entity(place) for place in range(index.entities)])
    if folder is not None:
        with contextlib.suppress(OSError):
            _write(folder / MERGES_FILE, msgspec.json.encode(_SavedMerges(merges=merges)))
    return merges


def _write(place: Path, content: bytes) -> None:
    """Write a file so that another process sees the whole of it or none."""
    handle, name = tempfile.mkstemp(prefix=".links-", dir=place.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        beside.replace(place)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


class Grouping:
    """Which entries of an index are shown together.

    Attributes:
        groups: Their ids, those of the index alone.
        places: Where these stand in the index.
        decided: Pairs about which people decided.
        digest: Hash of these decisions; empty for none.

    Args:
        index: The index.
        groups: Ids that stand together, as of :func:`tajfif.screening.merging.clusters`.
        places: Places in the index of some of them; the others are looked up.
        decisions: What people decided that is in them.
    """

    def __init__(
        self,
        index: NameIndex,
        groups: Iterable[Sequence[str]] = (),
        places: dict[str, int] | None = None,
        *,
        decisions: EffectiveDecisions | None = None,
    ) -> None:
        self._index = index
        decisions = decisions or EffectiveDecisions()
        self.digest = decisions.digest
        self.decided = tuple(sorted((*decisions.accepted, *decisions.rejected)))
        groups = [tuple(group) for group in groups]
        known = dict(places or {})
        wanted = {one for group in groups for one in group} - known.keys()
        if wanted:
            known.update(_places(index, wanted))
        present = (tuple(one for one in group if one in known) for group in groups)
        self.groups: tuple[tuple[str, ...], ...] = tuple(group for group in present if len(group) > 1)
        self._group_of = {one: group for group in self.groups for one in group}
        self.places = {one: known[one] for one in self._group_of}

    @classmethod
    def of(cls, index: NameIndex, folder: Path | None, decisions: EffectiveDecisions) -> Grouping:
        """Return the groups by what was found and by what people decided.

        Args:
            index: The index.
            folder: As in :func:`links_of`.
            decisions: Those that hold.
        """
        saved = links_of(index, folder)
        groups = clusters(saved.links, accepted=decisions.accepted, rejected=decisions.rejected)
        return cls(index, groups, saved.places, decisions=decisions)

    def shown(self, hits: Iterable[Hit]) -> list[Hit]:
        """Return hits, best first, with one for each party: the best, with the listings of all entries of its group.

        Args:
            hits: One for each entity, best first, each with its own entity's listings.
        """
        out: list[Hit] = []
        seen: set[tuple[str, ...]] = set()
        for hit in hits:
            group = self._group_of.get(hit.entity_id)
            if group is None:
                out.append(hit)
            elif group not in seen:
                seen.add(group)
                others = tuple(one for one in group if one != hit.entity_id)
                listings = hit.listings + tuple(each for one in others for each in self._listings(one))
                out.append(msgspec.structs.replace(hit, listings=listings, merged=others))
        return out

    def weighed(self, pairs: Sequence[tuple[str, str]]) -> list[Merge]:
        """Return what pairs of entries are to each other; those of which one is not in the index are left out.

        Args:
            pairs: Their ids.
        """
        places = _places(self._index, {one for pair in pairs for one in pair}) if pairs else {}
        known = [pair for pair in pairs if pair[0] in places and pair[1] in places]
        found = (weighed(*(self._index.entity(places[one]) for one in pair)) for pair in known)
        return [one for one in found if one is not None]

    def _listings(self, entity_id: str) -> tuple[Listing, ...]:
        return self._index.entity(self.places[entity_id]).listings


def _places(index: NameIndex, wanted: set[str]) -> dict[str, int]:
    """Return where entities stand in an index; those that are not in it are left out."""
    return {entity_id: place for place in range(index.entities) if (entity_id := index.entity(place).id) in wanted}
