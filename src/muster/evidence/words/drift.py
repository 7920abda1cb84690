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
            "no column of numbers, booleans or text is left to compare.",
            "Name such columns, or leave fewer out.",
        ),
        "zh": ("没有可供比较的数值、布尔或文本列。", "请指定这类列，或减少排除的列。"),
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
    "too_many_categories": {
        "en": (
            "the column has more than {most} different values.",
            "Leave it out with leave_out: an identifier or free text has no distribution of values.",
        ),
        "zh": (
            "该列有超过 {most} 个不同的值。",
            "请用 leave_out 排除该列：标识符或自由文本没有可比较的取值分布。",
        ),
    },
}

REASONS: dict[str, dict[str, str]] = {
    "constant_column": {"en": "the column is constant", "zh": "该列恒定不变"},
    "categories_pooled": {
        "en": "the reference pooled its rarer values, so new ones cannot be told apart",
        "zh": "参照合并了较少见的取值，无法辨别新值",
    },
}
