from __future__ import annotations

import re
import runpy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tajfif.lists import compact
from tajfif.lists.facts import facts_only
from tajfif.lists.parsers import un
from tajfif.lists.snapshot import BUNDLED, FILE_NAME, bundled, bundled_version, data_age, notice, staleness
from tajfif.model import Address, BirthDate, Entity, Identifier, ListVersion, Name, Note

FINITE_VERB = re.compile(r"\b(?:is|was|were|are|has|had|have|been|who|which|that)\b")


def test_the_snapshot_is_the_list_of_its_day() -> None:
    assert BUNDLED.source == "un_sc"
    assert BUNDLED.published == "2025-04-19"
    snapshot = bundled()
    assert snapshot.published == BUNDLED.published
    assert len(snapshot.entities) == BUNDLED.entries == 877
    assert bundled_version().version == BUNDLED


def test_the_snapshot_has_names_in_arabic_script_dates_and_relations() -> None:
    entities = {entity.listings[0].reference: entity for entity in bundled().entities}
    entity = entities["QDi.006"]
    assert any(name.script == "Arab" for name in entity.names)
    assert entity.birth_dates
    assert entity.identifiers
    assert sum(any(name.script == "Arab" for name in each.names) for each in entities.values()) >= 370
    assert sum(len(each.relations) for each in entities.values()) > 500
    assert all(relation.evidence for each in entities.values() for relation in each.relations if relation.target)


def test_the_snapshot_has_no_sentences_and_is_small(repository: Path) -> None:
    for entity in bundled().entities:
        assert entity.notes == ()
        remarks = [text for number in entity.identifiers for text in (number.note, number.label)]
        remarks += [text for address in entity.addresses for text in (address.note, address.text)]
        for text in (*remarks, *entity.positions, *entity.titles):
            assert not FINITE_VERB.search(text), entity.id
    assert (repository / "src" / "tajfif" / "data" / FILE_NAME).stat().st_size < 500_000


def test_the_notice_file_names_the_date_and_the_source_of_the_snapshot(repository: Path) -> None:
    text = (repository / "NOTICE").read_text(encoding="utf-8")
    assert BUNDLED.published in text
    assert "United Nations Security Council" in text
    assert BUNDLED.sha256 in text


def test_facts_only_keeps_what_identifies_and_drops_what_tells() -> None:
    sentence = "He was seen in an invented town. He may have left it."
    entity = Entity(
        id="own:1",
        names=(Name(value="Inventus Nemo"),),
        birth_dates=(BirthDate(start="1970"), BirthDate(text="year of the flood"), BirthDate(text=sentence)),
        identifiers=(
            Identifier(kind="passportNumber", value="X1", note="issued in Utopia. Expires on 9 May 2023"),
            Identifier(kind="passportNumber", value="X2", note=sentence),
        ),
        addresses=(
            Address(text="P.O. Box 1, Utopia (a place that nobody knows)", note=sentence),
            Address(text="No. 2 Nowhere Road", note="as at Nov. 2013"),
        ),
        positions=(
            "Inventus Nemo is the head of the Office of Nothing",
            "Member of the Council, which governs Utopia",
            "Chief of the place at which they met",
        ),
        notes=(Note(field="COMMENTS1", text=sentence),),
    )
    facts = facts_only(entity)
    assert facts.names == entity.names
    assert [born.start or born.text for born in facts.birth_dates] == ["1970", "year of the flood"]
    assert [number.value for number in facts.identifiers] == ["X1", "X2"]
    assert [number.note for number in facts.identifiers] == ["issued in Utopia. Expires on 9 May 2023", ""]
    assert [address.text for address in facts.addresses] == ["P.O. Box 1, Utopia", "No. 2 Nowhere Road"]
    assert [address.note for address in facts.addresses] == ["", "as at Nov. 2013"]
    assert facts.positions == ("head of the Office of Nothing", "Member of the Council", "Chief of the place")
    assert facts.notes == ()
    assert facts_only(facts) == facts


@pytest.mark.parametrize(
    ("published", "today", "days"),
    [
        ("2025-04-19", date(2025, 4, 19), 0),
        ("2025-04-19", date(2026, 4, 19), 365),
        ("2025-04", date(2025, 4, 11), 10),
        ("2025", date(2025, 1, 2), 1),
        ("2025-04-19", date(2025, 4, 18), 0),
    ],
)
def test_the_age_of_data(published: str, today: date, days: int) -> None:
    version = ListVersion(source="un_sc", published=published, sha256="0" * 64, entries=1)
    assert data_age(version, today) == days


def test_age_counts_to_this_day_by_default() -> None:
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    version = ListVersion(source="un_sc", published=yesterday.isoformat(), sha256="0" * 64, entries=1)
    assert data_age(version) in (1, 2)


def test_the_notice_says_date_age_and_how_to_load_the_list_of_today() -> None:
    text = notice(date(2026, 11, 23))
    assert "2025-04-19, 583 days ago" in text
    assert "tajfif lists load --source un_sc FILE" in text
    assert "https://scsanctions.un.org/resources/xml/en/consolidated.xml" in text


def test_staleness_follows_the_policy_of_the_source() -> None:
    version = ListVersion(source="us_ofac", published="2030-01-01", sha256="0" * 64, entries=1)
    assert staleness(version, date(2030, 1, 8)) == ""
    text = staleness(version, date(2030, 1, 9))
    assert "us_ofac is STALE" in text
    assert "lists load --source us_ofac DIRECTORY" in text


@pytest.mark.shared
def test_building_the_snapshot_again_gives_the_same_bytes(repository: Path, shared: Path) -> None:
    build = runpy.run_path(str(repository / "scripts" / "build_snapshot.py"))["build"]
    name, content = build(shared / "lists" / "un" / "UN_consolidated_2025-04-19.xml")
    assert name == FILE_NAME
    assert content == (repository / "src" / "tajfif" / "data" / FILE_NAME).read_bytes(), (
        "the snapshot differs from what the parser reads now: run scripts/build_snapshot.py"
    )


@pytest.mark.shared
def test_no_fact_of_the_list_is_lost(shared: Path) -> None:
    path = shared / "lists" / "un" / "UN_consolidated_2025-04-19.xml"
    parsed = un.parse({"list": path}, source="un_sc")
    for full, kept in zip(parsed.entities, bundled().entities, strict=True):
        for field in ("id", "schema", "names", "birth_places", "nationalities", "gender", "listings", "relations"):
            assert getattr(full, field) == getattr(kept, field)
        assert [born.start for born in full.birth_dates if born.start] == [b.start for b in kept.birth_dates if b.start]
        assert [number.value for number in full.identifiers] == [number.value for number in kept.identifiers]


@pytest.mark.shared
def test_no_sentence_of_the_comments_is_in_the_snapshot(shared: Path, repository: Path) -> None:
    path = shared / "lists" / "un" / "UN_consolidated_2025-04-19.xml"
    file = repository / "src" / "tajfif" / "data" / FILE_NAME
    entities = {entity.id: entity for entity in compact.unpack(file.read_bytes(), where=FILE_NAME)[1]}
    for full in un.parse({"list": path}, source="un_sc").entities:
        kept = repr(entities[full.id])
        comments = [note.text for note in full.notes if note.field.startswith("COMMENTS")]
        for sentence in (sentence for comment in comments for sentence in comment.split(". ")):
            if len(sentence.split()) >= 8:
                assert sentence not in kept, full.id
