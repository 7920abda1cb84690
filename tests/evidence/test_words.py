"""The sentences of the evidence room."""

from collections import Counter

import pytest

from muster.evidence import words


@pytest.mark.parametrize("part", ["SENTENCES", "REASONS"])
def test_no_code_occurs_in_two_subjects(part):
    # Both would be found under one code, and the later would silently stand in for the earlier.
    told = Counter(code for subject in words._SUBJECTS for code in getattr(subject, part))
    assert [code for code, times in told.items() if times > 1] == []
    assert set(told) == set(getattr(words, part))


@pytest.mark.parametrize("part", ["SENTENCES", "REASONS"])
def test_every_code_is_told_in_both_languages(part):
    assert all(set(told) == {"en", "zh"} for told in getattr(words, part).values())


def test_every_module_of_sentences_is_a_subject():
    from pathlib import Path

    files = {path.stem for path in Path(words.__file__).parent.glob("[a-z]*.py") if "SENTENCES" in path.read_text()}
    assert files == {subject.__name__.rpartition(".")[2] for subject in words._SUBJECTS}


def test_what_a_check_says_of_its_parameters_is_told_in_chinese():
    import ast
    import re
    from pathlib import Path

    from muster.evidence.words.mistakes import in_chinese

    said = set()
    for path in Path(words.__file__).parent.parent.glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        asked = any(isinstance(node, ast.ClassDef) and node.name.endswith("Parameters") for node in ast.walk(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ValueError" and asked:
                said.add(_text(node.args[0]))
            if isinstance(node, ast.keyword) and node.arg == "wanted" and isinstance(node.value, ast.Constant):
                said.add(_text(node.value))
    assert "a number" in said
    assert [each for each in sorted(said) if not re.search("[一-鿿]", in_chinese(each))] == []


def _text(node):
    """The words of a sentence, whatever stands in its places."""
    import ast

    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(part.value if isinstance(part, ast.Constant) else "x" for part in parts)
