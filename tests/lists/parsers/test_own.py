"""A user's own list."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, own
from tajfif.model import BirthDate, Identifier, Listing

DATA = Path(__file__).resolve().parents[2] / "data" / "lists"
ENGLISH, ARABIC = DATA / "own_en.csv", DATA / "own_ar.csv"


def parse_text(tmp_path: Path, text: str) -> ParsedList:
    path = tmp_path / "own.csv"
    path.write_text(text, encoding="utf-8")
    return own.parse({"list": path})


def test_english_headers() -> None:
    parsed = own.parse(own.collect(ENGLISH).files)
    person, company, vessel = parsed.entities
    assert (person.id, person.schema, company.schema, vessel.schema) == ("own:A-1", "Person", "Company", "Vessel")
    assert [(name.value, name.script, name.quality) for name in person.names] == [
        ("Testov Examplesson", "Latn", "primary"),
        ("تستوف بن مثال", "Arab", "primary"),
        ("Testoff Exampleson", "Latn", "strong"),
        ("The Sample", "Latn", "weak"),
        ("Abu Mithal", "Latn", "weak"),
        ("Old Testov", "Latn", "former"),
    ]
    assert person.birth_dates == (BirthDate(start="1961-02-03"), BirthDate(start="1962"))
    assert (person.nationalities, person.countries, person.gender) == (("iq", "sy"), ("ae",), "male")
    assert (person.mother_names, person.father_names) == (("Sampla Testova",), ("Example Examplovich",))
    assert [(place.text, place.country) for place in person.birth_places] == [("Sampleville, Iraq", "iq")]
    assert person.identifiers == (
        Identifier(kind="passportNumber", value="X0000001", country="iq"),
        Identifier(kind="passportNumber", value="X0000002"),
        Identifier(kind="idNumber", value="0000003"),
    )
    assert [(address.text, address.country) for address in person.addresses] == [
        ("1 Invented Street, Sampleville, Yemen", "ye"),
    ]
    assert person.listings == (Listing(source="own", reference="A-1", programme="Internal", listed_on="2030-05-17"),)
    assert person.notes[0].text == 'Seen once; "twice" even'
    assert company.identifiers == (Identifier(kind="registrationNumber", value="0000004", country="pa"),)
    assert vessel.identifiers == (Identifier(kind="imoNumber", value="9000001"),)
    assert parsed.notices == ()


def test_arabic_headers_and_byte_order_mark() -> None:
    (person,) = own.parse({"list": ARABIC}, source="bank").entities
    assert (person.id, person.schema, person.gender) == ("bank:ع-1", "Person", "male")
    assert [name.value for name in person.names] == ["تستوف بن مثال المثالي", "أبو عينة", "أبو تجربة"]
    assert person.birth_dates == (BirthDate(start="1961-02-03"),)
    assert (person.nationalities, person.mother_names) == (("iq",), ("سامبلا التجريبية",))
    assert person.identifiers[0].value == "X0000001"


def test_only_the_name_is_needed(tmp_path: Path) -> None:
    parsed = parse_text(tmp_path, "Name\nTestov Examplesson\n\nSample Samplesson\n")
    assert [(entity.id, entity.schema) for entity in parsed.entities] == [
        ("own:1", "LegalEntity"),
        ("own:2", "LegalEntity"),
    ]
    assert "no column id" in parsed.notices[0]


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_separators_of_columns(separator: str, tmp_path: Path) -> None:
    text = separator.join(["id", "name", "aliases"]) + "\n" + separator.join(["1", "Testov", "Testoff|Testow"])
    (entity,) = parse_text(tmp_path, text).entities
    assert [name.value for name in entity.names] == ["Testov", "Testoff", "Testow"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,nom\n1,Testov\n", "line 1: column 'nom' is not known"),
        ("id,name,الاسم\n1,Testov,Testov\n", "line 1: column 'الاسم' is there twice"),
        ("id,aliases\n1,Testov\n", "line 1: there is no column name"),
        ("id,name\n", "line 1: the list has no entries"),
        ("id,name\n1,Testov\n2,Sample,Samplesson\n", "row 2 (line 3): 3 cells under 2 columns"),
        ("id,name\n1,Testov\n2, \n", "row 2 (line 3), column name: the name is empty"),
        ("id,name,aliases\n1,,Testov\n", "row 1 (line 2), column name: the name is empty"),
        ("id,name\n1,Testov\n1,Samplesson\n", "row 2 (line 3), column id: id '1' is used twice"),
        (
            "name,birth_date\nTestov,31st of Never\n",
            "row 1 (line 2), column birth_date: '31st of Never' cannot be read",
        ),
        ("name,nationality\nTestov,Nowhereland\n", "column nationality: 'Nowhereland' cannot be read"),
        ("name,gender\nTestov,unsure\n", "column gender: 'unsure' cannot be read"),
        ("name,schema\nTestov,Robot\n", "column schema: 'Robot' cannot be read"),
        ("name,passport_number\nTestov,X1 (Nowhereland)\n", "column passport_number: 'Nowhereland' cannot be read"),
        ('id,name\n1,"Testov\n', "line 2: not well-formed CSV"),
    ],
)
def test_faults_name_the_row_and_the_column(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(ListFormatError) as caught:
        parse_text(tmp_path, text)
    assert words in str(caught.value)
    assert str(tmp_path / "own.csv") in caught.value.where
    assert caught.value.hint


def test_bytes_that_are_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes("id,name\n1,تستوف\n".encode("cp1256"))
    with pytest.raises(ListFormatError, match=r"line 2: byte 0x\w\w is not UTF-8 text\n.*CSV UTF-8"):
        own.parse({"list": path})


@given(
    names=st.lists(
        st.from_regex(r"[A-Za-zء-ي]{1,12}( [A-Za-zء-ي]{1,12}){0,3}", fullmatch=True), min_size=1, unique=True
    )
)
def test_every_name_comes_back(names: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("own") / "list.csv"
    path.write_text("name\n" + "\n".join(names) + "\n", encoding="utf-8")
    assert [entity.caption for entity in own.parse({"list": path}).entities] == names


def test_a_workbook_is_read_as_the_csv_is(tmp_path: Path, found: Callable[..., list[list[str]]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    book.create_sheet("Empty")
    for row in (
        ["المعرف", "الاسم", "الكنى", "تاريخ الميلاد", "رقم الجواز"],
        [
            7,
            "مثالي تجريب العيناوي؛Mithali Tajrib Al Aynawi",
            "أبو عينة",
            datetime.datetime(1961, 2, 3),
            "X0000001 (IQ)",
        ],
        [8, "فرضي نموذج مثال", None, 1962, None],
    ):
        sheet.append(row)
    path = tmp_path / "own.xlsx"
    book.save(path)
    first, second = own.parse(own.collect(tmp_path).files).entities
    assert [name.value for name in first.names] == ["مثالي تجريب العيناوي", "Mithali Tajrib Al Aynawi", "أبو عينة"]
    assert (first.birth_dates, second.birth_dates) == ((BirthDate(start="1961-02-03"),), (BirthDate(start="1962"),))
    assert first.identifiers == (Identifier(kind="passportNumber", value="X0000001", country="iq"),)
    arabic, latin = found("own", path, "مثالي تجريب العيناوي", "Mithali Tajrib al-Aynawi")
    assert arabic == latin == ["own:7"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["name"], ["Testov"], ["", "beside"]], "row 3: the cell 'beside' stands beside"),
        ([["name", "hat size"], ["Testov", 7]], "row 1: column 'hat size' is not known"),
        ([["name", "birth_date"], ["Testov", "soon"]], r"spreadsheet row 2\), column birth_date"),
        ([["name"]], "no entries"),
    ],
)
def test_wrong_workbooks(tmp_path: Path, rows: list[list[object]], message: str) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    path = tmp_path / "own.xlsx"
    book.save(path)
    with pytest.raises(ListFormatError, match=message):
        own.parse({"list": path})


def test_two_filled_sheets_are_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("Second")):
        assert sheet is not None
        sheet.append(["name"])
    path = tmp_path / "own.xlsx"
    book.save(path)
    with pytest.raises(ListFormatError, match="2 are filled"):
        own.parse({"list": path})
