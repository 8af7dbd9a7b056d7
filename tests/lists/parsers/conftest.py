"""What the tests of regional lists share: workbooks written cell by cell, and names screened from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest

from tajfif.cli import main

Cells = Sequence[Sequence[object]]


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[[str, Mapping[str, Cells]], Path]:
    """Write a workbook: sheets by name, rows of cells."""

    def write(name: str, sheets: Mapping[str, Cells]) -> Path:
        book = openpyxl.Workbook()
        assert book.active is not None
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        book.save(path)
        return path

    return write


@pytest.fixture
def found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[list[str]]]:
    """Load a list from the command line and return, for each name screened against it, the ids of the entities found."""

    def run(source: str, path: Path, *names: str) -> list[list[str]]:
        home = str(tmp_path / "home")
        assert main(["--home", home, "lists", "load", "--source", source, str(path)]) == 0
        capsys.readouterr()
        answers = []
        for name in names:
            code = main(["--home", home, "screen", "--list", source, "--name", name, "--format", "jsonl"])
            (answer,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
            hits = [hit["entity_id"] for hit in answer["hits"]]
            assert code == (1 if hits else 0)
            answers.append(hits)
        return answers

    return run
