"""Why, in words. Reach for it to tell a person what an alignment and its evidence say, in English or Arabic."""

from __future__ import annotations

from collections.abc import Sequence

from tajfif.model import AlignedPart, Evidence

__all__ = ["LANGUAGES", "explain"]

LANGUAGES = ("en", "ar")

_RELATIONS = {
    "en": {
        "exact": "{q} is written the same",
        "folded": "{q} differs from {l} only in marks",
        "spelling": "{q} is a near spelling of {l}",
        "transliteration": "{q} is {l} in another script",
        "variant": "{q} and {l} are known spellings of one name",
        "initial": "{q} fits {l} as an initial",
        "contradicts": "{q} contradicts {l}",
    },
    "ar": {
        "exact": "{q} مكتوب على الصورة نفسها",
        "folded": "{q} لا يختلف عن {l} إلا في العلامات",
        "spelling": "{q} كتابة قريبة من {l}",
        "transliteration": "{q} هو {l} بحروف أخرى",
        "variant": "{q} و{l} صورتان معروفتان لاسم واحد",
        "initial": "{q} حرف أول يوافق {l}",
        "contradicts": "{q} يخالف {l}",
    },
}
_DROPPED = {
    "en": ("{} stands only in the query", "{} stands only on the list"),
    "ar": ("{} يرد في الطلب وحده", "{} يرد في القائمة وحدها"),
}
_ORDER = {"en": "the parts stand in another order", "ar": "الأجزاء بترتيب آخر"}
_FIELDS = {
    "en": {
        "birthDate": "birth date", "nationality": "nationality", "country": "country", "gender": "gender", "motherName": "mother's name",
        "fatherName": "father's name", "birthPlace": "place of birth", "address": "address", "passportNumber": "passport number",
        "idNumber": "identity number", "registrationNumber": "registration number", "imoNumber": "IMO number", "taxNumber": "tax number",
        "publicKey": "wallet", "phone": "telephone", "email": "e-mail address",
    },
    "ar": {
        "birthDate": "تاريخ الميلاد", "nationality": "الجنسية", "country": "البلد", "gender": "الجنس", "motherName": "اسم الأم",
        "fatherName": "اسم الأب", "birthPlace": "مكان الولادة", "address": "العنوان", "passportNumber": "رقم الجواز",
        "idNumber": "رقم الهوية", "registrationNumber": "رقم السجل", "imoNumber": "رقم المنظمة البحرية", "taxNumber": "الرقم الضريبي",
        "publicKey": "المحفظة", "phone": "الهاتف", "email": "البريد الإلكتروني",
    },
}  # fmt: skip
_VERDICTS = {
    "en": {"agrees": "{f} agrees ({q} / {l})", "compatible": "{f} is compatible ({q} / {l})", "contradicts": "{f} contradicts ({q} / {l})"},
    "ar": {"agrees": "{f}: تطابق ({q} / {l})", "compatible": "{f}: لا تعارض ({q} / {l})", "contradicts": "{f}: تعارض ({q} / {l})"},
}  # fmt: skip


def explain(alignment: Sequence[AlignedPart], evidence: Sequence[Evidence], *, lang: str = "en") -> str:
    """Return one sentence that names each reason, strongest first within names and fields.

    Args:
        alignment: The aligned name parts.
        evidence: The compared fields.
        lang: ``en`` or ``ar``.
    """
    words = _RELATIONS[lang]
    reasons = []
    reordered = any(part.relation == "other_order" for part in alignment)
    for part in sorted(alignment, key=lambda one: -abs(one.weight)):
        if part.query and part.listed:
            template = words.get(part.relation, words["spelling"])
            reasons.append(template.format(q=part.query, l=part.listed))
        elif part.query or part.listed:
            side = 0 if part.query else 1
            reasons.append(_DROPPED[lang][side].format(part.query or part.listed))
    if reordered:
        reasons.append(_ORDER[lang])
    for one in sorted(evidence, key=lambda one: -abs(one.weight)):
        template = _VERDICTS[lang].get(one.verdict, "")
        if template:
            field = _FIELDS[lang].get(one.property, one.property)
            reasons.append(template.format(f=field, q=one.query, l=one.listed))
    joined = ("; " if lang == "en" else "؛ ").join(reasons)
    return joined[:1].upper() + joined[1:] + "." if joined else ""
