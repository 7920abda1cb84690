"""Each rule against rows counted by hand, against pandas, and against a file of rules that is wrong."""

import json
import re
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.evidence import merge, run_check
from muster.evidence.errors import DataError, ParameterError
from muster.evidence.rules import read_rules, write_rules
from muster.evidence.rules_pattern import portable

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

# Five rows, by hand. amount falls once along day (30 -> 20); net + tax misses gross by 1 in row 3; end is before start
# in row 2; code is a number in rows 1 and 3 only; the second e-mail has no domain; "z" is not among the branches.
FIVE = pd.DataFrame(
    {
        "day": pd.to_datetime(["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05"]),
        "amount": [10.0, 30.0, 20.0, np.nan, 40.0],
        "net": [1.0, 2.0, 3.0, 4.0, 5.0],
        "tax": [0.5, 0.5, 0.5, 0.5, np.nan],
        "gross": [1.5, 2.5, 4.5, 4.5, 6.0],
        "start": pd.to_datetime(["2026-01-01"] * 5),
        "end": pd.to_datetime(["2026-01-02", "2025-12-31", "2026-01-01", None, "2026-02-01"]),
        "code": ["17", "A1", "-2.5e3", "", None],
        "mail": ["a@b.cn", "a@", "x.y@z.org", "a@b.cn", None],
        "branch": ["a", "b", "z", None, "a"],
        "member": [True, False, True, False, True],
        "share": [0.1, np.inf, -np.inf, 0.4, np.nan],
        "whole": [1, 2, 3, 4, 5],
        "limit": [1, 1, 3, 9, 9],
    }
)
BRANCHES = pd.DataFrame({"branch": ["a", "b", None], "key": ["a", "z", "y"], "number": [1, 2, 3]})


def quality(data, *rules, **more):
    return run_check("quality", data, now=NOW, rules=list(rules), **more)


@pytest.mark.spec("F3")
@pytest.mark.parametrize(
    ("rule", "violations", "n", "first"),
    [
        ({"rule": "missing", "column": "amount"}, 1, 5, 4),
        ({"rule": "range", "column": "amount", "max": 25}, 2, 4, 2),
        ({"rule": "range", "column": "whole", "min": 1.5, "max": 4}, 2, 5, 1),
        ({"rule": "set", "column": "branch", "values": ["a", "b"]}, 1, 4, 3),
        ({"rule": "set", "column": "whole", "values": [1, "2", "three"]}, 3, 5, 3),
        ({"rule": "set", "column": "whole", "values": ["none"]}, 5, 5, 1),
        ({"rule": "set", "column": "net", "values": [1, 2.0, 3, 4]}, 1, 5, 5),
        ({"rule": "set", "column": "member", "values": [True]}, 2, 5, 2),
        ({"rule": "pattern", "column": "mail", "pattern": r"^[\w.]+@[\w.]+\.[a-z]{2,3}$"}, 1, 4, 2),
        ({"rule": "parses", "column": "code"}, 2, 4, 2),
        ({"rule": "parses", "column": "code", "kind": "integer"}, 3, 4, 2),
        ({"rule": "parses", "column": "branch", "kind": "date"}, 4, 4, 1),
        ({"rule": "mixed", "column": "code"}, 2, 4, None),
        ({"rule": "mixed", "column": "branch"}, 0, 4, None),
        ({"rule": "mixed", "column": "whole"}, 0, 5, None),
        ({"rule": "finite", "column": "share"}, 2, 4, 2),
        ({"rule": "finite", "column": "whole"}, 0, 5, None),
        ({"rule": "compare", "column": "start", "operator": "<=", "other": "end"}, 1, 4, 2),
        ({"rule": "compare", "column": "start", "operator": "<", "other": "end"}, 2, 4, 2),
        ({"rule": "compare", "column": "whole", "operator": "<=", "other": "limit"}, 1, 5, 2),
        ({"rule": "compare", "column": "whole", "operator": "!=", "other": "limit"}, 2, 5, 1),
        ({"rule": "compare", "column": "gross", "operator": "=", "sum": ["net", "tax"]}, 1, 4, 3),
        ({"rule": "compare", "column": "gross", "operator": "=", "sum": ["net", "tax"], "tolerance": 1}, 0, 4, None),
        ({"rule": "compare", "column": "gross", "operator": "!=", "sum": ["net", "tax"]}, 3, 4, 1),
        ({"rule": "compare", "column": "gross", "operator": ">", "other": "net"}, 0, 5, None),
        ({"rule": "compare", "column": "net", "operator": ">=", "other": "gross", "tolerance": 0.5}, 2, 5, 3),
        ({"rule": "compare", "column": "mail", "operator": "=", "other": "branch"}, 3, 3, 1),
        (
            {"rule": "conditional", "when": {"column": "member", "values": [True]},
             "then": {"rule": "missing", "column": "tax"}},
            1, 3, 5,
        ),
        (
            {"rule": "conditional", "when": {"column": "whole", "min": 2, "max": 4},
             "then": {"rule": "range", "column": "amount", "min": 25}},
            1, 2, 3,
        ),
        (
            {"rule": "conditional", "when": {"column": "branch", "missing": True},
             "then": {"rule": "set", "column": "code", "values": ["x"]}},
            1, 1, 4,
        ),
        (
            {"rule": "conditional", "when": {"column": "branch", "missing": False},
             "then": {"rule": "compare", "column": "gross", "operator": "=", "sum": ["net", "tax"]}},
            1, 3, 3,
        ),
        ({"rule": "unique", "column": "branch"}, 1, 4, None),
        ({"rule": "unique", "columns": ["branch", "mail"]}, 0, 3, None),
        ({"rule": "monotone", "column": "amount", "along": "day"}, 1, 3, None),
        ({"rule": "monotone", "column": "amount", "along": "day", "direction": "falling"}, 2, 3, None),
        ({"rule": "monotone", "column": "amount", "along": "day", "by": ["member"]}, 0, 2, None),
        ({"rule": "monotone", "column": "whole", "along": "limit"}, 0, 4, None),
        ({"rule": "monotone", "column": "whole", "along": "limit", "direction": "falling"}, 2, 4, None),
        ({"rule": "foreign_key", "column": "branch"}, 1, 4, None),
        ({"rule": "foreign_key", "column": "branch", "references": ["key"]}, 1, 4, None),
        ({"rule": "foreign_key", "columns": ["branch", "whole"], "references": ["branch", "number"]}, 2, 4, None),
    ],
)  # fmt: skip
def test_each_rule_counts_what_was_counted_by_hand(rule, violations, n, first):
    found = quality(FIVE, rule, parent=BRANCHES)
    broken = found.figure(f"violations.{rule['rule']}")
    assert (broken.value, broken.n) == (violations, n)
    share = found.figure(f"share.{rule['rule']}")
    assert share.value == violations / n
    assert share.low <= share.value <= share.high
    assert found.statistics["rules"][0]["first"] == first
    assert found.figure("rules_failed").value == bool(violations)


def test_an_outcome_of_wilsons_interval_is_that_of_the_paper():
    share = quality(FIVE, {"rule": "missing", "column": "amount"}).figure("share.missing")
    # 1 of 5 at 95 %: (0.2 + z²/10 ± z sqrt(0.2 · 0.8 / 5 + z²/100)) / (1 + z²/5), with z = 1.959964
    assert (share.low, share.high) == pytest.approx((0.036224, 0.624465), abs=1e-6)


REPEATS = ("violations", "repeated_values", "most_repeats")


def test_an_id_that_repeats_says_how_many_values_repeat_and_how_often():
    frame = pd.DataFrame({"id": [7, 7, 7, 8, 8, 9, None], "part": ["a", "a", "b", "c", "c", "d", "e"]})
    found = quality(frame, {"rule": "unique", "column": "id"}, {"rule": "unique", "columns": ["id", "part"]})
    assert [
        found.figure(f"{name}.unique", "id").value for name in ("violations", "repeated_values", "most_repeats")
    ] == [3, 2, 3]
    assert [
        found.figure(f"{name}.unique", "id, part").value for name in ("violations", "repeated_values", "most_repeats")
    ] == [2, 2, 2]


def test_a_rule_that_looks_at_no_row_is_not_shown_to_hold_unless_it_says_that_none_will_do():
    empty = {
        "rule": "conditional",
        "when": {"column": "whole", "min": 99},
        "then": {"rule": "missing", "column": "tax"},
    }
    found = quality(FIVE, empty)
    assert found.figure("violations.conditional").not_estimable == "nothing_to_look_at"
    assert [found.figure(name).value for name in ("rules_failed", "rules_not_shown")] == [1, 1]
    found = quality(FIVE, {**empty, "min_rows": 0})
    assert [found.figure(name).value for name in ("rules_failed", "rules_not_shown")] == [0, 0]
    found = quality(FIVE, {"rule": "range", "column": "amount", "min": 0, "min_rows": 5})
    assert [found.figure(name).value for name in ("rules_failed", "rules_not_shown")] == [1, 0]


def test_a_rule_with_a_name_is_told_apart_by_it():
    found = quality(
        FIVE,
        {"rule": "range", "column": "net", "min": 0},
        {"rule": "range", "column": "net", "max": 3, "name": "cheap"},
    )
    assert found.figure("violations.range", "cheap").value == 2
    assert found.figure("violations.range", "net").value == 0


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"rule": "pattern", "column": "mail", "pattern": r"(?=a).*"}, "pattern_not_portable"),
        ({"rule": "pattern", "column": "whole", "pattern": "a"}, "wrong_type"),
        ({"rule": "pattern", "column": "mial", "pattern": "a"}, "missing_column"),
        ({"rule": "parses", "column": "whole"}, "wrong_type"),
        ({"rule": "mixed", "column": "cod"}, "missing_column"),
        ({"rule": "finite", "column": "mail"}, "wrong_type"),
        ({"rule": "compare", "column": "start", "operator": "<", "other": "net"}, "not_comparable"),
        ({"rule": "compare", "column": "mail", "operator": "<", "other": "code"}, "not_comparable"),
        ({"rule": "compare", "column": "gross", "operator": "=", "sum": ["net", "mail"]}, "wrong_type"),
        ({"rule": "compare", "column": "gross", "operator": "=", "other": "nett"}, "missing_column"),
        ({"rule": "compare", "column": "start", "operator": "<=", "other": "zoned"}, "zone_mix"),
        ({"rule": "monotone", "column": "net", "along": "dya"}, "missing_column"),
        ({"rule": "monotone", "column": "net", "along": "day", "by": ["brnch"]}, "missing_column"),
        ({"rule": "foreign_key", "column": "branch", "references": ["bramch"]}, "missing_column"),
        ({"rule": "foreign_key", "column": "whole", "references": ["key"]}, "not_comparable"),
        ({"rule": "conditional", "when": {"column": "memb", "values": [1]},
          "then": {"rule": "missing", "column": "tax"}}, "missing_column"),
    ],
)  # fmt: skip
def test_a_rule_that_does_not_fit_the_data_is_refused_with_its_cause(rule, code):
    zoned = FIVE.assign(zoned=pd.to_datetime(["2026-01-01"] * 5, utc=True))
    with pytest.raises((DataError, ParameterError)) as caught:
        quality(zoned, rule, parent=BRANCHES)
    assert caught.value.code == code
    assert caught.value.sentence("zh") != caught.value.sentence("en")


def test_a_missing_column_names_the_nearest_one():
    with pytest.raises(DataError, match="amount"):
        quality(FIVE, {"rule": "missing", "column": "amuont"})


def test_a_foreign_key_without_the_other_table_is_refused():
    with pytest.raises(DataError) as caught:
        quality(FIVE, {"rule": "foreign_key", "column": "branch"})
    assert (caught.value.code, caught.value.where) == ("missing_input", "parent")


@pytest.mark.parametrize(
    "rule",
    [
        {"rule": "range", "column": "net", "min": 2, "max": 1},
        {"rule": "compare", "column": "net", "operator": "<"},
        {"rule": "compare", "column": "net", "operator": "=<", "other": "tax"},
        {"rule": "compare", "column": "net", "operator": "<", "other": "tax", "sum": ["tax"]},
        {"rule": "foreign_key"},
        {"rule": "foreign_key", "column": "branch", "references": ["a", "b"]},
        {"rule": "conditional", "when": {"column": "net"}, "then": {"rule": "missing", "column": "tax"}},
        {"rule": "conditional", "when": {"column": "net", "min": 0, "missing": True},
         "then": {"rule": "missing", "column": "tax"}},
        {"rule": "conditional", "when": {"column": "net", "min": 0},
         "then": {"rule": "missing", "column": "tax", "max_share": 0.5}},
        {"rule": "conditional", "when": {"column": "net", "min": 0}, "then": {"rule": "unique", "column": "tax"}},
    ],
)  # fmt: skip
def test_a_rule_that_contradicts_itself_is_refused(rule):
    with pytest.raises(ParameterError) as caught:
        quality(FIVE, rule)
    assert caught.value.code == "invalid_parameter"


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        (r"\d{2}-\w+", r"[0-9]{2}-[A-Za-z0-9_]+"),
        (r"^a.c$", r"a[^\n]c"),
        (r"price\$", r"price\$"),
        (r"back\\$", r"back\\"),
        (r"(a|b)?[^x\d-]*", r"(?:a|b)?[^x0-9\-]*"),
        (r"[\]a-c]\S", r"[\]a-c][^ \t\n\r\f]"),
        (r"a{3}b{0,255}c{2,}", r"a{3}b{0,255}c{2,}"),
        ("中文[一-龥]+", "中文[一-龥]+"),
    ],
)
def test_a_pattern_is_written_as_every_engine_reads_it(pattern, written):
    assert portable(pattern, column="x") == written
    re.compile(written)


@pytest.mark.parametrize(
    ("pattern", "part", "place"),
    [
        (r"a(?!b)", "?!", 3),
        (r"(?i)a", "?i", 2),
        (r"(a)\1", r"\1", 4),
        (r"a+?", "?", 3),
        (r"a++", "+", 3),
        (r"\bword", r"\b", 1),
        (r"\p{L}", r"\p", 1),
        (r"a$b", "$", 2),
        (r"a{2,1}", "{2,1}", 2),
        (r"a{256}", "{256}", 2),
        (r"a{,3}", "{,3}", 2),
        (r"[[:alpha:]]", "[:", 2),
        (r"[a&&b]", "&&", 3),
        (r"[z-a]", "]", 5),
        (r"[]", "]", 2),
        (r"*a", "*", 1),
        (r"a)", ")", 2),
        ("a\\", "\\", 2),
    ],
)
def test_a_pattern_that_engines_read_differently_is_refused_with_its_place(pattern, part, place):
    with pytest.raises(ParameterError) as caught:
        portable(pattern, column="x")
    assert (caught.value.details["part"], caught.value.details["place"]) == (part, place)


@pytest.mark.parametrize("pattern", ["(a", "[a", "[a-", "a{2", "a|(b"])
def test_a_pattern_that_is_not_closed_is_refused(pattern):
    with pytest.raises(ParameterError):
        portable(pattern, column="x")


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.text(alphabet="ab1- .\n中_", max_size=5), min_size=1, max_size=6))
def test_patterns_match_as_pythons_own_do(texts):
    patterns = [r"a*b?1*", r"[^a]\d?.*", r"(a|b|中)+-?", r"\w+[\s-]*", r".{2,4}"]
    rules = [{"rule": "pattern", "column": "t", "pattern": each, "name": each} for each in patterns]
    found = quality(pd.DataFrame({"t": pd.Series(texts, dtype="object")}), *rules)
    for each in patterns:
        missed = sum(re.fullmatch(each, text, re.ASCII) is None for text in texts)
        assert found.figure("violations.pattern", each).value == missed


VALUES = st.one_of(st.none(), st.integers(-3, 3).map(float))
ROWS = st.lists(st.tuples(VALUES, VALUES, st.sampled_from(["x", "y", None])), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(rows=ROWS, seed=st.integers(0, 99))
def test_rules_count_as_pandas_does_in_any_order_of_rows(rows, seed):
    frame = pd.DataFrame(rows, columns=["a", "b", "c"]).astype({"a": float, "b": float, "c": object})
    rules = (
        {"rule": "missing", "column": "a"},
        {"rule": "range", "column": "a", "min": -1, "max": 2},
        {"rule": "compare", "column": "a", "operator": "<=", "other": "b"},
        {"rule": "unique", "column": "b"},
        {"rule": "conditional", "when": {"column": "c", "values": ["x"]},
         "then": {"rule": "range", "column": "b", "min": 0}},
        {"rule": "monotone", "column": "a", "along": "b"},
    )  # fmt: skip
    found = quality(frame, *rules)
    a, b = frame["a"], frame["b"]
    steps = frame.dropna(subset=["a", "b"]).sort_values(["b", "a"])["a"].diff()
    assert [found.statistics["rules"][i]["violations"] for i in range(6)] == [
        a.isna().sum(),
        ((a < -1) | (a > 2)).sum(),
        (a > b).sum(),
        b.notna().sum() - b.nunique(),
        ((frame["c"] == "x") & (b < 0)).sum(),
        (steps < 0).sum(),
    ]
    shuffled = quality(frame.sample(frac=1, random_state=seed).reset_index(drop=True), *rules)
    assert counted(shuffled) == counted(found)


def counted(result):
    return [{**answer, "first": None} for answer in result.statistics["rules"]]


def test_rules_are_written_as_they_are_read(tmp_path):
    rules = [
        {"rule": "range", "column": "net", "min": 0, "max_share": 0.25},
        {"rule": "conditional", "when": {"column": "member", "values": [True]},
         "then": {"rule": "missing", "column": "tax"}},
        {"rule": "pattern", "column": "mail", "pattern": "[a-z.]+@.*: #'\""},
        {"rule": "schema", "columns": {"net": "number"}},
    ]  # fmt: skip
    (tmp_path / "given.json").write_text(json.dumps(rules))
    given = read_rules(tmp_path / "given.json")
    file = tmp_path / "rules.yaml"
    file.write_text(write_rules(given, comment="Suggested.\nBy whom"), encoding="utf-8")
    assert read_rules(file) == given
    assert file.read_text().startswith("# Suggested.\n# By whom\n- {rule: range, column: net")


WEEK = (
    {"rule": "missing", "column": "a"},
    {"rule": "range", "column": "a", "min": 0},
    {"rule": "foreign_key", "column": "c", "references": ["branch"]},
    {"rule": "schema", "columns": {"a": "number", "z": "text"}},
    {"rule": "freshness", "column": "day", "max_age_days": 3},
)


@settings(max_examples=20, deadline=None)
@given(rows=ROWS, cut=st.integers(1, 11))
def test_two_parts_merge_into_the_whole(rows, cut):
    frame = pd.DataFrame(rows, columns=["a", "b", "c"]).astype({"a": float, "b": float, "c": "string"})
    frame["day"] = pd.Timestamp("2026-11-20") + pd.to_timedelta(np.arange(len(frame)), unit="D")
    parts = [part.reset_index(drop=True) for part in (frame[:cut], frame[cut:]) if len(part)]
    merged = merge([quality(part, *WEEK, parent=BRANCHES) for part in parts])
    whole = quality(frame, *WEEK, parent=BRANCHES)
    assert plain(merged) == plain(whole)


def plain(result):
    return [figure for figure in result.figures if not figure.name.startswith("first_row")]


def test_what_repeats_between_two_parts_is_not_known_and_not_a_pass():
    rules = [{"rule": "unique", "column": "a"}, {"rule": "monotone", "column": "a", "along": "b"}]
    day = pd.DataFrame({"a": [1, 2], "b": [1, 2]})
    found = merge([quality(day, *rules), quality(day, *rules)])
    assert [found.figure(f"violations.{rule['rule']}").not_estimable for rule in rules] == ["counted_apart"] * 2
    assert [found.figure(name).value for name in ("rules_failed", "rules_not_shown")] == [2, 2]
    broken = pd.DataFrame({"a": [2, 2], "b": [1, 2]})
    found = merge([quality(day, rules[0]), quality(broken, rules[0])])
    assert found.figure("violations.unique").value == 1  # at least: repeats between the parts come on top
    assert found.figure("rules_failed").value == 1


def test_times_with_and_without_a_zone_in_one_column_are_refused():
    zones = [pd.Timestamp("2026-01-01", tz="UTC"), pd.Timestamp("2026-01-01")]
    with pytest.raises(DataError) as caught:
        quality(pd.DataFrame({"day": pd.Series(zones, dtype=object)}), {"rule": "missing", "column": "day"})
    assert caught.value.code == "zones_in_one_column"
