"""Small invented lists in their publishers' layouts, written where a test wants them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

_INDIVIDUAL = """
  <INDIVIDUAL>
    <DATAID>{reference}</DATAID>
    <VERSIONNUM>1</VERSIONNUM>
    <FIRST_NAME>{first}</FIRST_NAME>
    <SECOND_NAME>{second}</SECOND_NAME>
    <UN_LIST_TYPE>Invented</UN_LIST_TYPE>
    <REFERENCE_NUMBER>{reference}</REFERENCE_NUMBER>
    <LISTED_ON>2001-01-02</LISTED_ON>
    <COMMENTS1>An invented remark on entry {reference}.</COMMENTS1>
    <NATIONALITY><VALUE>Utopia</VALUE></NATIONALITY>
  </INDIVIDUAL>"""


@pytest.fixture
def un_file(tmp_path: Path) -> Callable[..., Path]:
    """Write a list in the UN's layout: its date, and the name of each entry by reference."""

    def write(published: str, entries: Mapping[str, str], *, name: str = "") -> Path:
        individuals = []
        for reference, full in entries.items():
            first, _, second = full.partition(" ")
            individuals.append(_INDIVIDUAL.format(first=first, second=second, reference=reference))
        path = tmp_path / "publisher" / (name or f"un-{published}-{len(entries)}.xml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<CONSOLIDATED_LIST dateGenerated="{published}T00:00:00.000Z">\n'
            f" <INDIVIDUALS>{''.join(individuals)}\n </INDIVIDUALS>\n <ENTITIES>\n </ENTITIES>\n</CONSOLIDATED_LIST>\n",
            encoding="utf-8",
        )
        return path

    return write
