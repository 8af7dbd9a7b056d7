"""Qatar's unified list: invented entries in the layout of the committee's website."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, qa_nctc
from tajfif.model import BirthDate, Identifier, Listing

PERSON: dict[str, Any] = {
    "dataId": 901, "typ": "1", "fullNameEn": "Mithali Tajrib Fardi Al Aynawi", "fullNameAr": "مثالي تجريب فرضي العيناوي",
    "firstNameEN": "Mithali", "secondNameEN": "Tajrib", "thirdNameEN": "Fardi", "fourthNameEN": "Al Aynawi",
    "firstNameAR": "مثالي", "secondNameAR": "تجريب", "thirdNameAR": "فرضي", "fourthNameAR": "العيناوي",
    "aliases": "Abu Namudhaj Al Mithali; Tajrib the Sample (original script: تجريب المثال النموذجي)",
    "dobFormat": "EXACT_15/7/1963;1971___", "nationality": "Qatar", "passportNo": "X0000001;X0000002", "qid": "26300000001",
    "referenceNumber": "QLD.901", "listedOn": "2031-05-17-04:00", "aliasesStatus": "1", "documentStatus": "0",
    "sanctionsDTO": {"sanctionId": 9, "sanctionRegimeEn": "Invented regime", "sanctionRegimeAr": "نظام مخترع"},
    "designationDTO": {"reason": "An invented reason"}, "newField": "kept",
}  # fmt: skip
COMPANY: dict[str, Any] = {
    "dataId": 902, "typ": 2, "fullNameEn": "Example Exchange Co. Example Jewellery", "fullNameAr": "شركة المثال للصرافة مجوهرات المثال",
    "firstNameEN": "Example Exchange Co.", "secondNameEN": "Example Jewellery", "firstNameAR": "شركة المثال للصرافة",
    "secondNameAR": "مجوهرات المثال", "aliases": None, "dobFormat": "X_X_X_X", "nationality": "Syrian Arab Republic",
    "passportNo": "CR 000123", "qid": "", "referenceNumber": "QDe.990", "listedOn": "03/04/2030", "sanctionsDTO": None,
}  # fmt: skip


def write(folder: Path, content: object) -> Path:
    path = folder / "qa.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def parsed(folder: Path, content: object) -> ParsedList:
    return qa_nctc.parse(qa_nctc.collect(write(folder, content)).files)


def test_a_person_and_a_company(tmp_path: Path) -> None:
    result = parsed(tmp_path, {"content": [PERSON, COMPANY], "totalElements": 2})
    person, company = result.entities
    assert [(name.value, name.quality, name.language) for name in person.names] == [
        ("Mithali Tajrib Fardi Al Aynawi", "primary", ""),
        ("مثالي تجريب فرضي العيناوي", "primary", "ar"),
        ("Abu Namudhaj Al Mithali", "strong", ""),
        ("Tajrib the Sample", "strong", ""),
        ("تجريب المثال النموذجي", "strong", "ar"),
    ]
    assert person.names[1].parts == ("مثالي", "تجريب", "فرضي", "العيناوي")
    assert person.birth_dates == (BirthDate(start="1963-07-15"), BirthDate(start="1971"))
    assert person.nationalities == ("qa",)
    assert person.identifiers == (
        Identifier(kind="passportNumber", value="X0000001"),
        Identifier(kind="passportNumber", value="X0000002"),
        Identifier(kind="idNumber", value="26300000001", country="qa", label="QID"),
    )
    assert person.listings == (
        Listing(
            source="qa_nctc", reference="QLD.901", programme="Invented regime; نظام مخترع", decision="9",
            listed_on="2031-05-17",
        ),
    )  # fmt: skip
    assert {("newField", "kept"), ("designation reason", "An invented reason")} <= {
        (note.field, note.text) for note in person.notes
    }
    assert [(name.value, name.quality) for name in company.names] == [
        ("Example Exchange Co.", "primary"), ("Example Jewellery", "strong"),
        ("شركة المثال للصرافة", "primary"), ("مجوهرات المثال", "strong"),
    ]  # fmt: skip
    assert (company.schema, company.countries, company.listings[0].listed_on) == ("Company", ("sy",), "2030-04-03")
    assert company.identifiers[0].kind == "registrationNumber"


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("X_X_X_X", ()),
        ("EXACT_1965___", (BirthDate(start="1965"),)),
        ("APPROXIMATELY_1965_X_X_X", (BirthDate(start="1965", approximate=True),)),
        ("BETWEEN_1960:1962", (BirthDate(start="1960", end="1962", approximate=True),)),
        ("EXACT_soon", (BirthDate(text="soon"),)),
    ],
)
def test_birth_dates(tmp_path: Path, text: str, dates: tuple[BirthDate, ...]) -> None:
    (person,) = parsed(tmp_path, {"content": [{**PERSON, "dobFormat": text}]}).entities
    assert person.birth_dates == dates


def test_screened_in_both_scripts(tmp_path: Path, found: Callable[..., list[list[str]]]) -> None:
    path = write(tmp_path, {"content": [PERSON, COMPANY]})
    arabic, latin, company = found(
        "qa_nctc", path, "مثالي تجريب فرضي العيناوي", "Mithaly Tajreeb Fardi Alaynawi", "مجوهرات المثال"
    )
    assert arabic == ["qa_nctc:QLD.901"]
    assert latin == ["qa_nctc:QLD.901"]
    assert company == ["qa_nctc:QDe.990"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "empty"),
        ("<html>", "web page"),
        ('{"content": [', "not well-formed JSON"),
        ({"data": []}, "no content"),
        ({"content": []}, "no entries"),
        ({"content": [PERSON], "totalElements": 700}, "1 entries of 700"),
        ({"content": [PERSON], "totalPages": 4}, "one of 4 pages"),
        ({"content": [PERSON, PERSON]}, "there twice"),
        ({"content": [{**PERSON, "dataId": None, "referenceNumber": None}]}, "neither referenceNumber nor dataId"),
        ({"content": [{"dataId": 1, "typ": "1"}]}, "has no name"),
        ({"content": [{**PERSON, "fullNameAr": "Ù…Ø«Ø§Ù„ÙŠ"}]}, "lost their letters"),
        ({"content": [{**PERSON, "fullNameAr": "Mithali"}]}, "not in Arabic script"),
    ],
)
def test_what_is_not_the_whole_list_is_refused(tmp_path: Path, content: object, message: str) -> None:
    with pytest.raises(ListFormatError, match=message) as caught:
        parsed(tmp_path, content)
    assert "qa.json" in str(caught.value)
