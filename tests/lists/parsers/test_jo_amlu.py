"""Jordan's list: invented entries in the publisher's two sheets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, jo_amlu
from tajfif.model import BirthDate, Identifier, Listing

Write = Callable[..., Path]

PERSONS: list[object] = [
    "#", "الجنسية", "الرقم الوطني", "الإسم الكامل (بالحروف العربية)", "الإسم الكامل (بالحروف اللاتينية)", "اسم الأم",
    "تاريخ الميلاد", "مكان الميلاد", "الإسم/ اللقب", "المنطقة/ الشارع", "المدينة", "الدولة", "النوع", "رقم الوثيقة",
    "جهة الإصدار", "تاريخ الإصدار", "", "تاريخ الإدراج",
]  # fmt: skip
FIRST: list[object] = [
    1, "اردني", 9700000001, "مثالي تجريب فرضي العيناوي", "Mithali Tajrib Fardi Al Aynawi", "عينة المثال", 32115, "مدينة المثال",
    "أبو نموذج، تجريب المثالي العيناوي", "شارع المثال", "مدينة المثال", "الاردن", "جواز سفر", "X0000001", "الأردن", 37719,
    "ملاحظة مخترعة", "17/05/2031",
]  # fmt: skip
SECOND: list[object] = [
    2,
    "بوسني",
    "/",
    "فرضي نموذج مثال",
    "/",
    "/",
    "/",
    "/",
    "/",
    "/",
    "/",
    "/",
    "/",
    "/",
    "/",
    "/",
    "/",
    "/",
]
SHEETS: dict[str, list[list[object]]] = {
    "الأفراد": [["القائمة الوطنية"], ["المعلومات الرئيسية"], PERSONS, FIRST, SECOND],
    "الكيانات": [
        ["القائمة الوطنية"],
        ["#", "التصنيف", "الإسم الكامل (بالحروف العربية)", "الإسم الكامل (بالحروف اللاتينية)", "", ""],
        [1, "كيان", "تنظيم المثال المخترع", "Invented Example Group", "/", "2031-06-01"],
    ],
}  # fmt: skip


def parsed(path: Path) -> ParsedList:
    return jo_amlu.parse(jo_amlu.collect(path).files)


def test_persons_and_entities(workbook: Write) -> None:
    first, second, group = parsed(workbook("jo.xlsx", SHEETS)).entities
    assert first.id == "jo_amlu:9700000001"
    assert [(name.value, name.quality, name.language) for name in first.names] == [
        ("مثالي تجريب فرضي العيناوي", "primary", "ar"),
        ("Mithali Tajrib Fardi Al Aynawi", "primary", ""),
        ("أبو نموذج", "weak", "ar"),
        ("تجريب المثالي العيناوي", "strong", "ar"),
    ]
    assert (first.mother_names, first.birth_dates) == (("عينة المثال",), (BirthDate(start="1987-12-04"),))
    assert (first.nationalities, first.countries) == (("jo",), ("jo",))
    assert first.identifiers == (
        Identifier(kind="idNumber", value="9700000001", country="jo", label="الرقم الوطني"),
        Identifier(
            kind="passportNumber", value="X0000001", country="jo", label="جواز سفر", issued="2003-04-08", note="الأردن"
        ),
    )
    assert first.listings == (Listing(source="jo_amlu", reference="9700000001", listed_on="2031-05-17"),)
    assert ("column 17", "ملاحظة مخترعة") in [(note.field, note.text) for note in first.notes]
    assert (second.nationalities, second.identifiers, second.birth_dates, second.mother_names) == (("ba",), (), (), ())
    assert (group.schema, group.listings[0].listed_on) == ("Organization", "2031-06-01")


def test_screened_in_both_scripts(workbook: Write, found: Callable[..., list[list[str]]]) -> None:
    arabic, latin, group = found(
        "jo_amlu", workbook("jo.xlsx", SHEETS), "مثالي تجريب فرضي العيناوي", "Mithali Tagreeb Fardi Al-Aynawi",
        "تنظيم المثال المخترع",
    )  # fmt: skip
    assert arabic[0] == latin[0] == "jo_amlu:9700000001"
    assert len(group) == 1


def test_what_is_not_the_list_is_refused(workbook: Write) -> None:
    cases = {
        "no header was found": workbook("a.xlsx", {"الأفراد": [["x", "y"], ["z", "w"]]}),
        "no entries": workbook("b.xlsx", {"الأفراد": [["القائمة"], PERSONS]}),
        "has no name": workbook("c.xlsx", {"الأفراد": [PERSONS, [1, "اردني", "123", "/", "/"]]}),
        "lost their letters": workbook("d.xlsx", {"الأفراد": [PERSONS, [1, "/", "/", "Ù…Ø«Ø§Ù„ÙŠ"]]}),
        "not in Arabic script": workbook("e.xlsx", {"الأفراد": [PERSONS, [1, "/", "/", "Mithali"]]}),
    }
    for message, path in cases.items():
        with pytest.raises(ListFormatError, match=message):
            parsed(path)
