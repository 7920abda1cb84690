"""Keep the page texts translated: compile the .mo without gettext, and check that no text of a page is left out.

Usage: python tools/check_translations.py [check|compile]
"""

import ast
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

WEB = Path(__file__).parents[1] / "src/muster/server/web"
FOLDER = WEB / "locale/zh_Hans/LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"
MAGIC = 0x950412DE
CALL = re.compile(r"""\b(?:gettext|_)\(u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")\)""")
PLURAL = re.compile(r"""\bngettext\(u?('(?:\\.|[^'\\])*'),\s*u?('(?:\\.|[^'\\])*'),""")


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


def used() -> set[str]:
    """Return every text that templates and views ask to be translated, plurals joined by NUL."""
    texts = set()
    for path in sorted(WEB.rglob("*.html")):
        source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        texts |= {ast.literal_eval(match[1]) for match in CALL.finditer(source)}
        texts |= {"\0".join(map(ast.literal_eval, match.groups())) for match in PLURAL.finditer(source)}
    for path in sorted(WEB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                texts.add(ast.literal_eval(node.args[0]))
    return texts


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
    asked = used()
    for key in sorted(asked - {key for key, text in catalogue.items() if text}):
        print(f"{PO}: no translation for: {key!r}")
    for key in sorted(set(catalogue) - asked - {""}):
        print(f"{PO}: nothing says this any more: {key!r}")
    missing = set(catalogue) - {""} != asked or not all(catalogue.values())
    stale = not MO.exists() or MO.read_bytes() != encode(catalogue)
    if stale:
        print(f"{MO} is not that of django.po: run `python tools/check_translations.py compile`")
    return 1 if missing or stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
