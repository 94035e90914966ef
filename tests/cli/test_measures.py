"""Measures typed by hand are seen as everything else that csbook writes: by role, without personal data."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from csbook import messages
from csbook.analysis.measures import COLUMNS
from tests.cli.conftest import Terminal, filled
from tests.cli.test_main_job import RESPONSE

PHONE = "13812345678"
PROBLEM, MEASURE, OWNER = f"客户 {PHONE} 等得太久", "每天两次复核", "王小燕"


def measures(path: Path) -> Path:
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    sheet.append([messages.text("zh", f"column.measures.{name}") for name in COLUMNS])
    sheet.append([PROBLEM, MEASURE, OWNER, "2023-10-01", messages.text("zh", "column.n")])
    workbook.save(path)
    return path


@pytest.mark.parametrize(
    ("role", "there", "gone"), [("internal", {MEASURE, OWNER}, set[str]()), ("external", set[str](), {MEASURE, OWNER, "等得太久"})]
)
def test_typed_words_show_no_number_and_beyond_the_team_nothing(
    terminal: Terminal, tmp_path: Path, role: str, there: set[str], gone: set[str]
) -> None:
    filled(terminal, tmp_path / "inbox" / "response-A07.xlsx", "A07", [RESPONSE])
    assert terminal("ingest", tmp_path / "inbox").code == 0
    path = measures(tmp_path / "measures.xlsx")
    said = terminal("analyze", "-o", "a.xlsx", "--as-of", "2023-10-31", "--role", role, "--measures", path)
    assert said.code == 0, said.err
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*extension is not supported")
        workbook = openpyxl.load_workbook(tmp_path / "a.xlsx")
    written = "\n".join(str(cell) for sheet in workbook for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)
    assert all(each in written for each in there)
    assert not [each for each in (PHONE, *gone) if each in written]
    assert any({"measures", "effects"} <= set(sheet.tables) for sheet in workbook)
    document = terminal("analyze", "--json", "--as-of", "2023-10-31", "--role", role, "--measures", path).document
    [row] = document["tables"]["measures"]
    assert (row["measure"], row["deadline"]) == (MEASURE if there else None, "2023-10-01")
