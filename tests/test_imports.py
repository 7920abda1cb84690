"""Starting up stays quick, because heavy modules are imported where they are needed (`make bench` measures it)."""

import subprocess
import sys

import pytest

HEAVY = ("cryptography", "django", "duckdb", "httpx2", "numpy", "pandas", "pyarrow", "pydantic", "rich", "sklearn")


def loaded(code):
    """The heavy modules that are loaded after `code` ran in a fresh interpreter."""
    probe = f"import sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\n"
    probe += f"print('loaded:', *sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return done.stdout.rsplit("loaded:", 1)[1].split()


@pytest.mark.parametrize(
    "code",
    [
        "import muster",
        "import muster.cli",
        "sys.argv = ['muster', '--help']; from muster.cli import main; main()",
    ],
)
def test_nothing_heavy_is_imported_to_start_up(code):
    assert loaded(code) == []


def test_the_help_of_a_verb_needs_no_more_than_what_typer_itself_loads():
    code = "sys.argv = ['muster', 'ledger', 'verify', '--help']; from muster.cli import main; main()"
    assert loaded(code) in ([], ["pydantic"])


def test_a_heavy_module_would_be_noticed():
    assert loaded("import muster.ledger.keys") == ["cryptography"]
