"""A foreign table from draft to ledger: all rows in, twice unchanged, a corrected copy updated."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.cli.conftest import Terminal, query

MAP = """
form = "hotline"
source = "old-log"
number = "No"
[field]
raised_at = { from = ["Date", "Time"] }
channel = { constant = "phone" }
contact_name = { constant = "*" }
contact_phone = { constant = "*" }
description = { from = "Text" }
category = { constant = "inquiry" }
priority = { constant = "low" }
department = { constant = "product" }
owner = { constant = "客服主管" }
"""
# eleven digits that are not a part of a file's sha256, where they come by chance
PHONE = "(?<![0-9a-f])1[3-9][0-9]{9}(?![0-9a-f])"
HEADINGS = ("No", "Date", "Time", "Text")
ROWS = [
    ("L1", "2024-03-01", "9:00", "想查询上月的账单明细"),
    ("L2", "2024-03-01", "9:00", "想查询上月的账单明细"),
    ("L3", "2024-03-02", "9:30", "想查询订单物流状态"),
]


def saved(folder: Path, name: str, rows: Sequence[Sequence[Any]], day: int, headings: Sequence[str] = HEADINGS) -> Path:
    book: Any = openpyxl.Workbook()
    for row in (headings, *rows):
        book.active.append(list(row))
    book.properties.modified = dt.datetime(2024, 4, day)
    book.save(folder / name)
    return folder / name


@pytest.fixture
def by_map(terminal: Terminal, tmp_path: Path) -> Any:
    (tmp_path / "map.toml").write_text(MAP, "utf-8")

    def ingest(path: Path, command: str = "ingest") -> dict[str, int]:
        said = terminal(command, path, "--map", "map.toml", "--json")
        assert said.code in (0, 1), said.err
        totals: dict[str, int] = said.document["totals"]
        return {name: count for name, count in totals.items() if count and name != "files"}

    return ingest


def test_twice_is_unchanged_and_a_corrected_copy_updates(by_map: Any, tmp_path: Path) -> None:
    first = saved(tmp_path, "a.xlsx", ROWS, 1)
    assert by_map(first, "check") == {"read": 3, "new": 3}
    assert by_map(first) == {"read": 3, "new": 3}
    assert by_map(first) == {"read": 3, "unchanged": 3}
    # every fact of a row is another one: its number alone says which record it is
    corrected = [ROWS[0], ROWS[1], ("L3", "2024-03-05", "11:00", "要求开具增值税发票"), ("L4", *ROWS[0][1:])]
    assert by_map(saved(tmp_path, "b.xlsx", corrected, 2)) == {"read": 4, "new": 1, "updated": 1, "unchanged": 2}
    assert by_map(saved(tmp_path, "b.xlsx", corrected, 2)) == {"read": 4, "unchanged": 4}
    assert by_map(first) == {"read": 3, "unchanged": 2, "stale": 1}
    assert {key for (key,) in query(tmp_path / "ledger.sqlite", "SELECT source_key FROM alias")} == {
        f"old-log:L{place}" for place in (1, 2, 3, 4)
    }


def test_a_later_export_of_other_rows_is_never_taken_for_the_earlier_ones(by_map: Any, tmp_path: Path) -> None:
    by_map(saved(tmp_path, "a.xlsx", ROWS[:1], 1))
    assert by_map(saved(tmp_path, "b.xlsx", ROWS[1:], 2)) == {"read": 2, "new": 2}


def test_a_private_number_is_not_stored(by_map: Any, tmp_path: Path) -> None:
    rows = [("13812345678", *ROWS[0][1:])]
    assert by_map(saved(tmp_path, "a.xlsx", rows, 1)) == {"read": 1, "new": 1}
    assert by_map(saved(tmp_path, "a.xlsx", rows, 1)) == {"read": 1, "unchanged": 1}
    assert b"13812345678" not in (tmp_path / "ledger.sqlite").read_bytes()


def test_a_faulty_row_is_mended_by_its_number(by_map: Any, tmp_path: Path) -> None:
    assert by_map(saved(tmp_path, "a.xlsx", [("L1", "someday", "9:00", ROWS[0][3])], 1)) == {"read": 1, "quarantined": 1}
    assert by_map(saved(tmp_path, "a.xlsx", ROWS[:1], 2)) == {"read": 1, "new": 1, "mended": 1}


def test_a_date_with_two_readings_is_asked_about_with_both(terminal: Terminal, by_map: Any, tmp_path: Path) -> None:
    path = saved(tmp_path, "a.xlsx", [("L1", "03/04/2024", "9:00", ROWS[0][3]), ("L2", "25/12/2024", "9:00", ROWS[0][3])], 1)
    (two, one) = terminal("check", path, "--map", "map.toml", "--json").document["issues"]
    assert (two["code"], two["cell"], one["code"]) == ("UNREADABLE", "B2", "UNREADABLE")
    assert "2024-03-04 还是 2024-04-03" in two["message"]
    assert "2024-12-25" in one["message"]


def test_a_draft_is_written_and_named(terminal: Terminal, tmp_path: Path) -> None:
    path = saved(tmp_path, "a.xlsx", ROWS, 1)
    said = terminal("map", path, "--form", "hotline", "-o", "draft.toml")
    assert said.code == 0
    assert "draft.toml" in said.out
    assert (tmp_path / "draft.toml").read_text("utf-8") == terminal("map", path, "--form", "hotline").out
    refused = terminal("check", path, "--map", "draft.toml")
    assert refused.code == 2
    assert "field.owner" in refused.err


@pytest.mark.parametrize(
    "words",
    [("nowhere.xlsx", "--form", "hotline"), ("a.xlsx", "--form", "survey"), ("a.xlsx", "--form", "hotline", "-o", "a.xlsx"), ("a.xlsx",)],
)
def test_what_cannot_be_drafted_is_a_usage_error(terminal: Terminal, tmp_path: Path, words: tuple[str, ...]) -> None:
    saved(tmp_path, "a.xlsx", ROWS, 1)
    said = terminal("map", *words)
    assert said.code == 2
    assert said.err.strip()


@pytest.mark.parametrize("text", [None, "form = ", 'form = "hotline"'])
def test_a_map_that_does_not_fit_stops_everything(terminal: Terminal, tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "map.toml").write_text(text, "utf-8")
    said = terminal("ingest", saved(tmp_path, "a.xlsx", ROWS, 1), "--map", "map.toml")
    assert said.code == 2
    assert "map.toml" in said.err
    assert not (tmp_path / "ledger.sqlite").exists()


def test_a_heading_with_personal_data_goes_by_its_letter(terminal: Terminal, tmp_path: Path) -> None:
    headings = ("回电13812345678", "来电时间", "问题描述 13912345678", "备注 13712345678")
    path = saved(
        tmp_path, "a.xlsx", [("L1", "2024-03-01 9:00", ROWS[0][3], "无"), ("L2", "2024-03-01 9:05", ROWS[2][3], "无")], 1, headings
    )
    draft = terminal("map", path, "--form", "hotline").out
    assert 'number = "[A]"' in draft
    assert '# "[D]": ' in draft
    assert not re.search(PHONE, draft)
    text = MAP.replace('"No"', '"[A]"').replace('["Date", "Time"]', '"来电时间"').replace('"Text"', '"[C]"')
    (tmp_path / "map.toml").write_text(text, "utf-8")
    said = terminal("ingest", path, "--map", "map.toml", "--json")
    assert said.document["totals"]["new"] == 2
    assert not re.search(PHONE, said.out + said.err)


@pytest.mark.parametrize(("name", "fault"), [("old.txt", ".txt"), ("old.zip", ".zip"), ("old.xls", ".xls")])
def test_what_is_no_workbook_by_name_is_told_so_with_what_to_do(terminal: Terminal, tmp_path: Path, name: str, fault: str) -> None:
    (tmp_path / name).write_text("No,Date,Time,Text\n")
    said = terminal("--lang", "en", "map", name, "--form", "hotline")
    assert (said.code, said.out) == (2, "")
    assert fault in said.err.replace(name, "", 1)
    assert "named .xlsx" not in said.err
    assert "What to do" in said.err


ONE_STAMP = """
form = "communication"
source = "desk-log"
number = "No"
[field]
raised_date = { from = "Created" }
raised_clock = { from = "Created" }
customer = { constant = "CUST1" }
channel = { constant = "phone" }
description = { from = "Text" }
agent = { constant = "客服小李" }
follow_up = { constant = "明日电话确认" }
status = { constant = "open" }
"""


def test_one_column_with_date_and_time_fills_a_date_and_a_clock(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(ONE_STAMP, "utf-8")
    text = "客户咨询产品使用方法"
    said = ["2024-03-01 9:05:00", "2024-03-01T09:05:00", "2024年3月1日 9时5分", "20240301 09:05", dt.datetime(2024, 3, 1, 9, 5)]
    unclear = ["2024-03-01", dt.datetime(2024, 3, 1), "03/04/2024 9:05"]  # no time of day, and two readings
    rows = [(f"L{place}", stamp, text) for place, stamp in enumerate([*said, *unclear])]
    path = saved(tmp_path, "export.xlsx", rows, 1, ("No", "Created", "Text"))
    document = terminal("ingest", path, "--map", "map.toml", "--json").document
    assert (document["totals"]["new"], document["totals"]["quarantined"]) == (len(said), len(unclear))
    found = {(issue["row"], issue["field"]) for issue in document["issues"] if issue["severity"] == "error"}
    assert found == {(7, "raised_clock"), (8, "raised_clock"), (9, "raised_date")}
    assert len(query(tmp_path / "ledger.sqlite", "SELECT DISTINCT raised_at FROM record")) == 1
