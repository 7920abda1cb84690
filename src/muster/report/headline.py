"""The sentence about a check's result that a reader should see first, in English or Simplified Chinese."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from muster.core.figures import Figure
from muster.core.text import Language as Tag
from muster.core.text import say
from muster.evidence.errors import Language
from muster.report import numbers
from muster.report.words import CHINESE, figure_name, load_texts, spaced, why_not

_Figures = Sequence[Figure]
_LEADING = ("auc", "r2", "accuracy", "rmse")
_FAR: Mapping[str, Callable[..., Figure]] = {
    "exposure_ratio": min,
    "mae_difference": max,
    "mean_prediction_difference": max,
}
"""Of a fairness result without decisions: what its first sentence is about, the first that is estimable."""
LEAKS = ("test_rows_in_training", "test_ids_in_training", "test_people_in_training", "training_rows_after_test")
_MOST_NAMED = 3


def headline(check: str, figures: _Figures, rows: int, language: Language) -> str:
    """Return the sentence that a reader should see first; some checks need a second one."""
    found = _SAID[check](figures, rows, language) if check in _SAID else ()
    said = [sentence for sentence in found if sentence] or [_any(figures, language)]
    return ("" if language == "zh" else " ").join(said)


def _fairness(figures: _Figures, _rows: int, language: Language) -> Iterable[str]:
    ratios = [figure for figure in figures if figure.name == "selection_rate_ratio"]
    if not ratios:
        yield _far(figures, language)
        return
    worst = _pick(ratios, "selection_rate_ratio", min)
    if worst:
        yield _told("fairness", "selected", worst, language)
    else:
        yield _why("fairness", "none_selected", ratios, language)


def _far(figures: _Figures, language: Language) -> str:
    for name, pick in _FAR.items():
        worst = _pick(figures, name, pick)
        if worst:
            return _told("fairness", name, worst, language)
    return _why("fairness", "none", [figure for figure in figures if figure.name in _FAR], language)


def _quality(figures: _Figures, rows: int, language: Language) -> Iterable[str]:
    known = {figure.name: int(figure.value or 0) for figure in figures if figure.name.startswith("rules_")}
    failed, total = known["rules_failed"], known["rules_total"]
    yield _say("quality", "failed", language, failed=failed, total=total, rows=f"{rows:,}")


def _slices(figures: _Figures, _rows: int, language: Language) -> Iterable[str]:
    yield _told("slices", "worst", _pick(figures, "worst_slice_difference", max), language)


def _estimate(figures: _Figures, _rows: int, language: Language) -> Iterable[str]:
    name = "estimated_accuracy"
    chunk = _pick([figure for figure in figures if figure.group], name, min)
    yield _told("estimate", "chunk" if chunk else "whole", chunk or _pick(figures, name, min), language)


def _champion(figures: _Figures, _rows: int, language: Language) -> Iterable[str]:
    for by in load_texts("headlines.yaml")["champion_by"]:
        found = _pick(figures, f"{by}_advantage", max)
        if found:
            code = "better" if (found.low or 0) > 0 else "worse" if (found.high or 0) < 0 else "alike"
            yield _told("champion", code, found, language, by=_say("champion_by", by, language))
            return


def _profile(figures: _Figures, rows: int, language: Language) -> Iterable[str]:
    most = _pick(figures, "missing_share", max)
    if most and most.value == 0:
        count = sum(figure.name == "missing_share" for figure in figures)
        yield _say("profile", "complete", language, count=count, rows=f"{rows:,}")
    else:
        yield _told("profile", "missing", most, language, percent=True)


def _drift(figures: _Figures, _rows: int, language: Language) -> Iterable[str]:
    yield _told("drift", "moved", _pick(figures, "psi", max), language)


def _drift_multivariate(figures: _Figures, _rows: int, language: Language) -> Iterable[str]:
    yield _one(figures, "domain_classifier_auc", max, ("drift_multivariate", "area"), language)


def _proxies(figures: _Figures, _rows: int, language: Language) -> Iterable[str]:
    yield _one(figures, "strongest_proxy", max, ("proxies", "strongest"), language)


def _sampling(figures: _Figures, _rows: int, language: Language) -> Iterable[str]:
    least = _pick(figures, "lowest_representation_ratio", min)
    if least:
        yield _told("sampling", "represented", least, language)
    else:
        yield _why("sampling", "none", [f for f in figures if f.name == "lowest_representation_ratio"], language)
        yield _told("sampling", "base_rate_difference", _pick(figures, "base_rate_difference", max), language)
    for name in LEAKS:
        leak = _pick(figures, name, max)
        if leak and leak.value:
            yield _told("sampling", name, leak, language, percent=True)


def _feedback(figures: _Figures, _rows: int, language: Language) -> Iterable[str]:
    slopes = [figure for figure in figures if figure.name == "feedback_slope" and figure.value is not None]
    if slopes:
        # The one whose interval leaves 0 furthest behind, or comes nearest to doing so.
        worst = max(slopes, key=lambda figure: max(figure.low or 0.0, -(figure.high or 0.0)))
        code = "grows" if (worst.low or 0) > 0 else "shrinks" if (worst.high or 0) < 0 else "still"
        yield _told("feedback", code, worst, language)
    else:
        yield _why("feedback", "none", [f for f in figures if f.name == "feedback_slope"], language)
    chosen, others = (
        next((f for f in figures if f.name == name and not f.group and f.value is not None), None)
        for name in ("labelled_share_selected", "labelled_share_not_selected")
    )
    if chosen and others:
        yield _told("feedback", "labels", chosen, language, percent=True, other=numbers.percent(others.value or 0.0))


def _oversight(figures: _Figures, _rows: int, language: Language) -> Iterable[str]:
    yield _one(figures, "override_rate", max, ("oversight", "changed"), language, percent=True)
    yield _told("oversight", "apart", _pick(figures, "override_rate_difference", max), language, percent=True)


def _anomaly(figures: _Figures, _rows: int, language: Language) -> Iterable[str]:
    counted = next((figure for figure in figures if figure.name == "anomalies"), None)
    if counted is None or counted.value is None:
        yield _why("anomaly", "none", [counted] if counted else [], language)
        return
    outside = [figure for figure in figures if figure.name.startswith("today.") and is_outside(figure)]
    named = [_of_whom(figure, language) for figure in outside[:_MOST_NAMED]]
    more = ["…"] if len(outside) > _MOST_NAMED else []
    which = ("、" if language == "zh" else ", ").join([*named, *more])
    code = "outside" if outside else "inside"
    yield _say("anomaly", code, language, count=int(counted.value), total=counted.n, which=which)


def is_outside(figure: Figure) -> bool:
    """Return whether a figure lies outside its interval, as one of today does that its history did not let expect."""
    known = figure.value is not None and figure.low is not None and figure.high is not None
    return known and not (figure.low or 0.0) <= (figure.value or 0.0) <= (figure.high or 0.0)


def _of_whom(figure: Figure, language: Language) -> str:
    name = figure_name(figure.name.removeprefix("today."), _tag(language))
    if not figure.group:
        return name
    return spaced(f"{figure.group} 的", name) if language == "zh" else f"{name} of {figure.group}"


def _any(figures: _Figures, language: Language) -> str:
    """Say the leading figure about everyone, or the first there is."""
    known = {figure.name: figure for figure in reversed(figures) if figure.value is not None and not figure.group}
    figure = next((known[name] for name in _LEADING if name in known), next(iter(figures)))
    return _told("any", "value", figure, language, name=figure_name(figure.name, _tag(language)))


_SAID: Mapping[str, Callable[[_Figures, int, Language], Iterable[str]]] = {
    "anomaly": _anomaly,
    "champion": _champion,
    "drift": _drift,
    "drift_multivariate": _drift_multivariate,
    "estimate": _estimate,
    "fairness": _fairness,
    "feedback": _feedback,
    "oversight": _oversight,
    "profile": _profile,
    "proxies": _proxies,
    "quality": _quality,
    "sampling": _sampling,
    "slices": _slices,
}


def _pick(figures: Iterable[Figure], name: str, pick: Callable[..., Figure]) -> Figure | None:
    found = [figure for figure in figures if figure.name == name and figure.value is not None]
    return pick(found, key=lambda figure: figure.value or 0.0) if found else None


def _one(
    figures: _Figures,
    name: str,
    pick: Callable[..., Figure],
    said: tuple[str, str],
    language: Language,
    *,
    percent: bool = False,
) -> str:
    """Tell the picked figure of that name, or why there is none."""
    found = _pick(figures, name, pick)
    if found:
        return _told(*said, found, language, percent=percent)
    return _why(said[0], "none", [figure for figure in figures if figure.name == name], language)


def _told(
    section: str, code: str, figure: Figure | None, language: Language, *, percent: bool = False, **more: object
) -> str:
    if figure is None:
        return ""
    value = numbers.percent(figure.value) if percent and figure.value is not None else show_value(figure, language)
    group = figure.group.replace("=", " ") if section == "estimate" else figure.group
    told = {"group": group, "reference": figure.reference, "value": value, **more}
    return _say(section, code, language, rest=_rest(figure, language, percent=percent), **told)


def _why(section: str, code: str, figures: _Figures, language: Language) -> str:
    """Say why nothing is estimable."""
    reason = next((figure.not_estimable for figure in figures if figure.not_estimable), "no_value")
    return _say(section, code, language, why=why_not(reason, _tag(language)))


def _say(section: str, code: str, language: Language, **told: object) -> str:
    return say(load_texts("headlines.yaml")[section][code], _tag(language)).format(**told)


def _tag(language: Language) -> Tag:
    return CHINESE if language == "zh" else "en"


def _rest(figure: Figure, language: Language, *, percent: bool = False) -> str:
    parts = []
    if figure.level is not None and figure.low is not None and figure.high is not None:
        word = "区间" if language == "zh" else "interval"
        ends = f"{numbers.percent(figure.low)} – {numbers.percent(figure.high)}" if percent else show_interval(figure)
        parts.append(f"{figure.level * 100:g} % {word} {ends}")
    parts.append(f"n = {figure.n:,}")
    return f"（{'，'.join(parts)}）" if language == "zh" else f" ({', '.join(parts)})"


def show_value(figure: Figure, language: Language) -> str:
    """Return a figure's value with four digits, counts whole, or why there is none."""
    if figure.value is None:
        return why_not(figure.not_estimable, _tag(language))
    return numbers.count(figure.value) if numbers.is_count(figure.name) else f"{figure.value:.4g}"


def show_interval(figure: Figure) -> str:
    """Return the ends of a figure's interval, or nothing."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{figure.low:.4g} – {figure.high:.4g}"
