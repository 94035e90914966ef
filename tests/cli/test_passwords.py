"""Passwords: what csbook writes is encrypted, what comes back so is opened, what was tampered with is refused; the disk sees ciphertext."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from csbook import messages, passwords
from csbook.cli import run
from csbook.passwords import encrypted
from tests import libreoffice
from tests.cli.conftest import Terminal, filled, type_rows
from tests.cli.test_main_job import RESPONSE
from tests.disk import Disk

PASSWORD = "密码 pass-word 7"
MARK = str(RESPONSE["description"])
OPEN = dict.fromkeys(("resolved_at", "solution_kind", "solution", "satisfaction", "reviewer", "closed_at"))
FAULTY = {**RESPONSE, "customer": "C公司", "channel": "传真"}


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    return secret_file(tmp_path / "pw.txt", f"{PASSWORD}\r\nsecond line\n")


def secret_file(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return path


def shut(path: Path, password: str = PASSWORD) -> Path:
    """Encrypt a file as another program would."""
    closed, content = io.BytesIO(), path.read_bytes()
    OOXMLFile(io.BytesIO(content)).encrypt(password, closed)
    path.write_bytes(closed.getvalue())
    return path


def open_up(path: Path) -> Path:
    """Decrypt a file with another program than ours, seal checked."""
    content = io.BytesIO()
    file = OOXMLFile(io.BytesIO(path.read_bytes()))
    file.load_key(password=PASSWORD, verify_password=True)
    file.decrypt(content, verify_integrity=True)
    path.write_bytes(content.getvalue())
    return path


@pytest.fixture
def inbox(terminal: Terminal, tmp_path: Path) -> Path:
    shut(filled(terminal, tmp_path / "inbox" / "response-A07.xlsx", "A07", [{**RESPONSE, **OPEN}, FAULTY]))
    return tmp_path / "inbox"


def test_encrypted_receipts_come_back_mended(terminal: Terminal, inbox: Path, tmp_path: Path, secret: Path) -> None:
    said = terminal("ingest", inbox, "--receipts", "receipts", "--password-file", secret, "--json")
    assert (said.code, said.document["totals"]["new"], said.document["totals"]["quarantined"]) == (1, 1, 1)
    [receipt] = (tmp_path / "receipts").iterdir()
    assert encrypted(receipt.read_bytes())
    assert receipt.stat().st_mode & 0o077 == 0 or os.name == "nt"
    type_rows(open_up(receipt), [{"channel": "电话"}])
    assert terminal("check", shut(receipt), "--password-file", secret).code == 0
    said = terminal("ingest", receipt, "--password-file", secret, "--json")
    assert (said.code, said.document["totals"]["mended"]) == (0, 1)


def code_of(terminal: Terminal, *args: object) -> str:
    said = terminal("check", *args, "--json")
    assert said.code == 1
    [issue] = said.document["issues"]
    assert str(args[0]) in issue["message"]
    return str(issue["code"])


def test_without_the_right_password_a_file_is_refused_by_name(terminal: Terminal, inbox: Path, tmp_path: Path, secret: Path) -> None:
    file, other = inbox / "response-A07.xlsx", secret_file(tmp_path / "other", "another one")
    assert code_of(terminal, file) == "ENCRYPTED"
    assert code_of(terminal, file, "--password-file", other) == "PASSWORD_WRONG"


@pytest.mark.parametrize("part", ["EncryptedPackage", "EncryptionInfo"])
def test_a_tampered_file_is_refused(terminal: Terminal, inbox: Path, secret: Path, part: str) -> None:
    import olefile

    file = inbox / "response-A07.xlsx"
    with olefile.OleFileIO(file, write_mode=True) as container:
        with container.openstream(part) as stream:
            content = bytearray(stream.read())
        place = content.index(b"encryptedHmacValue") + 30 if part == "EncryptionInfo" else len(content) // 2
        content[place] ^= 1
        container.write_stream(part, bytes(content))
    assert code_of(terminal, file, "--password-file", secret) == "TAMPERED"


def test_a_file_cut_off_is_refused(terminal: Terminal, inbox: Path, secret: Path) -> None:
    file = inbox / "response-A07.xlsx"
    for size in (3_000, len(file.read_bytes()) // 2):
        file.write_bytes(file.read_bytes()[:size])
        assert code_of(terminal, file, "--password-file", secret) in ("TAMPERED", "DISGUISED")


def test_what_is_encrypted_is_gated_like_any_other_file(terminal: Terminal, tmp_path: Path, secret: Path) -> None:
    bomb = tmp_path / "a.xlsx"
    content = io.BytesIO()
    openpyxl.Workbook().save(content)
    bomb.write_bytes(content.getvalue().replace(b"xl/worksheets", b"xl/worksheetz"))
    plain = code_of(terminal, bomb)
    assert code_of(terminal, shut(bomb), "--password-file", secret) == plain != "TAMPERED"


class Made(NamedTuple):
    """What one run of every command that takes a password left behind: its folder, what was said, what the disk saw."""

    folder: Path
    said: str
    disk: list[tuple[Path, bytes]]
    nameless: bool


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("made")
    secret, disk, said = secret_file(folder / "pw.txt", PASSWORD), Disk(), io.StringIO()

    def csbook(*args: object) -> int:
        return run([*map(str, args), "--password-file", str(secret)])

    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        patch.chdir(folder)
        (folder / "tmp").mkdir()
        patch.setattr("tempfile.tempdir", str(folder / "tmp"))
        assert run(["template", "response", "-o", "inbox", "--desk", "A07", "--rows", "10"]) == 0
        type_rows(folder / "inbox" / "response-A07.xlsx", [{**RESPONSE, **OPEN}, FAULTY])
        shut(folder / "inbox" / "response-A07.xlsx")
        measures = shut(measured(folder / "measures.xlsx"))
        disk.on = True
        assert csbook("ingest", "inbox", "--receipts", "out/receipts") == 1
        assert csbook("ledger", "export", "-o", "out/export.xlsx", "--role", "internal") == 0
        assert csbook("remind", "-o", "out/remind", "--role", "internal") == 0
        assert csbook("handover", "-o", "out/handover") == 0
        assert csbook("analyze", "-o", "out/analysis.xlsx", "--measures", measures) == 0
        contents = list(disk.contents())
    return Made(folder, said.getvalue(), contents, folder / "tmp" in disk.written)


def measured(path: Path) -> Path:
    """A filled table of measures."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append([messages.text("zh", f"column.measures.{name}") for name in ("problem", "measure", "owner", "deadline", "metric")])
    sheet.append(["慢", "加人", "王姐", "2023-10-01", messages.text("zh", "column.n")])
    book.save(path)
    return path


def test_nothing_that_is_to_be_encrypted_is_ever_on_a_disk(made: Made) -> None:
    files = [path for path in (made.folder / "out").rglob("*") if path.is_file()]
    assert {path.name.split("-")[0].split(".")[0] for path in files} >= {"analysis", "export", "response", "催办"}
    assert all(encrypted(path.read_bytes()) for path in files)
    ours = [(path, data) for path, data in made.disk if "ledger.sqlite" not in path.name]  # it has a key of its own
    assert len(ours) > len(files)  # temporary files before they took their place
    plain = MARK.encode(), b"PK\x03\x04", b"<row", b"<sst", PASSWORD.encode()
    assert [path for path, data in ours if any(mark in data for mark in plain)] == []
    assert [path for path in (made.folder / "tmp").rglob("*") if path.is_file()] == []
    assert not made.nameless


def test_what_was_encrypted_is_whole(made: Made, tmp_path: Path) -> None:
    copy = open_up(Path(shutil.copy(made.folder / "out" / "export.xlsx", tmp_path)))
    assert MARK in [cell.value for row in openpyxl.load_workbook(copy).worksheets[0] for cell in row]
    copy = open_up(Path(shutil.copy(made.folder / "out" / "analysis.xlsx", tmp_path)))
    with zipfile.ZipFile(copy) as archive:
        assert "加人" in "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))


def test_libreoffice_opens_what_csbook_encrypts(made: Made, tmp_path: Path) -> None:
    out = made.folder / "out"
    [receipt], [reminder] = (out / "receipts").iterdir(), (out / "remind").glob("催办-*")
    questions = [(path, PASSWORD) for path in (out / "analysis.xlsx", out / "export.xlsx", receipt, reminder)]
    asked = [(str(path), password) for path, password in [*questions, (receipt, "another one")]]
    analysis, export, answer, reminded, wrong = libreoffice.answer(Path(__file__).with_name("uno_password.py"), asked, tmp_path)
    assert any("2023" in text or "分析" in text for text in analysis), analysis
    assert export[:2] == ["记录编号", "20231001001"]
    assert answer[0] == "收到 2 条，入库 1 条，请改 1 条"
    assert any(reminded)
    assert isinstance(wrong, str)  # the name of an exception


def test_a_map_is_drafted_from_an_encrypted_workbook(terminal: Terminal, tmp_path: Path, secret: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["单号", "问题描述", "渠道"])
    sheet.append(["1", "慢", "电话"])
    book.save(tmp_path / "old.xlsx")
    shut(tmp_path / "old.xlsx")
    assert terminal("map", "old.xlsx", "--form", "response").code == 2
    said = terminal("map", "old.xlsx", "--form", "response", "--password-file", secret)
    assert (said.code, "问题描述" in said.out) == (0, True)


def test_only_workbooks_take_a_password(terminal: Terminal, inbox: Path, tmp_path: Path, secret: Path) -> None:
    terminal("ingest", inbox, "--password-file", secret)
    for name in ("a.csv", "a.parquet", "folder"):
        said = terminal("ledger", "export", "-o", name, "--password-file", secret)
        assert (said.code, "xlsx" in said.err, (tmp_path / name).exists()) == (2, True, False)


@pytest.mark.parametrize("text", ["", "\n密码在第二行", "   ", "x" * 256])
def test_a_file_without_a_password_is_refused(terminal: Terminal, inbox: Path, tmp_path: Path, text: str) -> None:
    path = secret_file(tmp_path / "pw", text)
    said = terminal("ingest", inbox, "--password-file", path)
    assert (said.code, str(path) in said.err, (tmp_path / "ledger.sqlite").exists()) == (2, True, False)


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no modes")
def test_a_password_file_that_others_may_read_is_not_used(terminal: Terminal, inbox: Path, tmp_path: Path) -> None:
    said = terminal("check", inbox, "--password-file", secret_file(tmp_path / "pw", PASSWORD, 0o644))
    assert (said.code, "600" in said.err) == (2, True)
    assert terminal("check", inbox, "--password-file", tmp_path / "none").code == 2


def test_the_password_is_in_no_message(terminal: Terminal, inbox: Path, made: Made, tmp_path: Path, secret: Path) -> None:
    heard = [terminal(*each, "--password-file", secret) for each in (("ingest", inbox), ("ingest", inbox, "--json"))]
    weak = secret_file(tmp_path / "weak", "a1b2c3")
    heard.append(terminal("check", inbox, "--password-file", weak))
    assert "8" in heard[-1].err
    assert not any(word in each.out + each.err for each in heard for word in (PASSWORD, "a1b2c3"))
    assert PASSWORD not in made.said
    assert PASSWORD not in repr(passwords.read(secret, "zh"))


def test_without_the_extra_its_name_is_said(terminal: Terminal, inbox: Path, secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "msoffcrypto" else found(name))
    said = terminal("ingest", inbox, "--password-file", secret)
    assert (said.code, "csbook[encrypted]" in said.err) == (2, True)
