"""The names in a United Nations entry, wherever they stand. Reach for it to read alias fields and alias notes.

One ALIAS_NAME can hold a list ("A; B; C"), a name and its original script in brackets, a birth date, or a remark such
as "(previously listed as)"; one alias NOTE can hold several further spellings. Every one of them becomes a name.
"""

from __future__ import annotations

import re

from tajfif.lists.parsers.parties import add_name, plain_name, split_acronym, squeezed
from tajfif.model import Name, NameQuality
from tajfif.text.unicode import script_of

__all__ = ["add_alias", "add_alias_note", "add_original_script", "add_primary", "other_script_runs"]

_LANGUAGES = {
    "tigrinya": "ti", "arabic": "ar", "farsi": "fa", "persian": "fa", "dari": "fa", "pashto": "ps", "urdu": "ur",
    "amharic": "am", "russian": "ru", "chinese": "zh", "korean": "ko", "somali": "so",
}  # fmt: skip
_FORMER = re.compile(r"\b(?:formerly|previously) (?:listed|known)", re.IGNORECASE)
_REMARK = re.compile(
    r"(?:birth name|combat name|nom de guerre|third|second|junior|initials|call sign|deceased|martyrs|branch|"
    r"false identity|also spelled|"
    r"original script|(?:formerly|previously) listed)\b", re.IGNORECASE,
)  # fmt: skip
_LABEL = re.compile(
    r"^(?:original script(?: name)?|(?:name )?in (?:the )?\w+ script|in (?:arabic|farsi|dari|pashto|urdu|russian)|"
    r"transliterations?|also spelled|الكنية)\s*[:：]?\s*",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"\s+[-–—]\s*(?:sub-unit name|translation|transliteration)s?\s*$", re.IGNORECASE)
_BIRTH = re.compile(r"\s*,?\s*\bborn\b.*", re.IGNORECASE | re.DOTALL)
_OTHER_RUN = re.compile(
    '[\u0370-\u1cff\u3040-\ud7ff\uf900-\ufdff\ufe70-\ufeff](?:[^A-Za-zÀ-ɏ()\\[\\];:،؛,"“”]*[\u0370-\u1cff\u3040-\ud7ff\uf900-\ufdff\ufe70-\ufeff])?'
)
_BRACKETS = re.compile(r"\(((?:[^()]|\([^()]*\))*)\)")
_CAPITALISED = re.compile(r"[A-ZÀ-Ž‘’'`\"“][\w‘’'`.\-–\"“” ]*")
_OPEN_LIST = re.compile(r"(?:transliterations?|a\.?k\.?a\.?|aliases)\s*:\s*([^)]+)", re.IGNORECASE)
_UNDER_NAME = re.compile(
    r"(?:under|in) (?:the )?name(?: of)?\s+([^,;(.]+(?:\.[^,;( ][^,;(.]*)*)|issued (?:to|for)\s+([A-Z][^,;(.]+)",
    re.IGNORECASE,
)


def other_script_runs(text: str) -> list[str]:
    """Return the runs of a text that are in neither Latin script nor punctuation ("In Arabic: …")."""
    return [plain_name(run) for run in _OTHER_RUN.findall(text)]


def add_primary(names: list[Name], value: str, parts: tuple[str, ...]) -> None:
    """Add a published primary name: each name of a list, then, apart, what is left without its short form, and that.

    The short form alone ("AIG", "SIG") is weak: many others share it.
    """
    listed = value.split(";")
    for piece in listed:
        published = plain_name(piece) if len(listed) > 1 else squeezed(piece)
        add_name(names, published, "primary", parts=parts if len(listed) == 1 else ())
    for piece in listed:
        base, short = split_acronym(squeezed(piece))
        if short:
            add_name(names, base, "strong")
            add_name(names, short, "weak")


def add_original_script(names: list[Name], text: str) -> None:
    """Add the names of NAME_ORIGINAL_SCRIPT: separated by ``;``, a blank line, or one in brackets after the other.

    A single line break is layout: the publisher's files wrap long names.
    """
    for piece in re.split(r"[;؛]|\n\s*\n", text):
        language = ""
        rest = squeezed(piece)
        for bracket in _BRACKETS.findall(rest):
            rest = rest.replace(f"({bracket})", " ")
            code = _LANGUAGES.get(bracket.strip().casefold())
            if code:
                language = code
            else:
                add_name(names, plain_name(bracket), "primary")
        add_name(names, plain_name(rest), "primary", language=language)


def add_alias(names: list[Name], text: str, quality: NameQuality) -> None:
    """Add every name in one ALIAS_NAME.

    Args:
        names: Where to add.
        text: The element's text.
        quality: What the source says of the alias; a remark in the text that it is former goes before.
    """
    if _FORMER.search(text):
        quality = "former"
    rest = squeezed(text)
    inner: list[str] = []
    for match in list(_BRACKETS.finditer(rest)):
        content = match[1].strip()
        if _keeps_bracket(rest, match, content):
            continue
        rest = rest.replace(
            match[0], " | " if match.end() < len(rest.rstrip(" ,;")) and script_of(content) != "Latn" else " ", 1
        )
        inner.append(content)
    for piece in _pieces(_BIRTH.sub("", rest).replace(" | ", ";")):
        name = _clean(piece)
        add_name(names, name, quality)
        base, short = split_acronym(name)
        if short:
            add_name(names, base, quality)
            add_name(names, short, "weak")
    for content in inner:
        _add_bracketed(names, content, quality)


def _keeps_bracket(whole: str, match: re.Match[str], content: str) -> bool:
    """Tell whether a bracket belongs to the name: "Leader (Hong Kong) International", a short form, a first title."""
    if re.search(r"\d{3}", content) or _REMARK.search(content) or ";" in content:
        return False
    outside = whole[: match.start()] + whole[match.end() :]
    if script_of(content) != script_of(outside):
        return False
    return content.casefold() not in _LANGUAGES and not re.match(r"(?:born|DOB)\b", content)


def _add_bracketed(names: list[Name], content: str, quality: NameQuality) -> None:
    if re.match(r"[A-Z]{2}[eiEI]\.?\s?\d{3}$", content) or content.casefold() in _LANGUAGES:
        return
    for run in other_script_runs(content):
        add_name(names, _clean(run), quality)
    latin = _BRACKETS.sub(" ", content)
    if ";" in latin or (not other_script_runs(latin) and not _REMARK.search(latin) and not re.search(r"\d{3}", latin)):
        for piece in _pieces(latin):
            if not other_script_runs(piece) and not re.match(r"(?:born|DOB)\b", piece):
                name = _clean(piece)
                base, short = split_acronym(name)
                add_name(names, name, quality)
                if short:
                    add_name(names, base, quality)
                    add_name(names, short, "weak")


def _pieces(text: str) -> list[str]:
    """Split a list of names at ``;`` and the Arabic comma; at commas only if it has four or more items of one word."""
    if ";" in text or "؛" in text or "،" in text:
        return re.split(r"[;؛،]", text)
    items = text.split(",")
    return items if len(items) >= 4 and all(len(item.split()) == 1 for item in items) else [text]


def _clean(text: str) -> str:
    return plain_name(_LABEL.sub("", _TRAILING.sub("", plain_name(text))))


def add_alias_note(names: list[Name], text: str, quality: NameQuality) -> None:
    """Add the names that a note holds: in other scripts, and lists of further spellings.

    Args:
        names: Where to add.
        text: Note of an alias, an address or a document.
        quality: Quality of the alias that it belongs to.
    """
    note = squeezed(text)
    for run in other_script_runs(note):
        add_name(names, _clean(run), quality)
    lists: list[str] = []
    if "transliterations of original script" in note:
        lists.extend(note.split("(")[0].split(","))
    for match in _OPEN_LIST.finditer(note):
        lists.extend(match[1].split(";"))
    for content in [*_BRACKETS.findall(note), note]:
        pieces = content.split(";")
        if len(pieces) > 1 and all(_is_spelling(piece) for piece in pieces):
            lists.extend(pieces)
    for piece in lists:
        add_name(names, _clean(piece), quality)


def add_document_names(names: list[Name], text: str) -> None:
    """Add the name that a document was issued under ("issued under name …"): a name in use, so strong."""
    note = squeezed(text)
    for run in other_script_runs(note):
        add_name(names, _clean(run), "strong")
    for match in _UNDER_NAME.finditer(note):
        name = plain_name(match[1] or match[2])
        if re.match(r"[A-Z]", name) and " " in name:
            add_name(names, name, "strong")


def _is_spelling(text: str) -> bool:
    piece = plain_name(text)
    return bool(_CAPITALISED.fullmatch(piece)) and not re.search(r"\d|:", piece) and 1 <= len(piece.split()) <= 9
