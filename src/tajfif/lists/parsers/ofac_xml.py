"""OFAC's lists as ``SDN.XML`` and ``CONSOLIDATED.XML``. Reach for it to read ``us_ofac*`` from the plain XML.

Source: https://ofac.treasury.gov, schema ``sdn_xml.xsd`` ("sdnList"). It says what the CSV set says, in elements of their
own where the CSV has remarks: documents, birth dates, nationalities. What an element states is read by the same rules
as the item of the remarks that it stands for, so that both layouts give the same facts. The date of publication is the
file's own, and so is the number of entries, which must be right.
"""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import ParsedList
from tajfif.lists.parsers.ofac_entities import (
    QUALITIES,
    Draft,
    add_published,
    address_of,
    captions_of,
    read_document,
)
from tajfif.lists.parsers.ofac_remarks import Remarks, read_item, read_remarks
from tajfif.lists.parsers.parties import squeezed
from tajfif.lists.parsers.reading import local_name, stream_xml
from tajfif.model import Note

__all__ = ["parse"]

_AGAIN = "Fetch the file again from its publisher."
_LISTS = {
    "dateOfBirthList": ("dateOfBirthItem", "dateOfBirth", "DOB"),
    "placeOfBirthList": ("placeOfBirthItem", "placeOfBirth", "POB"),
    "nationalityList": ("nationality", "country", "nationality"),
    "citizenshipList": ("citizenship", "country", "citizen"),
}
_VESSEL = {"vesselType": "vess_type", "tonnage": "tonnage", "grossRegisteredTonnage": "grt"}
_READ = frozenset(
    {"uid", "firstName", "lastName", "title", "sdnType", "remarks", "programList", "idList", "akaList", "addressList",
     "vesselInfo", *_LISTS}
)  # fmt: skip


def parse(files: dict[str, Path], *, source: str) -> ParsedList:
    """Read a list.

    Args:
        files: ``{"xml": path}``.
        source: ``us_ofac`` or ``us_ofac_cons``; it begins every entity's id.

    Raises:
        ListFormatError: The file is malformed, truncated, bombed, empty, another document, has another number of entries
            than it states, or an entry without a name or a number, or two of one number.
    """
    path = files["xml"]
    notices: list[str] = []
    drafts: dict[str, Draft] = {}
    published, count = "", ""
    for element in stream_xml(path, root="sdnList", elements=frozenset({"publshInformation", "sdnEntry"})):
        name = local_name(element)
        if name == "publshInformation":
            published, count = _published(_text(element, "Publish_Date"), path), _text(element, "Record_Count")
        elif name == "sdnEntry":
            where = f"{path}, line {element.sourceline}"
            draft = _draft(element, source, where, notices)
            if draft.number in drafts:
                raise ListFormatError(f"entry {draft.number} is there twice", where=where, hint=_AGAIN)
            drafts[draft.number] = draft
    if not drafts:
        raise ListFormatError("the list has no entries", where=str(path), hint=_AGAIN)
    if count and count != str(len(drafts)):
        raise ListFormatError(
            f"the file says that it has {count} entries, it has {len(drafts)}", where=str(path),
            hint="The file is damaged or cut off: fetch it again from its publisher.",
        )  # fmt: skip
    captions = captions_of(source, ((number, draft.caption) for number, draft in drafts.items()))
    entities = tuple(draft.entity(captions) for draft in drafts.values())
    return ParsedList(source=source, published=published, entities=entities, notices=tuple(notices))


def _published(text: str, path: Path) -> str:
    match = re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", text)  # month first
    if not match:
        raise ListFormatError(
            f"the date of publication should be as 12/31/2024, it is {text!r}", where=str(path), hint=_AGAIN
        )
    return f"{match[3]}-{match[1]}-{match[2]}"


def _text(element: etree._Element, name: str) -> str:
    found = element.find(f"{{*}}{name}")
    return squeezed(found.text or "") if found is not None else ""


def _caption(element: etree._Element) -> str:
    return ", ".join(part for part in (_text(element, "lastName"), _text(element, "firstName")) if part)


def _draft(element: etree._Element, source: str, where: str, notices: list[str]) -> Draft:
    number, caption = _text(element, "uid"), _caption(element)
    if not number or not caption:
        raise ListFormatError(f"the entry {number} has no {'name' if number else 'uid'}", where=where, hint=_AGAIN)
    found = element.find("{*}remarks")
    text = (found.text or "").strip() if found is not None else ""
    draft = Draft(
        source=source, number=number, caption=caption, kind=_text(element, "sdnType"), text=text,
        programmes=[squeezed(each.text or "") for each in element.iterfind("{*}programList/{*}program") if each.text],
        positions=[part.strip() for part in _text(element, "title").split(";") if part.strip()],
        remarks=read_remarks(text),
    )  # fmt: skip
    add_published(draft.names, caption, "primary", person=draft.person)
    _read_aliases(draft, element)
    for name, (item, value, label) in _LISTS.items():
        each = element.findall(f"{{*}}{name}/{{*}}{item}")
        for stated in sorted(each, key=lambda entry: _text(entry, "mainEntry") == "false"):
            if _text(stated, value):
                read_item(draft.remarks, f"{label} {_text(stated, value)}")
    for document in element.iterfind("{*}idList/{*}id"):
        _read_document(draft.remarks, document)
    for address in element.iterfind("{*}addressList/{*}address"):
        _read_address(draft, address)
    for vessel in element.iterfind("{*}vesselInfo"):
        draft.call_sign, draft.flag = _text(vessel, "callSign"), _text(vessel, "vesselFlag")
        draft.owner = _text(vessel, "vesselOwner")
        draft.vessel = {note: _number(_text(vessel, name)) for name, note in _VESSEL.items()}
    for child in element:
        name = local_name(child)
        if name not in _READ:
            notices.append(f"{where}: unknown element <{name}> kept as a note")
            draft.notes.append(Note(field=name, text=squeezed(" ".join(map(str, child.itertext())))))
    return draft


def _number(text: str) -> str:
    """Return a tonnage as the CSV writes it: 318,000."""
    return f"{int(text):,}" if text.isdecimal() else text


def _read_aliases(draft: Draft, element: etree._Element) -> None:
    aliases = element.findall("{*}akaList/{*}aka")
    for alias in sorted(aliases, key=lambda each: _text(each, "category") == "weak"):
        quality = QUALITIES.get(_text(alias, "type").replace(".", "").lower(), "strong")
        if quality == "strong" and _text(alias, "category").lower() == "weak":
            quality = "weak"
        add_published(draft.names, _caption(alias), quality, person=draft.person)


def _read_address(draft: Draft, element: etree._Element) -> None:
    street = ", ".join(part for part in (_text(element, f"address{line}") for line in (1, 2, 3)) if part)
    province, postal = _text(element, "stateOrProvince"), _text(element, "postalCode")
    city = ", ".join(part for part in (_text(element, "city"), province) if part)
    region = _text(element, "region")
    country = _text(element, "country") or (f"Region: {region}" if region else "")
    draft.addresses.append(address_of(street, f"{city} {postal}".strip(), country))


def _read_document(remarks: Remarks, element: etree._Element) -> None:
    read_document(
        remarks, _text(element, "idType"), _text(element, "idNumber"), country=_text(element, "idCountry"),
        issued=_text(element, "issueDate"), expires=_text(element, "expirationDate"),
    )  # fmt: skip
