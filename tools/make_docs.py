"""Write what comes from the code: the spec table (test markers), the command line (--help), the options of checks.

``--check`` writes nothing and fails where a page differs from what it would be, a link leads nowhere,
or a page shows a command that does not exist.
"""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from importlib import import_module
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
COMMAND = re.compile(r"(?:^\$ |^|`)muster ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)(#[^)]*)?\)")


class Collector:
    """A pytest plugin that notes which test proves which row."""

    def __init__(self) -> None:
        self.proofs: dict[str, set[str]] = defaultdict(set)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Read the markers of everything that was collected."""
        for item in items:
            name = item.nodeid.split("[")[0]
            for marker in item.iter_markers("spec"):
                for row in marker.args:
                    self.proofs[row].add(name)


def spec_page() -> str:
    """Return the table of rows with the tests that prove each."""
    rows = yaml.safe_load((ROOT / "tools" / "spec_rows.yaml").read_text(encoding="utf-8"))
    collector = Collector()
    with open(os.devnull, "w") as nothing:  # noqa: PTH123 # the collection's own output is of no use here
        kept, sys.stdout = sys.stdout, nothing
        try:
            status = pytest.main(["--collect-only", "-q", str(ROOT / "tests")], plugins=[collector])
        finally:
            sys.stdout = kept
    if status != 0:
        sys.exit("the tests could not be collected: run pytest --collect-only")
    unknown = sorted(set(collector.proofs) - set(rows))
    if unknown:
        sys.exit(f"tests name rows that the specification does not have: {', '.join(unknown)}")
    head = "# What is proven\n\nMade by `make docs` from the markers of the tests. A row without tests comes later.\n\n"
    table = ["| row | what | tests | files |", "| --- | --- | --- | --- |"]
    for row, title in rows.items():
        tests = collector.proofs.get(row, set())
        files = sorted({name.split("::")[0] for name in tests})
        shown = " · ".join(f"[{Path(file).stem.removeprefix('test_')}](../{file})" for file in files)
        table.append(f"| {row} | {title} | {len(tests) or '–'} | {shown or 'later'} |")
    return head + "\n".join(table) + "\n"


def command_page() -> str:
    """Return the help of every noun and verb of the command line."""
    from muster.cli.nouns import NOUNS

    parts = ["# The command line\n\nMade by `make docs` from `--help`.\n"]
    for noun in NOUNS:
        text = _help(noun)
        parts.append(f"## muster {noun}\n\n```\n{text}```\n")
        verbs = (
            re.findall(r"^  ([a-z-]+) {2,}", text.split("Commands:")[1], re.MULTILINE) if "Commands:" in text else []
        )
        parts += [f"### muster {noun} {verb}\n\n```\n{_help(noun, verb)}```\n" for verb in verbs]
    return "\n".join(parts)


def _help(*words: str) -> str:
    code = "from muster.cli import main; main()"
    environment = {**os.environ, "COLUMNS": "100", "MUSTER_LANG": "en", "LANG": "C.UTF-8", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code, *words, "--help"], capture_output=True, text=True, check=True, env=environment
    )
    lines = done.stdout.replace("Usage: -c", "Usage: muster").rstrip().splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


def broken_links() -> list[str]:
    """Return every relative link of a page that leads nowhere."""
    pages = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
    return [
        f"{page.relative_to(ROOT)}: {target} is not there"
        for page in pages
        for target, _ in LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]


def unknown_commands() -> list[str]:
    """Return every command that a page shows and the command line does not have."""
    from typer import Context
    from typer.core import TyperGroup
    from typer.main import get_command

    from muster.cli.nouns import NOUNS

    known = {noun: get_command(import_module(module).app) for noun, (module, _line) in NOUNS.items()}
    wrong = []
    for page in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]:
        for noun, verb in COMMAND.findall(page.read_text(encoding="utf-8")):
            group = known.get(noun)
            verbs = group.list_commands(Context(group)) if isinstance(group, TyperGroup) else None
            if group is None or (verb and verbs is not None and verb not in verbs):
                wrong.append(f"{page.relative_to(ROOT)}: there is no command: muster {noun} {verb}".rstrip())
    return wrong


def shipped_checks() -> str:
    """Return the descriptions of the checks that pyproject.toml registers: what `muster check NAME --help` reads."""
    from muster.cli.check_options import describe_check

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    described = {}
    for name, place in sorted(project["entry-points"]["muster.checks"].items()):
        module, _, attribute = place.partition(":")
        described[name] = describe_check(getattr(import_module(module), attribute))
    return json.dumps(described, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the pages, or with --check compare them."""
    pages = {
        ROOT / "src" / "muster" / "cli" / "checks.json": shipped_checks(),
        DOCS / "spec.md": spec_page(),
        DOCS / "reference" / "cli.md": command_page(),
    }
    wrong = []
    for path, text in pages.items():
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            wrong.append(f"{path.relative_to(ROOT)} is out of date: make docs")
    wrong += broken_links() + unknown_commands()
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
