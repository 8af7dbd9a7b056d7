"""Build the list that comes with the package from the publisher's file. Reach for it when the snapshot's date moves.

Usage: ``python scripts/build_snapshot.py [UN_XML_FILE [DIRECTORY]]``. The same file gives
the same bytes; a test checks it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tajfif.lists.compact import pack
from tajfif.lists.durable import hash_file
from tajfif.lists.facts import facts_only
from tajfif.lists.parsers import un
from tajfif.model import ListVersion

ROOT = Path(__file__).resolve().parent.parent
SOURCE_FILE = ROOT.parent / "shared" / "data" / "lists" / "un" / "UN_consolidated_2025-04-19.xml"
DATA = ROOT / "src" / "tajfif" / "data"


def build(source_file: Path) -> tuple[str, bytes]:
    """Return the name and the content of the snapshot of a consolidated list of the UN in XML."""
    files = un.collect(source_file, source="un_sc").files
    parsed = un.parse(files, source="un_sc")
    (path,) = files.values()
    version = ListVersion(
        source=parsed.source, published=parsed.published, sha256=hash_file(path), entries=len(parsed.entities)
    )
    return f"{version.source}_{version.published}.list", pack(
        version, [facts_only(entity) for entity in parsed.entities]
    )


def main() -> None:
    """Write the snapshot and say what it holds."""
    source_file = Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE_FILE
    name, content = build(source_file)
    out = (Path(sys.argv[2]) if len(sys.argv) > 2 else DATA) / name
    out.write_bytes(content)
    print(f"{out}: {len(content):,} bytes from {source_file.name}")


if __name__ == "__main__":
    main()
