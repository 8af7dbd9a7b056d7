"""Customer files of every kind, read as subjects; no row is lost."""

from __future__ import annotations

import codecs
import datetime
import io
import json
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from tajfif.errors import InputError, UsageError
from tajfif.intake.tabular import SubjectReader, read_subjects
from tajfif.model import Subject

ARABIC = "رقم العميل,الاسم الرباعي,تاريخ الميلاد,الجنسية,الجنس\n7,زيد حارث عمر المثالي,1970-02-03,العراق,ذكر\n"


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write_file(content: str | bytes, name: str = "customers.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write_file


def names(reader: SubjectReader) -> list[str]:
    return [subject.name for subject in reader]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256", "iso8859_6"])
def test_delimiters_and_encodings_are_found_out(write: Any, delimiter: str, encoding: str) -> None:
    reader = read_subjects(write(ARABIC.replace(",", delimiter), encoding=encoding))
    assert reader.total == (None if encoding == "utf-16" else 1)
    (subject,) = reader
    assert subject.id == "7"
    assert subject.name == "زيد حارث عمر المثالي"
    assert subject.names[0].script == "Arab"
    assert subject.birth_dates[0].start == "1970-02-03"
    assert (subject.nationalities, subject.gender) == (("iq",), "male")
    assert (reader.rejected, reader.read, reader.unused) == ([], 1, ())


@pytest.mark.parametrize("order", ["le", "be"])
def test_utf16_without_a_mark(write: Any, order: str) -> None:
    assert names(read_subjects(write(ARABIC * 3, encoding=f"utf-16-{order}")))[0] == "زيد حارث عمر المثالي"


def test_western_text_is_not_taken_for_arabic(write: Any) -> None:
    reader = read_subjects(write("name,city\nJosé Añorbe Müller,Málaga\n", encoding="cp1252"))
    assert names(reader) == ["José Añorbe Müller"]
    assert reader.notices == ("read as cp1252",)


def test_one_damaged_row_does_not_change_the_others(write: Any) -> None:
    content = ARABIC.encode() + "8,زيد".encode() + b"\xff\xc7" + ",1970,,\n9,عمر المثالي,,,\n".encode()
    reader = read_subjects(write(content))
    assert names(reader) == ["زيد حارث عمر المثالي", "عمر المثالي"]
    assert [(row.line, row.reason) for row in reader.rejected] == [
        (3, "name has bytes that are not of the file's encoding")
    ]


def test_the_encoding_can_be_stated(write: Any) -> None:
    assert names(read_subjects(write("name\nçà\n", encoding="cp850"), encoding="cp850")) == ["çà"]
    with pytest.raises(UsageError, match="unknown encoding"):
        read_subjects(write("name\nx\n"), encoding="utf-99")


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Full Name", "name"), ("CUSTOMER_NAME", "name"), ("customerName", "name"), ("الإسم الكامل", "name"),
        ("اسم العميل", "name"), ("DOB", "birthDate"), ("Date of Birth", "birthDate"),
        ("تاريخ الميلاد (هجري)", "birthDate"), ("Mother's Name", "motherName"), ("اسم الأم", "motherName"),
        ("إسم الاب", "fatherName"), ("Passport No.", "passportNumber"), ("رقم الجواز", "passportNumber"),
        ("رقم الهويه", "idNumber"), ("National ID", "idNumber"), ("الجنسيه", "nationality"),
        ("الدولة", "country"), ("Sex", "gender"), ("الجنس", "gender"), ("العنوان", "address"),
        ("مكان الولادة", "birthPlace"), ("Aliases", "alias"), ("نوع العميل", "schema"), ("رقم العميل", "id"),
        ("IMO", "imoNumber"), ("السجل التجاري", "registrationNumber"), ("weakAlias", "weakAlias"),
    ],
)  # fmt: skip
def test_headers_in_english_and_arabic(write: Any, header: str, field: str) -> None:
    with read_subjects(write(f"الاسم,{header}\nx,\n" if field != "name" else f"{header},x\ny,\n")) as reader:
        pass
    assert reader.columns[field] == (header,)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("First Name,Last Name\nZayd,Mithali\n", ["Zayd Mithali"]),
        ("الاسم الأول,اسم الأب,اسم الجد,اسم العائلة\nزيد,حارث,عمر,المثالي\n", ["زيد حارث عمر المثالي"]),
        ("family name,first name,father name\nMithali,Zayd,Harith\n", ["Zayd Harith Mithali"]),
        ("name,surname\nZayd,Mithali\n", ["Zayd Mithali"]),
        ("name,surname\nZayd Mithali,Mithali\n", ["Zayd Mithali"]),
        ("الاسم,اللقب\nزيد المثالي,المثالي\n", ["زيد المثالي"]),
        ("name_en,name_ar\nZayd,زيد\n", ["Zayd", "زيد"]),
        ("name,alias\nZayd,Abu A; Abu B|Abu C\n", ["Zayd", "Abu A", "Abu B", "Abu C"]),
        ("name,first name\n,Zayd\n", ["Zayd"]),
    ],
)
def test_names_are_composed_in_their_order(write: Any, table: str, expected: list[str]) -> None:
    (subject,) = read_subjects(write(table))
    assert [name.value for name in subject.names] == expected


def test_every_field_has_its_place(write: Any) -> None:
    (subject,) = read_subjects(
        write(
            "name,type,passport,document type,document number,mother name,father name,address,"
            "place of birth,nationality,country\n"
            'زيد,فرد,A1,جواز سفر,B2,Layla,Harith,"1, Mithal St","Mithaliya, Iraq",Iraq/Syria,السعودية\n'
        )
    )
    assert subject.schema == "Person"
    assert [(one.kind, one.value, one.label) for one in subject.identifiers] == [
        ("passportNumber", "A1", ""),
        ("passportNumber", "B2", "جواز سفر"),
    ]
    assert (subject.mother_names, subject.father_names) == (("Layla",), ("Harith",))
    assert subject.addresses[0].text == "1, Mithal St"
    assert (subject.birth_places[0].text, subject.birth_places[0].country) == ("Mithaliya, Iraq", "iq")
    assert (subject.nationalities, subject.countries) == (("iq", "sy"), ("sa",))
    assert subject.id == "2"


@pytest.mark.parametrize(
    ("word", "schema"), [("شركة", "Company"), ("Individual", "Person"), ("NGO", "Organization"), ("", "Vessel")]
)
def test_types_in_words_and_the_default(write: Any, word: str, schema: str) -> None:
    (subject,) = read_subjects(write(f"name,type\nx,{word}\n"), schema="vessel")
    assert subject.schema == schema


def test_what_forms_write_for_nothing_is_nothing(write: Any) -> None:
    (subject,) = read_subjects(write("name,dob,nationality,gender,passport\nZayd,00/00/0000,N/A,غير معروف,-\n"))
    assert subject == Subject(id="2", names=subject.names)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",1970,", "there is no name"),
        ("N/A,1970,", "there is no name"),
        ("***,1970,", "has no letter"),
        ("Zayd,31/02/1990 or so,", "date '31/02/1990 or so' cannot be read"),
        ("Zayd,,Atlantis", "nationality 'Atlantis' is no country"),
        ("Zayd,1970", "2 cells and the head 3"),
        ("Zayd,1970,Iraq,x", "4 cells and the head 3"),
        ("x" * 1_001 + ",,", "name has 1,001 characters"),
        ("x" * 200_000 + ",,", "field larger than field limit"),
        ('"Zayd" Harith,1970,', "not readable as CSV"),
        ("Zayd \ufffd,,", "not of the file's encoding"),
    ],
)
def test_a_row_that_cannot_be_read_is_said(write: Any, row: str, reason: str) -> None:
    reader = read_subjects(write(f"name,dob,nationality\nFirst,,\n{row}\n\n,,\nLast,,\n"))
    assert names(reader) == ["First", "Last"]
    assert [rejected.line for rejected in reader.rejected] == [3]
    assert reason in reader.rejected[0].reason
    assert (reader.read, reader.blank) == (2, 2)


def test_an_open_quotation_mark_does_not_swallow_rows(write: Any) -> None:
    with pytest.raises(InputError, match=r"line 3.*\n.*quotation mark"):
        names(read_subjects(write('name,dob\nFirst,\n"Zayd,1970\nHarith,1971\nUmar,1972\n')))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b" \n \n", "empty"),
        (b"\x7fELF\x00\x01\x02\x03" * 50, "binary"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"<html><table><tr><td>name</td></tr></table></html>", "HTML"),
        (b'[{"name": "x"}]', "JSON array"),
        (b"PK\x03\x04 and then nothing that a workbook has", "spreadsheet"),
        (b"PAR1 and then nothing that a table has", "Parquet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more", "spreadsheet"),
        (b"telephone,town\n1,Mithaliya\n", "Columns: 'telephone', 'town'"),
        (b"name,name\nx,y\n", "occurs twice"),
        (b"sender name,beneficiary name\nx,y\n", "perhaps of different people"),
        (b"x" * 1_000_001, "no row of a table"),
        ('name,x\nزيد,y\n'.encode("utf-16-le")[:-1] + b"\xd8", "not readable as utf-16"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused(write: Any, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        names(read_subjects(write(content)))
    assert "customers.csv" in str(caught.value)


@pytest.mark.parametrize("content", ["name,dob\n", "name,dob", "name\n\n\n"])
def test_a_head_without_rows_is_an_error(write: Any, content: str) -> None:
    with pytest.raises(InputError, match="no row below the head"):
        names(read_subjects(write(content)))


def test_no_such_file_and_a_directory(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be opened"):
        read_subjects(tmp_path / "nobody.csv")
    with pytest.raises(InputError, match="directory"):
        read_subjects(tmp_path)


def test_columns_can_be_stated(write: Any) -> None:
    path = write("Kunde,Geb.,passport\nZayd Mithali,1970,A1\n")
    (subject,) = read_subjects(path, mapping={"name": "kunde", "birthDate": ["Geb."], "passport": ""})
    assert (subject.name, subject.birth_dates[0].start, subject.identifiers) == ("Zayd Mithali", "1970", ())
    with pytest.raises(InputError, match=r"no column 'Client'.*\n.*'Kunde', 'Geb.', 'passport'"):
        read_subjects(path, mapping={"name": "Client"})
    with pytest.raises(UsageError, match="no field 'shoe'"):
        read_subjects(path, mapping={"shoe": "Kunde"})
    with pytest.raises(UsageError, match="unknown schema"):
        read_subjects(path, schema="Persn", mapping={"name": "Kunde"})


def test_the_sender_can_be_chosen(write: Any) -> None:
    path = write("sender name,beneficiary name\nZayd,Harith\n")
    assert names(read_subjects(path, mapping={"name": "beneficiary name"})) == ["Harith"]


def test_titles_above_the_head_are_passed_over_with_a_notice(write: Any) -> None:
    reader = read_subjects(write("Bank of Mithal,\nname,dob\nZayd,1970\n"))
    assert reader.notices == ("line 1, above the head, is not read",)
    assert names(reader) == ["Zayd"]


def test_json_lines_flat_nested_and_mapped(write: Any) -> None:
    lines = [
        {"id": "a", "schema": "Person", "name": ["Zayd", "زيد"], "birthDate": 1970},
        {"id": "b", "schema": "Person", "properties": {"name": ["Harith"], "nationality": ["iq"]}},
        {"الاسم": "عمر", "الجنسية": "العراق", "other": {"any": 1}},
        {"Kunde": "Layla"},
    ]
    text = "\n".join(json.dumps(line) for line in lines) + "\n"
    reader = read_subjects(write(text, "c.jsonl"), mapping={"name": ["Kunde", "name", "الاسم"]})
    subjects = list(reader)
    assert [subject.name for subject in subjects] == ["Zayd", "Harith", "عمر", "Layla"]
    assert [subject.id for subject in subjects] == ["a", "b", "3", "4"]
    assert subjects[0].birth_dates[0].start == "1970"
    assert len(subjects[0].names) == 2
    assert subjects[1].nationalities == subjects[2].nationalities == ("iq",)
    assert reader.unused == ("other",)
    assert reader.total == 4


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"name": "x"', "not readable as JSON"),
        ('["x"]', "not a JSON object"),
        ('{"name": {"a": 1}}', "name is not a text"),
        ('{"name": true}', "name is not a text"),
        ('{"name": "x", "birthDate": "never"}', "cannot be read"),
        ('{"properties": {"name": ["x"], "birthDate": ["never"]}}', "cannot be read"),
        ('{"properties": {"alias": []}}', "there is no name"),
        ('{"properties": {"name": [{}]}}', "'name'"),
        ('{"id": "7"}', "there is no name"),
        ("{}", "there is no name"),
        ('{"name": ' + "[" * 3_000 + "]" * 3_000 + "}", "not"),
    ],
)
def test_a_json_line_that_cannot_be_read_is_said(write: Any, line: str, reason: str) -> None:
    reader = read_subjects(write(f'{{"name": "First"}}\n{line}\n\n{{"name": "Last"}}\n'))
    assert names(reader) == ["First", "Last"]
    assert [row.line for row in reader.rejected] == [2]
    assert reason in reader.rejected[0].reason


def test_json_lines_without_any_name(write: Any) -> None:
    with pytest.raises(InputError, match="'title', 'town'"):
        names(read_subjects(write('{"title": "x", "town": "y"}\n')))


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "c.parquet"
    table = pa.table(
        {
            "unused": [b"\x00", b"\x01"],
            "الاسم": ["زيد", None],
            "DOB": [datetime.date(1970, 2, 3), None],
            "alias": [["A", "B"], []],
            "customer id": [7, 8],
        }
    )
    parquet.write_table(table, path)
    reader = read_subjects(path)
    assert reader.total == 2
    (subject,) = reader
    assert (subject.id, [name.value for name in subject.names]) == ("7", ["زيد", "A", "B"])
    assert subject.birth_dates[0].start == "1970-02-03"
    assert [(row.line, row.reason) for row in reader.rejected] == [(2, "there is no name")]
    assert reader.columns["name"] == ("الاسم",)
    assert reader.unused == ("unused",)


def workbook(path: Path, rows: Sequence[Sequence[Any]], sheet: str = "Kunden") -> Path:
    book = openpyxl.Workbook()
    cover = book.active
    assert cover is not None
    cover.title = "Cover"
    cover.append(["Nothing to read here"])
    page = book.create_sheet(sheet)
    for row in rows:
        page.append(row)
    book.save(path)
    return path


def test_xlsx(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Bank of Mithal", None, None, None],
        [],
        ["الاسم", "تاريخ الميلاد", "رقم الهوية", None],
        ["زيد", datetime.datetime(1970, 2, 3), 123456789012.0, "a note beside"],
        [None, None, None, None],
        [None, 1970, 1, None],
    ]
    reader = read_subjects(workbook(tmp_path / "c.xlsx", rows))
    (subject,) = reader
    assert (subject.name, subject.birth_dates[0].start, subject.identifiers[0].value) == (
        "زيد",
        "1970-02-03",
        "123456789012",
    )
    assert [(row.line, row.reason) for row in reader.rejected] == [(6, "there is no name")]
    assert reader.notices == (
        "row 1 of sheet 'Kunden', above the head, is not read",
        "only sheet 'Kunden' is read, not 'Cover'",
    )


def test_a_workbook_whose_cells_lie_far_apart_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page["A1"], page["XFD1048576"] = "name", "x"
    book.save(path)
    with pytest.raises(InputError, match="17,179,869,184 cells"):
        read_subjects(path)


def ods(path: Path, rows: str) -> Path:
    spaces = ["office:1.0", "table:1.0", "text:1.0"]
    declared = " ".join(f'xmlns:{one.split(":")[0]}="urn:oasis:names:tc:opendocument:xmlns:{one}"' for one in spaces)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        archive.writestr("META-INF/manifest.xml", f"<m:manifest xmlns:m='{manifest}'/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {declared}><office:body><office:spreadsheet><table:table table:name='S'>{rows}"
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return path


def ods_row(*cells: str, attributes: str = "") -> str:
    inner = "".join(
        f"<table:table-cell office:value-type='string'><text:p>{cell}</text:p></table:table-cell>" for cell in cells
    )
    return f"<table:table-row {attributes}>{inner}</table:table-row>"


def test_ods(tmp_path: Path) -> None:
    path = ods(
        tmp_path / "c.ods",
        ods_row("الاسم", "dob") + ods_row("زيد", "1970") + "<table:table-row table:number-rows-repeated='1048574'>"
        "<table:table-cell table:number-columns-repeated='16384'/></table:table-row>",
    )
    (subject,) = read_subjects(path)
    assert (subject.name, subject.birth_dates[0].start) == ("زيد", "1970")
    bomb = ods(
        tmp_path / "b.ods", ods_row("name") + ods_row(*"xxxx", attributes="table:number-rows-repeated='90000000'")
    )
    with pytest.raises(InputError, match="cells from its first corner"):
        read_subjects(bomb)
    entity = ods(tmp_path / "e.ods", "<!DOCTYPE x>" + ods_row("name"))
    with pytest.raises(InputError, match="not readable as a spreadsheet"):
        read_subjects(entity)


@pytest.mark.parametrize(
    "content", [ARABIC.encode(), codecs.BOM_UTF8 + ARABIC.encode(), '{"name": "زيد", "id": "7"}\n'.encode()]
)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    reader = read_subjects("-")
    (subject,) = reader
    assert subject.id == "7"


def test_standard_input_takes_no_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"PK\x03\x04" + b"x" * 100)))
    with pytest.raises(InputError, match="standard input: only CSV"):
        read_subjects("-")


cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=8))
def test_no_row_is_lost(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]) -> None:
    import csv

    path = tmp_path_factory.mktemp("rows") / "c.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "dob", "gender"])
        writer.writerows(rows)
    try:
        reader = read_subjects(path)
        read = list(reader)
    except InputError:
        return
    assert len(read) + len(reader.rejected) + reader.blank == len(rows)
    assert {row.line for row in reader.rejected}.isdisjoint(int(subject.id) for subject in read)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "c"
    for prefix in (b"", b"name,dob\n", b'{"name": "'):
        path.write_bytes(prefix + content)
        refusal = ""
        try:
            list(read_subjects(path))
        except InputError as error:
            refusal = str(error)
        assert not refusal or str(path) in refusal
