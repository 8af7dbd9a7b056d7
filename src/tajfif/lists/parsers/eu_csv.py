"""The European Union's list in its two CSV layouts. Reach for it to read csvFullSanctionsList, with or without "_1_1".

Both have a row for each name, address, birth, document and citizenship, and repeat the entity in each. The older one
(59 columns, ``Naal_wholename``) writes the kind of a document into its number, "488555 (passport-National passport)",
and countries in three letters; the newer one (``NameAlias_WholeName``) has the attributes of the XML as columns.

A copy of the older one that went through a spreadsheet, each line in quotes and tabs for its commas, is read too, and
told.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tajfif.errors import ListFormatError
from tajfif.lists.parsers.cells import day_first
from tajfif.lists.parsers.reading import read_rows, read_text, squeeze
from tajfif.lists.parsers.un_facts import iso_date
from tajfif.model import Note

__all__ = ["Party", "read"]

Values = dict[str, str]
_AGAIN = "Name the publisher's own csvFullSanctionsList, as downloaded."
_DOCUMENT = re.compile(r"(.*?)\s*\(([a-z]+)-([^()]+)\)\s*(.*)", re.DOTALL)

# Part of the entity, its columns' prefix, and the names of the columns that are not those of the attributes.
_OLD_PARTS: dict[str, tuple[str, dict[str, str]]] = {
    "nameAlias": ("Naal", {"lastname": "lastName", "firstname": "firstName", "middlename": "middleName",
                           "wholename": "wholeName", "gender": "gender", "title": "title", "function": "function",
                           "language": "nameLanguage"}),
    "address": ("Addr", {"number": "number", "street": "street", "zipcode": "zipCode", "city": "city",
                         "country": "countryDescription", "other": "contacts"}),
    "birthdate": ("Birt", {"date": "date", "place": "place", "country": "countryDescription"}),
    "identification": ("Iden", {"number": "number", "country": "countryDescription"}),
    "citizenship": ("Citi", {"country": "countryDescription"}),
}  # fmt: skip
_NEW_PARTS = {"nameAlias": "NameAlias", "address": "Address", "birthdate": "BirthDate",
              "identification": "Identification", "citizenship": "Citizenship"}  # fmt: skip
_RENAMED = {
    "birthDate": "birthdate", "day": "dayOfMonth", "month": "monthOfYear", "issuedDate": "issueDate",
    "typeCode": "identificationTypeCode", "typeDescription": "identificationTypeDescription", "contactInfo": "contacts",
}  # fmt: skip
_OLD_NEEDED = ("Entity_logical_id", "Subject_type", "Programme", "Naal_wholename", "EU_ref_num")
_NEW_NEEDED = ("Entity_LogicalId", "Entity_EU_ReferenceNumber", "Entity_SubjectType", "NameAlias_WholeName")


@dataclass
class Party:
    """What a file says of one entity, in the words of the XML's attributes.

    ``parts`` has a list of attributes for each kind of element: ``nameAlias``, ``birthdate``, ``regulation`` …
    """

    where: str
    facts: Values = field(default_factory=dict)
    parts: dict[str, list[Values]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    @property
    def reference(self) -> str:
        """The EU reference number, or the logical id where there is none."""
        return self.facts.get("euReferenceNumber", "") or self.facts.get("logicalId", "")

    def add(self, part: str, values: Values) -> None:
        """Add the attributes of one element, unless they are there."""
        there = self.parts.setdefault(part, [])
        if values not in there:
            there.append(values)


def read(path: Path, notices: list[str]) -> tuple[str, list[Party]]:
    """Read a file of either layout.

    Returns:
        The date on which it was made, and the entities in their order.

    Raises:
        ListFormatError: As :func:`tajfif.lists.parsers.reading.read_rows`, and: neither layout, another number of
            columns, a row without an entity.
    """
    rows = _rows(path, notices)
    line, header = next(rows, (1, []))
    header = [squeeze(cell).removeprefix("\ufeff") for cell in header]
    if header and header[0] == "Date_filexxxx":
        header[0] = "Date_file"
    old = all(column in header for column in _OLD_NEEDED)
    if not old and not all(column in header for column in _NEW_NEEDED):
        raise ListFormatError(
            f"these are not the columns of the list: {', '.join(header[:5])} …",
            where=f"{path}, line {line}",
            hint=_AGAIN,
        )
    take: Callable[[Party, Values], None] = _take_old if old else _take_new
    parties: dict[str, Party] = {}
    published = ""
    for line, cells in rows:
        if len(cells) != len(header):
            raise ListFormatError(
                f"{len(cells)} columns where the header has {len(header)}", where=f"{path}, line {line}",
                hint="The file is damaged or cut off: fetch it again from its publisher.",
            )  # fmt: skip
        row: Values = {}
        for column, cell in zip(header, cells, strict=True):
            row.setdefault(column, cell.strip())  # Entity_logical_id comes back before each part
        number = row["Entity_logical_id" if old else "Entity_LogicalId"]
        if not number:
            raise ListFormatError("the row has no entity", where=f"{path}, line {line}", hint=_AGAIN)
        party = parties.setdefault(number, Party(where=f"{path}, line {line}"))
        take(party, row)
        stamp = row.get("Date_file" if old else "fileGenerationDate", "")
        published = published or day_first(stamp) or iso_date(stamp)
    return published, list(parties.values())


def _rows(path: Path, notices: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows; those of a copy that went through a spreadsheet are unwrapped."""
    first = next((line for line in read_text(path, legacy=True).splitlines() if line.strip()), "")
    if not (first.startswith('"') and first.count(";") > 20 and first.rstrip().endswith('"')):
        yield from read_rows(path, delimiter=";", legacy=True)
        return
    notices.append(f"{path}: a copy that a spreadsheet has written anew; its lines were unwrapped")
    for line, cells in read_rows(path, columns=1, delimiter=",", legacy=True):
        text = cells[0].rstrip("\t").replace("\t", ",")
        yield line, next(csv.reader([text], delimiter=";"))


def _take_old(party: Party, row: Values) -> None:
    party.facts.setdefault("logicalId", row["Entity_logical_id"])
    party.facts.setdefault("euReferenceNumber", row["EU_ref_num"])
    _add_remark(party, row.get("Entity_remark", ""))
    party.add("subjectType", {"classificationCode": row["Subject_type"]})
    party.add("regulation", {
        "programme": row["Programme"], "numberTitle": row.get("Leba_numtitle", ""),
        "publicationDate": row.get("Leba_publication_date", ""),
    })  # fmt: skip
    for part, (prefix, columns) in _OLD_PARTS.items():
        values = {name: row.get(f"{prefix}_{column}", "") for column, name in columns.items()}
        if not row.get(f"{prefix}_logical_id") or not any(values.values()):
            continue
        if part == "address":
            values["street"] = " ".join(each for each in (values.pop("number"), values["street"]) if each)
            values["contacts"] = values["contacts"].replace("\\n", "\n")
        elif part == "identification":
            values = _document(values)
        values["actDate"] = row.get(f"{prefix}_leba_publication_date", "")
        values["act"] = row.get(f"{prefix}_leba_numtitle", "")
        party.add(part, values)


def _document(values: Values) -> Values:
    match = _DOCUMENT.fullmatch(values["number"])
    if not match:
        return values
    remark = re.sub(rf"^\(\(?{re.escape(match[2])}\)\)?$", "", match[4].strip())
    return {
        **values, "number": match[1], "identificationTypeCode": match[2], "identificationTypeDescription": match[3],
        "remark": remark.strip(),
    }  # fmt: skip


def _take_new(party: Party, row: Values) -> None:
    for column, name in (
        ("Entity_LogicalId", "logicalId"), ("Entity_EU_ReferenceNumber", "euReferenceNumber"),
        ("Entity_UnitedNationId", "unitedNationId"), ("Entity_DesignationDate", "designationDate"),
        ("Entity_DesignationDetails", "designationDetails"),
    ):  # fmt: skip
        party.facts.setdefault(name, row.get(column, ""))
    party.facts["designationDate"] = iso_date(party.facts["designationDate"]) or day_first(
        party.facts["designationDate"]
    )
    _add_remark(party, row.get("Entity_Remark", ""))
    party.add("subjectType", {
        "code": row["Entity_SubjectType"], "classificationCode": row.get("Entity_SubjectType_ClassificationCode", ""),
    })  # fmt: skip
    party.add("regulation", {
        "programme": row.get("Entity_Regulation_Programme", ""),
        "numberTitle": row.get("Entity_Regulation_NumberTitle", ""),
        "publicationDate": row.get("Entity_Regulation_PublicationDate", ""),
    })  # fmt: skip
    for part, prefix in _NEW_PARTS.items():
        if not row.get(f"{prefix}_LogicalId"):
            continue
        values: Values = {}
        for column, cell in row.items():
            if not column.startswith(f"{prefix}_"):
                continue
            name = column[len(prefix) + 1 :]
            if name == "Regulation_PublicationDate":
                values["actDate"] = cell
            elif name == "Regulation_NumberTitle":
                values["act"] = cell
            elif not name.startswith("Regulation_") and cell:
                name = name[0].lower() + name[1:]
                values[_RENAMED.get(name, name)] = cell.lower() if cell in {"True", "False", "TRUE", "FALSE"} else cell
        party.add(part, values)


def _add_remark(party: Party, text: str) -> None:
    text = text.replace("\\n", "\n").strip()
    known = party.facts.get("remark", "")
    if text and text not in known:
        party.facts["remark"] = f"{known}\n{text}".strip()
