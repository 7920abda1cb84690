"""Rules of data quality, profiles, and results of other tools."""

SENTENCES: dict[str, dict[str, tuple[str, str]]] = {
    "pattern_not_portable": {
        "en": (
            "the pattern has a part that not every engine reads alike: {part} (at sign {place}).",
            "Use letters, classes such as [a-z], \\d \\w \\s, groups, | and the repetitions * + ? {{m,n}}.",
        ),
        "zh": (
            "模式中第 {place} 个字符处的 {part} 并非所有引擎都同样解释。",
            "请只使用普通字符、[a-z] 这样的字符类、\\d \\w \\s、分组、| 以及重复 * + ? {{m,n}}。",
        ),
    },
    "zone_mix": {
        "en": (
            "one of this column and {other} holds times with a time zone, the other without.",
            "Give both a time zone, or neither.",
        ),
        "zh": ("该列与 {other} 两列中，一列的时间带时区，另一列不带。", "请让两列都带时区，或都不带。"),
    },
    "not_comparable": {
        "en": (
            "this column is of type {kind}, {other} of type {found}: {operator} between them has no meaning.",
            "Compare columns of one kind; texts and booleans only by = and !=.",
        ),
        "zh": (
            "该列的类型是 {kind}，而 {other} 的类型是 {found}：两者之间的 {operator} 没有意义。",
            "请比较同类的列；文本和布尔值只能用 = 或 != 比较。",
        ),
    },
    "other_engine": {
        "en": ("these data lie in another engine than the data that are checked.", "Hand over both from one engine."),
        "zh": ("这份数据与被检查的数据不在同一个引擎中。", "请从同一个引擎提供两份数据。"),
    },
}

REASONS: dict[str, dict[str, str]] = {
    "nothing_to_look_at": {"en": "there is no row for the rule to look at", "zh": "没有可供该规则检查的行"},
    "counted_apart": {
        "en": "the parts were counted apart: what repeats between them is not known",
        "zh": "各部分是分别统计的：无法得知它们之间的重复",
    },
}
