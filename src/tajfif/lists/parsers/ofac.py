"""OFAC's lists in whichever of their layouts is at hand. Reach for it to read ``us_ofac`` and ``us_ofac_cons``.

The set of CSV files, ``SDN.XML`` or ``CONSOLIDATED.XML``, ``SDN_ADVANCED.XML`` or ``CONS_ADVANCED.XML``: the same entry
has the same id in all of them (``ent_num``, ``uid``, ``FixedRef``), so that versions loaded from different layouts can be
compared. The advanced one says most: names in other scripts, dates of listing, legal basis, relations.
"""

from __future__ import annotations

from pathlib import Path

from tajfif.errors import ListFormatError
from tajfif.lists.parsers import Collected, ParsedList, ofac_advanced, ofac_csv, ofac_xml
from tajfif.lists.parsers.reading import only_file, root_of

__all__ = ["collect", "parse"]

_ROOTS = {"sdnList": "xml", "Sanctions": "advanced"}


def collect(path: Path, *, source: str = "us_ofac") -> Collected:
    """Return the files of the list at ``path``.

    Args:
        path: A directory with the set of CSV files or with one XML file, the main CSV file, or the XML file.
        source: ``us_ofac`` or ``us_ofac_cons``.

    Raises:
        ListFormatError: There is none of them, or an XML file of another kind.
    """
    if path.is_dir():
        names = {entry.name.lower() for entry in path.iterdir()}
        if {"sdn.csv", "cons_prim.csv"} & names or not any(name.endswith(".xml") for name in names):
            return ofac_csv.collect(path, source=source)
        path = only_file(path, ".xml", f"XML ({source})")
    if path.suffix.lower() != ".xml":
        return ofac_csv.collect(path, source=source)
    root = root_of(path)
    if root not in _ROOTS:
        raise ListFormatError(
            f"the root element is <{root}>, not {' or '.join(f'<{name}>' for name in _ROOTS)}", where=f"{path}, line 1",
            hint="Name SDN.XML, SDN_ADVANCED.XML, or the directory with the CSV files, as downloaded.",
        )  # fmt: skip
    return Collected(files={_ROOTS[root]: path})


def parse(files: dict[str, Path], *, source: str = "us_ofac") -> ParsedList:
    """Read the list.

    Args:
        files: What :func:`collect` found: the CSV files by role, or ``{"xml": path}``, or ``{"advanced": path}``.
        source: ``us_ofac`` or ``us_ofac_cons``; it begins every entity's id.

    Raises:
        ListFormatError: As the parser of that layout.
    """
    if "xml" in files:
        return ofac_xml.parse(files, source=source)
    if "advanced" in files:
        return ofac_advanced.parse(files, source=source)
    return ofac_csv.parse(files, source=source)
