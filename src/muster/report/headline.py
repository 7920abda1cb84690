"""The sentence about a check's result that a reader should see first, in English or Simplified Chinese."""

from collections.abc import Callable, Mapping, Sequence

from muster.core.figures import Figure
from muster.evidence.errors import Language
from muster.evidence.words import REASONS

_LEADING = {"performance": ("auc", "r2", "accuracy", "rmse")}


def _first(figures: Sequence[Figure], *, key: object) -> Figure:
    """Pick the first, which is that of everyone."""
    del key
    return figures[0]


_Said = tuple[str, Callable[..., Figure], Mapping[str, str]]
_SAID: Mapping[str, tuple[_Said, ...]] = {
    "slices": (
        (
            "worst_slice_difference",
            max,
            {
                "en": "Worst served: {group}. Its loss lies {value} above everyone else's{rest}.",
                "zh": "受损最大的群体：{group}，其损失比其他所有人高 {value}{rest}。",
            },
        ),
    ),
    "estimate": (
        (
            "estimated_accuracy",
            min,
            {
                "en": "Estimated, not measured: accuracy is lowest in {group}, at {value}{rest}.",
                "zh": "估计值而非实测值：准确率在 {group} 最低，为 {value}{rest}。",
            },
        ),
    ),
    "champion": tuple(
        (
            f"{name}_advantage",
            max,
            {
                "en": f"Against the champion: {name} is better by {{value}} (negative: worse){{rest}}.",
                "zh": f"与现任模型相比：{name} 的优势为 {{value}}（负值表示更差）{{rest}}。",
            },
        )
        for name in ("accuracy", "brier", "mae")
    ),
    "profile": (
        (
            "missing_share",
            max,
            {
                "en": "Most missing values are in {group}: {value} of its rows{rest}.",
                "zh": "缺失值最多的列是 {group}：占其行数的 {value}{rest}。",
            },
        ),
    ),
    "drift": (
        (
            "psi",
            max,
            {
                "en": "{group} has moved most: population stability index {value}{rest}.",
                "zh": "变化最大的列是 {group}：群体稳定性指数（PSI）为 {value}{rest}。",
            },
        ),
    ),
    "proxies": (
        (
            "strongest_proxy",
            max,
            {
                "en": "{group} tells {reference} best: Cramér's V {value}{rest}; 0 is not at all, 1 entirely.",
                "zh": "最能透露 {reference} 的特征是 {group}，Cramér's V 为 {value}{rest}；取值为 0 至 1。",
            },
        ),
    ),
    "sampling": (
        (
            "lowest_representation_ratio",
            min,
            {
                "en": "{group} is the rarest for its share of the reference: {value} times the rows that this lets"
                " expect{rest}.",
                "zh": "相对其在参照中的占比，{group} 的代表性最低：行数是预期的 {value} 倍{rest}。",
            },
        ),
        (
            "base_rate_difference",
            max,
            {
                "en": "Positive labels: the shares of {group} and {reference} lie {value} apart{rest}.",
                "zh": "正类标签占比：{group} 与 {reference} 相差 {value}{rest}。",
            },
        ),
        (
            "test_rows_in_training",
            max,
            {
                "en": "{value} of the rows of the test data also occur in the training data{rest}.",
                "zh": "测试数据中同样出现在训练数据里的行占 {value}{rest}。",
            },
        ),
    ),
    "feedback": (
        (
            "feedback_slope",
            max,
            {
                "en": "Slope of a group's share of the next window on its selection rate, by {group}: {value}{rest};"
                " above 0 is a sign of a loop.",
                "zh": "按 {group} 计，群体在下一窗口的占比变化对选择率的斜率为 {value}{rest}；大于 0 可能有反馈循环。",
            },
        ),
        (
            "labelled_share_difference",
            _first,
            {
                "en": "Share of rows with a label, the selected less the others: {value}{rest}.",
                "zh": "有标签的行占比，被选中者减去未被选中者：{value}{rest}。",
            },
        ),
    ),
    "drift_multivariate": (
        (
            "domain_classifier_auc",
            max,
            {
                "en": "A linear classifier tells the windows apart with an area under the ROC curve of {value}{rest};"
                " 0.5 is not at all.",
                "zh": "线性分类器区分两个窗口的 ROC 曲线下面积为 {value}{rest}；0.5 表示无法区分。",
            },
        ),
    ),
}
"""For each check what its first sentence is about: the figure, which of its groups, and the words."""


def headline(check: str, figures: Sequence[Figure], rows: int, language: Language) -> str:
    """Return the sentence that a reader should see first."""
    if check == "fairness":
        return _fairness(figures, language)
    if check == "quality":
        return _quality(figures, rows, language)
    for name, pick, said in _SAID.get(check, ()):
        found = [f for f in figures if f.name == name and f.value is not None]
        if found:
            figure = pick(found, key=lambda f: f.value or 0.0)
            told = {"group": figure.group, "reference": figure.reference, "value": show_value(figure, language)}
            return said[language].format(**told, rest=_rest(figure, language))
    leading = _LEADING.get(check, ())
    known = {f.name: f for f in figures if f.value is not None}
    figure = next((known[name] for name in leading if name in known), figures[0])
    return f"{figure.name} = {show_value(figure, language)}{_rest(figure, language)}" + (
        "。" if language == "zh" else "."
    )


_FAR: Mapping[str, Mapping[str, str]] = {
    "exposure_ratio": {
        "en": "{group} is given {value} times the exposure of {reference}{rest}.",
        "zh": "{group} 的曝光度是 {reference} 的 {value} 倍{rest}。",
    },
    "mae_difference": {
        "en": "The mean absolute error of {group} lies {value} above that of {reference}{rest}.",
        "zh": "{group} 的平均绝对误差比 {reference} 高 {value}{rest}。",
    },
    "mean_prediction_difference": {
        "en": "The mean prediction of {group} lies {value} below that of {reference}{rest}.",
        "zh": "{group} 的平均预测值比 {reference} 低 {value}{rest}。",
    },
}
"""Of a fairness result without decisions: what its first sentence is about, the first that is estimable."""


def _fairness(figures: Sequence[Figure], language: Language) -> str:
    ratios = [f for f in figures if f.name == "selection_rate_ratio"]
    if not ratios:
        return _far(figures, language)
    worst = min((f for f in ratios if f.value is not None), key=lambda f: f.value or 0, default=None)
    if worst is None:
        why = show_value(ratios[0], language)
        return f"无法比较选择率：{why}。" if language == "zh" else f"Selection rates cannot be compared: {why}."
    value, rest = show_value(worst, language), _rest(worst, language)
    if language == "zh":
        return f"{worst.group} 的选择率是 {worst.reference} 的 {value} 倍{rest}。"
    return f"{worst.group} is selected {value} times as often as {worst.reference}{rest}."


def _far(figures: Sequence[Figure], language: Language) -> str:
    for name, said in _FAR.items():
        found = [f for f in figures if f.name == name and f.value is not None]
        if found:
            pick = min if name.endswith("_ratio") else max
            worst = pick(found, key=lambda f: f.value or 0.0)
            told = {"group": worst.group, "reference": worst.reference, "value": show_value(worst, language)}
            return said[language].format(**told, rest=_rest(worst, language))
    why = next((show_value(f, language) for f in figures if f.name in _FAR), "")
    return f"无法比较各群体：{why}。" if language == "zh" else f"Groups cannot be compared: {why}."


def _quality(figures: Sequence[Figure], rows: int, language: Language) -> str:
    known = {figure.name: int(figure.value or 0) for figure in figures if figure.name.startswith("rules_")}
    failed, total = known["rules_failed"], known["rules_total"]
    if language == "zh":
        return f"{total} 条规则中有 {failed} 条未通过（{rows:,} 行）。"
    return f"{failed} of {total} rules failed on {rows:,} rows."


def _rest(figure: Figure, language: Language) -> str:
    parts = []
    if figure.level is not None:
        word = "区间" if language == "zh" else "interval"
        parts.append(f"{figure.level * 100:g} % {word} {show_interval(figure)}")
    parts.append(f"n = {figure.n:,}")
    return f"（{'，'.join(parts)}）" if language == "zh" else f" ({', '.join(parts)})"


def show_value(figure: Figure, language: Language) -> str:
    """Return a figure's value with four digits, counts whole, or why there is none."""
    if figure.value is None:
        reason = REASONS.get(figure.not_estimable)
        return reason[language] if reason else figure.not_estimable
    return (
        f"{figure.value:,.0f}"
        if figure.name.startswith(("rules_", "violations.", "groups_", "first_row.", "rows"))
        else f"{figure.value:.4g}"
    )


def show_interval(figure: Figure) -> str:
    """Return the ends of a figure's interval, or nothing."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{figure.low:.4g} – {figure.high:.4g}"
