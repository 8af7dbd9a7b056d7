"""Regional lists that arrive cut off or changed: read whole, or refused with the file named, and never otherwise."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tajfif.errors import ListFormatError
from tajfif.lists.catalogue import SOURCES, parser_of
from tests.lists.parsers import (
    test_ae_local,
    test_eg_mlcu,
    test_ftm,
    test_il_nbctf,
    test_iq_aml,
    test_jo_amlu,
    test_qa_nctc,
    test_sa_pcct,
    test_tn_cnlct,
    test_tr_masak,
)

Write = Callable[..., Path]


def _files(workbook: Write, folder: Path) -> dict[str, Path]:
    """Write one good file of each source."""
    text = {
        "qa.json": '{"content": [' + json.dumps(test_qa_nctc.PERSON) + "]}", "il.csv": test_il_nbctf.TABLE,
        "il.json": test_il_nbctf.page(test_il_nbctf.OPERATIVE), "ftm.json": test_ftm.lines(test_ftm.FLAT),
        "ftm.csv": test_ftm.SIMPLE, "statements.csv": test_ftm.table(test_ftm.STATEMENTS), "tr.csv": test_tr_masak.SEVEN,
    }  # fmt: skip
    for name, content in text.items():
        (folder / name).write_text(content, encoding="utf-8")
    return {
        "iq_aml": test_iq_aml.write(folder, test_iq_aml.page(test_iq_aml.ENTRIES)),
        "ae_local": workbook("ae.xlsx", test_ae_local.SHEETS),
        "sa_pcct": workbook("slistEN.xlsx", test_sa_pcct.ENGLISH),
        "eg_mlcu": workbook("eg.xlsx", test_eg_mlcu.SHEETS),
        "jo_amlu": workbook("jo.xlsx", test_jo_amlu.SHEETS),
        "tn_cnlct": test_tn_cnlct.french(workbook),
        "tr_masak": folder / "tr.csv", "qa_nctc": folder / "qa.json", "il_nbctf": folder / "il.json",
        "il_nbctf (orders)": folder / "il.csv", "ftm": folder / "ftm.json", "ftm (simple)": folder / "ftm.csv",
        "ftm (statements)": folder / "statements.csv",
    }  # fmt: skip


def _read(key: str, path: Path) -> int:
    """Return the number of entries, or zero where the file is refused with its name."""
    source = key.partition(" ")[0]
    parser = parser_of(SOURCES[source])
    refused: ListFormatError | None = None
    try:
        return len(parser.parse(parser.collect(path, source=source).files, source=source).entities)
    except ListFormatError as error:
        refused = error
    assert path.name in str(refused)
    assert refused.hint
    return 0


def _damaged(content: bytes, dice: random.Random) -> bytes:
    kind = dice.randrange(4)
    place = dice.randrange(len(content))
    if kind == 0:
        return content[:place]
    if kind == 1:
        return content[:place] + bytes([dice.randrange(256)]) + content[place + 1 :]
    if kind == 2:
        return content[:place] + content[place + dice.randrange(1, 40) :]
    return content[:place] + content[place : place + 30] * 3 + content[place:]


def test_damaged_files_are_read_or_refused(workbook: Write, tmp_path: Path) -> None:
    dice = random.Random(20310517)  # noqa: S311
    for key, path in _files(workbook, tmp_path).items():
        content = path.read_bytes()
        assert _read(key, path) > 0, key
        for _ in range(40):
            path.write_bytes(_damaged(content, dice))
            _read(key, path)


@pytest.mark.parametrize(
    "content",
    [b"", b" \n", b"%PDF-1.7 \x00", b"PK\x03\x04", b"<!DOCTYPE html><html>", b"\xff\xfe\x00\x01" * 9, b"null", b"[]"],
)
def test_other_files_are_refused_by_every_source(workbook: Write, tmp_path: Path, content: bytes) -> None:
    for key, path in _files(workbook, tmp_path).items():
        path.write_bytes(content)
        assert _read(key, path) == 0, key
