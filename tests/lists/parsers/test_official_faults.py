"""Files of the official lists cut off, garbled and mixed up: read whole, or refused with a message, never worse."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tajfif.errors import ListFormatError
from tajfif.lists.catalogue import parser_of, source
from tajfif.lists.parsers import ParsedList
from tajfif.lists.parsers.uk_layouts import COLUMNS

DATA = Path(__file__).resolve().parents[2] / "data" / "lists"
XML_FILES = {
    "us_ofac": DATA / "us_ofac_xml" / "SDN.XML",
    "us_ofac_cons": DATA / "us_ofac_advanced" / "SDN_ADVANCED.XML",
    "eu_fsf": DATA / "eu_fsf" / "full.xml",
    "ch_seco": DATA / "ch_seco" / "list.xml",
}
SEMA = (
    "<data-set><record><Country>Exampla</Country><LastName>Sample (Sampel)</LastName><GivenName>A</GivenName>"
    "<Aliases>B; C or D, E</Aliases><DateOfBirth>1960 or 1961</DateOfBirth><Schedule>1</Schedule><Item>1</Item></record>"
    "</data-set>"
)


def load(key: str, path: Path) -> ParsedList:
    parser = parser_of(source(key))
    return parser.parse(parser.collect(path, source=key).files, source=key)


def tried(key: str, path: Path) -> ParsedList | None:
    """Read a file that may be broken: its entities, or nothing when it was refused with a place and a message."""
    refused: ListFormatError | None = None
    try:
        return load(key, path)
    except ListFormatError as error:
        refused = error
    assert refused.message
    assert str(path) in refused.where
    return None


@pytest.mark.parametrize("key", XML_FILES)
@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.75, 0.9, 0.99])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, key: str, share: float) -> None:
    data = XML_FILES[key].read_bytes()
    path = tmp_path / "list.xml"
    path.write_bytes(data[: int(len(data) * share)])
    assert tried(key, path) is None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("key", [*XML_FILES, "ca_sema"])
@given(place=st.floats(0, 1), put=st.binary(min_size=0, max_size=12), cut=st.integers(0, 40))
def test_a_garbled_file_is_read_or_refused(tmp_path: Path, key: str, place: float, put: bytes, cut: int) -> None:
    data = XML_FILES[key].read_bytes() if key in XML_FILES else SEMA.encode()
    start = int(len(data) * place)
    path = tmp_path / "list.xml"
    path.write_bytes(data[:start] + put + data[start + cut :])
    tried(key, path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.sampled_from('()123ab-–.,;:/ "QDe.004السلام\n0'), max_size=60), column=st.sampled_from(COLUMNS))
def test_any_cell_of_the_uk_list_is_read_or_refused(tmp_path: Path, text: str, column: str) -> None:
    row = {"Name 6": "SAMPLE", "Name 1": "A", "Group Type": "Individual", "Alias Type": "AKA", "Group ID": "1"}
    row[column] = text
    book = openpyxl.Workbook()
    assert book.active is not None
    for line in (["Last Updated", "04/05/2022"], list(COLUMNS), [row.get(each, "") for each in COLUMNS]):
        book.active.append(line)
    path = tmp_path / "ConList.xlsx"
    book.save(path)
    found = tried("uk_ofsi", path)
    for entity in found.entities if found else ():
        for relation in entity.relations:
            assert relation.evidence is not None
            texts = [note.text for note in entity.notes if note.field == relation.evidence.field]
            assert any(relation.evidence.end <= len(text) for text in texts)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("key", ["uk_ofsi", "au_dfat"])
@given(place=st.floats(0, 1), put=st.binary(min_size=1, max_size=20))
def test_a_garbled_workbook_is_read_or_refused(tmp_path: Path, key: str, place: float, put: bytes) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Last Updated", "04/05/2022"])
    buffer = io.BytesIO()
    book.save(buffer)
    data = buffer.getvalue()
    start = int(len(data) * place)
    path = tmp_path / "list.xlsx"
    path.write_bytes(data[:start] + put + data[start + len(put) :])
    assert tried(key, path) is None


@pytest.mark.parametrize("key", ["un_sc", "us_ofac", "eu_fsf", "ca_sema", "ch_seco", "uk_ofsi", "au_dfat"])
def test_no_list_is_read_as_another(tmp_path: Path, key: str) -> None:
    own = {"us_ofac": ("us_ofac", "us_ofac_cons")}.get(key, (key,))
    for other, file in XML_FILES.items():
        if other not in own:
            path = tmp_path / "list.xml"
            path.write_bytes(file.read_bytes())
            assert tried(key, path) is None


@pytest.mark.parametrize("key", ["us_ofac", "eu_fsf", "ca_sema", "ch_seco", "uk_ofsi", "au_dfat"])
@pytest.mark.parametrize(
    "content",
    [b"", b"   \n", b"<!DOCTYPE html><html></html>", b"\x1f\x8b\x08\x00bomb", b"%PDF-1.4", b"\xff\xfe<\x00a\x00/\x00>\x00",
     b"<a>" * 10_000],
    ids=["empty", "blank", "page", "gzip", "pdf", "utf16", "deep"],
)  # fmt: skip
def test_what_is_no_list_is_refused(tmp_path: Path, key: str, content: bytes) -> None:
    for suffix in (".xml", ".csv", ".xlsx"):
        path = tmp_path / f"list{suffix}"
        path.write_bytes(content)
        assert tried(key, path) is None


def test_entities_that_expand_are_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    for key, file in XML_FILES.items():
        text = file.read_text(encoding="utf-8")
        start = text.index("?>") + 2
        path = tmp_path / "list.xml"
        path.write_text(text[:start] + bomb + text[start:], encoding="utf-8")
        with pytest.raises(ListFormatError, match="document type or entities"):
            load(key, path)
        path.write_bytes((text[:start].replace("UTF-8", "UTF-16") + bomb + text[start:]).encode("utf-16"))
        assert tried(key, path) is None


def test_a_workbook_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("inner.xlsx", b"PK\x03\x04")
    for key in ("uk_ofsi", "au_dfat"):
        assert tried(key, path) is None
