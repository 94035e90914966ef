"""The form's table is found by its header, and a row counts once a typed cell is filled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from csbook import messages
from csbook.forms import Definitions
from csbook.issues import Code, Severity
from tests.intake.conftest import ROOT

ONE = {"raised_date": "2023-10-01", "customer": "A公司", "raised_at": "9:00"}


def found(result: Any) -> list[tuple[Code, Severity, str | None]]:
    for issue in result.issues:
        for lang in messages.LOCALES:
            assert messages.text(lang, f"{issue.code}.fault", **issue.words)
    return [(issue.code, issue.severity, issue.cell) for issue in result.issues]


@pytest.mark.parametrize("header", [1, 4, 30])
def test_the_header_may_stand_in_any_of_the_first_rows(intake: Any, write: Any, header: int) -> None:
    (rows,) = intake(write("a.xlsx", [{}, ONE], header=header)).rows
    assert rows.blocks[0].header_row == header
    assert rows.places["row"].tolist() == [header + 2]


def test_empty_rows_and_columns_before_the_table_count(intake: Any, write: Any) -> None:
    (rows,) = intake(write("a.xlsx", [{}, ONE], header=5, title=False)).rows
    assert rows.places["row"].tolist() == [7]
    assert (rows.blocks[0].header_row, rows.blocks[0].columns["record_no"]) == (5, "B")


def test_a_header_further_down_is_none(intake: Any, write: Any) -> None:
    result = intake(write("a.xlsx", [ONE], header=31))
    assert found(result) == [(Code.HEADER_MISSING, Severity.ERROR, None)]
    assert result.files[0].form == "response"


@pytest.mark.parametrize(
    "label",
    ["客户名称/编号", " 客户名称 ／ 编号 ", "客户名称/\n编号", "*客户名称/编号", "客户名称/编号 ＊", "customer", "CUSTOMER"],
)
def test_labels_are_compared_bare(intake: Any, write: Any, label: str) -> None:
    (rows,) = intake(write("a.xlsx", [ONE], labels={"customer": label})).rows
    assert rows.frame["customer"].tolist() == ["A公司"]


def test_english_labels_and_aliases_are_known(intake: Any, write: Any, definitions: Definitions) -> None:
    fields = definitions.forms["response"].fields
    labels = {field.name: field.aliases[0] if field.aliases else field.label.en for field in fields}
    result = intake(write("a.xlsx", [ONE], labels=labels))
    assert found(result) == []
    assert result.rows[0].frame["customer"].tolist() == ["A公司"]


def test_columns_may_stand_in_any_order(intake: Any, write: Any, definitions: Definitions) -> None:
    fields = [field.name for field in definitions.forms["response"].fields]
    (rows,) = intake(write("a.xlsx", [{**ONE, "source_id": "A07-5KQ2M-009"}], fields=fields[::-1])).rows
    assert rows.frame["customer"].tolist() == ["A公司"]
    assert rows.places["source_id"].tolist() == ["A07-5KQ2M-009"]
    assert list(rows.frame.columns[: len(fields)]) == fields


def test_letters_are_those_of_the_sheet(intake: Any, write: Any) -> None:
    path = write("a.xlsx", [ONE])
    book: Any = openpyxl.load_workbook(path)
    cells = {cell.value: cell.column_letter for cell in book["记录"][4]}
    (rows,) = intake(path).rows
    assert rows.blocks[0].columns["customer"] == cells["客户名称/编号"]
    assert "source_id" not in rows.blocks[0].columns
    assert rows.blocks[0].sheet == "记录"


def test_a_missing_required_column_refuses_the_file(intake: Any, write: Any, definitions: Definitions) -> None:
    fields = [field.name for field in definitions.forms["response"].fields if field.name not in {"customer", "agent", "reviewer"}]
    result = intake(write("a.xlsx", [ONE], fields=fields))
    assert found(result) == [(Code.COLUMN_MISSING, Severity.ERROR, None)]
    words = messages.text("zh", "COLUMN_MISSING.fault", **result.issues[0].words)
    assert "客户名称/编号、受理人" in words
    assert "审核人" not in words


def test_a_missing_optional_column_says_nothing_and_is_missing(intake: Any, write: Any, definitions: Definitions) -> None:
    fields = [field.name for field in definitions.forms["response"].fields if field.name not in {"reviewer", "total_minutes", "record_no"}]
    result = intake(write("a.xlsx", [ONE], fields=fields, source_ids=False))
    assert found(result) == [(Code.COLUMN_MISSING, Severity.WARNING, None)]
    (rows,) = result.rows
    assert rows.frame["reviewer"].isna().all()
    assert "reviewer" not in rows.blocks[0].columns
    assert rows.places["source_id"].isna().all()


def test_of_a_label_that_stands_twice_the_first_is_read(intake: Any, write: Any, definitions: Definitions) -> None:
    fields = [field.name for field in definitions.forms["response"].fields]
    result = intake(write("a.xlsx", [{**ONE, "extra": "B公司"}], fields=[*fields, "extra"], labels={"extra": "客户名称/编号"}))
    assert found(result) == [(Code.COLUMN_TWICE, Severity.WARNING, "W4")]
    assert result.rows[0].frame["customer"].tolist() == ["A公司"]


def test_a_column_of_ones_own_is_named_only_where_it_holds_something(intake: Any, write: Any, definitions: Definitions) -> None:
    fields = [field.name for field in definitions.forms["response"].fields]
    verdict = {"extra": messages.text("zh", "template.verdict")}
    assert found(intake(write("a.xlsx", [{**ONE, "extra": "x"}], fields=[*fields, "extra"]))) == [
        (Code.COLUMN_UNKNOWN, Severity.WARNING, "W4")
    ]
    assert found(intake(write("b.xlsx", [ONE], fields=[*fields, "extra"]))) == []
    assert found(intake(write("c.xlsx", [{**ONE, "extra": "√"}], fields=[*fields, "extra"], labels=verdict))) == []


def test_a_row_counts_once_a_typed_cell_is_filled(intake: Any, write: Any) -> None:
    number = {"record_no": "A07-5KQ2M-001", "total_minutes": 3}
    result = intake(write("a.xlsx", [number, {"customer": "　 "}, {"note": "x"}, {"solution": "x"}]))
    assert result.rows[0].places["row"].tolist() == [8]


def test_the_fullest_header_of_all_sheets_is_taken(intake: Any, write: Any) -> None:
    path = write("a.xlsx", [ONE])
    book: Any = openpyxl.load_workbook(path)
    guide = book.create_sheet("填写说明", 0)
    guide.append([cell.value for cell in book["记录"][4]][:9])
    guide.append([None, None, "2023-01-01", "例子公司"])
    book.save(path)
    (rows,) = intake(path).rows
    assert rows.blocks[0].sheet == "记录"
    assert rows.frame["customer"].tolist() == ["A公司"]


def test_error_values_are_named_by_cell_and_never_blank(intake: Any, write: Any) -> None:
    rows = [{**ONE, "customer": "#N/A"}, ONE, {"raised_at": "#DIV/0!"}, {"total_minutes": "#REF!"}]
    path = write("in/b.xlsx", rows)
    book: Any = openpyxl.load_workbook(path)
    for row in book["记录"].iter_rows(min_row=5):
        for cell in row:
            if str(cell.value).startswith("#"):
                cell.data_type = "e"
    book.save(path)
    write("in/a.xlsx", [ONE])
    result = intake(path.parent)
    (read,) = result.rows
    assert read.places["row"].tolist() == [5, 5, 6, 7]
    assert read.texts["customer"].fillna("").tolist() == ["A公司", "#N/A", "A公司", ""]
    assert read.frame["customer"].isna().tolist() == [False, True, False, True]
    assert read.frame["customer?error"].tolist() == [False, True, False, False]
    assert "customer?unreadable" not in read.frame
    assert read.frame["raised_at?unreadable"].tolist() == [False, False, False, False]
    assert read.frame["raised_at?error"].tolist() == [False, False, False, True]
    assert read.frame["raised_at?error"].dtype == bool


def test_labels_of_every_form_lead_to_their_own_fields(definitions: Definitions) -> None:
    from csbook.intake.recognising.outline import outline
    from csbook.lists import bare

    assert {path.stem for path in (ROOT / "templates").glob("*.toml")} == set(definitions.forms)
    for form in definitions.forms.values():
        known = outline(form).spelled
        for field in form.fields:
            assert {known[bare(label)] for label in (field.label.zh, field.label.en, field.name, *field.aliases)} == {field.name}


def test_a_sheet_without_any_cell_is_no_table(intake: Any, write: Any, tmp_path: Path) -> None:
    path = write("a.xlsx", [ONE])
    book: Any = openpyxl.load_workbook(path)
    book.create_sheet("empty", 0)
    book.save(path)
    assert len(intake(path).rows[0].frame) == 1


def test_two_errors_in_one_column(intake: Any, write: Any) -> None:
    path = write("a.xlsx", [{**ONE, "customer": "#N/A"}, {**ONE, "customer": "#NAME?"}])
    book: Any = openpyxl.load_workbook(path)
    for row in (5, 6):
        next(cell for cell in book["记录"][row] if str(cell.value).startswith("#")).data_type = "e"
    book.save(path)
    result = intake(path)
    assert result.rows[0].texts["customer"].tolist() == ["#N/A", "#NAME?"]
    assert result.rows[0].frame["customer?CELL_ERROR"].tolist() == [True, True]
    assert result.rows[0].frame["customer?error"].tolist() == [True, True]
