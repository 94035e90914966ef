"""Receipts: every file handed in is answered, and a row mended in the answer or in its own workbook is accepted."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from csbook import messages
from tests.cli.conftest import Terminal, filled, query, type_rows
from tests.cli.test_main_job import RESPONSE

PHONE, IDENTITY = "13812345678", "110101199003070070"
FAULTY = (
    {**RESPONSE, "channel": "传真", "customer": "C公司", "accepted_at": dt.time(8, 0)},
    {**RESPONSE, "customer": "D公司", "contact_phone": int(PHONE), "description": f"客户身份证{IDENTITY}登记错误，请改"},
    {**RESPONSE, "customer": "E公司", "transfers": "一会儿转了", "solution": "#N/A"},
)
MENDED: tuple[Mapping[str, Any], ...] = (
    {"channel": "电话", "accepted_at": dt.time(9, 2)},
    {"description": "客户证件号登记错误，请改"},
    {"transfers": "无", "solution": "已告知规则"},
)


@pytest.fixture
def handed_in(terminal: Terminal, tmp_path: Path) -> Path:
    """An inbox with one workbook: a good row and three faulty ones."""
    return filled(terminal, tmp_path / "inbox" / "response-A07.xlsx", "A07", [RESPONSE, *FAULTY])


def receipt_of(folder: Path) -> Path:
    [path] = (folder / "receipts").iterdir()
    return path


def totals(terminal: Terminal, *args: object) -> dict[str, int]:
    counted = terminal("ingest", *args, "--json").document["totals"]
    return {name: count for name, count in counted.items() if count and name != "files"}


def test_the_receipt_answers_every_row(terminal: Terminal, handed_in: Path, tmp_path: Path) -> None:
    assert terminal("ingest").code == 1
    workbook = openpyxl.load_workbook(receipt_of(tmp_path))
    sheet, answers = workbook.worksheets[:2]
    assert sheet["A1"].value == answers["A1"].value == "收到 4 条，入库 1 条，请改 3 条"
    assert [sheet[f"D{row}"].value for row in range(5, 8)] == ["C公司", "D公司", "E公司"]
    assert sheet.max_row == 7
    listed = [[cell.value for cell in row] for row in answers.iter_rows(min_row=4)]
    assert [(row[0], row[1], row[2]) for row in listed] == [
        ("记录 第 5 行", "20231001001", "已入库"),
        ("记录 第 6 行", None, "请改"),
        ("记录 第 7 行", None, "请改"),
        ("记录 第 8 行", None, "请改"),
    ]
    notes = {cell.coordinate for row in sheet.iter_rows(min_row=5) for cell in row if cell.comment}
    assert notes == {"B5", "G5", "L5", "B6", "F6", "I6", "B7", "T7", "U7"}
    assert "第 6 行" in sheet["B5"].comment.text
    ids = [sheet[f"W{row}"].value for row in range(5, 8)]
    assert [each[-3:] for each in ids] == ["002", "003", "004"]
    assert workbook.custom_doc_props["csbook_desk"].value == "A07"


def test_a_receipt_is_private_and_holds_no_raw_value(terminal: Terminal, handed_in: Path, tmp_path: Path) -> None:
    terminal("ingest")
    with zipfile.ZipFile(receipt_of(tmp_path)) as archive:
        parts = b"".join(archive.read(name) for name in archive.namelist())
    assert PHONE.encode() not in parts
    assert IDENTITY.encode() not in parts
    assert "〔已隐去".encode() in parts
    if os.name == "posix":
        assert receipt_of(tmp_path).stat().st_mode & 0o777 == 0o600


def test_rows_mended_in_the_receipt_are_accepted_and_the_faulty_ones_are_stale(terminal: Terminal, handed_in: Path, tmp_path: Path) -> None:
    assert totals(terminal, handed_in, "--receipts", "receipts") == {"read": 4, "new": 1, "quarantined": 3}
    receipt = receipt_of(tmp_path)
    type_rows(receipt, [*MENDED])
    said = terminal("ingest", receipt, "--receipts", "receipts", "--json").document
    assert (said["totals"]["new"], said["totals"]["mended"], said["issues"]) == (3, 3, [])
    assert terminal("ledger", "status", "--json").document["quarantine_open"] == 0
    stale = terminal("ingest", handed_in, "--json")
    assert stale.code == 0
    assert {name: count for name, count in stale.document["totals"].items() if count} == {"files": 1, "read": 4, "unchanged": 1, "stale": 3}
    assert [issue for issue in stale.document["issues"] if issue["severity"] == "error"] == []  # nobody mends them once more
    # the receipt of the receipt took its place and says that nothing is left to do
    answered = openpyxl.load_workbook(receipt_of(tmp_path))
    assert answered.sheetnames == ["回执", "_meta"]
    assert answered.worksheets[0]["A1"].value == "收到 3 条，入库 3 条，请改 0 条"
    again = terminal("ingest", receipt_of(tmp_path), "--json").document
    assert [(file["verdict"], file["code"], file["desk"]) for file in again["files"]] == [("skipped", "EMPTY_TEMPLATE", "A07")]


def test_rows_mended_in_their_own_workbook_are_accepted_and_the_faulty_ones_are_stale(
    terminal: Terminal, handed_in: Path, tmp_path: Path
) -> None:
    terminal("ingest")
    faulty = shutil.copy(handed_in, tmp_path / "faulty.xlsx")
    type_rows(handed_in, [{}, *({**change, "contact_phone": "138****5678"} for change in MENDED)])
    assert totals(terminal, handed_in) == {"read": 4, "new": 3, "unchanged": 1, "mended": 3}
    assert totals(terminal, faulty) == {"read": 4, "unchanged": 1, "stale": 3}
    assert terminal("ledger", "status", "--json").document["quarantine_open"] == 0


def test_a_row_without_an_id_gets_one_in_its_receipt(terminal: Terminal, handed_in: Path, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(handed_in)
    for row in range(5, 15):
        workbook.worksheets[0][f"B{row}"] = workbook.worksheets[0][f"W{row}"] = None
    workbook.save(handed_in)
    terminal("ingest")
    receipt = receipt_of(tmp_path)
    issued = [openpyxl.load_workbook(receipt).worksheets[0][f"W{row}"].value for row in range(5, 8)]
    stored = [row[0] for row in query(tmp_path / "ledger.sqlite", "SELECT receipt_id FROM quarantine ORDER BY id")]
    assert issued == stored
    assert len({each for each in issued if each.startswith("A07-")}) == 3
    type_rows(receipt, [*MENDED])
    assert totals(terminal, receipt) == {"read": 3, "new": 3, "mended": 3}
    assert totals(terminal, handed_in) == {"read": 4, "unchanged": 1, "stale": 3}


def test_a_receipt_handed_in_as_it_is_changes_nothing(terminal: Terminal, handed_in: Path, tmp_path: Path) -> None:
    terminal("ingest")
    said = terminal("ingest", receipt_of(tmp_path), "--json").document
    # the phone was masked by csbook, and the row still holds the mark of what was removed
    assert said["totals"]["quarantined"] == 3
    assert {issue["code"] for issue in said["issues"]} >= {"REDACTION_MARK", "NOT_IN_LIST", "TRANSFER_INCOMPLETE"}
    assert terminal("ledger", "status", "--json").document["quarantine_open"] == 3


def test_signs_of_what_a_cell_held_are_no_values_when_the_receipt_comes_back_as_it_is(terminal: Terminal, tmp_path: Path) -> None:
    signs = {"solution": "#N/A", "description": 10**17, "solution_kind": "=A1+1"}
    rows = [{**RESPONSE, "customer": f"{name}公司", name: sign} for name, sign in signs.items()]
    filled(terminal, tmp_path / "inbox" / "response-A07.xlsx", "A07", rows)
    terminal("ingest", "--receipts", "receipts")
    said = terminal("ingest", receipt_of(tmp_path), "--receipts", "receipts", "--json").document
    assert (said["totals"]["read"], said["totals"]["quarantined"]) == (3, 3)
    errors = [(issue["code"], issue["field"]) for issue in said["issues"] if issue["severity"] == "error"]
    assert errors == [("CELL_ERROR", "solution"), ("DIGITS_LOST", "description"), ("FORMULA_UNCALCULATED", "solution_kind")]
    assert query(tmp_path / "ledger.sqlite", "SELECT count(*) FROM record") == [(0,)]
    # nor where the row says something else, and the sign is another
    type_rows(receipt_of(tmp_path), [{"raised_at": dt.time(8, 59), "solution": "=1/0"}, {"raised_at": dt.time(8, 58)}, {}])
    assert totals(terminal, receipt_of(tmp_path), "--receipts", "receipts") == {"read": 3, "quarantined": 3}
    type_rows(
        receipt_of(tmp_path), [{"solution": "已告知规则"}, {"description": "包装破损，要求换货"}, {"solution_kind": "已提供开通指引"}]
    )
    assert totals(terminal, receipt_of(tmp_path)) == {"read": 3, "new": 3, "mended": 3}


def test_a_row_in_conflict_comes_back_with_the_stored_values_beside_it(terminal: Terminal, handed_in: Path, tmp_path: Path) -> None:
    type_rows(handed_in, [{}, *(dict.fromkeys(row) for row in FAULTY)])
    terminal("ingest")
    type_rows(handed_in, [{"customer": "B客户", "raised_at": dt.time(8, 0), "satisfaction": "基本满意"}])
    said = terminal("ingest", "--json").document
    assert said["totals"]["conflict"] == 1
    sheet, answers = openpyxl.load_workbook(receipt_of(tmp_path)).worksheets[:2]
    notes = {cell.coordinate: cell.comment.text for cell in sheet[5] if cell.comment}
    assert notes.keys() == {"B5", "D5", "K5", "S5"}
    assert "A公司" in notes["D5"]
    assert "2023-10-01 09:00" in notes["K5"]
    assert "满意" in notes["S5"]
    assert (answers["B4"].value, answers["C4"].value) == ("20231001001", "请核对")
    assert sheet["W5"].value not in {None, openpyxl.load_workbook(handed_in).worksheets[0]["W5"].value}
    # handed in as it is, it is another matter
    assert totals(terminal, receipt_of(tmp_path)) == {"read": 1, "new": 1, "mended": 1}


@pytest.mark.parametrize("taken", ["receipts", "receipts/.csbook-probe/inner"])
def test_a_folder_that_takes_no_receipts_stops_before_anything_is_stored(
    terminal: Terminal, handed_in: Path, tmp_path: Path, taken: str
) -> None:
    if taken == "receipts":
        (tmp_path / taken).write_text("a file where a folder should be")
    else:
        (tmp_path / taken).mkdir(parents=True)
    said = terminal("ingest", handed_in, "--receipts", "receipts")
    assert (said.code, said.out) == (3, "")
    assert "receipts" in said.err
    assert not (tmp_path / "ledger.sqlite").exists()


def test_a_receipt_that_cannot_be_written_in_the_end_is_told(terminal: Terminal, handed_in: Path, tmp_path: Path) -> None:
    (tmp_path / "receipts" / "response-A07-回执.xlsx").mkdir(parents=True)
    said = terminal("ingest", "--json")
    assert said.code == 1
    assert said.document["totals"]["new"] == 1
    assert "response-A07-回执.xlsx" in said.err


def test_many_receipts_that_cannot_be_written_are_told_in_a_few_lines(terminal: Terminal, handed_in: Path, tmp_path: Path) -> None:
    for number in range(5):
        shutil.copy(handed_in, handed_in.with_stem(f"{handed_in.stem}-{number}"))
        (tmp_path / "receipts" / f"response-A07-{number}-回执.xlsx").mkdir(parents=True)
    said = terminal("ingest")
    assert said.code == 1
    assert [line for line in range(5) if f"response-A07-{line}-回执" in said.err] == [0, 1, 2]
    assert messages.text("zh", "receipts.others_missing", count=2) in said.err


def test_files_of_one_name_have_receipts_of_their_own(terminal: Terminal, handed_in: Path, tmp_path: Path) -> None:
    for desk in ("A08", "A09"):
        filled(terminal, tmp_path / "inbox" / desk / "Response.xlsx", desk, [{**RESPONSE, "customer": f"{desk}公司"}])
    shutil.copy(tmp_path / "inbox" / "A08" / "Response.xlsx", tmp_path / "inbox" / "response.xlsx")
    terminal("ingest")
    assert sorted(path.name for path in (tmp_path / "receipts").iterdir()) == [
        "A08-Response-回执.xlsx",
        "A08-response-2-回执.xlsx",
        "A09-Response-回执.xlsx",
        "response-A07-回执.xlsx",
    ]


def test_a_refused_file_is_answered_with_what_to_do(terminal: Terminal, handed_in: Path, tmp_path: Path) -> None:
    (tmp_path / "inbox" / "notes.xlsx").write_bytes(b"no workbook at all")
    with zipfile.ZipFile(tmp_path / "inbox" / f"of-{PHONE}.xlsx", "w") as archive:
        archive.writestr("../outside.xml", "<a/>")
    terminal("ingest")
    answers = {path.name: openpyxl.load_workbook(path).worksheets for path in (tmp_path / "receipts").iterdir()}
    [sheet] = answers["notes-回执.xlsx"]
    assert "notes.xlsx" in sheet["A1"].value
    shown = [cell.value for row in sheet.iter_rows() for cell in row if cell.value]
    assert "没有收下" in shown
    assert any("改法" in str(text) for text in shown)
    assert len(answers) == 3
    assert not any(PHONE in name or PHONE in str(found["A1"].value) for name, (found, *_) in answers.items())


def test_a_time_of_day_without_its_day_is_told_of_the_day(terminal: Terminal, tmp_path: Path) -> None:
    filled(
        terminal,
        tmp_path / "inbox" / "response-A07.xlsx",
        "A07",
        [{**RESPONSE, "raised_date": "26-11-02", "accepted_at": "九点多", "started_at": "下午2点半"}],
    )
    issues = {issue["field"]: issue["message"] for issue in terminal("ingest", "--json").document["issues"]}
    # the day itself may be two days, 9:00 is in order, 九点多 is not
    assert [name for name, message in issues.items() if "只填时分算不出时间" in message] == [
        "raised_at", "first_response_at", "started_at", "resolved_at",
    ]  # fmt: skip
    assert all("先改好「日期」" in issues[name] for name in ("raised_at", "resolved_at"))
    assert "2026-11-02" in issues["raised_date"]
    notes = [cell.comment.text for cell in openpyxl.load_workbook(receipt_of(tmp_path)).worksheets[0][5] if cell.comment]
    assert sum("先改好「日期」" in note for note in notes) == 4
    assert sum("2026-11-02" in note for note in notes) == 1
