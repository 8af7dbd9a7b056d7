from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajfif.errors import ListError
from tajfif.lists.compact import pack, unpack, version_of
from tajfif.lists.diff import compare_entities
from tajfif.model import Entity, ListVersion, Name

ENTITIES = st.lists(
    st.builds(
        Entity,
        id=st.text("abcdef", min_size=1, max_size=2),
        names=st.lists(st.builds(Name, value=st.text(max_size=8)), max_size=3).map(tuple),
        nationalities=st.lists(st.sampled_from(["sy", "iq", "tn"]), max_size=3).map(tuple),
    ),
    unique_by=lambda entity: entity.id,
    max_size=6,
).map(tuple)


def version(entities: tuple[Entity, ...]) -> ListVersion:
    return ListVersion(source="own", published="2030-01-02", sha256="0" * 64, entries=len(entities))


@given(ENTITIES)
def test_what_is_packed_is_unpacked(entities: tuple[Entity, ...]) -> None:
    data = pack(version(entities), entities)
    assert unpack(data, where="here") == (version(entities), entities)
    assert version_of(data, where="here") == version(entities)
    assert pack(version(entities), entities) == data


@given(ENTITIES, st.data())
def test_no_changed_byte_of_the_records_goes_unseen(entities: tuple[Entity, ...], draw: st.DataObject) -> None:
    data = bytearray(pack(version(entities), entities))
    start = data.index(b"\n") + 1
    position = draw.draw(st.integers(start, len(data) - 1))
    data[position] ^= draw.draw(st.integers(1, 255))
    with pytest.raises(ListError, match="here"):
        unpack(bytes(data), where="here")


@given(ENTITIES, st.data())
def test_no_cut_goes_unseen(entities: tuple[Entity, ...], draw: st.DataObject) -> None:
    data = pack(version(entities), entities)
    with pytest.raises(ListError, match="here"):
        unpack(data[: draw.draw(st.integers(0, len(data) - 1))], where="here")


@given(ENTITIES, ENTITIES)
def test_a_difference_accounts_for_every_entity(old: tuple[Entity, ...], new: tuple[Entity, ...]) -> None:
    found = compare_entities(version(old), old, version(new), new)
    before, after = {entity.id: entity for entity in old}, {entity.id: entity for entity in new}
    assert {entity.id for entity in found.added} == after.keys() - before.keys()
    assert {entity.id for entity in found.removed} == before.keys() - after.keys()
    changed = {name for name in before.keys() & after.keys() if before[name] != after[name]}
    assert {amendment.new.id for amendment in found.amended} == changed
    assert all(change.old != change.new for amendment in found.amended for change in amendment.changes)
    back = compare_entities(version(new), new, version(old), old)
    assert (set(map(repr, back.added)), set(map(repr, back.removed))) == (
        set(map(repr, found.removed)), set(map(repr, found.added)),
    )  # fmt: skip
