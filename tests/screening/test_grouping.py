"""The same party on several lists is one hit, and no listing is ever hidden, whatever people decide."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tajfif.errors import ListMissingError
from tajfif.lists.merges import EffectiveDecisions, MergeDecisions
from tajfif.lists.store import ListStore
from tajfif.model import Entity, Hit, ListVersion, Name, Subject
from tajfif.screening.building import build_index
from tajfif.screening.grouping import LINKS_FILE, Grouping, links_of
from tajfif.screening.merge_review import merge_reasons, review
from tajfif.screening.receipt_files import write_receipt
from tajfif.screening.receipts import circumstances_of
from tajfif.screening.replay import replay_one
from tajfif.screening.screener import Screener
from tajfif.signing import SigningKey

SOURCES = ("un_sc", "uk_ofsi", "us_ofac")
NAMES = ("Inventus Mirabilis Nemo", "Inventus Mirabilis Nemoh", "Quartus Tertius Alter")
WHY = {"because": "the same passport", "by": "an officer"}


def entry(source: str, number: int) -> Entity:
    """Invented people; the first two have nearly one name, and each stands on three lists with its birth date."""
    record: dict[str, Any] = {
        "id": f"{source}:{number}",
        "schema": "Person",
        "names": [{"value": NAMES[number]}],
        "birth_dates": [{"start": f"195{number}-03-15"}],
        "listings": [{"source": source, "reference": str(number), "listed_on": f"200{number}-01-02"}],
    }
    return msgspec.convert(record, Entity, strict=False)


LISTS = [
    (ListVersion(source=source, published="2026-01-01", sha256=str(place) * 64, entries=3), [entry(source, number) for number in range(3)])
    for place, source in enumerate(SOURCES)
]  # fmt: skip
INDEX = build_index(LISTS)
IDS = [f"{source}:{number}" for source in SOURCES for number in range(3)]
PAIRS = list(combinations(sorted(IDS), 2))


def listings(hits: Iterable[Hit]) -> set[tuple[str, str]]:
    return {(one.source, one.reference) for hit in hits for one in hit.listings}


def decided(accepted: Iterable[tuple[str, str]] = (), rejected: Iterable[tuple[str, str]] = ()) -> EffectiveDecisions:
    return EffectiveDecisions(accepted=tuple(accepted), rejected=tuple(rejected), digest="f" * 64)


def test_three_entries_of_one_party_are_one_hit_with_three_listings() -> None:
    screener = Screener(INDEX, grouping=Grouping.of(INDEX, None, EffectiveDecisions()))
    (hit,) = screener.screen("Quartus Tertius Alter", schema="Person")
    assert hit.entity_id == "uk_ofsi:2"
    assert hit.merged == ("un_sc:2", "us_ofac:2")
    assert [one.source for one in hit.listings] == ["uk_ofsi", "un_sc", "us_ofac"]
    assert {one.listed_on for one in hit.listings} == {"2002-01-02"}


def test_without_grouping_each_entry_is_a_hit_with_its_own_listing() -> None:
    hits = Screener(INDEX).screen("Quartus Tertius Alter", schema="Person")
    assert [hit.entity_id for hit in hits] == ["uk_ofsi:2", "un_sc:2", "us_ofac:2"]
    assert [len(hit.listings) for hit in hits] == [1, 1, 1]


def test_the_limit_counts_parties() -> None:
    screener = Screener(INDEX, grouping=Grouping.of(INDEX, None, EffectiveDecisions()))
    hits = screener.screen("Inventus Mirabilis Nemo", schema="Person", limit=2)
    assert [len(hit.listings) for hit in hits] == [3, 3]
    assert len(screener.screen("Inventus Mirabilis Nemo", schema="Person", limit=1)) == 1


def test_an_entry_below_the_threshold_is_listed_all_the_same() -> None:
    one, other = "un_sc:0", "us_ofac:2"
    screener = Screener(INDEX, grouping=Grouping.of(INDEX, None, decided([(one, other)])))
    hits = screener.screen("Inventus Mirabilis Nemo", schema="Person")
    assert ("us_ofac", "2") in listings(hits)
    assert "us_ofac:2" in hits[0].merged


subsets = st.lists(st.sampled_from(PAIRS), max_size=5)


@settings(max_examples=60, deadline=None)
@given(
    subsets, subsets, st.sampled_from([*NAMES, "Quartus Alter", "إنفنتوس ميرابيليس نيمو"]), st.sampled_from([0.0, 0.7])
)
def test_no_listing_is_ever_hidden(
    accepted: list[tuple[str, str]], rejected: list[tuple[str, str]], name: str, threshold: float
) -> None:
    grouping = Grouping.of(INDEX, None, decided(accepted, rejected))
    apart = Screener(INDEX).screen(name, schema="Person", threshold=threshold, limit=100)
    together = Screener(INDEX, grouping=grouping).screen(name, schema="Person", threshold=threshold, limit=100)
    of_group = {one: group for group in grouping.groups for one in group}
    due = {one for hit in apart for one in of_group.get(hit.entity_id, (hit.entity_id,))}
    assert listings(together) == {tuple(one.split(":")) for one in due}
    assert listings(apart) <= listings(together)
    assert bool(apart) == bool(together)
    shown = [one for hit in together for one in (hit.entity_id, *hit.merged)]
    assert len(shown) == len({*shown})
    assert [hit.score for hit in together] == sorted((hit.score for hit in together), reverse=True)


@pytest.fixture
def home(tmp_path: Path, un_list: Path) -> Path:
    path = tmp_path / "own.csv"
    path.write_text(
        "id,name,schema,birth_date\na1,Inventus Mirabilis Nemo,Person,1956-03-15\nb2,Quartus Tertius Alter,Person,1961\n",
        encoding="utf-8",
    )
    store = ListStore(tmp_path / "home")
    store.load("own", path)
    store.load("un_sc", un_list)
    return tmp_path / "home"


@pytest.fixture
def un_list(tmp_path: Path) -> Path:
    """One invented person in the layout of the United Nations."""
    path = tmp_path / "un.xml"
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<CONSOLIDATED_LIST dateGenerated="2026-01-01T00:00:00.000Z"><INDIVIDUALS>'
        "<INDIVIDUAL><DATAID>1</DATAID><VERSIONNUM>1</VERSIONNUM><FIRST_NAME>Inventus</FIRST_NAME><SECOND_NAME>Mirabilis"
        "</SECOND_NAME><THIRD_NAME>Nemo</THIRD_NAME><UN_LIST_TYPE>Invented</UN_LIST_TYPE><REFERENCE_NUMBER>QDi.900"
        "</REFERENCE_NUMBER><LISTED_ON>2001-01-02</LISTED_ON><INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE>"
        "<DATE>1956-03-15</DATE></INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL></INDIVIDUALS><ENTITIES></ENTITIES>"
        "</CONSOLIDATED_LIST>\n",
        encoding="utf-8",
    )
    return path


def answer(home: Path) -> bytes:
    screener = Screener.open(home)
    subject = Subject(id="C-1", schema="Person", names=(Name(value="Inventus Mirabilis Nemo"),))
    return msgspec.json.encode(list(screener.screen_many([subject])))


def receipt(home: Path, folder: Path) -> Path:
    screener = Screener.open(home)
    subject = Subject(id="C-1", schema="Person", names=(Name(value="Inventus Mirabilis Nemo"),))
    (result,) = screener.screen_many([subject])
    run = circumstances_of(home, screener.lists, screener.engine, screener.settings, lang="en", view=screener.view)
    return write_receipt(folder, result, run, SigningKey.of_workspace(home))


def test_a_decision_counts_at_once_and_undoing_restores_the_bytes(home: Path) -> None:
    before = answer(home)
    decisions = MergeDecisions(home)
    decisions.decide("own:a1", "un_sc:QDi.900", "rejected", **WHY)
    rejected = answer(home)
    assert len(msgspec.json.decode(rejected)[0]["hits"]) == 2
    assert len(msgspec.json.decode(before)[0]["hits"]) == 1
    decisions.decide("own:a1", "un_sc:QDi.900", "undone", **WHY)
    assert answer(home) == before
    decisions.decide("own:a1", "un_sc:QDi.900", "rejected", **WHY)
    assert answer(home) == rejected


def test_receipts_are_replayed_with_the_decisions_of_then(home: Path, tmp_path: Path) -> None:
    plain = receipt(home, tmp_path / "receipts")
    MergeDecisions(home).decide("own:a1", "un_sc:QDi.900", "rejected", **WHY)
    apart = receipt(home, tmp_path / "receipts")
    MergeDecisions(home).decide("own:a1", "un_sc:QDi.900", "undone", **WHY)
    assert replay_one(plain, home).same
    assert replay_one(apart, home).same
    (home / "lists" / "merges.jsonl").unlink()
    assert replay_one(plain, home).same
    with pytest.raises(ListMissingError, match="never taken here"):
        replay_one(apart, home)


def test_what_was_known_at_a_time_is_shown_with_the_decisions_of_then(home: Path) -> None:
    MergeDecisions(home).decide("own:a1", "un_sc:QDi.900", "rejected", **WHY)
    assert Screener.open(home).engine.merges
    (line,) = MergeDecisions(home).read()
    before = msgspec.structs.replace(line, at="2999-01-01T00:00:00Z")
    (home / "lists" / "merges.jsonl").write_bytes(msgspec.json.encode(before) + b"\n")
    assert not Screener.open(home, known_at="2998-01-01").engine.merges


def test_links_are_kept_beside_the_index_and_found_anew_when_damaged(home: Path) -> None:
    Screener.open(home)
    (kept,) = (home / "index").glob(f"*/{LINKS_FILE}")
    content = kept.read_bytes()
    assert b"un_sc:QDi.900" in content
    kept.write_bytes(content[:-9])
    assert len(Screener.open(home).grouping.groups) == 1
    assert kept.read_bytes() == content


def test_several_processes_show_the_same(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tajfif.screening.batch.FIRST", 1)
    subjects = [Subject(id=str(place), names=(Name(value=name),)) for place, name in enumerate(NAMES)]
    screener = Screener.open(home)
    assert list(screener.screen_many(subjects, workers=2)) == list(screener.screen_many(subjects))
    assert screener.screen(subjects[0])[0].merged


def test_a_review_says_why_and_what_became_of_it(home: Path) -> None:
    MergeDecisions(home).decide("own:b2", "un_sc:QDi.900", "accepted", **WHY)
    screener = Screener.open(home)
    reviewed = list(review(screener.merges(), screener.grouping.groups, MergeDecisions(home).read()))
    assert [(one.merge.a, one.state, one.shown_as_one) for one in reviewed] == [
        ("own:a1", "together", False),  # the decision of a person goes first, and a group has one entry of a list
        ("own:b2", "accepted", True),
    ]
    assert "birth date agrees (1956-03-15 / 1956-03-15)" in "; ".join(merge_reasons(reviewed[0].merge))
    assert "تاريخ الميلاد: تطابق" in "؛ ".join(merge_reasons(reviewed[0].merge, lang="ar"))
    assert links_of(INDEX, None) == links_of(INDEX, None)
