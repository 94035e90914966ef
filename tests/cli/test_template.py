"""`csbook template`: many desks, open records carried over, printed pages."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from csbook.cli import run
from tests.cli.conftest import Terminal, type_rows

FORMS = ("communication", "coordination", "feedback", "hotline", "response")
DESKS = "登记台,客服,小组\nA07,客服小李,一组\nA08,客服小王,二组\n"
# one open record a form, with every kind of value, and what the agent types to close it
OPEN: Mapping[str, Mapping[str, Any]] = {
    "communication": {
        "raised_date": dt.date(2023, 10, 1), "raised_clock": dt.time(14, 30), "customer": "CUST456", "channel": "电话",
        "description": "客户反馈订单延迟发货", "agent": "客服小李", "solution": "协调物流部门加急处理",
        "follow_up": "明日电话确认", "status": "开放",
    },
    "coordination": {
        "raised_at": dt.datetime(2023, 10, 1, 9, 0), "agent": "客服小李", "customer": "A公司", "description": "批量订单无法付款，页面报错",
        "category": "跨部门协作", "nature": "技术故障", "priority": "一般", "demand": "尽快修复付款", "department": "技术支持部",
        "handover_to": "技术小周", "coordination_channel": "即时通讯", "accepted_at": dt.time(9, 10), "plan": "回滚版本后验证付款",
        "owner": "技术小周", "due_at": "3个工作日内解决", "progress": "进行中",
    },
    "feedback": {
        "raised_date": dt.date(2023, 10, 1), "raised_clock": dt.time(10, 20), "channel": "在线客服", "contact_name": "张*",
        "contact_phone": "139****4321", "category": "质量投诉", "occurred_at": dt.date(2023, 9, 28),
        "description": "新买的空气净化器开机十分钟就自动停机", "demand": "换货", "other_demands": "道歉、补偿",
        "plan": "核对序列号后安排换货",
        "due_at": dt.date(2023, 10, 4), "owner": "售后专员小周", "call_minutes": 8, "status": "开放", "satisfaction": "一般",
        "agent": "客服小李", "note": "1E8",
    },
    "hotline": {
        "raised_at": dt.datetime(2023, 10, 1, 14, 30), "channel": "电话", "agent": "客服小李", "contact_name": "*女士",
        "contact_phone": "138****5678", "description": "想查询订单的物流状态，昨天下单至今未更新", "category": "咨询类", "priority": "低",
        "department": "产品部", "owner": "*主管", "due_at": dt.datetime(2023, 10, 2, 18, 0),
    },
    "response": {
        "raised_date": dt.date(2023, 10, 1), "customer": "A公司", "contact_phone": "138****5678", "channel": "电话", "category": "咨询类",
        "description": "询问如何开通企业会员的批量折扣功能", "agent": "*客服小李", "raised_at": dt.time(9, 0), "accepted_at": dt.time(9, 2),
    },
}  # fmt: skip
DONE = dt.datetime(2023, 10, 2, 10, 0)
CLOSE: Mapping[str, Mapping[str, Any]] = {
    "communication": {"status": "关闭", "resolved_at": DONE},
    "coordination": {"progress": "已完成", "resolved_at": DONE, "solution": "付款恢复"},
    "feedback": {"status": "关闭", "resolved_at": DONE, "solution": "已换货"},
    "hotline": {"resolved_at": DONE, "solution": "已告知物流"},
    "response": {"resolved_at": DONE, "solution_kind": "已提供开通指引", "solution": "已发送指引"},
}


def stored(tmp_path: Path) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as ledger:
        return ledger.execute("SELECT form, record_no, source_id, state, seq, contact_name, due_words FROM record ORDER BY form").fetchall()


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose ledger holds one open record of desk A07 in each form."""
    folder = tmp_path_factory.mktemp("handed_in")
    with contextlib.chdir(folder):
        assert run(["template", "--all", "-o", "inbox", "--desk", "A07", "--rows", "3"]) == 0
        for form in FORMS:
            type_rows(folder / "inbox" / f"{form}-A07.xlsx", [OPEN[form]])
        assert run(["ingest"]) == 0
    return folder


@pytest.fixture
def filled(handed_in: Path, tmp_path: Path) -> Path:
    """A copy of that workspace, to be changed."""
    return shutil.copytree(handed_in, tmp_path, dirs_exist_ok=True)


def first_row(path: Path) -> dict[str, Any]:
    book: Any = openpyxl.load_workbook(path)
    letters = {field.value: letter.value for letter, field in book["_meta"].iter_rows(max_col=2)}
    sheet = book.worksheets[0]
    names = [name for name in letters if name in OPEN[path.stem.split("-")[0]] or name == "record_no"]
    return {name: sheet[f"{letters[name]}5"].value for name in names} | {"source_id": sheet.cell(5, sheet.max_column).value}


def test_open_records_come_back_as_they_were_typed(terminal: Terminal, filled: Path) -> None:
    before = {form: first_row(filled / "inbox" / f"{form}-A07.xlsx") for form in FORMS}
    said = terminal("--lang", "zh", "template", "--all", "-o", "new", "--desk", "A07", "--carry-over", "--rows", "3")
    assert said.code == 0, said.err
    assert "5" in said.out.splitlines()[-1]
    numbers = {form: number for form, number, *_ in stored(filled)}
    for form in FORMS:
        again = first_row(filled / "new" / f"{form}-A07.xlsx")
        assert again.pop("record_no") == numbers[form]
        before[form].pop("record_no")
        stamps = {name: value for name, value in again.items() if isinstance(value, dt.datetime)}
        for name, value in before[form].items():
            day_of = isinstance(value, dt.time) and name in stamps
            # a time of day comes back with its day
            assert (stamps[name].time() if day_of else again[name]) == value, (form, name)


def test_a_carried_record_that_nobody_touched_is_unchanged(terminal: Terminal, filled: Path) -> None:
    assert terminal("template", "--all", "-o", "new", "--desk", "A07", "--carry-over", "--rows", "3").code == 0
    totals = terminal("ingest", "new", "--json").document["totals"]
    assert totals | {"read": 5, "unchanged": 5} == totals


def test_a_carried_record_is_closed_in_the_new_workbook(terminal: Terminal, filled: Path) -> None:
    before = stored(filled)
    assert {state for _, _, _, state, *_ in before} == {"open"}
    assert terminal("template", "--all", "-o", "new", "--desk", "A07", "--carry-over", "--rows", "3").code == 0
    for form in FORMS:
        type_rows(filled / "new" / f"{form}-A07.xlsx", [CLOSE[form]])
    said = terminal("ingest", "new", "--json")
    assert said.code == 0, said.document["issues"]
    assert said.document["totals"] | {"read": 5, "updated": 5, "new": 0} == said.document["totals"]
    after = stored(filled)
    assert [(form, "resolved", 2) for form in FORMS] == [(form, state, seq) for form, _, _, state, seq, *_ in after]
    # the same records, under the same ids and numbers, with the same promises
    assert [row[:3] + row[5:] for row in after] == [row[:3] + row[5:] for row in before]
    assert terminal("template", "--all", "-o", "newer", "--desk", "A07", "--carry-over").out.strip().endswith("0 条")


def test_an_entry_that_the_form_no_longer_offers_keeps_its_label(terminal: Terminal, filled: Path) -> None:
    assert terminal("init", ".").code == 0
    rules = filled / "validations" / "communication.toml"
    text = rules.read_text("utf-8")
    rules.write_text(text.replace('["phone", "email", "chat"]', '["email", "chat"]').replace('version = "1"', 'version = "2"'), "utf-8")
    assert terminal("template", "communication", "-o", "new", "--desk", "A07", "--carry-over", "--rows", "3").code == 0
    assert first_row(filled / "new" / "communication-A07.xlsx")["channel"] == "电话"
    assert terminal("ledger", "export", "-o", "records.csv", "--form", "communication").code == 0
    assert '"电话"' in (filled / "records.csv").read_text("utf-8-sig")
    labels = terminal("analyze", "-o", "a.xlsx", "--json").document["tables"]["labels"]
    own = [row["zh"] for row in labels if (row["dimension"], row["form"], row["key"]) == ("channel", "communication", "phone")]
    assert own == ["电话"]
    # nobody may choose it any more
    type_rows(filled / "new" / "communication-A07.xlsx", [{"description": "客户反馈订单延迟发货，要求今天发出"}])
    totals = terminal("ingest", "new", "--json").document["totals"]
    assert totals | {"read": 1, "quarantined": 1} == totals


def test_each_desk_gets_its_own_open_records(terminal: Terminal, filled: Path) -> None:
    (filled / "list.csv").write_text(DESKS, "utf-8")
    said = terminal("template", "response", "hotline", "-o", "new", "--desks", "list.csv", "--carry-over", "--rows", "2")
    assert said.code == 0, said.err
    assert first_row(filled / "new" / "response-A07.xlsx")["customer"] == "A公司"
    assert first_row(filled / "new" / "response-A08.xlsx")["customer"] is None


def test_a_list_of_desks_gives_a_file_for_each_form_and_desk(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(DESKS.encode("gb18030"))
    said = terminal("template", "--all", "-o", "out", "--desks", "list.csv", "--rows", "2")
    assert said.code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        f"{form}-{desk}.xlsx" for form in FORMS for desk in ("A07", "A08")
    )
    assert len(said.out.splitlines()) == 1
    assert "10" in said.out
    # no progress bar where nobody watches
    assert said.err == ""
    book: Any = openpyxl.load_workbook(tmp_path / "out" / "hotline-A08.xlsx")
    assert {each.name: each.value for each in book.custom_doc_props.props}["csbook_agent"] == "客服小王"


def test_one_desk_is_looked_up_in_the_teams_own_list(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "desks.csv").write_text(DESKS, "utf-8")
    for desk, agent in (("A08", "客服小王"), ("Z99", None)):
        assert terminal("template", "response", "-o", "out", "--desk", desk, "--rows", "1").code == 0
        book: Any = openpyxl.load_workbook(tmp_path / "out" / f"response-{desk}.xlsx")
        assert {each.name: each.value for each in book.custom_doc_props.props}.get("csbook_agent") == agent


def test_a_faulty_list_writes_nothing(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("desk\nA07\nA07\nA/8\n", "utf-8")
    said = terminal("template", "response", "-o", "out", "--desks", "list.csv")
    assert said.code == 2
    assert len(said.err.splitlines()) == 3
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("agent", ["13812345678", "张三", "小李 a@example.com"])
def test_an_agent_whose_name_no_row_could_bear_is_told_before_anything_is_written(terminal: Terminal, tmp_path: Path, agent: str) -> None:
    (tmp_path / "desks.csv").write_text(f"desk,agent\nA01,客服小李\nA02,{agent}\nA03,\n", "utf-8")
    for option in (["--desks", "desks.csv"], ["--desk", "A02"]):
        said = terminal("template", "response", "hotline", "-o", "out", *option)
        assert said.code == 2
        assert "A02" in said.err
        assert "A01" not in said.err
        assert agent not in said.err
        assert not (tmp_path / "out").exists()
    # where an agent types the own name in each row, the list need not have one
    assert terminal("template", "response", "-o", "out", "--desks", "desks.csv").code == 0


def test_an_empty_page_is_printed_without_a_ledger(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("template", "--all", "-o", "out", "--layout", "page").code == 0
    for form in FORMS:
        book: Any = openpyxl.load_workbook(tmp_path / "out" / f"{form}-page.xlsx")
        assert len(book.sheetnames) == 1


def test_records_are_printed_by_number(terminal: Terminal, filled: Path) -> None:
    [number] = [number for form, number, *_ in stored(filled) if form == "feedback"]
    said = terminal("template", "feedback", "-o", "out", "--layout", "page", "--record", number, "--record", number)
    assert said.code == 0, said.err
    book: Any = openpyxl.load_workbook(filled / "out" / "feedback-page.xlsx")
    assert book.sheetnames == [number]
    texts = {cell.value for row in book[number].iter_rows() for cell in row if cell.value}
    assert {"2023-10-01", "10:20", "139****4321", "2023-10-04", "□电话\u3000☑在线客服\u3000□邮件"} <= texts


@pytest.mark.parametrize(
    "args",
    [
        ["response", "--carry-over"],
        ["response", "--record", "20231001001"],
        ["response", "hotline", "--layout", "page", "--record", "20231001001"],
        ["response", "--layout", "page", "--desk", "A07"],
        ["response", "--layout", "page", "--carry-over"],
        ["response", "--desk", "A07", "--desks", "list.csv"],
        ["response", "--desks", "gone.csv"],
        ["response", "--desk", "A07", "--carry-over"],
        ["response", "--layout", "page", "--record", "1"],
        ["response", "--desk", "A" * 21],
    ],
)
def test_what_does_not_go_together_is_said(terminal: Terminal, tmp_path: Path, args: list[str]) -> None:
    said = terminal("template", "-o", "out", *args)
    assert said.code == 2, said
    assert said.err.strip()
    assert "Traceback" not in said.err
    assert not (tmp_path / "out").exists()


def test_a_number_that_no_record_has_is_said(terminal: Terminal, filled: Path) -> None:
    said = terminal("template", "feedback", "-o", "out", "--layout", "page", "--record", "999")
    assert said.code == 2
    assert "999" in said.err


def test_a_form_that_excel_cannot_check_is_refused_before_anything_is_written(terminal: Terminal, tmp_path: Path) -> None:
    """A clock with more limits than functions nest: the rule formulas fit, what 自检 needs of the clock does not."""
    assert terminal("init", "team").code == 0
    keys, rules = [f"extra{number}" for number in range(70)], tmp_path / "team" / "validations"
    entries = "".join(f'\n[[list.category]]\nkey = "{key}"\nzh = "{key}类"\nen = "{key} type"\n' for key in keys)
    for name, before, more in (
        ("response", 'list = "category", entries = [', "".join(f'"{key}", ' for key in keys)),
        ("policy", 'limits = { inquiry = "30m", ', "".join(f'{key} = "1h", ' for key in keys)),
    ):
        text = (rules / f"{name}.toml").read_text("utf-8")
        (rules / f"{name}.toml").write_text(text.replace(before, before + more), "utf-8")
    with (rules / "lists.toml").open("a", encoding="utf-8") as lists:
        lists.write(entries)
    for command in (("template", "response", "-o", "out"), ("forms",)):
        said = terminal("--workspace", "team", *command)
        assert (said.code, said.out) == (2, "")
        assert "response.toml [clock]" in said.err
        assert "64" in said.err
    assert not (tmp_path / "out").exists()
