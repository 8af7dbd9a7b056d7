"""Document numbers, registrations and wallets made comparable. Reach for it before two identifiers meet."""

from __future__ import annotations

import re
from functools import lru_cache

from stdnum import bic, iban, imo, lei

from tajfif.text.unicode import fold_word

__all__ = ["identifier_kind", "is_valid_identifier", "normalise_identifier"]

# First rule that matches the folded label decides; dots are gone (C.U.I.T.). The kinds are FollowTheMoney property names.
_KIND_RULES = (
    ("imoNumber", r"\bimo\b|vessel registration id"),
    ("mmsi", r"\bmmsi\b"),
    ("callSign", r"call ?sign"),
    ("publicKey", r"digital currency|wallet|crypto|محفظ"),
    ("passportNumber", r"passport|passeport|pasaport|travel document|جواز|وثيقه سفر|پاسپورت|گذرنامه"),
    ("swiftBic", r"swift|\bbic\b"),
    ("ibanCode", r"\biban\b|ايبان"),
    ("leiCode", r"legal entity (?:number|identifier)|\blei\b"),
    ("dunsCode", r"\bd-?u-?n-?s\b"),
    ("idNumber", r"driv(?:er|ing)|رخصه (?:قياده|سوق)"),
    (
        "taxNumber",
        r"\btax\b|\bvat\b|\binn\b|\bnit\b|\brfc\b|\bcuit\b|\bcuil\b|\bruc\b|\brif\b|\bnif\b|\btin\b|fiscal|vergi|ضريب",
    ),
    (
        "registrationNumber",
        r"regist|commercial|chamber|company n|enterprise n|business n|organi[sz]ation code|social credit|incorporation|folio|"
        r"matricula|licen[cs]e|\bcr n|tail number|سجل|تسجيل|ترخيص|رخصه",
    ),
    ("phone", r"phone|mobile|\bgsm\b|\bfax\b|\btel\b|هاتف|موبايل|جوال|فاكس"),
    ("email", r"e-?mail|بريد الكتروني|البريد الالكتروني|ايميل"),
    ("website", r"website|\burl\b|موقع"),
    (
        "idNumber",
        r"national|identi|\bid\b|cedula|citizen|\bcard\b|birth certificate|residen|social security|\bssn\b|\bdni\b|\bcurp\b|"
        r"\bcnic\b|\bnic\b|personal|kimlik|tazkira|tazkera|stateless|هويه|بطاقه|قومي|وطني|مدني|اقامه|تذكره",
    ),
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _KIND_RULES)
_NOT_NUMBERS = re.compile(r"chinese commercial code|commercial code number")
"""Commercial codes number the characters of a Chinese name; they are no registration."""
_LONGEST_LABEL = 200

_PLACEHOLDERS = frozenset(
    (
        "NA NAN NONE NIL NULL UNKNOWN UNK UNKOWN NOTKNOWN NOTAVAILABLE NOTAPPLICABLE NOTPROVIDED TEST TBD TBA XXX "
        "لايوجد لاتوجد غيرمعروف غيرمتوفر مجهول بدون"
    ).split()
)
_LEAST_LENGTH = 3
_WORD = re.compile(r"[^\W_]+")
_SPREADSHEET_NUMBER = re.compile(r"\d+\.0")
_ONE_CASE_WALLETS = ("0x", "bc1", "tb1", "ltc1")
_CHECKS = {
    "imoNumber": imo.is_valid,
    "ibanCode": iban.is_valid,
    "leiCode": lei.is_valid,
    "swiftBic": bic.is_valid,
}


@lru_cache(maxsize=5_000)
def identifier_kind(label: str) -> str:
    """Return the FollowTheMoney property for a document's label in English, Arabic, French or Turkish.

    Returns:
        The property; ``identifier`` when the label is not known.
    """
    lower = label[:_LONGEST_LABEL].lower().replace(".", "")
    text = " ".join(" ".join(fold_word(word)) or word for word in lower.split())
    if _NOT_NUMBERS.search(text):
        return "identifier"
    for kind, pattern in _COMPILED:
        if pattern.search(text) or pattern.search(lower):
            return kind
    return "identifier"


@lru_cache(maxsize=50_000)
def normalise_identifier(kind: str, value: str) -> str:
    """Return the form in which identifiers of a kind are compared.

    Spaces, punctuation and case do not count; Arabic digits are read; a spreadsheet's ".0" goes. A wallet keeps its case,
    since case is part of it, where its format has two.

    Returns:
        The form; empty for a placeholder ("N/A", "0000000", "123456789", "-") and for fewer than three characters.
    """
    text = value.strip()
    if kind == "publicKey":
        bare = text.lower() if text.lower().startswith(_ONE_CASE_WALLETS) else text
    elif kind in {"email", "website"}:
        bare = text.lower().removeprefix("mailto:").removeprefix("https://").removeprefix("http://")
        bare = bare.removeprefix("www.").rstrip("/")
    else:
        if _SPREADSHEET_NUMBER.fullmatch(text):
            text = text[:-2]
        bare = "".join(part for word in _WORD.findall(text) for part in fold_word(word)).upper()
        if kind == "imoNumber":
            bare = bare.removeprefix("IMO")
        elif kind == "phone":
            bare = re.sub(r"\D", "", bare).lstrip("0")
    return "" if _is_placeholder(bare) else bare


def _is_placeholder(bare: str) -> bool:
    letters = "".join(_WORD.findall(bare)).upper()
    if len(letters) < _LEAST_LENGTH or letters in _PLACEHOLDERS or len(set(letters)) == 1:
        return True
    return letters in {"123456789", "1234567890"}


def is_valid_identifier(kind: str, value: str) -> bool | None:
    """Tell whether a number with a check digit is well formed; ``None`` for kinds without one."""
    check = _CHECKS.get(kind)
    return None if check is None else bool(check(value))
