"""Türkiye's lists: invented entries in the layouts of the three files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, tr_masak
from tajfif.model import BirthDate, Listing

Write = Callable[..., Path]

SEVEN = (
    'SIRA NO;ADI SOYADI;DİĞER İSİMLERİ;"TCKN/VKN/GKN\nPASAPORT NO";UYRUĞU;DİĞER UYRUKLARI;DOĞUM TARİHİ;DOĞUM YERİ;'
    "ANNE ADI;BABA ADI;ÖRGÜTÜ;KARAR TARİH\n"
    '1;MİSALİ TECRİB EL AYNAVİ;"a) EBU NAMUZEC b) TECRİB EL MİSALİ";"10000000146\nPN: U01234567";TÜRKİYE CUMHURİYETİ;'
    'SURİYE;"a)1970 b)1971";ÖRNEKKÖY;AYŞE;ALİ;ÖRNEK ÖRGÜTÜ;17.05.2031-900\n'
    "2;İCAT DERNEĞİ;;1234567890;;;;;;;ÖRNEK ÖRGÜTÜ;18 Mayıs 2031\n"
    "3;KURGU KİŞİ;;99000000001;IRAK;;15 OCAK 1980;;FATMA;;;?\n"
)
SIX: list[list[object]] = [
    ["Sıra No", "ADI SOYADI-ÜNVANI", "KULLANDIĞI BİLİNEN DİĞER İSİMLERİ", "TCKN-VKN-PASAPORT NO", "UYRUĞU", "DOĞUM TARİHİ",
     "DOĞUM YERİ", "ANNE ADI", "BABA ADI", "Adres", "MVD YAPTIRIM TÜRÜ", "RESMİ GAZETE TARİH-SAYISI"],
    [1, "Kurgu Misal Lübnanlı", "a) Ebu Kurgu b) Misal Kurgu Örnek", "RL0000001", "LÜBNAN", 24535, "Örnekköy, Lübnan", "", "Ali",
     "a) Örnek Sokak, Lübnan b) İkinci Sokak, Suriye", "6415/6", "19.06.2031-99999"],
]  # fmt: skip
THREE: list[list[object]] = [
    ["Sıra No", "KURULUŞ YAPISI", "ADI SOYADI ÜNVANI", "Eski Adı", "Görevi", "Listeye Alınma Tarihi", "Diğer Bilgiler"],
    [1, "Tüzel Kişi", "Icat Shipping Co. Ltd", "Eski Icat", "", "01.02.2030 (gözden geçirme 03.04.2031)", "Uydurma"],
]


def folder(workbook: Write, tmp_path: Path, seven: str = SEVEN) -> Path:
    path = tmp_path / "tr"
    path.mkdir()
    (path / "7MADDE.csv").write_bytes(seven.encode("cp1254"))
    workbook("tr/6MADDE_ING.xlsx", {"Sayfa1": SIX})
    workbook("tr/3A3B.xlsx", {"Sayfa1": [["BAŞLIK"], *THREE]})
    return path


def parsed(path: Path) -> ParsedList:
    return tr_masak.parse(tr_masak.collect(path).files)


def test_three_files_are_one_list(workbook: Write, tmp_path: Path) -> None:
    result = parsed(folder(workbook, tmp_path))
    ship, lebanese, first, group, other = result.entities
    assert [(name.value, name.quality) for name in first.names] == [
        ("MİSALİ TECRİB EL AYNAVİ", "primary"), ("EBU NAMUZEC", "weak"), ("TECRİB EL MİSALİ", "strong"),
    ]  # fmt: skip
    assert (first.mother_names, first.father_names) == (("AYŞE",), ("ALİ",))
    assert first.birth_dates == (BirthDate(start="1970"), BirthDate(start="1971"))
    assert first.nationalities == ("tr", "sy")
    assert [(one.kind, one.value, one.country) for one in first.identifiers] == [
        ("passportNumber", "U01234567", ""), ("idNumber", "10000000146", "tr"),
    ]  # fmt: skip
    assert first.listings == (
        Listing(
            source="tr_masak", reference=first.listings[0].reference, decision="17.05.2031-900", listed_on="2031-05-17",
            programme="Law 6415, article 7; ÖRNEK ÖRGÜTÜ",
        ),
    )  # fmt: skip
    assert (group.schema, group.identifiers[0].kind, group.listings[0].listed_on) == (
        "Organization",
        "taxNumber",
        "2031-05-18",
    )
    assert (other.identifiers[0].label, other.birth_dates) == ("GKN", (BirthDate(start="1980-01-15"),))
    assert any("date of the decision '?'" in notice for notice in result.notices)
    assert (lebanese.nationalities, lebanese.birth_dates, lebanese.countries) == (
        ("lb",), (BirthDate(start="1967-03-04"),), ("lb", "sy"),
    )  # fmt: skip
    assert lebanese.listings[0].listed_on == "2031-06-19"
    assert (ship.schema, ship.names[1].quality) == ("Company", "former")
    assert (ship.listings[0].listed_on, ship.listings[0].amended_on) == ("2030-02-01", ("2031-04-03",))


def test_one_file_alone_says_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(SEVEN.encode("utf-8-sig"))
    notices = "\n".join(parsed(path).notices)
    assert "article 6 (requests of foreign states) is missing" in notices
    assert "3/A and 3/B (financing of proliferation) is missing" in notices
    assert "article 7" not in notices


def test_screened(workbook: Write, tmp_path: Path, found: Callable[..., list[list[str]]]) -> None:
    path = folder(workbook, tmp_path)
    latin, arabic, ascii_only = found(
        "tr_masak", path, "Misali Tecrib el Aynavi", "مثالي تجريب العيناوي", "MISALI TECRIB EL AYNAVI"
    )
    first = parsed(path).entities[2].id
    assert first in latin
    assert first in ascii_only
    assert first in arabic


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"<html>", "web page"),
        (b"a;b\n1;2\n", "no header was found"),
        (SEVEN.partition("1;M")[0].encode(), "no entries"),
        (SEVEN.replace("1;M", '1;"M').encode(), "not well-formed CSV"),
        (SEVEN.replace("MİSALİ TECRİB EL AYNAVİ", "M\ufffd\ufffdALI").encode(), "lost their letters"),
        (b"SIRA NO;ADI SOYADI\n1;\x81\x8d\n", "neither UTF-8 nor Windows-1254"),
    ],
)
def test_what_is_not_the_list_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(ListFormatError, match=message) as caught:
        parsed(path)
    assert "list.csv" in str(caught.value)


def test_two_files_of_one_article_are_refused(tmp_path: Path) -> None:
    for name in ("7madde.csv", "7madde-old.csv"):
        (tmp_path / name).write_text(SEVEN, encoding="utf-8")
    with pytest.raises(ListFormatError, match="are both of Law 6415, article 7"):
        parsed(tmp_path)
