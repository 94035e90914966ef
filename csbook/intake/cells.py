"""Cells: what stands in a cell that its text does not show: formulas, numbers that lost digits, pictures in place of text.

Found in the XML of a sheet by byte searches, which the gate has made sure see every cell.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from typing import NamedTuple

from csbook.intake.gate import search
from csbook.issues import Code, Severity

# what each finding weighs: an error where the value may be wrong or lost
FAULTS = {
    Code.CELL_ERROR: Severity.ERROR,
    Code.FORMULA_UNCALCULATED: Severity.ERROR,
    Code.FORMULA_CHANGES: Severity.ERROR,
    Code.FORMULA_CELL: Severity.WARNING,
    Code.DIGITS_LOST: Severity.ERROR,
    Code.NOT_A_NUMBER: Severity.ERROR,
    Code.CELL_CUT: Severity.ERROR,
    Code.INVISIBLE_SIGN: Severity.ERROR,
    Code.PICTURE_NOT_KEPT: Severity.WARNING,
}
# from here on a double does not hold every digit that was typed; Excel keeps fifteen
EXACT = 10**15
SUSPECT = search.SUSPECT.encode()
CONTENT = rb"(?:<f([^>]*?)(?:/>|>([^<]*)</f>))?(?:<v>([^<]*)</v>)?"
TYPE, SHARED = re.compile(rb'\bt="(\w+)"'), re.compile(rb'\bsi="([0-9]+)"')
NUMBERS = (b"", b"n")
# what gives another value each time the workbook is opened
VOLATILE = re.compile(rb"(?<![\w.])(?:TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY|OFFSET|INDIRECT)\(", re.IGNORECASE)
# a picture that WPS keeps in a cell
PICTURE = re.compile(rb"(?<![\w])(?:_xlfn\.)?DISPIMG\(", re.IGNORECASE)
SHOWN = 255


class Fault(NamedTuple):
    """A finding and what to show in the cell's place; None where its text stays."""

    code: Code
    shown: str | None = None


def faults(sheet: bytes, columns: Collection[int]) -> dict[tuple[int, int], Fault]:
    """Findings in these columns by (row from 0, column), in the order of the sheet."""
    places = {search.letters(column).encode(): column for column in columns}
    begin = rb'<c r="(' + b"|".join(places) + rb')([0-9]+)"([^>]*)>'
    if not places or not search.found((begin + SUSPECT).decode(), sheet):
        return {}
    shared: dict[bytes, bytes] = {}
    found = re.finditer(begin + b"(?=" + SUSPECT + b")" + CONTENT, sheet)
    named = ((int(each[2]) - 1, places[each[1]], _fault(each[3], each[4], each[5], each[6] or b"", shared)) for each in found)
    return {(row, column): fault for row, column, fault in named if fault is not None}


def _fault(cell: bytes, formula: bytes | None, text: bytes | None, value: bytes, shared: dict[bytes, bytes]) -> Fault | None:
    kind = TYPE.search(cell)
    if formula is None:
        return _number(value) if (kind[1] if kind else b"") in NUMBERS else None
    group = SHARED.search(formula)
    text = shared.setdefault(group[1], text or b"") if group else text or b""
    if kind and kind[1] == b"e":
        return None  # the parser names error values itself
    if PICTURE.search(text):
        return Fault(Code.PICTURE_NOT_KEPT, "")
    if not value and not (kind and kind[1] == b"str"):
        return Fault(Code.FORMULA_UNCALCULATED, f"={text.decode()[:SHOWN]}")
    return Fault(Code.FORMULA_CHANGES if VOLATILE.search(text) else Code.FORMULA_CELL)


def _number(value: bytes) -> Fault | None:
    """A number as it is shown in a narrow column: a few digits, so that what is left of an id card number stays private."""
    try:
        number = float(value)
    except ValueError:
        return Fault(Code.NOT_A_NUMBER, "#NUM!")
    if not math.isfinite(number):
        return Fault(Code.NOT_A_NUMBER, "#NUM!")
    return Fault(Code.DIGITS_LOST, f"{number:.5E}") if abs(number) >= EXACT else None
