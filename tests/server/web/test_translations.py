"""No text of a page is left untranslated, and the compiled texts are those of the readable ones."""

import gettext
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_every_text_is_translated_and_compiled():
    done = subprocess.run(
        [sys.executable, "tools/check_translations.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_compiled_file_is_one_that_gettext_reads():
    path = ROOT / "src/muster/server/web/locale/zh_Hans/LC_MESSAGES/django.mo"
    with path.open("rb") as file:
        texts = gettext.GNUTranslations(file)
    assert texts.gettext("My work") == "我的待办"
    assert texts.ngettext("%(n)s more", "%(n)s more", 5) == "另有 %(n)s 项"
