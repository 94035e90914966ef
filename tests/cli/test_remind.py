"""Reminders at the terminal: workbooks in a folder, and a ledger that keeps how often it reminded."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.cli.conftest import Terminal, filled, query, type_rows
from tests.cli.test_main_job import HOTLINE, RESPONSE

OPEN = dict.fromkeys(("resolved_at", "solution_kind", "solution", "satisfaction", "reviewer"))


def times(folder: Path) -> dict[str, Any]:
    """Number -> reminders so far, of the one owner's workbook."""
    [path] = folder.glob("催办-*.xlsx")
    rows = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
    return {str(row[0]): row[-1] for row in rows if isinstance(row[-1], int)}


def test_reminders_are_counted_by_run_and_a_repeated_run_once(terminal: Terminal, tmp_path: Path) -> None:
    filled(terminal, tmp_path / "inbox" / "response-A07.xlsx", "A07", [{**RESPONSE, **OPEN}])
    assert terminal("ingest", tmp_path / "inbox").code == 0
    for folder, moment, expected in (("a", "2023-10-02", 0), ("b", "2023-10-03", 1), ("c", "2023-10-03", 1), ("d", "2023-10-04", 2)):
        assert terminal("remind", "-o", folder, "--as-of", moment).code == 0
        assert list(times(tmp_path / folder).values()) == [expected]
    assert len(query(tmp_path / "ledger.sqlite", "SELECT * FROM audit WHERE action = 'remind'")) == 4
    assert terminal("ledger", "verify").code == 0
    assert terminal("handover", "-o", "hand").code == 0
    assert list((tmp_path / "hand").iterdir()) == []


def test_a_plan_that_cannot_be_read_or_a_missing_ledger_stops_before_anything(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("remind", "-o", "out").code == 2
    (tmp_path / "validations").mkdir()
    plan = tmp_path / "validations" / "followup.toml"
    for text in ("x = [", "heading = 1", '[[heading]]\nzh = "一"\nen = "a"\nlists = []\npages = ["nowhere"]'):
        plan.write_text(text, "utf-8")
        said = terminal("--workspace", tmp_path, "remind", "-o", "out")
        assert said.code == 2
        assert "followup.toml" in said.err
    assert not (tmp_path / "out").exists()


def test_nobody_is_reminded_where_the_ledger_cannot_remember_it(terminal: Terminal, tmp_path: Path) -> None:
    filled(terminal, tmp_path / "inbox" / "response-A07.xlsx", "A07", [{**RESPONSE, **OPEN}])
    assert terminal("ingest", tmp_path / "inbox").code == 0
    lock = tmp_path / ".ledger.sqlite.lock"
    lock.unlink()
    lock.mkdir()  # as in a folder that only others may write to
    said = terminal("remind", "-o", "out", "--as-of", "2023-10-02")
    assert (said.code, said.out) == (3, "")
    assert "ledger.sqlite" in said.err
    assert not (tmp_path / "out").exists()


def test_before_the_first_record_there_is_nothing_to_remind_of(terminal: Terminal, tmp_path: Path) -> None:
    filled(terminal, tmp_path / "inbox" / "response-A07.xlsx", "A07", [{**RESPONSE, **OPEN}])
    assert terminal("ingest", tmp_path / "inbox").code == 0
    assert terminal("remind", "-o", "out", "--as-of", "2020-01-01").code == 0
    assert [path.name[:2] for path in (tmp_path / "out").iterdir()] == ["主管"]


@pytest.mark.parametrize(
    ("role", "commands"), [("internal", ["remind"]), ("manager", ["remind", "handover"]), ("external", ["remind", "handover"])]
)
def test_beyond_the_team_no_reminder_and_no_letter_shows_last_digits(
    terminal: Terminal, tmp_path: Path, role: str, commands: list[str]
) -> None:
    assert terminal("template", "hotline", "-o", "in", "--desk", "A07", "--rows", "5").code == 0
    open_ = {name: value for name, value in HOTLINE.items() if name not in ("resolved_at", "solution", "satisfaction")}
    type_rows(tmp_path / "in" / "hotline-A07.xlsx", [open_ | {"description": "订单一直没有发货，请回 138****5678，客户很着急"}])
    assert terminal("ingest", "in").code == 0
    for command in commands:
        assert terminal(command, "-o", command, "--as-of", "2023-10-05", "--role", role).code == 0
    parts = [text for path in tmp_path.glob("[rh]*/*.xlsx") for text in unzipped(path)]
    assert parts
    assert any("5678" in text for text in parts) == (role == "internal")


def unzipped(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return [archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")]
