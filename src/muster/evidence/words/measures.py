"""What columns and rules must hold, and why a figure has no value."""

SENTENCES: dict[str, dict[str, tuple[str, str]]] = {
    "not_binary": {
        "en": (
            "besides the positive value {positive} the column holds {low} and {high}; it must hold two.",
            "Say which value is positive, or make the column 0/1; name a score as score, with a threshold.",
        ),
        "zh": (
            "除正类取值 {positive} 外，该列还有 {low} 和 {high}；该列只能有两个取值。",
            "请指明哪个取值为正类，或将该列改为 0/1；如果是分数，请作为 score 并给出 threshold。",
        ),
    },
    "positive_never": {
        "en": (
            "the positive value {positive} never occurs in this text column.",
            "Say which value is positive.",
        ),
        "zh": ("正类取值 {positive} 在该文本列中从未出现。", "请指明哪个取值为正类。"),
    },
    "too_many_groups": {
        "en": (
            "the protected attributes make more than {limit} different cells ({values} values seen).",
            "Put fine-grained values (age, postcode, an id) into bands first.",
        ),
        "zh": (
            "受保护属性组合出的单元超过 {limit} 个（已见取值数：{values}）。",
            "请先将过细的取值（年龄、邮编、编号）分段。",
        ),
    },
    "too_many_values_in_attribute": {
        "en": (
            "a protected attribute of {count} different values in its first {rows} rows; at most {limit} are taken.",
            "Name a column of groups, or put its values (age, postcode, an id) into bands first.",
        ),
        "zh": (
            "受保护属性在前 {rows} 行中就有 {count} 个不同取值；最多允许 {limit} 个。",
            "请指定表示群体的列，或先将其取值（年龄、邮编、编号）分段。",
        ),
    },
    "too_deep": {
        "en": (
            "intersections of up to {depth} attributes make more than {limit} groups.",
            "Ask for a smaller depth, or for fewer attributes.",
        ),
        "zh": ("最多 {depth} 个属性的交叉组合产生超过 {limit} 个群体。", "请减小深度，或减少属性。"),
    },
    "no_protected": {
        "en": (
            "no protected attribute is given, so no group can be compared with another.",
            "Name a column of groups. Where there is none, look for the worst-served slices, or for proxies.",
        ),
        "zh": (
            "没有指定受保护属性，无法比较群体。",
            "请指定表示群体的列。若没有，可查找表现最差的切片或代理特征。",
        ),
    },
    "no_such_group": {
        "en": (
            "no group of this name can be compared with; there are {groups}.",
            "Name one of the groups as attribute=value, or say best or rest.",
        ),
        "zh": (
            "没有可作比较的该名称群体；现有群体：{groups}。",
            "请以“属性=取值”指定其中一个群体，或使用 best 或 rest。",
        ),
    },
    "sums_too_large": {
        "en": (
            "values so large that their sums are no numbers any more.",
            "Give prediction and label in a larger unit (thousands, millions).",
        ),
        "zh": ("取值过大，其总和已超出数值范围。", "请以更大的单位（千、百万）给出预测值和标签。"),
    },
    "rules_unreadable": {
        "en": ("the rules cannot be read: {reason}", "Write a YAML or JSON list of {{rule: …, column: …}}."),
        "zh": ("规则无法读取：{reason} ", "请写成 YAML 或 JSON 列表，每项为 {{rule: …, column: …}}。"),
    },
}

# Why a figure has no value, for people.
REASONS: dict[str, dict[str, str]] = {
    "no_label": {"en": "no label column was named", "zh": "没有指定标签列"},
    "no_labels": {"en": "no row has a label", "zh": "没有任何行带标签"},
    "no_rows": {"en": "no rows", "zh": "没有任何行"},
    "no_positives": {"en": "no positive labels", "zh": "没有正类标签"},
    "no_negatives": {"en": "no negative labels", "zh": "没有负类标签"},
    "nobody_selected": {"en": "nobody was selected", "zh": "没有人被选中"},
    "one_class": {"en": "all labels are the same", "zh": "所有标签都相同"},
    "one_group": {"en": "there is only one group", "zh": "只有一个群体"},
    "undefined_in_every_group": {"en": "undefined in every group", "zh": "在每个群体中都无定义"},
    "fewer_than_two_groups_large_enough": {
        "en": "fewer than two groups are large enough",
        "zh": "样本量足够的群体不足两个",
    },
    "no_score": {"en": "no score column was named", "zh": "没有指定分数列"},
    "score_not_probability": {"en": "the score is not between 0 and 1", "zh": "分数不在 0 与 1 之间"},
    "infinite_loss": {"en": "infinite: a certain score was wrong", "zh": "无穷大：有确定的分数是错的"},
    "reference_too_small": {
        "en": "the group to compare with is not large enough",
        "zh": "用作参照的群体样本量不足",
    },
    "no_group_large_enough": {"en": "no group is large enough", "zh": "没有样本量足够的群体"},
    "too_many_cells": {
        "en": "too many groups and scores to keep them apart",
        "zh": "群体与分数的组合过多，无法分别保存",
    },
    "not_above_zero": {"en": "a group's figure is not above 0", "zh": "有群体的数值不大于 0"},
    "constant_label": {"en": "the label is constant", "zh": "标签恒定不变"},
    "no_values": {"en": "the column has no values", "zh": "该列没有任何值"},
    "suppressed": {"en": "hidden: too few people", "zh": "已隐藏：人数过少"},
}
