"""One name part against another. Reach for :func:`part_weight`, the first term of every comparison.

What two parts say together: spelling (learned), known variants (lexicon), the kind of part (a compound is not its stem, a teknonym
is not the bare name), glued articles and links, initials, numbers and generic words.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

from rapidfuzz.distance import OSA

from tajfif.screening.spelling import SpellingModel, Token, spelling_model
from tajfif.text.names import ABD, ABU, ALLAH, DIN, LEGAL, NAME, NUMBER, TITLE, UMM, WORD

__all__ = ["AGREE_FROM", "DEAREST", "OTHER_NUMBER", "RAREST", "part_weight", "whole_core"]

RAREST = 12.0
"""Most that one part can weigh, in nats: a part that nobody of some 160,000 bears."""
AGREE_FROM = 0.6
DEAREST = -7.0
OTHER_NUMBER = -14.0  # Fund II is not Fund III, whatever else agrees
UNSHARED = 1.3
OTHER_LANGUAGE = 0.6
"""Share of a given name's rarity that its form in another language, or its short form, still weighs."""
SAME_SCRIPT = 0.2
"""Share of the commoner part's rarity that two unknown spellings in one script must make up for: in one script a name is mostly
written in one way, so that a letter's difference more often means another name."""
UNKNOWN_FROM = 1.5
"""Weight from which a spelling that the lexicon does not know agrees."""
TITLE_WEIGHTS = {
    "akhund": 4.2, "mullah": 3.4, "mawlawi": 3.4, "qari": 3.2, "agha": 3.4, "mawlana": 2.8, "hafiz": 2.4, "hajji": 2.2,
    "moulay": 2.0, "imam": 2.0,
}  # fmt: skip
"""What a title weighs that both names have, where it is not worth 1: judged by how few people are called so."""
AMBIGUOUS = 0.75
AMBIGUITY = 20.0


def _feminine(a: str, b: str) -> bool:
    """Tell whether one core is the other with a feminine ending (Karim, Karima; Иванов, Иванова; أمير, أميرة)."""
    short, long = (a, b) if len(a) < len(b) else (b, a)
    if len(short) < 3 or not long.startswith(short[:-1]):
        return False
    if long.isascii():
        return short[-1] not in "aeiouhyw" and (long in {short + "a", short + "ah", short + "at", short + "aya"})
    return not short.isascii() and short[-1] not in "ايو" and long == short + "ه"


@lru_cache(maxsize=100_000)
def part_weight(kind_a: int, a: str, kind_b: int, b: str) -> tuple[float, str]:
    """Return (weight in nats, relation) of two parts met.

    Args:
        kind_a, a, kind_b, b: Kind and core of the parts.
    """
    model = spelling_model()
    if kind_a != kind_b:
        return _mixed_kinds(kind_a, a, kind_b, b)
    if kind_a == NUMBER:
        return (3.0, "exact") if a == b else (OTHER_NUMBER, "contradicts")
    if kind_a == LEGAL:
        return _generic(a, b)
    if kind_a == TITLE:
        return (TITLE_WEIGHTS.get(a, 1.0), "exact") if a == b else (-0.1, "contradicts")
    if a == b:
        return min(-model.token(kind_a, a).background, RAREST), "exact"
    if len(a) == 1 or len(b) == 1:
        return _initial(a, b)
    best = _spelling_weight(model, kind_a, a, b)
    if kind_a in {WORD, NAME}:
        for x, y, cost in _without_prefix(a, b):
            weight = _spelling_weight(model, WORD, x, y)[0] if x != y else min(-model.token(WORD, x).background, RAREST)
            if weight - cost > max(best[0], AGREE_FROM):
                best = weight - cost, "transliteration" if x.isascii() != y.isascii() else "spelling"
    return best


_ARTICLE_GLUED = re.compile(r"^(?:[aeu]l(?=[a-z]{4})|[aeu](?P<sun>zz|ss|dd|tt|rr|nn|cch|ssh|chch|shsh)(?=[a-z]{2}))")
_LINK_GLUED = re.compile(r"^(?:ben|bin|ibn|bel|bou?l|ould)(?=[a-z]{3})")
GLUED_ARTICLE, GLUED_LINK = 0.5, 1.5


def _without_prefix(a: str, b: str) -> list[tuple[str, str, float]]:
    """Return the readings in which one word begins with an article or a link that the other does not have, with their costs."""
    readings = []
    for one, other, turned in ((a, b, False), (b, a, True)):
        for pattern, cost in ((_ARTICLE_GLUED, GLUED_ARTICLE), (_LINK_GLUED, GLUED_LINK)):
            match = pattern.match(one)
            if match and not pattern.match(other):
                sun = match.groupdict().get("sun") or ""
                stem = sun[len(sun) // 2 :] + one[match.end() :]
                readings.append((other, stem, cost) if turned else (stem, other, cost))
    return readings


def _spelling_weight(model: SpellingModel, kind: int, a: str, b: str) -> tuple[float, str]:
    x, y = model.token(kind, a), model.token(kind, b)
    known, rarity = _known_in_arabic(model, kind, a, b) if x.arabic and y.arabic else model.known(x, y) or (None, 0.0)
    spelled = model.weight(x, y)
    if kind == WORD and not x.arabic and not y.arabic and model.other_language(a, b):
        return max(min(RAREST, -x.background, -y.background) * OTHER_LANGUAGE, 1.0), "variant"
    if known is None and x.arabic == y.arabic:
        spelled -= SAME_SCRIPT * min(-x.background, -y.background)
    if spelled > 0.0:
        spelled = RAREST * math.tanh(spelled / RAREST)
    relation = "transliteration" if x.arabic != y.arabic else "spelling"
    if known is None:
        weight = spelled
        if weight < UNKNOWN_FROM:
            weight = min(weight, 0.0)
    elif math.isinf(known):
        weight = min(spelled, 8.0) - UNSHARED * math.log1p(min(model.count(x.kind, a), model.count(y.kind, b)))
    else:
        relation = relation if x.arabic != y.arabic else "variant"
        ratio = known / rarity
        weight = min(known, RAREST) - (AMBIGUITY * (AMBIGUOUS - ratio) if ratio < AMBIGUOUS else 0.0)
    if known is None:
        slip = _mistyped(model, kind, x, y)
        weight = max(weight, slip) if slip > 0.0 else weight
    if (known is None or math.isinf(known)) and _feminine(a, b):
        weight = min(weight - 6.0, -2.0)
    return max(weight, DEAREST), relation if weight >= AGREE_FROM else "contradicts"


MISTYPED = 0.8
"""Share of a name's rarity that it weighs with one letter mistyped, dropped, added, or exchanged with its neighbour."""
_LEAST_TO_MISTYPE = 4


def _mistyped(model: SpellingModel, kind: int, x: Token, y: Token) -> float:
    """Weigh a word that is no name that is known, but one slip of the hand from one that is; 0 for all others."""
    if x.arabic != y.arabic or min(len(x.core), len(y.core)) < _LEAST_TO_MISTYPE:
        return 0.0
    if model.is_known(kind, x.core) and model.is_known(kind, y.core):
        return 0.0
    if OSA.distance(x.core, y.core, score_cutoff=1) > 1:
        return 0.0
    return MISTYPED * min(-x.background, -y.background, RAREST)


_ONE_NAME_IN_ARABIC = {
    word: number
    for number, words in enumerate(
        (
            "رحمن رحمان", "اسماعيل اسمعيل", "ابراهيم ابرهيم", "داود داوود", "ياسين يسين يس", "هارون هرون", "اسحاق اسحق", "عثمان عثمن",
            "سليمان سليمن", "حارث حرث", "معاويه معويه", "لقمان لقمن", "طه طاها", "روف رووف", "موسي موسا", "عيسي عيسا", "يحيي يحيا",
            "مصطفي مصطفا", "مرتضي مرتضا", "مجتبي مجتبا", "زكريا زكري", "هدي هدا", "سلوي سلوا", "ليلي ليلا", "ندي ندا",
        )
    )
    for word in words.split()
}  # fmt: skip
"""Names that Arabic writes in two ways (a dagger alif left out, a final alif or ya): one number for each name."""


def _known_in_arabic(model: SpellingModel, kind: int, a: str, b: str) -> tuple[float | None, float]:
    """Tell what is known of two Arabic spellings: ``-inf`` for two known names that are not one name written in two ways."""
    if _ONE_NAME_IN_ARABIC.get(a, -1) == _ONE_NAME_IN_ARABIC.get(b, -2):
        return None, 0.0
    return -math.inf if model.count(kind, a) >= 2 and model.count(kind, b) >= 2 else None, 0.0


def _generic(a: str, b: str) -> tuple[float, str]:
    if a[0] == "~" or b[0] == "~":
        return (0.2, "exact") if a == b else (-0.3, "contradicts")
    return (1.5, "exact") if a == b else (-2.0, "contradicts")


def _initial(a: str, b: str) -> tuple[float, str]:
    if a[0] == b[0]:
        return 1.2, "initial"
    return -2.5, "contradicts"


def _mixed_kinds(kind_a: int, a: str, kind_b: int, b: str) -> tuple[float, str]:
    """Weigh parts of different kinds: another name, unless one was only read otherwise (Abdo, Salahdin)."""
    kinds = {kind_a, kind_b}
    if kinds & {LEGAL, NUMBER, TITLE}:
        return DEAREST, "contradicts"
    if WORD in kinds:
        plain, compound, kind = (a, b, kind_b) if kind_a == WORD else (b, a, kind_a)
        looks = _GLUED_FORM[kind].search(plain) is not None
        if kind in {ABU, UMM} and not looks:
            return -5.0, "contradicts"
        weight, relation = part_weight(WORD, plain, WORD, whole_core(kind, compound))
        if weight > (AGREE_FROM if looks else MISSPELT_COMPOUND):
            return weight - 1.0, relation
    return -5.0, "contradicts"


_GLUED_FORM = {
    ABD: re.compile("^(?:abd|عبد)"),
    ABU: re.compile("^(?:ab|b[ou]|ابو|بو)"),
    UMM: re.compile("^(?:[ou]m|ام)"),
    ALLAH: re.compile("(?:l[aeo]h?|له)$"),
    DIN: re.compile("(?:d[aeiy]+n[ei]?|دين)$"),
}
"""What a plain word looks like that is a compound which was not recognised."""
MISSPELT_COMPOUND = 5.5
"""Weight from which a word that does not look like a compound still is one, misspelt."""


@lru_cache(maxsize=50_000)
def whole_core(kind: int, core: str) -> str:
    """Return the core as one written word: a compound with its head or ending."""
    arabic = not core.isascii()
    head = {ABD: "عبدال" if arabic else "abdul", ABU: "ابو" if arabic else "abu", UMM: "ام" if arabic else "um"}.get(
        kind, ""
    )
    ending = {ALLAH: "الله" if arabic else "ullah", DIN: "الدين" if arabic else "uddin"}.get(kind, "")
    return head + core + ending
