import re
from pathlib import Path

import pytest

import muster

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


@pytest.mark.spec("L1")
def test_every_setting_is_on_the_page_and_the_page_names_no_other():
    sources = Path(muster.__file__).parent.rglob("*.py")
    read = {name for path in sources for name in re.findall(r"\bMUSTER_[A-Z_]+", path.read_text(encoding="utf-8"))}
    told = set(re.findall(r"^\| `(MUSTER_[A-Z_]+)`", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert read == told
