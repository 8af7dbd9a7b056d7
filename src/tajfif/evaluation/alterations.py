"""Every way in which a listed party is asked about otherwise than the list has it. Reach for it to make queries, or to name them.

Each :class:`Alteration` has a key, a group and a title in English and Arabic, says which parties it is for, and changes either
the name or the birth date. What changes a name takes it and a seeded generator and returns the changed name, or ``None`` where
the name gives it nothing to do; so it is with dates.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from tajfif.evaluation import arabic_writing, births, bodies, disguises, forms, schools, slips

__all__ = ["ALTERATIONS", "EXACT", "GROUPS", "PUBLISHERS_SCRIPT", "SLIGHT", "Alteration", "altered", "title"]

NameChange = Callable[[str, random.Random], str | None]
BirthChange = Callable[[date, random.Random], str | None]


class Alteration(NamedTuple):
    """One named way of writing a listed party otherwise.

    Attributes:
        key: Its name in results.
        group: One of :data:`GROUPS`.
        schemas: FtM schemas of the parties that it is for.
        english, arabic: What a reader is told.
        name: Changes the name; ``None`` where the birth date is changed.
        birth: Changes the birth date.
    """

    key: str
    group: str
    schemas: frozenset[str]
    english: str
    arabic: str
    name: NameChange | None = None
    birth: BirthChange | None = None


GROUPS = {
    "exact": ("As listed", "كما في القائمة"),
    "script": ("Script", "الخط"),
    "school": ("Transliteration", "طرائق الكتابة باللاتينية"),
    "arabic": ("Arabic writing", "الكتابة العربية"),
    "order": ("Order and spacing", "الترتيب والفصل"),
    "parts": ("Parts dropped or added", "أجزاء ناقصة أو زائدة"),
    "slip": ("Slips", "هفوات الكتابة"),
    "disguise": ("Disguise", "التمويه"),
    "body": ("Companies and vessels", "الشركات والسفن"),
    "date": ("Birth date", "تاريخ الميلاد"),
}
"""Groups of alterations, in the order in which they are shown: English, Arabic."""

_PERSON = frozenset({"Person"})
_BODY = frozenset({"Organization", "Company", "LegalEntity", "PublicBody"})
_VESSEL = frozenset({"Vessel"})
_ANY = _PERSON | _BODY | _VESSEL

EXACT = Alteration("exact", "exact", _ANY, "as the list has it", "كما في القائمة")
"""No alteration."""
PUBLISHERS_SCRIPT = Alteration(
    "script_official",
    "script",
    _ANY,
    "the publisher's own Arabic, lists without Arabic script",
    "كتابة الناشر العربية، وقوائم بلا خط عربي",
)
"""The publisher's own Arabic-script name, asked of the lists with everything in that script taken out."""

_NAME_ROWS: tuple[tuple[str, frozenset[str], NameChange, str, str], ...] = (
    ("script", _PERSON, schools.to_arabic_script, "Latin written in Arabic script", "اللاتيني بالخط العربي"),
    ("script", _PERSON, schools.to_latin_script, "Arabic script written in Latin", "العربي بالخط اللاتيني"),
    ("school", _PERSON, schools.english, "English-style spelling", "على الطريقة الإنجليزية"),
    ("school", _PERSON, schools.french, "French-style spelling", "على الطريقة الفرنسية"),
    ("school", _PERSON, schools.turkish, "Turkish spelling", "على الطريقة التركية"),
    ("school", _PERSON, schools.persian, "Persian spelling", "على الطريقة الفارسية"),
    ("school", _PERSON, schools.south_asian, "South Asian spelling", "على طريقة جنوب آسيا"),
    ("school", _PERSON, schools.russian_mediated, "out of Cyrillic", "نقلا عن الكيريلية"),
    ("school", _PERSON, schools.german, "German spelling", "على الطريقة الألمانية"),
    ("arabic", _ANY, arabic_writing.hamza, "hamza left out or added", "همزة ناقصة أو زائدة"),
    ("arabic", _ANY, arabic_writing.ta_marbuta, "ه for ة, or ة for ه", "هاء بدل التاء المربوطة أو العكس"),
    ("arabic", _ANY, arabic_writing.final_ya, "ى for ي, or ي for ى", "ألف مقصورة بدل الياء أو العكس"),
    ("arabic", _ANY, arabic_writing.tatweel, "stretched letters", "تطويل"),
    ("arabic", _ANY, arabic_writing.harakat, "vowel signs", "حركات"),
    ("arabic", _ANY, arabic_writing.foreign_keys, "Persian or Urdu keyboard", "لوحة مفاتيح فارسية أو أردية"),
    ("arabic", _ANY, arabic_writing.compound_spacing, "compound joined or apart", "المركب موصولا أو مفصولا"),
    ("order", _PERSON, forms.last_first, '"LAST, First"', "العائلة أولا بفاصلة"),
    ("order", _PERSON, forms.tokens_swapped, "last part first, no comma", "الجزء الأخير أولا بلا فاصلة"),
    ("order", _ANY, forms.joined, "two words joined", "وصل كلمتين"),
    ("order", _PERSON, forms.joined_whole, "the whole name joined", "وصل الاسم كله"),
    ("order", _ANY, forms.split, "a word broken in two", "كسر كلمة قسمين"),
    ("order", _ANY, forms.separators, "hyphens and apostrophes", "الشرطات والفواصل العليا"),
    ("order", _ANY, forms.punctuated, "punctuation", "علامات الترقيم"),
    ("order", _ANY, forms.capitals, "capitals or small letters", "حروف كبيرة أو صغيرة"),
    ("parts", _PERSON, forms.article_dropped, "article dropped (al-, ال)", "حذف أل التعريف"),
    ("parts", _PERSON, forms.links_dropped, "link dropped (bin, ibn, بن)", "حذف بن وابن"),
    ("parts", _PERSON, forms.link_added, "link added (bin, ben, بن)", "زيادة بن"),
    ("parts", _PERSON, forms.middle_dropped, "a middle part dropped", "حذف جزء من الوسط"),
    ("parts", _PERSON, forms.middle_initial, "a middle part as an initial", "جزء من الوسط حرفا أول"),
    ("parts", _PERSON, forms.given_initial, "the given name as an initial", "الاسم الأول حرفا أول"),
    ("parts", _PERSON, forms.title_added, "title added", "زيادة لقب"),
    ("slip", _ANY, slips.typo_neighbour, "neighbouring key", "مفتاح مجاور"),
    ("slip", _ANY, slips.typo_transposed, "two letters exchanged", "تبديل حرفين"),
    ("slip", _ANY, slips.typo_dropped, "a letter dropped", "سقوط حرف"),
    ("slip", _ANY, slips.typo_inserted, "a letter inserted", "زيادة حرف"),
    ("slip", _ANY, slips.typo_doubled, "a letter doubled", "تكرار حرف"),
    ("slip", _ANY, slips.typo_single, "a doubled letter single", "إفراد حرف مكرر"),
    ("slip", _ANY, slips.two_typos, "two slips in two words", "هفوتان في كلمتين"),
    ("slip", _PERSON, slips.vowel_dropped, "a vowel or h dropped", "سقوط حركة أو هاء"),
    ("slip", _PERSON, slips.vowel_doubled, "a vowel written long", "إطالة حركة"),
    ("slip", _ANY, slips.diacritics, "accents", "علامات النبر"),
    ("slip", _ANY, slips.ocr, "misread print (OCR)", "خطأ قراءة آلية"),
    ("disguise", _ANY, disguises.homoglyphs, "one to three look-alike letters", "حرف إلى ثلاثة من حروف متشابهة الشكل"),
    ("disguise", _ANY, disguises.homoglyphs_throughout, "look-alike letters throughout", "حروف متشابهة الشكل في الاسم كله"),
    ("disguise", _ANY, disguises.invisible, "invisible characters", "محارف خفية"),
    ("disguise", _ANY, disguises.digits_for_letters, "digits that look like letters", "أرقام تشبه الحروف"),
    ("disguise", _PERSON, disguises.arabizi, "Arabic chat digits (3, 5, 7)", "أرقام العربيزي (3 و5 و7)"),
    ("disguise", _ANY, disguises.full_width, "full-width letters", "حروف عريضة"),
    ("disguise", _ANY, disguises.presentation_forms, "Arabic presentation forms", "أشكال العرض العربية"),
    ("body", _BODY, bodies.legal_form_dropped, "legal form dropped", "حذف الشكل القانوني"),
    ("body", _BODY, bodies.legal_form_changed, "legal form changed", "تغيير الشكل القانوني"),
    ("body", _BODY, bodies.legal_form_added, "legal form added", "زيادة الشكل القانوني"),
    ("body", _BODY, bodies.abbreviated, "generic words in short (Intl, Bros)", "اختصار الكلمات العامة"),
    ("body", _BODY, bodies.translated, "a generic word translated", "ترجمة كلمة عامة"),
    ("body", _BODY, bodies.words_swapped, "two words exchanged", "تبديل كلمتين"),
    ("body", _VESSEL, bodies.vessel_prefix, "ship's prefix (M/V)", "سابقة السفينة (M/V)"),
)  # fmt: skip
_BIRTH_ROWS: tuple[tuple[BirthChange, str, str], ...] = (
    (births.as_listed, "as listed", "كما في القائمة"),
    (births.missing, "missing", "غير مذكور"),
    (births.year_only, "year alone", "السنة وحدها"),
    (births.first_of_january, "1 January of the year", "الأول من يناير من السنة"),
    (births.day_and_month_swapped, "day and month exchanged", "تبديل اليوم والشهر"),
    (births.day_shifted, "a day off", "فرق يوم"),
    (births.month_shifted, "a month off", "فرق شهر"),
    (births.year_shifted, "a year off", "فرق سنة"),
    (births.lunar_hijri, "lunar Hijri date", "تاريخ هجري قمري"),
    (births.lunar_hijri_year, "lunar Hijri year", "سنة هجرية قمرية"),
    (births.solar_hijri, "solar Hijri date", "تاريخ هجري شمسي"),
)  # fmt: skip

ALTERATIONS: dict[str, Alteration] = {
    **{
        change.__name__: Alteration(change.__name__, group, schemas, english, arabic, name=change)
        for group, schemas, change, english, arabic in _NAME_ROWS
    },
    **{
        f"birth_{change.__name__}": Alteration(
            f"birth_{change.__name__}", "date", _PERSON, english, arabic, birth=change
        )
        for change, english, arabic in _BIRTH_ROWS
    },
}
"""All alterations by key, in the order in which they are shown."""

SLIGHT = (
    "typo_neighbour",
    "typo_transposed",
    "typo_dropped",
    "typo_doubled",
    "tokens_swapped",
    "vowel_dropped",
    "middle_dropped",
    "hamza",
)
"""Changes of a name that go with a changed birth date, so that the date matters."""


def title(key: str, lang: str = "en") -> str:
    """Return what a reader is told of an alteration.

    Args:
        key: Of :data:`ALTERATIONS`, ``exact`` or ``script_official``.
        lang: ``en`` or ``ar``.
    """
    one = {EXACT.key: EXACT, PUBLISHERS_SCRIPT.key: PUBLISHERS_SCRIPT}.get(key) or ALTERATIONS[key]
    return one.arabic if lang == "ar" else one.english


def altered(name: str, key: str, rng: random.Random) -> str | None:
    """Change a name by one alteration.

    Returns:
        The changed name; ``None`` where there is nothing to change, or nothing would be left.

    Raises:
        KeyError: There is no such alteration.
    """
    change = ALTERATIONS[key].name
    changed = change(name, rng) if change else None
    return changed if changed is not None and changed != name and any(char.isalpha() for char in changed) else None
