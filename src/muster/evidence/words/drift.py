"""Windows that cannot be compared."""

SENTENCES: dict[str, dict[str, tuple[str, str]]] = {
    "other_cells": {
        "en": (
            "these results were counted in different cells, so their counts do not add up.",
            "Register the reference once and hand it over as profile in every run that is to be merged.",
        ),
        "zh": (
            "这些结果的分箱不同，计数无法相加。",
            "请先登记一次参照，并在每次需要合并的运行中以 profile 提供它。",
        ),
    },
    "not_in_profile": {
        "en": (
            "the registered reference does not hold this column.",
            "Register the reference again with it, or leave the column out.",
        ),
        "zh": ("已登记的参照中没有这一列。", "请重新登记包含该列的参照，或排除该列。"),
    },
    "nothing_to_compare": {
        "en": (
            "no column that can be compared is left: both windows must have it.",
            "Name columns that both have, or leave fewer out.",
        ),
        "zh": ("没有可供比较的列：两个窗口都必须有该列。", "请指定两个窗口共有的列，或减少排除的列。"),
    },
    "other_type": {
        "en": (
            "the column is of type {before} in the reference and of type {after} now.",
            "Write both windows with one type; a silent cast could hide the drift.",
        ),
        "zh": (
            "该列在参照中的类型是 {before}，现在是 {after}。",
            "请以同一类型写出两个窗口的数据；悄悄转换可能掩盖漂移。",
        ),
    },
    "too_many_columns": {
        "en": (
            "{count} columns of numbers are left to compare, and at most {most} can be.",
            "Name those that matter with columns, or leave identifiers and flags out with leave_out.",
        ),
        "zh": (
            "有 {count} 个数值列可供比较，最多只能比较 {most} 列。",
            "请用 columns 指定重要的列，或用 leave_out 排除标识符和标志列。",
        ),
    },
    "no_complete_rows": {
        "en": (
            "no row has a finite value in every one of these columns: {columns}.",
            "Leave the column out that is empty, or name fewer columns.",
        ),
        "zh": ("没有一行在以下各列中都有有限的值：{columns}。", "请排除空列，或指定较少的列。"),
    },
    "too_far": {
        "en": (
            "values now lie so far from the reference that their squares cannot be added up.",
            "Look at the unit of the column, or leave it out with leave_out.",
        ),
        "zh": ("当前的值离参照太远，其平方和无法计算。", "请检查该列的单位，或用 leave_out 排除该列。"),
    },
    "zone_in_one_window": {
        "en": (
            "of {before} in the reference and {after} now, only one type carries a time zone.",
            "Write the times of both windows with a zone or both without, or leave the column out with leave_out.",
        ),
        "zh": (
            "该列在参照中的类型是 {before}，现在是 {after}：只有其中一个带时区。",
            "请为两个窗口的时间都写上时区，或都不写；也可用 leave_out 排除该列。",
        ),
    },
}

REASONS: dict[str, dict[str, str]] = {
    "constant_column": {"en": "the column is constant", "zh": "该列恒定不变"},
    "categories_pooled": {
        "en": "the reference pooled its rarer values, so new ones cannot be told apart",
        "zh": "参照合并了较少见的取值，无法辨别新值",
    },
    "window_too_small": {
        "en": "a half of a window has too few complete rows for this many columns",
        "zh": "某个窗口的一半中，完整的行太少，不足以比较这么多列",
    },
    "directions_differ": {
        "en": "each of the merged results looked in a direction of its own",
        "zh": "合并的各结果所用的方向不同",
    },
    "one_column": {"en": "fewer than two columns that vary in the reference", "zh": "参照中有变化的列少于两列"},
    "no_error": {"en": "the reference is reconstructed without any error", "zh": "参照的重构没有任何误差"},
}
