"""Each kind of proof has its chart on its page, in both languages, with the numbers as a table beside it."""

import re
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
ROWS = pd.read_parquet(REFERENCE)
DECIDED = ROWS.assign(final=np.where(ROWS["id"] % 20 == 0, 1 - ROWS["prediction"], ROWS["prediction"]))
QUEUED = ROWS.head(4000).assign(query=np.arange(4000) // 20)
PROFILES = [run_check("profile", ROWS.iloc[i::8][["AGEP"]], now=datetime(2026, 11, 24, tzinfo=UTC)) for i in range(8)]
HISTORY = [past.model_dump(mode="json") for past in PROFILES]
CODED = {"protected": ["SEX", "DIS"], "prediction": "prediction"}
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
    "proxies": (
        REFERENCE,
        {"protected": ["SEX", "DIS"], "features": ["MAR", "DREM"]},
        ("<title", "Which features tell DIS", "哪些特征透露 DIS"),
    ),
    "sampling": (
        REFERENCE,
        {"reference": LATER, "test": LATER, "protected": ["SEX"], "label": "employed", "id": "id", "replicates": 50},
        ("<title", "What leaks into the test", "测试数据的泄漏"),
    ),
    "feedback": (
        REFERENCE,
        {"protected": ["SEX"], "prediction": "prediction", "time": "id", "label": "employed", "periods": 5},
        ("<title", "Share of the rows by window: SEX", "各窗口的行占比：SEX"),
    ),
    "drift_multivariate": (
        LATER,
        {"reference": REFERENCE, "columns": ["AGEP", "predicted_probability", "year"]},
        ("<title", "Can the windows be told apart?", "两个窗口能否区分？"),
    ),
    "oversight": (
        DECIDED,
        {"protected": ["SEX"], "before": "prediction", "after": "final", "label": "employed", "replicates": 50},
        ("<title", "Override rate by group", "各群体的人工改判率"),
    ),
    "champion": (
        ROWS.assign(old=ROWS["predicted_probability"] * 0.8),
        {**SCORED, "champion_score": "old"},
        ("<title", "The challenger&#x27;s advantage", "挑战者的优势"),
    ),
    "anomaly": (
        ROWS[["AGEP"]] * 1.3,
        {"history": HISTORY},
        ('<tr class="worst">', "Mean of AGEP", "AGEP 的均值"),
    ),
    "fairness": (
        REFERENCE,
        {**CODED, "label": "employed", "score": "predicted_probability", "cost_fp": 1, "cost_fn": 5, "replicates": 50},
        ("<title", "p (Holm)", "p（Holm）"),
    ),
    "fairness, ranking": (
        QUEUED,
        {"protected": ["SEX"], "task": "ranking", "score": "predicted_probability", "query": "query", "replicates": 50},
        ("<title", "Mean exposure by group", "各群体的平均曝光度"),
    ),
    "fairness, regression": (
        REFERENCE,
        {"protected": ["SEX"], "task": "regression", "prediction": "AGEP", "label": "year", "replicates": 50},
        ("<title", "Gap in the mean absolute error", "平均绝对误差差距"),
    ),
    "performance, regression": (
        REFERENCE,
        {"task": "regression", "label": "employed", "prediction": "predicted_probability"},
        ('<details class="panel" open>', "Mean absolute error", "平均绝对误差"),
    ),
    "quality": (
        REFERENCE,
        {"rules": [{"rule": "range", "column": "AGEP", "max": 50}, {"rule": "missing", "column": "SEX"}]},
        ("AGEP", "within a range", "在范围内"),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_proof_of_each_kind_is_drawn_and_told_in_both_languages(visit, cast, use_case, kind):
    version = registered(cast, use_case)
    data, given, (mark, english, chinese) = KINDS[kind]
    told = statement(run_check(kind.partition(",")[0], data, now=NOW, **given), subjects={"model": ARTIFACT})
    row = hand_in_evidence(cast.actor("li", use_case), use_case, told, version=version).row
    for language, expected in ((False, english), (True, chinese)):
        html = visit("li", chinese=language).get(f"/evidence/{row.id}")
        assert mark in html
        assert expected in html
        assert faults(html) == []
        lead = re.search(r'<p class="lead">(.*?)</p>', html)[1]
        assert "_" not in lead.replace("predicted_probability", "")


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
