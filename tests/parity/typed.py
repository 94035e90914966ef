"""Typed: rows written into the XML of an empty template, as if they had been typed or pasted there."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from csbook.template.grid import FIRST_ROW, Grid
from tests.parity.cells import Cell
from tests.parity.rows import Row

SHEET = "xl/worksheets/sheet1.xml"
EMPTY = re.compile(r'<c r="([A-Z]+)([0-9]+)" s="([0-9]+)"/>')


def write(template: Path, target: Path, grid: Grid, rows: Sequence[Row]) -> None:
    """Copy the template with the rows in its first data rows."""
    names = {grid.letter(field.name): field.name for field in grid.typed}

    def filled(match: re.Match[str]) -> str:
        letter, row, style = match.groups()
        place = int(row) - FIRST_ROW
        cell = rows[place].get(names.get(letter, "")) if 0 <= place < len(rows) else None
        return match[0] if cell is None else _xml(f"{letter}{row}", style, cell)

    with zipfile.ZipFile(template) as before, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after:
        for member in before.namelist():
            data = before.read(member)
            after.writestr(member, EMPTY.sub(filled, data.decode()).encode() if member == SHEET else data)


def _xml(place: str, style: str, cell: Cell) -> str:
    style = style if cell.style is None else str(cell.style)
    start = f'<c r="{place}" s="{style}"'
    if cell.error:
        return f'{start} t="e"><v>{cell.value}</v></c>'
    if isinstance(cell.value, bool):
        return f'{start} t="b"><v>{int(cell.value)}</v></c>'
    if isinstance(cell.value, str):
        # Office takes _x0041_ for an A
        text = escape(re.sub("_(x[0-9A-Fa-f]{4}_)", r"_x005F_\1", cell.value))
        return f'{start} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return f"{start}><v>{cell.value!r}</v></c>"
