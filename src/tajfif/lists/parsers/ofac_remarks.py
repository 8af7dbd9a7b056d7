"""The remarks of an OFAC entry: a small grammar in one column. Reach for it to read what the other columns do not have.

Items are separated by ``;``, except inside brackets and inside the quotes of a weak alias (``a.k.a. 'NAME'``). Each
item is a label and a value, perhaps with the issuing country in brackets and "issued …", "expires …"; "alt."
before it says that there is more than one. Source: https://ofac.treasury.gov, "SDN data file specifications", and the
items that the published files hold. An item that is not understood is a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tajfif.model import BirthDate, Identifier, NameQuality, Place
from tajfif.text.attributes import country_code, gender, identifier_kind, parse_date

__all__ = ["Remarks", "items_of", "no_remarks", "read_item", "read_remarks"]

_ITEM = re.compile(r"(?:(?<![^\s;])[af]\.k\.a\. '.*?'(?=\.?\s*(?:;|$))|\([^()]*\)|[^;])+")
_ALT = re.compile(r"alt(?:ernate)?\. ", re.IGNORECASE)
_FIELD = re.compile(r"(DOB|POB|nationality|citizen|Gender|Linked To|Organization Established Date|"
                    r"Aircraft Manufacture Date|Vessel Year of Build|"
                    r"Aircraft Operator|Position|Title|Nationality of Registration)\b:?\s+(.+)", re.DOTALL)  # fmt: skip
_ALIAS = re.compile(r"([af])\.k\.a\. '(.*)'", re.DOTALL)
_WALLET = re.compile(r"Digital Currency Address - (\w+)[: ]\s*(\S+)")
_IMO = re.compile(r"((?:Vessel Registration|Company|Identification)[A-Za-z ]*?(?: IMO)?) (\d{7})(?!\d)")
_PHONE = re.compile(
    r"((?:Tele)?phone(?: Number| No\.)?|Fax(?: Number| No\.)?):?\s*(\+?\s?[\d(][\d\s()/.,ext+-]{4,})", re.IGNORECASE
)
_EMAIL = re.compile(r"(Email(?: Address)?):?\s*(\S+@\S+)", re.IGNORECASE)
_WEBSITE = re.compile(r"(Website):?\s*(\S+\.\S+)", re.IGNORECASE)
_SWIFT = re.compile(r"(SWIFT/BIC) ([A-Z0-9]{8,11})")
# A label ends with a word that announces a number; what follows has a digit in its first or second word.
_NUMBER = re.compile(
    r"(?P<label>(?:[^\W\d][^\s\d;]*\s|\([^()]*\)\s|/\s?|&\s)*?"
    r"(?:No\.?:?|Number:?|Numbers:?|#|(?<!\w)ID(?: Card)?|Card|Code|Passport|Licen[sc]e|Certificate|Document|Permit|"
    r"Registry|Identification|Identity|Identidad|"
    r"MMSI|Booklet|Call Sign|Registration|Profesional|TELEX|NIT|RTN|RUC|RIF|R\.I\.F\.|RFC|RSIN|R\.F\.C\.|SSN|ISIN|"
    r"FEIN|EIN|BIK|LEI|NIE|CIF|"
    r"(?:[A-ZÑ]\.){2,6}|electoral|Nacional|Mercantil|VisaNumberID|Ticker|LOCODE|D-U-N-S|"
    r"\((?:MSN|CBLS|USCC|USCCC|NUIT|RU|CPF|CNPJ|CURP|RFC|NPWP|PIN|TIN|NIT|RUC|OIB|also called[^()]*|[A-Z]{2,6})\)))"
    r":?(?:\s*#)?\s+(?P<value>(?:\([A-Z]+\)(?=\d))?(?:(?!No\b|Number|ID\b|Card|Licen|Permit|Code|Certif|"
    r"Document)[A-Z][\w.-]{0,10}:?[ /]\s?)?[^\s;()]*\d(?:[^;()]|\([A-Z][a-z]*\)(?=\d)|\(\d\))*?|"
    r"[A-Z0-9]{2,6} [A-Z]{2,3}|[A-Z]{2} [A-Z]{3})"
    r"(?:\s*\((?P<country>(?!\d\))[^()]*(?:\([^()]*\))?)\))?"
    r"(?:\s*,?\s*issued (?P<issued>\d{1,2} [A-Z][a-z]{2} \d{4}|[A-Z][a-z]{2} \d{4}|\d{4}))?"
    r"(?:\s*,?\s*(?:expires|to) (?P<expires>\d{1,2} [A-Z][a-z]{2} \d{4}|[A-Z][a-z]{2} \d{4}|"
    r"\d{4})(?P<until> to [\w ]+)?)?(?P<rest>(?:\s*\((?!\d\))[^()]*\))*)"
)
_SENTENCE = re.compile(r"(\S*\d\S*?),? (?:expired|issued|and|at) .{10}")  # a number at the start of a sentence about it
_LONGEST_NUMBER = 250
_NOT_NUMBER = re.compile(r"Executive Order|Additional|Secondary|CAATSA|Effective Date|Listing Date|Purchase/|"
                         r"Transactions|For more|IFCA|Target Type|"
                         r"Organization Type|arrested|Member|Deputy|Minister|Chair|Head|Director|Former|"
                         r"\(Following", re.IGNORECASE)  # fmt: skip


class Link(NamedTuple):
    """A "Linked To" or "Aircraft Operator" item: whom it names, and where in the remarks the name stands."""

    name: str
    start: int
    end: int


class Remarks(NamedTuple):
    """What the items say. ``notes`` are those that were not understood, and parts that no field holds."""

    birth_dates: list[BirthDate]
    birth_places: list[Place]
    nationalities: list[str]
    countries: list[str]
    genders: list[str]
    aliases: list[tuple[str, NameQuality]]
    identifiers: list[Identifier]
    positions: list[str]
    links: list[Link]
    notes: list[str]


def items_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield each item of the remarks with its place, without white space and without the final full stop."""
    end = len(text.rstrip())
    for match in _ITEM.finditer(text):
        item = match[0].strip()
        if item and match.end() >= end and item.endswith("."):
            item = item[:-1]
        if item:
            yield match.start() + match[0].index(item), item


def read_remarks(text: str, *, cut: bool = False) -> Remarks:
    """Read the joined remarks of one entry.

    Args:
        text: The remarks column and its continuation in the comments file, joined without anything between.
        cut: The file ends the remarks in the middle, so that the last item is a note only.
    """
    found = no_remarks()
    items = list(items_of(text))
    for place, (start, whole) in enumerate(items):
        if cut and place == len(items) - 1:
            found.notes.append(whole)
            continue
        read_item(found, whole, start)
    return found


def read_item(found: Remarks, whole: str, start: int = 0) -> bool:
    """Add what one item says, as a note if it is not understood, and tell whether it was.

    Args:
        found: Where to add.
        whole: The item, without the ``;`` around it.
        start: Where in the remarks it begins.
    """
    prefix = _ALT.match(whole)
    begin = prefix.end() if prefix else 0
    item = whole[begin:]
    if item.startswith("(Linked To") and item.endswith(")"):  # the XML files put brackets around it
        begin, item = begin + 1, item[1:-1]
    field = _FIELD.fullmatch(item)
    if (field and _read_field(found, field, start + begin)) or _read_alias(found, item) or _read_number(found, item):
        return True
    found.notes.append(whole)
    return False


def no_remarks() -> Remarks:
    """Return remarks that say nothing, to add to."""
    return Remarks([], [], [], [], [], [], [], [], [], [])


def _read_field(found: Remarks, field: re.Match[str], offset: int) -> bool:
    """Add a labelled item; return whether it was understood whole."""
    label, value = field[1], field[2].strip()
    if label in {"DOB", "Organization Established Date", "Aircraft Manufacture Date", "Vessel Year of Build"}:
        date = parse_date(value)
        found.birth_dates.append(date if date.start else BirthDate(text=value))
    elif label == "POB":
        country = country_code(value.rsplit(",", 1)[-1].strip()) or country_code(value)
        found.birth_places.append(Place(text=value, country=country))
    elif label in {"nationality", "citizen", "Nationality of Registration"}:
        code = country_code(value)
        if code:
            (found.countries if label.endswith("Registration") else found.nationalities).append(code)
        return bool(code)
    elif label == "Gender":
        found.genders.append(gender(value))
        return bool(found.genders[-1])
    elif label in {"Linked To", "Aircraft Operator"}:
        found.links.append(Link(value, offset + field.start(2), offset + field.start(2) + len(value)))
    else:
        found.positions.append(value)
    return True


def _read_alias(found: Remarks, item: str) -> bool:
    match = _ALIAS.fullmatch(item)
    if match:
        found.aliases.append((match[2], "weak" if match[1] == "a" else "former"))
    return bool(match)


def _read_number(found: Remarks, item: str) -> bool:
    wallet = _WALLET.fullmatch(item)
    if wallet:
        found.identifiers.append(Identifier(kind="publicKey", value=wallet[2], label=wallet[1]))
        return True
    for kind, pattern in (
        ("imoNumber", _IMO),
        ("phone", _PHONE),
        ("email", _EMAIL),
        ("website", _WEBSITE),
        ("swiftBic", _SWIFT),
    ):
        match = pattern.fullmatch(item)
        if match and (kind != "imoNumber" or "IMO" in match[1] or "Vessel" in match[1]):
            found.identifiers.append(Identifier(kind=kind, value=match[2].strip(), label=match[1]))
            return True
    if (
        len(item) > _LONGEST_NUMBER
        or _NOT_NUMBER.match(item)
        or not ("Ticker" in item or any(char.isdigit() for char in item))
    ):
        return False
    match = _NUMBER.fullmatch(item)
    if not match:
        return False
    brackets = [match["country"] or "", (match["rest"] or "").strip(" ()")]  # "(Jalisco) (Mexico)": either may be it
    codes = [country_code(bracket) if bracket else "" for bracket in brackets]
    code = codes[0] or codes[1]
    remarks = [bracket for bracket, found_code in zip(brackets, codes, strict=True) if not found_code]
    remarks.append((match["until"] or "").strip())
    value = match["value"].strip(" ,")
    sentence = _SENTENCE.match(value)
    if sentence:
        remarks.append(value)
        value = sentence[1]
    label = match["label"].strip(" :")
    kind = identifier_kind(label)
    found.identifiers.append(
        Identifier(
            kind=kind if kind != "identifier" else identifier_kind(label.replace(".", "")),
            value=value,
            country=code,
            label=label,
            issued=parse_date(match["issued"]).start if match["issued"] else "",
            expires=parse_date(match["expires"]).start if match["expires"] else "",
            note="; ".join(remark for remark in remarks if remark),
        )
    )
    return True
