"""Faulty files: every parser refuses them with the file, the line and a hint."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, ofac_csv, own, un
from tajfif.lists.parsers.reading import (
    LONGEST_TEXT,
    MAX_BYTES,
    local_name,
    read_rows,
    root_of,
    squeeze,
    stream_xml,
)

DATA = Path(__file__).resolve().parents[2] / "data" / "lists"
UN = (DATA / "un_sc.xml").read_bytes()
SDN = (DATA / "us_ofac" / "sdn.csv").read_bytes()
Parse = Callable[[Path], ParsedList]

PARSERS: dict[str, Parse] = {
    "un": lambda path: un.parse({"list": path}),
    "ofac": lambda path: ofac_csv.parse({"sdn": path}),
    "own": lambda path: own.parse({"list": path}),
}


def refusal(name: str, path: Path) -> str:
    with pytest.raises(ListFormatError) as caught:
        PARSERS[name](path)
    error = caught.value
    assert str(path) in error.where
    assert error.hint
    assert error.exit_code == 3
    return str(error)


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "line 1: the file is empty"),
        (b" \r\n\t ", "line 1: the file is empty"),
        (b"\xef\xbb\xbf<!DOCTYPE html>\n<html><body>Not found</body></html>", "web page"),
        (b"  <HTML><head></head></HTML>", "web page"),
        (b"PK\x03\x04rest of a workbook", "ZIP or Excel"),
        (b"\x1f\x8b\x08 compressed", "gzip"),
        (b"%PDF-1.7 \xff\xff", "PDF"),
    ],
)
def test_files_of_another_kind(name: str, data: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(data)
    said = refusal(name, path)
    assert words in said or (name == "own" and words == "ZIP or Excel" and "the workbook cannot be read" in said)


@pytest.mark.parametrize("name", PARSERS)
def test_giant_missing_and_unreadable_files(name: str, tmp_path: Path) -> None:
    giant = tmp_path / "giant"
    with giant.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert "no list has more than 209,715,200" in refusal(name, giant)
    assert "cannot be read" in refusal(name, tmp_path / "absent")
    assert "cannot be read" in refusal(name, tmp_path)


BILLION_LAUGHS = (
    b'<?xml version="1.0"?>\n<!DOCTYPE lolz [\n<!ENTITY a "ha">\n'
    + b"".join(b'<!ENTITY %c "%s">\n' % (98 + step, b"&%c;" % (97 + step) * 10) for step in range(9))
    + b"]>\n<CONSOLIDATED_LIST>&j;</CONSOLIDATED_LIST>"
)
ENTITY = b"<CONSOLIDATED_LIST>&e;</CONSOLIDATED_LIST>"
UTF_16 = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY e "hidden">]>{ENTITY.decode()}'
REFERENCE = b"<REFERENCE_NUMBER>QDi.992</REFERENCE_NUMBER>"
NAME = b"<FIRST_NAME>SAMPLE</FIRST_NAME><SECOND_NAME>SAMPLESSON</SECOND_NAME>"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (BILLION_LAUGHS, 2),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd">\n<CONSOLIDATED_LIST/>', 1),
        (b'<?xml version="1.0"?>\n\n<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + ENTITY, 3),
        (b"<!DOCTYPE CONSOLIDATED_LIST><CONSOLIDATED_LIST/>", 1),
        (UTF_16.encode("utf-16"), 1),
    ],
)  # fmt: skip
def test_document_types_and_entities_are_refused(data: bytes, line: int, tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    path.write_bytes(data)
    message = refusal("un", path)
    assert f"line {line}: the file declares a document type or entities" in message
    assert "root:" not in message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (UN.replace(b"</INDIVIDUAL>", b"</INDIVIDUALL>", 1), "not well-formed XML"),
        (UN.replace(b"&amp;", b"&unknown;", 1), "not well-formed XML"),
        (UN.replace(b"TESTOV ", b"TESTOV \xff\xfe", 1), "not well-formed XML"),
        (b"<CONSOLIDATED_LIST>" * 500, "not well-formed XML"),
        (b"just words", "not well-formed XML"),
        (b"\x00\x01\x02\x03 binary", "not well-formed XML"),
        (b"<OTHER_LIST/>", "line 1: the root element is <OTHER_LIST>, not <CONSOLIDATED_LIST>"),
        (b"\n<CONSOLIDATED_LIST><INDIVIDUALS/><ENTITIES/></CONSOLIDATED_LIST>", "line 2: the list has no entries"),
        (UN.replace(b"QDi.992</REF", b"QDi.991</REF"), "line 57: reference QDi.991 is used twice, first in line 3"),
        (UN.replace(REFERENCE, b""), "line 57: <INDIVIDUAL> has no REFERENCE_NUMBER"),
        (UN.replace(b"Front of Examples", b"A" * 20_001), "line 69: <ALIAS_NAME> has 20,001 characters"),
        (UN.replace(NAME, b""), "line 57: entry QDi.992 has no name"),
        (UN.replace(NAME, b"<FIRST_NAME>????</FIRST_NAME>"), "line 57: entry QDi.992 has no name"),
    ],
)  # fmt: skip
def test_faulty_xml(data: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    path.write_bytes(data)
    message = refusal("un", path)
    assert words in message
    assert ", line " in message


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(min_value=1, max_value=len(UN.rstrip()) - 1))
def test_xml_cut_off_anywhere_is_refused(cut: int, tmp_path: Path) -> None:
    path = tmp_path / "cut.xml"
    path.write_bytes(UN[:cut])
    assert ", line " in refusal("un", path)


ROW = b'12,"EXAMPLE",-0- ,"SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (SDN[: SDN.index(b"SAMPLE PEARL")], "line 6: not well-formed CSV"),
        (SDN[: SDN.index(b'"9HXX9"')], "line 6: 6 columns where the layout has 12"),
        (ROW + b'13,"A"B,-0- \r\n', "line 2: not well-formed CSV"),
        (ROW + ROW, "line 2: entry 12 is there twice, first in line 1"),
        (ROW + ROW.replace(b"12,", b"x12,"), "line 2: the first column should hold a number"),
        (ROW.replace(b"EXAMPLE", b" "), "line 1: entry 12 has no name"),
        (ROW + ROW.replace(b"12", b"13").replace(b"EXAMPLE", b"EX\x81MPLE"), "line 2: byte 0x81 is not UTF-8 text"),
        (ROW + b"\x00\x01\x02", "line 2: control character 0x00"),
        (
            b"ID,Name,Type,Country,Title,Col_F,Col_G,Col_H,Col_I,Col_J,Col_K,Details\r\n",
            "line 1: the list has no entries",
        ),
        (b"\x1a", "line 1: the list has no entries"),
        (b"one,two\r\n", "line 1: 2 columns where the layout has 12"),
        (ROW + b'13,"' + b"A" * 140_000 + b'",-0- \r\n', "line 2: not well-formed CSV"),
    ],
)
def test_faulty_ofac(data: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "sdn.csv"
    path.write_bytes(data)
    assert words in refusal("ofac", path)


def test_rows_for_an_entry_that_is_not_there(tmp_path: Path) -> None:
    main, alt = tmp_path / "sdn.csv", tmp_path / "alt.csv"
    main.write_bytes(ROW)
    alt.write_bytes(b'99,1,"aka","NOBODY",-0- \r\n')
    with pytest.raises(ListFormatError, match="line 1: entry 99 is not in the main file") as caught:
        ofac_csv.parse({"sdn": main, "alt": alt})
    assert str(alt) in caught.value.where
    assert "different days" in caught.value.hint


def test_rows_begin_where_the_file_says(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes('\ufeffa,b\r\n\r\n"x\r\ny",2\r\n3,4\r\n'.encode())
    assert list(read_rows(path)) == [(1, ["a", "b"]), (3, ["x\r\ny", "2"]), (5, ["3", "4"])]


@given(st.text())
def test_squeezed_text_has_single_spaces(text: str) -> None:
    squeezed = squeeze(text)
    assert squeezed == squeeze(squeezed)
    assert squeezed.split() == text.split()
    assert squeeze(None) == ""


def streamed(path: Path) -> list[str]:
    return [
        f"{local_name(each)}:{each.get('n')}" for each in stream_xml(path, root="list", elements=frozenset({"a", "b"}))
    ]


def test_elements_are_streamed_in_any_namespace_and_not_those_inside_them(tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    path.write_text(
        '<list xmlns="urn:x" n="0"><a n="1"><b n="2"/></a><c><b n="3">text</b></c><!-- x --><a n="4"/></list>'
    )
    assert root_of(path) == "list"
    assert streamed(path) == ["list:0", "a:1", "b:3", "a:4"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<list><a n='1'/>", "not well-formed"),
        ("<other/>", "not <list>"),
        ('<!DOCTYPE list [<!ENTITY x "y">]><list/>', "document type or entities"),
        (f"<list><a>{'x' * (LONGEST_TEXT + 1)}</a></list>", "50,001 characters"),
        ("<list>" + "<c>" * 300 + "</c>" * 300 + "</list>", "not well-formed"),
        ("<li:st/>", "not <list>|not well-formed"),
    ],
)
def test_faults_of_a_stream_name_file_and_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "list.xml"
    path.write_text(text)
    with pytest.raises(ListFormatError, match=words) as caught:
        streamed(path)
    assert f"{path}, line " in caught.value.where
