"""Every file gets a verdict, whatever it is."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from csbook import messages
from csbook.intake import gate
from csbook.intake.gate import search
from csbook.issues import Code, Issue, Severity, UsageError
from tests.intake.conftest import STAMP

ONE = {"raised_date": "2023-10-01", "customer": "A公司", "raised_at": "9:00"}


def verdict(result: Any) -> tuple[str, str | None]:
    (file,) = result.files
    return file.verdict, file.code


def words(issue: Issue) -> list[str]:
    return [messages.text(lang, f"{issue.code}.{part}", **issue.words) for lang in ("zh", "en") for part in ("fault", "prompt", "remedy")]


def refused(result: Any, code: Code) -> Issue:
    """The one issue of the one file, which was refused for `code`; both languages can say it."""
    assert verdict(result) == ("refused", str(code))
    issue: Issue
    (issue,) = result.issues
    assert (issue.code, issue.severity, issue.path) == (code, Severity.ERROR, str(result.files[0].path))
    assert result.rows == ()
    assert all(words(issue))
    return issue


def test_a_missing_path_is_named(intake: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no-such\.xlsx"):
        intake(tmp_path / "no-such.xlsx")


def test_another_archive_is_refused(intake: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    refused(intake(path), Code.NOT_A_WORKBOOK)


def repacked(
    path: Path, target: Path, *, add: dict[str, bytes] | None = None, change: Callable[[str, bytes], bytes] = lambda _, data: data
) -> Path:
    """A copy of a workbook with parts added or changed."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, data in (add or {}).items():
            new.writestr(name, data)
    return target


def test_a_large_file_is_refused_unread(intake: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        file.truncate(gate.bounds.FILE_BYTES + 1)
    refused(intake(path), Code.TOO_LARGE)
    with pytest.raises(Exception, match="TOO_LARGE"):
        gate.opened(bytes(gate.bounds.FILE_BYTES + 1))


def test_a_sheet_that_the_parser_cannot_read_costs_the_file_alone(intake: Any, write: Any, tmp_path: Path) -> None:
    good = write("in/a.xlsx", [ONE])
    repacked(good, tmp_path / "in/b.xlsx", change=lambda name, data: data.replace(b"title", b"&#0;") if "xl/" in name else data)
    result = intake(tmp_path / "in")
    assert [(file.verdict, file.code) for file in result.files] == [("accepted", None), ("refused", "PART_BROKEN")]
    assert len(result.rows[0].frame) == 1


def test_a_panic_of_the_parser_is_caught(intake: Any, write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Panic(BaseException):
        pass

    def panics(_: bytes) -> None:
        raise Panic

    monkeypatch.setattr("fastexcel.read_excel", panics)
    refused(intake(write("a.xlsx", [ONE])), Code.PARSER_FAILED)


def test_ctrl_c_is_no_panic(intake: Any, write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: bytes) -> None:
        raise KeyboardInterrupt

    path = write("a.xlsx", [ONE])
    monkeypatch.setattr("fastexcel.read_excel", interrupted)
    with pytest.raises(KeyboardInterrupt):
        intake(path)


def test_a_file_that_cannot_be_read_is_refused(intake: Any, write: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("a.xlsx", [ONE])

    def denied(*_: object) -> int:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr("os.open", denied)
        refused(intake(path), Code.FILE_UNREADABLE)
    dangling = tmp_path / "b.xlsx"
    dangling.symlink_to(tmp_path / "gone.xlsx")
    refused(intake(dangling), Code.FILE_UNREADABLE)


@pytest.mark.parametrize("name", ["a.xls", "a.CSV", "a.xlsm", "a.et", "README.md", "LICENSE"])
def test_another_format_is_refused_where_it_is_named(intake: Any, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("x")
    refused(intake(path), Code.WRONG_FORMAT)


def test_a_folder_gives_its_tables_in_order_and_passes_over_the_rest(intake: Any, write: Any, tmp_path: Path) -> None:
    source = write("in/b/z.xlsx", [ONE])
    shutil.copy(source, tmp_path / "in/a.XLSX")
    for name in ("~$z.xlsx", ".~lock.z.xlsx#", ".hidden.xlsx", "README.md", "notes.txt", "csbook.toml"):
        (tmp_path / "in/b" / name).write_text("x")
    hidden = tmp_path / "in/.git"
    hidden.mkdir()
    shutil.copy(source, hidden / "z.xlsx")
    (tmp_path / "in/old.et").write_text("x")
    (tmp_path / "in/b/all.ZIP").write_text("x")
    result = intake(tmp_path / "in", source)
    assert [str(file.path.relative_to(tmp_path)) for file in result.files] == ["in/a.XLSX", "in/b/all.ZIP", "in/b/z.xlsx", "in/old.et"]
    assert [file.code for file in result.files] == [None, "PACKED", None, "WRONG_FORMAT"]


def test_nothing_in_a_folder_is_nothing(intake: Any, tmp_path: Path) -> None:
    result = intake(tmp_path)
    assert (result.files, result.rows, result.issues) == ((), (), ())


def test_a_foreign_workbook_is_told_apart_from_an_unknown_form(intake: Any, write: Any, tmp_path: Path) -> None:
    foreign_book = openpyxl.Workbook()
    foreign_book.active.append(["姓名", "分数"])
    foreign_book.save(tmp_path / "a.xlsx")
    foreign = refused(intake(tmp_path / "a.xlsx"), Code.FORM_UNKNOWN)
    unknown = refused(intake(write("b.xlsx", [ONE], stamp={**STAMP, "form": "survey"})), Code.FORM_UNKNOWN)
    odd = refused(intake(write("c.xlsx", [ONE], stamp={**STAMP, "form": "张三 13800138000"})), Code.FORM_UNKNOWN)
    assert words(foreign)[0] != words(unknown)[0]
    assert "survey" in words(unknown)[0]
    assert "13800138000" not in "".join(words(odd))


@pytest.mark.parametrize("version", ["2", "1.1", "10"])
def test_a_newer_version_is_refused(intake: Any, write: Any, version: str) -> None:
    refused(intake(write("a.xlsx", [ONE], stamp={**STAMP, "version": version})), Code.FORM_VERSION_NEW)


@pytest.mark.parametrize("version", ["0", "0.9", ""])
def test_an_older_version_is_read_with_a_warning(intake: Any, write: Any, version: str) -> None:
    result = intake(write("a.xlsx", [ONE], stamp={**STAMP, "version": version}))
    assert verdict(result) == ("accepted", None)
    assert [(issue.code, issue.severity) for issue in result.issues] == [(Code.FORM_VERSION_OLD, Severity.WARNING)]
    assert all(words(result.issues[0]))
    assert len(result.rows[0].frame) == 1


def test_an_empty_template_is_skipped_with_a_warning(intake: Any, write: Any) -> None:
    blank = {"record_no": "A07-5KQ2M-001", "total_minutes": 0, "source_id": "A07-5KQ2M-001", "customer": " 　", "description": ""}
    result = intake(write("a.xlsx", [blank, blank]))
    assert verdict(result) == ("skipped", "EMPTY_TEMPLATE")
    assert [(issue.code, issue.severity) for issue in result.issues] == [(Code.EMPTY_TEMPLATE, Severity.WARNING)]
    assert all(words(result.issues[0]))
    assert result.rows == ()


def test_the_stamp_of_the_hidden_sheet_serves_where_properties_were_lost(intake: Any, write: Any) -> None:
    (file,) = intake(write("a.xlsx", [ONE], hidden_stamp=True)).files
    assert (file.verdict, file.form, file.version) == ("accepted", "response", "1")
    assert (file.desk.desk, file.desk.agent, file.desk.team, file.issue_code) == ("A07", "客服小李", "一组", "5KQ2M")


def test_an_empty_hidden_sheet_is_no_stamp(intake: Any, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("_meta")
    book.save(tmp_path / "a.xlsx")
    refused(intake(tmp_path / "a.xlsx"), Code.FORM_UNKNOWN)


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        (b"2026-11-02T08:00:00Z", "2026-11-02 08:00"),
        (b"2026-11-02T08:00:00+08:00", "2026-11-02 00:00"),
        (b"2026-11-02T08:00:00", "2026-11-02 08:00"),
    ],
)
def test_the_file_says_when_it_was_saved(intake: Any, write: Any, tmp_path: Path, written: bytes, utc: str) -> None:
    def saved(name: str, data: bytes) -> bytes:
        start, end = data.find(b"<dcterms:modified"), data.find(b"</dcterms:modified>")
        return data if name != "docProps/core.xml" else data[: data.find(b">", start) + 1] + written + data[end:]

    (file,) = intake(repacked(write("a.xlsx", [ONE]), tmp_path / "b.xlsx", change=saved)).files
    assert file.modified.isoformat(" ", "minutes") == utc
    assert file.modified.tzinfo is None


@pytest.mark.parametrize("core", [b"<x/>", b"<broken", b""])
def test_a_file_need_not_say_when_it_was_saved(intake: Any, write: Any, tmp_path: Path, core: bytes) -> None:
    path = repacked(write("a.xlsx", [ONE]), tmp_path / "b.xlsx", change=lambda name, data: core if name == "docProps/core.xml" else data)
    (file,) = intake(path).files
    assert (file.verdict, file.modified) == ("accepted", None)


def test_letters_of_columns() -> None:
    assert [search.letters(place) for place in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
