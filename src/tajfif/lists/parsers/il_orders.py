"""Israel's table of administrative seizure orders, in CSV. Reach for it to read the wallets beside ``il_nbctf``.

Six columns in Hebrew: full name, identity number, passport, birth date, wallet or user of an exchange, coin. A row with
one cell is the number of the order that the rows below it belong to ("צ.ת 18/26" is order 18 of 2026). Cells that were
of several lines have become rows: one with a name alone, or with a document alone, goes on with the row above it.

A named row is a person, with the wallet among the identifiers. A row without a name is a wallet; that it stands below
somebody's row does not say that it is theirs, and it is not given to them. Letters of other alphabets that look like
Latin ones, which make a wallet's address another one, are written as Latin.
"""

from __future__ import annotations

import re
from pathlib import Path

from tajfif.errors import ListFormatError
from tajfif.lists.parsers.drafts import Draft, codes_in, reference_of, unreadable
from tajfif.lists.parsers.reading import read_rows, squeeze
from tajfif.lists.parsers.tables import NULLS
from tajfif.model import BirthDate, Listing
from tajfif.text.attributes import parse_date
from tajfif.text.unicode import script_of, strip_controls

__all__ = ["read_orders", "wallet_draft"]

_HEADER = ("שם מלא", "תעודת זהות", "דרכון", "תאריך לידה", "מספר זיהוי הארנק האלקטרוני/ יוזר", "מטבע")
_ORDER = re.compile(r"צ[.״\"]?\s?ת[.\s\-]*(\d{1,4})\s*/\s*(\d{2})")
_ANONYMOUS = "אנונימי"
_PROGRAMME = "administrative seizure order"
_LOOKALIKES = str.maketrans("АВЕКМНОРСТУХЅІЈаеорсухѕіјΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEKMHOPCTYXSIJaeopcyxsijABEZHIKMNOPTYXo")
_TAGGED = re.compile(r"^(\S+)\s+(\(.*\)\s*\*?|\*)$")
_EXPONENT = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
_LANGUAGES = {"Arab": "ar", "Hebr": "he"}


def read_orders(path: Path, source: str, drafts: dict[str, Draft], notices: list[str]) -> None:
    """Add the persons and wallets of the table.

    Args:
        path: The CSV file.
        source: Key of the source.
        drafts: By reference; those of several orders get a listing for each.
        notices: Where reservations are written to.

    Raises:
        ListFormatError: The file is malformed, empty or has another header, or a row stands above the first order.
    """
    rows = read_rows(path)
    line, header = next(rows, (1, []))
    if tuple(squeeze(cell) for cell in header) != _HEADER:
        raise ListFormatError(
            f"the header should be {', '.join(_HEADER)}", where=f"{path}, line {line}",
            hint="Name the publisher's own table of seizure orders.",
        )  # fmt: skip
    order, year = "", ""
    last: Draft | None = None
    for line, raw in rows:
        where = f"{path}, line {line}"
        cells = [_cell(text) for text in raw] + [""] * (len(_HEADER) - len(raw))
        if not any(cells):
            continue
        stated = _ORDER.search(cells[0])
        if stated and not any(cells[1:]):
            order, year, last = cells[0], f"20{stated[2]}", None
        elif not order:
            raise ListFormatError("the row stands above the first order", where=where, hint="Name the whole table.")
        elif cells[4] or (cells[0] and any(cells[1:4])):
            for last in _read_row(cells, source, drafts, where, notices):
                listing = Listing(
                    source=source, reference=last.reference, programme=_PROGRAMME, decision=order, listed_on=year
                )
                if listing not in last.listings:
                    last.listings.append(listing)
        else:
            _go_on(last, cells, where, notices)


def wallet_draft(text: str, coin: str, source: str, drafts: dict[str, Draft], where: str, notices: list[str]) -> Draft:
    """Return the entry of a wallet, made if it is not there, with its address as its name and its identifier."""
    number, tag, kind = _wallet(text, where, notices)
    reference = number
    if not number:
        raise ListFormatError("the wallet has no address", where=where, hint="Fetch the file again from its publisher.")
    draft = drafts.setdefault(reference, Draft(source, reference, "CryptoWallet", where, notices, language="he"))
    draft.name(number, "primary")
    if not any(one.value == number for one in draft.identifiers):
        draft.identify(kind, number, label=coin, note=tag)
    return draft


def _cell(text: str) -> str:
    text = squeeze(strip_controls(text))
    return "" if text.casefold() in NULLS else text


def _wallet(text: str, where: str, notices: list[str]) -> tuple[str, str, str]:
    """Return a wallet's address or a user's number, what is written beside it, and which of both it is."""
    plain = text.translate(_LOOKALIKES)
    if plain != text:
        notices.append(f"{where}: letters of another alphabet in the wallet {text!r} are read as the Latin {plain!r}")
    tagged = _TAGGED.match(plain)
    number, tag = (tagged[1], tagged[2].strip(" *")) if tagged else (plain, "")
    return number, tag, "accountNumber" if number.isdigit() else "publicKey"


def _read_row(cells: list[str], source: str, drafts: dict[str, Draft], where: str, notices: list[str]) -> list[Draft]:
    """Return the entry of a row, or one for each of several wallets without a name."""
    name, identity, passport, born, wallet, coin = cells[: len(_HEADER)]
    wallets = [part for part in re.split(r"\s*[,;]\s*", wallet) if part]
    if not name or name == _ANONYMOUS:
        found = [wallet_draft(each, coin, source, drafts, where, notices) for each in wallets]
    else:
        reference = f"P-{reference_of(name, identity, passport, born)}"
        found = [drafts.setdefault(reference, Draft(source, reference, "Person", where, notices, language="he"))]
        found[0].name(name, "primary", language=_LANGUAGES.get(script_of(name), ""))
        for each in wallets:
            number, tag, kind = _wallet(each, where, notices)
            found[0].identify(kind, number, label=coin, note=tag)
    for draft in found:
        _read_particulars(draft, identity, passport, born, where)
    return found


def _read_particulars(draft: Draft, identity: str, passport: str, born: str, where: str) -> None:
    for text, kind in ((identity, "idNumber"), (passport, "passportNumber")):
        _document(draft, text, kind, where)
    if born:
        date = parse_date(born)
        if not date.start:
            draft.notice(unreadable("birth date", born))
        draft.birth_dates.append(date if date.start else BirthDate(text=born))


def _go_on(last: Draft | None, cells: list[str], where: str, notices: list[str]) -> None:
    """Add a row that is a further line of the row above it."""
    name, identity, passport = cells[:3]
    if last is None or not (name or identity or passport):
        notices.append(f"{where}: the row says nothing that could be kept ({', '.join(filter(None, cells))})")
        return
    if name and last.schema == "Person":
        first = last.names[0].value
        last.name(f"{first} {name}", "strong")
        last.name(name, "weak")
        notices.append(f"{where}: the name {name!r} stands alone and is read as going on with {first!r}")
    elif name:
        last.schema = "Person"
        last.names.clear()
        last.name(name, "primary", language=_LANGUAGES.get(script_of(name), ""))
        notices.append(
            f"{where}: the name {name!r} stands alone and is read as that of the row above it, which has none"
        )
    for text, kind in ((identity, "idNumber"), (passport, "passportNumber")):
        _document(last, text, kind, where)


def _document(draft: Draft, text: str, kind: str, where: str) -> None:
    """Add a number, alone or after words and a country in brackets: "מספר דרכון (לבנון): 2326067"."""
    if not text:
        return
    if _EXPONENT.fullmatch(text):
        draft.notices.append(f"{where}: the spreadsheet cut the number {text}; it is kept as text")
        draft.note(kind, text)
        return
    words, colon, number = text.rpartition(":")
    country = re.search(r"\(([^()]+)\)", words)
    codes, _ = codes_in(_COUNTRIES.get(country[1].strip(), country[1]) if country else "", "he")
    if "דרכון" in words:
        kind = "passportNumber"
    draft.identify(
        kind, number if colon else text, country=codes[0] if codes else "", label=squeeze(words) if colon else ""
    )


_COUNTRIES = {
    "פלסטיני": "ps",
    "פלסטינאי": "ps",
    "ירדני": "jo",
    "לבנוני": "lb",
    "טורקי": "tr",
    "סורי": "sy",
    "מצרי": "eg",
}
"""Nationalities that stand for the country of a document."""
