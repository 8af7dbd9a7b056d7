"""FollowTheMoney (FtM) data sets, as OpenSanctions and others export them. Reach for it to read ``ftm``.

Source: https://followthemoney.tech and https://www.opensanctions.org/docs/bulk/. Told apart by their content:

- entities, one JSON object a line: flat, with other entities by their id (``entities.ftm.json``), or nested, with other
  entities inside (``targets.nested.json``);
- statements, one a line in JSON or a row in CSV: entity, property, value, language (``statements.csv``);
- the table ``targets.simple.csv``.

Persons, organisations, vessels, aircraft and wallets are listed; where the file marks targets, only those are, and the
reader is told how many others there were. Sanctions become listings, passports and identity documents identifiers,
addresses addresses, and ownership, family, membership and the like relations. What is not read is counted and reported.
A person's names of one part, which data sets repeat beside the whole name, are weak.

The data keep their licence: OpenSanctions' is CC BY-NC 4.0.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from tajfif.errors import InputError, ListFormatError
from tajfif.ftm import entity_from_ftm, schema_named
from tajfif.lists.parsers import Collected, ParsedList
from tajfif.lists.parsers.drafts import check_spelling
from tajfif.lists.parsers.epithets import alias_quality
from tajfif.lists.parsers.ftm_tables import is_simple, read_simple, read_statements, statement_language
from tajfif.lists.parsers.reading import only_file, read_rows
from tajfif.model import Address, Entity, Identifier, Listing, Note, Relation
from tajfif.text.attributes import country_code, identifier_kind

__all__ = ["MAX_BYTES", "collect", "parse"]

MAX_BYTES = 2 << 30
"""Largest file that is read, in bytes: some six times the whole of OpenSanctions' sanctions."""

_LONGEST_LINE = 32 << 20
_AGAIN = "The file is damaged or cut off: fetch it again, or compare its size with the original."
_LINKS = {
    "Ownership": ("owner", "asset", "owner", "owned"), "Directorship": ("director", "organization", "leader", ""),
    "Membership": ("member", "organization", "member", ""), "Family": ("person", "relative", "family", "family"),
    "Associate": ("person", "associate", "associated", "associated"), "UnknownLink": ("subject", "object", "linked", ""),
    "Representation": ("agent", "client", "associated", "associated"),
    "Employment": ("employee", "employer", "associated", ""),
}  # fmt: skip
"""Schemata that link two parties: their two ends, and what the one is to the other, where it is read both ways."""
_DOCUMENTS = {"Passport": "passportNumber", "Identification": "idNumber"}
_TOLD = ("description", "summary", "topics", "sourceUrl", "status", "religion", "ethnicity", "deathDate", "program")


def collect(path: Path, *, source: str = "ftm") -> Collected:
    """Return the data set at ``path``: a file, or a directory with one JSON or CSV file.

    Args:
        path: What the user named.
        source: Key of the source; not needed here.

    Raises:
        ListFormatError: There is no such file, or more than one.
    """
    return Collected(files={"list": only_file(path, (".json", ".jsonl", ".csv"), f"FollowTheMoney ({source})")})


def parse(files: dict[str, Path], *, source: str = "ftm") -> ParsedList:
    """Read a data set of any of the shapes above.

    Args:
        files: ``{"list": path}``.
        source: Key of the source, which begins every entity's id.

    Raises:
        ListFormatError: The file is malformed, cut off, empty, too large, of another shape or lost its letters; an
            entity has no id or name, has its id twice, or a value of a wrong type; names file and line.
    """
    path = files["list"]
    gathered = _Gathered(source)
    first = _head(path)
    if first.startswith(("{", "[")):
        _read_lines(path, gathered)
    else:
        _line, header = next(read_rows(path), (1, []))
        if is_simple(header):
            for entity, day in read_simple(path, source):
                gathered.keep(entity, day, entity.id)
        else:
            for where, data in read_statements(path):
                gathered.add(data, where)
    entities = gathered.finished()
    if not entities:
        raise ListFormatError(
            "the list has no entries", where=str(path), hint="Name a file of entities, statements or simple targets."
        )
    notices = gathered.notices()
    notices += check_spelling((entity.id, name.value) for entity in entities for name in entity.names[:1])
    return ParsedList(source=source, published=gathered.published, entities=tuple(entities), notices=tuple(notices))


def _head(path: Path) -> str:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        raise ListFormatError(
            f"the file cannot be read: {error.strerror}", where=str(path), hint="Check its name and its permissions."
        ) from error
    if size > MAX_BYTES:
        raise ListFormatError(
            f"the file has {size:,} bytes; at most {MAX_BYTES:,} are read", where=str(path),
            hint="Take the export of targets, or of one collection.",
        )  # fmt: skip
    return head.decode("utf-8", "replace").lstrip("\ufeff \r\n\t")


def _read_lines(path: Path, gathered: _Gathered) -> None:
    """Read JSON lines: entities as they come, statements when their entity is complete."""
    decoder = msgspec.json.Decoder()
    statements: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with path.open("rb") as file:
        number = 0
        while line := file.readline(_LONGEST_LINE + 1):
            number += 1
            where = f"{path}, line {number}"
            if len(line) > _LONGEST_LINE:
                raise ListFormatError(f"the line has more than {_LONGEST_LINE:,} bytes", where=where, hint=_AGAIN)
            if not line.strip():
                continue
            try:
                data = decoder.decode(line.removeprefix(b"\xef\xbb\xbf"))
            except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
                raise ListFormatError(
                    f"not well-formed JSON: {error}", where=where, hint=f"There should be one object a line. {_AGAIN}"
                ) from error
            if isinstance(data, dict) and "prop" in data and "value" in data:
                key = data.get("canonical_id") or data.get("entity_id")
                if not isinstance(key, str) or not key:
                    raise ListFormatError("the statement has no entity_id", where=where, hint=_AGAIN)
                statements[key].append(data)
            else:
                gathered.add(data, where)
    for key, group in statements.items():
        gathered.add(statement_language(key, group), f"{path}, entity {key}")


@dataclass
class _Gathered:
    """What was read so far: parties, and what belongs to them but came apart."""

    source: str
    parties: dict[str, Entity] = field(default_factory=dict)
    links: list[dict[str, Any]] = field(default_factory=list)
    extras: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)
    address_ids: dict[str, list[str]] = field(default_factory=dict)
    addresses: dict[str, dict[str, Any]] = field(default_factory=dict)
    captions: dict[str, str] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    published: str = ""

    def add(self, data: object, where: str) -> None:
        """Take one entity: a party to list, or one that says something of another.

        Raises:
            ListFormatError: It is no entity, or one that cannot be read.
        """
        if not isinstance(data, dict) or not isinstance(data.get("schema"), str) or not data.get("id"):
            raise ListFormatError(
                "the object is no entity: it has no id and schema", where=where,
                hint="Name a file of FollowTheMoney entities, statements or simple targets.",
            )  # fmt: skip
        schema, properties = data["schema"], _properties(data)
        self._read_inside(data["id"], properties, where)
        if schema in _LINKS:
            self.links.append(properties | {"schema": schema})
        elif schema == "Sanction" or schema in _DOCUMENTS:
            self.extras.append((schema, data, where))
        elif schema == "Address":
            self.addresses[str(data["id"])] = properties
        elif schema_named(schema) is None:
            self.skipped[schema] += 1
        elif data.get("target") is False:
            self.captions[str(data["id"])] = str(data.get("caption") or next(iter(_texts(properties, "name")), ""))
            self.skipped["parties that are no targets"] += 1
        else:
            self._add_party(data, properties, where)

    def _add_party(self, data: dict[str, Any], properties: dict[str, Any], where: str) -> None:
        try:
            read = entity_from_ftm(data, where=where)
        except InputError as error:
            raise ListFormatError(error.message, where=error.where or where, hint=error.hint) from error
        number = f"{self.source}:{read.id}"
        own = Listing(
            source=self.source, reference=read.id, programme="; ".join(_texts(properties, "topics", "programId"))
        )
        languages = data.get("languages") if isinstance(data.get("languages"), dict) else {}
        entity = msgspec.structs.replace(
            read,
            id=number,
            names=tuple(
                msgspec.structs.replace(name, language=languages[name.value]) if languages and name.value in languages else name
                for name in read.names
            ),
            listings=(own, *read.listings),
            notes=(*read.notes, *(Note(field=key, text=text) for key in _TOLD for text in _texts(properties, key)),
                   *(Note(field="datasets", text=text) for text in _strings(data.get("datasets")))),
        )  # fmt: skip
        self.address_ids[number] = _texts(properties, "addressEntity")
        self.keep(
            entity, max((str(data.get(key) or "")[:10] for key in ("last_seen", "last_change")), default=""), where
        )

    def keep(self, entity: Entity, day: str, where: str) -> None:
        """Keep a party.

        Raises:
            ListFormatError: It has no name, or its id is there twice.
        """
        if not entity.names:
            raise ListFormatError("the entity has no name", where=where, hint=_AGAIN)
        if entity.id in self.parties:
            raise ListFormatError(f"the id {entity.id} is there twice", where=where, hint=_AGAIN)
        self.parties[entity.id] = _weighed(entity) if entity.schema == "Person" else entity
        self.published = max(self.published, day)

    def _read_inside(self, parent: str, properties: dict[str, Any], where: str, depth: int = 0) -> None:
        """Take the links and documents that are nested in an entity."""
        if depth > 8:
            raise ListFormatError("entities are nested more than eight deep", where=where, hint=_AGAIN)
        for key, values in properties.items():
            for inner in values if isinstance(values, list) else ():
                if not isinstance(inner, dict) or key in {"sanctions", "addressEntity"}:
                    continue
                schema, more = str(inner.get("schema") or ""), _properties(inner)
                if schema in _LINKS:
                    self.links.append(more | {"schema": schema})
                elif schema in _DOCUMENTS:
                    self.extras.append((schema, {"properties": {"holder": [parent], **more}}, where))
                self._read_inside(str(inner.get("id") or ""), more, where, depth + 1)

    def finished(self) -> list[Entity]:
        """Return the parties with what came apart from them."""
        relations: dict[str, list[Relation]] = defaultdict(list)
        for link in self.links:
            self._link(link, relations)
        listings: dict[str, list[Listing]] = defaultdict(list)
        identifiers: dict[str, list[Identifier]] = defaultdict(list)
        for schema, data, where in self.extras:
            self._extra(schema, data, where, listings, identifiers)
        return [
            msgspec.structs.replace(
                entity,
                relations=(*entity.relations, *dict.fromkeys(relations[key])),
                listings=(*entity.listings, *dict.fromkeys(listings[key])),
                identifiers=_merged(entity.identifiers, identifiers[key]),
                addresses=tuple(dict.fromkeys((*entity.addresses, *self._addresses(key)))),
            )
            for key, entity in self.parties.items()
        ]

    def _addresses(self, number: str) -> Iterator[Address]:
        for reference in self.address_ids.get(number, ()):
            properties = self.addresses.get(reference, {})
            parts = {
                key: next(iter(_texts(properties, key)), "")
                for key in ("full", "street", "city", "region", "postalCode", "country")
            }
            text = parts["full"] or ", ".join(
                parts[key] for key in ("street", "city", "region", "country") if parts[key]
            )
            if text:
                yield Address(
                    text=text, street=parts["street"], city=parts["city"], region=parts["region"],
                    postal_code=parts["postalCode"], country=country_code(parts["country"]),
                )  # fmt: skip

    def _link(self, link: dict[str, Any], relations: dict[str, list[Relation]]) -> None:
        first, second, forward, backward = _LINKS[link["schema"]]
        for one in _ends(link.get(first)):
            for other in _ends(link.get(second)):
                relations[f"{self.source}:{one[0]}"].append(self._relation(forward, other))
                if backward:
                    relations[f"{self.source}:{other[0]}"].append(self._relation(backward, one))

    def _relation(self, kind: str, end: tuple[str, str]) -> Relation:
        number = f"{self.source}:{end[0]}"
        known = self.parties.get(number)
        name = known.caption if known else end[1] or self.captions.get(end[0], "")
        return Relation(kind=kind, target=number if known else "", target_reference=end[0], target_name=name)

    def _extra(
        self, schema: str, data: dict[str, Any], where: str, listings: dict[str, list[Listing]],
        identifiers: dict[str, list[Identifier]],
    ) -> None:  # fmt: skip
        properties = _properties(data)
        if schema == "Sanction":
            holders = _texts(properties, "entity")
            try:
                read = entity_from_ftm({"schema": "Thing", "properties": {"sanctions": [data]}}, where=where)
            except InputError as error:
                raise ListFormatError(error.message, where=error.where or where, hint=error.hint) from error
            for holder in holders:
                listings[f"{self.source}:{holder}"] += read.listings
            return
        label = next(iter(_texts(properties, "type")), "")
        kind = identifier_kind(label) if label and schema != "Passport" else _DOCUMENTS[schema]
        for number in _texts(properties, "number", "passportNumber"):
            document = Identifier(
                kind=kind if kind != "identifier" else _DOCUMENTS[schema], value=number, label=label,
                country=next((code for text in _texts(properties, "country") if (code := country_code(text))), ""),
                issued=next(iter(_texts(properties, "startDate")), ""), expires=next(iter(_texts(properties, "endDate")), ""),
                note="; ".join(_texts(properties, "authority", "summary")),
            )  # fmt: skip
            for holder in _texts(properties, "holder"):
                identifiers[f"{self.source}:{holder}"].append(document)

    def notices(self) -> list[str]:
        """Say what was not listed."""
        return [f"{count:,} {what} were not listed" for what, count in sorted(self.skipped.items())]


def _weighed(entity: Entity) -> Entity:
    """Make a person's names of one part weak where there is a whole one: data sets repeat the parts as names."""
    weak = [alias_quality(name.value) == "weak" for name in entity.names]
    if all(weak) or not any(weak):
        return entity
    names = (
        msgspec.structs.replace(name, quality="weak") if is_weak else name
        for name, is_weak in zip(entity.names, weak, strict=True)
    )
    return msgspec.structs.replace(entity, names=tuple(names))


def _properties(data: dict[str, Any]) -> dict[str, Any]:
    properties = data.get("properties", data)
    return properties if isinstance(properties, dict) else {}


def _strings(value: object) -> list[str]:
    values: Iterable[object] = value if isinstance(value, list) else [value]
    return [text for text in values if isinstance(text, str) and text]


def _texts(properties: dict[str, Any], *keys: str) -> list[str]:
    return list(dict.fromkeys(text for key in keys for text in _strings(properties.get(key))))


def _ends(value: object) -> list[tuple[str, str]]:
    """Return the parties at one end of a link: their ids, with their names where they are nested in it."""
    found = []
    for end in value if isinstance(value, list) else [value]:
        if isinstance(end, str) and end:
            found.append((end, ""))
        elif isinstance(end, dict) and end.get("id"):
            found.append((str(end["id"]), str(end.get("caption") or "")))
    return found


def _merged(plain: tuple[Identifier, ...], documents: list[Identifier]) -> tuple[Identifier, ...]:
    """Put the documents in the place of bare numbers that are the same."""
    told = {(one.kind, one.value) for one in documents}
    return tuple(dict.fromkeys((*(one for one in plain if (one.kind, one.value) not in told), *documents)))
