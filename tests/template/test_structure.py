"""What stands in an entry workbook, as another program reads it."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from csbook import __version__, template
from csbook.desks import Desk
from csbook.forms import Definitions
from csbook.source_ids import ALPHABET
from csbook.template.stamp import new_issue_code
from tests.template.conftest import DESK, FORMS

Books = Callable[[str], Any]
every_form = pytest.mark.parametrize("name", FORMS)


def headers(book: Any) -> list[str]:
    return [cell.value for cell in book["记录"][4]]


@every_form
def test_the_sheets_and_what_is_hidden(books: Books, name: str) -> None:
    states = [(sheet.title, sheet.sheet_state) for sheet in books(name)]
    hidden = [(title, "hidden") for title in ("_lists", "_check", "_meta")]
    assert states == [("记录", "visible"), ("填写说明", "visible"), *hidden]


@every_form
def test_the_header_is_the_labels_in_order(books: Books, definitions: Definitions, name: str) -> None:
    labels = [field.label.zh for field in definitions.forms[name].fields]
    assert headers(books(name)) == ["自检", *labels, "source_id"]


@every_form
def test_the_required_mark_leaves_the_label_alone(books: Books, definitions: Definitions, name: str) -> None:
    marked = {cell.value for cell in books(name)["记录"][4] if cell.number_format == '@" *"'}
    assert marked == {field.label.zh for field in definitions.forms[name].fields if field.required}


@every_form
def test_each_row_carries_its_constant_id_twice(books: Books, name: str) -> None:
    sheet = books(name)["记录"]
    ids = [f"A07-5KQ2M-{number:03d}" for number in range(1, 41)]
    assert [sheet.cell(row, 2).value for row in range(5, 45)] == ids
    assert [sheet.cell(row, sheet.max_column).value for row in range(5, 45)] == ids
    assert sheet.column_dimensions[sheet.cell(4, sheet.max_column).column_letter].hidden


@every_form
def test_only_what_the_agent_types_is_unlocked(books: Books, definitions: Definitions, name: str) -> None:
    book = books(name)
    sheet = book["记录"]
    typed = {field.label.zh for field in definitions.forms[name].fields if field.typed}
    assert {header for header, cell in zip(headers(book), sheet[5], strict=True) if not cell.protection.locked} == typed
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert not sheet.protection.autoFilter  # False = allowed
    assert not sheet.protection.formatColumns


@every_form
def test_the_view_and_the_print_set_up(books: Books, name: str) -> None:
    sheet = books(name)["记录"]
    assert sheet.freeze_panes == "C5"
    assert sheet.auto_filter.ref.startswith("A4:")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, int(sheet.page_setup.fitToHeight)) == ("landscape", 9, 0)
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$4:$4", "$B:$B")
    # ten points are readable at six tenths of their size: some 250 characters side by side, the number on each page
    widths = [each.width for letter, each in sheet.column_dimensions.items() if not each.hidden]
    number, pages = sheet.column_dimensions["B"].width, int(sheet.page_setup.fitToWidth or 1)
    assert (sum(widths) + (pages - 1) * number) / pages <= 250
    guide = books(name)["填写说明"].page_setup
    assert (guide.orientation, guide.paperSize) == ("portrait", 9)


@every_form
def test_the_rows_grow_with_what_is_said_of_them(books: Books, name: str) -> None:
    """A height that is set would cut the text of 自检; only the head has one."""
    sheet = books(name)["记录"]
    assert sheet.sheet_format.customHeight is None
    assert {row for row, each in sheet.row_dimensions.items() if each.height} == {1, 2, 3, 4}
    assert all(sheet.cell(row, 1).alignment.wrap_text for row in (5, 44))


def test_a_row_handed_over_opens_high_enough_for_its_texts(definitions: Definitions, tmp_path: Path) -> None:
    template.write(
        definitions.forms["response"], tmp_path / "a.xlsx", rows=3, prefilled=[{"description": "说" * 150}, {"agent": "客服小李"}]
    )
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        first, second, free = re.findall('<row r="[567]"[^>]*>', archive.read("xl/worksheets/sheet1.xml").decode())
    assert float(re.findall('ht="([0-9.]+)"', first)[0]) > 100
    assert "customHeight" not in first, "it still grows"
    assert re.findall('ht="([0-9.]+)"', second) == ["31"], "two lines of what 自检 says"
    assert "ht=" not in free


@every_form
def test_only_filled_rows_are_printed(books: Books, name: str) -> None:
    book = books(name)
    last = book["记录"].cell(4, book["记录"].max_column - 1).column_letter
    assert book.defined_names["已填行"].attr_text == (
        f"'记录'!$A$4:INDEX('记录'!${last}$1:${last}$44,MAX(14,SUMPRODUCT(MAX((_check!$B$5:$B$44=1)*ROW(_check!$B$5:$B$44)))))"
    )


def test_the_print_area_is_that_name(definitions: Definitions, tmp_path: Path) -> None:
    template.write(definitions.forms["response"], tmp_path / "a.xlsx", rows=3)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert '<definedName name="_xlnm.Print_Area" localSheetId="0">已填行</definedName>' in archive.read("xl/workbook.xml").decode()


@every_form
def test_the_stamp_stands_twice(books: Books, definitions: Definitions, name: str) -> None:
    book = books(name)
    expected = {
        "csbook_form": name, "csbook_version": definitions.forms[name].version, "csbook_desk": "A07", "csbook_agent": "客服小李",
        "csbook_team": "一组", "csbook_issue": "5KQ2M", "csbook_lang": "zh", "csbook_program": f"csbook {__version__}",
    }  # fmt: skip
    assert {each.name: each.value for each in book.custom_doc_props.props} == expected
    rows = list(book["_meta"].iter_rows(values_only=True))
    assert dict(rows[:8]) == expected
    columns = dict(rows[10:])
    assert list(columns.values()) == [field.name for field in definitions.forms[name].fields]
    by_letter = {cell.column_letter: cell.value for cell in book["记录"][4]}
    assert all(by_letter[letter] == definitions.forms[name].by_name[field].label.zh for letter, field in columns.items())
    assert book.defined_names["desk_agent"].attr_text == "_meta!$B$4"


@every_form
def test_validations_refuse_and_prompt(books: Books, definitions: Definitions, name: str) -> None:
    form, sheet = definitions.forms[name], books(name)["记录"]
    by_column = {str(each.sqref).split(":")[0].rstrip("0123456789"): each for each in sheet.data_validations.dataValidation}
    letters = {header: cell.column_letter for header, cell in zip(headers(books(name)), sheet[4], strict=True)}
    for field in form.fields:
        if not field.typed:
            continue
        found = by_column[letters[field.label.zh]]
        offers_only = field.kind in ("suggest", "members") and found.type == "list"
        assert found.showErrorMessage is not offers_only, field.name
        assert found.showInputMessage
        assert found.prompt
        assert len(found.prompt) <= 255
        assert str(found.sqref).endswith("44")
        if field.kind == "choice":
            assert found.type == "list", field.name
        if found.type:
            assert len(found.formula1) <= 255
            assert "#" not in found.formula1
        if found.error:
            assert len(found.error) <= 224


@every_form
def test_dropdowns_come_from_names_that_hold_the_labels(books: Books, definitions: Definitions, name: str) -> None:
    book = books(name)
    for field in definitions.forms[name].fields:
        if field.choices is None:
            continue
        target = book.defined_names[f"list_{field.choices.name}"].attr_text
        sheet, span = target.split("!")
        labels = [cell.value for (cell,) in book[sheet][span.replace("$", "")]]
        assert labels == [entry.label.zh for entry in field.choices.entries]


def test_a_dependent_dropdown_only_warns_as_another_entry_is_legal(books: Books) -> None:
    validations = books("hotline")["记录"].data_validations.dataValidation
    dependent = [each for each in validations if each.type == "list" and "INDEX" in each.formula1]
    assert [each.errorStyle for each in dependent] == ["warning"]
    assert "by_department" in dependent[0].formula1


@every_form
def test_formulas_are_old_and_short_enough_for_every_office(books: Books, name: str) -> None:
    modern = re.compile(r"\b(XLOOKUP|IFS|TEXTJOIN|CONCAT|LET|FILTER|SWITCH|UNIQUE|AGGREGATE|OFFSET|INDIRECT)\(|_xlfn")
    for sheet in books(name):
        for row in sheet.iter_rows(max_row=6):
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    assert len(cell.value) <= 8192, (sheet.title, cell.coordinate)
                    assert not modern.search(cell.value), (sheet.title, cell.coordinate)


def test_the_desk_of_nobody_is_told_by_the_initial_of_its_form(definitions: Definitions, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    template.write(definitions.forms["response"], path, rows=1)
    sheet: Any = openpyxl.load_workbook(path)["记录"]
    assert re.fullmatch(rf"R-[{ALPHABET}]{{5}}-001", sheet["B5"].value)


def test_issue_codes_can_be_read_aloud() -> None:
    codes = [new_issue_code() for _ in range(200)]
    assert not set("".join(codes)) & set("0O1IL")
    assert {len(code) for code in codes} == {5}
    assert len(set(codes)) > 190


def test_the_same_issue_gives_the_same_bytes(definitions: Definitions, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        template.write(definitions.forms["communication"], tmp_path / name, desk=DESK, issue_code="5KQ2M", rows=3)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_second_language_is_complete(definitions: Definitions, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    template.write(definitions.forms["response"], path, lang="en", desk=Desk("A07"), issue_code="5KQ2M", rows=3)
    book: Any = openpyxl.load_workbook(path)
    assert book.sheetnames[:2] == ["Records", "How to fill in"]
    assert all(not re.search("[\u4e00-\u9fff]", str(cell.value)) for cell in book["Records"][4])


def test_rows_handed_over_are_typed_as_an_agent_would(definitions: Definitions, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    given = [
        {
            "raised_date": "2023-10-01",
            "raised_at": dt.time(9),
            "accepted_at": "2023-10-0109:02",
            "agent": "=1+1",
            "record_no": "20231001001",
        },
        {"source_id": "A01-22222-007", "resolved_at": dt.datetime(2023, 10, 1, 9, 20)},
    ]
    template.write(definitions.forms["response"], path, desk=DESK, issue_code="5KQ2M", rows=1, prefilled=given)
    sheet: Any = openpyxl.load_workbook(path)["记录"]
    by_label = {cell.value: cell.column for cell in sheet[4]}

    def typed(row: int, field: str) -> Any:
        return sheet.cell(row, by_label[definitions.forms["response"].label(field, "zh")]).value

    assert typed(5, "raised_date") == dt.datetime(2023, 10, 1)
    assert typed(5, "raised_at") == dt.time(9)
    assert typed(5, "accepted_at") == "2023-10-0109:02"
    assert sheet.cell(5, by_label[definitions.forms["response"].label("agent", "zh")]).data_type == "s"
    assert (typed(5, "record_no"), sheet.cell(5, sheet.max_column).value) == ("20231001001", "A07-5KQ2M-001")
    assert (typed(6, "record_no"), sheet.cell(6, sheet.max_column).value) == ("A01-22222-007", "A01-22222-007")
    assert typed(6, "resolved_at") == dt.datetime(2023, 10, 1, 9, 20)
