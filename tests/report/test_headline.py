"""The first sentence about a result names what it speaks of."""

import pytest

from muster.core.figures import Figure
from muster.report.headline import headline


def figure(name, value, group="", reference="", **more):
    given = {"low": value - 0.1, "high": value + 0.1, "level": 0.95, "interval": "wilson"} if value is not None else {}
    return Figure(name=name, value=value, n=80, group=group, reference=reference, **given, **more)


NONE = figure("lowest_representation_ratio", None, not_estimable="no_reference")
SAID = [
    (
        "proxies",
        [figure("strongest_proxy", 0.2, "zip", "sex"), figure("strongest_proxy", 0.5, "job", "age")],
        "job age",
    ),
    ("sampling", [figure("lowest_representation_ratio", v, f"sex={g}") for v, g in ((0.9, "f"), (0.5, "x"))], "sex=x"),
    ("sampling", [NONE, figure("base_rate_difference", 0.2, "sex=f", "sex=m")], "sex=f sex=m"),
    ("sampling", [NONE, figure("test_rows_in_training", 0.51)], "0.51"),
    ("feedback", [figure("feedback_slope", 0.1, "sex"), figure("feedback_slope", 0.3, "age")], "age"),
    ("feedback", [figure("labelled_share_difference", v, g) for v, g in ((0.25, ""), (0.75, "sex=f"))], "0.25"),
]


@pytest.mark.spec("F1")
@pytest.mark.parametrize(("check", "figures", "told"), SAID)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_first_sentence_names_what_it_speaks_of(check, figures, told, language):
    said = headline(check, figures, 80, language)
    assert all(word in said for word in told.split())
    assert "n = 80" in said
    assert figures[-1].name not in said  # in words, not by its code
