"""A team's old spreadsheet becomes rows of a form by a map, and stays the same records when it comes again."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from csbook import messages, privacy
from csbook.forms import Contradictions, Definitions
from csbook.intake import read
from csbook.intake.foreign import mapping, proposal
from csbook.intake.foreign.ids import hashed
from csbook.issues import Code, Severity, UsageError
from csbook.policy.calendar import Calendar
from csbook.privacy import Profile
from csbook.rules.rule import flagged
from tests.intake.conftest import ROOT

HEADINGS = [
    "Call Id",
    "Agent",
    "Date",
    "Time",
    "Topic",
    "Answered (Y/N)",
    "Resolved",
    "Speed of answer in seconds",
    "AvgTalkDuration",
    "Satisfaction rating",
]
CALLS = [
    ["ID0001", "Diane", "2021-01-01", dt.time(9, 12, 58), "Contract related", "Y", "Y", 109, dt.time(0, 2, 23), 3],
    ["ID0002", "Becky", "2021-01-01", dt.time(9, 12, 58), "Technical Support", "Y", "N", 70, dt.time(0, 4, 2), 5],
    ["ID0003", "Jim", "2021-01-02", dt.time(10, 0), "Streaming", "N", "N", None, None, None],
]
PWC = ROOT / "docs" / "examples" / "pwc_call_center.toml"
HOTLINE = """
form = "hotline"
source = "old-log"
{identity}
[field]
raised_at = {{ from = ["Date", "Time"], format = ["%d/%m/%Y %H:%M", "%d/%m/%Y"] }}
channel = {{ from = "Way", values = {{ "Tel." = "phone", "-" = "" }}, default = "app" }}
contact_name = {{ constant = "*" }}
contact_phone = {{ constant = "*" }}
description = {{ from = ["Topic", "Text"], joint = "：" }}
category = {{ constant = "inquiry" }}
priority = {{ constant = "低" }}
department = {{ constant = "product" }}
owner = {{ constant = "客服主管" }}
"""
OLD = [
    ["No", "Date", "Time", "Way", "Topic", "Text"],
    [1, "03/04/2024", "9:05", "Tel.", "账单", "想查询上月账单"],
    [2, "25/12/2024", "14:30", None, None, "想查询订单"],
    [3, dt.datetime(2024, 12, 26), dt.time(8, 0), "-", "账单", None],
    [4, "someday", None, "电话", "账单", "x"],
]


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    def save(rows: Sequence[Sequence[Any]], name: str = "old.xlsx", title: str = "Sheet1") -> Path:
        book: Any = openpyxl.Workbook()
        book.active.title = title
        for row in rows:
            book.active.append(list(row))
        book.save(tmp_path / name)
        return tmp_path / name

    return save


@pytest.fixture
def mapped(tmp_path: Path, definitions: Definitions) -> Callable[[str], Any]:
    def load(text: str) -> Any:
        (tmp_path / "map.toml").write_text(text, "utf-8")
        return mapping.load(tmp_path / "map.toml", definitions)

    return load


@pytest.fixture
def intake(definitions: Definitions) -> Callable[..., Any]:
    return lambda path, foreign: read([path], definitions, Calendar(((),) * 7), foreign)


@pytest.fixture(scope="module")
def profile() -> Profile:
    return privacy.load(ROOT / "validations" / "privacy.toml")


def keys(text: str, load: Callable[[str], Any]) -> list[tuple[str, str]]:
    with pytest.raises(Contradictions) as caught:
        load(text)
    for lang in messages.LOCALES:
        assert caught.value.text(lang)
    return [(each.key, each.id) for each in caught.value.found]


def test_every_call_of_the_shipped_example_becomes_a_row(intake: Any, sheet: Any, definitions: Definitions) -> None:
    result = intake(sheet([HEADINGS, *CALLS]), mapping.load(PWC, definitions))
    (rows,) = result.rows
    frame = rows.frame
    assert (result.files[0].verdict, result.files[0].form, result.issues) == ("accepted", "feedback", ())
    assert rows.places["source_id"].tolist() == ["pwc-call-center:ID0001", "pwc-call-center:ID0002", "pwc-call-center:ID0003"]
    assert frame["raised_at"].astype(str).tolist() == ["2021-01-01 09:12:00", "2021-01-01 09:12:00", "2021-01-02 10:00:00"]
    assert frame["category"].tolist() == ["inquiry", "after_sales", "quality_complaint"]
    assert frame["satisfaction"].tolist() == ["neutral", "very_satisfied", "unrated"]
    assert frame["online_seconds"].astype("Int64").tolist() == [109, 70, pd.NA]
    assert frame["agent"].tolist() == ["客服Diane", "客服Becky", "客服Jim"]
    assert frame["note"].tolist() == ["Y / Y / 00:02:23", "Y / N / 00:04:02", "N / N"]
    assert rows.blocks[0].columns["raised_date"] == "C"


def test_dates_and_times_are_joined_and_read_by_their_format(intake: Any, sheet: Any, mapped: Any) -> None:
    (rows,) = intake(sheet(OLD), mapped(HOTLINE.format(identity='number = "No"'))).rows
    assert rows.frame["raised_at"].astype(str).tolist()[:3] == ["2024-04-03 09:05:00", "2024-12-25 14:30:00", "2024-12-26 08:00:00"]
    assert rows.frame["raised_at?unreadable"].tolist() == [False, False, False, True]
    assert rows.places["source_id"].tolist() == [f"old-log:{number}" for number in (1, 2, 3, 4)]


def test_a_header_that_is_repeated_on_every_page_is_no_row(intake: Any, sheet: Any, mapped: Any) -> None:
    torn = [*OLD[0][:3], None, *OLD[0][4:]]
    (rows,) = intake(sheet([*OLD[:3], OLD[0], OLD[3], torn, OLD[4]]), mapped(HOTLINE.format(identity='number = "No"'))).rows
    assert rows.places["row"].tolist() == [2, 3, 5, 7]
    (rows,) = intake(sheet([*OLD[:3], ["No", *OLD[3][1:]]]), mapped(HOTLINE.format(identity='number = "No"'))).rows
    assert rows.places["row"].tolist() == [2, 3, 4]  # a row of its own all the same


def test_a_row_without_any_of_the_columns_that_are_joined_stays_in_its_place(intake: Any, sheet: Any, mapped: Any) -> None:
    torn = [*OLD[:2], ["合计", None, None, "2通", None, None], *OLD[2:], [9, None, None, None, "账单", "x"]]
    (rows,) = intake(sheet(torn), mapped(HOTLINE.format(identity='number = "No"'))).rows
    assert rows.frame["description"].fillna("").tolist() == ["账单：想查询上月账单", "", "想查询订单", "账单", "账单：x", "账单：x"]
    raised = rows.frame["raised_at"].dt.strftime("%Y-%m-%d %H:%M").fillna("").tolist()
    assert raised == ["2024-04-03 09:05", "", "2024-12-25 14:30", "2024-12-26 08:00", "", ""]


def test_bare_days_of_a_workbook_that_counts_from_1904(intake: Any, sheet: Any, mapped: Any) -> None:
    path = sheet([["No", "Date", "Time", "Way", "Topic", "Text"], [1, 44190.3333333333, None, "-", "账单", "x"]])
    book: Any = openpyxl.load_workbook(path)
    book.epoch = openpyxl.utils.datetime.MAC_EPOCH
    book.save(path)
    (rows,) = intake(path, mapped(HOTLINE.format(identity='number = "No"'))).rows
    assert rows.frame["raised_at"].astype(str).tolist() == ["2024-12-26 08:00:00"]


def test_values_defaults_constants_and_joined_texts(intake: Any, sheet: Any, mapped: Any) -> None:
    (rows,) = intake(sheet(OLD), mapped(HOTLINE.format(identity='number = "No"'))).rows
    assert rows.frame["channel"].tolist() == ["phone", "app", "app", "phone"]
    assert rows.frame["description"].tolist() == ["账单：想查询上月账单", "想查询订单", "账单", "账单：x"]
    assert rows.frame["priority"].tolist() == ["low"] * 4


def test_a_key_of_several_columns_is_a_hash_that_stays(intake: Any, sheet: Any, mapped: Any) -> None:
    by_key = mapped(HOTLINE.format(identity='key = ["Date", "Text"]'))
    (first,) = intake(sheet(OLD), by_key).rows
    (again,) = intake(sheet([OLD[0], *OLD[:0:-1]], "again.xlsx"), by_key).rows
    ids = first.places["source_id"].tolist()
    assert again.places["source_id"].tolist() == ids[::-1]
    assert len(set(ids)) == 4
    assert all(re.fullmatch("old-log:[0-9a-f]{24}", each) for each in ids), ids


def test_no_sheet_beside_one_that_fits_the_map_is_passed_over_unsaid(intake: Any, tmp_path: Path, mapped: Any) -> None:
    book: Any = openpyxl.Workbook()
    sheets = {
        "十月": OLD,
        "十一月": [["No", "Date", "Time", "Way", "Subject", "Text"], *OLD[1:]],
        "说明": [list("abc"), list("xyz")],
        "空": [],
    }
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "months.xlsx")
    by_number = HOTLINE.format(identity='number = "No"')
    result = intake(tmp_path / "months.xlsx", mapped(by_number))
    assert [(issue.code, issue.sheet) for issue in result.issues] == [
        (Code.MAP_COLUMN_MISSING, "十一月"),
        (Code.SHEET_PASSED_OVER, "说明"),
    ]
    assert [(file.verdict, file.code) for file in result.files] == [("partly", "MAP_COLUMN_MISSING")]
    assert len(result.rows[0].places) == 4
    # a map that names its sheet says that the others are not meant
    assert not intake(tmp_path / "months.xlsx", mapped(by_number.replace("[field]", 'sheet = "十月"\n[field]'))).issues


def test_a_blank_number_is_named_and_the_row_kept(intake: Any, sheet: Any, mapped: Any) -> None:
    result = intake(sheet([*OLD[:2], [None, "25/12/2024", "8:00", "Tel.", "账单", "y"]]), mapped(HOTLINE.format(identity='number = "No"')))
    assert [(issue.code, issue.severity, issue.cell) for issue in result.issues] == [(Code.FOREIGN_ID_MISSING, Severity.WARNING, "A3")]
    assert result.rows[0].places["source_id"].isna().tolist() == [False, True]


def test_a_long_number_is_known_by_its_hash(intake: Any, sheet: Any, mapped: Any) -> None:
    result = intake(sheet([OLD[0], ["N" * 99, *OLD[1][1:]]]), mapped(HOTLINE.format(identity='number = "No"')))
    assert len(result.rows[0].places["source_id"][0]) < 40


def test_columns_that_the_map_does_not_name_are_named(intake: Any, sheet: Any, mapped: Any) -> None:
    rows = [[*row, extra] for row, extra in zip(OLD, ["Mood", "x", "", "", ""], strict=True)]
    result = intake(sheet(rows), mapped(HOTLINE.format(identity='number = "No"')))
    assert [(issue.code, issue.cell) for issue in result.issues] == [(Code.COLUMN_UNKNOWN, "G1")]


def test_error_values_spoil_every_field_that_is_read_from_the_cell(intake: Any, sheet: Any, mapped: Any) -> None:
    path = sheet(OLD)
    book: Any = openpyxl.load_workbook(path)
    book.active["B3"].value, book.active["B3"].data_type = "#N/A", "e"
    book.save(path)
    result = intake(path, mapped(HOTLINE.format(identity='number = "No"')))
    assert flagged(result.rows[0].frame, "raised_at", Code.CELL_ERROR).tolist() == [False, True, False, False]
    assert result.rows[0].texts["raised_at"][1] == "#N/A"


def test_the_table_is_found_below_titles_and_on_the_named_sheet(intake: Any, sheet: Any, mapped: Any) -> None:
    path = sheet([["Log of 2024"], [], *OLD], title="Log")
    book: Any = openpyxl.load_workbook(path)
    other = book.create_sheet("Copy", 0)
    for row in OLD[:2]:
        other.append(row)
    book.save(path)
    both = intake(path, mapped(HOTLINE.format(identity='number = "No"')))
    assert [(block.sheet, block.header_row) for block in both.rows[0].blocks] == [("Copy", 1), ("Log", 3)]
    one = intake(path, mapped(HOTLINE.format(identity='number = "No"\nsheet = "Log"\nheader_row = 3\ndesk = "A07"')))
    assert [(block.sheet, block.header_row) for block in one.rows[0].blocks] == [("Log", 3)]
    assert one.files[0].desk.desk == "A07"


def test_headings_of_the_map_that_are_not_there_are_named(intake: Any, sheet: Any, mapped: Any) -> None:
    rows = [[{"Way": "Channel"}.get(str(cell), cell) for cell in row] for row in OLD]
    by_map = mapped(HOTLINE.format(identity='number = "No"'))
    result = intake(sheet(rows), by_map)
    assert [(issue.code, issue.severity) for issue in result.issues] == [(Code.MAP_COLUMN_MISSING, Severity.ERROR)]
    assert "Way" in messages.text("zh", "MAP_COLUMN_MISSING.fault", **result.issues[0].words)
    assert intake(sheet([["x"], [1]], "other.xlsx"), by_map).files[0].code == "MAP_COLUMN_MISSING"


def test_our_own_workbooks_are_read_as_ever_beside_a_map(intake: Any, write: Any, mapped: Any) -> None:
    path = write("a.xlsx", [{"raised_date": "2023-10-01", "customer": "A公司", "raised_at": "9:00"}])
    unstamped = write("b.xlsx", [{"raised_date": "2023-10-01", "customer": "A公司", "raised_at": "9:00"}], stamp=None)
    by_map = mapped(HOTLINE.format(identity='number = "No"'))
    assert [intake(each, by_map).files[0].form for each in (path, unstamped)] == ["response", "response"]


def test_an_old_table_without_rows_is_skipped(intake: Any, sheet: Any, mapped: Any) -> None:
    result = intake(sheet(OLD[:1]), mapped(HOTLINE.format(identity='number = "No"')))
    assert (result.files[0].verdict, result.files[0].code, result.rows) == ("skipped", "EMPTY_TEMPLATE", ())


def test_all_faults_of_a_map_are_named_at_once(mapped: Any) -> None:
    text = """
form = "feedback"
source = "a:b"
number = "No"
key = ["No"]
header_row = 0
desk = "a/b"
colour = "red"
[field]
raised_date = { from = "Date", constant = "2024-01-01" }
raised_clock = { format = "%H:%M" }
channel = { from = "Way", values = { "Tel." = "telegraph" }, default = "pigeon" }
description = { from = "Text", format = "%d" }
due_at = { from = "Due", format = "dd/mm" }
record_no = { from = "No" }
mood = { from = "Mood" }
plan = { constant = "x", default = "y" }
note = "Text"
"""
    found = keys(text, mapped)
    assert {
        ("colour", "unknown_key"), ("number", "map_identity"), ("source", "map_source"), ("header_row", "map_header_row"), ("desk", "map_desk"),
        ("field.raised_date", "map_origin"), ("field.raised_clock", "map_origin"), ("field.channel.values.Tel.", "map_entry"),
        ("field.channel.default", "map_entry"), ("field.description.format", "wrong_kind"), ("field.due_at.format", "map_format"),
        ("field.record_no", "map_auto"), ("field.mood", "unknown_field"), ("field.plan.default", "map_constant"), ("field.note", "wrong_shape"),
        ("field.owner", "map_required"), ("field.agent", "map_required"),
    } <= set(found)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "key"), [('form = "x"\nsource = "y"\nnumber = "z"\n[field]', "form"), ("form = ", ""), ("source = 1", "form")]
)
def test_a_map_without_a_known_form_says_so(mapped: Any, text: str, key: str) -> None:
    assert key in {each for each, _ in keys(text, mapped)}


def test_a_private_number_is_never_written_out() -> None:
    ids = pd.Series(["log:1", "log:13812345678", None, "A07-5KQ2M-001"], dtype="str")
    redacted = pd.Series(["log:1", "log:138****5678", None, "A07-*"], dtype="str")
    kept = hashed(ids, redacted)
    assert kept[0] == "log:1"
    assert kept[1].startswith("log:")
    assert re.fullmatch("log:[0-9a-f]{24}", kept[1])
    assert kept.isna().tolist() == [False, False, True, False]
    assert kept[3] == "A07-5KQ2M-001"


def test_a_draft_is_a_map_that_names_what_is_missing(profile: Profile, sheet: Any, definitions: Definitions, mapped: Any) -> None:
    text = proposal.proposed(sheet([HEADINGS, *CALLS]), definitions, "feedback", "zh", profile)
    draft = tomllib.loads(text)
    assert (draft["form"], draft["number"], draft["header_row"]) == ("feedback", "Call Id", 1)
    assert draft["field"]["raised_date"] == {"from": "Date"}
    assert all(id_ == "map_required" for _, id_ in keys(text, mapped))
    assert "Resolved" in text


def test_a_draft_recognises_headings_and_asks_for_strange_values(profile: Profile, sheet: Any, definitions: Definitions) -> None:
    rows = [
        ["編號", "來電時間", "渠道", "问题分类", "客户姓明"],
        ["a1", "03/04/2024 9:00", "电话热线", "咨询类", "王小明"],
        ["a2", "05/04/2024 9:00", "微信", "投诉", "李雷"],
    ]
    text = proposal.proposed(sheet(rows), definitions, "hotline", "en", profile)
    draft = tomllib.loads(text)
    assert draft["field"]["raised_at"]["from"] == "來電時間"
    assert '# format = "%d/%m/%Y"' in text
    assert draft["field"]["channel"] == {"from": "渠道", "values": {"电话热线": "phone", "微信": "?"}}
    assert "contact_name" not in draft["field"]
    assert '# from = "客户姓明"' in text


def test_a_heading_like_a_time_is_no_time_where_its_values_are_none(profile: Profile, sheet: Any, definitions: Definitions) -> None:
    def guessed(heading: str, *values: object) -> bool:
        text = proposal.proposed(
            sheet([["Ref", heading], *([place, value] for place, value in enumerate(values))]), definitions, "hotline", "en", profile
        )
        return f'from = "{heading}"' in text

    assert not guessed("Call Id", "ID0001", "ID0002")
    assert not guessed("Call Id", 45001, 45002)
    assert guessed("Call tme", "2024-03-01 9:00", None)
    assert guessed("Call tme", "03/04/2024", "04/04/2024")
    assert guessed("Call tme", None, None)


def test_a_draft_holds_no_private_value(profile: Profile, sheet: Any, definitions: Definitions) -> None:
    rows = [["No", "Who", "渠道"], [1, "王小明 13812345678", "13912345678 打来"], [2, "李雷 a@b.cn", "住杭州市西湖区文三路88号3幢501室"]]
    text = proposal.proposed(sheet(rows), definitions, "hotline", "zh", profile)
    assert not any(private in text for private in ("王小明", "138", "139", "李雷", "a@b.cn", "路88号"))
    assert "字字字 99999999999" in text


def test_what_holds_no_table_is_refused(profile: Profile, sheet: Any, definitions: Definitions, tmp_path: Path) -> None:
    (tmp_path / "text.xlsx").write_text("no workbook")
    for path in (sheet([["x"]]), tmp_path / "text.xlsx", tmp_path / "nowhere.xlsx"):
        with pytest.raises(UsageError):
            proposal.proposed(path, definitions, "hotline", "zh", profile)
