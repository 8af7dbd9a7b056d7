"""The words of the tables that a person reads, in English and Arabic. Reach for it to name a heading or a verdict."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Language", "word"]


class Language(StrEnum):
    """The languages that tables and explanations are written in."""

    EN = "en"
    AR = "ar"


# English, Arabic. The key is the value in the data where there is one (status, relation, verdict, property).
_WORDS = {
    "status": ("Status", "الحالة"),
    "score": ("Score", "الدرجة"),
    "screened": ("Name screened", "الاسم المطلوب"),
    "matched": ("Listed name", "الاسم المدرج"),
    "reference": ("Reference", "المرجع"),
    "source": ("Source", "القائمة"),
    "born": ("Birth date", "تاريخ الميلاد"),
    "alert": ("ALERT", "تنبيه"),
    "clear": ("clear", "لا تطابق"),
    "query_part": ("Name screened", "الاسم المطلوب"),
    "relation": ("Relation", "العلاقة"),
    "listed_part": ("Listed name", "الاسم المدرج"),
    "weight": ("Weight", "الوزن"),
    "field": ("Field", "الحقل"),
    "verdict": ("Verdict", "الحكم"),
    "query_value": ("Screened", "المطلوب"),
    "listed_value": ("Listed", "المدرج"),
    "why": ("Why", "السبب"),
    "flags": ("Flags", "علامات"),
    "listed_as": ("listed as", "مدرج باسم"),
    "programme": ("Programme", "البرنامج"),
    "decision": ("Decision", "القرار"),
    "listed_on": ("Listed on", "أدرج في"),
    "amended_on": ("Amended on", "عدل في"),
    "ended_on": ("Ends or ended on", "انتهاؤه"),
    "delisted": ("delisted", "شطب"),
    "merged": ("the same party, shown here once:", "الطرف نفسه، معروضًا مرة واحدة:"),
    "merge_state": ("State", "الحال"),
    "merge_first": ("Entry", "القيد"),
    "merge_second": ("Other entry", "القيد الآخر"),
    "merge_why": ("Why", "السبب"),
    "merge_together": ("shown as one", "يعرضان واحدًا"),
    "merge_suggested": ("suggested", "مقترح"),
    "merge_apart": ("kept apart", "مفصولان"),
    "merge_accepted": ("accepted", "مقبول"),
    "merge_rejected": ("rejected", "مرفوض"),
    "merge_stated": ("stated", "نص صريح"),
    "merge_identifier": ("identifier", "رقم مشترك"),
    "merge_matcher": ("matcher", "المطابقة"),
    "merge_count": ("{count} merges, {together} of them shown as one", "{count} حالة دمج، يعرض منها {together} واحدًا"),
    "doctor_state": ("State", "الحال"),
    "doctor_check": ("Check", "الفحص"),
    "doctor_found": ("Found", "ما وُجد"),
    "doctor_hint": ("What to do", "ما العمل"),
    "doctor_ok": ("ok", "سليم"),
    "doctor_warning": ("warning", "تحذير"),
    "doctor_fault": ("FAULT", "عطل"),
    "drill_result": ("Drill", "التمرين"),
    "drill_passed": ("passed", "نجح"),
    "drill_failed": ("FAILED", "أخفق"),
    "drill_listed": ("Listed (invented)", "المدرج (مختلق)"),
    "drill_customer": ("Customer (invented)", "العميل (مختلق)"),
    "drill_control": ("Control customer", "العميل الضابط"),
    "drill_load": ("Loading the list", "تحميل القائمة"),
    "drill_screen": ("Index and screening", "الفهرسة والفحص"),
    "drill_seconds": ("From list to alert", "من القائمة إلى التنبيه"),
    "customer": ("Customer", "العميل"),
    "rescreen_kind": ("What", "ما جرى"),
    "rescreen_new": ("new", "جديد"),
    "rescreen_changed": ("changed", "تغير"),
    "rescreen_gone": ("gone", "زال"),
    "rescreen_not_listed": ("no longer listed", "لم يعد مدرجا"),
    "rescreen_no_longer_reaches": ("no longer reaches the threshold", "لم يعد يبلغ الحد"),
    "rescreen_no_customer": ("no customer any more", "لم يعد عميلا"),
    "rescreen_score": ("score", "الدرجة"),
    "rescreen_listings": ("listings", "الإدراجات"),
    "rescreen_merged": ("other entries of the party", "قيود الطرف الأخرى"),
    "rescreen_evidence": ("other fields", "الحقول الأخرى"),
    "rescreen_alignment": ("parts of the name", "أجزاء الاسم"),
    "rescreen_terms": ("terms of the sum", "حدود المجموع"),
    "rescreen_flags": ("flags", "العلامات"),
    "rescreen_caption": ("main name", "الاسم الرئيس"),
    "rescreen_name_matched": ("listed name", "الاسم المدرج"),
    "rescreen_query_name": ("name screened", "الاسم المطلوب"),
    "rescreen_entity_id": ("entry", "القيد"),
    "rescreen_schema": ("kind of party", "نوع الطرف"),
    "rescreen_source": ("list", "القائمة"),
    "rescreen_reference": ("reference", "المرجع"),
    "nobody": (
        "no listed name reaches {threshold}. A clear result says that the lists below do not name this party, no more.",
        "لا يبلغ أي اسم مدرج الحد {threshold}. معنى ذلك أن القوائم أدناه لا تذكر هذا الطرف، لا أكثر.",
    ),
    "decide": (
        "A name alone is no proof: compare the other particulars, and let a person decide.",
        "الاسم وحده ليس دليلا: قارن سائر البيانات، والقرار لإنسان.",
    ),
    "lists": ("Lists", "القوائم"),
    "entries": ("entries", "قيدا"),
    "as_of": ("As listed on", "بحسب الإدراج في يوم"),
    "known_at": ("As known at", "بحسب ما كان معلوما في"),
    "engine": ("Engine", "المحرك"),
    "policy_head": ("Policy", "السياسة"),
    "policy_threshold": ("alerts from {threshold}.", "التنبيه من {threshold} فصاعدا."),
    "weak_alias_alone": ("A weak alias alone raises none.", "ولا تنبيه لاسم مستعار ضعيف وحده."),
    "frequent_name_alone": (
        "Between two records, a frequent name alone is not one party.",
        "والاسم الشائع وحده لا يجعل السجلين لطرف واحد.",
    ),
    "counted_flags": ("Flags: {flags}", "العلامات: {flags}"),
    "summary": (
        "{read} screened: {alerts} with alerts, {clear} clear, {rejected} rejected",
        "فحص {read}: تنبيهات {alerts}، لا تطابق {clear}، مرفوض {rejected}",
    ),
    "agrees": ("agrees", "يطابق"),
    "compatible": ("compatible", "لا يعارض"),
    "contradicts": ("contradicts", "يخالف"),
    "missing": ("missing", "غير مذكور"),
    "exact": ("same", "مطابق"),
    "folded": ("same letters", "الحروف نفسها"),
    "spelling": ("near spelling", "كتابة قريبة"),
    "transliteration": ("other script", "حروف أخرى"),
    "variant": ("known variant", "صورة معروفة"),
    "initial": ("initial", "حرف أول"),
    "dropped": ("one side only", "في طرف واحد"),
    "other_order": ("other order", "ترتيب آخر"),
    "prior": ("before anything is known", "قبل معرفة أي شيء"),
    "together": ("parts of one people's names", "أجزاء من أسماء قوم واحد"),
    "family": ("others of the family", "غيره من أسرته"),
    "misspelt": ("may be misspelt", "لعله خطأ في الكتابة"),
    "doubt": ("letters differ", "اختلاف في الحروف"),
    "enough": ("beyond enough", "فوق الكفاية"),
    "left_out": ("left out, side by side", "محذوف عند المقابلة"),
    "frequent": ("frequent name alone", "اسم شائع وحده"),
    "decided": ("a number decides", "حسمه رقم"),
    "policy": ("weak alias alone", "اسم مستعار ضعيف وحده"),
    "birthDate": ("birth date", "تاريخ الميلاد"),
    "nationality": ("nationality", "الجنسية"),
    "country": ("country", "البلد"),
    "gender": ("gender", "الجنس"),
    "motherName": ("mother's name", "اسم الأم"),
    "fatherName": ("father's name", "اسم الأب"),
    "birthPlace": ("place of birth", "مكان الولادة"),
    "address": ("address", "العنوان"),
    "passportNumber": ("passport number", "رقم الجواز"),
    "idNumber": ("identity number", "رقم الهوية"),
    "registrationNumber": ("registration number", "رقم التسجيل"),
    "taxNumber": ("tax number", "الرقم الضريبي"),
    "imoNumber": ("IMO number", "رقم المنظمة البحرية"),
    "publicKey": ("wallet", "المحفظة"),
    "phone": ("telephone", "الهاتف"),
    "email": ("e-mail address", "البريد الإلكتروني"),
}


def word(key: str, lang: str = "en", **values: object) -> str:
    """Return the word for a key, filled with the values; a key without a word stands for itself.

    Args:
        key: The key: a heading, or a status, relation, verdict or property as the data has it.
        lang: ``en`` or ``ar``.
        values: What to put in place of ``{name}``.
    """
    pair = _WORDS.get(key)
    if pair is None:
        return key
    text = pair[lang == Language.AR]
    return text.format(**values) if values else text
