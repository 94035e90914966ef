"""What a cell's text does not show is found and named, and nothing is silently blank."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from csbook.intake.cells import FAULTS, Fault, faults
from csbook.issues import Code
from tests.intake import hostile

ONE = {"raised_date": "2023-10-01", "customer": "A公司", "raised_at": "9:00"}


def found(rows: str, columns: tuple[int, ...] = (0, 1)) -> dict[tuple[int, int], Fault]:
    return faults(f"<sheetData>{rows}</sheetData>".encode(), columns)


def cell(content: str, attributes: str = "", at: str = "B7") -> str:
    return f'<c r="{at}"{attributes}>{content}</c>'


@pytest.mark.parametrize(
    ("content", "attributes", "expected"),
    [
        ("<f>A1+1</f><v>2</v>", "", Fault(Code.FORMULA_CELL)),
        ("<f>A1+1</f>", "", Fault(Code.FORMULA_UNCALCULATED, "=A1+1")),
        ("<f>A1+1</f><v></v>", "", Fault(Code.FORMULA_UNCALCULATED, "=A1+1")),
        ("<f>A1</f><v></v>", ' t="str"', Fault(Code.FORMULA_CELL)),
        ("<f>IF(A1,today(),0)</f><v>45000</v>", "", Fault(Code.FORMULA_CHANGES)),
        ('<f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v>', ' t="str"', Fault(Code.PICTURE_NOT_KEPT, "")),
        ("<f>1/0</f><v>#DIV/0!</v>", ' t="e"', None),
        ("<v>1.10105194912310E+17</v>", "", Fault(Code.DIGITS_LOST, "1.10105E+17")),
        # as LibreOffice spells it
        ("<v>1.10105194912310E+017</v>", "", Fault(Code.DIGITS_LOST, "1.10105E+17")),
        ("<v>110101194912310000</v>", "", Fault(Code.DIGITS_LOST, "1.10105E+17".replace("10105", "10101"))),
        ("<v>999999999999999</v>", "", None),
        ("<v>1.5E+14</v>", "", None),
        ("<v>45200.604166666664</v>", "", None),
        ("<v>1e309</v>", "", Fault(Code.NOT_A_NUMBER, "#NUM!")),
        ("<v>NaN</v>", "", Fault(Code.NOT_A_NUMBER, "#NUM!")),
        ("<v>1.1E+17</v>", ' t="str"', None),
        ("<v>12</v>", ' t="s"', None),
    ],
)
def test_what_stands_in_a_cell_is_found(content: str, attributes: str, expected: Fault | None) -> None:
    assert found(cell(content, attributes)) == ({(6, 1): expected} if expected else {})
    assert found(cell(content, attributes, at="C7")) == {}


def test_a_shared_formula_is_known_in_every_cell() -> None:
    first = cell('<f t="shared" ref="B7:B8" si="0">NOW()</f><v>1</v>')
    assert [fault.code for fault in found(first + cell('<f t="shared" si="0"/><v>2</v>', at="B8")).values()] == [Code.FORMULA_CHANGES] * 2


def changed(path: Path, change: Any) -> Path:
    book: Any = openpyxl.load_workbook(path)
    sheet: Worksheet = book["记录"]
    change(sheet, {str(cell.value): cell.column for cell in sheet[4]})
    book.save(path)
    return path


def test_findings_reach_their_rows(intake: Any, write: Any) -> None:
    path = write(
        "a.xlsx", [ONE, {**ONE, "customer": 1.1010519491231e17}, {**ONE, "customer": "A\u200b公司"}, {**ONE, "description": "x" * 32767}]
    )

    def fill(sheet: Worksheet, columns: dict[str, int]) -> None:
        sheet.cell(5, columns["客户名称/编号"]).value = "=1+1"

    (rows,) = intake(changed(path, fill)).rows
    assert rows.frame["customer?FORMULA_UNCALCULATED"].tolist() == [True, False, False, False]
    assert rows.frame["customer?DIGITS_LOST"].tolist() == [False, True, False, False]
    assert rows.frame["customer?INVISIBLE_SIGN"].tolist() == [False, False, True, False]
    assert rows.frame["description?CELL_CUT"].tolist() == [False, False, False, True]
    assert rows.frame["customer?error"].tolist() == [True, True, False, False]
    assert rows.texts["customer"].tolist()[:2] == ["=1+1", "1.10105E+17"]
    assert rows.frame["customer"].isna().tolist() == [True, True, False, False]


@pytest.mark.parametrize("error", ["#ERROR!", "#GETTING_DATA"])
def test_an_error_that_the_parser_does_not_know_costs_its_cell_alone(intake: Any, write: Any, error: str) -> None:
    path = write("a.xlsx", [ONE, {**ONE, "customer": "B公司", "solution": "SPOILT"}])
    with zipfile.ZipFile(path) as book:
        found = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    spoilt, count = re.subn('t="inlineStr"><is><t>SPOILT</t></is>', f't="e"><v>{error}</v>', found[sheet].decode())
    assert count == 1
    path.write_bytes(hostile.packed(found | {sheet: spoilt.encode()}))
    (rows,) = intake(path).rows
    assert rows.frame["customer"].tolist() == ["A公司", "B公司"]
    assert rows.frame["solution?CELL_ERROR"].tolist() == [False, True]


def test_free_text_may_hold_joiners_and_a_number_may_not(intake: Any, write: Any) -> None:
    given = [{**ONE, "description": "好\u200d的"}, {**ONE, "description": "SF\u200b123"}]
    (rows,) = intake(write("a.xlsx", given)).rows
    assert rows.frame["description?INVISIBLE_SIGN"].tolist() == [False, True]


def test_control_signs_in_free_text_go_and_in_a_number_are_named(intake: Any, write: Any) -> None:
    given = [
        {**ONE, "description": "好_x0000_的\n\t字", "customer": "A_x001B_公司"},
        {**ONE, "description": "SF_x0000_123", "solution": "_x0001_"},
    ]
    (rows,) = intake(write("a.xlsx", given)).rows
    assert rows.texts["description"].tolist() == ["好的\n\t字", "SF123"]
    assert rows.frame["description?INVISIBLE_SIGN"].tolist() == [False, True]
    assert rows.frame["customer?INVISIBLE_SIGN"].tolist() == [True, False]
    assert rows.texts["customer"].tolist()[0] == "A公司"
    assert rows.frame["solution"].isna().all()


def test_hidden_and_filtered_rows_and_columns_are_read_like_others(intake: Any, write: Any) -> None:
    def hide(sheet: Worksheet, columns: dict[str, int]) -> None:
        sheet.row_dimensions[5].hidden = True
        sheet.column_dimensions["D"].hidden = True
        sheet.auto_filter.ref = "A4:W6"
        sheet.auto_filter.add_filter_column(3, ["B公司"])

    (rows,) = intake(changed(write("a.xlsx", [ONE, {**ONE, "customer": "B公司"}]), hide)).rows
    assert rows.frame["customer"].tolist() == ["A公司", "B公司"]


def test_a_picture_is_named_by_its_cell(intake: Any, write: Any, tmp_path: Path) -> None:
    from tests.intake.test_files import repacked

    anchor = (
        '<xdr:wsDr xmlns:xdr="x"><xdr:twoCellAnchor><xdr:from><xdr:col>3</xdr:col><xdr:row>5</xdr:row></xdr:from>'
        "<xdr:to><xdr:col>9</xdr:col><xdr:row>9</xdr:row></xdr:to><xdr:pic/></xdr:twoCellAnchor></xdr:wsDr>"
    )
    rels = '<Relationships xmlns="p"><Relationship Id="r" Type="k/drawing" Target="../drawings/drawing1.xml"/></Relationships>'
    added = {"xl/drawings/drawing1.xml": anchor.encode(), "xl/worksheets/_rels/sheet1.xml.rels": rels.encode()}
    result = intake(repacked(write("a.xlsx", [ONE]), tmp_path / "b.xlsx", add=added))
    assert [(issue.code, issue.severity, issue.cell) for issue in result.issues] == [(Code.PICTURE_NOT_KEPT, "warning", "D6")]


def test_merged_cells_of_a_table_are_told_by_their_places(intake: Any, write: Any) -> None:
    def merge(sheet: Worksheet, columns: dict[str, int]) -> None:
        sheet.merge_cells("C1:F1")  # above the table
        sheet.merge_cells("D5:D6")
        sheet.merge_cells("I6:J6")

    path = changed(write("a.xlsx", [ONE, {**ONE, "customer": "B公司"}]), merge)
    result = intake(path)
    assert [(issue.code, issue.severity, issue.cell) for issue in result.issues] == [(Code.CELLS_MERGED, "warning", "D5")]
    assert result.issues[0].words == {"cells": "D5:D6, I6:J6", "count": 2}
    assert result.rows[0].frame["customer"].isna().tolist() == [False, True]


def test_every_finding_has_its_weight() -> None:
    assert [code for code, severity in FAULTS.items() if severity == "warning"] == [Code.FORMULA_CELL, Code.PICTURE_NOT_KEPT]
