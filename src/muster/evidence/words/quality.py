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
    "zones_in_one_column": {
        "en": ("some times in this column have a time zone, others none.", "Give all of them a zone, or none."),
        "zh": ("该列中有的时间带时区，有的不带。", "请让全部时间都带时区，或都不带。"),
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
    "other_columns": {
        "en": (
            "the two tables do not have the same columns of the same kinds.",
            "Merge profiles of one kind of table.",
        ),
        "zh": ("两个表的列或列的类型不同。", "请只合并同一种表的概况。"),
    },
    "results_unreadable": {
        "en": ("this is no JSON that can be read: {reason}", "Write the results again with the tool that made them."),
        "zh": ("这不是可读取的 JSON：{reason} ", "请用生成结果的工具重新写出。"),
    },
    "results_unknown": {
        "en": (
            "this is not a result of pandera, Great Expectations or pointblank, as far as can be told: {reason}",
            "Hand over pandera's failure cases or error report, or the JSON result of the other two.",
        ),
        "zh": (
            "无法识别为 pandera、Great Expectations 或 pointblank 的结果：{reason} ",
            "请提供 pandera 的失败用例或错误报告，或另外两者的 JSON 结果。",
        ),
    },
    "history_unreadable": {
        "en": ("the history cannot be read: {reason}", "Name a folder or a JSON list of results of the check profile."),
        "zh": ("历史记录无法读取：{reason} ", "请指定 profile 检查结果所在的文件夹，或其 JSON 列表。"),
    },
    "other_engine": {
        "en": ("these data lie in another engine than the data that are checked.", "Hand over both from one engine."),
        "zh": ("这份数据与被检查的数据不在同一个引擎中。", "请从同一个引擎提供两份数据。"),
    },
}

REASONS: dict[str, dict[str, str]] = {
    "too_little_history": {"en": "too few earlier results to compare with", "zh": "可供比较的历史结果太少"},
    "rows_not_told": {"en": "the tool's result does not say on how many rows", "zh": "该工具的结果没有给出行数"},
    "tool_failed": {"en": "the tool could not run this rule", "zh": "该工具未能运行这条规则"},
    "kind_not_counted": {"en": "values of this kind are not counted", "zh": "不统计这种类型的值"},
    "one_value": {"en": "there is only one value", "zh": "只有一个值"},
    "nothing_to_look_at": {"en": "there is no row for the rule to look at", "zh": "没有可供该规则检查的行"},
    "counted_apart": {
        "en": "the parts were counted apart: what repeats between them is not known",
        "zh": "各部分是分别统计的：无法得知它们之间的重复",
    },
}
