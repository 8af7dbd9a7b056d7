"""Terms of a ranking in words, English and Arabic. Reach for it through :func:`tajfif.tracing.network.network`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tajfif.tracing.network import Term

__all__ = ["term_text"]

_KINDS_AR = {
    "phone": "الهاتف", "address": "العنوان", "device": "الجهاز", "document": "الوثيقة", "holder": "صاحب الحساب",
    "shares": "الملكية", "votes": "الأصوات", "control": "السيطرة", "director": "الإدارة", "acting_for": "العمل باسم",
}  # fmt: skip
_SAID = {
    "en": {
        "received": "received {amount} {currency} of designated money, {percent} of all it received",
        "paid": "paid {amount} {currency} that came to designated parties, {percent} of all it paid",
        "link": "shares the {kind} {link} with {designated}; {count} share it",
        "owned": "{kind}: {link}",
        "through": "linked to {designated} over {path}: {link}",
    },
    "ar": {
        "received": "استلم {amount} {currency} من أموال مدرجين، وهو {percent} من كل ما استلمه",
        "paid": "دفع {amount} {currency} وصلت إلى مدرجين، وهو {percent} من كل ما دفعه",
        "link": "يشترك مع {designated} في {kind} {link}؛ وعدد المشتركين فيه {count}",
        "owned": "{kind}: {link}",
        "through": "يتصل بـ{designated} عبر {path}: {link}",
    },
}


def term_text(term: Term, lang: str) -> str:
    """Return a term in words.

    Args:
        term: The term.
        lang: ``en`` or ``ar``.
    """
    words = _SAID["ar" if lang == "ar" else "en"]
    owned = ("shares", "votes", "control", "director", "acting_for")
    key = term.kind if term.kind in words else "owned" if term.kind in owned else "link"
    return words[key].format(
        amount=term.amount,
        currency=term.currency,
        percent=f"{100 * term.value:.1f} %",
        kind=_KINDS_AR.get(term.kind, term.kind) if lang == "ar" else term.kind.replace("_", " "),
        link=term.link,
        designated=term.designated,
        count=term.shared_by,
        path=" – ".join(term.parties[1:-1]),
    )
