"""Rewriting: a sheet that is written in an unusual way, read exactly by expat and written plainly, filled cells alone."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from xml.parsers import expat

from csbook.intake.gate import bounds, markup
from csbook.intake.gate.search import letters, place, too_far, too_many_rows
from csbook.intake.refusal import Refused
from csbook.issues import Code

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# of a cell, and of a formula
KEPT = {"c": ("s", "t", "vm"), "f": ("t", "si", "ref")}
PHONETIC = "rPh"
# errors that the parser knows, by its names of them; any other, such as #ERROR! of Google Sheets, would cost the whole sheet
ERRORS = {"NA": "#N/A", "Div0": "#DIV/0!", "Ref": "#REF!", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!", "Value": "#VALUE!"}


@dataclass
class _Sheet:
    """The handlers of one reading, and what they have written: whole rows as bytes, the cells of the row that is read as texts.

    A sheet that is too large is not read to its end.
    """

    written: io.BytesIO = field(default_factory=io.BytesIO)
    cells: list[str] = field(default_factory=list)
    rows: int = 0
    lowest: int = 1
    widest: int = 0
    path: list[str] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    row: int = 0
    column: int = -1
    phonetic: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.path.append(name.rpartition(":")[2])
        if len(self.path) > bounds.DEPTH:
            raise Refused(Code.PART_BROKEN)
        match self.path:
            case [_, "sheetData", "row"]:
                self.row, self.column = _number(attributes.get("r"), self.row + 1), -1
                self.cells = [f'<row r="{self.row}">']
            case [_, "sheetData", "row", "c"]:
                self.attributes, self.texts = attributes, {}
                self.column, self.row = _reference(attributes.get("r"), self.column + 1, self.row)
            case [_, "sheetData", "row", "c", "f"]:
                self.texts["f"] = ""
                self.attributes = self.attributes | {f"f:{key}": value for key, value in attributes.items()}
            case [*_, "rPh"]:
                self.phonetic += 1

    def text(self, data: str) -> None:
        match self.path:
            case [_, "sheetData", "row", "c", "v" | "f" as kind]:
                self.texts[kind] = self.texts.get(kind, "") + data
            case [_, "sheetData", "row", "c", "is", *_, "t"] if not self.phonetic:
                self.texts["is"] = self.texts.get("is", "") + data

    def end(self, _: str) -> None:
        match self.path:
            case [_, "sheetData", "row"]:
                self._row()
            case [_, "sheetData", "row", "c"]:
                self._cell()
            case [*_, "rPh"]:
                self.phonetic -= 1
        self.path.pop()

    def _cell(self) -> None:
        name = f"{letters(self.column)}{self.row}"
        written = _cell(name, self.attributes, self.texts)
        if written:
            self.cells += written
            self.lowest, self.widest = max(self.lowest, self.row), max(self.widest, self.column + 1)
            if self.widest > bounds.COLUMNS or self.widest * self.lowest > bounds.CELLS:
                raise too_far(name)

    def _row(self) -> None:
        self.rows += len(self.cells) > 1
        if self.rows > bounds.ROWS:
            raise too_many_rows()
        self.written.write("".join((*self.cells, "</row>")).encode())


def rewritten(data: bytes) -> bytes:
    """The cells of a sheet that hold a value or a formula, in the order and with the references they have. Raises Refused."""
    markup.root(data)
    sheet, parser = _Sheet(), expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = sheet.start, sheet.end, sheet.text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Refused(Code.PART_BROKEN) from error
    return b"".join((f'<worksheet xmlns="{NAMESPACE}"><sheetData>'.encode(), sheet.written.getbuffer(), b"</sheetData></worksheet>"))


def unprefixed(data: bytes, prefix: bytes) -> bytes | None:
    """A sheet whose elements bear this prefix (`x:`) without it, as fast as bytes are searched; None where only an exact reading can
    tell: comments, or another namespace that could take its place.
    """
    declared = b" xmlns:%s=" % prefix[:-1]
    if data.find(b"<!") >= 0 or data.find(b" xmlns=") >= 0 or data.count(declared) != 1:
        return None
    return data.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</").replace(declared, b" xmlns=")


def _cell(reference: str, attributes: dict[str, str], texts: dict[str, str]) -> list[str]:
    if "f" not in texts and not any(texts.values()):
        return []
    if attributes.get("t") == "e" and texts.get("v") not in ERRORS.values():
        texts = texts | {"v": ERRORS["Value"]}
    kept = "".join(f" {name}={markup.quoted(attributes[name])}" for name in KEPT["c"] if name in attributes)
    formula = "".join(f" {name}={markup.quoted(attributes[f'f:{name}'])}" for name in KEPT["f"] if f"f:{name}" in attributes)
    return [
        f'<c r="{reference}"{kept}>',
        f"<f{formula}>{markup.escaped(texts['f'])}</f>" if "f" in texts else "",
        f"<v>{markup.escaped(texts['v'])}</v>" if texts.get("v") else "",
        f'<is><t xml:space="preserve">{markup.escaped(texts["is"])}</t></is>' if texts.get("is") else "",
        "</c>",
    ]


def _number(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refused(Code.PART_BROKEN)
    return int(text)


def _reference(text: str | None, column: int, row: int) -> tuple[int, int]:
    if text is None:
        return column, row
    upper = text.upper()
    name = upper.rstrip("0123456789")
    if not (name.isascii() and name.isalpha() and len(name) < 8):
        raise Refused(Code.PART_BROKEN)
    return place(name), _number(upper[len(name) :], row)
