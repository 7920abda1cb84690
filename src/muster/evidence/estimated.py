"""Figures of an estimate: each chunk as expected, as it turned out where labels came, and how far the two lie apart."""

from collections.abc import Iterator, Mapping

import numpy as np

from muster.core.figures import Figure
from muster.evidence.cbpe import METRICS, Calibration, Cells, Estimate, estimate, realise
from muster.evidence.check import Definition
from muster.evidence.measured import write_figure
from muster.evidence.statistics import normal_quantile

_REASONS = {"precision": "nobody_selected", "recall": "no_positives", "f1": "no_positives", "auc": "one_class"}


def estimate_figures(
    calibration: Calibration, chunks: Mapping[str, Cells], *, minimum: int, level: float
) -> tuple[Figure, ...]:
    """Return the estimates for everything and for each chunk, and what the labels that there are say to them."""
    names = {"": _together(list(chunks.values())), **chunks}
    figures: list[Figure] = []
    contradicted = held = 0
    strict = 1 - (1 - level) / max(1, len(chunks))
    for group, cells in names.items():
        figures += _estimated(calibration, cells, group, minimum, level)
    for group, cells in names.items():
        known = cells.among_labelled()
        if known.n < minimum:
            continue
        gaps = _gaps(calibration, known, group, level)
        figures += gaps
        if group:
            held += 1
            contradicted += _contradicts(calibration, known, strict)
    reason = "no_labels_came"
    last = write_figure("chunks_contradicting", float(contradicted) if held else None, held, level=level, reason=reason)
    return (*figures, last)


def _together(parts: list[Cells]) -> Cells:
    names = ("at", "selected", "rows", "labelled", "positives")
    return Cells(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _estimated(calibration: Calibration, cells: Cells, group: str, minimum: int, level: float) -> Iterator[Figure]:
    found = estimate(cells, calibration) if cells.n >= minimum else {}
    for name in METRICS:
        each = found.get(name)
        if each is None or np.isnan(each.value):
            reason = "chunk_too_small" if each is None else _REASONS.get(name, "no_rows")
            yield write_figure(f"estimated_{name}", None, 0, level=level, reason=reason, group=group)
        else:
            yield write_figure(
                f"estimated_{name}",
                each.value,
                cells.n,
                ends=_ends(each.value, each.variance, level, (0.0, 1.0)),
                level=level,
                method="normal, of labels and calibration",
                group=group,
            )


def _gaps(calibration: Calibration, known: Cells, group: str, level: float) -> Iterator[Figure]:
    real = realise(known)
    for name, expected in estimate(known, calibration).items():
        if np.isnan(real[name]) or np.isnan(expected.value):
            continue
        gap = expected.value - real[name]
        ends = _ends(gap, expected.variance, level, (-1.0, 1.0))
        yield write_figure(f"realised_{name}", real[name], known.n, level=level, group=group)
        yield write_figure(f"estimate_gap_{name}", gap, known.n, ends=ends, level=level, method="normal", group=group)


def _contradicts(calibration: Calibration, known: Cells, level: float) -> bool:
    """Say whether the realised accuracy or AUC lies where it hardly would without concept drift."""
    real, expected = realise(known), estimate(known, calibration)
    each = 1 - (1 - level) / 2
    return any(_is_far(expected[name], real[name], each) for name in ("accuracy", "auc"))


def _is_far(expected: Estimate, real: float, level: float) -> bool:
    return bool(abs(expected.value - real) > normal_quantile(level) * np.sqrt(expected.variance))


def _ends(value: float, variance: float, level: float, span: tuple[float, float]) -> tuple[float, float]:
    half = normal_quantile(level) * float(np.sqrt(variance))
    return max(span[0], value - half), min(span[1], value + half)


_CAUTION = (
    "an estimate, not a measurement: right only while scores and labels belong together as in the reference"
    " (no concept drift); interval: where the realised figure is expected, from the labels and the calibration"
)
_SOURCE = "Bialek et al., Estimating Model Performance Under Covariate Shift Without Labels, arXiv:2401.08348 (2024)"
_FORMULAS = {
    "accuracy": "mean probability that the decision is right",
    "precision": "expected tp / selected",
    "recall": "expected tp / expected positives",
    "f1": "2 expected tp / (selected + expected positives)",
    "auc": "expected pairs ranked rightly / expected pairs, ties of a score cell half",
}
DEFINITIONS = {
    **{
        f"estimated_{name}": Definition(formula=f"{formula}; {_CAUTION}", source=_SOURCE)
        for name, formula in _FORMULAS.items()
    },
    **{
        f"realised_{name}": Definition(formula="the same of the labelled rows, from their labels", source="Muster")
        for name in _FORMULAS
    },
    **{
        f"estimate_gap_{name}": Definition(
            formula="estimated - realised, both of the labelled rows; above 0 the estimate is too good; an interval"
            " that leaves out 0 speaks for concept drift, or for labels that come for other rows than the rest",
            source="Muster",
        )
        for name in _FORMULAS
    },
    "chunks_contradicting": Definition(
        formula="chunks whose realised accuracy or AUC lies outside what the estimate allows, at the level divided by"
        " the number of chunks and figures (Bonferroni); n: chunks with enough labels to tell",
        source="Muster",
    ),
}
