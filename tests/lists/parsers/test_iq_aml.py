"""Iraq's local list: invented entries in the layout of the publisher's interface."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, iq_aml
from tajfif.lists.parsers.epithets import split_epithets
from tajfif.model import BirthDate, Listing, Note


def entry(number: int, name: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": number, "type": 0, "typeEn": "Individuals", "typeAr": "أفراد", "typeKu": "", "name": name,
        "motherName": "عينة مثال تجريب", "birthYear": 1971, "alias": None, "decisionNumber": "900", "decisionYear": 2031,
        "isExcluded": False, "excludeAttachment": None, "createdAt": "2031-01-02T00:00:00", **fields,
    }  # fmt: skip


ENTRIES = [
    entry(1, "مثالي تجريب فرضي العيناوي الملقب أبو نموذج", alias="المكنى أبو فرض / حجي تجريب المثالي"),
    entry(2, "فرضي نموذج مثال (ابو عينة)", birthYear=198, motherName="لا يوجد"),
    entry(3, "شركة المثال المخترع للتوسط ببيع وشراء العملات الاجنبية", type=1, typeEn="Entities", birthYear=None),
    entry(4, "مرفوع اسمه نموذج المثالاوي", isExcluded=True, excludeAttachment="exclude/4.pdf"),
    entry(5, "تجريب عينة نموذج الفرضاوي", birthYear=28138, decisionYear=20, extra={"key": "value"}),
]


def page(entries: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    return {"data": {"rowCount": len(entries), "pageCount": 1, "data": entries, **fields}}


def write(folder: Path, content: object) -> Path:
    path = folder / "iq.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def parsed(folder: Path, content: object) -> ParsedList:
    return iq_aml.parse(iq_aml.collect(write(folder, content)).files)


def test_persons_and_an_exchange_company(tmp_path: Path) -> None:
    result = parsed(tmp_path, page(ENTRIES))
    first, second, company, excluded, last = result.entities
    assert [(name.value, name.quality, name.script, name.language) for name in first.names] == [
        ("مثالي تجريب فرضي العيناوي", "primary", "Arab", "ar"),
        ("أبو نموذج", "weak", "Arab", "ar"),
        ("أبو فرض", "weak", "Arab", "ar"),
        ("حجي تجريب المثالي", "strong", "Arab", "ar"),
    ]
    assert first.mother_names == ("عينة مثال تجريب",)
    assert first.birth_dates == (BirthDate(start="1971"),)
    assert first.listings == (Listing(source="iq_aml", reference="1", decision="900/2031", listed_on="2031"),)
    assert Note(field="name", text=ENTRIES[0]["name"]) in first.notes
    assert [name.value for name in second.names] == ["فرضي نموذج مثال", "ابو عينة"]
    assert (second.birth_dates, second.mother_names) == ((BirthDate(text="198"),), ())
    assert (company.schema, company.names[0].value) == ("Company", "شركة المثال المخترع")
    assert company.names[1].value == ENTRIES[2]["name"]
    assert excluded.is_delisted
    assert Note(field="excludeAttachment", text="exclude/4.pdf") in excluded.notes
    assert not first.is_delisted
    assert (last.birth_dates[0].text, last.listings[0].listed_on) == ("28138", "")
    assert Note(field="extra", text='{"key":"value"}') in last.notes
    assert [notice.split(": ", 1)[1].split(" cannot")[0] for notice in result.notices[:-1]] == [
        "the year of birth '198'",
        "the year of the decision '20'",
        "the year of birth '28138'",
    ]
    assert result.notices[-1] == "1 of 5 entries are delisted: they are kept, and not searched"


def test_screened_in_both_scripts_but_not_the_excluded(tmp_path: Path, found: Callable[..., list[list[str]]]) -> None:
    path = write(tmp_path, page(ENTRIES))
    arabic, latin, removed = found(
        "iq_aml", path, "مثالي تجريب فرضي العيناوي", "Mithali Tajrib Fardi al-Aynawi", "مرفوع اسمه نموذج المثالاوي"
    )
    assert "iq_aml:1" in arabic
    assert "iq_aml:1" in latin
    assert removed == []


def mojibake(text: str) -> str:
    return text.encode("utf-8").decode("latin-1")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "empty"),
        ("<!doctype html><html>", "web page"),
        ('{"data": {"rowCount": 1', "not well-formed JSON"),
        ("[" * 100_000, "not well-formed JSON"),
        ({"error": True, "message": "no service"}, "no service"),
        ({"items": []}, r"no data\.data"),
        (page(ENTRIES, pageCount=3), "one of 3 pages"),
        (page(ENTRIES, rowCount=6280), "5 entries where rowCount says 6280"),
        (page([]), "no entries"),
        (page([ENTRIES[0], ENTRIES[0]]), "id 1 is there twice"),
        (page([entry(1, "")]), "has no name"),
        (page([{"type": 0, "name": "مثال"}]), "has no id"),
        (page([entry(1, mojibake("مثالي تجريب"))]), "lost their letters"),
        (page([entry(1, "?????? ????")]), "lost their letters"),
        (page([entry(1, "Mithali Tajrib")]), "not in Arabic script"),
        (page([entry(1, "مثال", motherName={"a": 1})]), "motherName should be a text"),
        (page(["text"]), "should be an object"),  # type: ignore[list-item]
    ],
)
def test_what_is_not_the_whole_list_is_refused(tmp_path: Path, content: object, message: str) -> None:
    with pytest.raises(ListFormatError, match=message) as caught:
        parsed(tmp_path, content)
    assert str(tmp_path) in str(caught.value)


def test_pages_put_together_are_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ListFormatError, match="pageSize=N"):
        parsed(tmp_path, page(ENTRIES, pageCount=2))


@pytest.mark.parametrize(
    ("text", "name", "aliases"),
    [
        ("مثال فرض نموذج الملقب أبو عينة", "مثال فرض نموذج", {"أبو عينة": "weak"}),
        ("مثال فرض نموذج المكنى بأبي عينة التجريبي", "مثال فرض نموذج", {"أبي عينة التجريبي": "strong"}),
        ('مثال فرض نموذج "الأعرج"', "مثال فرض نموذج", {"الأعرج": "weak"}),
        ("مثال فرض نموذج (متوفى)", "مثال فرض نموذج", {}),
        ("مثال الملقب أبو عينة", "مثال أبو عينة", {"أبو عينة": "weak"}),
        ("أبو عينة مثال", "أبو عينة مثال", {}),
    ],
)
def test_epithets(text: str, name: str, aliases: dict[str, str]) -> None:
    found_name, found_aliases = split_epithets(text)
    assert (found_name, dict(found_aliases)) == (name, aliases)


def test_a_kunya_without_a_mark_stays_and_is_an_alias_too() -> None:
    name, aliases = split_epithets("مثال فرض نموذج أبو عينة التجريبي")
    assert name == "مثال فرض نموذج أبو عينة التجريبي"
    assert dict(aliases) == {"أبو عينة": "weak", "مثال فرض نموذج التجريبي": "strong"}


@given(st.text(alphabet='ابوملقنيس ()"/،-', max_size=60))
def test_splitting_never_fails_and_never_repeats(text: str) -> None:
    name, aliases = split_epithets(text)
    values = [name, *(alias for alias, _ in aliases)]
    assert len(set(values)) == len(values)
