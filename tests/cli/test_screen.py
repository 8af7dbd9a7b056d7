"""``tajfif screen`` with lists of one invented party, so that only the command itself is tested."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from tajfif.cli import main
from tajfif.config import Settings
from tajfif.errors import ListMissingError
from tajfif.model import AlignedPart, Engine, Evidence, Hit, ListVersion, ScreeningResult, Subject

LISTED = ("زيد المثالي", "Zayd al-Mithali")


class OneParty:
    """Stands for the lists: whoever is called Zayd al-Mithali is listed."""

    def __init__(self, settings: Settings, sources: Sequence[str] | None) -> None:
        self.settings = settings
        self.sources = sources
        self.notices = ("the bundled list of 2020-01-01 serves",)
        self.lists = (ListVersion(source="xx_invented", published="2020-01-01", sha256="ab" * 32, entries=1),)
        self.engine = Engine(version="0", config=settings.digest)

    def screen_many(
        self, subjects: Iterable[Subject], *, lang: str = "en", workers: int = 1
    ) -> Iterator[ScreeningResult]:
        for subject in subjects:
            hits = tuple(
                self._hit(subject, lang) for _ in range(1) if subject.name in LISTED and self.settings.threshold < 0.95
            )
            yield ScreeningResult(
                subject=subject, status="alert" if hits else "clear", hits=hits, lists=self.lists, engine=self.engine
            )

    def _hit(self, subject: Subject, lang: str) -> Hit:
        born = subject.birth_dates[0].start if subject.birth_dates else ""
        verdict = "missing" if not born else "agrees" if born == "1970-02-03" else "contradicts"
        return Hit(
            entity_id="xx_invented:M.1",
            schema="Person",
            caption="زيد المثالي",
            source="xx_invented",
            reference="M.1",
            list_version="2020-01-01/abababababab",
            score=0.95,
            name_matched=LISTED[0],
            query_name=subject.name,
            alignment=(
                AlignedPart(
                    query=subject.name.split()[0], listed="زيد", relation="transliteration", role="given", weight=3.25
                ),
                AlignedPart(query="", listed="المثالي", relation="contradicts", role="nisba", weight=-2.0),
            ),
            evidence=(Evidence(property="birthDate", verdict=verdict, weight=1.5, query=born, listed="1970-02-03"),),  # type: ignore[arg-type]
            flags=("homoglyph",),
            explanation="لأن Zayd هو زيد." if lang == "ar" else "Because Zayd is زيد المثالي.",
        )


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[OneParty]:
    screeners: list[OneParty] = []

    def open_lists(
        home: Any = None,
        *,
        settings: Settings,
        sources: Sequence[str] | None = None,
        as_of: str = "",
        known_at: str = "",
    ) -> OneParty:
        if sources and "nowhere" in sources:
            raise ListMissingError("no list 'nowhere' is loaded")
        screeners.append(OneParty(settings, sources))
        return screeners[-1]

    monkeypatch.setattr("tajfif.screening.screener.Screener.open", open_lists)
    return screeners


@pytest.fixture
def customers(tmp_path: Path) -> Path:
    path = tmp_path / "customers.csv"
    path.write_text("id,الاسم,dob,shoe size\n1,زيد المثالي,1970-02-03,43\n2,Harith al-Mithali,,\n", encoding="utf-8")
    return path


pytestmark = pytest.mark.usefixtures("opened")


def test_one_name_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(
        [
            "screen",
            "--name",
            "Zayd al-Mithali",
            "--birth-date",
            "1970-02-03",
            "--nationality",
            "iq",
            "--format",
            "jsonl",
        ]
    )
    out, err = capsys.readouterr()
    assert code == 1
    (line,) = out.splitlines()
    found = json.loads(line)
    assert list(found) == ["subject", "status", "hits", "lists", "engine"]
    assert found["subject"] == {
        "id": "",
        "name": "Zayd al-Mithali",
        "schema": "LegalEntity",
        "birthDate": ["1970-02-03"],
        "nationality": ["iq"],
    }
    assert list(found["subject"])[:2] == ["id", "name"]
    assert found["status"] == "alert"
    (hit,) = found["hits"]
    assert list(hit)[:11] == [
        "entity_id", "schema", "caption", "source", "reference", "list_version", "score", "name_matched", "query_name",
        "alignment", "evidence",
    ]  # fmt: skip
    assert list(hit["alignment"][0]) == ["query", "listed", "relation", "role", "weight"]
    assert list(hit["evidence"][0]) == ["property", "verdict", "weight", "query", "listed"]
    assert list(found["lists"][0]) == ["source", "published", "sha256", "entries"]
    assert list(found["engine"]) == ["version", "config", "policy", "merges"]
    assert "زيد المثالي" in line
    assert "bundled list of 2020-01-01" in err
    assert "bundled" not in out


def test_a_pipe_gets_json_lines_and_a_clear_name_ends_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["screen", "--name", "محمد أحمد علي", "--schema", "person"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["status"], found["hits"], found["subject"]["schema"]) == ("clear", [], "Person")


def test_one_name_as_a_person_reads_it(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["screen", "--name", "Zayd al-Mithali", "--birth-date", "1970-02-03", "--format", "table"]
    assert main(arguments) == 1
    plain = capsys.readouterr().out
    for piece in (
        "ALERT",
        "0.950",
        "M.1",
        "other script",
        "+3.2",
        "-2.0",
        "birth date",
        "agrees",
        "Because Zayd is زيد المثالي.",
        "2020-01-01",
        "homoglyph",
    ):
        assert piece in plain
    assert "زيد" in plain
    assert "\u2067" not in plain
    monkeypatch.setenv("FORCE_COLOR", "1")
    main([*arguments, "--lang", "ar"])
    coloured = capsys.readouterr().out
    assert "\u2067زيد\u2069" in coloured
    assert "\x1b[" in coloured
    assert "تنبيه" in coloured
    assert "\u2067لأن \u2066Zayd\u2069 هو زيد.\u2069" in coloured
    main(arguments)
    assert "Because Zayd is \u2067زيد المثالي\u2069." in capsys.readouterr().out


def test_a_clear_name_as_a_person_reads_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["screen", "--name", "Harith", "--format", "table"]) == 0
    out = capsys.readouterr().out
    assert "no listed name reaches 0.7" in out
    assert "xx_invented" in out
    assert main(["screen", "--name", "Harith", "--format", "table", "--lang", "ar"]) == 0
    assert "لا تطابق" in capsys.readouterr().out


def test_a_file(customers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["screen", str(customers)]) == 1
    out, err = capsys.readouterr()
    records = [json.loads(line) for line in out.splitlines()]
    assert [(record["subject"]["id"], record["status"]) for record in records] == [("1", "alert"), ("2", "clear")]
    assert "columns: name = الاسم; id = id; birthDate = dob; not read: shoe size" in err
    assert "2 screened: 1 with alerts, 1 clear, 0 rejected" in err
    assert "\x1b" not in err


def test_a_file_as_a_table(customers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["screen", str(customers), "--format", "table"]) == 1
    out = capsys.readouterr().out
    assert re.search(r"ALERT\s+0\.950\s+زيد المثالي\s+زيد المثالي\s+M\.1\s+xx_invented\s+agrees 1970-02-03", out)
    assert re.search(r"clear\s+Harith al-Mithali", out)
    assert "2 screened" in out


def test_results_as_csv_and_parquet(customers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("out.csv", "out.parquet"):
        assert main(["screen", str(customers), "--out", str(tmp_path / name)]) == 1
    assert capsys.readouterr().out == ""
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["subject_id"], row["status"], row["rank"], row["score"], row["reference"]) for row in rows] == [
        ("1", "alert", "1", "0.95", "M.1"),
        ("2", "clear", "", "", ""),
    ]
    assert rows[0]["birth_date"] == "agrees"
    assert "xx_invented 2020-01-01 abab" in rows[1]["lists"]
    columns = parquet.read_table(tmp_path / "out.parquet").to_pydict()
    assert columns["subject_name"] == ["زيد المثالي", "Harith al-Mithali"]
    assert columns["score"] == [0.95, None]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["customers.csv", "out.csv", "out.parquet"]


def test_a_name_that_a_spreadsheet_would_run_is_made_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "c.csv"
    path.write_text("name\n=HYPERLINK(1)\n", encoding="utf-8")
    main(["screen", str(path), "--format", "csv"])
    assert "'=HYPERLINK(1)" in capsys.readouterr().out


def test_a_table_in_a_file(customers: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    assert main(["screen", str(customers), "--out", str(out)]) == 1
    assert "Harith al-Mithali" in out.read_text(encoding="utf-8")


def test_the_same_input_gives_the_same_bytes(customers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outputs = []
    for _ in range(2):
        main(["screen", str(customers)])
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]


def test_out_is_left_as_it_was_when_the_input_breaks_off(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "c.csv", tmp_path / "out.jsonl"
    path.write_text('name\nHarith\n"Zayd\nUmar\n"x,', encoding="utf-8")
    out.write_text("before", encoding="utf-8")
    assert main(["screen", str(path), "--out", str(out)]) == 2
    assert out.read_text(encoding="utf-8") == "before"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["c.csv", "out.jsonl"]
    assert "line 3" in capsys.readouterr().err


def test_rejected_rows_are_said_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, rejects = tmp_path / "c.csv", tmp_path / "rejects.csv"
    rows = "".join(f"{number},,\n" for number in range(30))
    path.write_text(f"id,name,dob\n{rows}x,Harith,\n", encoding="utf-8")
    assert main(["screen", str(path), "--rejects", str(rejects)]) == 2
    out, err = capsys.readouterr()
    assert [json.loads(line)["status"] for line in out.splitlines()] == ["clear"]
    assert "30 rows were NOT screened" in err
    assert "line 2: there is no name" in err
    assert "and 10 more" in err
    assert rejects.read_text(encoding="utf-8").splitlines()[:2] == ["line,reason", "2,there is no name"]
    path.write_text("id,name\n1,\n2,Zayd al-Mithali\n", encoding="utf-8")
    assert main(["screen", str(path)]) == 1
    assert "1 row was NOT screened" in capsys.readouterr().err


def test_columns_schema_lists_and_settings_are_passed_on(
    tmp_path: Path, opened: list[OneParty], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "c.csv"
    path.write_text("Kunde;Geb\nZayd al-Mithali;1970\n", encoding="utf-8")
    arguments = ["screen", str(path), "--map", "name=Kunde", "--map", "birthDate=Geb", "--schema", "Person"]
    assert main([*arguments, "--threshold", "0.96", "--limit", "3", "--list", "xx_invented"]) == 0
    assert json.loads(capsys.readouterr().out)["subject"]["birthDate"] == ["1970"]
    assert (opened[-1].settings.threshold, opened[-1].settings.limit, opened[-1].sources) == (0.96, 3, ["xx_invented"])


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("الاسم\nزيد المثالي\n".encode("cp1256"))))
    assert main(["screen", "-"]) == 1
    assert json.loads(capsys.readouterr().out)["subject"]["name"] == "زيد المثالي"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "either a FILE or --name"),
        (["--name", "x", "FILE"], 2, "either a FILE or --name"),
        (["FILE", "--birth-date", "1970"], 2, "go with --name"),
        (["--name", "x", "--map", "name=a"], 2, "go with a FILE"),
        (["--name", "x", "--threshold", "1.5"], 2, "threshold 1.5 is not between 0 and 1"),
        (["--name", "x", "--threshold", "nan"], 2, "threshold nan"),
        (["--name", "x", "--threshold", "high"], 2, "--threshold"),
        (["--name", "x", "--limit", "0"], 2, "limit 0"),
        (["--name", "x", "--schema", "Persn"], 2, "unknown schema"),
        (["--name", "x", "--birth-date", "at dawn"], 2, "'at dawn' cannot be read"),
        (["--name", "x", "--nationality", "Atlantis"], 2, "Atlantis"),
        (["--name", " "], 2, "there is no name"),
        (["--name", "x" * 1_001], 2, "1,001 characters"),
        (["--name", "x", "--format", "parquet"], 2, "--out"),
        (["--name", "x", "--format", "docx"], 2, "docx"),
        (["--name", "x", "--list", "nowhere"], 3, "no list 'nowhere'"),
        (["--name", "x", "--out", "/no/such/place/x.csv"], 2, "cannot be written"),
        (["FILE", "--map", "name"], 2, "is not FIELD=COLUMN"),
        (["FILE", "--map", "name=nothing"], 2, "no column 'nothing'"),
        (["FILE", "--map", "shoe=id"], 2, "no field 'shoe'"),
        (["FILE", "--encoding", "utf-99"], 2, "unknown encoding"),
        (["nobody.csv"], 2, "cannot be opened"),
    ],
)
def test_wrong_usage(
    customers: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    assert main(["screen", *(str(customers) if one == "FILE" else one for one in arguments)]) == code
    out, err = capsys.readouterr()
    assert message in err
    assert "Traceback" not in err
    assert out == ""


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 99, b"town\nx\n", b"name\n", b"name,name\nx,y\n"])
def test_files_that_are_no_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    path = tmp_path / "c.csv"
    path.write_bytes(content)
    assert main(["screen", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert str(path) in err
