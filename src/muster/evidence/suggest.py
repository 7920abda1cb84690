"""Rules suggested from the profile of a reference: a place to start, with margins that are stated."""

import math
from datetime import UTC

from muster.evidence.profile_columns import ColumnStatistics, ProfileStatistics
from muster.evidence.result import CheckResult
from muster.evidence.rules import Rule, write_rules
from muster.evidence.rules_rows import Missing, OneOf, Range
from muster.evidence.rules_table import KINDS, Freshness, Schema, Unique
from muster.evidence.statistics import wilson

_DAY = 86_400.0
_LEVEL = 0.99
_NEARLY_ALL = 0.9  # the sketch of distinct values is off by a few per cent


def suggest_rules(profile: CheckResult, *, slack: float = 0.1, few: int = 20) -> tuple[Rule, ...]:
    """Suggest rules from a result of the check ``profile``.

    Schema: every column with its kind. Missing: none where none was, else up to the upper end of the 99 % interval of
    the share. Range: the numbers found, widened by `slack` of their width on either side, never across zero. Set: the
    values of a text column with at most `few` of them, none pooled. Unique: whole numbers and texts without a missing
    value whose distinct values are all, or as the sketch sees it nearly all, of the rows. Freshness: twice the age that
    the newest time had, at least a day, where that was under a year.
    """
    statistics = ProfileStatistics.model_validate(profile.statistics)
    now = profile.started.astimezone(UTC).timestamp()
    kinds = {each.name: each.kind if each.kind in KINDS else each.type for each in statistics.columns}
    rules: list[Rule] = [Schema(rule="schema", columns=kinds)]
    for column in statistics.columns:
        found = (_missing(column), _range(column, slack), _set(column, few), _unique(column), _freshness(column, now))
        rules += [rule for rule in found if rule is not None]
    return tuple(rules)


def suggest_text(profile: CheckResult, *, slack: float = 0.1, few: int = 20) -> str:
    """Return the suggested rules as the YAML that the check ``quality`` reads, with their margins above them."""
    comment = (
        f"Suggested from the profile of {profile.data.digest} ({profile.data.rows} rows), {profile.started.date()}.\n"
        f"Margins: ranges widened by {slack:g} of their width, missing shares up to their 99 % interval,\n"
        "freshness twice the age found. Read every rule before you rely on it."
    )
    return write_rules(suggest_rules(profile, slack=slack, few=few), comment=comment)


def _missing(column: ColumnStatistics) -> Missing | None:
    missing = column.rows - column.n
    if not column.n:
        return None
    high = float(wilson(missing, column.rows, _LEVEL)[1])
    return Missing(rule="missing", column=column.name, max_share=math.ceil(high * 1e4) / 1e4 if missing else 0.0)


def _range(column: ColumnStatistics, slack: float) -> Range | None:
    if column.spread is None or column.kind not in {"integer", "number"}:
        return None
    low, high = column.spread.low, column.spread.high
    margin = slack * (high - low)
    least = max(0.0, low - margin) if low >= 0 else low - margin
    most = min(0.0, high + margin) if high <= 0 else high + margin
    if column.kind == "integer":
        least, most = math.floor(least), math.ceil(most)
    return Range(rule="range", column=column.name, min=float(least), max=float(most))


def _set(column: ColumnStatistics, few: int) -> OneOf | None:
    if column.kind != "text" or column.pooled != 0 or not 0 < len(column.top) <= few:
        return None
    return OneOf(rule="set", column=column.name, values=tuple(sorted(each.value for each in column.top)))


def _unique(column: ColumnStatistics) -> Unique | None:
    if column.kind not in {"integer", "text"} or column.n < column.rows or column.distinct is None:
        return None
    alone = column.distinct == column.n if column.exact else column.distinct >= _NEARLY_ALL * column.n
    return Unique(rule="unique", column=column.name) if alone and column.n > 1 else None


def _freshness(column: ColumnStatistics, now: float) -> Freshness | None:
    if column.spread is None or column.kind not in {"date", "timestamp"}:
        return None
    age = (now - column.spread.high) / _DAY
    if not 0 <= age < 365:  # noqa: PLR2004 - older times are birthdays, not arrivals
        return None
    return Freshness(rule="freshness", column=column.name, max_age_days=float(max(1, math.ceil(2 * age))))
