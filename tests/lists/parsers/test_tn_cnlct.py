"""Tunisia's list: invented entries in French and in Arabic."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, tn_cnlct
from tajfif.model import BirthDate, Identifier, Listing

Write = Callable[..., Path]

FRENCH: list[object] = [
    "N°", "Prénom", "Nom", "Date et Lieu de naissance", "Adresse", "Nationalité", "Justification d'Insertion",
    "Décision et Date d'Inscription", "Dernière Modification", "Date et heure de publication", "Divers",
]  # fmt: skip
ARABIC: list[object] = [
    "م/ع", "الإسم الثلاثي", "اللقب", "تاريخ الولادة ومكانها", "العنوان", "الجنسية", "مبررات الإدراج", "قرار وتاريخ الإدراج",
    "آخر تعديل", "تاريخ وساعة النشر بموقع اللجنة", "معطيات إضافية",
]  # fmt: skip
ROWS: list[list[object]] = [
    [1, "Mithali Ben Tajrib Ben Fardi", "Aynawi", "16/04/1972 à Sampleville", "1 rue Inventée, Tunisie", "Tunisienne/Belge",
     "Invented", "Arrêté n° 01 du 9 novembre 2031\nArrêté n° 07 du 2 mai 2032", "Arrêté n° 12 du 1er août 2033",
     "09/11/2031 à 15:00", "CIN n° 00123456"],
    [2, "Fardi", "Namudhaji", datetime.datetime(1980, 2, 21), "", "Marocaine", "", "Arrêté n° 01 du 9 novembre 2031",
     "", "", "CIN 001234**"],
    [3, "Organisation de l'Exemple Inventé", "", "", "", "Tunisienne", "", "Arrêté n° 02 du 10 novembre 2031", "", "10/11/2031", ""],
    [4, "Exemple", "Sansdate", "Le Kef", "", "", "", "sans date", "", "", ""],
]  # fmt: skip
TWINS: list[list[object]] = [
    [1, "مثالي بن تجريب بن فرضي", "العيناوي", "16/04/1972 مدينة المثال", "", "تونسية/بلجيكية", "", "قرار عدد 1 المؤرخ في 9 نوفمبر 2031",
     "", "", ""],
    [2, "فرضي", "النموذجي", "21 فيفري 1980", "", "مغربية", "", "قرار عدد 1 لسنة 2031", "", "", ""],
    [3, "تنظيم المثال المخترع", "", "", "", "تونسية", "", "قرار عدد 2 لسنة 2031", "", "", ""],
    [4, "مثال", "بلاتاريخ", "الكاف", "", "", "", "", "", "", ""],
]  # fmt: skip


def french(workbook: Write, rows: list[list[object]] = ROWS, name: str = "tn.xlsx") -> Path:
    return workbook(name, {"Feuil1": [["Liste nationale"], FRENCH, *rows]})


def arabic(workbook: Write, name: str = "ar.xlsx") -> Path:
    return workbook(name, {"ورقة1": [["القائمة الوطنية"], ARABIC, *TWINS]})


def parsed(path: Path) -> ParsedList:
    return tn_cnlct.parse(tn_cnlct.collect(path).files)


def test_the_french_workbook(workbook: Write) -> None:
    result = parsed(french(workbook))
    first, second, group, last = result.entities
    assert result.published == "2031-11-10"
    (name,) = first.names
    assert (name.value, name.family, name.parts) == (
        "Mithali Ben Tajrib Ben Fardi Aynawi", "Aynawi", ("Mithali Ben Tajrib Ben Fardi", "Aynawi"),
    )  # fmt: skip
    assert first.father_names == ("Tajrib",)
    assert first.birth_dates == (BirthDate(start="1972-04-16"),)
    assert [place.text for place in first.birth_places] == ["Sampleville"]
    assert (first.nationalities, first.countries) == (("tn", "be"), ("tn",))
    assert first.identifiers == (Identifier(kind="idNumber", value="00123456", country="tn", label="CIN"),)
    assert first.listings == (
        Listing(
            source="tn_cnlct", reference="1", decision="1/2031", listed_on="2031-11-09", amended_on=("2033-08-01",)
        ),
        Listing(
            source="tn_cnlct", reference="1", decision="7/2032", listed_on="2032-05-02", amended_on=("2033-08-01",)
        ),
    )
    assert {("grandfather", "Fardi"), ("Divers", "CIN n° 00123456")} <= {
        (note.field, note.text) for note in first.notes
    }
    assert (second.birth_dates, second.identifiers) == ((BirthDate(start="1980-02-21"),), ())
    assert (group.schema, group.countries, group.nationalities) == ("Organization", ("tn",), ())
    assert [place.text for place in last.birth_places] == ["Le Kef"]
    assert any("decision 'sans date'" in notice for notice in result.notices)


def test_both_languages_are_one_list(workbook: Write) -> None:
    french(workbook, name="tn/liste.xlsx")
    path = arabic(workbook, name="tn/قائمة.xlsx").parent
    first, second, *_ = parsed(path).entities
    assert [name.value for name in first.names] == [
        "Mithali Ben Tajrib Ben Fardi Aynawi",
        "مثالي بن تجريب بن فرضي العيناوي",
    ]
    assert first.father_names == ("Tajrib", "تجريب")
    assert first.birth_dates == (BirthDate(start="1972-04-16"),)
    assert second.birth_dates == (BirthDate(start="1980-02-21"),)


def test_screened_in_both_scripts(workbook: Write, found: Callable[..., list[list[str]]]) -> None:
    latin, other = found(
        "tn_cnlct", french(workbook), "Mithali ben Tajrib ben Fardi Aynawi", "مثالي بن تجريب بن فرضي العيناوي"
    )
    assert latin == other == ["tn_cnlct:1"]
    (native,) = found("tn_cnlct", arabic(workbook), "مثالي بن تجريب بن فرضي العيناوي")
    assert native == ["tn_cnlct:1"]


def test_what_is_not_the_list_is_refused(workbook: Write, tmp_path: Path) -> None:
    french(workbook, name="two/a.xlsx")
    (tmp_path / "none").mkdir()
    cases = {
        "not 0": tmp_path / "none",
        "in one language": french(workbook, name="two/b.xlsx").parent,
        "should be 1, it is '2': this is an amendment": french(workbook, ROWS[1:], "c.xlsx"),
        "should be 3, it is '4'": french(workbook, [ROWS[0], ROWS[1], ROWS[3]], "d.xlsx"),
        "no entries": french(workbook, [], "e.xlsx"),
        "no header was found": workbook("f.xlsx", {"a": [["x", "y"], ["z", "w"]]}),
        "columns are missing": workbook("g.xlsx", {"a": [["N°", "Prénom", "Nom"], [1, "A", "B"]]}),
        "has no name": french(workbook, [[1, "", "", "1970"]], "h.xlsx"),
        "lost their letters": french(workbook, [[1, "Mithali Ben Ã‰Ã©", "", "1970"]], "i.xlsx"),
    }
    for message, path in cases.items():
        with pytest.raises(ListFormatError, match=message):
            parsed(path)
