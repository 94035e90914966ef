"""Every kind of workbook that a command writes passes the audit, and LibreOffice opens and saves it without losing anything."""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openxml_audit import OpenXmlValidator

from csbook.cli import run
from tests.template.conftest import resaved
from tests.template.test_valid import validations

SAMPLES = Path(__file__).parents[2] / "sample_data"
FILLED = ("A08/A08-feedback.xlsx", "A09/A09-coordination.xlsx")
AS_OF = "2026-09-10 12:00"
# kind of workbook → the files of that kind, as a pattern in the folder of the fixture
KINDS: Mapping[str, str] = {
    "template": "out/response-A09.xlsx",
    "carried over": "carried/coordination-A09.xlsx",
    "page": "pages/response-page.xlsx",
    "record on a page": "record/coordination-page.xlsx",
    "receipt": "receipts/*.xlsx",
    "analysis": "analysis.xlsx",
    "export": "export.xlsx",
    "case library": "cases.xlsx",
    "archive of a purge": "purged.xlsx",
    "reminder": "remind/*.xlsx",
    "hand-over": "handover/*.xlsx",
}
# openpyxl cannot keep data bars, and writes none of these files
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of each kind, written by the commands as people run them, from filled samples."""
    folder = tmp_path_factory.mktemp("kinds")
    inbox = folder / "inbox"
    inbox.mkdir()
    for name in FILLED:
        shutil.copy(SAMPLES / name, inbox)

    def csbook(*args: object, code: int = 0) -> None:
        assert run(["--quiet", "--ledger", str(folder / "ledger.sqlite"), *map(str, args)]) == code, args

    csbook("template", "response", "-o", folder / "out", "--desk", "A09", "--rows", 20)
    csbook("ingest", inbox, "--receipts", folder / "receipts", code=1)
    csbook("template", "coordination", "-o", folder / "carried", "--desk", "A09", "--rows", 20, "--carry-over")
    csbook("template", "response", "-o", folder / "pages", "--layout", "page")
    csbook("template", "coordination", "-o", folder / "record", "--layout", "page", "--record", number(folder / "ledger.sqlite"))
    csbook("analyze", "-o", folder / "analysis.xlsx", "--as-of", AS_OF)
    csbook("ledger", "export", "-o", folder / "export.xlsx", "--role", "internal")
    csbook("ledger", "export", "-o", folder / "cases.xlsx", "--cases")
    csbook("remind", "-o", folder / "remind", "--as-of", AS_OF)
    csbook("handover", "-o", folder / "handover", "--as-of", AS_OF)
    csbook("ledger", "purge", "--form", "coordination", "--older-than", "1d", "--archive", folder / "purged.xlsx", "--yes")
    return folder


def number(ledger: Path) -> str:
    """The number of a record."""
    with contextlib.closing(sqlite3.connect(ledger)) as connection:
        query = "select record_no from record where form = 'coordination' order by record_no limit 1"
        return str(connection.execute(query).fetchone()[0])


@pytest.fixture(scope="module")
def after(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[Path, Path]:
    """File → the same, opened and saved by LibreOffice; names are made one of a kind, as all go into one folder."""
    out, named = tmp_path_factory.mktemp("after"), dict[Path, Path]()
    for place, path in enumerate(each for pattern in KINDS.values() for each in of_kind(folder, pattern)):
        named[path] = out / f"{place}.xlsx"
        shutil.copy(path, named[path])
    saved = resaved(list(named.values()), out)
    return {path: saved / copy.name for path, copy in named.items()}


def of_kind(folder: Path, pattern: str) -> list[Path]:
    """The files of a kind; of many, the first."""
    return sorted(folder.glob(pattern))[:1]


@every_kind
def test_the_audit_finds_nothing(folder: Path, kind: str) -> None:
    paths = sorted(folder.glob(KINDS[kind]))
    assert paths
    for path in paths:
        assert OpenXmlValidator().validate(path).errors == [], path.name


def read(path: Path) -> Any:
    return openpyxl.load_workbook(path)


def parts(path: Path) -> dict[str, int]:
    """How many charts, pictures and tables a file holds."""
    with zipfile.ZipFile(path) as archive:
        kinds = [re.match(r"xl/(charts/chart|media|tables)", name) for name in archive.namelist()]
    return {kind: sum(bool(each) and each[1] == kind for each in kinds) for kind in ("charts/chart", "media", "tables")}  # type: ignore[index]


def told(book: Any) -> dict[str, Any]:
    """What people see of a workbook: sheets, values that no formula makes, merged cells, formats by condition, links."""
    return {
        sheet.title: (
            sheet.sheet_state,
            {cell.coordinate: _plain(cell.value) for row in sheet.iter_rows() for cell in row if cell.value not in (None, "")},
            sorted(map(str, sheet.merged_cells.ranges)),
            sheet.page_setup.orientation or "portrait",
            sheet.protection.sheet,
            sorted(str(of.sqref) for of in sheet.conditional_formatting for _ in of.rules),
            sorted(link.ref for link in sheet._hyperlinks),
        )
        for sheet in book.worksheets
    }


def _plain(value: Any) -> Any:
    """Formulas are spelt in each program's way; numbers are compared to nine digits."""
    if isinstance(value, str):
        return "formula" if value.startswith("=") else value
    return f"{value:.9g}" if isinstance(value, int | float) else type(value).__name__


@every_kind
def test_nothing_is_lost_in_libreoffice(folder: Path, after: Mapping[Path, Path], kind: str) -> None:
    for path in of_kind(folder, KINDS[kind]):
        first, second = read(path), read(after[path])
        assert parts(path) == parts(after[path]), path.name
        before, now = told(first), told(second)
        assert before.keys() == now.keys()
        for title, sheet in before.items():
            lost = {cell: (value, now[title][1].get(cell)) for cell, value in sheet[1].items() if now[title][1].get(cell) != value}
            assert lost == {}, (path.name, title)
            assert now[title] == sheet, (path.name, title)
        properties = [{each.name: each.value for each in book.custom_doc_props.props} for book in (first, second)]
        assert properties[0] == properties[1]


@pytest.mark.parametrize("kind", ["template", "carried over", "receipt"])
def test_what_guards_entries_is_kept(folder: Path, after: Mapping[Path, Path], kind: str) -> None:
    for path in of_kind(folder, KINDS[kind]):
        first, second = (read(each)["记录"] for each in (path, after[path]))
        found = validations(second)
        assert validations(first).keys() == found.keys()
        assert {cell: each[2:8] for cell, each in validations(first).items()} == {cell: each[2:8] for cell, each in found.items()}
        for one, other in zip(first[5], second[5], strict=True):
            assert one.protection.locked == other.protection.locked
            assert one.number_format == other.number_format.replace("\\", "")
