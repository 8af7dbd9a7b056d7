"""Facts in the free text of a United Nations entry. Reach for it to read comments and notes.

Dates and places of birth, parents, gender, document numbers, telephones, addresses in the net. Only what the words
state of the party itself; the whole text is kept as a note in any case.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from tajfif.lists.parsers.parties import plain_name, squeezed
from tajfif.lists.parsers.un_names import other_script_runs
from tajfif.model import BirthDate, Identifier, Place
from tajfif.text.attributes import country_code, gender, identifier_kind, parse_date

__all__ = ["Facts", "country_in", "document_number", "expiry_in", "facts_in", "iso_date", "issue_in", "noted_birth"]

_DATE = r"(?:\d{1,2}\s+)?(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s*)?\d{4}"
_BIRTH = re.compile(
    rf"\b(?:born|DOB|DPOB|(?:possible )?date of birth)\b\s*[:\-–]?\s*(?:on |in |"
    rf"circa )?((?:[a-z]\)\s*)?{_DATE}(?:\s*(?:,|or|;)?\s*[a-z]\)\s*{_DATE})*)"
)
_BIRTH_AFTER_PLACE = re.compile(rf"\bborn in ([A-Z][^,;()\d]+?) on ({_DATE})")
_BIRTH_PLACE = re.compile(rf"\bborn (?:on |in )?{_DATE},? in ([^;()\d.]+?)(?=\s*(?:[;().]|, ?nationality|passport|$))")
_POB = re.compile(r"\b(?:POB|place of birth)\s*:\s*([^;.]+)", re.IGNORECASE)
_ONE_DATE = re.compile(_DATE)
_PASSPORT = re.compile(
    r"(?:\b([A-Z][a-z]+)\s+)?\b((?:diplomatic |service )?passport)\s*(?:number|"
    r"no\.?)?\s*:?\s*([A-Z]{0,3}[ -]?\d[\w/-]{3,})",
    re.IGNORECASE,
)
_ID_NUMBER = re.compile(r"\b([A-Z][a-z]+) ID Number\s+([\w/]+)")
_NATIONALITY = re.compile(r"\bnationality\s*[:\-–]\s*([A-Z][A-Za-z ]+?)(?=\s*(?:[.;,)]|In Arabic|$))", re.IGNORECASE)
_PARENT_END = (
    r"(?=\s*(?:[;]|,?\s+(?:and\s+)?(?:father|mother|wife|husband|name of|his|her)\b|,\s|\.(?:\s|$)|"
    r"INTERPOL\b|Photo\b|Address\b|$))"
)
_PARENT = re.compile(
    r"(?<![A-Za-z-])(?:(father|mother)['’]s name(?:\s*\([^()]*\))?|name of (father|mother)|nom (?:de la|du) (p[èe]re|"
    r"m[èe]re))"
    r"(?:\s+(?:is|was)\b)?\s*:?\s*((?:(?<=\bSr)\.|[^.;,]|"
    r"\((?:a\.k\.a\.)[^()]*\))+?(?:,\s*also known as [^.;,]+)?)" + _PARENT_END, re.IGNORECASE,
)  # fmt: skip
_GENDER = re.compile(r"\b(?:Gender|Sex)\s*:?\s*\[?\s*((?:fe)?male)\b", re.IGNORECASE)
_IMO = re.compile(r"\bIMO\)?\s*(?:company\s*)?(?:number|no\.?)?\s*:?\s*(\d{7})\b", re.IGNORECASE)
_SWIFT = re.compile(r"\bSWIFT(?:/BIC)?\s*:\s*([A-Z]{4} ?[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b")
_NUMBER = re.compile(
    r"\b((?:[A-Z][A-Za-z]+\s+){1,6}(?:Number|number)|(?:Registered )?company (?:registration )?number|License Number|"
    r"inmate number)\s*:?\s*([A-Z]{0,3}\d[\w/-]{2,})"
)
_PHONE = re.compile(
    r"\b(?:Tele)?(?:phone|tel\.?)(?:\s*(?:numbers?|"
    r"no\.?))?\s*[.:]?\s*(\+?\d[\d\s()/-]{4,}\d(?:\s*\(?ext\.?\s*\d+\)?)?)",
    re.IGNORECASE,
)
_FAX = re.compile(r"\b(?:fax|facsimile)(?:\s*(?:numbers?|no\.?))?\s*[.:]?\s*(\+?\d[\d\s()-]{4,}\d)", re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_WEBSITE = re.compile(r"\bWebsite\s*:\s*(\S+?)(?=[\s;,)]|\.?$|\.\s)", re.IGNORECASE)
_BETWEEN = re.compile(r"between (\S+) and (\S+) (\d{4})", re.IGNORECASE)
_EXPIRES = re.compile(
    rf"(?:expir\w+|valid until|expiration date|date of expiration)(?: on| date)?:?\s*({_DATE})", re.IGNORECASE
)
_ISSUED = re.compile(rf"(?:issued(?: on| in)?|date of issue:?)\s*({_DATE})", re.IGNORECASE)
_LONGEST_NUMBER_TEXT = 600
_NUMBER_WORDS = re.compile(
    r"(.*?(?:[A-Za-z]{3,}|\bno\b|\bNo\b|N°)\W*(?:\bno\.?\W*|\bNo\.?\W*|N°)?)\b((?:[A-Z]{1,3}[- ]?)?\d[\w\-/. ]*)",
    re.DOTALL,
)


class Facts(NamedTuple):
    """What was read from a text; each part as in :class:`tajfif.model.Party`."""

    birth_dates: tuple[BirthDate, ...]
    birth_places: tuple[Place, ...]
    nationalities: tuple[str, ...]
    gender: Literal["", "male", "female"]
    mother_names: tuple[str, ...]
    father_names: tuple[str, ...]
    identifiers: tuple[Identifier, ...]


def iso_date(text: str) -> str:
    """Return an XML date without its time zone ("2015-07-01-04:00"); empty if it is none."""
    match = re.match(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", text)
    return match[0] if match else ""


def noted_birth(note: str, year: str) -> BirthDate:
    """Read the note of a birth date ("Nov. 1973", "24/06/1402 (Hijri Calendar)", "Between Aug. and Sep. 1977").

    Args:
        note: The note.
        year: The year that the entry states beside it, for a note that has only a month; may be empty.
    """
    between = _BETWEEN.fullmatch(note)
    if between:
        start, end = (parse_date(f"{month} {between[3]}").start for month in between.group(1, 2))
        return BirthDate(start=start, end=end, approximate=True) if start and end else BirthDate()
    noted = parse_date(note.replace(" Calendar)", ")"))
    return noted if noted.start or not year else parse_date(f"{note} {year}")


def country_in(text: str) -> str:
    """Return the code of the country that a field names, alone or beside a remark ("Iran / unknown"); empty if none."""
    for candidate in (text, re.sub(r"\([^()]*\)", "", text), re.split(r"[/;.,]|\b(?:citizenship|passport|"
        r"by birth)\b", text)[0],
                      re.sub(r"^(?:possibly|former(?:ly)?)\s+", "", text, flags=re.IGNORECASE)):  # fmt: skip
        code = country_code(candidate.strip()) if candidate.strip() else ""
        if code:
            return code
    return ""


def document_number(text: str) -> str:
    """Return the number in a field that has words too ("Libyan passport No. 513519"); the whole if it has none."""
    bare = re.sub(
        r"\s*\((?![^()]*\d[^()]*\)$)[^()]*\)\s*$|\s*\((?:exp)[^()]*\)\s*$", "", text, flags=re.IGNORECASE
    ).strip()
    if len(text) > _LONGEST_NUMBER_TEXT:
        return text
    bare = re.sub(r",\s*[A-Z][A-Za-z ]+$|\s*,?\s*\b(?:issued|expir|under name|valid).*", "", bare, flags=re.DOTALL)
    match = _NUMBER_WORDS.fullmatch(bare)
    if match and re.search(r"[A-Za-z]{3}|\bno\b", match[1], re.IGNORECASE):
        return match[2].strip()
    return bare


def expiry_in(text: str) -> str:
    """Return the ISO date on which the words say a document expires; empty if they do not."""
    match = _EXPIRES.search(squeezed(text))
    return parse_date(match[1]).start if match else ""


def issue_in(text: str) -> str:
    """Return the ISO date on which the words say a document was issued; empty if they do not."""
    match = _ISSUED.search(squeezed(text))
    return parse_date(match[1]).start if match else ""


def facts_in(text: str) -> Facts:
    """Return what a comment or note states of its party."""
    flat = squeezed(text)
    found = _GENDER.search(flat)
    mothers, fathers = _parents(flat)
    dates, places = _births(flat)
    codes = (country_in(match[1]) for match in _NATIONALITY.finditer(flat))
    return Facts(
        birth_dates=dates,
        birth_places=places,
        nationalities=tuple(dict.fromkeys(code for code in codes if code)),
        gender=gender(found[1]) if found else "",
        mother_names=mothers,
        father_names=fathers,
        identifiers=tuple(_identifiers(flat)),
    )


def _births(text: str) -> tuple[tuple[BirthDate, ...], tuple[Place, ...]]:
    dates = [parse_date(date) for match in _BIRTH.finditer(text) for date in _ONE_DATE.findall(match[1])]
    places = [match[1] for pattern in (_BIRTH_PLACE, _POB) for match in pattern.finditer(text)]
    for match in _BIRTH_AFTER_PLACE.finditer(text):
        places.append(match[1])
        dates.append(parse_date(match[2]))
    kept = (place.strip(" ,") for place in places)
    return (
        tuple(date for date in dict.fromkeys(dates) if date.start),
        tuple(dict.fromkeys(Place(text=place, country=_last_country(place)) for place in kept if place)),
    )


def _last_country(place: str) -> str:
    return country_in(place.rsplit(",", 1)[-1]) or country_in(place)


def _parents(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    mothers: list[str] = []
    fathers: list[str] = []
    for match in _PARENT.finditer(text):
        who = (match[1] or match[2] or match[3]).lower()
        (mothers if who.startswith("m") else fathers).extend(_names_of_relative(match[4]))
    return tuple(dict.fromkeys(mothers)), tuple(dict.fromkeys(fathers))


def _names_of_relative(text: str) -> list[str]:
    names: list[str] = []
    for piece in re.split(r"\s+or\s+|,?\s*also known as\s+", text):
        brackets = re.findall(r"\(([^()]*)\)", piece)
        names.append(plain_name(re.sub(r"\([^()]*\)?", " ", piece)))
        for bracket in brackets:
            label = re.match(r"(?:a\.?k\.?a\.?|also spelled|also known as)\s*:?\s*(.+)", bracket)
            names.extend(other_script_runs(bracket) if not label else [plain_name(label[1])])
    return [name for name in names if any(char.isalpha() for char in name)]


def _identifiers(text: str) -> list[Identifier]:
    found: list[Identifier] = []
    taken: list[range] = []

    def take(match: re.Match[str], identifier: Identifier) -> None:
        if not any(match.start() in span or match.end() - 1 in span for span in taken):
            taken.append(range(match.start(), match.end()))
            found.append(identifier)

    for match in _PASSPORT.finditer(text):
        after = text[match.end() : match.end() + 140]
        take(match, Identifier(
            kind="passportNumber", value=match[3].strip(), country=country_in(match[1] or ""), label=match[2],
            issued=issue_in(after), expires=expiry_in(after),
        ))  # fmt: skip
    for match in _ID_NUMBER.finditer(text):
        take(
            match,
            Identifier(kind="idNumber", value=match[2], country=country_in(match[1]), label=f"{match[1]} ID Number"),
        )
    for match in _IMO.finditer(text):
        take(match, Identifier(kind="imoNumber", value=match[1], label="IMO number"))
    for match in _SWIFT.finditer(text):
        take(match, Identifier(kind="swiftBic", value=match[1], label="SWIFT/BIC"))
    for kind, label, pattern in (("phone", "Fax", _FAX), ("phone", "Telephone", _PHONE)):
        for match in pattern.finditer(text):
            take(match, Identifier(kind=kind, value=match[1].strip(), label=label))
    for match in _EMAIL.finditer(text):
        take(match, Identifier(kind="email", value=match[0].rstrip(".")))
    for match in _WEBSITE.finditer(text):
        take(match, Identifier(kind="website", value=match[1].rstrip(".")))
    for match in _NUMBER.finditer(text):
        take(match, Identifier(kind=identifier_kind(match[1]), value=match[2], label=match[1]))
    return found
