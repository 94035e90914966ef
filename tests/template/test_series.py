"""Many desks: every workbook is the one that the full writer makes, byte for byte."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from csbook.desks import Desk
from csbook.forms import Definitions
from csbook.issues import UnfinishedError
from csbook.policy import Policy
from csbook.template import EntryBook, Series, records
from csbook.template.stamp import Stamp
from tests.template.conftest import FORMS

DESKS = (
    Desk("A07", "客服小李", "一组"),
    Desk("A08", "客服小王", "一组"),
    Desk("前台&2", "客服小<王> & \"李\" 'x'", "二 组"),
    Desk("A09", "客服小李"),
    Desk("A10", "", "一组"),
    Desk("A11"),
)
# what the workbook says already, what stands twice, what XML spells otherwise: written by the full writer
PECULIAR = (Desk("1"), Desk("电话", "x", "x"), Desk("_x0041_", "a"), Desk("B1", "<r>a</r>"), Desk("B2", " a"), Desk("B3", "a\tb"), Desk(""))


@pytest.mark.parametrize("name", FORMS)
def test_each_file_is_the_full_writers(definitions: Definitions, rules_of_today: Policy, name: str) -> None:
    book = EntryBook(form=definitions.forms[name], rows=12, policy=rules_of_today)
    series = Series(book)
    for desk in (*DESKS, *(PECULIAR if name == "response" else ())):
        full = book.content(Stamp.of(book.form, desk, "5KQ2M", "zh"))
        assert series.content(desk, "5KQ2M") == full, desk


def test_the_workbook_is_built_once_for_all_desks(definitions: Definitions, monkeypatch: pytest.MonkeyPatch) -> None:
    series = Series(EntryBook(form=definitions.forms["communication"], rows=3))
    series.content(Desk("A01", "a", "b"), "22222")
    monkeypatch.setattr(records, "write", None)
    series.content(Desk("A02", "c", "d"), "33333")


def test_every_desk_gets_its_own_name_stamp_and_ids(definitions: Definitions, tmp_path: Path) -> None:
    series = Series(EntryBook(form=definitions.forms["communication"], rows=3))
    paths = [(desk, tmp_path / f"{place}.xlsx") for place, desk in enumerate(DESKS)]
    assert list(series.write(paths, {})) == [path for _, path in paths]
    issues = set()
    for desk, path in paths:
        book: Any = openpyxl.load_workbook(path)
        said = {each.name: each.value for each in book.custom_doc_props.props}
        assert (said["csbook_desk"], said.get("csbook_agent", ""), said.get("csbook_team", "")) == (desk.desk, desk.agent, desk.team)
        number = str(book["记录"]["B5"].value)
        assert number == f"{desk.desk}-{said['csbook_issue']}-001"
        issues.add(said["csbook_issue"])
        assert re.fullmatch(r"[2-9A-Z]{5}", said["csbook_issue"])
    assert len(issues) == len(paths)


def test_rows_handed_over_come_first_and_free_rows_follow(definitions: Definitions, tmp_path: Path) -> None:
    series = Series(EntryBook(form=definitions.forms["communication"], rows=3))
    path = tmp_path / "a.xlsx"
    list(series.write([(DESKS[0], path)], {"A07": [{"source_id": "A07-22222-009", "record_no": "CR001", "customer": "CUST1"}]}))
    sheet: Any = openpyxl.load_workbook(path)["记录"]
    assert sheet.max_row == 8
    assert [sheet.cell(row, 2).value for row in (5, 6)] == ["CR001", sheet.cell(6, sheet.max_column).value]
    assert sheet.cell(5, sheet.max_column).value == "A07-22222-009"


def test_a_folder_that_is_gone_stops_the_series(definitions: Definitions, tmp_path: Path) -> None:
    series = Series(EntryBook(form=definitions.forms["communication"], rows=1))
    with pytest.raises(UnfinishedError, match="gone"):
        list(series.write([(desk, tmp_path / "gone" / "a.xlsx") for desk in DESKS], {}))
