"""Each kind of proof has its chart on its page, in both languages, with the numbers as a table beside it."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import muster
from muster.evidence import run_check, statement
from muster.server.casework.actions import hand_in_evidence
from server.casework.stories import ARTIFACT, registered
from server.web.conftest import faults

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.spec("L5", "L4")]
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DATA = Path(muster.__file__).parent / "example/data/acs_ma_employment"
REFERENCE = str(DATA / "reference_2015.parquet")
LATER = str(DATA / "analysis_2016_2018.parquet")
SCORED = {"label": "employed", "score": "predicted_probability"}
FEATURES = {"label": "employed", "prediction": "prediction", "features": ["SEX", "DIS", "SCHL"]}
KINDS = {
    "performance": (REFERENCE, SCORED, ("<title", "Calibration: what was promised", "校准：预测与实际")),
    "slices": (REFERENCE, FEATURES, ("<title", "Excess loss of a slice", "细分群体的超额损失")),
    "drift": (
        LATER,
        {"reference": REFERENCE, "columns": ["AGEP", "ANC", "SEX"]},
        ("<title", "How ANC was and is distributed", "ANC 的分布"),
    ),
    "estimate": (LATER, {"reference": REFERENCE, **SCORED, "chunks": 3}, ("<title", "chunk=2", "chunk=2")),
    "profile": (REFERENCE, {}, ("<title", "AGEP", "AGEP")),
    "quality": (
        REFERENCE,
        {"rules": [{"rule": "range", "column": "AGEP", "max": 50}, {"rule": "missing", "column": "SEX"}]},
        ("AGEP", "AGEP", "AGEP"),
    ),
}


@pytest.mark.parametrize("check", KINDS)
def test_proof_of_each_kind_is_drawn_and_told_in_both_languages(visit, cast, use_case, check):
    version = registered(cast, use_case)
    data, given, (mark, english, chinese) = KINDS[check]
    told = statement(run_check(check, data, now=NOW, **given), subjects={"model": ARTIFACT})
    row = hand_in_evidence(cast.actor("li", use_case), use_case, told, version=version).row
    for language, expected in ((False, english), (True, chinese)):
        html = visit("li", chinese=language).get(f"/evidence/{row.id}")
        assert mark in html
        assert expected in html
        assert faults(html) == []


def test_every_figure_of_a_kind_can_be_chosen(visit, cast, use_case):
    version = registered(cast, use_case)
    frame = pd.DataFrame({"a": np.arange(400.0), "b": ["x", "y"] * 200})
    later = frame.assign(a=frame["a"] + 100)
    told = statement(run_check("drift", later, now=NOW, reference=frame), subjects={"model": ARTIFACT})
    row = hand_in_evidence(cast.actor("li", use_case), use_case, told, version=version).row
    page = visit("li").get(f"/evidence/{row.id}", figure="cramers_v")
    assert '<option value="cramers_v" selected>' in page


def test_the_command_to_compute_it_again_names_every_input_and_every_file(visit, cast, use_case):
    version = registered(cast, use_case)
    frame = pd.DataFrame({"a": np.arange(400.0)})
    for check, data, given, expected in (
        ("drift", frame, {"reference": frame}, "muster check drift --data FILE --reference FILE"),
        ("quality", frame, {"rules": [{"rule": "missing", "column": "a"}]}, "--rules RULES.yaml"),
    ):
        told = statement(run_check(check, data, now=NOW, **given), subjects={"model": ARTIFACT})
        row = hand_in_evidence(cast.actor("li", use_case), use_case, told, version=version).row
        assert expected in visit("li").get(f"/evidence/{row.id}")
