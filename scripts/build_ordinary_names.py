"""Rebuild the table of ordinary names that the validation pack composes its negatives of, from ``../shared/data``.

    python scripts/build_ordinary_names.py [--data ../shared/data] [--out src/tajfif/data/ordinary_names.tsv]

Only sources whose licence allows shipping are read: ``arabic_name_romanizer_0.2.0`` (CC0/MIT) for name parts of the Arabic-script
world by country, ``wikidata_ar_coling2018`` (CC0) and ``google_ar2en`` (Apache-2.0) for rarer name parts of the rest. Parts, never
whole names of people, go into the table.
"""

from __future__ import annotations

import argparse
import gzip
import random
import re
from collections import Counter, defaultdict
from pathlib import Path

from tajfif.evaluation.units import is_arabic

ROOT = Path(__file__).resolve().parent.parent
MOST_GIVEN, MOST_FAMILY, FEWEST, RARE = 120, 200, 150, 2_500
MOST_SPELLINGS = 3
HOUSES = re.compile(r"^(?:al|aal|el)[ -](?:saud|thani|nahyan|maktoum|sabah|khalifa|said|ahmar|assad)$", re.IGNORECASE)
"""Ruling houses, of which an encyclopaedia knows far more than there are."""
LINKS = {"ولد", "بن", "ابن", "بنت"}
NO_NAME = {"ال", "ابو", "عبد", "ام"}
MEN_IN_HEH = set(
    "حمزه اسامه طلحه معاويه عبيده قتاده عقبه خليفه سلامه عطيه جمعه عرفه نعمه هبه شحاته عوده حذيفه رفاعه علاء بهاء ضياء براء رجاء "
    "عطاء زكرياء".split()
)
WOMEN = set(
    "مريم زينب سعاد هند نور ندي هدي مني سلمي ليلي لبني نجوي سلوي يسري بشري رنا ريم دينا هاله نهال امل احلام الهام انتصار ابتسام "
    "وداد جهاد رباب شيرين نسرين ياسمين سوسن نرجس مها سها نهي رشا هيام غاده لمياء هيفاء اسماء شيماء دعاء وفاء هناء سناء علياء "
    "فاتن حنان جيهان سميره كلثوم ام فريال منال نوال امال اماني اميمه تهاني مي روان رزان سحر سمر قمر عبير بدور سهير سهام خلود "
    "وعد شهد رغد فرح مرح هديل اسيل رهف لجين بتول بسمه كوثر دلال سعدي رندا لينا لارا تالا ماريا كريستين سهيلا شهلا مهسا سارا "
    "ليلا نازنين فرزانه پروين پريسا شهرزاد فاطمه عايشه خديجه".split()
)


def _is_womans(arabic: str) -> bool:
    """Tell whether a father hardly bears the name: by a list, or by its ending."""
    return arabic in WOMEN or (arabic.endswith(("ه", "اء")) and arabic not in MEN_IN_HEH and "الله" not in arabic)


def arab_world(data: Path) -> list[str]:
    """Return the lines of the Arabic-script world: country, role, Arabic, spellings in Latin letters with their counts."""
    met: dict[tuple[str, str], dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    with gzip.open(data / "names/arabic_name_romanizer_0.2.0/units.tsv.gz", "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            arabic, latin, _lang, country, role, count, _source = line.rstrip("\n").split("\t")
            plain = all(char.isalpha() or char in " -'’" for char in latin) and len(latin) > 2 and latin[0].isupper()
            if role in ("given", "surname") and is_arabic(arabic) and plain and not latin.isupper():
                if arabic.split()[0] in LINKS or arabic in NO_NAME or len(arabic) < 3 or HOUSES.match(latin):
                    continue
                place = "family" if role == "surname" else "woman" if _is_womans(arabic) else "man"
                met[country, place][arabic][latin] += int(count)
    lines_out = []
    for country in sorted({country for country, _ in met}):
        if min(len(met[country, "man"]), len(met[country, "family"])) < FEWEST:
            continue
        for role, most in (("man", MOST_GIVEN), ("woman", MOST_GIVEN // 2), ("family", MOST_FAMILY)):
            names = met[country, role]
            ranked = sorted(names, key=lambda arabic: (-names[arabic].total(), arabic))[:most]
            for arabic in ranked:
                spellings = sorted(names[arabic].items(), key=lambda item: (-item[1], item[0]))[:MOST_SPELLINGS]
                written = ", ".join(f"{latin} {count}" for latin, count in spellings)
                lines_out.append(f"{country.lower()}\t{role}\t{arabic}\t{written}")
    return lines_out


def rare_parts(data: Path) -> list[str]:
    """Return name parts of the whole world in Latin letters, most of them rare, as a line of the table each."""
    parts: set[str] = set()
    for line in (data / "names/wikidata_ar_coling2018/wd_arabic_64").read_text(encoding="utf-8").splitlines():
        parts.add(line.split("\t")[0])
    for line in (data / "names/google_ar2en/ar2en-train.txt").read_text(encoding="utf-8").splitlines():
        parts.add(line.split("\t")[-1])
    known = sorted(part.capitalize() for part in parts if 4 <= len(part) <= 14 and part.isascii() and part.isalpha())
    return [f"zz\trare\t\t{part}" for part in sorted(random.Random(1).sample(known, RARE))]


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--out", type=Path, default=ROOT / "src/tajfif/data/ordinary_names.tsv")
    arguments = parser.parse_args()
    head = (
        "# Parts of ordinary people's names, most frequent first, made by scripts/build_ordinary_names.py.\n"
        "# country\trole (man, woman, family; rare = of anywhere)\tArabic script, folded\tLatin spellings with counts\n"
    )
    lines = arab_world(arguments.data) + rare_parts(arguments.data)
    arguments.out.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{arguments.out}: {len(lines):,} name parts, {arguments.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
