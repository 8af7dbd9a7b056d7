"""What regional parsers share: references, dates, countries and numbers of cells, headers, broken letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajfif.errors import ListFormatError
from tajfif.lists.parsers.drafts import (
    Draft,
    check_spelling,
    codes_in,
    days_in,
    excel_day,
    labelled_numbers,
    local_country,
    reference_of,
)
from tajfif.lists.parsers.tables import find_table, header_key


@pytest.mark.parametrize(
    ("text", "language", "codes", "complete"),
    [
        ("السعودية / الكويت", "", ["sa", "kw"], True),
        ("تركيا و الإمارات", "", ["tr", "ae"], True),
        ("الحالية: السويد السابقة: ليبيريا", "", ["se", "lr"], True),
        ("مصر - مسجون", "", ["eg"], False),
        ("Bahrain (Citizenship Revoked)", "", ["bh"], False),
        ("Iranian flag", "", ["ir"], True),
        ("SURİYE", "tr", ["sy"], True),
        ("ירדן, כווית", "he", ["jo", "kw"], True),
        ("בלד לא ידוע", "he", [], False),
    ],
)
def test_countries_of_a_cell(text: str, language: str, codes: list[str], complete: bool) -> None:
    assert codes_in(text, language) == (codes, complete)


def test_countries_in_other_languages() -> None:
    assert local_country("LÜBNAN", "tr") == "lb"
    assert local_country("אוסטריה", "he") == "at"
    assert local_country("Nowhere", "tr") == ""


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("رقم الهوية اللبنانية :000010757", [("رقم الهوية اللبنانية", "000010757")]),
        ("رقم التسجيل (81396) رقم الرخصة (5083663376)", [("رقم التسجيل", "81396"), ("رقم الرخصة", "5083663376")]),
        ("X0000001", [("", "X0000001")]),
        ("١٢٣٤٥٦", [("", "123456")]),
        ("123456 بتاريخ 1/2/2010", [("", "123456")]),
        ("لا رقم 12", []),
    ],
)
def test_numbers_with_the_words_before_them(text: str, numbers: list[tuple[str, str]]) -> None:
    assert labelled_numbers(text) == numbers


def test_days() -> None:
    assert excel_day("32115") == "1987-12-04"
    assert excel_day("1975") == ""
    assert days_in("١٢/٠١/٢٠٣١ ثم 2034-01-15") == ["2031-01-12", "2034-01-15"]


def test_a_masked_number_is_a_note() -> None:
    draft = Draft("x", "1", "Person", "here", [])
    draft.name("Testov Sample", "primary")
    draft.identify("idNumber", "27005*****", label="card")
    entity = draft.entity()
    assert entity.identifiers == ()
    assert [(note.field, note.text) for note in entity.notes] == [("card", "27005*****")]


def test_the_first_name_is_primary_where_none_is() -> None:
    draft = Draft("x", "1", "Person", "here", [])
    draft.name("Testov Sample", "weak")
    assert draft.entity().names[0].quality == "primary"


@given(st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_a_reference_depends_on_the_facts_and_their_places_alone(facts: list[str]) -> None:
    spaced = [f"  {fact} " for fact in facts]
    assert reference_of(*facts) == reference_of(*spaced)
    assert reference_of(*facts) != reference_of(*facts, "more")
    assert len(reference_of(*facts)) == 12


@pytest.mark.parametrize("text", ["Ø§Ù„Ù…Ø«Ø§Ù„", "????? ???", "مث\ufffdال", "&#1605;&#1579;", "Ð\u009cÐ¸Ñ\u0081"])
def test_broken_letters_are_seen(text: str) -> None:
    with pytest.raises(ListFormatError, match="lost their letters"):
        check_spelling([("here", text)])


@pytest.mark.parametrize("text", ["GUIMARÃES SØREN ŞAHİN", "Ñandú Åse Ýr", "Müller-Ößling", "مثال؟", "Who? What?"])
def test_letters_of_other_languages_are_whole(text: str) -> None:
    assert check_spelling([("here", text)]) == []


def test_one_broken_name_in_a_long_list_is_a_notice() -> None:
    names = [("here", "مثال")] * 200 + [("there", "مث\ufffdال")]
    assert check_spelling(names, arabic="the names") == ["there: the name 'مث\ufffdال' has lost letters"]


def test_headers_are_found_below_banners_and_whatever_their_spaces() -> None:
    rows = [(1, ["A banner", ""]), (3, [" الإسم \n الكامل ", "Unknown"]), (4, ["مثال", "7"]), (5, ["-", "/"])]
    table = find_table(rows, {"name": ("الاسم الكامل",)}, ("name",), "here")
    assert (table.columns, table.unknown) == (("name",), ("Unknown",))
    (record,) = table.records
    assert (record.where, record.one("name"), record.others) == ("here, row 4", "مثال", {"Unknown": "7"})
    assert header_key("DOĞUM TARİHİ") == header_key("Doğum Tarihi")
    with pytest.raises(ListFormatError, match="a column الاسم الكامل is missing"):
        find_table([(1, ["x", "y"])], {"name": ("الاسم الكامل",)}, ("name",), "here")
