"""Hostile workbooks, built by hand from a few parts: each breaks one rule of the gate."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_KINDS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEET, BOOK, STRINGS = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"
CELL = '<row r="1"><c r="A1"><v>5</v></c></row>'


def relations(*links: tuple[str, str], kinds: str = KINDS) -> str:
    each = "".join(f'<Relationship Id="rId{n}" Type="{kinds}/{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(links, 1))
    return f'<Relationships xmlns="{PACKAGE}">{each}</Relationships>'


def sheet(rows: str, *, main: str = MAIN, after: str = "") -> str:
    return f'<worksheet xmlns="{main}"><dimension ref="A1"/><sheetData>{rows}</sheetData>{after}</worksheet>'


def parts(rows: str = CELL, *, main: str = MAIN, kinds: str = KINDS, book: str = "", **changed: str) -> dict[str, bytes]:
    found = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"/>',
        "_rels/.rels": relations(("officeDocument", BOOK), kinds=kinds),
        BOOK: f'<workbook xmlns="{main}" xmlns:r="{kinds}">{book}<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("externalLink", "link.xml"), kinds=kinds
        ),
        SHEET: rows if rows.startswith("<w") else sheet(rows, main=main),
    } | changed
    return {name: text.encode() for name, text in found.items()}


def packed(found: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in found.items():
            archive.writestr(name, data, zipfile.ZIP_STORED if name == "mimetype" else None)
    return out.getvalue()


def with_part(name: str, data: bytes = b"<x/>") -> bytes:
    return packed(parts() | {name: data})


def with_text(name: str, change: Callable[[bytes], bytes]) -> bytes:
    found = parts()
    return packed(found | {name: change(found[name])})


def lying(size: int) -> bytes:
    """The sheet unpacks to other than both headers declare."""
    data = bytearray(packed(parts(CELL * 50)))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        name = data.index(SHEET.encode(), 0 if mark == b"PK\x03\x04" else data.index(b"PK\x01\x02"))
        struct.pack_into("<L", data, data.rindex(mark, 0, name) + at, size)
    return bytes(data)


def overlapping() -> bytes:
    """Two entries of the directory share the bytes of one part."""
    data = bytearray(packed(parts() | {"xl/other.xml": parts()[SHEET]}))
    first = data.rindex(b"PK\x01\x02", 0, data.rindex(SHEET.encode()))
    second = data.rindex(b"PK\x01\x02", 0, data.rindex(b"xl/other.xml"))
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(data)


def flipped() -> bytes:
    data = bytearray(packed(parts(CELL * 50)))
    start = data.index(SHEET.encode()) + len(SHEET)
    data[start + 20] ^= 0xFF
    return bytes(data)


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + stream.encode("utf-16-le") + bytes(600)


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
STRING_BOMB = {STRINGS: f'<sst xmlns="{MAIN}" uniqueCount="4294967295"><si><t>a</t></si></sst>'}
LINK = f'<externalLink xmlns="{MAIN}"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
MERGES = sheet(CELL, after='<mergeCells count="1001">' + "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 1002)) + "</mergeCells>")
ROWS = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 50_002))
FAR = '<row r="50003"><c r="XFD50003"><v>1</v></c></row>'
MACROS = f'<Types xmlns="{TYPES}"><Override PartName="/xl/x.dat" ContentType="application/vnd.ms-office.vbaProject"/></Types>'

# name → (bytes, code)
CASES: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb by ratio": (lambda: with_part("xl/media/a.bin", bytes(30 << 20)), "ZIP_BOMB"),
    "bomb by sum": (lambda: packed(parts() | {f"xl/media/{n}.bin": bytes(1 << 20) for n in range(129)}), "ZIP_BOMB"),
    "a thousand parts": (lambda: packed(parts() | {f"xl/media/{n}": b"" for n in range(1000)}), "ZIP_BOMB"),
    "a table of parts of megabytes": (lambda: packed(parts() | {f"xl/{'n' * 200}{n}": b"" for n in range(5000)}), "ZIP_BOMB"),
    "declares too little": (lambda: lying(99), "SIZE_LIES"),
    "declares too much": (lambda: lying(1 << 20), "SIZE_LIES"),
    "broken bytes": (flipped, "PART_BROKEN"),
    "overlapping parts": (overlapping, "PARTS_OVERLAP"),
    "the same part in capitals": (lambda: with_part("XL/WORKBOOK.XML"), "PART_TWICE"),
    "a folder above": (lambda: with_part("../../evil.xml"), "PATH_UNSAFE"),
    "a folder above, backslashes": (lambda: with_part("xl\\..\\..\\evil.xml"), "PATH_UNSAFE"),
    "an absolute name": (lambda: with_part("/etc/passwd"), "PATH_UNSAFE"),
    "a drive": (lambda: with_part("C:/evil.xml"), "PATH_UNSAFE"),
    "entities in a sheet": (lambda: with_text(SHEET, lambda data: ENTITIES.encode() + data), "DTD_FOUND"),
    "entities in the workbook": (lambda: with_text(BOOK, lambda data: ENTITIES.encode() + data), "DTD_FOUND"),
    "a DTD behind a long comment": (lambda: with_text(SHEET, lambda data: b"<!--" + b" " * 9999 + b"--><!DOCTYPE x>" + data), "DTD_FOUND"),
    "UTF-16 with mark": (lambda: with_text(SHEET, lambda data: data.decode().encode("utf-16")), "NOT_UTF8"),
    "UTF-16 without mark": (lambda: with_text(SHEET, lambda data: data.decode().encode("utf-16-be")), "NOT_UTF8"),
    "another encoding": (lambda: with_text(SHEET, lambda data: b'<?xml version="1.0" encoding="gb18030"?>' + data), "NOT_UTF8"),
    "an encoding nobody knows": (lambda: with_text(BOOK, lambda data: b'<?xml version="1.0" encoding="utf-7"?>' + data), "NOT_UTF8"),
    "macros": (lambda: with_part("xl/vbaProject.bin"), "MACROS_FOUND"),
    "macros under another name": (lambda: packed(parts(**{"[Content_Types].xml": MACROS})), "MACROS_FOUND"),
    "macros of Excel 4": (
        lambda: packed(parts(**{"xl/_rels/workbook.xml.rels": relations(("xlMacrosheet", "m.xml"))})),
        "MACROS_FOUND",
    ),
    "DDE in a link": (lambda: packed(parts(**{"xl/link.xml": LINK})), "DDE_FOUND"),
    "DDE in a formula": (lambda: packed(parts('<row r="1"><c r="A1"><f>cmd|\'/c calc\'!A0</f><v>0</v></c></row>')), "DDE_FOUND"),
    "a cell at the end of the world": (lambda: packed(parts(CELL + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')), "FAR_CELL"),
    "a wide cell": (lambda: packed(parts('<row r="1"><c r="A1"><v>5</v></c><c r="XFD1"><v>1</v></c></row>')), "FAR_CELL"),
    "a far cell in disguise": (lambda: packed(parts("<row r='1'><c s='1'\nr='XFD1048576'><v>1</v></c></row>")), "FAR_CELL"),
    "a far cell before a near one": (lambda: packed(parts('<row r="9999999"><c r="B9999999"><v>1</v></c></row>' + CELL)), "FAR_CELL"),
    "a far cell below many rows": (lambda: packed(parts(ROWS + FAR)), "FAR_CELL"),
    "strings beyond counting": (lambda: packed(parts(**STRING_BOMB)), "COUNT_LIES"),
    "merges": (lambda: packed(parts(MERGES)), "TOO_MANY_MERGES"),
    "rows": (lambda: packed(parts(ROWS)), "TOO_MANY_ROWS"),
    "nesting": (lambda: with_text(BOOK, lambda data: b"<workbook>" * 100_000), "PART_BROKEN"),
    "cut off": (lambda: packed(parts())[:-30], "TRUNCATED"),
    "nothing": (lambda: b"", "FILE_EMPTY"),
    "old Excel": (lambda: ole("Workbook"), "DISGUISED"),
    "a password": (lambda: ole("EncryptedPackage"), "ENCRYPTED"),
    "OpenDocument": (lambda: packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"} | parts()), "DISGUISED"),
    "csv": (lambda: "日期,客户\n2023-10-01,A公司\n".encode("gb18030"), "DISGUISED"),
    "html": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "DISGUISED"),
    "pdf": (lambda: b"%PDF-1.7\n", "DISGUISED"),
    "png": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "DISGUISED"),
    "noise": (lambda: bytes(range(256)) * 9, "NOT_A_WORKBOOK"),
    "a Word document": (lambda: with_text(BOOK, lambda _: b"<document/>"), "DISGUISED"),
}
