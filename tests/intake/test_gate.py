"""The gate refuses each hostile workbook for its own reason, and lets through whatever people really save."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import string
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from csbook import messages
from csbook.intake import gate, paths
from csbook.intake.gate import search
from csbook.intake.gate.rewritten import rewritten
from csbook.intake.reader import Book
from csbook.intake.refusal import Deferred, Refused
from csbook.issues import Code
from tests.intake import hostile
from tests.intake.hostile import CASES, packed, parts


def cells(data: bytes) -> dict[str, list[Any]]:
    sheet = Book(gate.opened(data)).sheet("S")
    return dict(zip(sheet.letters, (column.to_pylist() for column in sheet.cells.columns), strict=True))


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_workbook_is_refused_for_its_own_reason(case: str) -> None:
    build, code = CASES[case]
    with pytest.raises(Refused) as refusal:
        gate.opened(build())
    assert refusal.value.code == code
    for lang in messages.LOCALES:
        for part in ("fault", "prompt", "remedy"):
            assert messages.text(lang, f"{code}.{part}", **refusal.value.words)


def test_the_far_cell_is_named() -> None:
    with pytest.raises(Refused) as refusal:
        gate.opened(CASES["a cell at the end of the world"][0]())
    assert refusal.value.words["cell"] == "XFD1048576"


def cell_at(reference: str, content: str = "<v>1</v>", style: str = "") -> str:
    return f'<row r="{reference.lstrip(string.ascii_uppercase)}"><c r="{reference}"{style}>{content}</c></row>'


@pytest.mark.parametrize("spelling", [str, lambda rows: rows.replace('"', "'")], ids=["plain", "unusual"])
@pytest.mark.parametrize(
    ("reference", "content", "named"),
    [
        ("IV7812", "<v>1</v>", None),
        ("IW1", "<v>1</v>", "IW1"),
        ("IV7813", "<v>1</v>", "IV7813"),
        ("IV7813", '<is><t>x</t></is>', "IV7813"),
        ("IV7813", "<f>A1</f><v>1</v>", "IV7813"),
        ("IV7813", "<f>A1</f>", "IV7813"),
        ("IV7813", "<v></v>", None),
        ("XFD9", "<v></v>", None),
        ("XFD9", "", None),
    ],
)  # fmt: skip
def test_how_far_a_filled_cell_may_stand(reference: str, content: str, named: str | None, spelling: Callable[[str], str]) -> None:
    data = packed(parts(spelling(cell_at("A1") + cell_at(reference, content, ' s="0"'))))
    if named is None:
        gate.opened(data)
        return
    with pytest.raises(Refused) as caught:
        gate.opened(data)
    assert (caught.value.code, caught.value.words["cell"]) == (Code.FAR_CELL, named)


def test_a_wide_cell_above_a_low_one_is_far() -> None:
    for low in ("<v>1</v>", "<is><t>x</t></is>", "<f>A1</f>"):
        with pytest.raises(Refused) as caught:
            gate.opened(packed(parts(cell_at("CW1") + cell_at("A50000", low))))
        assert caught.value.words["cell"] == "A50000"
    assert gate.opened(packed(parts(cell_at("AN1") + cell_at("A50000")))).sheets


@pytest.mark.parametrize("rows", [50_000, 50_001])
def test_rows_are_counted_in_unusual_sheets_too(rows: int) -> None:
    data = packed(parts("".join(f"<row r='{n}'><c r='A{n}'><v>1</v></c></row><row r='{n}'/>" for n in range(1, rows + 1))))
    if rows == 50_000:
        assert gate.opened(data).sheets
        return
    with pytest.raises(Refused, match="TOO_MANY_ROWS"):
        gate.opened(data)


ROW = '<row r="2"><c r="A2"><v>7</v></c></row>'
STYLED = "".join(f'<row r="{n}"><c r="A{n}" s="1"/><c r="S{n}" s="1"/></row>' for n in range(3, 200_000))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (hostile.CELL + ROW, {"A": ["5", "7"]}),
        (hostile.CELL + ROW + STYLED, {"A": ["5", "7"]}),
        ("<row><c><v>5</v></c><c><v>6</v></c></row>", {"A": ["5"], "B": ["6"]}),
        ('<row r="1"><c r="A1"><v><![CDATA[5]]></v></c><!-- <c r="XFD9"><v>1</v></c> --></row>', {"A": ["5"]}),
        ('<row r="1">\n  <c r="A1">\n    <v>5</v>\n  </c>\n</row>', {"A": ["5"]}),
        ('<row r="1"><c s="1" r="a1" t="inlineStr"><is><r><t>a</t></r><rPh sb="0" eb="1"><t>x</t></rPh><r><t>b</t></r></is></c></row>', {"A": ["ab"]}),
        ('<row r="1"><c r="A1" t="str"><f>x</f><v></v></c><c r="B1"><f>1+1</f><v>2</v></c></row>', {"A": [""], "B": ["2"]}),
        ('<row r="1"><c r="A1" t="inlineStr"><is><t/></is></c><c r="B1"><v>2</v></c></row>', {"B": ["2"]}),
    ],
    ids=["fake dimension", "styled rows", "no references", "comments", "pretty", "rich text", "empty result", "empty text"],
)  # fmt: skip
def test_what_is_merely_unusual_is_read_whole(rows: str, expected: dict[str, list[str]]) -> None:
    assert cells(packed(parts(rows))) == expected


SPELLINGS: dict[str, Callable[[str], str]] = {
    "prefix": lambda rows: rows.replace("</", "</w:").replace("<", "<w:").replace("<w:/w:", "</w:"),
    "no references": lambda rows: re.sub(' r="[A-Z]+[0-9]+"', "", rows),
    "another order": lambda rows: re.sub('<c( r="[A-Z0-9]+")( s="1")?', r'<c s="1"\1', rows),
    "pretty": lambda rows: rows.replace("<c", "\n<c").replace("</c", "\n</c"),
    "single marks": lambda rows: rows.replace('"', "'"),
}


def sheet(rows: str, spelling: str) -> dict[str, bytes]:
    data = f"<sheetData>{rows}</sheetData>"
    if spelling == "prefix":
        return parts(f'<w:worksheet xmlns:w="{hostile.MAIN}">{SPELLINGS[spelling](data)}</w:worksheet>')
    return parts(f'<worksheet xmlns="{hostile.MAIN}">{SPELLINGS[spelling](data)}</worksheet>')


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("value", ["<v>1</v>", "<is><t>a</t></is>"])
def test_too_many_rows_in_an_unusual_spelling_are_seen_without_reading_them(
    monkeypatch: pytest.MonkeyPatch, spelling: str, value: str
) -> None:
    monkeypatch.setattr("csbook.intake.gate.bounds.ROWS", 3)
    kind = ' t="inlineStr"' if "is" in value else ""
    filled = [f'<row r="{n}"><c r="A{n}"{kind}>{value}</c><c r="B{n}"><v></v></c></row>' for n in range(1, 5)]
    empty = [f'<row r="{n}"><c r="A{n}" s="1"/><c r="B{n}"><v></v></c></row>' for n in range(4, 9)]
    assert len(cells(packed(sheet("".join(filled[:3] + empty), spelling)))["A"]) == 3
    monkeypatch.setattr(gate, "rewritten", lambda _: pytest.fail("read"))
    with pytest.raises(Refused, match="TOO_MANY_ROWS"):
        gate.opened(packed(sheet("".join(filled), spelling)))


UNPLACED = {
    "narrow": ("<row><c><v>1</v></c><c s='1'><v>1</v></c></row>" * 5, None),
    "wide": ("<row><c><v>1</v></c></row><row>" + "<c><v>1</v></c>" * 9 + "</row>", "I2"),
    "long": ("<row><c><v>1</v></c><c><v>1</v></c><c><v>1</v></c></row>" * 7, "C7"),
    "numbered": ('<row r="3"><c><v>1</v></c><c><v>1</v></c></row><row r="10"><c/><c><v>1</v></c><c/></row>', None),
    "numbered, low": ('<row r="3"><c><v>1</v></c><c><v>1</v></c></row><row r="11"><c t="inlineStr"><is><t>a</t></is></c></row>', "A11"),
    "empty cells": ("<row><c/><c/><c><v>1</v></c>" + "<c/>" * 9 + "</row>" + "<row><c/></row>" * 90, None),
    "a value that is empty": ("<row>" + "<c><v>1</v></c>" * 8 + "<c><v></v></c></row>", None),
}


@pytest.mark.parametrize("prefix", ["", "w:"])
@pytest.mark.parametrize("name", UNPLACED)
def test_a_far_cell_without_a_reference_is_found_where_an_exact_reading_finds_one(
    monkeypatch: pytest.MonkeyPatch, name: str, prefix: str
) -> None:
    monkeypatch.setattr("csbook.intake.gate.bounds.COLUMNS", 8)
    monkeypatch.setattr("csbook.intake.gate.bounds.CELLS", 20)
    rows, far = UNPLACED[name]
    sheet = hostile.sheet(rows)
    if prefix:
        sheet = re.sub("<(/?)", rf"<\1{prefix}", sheet).replace("xmlns=", "xmlns:w=")
    with contextlib.ExitStack() as verdict:
        if far:
            verdict.enter_context(pytest.raises(Refused, match="FAR_CELL"))
        rewritten(sheet.encode())
    read = list[bytes]()

    def reading(data: bytes) -> bytes:
        read.append(data)
        return rewritten(data)

    monkeypatch.setattr(gate, "rewritten", reading)
    if far is None:
        gate.opened(packed(parts(sheet)))
        return
    with pytest.raises(Refused, match="FAR_CELL") as refusal:
        gate.opened(packed(parts(sheet)))
    assert (refusal.value.words["cell"], read) == (far, [])


def test_a_prefix_is_taken_off_without_reading_the_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r><rPh sb="0" eb="1"><t>x</t></rPh><r><t>&lt;w:v&gt;</t></r></is></c></row>'
        '<row r="2"><c r="B2"><f>1+1</f><v>2</v></c><c r="C2" t="e"><v>#N/A</v></c></row>'
    )
    expected = cells(packed(parts(rows)))
    commented = {name: data.replace(b"</w:sheetData>", b"<!-- <w:v> --></w:sheetData>") for name, data in sheet(rows, "prefix").items()}
    assert cells(packed(commented)) == expected
    monkeypatch.setattr(gate, "rewritten", lambda _: pytest.fail("read"))
    assert cells(packed(sheet(rows, "prefix"))) == expected


def test_a_prefix_and_the_strict_namespace_change_nothing() -> None:
    prefixed = f'<w:worksheet xmlns:w="{hostile.MAIN}"><w:sheetData><w:row r="1"><w:c r="A1"><w:v>5</w:v></w:c></w:row></w:sheetData></w:worksheet>'
    assert cells(packed(parts(prefixed))) == {"A": ["5"]}
    strict = parts(
        '<row r="1"><c r="A1" t="d"><v>2023-10-01T14:30:00</v></c><c r="B1" t="d"><v>14:30:00</v></c></row>',
        main=hostile.STRICT,
        kinds=hostile.STRICT_KINDS,
    )
    assert cells(packed(strict)) == {"A": ["2023-10-01 14:30:00"], "B": ["1899-12-31 14:30:00"]}


def test_dates_that_count_from_1904_come_out_right() -> None:
    styles = f'<styleSheet xmlns="{hostile.MAIN}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="20"/></cellXfs></styleSheet>'
    rels = hostile.relations(("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"))
    rows = '<row r="1"><c r="A1" s="1"><v>43738.6041666667</v></c><c r="B1" s="2"><v>0.375</v></c></row>'
    found = parts(rows, book='<workbookPr date1904="1"/>', **{"xl/styles.xml": styles, "xl/_rels/workbook.xml.rels": rels})
    assert cells(packed(found)) == {"A": ["2023-10-01 14:30:00"], "B": ["1899-12-31 09:00:00"]}


def test_only_what_is_wanted_is_unpacked() -> None:
    book = '<sheets><sheet name="_check" sheetId="2" r:id="rId4"/></sheets>'
    rels = hostile.relations(("worksheet", "worksheets/sheet1.xml"), ("worksheet", "bad.xml"))
    found = parts(book=book.replace("rId4", "rId2"), **{"xl/_rels/workbook.xml.rels": rels, "xl/bad.xml": "<!DOCTYPE x><x/>"})
    assert gate.opened(packed(found), lambda name: name == "S").sheets == ("S",)
    with pytest.raises(Refused, match="DTD_FOUND"):
        gate.opened(packed(found))


def test_a_cell_that_the_parser_leaves_out_refuses_the_file() -> None:
    with pytest.raises(Refused, match="CELLS_LOST"):
        cells(packed(parts('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>')))


def test_patterns_for_what_comes_after_a_bound() -> None:
    import re

    rows, columns = re.compile(search.above("7812", "0", "9")), re.compile(search.above("IV", "A", "Z"))
    assert all(bool(rows.fullmatch(str(n))) == (n > 7812) for n in range(1, 80_000, 7))
    assert all(bool(columns.fullmatch(search.letters(n))) == (n > 255) for n in range(16_384))
    assert all(search.place(search.letters(n)) == n for n in range(16_384))


LIGHT = """
import sys
from csbook.intake import gate
from tests.intake.hostile import packed, parts
gate.opened(packed(parts()))
sys.exit("pandas" in sys.modules)
"""


def test_the_gate_needs_no_pandas() -> None:
    assert subprocess.run([sys.executable, "-c", LIGHT], check=False).returncode == 0


@pytest.mark.parametrize("kind", ["folder", "pipe", "socket"])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.xlsx"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("a.xlsx")
    with pytest.raises(Refused, match="NOT_A_FILE"):
        paths.bytes_of(path)
    assert paths.handed_in([tmp_path]) == (path,)


def test_a_workbook_still_being_written_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = packed(parts())
    path = tmp_path / "a.xlsx"
    path.write_bytes(whole[:-30])
    assert paths.bytes_of(path) == whole[:-30]  # nothing changed in between: it is cut off
    monkeypatch.setattr("time.sleep", lambda _: path.write_bytes(whole))
    path.write_bytes(whole[:-30])
    with pytest.raises(Deferred, match=Code.STILL_WRITTEN):
        paths.bytes_of(path)
    assert paths.bytes_of(path) == whole


def test_links_that_go_in_circles_end(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "round").symlink_to(folder)
    (folder / "a.xlsx").symlink_to(folder / "a.xlsx")
    assert paths.handed_in([tmp_path]) == (folder / "a.xlsx",)
    with pytest.raises(Refused, match="FILE_UNREADABLE"):
        paths.bytes_of(folder / "a.xlsx")


@pytest.mark.parametrize(
    "cell",
    [
        "<f>1+1</f><v>2</v>",
        '<f t="shared" si="0"/><v>2</v>',
        "<v>1.1E17</v>",
        "<v>1234567890123456</v>",
        "<v>-1234567890123456</v>",
        "<v>NaN</v>",
    ],
)
def test_a_sheet_is_calm_only_where_no_cell_can_be_at_fault(cell: str) -> None:
    plain = '<row r="1"><c r="A1"><v>1</v></c></row>'
    assert gate.opened(packed(parts(plain))).calm == {"S"}
    suspect = gate.opened(packed(parts(f'{plain}<row r="2"><c r="B2">{cell}</c></row>')))
    assert not suspect.calm
    assert list(Book(suspect).sheet("S").faults([0, 1])) == [(1, 1)]


def test_a_sheet_with_dates_as_text_or_one_that_was_rewritten_is_not_calm() -> None:
    dated = gate.opened(packed(parts('<row r="1"><c r="A1" t="d"><v>2023-10-01T14:30:00</v></c></row>')))
    assert not dated.calm
    assert dated.dated_as_text("S")
    # a comment: nothing is suspect, but the sheet was written anew
    assert not gate.opened(packed(parts('<!-- x --><row r="1"><c r="A1"><v>1</v></c></row>'))).calm
    assert not gate.opened(packed(parts('<row r="1"><c r="A1"><v>1</v></c></row>'))).rewritten("S").calm
