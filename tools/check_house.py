"""Hold the rules of the house that no linter knows: sizes, leftovers, and what must not stand in a tracked file."""

import ast
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILE_LINES, FUNCTION_LINES = 400, 60
LEFTOVER = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|coming " r"soon|lorem " r"ipsum)\b")
REGISTRY = re.compile(
    r"https?://[^\s'\"]*(py" r"pi|python" r"hosted|npm" r"js|deb\.deb" r"ian)[^\s'\"]*", re.IGNORECASE
)
HOME = re.compile(r"(?<![\w.])/(root|work)/[\w.-]+")
TEXT = {".py", ".md", ".html", ".toml", ".txt", ".yaml", ".yml", ".sh", ".js", ".css", ".json", ""}


def tracked() -> list[Path]:
    """Return the files that git tracks."""
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True, check=True).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


def look(path: Path) -> list[str]:
    """Return what is wrong with one file."""
    shown = path.relative_to(ROOT)
    text = path.read_text(encoding="utf-8", errors="replace")
    found = [
        f"{shown}:{number}: {what}"
        for number, line in enumerate(text.splitlines(), 1)
        for what, pattern in (("leftover", LEFTOVER), ("address of a registry", REGISTRY), ("path of a machine", HOME))
        if pattern.search(line) and not (what == "leftover" and path.suffix in {".md", ".txt", ".json"})
    ]
    if path.suffix == ".py" and "migrations" not in path.parts:
        if text.count("\n") > FILE_LINES:
            found.append(f"{shown}: {text.count(chr(10))} lines: two subjects?")
        found += [
            f"{shown}:{node.lineno}: {node.name} is {(node.end_lineno or node.lineno) - node.lineno} lines long"
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or node.lineno) - node.lineno > FUNCTION_LINES
        ]
    return found


def main() -> None:
    """Print every finding; exit 1 when there is one."""
    found = [line for path in tracked() if path.suffix in TEXT for line in look(path)]
    sys.stdout.write("".join(f"{line}\n" for line in found))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
