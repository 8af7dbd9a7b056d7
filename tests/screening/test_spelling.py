from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajfif.screening.kernels import EXCHANGED, joint_probability, marginal_probability
from tajfif.screening.spelling import spelling_model, tables_digest
from tajfif.text.graphemes import SYMBOLS, UNIT_TABLES, UNITS, encode, skeletons
from tajfif.text.names import WORD

LATIN = st.text("abdehiklmnrsuy", min_size=1, max_size=6)
ARABIC = st.text("ابتحدرسعقلمني", min_size=1, max_size=5)


def slow_joint(x: str, y: str, table: np.ndarray) -> float:
    """The same sum by plain recursion over all ways of cutting both strings."""
    unit = {text: number for number, text in enumerate(UNITS)}
    left, right = "^" + x + "$", "^" + y + "$"

    def rest(i: int, j: int) -> float:
        if i == len(left) and j == len(right):
            return 1.0
        total = 0.0
        for a in range(4):
            for b in range(4):
                u, v = left[i : i + a], right[j : j + b]
                if a + b and len(u) == a and len(v) == b and (not u or u in unit) and (not v or v in unit):
                    p = float(table[unit[u] if u else 0, unit[v] if v else 0])
                    if p:
                        total += p * rest(i + a, j + b)
        if (
            i + 1 < len(left)
            and j + 1 < len(right)
            and left[i] == right[j + 1]
            and left[i + 1] == right[j]
            and left[i] != right[j]
        ):
            total += (
                EXCHANGED
                * float(table[unit[left[i]], unit[left[i]]] * table[unit[right[j]], unit[right[j]]])
                * rest(i + 2, j + 2)
            )
        return total

    return rest(0, 0)


@pytest.mark.parametrize(("x", "y"), [("ali", "aly"), ("umar", "omr"), ("li", "il"), ("ad", "ed")])
def test_the_kernel_equals_plain_recursion(x: str, y: str) -> None:
    model = spelling_model()
    fast = joint_probability(encode(x), encode(y), model.latin_latin, *UNIT_TABLES)
    assert fast == pytest.approx(slow_joint(x, y, model.latin_latin), rel=1e-6)


def test_the_kernel_equals_plain_recursion_across_scripts() -> None:
    model = spelling_model()
    fast = joint_probability(encode("علي"), encode("ali"), model.arabic_latin, *UNIT_TABLES)
    assert fast == pytest.approx(slow_joint("علي", "ali", model.arabic_latin), rel=1e-6)


def test_tables_are_probabilities() -> None:
    model = spelling_model()
    for table in (model.arabic_latin, model.latin_latin, model.arabic_arabic):
        assert table.min() >= 0
        assert table.sum() == pytest.approx(1.0, abs=1e-3)
    assert len(tables_digest()) == 64
    single = model.latin_latin.sum(axis=1, dtype=np.float64)
    inserted, single[0] = float(single[0]), 0.0
    assert 0 < marginal_probability(encode("ali"), single, inserted, *UNIT_TABLES) < 1


@given(st.one_of(LATIN, ARABIC), st.one_of(LATIN, ARABIC))
def test_weights_are_symmetric_and_finite(a: str, b: str) -> None:
    model = spelling_model()
    x, y = model.token(WORD, a), model.token(WORD, b)
    assert model.weight(x, y) == pytest.approx(model.weight(y, x), abs=1e-4)
    assert math.isfinite(model.weight(x, y))


@pytest.mark.parametrize(
    ("near", "far"),
    [
        (("zawahiri", "zaouahiri"), ("zawahiri", "zubayri")),
        (("ظواهري", "zawahiri"), ("ظواهري", "zubayri")),
        (("hekmatyar", "hikmatyar"), ("hekmatyar", "hamidzai")),
    ],
)
def test_spellings_of_one_name_weigh_more_than_another_name(near: tuple[str, str], far: tuple[str, str]) -> None:
    model = spelling_model()

    def weigh(pair: tuple[str, str]) -> float:
        return model.weight(model.token(WORD, pair[0]), model.token(WORD, pair[1]))

    assert weigh(near) > 2.5 > weigh(far)


def test_the_lexicon_knows_spellings_and_tells_names_apart() -> None:
    model = spelling_model()

    def known(a: str, b: str) -> float:
        ratio, rarity = model.known(model.token(WORD, a), model.token(WORD, b)) or (math.nan, 0.0)
        assert ratio <= rarity or math.isnan(ratio)
        return ratio

    assert known("youcef", "yusuf") > 3
    assert known("محمد", "mohamed") > 2
    assert known("salim", "salman") == -math.inf
    assert math.isnan(known("qqqq", "yusuf"))
    assert "yusuf" in model.known_spellings(WORD, "يوسف")


@pytest.mark.parametrize(
    ("arabic", "latin"),
    [
        ("ظواهري", "zawahiri"),
        ("محمد", "muhammad"),
        ("شريف", "cherif"),
        ("شريف", "sharif"),
        ("جمال", "gamal"),
        ("جمال", "djamel"),
        ("قادر", "kader"),
        ("خالد", "khaled"),
        ("عثمان", "osman"),
        ("عثمان", "uthman"),
    ],
)
def test_both_scripts_share_a_skeleton(arabic: str, latin: str) -> None:
    assert set(skeletons(arabic)) & set(skeletons(latin))


@given(st.text("".join(SYMBOLS[1:]), min_size=1, max_size=12))
def test_every_core_has_a_skeleton(core: str) -> None:
    assert 1 <= len(skeletons(core)) <= 4
    assert all(skeletons(core))
