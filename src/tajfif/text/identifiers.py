"""Document numbers, registrations and wallets made comparable. Reach for it before two identifiers meet."""

from __future__ import annotations

import re
from functools import lru_cache

from stdnum import bic, iban, imo, lei

from tajfif.text.unicode import fold_word

__all__ = ["identifier_kind", "is_valid_identifier", "normalise_identifier"]

# First rule that matches the folded label decides. The kinds are FollowTheMoney property names.
_KIND_RULES = (
    ("imoNumber", r"\bimo\b|vessel registration id"),
    ("mmsi", r"\bmmsi\b"),
    ("callSign", r"call ?sign"),
    ("publicKey", r"digital currency|wallet|crypto|محفظ"),
    ("passportNumber", r"passport|passeport|travel document|جواز|وثيقه سفر"),
    ("swiftBic", r"swift|\bbic\b"),
    ("ibanCode", r"\biban\b"),
    ("leiCode", r"legal entity (?:number|identifier)|\blei\b"),
    ("dunsCode", r"d-?u-?n-?s|\bduns\b"),
    ("taxNumber", r"\btax\b|\bvat\b|\binn\b|\bnit\b|\brfc\b|c\.?u\.?i\.?t|\bruc\b|\brif\b|ضريب"),
    (
        "registrationNumber",
        r"regist|commercial|chamber|company n|enterprise n|business n|folio|matricula|trade licen|سجل|ترخيص|رخصه",
    ),
    ("phone", r"phone|telephone|mobile|\bfax\b|هاتف|موبايل|جوال"),
    ("email", r"e-?mail|بريد"),
    ("website", r"website|\burl\b|موقع"),
    (
        "idNumber",
        r"national|identi|\bid\b|cedula|citizen|card|driver|birth certificate|residen|social security|\bssn\b|d\.?n\.?i|c\.?u\.?r\.?p|"
        r"personal|tazkira|tazkera|stateless|هويه|بطاقه|قومي|وطني|مدني|اقامه",
    ),
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _KIND_RULES)
_PLACEHOLDERS = frozenset(
    (
        "NA NONE NIL NULL UNKNOWN UNK NOTKNOWN NOTAVAILABLE NOTAPPLICABLE TEST لايوجد غيرمعروف مجهول بدون XXX XXXX"
    ).split()
)


@lru_cache(maxsize=5_000)
def identifier_kind(label: str) -> str:
    """Return the FollowTheMoney property for a document's label in English, Arabic or French; ``identifier`` when unknown."""
    text = " ".join(" ".join(fold_word(word)) or word for word in label.lower().split())
    for kind, pattern in _COMPILED:
        if pattern.search(text) or pattern.search(label.lower()):
            return kind
    return "identifier"


@lru_cache(maxsize=50_000)
def normalise_identifier(kind: str, value: str) -> str:
    """Return the form in which identifiers of a kind are compared; empty for a placeholder ("N/A", "0000000", "-").

    Spaces, punctuation and case do not count; Arabic digits are read. A wallet keeps its case, since case is part of it.
    """
    if kind == "publicKey":
        bare = value.strip()
        return bare.lower() if bare.lower().startswith("0x") else bare
    if kind in {"email", "website"}:
        return value.strip().lower().removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    bare = "".join(part for word in re.findall(r"[^\W_]+", value) for part in fold_word(word)).upper()
    if kind == "imoNumber":
        bare = bare.removeprefix("IMO")
    if kind == "phone":
        bare = re.sub(r"\D", "", bare).lstrip("0")
    if bare in _PLACEHOLDERS or len(set(bare)) <= 1 or len(bare) < 3:
        return ""
    return bare


def is_valid_identifier(kind: str, value: str) -> bool | None:
    """Tell whether a number with a check digit is well formed; ``None`` for kinds without one."""
    check = {
        "imoNumber": imo.is_valid,
        "ibanCode": iban.is_valid,
        "leiCode": lei.is_valid,
        "swiftBic": bic.is_valid,
    }.get(kind)
    return None if check is None else bool(check(value))
