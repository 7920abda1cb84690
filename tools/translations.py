"""Keep the page texts translated: extract (needs gettext), compile the .mo without it, and check that nothing is open.

Usage: python tools/translations.py [compile|check]
"""

import ast
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "src/muster/server/web/locale/zh_Hans/LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"
MAGIC = 0x950412DE


def read_catalogue(path: Path) -> dict[str, str]:
    """Return msgid → msgstr of a .po file; a plural is its msgid and msgid_plural, joined by NUL, as gettext asks."""
    catalogue = {}
    for entry in path.read_text(encoding="utf-8").split("\n\n"):
        parts = dict(_parts(entry))
        if "msgid" not in parts:
            continue
        key = parts["msgid"]
        if "msgid_plural" in parts:
            key = f"{key}\0{parts['msgid_plural']}"
        catalogue[key] = parts.get("msgstr", parts.get("msgstr[0]", ""))
    return catalogue


def _parts(entry: str) -> Iterator[tuple[str, str]]:
    name, text = "", ""
    for line in entry.splitlines():
        if line.startswith("#"):
            continue
        if not line.startswith('"'):
            if name:
                yield name, text
            name, _mark, line = line.partition(" ")  # noqa: PLW2901 # the rest of the line is its text
            text = ""
        text += ast.literal_eval(line)
    if name:
        yield name, text


def encode(catalogue: dict[str, str]) -> bytes:
    """Return the .mo file of a catalogue (GNU gettext manual, 10.3); untranslated texts are left out."""
    pairs = sorted((key.encode(), text.encode()) for key, text in catalogue.items() if text)
    start, count = 28, len(pairs)
    offset = start + 16 * count
    tables: list[list[int]] = [[], []]
    blob = b""
    for column in (0, 1):
        for pair in pairs:
            tables[column] += [len(pair[column]), offset + len(blob)]
            blob += pair[column] + b"\0"
    head = struct.pack("<7I", MAGIC, 0, count, start, start + 8 * count, 0, offset)
    return head + struct.pack(f"<{4 * count}I", *tables[0], *tables[1]) + blob


def main(verb: str) -> int:
    """Compile, or check that every text is translated and that the .mo is that of the .po."""
    catalogue = read_catalogue(PO)
    if verb == "compile":
        MO.write_bytes(encode(catalogue))
        return 0
    missing = [key.replace("\0", " / ") for key, text in catalogue.items() if not text]
    for key in missing:
        print(f"{PO}: no translation for: {key}")
    stale = not MO.exists() or MO.read_bytes() != encode(catalogue)
    if stale:
        print(f"{MO} is not that of django.po: run `python tools/translations.py compile`")
    return 1 if missing or stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
