"""The name of a company or vessel as forms and letterheads have it. Reach for it through :mod:`tajfif.evaluation.alterations`.

Each function takes a name and a seeded generator and returns the changed name, or ``None`` where the name gives it nothing
to do. The same generator in the same state gives the same name.
"""

from __future__ import annotations

import random
import re

from tajfif.evaluation.units import is_arabic
from tajfif.text.organisations import is_legal_form, organisation_word
from tajfif.text.unicode import fold_word

__all__ = [
    "abbreviated",
    "legal_form_added",
    "legal_form_changed",
    "legal_form_dropped",
    "translated",
    "vessel_prefix",
    "words_swapped",
]

_FORMS = ("Ltd", "Limited", "LLC", "L.L.C.", "Co.", "Company", "Inc.", "SARL", "GmbH", "S.A.", "JSC")
_ARABIC_FORMS = ("ذ.م.م", "المحدودة", "ش.م.م", "ش.م.ل")
_SHORT = {
    "international": "Intl", "company": "Co", "corporation": "Corp", "limited": "Ltd", "general": "Gen", "trading": "Trdg",
    "brothers": "Bros", "and": "&", "organization": "Org", "organisation": "Org", "association": "Assn", "foundation": "Fdn",
    "industries": "Inds", "industrial": "Ind", "manufacturing": "Mfg", "enterprises": "Ent", "services": "Svcs", "group": "Grp",
    "management": "Mgmt", "engineering": "Eng", "holding": "Hldg", "incorporated": "Inc", "establishment": "Est",
}  # fmt: skip
_FOREIGN = {
    "bank": ("Banque", "Banco"), "company": ("Compagnie", "Şirketi"), "trading": ("Ticaret", "Commerce"),
    "foundation": ("Fondation", "Vakfi"),
    "association": ("Association", "Dernegi"), "transport": ("Transports", "Nakliyat"), "exchange": ("Change", "Sarrafi"),
    "industry": ("Industrie", "Sanayi"), "industries": ("Industries", "Sanayi"), "international": ("Internationale", "Uluslararasi"),
    "organization": ("Organisation", "Organizacion"), "services": ("Services", "Servicios"), "group": ("Groupe", "Grupo"),
    "construction": ("Construction", "Insaat"), "shipping": ("Navigation", "Denizcilik"), "school": ("Ecole", "Medrese"),
}  # fmt: skip


def _concept(word: str) -> str | None:
    folded = fold_word(re.sub(r"[.'’]", "", word))
    return organisation_word(folded[0]) if len(folded) == 1 else None


def _is_legal(word: str) -> bool:
    concept = _concept(word)
    return concept is not None and is_legal_form(concept)


def legal_form_dropped(name: str, rng: random.Random) -> str | None:
    """Leave out the words of the legal form."""
    kept = [word for word in name.split() if not _is_legal(word.strip(",()"))]
    return " ".join(kept).strip(" ,") if 0 < len(kept) < len(name.split()) else None


def legal_form_changed(name: str, rng: random.Random) -> str | None:
    """Put another legal form in place of the one at the end."""
    words = name.split()
    if len(words) < 2 or not _is_legal(words[-1].strip(",()")):
        return None
    forms = _ARABIC_FORMS if is_arabic(name) else _FORMS
    other = rng.choice([form for form in forms if form.casefold().strip(".") != words[-1].casefold().strip(".")])
    return " ".join([*words[:-1], other])


def legal_form_added(name: str, rng: random.Random) -> str | None:
    """Add a legal form to a name without one."""
    if any(_is_legal(word.strip(",()")) for word in name.split()):
        return None
    return f"{name} {rng.choice(_ARABIC_FORMS if is_arabic(name) else _FORMS)}"


def abbreviated(name: str, rng: random.Random) -> str | None:
    """Write what the body does or is in short: Intl, Trdg, Bros, &."""
    changed = " ".join(_SHORT.get(word.lower(), word) for word in name.split())
    return changed if changed != name else None


def translated(name: str, rng: random.Random) -> str | None:
    """Write one generic word in another language: Bank as Banque."""
    words = name.split()
    places = [i for i, word in enumerate(words) if word.lower() in _FOREIGN]
    if not places or len(words) < 2:
        return None
    i = rng.choice(places)
    other = rng.choice(_FOREIGN[words[i].lower()])
    return None if other.lower() == words[i].lower() else " ".join([*words[:i], other, *words[i + 1 :]])


def words_swapped(name: str, rng: random.Random) -> str | None:
    """Exchange two words that follow each other."""
    words = name.split()
    places = [i for i in range(len(words) - 1) if min(len(words[i]), len(words[i + 1])) > 3]
    if not places:
        return None
    i = rng.choice(places)
    return " ".join([*words[:i], words[i + 1], words[i], *words[i + 2 :]])


def vessel_prefix(name: str, rng: random.Random) -> str | None:
    """Put a ship's prefix before the name: M/V, MT."""
    return None if is_arabic(name) else f"{rng.choice(('M/V', 'MV', 'MT', 'M.V.'))} {name}"
