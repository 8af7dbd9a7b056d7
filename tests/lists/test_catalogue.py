from __future__ import annotations

import pytest

from tajfif.errors import UsageError
from tajfif.lists.catalogue import SOURCES, Source, parser_of, source


def test_the_known_sources() -> None:
    assert {"un_sc", "us_ofac", "us_ofac_cons", "uk_ofsi", "own"} <= set(SOURCES)
    assert all(key == each.key for key, each in SOURCES.items())


@pytest.mark.parametrize("each", SOURCES.values(), ids=list(SOURCES))
def test_each_source_says_what_a_reader_needs(each: Source) -> None:
    assert each.title
    assert any("\u0600" <= letter <= "\u06ff" for letter in each.title_ar)
    assert each.max_age_days > 0
    assert each.freeze
    for address in (*each.addresses, *([each.page] if each.page else [])):
        assert address.startswith("https://")
    assert each.address == (each.addresses[0] if each.addresses else "")


@pytest.mark.parametrize("each", SOURCES.values(), ids=list(SOURCES))
def test_each_source_has_a_parser(each: Source) -> None:
    parser = parser_of(each)
    assert callable(parser.collect)
    assert callable(parser.parse)


def test_the_catalogue_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        SOURCES["mine"] = SOURCES["own"]  # type: ignore[index]


def test_an_unknown_source_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"'un_cs'(.|\n)*un_sc, us_ofac, us_ofac_cons, (.|\n)*own"):
        source("un_cs")
