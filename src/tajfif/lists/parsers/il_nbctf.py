"""Israel's designations and seized wallets, in JSON and CSV. Reach for it to read ``il_nbctf``.

Source: https://nbctf.mod.gov.il, National Bureau for Counter Terror Financing. Its interface gives persons, organisations
and wallets in pages of JSON; the table of administrative seizure orders is CSV, in Hebrew. A directory with all pages and
the table is one list. For each kind of content the pages must hold as many items as they say there are.

A status other than Active is a delisting. Persons that are not designated but named in a seizure order are kept, and
their programme says so. In the table (:mod:`tajfif.lists.parsers.il_orders`) a wallet without a name is an entry of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import Collected, ParsedList
from tajfif.lists.parsers.drafts import Draft, check_spelling, codes_in, day_of, delisted_notice
from tajfif.lists.parsers.epithets import alias_quality
from tajfif.lists.parsers.il_orders import read_orders, wallet_draft
from tajfif.lists.parsers.objects import Row, read_json
from tajfif.lists.parsers.parties import organisation_schema
from tajfif.lists.parsers.reading import squeeze
from tajfif.lists.parsers.tables import NULLS
from tajfif.model import Listing, Relation
from tajfif.text.attributes import identifier_kind
from tajfif.text.unicode import script_of

__all__ = ["collect", "parse"]

_AGAIN = "Fetch all pages again (skip=0, 1000, 2000 … &take=1000), and name the directory that holds them."
_KINDS = {"operative": "persons", "organization": "organisations", "cryptocurrencyWallet": "wallets"}
_LANGUAGES = {"Arab": "ar", "Hebr": "he"}
_TAG = re.compile(r"<[^>]{0,500}>")
_RELATED = (
    ("relatedOrganizations", "associated"), ("linkedOrganizations", "associated"), ("designatedOperatives", "owned"),
    ("designatedOrganizations", "owned"), ("nonDesignatedOperatives", "owned"), ("nonDesignatedOrganizations", "owned"),
)  # fmt: skip


def collect(path: Path, *, source: str = "il_nbctf") -> Collected:
    """Return the files at ``path``: one file, or all JSON and CSV files of a directory.

    Args:
        path: What the user named.
        source: Key of the source; not needed here.

    Raises:
        ListFormatError: There is no such file, or the directory has none.
    """
    if path.is_file():
        return Collected(files={path.name: path})
    found = (
        sorted(each for each in path.iterdir() if each.suffix.lower() in {".json", ".csv"} and each.is_file())
        if path.is_dir()
        else []
    )
    if not found:
        raise ListFormatError("there is no JSON or CSV file", where=str(path), hint=_AGAIN)
    return Collected(files={each.name: each for each in found})


def parse(files: dict[str, Path], *, source: str = "il_nbctf") -> ParsedList:
    """Read the pages and the table of orders.

    Args:
        files: By name, in any number.
        source: Key of the source, which begins every entity's id.

    Raises:
        ListFormatError: A file is malformed, cut off, empty, the answer of a faulty interface or another document, lost
            its letters, or an item has no id or name; pages of a kind are missing or overlap.
    """
    notices: list[str] = []
    drafts: dict[str, Draft] = {}
    found: Counter[str] = Counter()
    totals: dict[str, tuple[int, Path]] = {}
    for path in (files[role] for role in sorted(files)):
        if path.suffix.lower() == ".csv":
            read_orders(path, source, drafts, notices)
            found["orders"] += 1
            continue
        for kind, row in _items(path, totals):
            found[kind] += 1
            _add(kind, row, source, drafts, notices)
    for kind, (total, path) in totals.items():
        if found[kind] != total:
            raise ListFormatError(
                f"the files hold {found[kind]} {_KINDS[kind]} of {total}", where=str(path), hint=_AGAIN
            )
    if not drafts:
        raise ListFormatError("the list has no entries", where=", ".join(map(str, files.values())), hint=_AGAIN)
    notices += check_spelling((draft.where, draft.names[0].value) for draft in drafts.values() if draft.names)
    missing = [words for kind, words in {**_KINDS, "orders": "the table of seizure orders"}.items() if not found[kind]]
    if missing:
        notices.append(f"not in these files: {', '.join(missing)}")
    entities = [draft.entity() for draft in drafts.values()]
    notices += delisted_notice(entities)
    known = {entity.id for entity in entities}
    linked = tuple(
        msgspec.structs.replace(entity, relations=tuple(_resolved(relation, known) for relation in entity.relations))
        for entity in entities
    )
    return ParsedList(source=source, published="", entities=linked, notices=tuple(notices))


def _items(path: Path, totals: dict[str, tuple[int, Path]]) -> Iterator[tuple[str, Row]]:
    answer = read_json(path)
    items = answer.get("items") if isinstance(answer, dict) else None
    if not isinstance(items, list):
        detail = answer.get("detail") or answer.get("title") if isinstance(answer, dict) else ""
        words = (
            f"the interface answered with an error: {detail}" if detail else "there is no items, the list of entries"
        )
        raise ListFormatError(words, where=str(path), hint=_AGAIN)
    for place, data in enumerate(items, start=1):
        row = Row(data, f"{path}, item {place}")
        kind = row.text("contentType")
        if kind not in _KINDS:
            raise ListFormatError(
                f"the contentType {kind!r} is not known", where=row.where, hint=f"Known are: {', '.join(_KINDS)}."
            )
        total = answer.get("total", len(items))
        if not isinstance(total, int) or totals.setdefault(kind, (total, path))[0] != total:
            raise ListFormatError(
                f"pages of {_KINDS[kind]} state different totals, {totals.get(kind, (0, path))[0]} and {total}",
                where=str(path), hint=_AGAIN,
            )  # fmt: skip
        yield kind, row


def _add(kind: str, item: Row, source: str, drafts: dict[str, Draft], notices: list[str]) -> None:
    row = Row(item.data.get("properties"), f"{item.where}, properties")
    if kind == "cryptocurrencyWallet":
        address = row.text("walletAddress") or item.text("name")
        draft = wallet_draft(address, row.text("coinType"), source, drafts, item.where, notices)
    else:
        number = item.text("id")
        if not number or number in drafts:
            wrong = "is there twice" if number else "is missing"
            raise ListFormatError(f"the id {number!r} {wrong}", where=item.where, hint=_AGAIN)
        draft = Draft(source, number, "Person", item.where, notices, language="he")
        drafts[number] = draft
        key = "fullName" if kind == "operative" else "organizationName"
        name = row.text(key) or item.text("name")
        _name(draft, name, primary=True)
        if kind == "operative":
            _read_person(draft, row)
        else:
            draft.schema = organisation_schema(name)
            _read_organisation(draft, row)
    _read_common(draft, row, designated=kind == "organization" or row.data.get("isDesignated", True) is not False)


def _name(draft: Draft, value: str, *, primary: bool = False) -> None:
    if value.casefold() in NULLS:
        return
    quality = "primary" if primary else alias_quality(value) if draft.schema == "Person" else "strong"
    draft.name(value, quality, language=_LANGUAGES.get(script_of(value), ""))


def _read_person(draft: Draft, row: Row) -> None:
    for alias in _texts(row.items("additionalNames")):
        _name(draft, alias)
    for block in _blocks(row, "datesOfBirth"):
        draft.birth(block.text("date").split("T")[0])
        draft.keep(block.rest())
    for place in _texts(row.items("placesOfBirth")):
        draft.place(place)
    draft.sex(row.text("gender"))
    for block in _blocks(row, "passportDetails"):
        draft.nationality(block.text("nationality"))
        codes, _ = codes_in(block.text("country"), "he")
        draft.identify("passportNumber", block.text("passportNumber"), country=codes[0] if codes else "")
        draft.keep(block.rest())
    for block in _blocks(row, "identificationDocuments"):
        label = block.text("documentType")
        codes, _ = codes_in(block.text("country"), "he")
        kind = identifier_kind(label) if label.casefold() not in NULLS else "idNumber"
        number = block.text("identificationNumber")
        draft.identify(kind, number, country=codes[0] if codes else "", label=label)
        draft.keep(block.rest())


def _read_organisation(draft: Draft, row: Row) -> None:
    for alias in _texts(row.items("alternativeNames")):
        _name(draft, alias)
    if row.text("corporationID").casefold() not in NULLS:
        draft.identify("registrationNumber", row.text("corporationID"))


def _read_common(draft: Draft, row: Row, *, designated: bool) -> None:
    for block in _blocks(row, "addresses"):
        parts = {key: block.text(key) for key in ("street", "city", "country")}
        draft.address(**parts)
        draft.keep(block.rest())
    for block in _blocks(row, "bankAccounts"):
        words = [str(value) for value in block.rest().values() if isinstance(value, (str, int))]
        number = next((word for word in words if sum(char.isdigit() for char in word) > 3), "")
        draft.identify("accountNumber", number, note="; ".join(word for word in words if word != number))
    for key, kind in (("phoneNumbers", "phone"), ("emailAddresses", "email"), ("websites", "website")):
        for value in _texts(row.items(key)):
            draft.identify(kind, value)
    for key, relation in _RELATED:
        for other in row.items(key):
            if isinstance(other, dict) and (other.get("id") or other.get("name")):
                draft.relations.append(
                    Relation(
                        kind=relation, target_reference=str(other.get("id") or ""), target_name=squeeze(str(other.get("name") or ""))
                    )
                )  # fmt: skip
    draft.note("comments", squeeze(_TAG.sub(" ", row.raw("comments"))))
    _read_listing(draft, row, designated=designated)
    draft.keep({key: value for key, value in row.rest().items() if value is not False})


def _read_listing(draft: Draft, row: Row, *, designated: bool) -> None:
    row.flag("isDesignated")
    status = row.text("status")
    dates = [day_of(row.text(key).split("T")[0]) for key in ("temporaryDesignationDate", "permanentDesignationDate")]
    days = [day for day in dates if day]
    designators = [row.text(key) for key in ("localDesignator", "foreignDesignator")]
    if not designated:
        designators.insert(0, "not designated; named in an administrative seizure order")
    draft.listings.append(
        Listing(
            source=draft.source, reference=draft.reference, programme="; ".join(filter(None, designators)),
            decision=row.text("designationNumber"), listed_on=days[0] if days else "", amended_on=tuple(days[1:]),
            delisted=bool(status) and status.casefold() != "active",
        )
    )  # fmt: skip
    if status and status.casefold() != "active":
        draft.note("status", status)


def _blocks(row: Row, key: str) -> list[Row]:
    """Return the properties of each block of a list; a block is wrapped in its type or bare."""
    blocks = (data for data in row.items(key) if isinstance(data, dict))
    return [Row(data.get("properties", data), f"{row.where}, {key}") for data in blocks]


def _texts(values: list[Any]) -> list[str]:
    found: list[str] = []
    for value in values:
        if isinstance(value, str):
            found.append(squeeze(value))
        elif isinstance(value, dict):
            inner = value.get("properties", value)
            found += (
                [squeeze(text) for text in inner.values() if isinstance(text, str)] if isinstance(inner, dict) else []
            )
    return [text for text in found if text.casefold() not in NULLS]


def _resolved(relation: Relation, known: set[str]) -> Relation:
    source = next(iter(known)).partition(":")[0]
    target = f"{source}:{relation.target_reference}"
    return (
        msgspec.structs.replace(relation, target=target) if relation.target_reference and target in known else relation
    )
