"""A terminal for the tests: runs csbook in process and keeps what it says."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from csbook.cli import run


@dataclass(frozen=True)
class Said:
    """What one command line gave."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Terminal = Callable[..., Said]


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Terminal:
    """Runs `csbook …` in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def call(*args: object) -> Said:
        capfd.readouterr()
        code = run([str(arg) for arg in args])
        said = capfd.readouterr()
        return Said(code, said.out, said.err)

    return call


def type_rows(path: Path, rows: list[Mapping[str, Any]]) -> None:
    """Type values into the first rows of an entry workbook, by canonical name, as an agent would."""
    workbook = openpyxl.load_workbook(path)
    letters = {field.value: letter.value for letter, field in workbook["_meta"].iter_rows(max_col=2)}
    sheet = workbook.worksheets[0]
    for index, row in enumerate(rows):
        for field, value in row.items():
            sheet[f"{letters[field]}{5 + index}"] = value
    workbook.save(path)


_EMPTY: dict[str, bytes] = {}


def filled(terminal: Terminal, path: Path, desk: str, rows: list[Mapping[str, Any]]) -> Path:
    """A response workbook of a desk with these rows at `path`; its empty template is generated once for all tests."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if desk not in _EMPTY:
        assert terminal("template", "response", "-o", path.parent / "empty", "--desk", desk, "--rows", "10").code == 0
        _EMPTY[desk] = (made := path.parent / "empty" / f"response-{desk}.xlsx").read_bytes()
        made.unlink()
        made.parent.rmdir()
    path.write_bytes(_EMPTY[desk])
    type_rows(path, rows)
    return path


def query(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """What an embedded ledger answers."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()
