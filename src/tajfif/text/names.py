"""How a name is built. Reach for it to turn the text of a name into parts with roles.

A part is what is compared as a whole: a given name, a family name, but also a compound however it is spaced
(عبد الستار, Abdussattar → one part), a teknonym (أبو بكر, Abu Bakr), an organisation's word. Links (bin, ould, بن), articles
and titles are recognised and do not count as parts. The rules are those of Arabic onomastics as written in Arabic,
and in the Latin spellings of the English, French, Turkish, Persian and South Asian schools.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from tajfif.text.organisations import organisation_word
from tajfif.text.unicode import fold_word, has_arabic

__all__ = (
    "ABD ABU ALLAH DIN KIND_NAMES LEGAL NAME NUMBER TITLE UMM WORD ParsedName Part parse_name split_aliases"
).split()  # fmt: skip

WORD, ABD, ALLAH, DIN, ABU, UMM, NUMBER, LEGAL, TITLE, NAME = range(10)
"""Kinds of part: a plain word; عبد + X; X + الله; X + الدين; أبو + X; أم + X; a number; a legal form or generic word; a
title that follows the name; a distinctive word of an organisation's or vessel's name."""

KIND_NAMES = ("word", "compound", "compound", "compound", "kunya", "kunya", "number", "legal_form", "title", "word")


class Part(NamedTuple):
    """One part of a name.

    Attributes:
        text: As written, with its article and the words that it was joined from.
        core: What is compared: folded, without article, head or honorific ending.
        kind: One of the kinds above; parts of different kinds are different names.
        article: Written with the article (al-, ال).
        linked: Follows a link of descent (bin, ould, بن), so it is a father's name.
    """

    text: str
    core: str
    kind: int
    article: bool = False
    linked: bool = False


class ParsedName(NamedTuple):
    """A name in parts.

    Attributes:
        parts: In natural order ("LAST, First" is turned round).
        titles: What was set aside as a title.
        feminine: The links say daughter (bint, بنت) or the name is Umm X.
        reordered: A comma said that the family name came first.
    """

    parts: tuple[Part, ...]
    titles: tuple[str, ...] = ()
    feminine: bool = False
    reordered: bool = False


_SPLIT = re.compile(r"[\s\-‐-―_/\\.;:|+*،؛·•()\[\]{}<>«»\"“”„!?؟#=~^]+")
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘`´ʻʼʽʾʿ′‛ˈ", None))

_ARTICLES = frozenset(
    (
        "al el ul il ol l as es us is ash esh ush ech ach ar er ur ir ad ed ud id an en un in at et ut az ez uz iz "
        "adh edh ath eth ad aal ال"
    ).split()
)
# Articles that are words of European languages too stand for an article only before a longer word.
_LINKS = frozenset(
    (
        "bin ibn ben bn ebn bni ibni ibna ibnu ould wuld weld oulad uld ould walad wald ouled s/o so بن ابن ولد وُلد بني"
    ).split()
)
_FEMININE_LINKS = frozenset("bint bent binti binte bintu بنت ابنه".split())
_ABU = frozenset("abu abou abo aboo abi aba bou bu ebu abul abol aboul abual ebul abal ابو ابي ابا بو".split())
_UMM = frozenset("umm um oum om umme ام".split())
_ABD = frozenset((
    "abd abdu abdul abdel abdal abdil abdol abdoul abdur abder abdar abdir abdus abdes abdas abdis abdush "
    "abdesh abdash abdech abdun abden abdan abdin abdud abded abduz abdez abdaz abdut abdet abed abid abdool "
    "abdool عبد"
).split())  # fmt: skip
_BARE_ABD = frozenset({"abdu", "abid", "abed", "abdin", "abdan", "abdi"})
_ALLAH = frozenset("allah ullah ollah illah ellah lah lillah alah ulla alla oullah الله اله لله".split())
_DIN = frozenset(
    ("din deen dine dien eddine eddin uddin addin aldin eldin aldeen eldeen uddeen oddin ud-din الدين دين").split()
)
_TITLE_FORMS = {
    "sheikh": "sheikh sheekh shaykh shaikh cheikh sheik shaik cheick sheykh shekh الشيخ شيخ",
    "hajji": "gadzhi xaaji haj hajj haji hajji hadji hajje alhaji alhaj hadj elhadj elhaj الحاج حاج الحاجي حاجي حجي",
    "mullah": "mullah mulla mollah molla ملا الملا",
    "mawlawi": "mawlawi maulvi moulavi mawlavi maulawi molvi المولوي مولوي",
    "mawlana": "maulana mawlana moulana مولانا",
    "sayyid": "sayyid sayed sayyed syed seyed seyyed sayid السيد سيد السيده",
    "moulay": "moulay mulay sidi سيدي مولاي",
    "doctor": "dr doctor الدكتور دكتور",
    "professor": "prof professor ustad ustadh ustaz الاستاذ استاذ",
    "engineer": "eng engineer ing المهندس مهندس",
    "qari": "qari القاري قاري",
    "hafiz": "hafiz hafez الحافظ",
    "akhund": "akhund akhond akhound اخوند اخند",
    "agha": "agha aqa aga اغا اقا",
    "imam": "imam mufti qadi ayatollah hojjatoleslam الامام المفتي مفتي",
    "rank": "general gen colonel col captain capt major maj lieutenant brigadier العميد العقيد اللوا الفريق النقيب",
    "sir": "mr mrs ms miss sir madam",
}
_TITLES = {form: title for title, forms in _TITLE_FORMS.items() for form in forms.split()}
_BETWEEN = _ARTICLES | frozenset(_TITLES)
# Endings of Persian, Pashto and Urdu family names that are written joined or apart.
_ENDINGS = frozenset(
    ("zada zadeh zade zadah zadi khel khil zai zay zoi nejad nezhad nia niya زاده زاده خيل زي زيي نژاد نيا").split()
)
_SUFFIXES = frozenset("jr sr ii iii iv".split())

_ABD_GLUED = re.compile(
    r"^(?:abd|3abd|cabd)(?:(?:ou|oo|[aeiou])?(?:l(?=[a-z]{3})|(?P<s>sh|ch|th|dh|[rsndtz])(?=(?P=s)))|(?:ou|oo|[aeiou]))(?P<stem>[a-z]{3,})$"
)
_ABD_ALLAH = re.compile(r"^(?:c|3)?abd(?:ou|oo|[aeiou])?l{1,2}[aeo]{1,2}(?:h?i?|ye?)h?$")
_ALLAH_GLUED = re.compile(r"^(?P<stem>[a-z]{3,}?)(?:(?:ou|[uaoei])ll[aeo]h?)$")
_ALLAH_STRICT = re.compile(r"(ullah|allah|ollah|ellah|illah|oullah|ulla)$")
_DIN_GLUED = re.compile(
    r"^(?P<stem>[a-z]{3,}?)(?:(?:ou|[uaoei])?(?:dd|ld|l-d)|(?:ou|[uaoe])d|(?<=[rfhsm])d)(?:in|een|ine|yn)$"
)
_NOT_DIN = frozenset("aladdin gardin jardine bernardine claudine geraldine".split())


@lru_cache(maxsize=100_000)
def _words(token: str) -> tuple[str, ...]:
    return fold_word(token.translate(_APOSTROPHES))


def _tokens(text: str) -> list[tuple[str, str]]:
    """Return (as written, folded) for each word; dotted initials stay apart, dotted acronyms are joined."""
    text = _ACRONYM.sub(_join_acronym, text)
    out: list[tuple[str, str]] = []
    for token in _SPLIT.split(_CAMEL.sub(" ", text)):
        if token:
            out.extend((token, word) for word in _words(token) if word)
    return out


_CAMEL = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-zA-Z]{2})")
_ACRONYM = re.compile(r"(?<!\w)((?:\w\.\s?){2,}\w?)(?!\w)")
_VESSEL_PREFIX = re.compile(
    r"^\s*(?:m\s?[/.]?\s?v|m\s?[/.]?\s?t|s\s?[/.]\s?s|f\s?[/.]\s?v|m\s?[/.]\s?s)\b\.?\s+(?=\S)", re.IGNORECASE
)


def _join_acronym(match: re.Match[str]) -> str:
    letters = "".join(char for char in match.group(1) if char.isalnum())
    return f"{letters} " if len(letters) > 2 else match.group(1)


def parse_name(text: str, *, person: bool = True) -> ParsedName:
    """Split a name into parts with roles.

    Args:
        text: One name, in any script.
        person: Whether the rules of personal names apply; else those of organisations and vessels.
    """
    return _parse(text, person)


@lru_cache(maxsize=100_000)
def _parse(text: str, person: bool) -> ParsedName:
    if not person:
        return ParsedName(tuple(_organisation_parts(text)))
    reordered = False
    for comma in (",", "،"):
        if text.count(comma) == 1:
            last, first = text.split(comma)
            if first.strip() and last.strip() and first.strip().lower().rstrip(".") not in _SUFFIXES:
                text, reordered = f"{first} {last}", True
    tokens = [(raw, _undigit(word)) for raw, word in _tokens(text.replace(",", " "))]
    parts, titles, feminine = _person_parts(_unglued(tokens))
    if not parts:  # a name made of titles only is a name
        parts = [Part(raw, word, WORD) for raw, word in tokens]
        titles = []
    return ParsedName(tuple(parts), tuple(titles), feminine, reordered)


_ARABIZI = str.maketrans(
    {"3": "a", "7": "h", "5": "kh", "2": "", "6": "t", "8": "gh", "9": "s", "0": "o", "1": "l", "4": "a"}
)


def _unglued(tokens: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Part عبد from a word that it was glued to (محمدعبد البصير)."""
    out = []
    for raw, word in tokens:
        if len(word) >= 6 and word.endswith("عبد") and raw.endswith("عبد"):
            out += [(raw[:-3], word[:-3]), ("عبد", "عبد")]
        else:
            out.append((raw, word))
    return out


def _undigit(word: str) -> str:
    """Read the digits of Arabizi and of misread print in a word of a person's name."""
    if word.isalpha() or word.isdigit():
        return word
    word = word.replace("3a", "a").replace("3e", "e").replace("3i", "i").replace("3o", "o").replace("3u", "u")
    return word.translate(_ARABIZI) or word


def _person_parts(tokens: list[tuple[str, str]]) -> tuple[list[Part], list[str], bool]:
    parts: list[Part] = []
    titles: list[str] = []
    feminine = linked = False
    i, n = 0, len(tokens)
    while i < n:
        raw, word = tokens[i]
        rest = n - i - 1
        if word in _TITLES and (rest or parts) and not (rest and tokens[i + 1][1] in _ENDINGS):
            titles.append(raw)
            if parts:  # akhund, agha, khan after a name are worth a little
                parts.append(Part(raw, _TITLES[word], TITLE))
            i += 1
        elif word in _ENDINGS and parts and parts[-1].kind == WORD:
            parts[-1] = parts[-1]._replace(text=f"{parts[-1].text} {raw}", core=parts[-1].core + word)
            i += 1
        elif word in _FEMININE_LINKS and rest:
            feminine = linked = True
            i += 1
        elif word in _LINKS and rest:
            linked = True
            i += 1
        elif (joined := _joins_previous(word, parts)) is not None:
            parts[-1] = parts[-1]._replace(text=f"{parts[-1].text} {raw}", kind=joined)
            i += 1
        elif word in _ARTICLES and rest and (joined := _joins_previous(tokens[i + 1][1], parts)) is not None:
            ending = f"{raw} {tokens[i + 1][0]}"
            parts[-1] = parts[-1]._replace(text=f"{parts[-1].text} {ending}", kind=joined)
            i += 2
        elif word in _ARTICLES and parts and rest and tokens[i + 1][1] in _TITLES:
            i += 1  # el Sayed within a name, as السيد
        else:
            part, used = _part_at(tokens, i)
            feminine = feminine or part.kind == UMM
            parts.append(part._replace(linked=linked))
            linked = False
            i += used
    return parts, titles, feminine


def _joins_previous(word: str, parts: list[Part]) -> int | None:
    """Tell whether a word completes the part before it: نصر + الله, Salah + al-Din."""
    if not parts or parts[-1].kind != WORD or len(parts[-1].core) < 2:
        return None
    if word in _ALLAH:
        return ALLAH
    if word in _DIN and word not in {"dine", "دين"}:
        return DIN
    return None


def _part_at(tokens: list[tuple[str, str]], i: int) -> tuple[Part, int]:
    """Read the part that begins at token ``i``; return it and the number of tokens it used."""
    raw, word = tokens[i]
    follows = len(tokens) - i - 1
    if word in _ABD and follows and not (word in _BARE_ABD and tokens[i + 1][1] not in _ARTICLES):
        return _compound(tokens, i, ABD)
    if word in _ABU and follows:
        return _compound(tokens, i, ABU)
    if word in _UMM and follows:
        return _compound(tokens, i, UMM)
    if word in _ARTICLES and follows and len(tokens[i + 1][1]) > 2:
        nxt_raw, nxt = tokens[i + 1]
        part = _plain(f"{raw} {nxt_raw}", nxt)
        return part._replace(article=True), 2
    return _plain(raw, word), 1


def _compound(tokens: list[tuple[str, str]], i: int, kind: int) -> tuple[Part, int]:
    """Join a head (abd, abu, umm) with what follows, over an article."""
    j, n = i + 1, len(tokens)
    while j < n - 1 and tokens[j][1] in _BETWEEN:
        j += 1
    stem = tokens[j][1]
    if kind == ABD and stem in _ALLAH:
        core = "اله" if has_arabic(stem) else "allah"
        return Part(" ".join(raw for raw, _ in tokens[i : j + 1]), core, ABD), j + 1 - i
    if kind in {ABU, UMM} and stem in _ABD and j < n - 1:
        inner, used = _compound(tokens, j, ABD)
        return Part(
            f"{tokens[i][0]} {inner.text}", "abd" + inner.core if inner.core.isascii() else "عبد" + inner.core, kind
        ), j - i + used
    inner = _plain(tokens[j][0], stem)
    core = inner.core
    if inner.kind == ABD:
        core = ("abd" if core.isascii() else "عبد") + core
    return Part(" ".join(raw for raw, _ in tokens[i : j + 1]), core, kind), j + 1 - i


@lru_cache(maxsize=100_000)
def _plain(raw: str, word: str) -> Part:
    """Read one word: a glued compound, a number, a word with or without its article."""
    if word.isdigit():
        return Part(raw, word, NUMBER)
    if has_arabic(word):
        return _plain_arabic(raw, word)
    if len(word) >= 6:
        if _ABD_ALLAH.match(word):
            return Part(raw, "allah", ABD)
        match = _ABD_GLUED.match(word)
        if match:
            return Part(raw, match["stem"], ABD)
        match = _ALLAH_GLUED.match(word)
        if match and (_ALLAH_STRICT.search(word)):
            return Part(raw, match["stem"], ALLAH)
        match = _DIN_GLUED.match(word)
        if match and word not in _NOT_DIN and not word.startswith("abd"):
            return Part(raw, match["stem"], DIN)
    return Part(raw, word, WORD)


def _plain_arabic(raw: str, word: str) -> Part:
    if word in {"عبداله", "عبدالله", "عبدلله", "عبدال"}:
        return Part(raw, "اله", ABD)
    if word.startswith("عبدال") and len(word) >= 7:
        return Part(raw, word[5:], ABD)
    if word.endswith("الدين") and len(word) >= 7:
        return Part(raw, word[:-5], DIN)
    if word.endswith(("الله", "اله")) and len(word) >= 6 and not word.startswith("ال"):
        return Part(raw, word[: -4 if word.endswith("الله") else -3], ALLAH)
    if word.startswith("ال") and len(word) >= 5 and word not in _ALLAH:
        return Part(raw, word[2:], WORD, article=True)
    return Part(raw, word, WORD)


def _organisation_parts(text: str) -> list[Part]:
    """Read the name of an organisation or a vessel: generic words by their concept, numbers strictly, the rest as words."""
    tokens = _tokens(_VESSEL_PREFIX.sub("", text).replace(",", " ").replace("&", " & "))
    parts: list[Part] = []
    i = 0
    while i < len(tokens):
        raw, word = tokens[i]
        concept = organisation_word(word)
        if concept is None and has_arabic(word):
            for prefix in ("وال", "بال", "لل", "ال", "و"):
                if word.startswith(prefix) and len(word) >= len(prefix) + 3:
                    concept = organisation_word(word[len(prefix) :])
                    if concept is not None:
                        break
        if concept is not None:
            if concept:
                parts.append(Part(raw, concept[1:], NUMBER) if concept[0] == "#" else Part(raw, concept, LEGAL))
            i += 1
            continue
        if word in _ARTICLES and i + 1 < len(tokens):
            i += 1
            continue
        parts.append(_organisation_word(raw, word))
        i += 1
    return parts or [Part(raw, word, NAME) for raw, word in tokens]


def _organisation_word(raw: str, word: str) -> Part:
    if word.isdigit():
        return Part(raw, word.lstrip("0") or "0", NUMBER)
    if has_arabic(word):
        for prefix in ("وال", "بال", "لل", "ال"):
            if word.startswith(prefix) and len(word) >= len(prefix) + 3:
                return Part(raw, word[len(prefix) :], NAME, article=True)
    return Part(raw, word, NAME)


_ALIAS_WORDS = re.compile(
    r"[\s,;]*(?<!\w)(?:a\.?\s?k\.?\s?a\.?|f\.?k\.?a\.?|n\.?k\.?a\.?|alias|also known as|known as|formerly(?: known as)?|trading as|t/a|"
    r"d/b/a|dba|doing business as|dit|née|nee|nom de guerre|kunya)(?!\w)[.:]?\s*"
    r"|[\s,،;؛]*(?<!\w)(?:الملقبة?|المكناة|المكن[ىي]|المكنّى|المعروفة?|الشهيرة?|المدعوة?|المشهورة?|وشهرته|شهرته|ولقبه|لقبه)"
    r"(?!\w)[:\s]*(?:بـ\s*|ب\s+|ب(?=[اأ]))?",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[(\[«\"“]([^()\[\]«»\"“”]{2,})[)\]»\"”]|(?<!\w)'([^']{3,})'(?!\w)")
_TRIM = " ,;:()[]«»\"“”'،؛"


def split_aliases(text: str) -> tuple[str, ...]:
    """Split names that were glued into one field: the name first, then each alias after "a.k.a.", الملقب or in quotes."""
    quoted = [first or second for first, second in _QUOTED.findall(text)]
    outside = _QUOTED.sub(" ", text)
    names = _ALIAS_WORDS.split(outside) + [piece for alias in quoted for piece in _ALIAS_WORDS.split(alias)]
    cleaned = (" ".join(name.split()).strip(_TRIM) for name in names)
    return tuple(dict.fromkeys(name for name in cleaned if name)) or (text,)
