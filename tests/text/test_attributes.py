from __future__ import annotations

from datetime import date, timedelta

import pytest
from hijridate import Gregorian, Hijri
from hypothesis import given
from hypothesis import strategies as st

from tajfif.text.attributes import (
    country_code,
    gender,
    identifier_kind,
    is_valid_identifier,
    normalise_identifier,
    parse_date,
)
from tajfif.text.calendars import lunar_to_gregorian, solar_to_gregorian

DATES = [
    ("15 Mar 1956", "1956-03-15", "", ""),
    ("March 15, 1956", "1956-03-15", "", ""),
    ("15th March 1956", "1956-03-15", "", ""),
    ("15 mars 1956", "1956-03-15", "", ""),
    ("Mar 1956", "1956-03", "", ""),
    ("1956", "1956", "", ""),
    ("15/03/1956", "1956-03-15", "", ""),
    ("03/15/1956", "1956-03-15", "", ""),
    ("03/04/1956", "1956-04-03", "", ""),
    ("1956-03-15", "1956-03-15", "", ""),
    ("1956.03.15", "1956-03-15", "", ""),
    ("1956/3/15", "1956-03-15", "", ""),
    ("1956-03-15 00:00:00", "1956-03-15", "", ""),
    ("1956-03-15T00:00:00", "1956-03-15", "", ""),
    ("19560315", "1956-03-15", "", ""),
    ("١٥/٣/١٩٥٦", "1956-03-15", "", ""),
    ("۱۵/۳/۱۹۵۶", "1956-03-15", "", ""),
    ("15 آذار 1956", "1956-03-15", "", ""),
    ("15 مارس 1956", "1956-03-15", "", ""),
    ("3 يناير 1970", "1970-01-03", "", ""),
    ("3 كانون الثاني 1970", "1970-01-03", "", ""),
    ("3 كانون الأول 1970", "1970-12-03", "", ""),
    ("تشرين الثاني 1970", "1970-11", "", ""),
    ("12 جانفي 1981", "1981-01-12", "", ""),
    ("12 جويلية 1981", "1981-07-12", "", ""),
    ("1983 م", "1983", "", ""),
    ("00/00/1956", "1956", "", ""),
    ("circa 1956", "1956", "", ""),
    ("approximately 1956", "1956", "", ""),
    ("حوالي 1956", "1956", "", ""),
    ("between 1953 and 1958", "1953", "1958", ""),
    ("1953 to 1958", "1953", "1958", ""),
    ("1953-1958", "1953", "1958", ""),
    ("1953 – 1958", "1953", "1958", ""),
    ("1980s", "1980", "1989", ""),
    ("20 Sep 1969 to 22 Sep 1969", "1969-09-20", "1969-09-22", ""),
    ("15 Muharram 1375 AH", "1955-09-03", "", "islamic"),
    ("15 محرم 1375 هـ", "1955-09-03", "", "islamic"),
    ("15/01/1375 هـ", "1955-09-03", "", "islamic"),
    ("1375/01/15 هـ", "1955-09-03", "", "islamic"),
    ("15-1-1375H", "1955-09-03", "", "islamic"),
    ("15/1/1375", "1955-09-03", "", "islamic"),
    ("1375-01-15", "1955-09-03", "", "islamic"),
    ("١٥ محرم ١٣٧٥", "1955-09-03", "", "islamic"),
    ("1 Rabi al-Awwal 1400", "1980-01-19", "", "islamic"),
    ("1 Rabi' al-Thani 1400", "1980-02-17", "", "islamic"),
    ("1 جمادى الآخرة 1400هـ", "1980-04-16", "", "islamic"),
    ("27 Ramadan 1390 H", "1970-11-27", "", "islamic"),
    ("5 Dhu al-Qadah 1410", "1990-05-29", "", "islamic"),
    ("5 Dhul-Hijjah 1410 AH", "1990-06-27", "", "islamic"),
    ("5 ذو الحجة 1410", "1990-06-27", "", "islamic"),
    ("1390", "1970-03-09", "1971-02-25", "islamic"),
    ("1375 AH", "1955-08-20", "1956-08-07", "islamic"),
    ("Rabi I 1400", "1980-01-19", "1980-02-16", "islamic"),
    ("1 Farvardin 1357", "1978-03-21", "", "persian"),
    ("1357/1/1 SH", "1978-03-21", "", "persian"),
    ("1357/1/1 AHS", "1978-03-21", "", "persian"),
    ("۱۳۵۷/۰۱/۰۱ ه.ش", "1978-03-21", "", "persian"),
    ("1 حمل 1357", "1978-03-21", "", "persian"),
    ("22 بهمن 1357", "1979-02-11", "", "persian"),
    ("1357 هجري شمسي", "1978-03-21", "1979-03-20", "persian"),
]


@pytest.mark.parametrize(("text", "start", "end", "calendar"), DATES)
def test_dates_are_read_as_people_write_them(text: str, start: str, end: str, calendar: str) -> None:
    found = parse_date(text)
    assert (found.start, found.end, found.calendar) == (start, end, calendar)


@pytest.mark.parametrize("text", ["", "unknown", "yes", "12", "99/99/9999", "1 Foo 1956", "x" * 500])
def test_what_is_no_date_is_kept_as_text(text: str) -> None:
    found = parse_date(text)
    assert not found.start
    assert found.text == text[: len(found.text)]


def test_a_circa_is_approximate() -> None:
    assert parse_date("circa 1956").approximate
    assert not parse_date("1956").approximate


@given(st.dates(date(1924, 8, 1), date(2077, 11, 16)))
def test_lunar_dates_agree_with_umm_al_qura(day: date) -> None:
    hijri = Gregorian(day.year, day.month, day.day).to_hijri()
    assert lunar_to_gregorian(hijri.year, hijri.month, hijri.day) == day


@pytest.mark.parametrize("year", range(1343, 1501, 7))
def test_the_tabular_calendar_stays_within_two_days_of_umm_al_qura(year: int) -> None:
    tabular = date.fromordinal(227014 + (year - 1) * 354 + (3 + 11 * year) // 30 + 1)
    first = Hijri(year, 1, 1).to_gregorian()
    assert abs(tabular - date(first.year, first.month, first.day)) <= timedelta(days=2)


@pytest.mark.parametrize(
    ("solar", "gregorian"),
    [
        ((1357, 11, 22), (1979, 2, 11)),
        ((1300, 1, 1), (1921, 3, 21)),
        ((1399, 12, 30), (2021, 3, 20)),
        ((1403, 1, 1), (2024, 3, 20)),
        ((1404, 1, 1), (2025, 3, 21)),
    ],
)
def test_known_solar_dates(solar: tuple[int, int, int], gregorian: tuple[int, int, int]) -> None:
    assert solar_to_gregorian(*solar) == date(*gregorian)


@given(st.text(max_size=150))
def test_no_text_breaks_the_readers(text: str) -> None:
    found = parse_date(text)
    assert found.start or found.text is not None
    assert country_code(text) == "" or len(country_code(text)) == 2
    assert gender(text) in {"", "male", "female"}
    identifier_kind(text)
    normalise_identifier("passportNumber", text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Syrian Arab Republic", "sy"), ("سوريا", "sy"), ("سورية", "sy"), ("سوري", "sy"), ("SYR", "sy"),
        ("sy", "sy"), ("Syrian", "sy"), ("Syrie", "sy"),
        ("Democratic People's Republic of Korea", "kp"), ("Korea, North", "kp"), ("Republic of Korea", "kr"),
        ("Palestinian", "ps"), ("Region: Gaza", "ps"),
        ("Kosovo", "xk"), ("Burma", "mm"), ("Turkey", "tr"), ("Türkiye", "tr"), ("العراق", "iq"), ("عراقية", "iq"),
        ("Iran (Islamic Republic of)", "ir"),
        ("United Kingdom of Great Britain and Northern Ireland", "gb"), ("UK", "gb"), ("الأردن", "jo"),
        ("اليمن", "ye"), ("المملكة العربية السعودية", "sa"),
        ("nowhere", ""), ("", ""),
    ],
)  # fmt: skip
def test_countries_are_recognised(text: str, code: str) -> None:
    assert country_code(text) == code


def test_gender_is_read_in_three_languages() -> None:
    assert [gender(text) for text in ("M", "Female", "ذكر", "أنثى", "homme", "x")] == [
        "male",
        "female",
        "male",
        "female",
        "male",
        "",
    ]


def test_identifiers_are_compared_without_their_dress() -> None:
    assert normalise_identifier("passportNumber", "A 12-34/٥") == "A12345"
    assert normalise_identifier("imoNumber", "IMO 9074729") == "9074729"
    assert normalise_identifier("publicKey", " 0xABCdef ") == "0xabcdef"
    assert normalise_identifier("publicKey", "1AbC") == "1AbC"
    assert {normalise_identifier("passportNumber", value) for value in ("N/A", "0000000", "-", "unknown")} == {""}
    assert is_valid_identifier("imoNumber", "9074729")
    assert is_valid_identifier("imoNumber", "9074720") is False
    assert is_valid_identifier("passportNumber", "A1") is None


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Passport", "passportNumber"), ("جواز سفر", "passportNumber"),
        ("National Identification Number", "idNumber"), ("هوية", "idNumber"),
        ("Tax ID No.", "taxNumber"), ("Vessel Registration Identification IMO", "imoNumber"), ("Digital Currency Address", "publicKey"),
        ("Registration Number", "registrationNumber"), ("MMSI", "mmsi"), ("Something else", "identifier"),
    ],
)  # fmt: skip
def test_labels_tell_the_kind(label: str, kind: str) -> None:
    assert identifier_kind(label) == kind
