"""Which country a text means. Reach for it to read a country or a nationality of a list or a customer file.

Names come from the Unicode CLDR in English, Arabic and French, nationalities and the lists' own spellings from
``data/countries.tsv``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from babel import Locale

from tajfif.text.unicode import fold_word

__all__ = ["country_code"]

_ALPHA3 = (
    "afg:af alb:al dza:dz ago:ao arg:ar arm:am aus:au aut:at aze:az bhr:bh bgd:bd blr:by bel:be blz:bz ben:bj bol:bo bih:ba bwa:bw bra:br "
    "brn:bn bgr:bg bfa:bf bdi:bi khm:kh cmr:cm can:ca cpv:cv caf:cf tcd:td chl:cl chn:cn col:co com:km cog:cg cod:cd cri:cr civ:ci hrv:hr "
    "cub:cu cyp:cy cze:cz dnk:dk dji:dj dom:do ecu:ec egy:eg slv:sv gnq:gq eri:er est:ee eth:et fin:fi fra:fr gab:ga gmb:gm geo:ge deu:de "
    "gha:gh grc:gr gtm:gt gin:gn gnb:gw guy:gy hti:ht hnd:hn hkg:hk hun:hu isl:is ind:in idn:id irn:ir irq:iq irl:ie isr:il ita:it jam:jm "
    "jpn:jp jor:jo kaz:kz ken:ke prk:kp kor:kr kwt:kw kgz:kg lao:la lva:lv lbn:lb lso:ls lbr:lr lby:ly lie:li ltu:lt lux:lu mac:mo mkd:mk "
    "mdg:mg mwi:mw mys:my mdv:mv mli:ml mlt:mt mrt:mr mus:mu mex:mx mda:md mco:mc mng:mn mne:me mar:ma moz:mz mmr:mm nam:na npl:np nld:nl "
    "nzl:nz nic:ni ner:ne nga:ng nor:no omn:om pak:pk pse:ps pan:pa pry:py per:pe phl:ph pol:pl prt:pt qat:qa rou:ro rus:ru rwa:rw sau:sa "
    "sen:sn srb:rs sle:sl sgp:sg svk:sk svn:si som:so zaf:za ssd:ss esp:es lka:lk sdn:sd swe:se che:ch syr:sy twn:tw tjk:tj tza:tz tha:th "
    "tgo:tg tto:tt tun:tn tur:tr tkm:tm uga:ug ukr:ua are:ae gbr:gb usa:us ury:uy uzb:uz ven:ve vnm:vn yem:ye zmb:zm zwe:zw rks:xk xkx:xk d:de"
)
_WORDS = re.compile(r"[^\W_]+")


def _key(text: str) -> str:
    words = []
    for word in _WORDS.findall(text.replace("'", "").replace("’", "")):
        for folded in fold_word(word):
            words.append(folded[2:] if folded.startswith("ال") and len(folded) > 4 else folded)
    return " ".join(word for word in words if word not in {"the", "of", "and"})


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    names: dict[str, str] = {}
    text = (files("tajfif.data") / "countries.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            code, forms = line.split("\t")
            for form in forms.split("|"):
                names.setdefault(_key(form), code)
    for language in ("en", "ar", "fr"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"ZZ", "EU", "UN", "EZ", "QO"}:
                names.setdefault(_key(name), code.lower())
                names.setdefault(code.lower(), code.lower())
    names.update(pair.split(":") for pair in _ALPHA3.split())
    names.update({"uk": "gb"})
    return names


@lru_cache(maxsize=20_000)
def country_code(text: str) -> str:
    """Return the ISO 3166-1 alpha-2 code, in lower case, of the country that a text names.

    Reads country names, nationalities (in either gender) and codes of two or three letters, in English, Arabic and French, and the
    spellings of the UN and OFAC lists. Kosovo is ``xk``.

    Returns:
        The code; empty when no country is recognised.
    """
    key = _key(text)
    if not key:
        return ""
    table = _table()
    return table.get(key) or table.get(_key(text.split(",")[0]) if "," in text else key, "")
