from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajfif.text.calendars import lunar_to_gregorian, solar_to_gregorian
from tajfif.text.dates import parse_date

GREGORIAN = [
    ("15 Mar 1956", "1956-03-15"),
    ("15 MARCH 1956", "1956-03-15"),
    ("March 15, 1956", "1956-03-15"),
    ("15th March 1956", "1956-03-15"),
    ("15-Mar-1956", "1956-03-15"),
    ("15-Mar-56", "1956-03-15"),
    ("Sept 1956", "1956-09"),
    ("Mar 1956", "1956-03"),
    ("1956", "1956"),
    ("15/03/1956", "1956-03-15"),
    ("15/03/56", "1956-03-15"),
    ("03/15/1956", "1956-03-15"),
    ("03/04/1956", "1956-04-03"),
    ("15.3.1956", "1956-03-15"),
    ("1956-03-15", "1956-03-15"),
    ("1956.03.15", "1956-03-15"),
    ("1956/3/15", "1956-03-15"),
    ("1956-3", "1956-03"),
    ("03/1956", "1956-03"),
    ("1956-03-15 00:00:00", "1956-03-15"),
    ("1956-03-15T00:00:00Z", "1956-03-15"),
    ("1956-03-15-05:00", "1956-03-15"),
    ("15/03/1956 12:00:00 AM", "1956-03-15"),
    ("19560315", "1956-03-15"),
    ("15031956", "1956-03-15"),
    ("00/00/1956", "1956"),
    ("1956-00-00", "1956"),
    ("00/03/1956", "1956-03"),
    ("١٥/٣/١٩٥٦", "1956-03-15"),
    ("۱۵/۳/۱۹۵۶", "1956-03-15"),
    ("١٥ آذار ١٩٥٦", "1956-03-15"),
    ("15 مارس 1956", "1956-03-15"),
    ("3 يناير 1970", "1970-01-03"),
    ("3 كانون الثاني 1970", "1970-01-03"),
    ("3 كانون الأول 1970", "1970-12-03"),
    ("تشرين الثاني 1970", "1970-11"),
    ("1 تشرين الأول 1970", "1970-10-01"),
    ("12 جانفي 1981", "1981-01-12"),
    ("12 جويلية 1981", "1981-07-12"),
    ("5 غشت 1981", "1981-08-05"),
    ("مواليد 1956", "1956"),
    ("1983 م", "1983"),
    ("15/3/1956 ميلادي", "1956-03-15"),
    ("15 mars 1956", "1956-03-15"),
    ("1er août 1956", "1956-08-01"),
    ("né le 15 décembre 1956", "1956-12-15"),
    ("5 Ocak 1970", "1970-01-05"),
    ("DOB 15 Mar 1956", "1956-03-15"),
    ("15 Azar 1956", "1956-03-15"),  # Levantine آذار, not the Persian month
]


@pytest.mark.parametrize(("text", "start"), GREGORIAN)
def test_gregorian_dates(text: str, start: str) -> None:
    found = parse_date(text)
    assert (found.start, found.end, found.calendar, found.approximate, found.text) == (start, "", "", False, "")


@pytest.mark.parametrize(
    ("text", "start", "end", "approximate"),
    [
        ("circa 1956", "1956", "", True),
        ("c. 1956", "1956", "", True),
        ("approximately 1956", "1956", "", True),
        ("Approx. 15 Mar 1956", "1956-03-15", "", True),
        ("1956 (approx)", "1956", "", True),
        ("~1956", "1956", "", True),
        ("vers 1956", "1956", "", True),
        ("حوالي 1956", "1956", "", True),
        ("between 1953 and 1958", "1953", "1958", True),
        ("بين 1953 و 1958", "1953", "1958", True),
        ("entre 1953 et 1958", "1953", "1958", True),
        ("Between Aug. and Sep. 1977", "1977-08", "1977-09", True),
        ("1953 to 1958", "1953", "1958", False),
        ("1953-1958", "1953", "1958", False),
        ("1953 – 1958", "1953", "1958", False),
        ("1958-1953", "1953", "1958", False),
        ("1956/1957", "1956", "1957", False),
        ("1956 or 1957", "1956", "1957", False),
        ("20 Sep 1969 to 22 Sep 1969", "1969-09-20", "1969-09-22", False),
        ("1980s", "1980", "1989", True),
        ("Early 1970's", "1970", "1979", True),
    ],
)
def test_guesses_and_ranges(text: str, start: str, end: str, approximate: bool) -> None:
    found = parse_date(text)
    assert (found.start, found.end, found.approximate, found.calendar) == (start, end, approximate, "")


LUNAR_15_1_1375 = [
    "15 Muharram 1375 AH", "15 Muharram 1375", "Muharram 15, 1375 A.H.", "A.H. 15 Moharram 1375", "15 Muḥarram 1375",
    "15 محرم 1375 هـ", "15 محرّم الحرام 1375", "١٥ محرم ١٣٧٥", "15/01/1375 هـ", "15/1/1375 هجري", "1375/01/15 هـ", "1375-01-15",
    "15/1/1375", "15-1-1375H", "15.1.1375 h.", "1375/1/15 هـ.ق", "15/01/1375 هجرية قمرية", "١٣٧٥/١/١٥", "15/1/75 هـ",
    "1375-01-15 00:00:00", "15 محرم سنة 1375 للهجرة",
]  # fmt: skip


@pytest.mark.parametrize("text", LUNAR_15_1_1375)
def test_one_lunar_day_in_the_ways_people_write_it(text: str) -> None:
    found = parse_date(text)
    assert (found.start, found.end, found.calendar, found.text) == ("1955-09-03", "", "islamic", text)


SOLAR_1_1_1357 = [
    "1 Farvardin 1357", "1357 Farvardin 1", "1 Hamal 1357", "1 حمل 1357", "1 فروردین 1357", "۱ فروردین ۱۳۵۷", "1357/1/1 SH",
    "1357/1/1 AHS", "1357/01/01 A.H.S.", "01/01/1357 H.S.", "1357/1/1 (solar)", "1357/1/1 هـ.ش", "۱۳۵۷/۰۱/۰۱ ه.ش", "1357/1/1 ش",
    "1357/1/1 هجري شمسي", "1357/1/1 هجری شمسی", "1357/1/1 شمسی", "1357/1/1 خورشیدی",
]  # fmt: skip


@pytest.mark.parametrize("text", SOLAR_1_1_1357)
def test_one_solar_day_in_the_ways_people_write_it(text: str) -> None:
    found = parse_date(text)
    assert (found.start, found.end, found.calendar, found.text) == ("1978-03-21", "", "persian", text)


LUNAR_MONTHS = {
    1: ["Muharram", "Moharram", "محرم"],
    2: ["Safar", "Safer", "صفر", "صفر الخير"],
    3: ["Rabi al-Awwal", "Rabi' al-awwal", "Rabi I", "Rabiul Awal", "Rabīʿ al-Awwal", "Rabia I", "ربيع الأول", "ربيع الاول"],
    4: ["Rabi al-Thani", "Rabi' al-Akhir", "Rabi ath-Thani", "Rabi II", "Rabi al-Akhar", "ربيع الآخر", "ربيع الثاني"],
    5: ["Jumada al-Ula", "Jumada al-Awwal", "Jumada I", "Jamadi al-awwal", "Djoumada I", "جمادى الأولى", "جمادي الاول"],
    6: ["Jumada al-Thani", "Jumada al-Akhirah", "Jumada II", "Jumada al-Thaniyah", "جمادى الآخرة", "جمادى الثانية"],
    7: ["Rajab", "Redjeb", "رجب", "رجب المرجب"],
    8: ["Sha'ban", "Shaban", "Shaʿbān", "Chaabane", "شعبان"],
    9: ["Ramadan", "Ramadhan", "Ramazan", "Ramaḍān", "رمضان", "رمضان المبارك"],
    10: ["Shawwal", "Shawal", "Chawwal", "شوال"],
    11: ["Dhu al-Qadah", "Dhul-Qa'dah", "Dhu al-Qi'dah", "Zul Qadah", "Zilqad", "Ḏū l-Qaʿda", "ذو القعدة", "ذي القعدة", "ذوالقعدة"],
    12: ["Dhu al-Hijjah", "Dhul-Hijja", "Zul Hijjah", "Zilhajj", "Thul-Hijja", "Dhū al-Ḥijjah", "ذو الحجة", "ذي الحجة", "ذوالحجه"],
}  # fmt: skip
SOLAR_MONTHS = [
    ["Farvardin", "Hamal", "فروردین", "حمل"], ["Ordibehesht", "Sawr", "اردیبهشت", "ثور"], ["Khordad", "Jawza", "خرداد", "جوزا"],
    ["Tir", "Saratan", "تیر", "سرطان"], ["Mordad", "Asad", "مرداد", "اسد"], ["Shahrivar", "Sunbula", "شهریور", "سنبله"],
    ["Mehr", "Mizan", "مهر", "میزان"], ["Aban", "Aqrab", "آبان", "عقرب"], ["Azar", "Qaws", "آذر", "قوس"], ["Dey", "Jadi", "دی", "جدی"],
    ["Bahman", "Dalw", "بهمن", "دلو"], ["Esfand", "Hut", "اسفند", "حوت"],
]  # fmt: skip


@pytest.mark.parametrize(("month", "name"), [(month, name) for month, names in LUNAR_MONTHS.items() for name in names])
def test_lunar_months(month: int, name: str) -> None:
    assert parse_date(f"7 {name} 1390").start == lunar_to_gregorian(1390, month, 7).isoformat()
    assert parse_date(f"1390 {name} 7 هـ").start == lunar_to_gregorian(1390, month, 7).isoformat()


@pytest.mark.parametrize(
    ("month", "name"), [(month, name) for month, names in enumerate(SOLAR_MONTHS, 1) for name in names]
)
def test_solar_months(month: int, name: str) -> None:
    found = parse_date(f"7 {name} 1350")
    assert (found.start, found.calendar) == (solar_to_gregorian(1350, month, 7).isoformat(), "persian")


@pytest.mark.parametrize(
    ("text", "start", "end", "calendar"),
    [
        ("1390", "1970-03-09", "1971-02-25", "islamic"),
        ("1390 AH", "1970-03-09", "1971-02-25", "islamic"),
        ("١٣٩٠ هجري", "1970-03-09", "1971-02-25", "islamic"),
        ("1390هـ", "1970-03-09", "1971-02-25", "islamic"),
        ("Rabi I 1400", "1980-01-19", "1980-02-16", "islamic"),
        ("1399-1401 AH", "1978-12-01", "1981-10-27", "islamic"),
        ("1357 SH", "1978-03-21", "1979-03-20", "persian"),
        ("1357 هجري شمسي", "1978-03-21", "1979-03-20", "persian"),
        ("Hamal 1357", "1978-03-21", "1978-04-20", "persian"),
    ],
)
def test_a_hijri_year_or_month_is_the_days_that_it_covers(text: str, start: str, end: str, calendar: str) -> None:
    found = parse_date(text)
    assert (found.start, found.end, found.calendar, found.text) == (start, end, calendar, text)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("1968 (1347 solar)", "1968"),
        ("1390/3/12 (18 May 1970)", "1970-05-18"),
        ("15/8/1400 الموافق 28/6/1980", "1980-06-28"),
        ("1396هـ/1976م", "1976"),
        ("1375-1956", "1956"),
    ],
)
def test_of_one_day_in_two_calendars_the_gregorian_counts(text: str, start: str) -> None:
    found = parse_date(text)
    assert (found.start, found.end, found.calendar) == (start, "", "")


@pytest.mark.parametrize(("text", "start"), [("31/02/1956", "1956-02"), ("Ramadan 1956", "1956")])
def test_what_contradicts_itself_is_left_off(text: str, start: str) -> None:
    assert parse_date(text).start == start


@pytest.mark.parametrize(
    "text",
    ["unknown", "N/A", "12", "200", "99/99/9999", "0000-00-00", "1956-13-45", "15/03/05", "1 Foo 1956", "H", "هـ", "Rabi II",
     "19 56", "1461", "10/10/1010", "Damascus 1956", "29 years old", "15 March 1375", "x" * 500],
)  # fmt: skip
def test_what_is_no_date_is_kept_as_text(text: str) -> None:
    found = parse_date(text)
    assert (found.start, found.end) == ("", "")
    assert found.text
    assert text.startswith(found.text)


def test_nothing_stays_nothing() -> None:
    assert parse_date("").text == parse_date("  \n ").text == ""


DAYS = st.dates(date(1900, 1, 1), date(2029, 12, 31))


@given(
    DAYS,
    st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%B %d, %Y", "%Y%m%d", "%Y/%m/%d"]),
)
def test_every_day_is_read_back(day: date, form: str) -> None:
    assert parse_date(day.strftime(form)).start == day.isoformat()


@given(st.integers(1300, 1460), st.integers(1, 12), st.integers(1, 29))
def test_every_lunar_day_is_read_back(year: int, month: int, day: int) -> None:
    expected = lunar_to_gregorian(year, month, day).isoformat()
    named = f"{day} {LUNAR_MONTHS[month][0]} {year}"
    for text in (f"{day}/{month}/{year} هـ", f"{year}-{month:02d}-{day:02d} AH", f"{year}/{month}/{day} H", named):
        assert parse_date(text).start == expected


@given(st.text(max_size=150))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = parse_date(text)
    assert bool(found.start) or found.text == " ".join(text.split())[: len(found.text)]
    assert not found.end or found.start


@given(st.text(alphabet="0123456789٣٥/-. هـشم()AHSto", max_size=40))
def test_no_near_date_breaks_the_reader(text: str) -> None:
    found = parse_date(text)
    for part in (found.start, found.end):
        assert part == "" or date.fromisoformat((part + "-01-01")[:10])
