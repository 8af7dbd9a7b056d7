"""What every command owes: exit codes, messages without a traceback, output that cannot drive a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajfif.cli import main
from tajfif.cli.output import chosen_format, isolated, shown
from tajfif.lists.store import ListStore


def broken(*_: object, **__: object) -> None:
    raise ZeroDivisionError("an invented fault")


def test_an_unexpected_fault_is_a_short_message_with_details_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ListStore, "versions", broken)
    assert main(["--home", str(tmp_path), "lists", "versions"]) == 4
    out, messages = capsys.readouterr()
    assert out == ""
    assert "ZeroDivisionError: an invented fault" in messages
    assert "Traceback" not in messages
    (details,) = (tmp_path / "errors").iterdir()
    assert str(details) in messages
    assert "Traceback" in details.read_text(encoding="utf-8")


def test_a_fault_is_shown_whole_on_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ListStore, "versions", broken)
    monkeypatch.setenv("TAJFIF_DEBUG", "1")
    assert main(["--home", str(tmp_path), "lists", "versions"]) == 4
    assert "Traceback" in capsys.readouterr().err
    assert not (tmp_path / "errors").exists()


def test_an_interruption_is_130(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ListStore, "versions", interrupted)
    assert main(["--home", str(tmp_path), "lists", "versions"]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_the_workspace_is_the_option_before_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("id,name\na1,Inventus Nemo\n", encoding="utf-8")
    monkeypatch.setenv("TAJFIF_HOME", str(tmp_path / "environment"))
    assert main(["lists", "load", "--source", "own", str(path)]) == 0
    assert (tmp_path / "environment" / "lists").is_dir()
    assert main(["--home", str(tmp_path / "option"), "lists", "load", "--source", "own", str(path)]) == 0
    assert (tmp_path / "option" / "lists").is_dir()
    capsys.readouterr()


@pytest.mark.skipif(os.name == "nt", reason="closed pipes are an error of another kind there")
def test_a_reader_that_goes_away_is_no_fault_and_no_finding(tmp_path: Path) -> None:
    program = (
        "import os, sys; reader, writer = os.pipe(); os.close(reader); os.dup2(writer, 1);"
        "from tajfif.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    words = ["--home", str(tmp_path), "lists", "sources"]
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (141, "")


def test_names_are_written_in_utf8_whatever_the_locale_says(tmp_path: Path) -> None:
    program = "import sys; from tajfif.cli import main; sys.exit(main(sys.argv[1:]))"
    words = ["--home", str(tmp_path), "lists", "sources"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert "مجلس الأمن" in done.stdout.decode("utf-8")


def test_starting_imports_nothing_heavy() -> None:
    program = (
        "import sys, tajfif.cli; print([m for m in ('numba', 'numpy', 'pyarrow', 'lxml', 'babel') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_format_is_json_lines_where_nobody_looks() -> None:
    assert chosen_format(None) == "jsonl"
    assert chosen_format("table") == "table"


def test_arabic_is_isolated_and_latin_is_left_alone() -> None:
    assert isolated("Inventus Nemo") == "Inventus Nemo"
    assert isolated("اسم مختلق") == "\u2067اسم مختلق\u2069"
    assert isolated("Nemo (اسم)") == "\u2066Nemo (اسم)\u2069"
    assert isolated("1. اسم") == "\u20671. اسم\u2069"


@given(st.text())
def test_no_text_can_drive_a_terminal(text: str) -> None:
    assert not set(shown(text)) & {chr(code) for code in (*range(32), *range(0x7F, 0xA0), *range(0x202A, 0x202F))}
    shown(text).encode("utf-8")
    inside = isolated(text).strip("\u2066\u2067\u2069")
    assert not any(0x2066 <= ord(letter) <= 0x2069 for letter in inside)
