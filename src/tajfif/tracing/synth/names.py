"""Names of nobody, in Arabic and Latin. Reach for it to name agents; each name says that it is invented.

No given or family name is used: persons, firms and charities are called after plants, stones and colours with a number, and
"the invented" stands in every one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["invented_names"]

_THINGS = (
    ("Zanbaq", "زنبق"), ("Yaqut", "ياقوت"), ("Rayhan", "ريحان"), ("Zabarjad", "زبرجد"), ("Khuzama", "خزامى"),
    ("Aqiq", "عقيق"), ("Sandal", "صندل"), ("Firuz", "فيروز"), ("Nardin", "ناردين"), ("Qurunful", "قرنفل"),
    ("Bilawr", "بلور"), ("Zafaran", "زعفران"), ("Narjis", "نرجس"), ("Kahraman", "كهرمان"), ("Ushnan", "أشنان"),
    ("Laymun", "ليمون"), ("Rumman", "رمان"), ("Sunawbar", "صنوبر"), ("Ghar", "غار"), ("Marjan", "مرجان"),
)  # fmt: skip
_COLOURS = (
    ("Azraq", "أزرق"), ("Akhdar", "أخضر"), ("Abyad", "أبيض"), ("Ahmar", "أحمر"), ("Asfar", "أصفر"),
    ("Banafsaji", "بنفسجي"), ("Burtuqali", "برتقالي"), ("Wardi", "وردي"), ("Dhahabi", "ذهبي"), ("Fiddi", "فضي"),
)  # fmt: skip
_FORMS = {
    "person": ("Mukhtalaq {} {} {}", "مختلق {} {} {}"),
    "firm": ("Invented Trading {} {} {}", "شركة {} {} المختلقة {}"),
    "charity": ("Invented Charity {} {} {}", "جمعية {} {} المختلقة {}"),
    "exchange_house": ("Invented Exchange {} {} {}", "صرافة {} {} المختلقة {}"),
    "processor": ("Invented Payments {} {} {}", "مدفوعات {} {} المختلقة {}"),
    "bank": ("Invented Bank {} {} {}", "مصرف {} {} المختلق {}"),
    "atm": ("Invented Machine {} {} {}", "صراف آلي {} {} مختلق {}"),
}


def invented_names(kinds: NDArray[np.str_], numbers: NDArray[np.int64]) -> tuple[list[str], list[str]]:
    """Return a Latin and an Arabic name for each kind of agent and number; the number makes it the only one."""
    latin, arabic = [], []
    for kind, number in zip(kinds.tolist(), numbers.tolist(), strict=True):
        thing, colour = _THINGS[number % 20], _COLOURS[number // 20 % 10]
        forms = _FORMS[kind]
        latin.append(forms[0].format(thing[0], colour[0], number))
        arabic.append(forms[1].format(thing[1], colour[1], number))
    return latin, arabic
