"""Around an ingest: who has not handed in, what a trial would change, what a list lacks, and faults of folders and disks."""

from __future__ import annotations

import datetime as dt
import os
import re
import tomllib
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from csbook.cli.session import Session
from tests.cli.conftest import Terminal, filled, query, type_rows
from tests.cli.test_main_job import HOTLINE, RESPONSE
from tests.full_disk import full_disk
from tests.intake import hostile

FAX = [{**RESPONSE, "customer": f"C{number}公司", "channel": "传真"} for number in range(6)]


def hand_in(terminal: Terminal, tmp_path: Path, rows: list[Mapping[str, Any]], desk: str = "A07") -> Path:
    """A workbook in the inbox of the workspace, with these rows."""
    return filled(terminal, tmp_path / "inbox" / f"response-{desk}.xlsx", desk, rows)


# --- what check says is what ingest says ---


def _copied_sheet(path: Path) -> None:
    workbook = openpyxl.load_workbook(path)
    workbook.copy_worksheet(workbook.worksheets[0]).title = "备份"
    workbook.save(path)


def _id_twice(path: Path) -> None:
    workbook = openpyxl.load_workbook(path)
    for cell in workbook.worksheets[0][5]:
        if str(cell.value).startswith("A07-"):
            cell.offset(row=1).value = cell.value
    workbook.save(path)


@pytest.mark.parametrize(
    ("spoil", "code", "read", "new"), [(_copied_sheet, "SHEET_COPIED", 6, 2), (_id_twice, "ID_TWICE", 3, 2)], ids=["sheet", "id"]
)
def test_check_says_of_rows_that_stand_twice_what_ingest_says(
    terminal: Terminal, tmp_path: Path, spoil: Callable[[Path], None], code: str, read: int, new: int
) -> None:
    path = hand_in(terminal, tmp_path, [RESPONSE, {**RESPONSE, "customer": "B客户", "channel": "传真"}, {**RESPONSE, "customer": "C公司"}])
    spoil(path)
    checked = terminal("check", path, "--json")
    assert [*tmp_path.glob("ledger*")] == []
    stored = terminal("ingest", path, "--json")
    assert code in {issue["code"] for issue in checked.document["issues"]}
    assert (checked.document["totals"]["read"], checked.document["totals"]["new"]) == (read, new)
    assert checked.document["batch"] is None
    assert {**checked.document, "batch": "B0001"} == stored.document
    assert checked.code == stored.code == 1


# --- who has not handed in ---


@pytest.fixture
def one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """All is handed in on one day, also where the tests run over midnight."""
    monkeypatch.setattr(Session, "now", lambda _: dt.datetime(2026, 11, 23, 12))


@pytest.mark.usefixtures("one_day")
def test_ingest_and_status_name_the_desks_that_did_not_hand_in(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "desks.csv").write_text("登记台,客服\na07,小李\nA03,小王\nB07,小张\n", "gb18030")
    path = hand_in(terminal, tmp_path, [RESPONSE], "A07")
    said = terminal("ingest", path)
    assert said.out.splitlines()[-1] == "未交：A03（还没有交过）、B07（还没有交过）"
    hand_in(terminal, tmp_path, [RESPONSE], "A03")
    terminal("ingest", tmp_path / "inbox" / "response-A03.xlsx")
    missing = terminal("ledger", "status", "--json").document["missing"]
    assert missing == [{"desk": "B07", "last_hand_in": None}]
    assert "B07" in terminal("ledger", "status").out


@pytest.mark.usefixtures("one_day")
def test_a_desk_that_handed_in_on_another_day_is_missing_since_then(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "desks.csv").write_text("desk\nA03\nA07\n", "utf-8")
    terminal("ingest", hand_in(terminal, tmp_path, [RESPONSE], "A03"))
    query_write(tmp_path / "ledger.sqlite", "UPDATE batch SET at = '2023-10-01 18:00:00.000000'")
    said = terminal("ingest", hand_in(terminal, tmp_path, [RESPONSE], "A07"))
    assert said.out.splitlines()[-1] == "未交：A03（上次 2023-10-01 18:00）"
    assert terminal("--lang", "en", "ingest", tmp_path / "inbox").out.splitlines()[-1] == "Every desk has handed in: 2"


@pytest.mark.usefixtures("one_day")
def test_a_desk_that_hands_in_an_empty_workbook_is_said_to_have_no_record(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "desks.csv").write_text("desk\nA03\nA07\nB07\n", "utf-8")
    hand_in(terminal, tmp_path, [RESPONSE], "A07")
    hand_in(terminal, tmp_path, [], "A03")
    said = terminal("ingest")
    assert said.code == 0  # nothing was refused
    assert said.out.splitlines()[-1] == "未交：A03（交的是空表，还没有交过记录）、B07（还没有交过）"
    hand_in(terminal, tmp_path, [{**RESPONSE, "customer": "B客户"}], "A03")
    terminal("ingest")
    query_write(tmp_path / "ledger.sqlite", "UPDATE batch SET at = '2023-10-01 18:00:00.000000'")
    hand_in(terminal, tmp_path, [], "A03")
    assert "A03（交的是空表，上次 2023-10-01 18:00）" in terminal("ingest").out.splitlines()[-1]


def query_write(path: Path, sql: str) -> None:
    import contextlib
    import sqlite3

    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(sql)


def test_a_faulty_list_of_desks_stops_before_anything_is_stored(terminal: Terminal, tmp_path: Path) -> None:
    hand_in(terminal, tmp_path, [RESPONSE])
    (tmp_path / "desks.csv").write_text("desk\nA07\nA07\n", "utf-8")
    assert terminal("ingest").code == 2
    assert not (tmp_path / "ledger.sqlite").exists()


def test_a_folder_in_the_place_of_the_list_of_desks_is_told(terminal: Terminal, tmp_path: Path) -> None:
    hand_in(terminal, tmp_path, [RESPONSE])
    (tmp_path / "desks.csv").mkdir()
    said = terminal("ingest")
    assert (said.code, "desks.csv" in said.err) == (2, True)
    assert not (tmp_path / "ledger.sqlite").exists()


def test_a_folder_without_workbooks_is_told(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "~$response-A07.xlsx").write_bytes(b"x")
    for command in (("ingest",), ("check", "inbox")):
        said = terminal(*command)
        assert (said.code, "没有工作簿" in said.out) == (0, True)
    hand_in(terminal, tmp_path, [RESPONSE])
    assert "没有工作簿" not in terminal("ingest").out


@pytest.mark.parametrize("command", [("ingest",), ("check", "inbox")])
def test_files_of_a_folder_that_are_no_tables_are_told_without_personal_data(
    terminal: Terminal, tmp_path: Path, command: tuple[str, ...]
) -> None:
    path = hand_in(terminal, tmp_path, [RESPONSE])
    of_programs = ("Thumbs.db", ".DS_Store", "~$response-A07.xlsx", ".~lock.a.xlsx#", "ledger.db", "a.py")
    for name in ("照片13812345678.jpg", "sub/记录.docx", "旧.XLSX.bak", *of_programs):
        (path.parent / name).parent.mkdir(exist_ok=True)
        (path.parent / name).write_bytes(b"x")
    said = terminal(*command, "--json")
    told = [issue for issue in said.document["issues"] if issue["code"] == "FILES_PASSED_OVER"]
    assert [(issue["severity"], Path(issue["path"]).name) for issue in told] == [("warning", "inbox")]
    assert "有 3 个" in told[0]["message"]
    assert "sub/记录.docx, 旧.XLSX.bak, 照片138****5678.jpg" in told[0]["message"]
    assert (said.code, said.document["totals"]["files"]) == (0, 1)
    assert "FILES_PASSED_OVER" not in terminal("check", path, "--json").out


@pytest.mark.parametrize(
    "words",
    [
        ("ingest", ""), ("check", ""), ("ingest", "inbox", "--receipts", ""), ("template", "response", "-o", ""), ("watch", ""),
        ("--ledger", "", "ingest", "inbox"),
    ],
)  # fmt: skip
def test_no_path_at_all_is_not_the_current_folder(terminal: Terminal, tmp_path: Path, words: tuple[str, ...]) -> None:
    hand_in(terminal, tmp_path, [RESPONSE])
    before = {*tmp_path.rglob("*")}
    said = terminal(*words)
    assert (said.code, said.out, {*tmp_path.rglob("*")}) == (2, "", before)
    assert said.err


def test_rows_of_another_desk_in_a_workbook_are_told_and_get_no_agent_of_this_one(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "desks.csv").write_text("desk,agent\nA07,客服小李\nB03,客服小张\n", "utf-8")
    assert terminal("template", "hotline", "-o", "inbox", "--desks", "desks.csv", "--rows", "3").code == 0
    named = HOTLINE.get("agent")
    one, other = (tmp_path / "inbox" / f"hotline-{desk}.xlsx" for desk in ("A07", "B03"))
    for path, name in ((one, "*女士"), (other, "*先生")):
        type_rows(path, [{**HOTLINE, "agent": None, "contact_name": name}, {**HOTLINE, "agent": named, "contact_name": f"{name}*"}])
    collected, sheet = openpyxl.load_workbook(one), openpyxl.load_workbook(other).worksheets[0]
    copy = collected.create_sheet("B03")
    for cell in (cell for row in sheet.iter_rows() for cell in row):
        copy[cell.coordinate].value = cell.value
    collected.save(one)
    other.unlink()
    said = terminal("ingest", "--json").document
    assert [(issue["code"], issue["sheet"], issue["severity"]) for issue in said["issues"]] == [("DESK_DIFFERS", "B03", "warning")]
    assert " 2 " in said["issues"][0]["message"]  # rows
    stored = query(tmp_path / "ledger.sqlite", "SELECT source_id, desk, agent FROM record ORDER BY id")
    assert {(source_id.partition("-")[0], desk, agent) for source_id, desk, agent in stored} == {
        ("A07", "A07", "客服小李"), ("B03", "A07", None), ("B03", "A07", named),
    }  # fmt: skip


# --- a trial ---


def test_a_dry_run_tells_what_would_change_and_stores_nothing(terminal: Terminal, tmp_path: Path) -> None:
    path = hand_in(terminal, tmp_path, [RESPONSE])
    assert terminal("ingest", "--dry-run", "--json").document["batch"] is None
    assert not (tmp_path / "ledger.sqlite").exists()
    assert not (tmp_path / "receipts").exists()
    terminal("ingest")
    before = (tmp_path / "ledger.sqlite").read_bytes()
    more = [{**RESPONSE, "customer": f"{name}公司", "description": f"{name}的另一件事情"} for name in "BCD"]
    type_rows(path, [{"satisfaction": "基本满意", "reviewer": None}, *more])
    tried = terminal("ingest", "--dry-run", "--json").document
    assert {name: count for name, count in tried["totals"].items() if count} == {"files": 1, "read": 4, "new": 3, "updated": 1}
    updated, *new = tried["changes"]
    assert updated == {
        "path": str(path),
        "sheet": "记录",
        "row": 5,
        "form": "response",
        "outcome": "updated",
        "number": "20231001001",
        "fields": {"reviewer": ["*主管王姐", None], "satisfaction": ["satisfied", "fairly_satisfied"]},
    }
    assert [(each["row"], each["outcome"], each["number"], each["fields"]) for each in new] == [(row, "new", None, {}) for row in (6, 7, 8)]
    said = terminal("ingest", "--dry-run").out
    assert "第 6–8 行" in said
    assert "20231001001" in said
    assert "满意 → 基本满意" in said
    assert (tmp_path / "ledger.sqlite").read_bytes() == before
    real = terminal("ingest", "--json").document
    assert real["totals"] == tried["totals"]
    assert "changes" not in real


def test_a_dry_run_writes_no_receipts(terminal: Terminal, tmp_path: Path) -> None:
    hand_in(terminal, tmp_path, [RESPONSE])
    assert terminal("ingest", "--dry-run", "--receipts", "receipts").code == 2


# --- the JSON document ---

FILE = {"path": str, "sha256": str, "form": str, "version": str, "desk": str, "verdict": str, "code": type(None), "rows": dict}
ISSUE = {"code": str, "severity": str, "path": str, "sheet": str, "cell": str, "row": int, "field": str, "message": str}
COUNTS = ["read", "new", "updated", "unchanged", "stale", "conflict", "quarantined", "mended"]


@pytest.mark.parametrize("command", ["check", "ingest"])
def test_the_document_has_the_shape_that_the_design_gives(terminal: Terminal, tmp_path: Path, command: str) -> None:
    path = hand_in(terminal, tmp_path, [RESPONSE, {**RESPONSE, "channel": "传真"}])
    document = terminal(command, path, "--json").document
    assert list(document) == ["batch", "totals", "files", "issues"]
    assert document["batch"] == (None if command == "check" else "B0001")
    assert list(document["totals"]) == ["files", "files_refused", *COUNTS]
    [file], [issue] = document["files"], document["issues"]
    assert {name: type(value) for name, value in file.items()} == FILE
    assert list(file["rows"]) == COUNTS
    assert {name: type(value) for name, value in issue.items()} == ISSUE
    assert (issue["cell"], issue["row"], issue["field"], issue["severity"]) == ("G6", 6, "channel", "error")


def test_what_was_found_is_told_in_the_order_of_files_rows_and_columns(terminal: Terminal, tmp_path: Path) -> None:
    # they are found by kind: values by rule, cells while reading
    rows = [{**RESPONSE, "channel": "传真"}, {**RESPONSE, "customer": "=A1", "channel": "传真"}, {**RESPONSE, "channel": "=1/0"}]
    for desk in ("A08", "A07"):
        hand_in(terminal, tmp_path, rows, desk)
    issues = terminal("check", tmp_path / "inbox", "--json").document["issues"]
    cells = [(Path(issue["path"]).stem, issue["cell"]) for issue in issues if issue["severity"] == "error"]
    assert cells == [(name, cell) for name in ("response-A07", "response-A08") for cell in ("G5", "D6", "G6", "G7")]


# --- what a list lacks, and rules that change ---


def test_a_value_that_many_rows_hold_is_proposed_and_the_same_folder_is_judged_again(terminal: Terminal, tmp_path: Path) -> None:
    terminal("init", tmp_path)
    hand_in(terminal, tmp_path, FAX)
    said = terminal("ingest", "--json").document
    assert said["totals"]["quarantined"] == 6
    [proposed] = [issue for issue in said["issues"] if issue["code"] == "LIST_VALUE_PROPOSED"]
    assert (proposed["severity"], proposed["field"]) == ("warning", "channel")
    assert Path(proposed["path"]) == tmp_path / "validations" / "lists.toml"
    message = proposed["message"].replace("\\n", "\n")
    block = re.search(r"\[\[list\.channel\]\]\nkey = .*\nzh = .*\nen = .*\n", message)
    line = re.search(r"^channel = \{.*\}$", message, re.MULTILINE)
    assert block
    assert line
    # written as proposed, the whole line in place of the form's own, the rows go in
    lists, rules = tmp_path / "validations" / "lists.toml", tmp_path / "validations" / "response.toml"
    lists.write_text(lists.read_text("utf-8") + "\n" + block[0], "utf-8")
    rules.write_text(re.sub(r"(?m)^channel = .*$", lambda _: line[0], rules.read_text("utf-8")), "utf-8")
    assert tomllib.loads(lists.read_text("utf-8"))["list"]["channel"][-1]["zh"] == "传真"
    totals = terminal("ingest", "--json").document["totals"]
    assert (totals["new"], totals["mended"], totals["quarantined"]) == (6, 6, 0)
    assert terminal("ledger", "status", "--json").document["quarantine_open"] == 0


def test_several_values_are_proposed_so_that_all_can_be_written(terminal: Terminal, tmp_path: Path) -> None:
    terminal("init", tmp_path)
    rows: list[Mapping[str, Any]] = [{**row, "channel": channel} for channel in ("传真", "小程序") for row in FAX]
    hand_in(terminal, tmp_path, rows)
    proposed = [each["message"] for each in terminal("ingest", "--json").document["issues"] if each["code"] == "LIST_VALUE_PROPOSED"]
    lists, rules = tmp_path / "validations" / "lists.toml", tmp_path / "validations" / "response.toml"
    for message in proposed:
        block = re.search(r"\[\[list\.channel\]\]\nkey = .*\nzh = .*\nen = .*\n", message)
        line = re.search(r"^channel = \{.*\}$", message, re.MULTILINE)
        assert block
        assert line
        lists.write_text(lists.read_text("utf-8") + "\n" + block[0], "utf-8")
        rules.write_text(re.sub(r"(?m)^channel = .*$", line[0].replace("\\", r"\\"), rules.read_text("utf-8")), "utf-8")
    assert len(proposed) == 2
    totals = terminal("ingest", "--json").document["totals"]
    assert (totals["quarantined"], totals["mended"]) == (0, 2 * len(FAX))


def test_an_entry_of_the_list_that_the_form_does_not_pick_is_proposed_to_the_form(terminal: Terminal, tmp_path: Path) -> None:
    terminal("init", tmp_path)
    path = hand_in(terminal, tmp_path, [{**row, "channel": "APP"} for row in FAX])
    [proposed] = [issue for issue in terminal("check", path, "--json").document["issues"] if issue["code"] == "LIST_VALUE_PROPOSED"]
    assert Path(proposed["path"]).name == "response.toml"
    assert 'entries = ["phone", "chat", "email", "app"]' in proposed["message"]
    assert "[[list" not in proposed["message"]


def test_rare_and_private_values_are_not_proposed(terminal: Terminal, tmp_path: Path) -> None:
    rows = [*FAX[:4], *({**row, "channel": "13812345678"} for row in FAX)]
    said = terminal("check", hand_in(terminal, tmp_path, rows), "--json")
    assert "LIST_VALUE_PROPOSED" not in {issue["code"] for issue in said.document["issues"]}
    assert "13812345678" not in said.out


# --- faults of folders and disks: exit 3, a sentence, nothing stored ---


def unfinished(terminal: Terminal, tmp_path: Path, *args: object) -> str:
    said = terminal("ingest", *args)
    assert (said.code, said.out) == (3, "")
    assert "Traceback" not in said.err
    ledger = tmp_path / "ledger.sqlite"
    assert not ledger.exists() or not ledger.stat().st_size or query(ledger, "SELECT count(*) FROM sqlite_master") == [(0,)]
    return said.err


@pytest.mark.parametrize(("lang", "word"), [("zh", "找不到"), ("en", "nowhere")])
def test_a_path_that_is_not_there_is_named_in_the_language_of_the_terminal(terminal: Terminal, lang: str, word: str) -> None:
    said = terminal("--lang", lang, "ingest", "nowhere")
    assert (said.code, said.out) == (2, "")
    assert word in said.err
    assert said.err.isascii() is (lang == "en")


def test_a_folder_that_cannot_be_read(terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(terminal, tmp_path, [RESPONSE])
    locked = tmp_path / "inbox" / "locked"
    locked.mkdir()

    # what a folder without the right to read answers; root may read everything
    def refusing(look: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def refuse(path: Any) -> Any:
            if Path(path) == locked:
                raise PermissionError(13, "Permission denied", str(path))
            return look(path)

        return refuse

    for look in ("listdir", "scandir"):
        monkeypatch.setattr(os, look, refusing(getattr(os, look)))
    assert "locked" in unfinished(terminal, tmp_path)


def test_a_file_that_vanished_since_it_was_listed(terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = hand_in(terminal, tmp_path, [RESPONSE], "A07")
    hand_in(terminal, tmp_path, [RESPONSE], "A06")
    monkeypatch.setattr("csbook.intake.paths.handed_in", lambda *_: (tmp_path / "inbox" / "response-A06.xlsx", gone))
    gone.unlink()
    assert "response-A07.xlsx" in unfinished(terminal, tmp_path, "inbox")


def test_a_full_disk(terminal: Terminal, tmp_path: Path) -> None:
    path = hand_in(terminal, tmp_path, [RESPONSE])
    with full_disk(50_000):
        assert "ledger.sqlite" in unfinished(terminal, tmp_path, path)


def test_a_workspace_that_a_full_disk_cut_short_is_completed_the_next_time(terminal: Terminal, tmp_path: Path) -> None:
    with full_disk(9_000):
        said = terminal("init", "team")
    assert (said.code, "coordination.toml" in said.err) == (3, True)
    assert [path.name for path in (tmp_path / "team" / "templates").iterdir()] == ["communication.toml"]
    assert terminal("init", "team").code == 0
    assert terminal("--workspace", "team", "forms").code == 0


def test_a_map_that_a_full_disk_cut_short_is_not_there(terminal: Terminal, tmp_path: Path) -> None:
    path = hand_in(terminal, tmp_path, [RESPONSE])
    with full_disk(500):
        said = terminal("map", path, "--form", "response", "-o", "map.toml")
    assert (said.code, "map.toml" in said.err) == (3, True)
    assert [each.name for each in tmp_path.iterdir() if "map" in each.name] == []


# --- when a workbook was saved ---


def saved_at(path: Path, when: str) -> Path:
    """The same workbook, as saved then."""
    with zipfile.ZipFile(path) as book:
        found = {name: book.read(name).decode() for name in book.namelist()}
    found["docProps/core.xml"] = re.sub("(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{when}", found["docProps/core.xml"])
    path.write_bytes(hostile.packed({name: text.encode() for name, text in found.items()}))
    return path


def test_a_clock_that_runs_ahead_makes_no_later_correction_stale(terminal: Terminal, tmp_path: Path) -> None:
    outcomes = []
    for when, note in (("2099-01-01T00:00:00Z", "甲"), ("2026-01-01T00:00:00Z", "乙"), ("2025-01-01T00:00:00Z", "丙")):
        path = saved_at(hand_in(terminal, tmp_path, [{**RESPONSE, "solution": f"已告知会员折扣规则{note}"}]), when)
        counts = terminal("ingest", path, "--json").document["totals"]
        outcomes += [name for name in ("new", "updated", "stale") if counts[name]]
    assert outcomes == ["new", "updated", "stale"]
