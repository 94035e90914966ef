"""Receipts: what ingest found stays in 自检 until the cell is changed, and everything that a receipt says is where it belongs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import range_boundaries
from openxml_audit import OpenXmlValidator

from csbook.forms import Definitions
from csbook.issues import Code, Issue, Severity
from csbook.policy import Policy
from csbook.template.receipt import Receipt, Returned
from csbook.workbook import lines
from csbook.workbook.limits import ROW_HEIGHT
from tests.template.conftest import DESK, recalculated

AT = dt.datetime(2026, 1, 2, 3, 4)
ROW: dict[str, str | None] = {
    "raised_date": "2023-10-01", "customer": "A公司", "contact_phone": "138****5678", "channel": "电话", "category": "咨询类",
    "description": "询问如何开通企业会员的批量折扣功能", "agent": "*客服小李", "raised_at": "2023-10-01 09:00", "accepted_at": "09:02",
    "first_response_at": "09:05", "started_at": "09:05", "resolved_at": "09:20", "solution_kind": "已提供开通指引", "satisfaction": "满意",
    "solution": "告知会员折扣规则", "transfers": "无", "reviewer": None,
}  # fmt: skip
HELD = {"customer": "B客户", "raised_at": dt.datetime(2023, 10, 1, 9, 0), "satisfaction": "dissatisfied", "closed_at": AT}


def found(code: Code, field: str | None, rule: str | None = None, **words: Any) -> Issue:
    return Issue(code=code, severity=Severity.ERROR, form="response", field=field, rule=rule, words=words)


def returned(row: int, change: dict[str, str | None], *issues: Issue, outcome: str = "quarantined", **more: Any) -> Returned:
    source_id = f"A07-5KQ2M-{row:03}"
    return Returned(sheet="记录", row=row, outcome=outcome, source_id=source_id, values={**ROW, **change}, issues=issues, **more)


ROWS = (
    Returned(sheet="记录", row=5, outcome="new", number="20231001001", values=ROW),
    returned(6, {"solution": "#N/A"}, found(Code.CELL_ERROR, "solution", error="#N/A")),
    returned(7, {"transfers": "一会儿转了"}, found(Code.TRANSFER_INCOMPLETE, "transfers", "transfers.transfers")),
    returned(8, {}, found(Code.MASK_BROKEN, "contact_phone", "mask.contact_phone")),
    returned(9, {}, found(Code.ID_CONFLICT, None, number="20231001009", desk="A07", source_id="A07-5KQ2M-009"), outcome="conflict",
             number="20231001009", stored=HELD, differs=("customer", "satisfaction")),
    returned(10, {"channel": "传真", "raised_date": None}, found(Code.NOT_IN_LIST, "channel", "member.channel")),
    Returned(sheet="记录", row=11, outcome="stale", number="20231001002", values=ROW),
)  # fmt: skip


@pytest.fixture(scope="module")
def receipt(definitions: Definitions) -> Receipt:
    return Receipt(
        form=definitions.forms["response"], desk=DESK, file="a.xlsx", batch="B0001", at=AT, when=AT, rows=ROWS, issue_code="5KQ2M"
    )


@pytest.fixture(scope="module")
def folder(receipt: Receipt, rules_of_today: Policy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("receipt")
    (folder / "asis.xlsx").write_bytes(receipt.content("zh", rules_of_today))
    (folder / "english.xlsx").write_bytes(receipt.content("en", rules_of_today))
    workbook = openpyxl.load_workbook(folder / "asis.xlsx")
    sheet = workbook.worksheets[0]
    sheet["T5"], sheet["U6"], sheet["D8"], sheet["G9"], sheet["C9"] = "已告知", "无", "C客户", "电话", dt.date(2023, 10, 1)
    workbook.save(folder / "mended.xlsx")
    return folder


@pytest.fixture(scope="module")
def verdicts(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """File → 自检 of each row, worked out by LibreOffice."""
    books = recalculated([folder / name for name in ("asis.xlsx", "english.xlsx", "mended.xlsx")], tmp_path_factory.mktemp("recalculated"))
    return {name: [str(book.worksheets[0][f"A{row}"].value) for row in range(5, 10)] for name, book in books.items()}


def test_the_check_column_repeats_what_only_ingest_sees(verdicts: dict[str, list[str]]) -> None:
    wrong = [verdict.startswith("✗") for verdict in verdicts["asis"]]
    # a phone that csbook has masked is right by now, a row in conflict is for its desk to decide
    assert wrong == [True, True, False, False, True]
    assert "「处理措施简述」" in verdicts["asis"][0]
    assert "「转接记录（若有）」" in verdicts["asis"][1]
    assert "『客户名称/编号』" in verdicts["asis"][3]
    assert "B客户" in verdicts["asis"][3]
    assert "「沟通渠道」" in verdicts["asis"][4]
    assert "「日期」" in verdicts["asis"][4]


def test_a_changed_cell_is_not_blamed_any_more(verdicts: dict[str, list[str]]) -> None:
    assert [verdict[0] for verdict in verdicts["mended"]] == ["√"] * 5
    assert "『客户名称/编号』" not in verdicts["mended"][3]
    assert "『客户满意度』" in verdicts["mended"][3]


def test_each_note_stands_on_its_cell_and_tells_the_original_row(folder: Path) -> None:
    sheet = openpyxl.load_workbook(folder / "asis.xlsx").worksheets[0]
    notes = {cell.coordinate: cell.comment.text for row in sheet.iter_rows(min_row=5) for cell in row if cell.comment}
    assert notes.keys() == {"B5", "T5", "B6", "U6", "B7", "F7", "B8", "D8", "S8", "B9", "G9"}
    for place, row in enumerate(range(6, 11)):
        assert f"第 {row} 行" in notes[f"B{5 + place}"]
    assert "138****5678" in notes["F7"]
    assert "B客户" in notes["D8"]
    assert "不满意" in notes["S8"]


def test_rows_are_prefilled_as_handed_in_under_their_ids(folder: Path) -> None:
    sheet = openpyxl.load_workbook(folder / "asis.xlsx").worksheets[0]
    assert [sheet[f"W{row}"].value for row in range(5, 10)] == [f"A07-5KQ2M-{row:03}" for row in range(6, 11)]
    assert [sheet[f"G{row}"].value for row in (8, 9)] == ["电话", "传真"]
    assert (sheet["K5"].value, sheet["L5"].value) == (dt.datetime(2023, 10, 1, 9, 0), dt.time(9, 2))
    # the sheet had no column for it: as the ledger holds it, since a blank cell would clear it
    assert sheet["P8"].value == AT
    assert sheet.max_row == 9


def test_entries_stand_in_the_language_of_the_receipt(folder: Path, verdicts: dict[str, list[str]]) -> None:
    """A list in another language would make 自检 refuse every entry, and hide what is wrong."""
    sheet = openpyxl.load_workbook(folder / "english.xlsx").worksheets[0]
    assert [sheet[f"G{row}"].value for row in (8, 9)] == ["Phone", "传真"]
    assert [sheet[f"{letter}5"].value for letter in "HRS"] == ["Inquiry", "Activation guided", "Satisfied"]
    assert [verdict[0] for verdict in verdicts["english"]] == [verdict[0] for verdict in verdicts["asis"]]


def test_the_answers_account_for_every_row(folder: Path) -> None:
    answers = openpyxl.load_workbook(folder / "asis.xlsx").worksheets[1]
    assert answers["A1"].value == "收到 7 条，入库 1 条，请改 5 条，旧内容 1 条没有采用"
    listed = [(row[0].value, row[1].value, row[2].value) for row in answers.iter_rows(min_row=4)]
    assert [where for where, _, _ in listed] == [f"记录 第 {row} 行" for row in range(5, 12)]
    assert [result for _, _, result in listed] == ["已入库", *["请改"] * 3, "请核对", "请改", "未采用"]
    remarks = {row[0].value: row[4].value or "" for row in answers.iter_rows(min_row=4)}
    assert "138****5678" in remarks["记录 第 8 行"]
    assert "B客户" in remarks["记录 第 9 行"]
    assert "没有采用" in remarks["记录 第 11 行"]
    assert openpyxl.load_workbook(folder / "english.xlsx").worksheets[1]["A1"].value.startswith("7 received, 1 stored, 5 to mend")


def test_the_receipt_is_younger_than_what_it_answers(folder: Path) -> None:
    properties = openpyxl.load_workbook(folder / "asis.xlsx").properties
    assert properties.modified == properties.created == AT


def test_no_page_shows_pieces_of_the_title_in_any_program(receipt: Receipt, folder: Path) -> None:
    """LibreOffice knows no print area that is worked out, and a title runs over the columns of several pages side by side."""
    sheet = openpyxl.load_workbook(folder / "asis.xlsx")["记录"]
    first, top, last, bottom = range_boundaries(sheet.print_area.rpartition("!")[2])
    assert (first, top, bottom) == (1, 4, 4 + len(receipt.to_mend))
    assert sheet.cell(4, last + 1).value == "source_id"


def test_a_row_to_mend_shows_its_longest_text_whole(receipt: Receipt, tmp_path: Path) -> None:
    """As high as 自检 alone needed, a long description stood over the rows above and below."""
    long = "客户多次来电反映同一问题并要求书面答复，" * 12
    fault = found(Code.TOO_LONG, "description", "length.description")
    (tmp_path / "long.xlsx").write_bytes(replace(receipt, rows=(returned(6, {"description": long}, fault),)).content("zh"))
    sheet = openpyxl.load_workbook(tmp_path / "long.xlsx").worksheets[0]
    column = receipt.form.by_name["description"]
    (letter,) = (cell.column_letter for cell in sheet[4] if cell.value == column.label.zh)
    assert sheet[f"{letter}5"].value == long
    assert sheet.row_dimensions[5].height >= lines(long, column.width) * 14


def test_no_row_is_higher_than_office_shows(receipt: Receipt, tmp_path: Path) -> None:
    faults = [found(Code.CELL_ERROR, name, error="#N/A") for name in receipt.form.by_name if name in ROW] * 3
    (tmp_path / "high.xlsx").write_bytes(replace(receipt, rows=(returned(6, {}, *faults),)).content("zh"))
    heights = [each.height or 0 for sheet in openpyxl.load_workbook(tmp_path / "high.xlsx") for each in sheet.row_dimensions.values()]
    assert max(heights) == ROW_HEIGHT


def test_the_audit_finds_nothing(receipt: Receipt, folder: Path) -> None:
    accepted = Receipt(**{**vars(receipt), "rows": ROWS[:1]})
    (folder / "accepted.xlsx").write_bytes(accepted.content("zh"))
    for name in ("asis", "english", "accepted"):
        result = OpenXmlValidator().validate(folder / f"{name}.xlsx")
        assert result.is_valid, result.errors
        assert result.errors == []
