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
    "not_probability": {
        "en": (
            "{count} scores lie outside 0 to 1; the first is in row {row}.",
            "Hand over the probability of the positive class, not a margin or a percentage.",
        ),
        "zh": (
            "有 {count} 个分数不在 0 到 1 之间，首个在第 {row} 行。",
            "请提供正类的概率，而不是间隔值或百分数。",
        ),
    },
    "interval_turned": {
        "en": (
            "{count} rows have a lower end above the upper one; the first is row {row}.",
            "Name the lower column as lower and the upper one as upper, or mend these rows.",
        ),
        "zh": (
            "有 {count} 行的区间下限高于上限，首个为第 {row} 行。",
            "请把下限列指定为 lower、上限列指定为 upper，或修正这些行。",
        ),
    },
    "reference_unlabelled": {
        "en": ("no row of the reference has a label.", "Name data whose outcome is known."),
        "zh": ("参考数据中没有任何行带标签。", "请指定结果已知的数据。"),
    },
    "reference_one_class": {
        "en": (
            "all labels of the reference are the same, so nothing can be calibrated on it.",
            "Name a reference in which both outcomes occur.",
        ),
        "zh": ("参考数据的标签全部相同，无法据此校准。", "请指定两种结果都出现的参考数据。"),
    },
    "no_row_order": {
        "en": ("rows of this source have no order.", "Name a time column to cut the data by."),
        "zh": ("该数据来源的行没有顺序。", "请指定用于切分数据的时间列。"),
    },
    "other_reference": {
        "en": ("the parts were estimated from different references.", "Merge results of one reference."),
        "zh": ("各部分依据不同的参考数据估计。", "请只合并依据同一参考数据的结果。"),
    },
    "chunks_by_number": {
        "en": (
            "chunks of equal numbers of rows do not continue each other.",
            "Cut by a period of the calendar, or run the check on all data together.",
        ),
        "zh": ("按行数等分的数据块无法相互衔接。", "请按日历周期切分，或对全部数据一起运行检查。"),
    },
    "no_champion_column": {
        "en": ("the champion's column is not named ({kind}).", "Name it, or hand over the champion's own data."),
        "zh": ("未指定冠军模型的列（{kind}）。", "请指定该列，或提供冠军模型自己的数据。"),
    },
    "no_join": {
        "en": ("nothing says which rows belong together.", "Name the id column that both data share."),
        "zh": ("未说明哪些行相互对应。", "请指定两份数据共有的 id 列。"),
    },
    "duplicate_ids": {
        "en": ("{count} rows repeat an id of another row, or have none.", "Give every row an id of its own."),
        "zh": ("有 {count} 行的 id 与其他行重复或缺失。", "请为每一行提供唯一的 id。"),
    },
    "unpaired_rows": {
        "en": (
            "{count} rows have no partner in the champion's data.",
            "Let both models judge the same rows; compare nothing else.",
        ),
        "zh": ("有 {count} 行在冠军模型的数据中没有对应行。", "请让两个模型判断相同的行。"),
    },
    "types_differ": {
        "en": (
            "the column is of type {found}, but the label of type {label}.",
            "Write both in one way, so that equal classes are equal.",
        ),
        "zh": ("该列的类型是 {found}，而标签的类型是 {label}。", "请用同一种写法，使相同的类别相等。"),
    },
    "too_many_classes": {
        "en": ("the label has more than {limit} classes.", "Was this column meant? If so, group its classes first."),
        "zh": ("标签的类别超过 {limit} 个。", "请确认是否选错了列；如确需使用，请先归并类别。"),
    },
    "not_a_distribution": {
        "en": (
            "in {count} rows the probabilities of the classes do not sum to 1.",
            "Name the probability of every class, as the model gave it.",
        ),
        "zh": ("有 {count} 行的各类别概率之和不为 1。", "请按模型给出的结果指定每个类别的概率。"),
    },
    "class_without_column": {
        "en": ("these labels have no column of probabilities: {names}.", "Name one for every class."),
        "zh": ("以下标签没有对应的概率列：{names}。", "请为每个类别指定一列。"),
    },
    "negative_relevance": {
        "en": (
            "{count} relevances are below 0; the first is in row {row}.",
            "Let 0 mean irrelevant, and more mean more relevant.",
        ),
        "zh": ("有 {count} 个相关度小于 0，首个在第 {row} 行。", "请用 0 表示不相关，数值越大越相关。"),
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
    "chunk_too_small": {"en": "the chunk has too few rows", "zh": "该数据块的行数太少"},
    "no_labels_came": {
        "en": "no chunk has labels: whether scores and labels still belong together cannot be seen",
        "zh": "没有数据块带标签：无法判断分数与标签的关系是否仍然成立",
    },
    "no_spread": {"en": "the models differ by the same on every row", "zh": "两个模型在每一行上的差异都相同"},
    "no_paired_loss": {
        "en": "there are no two probabilities, or a certain one was wrong",
        "zh": "没有两个概率，或有确定的概率是错的",
    },
    "models_agree": {"en": "the models never differ", "zh": "两个模型从无差异"},
    "too_few_rows": {"en": "there are too few rows", "zh": "行数太少"},
    "undefined_in_a_class": {"en": "a class has no such rate", "zh": "有类别没有该比率"},
    "no_probabilities": {"en": "no probabilities were named", "zh": "没有指定概率"},
    "no_relevant": {"en": "no query has anything relevant", "zh": "没有任何查询含有相关项"},
    "zero_actuals": {"en": "an actual value is 0", "zh": "有实际值为 0"},
    "both_zero": {"en": "an actual value and its forecast are both 0", "zh": "有实际值与预测值同为 0"},
    "all_zero": {"en": "all actual values are 0", "zh": "所有实际值都为 0"},
    "no_time": {"en": "no time column was named", "zh": "没有指定时间列"},
    "no_scale": {
        "en": "every series is constant or shorter than a season",
        "zh": "每个序列都恒定不变或短于一个周期",
    },
}
