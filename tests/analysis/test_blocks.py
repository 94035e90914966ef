"""Widths, heights, headers and charts of blocks."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csbook.analysis import chart_style, measure
from csbook.analysis.block import Chart, Column, Series, Table
from csbook.analysis.report import unique

TEXT = st.text(alphabet="问题 abc-描述0", max_size=60)


def table(*texts: str | None, kind: str = "text", widest: float = 46) -> Table:
    column = Column(name="a", header="问题描述", kind=kind, widest=widest)
    return Table(name="t", title="t", columns=(column,), frame=pd.DataFrame({"a": pd.Series(texts, dtype="str")}))


@given(TEXT, st.integers(6, 40))
def test_lines_hold_their_text(text: str, room: int) -> None:
    assert measure.lines(text, room) * room >= measure.width(text)


@given(st.lists(TEXT.filter(bool), max_size=5))
def test_a_column_holds_its_texts_or_its_rows_grow(texts: list[str]) -> None:
    block = table(*texts)
    (width,) = measure.column_widths([block])
    tall = measure.row_points(block, [width])
    for row, text in enumerate(texts):
        assert measure.width(text) < width or row in tall


def test_columns_of_stacked_tables_take_the_widest() -> None:
    assert measure.column_widths([table("短"), table("一段比较长的文字说明")]) == measure.column_widths([table("一段比较长的文字说明")])
    assert measure.column_widths([table("字" * 200)]) == [46]
    assert measure.column_widths([]) == []


def test_a_missing_text_takes_no_room() -> None:
    assert measure.row_points(table(None, "短"), [20.0]) == {}


def test_numbers_are_measured_as_shown() -> None:
    column = Column(name="a", header="n", kind="minutes")
    wide = Table(name="t", title="t", columns=(column,), frame=pd.DataFrame({"a": [1234567.25, None]}))
    assert measure.column_widths([wide])[0] >= len("1,234,567.2") + 1


def test_headers_never_repeat() -> None:
    columns = [Column(name=name, header=header, kind="text") for name, header in (("a", "Start"), ("b", "start"), ("c", "Stop"))]
    assert [each.header for each in unique(columns)] == ["Start", "start 2", "Stop"]


def chart(kind: str, values: list[float | None]) -> Chart:
    series = (Series(name="n", header="n", color="#000000"),)
    return Chart(
        kind=kind, title="t", labels=[str(each) for each in values], frame=pd.DataFrame({"n": values}, dtype="float64"), series=series
    )


def test_a_chart_without_figures_is_empty() -> None:
    assert chart("column", []).empty
    assert chart("column", [None, 0]).empty
    assert not chart("column", [None, 3]).empty
    assert chart("line", [None, 3]).empty
    assert not chart("line", [2, 3]).empty
    assert Chart(kind="stacked", title="t", labels=[], frame=pd.DataFrame(), series=()).empty


@pytest.mark.parametrize(("values", "marks"), [([0, 0], (1, 1)), ([0, 1], (1, 1)), ([2, 5], (1, 5)), ([0, 6], (None, None))])
def test_an_axis_of_small_counts_shows_each_number_once(values: list[int], marks: tuple[int | None, int | None]) -> None:
    series = (Series(name="n", header="n", color="#000000"), Series(name="late", header="late", color="#000000", line=True, second=True))
    frame = pd.DataFrame({"n": [9, 20], "late": values})
    chart = Chart(kind="column", title="", labels=["a", "b"], frame=frame, series=series)
    second = chart_style.values_axis(chart, second=True)
    assert (second.get("major_unit"), second.get("max")) == marks
    assert "major_unit" not in chart_style.values_axis(chart)
