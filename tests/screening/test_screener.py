from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from tajfif.config import Settings
from tajfif.errors import InputError, ListMissingError, UsageError
from tajfif.lists.store import ListStore
from tajfif.model import BirthDate, Entity, Identifier, ListVersion, Name, Subject
from tajfif.screening import Screener
from tajfif.screening.building import build_index
from tajfif.screening.index import NameIndex
from tajfif.screening.probability import calibrated

VERSION = ListVersion(source="own", published="2026-01-01", sha256="0" * 64, entries=4)


def entity(number: int, schema: str, *names: str, **fields: object) -> Entity:
    return msgspec.convert(
        {"id": f"own:{number}", "schema": schema, "names": [{"value": name} for name in names], **fields},
        Entity,
        strict=False,
    )


ENTITIES = (
    entity(1, "Person", "Qutayba Shirwan al-Mithali", "قتيبة شيروان المثالي"),
    entity(2, "Person", "Muhammad Ahmad Ali"),
    entity(3, "Company", "Samarqandia Exchange Co. Ltd", "شركة سمرقنديا للصرافة"),
    entity(4, "Vessel", "SEA MITHAL 2"),
)


@pytest.fixture(scope="module")
def screener() -> Screener:
    return Screener(build_index([(VERSION, ENTITIES)]))


@pytest.mark.parametrize(
    "name",
    [
        "Qutayba Shirwan al-Mithali",
        "قتيبة شيروان المثالي",
        "MITHALI, Qutayba Shirwan",
        "Koutaiba Chirwane El Mithali",
        "قتيبه شيروان مثالي",
        "Qutaybah al-Mithali",
        "qutaybashirwanalmithali",
    ],
)
def test_a_listed_person_is_found_in_any_spelling(screener: Screener, name: str) -> None:
    hits = screener.screen(name, schema="Person")
    assert hits
    assert hits[0].entity_id == "own:1"
    assert hits[0].score >= 0.7
    assert hits[0].list_version == "2026-01-01/" + "0" * 12
    assert hits[0].explanation


def test_a_name_without_schema_meets_people_and_companies(screener: Screener) -> None:
    assert screener.screen("Samarqandia Exchange")[0].entity_id == "own:3"
    assert screener.screen("سمرقنديا للصرافة")[0].entity_id == "own:3"
    assert screener.screen("Samarqandia Exchange", schema="Person") == []


def test_a_frequent_name_alone_raises_no_alert_and_a_birth_date_lets_it(screener: Screener) -> None:
    dated = msgspec.structs.replace(ENTITIES[1], birth_dates=(BirthDate(start="1956-03-15"),))
    with_date = Screener(build_index([(VERSION, (dated,))]))
    name = (Name(value="محمد أحمد علي"),)
    assert with_date.screen(Subject(schema="Person", names=name)) == []
    assert with_date.screen(Subject(schema="Person", names=name, birth_dates=(BirthDate(start="1956-03-15"),)))
    assert with_date.screen(Subject(schema="Person", names=name, birth_dates=(BirthDate(start="1990-03-15"),))) == []


def test_another_vessel_of_the_series_is_no_hit(screener: Screener) -> None:
    assert screener.screen("SEA MITHAL 3", schema="Vessel") == []


def test_threshold_and_limit(screener: Screener) -> None:
    assert len(screener.screen("Qutayba Shirwan al-Mithali", threshold=0.0, limit=1)) == 1
    with pytest.raises(UsageError):
        screener.screen("Zayd", threshold=1.5)
    with pytest.raises(UsageError):
        screener.screen("Zayd", limit=0)


@pytest.mark.parametrize("name", ["", "…", "x" * 2_000])
def test_what_is_no_name_is_refused(screener: Screener, name: str) -> None:
    with pytest.raises(InputError):
        screener.screen(name)


def test_results_are_the_same_whatever_was_asked_before(screener: Screener) -> None:
    subjects = [
        Subject(id=str(i), names=(Name(value=name),))
        for i, name in enumerate(["قتيبة المثالي", "Samarqandia", "Muhammad Ahmad Ali", "قتيبة المثالي"])
    ]
    fresh = Screener(build_index([(VERSION, ENTITIES)]))
    first = [msgspec.json.encode(result.hits) for result in screener.screen_many(subjects)]
    again = [msgspec.json.encode(result.hits) for result in fresh.screen_many(reversed(subjects))]
    assert first == again[::-1]
    assert first[0] == first[3]


def test_a_saved_index_answers_as_the_built_one(tmp_path: Path) -> None:
    built = build_index([(VERSION, ENTITIES)])
    built.save(tmp_path / "index" / "one")
    opened = NameIndex.open(tmp_path / "index" / "one")
    assert opened is not None
    assert opened.versions == (VERSION,)
    for name in ("قتيبة المثالي", "Samarqandia"):
        assert msgspec.json.encode(Screener(opened).screen(name)) == msgspec.json.encode(Screener(built).screen(name))
    assert NameIndex.open(tmp_path / "nothing") is None


def test_the_bundled_snapshot_serves_an_empty_workspace_and_says_so(tmp_path: Path) -> None:
    screener = Screener.open(tmp_path)
    assert [version.source for version in screener.lists] == ["un_sc"]
    assert "2025-04-19" in " ".join(screener.notices)
    assert screener.screen("أيمن الظواهري")[0].reference == "QDi.006"
    assert screener.screen("Aymen Ezzaouahiri")[0].reference == "QDi.006"
    assert screener.screen("محمد أحمد علي") == []
    assert Screener.open(tmp_path).screen("أيمن الظواهري")[0].reference == "QDi.006"  # from the saved index
    with pytest.raises(ListMissingError):
        Screener.open(tmp_path, sources=["us_ofac"])
    with pytest.raises(UsageError):
        Screener.open(tmp_path, sources=["nowhere"])


def test_settings_are_part_of_every_result(screener: Screener) -> None:
    other = Screener(build_index([(VERSION, ENTITIES)]), settings=Settings(threshold=0.5))
    assert other.engine.config != screener.engine.config
    assert other.engine.version == screener.engine.version


def test_a_loaded_list_replaces_the_snapshot(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("id,schema,name\n1,Person,Qutayba Shirwan al-Mithali\n", encoding="utf-8")
    ListStore(tmp_path / "home").load("own", path)
    screener = Screener.open(tmp_path / "home")
    assert [version.source for version in screener.lists] == ["own"]
    assert screener.screen("قتيبة شيروان المثالي")


@pytest.mark.shared
def test_every_person_on_the_real_lists_is_found_by_each_primary_name(shared: Path, tmp_path: Path) -> None:
    store = ListStore(tmp_path)
    store.load("un_sc", shared / "lists/un/UN_consolidated_2025-04-19.xml")
    screener = Screener.open(tmp_path)
    missed = []
    people = [one for version in store.serving() for one in store.entities(version) if one.schema == "Person"]
    for one in people:
        if not any(hit.entity_id == one.id for hit in screener.screen(Subject(schema="Person", names=one.names[:1]))):
            missed.append(one.caption)
    assert len(missed) / len(people) < 0.02, missed


def test_the_same_document_is_found_under_another_name() -> None:
    documented = msgspec.structs.replace(
        ENTITIES[0], identifiers=(Identifier(kind="passportNumber", value="ZX 4417700", country="sy"),)
    )
    vessel = msgspec.structs.replace(ENTITIES[3], identifiers=(Identifier(kind="imoNumber", value="IMO 9074729"),))
    screener = Screener(build_index([(VERSION, (documented, vessel))]))

    def ask(name: str, schema: str, kind: str, value: str, **fields: object) -> list[str]:
        subject = msgspec.convert({"names": [{"value": name}], "schema": schema, **fields}, Subject)
        asked = msgspec.structs.replace(subject, identifiers=(Identifier(kind=kind, value=value),))
        return [hit.entity_id for hit in screener.screen(asked)]

    assert ask("Harith Mithal", "Person", "passportNumber", "zx-4417700") == ["own:1"]
    assert ask("Harith Mithal", "Person", "passportNumber", "zx-4417701") == []
    assert ask("OCEAN EXAMPLE", "Vessel", "imoNumber", "9074729") == ["own:4"]
    assert ask("Harith Mithal", "Person", "passportNumber", "N/A") == []


def test_identifiers_alone_do_not_hide_a_hit(screener: Screener) -> None:
    subject = Subject(
        schema="Person",
        names=(Name(value="Qutayba al-Mithali"),),
        identifiers=(Identifier(kind="passportNumber", value="A1234567"),),
    )
    assert screener.screen(subject)[0].entity_id == "own:1"


def test_the_weights_of_a_hit_are_its_score(screener: Screener) -> None:
    subject = Subject(
        names=(Name(value="Koutaiba Chirwane El Mithali"),),
        schema="Person",
        birth_dates=(BirthDate(text="1970", start="1970"),),
        gender="male",
    )
    for hit in (*screener.screen(subject), *screener.screen("محمد أحمد علي", threshold=0.01)):
        total = sum(
            [one.weight for one in hit.alignment]
            + [one.weight for one in hit.evidence]
            + [term.weight for term in hit.terms]
        )
        logit = calibrated(total)
        assert hit.score == pytest.approx(1 / (1 + math.exp(-logit)), abs=0.002)
        assert any(term.name == "prior" for term in hit.terms)


def test_a_name_split_over_fields_is_found_and_flagged(screener: Screener) -> None:
    hits = screener.screen(Subject(names=(Name(value="Qutayba"), Name(value="al-Mithali")), schema="Person"))
    assert hits[0].entity_id == "own:1"
    assert "split_over_fields" in hits[0].flags
    whole = screener.screen(Subject(names=(Name(value="Qutayba al-Mithali"), Name(value="Qutayba")), schema="Person"))
    assert "split_over_fields" not in whole[0].flags


def test_many_threads_give_the_answers_of_one(screener: Screener) -> None:
    names = ["Qutayba Mithali", "محمد أحمد علي", "Samarqandia Exchange", "SEA MITHAL 2", "Jane Example"] * 20
    alone = [screener.screen(name) for name in names]
    fresh = Screener(build_index([(VERSION, ENTITIES)]))
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(fresh.screen, names)) == alone


@pytest.mark.parametrize("schema", ["Person", "Company", "LegalEntity"])
def test_an_entry_that_does_not_say_what_it_is_is_found_as_either(schema: str) -> None:
    listed = entity(9, "LegalEntity", "Qutayba Shirwan al-Mithali")
    screener = Screener(build_index([(VERSION, (listed,))]))
    assert [hit.entity_id for hit in screener.screen("Koutaiba Shirwan Mithali", schema=schema)] == ["own:9"]


def test_lists_that_name_nobody_are_no_clear_answer() -> None:
    with pytest.raises(ListMissingError, match="name nobody"):
        build_index([(VERSION, ())])
