"""Canaries: planted personal data goes through every command, and none of it is in any byte that is written or said."""

from __future__ import annotations

import contextlib
import itertools
import logging
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from pandera.errors import SchemaErrors

from csbook.cli import run
from csbook.cli.session import Session
from csbook.cli.watch import Watch
from csbook.forms import Form, load
from csbook.intake.inbox import Inbox
from tests.disk import Disk
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


def proposed(path: Path, planted: str) -> None:
    """Rows that agree on a value that its list does not have, often enough to be proposed; it stands beside what is planted."""
    book: Any = openpyxl.load_workbook(path)
    letters = {field.value: letter.value for letter, field in book["_meta"].iter_rows(max_col=2)}
    sheet = book.worksheets[0]
    for row in range(5, 17):
        for name, good in FORMS["response"].examples[0].items():
            sheet[f"{letters[name]}{row}"] = good
        sheet[f"{letters['customer']}{row}"] = f"{'ABCDEFGHIJKL'[row - 5]}公司"
        sheet[f"{letters['channel']}{row}"] = planted if row % 2 else "传真"
    book.save(path)


class Heard(logging.Handler):
    """Everything that csbook and its libraries log, SQL with its values included."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))


@pytest.fixture
def logged() -> Iterator[list[str]]:
    heard, root = Heard(), logging.getLogger()
    level = root.level
    root.addHandler(heard)
    root.setLevel(logging.INFO)
    yield heard.texts
    root.removeHandler(heard)
    root.setLevel(level)


@pytest.fixture
def failures(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What pandera itself says of rows that break a rule."""
    told: list[str] = []
    make = SchemaErrors.__init__

    def noted(errors: SchemaErrors, *args: Any, **words: Any) -> None:
        make(errors, *args, **words)
        told.extend([str(errors), errors.failure_cases.to_csv()])

    monkeypatch.setattr(SchemaErrors, "__init__", noted)
    return told


def test_no_planted_value_is_in_any_byte_written(
    home: Path, capfd: pytest.CaptureFixture[str], logged: list[str], failures: list[str]
) -> None:
    inbox, out, turn, disk = home / "inbox", home / "out", itertools.count(), Disk()
    assert len(VALUES) == 60

    def csbook(*args: object) -> int:
        return run(["--ledger", str(out / "ledger.sqlite"), *map(str, args)])

    assert csbook("template", "--all", "-o", inbox, "--desk", "A07", "--rows", "100") == 0
    many = home / "many.xlsx"
    shutil.copy(inbox / "response-A07.xlsx", many)
    proposed(many, f"联系人：{PLANTED['name'][5][0]}，{PLANTED['phone'][5][0]}")
    for form in FORMS.values():
        type_everywhere(inbox / f"{form.name}-A07.xlsx", form, turn)
    (inbox / "hotline-A07.xlsx").rename(inbox / f"{PLANTED['phone'][4][0]} {PLANTED['mail'][4][0]}.xlsx")
    odd = inbox / f"联系人：{PLANTED['name'][4][0]}，{PLANTED['phone'][5][0]}.xlsx"
    foreign(odd, PLANTED["card"][4][0])
    (inbox / f"{PLANTED['phone'][0][0]}.csv").write_text(PLANTED["id"][0][0], "utf-8")
    (inbox / f"坏 {PLANTED['phone'][0][0]}.xlsx").write_bytes(b"PK\x03\x04" + PLANTED["id"][0][0].encode() * 50)

    capfd.readouterr()
    disk.on = True
    codes = [
        csbook("check", inbox / "communication-A07.xlsx", odd),
        csbook("check", many, "--json"),
        csbook("map", odd, "--form", "response", "-o", "map.toml"),
        csbook("ingest", inbox / "communication-A07.xlsx", "--dry-run", "--json"),
        csbook("ingest", inbox, "--receipts", out / "receipts", "--jobs", "1"),
        csbook("analyze", "-o", out / "analysis.xlsx", "--json", "--role", "internal"),
        *(csbook("ledger", "export", "-o", out / name, "--role", "internal") for name in ("x.xlsx", "x.csv", "parquet")),
        csbook("remind", "-o", out / "remind", "--role", "internal"),
        csbook("handover", "-o", out / "handover"),
        csbook("ledger", "backup"),
        csbook("ledger", "status"),
        csbook("ledger", "verify"),
        csbook("ledger", "history", "response", "20231001001"),
        csbook("ledger", "find", "A07"),
        csbook("template", "response", "-o", out / "next", "--desk", "A07", "--rows", "20", "--carry-over"),
        csbook("template", "response", "-o", out / "page", "--layout", "page", "--record", "20231001001"),
    ]
    assert codes == [1, 1, 0, 1, 1, *[0] * 13]
    with contextlib.closing(sqlite3.connect(out / "ledger.sqlite")) as ledger:
        dump = "\n".join(ledger.iterdump())
        kept = [count for (count,) in ledger.execute("SELECT count(*) FROM record UNION ALL SELECT count(*) FROM quarantine")]
    assert min(kept) > 30, kept
    assert csbook("ledger", "purge", "--older-than", "1d", "--archive", out / "archive.xlsx", "--yes") == 0
    (home / "watched").mkdir()
    shutil.copy(many, home / "watched" / odd.name)
    watched = Watch(Session(ledger_option=str(out / "ledger.sqlite")), Inbox(home / "watched", 0), out / "outbox", None, None, 1)
    watched.turn()
    said = capfd.readouterr()
    assert "LIST_VALUE_PROPOSED" in said.out
    written_and_gone = [(path, data) for path, data in disk.contents() if out in path.parents and not path.exists()]
    channels: dict[str, dict[str, str]] = {
        "standard output": {"": said.out},
        "standard error": {"": said.err},
        "logs of every library": {"": "\n".join(logged)},
        "pandera's failure cases": {"": "\n".join(failures)},
        "database dumped": {"": dump},
        "files that are gone again": {str(path): data.decode("utf-8", "ignore") for path, data in written_and_gone},
    }
    for name, text in written(out):
        path = name.removeprefix("name of ")
        place = path.removeprefix(f"{out}/").split("/")[0].split(" ")[0]
        channels.setdefault("names of files" if name != path else place, {})[name] = text
    leaks = {
        name: {VALUES[each]: each for each in found} for each in channels.values() for name, text in each.items() if (found := seen(text))
    }
    with capfd.disabled():
        print(f"\n{'channel':34}{'texts':>7}{'characters':>12}{'planted':>9}{'raw found':>11}")  # noqa: T201
        for channel, texts in sorted(channels.items()):
            raw = len({value for text in texts.values() for value in seen(text)})
            print(f"{channel:34}{len(texts):7}{sum(map(len, texts.values())):12}{len(VALUES):9}{raw:11}")  # noqa: T201
    assert not leaks, "\n".join(f"{name}: {found}" for name, found in leaks.items())
    assert all(texts for texts in channels.values())
    assert sum(map(len, channels.values())) > 200
