"""The main job as an administrator runs it: templates out, filled workbooks in, figures out."""

from __future__ import annotations

import datetime as dt
import warnings
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.cli.conftest import Terminal, query, type_rows

# the printed rows of FORMS.md, typed as an agent would type them
RESPONSE = {
    "raised_date": dt.date(2023, 10, 1), "customer": "A公司", "contact_phone": "138****5678", "channel": "电话", "category": "咨询类",
    "description": "询问如何开通企业会员的批量折扣功能", "agent": "*客服小李", "raised_at": dt.time(9, 0),
    "accepted_at": dt.time(9, 2), "first_response_at": dt.time(9, 5), "started_at": dt.time(9, 5), "resolved_at": dt.time(9, 20), "solution_kind": "已提供开通指引",
    "satisfaction": "满意", "solution": "告知会员折扣规则，发送批量操作指引文档", "transfers": "无", "reviewer": "*主管王姐",
}  # fmt: skip
HOTLINE = {
    "raised_at": "2023-10-0114:30", "channel": "电话", "contact_name": "*女士", "contact_phone": "138****5678",
    "description": "想查询订单的物流状态，昨天下单至今未更新", "category": "咨询类", "priority": "低", "department": "产品部",
    "owner": "*主管",
    "agent": "客服小李", "due_at": dt.datetime(2023, 10, 2, 18, 0), "resolved_at": dt.datetime(2023, 10, 2, 17, 45),
    "solution": "物流信息更新，已告知客户", "satisfaction": "满意", "note": "客户要求物流信息推送至短信",
}  # fmt: skip
COMMUNICATION = [
    {
        "raised_date": dt.date(2023, 10, 1), "raised_clock": dt.time(14, 30), "customer": "CUST456", "channel": "电话",
        "description": "客户反馈订单延迟发货", "agent": "客服小李", "solution": "协调物流部门加急处理", "follow_up": "明日电话确认",
        "status": "开放",
    },
    {
        "raised_date": dt.date(2023, 10, 2), "raised_clock": dt.time(10, 15), "customer": "CUST789", "channel": "在线聊天",
        "description": "客户咨询产品使用方法", "agent": "客服小王", "solution": "提供视频教程", "status": "关闭",
    },
    {
        "raised_date": dt.date(2023, 10, 3), "raised_clock": dt.time(16, 45), "customer": "CUST101", "channel": "邮件",
        "description": "客户投诉服务质量差", "agent": "客服小张", "solution": "道歉并安排主管回访", "follow_up": "48小时内解决",
        "status": "开放",
    },
]  # fmt: skip


@pytest.fixture
def printed(terminal: Terminal, tmp_path: Path) -> Path:
    """An inbox with the printed rows in generated templates."""
    inbox = tmp_path / "inbox"
    assert terminal("template", "response", "hotline", "communication", "-o", inbox, "--desk", "A07", "--rows", "20").code == 0
    type_rows(inbox / "response-A07.xlsx", [RESPONSE])
    type_rows(inbox / "hotline-A07.xlsx", [HOTLINE])
    type_rows(inbox / "communication-A07.xlsx", COMMUNICATION)
    return inbox


def test_a_length_is_measured_before_redaction(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("template", "response", "-o", tmp_path, "--rows", "5").code == 0
    texts = ("问" * 193 + "a@b.com", "问" * 180 + "long.address@example.com")
    type_rows(tmp_path / "response.xlsx", [{**RESPONSE, "description": text} for text in texts])
    issues = terminal("check", tmp_path / "response.xlsx", "--json").document["issues"]
    assert [(issue["row"], issue["code"]) for issue in issues if issue["severity"] == "error"] == [(6, "TOO_LONG")]


def test_the_printed_rows_are_accepted_and_numbered(terminal: Terminal, printed: Path, tmp_path: Path) -> None:
    said = terminal("ingest", "--json")
    assert said.code == 0, said.out
    assert said.document["totals"] | {"files": 3, "read": 5, "new": 5, "quarantined": 0} == said.document["totals"]
    assert {file["desk"] for file in said.document["files"]} == {"A07"}
    numbers = set(query(tmp_path / "ledger.sqlite", "SELECT form, record_no FROM record"))
    assert numbers == {
        ("response", "20231001001"),
        ("hotline", "20231001001"),
        ("communication", "CR001"),
        ("communication", "CR002"),
        ("communication", "CR003"),
    }


def test_the_printed_durations_come_out(terminal: Terminal, printed: Path) -> None:
    terminal("ingest")
    said = terminal("analyze", "--json", "--form", "response", "--as-of", "2023-10-05")
    assert said.code == 0
    overview = said.document["tables"]["overview"][0]
    assert overview["resolution_mean"] == 20
    assert overview["first_response_mean"] == 5


def test_a_promise_gives_the_due_time(terminal: Terminal, printed: Path) -> None:
    terminal("ingest")
    said = terminal("analyze", "--json", "--form", "communication", "--as-of", "2023-10-04 12:00")
    due = {row["record_no"]: row["due_at"] for row in said.document["tables"]["open"] if row["due_at"]}
    assert due == {"CR001": "2023-10-03T00:00:00.000", "CR003": "2023-10-05T16:45:00.000"}


def test_the_same_folder_twice_changes_nothing(terminal: Terminal, printed: Path) -> None:
    terminal("ingest")
    said = terminal("ingest", "--json")
    assert said.code == 0
    assert said.document["totals"]["unchanged"] == said.document["totals"]["read"] == 5


def test_check_gives_the_same_verdicts_and_stores_nothing(terminal: Terminal, printed: Path, tmp_path: Path) -> None:
    type_rows(printed / "response-A07.xlsx", [{"channel": "传真", "customer": None}])
    said = terminal("check", printed, "--json")
    assert said.code == 1
    assert said.document["batch"] is None
    assert not (tmp_path / "ledger.sqlite").exists()
    found = {(issue["code"], issue["cell"], issue["field"]) for issue in said.document["issues"]}
    ingested = terminal("ingest", "--json")
    assert found == {(issue["code"], issue["cell"], issue["field"]) for issue in ingested.document["issues"]}
    assert {code for code, _, _ in found} == {"NOT_IN_LIST", "REQUIRED_MISSING"}
    assert ingested.document["totals"] | {"read": 5, "new": 4, "quarantined": 1} == ingested.document["totals"]


def test_every_fault_of_a_row_is_named_at_once_with_its_cell(terminal: Terminal, printed: Path) -> None:
    type_rows(
        printed / "response-A07.xlsx", [{"accepted_at": dt.time(8, 0), "resolved_at": dt.time(8, 30), "contact_phone": "13812345678"}]
    )
    said = terminal("check", printed / "response-A07.xlsx", "--json")
    found = {(issue["code"], issue["cell"]) for issue in said.document["issues"]}
    assert {("OUT_OF_ORDER", "L5"), ("OUT_OF_ORDER", "O5"), ("MASK_BROKEN", "F5")} <= found
    assert "13812345678" not in said.out


def test_a_raw_number_reaches_neither_ledger_nor_terminal(terminal: Terminal, printed: Path, tmp_path: Path) -> None:
    type_rows(printed / "response-A07.xlsx", [{"contact_phone": 13812345678, "description": "客户手机13812345678打不通"}])
    said = terminal("ingest")
    assert said.code == 1
    assert "13812345678" not in said.out + said.err
    assert b"13812345678" not in (tmp_path / "ledger.sqlite").read_bytes()


def test_a_row_with_an_error_cell_waits_in_quarantine(terminal: Terminal, printed: Path) -> None:
    type_rows(printed / "response-A07.xlsx", [{"description": "#N/A", "reviewer": "#REF!"}])
    said = terminal("ingest", "--json")
    assert said.document["totals"]["quarantined"] == 1
    named = [(issue["code"], issue["cell"]) for issue in said.document["issues"] if issue["severity"] == "error"]
    assert sorted(named) == [("CELL_ERROR", "I5"), ("CELL_ERROR", "V5")]


def test_a_mended_row_leaves_quarantine(terminal: Terminal, printed: Path) -> None:
    type_rows(printed / "response-A07.xlsx", [{"channel": "传真"}])
    assert terminal("ingest", "--json").document["totals"]["quarantined"] == 1
    type_rows(printed / "response-A07.xlsx", [{"channel": "电话"}])
    totals = terminal("ingest", "--json").document["totals"]
    assert (totals["new"], totals["mended"], totals["unchanged"]) == (1, 1, 4)
    assert terminal("ledger", "status", "--json").document["quarantine_open"] == 0


def test_the_analysis_workbook_opens_and_holds_the_figures(terminal: Terminal, printed: Path, tmp_path: Path) -> None:
    terminal("ingest")
    assert terminal("analyze", "-o", "report.xlsx", "--as-of", "2023-10-05").code == 0
    # a name misspelled is said, not shown as a day without work
    nobody = terminal("analyze", "-o", "nobody.xlsx", "--agent", "客服小丽", "--as-of", "2023-10-05")
    assert (nobody.code, "客服小丽" in nobody.err) == (0, True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl does not know Excel's newer data bars
        workbook = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert {
        "总览",
        "时效",
        "趋势",
        "人员",
        "环节",
        "满意度",
        "高频问题",
        "超时与待办",
        "交表情况",
        "复盘",
        "明细",
        "数据质量",
        "口径",
    } <= set(workbook.sheetnames)


# --- bad input: one clear sentence each, the right exit code, nothing stored ---


def refused(terminal: Terminal, tmp_path: Path, code: str, *, verdict: str = "refused") -> dict[str, Any]:
    said = terminal("ingest", "--json")
    assert said.code == (0 if verdict == "skipped" else 1)
    assert "Traceback" not in said.err
    [file] = said.document["files"]
    assert (file["verdict"], file["code"]) == (verdict, code)
    assert said.document["totals"]["read"] == 0
    [issue] = [each for each in said.document["issues"] if each["code"] == code]
    assert issue["message"]
    if (tmp_path / "ledger.sqlite").exists():
        assert query(tmp_path / "ledger.sqlite", "SELECT count(*) FROM batch") == [(0,)]
        assert query(tmp_path / "ledger.sqlite", "SELECT count(*) FROM record") == [(0,)]
    return file


def test_a_file_that_is_no_workbook(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "notes.xlsx").write_text("not a workbook")
    refused(terminal, tmp_path, "DISGUISED")


def test_a_workbook_of_no_known_form(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    workbook = openpyxl.Workbook()
    workbook.active.append(["姓名", "分数"])
    workbook.active.append(["甲", 1])
    workbook.save(tmp_path / "inbox" / "marks.xlsx")
    refused(terminal, tmp_path, "FORM_UNKNOWN")


def test_a_form_version_that_is_still_to_come(terminal: Terminal, tmp_path: Path, printed: Path) -> None:
    source = printed / "response-A07.xlsx"
    risen = tmp_path / "risen.xlsx"
    workbook = openpyxl.load_workbook(source)
    workbook.custom_doc_props["csbook_version"].value = "9999"
    for row in workbook["_meta"].iter_rows():
        if row[0].value == "csbook_version":
            row[1].value = "9999"
    workbook.save(risen)
    for path in printed.iterdir():
        path.unlink()
    risen.rename(source)
    refused(terminal, tmp_path, "FORM_VERSION_NEW")


def test_an_empty_template(terminal: Terminal, tmp_path: Path) -> None:
    terminal("template", "response", "-o", "inbox", "--rows", "20")
    refused(terminal, tmp_path, "EMPTY_TEMPLATE", verdict="skipped")


def test_a_truncated_workbook(terminal: Terminal, tmp_path: Path, printed: Path) -> None:
    whole = (printed / "response-A07.xlsx").read_bytes()
    for path in printed.iterdir():
        path.unlink()
    (printed / "cut.xlsx").write_bytes(whole[: len(whole) // 2])
    refused(terminal, tmp_path, "TRUNCATED")


def test_a_missing_path_stops_before_anything_is_stored(terminal: Terminal, tmp_path: Path) -> None:
    said = terminal("ingest", "nowhere")
    assert said.code == 2
    assert "nowhere" in said.err
    assert not (tmp_path / "ledger.sqlite").exists()


@pytest.mark.parametrize("args", [["template", "response", "-o", "taken"], ["demo", "taken"], ["init", "taken"]])
def test_an_output_that_cannot_be_written_is_exit_3(terminal: Terminal, tmp_path: Path, args: list[str]) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    said = terminal(*args)
    assert said.code == 3
    assert "taken" in said.err
    assert "Traceback" not in said.err


def test_an_analysis_that_cannot_be_written_is_exit_3(terminal: Terminal, printed: Path) -> None:
    terminal("ingest")
    said = terminal("analyze", "-o", "no/such/folder/report.xlsx")
    assert said.code == 3
    assert "no/such/folder" in said.err


def test_a_ledger_that_is_no_ledger_is_refused(terminal: Terminal, printed: Path, tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_text("this is no database, it is a text" * 50)
    said = terminal("ingest")
    assert said.code == 2
    assert "ledger.sqlite" in said.err


def test_json_is_one_document_and_nothing_else(terminal: Terminal, printed: Path) -> None:
    for args in (["check", printed, "--json"], ["ingest", "--json"], ["ledger", "status", "--json"], ["analyze", "--json"]):
        assert isinstance(terminal(*args).document, dict)


def test_quiet_says_nothing_when_all_is_well(terminal: Terminal, printed: Path) -> None:
    said = terminal("--quiet", "ingest")
    assert (said.code, said.out, said.err) == (0, "", "")


def test_a_workspace_is_made_where_the_option_says(terminal: Terminal, tmp_path: Path) -> None:
    for args in (("--workspace", "one", "init"), ("--workspace", "one", "init", "two")):
        assert terminal(*args).code == 0
    assert (tmp_path / "one" / "csbook.toml").is_file()
    assert (tmp_path / "two" / "csbook.toml").is_file()
    assert not (tmp_path / "csbook.toml").exists()


def test_a_team_may_change_a_list_without_code(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("init", "team").code == 0
    lists = tmp_path / "team" / "validations" / "lists.toml"
    lists.write_text(lists.read_text("utf-8").replace('zh = "在线聊天"', 'zh = "网页聊天"'), "utf-8")
    assert terminal("--workspace", "team", "template", "response", "-o", "out", "--rows", "20").code == 0
    with zipfile.ZipFile(tmp_path / "out" / "response.xlsx") as archive:
        assert "网页聊天" in archive.read("xl/sharedStrings.xml").decode()


def test_definitions_that_contradict_themselves_are_reported_all_at_once(terminal: Terminal, tmp_path: Path) -> None:
    terminal("init", "team")
    rules = tmp_path / "team" / "validations" / "response.toml"
    text = rules.read_text("utf-8").replace('kind = "vague"', 'kind = "vaguer"').replace('list = "channel"', 'list = "chanel"')
    rules.write_text(text, "utf-8")
    said = terminal("--workspace", "team", "forms")
    assert said.code == 2
    assert "vaguer" in said.err
    assert "chanel" in said.err
    assert "response.toml" in said.err
