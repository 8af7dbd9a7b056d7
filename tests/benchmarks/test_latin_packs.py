"""The form of the Latin packs: columns, labels, counts, splits, and that they are what their sources say."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from build_latin_packs import COLUMNS, PAIR_SOURCES, Pair, pairs_csv, read_pairs, records_jsonl, split_of
from record_checks import checks
from tajfif.ftm import entity_from_ftm, party_from_ftm

FEWEST = {"Person": 350, "Company": 300, "Vessel": 100}
PROPERTIES = {
    "schema", "name", "alias", "weakAlias", "birthDate", "nationality", "country", "gender", "motherName", "fatherName",
    "birthPlace", "passportNumber", "idNumber", "registrationNumber", "imoNumber", "address",
}  # fmt: skip


@pytest.fixture(scope="module")
def packs(repository: Path) -> Path:
    return repository / "benchmarks" / "packs"


@pytest.fixture(scope="module")
def pairs(packs: Path) -> list[dict[str, str]]:
    with (packs / "latin_pairs.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == list(COLUMNS)
        return list(reader)


@pytest.fixture(scope="module")
def records(packs: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (packs / "record_checks.jsonl").read_text(encoding="utf-8").splitlines()]


def test_packs_are_what_their_sources_say(packs: Path) -> None:
    found = [pair for name in PAIR_SOURCES for pair in read_pairs(packs / "latin" / name)]
    assert pairs_csv(found) == (packs / "latin_pairs.csv").read_text(encoding="utf-8")
    assert records_jsonl(checks(packs / "latin")) == (packs / "record_checks.jsonl").read_text(encoding="utf-8")


def test_pairs_are_whole(pairs: list[dict[str, str]]) -> None:
    for row in pairs:
        assert row["name1"].strip()
        assert row["name2"].strip()
        assert row["name1"] != row["name2"]
        assert row["schema"] in {*FEWEST, "Organization"}
        assert row["label"] in {"0", "1"}
        assert row["split"] in {"dev", "held"}
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", row["family"])


def test_pairs_are_enough_and_balanced(pairs: list[dict[str, str]]) -> None:
    of_schema = Counter(row["schema"] for row in pairs)
    assert all(of_schema[schema] >= fewest for schema, fewest in FEWEST.items())
    for schema in of_schema:
        same = sum(row["label"] == "1" for row in pairs if row["schema"] == schema)
        assert 0.4 <= same / of_schema[schema] <= 0.6


def test_no_pair_stands_twice_whichever_name_is_first(pairs: list[dict[str, str]]) -> None:
    seen: dict[tuple[str, ...], str] = {}
    for row in pairs:
        key = (row["schema"], *sorted((row["name1"], row["name2"])))
        assert seen.setdefault(key, row["family"] + row["label"]) == row["family"] + row["label"], key
    within = Counter((row["family"], *sorted((row["name1"], row["name2"]))) for row in pairs)
    assert max(within.values()) == 1


def test_families_hold_both_labels_in_both_splits(pairs: list[dict[str, str]], records: list[dict[str, Any]]) -> None:
    for rows in (pairs, records):
        found: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for row in rows:
            found[row["family"]].add((str(row["label"]), row["split"]))
        incomplete = {family: kinds for family, kinds in found.items() if len(kinds) < 4}
        assert not incomplete
        assert 0.57 <= sum(row["split"] == "dev" for row in rows) / len(rows) <= 0.66


def test_records_are_whole_and_balanced(records: list[dict[str, Any]]) -> None:
    assert len(records) >= 260
    assert 0.45 <= sum(row["label"] for row in records) / len(records) <= 0.55
    assert len({json.dumps([row["listed"], row["subject"]], sort_keys=True) for row in records}) == len(records)
    for row in records:
        assert row.keys() == {"listed", "subject", "label", "family", "split", "note"}
        assert row["label"] in (0, 1)
        assert row["listed"].keys() | row["subject"].keys() <= PROPERTIES


def test_records_are_read_as_parties(records: list[dict[str, Any]]) -> None:
    for row in records:
        listed = entity_from_ftm({"id": "x", **row["listed"]})
        subject = party_from_ftm(row["subject"])
        assert listed.names
        assert subject.names
        for party, fields in ((listed, row["listed"]), (subject, row["subject"])):
            assert party.schema == fields["schema"]
            assert all(date.start and not date.text for date in party.birth_dates)
            for field, codes in (("nationality", party.nationalities), ("country", party.countries)):
                assert (fields[field] in codes) if field in fields else True


def test_split_takes_the_same_share_of_every_stratum() -> None:
    items = [Pair(f"a{i}", f"b{i}", "Person", i % 2, "family", "") for i in range(40)]
    splits = split_of(items, lambda pair: pair.label, lambda pair: pair.key)
    for label in (0, 1):
        assert sum(splits[pair.key] == "dev" for pair in items if pair.label == label) == 12


@pytest.mark.parametrize("line", ["+ only one name", "? a | b", "+ a | b | c | d"])
def test_a_bad_source_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "people.txt"
    path.write_text(f"## family | Person\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"people\.txt:2"):
        read_pairs(path)


def test_a_pair_given_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.txt"
    path.write_text("## family | Person\n+ a | b\n- b | a\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"people\.txt:3"):
        read_pairs(path)


def test_csv_has_unix_line_ends(pairs: list[dict[str, str]]) -> None:
    text = pairs_csv([Pair("A, B", "C", "Person", 1, "family", "")])
    assert "\r" not in text
    assert list(csv.reader(io.StringIO(text)))[1][0] == "A, B"
