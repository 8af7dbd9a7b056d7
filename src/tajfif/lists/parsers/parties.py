"""What several publishers' names have in common. Reach for it to tell companies from groups and to take names apart."""

from __future__ import annotations

import re

from tajfif.model import Name, NameQuality, Schema
from tajfif.text.unicode import script_of

__all__ = ["add_name", "organisation_schema", "plain_name", "split_acronym"]

_COMPANY = re.compile(
    r"\b(?:company|companies|co|corp|corporation|incorporated|inc|limited|ltd|ltda|llc|llp|lp|plc|gmbh|ag|kg|ohg|bv|"
    r"nv|sa|sas|sarl|srl|spa|"
    r"sl|slu|sro|spzoo|ad|doo|dooel|ooo|oao|zao|pao|ao|jsc|ojsc|cjsc|pjsc|pte|pty|sdn|bhd|fze|fzc|fzco|fzllc|est|"
    r"establishment|wll|saog|saoc|"
    r"sal|sae|ksc|qsc|pjs|a ?s|as|oy|ab|aps|eirl|cia|ea|ead|eood|ood|holdings?|enterprises?|bank|banque|banco|banka|"
    r"trading|traders|"
    r"airlines?|airways|aviation|shipping|lines?|tankers?|insurance|exchange|hawala|industries|import|export|impex|"
    r"logistics|"
    r"compan[ií]a|compagnie|sociedad|soci[ée]t[ée]|inversiones|comercializadora|inmobiliaria|constructora|"
    r"agropecuaria|distribuidora)\b",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"\b(?:foundation|charity|society|association|committee|movement|front|army|brigades?|battalion|party|ministry|"
    r"bureau|department|"
    r"academy|university|institute|council|commission|network|trust|union|organi[sz]ation|federation|force|forces|"
    r"liberation)\b",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"\b((?:[A-Za-zÀ-ž]\.\s?){2,})")
_BRACKET = re.compile(r"\s*\(([^()]*)\)")
_SHORT = re.compile(r"[A-Z][A-Za-z0-9]*(?:[-/][A-Za-z0-9]+)*")


def organisation_schema(name: str) -> Schema:
    """Return ``Company`` for a name with a legal form or a word of trade, else ``Organization``.

    A word such as "foundation" or "army" outweighs a word of trade, but not a legal form at the end of the name.
    """
    joined = _DOTTED.sub(lambda match: match[1].replace(".", "").replace(" ", "") + " ", name)
    trade = list(_COMPANY.finditer(joined))
    if not trade:
        return "Organization"
    if _GROUP.search(joined) and not re.fullmatch(r"[\W_]*(?:\([^()]*\)\W*)?", joined[trade[-1].end() :]):
        return "Organization"
    return "Company"


def plain_name(text: str) -> str:
    """Return a name without the white space, quotes, brackets and separators that surround it."""
    text = " ".join(text.split())
    previous = None
    while text != previous:
        previous = text
        text = text.strip(" ,;:،؛")
        if (
            len(text) > 1
            and text[0] + text[-1] in {'""', "“”", "„“", "«»", "()", "[]", "''", "‘’"}
            and text[0] not in text[1:-1]
        ):
            text = text[1:-1]
        if text.startswith((")", "]")) or (text.startswith("(") and ")" not in text):
            text = text[1:]
        if text.endswith(("(", "[")) or (text.endswith(")") and text.count(")") > text.count("(")):
            text = text[:-1]
    return text


def split_acronym(name: str) -> tuple[str, str]:
    """Split "HAQQANI NETWORK (HQN)" and "… / HQN" into the name and its short form, which is empty when there is none.

    A bracket is a short form when its letters begin as the name does and stand in the name in their order; so
    "(PAKISTAN)" after the name of a branch is none.
    """
    for match in _BRACKET.finditer(name):
        base = squeezed(name[: match.start()] + " " + name[match.end() :])
        if base and _is_short_form(match[1].strip(), squeezed(name[: match.start()])):
            return base, match[1].strip()
    base, slash, short = name.rpartition(" / ")
    if slash and _is_short_form(short.strip(), base):
        return base.strip(), short.strip()
    return name, ""


def squeezed(text: str) -> str:
    """Return the text with single spaces."""
    return " ".join(text.split())


def _is_short_form(short: str, base: str) -> bool:
    letters = [char for char in short.casefold() if char.isalpha()]
    if not 2 <= len(letters) <= 9 or not _SHORT.fullmatch(short) or sum(char.isupper() for char in short) < 2:
        return False
    words = re.findall(r"[^\W\d_]+", base.casefold())
    if not words or all(letters[0] != word[0] for word in words[:3]) or "".join(letters) in words:
        return False
    text = iter("".join(words))
    return len(words) > 1 and all(letter in text for letter in letters)


def add_name(names: list[Name], value: str, quality: NameQuality, *, language: str = "", parts: tuple[str, ...] = (),
             family: str = "") -> None:  # fmt: skip
    """Append a name unless it is empty or there already; one that is there as weak and comes as strong is strong."""
    value = squeezed(value)
    if not any(char.isalnum() for char in value):
        return
    same = next((place for place, name in enumerate(names) if name.value == value), None)
    added = Name(value=value, script=script_of(value), language=language, quality=quality, parts=parts, family=family)
    if same is None:
        names.append(added)
    elif names[same].quality == "weak" and quality == "strong":
        names[same] = added
