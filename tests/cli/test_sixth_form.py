"""A form of the team's own, made as docs/new_form.md says: its blocks are taken from the page, its commands are run."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal, type_rows

GUIDE = Path(__file__).parents[2] / "docs" / "new_form.md"
BLOCK = re.compile(r"^```toml\n# (?P<how>加在|新文件) (?P<file>\S+\.toml).*?\n(?P<toml>.*?)^```$", re.DOTALL | re.MULTILINE)

ROW = {
    "raised_date": dt.date(2023, 10, 1), "customer": "CUST456", "return_no": "TH12****78", "channel": "电话", "return_reason": "尺码不合",
    "description": "运动鞋 42 码偏小，要求换 43 码", "agent": "*客服小李", "raised_at": dt.time(9, 0), "approved_at": dt.time(9, 40),
    "resolved_at": dt.time(16, 20), "satisfaction": "满意",
}  # fmt: skip
LATE = ROW | {
    "return_reason": "破损",
    "description": "收到的杯子已经裂开，要求退款",
    "approved_at": dt.datetime(2023, 10, 2, 10, 0),
    "resolved_at": None,
    "satisfaction": None,
}
# the same lateness is no lateness for a reason with 48 hours
SLOW = LATE | {"return_reason": "不想要了", "description": "买重了一件外套，要求退掉"}


@pytest.fixture
def team(terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The team's folder with every block of the guide in its place."""
    assert terminal("init", "退换货组").code == 0
    folder = tmp_path / "退换货组"
    monkeypatch.chdir(folder)
    blocks = list(BLOCK.finditer(GUIDE.read_text("utf-8")))
    assert len(blocks) == GUIDE.read_text("utf-8").count("```toml") == 5
    for block in blocks:
        path = folder / block["file"]
        assert path.exists() == (block["how"] == "加在")
        with path.open("a", encoding="utf-8") as file:
            file.write("\n" + block["toml"])
    return folder


def handed_in(terminal: Terminal, folder: Path, rows: list[dict]) -> None:
    assert terminal("template", "returns", "-o", folder / "inbox", "--desk", "A07", "--rows", "5").code == 0
    type_rows(folder / "inbox" / "returns-A07.xlsx", rows)


def test_the_form_stands_beside_the_five(terminal: Terminal, team: Path) -> None:
    said = terminal("forms", "--json")
    assert said.code == 0, said.err
    assert {each["name"]: each["columns"] for each in said.document["forms"]}["returns"] == 12
    assert len(said.document["forms"]) == 6


def test_its_list_mask_and_rules_judge_its_rows(terminal: Terminal, team: Path) -> None:
    faulty = ROW | {"return_reason": "颜色不喜欢", "return_no": "12345678", "approved_at": dt.time(8, 0)}
    handed_in(terminal, team, [faulty])
    said = terminal("check", "inbox", "--json")
    assert said.code == 1
    found = {(issue["field"], issue["code"]) for issue in said.document["issues"] if issue["severity"] == "error"}
    assert found == {("return_reason", "NOT_IN_LIST"), ("return_no", "MASK_BROKEN"), ("approved_at", "OUT_OF_ORDER")}


def test_its_figures_come_out(terminal: Terminal, team: Path) -> None:
    handed_in(terminal, team, [ROW, LATE, SLOW])
    said = terminal("ingest", "inbox", "--json")
    assert said.code == 0, said.out
    assert said.document["totals"] | {"read": 3, "new": 3, "quarantined": 0} == said.document["totals"]
    said = terminal("analyze", "--form", "returns", "--as-of", "2023-10-05", "--json")
    assert said.code == 0, said.err
    tables = said.document["tables"]
    assert tables["overview"][0]["resolution_mean"] == 440
    approve = next(row for row in tables["clocks"] if row["clock"] == "approve")
    assert (approve["met"], approve["missed"], approve["n"]) == (2, 1, 3)
    levels = {row["level"]: (row["limit_minutes"], row["missed"]) for row in tables["clocks_by_level"]}
    assert levels == {"damaged": (24 * 60, 1), None: (48 * 60, 0)}
    assert [row["record_no"] for row in tables["open"]] == ["TH20231001002", "TH20231001003"]
    named = {(row["dimension"], row["zh"], row["en"]) for row in tables["labels"] if row["key"] == "returns"}
    assert named == {("form", "退换货", "Returns"), ("form_title", "退换货登记表", "Returns and exchanges")}
    earlier = terminal("analyze", "-o", "report.xlsx", "--as-of", "2023-10-02 09:30", "--json").document["tables"]
    approve = next(row for row in earlier["clocks"] if row["clock"] == "approve")
    # approved half an hour later: not yet known, so one runs overdue and one is pending
    assert (approve["met"], approve["missed_running"], approve["pending"]) == (1, 1, 1)
    assert zipfile.is_zipfile(team / "report.xlsx")
