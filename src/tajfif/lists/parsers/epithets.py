"""Kunyas and nicknames that stand inside an Arabic name. Reach for it where a publisher has one field for all of them.

"فلان بن فلان الملقب أبو فلان", "فلان (أبو فلان)" and "فلان المكنى أبو فلان" are each a name and an alias. What is split
off is strong when it identifies by itself (two parts or more, "أبو فلان الفلاني") and weak otherwise ("أبو فلان"),
since thousands share a kunya.
"""

from __future__ import annotations

import re

from tajfif.lists.parsers.parties import plain_name, squeezed
from tajfif.model import NameQuality
from tajfif.text.names import ABU, UMM, parse_name

__all__ = ["alias_quality", "split_epithets"]

_MARKER = re.compile(
    r"[\s،,؛;\-–(]*(?<!\w)و?(?:المكنّ?[ىيا]|المكناة|المكناه|يكنّ?ى|يكني|كنيته|كنيتها|كنية|الكنية|الملقبة?|الملقبه|يلقب|لقبه|لقبها|"
    r"المعروفة?|المعروفه|يعرف|المشهورة?|المشهوره|الشهيرة?|الشهيره|شهرته|شهرتها|المدعوة?|المدعوه|يدعى|الاسم الحركي|اسمه الحركي)"
    r"(?!\w)[\s:：ـ]*(?:باسم\s+|بإسم\s+|بكنية\s+|بلقب\s+|بـ\s*|ب\s+|ب(?=[\"“«(])|ب(?=[أا]))?\s*"
)
_BRACKETED = re.compile(r"[(\[«\"“„]([^()\[\]«»\"“”„]*)[)\]»\"”“]")
_SEPARATOR = re.compile(r"\s*[/\\،؛;,]\s*|\s+[-–—]\s+")
_REMARK = re.compile(
    r"\d|^(?:ال)?(?:متوف[ىي]|متوفاة|مقتول|قتيل|هارب|هاربة|موقوف|سجين|مسجون|معتقل|محكوم|عراقي|سوري|أجنبي|اجنبي|شقيق|شقيقه|"
    r"زوجة|زوجه|ابن عم|ولد|تولد|مواليد|سابقا|حاليا|الجنسية)(?:\s|$)"
)
_LEAST_PARTS = 2
_LEAST_BESIDE = 3


def split_epithets(text: str) -> tuple[str, list[tuple[str, NameQuality]]]:
    """Take the kunyas and nicknames out of a name.

    A kunya without a mark, in a name of at least three other parts, stays in the name, which may be its family name;
    it is returned as a weak alias, and the name without it as a strong one.

    Returns:
        The name, and the aliases with their quality, in their order. Remarks in brackets (a nationality, "deceased")
        are no names and are left out; keep the text beside what is returned.
    """
    whole = squeezed(text)
    inner = [match[1] for match in _BRACKETED.finditer(whole)]
    outside = _BRACKETED.sub(" ", whole)
    pieces = [plain_name(piece) for piece in _MARKER.split(outside)]
    name, aliases = pieces[0], pieces[1:]
    if len(parse_name(name).parts) < _LEAST_PARTS and aliases:  # "فلان الملقب أبو فلان الفلاني": only together a name
        name = squeezed(" ".join(piece for piece in pieces if piece))
    found: dict[str, NameQuality] = {}
    for content in [*aliases, *inner]:
        for marked in _MARKER.split(content):
            for piece in _SEPARATOR.split(marked):
                alias = plain_name(piece)
                if alias and alias != name and not _REMARK.search(alias):
                    found.setdefault(alias, alias_quality(alias))
    if not name and found:
        name = next(iter(found))
        del found[name]
    for alias, quality in _bare_kunya(name):
        found.setdefault(alias, quality)
    return name, list(found.items())


def alias_quality(alias: str) -> NameQuality:
    """Return how much an alias identifies by itself: a kunya or a single word is weak, more is strong."""
    return "strong" if len(parse_name(alias).parts) >= _LEAST_PARTS else "weak"


def _bare_kunya(name: str) -> list[tuple[str, NameQuality]]:
    parts = parse_name(name).parts
    kunyas = [place for place, part in enumerate(parts) if part.kind in (ABU, UMM)]
    if len(kunyas) != 1 or kunyas[0] == 0 or len(parts) <= _LEAST_BESIDE:
        return []
    kunya = parts[kunyas[0]].text
    before, found, after = name.partition(kunya)
    if not found:
        return []
    return [(kunya, "weak"), (squeezed(f"{before} {after}"), "strong")]
