"""A team's list of desks: read from what Excel saves in China, refused by line."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from csbook import desks
from csbook.desks import Desk
from csbook.issues import UsageError

TABLE = "登记台,客服,小组\nA07,客服小李,一组\n前台 & 2,客服小<王>,\n\nA08,,二组\n"
EXPECTED = (Desk("A07", "客服小李", "一组"), Desk("前台 & 2", "客服小<王>"), Desk("A08", "", "二组"))


def listed(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "desks.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-8"])
def test_a_text_file_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    assert desks.read(listed(tmp_path, TABLE, encoding)) == EXPECTED


def test_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("team", "Desk", "agent"), ("一组", "A07", "客服小李"), (None, None, None), (3, 12, None)):
        book.active.append(row)
    book.save(tmp_path / "desks.xlsx")
    assert desks.read(tmp_path / "desks.xlsx") == (Desk("A07", "客服小李", "一组"), Desk("12", "", "3"))


@pytest.mark.parametrize(
    "text",
    ["desk;agent\r\nA07;李, 客服\r\n", "desk\tagent\nA07\t李, 客服\n", 'desk,agent\nA07,"李, 客服"\n', 'Ｄｅｓｋ,agent\nＡ07,"李, 客服"\n'],
)
def test_separators_quotes_and_full_width(tmp_path: Path, text: str) -> None:
    assert desks.read(listed(tmp_path, text)) == (Desk("A07", "李, 客服"),)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("desk,agent\nA07,x\nB,\na07,y\n", [4]),
        ("desk,agent\n,x\n", [2]),
        ("desk\nA/07\nB?\nCON\nnul.x\nC.\nA,\n", [2, 3, 4, 5, 6]),
        ("desk,agent\nA、B,x\n" + "C" * 21 + ",y\nD-,z\n", [2, 3, 4]),
        ("desk,colour\nA07,red\n", [1]),
        ("desk,desk\nA07,A08\n", [1]),
        ("agent,team\nx,y\n", [1]),
        ("desk\nA07,x\n", [2]),
        ('desk,agent\nA07,"x\ny"\nB,z\n', [3]),
        ("desk,agent\n", [1]),
        ("", [1]),
    ],
)
def test_faults_are_named_by_line(tmp_path: Path, text: str, lines: list[int]) -> None:
    with pytest.raises(UsageError) as error:
        desks.read(listed(tmp_path, text), "en")
    said = str(error.value).splitlines()[1:]
    assert [int(sentence.split(":")[0].removeprefix("Line ")) for sentence in said] == lines


def test_of_many_faults_the_first_twenty_are_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        desks.read(listed(tmp_path, "desk\n" + "A/\n" * 50))
    assert len(str(error.value).splitlines()) == 22


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0\0", "desk\nA07\n".encode("utf-16"), b"\xff\xff"])
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "desks.csv"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"desks\.csv"):
        desks.read(path)


def test_a_workbook_that_is_none_and_a_file_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "desks.xlsx").write_bytes(b"nothing")
    for path in (tmp_path / "desks.xlsx", tmp_path / "gone.csv"):
        with pytest.raises(UsageError, match=path.name):
            desks.read(path)
