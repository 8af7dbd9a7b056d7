from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajfif.text.identifiers import identifier_kind, is_valid_identifier, normalise_identifier

LABELS = {
    "passportNumber": ["Passport", "Passport No.", "Travel Document Number",
                       "Numéro de passeport", "جواز سفر", "رقم جواز السفر"],
    "idNumber": ["National Identification Number", "National ID No.", "National identification no.", "Identity card", "D.N.I.",
                 "Driver's License No.", "Birth Certificate Number", "هوية", "رقم الهوية", "الرقم الوطني", "الرقم القومي", "بطاقة شخصية"],
    "taxNumber": ["Tax ID No.", "C.U.I.T.", "R.F.C.", "NIT #", "V.A.T. Number", "Italian Fiscal Code", "الرقم الضريبي"],
    "registrationNumber": ["Registration Number", "Commercial Registry Number", "C.R. No.",
                           "Trade License No.", "السجل التجاري", "رقم الترخيص"],
    "imoNumber": ["IMO", "Vessel Registration Identification IMO", "Company Number IMO"],
    "mmsi": ["MMSI"],
    "callSign": ["Call Sign", "Vessel Call Sign"],
    "publicKey": ["Digital Currency Address - XBT", "Wallet", "عنوان محفظة"],
    "swiftBic": ["SWIFT/BIC"],
    "leiCode": ["LEI"],
    "phone": ["Phone Number", "Telephone", "هاتف", "جوال"],
    "email": ["Email Address", "E-mail", "البريد الإلكتروني"],
    "website": ["Website"],
    "identifier": ["Something else", "", "circuit", "Chinese Commercial Code"],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "label"), [(kind, label) for kind, labels in LABELS.items() for label in labels])
def test_labels_tell_the_kind(kind: str, label: str) -> None:
    assert identifier_kind(label) == kind


@pytest.mark.parametrize(
    ("kind", "written", "bare"),
    [
        ("passportNumber", "A 12-34/٥", "A12345"),
        ("passportNumber", "n۱۲۳۴۵", "N12345"),
        ("idNumber", "19851234567.0", "19851234567"),
        ("imoNumber", "IMO 9074729", "9074729"),
        ("imoNumber", "imo9074729", "9074729"),
        ("phone", "00963 (11) 555-0100", "963115550100"),
        ("phone", "+963 11 5550100", "963115550100"),
        ("email", "mailto:Someone@Example.org", "someone@example.org"),
        ("website", "https://www.Example.org/", "example.org"),
        ("publicKey", " 0xABCdef ", "0xabcdef"),
        ("publicKey", "1AbCdEf", "1AbCdEf"),
    ],
)
def test_numbers_are_compared_without_their_dress(kind: str, written: str, bare: str) -> None:
    assert normalise_identifier(kind, written) == bare


@pytest.mark.parametrize(
    "value",
    [
        "",
        "-",
        "N/A",
        "n.a.",
        "0000000",
        "unknown",
        "UNKNOWN",
        "none",
        "XXXX",
        "123456789",
        "لا يوجد",
        "غير معروف",
        "12",
    ],
)
@pytest.mark.parametrize("kind", ["passportNumber", "email", "phone", "publicKey", "imoNumber"])
def test_placeholders_are_no_identifiers(kind: str, value: str) -> None:
    assert normalise_identifier(kind, value) == ""


def test_check_digits() -> None:
    assert is_valid_identifier("imoNumber", "9074729") is True
    assert is_valid_identifier("imoNumber", "9074720") is False
    assert is_valid_identifier("ibanCode", "GB82 WEST 1234 5698 7654 32") is True
    assert is_valid_identifier("swiftBic", "no bank code") is False
    assert is_valid_identifier("passportNumber", "A1") is None


@given(
    st.sampled_from(["passportNumber", "idNumber", "imoNumber", "phone", "email", "publicKey"]), st.text(max_size=60)
)
def test_normalising_twice_changes_nothing(kind: str, value: str) -> None:
    once = normalise_identifier(kind, value)
    assert normalise_identifier(kind, once) == once
    identifier_kind(value)
    is_valid_identifier(kind, value)
