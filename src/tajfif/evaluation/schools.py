"""A name as another school of transliteration, or the other script, writes it. Reach for it through :mod:`tajfif.evaluation.alterations`.

The schools are the usual spellings of a region's press and passports, by rules on letters; they are applied to names of the
Arab world alone, which are known by their particles or by the table of name parts. Into the other script a part that the
table knows is written as people there write it, and any other letter by letter, as a clerk who never saw the name would.

Each function takes a name and a seeded generator and returns the changed name, or ``None`` where the name gives it nothing to do.
"""

from __future__ import annotations

import random
import re
from functools import lru_cache

from tajfif.evaluation.name_table import arabic_of, latin_of, world_countries
from tajfif.evaluation.units import LATIN_LINKS, is_arabic, units
from tajfif.text.unicode import fold_word

__all__ = [
    "english",
    "french",
    "german",
    "looks_arab",
    "persian",
    "russian_mediated",
    "south_asian",
    "to_arabic_script",
    "to_latin_script",
    "turkish",
]

_ARAB_WORDS = LATIN_LINKS | frozenset("al el abd abdul abdel abdal abu abou umm abdallah abdullah".split())
_Rules = tuple[tuple[str, str], ...]


def looks_arab(name: str) -> bool:
    """Tell whether a Latin name is one of the Arab world: by its particles, or because the table knows half of its words."""
    words = [word for word in re.split(r"[\s\-]+", name.lower()) if word.isalpha()]
    if is_arabic(name) or not words:
        return False
    particles = sum(word in _ARAB_WORDS for word in words)
    known = sum(bool(arabic_of(word)) and word not in _given_elsewhere() for word in words)
    return bool(particles) or 2 * known >= len(words)


@lru_cache(maxsize=1)
def _given_elsewhere() -> frozenset[str]:
    """Return given names usual outside the Arab world, which people of it may bear too (Jean, Maria)."""
    return frozenset(name.lower() for country in world_countries() for name in country.given) - {
        "ali",
        "musa",
        "halima",
        "yusuf",
    }


def _by_rules(name: str, rules: _Rules) -> str | None:
    """Apply rules to each word in small letters, the first that fits at each place, and give the word its capitals back."""
    if not looks_arab(name):
        return None
    compiled = re.compile("|".join(f"(?P<r{number}>{pattern})" for number, (pattern, _) in enumerate(rules)))

    def word(found: re.Match[str]) -> str:
        plain = found[0].lower()
        changed = compiled.sub(lambda match: rules[int((match.lastgroup or "r0")[1:])][1], plain)
        return changed.upper() if found[0].isupper() and len(found[0]) > 1 else changed.capitalize()

    changed = re.sub(
        r"[^\W\d_]+", lambda found: word(found) if found[0][0].isupper() else _small(found[0], rules), name
    )
    return changed if changed != name else None


def _small(word: str, rules: _Rules) -> str:
    """Change a particle in small letters by the rules that are for whole words."""
    for pattern, written in rules:
        if re.fullmatch(pattern.replace(r"\b", ""), word) and r"\b" in pattern:
            return written
    return word


_FRENCH: _Rules = (
    (r"\bal\b", "el"), (r"\bbin\b", "ben"), (r"\babu\b", "abou"), (r"\babdul\b", "abdel"), ("sh", "ch"), ("ch", "tch"),
    ("kh", "kh"), ("gh", "gh"), ("dj", "dj"), ("j", "dj"), ("oo", "ou"), ("ou", "ou"), (r"(?<=[aeiou])w", "ou"), ("wu", "ou"), ("w", "ou"),
    ("u", "ou"), ("ee", "i"), (r"iy?y$", "i"), ("q", "k"), ("ei", "ei"), (r"i$", "i"),
)  # fmt: skip
_ENGLISH: _Rules = (
    (r"\be(?=\w{3})", "i"),
    (r"\bel\b", "al"), (r"\bben\b", "bin"), (r"\babou\b", "abu"), (r"\babdel\b", "abdul"), ("tch", "ch"), ("ch", "sh"), ("dj", "j"),
    (r"oua", "wa"), (r"oui", "wi"), ("ou", "u"), ("oo", "u"), ("ee", "i"), (r"o", "u"), (r"(?<!a)e(?=[bdfklmnrstz])", "a"), ("k", "k"),
)  # fmt: skip
_TURKISH: _Rules = (
    (r"\bal\b", "el"), (r"\bbin\b", "bin"), (r"\babu\b", "ebu"), (r"\babdul\b", "abdül"), ("muhamm?ad|mohamm?[ae]d", "muhammed"),
    ("ahm[ae]d", "ahmet"), ("sh", "ş"), ("ch", "ç"), ("kh", "h"), ("gh", "g"), ("dh(?!r)", "z"), ("th", "s"), ("j", "c"), ("w", "v"),
    ("q", "k"), ("uddin|eddine?|aldin", "eddin"), ("ay", "ey"), ("oo|ou", "u"), ("ee", "i"), (r"b$", "p"),
    (r"(?<=\b[kjstmr])a(?=[lm][aiou])", "e"),
)  # fmt: skip
_PERSIAN: _Rules = (
    (r"\babu\b", "abu"), (r"\babdul\b", "abdol"), ("muhamm?ad|mohamm?ed", "mohammad"), ("hus+[ae]in|husayn", "hossein"), ("dh", "z"),
    ("th", "s"), ("w", "v"), ("q", "gh"), ("u(?=[^aeiou]|$)", "o"), ("oo|ou", "u"), ("ay", "ey"), (r"iy?a$", "iyeh"), (r"a$", "eh"),
)  # fmt: skip
_SOUTH_ASIAN: _Rules = (
    ("muhamm?ad|mohamm?[ae]d", "mohd"), (r"\bal\b", "ul"), (r"\babdul\b", "abdul"), ("eddine?|aldin|addin", "uddin"), ("allah", "ullah"),
    ("dh", "z"), ("th", "s"), ("uw", "ow"), (r"ay(?=[^aeiou]|$)", "ai"), ("hus+[ae]in|husayn", "hussain"), ("ou", "u"), ("aa", "a"),
    (r"(?<=[bdfghklmnrstz])i(?=[bdfghklmnrstz][^aeiou]?$)", "ee"),
)  # fmt: skip
_RUSSIAN: _Rules = (
    (r"\bal\b", "al"), (r"\babu\b", "abu"), ("muhamm?ad|mohamm?[ae]d", "magomed"), ("kh", "kh"), ("gh", "g"), ("sh", "sh"), ("th", "s"),
    ("dh", "z"), ("dzh", "dzh"), ("j", "dzh"), ("h(?=[aeiou])", "kh"), ("w", "v"), ("q", "k"), ("ay", "ai"), ("ou|oo", "u"), ("ee", "i"),
)  # fmt: skip
_GERMAN: _Rules = (
    (r"\bal\b", "al"), ("kh", "ch"), ("sh", "sch"), ("dj|j", "dsch"), ("gh", "gh"), ("ou|oo", "u"), ("ee", "i"), ("q", "k"), ("w", "w"),
    ("y(?=[aeiou])", "j"),
)  # fmt: skip


def french(name: str, rng: random.Random) -> str | None:
    """Write it as in the Maghreb and in Lebanon: Chérif, Youcef, Djamil, El …, ben."""
    return _by_rules(name, _FRENCH)


def english(name: str, rng: random.Random) -> str | None:
    """Write it as in Egypt's and the Gulf's English press: Sharif, Yusuf, Jamil, Al …, bin."""
    return _by_rules(name, _ENGLISH)


def turkish(name: str, rng: random.Random) -> str | None:
    """Write it as in Türkiye: Cemil, Şerif, Muhammed, el-."""
    return _by_rules(name, _TURKISH)


def persian(name: str, rng: random.Random) -> str | None:
    """Write it as in Iran and Afghanistan: Hossein, Mohammad, v for w, gh for q."""
    return _by_rules(name, _PERSIAN)


def south_asian(name: str, rng: random.Random) -> str | None:
    """Write it as in Pakistan, India and Bangladesh: Mohd, Hussain, -uddin, -ullah, ul."""
    return _by_rules(name, _SOUTH_ASIAN)


def russian_mediated(name: str, rng: random.Random) -> str | None:
    """Write it as it comes out of Cyrillic: Magomed, Dzhamal, kh for h."""
    return _by_rules(name, _RUSSIAN)


def german(name: str, rng: random.Random) -> str | None:
    """Write it as in older German: Dschamil, Scharif, ch for kh."""
    return _by_rules(name, _GERMAN)


# ── into the other script ────────────────────────────────────────────────────────────────────────────────────────────

_TO_ARABIC = (
    ("sch", "ش"), ("tch", "تش"), ("kh", "خ"), ("gh", "غ"), ("sh", "ش"), ("ch", "تش"), ("th", "ث"), ("dh", "ذ"), ("zh", "ج"), ("dj", "ج"),
    ("ph", "ف"), ("ck", "ك"), ("ou", "و"), ("oo", "و"), ("ee", "ي"), ("aa", "ا"), ("ei", "ي"), ("ai", "اي"), ("ay", "ي"), ("ia", "يا"),
    ("b", "ب"), ("c", "ك"), ("d", "د"), ("f", "ف"), ("g", "غ"), ("h", "ه"), ("j", "ج"), ("k", "ك"), ("l", "ل"), ("m", "م"), ("n", "ن"),
    ("p", "ب"), ("q", "ق"), ("r", "ر"), ("s", "س"), ("t", "ت"), ("v", "ف"), ("w", "و"), ("x", "كس"), ("y", "ي"), ("z", "ز"),
)  # fmt: skip
_VOWELS = {"a": "ا", "e": "ي", "i": "ي", "o": "و", "u": "و"}
_LINK_IN_ARABIC = {"bin": "بن", "ibn": "بن", "ben": "بن", "bint": "بنت", "ould": "ولد"}
_HEAD_IN_ARABIC = {"abu": "ابو", "abou": "ابو", "umm": "ام"} | dict.fromkeys(("abd", "abdul", "abdel", "abdal"), "عبد")


def to_arabic_script(name: str, rng: random.Random) -> str | None:
    """Write a Latin name in Arabic script: known parts as they are written there, others by their letters."""
    if is_arabic(name) or not name.isascii() or "," in name or any(char.isdigit() for char in name):
        return None
    arab = looks_arab(name)
    return " ".join(_unit_in_arabic(unit, rng, arab=arab) for unit in units(re.sub(r"[.\"()]", " ", name)))


def _unit_in_arabic(unit: str, rng: random.Random, *, arab: bool) -> str:
    known = arabic_of(unit.replace("'", ""))
    if known:
        return known.most_common(1)[0][0]
    words = [word for word in re.split(r"[\s\-]+", unit.lower().replace("'", "")) if word]
    out: list[str] = []
    article = False
    for word in words:
        head = _LINK_IN_ARABIC.get(word) or _HEAD_IN_ARABIC.get(word)
        if head and len(words) > 1:
            out.append(head)
            article = head == "عبد"
        elif word in ("al", "el", "as", "ar", "ad") and len(words) > 1:
            article = True
        else:
            known = arabic_of(word)
            written = known.most_common(1)[0][0] if known else _spelt_in_arabic(word, rng, arab=arab)
            out.append("ال" + written if article and not written.startswith("ال") else written)
            article = False
    return " ".join(out)


def _spelt_in_arabic(word: str, rng: random.Random, *, arab: bool) -> str:
    """Write a word letter by letter. Foreign names have all their vowels; of Arab ones a, e and o inside the word come and go."""
    out, i = [], 0
    word = re.sub(r"(?<!^)([bcdfghjklmnpqrstvwxyz])\1", r"\1", word)
    while i < len(word):
        if word[i] in _VOWELS and not any(word.startswith(pair, i) for pair, _ in _TO_ARABIC if len(pair) > 1):
            inside = 0 < i < len(word) - 1
            if i == 0:
                out.append("ا" if word[i] in "ae" else "ا" + _VOWELS[word[i]] if not arab else "ا")
            elif not inside or not arab or word[i] == "i" or rng.random() < 0.5:
                out.append("ه" if arab and i == len(word) - 1 and word[i] in "ae" else _VOWELS[word[i]])
            i += 1
            continue
        for letters, written in _TO_ARABIC:
            if word.startswith(letters, i):
                out.append(written if i or letters not in ("ou", "oo", "ee", "ei", "ay") else "ا" + written)
                i += len(letters)
                break
        else:
            i += 1
    return "".join(out) or word


_TO_LATIN = dict(
    zip("ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءئؤپچژگڤ",
        "a b t th j h kh d dh r z s sh s d t z a gh f q k l m n h w i a a  y w p ch zh g v".split(" "), strict=True)
)  # fmt: skip
_SPOKEN = {"و": ("u", "w"), "ي": ("i", "y")}


def to_latin_script(name: str, rng: random.Random) -> str | None:
    """Write an Arabic-script name in Latin letters: known parts by a spelling in use, others by their letters with vowels guessed."""
    if not is_arabic(name):
        return None
    return " ".join(_word_in_latin(unit, rng) for unit in units(name))


def _word_in_latin(unit: str, rng: random.Random) -> str:
    folded = " ".join(" ".join(fold_word(word)) for word in unit.split())
    known = latin_of(folded)
    if known:
        return rng.choices(list(known), list(known.values()))[0]
    if " " in unit:
        head, _, rest = unit.partition(" ")
        heads = {
            "بن": "bin",
            "ابن": "ibn",
            "بنت": "bint",
            "ولد": "ould",
            "عبد": "Abd",
            "ابو": "Abu",
            "أبو": "Abu",
            "أم": "Umm",
            "آل": "Al",
        }
        return f"{heads.get(head) or _word_in_latin(head, rng)} {_word_in_latin(rest, rng)}"
    if folded.startswith("ال") and len(folded) > 4:
        return f"{rng.choice(('al-', 'Al ', 'el-'))}{_word_in_latin(folded[2:], rng)}"
    return _spelt_in_latin(folded).capitalize()


def _spelt_in_latin(word: str) -> str:
    """Write consonants with an a between two of them, and و and ي as vowels between consonants."""
    out = ""
    for i, char in enumerate(word):
        vowel = out[-1:] in "aiu" if out else False
        last = i == len(word) - 1
        if char in _SPOKEN:
            spoken = _SPOKEN[char]
            following = word[i + 1 : i + 2]
            out += spoken[1] if i == 0 or vowel or following == "ا" else spoken[0]
        elif char == "ا":
            out += "" if out.endswith("a") else "a"
        elif char == "ع":
            out += "a" if not vowel else ""
        elif char == "ه" and last:
            out += "a" if not vowel else "h"
        else:
            letters = _TO_LATIN.get(char, "")
            out += letters if not out or vowel else "a" + letters
    return out
