"""The United Arab Emirates' workbook: invented entries in the publisher's layout, with its banners and headers."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, ae_local
from tajfif.model import BirthDate, Listing

Write = Callable[..., Path]

BANNERS: list[list[object]] = [["قائمة الإرهاب المحلية"], ["أولاً- المعلومات الرئيسية"]]
PERSONS: list[object] = [
    "#", "التصنيف", "الجنسية", "اسم العائلة (بالحروف العربية)", "اسم العائلة\n (بالحروف اللاتينية)",
    "الاسم الكامل (بالحروف العربية)", "الاسم الكامل (بالحروف اللاتينية)", "تاريخ الميلاد ", "مكان الميلاد", "الاسم",
    "الشارع   ", "المدينة", "الدولة", "النوع ", "رقم الوثيقة     ", "جهة الإصدار    ", "تاريخ الإصدار ", "تاريخ الانتهاء",
    "معلومات أخرى",
]  # fmt: skip
ENTITIES: list[object] = [
    "#", "التصنيف", "الاسم الكامل (باللغة العربية)", "الاسم الكامل (بالحروف اللاتينية)", "الاسم", "رقم الرخصة",
    "انتهاء الترخيص", "المقر", "ملاحظات", "معلومات أخرى",
]  # fmt: skip
LIFTED = [*PERSONS[:-1], "قرار الإدراج", "قرار رفع الإدراج"]
BASIS = "مدرج بموجب قرار مجلس الوزراء رقم (90) لسنة 2031"
REMOVAL = "رفع الإدراج بموجب قرار مجلس الوزراء رقم (91) لسنة 2034"


def person(number: int, arabic: str, latin: str, **cells: object) -> list[object]:
    row = dict.fromkeys(map(str, PERSONS), "-") | {
        "#": number, "التصنيف": "شخص إرهابي", "الاسم الكامل (بالحروف العربية)": arabic,
        "الاسم الكامل (بالحروف اللاتينية)": latin, "معلومات أخرى": BASIS,
    }  # fmt: skip
    for header in PERSONS:
        for key, value in cells.items():
            if str(header).strip().startswith(key.replace("_", " ")):
                row[str(header)] = value
    return list(row.values())


FIRST = person(
    1, "مثالي تجريب فرضي العيناوي", "MITHALI TAJRIB FARDI AL AYNAWI", الجنسية="السعودية / الكويت", تاريخ_الميلاد=1975,
    مكان_الميلاد="مدينة المثال - اليمن", الدولة="اليمن", المدينة="مدينة المثال", النوع="جواز سفر",
    رقم_الوثيقة="X0000001", جهة_الإصدار="الكويت", تاريخ_الإصدار=datetime.datetime(2030, 2, 3),
)  # fmt: skip
FIRST[3], FIRST[4], FIRST[9] = "العيناوي", "AL AYNAWI", "أبو نموذج"
SECOND = person(2, "فرضي نموذج مثال", "FARDI NAMUDHAJ MITHAL", تاريخ_الميلاد=datetime.datetime(1965, 1, 2))
SECOND[13], SECOND[14] = "الرقم الموحد", "رقم الهوية اللبنانية :000010757"
MORE = [
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "فرضي المثالي التجريبي",
    "",
    "",
    "",
    "جواز سفر",
    "X0000009",
    "لبنان",
    "",
    "",
    "",
]
COMPANY: list[object] = [
    1, "كيان إرهابي", "شركة المثال المخترع للتجارة", "INVENTED EXAMPLE TRADING", "المثال",
    "رقم التسجيل (81396) رقم الرخصة (5083663376)", "-", "دبي - الإمارات", "-", BASIS,
]  # fmt: skip
GONE = [*person(1, "مرفوع اسمه نموذج المثالاوي", "MARFU ISMUH AL MITHALAWI")[:-1], BASIS, REMOVAL]
BOTH = [*FIRST[:-1], "مدرج بموجب قرار مجلس الوزراء رقم (80) لسنة 2029", REMOVAL]

SHEETS = {
    "الأفراد": [*BANNERS, PERSONS, FIRST, SECOND, MORE],
    "التنظيمات": [*BANNERS, ENTITIES],
    "الكيانات": [*BANNERS, ENTITIES, COMPANY],
    "رفع الإدراج - أفراد": [*BANNERS, LIFTED, GONE, BOTH],
}


def parsed(path: Path) -> ParsedList:
    return ae_local.parse(ae_local.collect(path).files)


def test_persons_and_entities(workbook: Write) -> None:
    result = parsed(workbook("ae.xlsx", SHEETS))
    first, second, company, gone = result.entities
    assert [(name.value, name.quality, name.family) for name in first.names] == [
        ("مثالي تجريب فرضي العيناوي", "primary", "العيناوي"),
        ("MITHALI TAJRIB FARDI AL AYNAWI", "primary", "AL AYNAWI"),
        ("أبو نموذج", "weak", ""),
    ]
    assert first.birth_dates == (BirthDate(start="1975"),)
    assert (first.nationalities, first.countries) == (("sa", "kw"), ("ye",))
    assert (first.birth_places[0].country, first.addresses[0].city) == ("ye", "مدينة المثال")
    (passport,) = first.identifiers
    assert (passport.kind, passport.value, passport.country, passport.issued) == (
        "passportNumber", "X0000001", "kw", "2030-02-03",
    )  # fmt: skip
    assert [(one.kind, one.value, one.country) for one in second.identifiers] == [
        ("idNumber", "000010757", ""),
        ("passportNumber", "X0000009", "lb"),
    ]
    assert second.birth_dates == (BirthDate(start="1965-01-02"),)
    assert "فرضي المثالي التجريبي" in [name.value for name in second.names]
    assert company.schema == "Company"
    assert [(one.kind, one.value) for one in company.identifiers] == [
        ("registrationNumber", "81396"),
        ("registrationNumber", "5083663376"),
    ]
    assert company.countries == ("ae",)
    assert gone.is_delisted


def test_a_listing_belongs_to_a_decision(workbook: Write) -> None:
    first, second, _, gone = parsed(workbook("ae.xlsx", SHEETS)).entities
    reference = first.listings[0].reference
    assert first.listings == (
        Listing(
            source="ae_local", reference=reference, decision="قرار مجلس الوزراء رقم (90) لسنة 2031", listed_on="2031"
        ),
        Listing(
            source="ae_local", reference=reference, decision="قرار مجلس الوزراء رقم (80) لسنة 2029", listed_on="2029",
            delisted_on="2034", delisted=True,
        ),
    )  # fmt: skip
    assert not first.is_delisted
    assert not second.is_delisted
    assert (gone.listings[0].listed_on, gone.listings[0].delisted_on) == ("2031", "2034")


def test_a_renamed_sheet_of_the_lifted_makes_nobody_listed(workbook: Write) -> None:
    sheets = {"الأفراد": SHEETS["الأفراد"], "Sheet2": [*BANNERS, LIFTED, GONE]}
    assert [entity.is_delisted for entity in parsed(workbook("ae.xlsx", sheets)).entities] == [False, False, True]


def test_a_year_that_the_spreadsheet_took_for_a_day(workbook: Write) -> None:
    row = person(1, "مثالي تجريب", "MITHALI TAJRIB", تاريخ_الميلاد=datetime.datetime(1905, 5, 28))
    (entity,) = parsed(workbook("ae.xlsx", {"الأفراد": [*BANNERS, PERSONS, row]})).entities
    assert entity.birth_dates[0].start == "1975"


def test_the_reference_does_not_move_with_the_row(workbook: Write) -> None:
    before = parsed(workbook("a.xlsx", {"الأفراد": [*BANNERS, PERSONS, FIRST, SECOND]})).entities
    after = parsed(workbook("b.xlsx", {"الأفراد": [*BANNERS, PERSONS, [1, *SECOND[1:]]]})).entities
    assert before[1].id == after[0].id


def test_screened_in_both_scripts_but_not_the_lifted(workbook: Write, found: Callable[..., list[list[str]]]) -> None:
    path = workbook("ae.xlsx", SHEETS)
    first, *_, gone = parsed(path).entities
    arabic, latin, removed = found(
        "ae_local", path, "مثالي تجريب فرضي العيناوي", "Mithali Tajreeb Fardi Al-Aynawi", "Marfu Ismuh Al Mithalawi"
    )
    assert first.id in arabic
    assert first.id in latin
    assert gone.id not in removed


def test_what_is_not_the_list_is_refused(workbook: Write, tmp_path: Path) -> None:
    pdf = tmp_path / "list.xlsx"
    pdf.write_bytes(b"%PDF-1.7")
    cases = {
        "not an Excel workbook": pdf,
        "no entries": workbook("empty.xlsx", {"الأفراد": [*BANNERS, PERSONS]}),
        "no header was found": workbook("other.xlsx", {"Sheet1": [["a", "b"], ["c", "d"]]}),
        "lost their letters": workbook(
            "broken.xlsx", {"الأفراد": [*BANNERS, PERSONS, person(1, "Ù…Ø«Ø§Ù„ÙŠ ØªØ¬Ø±ÙŠØ¨", "MITHALI")]}
        ),
        "not in Arabic script": workbook(
            "latin.xlsx", {"الأفراد": [*BANNERS, PERSONS, person(1, "Mithali", "Mithali")]}
        ),
        "has no name": workbook("nameless.xlsx", {"الأفراد": [*BANNERS, PERSONS, FIRST, person(2, "-", "-")]}),
        "of lifted listings": workbook("gone.xlsx", {"رفع": [*BANNERS, LIFTED, GONE]}),
    }
    for message, path in cases.items():
        with pytest.raises(ListFormatError, match=message) as caught:
            parsed(path)
        assert path.name in str(caught.value)
