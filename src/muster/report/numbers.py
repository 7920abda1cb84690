"""Numbers as people read them: with n and the interval, and no more digits than the interval carries."""

import math

from muster.core.figures import Figure

_RATES = ("rate", "precision", "recall", "accuracy", "f1", "ratio", "difference")
_COUNTS = (
    *("rules_", "violations.", "first_row.", "repeated_values.", "most_repeats.", "rows", "distinct", "infinite"),
    *("groups_", "columns_", "features_compared", "slices_in_", "slices_looked_", "slices_worse", "components_kept"),
    *("windows", "feedback_groups_", "anomalies", "figures_compared", "chunks_", "queries_without_", "series_without_"),
)
_MOST_DIGITS = 4
_SMALL, _LEAST, _LEAST_P = 0.1, 0.0001, 0.001


def count(number: float) -> str:
    """Return a whole number with thousands apart: ``12,345``."""
    return f"{number:,.0f}"


def number(value: float, *, width: float | None = None) -> str:
    """Return a number with digits that fit `width`, the width of its interval (default: two to four decimals).

    A number below 1 without an interval keeps up to four decimals; one that these cannot tell from 0 says so.

    >>> number(0.71234, width=0.1), number(0.1229), number(0.80), number(0.0042), number(2e-9)
    ('0.71', '0.123', '0.80', '0.0042', '<0.0001')
    """
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞" if value < 0 else "–"
    if width is None:
        return _minus(_alone(value))
    digits = 2
    if width > 0:
        digits = max(0, min(_MOST_DIGITS, 1 - math.floor(math.log10(width))))
        digits = max(digits, 2) if abs(value) < 10 else digits  # noqa: PLR2004 # one digit before the point
    return _minus(f"{value:,.{digits}f}")


def _alone(value: float) -> str:
    if value == int(value) and abs(value) >= 1:
        return count(value)
    if abs(value) >= 1 or value == 0:
        return f"{value:,.2f}"
    if abs(value) >= _SMALL:
        return f"{value:.3f}".removesuffix("0")
    if 0 < value < _LEAST:
        return f"<{_LEAST}"
    return f"{value:.{_MOST_DIGITS}f}".removesuffix("00")


def p_value(value: float) -> str:
    """Return a p-value with three decimals; a very small one is never 0.

    >>> p_value(0.0), p_value(0.0421), p_value(1.0)
    ('<0.001', '0.042', '1.000')
    """
    return "<0.001" if value < _LEAST_P else f"{value:.3f}"


def interval(low: float | None, high: float | None) -> str:
    """Return ``[0.66, 0.76]``, or nothing where there is no interval."""
    if low is None or high is None:
        return ""
    width = high - low
    return f"[{number(low, width=width)}, {number(high, width=width)}]"


def figure_value(figure: Figure) -> str:
    """Return ``0.71 [0.66, 0.76]``; nothing for a figure without a value."""
    if figure.value is None:
        return ""
    if figure.low is None or figure.high is None:
        return limit(figure.name, figure.value)
    return f"{number(figure.value, width=figure.high - figure.low)} {interval(figure.low, figure.high)}"


def limit(name: str, value: float) -> str:
    """Return a limit for a figure of this name: a count is whole."""
    whole = math.isfinite(value) and value == int(value) and not is_rate(name)
    return count(value) if whole else number(value)


def percent(share: float) -> str:
    """Return a share of one as a percentage with one decimal: ``71.2 %`` is ``71.2%``."""
    return _minus(f"{100 * share:.1f}%")


def is_count(name: str) -> bool:
    """Return whether a figure of this name counts something, so that it is whole."""
    return name.removeprefix("today.").startswith(_COUNTS)


def is_rate(name: str) -> bool:
    """Return whether a figure of this name is a share of one."""
    return name.partition(".")[0].endswith(_RATES)


def _minus(text: str) -> str:
    return text.replace("-", "−")
