"""What is wrong with a value that was handed over, in Chinese: pydantic's sentences and the house's own."""

import re

_PLAIN = {
    "a number": "数值",
    "a text": "文本",
    "a date or a time": "日期或时间",
    "a date, a time or a number": "日期、时间或数值",
    "as in the registered reference": "与已登记的参照一致的类型",
    "a text or a boolean": "文本或布尔值",
    "a number, a boolean or a text": "数值、布尔值或文本",
    "each protected attribute is named once": "每个受保护属性只能指定一次",
    "name either a prediction column or a score column with a threshold": ("请指定预测列，或指定分数列并给出阈值"),
    "name either a prediction column or a score column": "请指定预测列或分数列，二者只能选其一",
    "name a prediction column, a score column, or both": "请指定预测列、分数列，或两者都指定",
    "ranking takes a score column and no prediction": "排序任务需要分数列，不使用预测列",
    "only a ranking has a query column": "只有排序任务使用 query 列",
    "only a classification has costs of errors": "只有分类任务使用错误成本",
    "decision, score, label and query are no protected attributes": "决策、分数、标签和 query 列不能作为受保护属性",
    "time, prediction and label are no protected attributes": "时间列、预测列和标签列不能作为受保护属性",
    "the label is no protected attribute": "标签列不能作为受保护属性",
    "each column is named once": "每一列只能指定一次",
    "without a label the loss can only be rejection": "没有标签时，损失只能是 rejection",
    "log_loss takes a score column": "log_loss 需要分数列",
    "absolute takes a prediction column of numbers": "absolute 需要数值型预测列",
    "a ranking takes a query column and a score column": "排序任务需要 query 列和分数列",
    "an interval has both a lower and an upper column": "区间需要同时指定 lower 列和 upper 列",
    "several classes take a prediction column, probabilities, or both, and no score": (
        "多分类任务需要预测列、概率列或两者，且不使用分数列"
    ),
    "each of probabilities is class=column, each class once": "probabilities 的每一项须写成“类别=列名”，每个类别一次",
    "a period needs a time column": "按周期切分需要时间列",
    "before and after are two columns": "before 和 after 必须是不同的两列",
    "a compare rule names either other or sum": "compare 规则须指定 other 或 sum 之一",
    "a condition has either values, min and max, or missing": "条件须为 values、min 与 max、missing 三者之一",
    "name, max_share and min_rows belong to the conditional rule, not to the one inside": (
        "name、max_share 和 min_rows 属于 conditional 规则，不属于其内部的规则"
    ),
    "a range rule needs min, max or both": "range 规则需要 min、max 或两者",
    "min is above max": "min 大于 max",
    "a unique rule names either column or columns": "unique 规则须指定 column 或 columns 之一",
    "a foreign_key rule names either column or columns": "foreign_key 规则须指定 column 或 columns 之一",
    "references names as many columns as the rule": "references 的列数须与规则的列数相同",
}

_PATTERNS = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"Field required", r"此项必填"),
        (r"Extra inputs are not permitted", r"没有这个字段"),
        (r"Input should be less than or equal to (.+)", r"应不大于 \1"),
        (r"Input should be greater than or equal to (.+)", r"应不小于 \1"),
        (r"Input should be less than (.+)", r"应小于 \1"),
        (r"Input should be greater than (.+)", r"应大于 \1"),
        (r"Input should be a finite number", r"应为有限数"),
        (r"Input should be a valid (?:tuple|list)", r"应为列表"),
        (r"Input should be (?:a valid dictionary|an object).*", r"应为名称到值的映射"),
        (r"Input should be a valid string", r"应为文本"),
        (r"Input should be a valid integer.*", r"应为整数"),
        (r"Input should be a valid number.*", r"应为数值"),
        (r"Input should be a valid boolean.*", r"应为 true 或 false"),
        (r"\w+ should have at least (\d+) items?.*", r"至少需要 \1 项"),
        (r"\w+ should have at least (\d+) characters?", r"至少需要 \1 个字符"),
        (
            r"Input tag '(.*)' found using '(.*)' does not match any of the expected tags: (.*)",
            r"没有名为 \1 的 \2；可用：\3",
        ),
        (r"Unable to extract tag using discriminator '(.*)'", r"应写明 \1"),
        (r"Input should be ('.*)", r"应为 \1"),
        (r"a protected attribute is no feature beside itself: (.*)", r"受保护属性不能同时作为特征：\1"),
        (
            r"the places were counted up to (\d+); other ones need the data",
            r"名次只统计到第 \1 位；其他位数需要原始数据",
        ),
        (r"text \((.*)\)", r"文本（\1）"),
        (r"(\w+) takes a prediction column and no score", r"\1 任务需要预测列，不使用分数列"),
    )
)


def in_chinese(message: str) -> str:
    """Return the sentence in Chinese; one that is not known stays as it is."""
    if message in _PLAIN:
        return _PLAIN[message]
    for pattern, words in _PATTERNS:
        if found := pattern.fullmatch(message):
            return found.expand(words)
    return message
