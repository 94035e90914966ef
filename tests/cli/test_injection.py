"""Injection: texts that look like formulas, links, mark-up or control characters stay those texts, whichever command writes them."""

from __future__ import annotations

import csv
import html
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet
import pytest

from csbook.cli import run
from csbook.forms import load
from csbook.ledger import open_ledger

ROOT = Path(__file__).parents[2]
EXAMPLE = load([ROOT / "templates"], [ROOT / "validations"]).forms["coordination"].examples[0]
MARK = "EVIL"
# as they stand in the file that is handed in; `_x0041_` there means A (ECMA-376, ST_Xstring), `_x005F_x0041_` the seven characters
TYPED = (
    "=1+1 EVIL", '=HYPERLINK("http://evil.example","EVIL")', "=cmd|' /C calc'!A0 EVIL", "+1 EVIL", "-1 EVIL", "@SUM(1,1) EVIL", "{=EVIL()}",
    "http://evil.example/EVIL", "internal:EVIL!A1", r"external:c:\EVIL.xlsx", "file:///EVIL.xlsx", "<r><t>EVIL</t></r>", "<f>EVIL</f>",
    "EVIL _x005F_x0041_ literal", "EVIL _x005F_x000D_ literal", "EVIL _x005f_x0041_ small", "EVIL &amp; <b> \" ' &#61;", "'=EVIL", "EVIL 😀 =1",
    "EVIL\nsecond line", "%EVIL%", "\tEVIL tab", "[EVIL.xlsx]Sheet1!A1", "EVIL " + "长" * 490,
)  # fmt: skip
# what openpyxl does not write: placeholder -> what stands in the file
RAW = {
    "PLACE ONE": "ring_x0007_ _x005F_x0041_ EVIL", "PLACE TWO": "=长" + "文" * 32_764 + "尾", "PLACE THREE": "=长" + "文" * 32_765 + "尾",
}  # fmt: skip
LATE = ("progress", "solution", "resolved_at", "revisit_at", "satisfaction", "satisfaction_note", "recurring", "archived", "lessons")
OPEN = {**dict.fromkeys(LATE), "progress": "进行中"}
NAMED = re.compile("_x([0-9A-Fa-f]{4})_")
TEXT = re.compile(r"<(?:\w+:)?(?:t|v|f|formula1|definedName)\b[^>/]*>([^<]*)<")
ACTIVE = re.compile(r"<(?:\w+:)?(?:f|formula|formula1|formula2|definedName|oddHeader|oddFooter)\b[^>/]*>[^<]*" + MARK)


def meant(text: str) -> str:
    """What a spelling of a workbook stands for."""
    return NAMED.sub(lambda found: chr(int(found[1], 16)), text)


def parts(path: Path) -> Mapping[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.endswith((".xml", ".rels", ".vml"))}


def texts(path: Path) -> set[str]:
    """Every text of a workbook as Excel shows it, of rich text each run."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {re.sub(r"^'(?='*[=+\-@\t\r\n])", "", cell) for row in csv.reader(file) for cell in row}
    if path.suffix == ".parquet":
        table = pyarrow.parquet.read_table(path)
        return {str(cell) for column in table.columns for cell in column.to_pylist() if isinstance(cell, str)}
    return {meant(html.unescape(found)) for content in parts(path).values() for found in TEXT.findall(content)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with whatever the commands write of records, cases and quarantined rows that hold these texts."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run(["--quiet", "template", "coordination", "-o", "inbox", "--desk", "A07", "--rows", "90"]) == 0
        typed(folder / "inbox" / "coordination-A07.xlsx")
        for command in COMMANDS:
            assert run(["--quiet", *command.split()]) in (0, 1), command
    return folder


COMMANDS = (
    "ingest inbox --receipts out/receipts", "template coordination -o out/carried --desk A07 --carry-over --rows 60",
    "template coordination -o out/page --layout page --record CS-2023-001", "ledger export -o out/export.xlsx --role internal",
    "ledger export -o out/export.csv --role internal", "ledger export -o out/export.parquet --role internal",
    "ledger export -o out/cases.xlsx --cases --role internal", "remind -o out/remind --as-of 2023-10-20",
    "handover -o out/handover --as-of 2023-10-20", "analyze -o out/analysis.xlsx --role internal",
    "ledger purge --older-than 1d --archive out/archive.xlsx --yes",
)  # fmt: skip


def typed(path: Path) -> None:
    book: Any = openpyxl.load_workbook(path)
    letters = {field.value: letter.value for letter, field in book["_meta"].iter_rows(max_col=2)}
    sheet = book.worksheets[0]
    row = 5
    for state in ({}, OPEN, {**OPEN, "coordination_channel": "?"}):
        for number, text in enumerate(TYPED):
            short = {"description": text} if len(text) < 200 else {}
            for name, good in {**EXAMPLE, **state, "customer": f"CUST{number}", "plan": text, **short}.items():
                cell = sheet[f"{letters[name]}{row}"]
                cell.value = good
                if good is text:
                    cell.data_type = "s"
            row += 1
    for text in RAW:
        for name, good in {**EXAMPLE, **OPEN, "customer": f"CUST{row}", "plan": text}.items():
            sheet[f"{letters[name]}{row}"] = good
        row += 1
    book.save(path)
    old = everything(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in old.items():
            for placeholder, text in RAW.items():
                content = content.replace(placeholder.encode(), text.encode())
            archive.writestr(name, content)


def everything(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def stored(folder: Path) -> set[str]:
    """The texts as the ledger held them before they were cleared."""
    [backup, *_] = sorted((folder / "backups").glob("*.sqlite"))
    with open_ledger(str(backup)) as ledger:
        return {str(text) for text in ledger.records()["plan"].to_pylist()}


def test_the_ledger_holds_what_was_typed(made: Path) -> None:
    # a control sign nobody can type goes
    assert stored(made) == {meant(text) for text in TYPED} | {"ring _x0041_ EVIL"}


WHERE = (
    "receipts/coordination-A07-回执.xlsx", "carried/coordination-A07.xlsx", "export.xlsx", "export.csv", "export.parquet", "cases.xlsx",
    "remind/催办-技术经理老郑-20231020.xlsx", "remind/部门催办-技术支持部-20231020.xlsx", "handover/协作-技术支持部-20231020.xlsx",
    "analysis.xlsx", "archive.xlsx",
)  # fmt: skip


@pytest.mark.parametrize("name", WHERE)
def test_every_text_comes_back_the_same(made: Path, name: str) -> None:
    short = name == "analysis.xlsx"  # shows descriptions, at most 200 characters long
    assert {meant(text) for text in TYPED if not short or len(text) < 200} - texts(made / "out" / name) == set()


def test_a_page_shows_its_record(made: Path) -> None:
    assert len(texts(made / "out/page/coordination-page.xlsx") & {meant(text) for text in TYPED}) == 1


def test_no_text_becomes_active(made: Path) -> None:
    books = list((made / "out").rglob("*.xlsx"))
    assert len(books) == len(WHERE)  # a page and the supervisor more, CSV and Parquet less
    for path in books:
        for name, content in parts(path).items():
            assert not ACTIVE.search(content), (path.name, name)
            assert 'TargetMode="External"' not in content, (path.name, name)
            assert "externalLink" not in content, (path.name, name)
            assert not (name.endswith(".rels") and MARK in content), (path.name, name)
            assert not re.search(f"<(?:\\w+:)?hyperlink[^>]*{MARK}", content), (path.name, name)


def test_no_line_of_a_csv_starts_a_formula(made: Path) -> None:
    with (made / "out/export.csv").open(encoding="utf-8-sig", newline="") as file:
        assert not [cell for row in csv.reader(file) for cell in row if cell[:1] in tuple("=+-@\t\r")]


def test_a_text_that_no_cell_holds_is_told_and_kept_aside(made: Path) -> None:
    """32,768 characters, which Excel itself never writes: named, in quarantine whole, in the receipt as far as a cell goes."""
    found = texts(made / "out" / WHERE[0])
    assert {text[-3:] for text in found if len(text) == 32_767} == {"文文…", "文文尾"}
    with open_ledger(str(next((made / "backups").glob("*.sqlite")))) as ledger:
        codes = {code for entry in ledger.quarantine()["issues"].to_pylist() for code in re.findall("TOO_LONG|CELL_CUT", str(entry))}
    assert codes == {"TOO_LONG", "CELL_CUT"}
