"""Proxies, sampling and feedback."""

SENTENCES: dict[str, dict[str, tuple[str, str]]] = {
    "other_bins": {
        "en": (
            "this feature was cut into other bins in one of the results, or its values do not fit into one list.",
            "Hand over the same edges (cuts) in every run, allow more values, or check all data together.",
        ),
        "zh": (
            "该特征在其中一个结果中的分箱不同，或其取值无法合并为一个列表。",
            "请在每次运行中提供相同的分箱边界（cuts），提高 values，或对全部数据一起检查。",
        ),
    },
    "unlike_types": {
        "en": (
            "the column is of type {here} in one data set and of type {there} in the other.",
            "Write both with one type; a silent cast could hide what they share.",
        ),
        "zh": (
            "该列在一个数据集中为 {here}，在另一个中为 {there}。",
            "请以同一类型写出两者；隐式转换可能掩盖二者的重合。",
        ),
    },
    "no_shared_columns": {
        "en": ("these data and the training data have no column in common.", "Name the same columns in both."),
        "zh": ("该数据与训练数据没有共同的列。", "请在两者中使用相同的列名。"),
    },
    "nothing_to_sample": {
        "en": (
            "there is neither a protected attribute nor test data, so there is nothing to hold the data against.",
            "Name a protected attribute (with reference or label), or hand over test data.",
        ),
        "zh": (
            "既没有受保护属性，也没有测试数据，无从比较。",
            "请指定受保护属性（并提供 reference 或 label），或提供测试数据。",
        ),
    },
    "broken_weights": {
        "en": (
            "{count} weights are missing, negative or not finite, first in row {row}.",
            "Hand over how many people each row stands for.",
        ),
        "zh": ("有 {count} 个权重缺失、为负或非有限值，首次出现在第 {row} 行。", "请提供每行所代表的人数。"),
    },
    "no_weight": {
        "en": ("all weights are 0: the population has nobody.", "Hand over how many people each row stands for."),
        "zh": ("所有权重均为 0：总体中没有任何人。", "请提供每行所代表的人数。"),
    },
    "leaks_again": {
        "en": (
            "what parts of the data share with test data does not add up: a row may be in several parts.",
            "Check all training data together against the test data, or leave the test data out.",
        ),
        "zh": (
            "各部分数据与测试数据的重合不能相加：同一行可能出现在多个部分中。",
            "请将全部训练数据一起与测试数据核对，或不提供测试数据。",
        ),
    },
    "windows_again": {
        "en": (
            "windows of equal numbers of rows are other windows in other data, so they do not add up.",
            "Ask for windows of the calendar (period), or check all data together.",
        ),
        "zh": (
            "等行数的窗口在不同数据中并不相同，因此无法相加。",
            "请改用按日历划分的窗口（period），或对全部数据一起检查。",
        ),
    },
}

REASONS: dict[str, dict[str, str]] = {
    "sparse_table": {"en": "too few rows for so many values", "zh": "取值过多而行数过少"},
    "one_value_large_enough": {"en": "only one value has enough rows", "zh": "只有一个取值的样本量足够"},
    "no_protected": {"en": "no protected attribute was named", "zh": "没有指定受保护属性"},
    "no_reference": {"en": "no reference population was given", "zh": "没有提供参照总体"},
    "not_in_reference": {"en": "the reference has nobody of this group", "zh": "参照总体中没有该群体"},
    "population_known": {
        "en": "the population is known, not sampled: two samples are not compared",
        "zh": "总体为已知而非抽样，不作两样本比较",
    },
    "no_test": {"en": "no test data were given", "zh": "没有提供测试数据"},
    "no_id_column": {"en": "no column of identifiers was named", "zh": "没有指定标识列"},
    "no_person_column": {"en": "no column of people was named", "zh": "没有指定人员列"},
    "no_time_column": {"en": "no column of times was named", "zh": "没有指定时间列"},
    "too_few_windows": {"en": "fewer than four windows", "zh": "窗口不足四个"},
    "same_selection_rates": {"en": "all groups are selected alike", "zh": "各群体的选择率相同"},
    "everybody_selected": {"en": "everybody was selected", "zh": "所有人都被选中"},
}
