"""Israel's designations and seizure orders: invented entries in the interface's and the table's layout."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList, il_nbctf
from tajfif.model import BirthDate, Identifier, Listing, Relation

WALLET = "TExampleExampleExampleExampleExamp"
HEADER = "שם מלא,תעודת זהות,דרכון,תאריך לידה,מספר זיהוי הארנק האלקטרוני/ יוזר,מטבע\n"
TABLE = (
    HEADER + "צ.ת 90/31\n"
    'מצטפא לדוגמה,"מס\' תושב (אוסטריה): 160715450-005",,18.9.1992,100000001,\n'
    ",מס' דרכון (פלסטיני): 0000001,,,,\n"
    "MITHALI,000000003,-,-,100000002,\n"
    "ABU NAMUDHAJ,,,,,\n"
    f"אנונימי,-,-,-,{WALLET},USDT\n"
    "צ.ת - 91/32,,,,,\n"
    f",,,,{WALLET.replace('E', chr(0x415))} (Address tag 900)*,USDT\n"
    ",000000004,,,100000005,\n"
    "FARDI NAMUDHAJ,,,,,\n"
    "NULLUS NEMO,9.46108E+11,,01/02/1970,100000006,\n"
    ",,,,,USDT\n"
)
OPERATIVE: dict[str, Any] = {
    "id": "aaaa-1", "contentType": "operative", "name": "Mithali Tajrib",
    "properties": {
        "fullName": "Mithali Tajrib Al Aynawi", "additionalNames": ["مثالي تجريب العيناوي", "מתאלי תג'ריב", "Abu Namudhaj"],
        "datesOfBirth": [{"elementType": "date", "properties": {"date": "1970-05-17T00:00:00"}}],
        "placesOfBirth": ["Sampleville, Lebanon"], "gender": "Male",
        "passportDetails": [{"properties": {"passportNumber": "X0000001", "nationality": "Lebanon", "country": "לבנון"}}],
        "identificationDocuments": [{"properties": {"documentType": "Unknown", "identificationNumber": "900000001", "country": "Jordan"}}],
        "bankAccounts": [{"properties": {"bankName": "Example Bank", "accountNumber": "000123456"}}],
        "phoneNumbers": ["+000 1 000 0001"], "relatedOrganizations": [{"id": "bbbb-1", "name": "Example Front"}],
        "status": "Active", "isDesignated": True, "temporaryDesignationDate": "2031-05-17T00:00:00",
        "localDesignator": "Invented minister", "comments": "<p>An <b>invented</b> remark</p>", "eyeColour": "green",
    },
}  # fmt: skip
ORGANISATION: dict[str, Any] = {
    "id": "bbbb-1", "contentType": "organization", "name": "Example Front",
    "properties": {"organizationName": "Example Front", "alternativeNames": ["جبهة المثال"], "corporationID": "000123",
                   "addresses": [{"properties": {"city": "Sampleville", "country": "Lebanon"}}], "status": "Revoked"},
}  # fmt: skip
SEIZED: dict[str, Any] = {
    "id": "cccc-1", "contentType": "cryptocurrencyWallet", "name": WALLET,
    "properties": {"walletAddress": WALLET, "coinType": "USDT", "designatedOperatives": [{"id": "aaaa-1", "name": "Mithali"}]},
}  # fmt: skip


def page(*items: dict[str, Any], total: int | None = None) -> str:
    return json.dumps({"total": len(items) if total is None else total, "items": items}, ensure_ascii=False)


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return folder


def parsed(path: Path) -> ParsedList:
    return il_nbctf.parse(il_nbctf.collect(path).files)


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    folder = tmp_path / "il"
    folder.mkdir()
    return write(folder, op_json=page(OPERATIVE), org_json=page(ORGANISATION), w_json=page(SEIZED), orders_csv=TABLE)


def test_persons_organisations_and_wallets(whole: Path) -> None:
    result = parsed(whole)
    by_id = {entity.id: entity for entity in result.entities}
    person, group = by_id["il_nbctf:aaaa-1"], by_id["il_nbctf:bbbb-1"]
    assert [(name.value, name.quality, name.language) for name in person.names] == [
        ("Mithali Tajrib Al Aynawi", "primary", ""), ("مثالي تجريب العيناوي", "strong", "ar"),
        ("מתאלי תג'ריב", "strong", "he"), ("Abu Namudhaj", "weak", ""),
    ]  # fmt: skip
    assert (person.birth_dates, person.gender, person.nationalities) == (
        (BirthDate(start="1970-05-17"),),
        "male",
        ("lb",),
    )
    assert person.identifiers == (
        Identifier(kind="passportNumber", value="X0000001", country="lb"),
        Identifier(kind="idNumber", value="900000001", country="jo", label="Unknown"),
        Identifier(kind="accountNumber", value="000123456", note="Example Bank"),
        Identifier(kind="phone", value="+000 1 000 0001"),
    )
    assert person.relations == (
        Relation(kind="associated", target=group.id, target_reference="bbbb-1", target_name="Example Front"),
    )
    assert person.listings == (
        Listing(source="il_nbctf", reference="aaaa-1", programme="Invented minister", listed_on="2031-05-17"),
    )
    assert {("comments", "An invented remark"), ("eyeColour", "green")} <= {
        (note.field, note.text) for note in person.notes
    }
    assert group.is_delisted
    assert not person.is_delisted
    assert (group.countries, group.identifiers[0].kind) == (("lb",), "registrationNumber")


def test_the_table_of_orders(whole: Path) -> None:
    result = parsed(whole)
    people = {entity.names[0].value: entity for entity in result.entities if entity.schema == "Person"}
    wallets = {entity.names[0].value: entity for entity in result.entities if entity.schema == "CryptoWallet"}
    hebrew = people["מצטפא לדוגמה"]
    assert (hebrew.names[0].language, hebrew.birth_dates) == ("he", (BirthDate(start="1992-09-18"),))
    assert [(one.kind, one.value, one.country) for one in hebrew.identifiers] == [
        ("accountNumber", "100000001", ""), ("idNumber", "160715450-005", "at"), ("passportNumber", "0000001", "ps"),
    ]  # fmt: skip
    assert hebrew.listings[0].decision == "צ.ת 90/31"
    assert hebrew.listings[0].listed_on == "2031"
    assert [(name.value, name.quality) for name in people["MITHALI"].names] == [
        ("MITHALI", "primary"), ("MITHALI ABU NAMUDHAJ", "strong"), ("ABU NAMUDHAJ", "weak"),
    ]  # fmt: skip
    assert [one.value for one in people["FARDI NAMUDHAJ"].identifiers] == ["100000005", "000000004"]
    assert ("idNumber", "9.46108E+11") in [(note.field, note.text) for note in people["NULLUS NEMO"].notes]
    (wallet,) = wallets.values()  # one wallet in three files, orders and spellings
    assert wallet.identifiers == (Identifier(kind="publicKey", value=WALLET, label="USDT"),)
    assert {listing.decision for listing in wallet.listings} == {"צ.ת 90/31", "צ.ת - 91/32", ""}
    assert wallet.relations[0].target == "il_nbctf:aaaa-1"
    told = "\n".join(result.notices)
    for words in (
        "of another alphabet",
        "cut the number",
        "going on with 'MITHALI'",
        "says nothing that could be kept",
    ):
        assert words in told


def test_screened_in_every_script_and_by_wallet(whole: Path, found: Callable[..., list[list[str]]]) -> None:
    latin, arabic, removed, wallet = found(
        "il_nbctf", whole, "Mithali Tajrib Al-Aynawi", "مثالي تجريب العيناوي", "Example Front", WALLET
    )
    assert latin[0] == arabic[0] == "il_nbctf:aaaa-1"
    assert removed == []
    assert wallet == [f"il_nbctf:{WALLET}"]


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(TABLE, encoding="utf-8")
    assert "not in these files: persons, organisations, wallets" in parsed(path).notices[-1]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "no JSON or CSV file"),
        ({"op_json": "{"}, "not well-formed JSON"),
        ({"op_json": '{"type": "Error", "detail": "no service"}'}, "no service"),
        ({"op_json": '{"data": []}'}, "there is no items"),
        ({"op_json": page()}, "no entries"),
        ({"op_json": page(OPERATIVE, total=2073)}, "the files hold 1 persons of 2073"),
        ({"a_json": page(OPERATIVE, total=2), "b_json": page(OPERATIVE, total=2)}, "is there twice"),
        ({"op_json": page({**OPERATIVE, "contentType": "page"})}, "the contentType 'page' is not known"),
        ({"op_json": page({**OPERATIVE, "id": ""})}, "is missing"),
        ({"op_json": page({**OPERATIVE, "name": "", "properties": {}})}, "has no name"),
        ({"w_json": page({**SEIZED, "name": "", "properties": {}})}, "has no address"),
        ({"t_csv": "a,b,c\n"}, "the header should be"),
        ({"t_csv": HEADER + "NEMO,1,,,100000001,\n"}, "above the first order"),
        ({"t_csv": HEADER + "צ.ת 90/31\n"}, "no entries"),
    ],
)
def test_what_is_not_the_list_is_refused(tmp_path: Path, files: dict[str, str], message: str) -> None:
    folder = tmp_path / "il"
    folder.mkdir()
    with pytest.raises(ListFormatError, match=message):
        parsed(write(folder, **files))


@pytest.mark.shared
def test_the_real_table_of_orders(shared: Path) -> None:
    path = shared / "lists" / "regional" / "il_nbctf_crypto_wallets.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row[4] for row in csv.reader(file) if len(row) > 4][1:]
    cells = [cell.strip().split(" ")[0] for row in rows for cell in row.split(",")]
    wanted = {cell for cell in cells if cell not in {"", "-"} and cell.isascii()}
    result = parsed(path)
    kept = {one.value for entity in result.entities for one in entity.identifiers}
    assert len(wanted) == 880
    assert wanted <= kept
    assert sum(entity.schema == "CryptoWallet" for entity in result.entities) > 600
    assert all(listing.decision and listing.listed_on for entity in result.entities for listing in entity.listings)
