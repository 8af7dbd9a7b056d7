"""What the report says, in English and Arabic. Reach for it to word a heading, a column or a paragraph of a report."""

from __future__ import annotations

__all__ = ["CAUSES", "LANGUAGES", "say"]

LANGUAGES = ("en", "ar")

# English, Arabic.
_WORDS = {
    "title": ("Validation of name screening", "اختبار صلاحية فحص الأسماء"),
    "lead": (
        "{records} questions were asked of the lists below: listed names as they stand, listed "
        "names altered in {kinds} ways that people, "
        "scanners and evaders alter them, and ordinary names that are on no list. Nothing here was chosen by hand.",
        "طُرح {records} سؤالا على القوائم أدناه: أسماء مدرجة كما هي، وأسماء مدرجة غُيّرت على "
        "{kinds} وجها مما يغيّره الناس والماسحات ومن يريد "
        "التخفّي، وأسماء عادية ليست في أي قائمة. ولم يُختر شيء منها باليد.",
    ),
    "short": ("In short", "الخلاصة"),
    "exact": ("listed names as they stand: found", "أسماء مدرجة كما هي: عُثر عليها"),
    "altered": ("altered names: found", "أسماء مغيَّرة: عُثر عليها"),
    "script": (
        "the publisher's Arabic, lists in Latin letters only: found",
        "كتابة الناشر العربية، والقوائم بحروف لاتينية فقط: عُثر عليها",
    ),
    "false": ("ordinary names that raise an alert, per 1,000", "أسماء عادية تثير تنبيها، من كل 1,000"),
    "first_too": ("right one first: {share}", "والصحيح في المقدمة: {share}"),
    "by_kind": ("All queries for listed parties", "جميع الأسئلة عن المدرجين"),
    "arabic": ("in Arabic script", "بالخط العربي"),
    "latin": ("in Latin letters", "بحروف لاتينية"),
    "people": ("for people", "عن أشخاص"),
    "bodies": ("for companies and other bodies", "عن شركات وهيئات"),
    "people_exact": ("for people, names as listed", "عن أشخاص، بأسماء كما في القائمة"),
    "bodies_exact": ("for companies and other bodies, names as listed", "عن شركات وهيئات، بأسماء كما في القائمة"),
    "vessels": ("for vessels", "عن سفن"),
    "interval": ("95% interval {low} to {high}", "فترة الثقة 95%: من {low} إلى {high}"),
    "tested": ("What was tested", "ما الذي اختُبر"),
    "list": ("List", "القائمة"),
    "published": ("Published", "تاريخ النشر"),
    "entries": ("Entries", "القيود"),
    "sha256": ("SHA-256 of the publisher's files", "بصمة ملفات الناشر SHA-256"),
    "setting": ("Setting", "الإعداد"),
    "value": ("Value", "القيمة"),
    "engine": ("Engine version", "إصدار المحرك"),
    "config": ("Hash of the settings", "بصمة الإعدادات"),
    "seed": ("Seed of the questions", "بذرة الأسئلة"),
    "records": ("Questions", "الأسئلة"),
    "entities": ("Listed parties that they were drawn from", "المدرجون الذين أُخذت منهم"),
    "again": (
        "The same lists, settings, engine and seed give this report again, byte for byte.",
        "القوائم نفسها والإعدادات والمحرك والبذرة تعطي هذا التقرير نفسه، بايتا بايتا.",
    ),
    "reading": ("How to read it", "كيف يُقرأ"),
    "reading_1": (
        "Found: the party asked about is among the hits at the threshold. First: it stands at "
        "their head. An entry of another list "
        "that shares a whole name with it counts as the same.",
        "عُثر عليه: الطرف المسؤول عنه من بين التطابقات عند الحد. في المقدمة: هو أولها. والقيد "
        "الذي يشاركه اسما كاملا في قائمة أخرى يُعدّ هو نفسه.",
    ),
    "reading_2": (
        "The line through a bar is the 95% interval (Wilson): with so few questions, the true "
        "share lies within it in nineteen of twenty "
        "cases. Two rows whose intervals overlap widely are not different.",
        "الخط في الشريط هو فترة الثقة 95% (ويلسون): مع هذا العدد من الأسئلة تقع النسبة "
        "الحقيقية داخلها في تسع عشرة حالة من عشرين. ولا فرق يُعتدّ "
        "به بين سطرين تتداخل فترتاهما كثيرا.",
    ),
    "reading_3": (
        "A false alert is an alert on a name that no list carries. It costs somebody's time, "
        "and an innocent person's patience, salary or "
        "journey. The fewer of them, the more of the listed are missed: the threshold is a choice between the two.",
        "التنبيه الكاذب تنبيه على اسم لا تذكره أي قائمة. ثمنه وقتٌ يضيع، وبريء قد يتأخر راتبه "
        "أو سفره. وكلما قلّت التنبيهات الكاذبة زاد من يفلت من "
        "المدرجين: فالحد اختيار بين الأمرين.",
    ),
    "manipulations": ("Recall by manipulation", "ما عُثر عليه بحسب التغيير"),
    "manipulation": ("Manipulation", "التغيير"),
    "example": ("Example", "مثال"),
    "example_listed": ("Example: listed", "مثال: المدرج"),
    "example_asked": ("asked", "المسؤول عنه"),
    "asked_n": ("Asked", "سُئل"),
    "found": ("Found", "عُثر عليه"),
    "interval_head": ("95% interval", "فترة الثقة 95%"),
    "first": ("First", "في المقدمة"),
    "flagged": ("Flagged", "عُلّم"),
    "flagged_note": (
        "Flagged: of those found, the share whose hit says that the writing looks like evasion "
        "(mixed scripts, look-alike letters, "
        "invisible characters, digits for letters).",
        "عُلّم: نصيب ما نبّه تطابقه إلى أن الكتابة تشبه التخفّي (خلط الخطوط، وحروف متشابهة "
        "الشكل، ومحارف خفية، وأرقام بدل الحروف)، مما عُثر عليه.",
    ),
    "populations": ("False alerts by population", "التنبيهات الكاذبة بحسب الفئة"),
    "population": ("Whose names", "أسماء مَن"),
    "alerts": ("Alerts", "التنبيهات"),
    "per_1000": ("Per 1,000", "من كل 1,000"),
    "within": ("Of these, in short a listed name", "منها ما هو مختصر اسم مدرج"),
    "everybody": ("everybody", "الجميع"),
    "within_note": (
        "The last column counts alerts on names whose words all stand in one listed name: a "
        "person called so may be the listed one.",
        "العمود الأخير يعدّ التنبيهات على أسماء ترد كلماتها كلها في اسم مدرج واحد: فقد يكون المسمّى بها هو المدرج.",
    ),
    "curve": ("What another threshold would give", "ما الذي يعطيه حد آخر"),
    "curve_note": (
        "The upright line is the threshold in use, {threshold}. The curve comes from one run "
        "with a very low threshold, in which the search "
        "looks wider and can meet another name of a party; so it can differ a little from the figures of the tables.",
        "الخط القائم هو الحد المستعمل، {threshold}. والمنحنى من تشغيل واحد بحد منخفض جدا يبحث "
        "فيه المحرك في نطاق أوسع وقد يقابل اسما آخر للطرف نفسه؛ ولهذا قد يختلف قليلا عن أرقام الجداول.",
    ),
    "threshold": ("Threshold", "الحد"),
    "share_found": ("Share found", "نسبة ما عُثر عليه"),
    "false_axis": ("False alerts per 1,000 names", "تنبيهات كاذبة من كل 1,000 اسم"),
    "line_exact": ("as listed", "كما في القائمة"),
    "line_altered": ("altered", "مغيَّرة"),
    "line_script": ("publisher's Arabic", "كتابة الناشر العربية"),
    "calibration": ("Whether a score means what it says", "هل تعني الدرجة ما تقول"),
    "calibration_note": (
        "Of hits with a score near 0.9, nine of ten should be right. Each dot is one tenth of "
        "the scale; the dashed line is where the dots "
        "should lie. The expected calibration error over {hits} hits is {error}. The shares "
        "are those of this pack, in which "
        "more people are listed than in any real file.",
        "ينبغي أن يصح تسعة من كل عشرة تطابقات درجتها قرابة 0.9. كل نقطة عُشر من السلّم، والخط "
        "المتقطع حيث ينبغي أن تقع النقاط. وخطأ المعايرة المتوقع "
        "على {hits} تطابقا هو {error}. وهذه النسب نسب هذه الأسئلة، وفيها من المدرجين أكثر مما في أي ملف حقيقي.",
    ),
    "score_axis": ("Mean score of the hits", "متوسط درجة التطابقات"),
    "right_axis": ("Share that is right", "نسبة الصحيح منها"),
    "misses": ("The worst misses", "أسوأ ما فات"),
    "misses_note": (
        "{missed} of {listed} listed parties were missed. These were farthest from an alert; "
        "of each manipulation two at most are shown.",
        "فات {missed} من {listed} سؤالا عن المدرجين. وهذه أبعدها عن التنبيه؛ ولا يُعرض من كل تغيير أكثر من اثنين.",
    ),
    "listed": ("Listed", "المدرج"),
    "asked": ("Asked", "المسؤول عنه"),
    "score": ("Score", "الدرجة"),
    "why": ("Why", "السبب"),
    "reference": ("Entry", "القيد"),
    "alerts_head": ("The highest false alerts", "أعلى التنبيهات الكاذبة"),
    "none": ("None.", "لا شيء."),
    "limits": ("Limits of this test", "حدود هذا الاختبار"),
    "limit_1": (
        "The alterations are made by rules. People alter names in ways that no rule foresees, "
        "and the mixture of alterations here is not "
        "that of any bank or border; read the rows rather than their sum.",
        "التغييرات من صنع قواعد. والناس يغيّرون الأسماء على وجوه لا تتوقعها قاعدة، ومزيج "
        "التغييرات هنا ليس مزيج أي مصرف أو منفذ؛ فاقرأ السطور لا "
        "مجموعها.",
    ),
    "limit_2": (
        "Ordinary names are composed of real name parts, by country and frequency; they are "
        "nobody's in particular. Your customers' names "
        "are other names: measure on them too.",
        "الأسماء العادية مركّبة من أجزاء أسماء حقيقية بحسب البلد والشيوع، وليست لأحد بعينه. "
        "وأسماء عملائك غيرها: فقِس عليها أيضا.",
    ),
    "limit_3": (
        "Known name parts are written in the other script after the same public table that the "
        "matcher learned from; the row of the "
        "publishers' own Arabic does not depend on it.",
        "أجزاء الأسماء المعروفة تُكتب بالخط الآخر وفق الجدول العام نفسه الذي تعلّم منه المحرك؛ "
        "أما سطر كتابة الناشر العربية فلا يعتمد عليه.",
    ),
    "limit_4": (
        "Lone one-word names of people and weak aliases are not asked about: by policy they "
        "raise no alert without other particulars.",
        "لا يُسأل عن اسم شخص من كلمة واحدة ولا عن اسم مستعار ضعيف: فالسياسة أنه لا تنبيه عليهما دون بيانات أخرى.",
    ),
    "limit_5": (
        "The test measures recognition of names and birth dates. It says nothing of whether "
        "the lists are complete or of the day, nor of how "
        "alerts are then decided.",
        "يقيس الاختبار التعرّف على الأسماء وتواريخ الميلاد. ولا يقول شيئا عن اكتمال القوائم "
        "ولا عن حداثتها، ولا عن البتّ في التنبيهات بعدها.",
    ),
    "born": ("born {date}", "المولود {date}"),
    "group": ("Group", "المجموعة"),
    "altered_change": ("altered, change", "المغيَّرة: الفرق"),
    "exact_change": ("as listed, change", "كما في القائمة: الفرق"),
    "false_change": ("false per 1,000, change", "الكاذبة من كل 1,000: الفرق"),
    "in_use": ("in use", "المستعمل"),
}
CAUSES = {
    "below_threshold": ("below the threshold", "دون الحد"),
    "not_brought_up": (
        "passed over by the search at this threshold; side by side:",
        "تجاوزه البحث عند هذا الحد؛ وبمقابلة الاسمين:",
    ),
    "too_frequent": (
        "every part agrees, but names so frequent weigh too little alone:",
        "كل الأجزاء متفقة، لكن أسماء بهذا الشيوع لا تكفي وحدها:",
    ),
    "beyond_limit": ("more hits than are shown", "تطابقات أكثر مما يُعرض"),
}
"""Why a party was missed: English, Arabic."""


def say(key: str, lang: str, **values: object) -> str:
    """Return the words for a key, filled with the values.

    Args:
        key: The key.
        lang: ``en`` or ``ar``.
        values: What to put in place of ``{name}``; HTML, which the caller has escaped.
    """
    text = (_WORDS.get(key) or CAUSES[key])[LANGUAGES.index(lang)]
    return text.format(**values) if values else text
