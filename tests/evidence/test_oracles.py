"""The recorded oracles are whole, and what the peers say of them can be found again by hand."""

import csv
import json
import math
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parent / "oracles"
PINS = Path(__file__).parents[2] / "tools/peers"
PEERS = sorted(file.stem for file in FOLDER.glob("*.json"))


def recorded(peer):
    return json.loads((FOLDER / f"{peer}.json").read_text(encoding="utf-8"))


def rows(window):
    with (FOLDER / f"{window}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("peer", PEERS)
def test_an_oracle_was_recorded_with_the_version_that_is_pinned(peer):
    said = recorded(peer)
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)$", (PINS / f"{peer}.txt").read_text(encoding="utf-8"), re.MULTILINE))
    assert said["peer"] == peer
    assert {name: pins.get(name) for name in said["versions"] if name != "python"} == {
        name: version for name, version in said["versions"].items() if name != "python"
    }
    assert said["notes"]
    assert said["figures"]


def test_five_peers_were_asked():
    assert PEERS == ["aequitas", "evidently", "fairlearn", "frouros", "nannyml"]


def test_rates_of_fairlearn_are_those_counted_by_hand():
    labelled = [row for row in rows("current") if row["label"]]
    for sex, said in recorded("fairlearn")["figures"]["current"]["sex"]["groups"].items():
        group = [row for row in labelled if row["sex"] == sex]
        positives = [row for row in group if row["label"] == "1"]
        assert said["n"] == len(group)
        assert said["selection_rate"] == pytest.approx(sum(row["decision"] == "1" for row in group) / len(group))
        assert said["true_positive_rate"] == pytest.approx(
            sum(row["decision"] == "1" for row in positives) / len(positives)
        )


def test_aequitas_and_fairlearn_agree_on_every_defined_rate():
    names = {"tpr": "true_positive_rate", "fpr": "false_positive_rate", "pprev": "selection_rate"}
    fairlearn, aequitas = recorded("fairlearn")["figures"], recorded("aequitas")["figures"]
    for data, attributes in aequitas.items():
        for attribute, groups in attributes.items():
            for value, counted in groups.items():
                theirs = fairlearn[data][attribute]["groups"][value]
                for name, other in names.items():
                    if counted[name] is not None:
                        assert counted[name] == pytest.approx(theirs[other])


def test_categories_drift_as_much_by_hand_as_evidently_says():
    early, late = (Counter(row["channel"] for row in rows(window)) for window in ("reference", "current"))
    p, q = (np.array([window[name] for name in sorted(early)]) / window.total() for window in (early, late))
    said = recorded("evidently")["figures"]["drift"]["channel"]
    assert said["psi"] == pytest.approx(float(((q - p) * np.log(q / p)).sum()), abs=1e-12)
    middle = (p + q) / 2
    divergence = float((p * np.log(p / middle) + q * np.log(q / middle)).sum()) / 2
    assert said["jensen_shannon"] == pytest.approx(math.sqrt(divergence), abs=1e-12)


def test_nannyml_estimates_the_accuracy_of_scores_as_they_are_by_plain_arithmetic():
    said = recorded("nannyml")["figures"]["cbpe"]["scores_as_they_are"]
    current = rows("current")
    for chunk, value in zip(said["chunks"], said["metrics"]["accuracy"]["value"], strict=True):
        scores = [float(row["score"]) for row in current[chunk["start"] : chunk["end"] + 1]]
        assert value == pytest.approx(sum(max(s, 1 - s) for s in scores) / len(scores), abs=1e-9)
