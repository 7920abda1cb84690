"""What models must hand over, and why a figure of theirs has no value."""

SENTENCES: dict[str, dict[str, tuple[str, str]]] = {
    "empty_column": {
        "en": ("the column holds no value at all.", "Name a column with values, or write the data again."),
        "zh": ("该列没有任何值。", "请指定有值的列，或重新写出数据。"),
    },
    "other_grid": {
        "en": (
            "one part holds probabilities, the other scores beyond 0 to 1, so their grids do not fit.",
            "Merge parts whose scores mean the same, or run the check on all data together.",
        ),
        "zh": (
            "一部分是概率，另一部分的分数超出 0 到 1，两者的网格无法合并。",
            "请只合并含义相同的分数，或对全部数据一起运行检查。",
        ),
    },
}

REASONS: dict[str, dict[str, str]] = {
    "certain_scores": {
        "en": "scores of exactly 0 or 1 have no log odds",
        "zh": "恰为 0 或 1 的分数没有对数几率",
    },
    "constant_score": {"en": "the score is constant", "zh": "分数恒定不变"},
    "separable": {"en": "the score separates the labels perfectly", "zh": "分数把标签完全分开"},
    "too_few_scores": {"en": "there are too few different scores", "zh": "不同的分数太少"},
    "best_selects_nobody": {"en": "it would cost least to select nobody", "zh": "一个也不选时成本最低"},
    "mean_moved": {
        "en": "merged parts have different means; run it on the data together",
        "zh": "合并的各部分均值不同；请对数据整体运行",
    },
}
