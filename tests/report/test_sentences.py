"""Every code has its sentence in both languages, with the same parameters; nothing is left over."""

import re
import string
from typing import get_args

import pytest

from core.dossiers import NOW
from core.tiny import tiny_framework
from muster.core.reasons import Blocked, Cure, Passed, Reason, ReasonCode
from muster.report.sentences import _CURES, _RERUN, cure_sentence, problem_sentence, sentence, verdict_sentence
from muster.report.words import LANGUAGES, load_texts

TEXTS = load_texts("sentences.yaml")
ACTS = get_args(Cure.model_fields["act"].annotation)
PARAMETERS = {
    "questions": ["q1", "q2"],
    "floors": ["F01"],
    "kind": "computed",
    "check": "fairness",
    "until": "2026-11-23T12:00:00+00:00",
    "failure": "no rows",
    "figure": "selection_rate_ratio",
    "value": 0.712345,
    "n": 1234,
    "low": 0.66,
    "high": 0.76,
    "group": "SEX=2",
    "reference": "SEX=1",
    "limit": 0.8,
    "use": "value",
    "setting": "minimum",
    "assurance": "builder",
    "assurance_asked": "muster",
    "asked": 30,
    "found": 10,
    "left_out": ["SEX", "AGE"],
    "missing": ["artifact", "commit"],
    "role": "validator",
    "meaning": "review",
    "person": "0123456789abcdef",
    "at": "2026-11-20T09:00:00+00:00",
    "activity": "classify",
    "rule": "D1",
    "needed": 3,
    "have": 2,
    "before": "G1",
    "reasons": 4,
    "target": "moon",
    "known": ["G1", "production"],
    "act": "sign",
    "changed": ["proof"],
    "not_estimable": "one_group",
    "gate": "G3",
}


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_reason_and_every_cure_has_a_sentence_and_no_sentence_is_left_over():
    assert set(TEXTS["reasons"]) == set(get_args(ReasonCode))
    assert set(TEXTS["cures"]) == {*ACTS, *_CURES.values(), *_RERUN.values()}


@pytest.mark.parametrize(("section", "code"), [(s, c) for s in TEXTS for c in TEXTS[s]])
def test_both_languages_say_it_with_the_same_parameters(section, code):
    text = TEXTS[section][code]
    assert set(text) == set(LANGUAGES)
    assert placeholders(text["en"]) == placeholders(text["zh-Hans"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", get_args(ReasonCode))
def test_a_reason_with_its_parameters_leaves_no_gap(code, language):
    reason = Reason(code=code, gate="G3", measure="m1", parameters=PARAMETERS, cure=Cure(act="ask", roles=("a", "b")))
    for said in (sentence(reason, None, language), cure_sentence(reason, None, language)):
        assert "—" not in said
        assert "{" not in said


@pytest.mark.parametrize("act", ACTS)
def test_a_cure_names_who_can_do_it(act):
    cure = Cure(act=act, roles=("owner", "validator"), parameters={"check": "fairness", "kind": "document"})
    said = cure_sentence(Reason(code="evidence_missing", cure=cure), tiny_framework(), "en")
    said = said.replace(" or ask ", " ")
    assert (" or " in said and "alidator" in said) == ("{roles}" in TEXTS["cures"][act]["en"]), said


def test_a_figure_is_said_with_its_interval_its_size_and_the_line():
    reason = Reason(code="evidence_below_limit", measure="m", parameters=PARAMETERS)
    assert sentence(reason, None, "en") == (
        "Ratio of selection rates is 0.71 [0.66, 0.76] (SEX=2 against SEX=1; n = 1,234); the line is at least 0.80."
    )
    assert sentence(reason, None, "zh-Hans") == (
        "选择率之比为 0.71 [0.66, 0.76]（SEX=2，对比 SEX=1；n = 1,234）；要求不低于 0.80。"
    )


def test_people_are_named_where_names_are_given_and_shortened_where_not():
    reason = Reason(code="rejected", parameters=PARAMETERS)
    assert "Mei" in sentence(reason, None, "en", names={"0123456789abcdef": "Mei"})
    assert "01234567 " in sentence(reason, None, "en")


def test_the_chinese_is_written_with_full_width_marks_and_spaces_beside_latin():
    for section in TEXTS.values():
        for code, text in section.items():
            chinese = text["zh-Hans"]
            assert not re.search(r"[\u4e00-\u9fff][,;:?!.]", chinese), code
            assert not re.search(r"[\u4e00-\u9fff][A-Za-z0-9`]|[A-Za-z0-9`][\u4e00-\u9fff]", chinese), code
            assert "你" not in chinese


def test_a_figure_that_missed_its_line_asks_to_mend_not_to_run_the_same_again():
    cure = Cure(act="hand_in_evidence", parameters={"check": "fairness"})
    missed = cure_sentence(Reason(code="evidence_below_limit", cure=cure), None)
    missing = cure_sentence(Reason(code="evidence_missing", cure=cure), None)
    assert "mends" in missed
    assert "mends" not in missing


def test_a_thing_that_stands_against_several_gates_is_counted_once():
    no_version = [Reason(code="version_missing", gate=g, cure=Cure(act="register_version")) for g in ("G3", "G4")]
    blocked = Blocked(gate="G4", at=NOW, holds_until=None, subject="s", reasons=tuple(no_version))
    assert verdict_sentence(blocked, "Production", "en") == "Production is blocked: 1 other thing open."


def test_a_verdict_counts_what_is_open():
    missing = Reason(code="evidence_missing", measure="m1", cure=Cure(act="hand_in_evidence"))
    too_low = Reason(code="evidence_below_limit", measure="m2", cure=Cure(act="hand_in_evidence"))
    signs = Reason(code="sign_off_missing", cure=Cure(act="sign"))
    blocked = Blocked(gate="G3", at=NOW, holds_until=None, subject="s", reasons=(missing, too_low, too_low, signs))
    assert verdict_sentence(blocked, "Gate G3", "en") == "Gate G3 is blocked: 2 proofs, 1 signature open."
    assert verdict_sentence(blocked, "门禁 G3", "zh-Hans") == "门禁 G3 未通过：尚缺 2 项证据、1 项签核。"
    passed = Passed(gate="G3", at=NOW, holds_until=None, subject="s")
    assert verdict_sentence(passed, "Gate G3", "en") == "Gate G3 is passed."


def test_a_problem_says_where_and_what_would_be_right():
    assert problem_sentence("taken", "Short name", "job", "job-2") == (
        "Short name: “job” is taken. Choose another name, for example job-2."
    )
