"""The first sentence about a result says what was found, in both languages, and never by a code."""

import pytest

from muster.core.figures import Figure
from muster.report.headline import headline


def figure(name, value, low=None, high=None, n=100, **more):
    level = None if low is None else 0.95
    return Figure(name=name, value=value, low=low, high=high, level=level, n=n, **more)


SAID = [
    (
        "proxies",
        [figure("strongest_proxy", 0.2, 0.1, 0.3, group="town", reference="origin")],
        "town: it tells origin with a Cramér's V of 0.2 (95 % interval 0.1 – 0.3, n = 100)",
        "town：它与 origin 的 Cramér's V 为 0.2（95 % 区间 0.1 – 0.3，n = 100）",
    ),
    (
        "proxies",
        [figure("strongest_proxy", None, group="origin", not_estimable="one_group")],
        "Proxies cannot be judged",
        "无法判断代理特征",
    ),
    (
        "sampling",
        [
            figure("lowest_representation_ratio", 0.6, 0.5, 0.7, group="sex=2"),
            figure("test_ids_in_training", 0.03, 0.02, 0.04),
            figure("test_rows_in_training", 0.0, 0.0, 0.01),
        ],
        "its share in the population (95 % interval 0.5 – 0.7, n = 100). 3.0% of the test rows have an id",
        "n = 100）。3.0% 的测试行的标识出现在训练数据中",
    ),
    (
        "sampling",
        [
            figure("lowest_representation_ratio", None, not_estimable="no_reference"),
            figure("base_rate_difference", 0.2, 0.1, 0.3, group="sex=f", reference="sex=m"),
            figure("test_rows_in_training", 0.51, 0.5, 0.52),
        ],
        "no reference population was given. Positive labels: the shares of sex=f and sex=m lie 0.2 apart (95 %",
        "正类标签占比：sex=f 与 sex=m 相差 0.2（95 % 区间 0.1 – 0.3，n = 100）。51.0% 的测试行出现在训练数据中",
    ),
    (
        "feedback",
        [
            figure("labelled_share_selected", 0.9),
            figure("labelled_share_not_selected", 0.3),
            figure("feedback_slope", 0.1, -0.1, 0.3, group="sex"),
            figure("feedback_slope", 0.2, 0.1, 0.3, group="age"),
        ],
        "A sign of a loop: of age, groups selected more often grow in the next window",
        "存在反馈循环的迹象：按 age 划分",
    ),
    (
        "feedback",
        [figure("feedback_slope", 0.1, -0.1, 0.3, group="sex")],
        "No sign that selection moves a group's share",
        "没有迹象表明选择会改变群体",
    ),
    (
        "oversight",
        [
            figure("selection_rate.before", 0.5),
            figure("override_rate", 0.0274, 0.026, 0.029),
            figure("override_rate_difference", 0.0255, 0.02, 0.03, group="sex=1", reference="sex=2"),
        ],
        "changed 2.7% of the decisions (95 % interval 2.6% – 2.9%, n = 100). Those of sex=2 were changed",
        "人工改变了 2.7% 的决定",
    ),
    (
        "champion",
        [figure("accuracy_advantage", -0.01, -0.02, 0.01)],
        "Not told apart from the champion by accuracy",
        "与冠军模型无法区分：以准确率计",
    ),
    ("champion", [figure("mae_advantage", -2.0, -3.0, -1.0)], "Worse than the champion", "劣于冠军模型"),
    (
        "anomaly",
        [
            figure("anomalies", 1.0, n=2),
            figure("today.missing_share", 0.1, 0.0, 0.0, group="age"),
            figure("today.mean", 3.0, 2.0, 4.0, group="age"),
        ],
        "1 of 2 figures lie outside what their history lets expect: Share of rows without a value of age.",
        "2 项指标中有 1 项超出历史预期：age 的缺失值占比。",
    ),
    (
        "profile",
        [figure("missing_share", 0.0, 0.0, 0.1, group="a"), figure("missing_share", 0.0, 0.0, 0.1, group="b")],
        "No value is missing in any of 2 columns (900 rows).",
        "2 列均无缺失值（900 行）。",
    ),
    (
        "performance",
        [figure("rmse", 3.0, 2.0, 4.0, n=800), figure("rmse", 7.0, 6.0, 8.0, group="horizon=7")],
        "Root mean squared error: 3 (95 % interval 2 – 4, n = 800).",
        "均方根误差：3（95 % 区间 2 – 4，n = 800）。",
    ),
]


@pytest.mark.parametrize(("check", "figures", "english", "chinese"), SAID)
def test_the_first_sentence_says_what_was_found(check, figures, english, chinese):
    for language, expected in (("en", english), ("zh", chinese)):
        said = headline(check, figures, 900, language)
        assert expected in said
        assert "_" not in said
