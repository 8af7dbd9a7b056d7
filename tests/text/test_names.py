from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajfif.text.names import ABD, ABU, ALLAH, DIN, LEGAL, NUMBER, TITLE, UMM, WORD, parse_name, split_aliases


def cores(name: str, *, person: bool = True) -> list[tuple[str, int]]:
    return [(part.core, part.kind) for part in parse_name(name, person=person).parts]


@pytest.mark.parametrize(
    ("spellings", "core", "kind"),
    [
        (["عبدالستار", "عبد الستار", "عبدالسّتار"], "ستار", ABD),
        (["Abd as-Sattar", "Abdus Sattar", "Abdussattar", "Abd-al-Sattar", "Abdul Sattar"], "sattar", ABD),
        (["Abderrazak", "Abder Razak", "Abd ar-Razak"], "razak", ABD),
        (["Abdullah", "Abdallah", "Abd Allah", "Abdoullah", "Abdellah", "Abdulla"], "allah", ABD),
        (["عبدالله", "عبد الله"], "اله", ABD),
        (["نصرالله", "نصر الله"], "نصر", ALLAH),
        (["Nasrallah", "Nasr Allah", "Nasrullah"], "nasr", ALLAH),
        (["صلاح الدين", "صلاحالدين"], "صلاح", DIN),
        (["Salah al-Din", "Salaheddine", "Salah ud Din", "Salahuddin", "Salah ad-Din"], "salah", DIN),
        (["Abu Bakr", "Abou Bakr", "Abo Bakr"], "bakr", ABU),
        (["أبو بكر", "ابو بكر", "أبي بكر"], "بكر", ABU),
        (["Umm Zayd", "Oum Zayd"], "zayd", UMM),
    ],
)
def test_a_compound_is_one_part_however_it_is_written(spellings: list[str], core: str, kind: int) -> None:
    for spelling in spellings:
        assert cores(spelling) == [(core, kind)], spelling


def test_links_and_articles_are_not_parts() -> None:
    parts = parse_name("Zayd bin Amr ould Harith al-Misali").parts
    assert [part.core for part in parts] == ["zayd", "amr", "harith", "misali"]
    assert [part.linked for part in parts] == [False, True, True, False]
    assert parts[-1].article
    assert cores("زيد بن عمرو بن حارث المثالي") == [("زيد", WORD), ("عمرو", WORD), ("حارث", WORD), ("مثالي", WORD)]


def test_a_comma_turns_the_name_round() -> None:
    turned = parse_name("EXAMPLESSON, Testov")
    assert turned.reordered
    assert [part.core for part in turned.parts] == ["testov", "examplesson"]


def test_titles_before_a_name_are_set_aside_and_after_it_weigh_little() -> None:
    assert cores("Dr. Hajji Zayd Harith") == [("zayd", WORD), ("harith", WORD)]
    assert parse_name("الشيخ زيد").titles == ("الشيخ",)
    assert cores("Zayd Akhund") == [("zayd", WORD), ("akhund", TITLE)]
    assert cores("Sheikh") == [("sheikh", WORD)]


def test_a_daughter_is_known_by_the_link() -> None:
    assert parse_name("Zaynab bint Harith").feminine
    assert not parse_name("Zayd bin Harith").feminine


@pytest.mark.parametrize(
    ("written", "core"), [("7asan", "hasan"), ("Mo7ammad", "mohammad"), ("3ali", "ali"), ("5aled", "khaled")]
)
def test_arabizi_digits_are_read(written: str, core: str) -> None:
    assert cores(written) == [(core, WORD)]


def test_organisations_are_read_by_the_meaning_of_their_words() -> None:
    assert cores("Bank of Examplia Ltd.", person=False)[0] == ("bank", LEGAL)
    assert cores("مصرف", person=False) == cores("Banque", person=False)
    assert cores("شركة المثال للصرافة ذ.م.م", person=False) == [
        ("~limited", LEGAL),
        ("مثال", 9),
        ("exchange", LEGAL),
        ("~limited", LEGAL),
    ]
    assert cores("M/V SEA EXAMPLE III", person=False)[-1] == ("3", NUMBER)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Zayd Harith a.k.a. Abu Misal", ("Zayd Harith", "Abu Misal")),
        ("زيد حارث الملقب بأبو مثال", ("زيد حارث", "أبو مثال")),
        ("زيد حارث المعروف بـ المثالي", ("زيد حارث", "المثالي")),
        ('Zayd "the Example" Harith', ("Zayd Harith", "the Example")),
        ("Zayd Harith", ("Zayd Harith",)),
    ],
)
def test_aliases_glued_into_a_name_are_split_off(text: str, names: tuple[str, ...]) -> None:
    assert split_aliases(text) == names


@given(st.text(max_size=80), st.booleans())
def test_no_text_breaks_the_parser(text: str, person: bool) -> None:
    for part in parse_name(text, person=person).parts:
        assert part.core
    assert split_aliases(text)
