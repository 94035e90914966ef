"""Cells that are written column by column say what they were given, however odd the text."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from csbook.workbook import Cells, Refused, Sheet, Workbook, column_letter, grid
from csbook.workbook.markup import escaped, outer_blanks

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ODD = ["\x00", "\x0b", "\r\n", "\ufffe\uffff", "_x0041_", "_x0041_x0042_", "_x005F_x", "&amp;<r>]]>", "\u3000全 角 ", "😀", "\x7f\x85"]
# half of all texts look like what Excel escapes
TEXTS = st.lists(st.text(st.sampled_from("_x0041 \t\n\r\x0b&<>'\"\ufffe😀中")) | st.text() | st.sampled_from(ODD), max_size=8)


def decoded(text: str) -> str:
    """A text of a part as Excel reads it (ECMA-376, 22.9.2.19)."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)


@given(TEXTS)
@example([*ODD, ""])
def test_every_text_is_read_back_as_it_is(texts: list[str]) -> None:
    marked = escaped(pa.array(texts, pa.string())).to_pylist()
    parsed = [ET.fromstring(f"<t>{text}</t>").text or "" for text in marked]
    assert [decoded(text) for text in parsed] == texts
    assert outer_blanks(pa.array(texts, pa.string())).to_pylist() == [text != text.strip() for text in texts]


@pytest.fixture
def sheet() -> Sheet:
    return Workbook(Path("unsaved.xlsx")).sheet("a")


def book() -> Workbook:
    return Workbook(Path("unsaved.xlsx"))


def reread(written: Workbook) -> Any:
    return openpyxl.load_workbook(io.BytesIO(written.content()))["a"]


def test_each_type_is_what_excel_takes_it_for() -> None:
    written = book()
    sheet, style = written.sheet("a"), written.style("cell")
    day, moment, clock = dt.date(2023, 10, 1), dt.datetime(2023, 10, 1, 6), dt.time(6)
    columns = {
        "text": (pa.array(["=1+1", None]), ["=1+1", None]),
        "pandas": (pa.Array.from_pandas(pd.Series(["007", ""], dtype="str")), ["007", None]),
        "whole": (pa.array([2**40, None]), [2**40, None]),
        "decimal": (pa.array([0.1, -1e-9]), [0.1, -1e-9]),
        "day": (pa.array([day, None]), [45200, None]),
        "moment": (pa.array([moment, None], pa.timestamp("ns")), [45200.25, None]),
        "clock": (pa.array([clock, None]), [0.25, None]),
        "nothing": (pa.nulls(2), [None, None]),
    }
    sheet.grid(1, 1, [Cells(values, style) for values, _ in columns.values()])
    again = reread(written)
    assert {name: [again.cell(row, place).value for row in (2, 3)] for place, name in enumerate(columns, start=2)} == {
        name: shown for name, (_, shown) in columns.items()
    }
    assert again["B2"].data_type == "s"
    assert again["I3"].border.left.style == "thin", "an empty cell has its style"


def test_a_style_for_each_cell_and_what_stands_for_a_missing_value() -> None:
    written = book()
    plain, other = written.style("cell"), written.style("cell", bold=True)
    written.sheet("a").grid(0, 0, [Cells(pa.array([1.5, None]), (plain, other), pa.array([0, 1]), "–")])
    again = reread(written)
    assert [(cell.value, cell.font.b) for (cell,) in again.iter_rows()] == [(1.5, False), ("–", True)]


def test_long_grids_are_written_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "PART", 3)
    written = book()
    style = written.style("cell")
    columns = [Cells(pa.array([f"{name}{row}" for row in range(10)]), style) for name in "xy"]
    written.sheet("a").grid(5, 1, columns)
    rows = [[cell.value for cell in row] for row in reread(written).iter_rows(min_row=6, min_col=2)]
    assert rows == [[f"x{row}", f"y{row}"] for row in range(10)]


@pytest.mark.parametrize(
    ("values", "where"),
    [
        (pa.array(["", "x" * 32_768]), "a!R7C3"),
        (pa.array(["😀" * 16_384, "y"]), "a!R6C3"),
        (pa.array([1.0, None, float("inf")]), "a!R8C3"),
        (pa.array([True]), "a!R6C3"),
    ],
)
def test_what_no_cell_can_hold_is_refused_and_named(sheet: Sheet, values: pa.Array, where: str) -> None:
    with pytest.raises(Refused, match=where):
        sheet.grid(5, 2, [Cells(values, ())])


def test_the_longest_text_fits(sheet: Sheet) -> None:
    sheet.grid(0, 0, [Cells(pa.array(["中" * 32_767, "😀" * 16_383]), ())])


def test_a_sheet_says_how_far_it_reaches() -> None:
    written = book()
    written.sheet("a").grid(1, 1, [Cells(pa.array([1, 2]), written.style("cell"))] * 3)
    with zipfile.ZipFile(io.BytesIO(written.content())) as archive:
        root = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    assert [each.get("ref") for each in root.iter(f"{MAIN}dimension")] == [f"B2:{column_letter(3)}3"]
    assert [cell.get("r") for cell in root.iter(f"{MAIN}c")] == ["B2", "C2", "D2", "B3", "C3", "D3"]
