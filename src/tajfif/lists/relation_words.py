"""Stated relations in words. Reach for it to say how two parties stand to each other, in the direction in which they stand.

Kinds are those of :class:`tajfif.model.Relation`, turned as :class:`tajfif.lists.relations.NetworkEdge` has them.
"""

from __future__ import annotations

__all__ = ["RELATION_KINDS", "relation_words"]

# By kind: what the origin is of the target; what the target says of the origin. English, then Arabic.
_WORDS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "associated": (("associated with", "associated with"), ("مرتبط بـ", "مرتبط بـ")),
    "founder": (("founder of", "founded by"), ("مؤسس", "أسسه")),
    "leader": (("leader of", "led by"), ("قائد", "يقوده")),
    "member": (("member of", "has as a member"), ("عضو في", "من أعضائه")),
    "owner": (("owner of", "owned by"), ("مالك", "يملكه")),
    "supporter": (("supporter of", "supported by"), ("داعم لـ", "يدعمه")),
    "financier": (("financier of", "financed by"), ("ممول", "يموله")),
    "family": (("relative of", "relative of"), ("قريب", "قريب")),
    "listed_as": (("the same party as", "the same party as"), ("هو نفسه", "هو نفسه")),
    "formerly": (("formerly listed under", "formerly the entry of"), ("كان مدرجًا ضمن", "كان قيده يشمل")),
    "linked": (("linked to", "linked to"), ("على صلة بـ", "على صلة بـ")),
    "mentioned": (("mentions", "mentioned by"), ("يذكر", "يذكره")),
}

RELATION_KINDS = tuple(_WORDS)
"""Every kind that an edge can have."""


def relation_words(kind: str, lang: str = "en", *, backward: bool = False) -> str:
    """Return a kind in words, to stand between the two names.

    Args:
        kind: As an edge has it; one that is not known stands for itself.
        lang: ``en`` or ``ar``.
        backward: The target is named first: "led by" for "leader of".
    """
    words = _WORDS.get(kind)
    return words[lang == "ar"][backward] if words else kind
