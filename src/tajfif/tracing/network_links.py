"""What parties share: phones, addresses, devices, documents, holders, ownership. Reach for it to read and weigh links.

Values are compared in one spelling: phones as digits with the country code, addresses and holders with case, accents, vowel signs and
punctuation laid aside, documents without punctuation. A value that many share says little: its weight is divided among them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from tajfif.errors import InputError
from tajfif.intake.columns import header_key
from tajfif.text.countries import country_code
from tajfif.text.identifiers import normalise_identifier
from tajfif.tracing.batches import opened
from tajfif.tracing.ledger import Ledger
from tajfif.tracing.ownership_reading import Stakes, folded_name
from tajfif.tracing.ownership_rules import KINDS

__all__ = ["MOST_SHARING", "WEIGHTS", "Link", "Parties", "normal_value", "read_parties", "shared_links"]

WEIGHTS = {"document": 0.9, "holder": 0.8, "device": 0.7, "phone": 0.6, "address": 0.4}
"""Weight of a value that exactly two parties share, by what it is; ``k`` parties that share it have the weight over ``k - 1``."""
MOST_SHARING = 50
"""A value that more parties share is taken for common (a bank's own phone, a business centre) and makes no link."""
_CONTROL_WEIGHTS = {"control": 0.8, "votes": 0.5, "director": 0.5, "acting_for": 0.7}
_SEPARATOR = re.compile(r"[;|]")
_DIAL = {
    "AE": "971", "AF": "93", "BH": "973", "DJ": "253", "DZ": "213", "EG": "20", "ER": "291", "GB": "44", "IQ": "964", "IR": "98",
    "JO": "962", "KM": "269", "KW": "965", "LB": "961", "LY": "218", "MA": "212", "MR": "222", "OM": "968", "PK": "92",
    "PS": "970", "QA": "974", "SA": "966", "SD": "249", "SO": "252", "SS": "211", "SY": "963", "TD": "235", "TN": "216",
    "TR": "90", "YE": "967", "DE": "49", "FR": "33", "US": "1", "CA": "1",
}  # fmt: skip
_COLUMNS = {
    "party": "party", "account": "account", "id": "account", "name": "party", "client": "party", "phone": "phone", "mobile": "phone",
    "telephone": "phone", "address": "address", "device": "device", "deviceid": "device", "document": "document",
    "passport": "document", "passportnumber": "document", "idnumber": "document", "holder": "holder", "holders": "holder",
    "country": "country", "الهاتف": "phone", "الجوال": "phone", "العنوان": "address", "الجهاز": "device",
    "الوثيقة": "document", "الاسم": "party", "الطرف": "party", "الحساب": "account", "أصحاب الحساب": "holder", "البلد": "country",
}  # fmt: skip
_FIELD_BY_KEY = {header_key(word): field for word, field in _COLUMNS.items()}


class Parties:
    """Parties, their accounts, and the values that are stated of them.

    Attributes:
        names: Names of the parties, by number.
        accounts: Names of the accounts of each.
        of_account: Party of each account of a ledger, by its index; empty without a ledger.
        values: By kind and value in one spelling: the parties that state it, each with what is written there.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.accounts: list[list[str]] = []
        self.of_account: list[int] = []
        self.values: dict[tuple[str, str], dict[int, str]] = {}
        self._number: dict[str, int] = {}

    def number(self, name: str) -> int:
        """Return the number of a party, a new one if need be."""
        found = self._number.get(name)
        if found is None:
            found = self._number[name] = len(self.names)
            self.names.append(name)
            self.accounts.append([])
        return found

    def number_if_known(self, *names: str) -> int | None:
        """Return the number of a party that has one of these names, or None."""
        return next((self._number[name] for name in names if name in self._number), None)

    def state(self, party: int, kind: str, text: str, country: str = "") -> None:
        """Note what is stated of a party; several values are separated by a semicolon or a bar."""
        for each in _SEPARATOR.split(text):
            value = normal_value(kind, each, country)
            if value:
                self.values.setdefault((kind, value), {}).setdefault(party, each.strip())

    def named(self, wanted: Iterable[Sequence[str]]) -> tuple[list[int], list[str]]:
        """Find parties by name, or by account; each may be known by several names.

        Returns:
            The numbers found, rising, and the first name of each that is not found.
        """
        by_account = {name: party for party, names in enumerate(self.accounts) for name in names}
        folded: dict[str, list[int]] = {}
        for party, name in enumerate(self.names):
            folded.setdefault(folded_name(name), []).append(party)
        found: set[int] = set()
        missing = []
        for names in wanted:
            mine: set[int] = set()
            for name in names:
                exact = self._number.get(name, by_account.get(name))
                mine.update(
                    [exact] if exact is not None else folded.get(folded_name(name), ()) if folded_name(name) else ()
                )
            found |= mine
            if not mine:
                missing.append(names[0])
        return sorted(found), missing


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What joins two parties.

    Attributes:
        one, other: Numbers of the parties, the smaller first.
        kind: ``phone``, ``address``, ``device``, ``document``, ``holder``, or a kind of ownership.
        value: What they share, as the first of them writes it; of ownership who owns what, and the share.
        shared_by: How many parties share it.
        weight: How much it says, from 0 to 1.
    """

    one: int
    other: int
    kind: str
    value: str
    shared_by: int
    weight: float


def normal_value(kind: str, text: str, country: str = "") -> str:
    """Return the one spelling in which a value is compared; empty if it says nothing.

    Args:
        kind: ``phone``, ``address``, ``device``, ``document`` or ``holder``.
        text: As written.
        country: Country of the party, a code, for phones without a country code.
    """
    text = text.strip()
    if kind == "phone":
        return _phone(text, country)
    if kind == "document":
        return normalise_identifier("idNumber", text)
    folded = folded_name(text)
    if kind == "address":
        return folded if len(folded) > 5 else ""
    return folded


def _phone(text: str, country: str) -> str:
    """Return a phone as digits with its country code; without one where neither it nor the country says."""
    is_international = text.lstrip("( ").startswith(("+", "00", "٠٠", "＋"))
    digits = normalise_identifier("phone", text)
    if len(digits) < 6:
        return ""
    code = _DIAL.get(country.upper(), "")
    has_code = bool(code) and digits.startswith(code) and len(digits) > 9
    return digits if is_international or has_code or not code else code + digits


def read_parties(source: Ledger | str | Path) -> Parties:
    """Read the parties of a ledger, or of a file with a row for each account or party.

    Raises:
        InputError: The file cannot be read, or has no column of parties.
    """
    return _of_ledger(source) if isinstance(source, Ledger) else _of_file(source)


def _of_ledger(ledger: Ledger) -> Parties:
    parties = Parties()
    facts = ledger.accounts
    owners, names = facts.codes("party")
    stated = {kind: facts.codes("holders" if kind == "holder" else kind) for kind in WEIGHTS}
    countries, country_words = facts.codes("country")
    for account, name in enumerate(ledger.account_names()):
        party = parties.number(names[owners[account]] if owners[account] >= 0 else name)
        parties.of_account.append(party)
        parties.accounts[party].append(name)
        country = country_words[countries[account]] if countries[account] >= 0 else ""
        for kind, (codes, words) in stated.items():
            if codes[account] >= 0:
                parties.state(party, kind, words[codes[account]], country)
    return parties


def _of_file(path: str | Path) -> Parties:
    parties = Parties()
    with opened(path) as file:
        for table, broken in file.tables():
            if broken.any():
                raise InputError("a row cannot be read", where=file.where)
            fields = {
                header: _FIELD_BY_KEY[key]
                for header in table.column_names
                if (key := header_key(header)) in _FIELD_BY_KEY
            }
            if not {"party", "account"} & set(fields.values()):
                raise InputError(
                    "there is no column of parties",
                    where=file.where,
                    hint="Name one of the columns party, account or name.",
                )
            for row in table.select(list(fields)).to_pylist():
                _state_row(
                    parties, {header: "" if value is None else str(value) for header, value in row.items()}, fields
                )
    return parties


def _state_row(parties: Parties, row: Mapping[str, str], fields: Mapping[str, str]) -> None:
    def of(field: str) -> str:
        return next(
            (row[header].strip() for header, held in fields.items() if held == field and row[header].strip()), ""
        )

    name, account = of("party"), of("account")
    if not name and not account:
        return
    party = parties.number(name or account)
    if account and account not in parties.accounts[party]:
        parties.accounts[party].append(account)
    country = country_code(of("country"))
    for header, field in fields.items():
        if field in WEIGHTS:
            parties.state(party, field, row[header], country)


def shared_links(parties: Parties, stakes: Stakes | None = None) -> tuple[list[Link], list[str]]:
    """Return the links between parties, and what was left out as common, in words.

    Args:
        parties: The parties; owners and firms that are not among them are added.
        stakes: Who owns what, if it is known; dates are not looked at.
    """
    links: list[Link] = []
    common: list[str] = []
    for (kind, _value), holders in sorted(parties.values.items()):
        count = len(holders)
        if count > MOST_SHARING:
            common.append(f"the {kind} {next(iter(holders.values()))!r} makes no link: {count:,} parties share it")
            continue
        members = sorted(holders)
        for place, one in enumerate(members):
            for other in members[place + 1 :]:
                links.append(
                    Link(
                        one=one,
                        other=other,
                        kind=kind,
                        value=holders[one],
                        shared_by=count,
                        weight=WEIGHTS[kind] / (count - 1),
                    )
                )
    if stakes is not None:
        links += _owned(parties, stakes)
    return links, common


def _owned(parties: Parties, stakes: Stakes) -> list[Link]:
    by_fold = {folded_name(name): number for number, name in reversed(list(enumerate(parties.names)))}

    def party(number: int) -> int:
        exact = parties.number_if_known(str(stakes.names[number].as_py()), stakes.name(number))
        return by_fold.get(folded_name(stakes.name(number)), -1) if exact is None else exact

    numbers: dict[int, int] = {}
    links = []
    for row in range(len(stakes)):
        ends = []
        for end in (int(stakes.owner[row]), int(stakes.owned[row])):
            if end not in numbers:
                known = party(end)
                numbers[end] = parties.number(stakes.name(end)) if known < 0 else known
            ends.append(numbers[end])
        if ends[0] == ends[1]:
            continue
        kind, share = KINDS[int(stakes.kind[row])], stakes.share_of(row)
        weight = _CONTROL_WEIGHTS.get(kind, float((share.low + share.high) / 2) if share.known else 0.25)
        shown = (
            "" if kind != "shares" else f" {math.floor(float(share.low) * 10_000) / 100:g} %" if share.known else " ? %"
        )
        value = f"{stakes.name(int(stakes.owner[row]))} → {stakes.name(int(stakes.owned[row]))}{shown}"
        links.append(
            Link(one=min(ends), other=max(ends), kind=kind, value=value, shared_by=2, weight=min(weight, 0.95))
        )
    return links
