"""Free text: its length and its signs are compared, by hand and by Python; never a text is kept."""

import json
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from muster.evidence.drift import DriftStatistics, check
from muster.evidence.drift_measure import MOST_VALUES
from muster.evidence.drift_text import CLASSES, NAMES, Signs
from muster.evidence.run import run_check

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
pytestmark = pytest.mark.spec("F8")
SIGNS = list("abcxyzABC 0123456789.,;'\"\\?\téñ中文😀")


def run(data, reference=None, **given):
    return run_check(check, data, reference=reference, now=NOW, **given)


def notes(seed, n, mean=25):
    draw = np.random.default_rng(seed)
    lengths = draw.poisson(mean, n)
    texts = ["".join(draw.choice(SIGNS, length)) for length in lengths]
    return pd.DataFrame({"notes": [None if i % 100 == 7 else text for i, text in enumerate(texts)]})


@pytest.fixture(scope="module")
def windows():
    return notes(1, 22_000), notes(2, 21_500, 27)


@pytest.fixture(scope="module")
def result(windows):
    before, after = windows
    return run(after, before)


def belongs(sign, name):
    return ord(sign) > 127 if name == "non_ascii" else sign in CLASSES[name]


def test_the_lengths_are_compared_as_numbers_are(windows, result):
    before, after = (frame["notes"].dropna().str.len() for frame in windows)
    assert result.figure("wasserstein", "length(notes)").value == pytest.approx(
        stats.wasserstein_distance(before, after), rel=0.01
    )
    ks = stats.ks_2samp(before, after, method="asymp").statistic
    assert result.figure("ks", "length(notes)").value == pytest.approx(ks, abs=0.003)
    assert result.figure("psi", "length(notes)").low > 0
    assert result.figure("p_adjusted", "length(notes)").value < 0.001


def test_the_share_of_each_class_is_that_of_python(windows, result):
    for name in NAMES:
        shares = []
        for frame in windows:
            joined = "".join(frame["notes"].dropna())
            shares.append(sum(belongs(sign, name) for sign in joined) / len(joined))
        assert result.figure(f"{name}_share_difference", "notes").value == pytest.approx(
            shares[1] - shares[0], abs=1e-12
        )


def test_signs_of_the_same_make_have_intervals_around_nothing(result):
    covering = [
        f for f in result.figures if f.name.endswith("_share_difference") and f.name.split("_share")[0] in NAMES
    ]
    assert len(covering) == len(NAMES)
    assert sum(figure.low <= 0 <= figure.high for figure in covering) >= len(NAMES) - 1


def test_texts_that_turn_into_numbers_are_seen(windows):
    before, after = windows
    turned = after.assign(notes=after["notes"].str.replace("[a-z]", "7", regex=True))
    figure = run(turned, before).figure("digits_share_difference", "notes")
    assert figure.low > 0.1
    assert run(turned, before).figure("letters_share_difference", "notes").high < -0.1


def test_no_text_is_kept(windows, result):
    kept = json.dumps(result.statistics, ensure_ascii=False)
    assert len(kept) < 20_000
    assert not any(text in kept for text in windows[0]["notes"].dropna()[:200] if len(text) > 5)


def test_days_of_text_add_up_to_the_week(windows, result):
    before, after = windows
    days = [DriftStatistics.model_validate(run(after[i::2], before).statistics) for i in range(2)]
    told = check.judge(days[0].merged(days[1]), check.parameters(), now=NOW).figures
    for one, other in zip(result.figures, told, strict=True):
        assert (one.name, one.group, one.n) == (other.name, other.group, other.n)
        assert one.value == pytest.approx(other.value, rel=1e-7, abs=1e-9)


def test_a_registered_reference_of_text_reads_few_texts_too(windows):
    before, after = windows
    profile = run(before).statistics["reference"]
    assert run(after, profile=profile).figures == run(after, before).figures
    few = run(after[:50], profile=profile)
    assert few.figure("psi", "length(notes)").value is not None


def test_text_that_has_become_free_is_held_against_the_values_of_the_reference(windows):
    before = pd.DataFrame({"notes": ["yes", "no", "yes", None] * 100})
    free = windows[1]["notes"].where(windows[1].index % 4 > 0, "yes")
    after = pd.DataFrame(
        {"notes": [f"{text} {i}" if text not in {"yes", None} else text for i, text in enumerate(free)]}
    )
    assert after["notes"].nunique() <= MOST_VALUES
    after = pd.concat([after, pd.DataFrame({"notes": [f"n{i}" for i in range(MOST_VALUES)]})])
    result = run(after, before)
    counted = result.statistics["current"]["notes"]
    present = after["notes"].dropna()
    assert counted["counts"] == [0, (present == "yes").sum(), 0, (present != "yes").sum()]
    assert counted["missing"] == after["notes"].isna().sum()
    assert counted["n"] == len(after)


def test_five_texts_by_hand():
    signs = Signs(rows=5, total=10, squares=30, classes={"digits": (5, 9, 15)})
    share, variance = signs.share("digits")
    assert share == 0.5
    assert variance == pytest.approx((9 - 15 + 0.25 * 30) * 5 / 4 / 100)
    assert Signs(rows=1, total=3, squares=9, classes={"digits": (1, 1, 3)}).share("digits") is None
