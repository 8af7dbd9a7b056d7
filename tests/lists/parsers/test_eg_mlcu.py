"""Egypt's lists: invented entries in the publisher's three sheets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, eg_mlcu
from tajfif.model import BirthDate, Identifier, Listing

Write = Callable[..., Path]

PERSONS = ["مسلسل", "الاسم", "اسم آخر", "الرقم القومي", "جواز السفر", "الجنسية", "رقم القضية ", "رقم قرار ادراج الارهابيين",
           "تاريخ النشر", "عدد النشر", "التحديثات"]  # fmt: skip
CASE = "900 لسنة 2031 حصر أمن دولة"
ROWS: list[list[object]] = [
    [1, "مثالي تجريب فرضي العيناوي وشهرته مثلول", "المثالي التجريبي العيناوي", "2700517*******", "X0000001", "مصري/كندي", CASE,
     "5 لسنة 2031", "١٢/٠١/٢٠٣١ مد القرار ١٥/١/٢٠٣٤", "العدد 9", ""],
    [2, "فرضي نموذج مثال المثالاوي", "2991301*******", "", "", "مصرية", CASE, "5 لسنة 2031", "12/1/2031", "9", ""],
    [3, "مرفوع اسمه نموذج المثالاوي", "", "27005170000017", "", "", CASE, "5 لسنة 2031", "12/1/2031 حتى 11/1/2036", "9",
     "الغاء ادراج بحكم محكمة النقض بتاريخ 3/4/2033"],
    [4, "معاد إدراجه مثال النموذجي", "", "", "", "", CASE, "5 لسنة 2031", "12/1/2031", "9",
     "الغاء الادراج في 3/4/2033 ثم إعادة الإدراج في 5/6/2033"],
    [5, "فرضي نموذج مثال المثالاوي", "2991301*******", "", "", "مصرية", CASE, "5 لسنة 2031", "غير واضح", "9", ""],
    ["", "", "", "", "", "", CASE, "", "", "", ""],
]  # fmt: skip
SHEETS: dict[str, list[list[object]]] = {
    "الإرهابيين": [list(PERSONS), *[list(row) for row in ROWS]],
    "الكيانات الإرهابية": [
        ["الكيانات"], ["مسلسل", "اسم الكيان", "رقم القضية", "العدد بالجريدة الرسمية", "التحديثات"],
        [1, "تنظيم المثال المخترع", CASE, "العدد 9 في 12/1/2031", ""],
    ],
    "الشخصيات الاعتبارية": [
        ["الشخصيات"],
        ["مسلسل", "اسم الشخص الاعتباري", "رقم السجل التجاري مشهرة برقم", "المقر", "رقم القضية", "العدد بالجريدة الرسمية", "تاريخ القيد"],
        [1, "شركة المثال للاستيراد", "سجل تجاري 000123", "القاهرة - مصر", CASE, "9", "1/1/2020"],
    ],
}  # fmt: skip


def parsed(path: Path) -> ParsedList:
    return eg_mlcu.parse(eg_mlcu.collect(path).files)


def test_persons(workbook: Write) -> None:
    result = parsed(workbook("القوائم 15-3-2035.xlsx", SHEETS))
    first, second, annulled, again, twin, group, company = result.entities
    assert result.published == "2035-03-15"
    assert [(name.value, name.quality, name.language) for name in first.names] == [
        ("مثالي تجريب فرضي العيناوي", "primary", "ar"),
        ("مثلول", "weak", "ar"),
        ("المثالي التجريبي العيناوي", "strong", "ar"),
    ]
    assert first.birth_dates == (BirthDate(start="1970-05-17"),)
    assert first.nationalities == ("eg", "ca")
    assert first.identifiers == (Identifier(kind="passportNumber", value="X0000001", label="جواز السفر"),)
    assert ("الرقم القومي", "2700517*******") in [(note.field, note.text) for note in first.notes]
    assert first.listings == (
        Listing(
            source="eg_mlcu", reference=first.listings[0].reference, programme=CASE, decision="5 لسنة 2031; العدد 9",
            listed_on="2031-01-12", amended_on=("2034-01-15",),
        ),
    )  # fmt: skip
    assert second.birth_dates == ()  # month 13 is none
    assert annulled.is_delisted
    assert (annulled.listings[0].delisted_on, annulled.listings[0].expires_on) == ("2033-04-03", "2036-01-11")
    assert annulled.identifiers[0].value == "27005170000017"
    assert not again.is_delisted
    assert again.listings[0].amended_on == ("2033-04-03", "2033-06-05")
    assert twin.id == f"{second.id}-2"
    assert (group.schema, group.listings[0].listed_on, company.schema) == ("Organization", "2031-01-12", "Company")
    assert company.identifiers[0].kind == "registrationNumber"
    assert company.countries == ("eg",)
    told = "\n".join(result.notices)
    for words in (
        "other name is a number",
        "read as delisted",
        "date of publication 'غير واضح'",
        "it has no name",
        "تاريخ القيد",
    ):
        assert words in told


def test_a_file_without_a_date_states_none(workbook: Write) -> None:
    assert parsed(workbook("list.xlsx", SHEETS)).published == ""


def test_screened_in_both_scripts_but_not_the_annulled(workbook: Write, found: Callable[..., list[list[str]]]) -> None:
    path = workbook("list.xlsx", SHEETS)
    first, _, annulled, *_ = parsed(path).entities
    arabic, latin, removed = found(
        "eg_mlcu", path, "مثالي تجريب فرضي العيناوي", "Methali Tagrib Fardy Elaynawy", "مرفوع اسمه نموذج المثالاوي"
    )
    assert first.id in arabic
    assert first.id in latin
    assert annulled.id not in removed


def test_what_is_not_the_list_is_refused(workbook: Write) -> None:
    header = list(PERSONS)
    cases = {
        "no header was found": workbook("a.xlsx", {"الإرهابيين": [["x", "y"], ["z", "w"]]}),
        "no entries": workbook("b.xlsx", {"الإرهابيين": [header]}),
        "no sheet lists terrorists": workbook("c.xlsx", {"كيانات": SHEETS["الكيانات الإرهابية"]}),
        "lost their letters": workbook("d.xlsx", {"الإرهابيين": [header, [1, "Ù…Ø«Ø§Ù„ÙŠ"]]}),
        "not in Arabic script": workbook("e.xlsx", {"الإرهابيين": [header, [1, "Mithali Tajrib"]]}),
    }
    for message, path in cases.items():
        with pytest.raises(ListFormatError, match=message):
            parsed(path)


@given(st.text(alphabet="0123456789*", max_size=15))
def test_no_number_makes_a_wrong_date(number: str) -> None:
    born = eg_mlcu.birth_in_national_number(number)
    assert not born or (len(number) == 14 and born[2:4] + born[5:7] + born[8:] == number[1:7])
