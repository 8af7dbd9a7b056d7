"""The typologies of the package, and files of the user: what may stand in them, and that the docs say what is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tajfif.errors import InputError
from tajfif.tracing.patterns import DEFAULTS, SHAPES, ShapeParameters
from tajfif.tracing.typologies import NEEDS, load_typologies, read_parameters, settle
from tajfif.tracing.typology_text import fill

TYPOLOGIES, MEANINGS = load_typologies()
INDICATORS = {
    "structuring", "deposits_then_wire", "funnel_abroad", "pass_through", "dormant_burst", "unrelated_donors",
    "risk_corridor", "cash_abroad", "value_transfer_hub", "shared_contacts", "loan_then_travel", "wallet_drain", "exposure",
    "stopped_or_woken", "owned_by_designated",
}  # fmt: skip

OWN = """
[[typology]]
name = "own"
title = "Mine"
source = "Own cases."
because = ["{n} of them."]
parameters = {least = 3}
sql = "SELECT list(row) AS rows, count(*) AS n FROM transactions HAVING count(*) >= $least"
"""


def test_eight_shapes_and_the_indicators_are_there() -> None:
    assert set(TYPOLOGIES) == {*SHAPES, *INDICATORS}


@pytest.mark.parametrize("name", TYPOLOGIES)
def test_definition_is_complete_in_both_languages(name: str) -> None:
    each = TYPOLOGIES[name]
    for field in ("title", "source", "blind_spots"):
        assert len(getattr(each, field)) > 3
        assert not getattr(each, f"{field}_ar").isascii()
    assert len(each.because) == len(each.because_ar)
    assert len(each.unfire) == len(each.unfire_ar) == 1
    assert set(each.parameters) <= set(MEANINGS)
    assert set(each.needs) <= set(NEEDS)


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_have_the_same_defaults_everywhere(shape: str) -> None:
    assert msgspec.convert(TYPOLOGIES[shape].parameters, ShapeParameters, strict=False) == DEFAULTS[shape]


def said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {each}" for key, each in value.items()) or "–"
    if isinstance(value, list):
        return ", ".join(value) or "–"
    return f"{value:g}" if isinstance(value, float) else str(value)


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("name", TYPOLOGIES)
def test_docs_say_what_is_defined(repository: Path, name: str, lang: str) -> None:
    suffix = ".ar" if lang == "ar" else ""
    text = (repository / "docs" / f"typologies{suffix}.md").read_text(encoding="utf-8")
    each = TYPOLOGIES[name]
    ending = "_ar" if lang == "ar" else ""
    section = text.partition(f"### {getattr(each, f'title{ending}')} · `{name}`\n")[2].partition("\n###")[0]
    assert getattr(each, f"source{ending}") in section
    assert getattr(each, f"blind_spots{ending}") in section
    for parameter, default in each.parameters.items():
        row = next(line for line in section.splitlines() if line.startswith(f"| `{parameter}` | {said(default)} |"))
        assert getattr(MEANINGS[parameter], f"help{ending}") in row


def test_a_file_of_the_user_adds_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN + OWN.replace('"own"', '"fan_in"'), encoding="utf-8")
    known, _ = load_typologies([path])
    assert known["own"].how == "sql"
    assert known["fan_in"].title == "Mine"
    assert known["fan_out"] == TYPOLOGIES["fan_out"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('name = "own"', 'name = "Own one"'), "lower-case"),
        (("sql = ", 'shape = "fan_in"\nsql = '), "exactly one"),
        (("sql = ", 'shape = "spiral"\nother = '), "unknown field"),
        (('because = ["{n} of them."]', "because = []"), "because"),
        (("{least = 3}", "{least = [1]}"), "least"),
        (("{least = 3}", "{accounts = 3}"), "accounts"),
        (('title = "Mine"', 'title = "Mine"\nneeds = ["luck"]'), "luck"),
        (("[[typology]]", "[[typology"), "no file of typologies"),
    ],
)
def test_a_definition_that_could_not_work_is_refused(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace(*change), encoding="utf-8")
    with pytest.raises(InputError, match=message) as raised:
        load_typologies([path])
    assert str(path) in str(raised.value)


def test_parameters_are_read_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "parameters.toml"
    path.write_text(
        "[fan_in]\nleast = 9\n[structuring.thresholds]\nKWD = 3000\n[stopped_or_woken.events]\nraid = 2025-03-14\n",
        encoding="utf-8",
    )
    read = read_parameters(path, TYPOLOGIES)
    assert read["fan_in"]["least"] == 9
    assert read["fan_in"]["window_hours"] == TYPOLOGIES["fan_in"].parameters["window_hours"]
    assert read["structuring"]["thresholds"] == {"KWD": 3000}
    assert read["stopped_or_woken"]["events"] == {"raid": "2025-03-14"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[fan_in]\nmost_of_all = 3", "most_of_all"),
        ("[no_such]\nleast = 3", "no_such"),
        ('[fan_in]\nleast = "three"', "kind"),
        ("[fan_in", "no TOML"),
    ],
)
def test_wrong_parameters_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "parameters.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_parameters(path, TYPOLOGIES)


def test_a_long_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.toml"
    path.write_text("#" * 1_000_001, encoding="utf-8")
    with pytest.raises(InputError, match="longer"):
        load_typologies([path])


def test_settled_parameters_keep_their_defaults() -> None:
    assert settle(TYPOLOGIES["cycle"], {"least": 4})["most"] == TYPOLOGIES["cycle"].parameters["most"]


def test_sentences_are_filled() -> None:
    values = {"n": 12345.0, "share": 0.256, "span": 71.0, "soon": 0.5, "kind": "phone"}
    texts = ("{n:n} · {share:p} · {span:h} · {soon:h} · {kind}",)
    assert fill(texts, values) == ("12,345 · 26 % · 3 days · 30 minutes · phone",)
    with pytest.raises(InputError, match="missing"):
        fill(("{missing}",), values)


def test_sentences_run_nothing() -> None:
    assert fill(("{n.__class__} {n!r} {0}",), {"n": 1}) == ("{n.__class__} {n!r} {0}",)
