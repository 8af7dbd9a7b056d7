"""All texts of the pages in English and Arabic. Reach for it to change or to add one."""

from __future__ import annotations

__all__ = ["PAGE_WORDS"]

_WORDS = {
    "language": ("العربية", "English"),
    "flow": ("Flow", "مسار المال"),
    "flow_help": (
        "A column for each step: an account that money comes back to stands again, further along. Bands are as wide as their amount, "
        "within a currency. Click one, or an account, to see it alone.",
        "عمود لكل خطوة: والحساب الذي يعود إليه المال يظهر مرة أخرى في موضع أبعد. وعرض الشريط بقدر مبلغه داخل العملة الواحدة. "
        "انقر شريطًا أو حسابًا لتراه وحده.",
    ),
    "graph": ("Graph", "الشبكة"),
    "graph_help": (
        "Arrows carry amount and date, or what is stated. A diamond marks a designated party or where the trace begins.",
        "على الأسهم المبلغ والتاريخ، أو ما نُص عليه. والمعيّن علامة طرف مدرج أو مبدأ التتبع.",
    ),
    "timeline": ("Timeline", "الخط الزمني"),
    "timeline_help": (
        "How many payments, over time. Draw across it to choose a window; with the keyboard, arrows move it, Shift and an arrow widen it, "
        "Escape clears it.",
        "عدد المدفوعات عبر الزمن. اسحب فوقه لاختيار فترة؛ وبلوحة المفاتيح تنقلها الأسهم، وتوسعها Shift مع سهم، ويزيلها Escape.",
    ),
    "table": ("Table", "الجدول"),
    "table_help": ("Click a heading to sort, a row to see it in the other views.", "انقر عنوانًا للترتيب، وسطرًا لتراه في بقية المناظر."),
    "findings": ("Findings", "النتائج"),
    "findings_help": ("Click one to see its transactions alone.", "انقر نتيجة لترى معاملاتها وحدها."),
    "search": ("Search names and transactions", "بحث في الأسماء والمعاملات"),
    "reset": ("Show everything", "عرض الكل"),
    "selected_of": ("{n} of {m} shown", "المعروض {n} من {m}"),
    "no_data": ("Nothing to show.", "لا شيء يُعرض."),
    "download_png": ("Save as picture", "حفظ صورة"),
    "layout": ("Arrangement", "الترتيب"),
    "breadthfirst": ("in levels", "طبقات"),
    "cose": ("free", "حر"),
    "concentric": ("in circles", "دوائر"),
    "time": ("Time", "الوقت"),
    "from": ("From", "من"),
    "to": ("To", "إلى"),
    "amount": ("Amount", "المبلغ"),
    "currency": ("Currency", "العملة"),
    "hop": ("Step", "الخطوة"),
    "about": ("What", "البيان"),
    "transactions": ("Transactions", "المعاملات"),
    "previous": ("Previous page", "الصفحة السابقة"),
    "next": ("Next page", "الصفحة التالية"),
}  # fmt: skip

PAGE_WORDS: dict[str, dict[str, str]] = {
    "en": {key: english for key, (english, _) in _WORDS.items()},
    "ar": {key: arabic for key, (_, arabic) in _WORDS.items()},
}
"""By language and key."""
