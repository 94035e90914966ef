"""Canaries: planted personal data goes through every command, and none of it is in any byte that is written or said."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from csbook.cli import run
from csbook.forms import Form, load
from tests.privacy.planted import EACH, PLANTED, VALUES, seen, written

ROOT = Path(__file__).parents[2]
FORMS = load([ROOT / "templates"], [ROOT / "validations"]).forms
KINDS_IN_A_COLUMN = 3
# found without a word before them; a name or an account alone is known by its mask, and only there
CERTAIN = ("phone", "landline", "id", "card", "mail", "plate", "address")
# an order number may pass for a card by chance: privacy.toml does not look for cards there
PASSED = {("order_no", "card")}
FREE = ("text", "suggest", "transfers", "references", "due")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with the temporary folder beside it."""
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(tmp_path / "out" / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "out" / "tmp").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "out")
    return tmp_path


def type_everywhere(path: Path, form: Form, turn: itertools.count[int]) -> None:
    """Each planted value in each column in turn, in rows that are good otherwise; then the places beside the rows."""
    book: Any = openpyxl.load_workbook(path)
    letters = {field.value: letter.value for letter, field in book["_meta"].iter_rows(max_col=2)}
    sheet, row = book.worksheets[0], 5
    for field in (field for field in form.fields if field.typed):
        for _ in range(KINDS_IN_A_COLUMN):
            place = next(turn)
            kind = list(PLANTED)[place % len(PLANTED)]
            if (field.name, kind) in PASSED:
                continue
            value, text = PLANTED[kind][place // len(PLANTED) % EACH]
            for name, good in form.examples[0].items():
                sheet[f"{letters[name]}{row}"] = good
            alone = kind in CERTAIN or (field.kind == "masked" and field.mask != "customer")
            typed = value if alone and (field.kind not in FREE or place % 2) else text
            sheet[f"{letters[field.name]}{row}"] = int(value) if typed == value and kind == "phone" and row % 2 else typed
            row += 1
    phone, mail = PLANTED["phone"][1][0], PLANTED["mail"][1][0]
    beside = sheet.cell(4, sheet.max_column + 1, f"备注 {phone}")
    sheet.cell(5, beside.column, mail)
    sheet["C5"].comment = Comment(f"{phone} {mail}", mail)
    book.properties.creator, book.properties.title, book.properties.description = mail, phone, PLANTED["id"][1][0]
    sheet["A1"], book["_meta"]["D1"] = phone, phone
    book.create_sheet(f"{PLANTED['phone'][2][0]}")["A1"] = mail
    book.save(path)


def foreign(path: Path, planted: str) -> None:
    """A workbook without stamp, whose sheet, headings and cells hold what is planted."""
    book: Any = openpyxl.Workbook()
    sheet = book.active
    sheet.title = PLANTED["phone"][3][0]
    sheet.append(["日期", "记录时间", "客户姓名", "联系电话", f"渠道{planted}", PLANTED["mail"][3][0], "问题描述"])
    sheet.append(["2023-10-01", "09:00", PLANTED["name"][3][0], PLANTED["phone"][3][0], "电话", "x", PLANTED["id"][3][1]])
    book.save(path)


def test_no_planted_value_is_in_any_byte_written(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    inbox, out, turn = home / "inbox", home / "out", itertools.count()
    assert len(VALUES) == 60

    def csbook(*args: object) -> int:
        return run(["--ledger", str(out / "ledger.sqlite"), *map(str, args)])

    assert csbook("template", "--all", "-o", inbox, "--desk", "A07", "--rows", "100") == 0
    for form in FORMS.values():
        type_everywhere(inbox / f"{form.name}-A07.xlsx", form, turn)
    (inbox / "hotline-A07.xlsx").rename(inbox / f"{PLANTED['phone'][4][0]} {PLANTED['mail'][4][0]}.xlsx")
    odd = inbox / f"联系人：{PLANTED['name'][4][0]}，{PLANTED['phone'][5][0]}.xlsx"
    foreign(odd, PLANTED["card"][4][0])
    (inbox / f"{PLANTED['phone'][0][0]}.csv").write_text(PLANTED["id"][0][0], "utf-8")
    (inbox / f"坏 {PLANTED['phone'][0][0]}.xlsx").write_bytes(b"PK\x03\x04" + PLANTED["id"][0][0].encode() * 50)

    codes = [
        csbook("check", inbox / "communication-A07.xlsx", odd),
        csbook("ingest", inbox / "communication-A07.xlsx", "--dry-run", "--json"),
        csbook("ingest", inbox, "--receipts", out / "receipts", "--jobs", "1"),
        csbook("analyze", "-o", out / "analysis.xlsx", "--json", "--role", "internal"),
        *(csbook("ledger", "export", "-o", out / name, "--role", "internal") for name in ("x.xlsx", "x.csv", "parquet")),
        csbook("ledger", "backup"),
        csbook("ledger", "status"),
        csbook("ledger", "verify"),
        csbook("template", "response", "-o", out / "next", "--desk", "A07", "--rows", "20", "--carry-over"),
    ]
    assert codes == [1, 1, 1, *[0] * 8]
    said = capfd.readouterr()
    with contextlib.closing(sqlite3.connect(out / "ledger.sqlite")) as ledger:
        dump = "\n".join(ledger.iterdump())
        kept = [count for (count,) in ledger.execute("SELECT count(*) FROM record UNION ALL SELECT count(*) FROM quarantine")]
    assert min(kept) > 30, kept
    places = {"stdout": said.out, "stderr": said.err, "dump": dump, **dict(written(out))}
    leaks = {name: {VALUES[each]: each for each in found} for name, text in places.items() if (found := seen(text))}
    assert not leaks, "\n".join(f"{name}: {found}" for name, found in leaks.items())
    assert len(places) > 100
