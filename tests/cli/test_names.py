"""Names of files as other systems leave them: in another encoding, with line breaks, with what a terminal would obey."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal, filled, query
from tests.cli.test_main_job import RESPONSE

PHONE = "13812345678"
pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="only names on Linux are bytes")
NAMES = (f"手机{PHONE}".encode("gb18030"), "工作簿".encode("gb18030"), b"a\nb", b"\x1b[31mred")


@pytest.fixture
def inbox(terminal: Terminal, tmp_path: Path) -> Path:
    workbook = filled(terminal, tmp_path / "inbox" / "a.xlsx", "A07", [RESPONSE])
    for name in NAMES:
        (workbook.parent / os.fsdecode(name + b".xlsx")).write_bytes(workbook.read_bytes())
    return workbook.parent


def test_no_name_stops_a_batch(terminal: Terminal, inbox: Path, tmp_path: Path) -> None:
    document = terminal("ingest", "--json").document
    assert [file["verdict"] for file in document["files"]] == ["accepted"] * 5
    stored = [path for (path,) in query(tmp_path / "ledger.sqlite", "select path from source_file")]
    assert sorted(stored) == sorted(file["path"] for file in document["files"])
    assert len({*stored}) == 5
    assert all(Path(path).name.isprintable() and PHONE not in path for path in stored)
    assert len([*(tmp_path / "receipts").iterdir()]) == 5


@pytest.mark.parametrize("name", NAMES)
def test_a_file_named_by_itself_is_told_by_a_name_that_can_be_shown(terminal: Terminal, inbox: Path, name: bytes) -> None:
    path = inbox / os.fsdecode(name + b".xlsx")
    said = terminal("check", path)
    assert said.code == 0
    assert path.stem not in said.out
    assert PHONE not in said.out
    assert terminal("check", f"{path}x").code == 2
