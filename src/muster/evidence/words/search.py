"""Slices, sampling, proxies, feedback and oversight."""

SENTENCES: dict[str, dict[str, tuple[str, str]]] = {
    "too_many_values": {
        "en": ("this column has more than {limit} different values.", "Leave it out, or put its values into bands."),
        "zh": ("该列的不同取值超过 {limit} 个。", "请去掉该列，或先将取值分段。"),
    },
    "constant_feature": {
        "en": ("this column has only one value.", "Leave it out: it tells nobody apart."),
        "zh": ("该列只有一个取值。", "请去掉该列：它无法区分任何人。"),
    },
    "not_a_feature": {
        "en": ("columns of this type cannot be searched.", "Use numbers, text or booleans."),
        "zh": ("无法搜索此类型的列。", "请使用数字、文本或布尔列。"),
    },
    "no_features": {
        "en": ("no column is left to search.", "Name columns of numbers, text or booleans as features."),
        "zh": ("没有可供搜索的列。", "请用 features 指定数字、文本或布尔列。"),
    },
    "no_loss": {
        "en": ("no row has a loss of the kind {loss}.", "Check the labels, or ask for another loss."),
        "zh": ("没有任何行具有 {loss} 类型的损失。", "请检查标签，或改用其他损失。"),
    },
    "score_outside": {
        "en": ("{count} scores lie outside 0 to 1, first in row {row}.", "Hand over probabilities."),
        "zh": ("有 {count} 个分数不在 0 与 1 之间，首次出现在第 {row} 行。", "请提供概率值。"),
    },
    "loss_infinite": {
        "en": ("{count} certain scores were wrong: their log loss is infinite.", "Use squared, or clip the scores."),
        "zh": ("有 {count} 个确定的分数是错的：其对数损失为无穷大。", "请改用 squared，或截断分数。"),
    },
    "search_again": {
        "en": ("searches cannot be added up: each kept its own slices.", "Search all data together."),
        "zh": ("多次搜索的结果无法合并：每次保留的细分群体各不相同。", "请对全部数据一起搜索。"),
    },
    "other_inputs": {
        "en": ("these results compare different data sets.", "Merge results that had the same inputs."),
        "zh": ("这些结果比较的数据集不同。", "请合并输入相同的结果。"),
    },
}

REASONS: dict[str, dict[str, str]] = {
    "no_large_slice": {"en": "no slice is large enough", "zh": "没有样本量足够的细分群体"},
    "constant_loss": {"en": "the losses do not vary", "zh": "损失没有变化"},
}
