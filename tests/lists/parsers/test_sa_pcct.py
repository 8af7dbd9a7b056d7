"""Saudi Arabia's twin workbooks: invented entries, joined by their number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, sa_pcct
from tajfif.model import BirthDate, Identifier, Listing, Relation

Write = Callable[..., Path]

PERSONS: list[object] = ["No.", "Full Name", "Aliases", "Gender", "Link of Terrorism Org.", "DOB", "POB", "COB", "Nationality",
           "Document Type", "Document No.", "Issuing Country", "Address", "Additional Information", "Designated Date"]  # fmt: skip
ENTITIES: list[object] = ["No.", "Entities Name", "Aliases", "Link of Terrorism Org.", "Registration Number", "Owner Name",
            "Owner information", "Address", "Additional info.", "Designated Date"]  # fmt: skip
VESSELS: list[object] = [
    "No.",
    "Vessel Name",
    "Vessel Flag",
    "IMO No.",
    "Owner Name",
    "Additional Information",
    "Designated Date",
]

ENGLISH: dict[str, list[list[object]]] = {
    "Individuals": [
        PERSONS,
        [1, "AL-AYNAWI, Mithali Tajrib", "AL-MITHALI, Tajrib; Abu Namudhaj", "Male", "Example Front", "1970/05/17;1971",
         "Sampleville", "Yemen", "Yemen;Bahrain (Citizenship Revoked)", "Passport", "X0000001", "Yemen", "Utopia, Yemen",
         "An invented remark", "2031/05/17"],
        [2, "NEMO, Nullus", "NA", "NA", "NA", "NA", "NA", "NA", "Kingdom of Saudi Arabia", "NA", "NA", "NA", "NA", "NA", "2032"],
    ],
    "Entities ": [
        ENTITIES,
        [1, "Invented Example Trading Co. Ltd", "IET", "Example Front", "CR 000123", "Nullus Nemo", "Invented", "Utopia", "NA",
         "2031/05/18"],
    ],
    "Vessels": [VESSELS, [1, "INVENTED STAR", "Iranian flag", "IMO 9000001", "Invented Example Trading", "NA", "2031/05/19"]],
}  # fmt: skip
ARABIC: dict[str, list[list[object]]] = {
    "أفراد": [
        ["الرقم", "الاسم", "اسماء أخرى", "لون العين"],
        [1, "مثالي تجريب فرضي العيناوي", "تجريب المثالي العيناوي; أبو نموذج", "اخضر"],
        [2, "لا أحد المخترع المثالي", "", ""],
    ],
    "كيانات": [["الرقم", "اسم الكيان"], [1, "شركة المثال المخترع للتجارة"]],
    "قطع بحرية": [["الرقم", "اسم السفينة"], [1, "نجمة المثال"]],
}


def folder(workbook: Write, english: object = ENGLISH, arabic: object = ARABIC) -> Path:
    for name, sheets in (("slistEN.xlsx", english), ("slistAR.xlsx", arabic)):
        if sheets:
            path = workbook(f"sa/{name}", sheets)
    return path.parent


def parsed(path: Path) -> ParsedList:
    return sa_pcct.parse(sa_pcct.collect(path).files)


def test_both_workbooks_are_one_list(workbook: Write) -> None:
    result = parsed(folder(workbook))
    person, other, company, vessel = result.entities
    assert [(name.value, name.quality, name.language, name.family) for name in person.names] == [
        ("Mithali Tajrib AL-AYNAWI", "primary", "", "AL-AYNAWI"),
        ("Tajrib AL-MITHALI", "strong", "", "AL-MITHALI"),
        ("Abu Namudhaj", "weak", "", ""),
        ("مثالي تجريب فرضي العيناوي", "primary", "ar", ""),
        ("تجريب المثالي العيناوي", "strong", "ar", ""),
        ("أبو نموذج", "weak", "ar", ""),
    ]
    assert person.birth_dates == (BirthDate(start="1970-05-17"), BirthDate(start="1971"))
    assert (person.gender, person.nationalities) == ("male", ("ye", "bh"))
    assert (person.birth_places[0].text, person.birth_places[0].country) == ("Sampleville, Yemen", "ye")
    assert person.identifiers == (Identifier(kind="passportNumber", value="X0000001", country="ye", label="Passport"),)
    assert person.relations == (Relation(kind="associated", target_name="Example Front"),)
    assert person.listings == (
        Listing(source="sa_pcct", reference="I1", programme="Example Front", listed_on="2031-05-17"),
    )
    assert {(note.field, note.text) for note in person.notes} >= {
        ("لون العين", "اخضر"), ("Additional Information", "An invented remark"),
        ("Nationality", "Bahrain (Citizenship Revoked)"),
    }  # fmt: skip
    assert (other.nationalities, other.birth_dates, other.listings[0].listed_on) == (("sa",), (), "2032")
    assert (company.schema, [name.value for name in company.names]) == (
        "Company", ["Invented Example Trading Co. Ltd", "IET", "شركة المثال المخترع للتجارة"],
    )  # fmt: skip
    assert Relation(kind="owned", target_name="Nullus Nemo") in company.relations
    assert (vessel.schema, vessel.countries, vessel.identifiers[0]) == (
        "Vessel", ("ir",), Identifier(kind="imoNumber", value="9000001"),
    )  # fmt: skip
    assert any("لون العين" in notice for notice in result.notices)


def test_one_workbook_alone_is_read_and_the_loss_is_said(workbook: Write) -> None:
    english = parsed(workbook("slistEN.xlsx", ENGLISH))
    assert any("Arabic workbook is missing" in notice for notice in english.notices)
    arabic = parsed(workbook("slistAR.xlsx", ARABIC))
    assert [entity.id for entity in arabic.entities] == [entity.id for entity in english.entities]


def test_a_row_without_a_twin_is_kept_and_said(workbook: Write) -> None:
    result = parsed(folder(workbook, arabic={**ARABIC, "أفراد": ARABIC["أفراد"][:2]}))
    assert len(result.entities) == 4
    assert any("number 2 has no row in the other workbook" in notice for notice in result.notices)


def test_screened_in_both_scripts(workbook: Write, found: Callable[..., list[list[str]]]) -> None:
    arabic, latin, ship = found(
        "sa_pcct", folder(workbook), "مثالي تجريب فرضي العيناوي", "Mithali Tajrib Al Aynawi", "نجمة المثال"
    )
    assert arabic[0] == "sa_pcct:I1"
    assert latin[0] == "sa_pcct:I1"
    assert "sa_pcct:V1" in ship


def test_what_is_not_the_list_is_refused(workbook: Write, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    row = ENGLISH["Individuals"][1]
    cases = {
        "no workbook": tmp_path / "none",
        "no such file": tmp_path / "missing",
        "no entries": workbook("a/slistEN.xlsx", {"Individuals": [PERSONS]}),
        "not one of persons": workbook("b/slistEN.xlsx", {"Sheet1": [PERSONS, row]}),
        "number 1 is there twice": workbook("c/slistEN.xlsx", {"Individuals": [PERSONS, row, row]}),
        "has no number": workbook("d/slistEN.xlsx", {"Individuals": [PERSONS, ["", *row[1:]]]}),
        "lost their letters": workbook("e/slistAR.xlsx", {"أفراد": [["الرقم", "الاسم"], [1, "Ù…Ø«Ø§Ù„ÙŠ"]]}),
        "not in Arabic script": workbook("f/slistAR.xlsx", {"أفراد": [["الرقم", "الاسم"], [1, "Mithali"]]}),
        "in one language": folder(workbook, arabic=ENGLISH),
    }
    for message, path in cases.items():
        with pytest.raises(ListFormatError, match=message):
            parsed(path)
