"""The records that flow between the rooms. Reach for it whenever you build, read or pass on data.

Plain, typed and immutable: frozen ``msgspec.Struct``s whose fields are named in the words of the field, with
FollowTheMoney (FtM) schema names. ``tajfif.ftm`` turns them into FtM JSON and back. Sequences are tuples in the
order of the source. An empty string or tuple means that the source says nothing; there is no ``None`` for "unknown".

Dates are ISO 8601 with the unknown end left off: ``"1956"``, ``"1956-03"``, ``"1956-03-15"``. Countries are ISO 3166-1
alpha-2 in lower case, as in FtM. Scripts are ISO 15924 codes (``"Latn"``, ``"Arab"``, ``"Cyrl"`` …), languages ISO 639-1.
"""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = [
    "Address",
    "AlignedPart",
    "BirthDate",
    "Comparison",
    "Engine",
    "Entity",
    "Evidence",
    "Hit",
    "Identifier",
    "ListVersion",
    "Listing",
    "Name",
    "NameQuality",
    "Note",
    "Party",
    "Place",
    "Relation",
    "Schema",
    "ScreeningResult",
    "Span",
    "Subject",
    "Term",
]

NameQuality = Literal["primary", "strong", "weak", "former"]
Schema = Literal[
    "Person", "Organization", "Company", "LegalEntity", "PublicBody", "Vessel", "Airplane", "CryptoWallet", "Thing"
]


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of all records: frozen, compared by value, written without its empty fields."""


class Name(Record, frozen=True, kw_only=True):
    """One name of a party, as its source writes it.

    Attributes:
        value: The whole name, in the order in which the source would have it read.
        script: ISO 15924 code of the writing; empty if mixed or unknown.
        language: ISO 639-1 code where the source states it.
        quality: ``primary``; ``strong`` or ``weak`` alias; ``former`` name.
        parts: The name fields of the source in order, where it has them (UN FIRST_NAME … FOURTH_NAME).
        family: The family name, where the source marks it ("LAST, First").
    """

    value: str
    script: str = ""
    language: str = ""
    quality: NameQuality = "primary"
    parts: tuple[str, ...] = ()
    family: str = ""


class BirthDate(Record, frozen=True, kw_only=True):
    """One stated date of birth (or of foundation, or of build).

    Attributes:
        start: The date, or the first day, month or year of a range: ``"1956"``, ``"1956-03"``, ``"1956-03-15"``.
        end: The end of a range, same form; empty for a single date.
        approximate: The source says "circa", "approximately" or "between".
        calendar: ``islamic`` or ``persian`` when the date was converted from that calendar, so that a day must be
            tolerated; empty for a Gregorian date.
        text: What the source wrote, kept where it could not be read without loss.
    """

    start: str = ""
    end: str = ""
    approximate: bool = False
    calendar: Literal["", "islamic", "persian"] = ""
    text: str = ""


class Identifier(Record, frozen=True, kw_only=True):
    """A document, registration, wallet or call-sign number.

    Attributes:
        kind: FtM property name: ``passportNumber``, ``idNumber``, ``taxNumber``, ``registrationNumber``, ``imoNumber``,
            ``mmsi``, ``callSign``, ``swiftBic``, ``publicKey`` (a wallet), ``phone``, ``email``, ``website`` …;
            ``identifier`` when unknown.
        value: The number as written.
        country: Issuing country.
        label: The source's own words for the document ("Syrian travel document", "XBT").
        issued, expires: Dates where stated.
        note: Issuing city, and whatever else the source says of it.
    """

    kind: str
    value: str
    country: str = ""
    label: str = ""
    issued: str = ""
    expires: str = ""
    note: str = ""


class Place(Record, frozen=True, kw_only=True):
    """A place of birth: the parts that the source gives.

    Attributes:
        text: The place in one line, most local part first.
        city, region: As written.
        country: ISO 3166-1 alpha-2, lower case, where it could be recognised.
    """

    text: str
    city: str = ""
    region: str = ""
    country: str = ""


class Address(Record, frozen=True, kw_only=True):
    """A postal address, whole in ``text`` and in the parts that the source gives."""

    text: str
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    note: str = ""


class Listing(Record, frozen=True, kw_only=True):
    """A party's entry on one list by one decision.

    Attributes:
        source: Key of the source: ``un_sc``, ``us_ofac`` …
        reference: The publisher's own reference: ``QDi.006``, an OFAC ``ent_num``.
        programme: Sanctions programme or regime.
        decision: The decision or legal act, where stated.
        listed_on, amended_on, delisted_on: ISO dates.
        expires_on: ISO date until which the decision holds unless it is renewed, where the publisher states it.
        delisted: The publisher says that it holds no longer; ``delisted_on`` has the day where it is stated.
    """

    source: str
    reference: str
    programme: str = ""
    decision: str = ""
    listed_on: str = ""
    amended_on: tuple[str, ...] = ()
    delisted_on: str = ""
    expires_on: str = ""
    delisted: bool = False


class Span(Record, frozen=True, kw_only=True):
    """Where in the source a statement stands: characters ``start`` to ``end`` of the text of ``field``.

    The text counted in is the element's or column's text exactly as the publisher's file has it.
    """

    field: str
    start: int
    end: int


class Relation(Record, frozen=True, kw_only=True):
    """One party's stated link to another.

    Attributes:
        kind: ``associated``, ``founder``, ``leader``, ``member``, ``owner``, ``owned``, ``supporter``, ``financier``,
            ``family``, ``listed_as`` (the other entry is the same party), ``formerly``, ``linked`` (the publisher says
            no more than "Linked To") or ``mentioned`` (the words do not say how).
        target: Id of the other entity, when the list has it; else empty.
        target_reference: The other party's reference as cited ("QDe.004"), where there is one.
        target_name: The other party's name as cited.
        evidence: Where the source says so.
        inverse: A relation reads "this party is the ``kind`` of the target"; when true, it is the target that is the
            founder, leader, member, financier or supporter of this party ("Led by …").
    """

    kind: str
    target: str = ""
    target_reference: str = ""
    target_name: str = ""
    evidence: Span | None = None
    inverse: bool = False


class Note(Record, frozen=True, kw_only=True):
    """A free-text statement of the source that no other field holds whole."""

    field: str
    text: str


class Party(Record, frozen=True, kw_only=True):
    """What can be said of a listed party and of somebody who is screened alike."""

    schema: Schema = "LegalEntity"
    names: tuple[Name, ...] = ()
    birth_dates: tuple[BirthDate, ...] = ()
    birth_places: tuple[Place, ...] = ()
    nationalities: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    gender: Literal["", "male", "female"] = ""
    mother_names: tuple[str, ...] = ()
    father_names: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    addresses: tuple[Address, ...] = ()


class Subject(Party, frozen=True, kw_only=True):
    """Who is being screened. ``id`` is the caller's own key for the row."""

    id: str = ""

    @property
    def name(self) -> str:
        """The first name given, or an empty string."""
        return self.names[0].value if self.names else ""


class Entity(Party, frozen=True, kw_only=True):
    """A listed party.

    Attributes:
        id: ``source:reference``, unique in a list version.
        listings: The entries that make it listed.
        titles, positions: As written ("Mullah"; "Governor of …").
        relations: Links to other parties.
        notes: Statements that no other field holds whole.
    """

    id: str
    listings: tuple[Listing, ...] = ()
    titles: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def is_delisted(self) -> bool:
        """Whether the publisher says of every listing that it holds no longer; one that does is enough to be listed."""
        return bool(self.listings) and all(listing.delisted for listing in self.listings)

    @property
    def caption(self) -> str:
        """The name to show: the first primary one, else the first, else the id."""
        for name in self.names:
            if name.quality == "primary":
                return name.value
        return self.names[0].value if self.names else self.id


class ListVersion(Record, frozen=True, kw_only=True):
    """One parsed version of one source, as every result cites it.

    Attributes:
        source: Key of the source.
        published: ISO date of the publisher, or the day of loading when the file states none.
        sha256: Hash of the raw file, or of the sorted raw files of a set.
        entries: Number of entities.
    """

    source: str
    published: str
    sha256: str
    entries: int


class AlignedPart(msgspec.Struct, frozen=True, kw_only=True):
    """One pair of name parts in a comparison, and what it adds to the sum.

    Attributes:
        query, listed: The parts as written; one is empty when the other has no partner.
        relation: ``exact``, ``folded``, ``spelling``, ``transliteration``, ``variant``, ``initial``, ``dropped``,
            ``contradicts``, ``other_order``.
        role: ``given``, ``family``, ``nisba``, ``kunya``, ``compound``, ``link``, ``title``, ``legal_form``, ``generic``,
            ``word`` …
        weight: Log-likelihood ratio in nats: above zero speaks for the same party, below against.
    """

    query: str
    listed: str
    relation: str
    role: str
    weight: float


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One field beside the name, and what it adds to the sum.

    Attributes:
        property: FtM property: ``birthDate``, ``nationality``, ``passportNumber`` …
        verdict: ``agrees``, ``compatible``, ``contradicts`` or ``missing``.
        weight: As in :class:`AlignedPart`; zero when missing.
        query, listed: The values compared, as written.
    """

    property: str
    verdict: Literal["agrees", "compatible", "contradicts", "missing"]
    weight: float
    query: str
    listed: str


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """What is added to the sum beside name parts and fields.

    Attributes:
        name: ``prior``, ``together``, ``family``, ``misspelt``, ``doubt``, ``enough``, ``left_out``, ``frequent``, ``decided``,
            ``policy``; the documentation of screening tells what each stands for.
        weight: In nats.
    """

    name: str
    weight: float


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two parties compared.

    Attributes:
        score: Probability in [0, 1] that both are the same party.
        alignment: The name parts, pair by pair.
        evidence: The other fields.
        flags: Signs of evasion or of a policy: ``mixed_script``, ``homoglyph``, ``weak_alias`` …
        explanation: The same in a sentence for a person.
        terms: What else is in the sum: the weights of the alignment, the evidence and the terms together are the log-odds.
    """

    score: float
    alignment: tuple[AlignedPart, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    flags: tuple[str, ...] = ()
    explanation: str = ""
    terms: tuple[Term, ...] = ()


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One subject against one listed entity.

    The weights of ``alignment``, ``evidence`` and ``terms`` together are the log-odds by the weights; ``score`` is what they were
    found to mean among hits whose truth is known.

    Attributes:
        listings: All listings of the entity, then those of the entries shown with it.
        merged: Ids of these other entries: the same party on other lists (:mod:`tajfif.screening.merging`).
    """

    entity_id: str
    schema: str
    caption: str
    source: str
    reference: str
    list_version: str
    score: float
    name_matched: str
    query_name: str
    alignment: tuple[AlignedPart, ...]
    evidence: tuple[Evidence, ...]
    flags: tuple[str, ...] = ()
    explanation: str = ""
    terms: tuple[Term, ...] = ()
    listings: tuple[Listing, ...] = ()
    merged: tuple[str, ...] = ()

    @property
    def entity_ids(self) -> tuple[str, ...]:
        """Ids of all entries in the hit, that of the one shown first."""
        return self.entity_id, *self.merged


class Engine(msgspec.Struct, frozen=True, kw_only=True):
    """What computed a result.

    Attributes:
        version: Of the package.
        config: Hash of the settings.
        policy: The settings themselves: threshold, limit, and what a weak alias or a frequent name counts alone.
        merges: Hash of the decisions about merges that hold (:class:`tajfif.lists.merges.EffectiveDecisions`); empty for none.
    """

    version: str
    config: str
    policy: dict[str, float | int | bool | str] = {}
    merges: str = ""


class ScreeningResult(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for one subject.

    Attributes:
        subject: Who was screened.
        status: ``alert`` when a hit reaches the threshold, else ``clear``.
        hits: Best first; only hits that reach the threshold.
        lists: The list versions searched.
        engine: What computed it.
        as_of, known_at: The day and the time as of which the lists were searched, as asked for; empty for now.
    """

    subject: Subject
    status: Literal["clear", "alert"]
    hits: tuple[Hit, ...]
    lists: tuple[ListVersion, ...]
    engine: Engine
    as_of: str = ""
    known_at: str = ""
