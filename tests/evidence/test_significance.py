"""The tail of chi-square, and p-values adjusted for their number."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, false_discovery_control

from muster.evidence.significance import benjamini_hochberg, chi_square_tail, holm


@pytest.mark.parametrize("freedom", [1, 2, 3, 8, 9, 30])
@pytest.mark.parametrize("statistic", [0.0, 0.3, 4.2, 60.0])
def test_the_tail_of_chi_square_is_scipys(statistic, freedom):
    assert chi_square_tail(statistic, freedom) == pytest.approx(chi2.sf(statistic, freedom), rel=1e-9, abs=1e-300)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusted_p_values_are_those_of_scipy_and_of_the_definition(values):
    given = np.array(values)
    assert benjamini_hochberg(given) == pytest.approx(false_discovery_control(given), abs=1e-12)
    ordered, worst = sorted(range(len(values)), key=lambda i: values[i]), 0.0
    for rank, i in enumerate(ordered):
        worst = max(worst, min(1.0, values[i] * (len(values) - rank)))
        assert holm(given)[i] == pytest.approx(worst, abs=1e-12) or values.count(values[i]) > 1


def test_p_values_are_adjusted_for_their_number():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
