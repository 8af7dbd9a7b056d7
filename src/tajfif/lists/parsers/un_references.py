"""Who a United Nations entry names, and in what role. Reach for it to turn comments into relations.

The Security Council's entries cite each other by permanent reference (``QDe.004``; older files also ``QE.A.4.01.`` and
``[Old Reference # I.47.D.4]``). The kind of a relation comes from the words around the citation in the same sentence:
those before it win over those after it, and of those before it the nearest. "Member of A, listed as B (QDe.115)" says
how the party stands to B's entry, so it is ``member``; ``listed_as`` is left for "also listed under number …".

Direction: a relation reads "this party is the *kind* of the target". Where the words say it the other way round
("Led by …", "The founder is …"), ``inverse`` is set: the target is the *kind* of this party. ``owner`` and
``owned`` are each other's inverse and need no mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tajfif.model import Relation, Span

__all__ = ["normal_reference", "relations_in", "relative_names"]

_NEW = r"(?<![A-Za-z0-9.])(?:[A-Z]{2}[ei]\.?\s?|[A-Z][a-z][ei]\.|[A-Z]{2}[EI]\.)\d{3}(?![0-9A-Za-z])"
_OLD = (
    r"(?<![A-Za-z0-9.])(?:[A-Z]{1,2}\.[A-Z]\.\d{1,3}\.\d{2}\.?|[A-Z]{1,2}\.\d{1,3}\.[A-Z]{1,4}\.\d{1,3}|"
    r"[A-Z]\.AC(?:\.\d{1,3}){4}(?:\.\(\d+\))?)"
)
_REFERENCE = re.compile(f"{_NEW}|{_OLD}")
_NEW_FORM = re.compile(r"([A-Za-z]{2})([eiEI])\.?\s?(\d{3})")

_LONGEST_SENTENCE = 1_500
# A sentence ends at a full stop that does not belong to an abbreviation, an initial or a number.
_STOP = re.compile(
    r"(?<!\bJan)(?<!\bFeb)(?<!\bMar)(?<!\bApr)(?<!\bJun)(?<!\bJul)(?<!\bAug)(?<!\bSep)(?<!\bSept)(?<!\bOct)(?<!\bNov)(?<!\bDec)"
    r"(?<!\bLtd)(?<!\bInc)(?<!\bDr)(?<!\bMr)(?<!\bNo)(?<!\bCo)(?<!\bGen)(?<!\bCol)(?<!\bSt)(?<!\b[A-Z])(?<!a\.k\.a)\.(?=\s+[^\s(]|\s*$|[A-Z][a-z])|[;\n]\s*\n"
)

_RANK = ("listed_as", "formerly", "founder", "leader", "financier", "owner", "owned", "family", "member", "supporter",
         "associated", "linked")  # fmt: skip

# (kind, inverse, words). Inverse: what is named after the words is the founder, leader … of the party.
_WORDS: tuple[tuple[str, bool, str], ...] = (
    ("formerly", False, r"(?:previously|formerly) listed (?:between [^.]*? )?as an? (?:alias|aka|"
                        r"a\.k\.a\.)(?: name)? of|formerly listed (?:as|under)|"
                        r"previously listed (?:as|under)|old reference"),
    ("listed_as", False, r"(?:also|was|is) (?:also )?listed (?:as|"
                         r"under)(?: the)?(?: permanent)?(?: reference)?(?: number)?|appeared also as"),
    ("founder", True, r"(?:co-?)?founded\b[^.;()]{0,40}? by|(?:co-?)?founders? (?:is|was|were|are|include\w*)|"
                      r"formed\b[^.;()]{0,30}? by|established by|created by|set up by"),
    ("founder", False, r"(?:co-?)?(?:founders?|founding member)\b(?:[^,.;()]{0,30}? of)?|(?:co-)founded (?!by)|"
                       r"founded the|(?:established|formed) (?:the )?(?=(?-i:[A-Z]))|creator of"),
    ("leader", True, r"(?:led|headed|commanded|directed|run) by|(?:leader|head|chief|emir|amir|commander|leadership|"
                     r"director)s? (?:is|was|are|were|includes?|included)|"
                     r"under the (?:leadership|command|direction|supervision) of"),
    ("leader", False, r"(?<!deputy )(?:leaders?|heads?|commanders?|emirs?|amirs?|chief)\b|leads\b|commanded|"
                      r"in charge of|chairman|president of|director of|"
                      r"shadow governor|governor of"),
    ("financier", True, r"(?:financed|funded)(?: and supported)? by|receiv\w+ (?:funds|funding|money|"
                        r"financial support|financing)[^.;]{0,40}?(?:from|through)"),
    ("financier", False, r"financiers?\b|finance[ds]?\b|financing|financial(?:\s\w+){0,4}? (?:facilitator|"
                         r"support(?:er)?|services|backer)|provid\w+ financ\w+|"
                         r"fundrais\w+|rais\w+ (?:funds|money)|transferr\w+ [^.;]{0,40}?(?:funds|money)|"
                         r"deliver\w+ funds|movement of (?:funds|money)|"
                         r"(?:funds|money|donations)\b[^.;()]{0,30}? (?:for|to)\b|collect\w+ (?:funds|donations)|"
                         r"treasurer (?:to|of|for)"),
    ("owned", False, r"owned(?: or controlled| and controlled)? by|controlled by|owned by|subsidiary of|property of|"
                     r"subordinate (?:to|of)"),
    ("owner", False, r"(?:co-?)?owners? of|\bowns\b|owned\b(?! by| or controlled| and controlled)"),
    ("family", False, r"(?:half-?)?(?:brother|sister|father|mother|son|daughter|wife|husband|widow|uncle|aunt|nephew|"
                      r"niece|cousin|grandson|grandfather)s?"
                      r"(?:-in-law)?(?:['’]s name)?\b(?: of| is|:|,|-in-law)?|married to|linked by marriage|"
                      r"by marriage|relative of|related to"),
    ("member", True, r"members? (?:include|included|are|is)\b"),
    ("member", False, r"members?\b(?: of)?|membership (?:of|in)|belong(?:s|ed|ing)? to|joined|operatives?\b|"
                      r"fight(?:er|ers|ing)\b(?: for| with)?|fought|"
                      r"official\b(?: of)?|spokes(?:man|person|woman)|courier|served|serves|deputy (?:leader|emir|"
                      r"head|commander)|"
                      r"recruiter|organi[sz]er|trainer|instructor|imam of|"
                      r"expert for|part of|wing of|branch of|representative|"
                      r"officer\b|rapporteur|cadre|faction of|cell of|component of"),
    ("supporter", True, r"supported by|with support from|assisted by"),
    ("supporter", False, r"support(?:s|ed|er|ers|ing)?\b(?! by)(?:[^,.;()]{0,40}? (?:for|to|of))?|facilitat\w+|"
                         r"on behalf of|pledged? (?:\w+ )?(?:allegiance|loyalty)|"
                         r"sworn allegiance|recruit\w+|supplied|suppl(?:y|ies|ying)|procur\w+|trained|training|"
                         r"assist(?:s|ed|ance|ing)\b|"
                         r"acts? (?:for|on behalf)|acted (?:for|on behalf)|worked for|working for|works for|"
                         r"weapons (?:for|to)"),
    ("associated", False, r"associat(?:ed|es?|ion)\b(?: with| of)?|affiliat\w+(?: with| of| to)?|deputy (?:to|of)|"
                          r"adviser to|advisor to|assistant to|aide to|"
                          r"merger|umbrella of|appointed by|close to|cooperat\w+|splinter group|splinter|merged|"
                          r"alliance|allied|connected (?:to|with)|ties (?:to|with)|joint attacks|"
                          r"contacts? with|worked with|alongside|successor|\brelations(?:hip)? with"),
    ("linked", False, r"link(?:ed|s)?\b(?: to| with)?"),
)  # fmt: skip
_PATTERNS = tuple((kind, inverse, re.compile(rf"\b(?:{words})", re.IGNORECASE)) for kind, inverse, words in _WORDS)
_AFTER = tuple(
    (kind, re.compile(rf"[\s)\],.’'\"]*(?=(?-i:[a-z]))(?:\w+ ){{0,2}}(?:{words})\b", re.IGNORECASE))
    for kind, words in (
        ("leader", "leader|commander|emir|amir|chief|head"),
        ("financier", "financier"),
        ("member", r"member|official|operative|fighter|courier|spokes\w+|cell"),
        ("supporter", "facilitator|supporter|recruiter"),
    )
)
_LISTED_AS = re.compile(
    r"[,(]?\s*(?:currently |now )?(?:listed|designated) (?:as|under)(?: permanent)?(?: reference)?(?: number)?",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"\b(wife|husband|brother|sister|son|daughter)['’]s\s+name(?:\s+is|\s*:)+\s*([^.;()]{2,80}?)(?=\s*[.;()]|$)",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?:\s|\([^()]*\)|[(\[]|,$)*$")
_NAME_WORD = re.compile(
    r"[\"“‘'’`]?(?:[A-ZÀ-Ž][^\s,;()]*|(?:al|el|ul|as|ash|ad|an|at|ben|bin|bint|ibn|abu|abd|ag|ould|i|e|d|l|wa|wal|uz|"
    r"ur)(?:[-’'‘]\S*)?|"
    r"of|the|for|in|and|de|du|des|et|le|la|les|pour|en|del|&|-|–|/)"
)
_LINK_WORDS = frozenset(
    {
        "as",
        "senior",
        "formed",
        "of",
        "the",
        "for",
        "in",
        "and",
        "de",
        "du",
        "des",
        "et",
        "le",
        "la",
        "les",
        "pour",
        "en",
        "del",
    }
    | {"&", "-", "–", "/"}
)
_OWN_TITLE = re.compile(
    r"(?:\s+and\s+\w+)?,?\s+(?:(?:[A-ZÀ-Ž][^\s,;()]*|al-\S+|bin|ben|ag|ould|ibn)\s*)+(?:\([^()]*\)\s*)?[(\[]?\s*"
)
_TAKES_NAME = (" with", " of", " to", " for", " by", " the", " in")
_TITLES = frozenset({"leader", "founder"})
_LOWER_ONLY = frozenset({"supporter", "member", "financier", "associated", "linked"})


def normal_reference(cited: str) -> str:
    """Return a permanent reference in its normal form ("QDi322" → "QDi.322", "Qde.137" → "QDe.137")."""
    match = _NEW_FORM.fullmatch(cited)
    return f"{match[1].upper()}{match[2].lower()}.{match[3]}" if match else cited.rstrip(".")


def relations_in(text: str, field: str) -> Iterator[Relation]:
    """Yield one relation for each reference cited in a text, with its place and without the target's id.

    Args:
        text: The element's text, exactly as parsed.
        field: Path of the element below its entry, for the evidence.
    """
    for match in _REFERENCE.finditer(text):
        kind, inverse = _kind(text, match.start(), match.end())
        yield Relation(
            kind=kind,
            inverse=inverse,
            target_reference=normal_reference(match[0]),
            target_name=_named(text, match.start()),
            evidence=Span(field=field, start=match.start(), end=match.end()),
        )


def relative_names(text: str, field: str) -> Iterator[Relation]:
    """Yield a ``family`` relation for each relative whom the text names without a reference ("Wife's name: …")."""
    for match in _RELATIVE.finditer(text):
        name = re.sub(r"^is\s+|^:\s*", "", " ".join(match[2].split()))
        yield Relation(
            kind="family",
            target_name=name.lstrip(": "),
            evidence=Span(field=field, start=match.start(), end=match.end()),
        )


def _kind(text: str, start: int, end: int) -> tuple[str, bool]:
    """Return the kind of the relation cited at ``start`` to ``end``, and whether the words put it the other way."""
    begin = max(0, start - _LONGEST_SENTENCE)
    for stop in _STOP.finditer(text, begin, start):
        begin = stop.end()
    before = " ".join(text[begin:start].split()) + " "  # lines are wrapped anywhere; places in it are not needed
    found: list[tuple[int, int, str, bool]] = []
    titles: list[tuple[int, int, str, bool]] = []
    for kind, inverse, pattern in _PATTERNS:
        for hit in pattern.finditer(before):
            takes_name = hit[0].endswith(_TAKES_NAME)
            if kind in _LOWER_ONLY and hit[0][0].isupper() and not takes_name and before[: hit.start()].strip(' "“([,'):
                continue  # part of a name: "Afghan Support Committee"
            of_target = kind in _TITLES and not (inverse or takes_name) and _OWN_TITLE.fullmatch(before, hit.end())
            (titles if of_target else found).append((hit.end(), hit.start(), kind, inverse))
    if found:
        return _nearest(before, found)
    if titles:  # "ADF founder and leader, Testov (CDi.999)": the target has the role
        kind, _ = _nearest(before, titles)
        return kind, True
    for kind, pattern in _AFTER:
        if pattern.match(text, end):
            return kind, False
    return (
        ("listed_as", False)
        if re.fullmatch(_LISTED_AS.pattern + r"\W*", before, re.IGNORECASE)
        else ("mentioned", False)
    )


def _nearest(before: str, found: list[tuple[int, int, str, bool]]) -> tuple[str, bool]:
    """Choose the last words; of several that overlap or are joined ("financier and facilitator"), the most telling."""
    found.sort()
    _, left, kind, inverse = found[-1]
    for other_end, other_start, other_kind, other_inverse in reversed(found[:-1]):
        between = before[other_end:left] if other_end <= left else ""
        if not re.fullmatch(
            r"\s*(?:,|/|and|&|or|in|\s)*(?:(?:top|main|overall|prominent|military|senior|chief)\s*)?", between
        ):
            break
        if _RANK.index(other_kind) < _RANK.index(kind):
            kind, inverse = other_kind, other_inverse
        left = min(left, other_start)
    return kind, inverse


def _named(text: str, start: int) -> str:
    """Return the name that stands before a reference, as cited; empty when none can be told from the sentence."""
    before = _TAIL.sub("", text[max(0, start - 240) : start])
    words: list[str] = []
    for word in reversed(before.split()):
        if not _NAME_WORD.fullmatch(word) or (words and word[-1:] in ",;:.)" and len(word.strip(".")) > 2):
            break
        words.append(word)
    words.reverse()
    name = " ".join(words)
    for _, _, pattern in _PATTERNS:
        role = pattern.match(name)
        if role and role.end() < len(name):
            name = name[role.end() :]
            break
    kept = name.rpartition(" and the ")[2].split()
    while kept and kept[0].lower() in _LINK_WORDS:
        kept.pop(0)
    return " ".join(kept).strip(' "“”,;:')
