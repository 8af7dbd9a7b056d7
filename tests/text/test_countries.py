from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from tajfif.text.countries import country_code

COUNTRIES = {
    "sy": ["Syrian Arab Republic", "Syria", "SYRIA", "Syrian", "Syrie", "syrienne", "SY", "sy", "SYR", "760", "سوريا", "سورية", "سوريه",
           "سوري", "السورية", "الجمهورية العربية السورية", "Syrian national", "جنسية سورية", "سوري الجنسية"],
    "iq": ["Iraq", "Iraqi", "IRQ", "Republic of Iraq", "العراق", "عراقي", "عراقية", "جمهورية العراق", "Irak"],
    "eg": ["Egypt", "Egyptian", "EGY", "مصر", "مصري", "مصرية", "جمهورية مصر العربية", "Égyptien"],
    "ps": ["Palestine", "Palestinian", "State of Palestine", "Region: Gaza", "Gaza Strip", "West Bank", "PSE",
           "فلسطين", "فلسطينية", "قطاع غزة"],
    "kp": ["Democratic People's Republic of Korea", "Democratic People’s Republic of Korea", "Korea, North", "North Korea", "DPRK", "PRK"],
    "kr": ["Republic of Korea", "Korea, South", "South Korean", "KOR"],
    "gb": ["United Kingdom of Great Britain and Northern Ireland", "United Kingdom", "UK", "U.K.", "GBR", "British", "بريطاني"],
    "us": ["United States of America", "USA", "U.S.A.", "U.S.", "US", "American", "الولايات المتحدة", "أمريكية"],
    "ir": ["Iran (Islamic Republic of)", "Iran, Islamic Republic of", "Islamic Republic of Iran", "Iranian", "إيران", "إيرانية"],
    "ae": ["UAE", "U.A.E.", "United Arab Emirates", "Emirati", "الإمارات", "إماراتي", "الإمارات العربية المتحدة"],
    "sa": ["Saudi Arabia", "Saudi", "KSA", "السعودية", "سعودي", "المملكة العربية السعودية", "Arabie saoudite"],
    "tr": ["Turkey", "Türkiye", "Turkish", "Turque", "تركيا", "تركية"],
    "ly": ["Libya", "Libyan", "Libyan Arab Jamahiriya", "ليبيا", "ليبي"],
    "xk": ["Kosovo", "Kosovar", "XK", "XKX", "كوسوفو"],
    "mm": ["Burma", "Myanmar", "Burmese"],
    "cd": ["Congo, Democratic Republic of the", "Democratic Republic of the Congo", "D.R. Congo", "DRC"],
    "cg": ["Congo", "Congo, Republic of the", "Republic of the Congo"],
    "ci": ["Côte d'Ivoire", "Cote d’Ivoire", "Cote d Ivoire", "Ivory Coast"],
    "ss": ["South Sudan", "South Sudanese", "جنوب السودان"],
    "sd": ["Sudan", "The Sudan", "Sudanese", "السودان", "سودانية"],
    "ng": ["Nigeria", "Nigerian"],
    "ne": ["Niger", "Nigerien"],
    "ma": ["Morocco", "Moroccan", "Marocaine", "المغرب", "مغربي"],
    "dz": ["Algeria", "Algerian", "Algérienne", "People's Democratic Republic of Algeria", "الجزائر", "جزائري"],
    "mk": ["Macedonia, The Former Yugoslav Republic of", "North Macedonia"],
    "de": ["DE", "Germany", "German", "ألماني", "Allemagne"],
    "la": ["LA", "Lao People's Democratic Republic", "Laos"],
    "om": ["Oman", "Omani", "سلطنة عمان", "عُمان"],
}  # fmt: skip


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in COUNTRIES.items() for text in texts])
def test_countries_nationalities_and_codes(code: str, text: str) -> None:
    assert country_code(text) == code


@pytest.mark.parametrize(
    "text",
    ["", "-", "unknown", "N/A", "Stateless", "Damascus", "nowhere", "and", "Libya (in custody)", "Possibly Ethiopian",
     "Sudan/South Sudan", "citizenship revoked", "republic", "x" * 1_000],
)  # fmt: skip
def test_what_is_no_country_alone_has_no_code(text: str) -> None:
    assert country_code(text) == ""


@pytest.mark.parametrize("language", ["en", "ar", "fr"])
def test_every_country_of_the_cldr_is_known(language: str) -> None:
    names = {code: name for code, name in Locale(language).territories.items() if re.fullmatch("[A-Z]{2}", code)}
    missed = [
        code for code, name in names.items() if not country_code(name) and code not in {"ZZ", "EU", "UN", "EZ", "QO"}
    ]
    assert set(missed) <= {"AC", "CP", "CQ", "DG", "EA", "IC", "TA", "XA", "XB"}
    assert country_code(names["SY"]) == "sy"


@given(st.text(max_size=80))
def test_an_answer_is_a_code_or_nothing(text: str) -> None:
    assert re.fullmatch("([a-z]{2})?", country_code(text))


@pytest.mark.shared
def test_the_nationalities_of_the_un_list_are_known(shared: Path) -> None:
    root = ET.parse(shared / "lists" / "un" / "UN_consolidated_2025-04-19.xml").getroot()  # noqa: S314  (a trusted file)
    stated = [
        value.text.strip() for value in root.iterfind(".//NATIONALITY/VALUE") if value.text and value.text.strip()
    ]
    unknown = [text for text in stated if not country_code(text)]
    assert len(stated) > 500
    assert len(unknown) < len(stated) / 100, unknown
