"""What a trace assumes, in sentences for people, in English and Arabic. Reach for it from :mod:`tajfif.tracing.flow`."""

from __future__ import annotations

from collections.abc import Collection

__all__ = ["assumptions"]

_HOUR = 3_600_000_000

# English, Arabic.
_SENTENCES = {
    "order": (
        "Transactions at one time are taken in the order of the file.",
        "المعاملات التي لها وقت واحد تؤخذ بترتيب ورودها في الملف.",
    ),
    "backward": (
        "Backward is the same model on the ledger with time reversed and payer and payee exchanged.",
        "التتبع إلى الوراء هو النموذج نفسه على دفتر عُكس فيه الزمن وتبادل فيه الدافع والقابض مكانيهما.",
    ),
    "poison": (
        "Poison: all that an account pays after tainted money first came to it is tainted; the amounts do not add up.",
        "التسميم: كل ما يدفعه الحساب بعد أن يبلغه أول مال ملوّث يُعدّ ملوّثا، ولذلك لا تتوازن المبالغ.",
    ),
    "prior": (
        "What an account pays beyond what it is known to have comes from an unknown prior balance; that is taken to be "
        "clean and to be spent after all that is known.",
        "ما يدفعه الحساب فوق المعلوم من رصيده مصدره رصيد سابق مجهول، يُفترض أنه نظيف وأنه يُنفق بعد كل ما هو معلوم.",
    ),
    "balances": (
        "The balances given are clean, and the oldest money of their accounts.",
        "الأرصدة المعطاة نظيفة، وهي أقدم مال في حساباتها.",
    ),
    "no_balances": (
        "No balances were given: accounts begin with nothing.",
        "لم تُعط أرصدة: تبدأ الحسابات من الصفر.",
    ),
    "fees": (
        "A fee is borne by the parts of a payment in proportion, and a conversion exchanges every part at one rate.",
        "تتحمل أجزاء الدفعة رسومها بالتناسب، وتُصرف الأجزاء كلها بسعر واحد عند تغيير العملة.",
    ),
    "stop": (
        "A stop hub keeps what enters; what it pays is clean.",
        "المركز الموقوف عنده يحتفظ بما يدخله، وما يدفعه نظيف.",
    ),
    "pass": (
        "A pass-through hub passes a receipt on in the payment nearest below it in amount, lower by {tolerance:g} % at most, "
        "within {hours:g} hours; what is not matched stays with it, and what it pays beside that is clean.",
        "مركز العبور يمرر المقبوض في أقرب دفعة إليه مبلغا لا تزيد عليه ولا تقل عنه بأكثر من {tolerance:g} ٪، خلال {hours:g} ساعة؛ "
        "وما لم يُطابَق يبقى عنده، وما يدفعه سوى ذلك نظيف.",
    ),
    "dust": (
        "Parts of payments below {dust:g} minor units are counted as dust and followed no further.",
        "أجزاء الدفعات التي تقل عن {dust:g} من أصغر وحدة تُعدّ غبارا ولا تُتبع بعد ذلك.",
    ),
}


def assumptions(
    model: str,
    direction: str,
    treatments: Collection[str],
    balances: bool,
    dust: float,
    fee_tolerance: int,
    window: int,
    lang: str,
) -> tuple[str, ...]:
    """Return what a trace assumes, in sentences.

    Args:
        model, direction: As asked for.
        treatments: How the declared hubs are treated.
        balances: Whether any were given.
        dust: Minor units.
        fee_tolerance: Basis points.
        window: Microseconds.
        lang: ``en`` or ``ar``.
    """
    keys = ["order"]
    keys += ["backward"] * (direction == "backward")
    keys.append("poison" if model == "poison" else "prior")
    keys.append("balances" if balances else "no_balances")
    keys += ["fees"] * (model != "poison")
    keys += [each for each in ("stop", "pass") if each in treatments]
    keys += ["dust"] * (dust > 0)
    values = {"tolerance": fee_tolerance / 100, "hours": window / _HOUR, "dust": dust}
    return tuple(_SENTENCES[key][lang == "ar"].format(**values) for key in keys)
