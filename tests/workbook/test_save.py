"""A file appears whole or not at all, and the reason is said in a sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from csbook import messages
from csbook.issues import UnfinishedError
from csbook.workbook import Workbook, save
from csbook.workbook.save import save_beside


def refusing(error: OSError) -> Callable[..., NoReturn]:
    def refuse(*_args: Any, **_options: Any) -> NoReturn:
        raise error

    return refuse


def test_the_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")
    save(path, b"new")
    assert path.read_bytes() == b"new"
    assert [each.name for each in tmp_path.iterdir()] == ["a.xlsx"]


def test_the_file_can_be_read_by_others_as_the_umask_allows(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        save(tmp_path / "a.xlsx", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "a.xlsx").stat().st_mode & 0o777 == 0o640


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnfinishedError, match="gone"):
        save(tmp_path / "gone" / "a.xlsx", b"")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnfinishedError):
        save(tmp_path, b"")


@pytest.mark.parametrize("there", [True, False])
def test_a_file_open_elsewhere_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    path = tmp_path / "a.xlsx"
    if there:
        path.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", refusing(PermissionError(13, "locked")))
    with pytest.raises(UnfinishedError):
        save(path, b"new")
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"old"] * there


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", refusing(OSError(28, "No space left on device")))
    for lang in messages.LOCALES:
        with pytest.raises(UnfinishedError, match=re.escape(messages.text(lang, "reason.full"))):
            save(tmp_path / "a.xlsx", b"new", lang)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lang", messages.LOCALES)
def test_why_a_file_cannot_be_written_is_said_in_the_language_of_the_reader(lang: str) -> None:
    for number in messages.REASONS:
        assert os.strerror(number).lower() not in messages.reason(lang, OSError(number, os.strerror(number))).lower()
    assert messages.reason(lang, OSError("what no system says")) == "what no system says"


def test_a_workbook_that_fails_half_way_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), Workbook(tmp_path / "a.xlsx") as book:
        book.sheet("a").put(0, 0, 1 / 0)
    assert list(tmp_path.iterdir()) == []


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        with Workbook(tmp_path / name) as book:
            sheet = book.sheet("a")
            sheet.put(0, 0, "x", book.style("header"))
            sheet.share(1, 0, 5, "A1&1")
            book.property("csbook_form", "response")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("mark", [".~lock.report.xlsx#", "~$report.xlsx"])
def test_a_file_that_somebody_has_open_stays_and_the_new_one_stands_beside_it(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"open")
    (tmp_path / mark).touch()
    assert save_beside(path, b"new") == tmp_path / "report (2).xlsx"
    assert save_beside(path, b"newer") == tmp_path / "report (3).xlsx"
    assert (path.read_bytes(), (tmp_path / "report (2).xlsx").read_bytes()) == (b"open", b"new")
    (tmp_path / mark).unlink()
    assert save_beside(path, b"newest") == path
