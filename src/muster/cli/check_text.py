"""A check's result as text: one sentence with the figure that matters most, then a compact table."""

from collections.abc import Sequence
from unicodedata import east_asian_width

from muster.core.figures import Figure
from muster.evidence.errors import Language
from muster.evidence.result import CheckResult
from muster.report.headline import headline, show_interval, show_value

_HEADS = {
    "en": ("figure", "value", "interval", "n", "about"),
    "zh": ("指标", "数值", "区间", "样本量", "对象"),
}
_TESTS = ("p_value.", "p_adjusted_")
_WIDTH_OF_WIDE = 2


def describe(result: CheckResult, language: Language) -> str:
    """Return the text of a result."""
    plain = [f for f in result.figures if not f.name.endswith(".intersection")]
    shown = [f for f in plain if not f.name.startswith(_TESTS)]
    lines = [headline(result.check, result.figures, result.data.rows, language), "", *_table(shown, language)]
    if more := _more(len(result.figures) - len(plain), len(plain) - len(shown), len(result.groups), language):
        lines += ["", more]
    return "\n".join(lines)


def _more(crossed: int, tested: int, groups: int, language: Language) -> str:
    """Tell what only the whole result shows: p-values inform, effects decide."""
    kinds = {
        "en": (f"{crossed} figures of intersections", f"{tested} p-values", f"{groups} groups"),
        "zh": (f"{crossed} 个交叉群体指标", f"{tested} 个 p 值", f"{groups} 个群体"),
    }
    told = [words for words, n in zip(kinds[language], (crossed, tested, groups), strict=True) if n]
    if not crossed and not tested:
        return ""
    return f"另有 {'、'.join(told)}：--json" if language == "zh" else f"More with --json: {', '.join(told)}"


def _table(figures: Sequence[Figure], language: Language) -> list[str]:
    rows = [_HEADS[language]]
    for f in figures:
        about = f"{f.group} : {f.reference}" if f.reference else f.group
        rows.append((f.name, show_value(f, language), show_interval(f), f"{f.n:,}", about))
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(_pad(text, width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _width(text: str) -> int:
    return sum(_WIDTH_OF_WIDE if east_asian_width(sign) in "WF" else 1 for sign in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
