"""Charts: the same bytes each time, named, described, and safe to put into a page."""

import re
import subprocess
import sys

from muster.report.charts import MOST_ROWS, NARROW, Forest, ForestRow, draw_forest


def forest(**changes):
    rows = (
        ForestRow(label="SEX=2", n=1234, value=0.31, low=0.25, high=0.37, worst=True),
        ForestRow(label="<b>&'\"", n=12, value=0.41, low=0.15, high=0.67, enough=False),
        ForestRow(label="性别=1", n=5234, value=0.51, low=0.49, high=0.53),
        ForestRow(label="nobody", n=0, value=None),
    )
    return Forest(**{"title": "Rate <1>", "description": "Worst first", "axis": "Rate", "rows": rows, **changes})


def test_the_same_chart_gives_the_same_bytes_in_another_process():
    code = "from test_charts import *; import sys; sys.stdout.write(draw_forest(forest()))"
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = {[*sys.path, __file__.rpartition('/')[0]]}; {code}"]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == draw_forest(forest())


def test_it_has_a_name_and_a_description_and_the_page_chooses_the_colours():
    svg = draw_forest(forest())
    name = re.search(r'aria-labelledby="(\S+)-title \1-desc"', svg)[1]
    assert f'<title id="{name}-title">Rate &lt;1&gt;</title>' in svg
    assert "var(--accent, #0b6b74)" in svg
    assert "var(--blocked, #b3261e)" in svg


def test_nothing_in_it_is_refused_by_the_content_security_policy():
    svg = draw_forest(forest())
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|https?://(?!www\.w3\.org)", svg)
    assert "<b>" not in svg


def test_groups_too_small_are_drawn_and_those_without_a_value_are_named():
    svg = draw_forest(forest())
    assert "nobody" in svg
    assert "n = 12" in svg
    assert 'opacity="0.55"' in svg


def test_the_threshold_is_a_line_with_its_label():
    assert "0.80 of the best" in draw_forest(forest(threshold=0.4, threshold_label="0.80 of the best"))


def test_no_row_no_chart_and_many_rows_are_cut():
    assert draw_forest(forest(rows=())) == ""
    many = tuple(ForestRow(label=f"g{i}", n=50, value=0.5) for i in range(MOST_ROWS + 5))
    assert f"g{MOST_ROWS - 1}" in draw_forest(forest(rows=many))
    assert f"g{MOST_ROWS}<" not in draw_forest(forest(rows=many))


def test_a_row_held_against_a_line_of_its_own_has_a_mark():
    rows = tuple(ForestRow(label=f"g{i}", n=50, value=0.5, line=line) for i, line in enumerate((0.3, 0.4, None)))
    assert draw_forest(forest(rows=rows)).count("var(--waiting") == 2


def test_an_interval_ends_with_the_axis_and_a_value_beyond_it_is_not_drawn():
    rows = (
        ForestRow(label="a", n=50, value=0.5, low=0.4, high=0.6),
        ForestRow(label="b", n=1, value=3.0, high=9.0, low=0.1),
    )
    svg = draw_forest(forest(rows=rows, most=0.6))
    assert max(float(x) for x in re.findall(r'x2="([\d.]+)" y2="0"', svg)) <= 420
    assert svg.count("mark-symbol") == 1
    assert svg.count('d="M4.183') == 1


def test_on_a_phone_it_has_names_of_its_own_and_leaves_the_sizes_to_the_table():
    wide, narrow = draw_forest(forest()), draw_forest(forest(width=NARROW))
    ids = [set(re.findall(r'id="([^"]+)"', svg)) for svg in (wide, narrow)]
    assert ids[0].isdisjoint(ids[1])
    assert 'class="chart chart-narrow"' in narrow
    assert "n = 12" not in narrow
    assert int(re.search(r'width="(\d+)', narrow)[1]) <= 340
