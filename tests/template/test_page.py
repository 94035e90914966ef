"""One record on one page: tick boxes, boxes with room to write, one sheet of A4."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from csbook.forms import Definitions
from csbook.template.page import Page, shown, ticks, write_pages
from tests.template.conftest import FORMS


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (dt.datetime(2023, 10, 1), "2023-10-01"),
        (dt.datetime(2023, 10, 1, 9, 5), "2023-10-01 09:05"),
        (dt.time(9, 5), "09:05"),
        (8, "8"),
        ("=1+1", "=1+1"),
    ],
)
def test_values_are_shown_as_people_write_them(value: object, text: str) -> None:
    assert shown(value) == text


def test_every_entry_has_a_box_and_the_chosen_ones_a_tick(definitions: Definitions) -> None:
    fields = definitions.forms["feedback"].by_name
    assert ticks(fields["channel"], None, "zh") == "□电话\u3000□在线客服\u3000□邮件"
    assert ticks(fields["channel"], "chat", "zh") == "□电话\u3000☑在线客服\u3000□邮件"
    assert ticks(fields["other_demands"], "apology、refund", "zh").count("☑") == 2


def test_what_is_in_no_list_stands_on_the_line(definitions: Definitions) -> None:
    field = definitions.forms["response"].by_name["solution_kind"]
    assert ticks(field, None, "zh").endswith("□________")
    assert ticks(field, "fixed", "zh").startswith("☑已修复")
    assert ticks(field, "已换新机", "zh").endswith("☑已换新机")


@pytest.mark.parametrize("name", FORMS)
def test_every_field_has_its_box_in_order(definitions: Definitions, name: str) -> None:
    form = definitions.forms[name]
    labels = [box.label for band in Page(form, "zh", {}).bands() for box in band]
    assert labels == [field.label.zh for field in form.fields if field.name != "record_no"]


def test_a_long_text_gets_the_room_that_it_needs(definitions: Definitions) -> None:
    form = definitions.forms["feedback"]
    rooms = {box.label: box.room for band in Page(form, "zh", {"plan": "换" * 500, "order_no": "D" * 50}).bands() for box in band}
    assert rooms["处理方案初步沟通"] >= 12
    assert rooms["备注"] < rooms["处理方案初步沟通"]


def test_each_record_is_one_sheet_and_one_page_of_a4(definitions: Definitions, tmp_path: Path) -> None:
    form = definitions.forms["feedback"]
    rows: list[dict[str, Any]] = [
        {"record_no": "20231001001", "description": "=1+1", "raised_clock": dt.time(9)},
        {"record_no": "20231001002"},
    ]
    write_pages(form, tmp_path / "a.xlsx", rows=rows)
    book: Any = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["20231001001", "20231001002"]
    for sheet in book:
        setup = sheet.page_setup
        assert (setup.orientation, setup.paperSize, setup.fitToWidth or 1, setup.fitToHeight or 1) == ("portrait", 9, 1, 1)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    texts = {cell.value: cell.data_type for row in book["20231001001"].iter_rows() for cell in row}
    assert texts["=1+1"] == "s"
    assert "09:00" in texts


def test_the_second_language(definitions: Definitions, tmp_path: Path) -> None:
    write_pages(definitions.forms["response"], tmp_path / "a.xlsx", lang="en")
    book: Any = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["Record"]
    assert "Checked by" in str(list(book["Record"].values)[-1][0])
