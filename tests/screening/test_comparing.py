from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tajfif
from tajfif.errors import InputError
from tajfif.model import BirthDate, Entity, Identifier, Name, Subject
from tajfif.screening import compare, compare_names

SAME = [
    ("أيمن الظواهري", "Ayman al-Zawahiri"),
    ("Aymen Ezzaouahiri", "Ayman al-Zawahiri"),
    ("عبدالستار الجبوري", "Abdus Sattar al-Juburi"),
    ("Salaheddine Chérif", "صلاح الدين شريف"),
    ("Youcef Djamel", "Yusuf Jamal"),
    ("Muhammad Hasan al-Basri", "Muhammad al-Basri"),
    ("BASRI, Muhammad", "Muhammad al-Basri"),
    ("أحمد مصطفى", "احمد مصطفي"),
    ("Mo7ammad 7asan", "Muhammad Hasan"),
    ("Abou Bakr Zoubeir", "Abu Bakr Zubayr"),
    ("Sergei Petrow", "Sergey Petrov"),
    ("Сергей Петров", "Sergey Petrov"),
]
OTHER = [
    ("Hasan Ali Mahmoud", "Husayn Ali Mahmoud"),
    ("Salim Yasin", "Salman Yasin"),
    ("Umar Khattab", "Amr Khattab"),
    ("Abd al-Jabbar Yusuf", "Abd as-Sattar Yusuf"),
    ("Karima Nasser", "Karim Nasser"),
    ("أمير حسن", "أميرة حسن"),
    ("Khalid Zawahiri", "Ayman Zawahiri"),
    ("Muhammad Faruq Hasan", "Muhammad Said Hasan"),
    ("خالد الجبوري", "خالد الدليمي"),
    ("John Smith", "Fatima Hasan"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_spellings_of_one_name_are_found(a: str, b: str) -> None:
    assert compare_names(a, b).score > 0.5


@pytest.mark.parametrize(("a", "b"), OTHER)
def test_near_names_of_others_are_not(a: str, b: str) -> None:
    assert compare_names(a, b).score < 0.5


@pytest.mark.parametrize(("a", "b"), [*SAME, *OTHER])
def test_the_explanation_is_the_sum(a: str, b: str) -> None:
    found = compare_names(a, b)
    assert found.explanation
    assert compare_names(a, b, lang="ar").explanation != found.explanation
    assert {part.relation for part in found.alignment} <= {
        "exact", "folded", "spelling", "transliteration", "variant", "initial", "dropped", "contradicts", "other_order"
    }  # fmt: skip
    total = sum([step.weight for step in found.alignment] + [term.weight for term in found.terms])
    assert found.score == pytest.approx(1 / (1 + math.exp(-total)), abs=0.002)
    shown = " ".join(part.query for part in found.alignment)
    assert all(
        word in shown for word in a.replace(",", " ").replace("-", " ").split() if word.lower() not in {"al", "bin"}
    )


def test_organisations() -> None:
    same = [
        ("شركة المثال للصرافة ذ.م.م", "Al-Mithal Exchange LLC"),
        ("Examplia Trading Co. Ltd", "EXAMPLIA TRADING COMPANY LIMITED"),
        ("بنك المثال", "Bank of Mithal"),
    ]
    other = [("Examplia France SARL", "Examplia Germany GmbH"), ("SEA EXAMPLE 2", "SEA EXAMPLE 3")]
    for a, b in same:
        assert compare_names(a, b, schema="Company").score > 0.5, (a, b)
    for a, b in other:
        assert compare_names(a, b, schema="Company").score < 0.5, (a, b)


def test_evasion_is_flagged() -> None:
    assert "homoglyph" in compare_names("Аyman Zawahiri", "Ayman Zawahiri").flags
    assert "digit_for_letter" in compare_names("Kh4lid Basri", "Khalid Basri").flags


@pytest.mark.parametrize("name", ["", "   ", "!!!", "x" * 1_000_000])
def test_what_is_no_name_is_refused_at_once(name: str) -> None:
    with pytest.raises(InputError):
        compare_names(name, "Ayman")


names = st.one_of(
    st.text(max_size=60),
    st.sampled_from([a for pair in SAME + OTHER for a in pair]),
    st.lists(st.sampled_from("abu bin abd al محمد عبد ال الله sheikh , ( ) a.k.a. ' - 3 7".split()), max_size=8).map(
        " ".join
    ),
)


@settings(deadline=None)
@given(names, names, st.sampled_from(["Person", "Company", "Vessel"]))
def test_no_names_break_the_comparison(a: str, b: str, schema: str) -> None:
    try:
        found = compare_names(a, b, schema)
    except InputError:
        return
    assert 0.0 <= found.score <= 1.0


@given(st.sampled_from([a for pair in SAME + OTHER for a in pair]))
def test_a_name_is_itself(name: str) -> None:
    assert compare_names(name, name).score > 0.5


def test_records_weigh_with_names() -> None:
    listed = Entity(
        id="x", schema="Person", names=(Name(value="Zayd Harith Misali"), Name(value="Abu Misal", quality="weak")),
        birth_dates=(BirthDate(start="1956-03-15"),), identifiers=(Identifier(kind="passportNumber", value="A123456"),),
    )  # fmt: skip
    bare = compare(Subject(schema="Person", names=(Name(value="Zayd Misali"),)), listed)
    agreeing = compare(
        Subject(schema="Person", names=(Name(value="Zayd Misali"),), birth_dates=(BirthDate(start="1956-03-15"),)),
        listed,
    )
    against = compare(
        Subject(schema="Person", names=(Name(value="Zayd Misali"),), birth_dates=(BirthDate(start="1990-03-15"),)),
        listed,
    )
    assert against.score < bare.score < agreeing.score
    assert compare(Subject(schema="Vessel", names=(Name(value="Zayd Misali"),)), listed).score == 0.0
    with pytest.raises(InputError):
        compare(Subject(schema="Person"), listed)


def test_the_public_names_are_where_the_docs_say() -> None:
    assert tajfif.compare_names("Zayd", "Zayd").score > 0.4
    assert set(tajfif.__all__) == {"Screener", "compare", "compare_names"}
    with pytest.raises(AttributeError):
        _ = tajfif.nothing
