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
