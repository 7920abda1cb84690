"""The page for auditors says what is true: its code runs, and its statement is one."""

import json
import re
from pathlib import Path

from ledger.samples import KEY, entry, export, reader
from muster.ledger.entry import Statement
from muster.ledger.log import LogView

PAGE = (Path(__file__).parents[2] / "docs/explanation/ledger.md").read_text(encoding="utf-8")


def block(language):
    return re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)[1]


def test_the_code_of_the_page_verifies_a_receipt(tmp_path, monkeypatch, capsys):
    entries = [entry(number) for number in range(300)]
    view = LogView(reader(export(entries)), [KEY.verifier])
    (tmp_path / "auditor.vkey").write_text(KEY.verifier.to_text() + "\n")
    (tmp_path / "decision.tlog-proof").write_bytes(view.receipt(7).to_bytes())
    (tmp_path / "decision.json").write_bytes(entries[7])
    monkeypatch.chdir(tmp_path)
    exec(compile(block("python"), "ledger.md", "exec"), {})  # noqa: S102 (the page's own code)
    assert capsys.readouterr().out == "entry 7 of 300\n"


def test_the_statement_of_the_page_is_one():
    value = json.loads(block("json").replace("…", "ab" * 32))
    assert Statement.model_validate(value).predicate_type == "urn:passmuster:act:1"
