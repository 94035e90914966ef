"""Long tables: split where a sheet ends, typed, safe, whole in the file, and compressed on the way."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msoffcrypto
import openpyxl
import pyarrow as pa
import pytest
from openxml_audit import OpenXmlValidator

from csbook.passwords import Password
from csbook.workbook import Heading, Listing, Refused, listing
from csbook.workbook.body import followed
from csbook.workbook.grid import PART

HEADINGS = [Heading("文字"), Heading("数", "whole"), Heading("日", "date"), Heading("时刻", "stamp", 16), Heading("钟点", "clock")]
MOMENT = dt.datetime(2023, 10, 1, 9, 30)
TEXTS = ["=1+1", "+86", "-x", "@SUM(A1)", " two  blanks ", "<r>&x</r>", "line\nline", "007", "http://example.com", "😀中文", "#N/A"]


def batch(texts: Sequence[str | None]) -> list[pa.Array]:
    """A row for each text."""
    others = [7, MOMENT.date(), MOMENT, MOMENT.time()]
    return [pa.array(texts, pa.string()), *(pa.array([each] * len(texts)) for each in others)]


def read(content: Path | io.BytesIO) -> Any:
    return openpyxl.load_workbook(content)


def cells(book: Any) -> list[list[Any]]:
    return [list(row) for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)]


def test_cells_keep_type_and_text(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with Listing.opened(path) as written:
        assert written.table("表", HEADINGS, iter([batch([*TEXTS, None])])) == len(TEXTS) + 1
    book = read(path)
    rest = [7, dt.datetime(2023, 10, 1), MOMENT, MOMENT.time()]
    assert cells(book) == [[text, *rest] for text in (*TEXTS, None)]
    assert {cell.data_type for cell in book.worksheets[0]["A"]} == {"s", "n"}, "neither formulas nor errors"
    first = book.worksheets[0][2]
    assert [cell.number_format for cell in first] == ["@", "0", "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "hh:mm"]
    assert first[0].quotePrefix
    assert not any(cell.hyperlink for row in book.worksheets[0].iter_rows() for cell in row)
    assert book.worksheets[0].dimensions == f"A1:E{len(TEXTS) + 2}"
    assert OpenXmlValidator().validate(path).errors == []


def test_many_batches_make_one_sound_file(tmp_path: Path) -> None:
    path, texts = tmp_path / "x.xlsx", [f"第{row}条，共{row % 7}次" for row in range(2 * PART + 3)]
    with Listing.opened(path) as written:
        written.table("表", HEADINGS, (batch(texts[start : start + 4_000]) for start in range(0, len(texts), 4_000)))
        written.table("另表", HEADINGS, iter([batch(["x"])]))
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
    book = openpyxl.load_workbook(path, read_only=True)
    assert [row[0] for row in cells(book)] == texts
    assert book.sheetnames == ["表", "另表"]


def test_a_password_closes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with Listing.opened(path, password=Password("开门开门开门12")) as written:
        written.table("表", HEADINGS, iter([batch(["secret"])]))
    assert not zipfile.is_zipfile(path)
    opened = io.BytesIO()
    with path.open("rb") as file:
        office: Any = msoffcrypto.OfficeFile(file)
        office.load_key(password="开门开门开门12")
        office.decrypt(opened, verify_integrity=True)
    assert cells(read(opened))[0][0] == "secret"


def test_a_list_longer_than_a_sheet_goes_on_on_the_next(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    batches = [[pa.array(["a", "b", "c"]), pa.array([1, 2, 3])], [pa.array(["d", None]), pa.array([4, 5])]]
    with Listing.opened(path, rows=3) as written:
        assert written.table("很长", [Heading("名"), Heading("数", "whole")], iter(batches)) == 5
        assert written.table("很长", [Heading("名")], iter([])) == 0
    book = read(path)
    assert book.sheetnames == ["很长", "很长 (2)", "很长 (3)", "很长 (4)"], "five rows take three sheets of two"
    assert [[cell.value for cell in each["A"]] for each in book.worksheets] == [["名", "a", "b"], ["名", "c", "d"], ["名", None], ["名"]]
    assert [next(iter(each.tables.values())).ref for each in book.worksheets] == ["A1:B3", "A1:B3", "A1:B2", "A1:A2"]
    assert len({name for each in book.worksheets for name in each.tables}) == 4


def test_a_sheet_ends_before_a_zip_file_cannot_tell_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "SIZE", 1_000)
    path = tmp_path / "x.xlsx"
    with Listing.opened(path) as written:
        assert written.table("表", HEADINGS, iter([batch(["x"] * 5)] * 3)) == 15
    assert [each.max_row for each in read(path).worksheets] == [6, 6, 6]


def test_a_text_too_long_for_a_cell_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="R3C1"), Listing.opened(tmp_path / "x.xlsx") as written:
        written.table("x", [Heading("x")], iter([[pa.array(["y", "x" * 32_768])]]))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", [0, 1, (1 << 20) + 5])
def test_sums_of_pieces_are_those_of_the_whole(size: int) -> None:
    import zlib

    first, second = b"head", bytes(itertools.islice(itertools.cycle(range(251)), size))
    assert followed(zlib.crc32(first), zlib.crc32(second), size) == zlib.crc32(first + second)
