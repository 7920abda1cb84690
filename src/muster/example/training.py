"""The models of the living example: real data, trained where they are needed, the same every time (seeded).

Each function returns a `Trained`: the fitted model, the table it learned from, and a table of people or things that
it had never seen, with what was true and what it said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, r2_score, roc_auc_score
from sklearn.model_selection import cross_val_predict, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

SEED = 7
WORKING_AGE = (18, 66)
PROTECTED = ("sex", "race")
SEX = {"1": "men", "2": "women"}
RACE = {
    "1": "White",
    "2": "Black",
    "3": "American Indian",
    "4": "Alaska Native",
    "5": "American Indian or Alaska Native",
    "6": "Asian",
    "7": "Pacific Islander",
    "8": "another race",
    "9": "two or more races",
}
"""The codes of the census in words (ACS PUMS data dictionary, 2015: SEX and RAC1P, shortened)."""
JOB_FEATURES = ("AGEP", "SCHL", "MAR", "RELP", "DIS", "MIG", "MIL", "DEAR", "DEYE", "DREM")
SMALLEST_GROUP = 100
"""Below this many training rows a threshold of one's own is noise; the common one holds."""
SHARE_OFFERED = 0.31
"""The office can support about three in ten working-age residents."""


@dataclass(frozen=True)
class Trained:
    """A fitted model with what it learned from and how it did on rows it had never seen."""

    model: Any
    training: pd.DataFrame
    scored: pd.DataFrame
    metrics: Mapping[str, float]


@dataclass(frozen=True)
class SupportRule:
    """A classifier and the score from which support is offered: one for everybody, or one for each group.

    The groups are the combinations of `by`; a group without its own threshold gets `otherwise`.
    """

    classifier: Any
    thresholds: Mapping[str, float]
    otherwise: float
    by: tuple[str, ...] = ()

    def score(self, people: pd.DataFrame) -> "np.ndarray[Any, np.dtype[np.float64]]":
        """Return the estimated probability of being without work, shape (rows,)."""
        return np.asarray(self.classifier.predict_proba(people[list(JOB_FEATURES)])[:, 1])

    def offer(self, people: pd.DataFrame) -> "np.ndarray[Any, np.dtype[np.int64]]":
        """Return 1 where support is offered, else 0, shape (rows,)."""
        lines = _groups(people, self.by).map(self.thresholds).fillna(self.otherwise)
        return (self.score(people) >= lines.to_numpy(dtype=float)).astype(np.int64)


def job_support_unaware() -> Trained:
    """The first try: leave sex and race out, one threshold for all, and hope that this is fair. It is not."""
    start = _job_start()
    return _job_support(start, SupportRule(start.classifier, {}, start.common_threshold))


def job_support_mended() -> Trained:
    """The mended one: the same classifier, thresholds chosen on training data so that groups are offered evenly."""
    start = _job_start()
    groups = _groups(start.train, PROTECTED)
    thresholds = {
        str(group): float(np.quantile(start.scores[rows], 1 - SHARE_OFFERED))
        for group, rows in groups.groupby(groups).indices.items()
        if len(rows) >= SMALLEST_GROUP
    }
    return _job_support(start, SupportRule(start.classifier, thresholds, start.common_threshold, PROTECTED))


def tumour_triage() -> Trained:
    """Malignant or benign, from 30 measurements of cell nuclei (569 rows, Wisconsin, bundled with scikit-learn)."""
    table = load_breast_cancer(as_frame=True)
    frame = table.data.assign(malignant=1 - table.target)
    train, test = train_test_split(frame, test_size=0.4, random_state=SEED, stratify=frame.malignant)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    model.fit(train.drop(columns="malignant"), train.malignant)
    scores = model.predict_proba(test.drop(columns="malignant"))[:, 1]
    scored = test.assign(score=scores, prediction=(scores >= 0.5).astype(int))  # noqa: PLR2004 # the usual line
    return Trained(model, train, scored, {"auc": float(roc_auc_score(test.malignant, scores))})


def wine_note() -> Trained:
    """Which of three cultivars, from 13 chemical values (178 rows, bundled with scikit-learn): a readable tree."""
    table = load_wine(as_frame=True)
    frame = table.data.assign(cultivar=table.target)
    train, test = train_test_split(frame, test_size=0.4, random_state=SEED, stratify=frame.cultivar)
    model = DecisionTreeClassifier(max_depth=3, random_state=SEED)
    model.fit(train.drop(columns="cultivar"), train.cultivar)
    said = model.predict(test.drop(columns="cultivar"))
    scored = test.assign(is_first=(test.cultivar == 0).astype(int), says_first=(said == 0).astype(int))
    return Trained(model, train, scored, {"accuracy": float(accuracy_score(test.cultivar, said))})


def form_digits() -> Trained:
    """Stands in for the reader bought from a vendor: is a handwritten digit a 1? (1,797 rows, bundled)."""
    table = load_digits(as_frame=True)
    frame = table.data.assign(is_one=(table.target == 1).astype(int))
    train, test = train_test_split(frame, test_size=0.5, random_state=SEED, stratify=frame.is_one)
    model = HistGradientBoostingClassifier(random_state=SEED, max_iter=40)
    model.fit(train.drop(columns="is_one"), train.is_one)
    scores = model.predict_proba(test.drop(columns="is_one"))[:, 1]
    scored = test[["is_one"]].assign(score=scores, prediction=(scores >= 0.5).astype(int))  # noqa: PLR2004
    return Trained(model, train, scored, {"auc": float(roc_auc_score(test.is_one, scores))})


def diabetes_outlook() -> Trained:
    """Progression of diabetes after one year from ten values (442 rows, bundled with scikit-learn)."""
    table = load_diabetes(as_frame=True, scaled=False)
    frame = table.data.assign(progression=table.target)
    train, test = train_test_split(frame, test_size=0.4, random_state=SEED)
    model = RandomForestRegressor(n_estimators=60, min_samples_leaf=5, random_state=SEED)
    model.fit(train.drop(columns="progression"), train.progression)
    said = model.predict(test.drop(columns="progression"))
    return Trained(model, train, test.assign(prediction=said), {"r2": float(r2_score(test.progression, said))})


@dataclass(frozen=True)
class _JobStart:
    """What both versions of job support share. `scores` are of the training rows, by models that had not seen them."""

    classifier: Any
    train: pd.DataFrame
    test: pd.DataFrame
    scores: "np.ndarray[Any, np.dtype[np.float64]]"

    @property
    def common_threshold(self) -> float:
        return float(np.quantile(self.scores, 1 - SHARE_OFFERED))


@cache
def _job_start() -> _JobStart:
    """Working-age residents of Massachusetts in 2015 (American Community Survey), split 60 : 40."""
    with (files("muster.example") / "data" / "acs_ma_employment" / "reference_2015.parquet").open("rb") as stream:
        people = pd.read_parquet(stream)
    people = people[people.AGEP.between(*WORKING_AGE)]
    people = people.assign(
        without_work=1 - people.employed,
        sex=people.SEX.astype(str).map(SEX),
        race=people.RAC1P.astype(str).map(RACE),
    )
    train, test = train_test_split(people, test_size=0.4, random_state=SEED, stratify=people.without_work)
    x, y = train[list(JOB_FEATURES)], train.without_work
    classifier = HistGradientBoostingClassifier(categorical_features="from_dtype", random_state=SEED, max_iter=80)
    unseen = cross_val_predict(classifier, x, y, cv=3, method="predict_proba")[:, 1]
    return _JobStart(classifier.fit(x, y), train, test, np.asarray(unseen))


def _groups(people: pd.DataFrame, by: tuple[str, ...]) -> "pd.Series[str]":
    if not by:
        return pd.Series("", index=people.index)
    return people[list(by)].astype(str).agg("/".join, axis=1)


def _job_support(start: _JobStart, rule: SupportRule) -> Trained:
    train, test = start.train, start.test
    scores, offered = rule.score(test), rule.offer(test)
    scored = test[["id", *PROTECTED, "AGEP", "DIS", "without_work"]].assign(score=scores, offered=offered)
    metrics = {"auc": float(roc_auc_score(test.without_work, scores)), "offered": float(offered.mean())}
    return Trained(rule, train[["id", *JOB_FEATURES, *PROTECTED, "without_work"]], scored, metrics)
