"""FollowTheMoney (FtM) JSON in and out. Reach for it to read a party that another tool wrote, or to hand one on.

Two shapes are read. The flat one has properties beside ``id`` and ``schema``, each a text or a list of texts::

    {"id": "c-17", "schema": "Person", "name": "Zayd al-Mithali", "birthDate": ["1970"]}

The nested one is that of FtM and OpenSanctions, with the lists under ``properties``::

    {"id": "c-17", "schema": "Person", "properties": {"name": ["Zayd al-Mithali"], "birthDate": ["1970"]}}

:func:`to_ftm` writes the nested one. FtM has no room for some of what the records keep, so writing loses: the language
and the fields of a name, the issuer and dates of a document, the parts of an address, "about" before a date (a range
becomes the month, the year or the years that it covers), and where in the source a relation is stated. What is written
is read back unchanged.
The property names are those of https://followthemoney.tech/explorer/.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from tajfif.config import MAX_NAME_LENGTH
from tajfif.errors import InputError
from tajfif.model import (
    Address,
    BirthDate,
    Entity,
    Identifier,
    Listing,
    Name,
    NameQuality,
    Note,
    Party,
    Place,
    Schema,
    Subject,
)
from tajfif.text.attributes import country_code, gender, parse_date
from tajfif.text.unicode import script_of

__all__ = [
    "IDENTIFIER_PROPERTIES",
    "compose_name",
    "entity_from_ftm",
    "party_from_ftm",
    "schema_named",
    "to_flat",
    "to_ftm",
]

MAX_TEXT = 20_000
"""Longest value of any property, in characters."""
MAX_VALUES = 5_000
"""Most values of one property."""
_MOST_YEARS = 30

IDENTIFIER_PROPERTIES = (
    "passportNumber", "idNumber", "socialSecurityNumber", "registrationNumber", "taxNumber", "vatCode", "innCode",
    "ogrnCode", "okpoCode", "leiCode", "dunsCode", "uniqueEntityId", "swiftBic", "imoNumber", "mmsi", "callSign",
    "serialNumber", "publicKey", "accountNumber", "iban", "wikidataId", "phone", "email", "website", "identifier",
)  # fmt: skip
"""The properties read as identifiers, in the order in which they are written."""

_NAME_PROPERTIES: tuple[tuple[str, NameQuality], ...] = (
    ("name", "primary"), ("fullName", "primary"), ("alias", "strong"), ("weakAlias", "weak"),
    ("previousName", "former"),
)  # fmt: skip
_NAME_PROPERTY_OF = {"primary": "name", "strong": "alias", "weak": "weakAlias", "former": "previousName"}
_QUALITIES = tuple(_NAME_PROPERTY_OF)
_DATE_PROPERTIES = ("birthDate", "incorporationDate", "buildDate")
_DATE_PROPERTY_OF: dict[str, str] = dict.fromkeys(("Organization", "Company", "PublicBody"), "incorporationDate") | {
    "Vessel": "buildDate",
    "Airplane": "buildDate",
}
_NATIONALITY_PROPERTIES = ("nationality", "citizenship")
_COUNTRY_PROPERTIES = ("country", "jurisdiction", "mainCountry", "flag", "residence")
_GIVEN_PROPERTIES = ("firstName", "secondName", "middleName")

_NO_LONGER = frozenset({"delisted", "removed", "revoked", "inactive", "expired"})
"""What the status of a sanction says when it holds no longer."""

_SCHEMATA: tuple[Schema, ...] = get_args(Schema)
_SCHEMA_BY_WORD: dict[str, Schema] = {schema.casefold(): schema for schema in _SCHEMATA} | {
    "vehicle": "Thing",
    "asset": "Thing",
    "security": "Thing",
}


def party_from_ftm(data: object, *, where: str = "") -> Subject:
    """Read somebody to be screened from FtM JSON, flat or nested.

    Args:
        data: The decoded JSON object. Properties that are not known are ignored.
        where: File and line, for the error.

    Returns:
        The subject; ``firstName``, ``secondName`` or ``middleName`` (or ``fatherName``) and ``lastName`` make its name
        when no ``name`` is given. A date that cannot be read is kept as ``BirthDate(text=…)``.

    Raises:
        InputError: A known key has a value of a wrong type or beyond the limits; the message names the key.
    """
    bag = _Bag.of(data, where)
    return Subject(id=bag.top("id"), **_party_fields(bag))


def entity_from_ftm(data: object, *, where: str = "") -> Entity:
    """Read a listed party from FtM JSON, flat or nested.

    Nested ``Sanction`` objects under ``sanctions`` become listings; ``title``, ``position`` and ``notes`` are kept.

    Args:
        data: The decoded JSON object. Properties that are not known are ignored.
        where: File and line, for the error.

    Raises:
        InputError: As :func:`party_from_ftm`.
    """
    bag = _Bag.of(data, where)
    return Entity(
        id=bag.top("id"),
        listings=_listings(bag),
        titles=bag.texts("title"),
        positions=bag.texts("position"),
        notes=tuple(Note(field="notes", text=text) for text in bag.texts("notes")),
        **_party_fields(bag),
    )


def to_ftm(party: Party) -> dict[str, Any]:
    """Write a party as nested FtM JSON, its keys and values in a fixed order.

    Returns:
        ``{"id", "caption", "schema", "properties"}`` of plain dicts, lists and texts; ``id`` and ``caption`` are left
        out where they are empty. An unreadable date goes to ``notes``, a document of unknown kind to ``idNumber``.
    """
    properties: dict[str, list[Any]] = {}

    def add(name: str, values: Iterable[str]) -> None:
        for value in values:
            kept = properties.setdefault(name, [])
            if value and value not in kept:
                kept.append(value)

    for name in sorted(party.names, key=_name_place):
        add(_NAME_PROPERTY_OF[name.quality], [name.value])
    caption = next((values[0] for values in properties.values() if values), "")
    for date in party.birth_dates:
        add(_DATE_PROPERTY_OF.get(party.schema, "birthDate"), _ftm_dates(date))
    add("birthPlace", (place.text for place in party.birth_places))
    if len(party.birth_places) == 1 and party.birth_places[0].country != _country_at_the_end(
        party.birth_places[0].text
    ):
        add("birthCountry", [party.birth_places[0].country])
    add("nationality", party.nationalities)
    add("country", party.countries)
    add("gender", [party.gender])
    add("motherName", party.mother_names)
    add("fatherName", party.father_names)
    for one in sorted(party.identifiers, key=_identifier_place):
        add(one.kind if one.kind in _IDENTIFIER_PLACES else _unknown_identifier(party.schema), [one.value])
    add("address", (address.text for address in party.addresses))
    add("notes", (f"birthDate: {date.text}" for date in party.birth_dates if not date.start and date.text))
    if isinstance(party, Entity):
        add("title", party.titles)
        add("position", party.positions)
        add("notes", (note.text for note in party.notes))
        properties["sanctions"] = [_sanction(listing) for listing in party.listings]
    out: dict[str, Any] = {}
    if isinstance(party, (Subject, Entity)) and party.id:
        out["id"] = party.id
    if caption:
        out["caption"] = caption
    return {**out, "schema": party.schema, "properties": {name: kept for name, kept in properties.items() if kept}}


def to_flat(subject: Subject) -> dict[str, Any]:
    """Write a subject in the flat shape, as results cite it: ``id``, ``name`` and ``schema``, then lists of values.

    Further names of the first quality stand under ``alias``.
    """
    written = to_ftm(subject)
    properties = written["properties"]
    others = [name.value for name in subject.names[1:] if name.quality in ("primary", "strong")]
    properties.pop("name", None)
    if others:
        properties["alias"] = list(dict.fromkeys(others))
    return {"id": subject.id, "name": subject.name, "schema": subject.schema, **properties}


def compose_name(given: Iterable[str], family: str = "") -> Name | None:
    """Make one name of the name fields of a form, in their order.

    Args:
        given: The given name, father's, grandfather's …; empty ones are left out.
        family: The family name.

    Returns:
        The name with its ``parts`` and ``family``, or nothing if every field is empty.
    """
    parts = tuple(part for part in (*given, family) if part)
    if not parts:
        return None
    value = " ".join(parts)
    return Name(value=value, script=script_of(value), parts=parts, family=family)


def schema_named(word: str) -> Schema | None:
    """Return the schema of that FtM name in any case, or nothing if it is not one of a party."""
    return _SCHEMA_BY_WORD.get(word.casefold())


class _Bag:
    """The properties of one JSON object with their types checked as they are taken."""

    def __init__(self, top: Mapping[str, Any], properties: Mapping[str, Any], where: str) -> None:
        self._top = top
        self.properties = properties
        self.where = where

    @classmethod
    def of(cls, data: object, where: str) -> _Bag:
        if not isinstance(data, dict):
            raise InputError(f"an entity must be a JSON object, not {_kind(data)}", where=where)
        properties = data.get("properties", data)
        if not isinstance(properties, dict):
            raise InputError(f"key 'properties' must be a JSON object, not {_kind(properties)}", where=where)
        return cls(data, properties, where)

    def top(self, key: str) -> str:
        """A single text of the object itself, not of its properties."""
        value = self._top.get(key)
        return "" if value is None else self._text(key, value)

    def texts(self, *keys: str) -> tuple[str, ...]:
        """The distinct texts of the properties, in order."""
        found: dict[str, None] = {}
        for key in keys:
            for value in self._values(key):
                found[self._text(key, value)] = None
        found.pop("", None)
        return tuple(found)

    def objects(self, key: str) -> list[Mapping[str, Any]]:
        """The nested objects of a property; ids in their place say nothing here."""
        return [value for value in self._values(key) if isinstance(value, dict)]

    def _values(self, key: str) -> list[Any]:
        value = self.properties.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            return [value]
        if len(value) > MAX_VALUES:
            raise InputError(
                f"key {key!r} has {len(value):,} values; at most {MAX_VALUES:,} are read", where=self.where
            )
        return [one for one in value if one is not None]

    def _text(self, key: str, value: object) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            raise InputError(f"key {key!r} must be a text or a list of texts, not {_kind(value)}", where=self.where)
        limit = MAX_NAME_LENGTH if key in _LENGTH_LIMITED else MAX_TEXT
        if len(value) > limit:
            raise InputError(f"key {key!r} has {len(value):,} characters, not at most {limit:,}", where=self.where)
        return " ".join(value.split())


_LENGTH_LIMITED = frozenset(
    (
        *(name for name, _ in _NAME_PROPERTIES),
        *_GIVEN_PROPERTIES,
        "lastName",
        "fatherName",
        "motherName",
        "id",
        "schema",
    )
)


def _kind(value: object) -> str:
    names = {"dict": "an object", "list": "a list", "str": "a text", "bool": "true or false", "float": "a fraction"}
    return {**names, "int": "a number", "NoneType": "null"}.get(type(value).__name__, type(value).__name__)


def _party_fields(bag: _Bag) -> dict[str, Any]:
    fathers = bag.texts("fatherName")
    return {
        "schema": _schema(bag),
        "names": _names(bag, fathers),
        "birth_dates": tuple(_date(text) for text in bag.texts(*_DATE_PROPERTIES)),
        "birth_places": _places(bag),
        "nationalities": _codes(bag.texts(*_NATIONALITY_PROPERTIES)),
        "countries": _codes(bag.texts(*_COUNTRY_PROPERTIES)),
        "gender": next((found for text in bag.texts("gender", "sex") if (found := gender(text))), ""),
        "mother_names": bag.texts("motherName"),
        "father_names": fathers,
        "identifiers": tuple(
            Identifier(kind=kind, value=value) for kind in IDENTIFIER_PROPERTIES for value in bag.texts(kind)
        ),
        "addresses": _addresses(bag),
    }


def _schema(bag: _Bag) -> Schema:
    word = bag.top("schema")
    if not word:
        return "LegalEntity"
    schema = schema_named(word)
    if schema is None:
        raise InputError(f"key 'schema': {word!r} is not a party; known: {', '.join(_SCHEMATA)}", where=bag.where)
    return schema


def _names(bag: _Bag, fathers: tuple[str, ...]) -> tuple[Name, ...]:
    names = [
        Name(value=value, script=script_of(value), quality=quality)
        for key, quality in _NAME_PROPERTIES
        for value in bag.texts(key)
    ]
    if not any(name.quality == "primary" for name in names):
        given = [value for key in _GIVEN_PROPERTIES for value in bag.texts(key)[:1]]
        if len(given) == 1 or not given:
            given += fathers[:1]
        family = bag.texts("lastName")[:1]
        has_own_name = bool(family) or any(bag.texts(key) for key in _GIVEN_PROPERTIES)
        composed = compose_name(given, *family) if has_own_name else None
        if composed is not None:
            names.insert(0, composed)
    return tuple(names)


def _date(text: str) -> BirthDate:
    try:
        return parse_date(text)
    except InputError:
        return BirthDate(text=text)


def _codes(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for text in texts if (code := country_code(text))))


def _places(bag: _Bag) -> tuple[Place, ...]:
    texts = bag.texts("birthPlace")
    countries = bag.texts("birthCountry")
    if not texts:
        return tuple(Place(text=text, country=country_code(text)) for text in countries)
    if len(texts) == 1 and len(countries) == 1:
        return (Place(text=texts[0], country=country_code(countries[0])),)
    return tuple(Place(text=text, country=_country_at_the_end(text)) for text in texts)


def _country_at_the_end(text: str) -> str:
    return country_code(text.replace("،", ",").rpartition(",")[2].strip())


def _addresses(bag: _Bag) -> tuple[Address, ...]:
    found = dict.fromkeys(bag.texts("address"))
    for nested in bag.objects("addressEntity"):
        found.update(dict.fromkeys(_Bag.of(nested, bag.where).texts("full")))
    return tuple(Address(text=text) for text in found)


def _listings(bag: _Bag) -> tuple[Listing, ...]:
    listings = []
    for nested in bag.objects("sanctions"):
        sanction = _Bag.of(nested, bag.where)
        datasets = nested.get("datasets")
        source = datasets[0] if isinstance(datasets, list) and datasets and isinstance(datasets[0], str) else ""

        def first(*keys: str, sanction: _Bag = sanction) -> str:
            return next(iter(sanction.texts(*keys)), "")

        listings.append(
            Listing(
                source=source,
                reference=first("authorityId", "unscId"),
                programme=first("program"),
                decision=first("description"),
                listed_on=first("listingDate", "startDate"),
                amended_on=sanction.texts("modifiedAt"),
                delisted_on=first("endDate"),
                delisted=first("status").casefold() in _NO_LONGER,
            )
        )
    return tuple(listings)


def _sanction(listing: Listing) -> dict[str, Any]:
    properties = {
        "authorityId": listing.reference,
        "program": listing.programme,
        "description": listing.decision,
        "listingDate": listing.listed_on,
        "endDate": listing.delisted_on,
        "status": "delisted" if listing.delisted else "",
    }
    filled: dict[str, list[str]] = {name: [value] for name, value in properties.items() if value}
    if listing.amended_on:
        filled["modifiedAt"] = list(dict.fromkeys(listing.amended_on))
    return {"schema": "Sanction", "datasets": [listing.source], "properties": filled}


_IDENTIFIER_PLACES = {kind: place for place, kind in enumerate(IDENTIFIER_PROPERTIES) if kind != "identifier"}


def _ftm_dates(date: BirthDate) -> Iterable[str]:
    """The dates that FtM can say: a range becomes the shortest partial dates, each an alternative, that cover it."""
    if not date.end or date.end == date.start:
        return (date.start,)
    for length in (7, 4):
        if len(date.start) >= length <= len(date.end) and date.start[:length] == date.end[:length]:
            return (date.start[:length],)
    first, last = int(date.start[:4]), int(date.end[:4])
    if last - first > _MOST_YEARS:
        return (date.start[:4], date.end[:4])
    return tuple(f"{year:04}" for year in range(first, last + 1))


def _name_place(name: Name) -> int:
    return _QUALITIES.index(name.quality)


def _identifier_place(identifier: Identifier) -> int:
    return _IDENTIFIER_PLACES.get(identifier.kind, len(_IDENTIFIER_PLACES))


def _unknown_identifier(schema: Schema) -> str:
    # FtM has no property for a number of unknown kind; vehicles have no idNumber either.
    return "registrationNumber" if schema in ("Vessel", "Airplane") else "idNumber"
