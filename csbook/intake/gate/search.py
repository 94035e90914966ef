"""Searches: what the bytes of a sheet show without parsing them: how many cells are filled, how far they reach, what may not stand there.

They hold for a sheet that is written plainly, as all the usual programs write (`<c r="A1" s="2"><v>5</v></c>`); `plain` tells,
and csbook.intake.gate.rewritten writes any other sheet so. Patterns are RE2's: linear time, all alternatives in one pass.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from csbook.intake.gate import bounds
from csbook.intake.refusal import Refused
from csbook.issues import Code

CELL, END = b'<c r="', b"</c>"
FILLED, EMPTY, INLINE = b"</v></c>", b"<v></v></c>", b"</is></c>"
ROW = b"<row"
REFERENCE = re.compile(rb'<c r="([A-Z]+)([0-9]+)"')
MERGE = re.compile(rb"<(?:[\w.-]+:)?mergeCell[\s/>]")
MERGED = re.compile(rb"<mergeCell\s[^>]*?ref=[\"']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})[\"']")
# what could hide a cell from the searches: comments and CDATA, prefixes, cells that do not begin with their reference,
# blanks between the tags of a cell, values with attributes
ODD = (
    r"<!|<[A-Za-z_][0-9A-Za-z_.-]*:(?:c|v|row|sheetData)[ \t\r\n/>]"
    r'|<c(?:[\t\r\n>/]| (?:[^r]|r(?:[^=]|=(?:[^"]|"(?:[^A-Z]|[A-Z]+(?:[^A-Z0-9]|[0-9]+[^0-9"]))))))'
    r"|[ \t\r\n]<(?:c|v|f|is|/c|/v)[ />]|<v[ \t\r\n]+[^/ \t\r\n]|</[cv][ \t\r\n]"
)
# a call of another program: =cmd|'/c calc'!A0
CALL = r"<f(?:>|[ \t\r\n][^>]*[^>/]>)[^<]*\|[^<]*!"
# what the text of a cell does not show: a formula, a number of sixteen digits or more, an exponent of two digits, no number at all
SUSPECT = r"(?:<f[ />]|<v>-?(?:[0-9]{16}|[0-9.]+[eE]\+?0*[1-9][0-9]|[nNiI]))"
DATE_AS_TEXT = 't="d"'
# after the reference: anything but the end of an empty cell that at most bears a style
NOT_EMPTY = r'"(?:>|/[^>]|[^ />]| (?:/[^>]|[^s/]|s(?:[^=]|=(?:[^"]|"[0-9]*(?:[^0-9"]|"(?:[^/ ]|/[^>]| [^/]| /[^>]))))))'


def found(pattern: str, text: bytes) -> bool:
    """Does the pattern occur?"""
    return _compiled(pattern).search(text) is not None


@functools.lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    """Kept, as making an automaton costs as much as running it over a small sheet."""
    import re2

    options = re2.Options()
    options.encoding, options.never_capture, options.log_errors = re2.Options.Encoding.LATIN1, True, False
    return re2.compile(pattern.encode(), options)


def plain(sheet: bytes) -> bool:
    """Is the sheet written so that the searches see every cell?"""
    return not found(ODD, sheet)


def filled(data: bytes, here: slice) -> int:
    """How many cells hold a value, of the sheet that stands here."""
    found, inline, empty = (data.count(mark, here.start, here.stop) for mark in (FILLED, INLINE, EMPTY))
    return found + inline - empty


def merged(data: bytes, here: slice) -> Iterator[tuple[range, range]]:
    """Rows and columns, from 0, of the cells that are merged into one, of the sheet that stands here."""
    tail = max(data.rfind(b"</sheetData>", here.start, here.stop), here.start)
    for each in MERGED.finditer(data, tail, here.stop):
        left, right = place(each[1].decode()), place(each[3].decode())
        yield range(int(each[2]) - 1, int(each[4])), range(left, right + 1)


def check(data: bytes) -> None:
    """Raises Refused for too many merges and filled rows, and for calls of other programs."""
    tail = max(data.rfind(b"</sheetData>"), 0)
    if sum(1 for _ in MERGE.finditer(data, tail)) > bounds.MERGES:
        raise Refused(Code.TOO_MANY_MERGES, limit=bounds.MERGES)
    if last_row(data) > bounds.ROWS and _rows_above(data, bounds.ROWS):
        raise too_many_rows()
    if b"|" in data and found(CALL, data):
        raise Refused(Code.DDE_FOUND)


def last_row(data: bytes) -> int:
    """The row of the last cell that is not empty, 1 where there is none."""
    here = REFERENCE.match(data, max(data.rfind(CELL, 0, max(data.rfind(END), 0)), 0))
    return int(here[2][:9]) if here else 1


def far(sheet: bytes) -> bool:
    """May a cell stand so far out that the rectangle from A1 to it is too large for the parser?

    Rows are expected in order: a cell below the last row counts as far.
    """
    last = _rounded(last_row(sheet))
    return last > bounds.CELLS or found(_beyond(last), sheet)


def ordinary(sheet: bytes) -> bool:
    """Is the sheet plain, and no cell far? In one pass, as nearly all are."""
    last = _rounded(last_row(sheet))
    return last <= bounds.CELLS and not found(f"{ODD}|{_beyond(last)}", sheet)


def calm(sheet: bytes) -> bool:
    """Is the sheet ordinary, with nothing suspect in any cell and no date as text? One pass more where not, one for all where it is."""
    last = _rounded(last_row(sheet))
    return last <= bounds.CELLS and not found(f"{ODD}|{_beyond(last)}|{SUSPECT}|{DATE_AS_TEXT}", sheet)


def _rounded(row: int) -> int:
    """The row or one a little further down (99 for 92), so that few patterns do for all sheets."""
    digits: int = 10 ** (len(str(row)) - 1)
    return (row // digits + 1) * digits - 1


def _beyond(last: int) -> str:
    column = letters(min(bounds.COLUMNS, max(bounds.CELLS // last, 1)) - 1)
    beyond = f"(?:{above(column, 'A', 'Z')})[0-9]+|[A-Z]+(?:{above(str(last), '0', '9')})"
    return f'<c r="(?:{beyond}){NOT_EMPTY}'


def surely_far(data: bytes) -> str | None:
    """A cell of a plain sheet that holds a value and stands too far out; None where only an exact reading can tell."""
    end = data.rfind(END) + len(END)
    holds = data.endswith((FILLED, INLINE), 0, end) and not data.endswith(EMPTY, 0, end)
    last = last_row(data) if holds else 1
    here = _filled_in(above(letters(min(bounds.COLUMNS, max(bounds.CELLS // last, 1)) - 1), "A", "Z")).search(data)
    if here is None:
        return None
    column = here[1].decode()
    if place(column) >= bounds.COLUMNS:
        return f"{column}{here[2].decode()}"
    below = data.rfind(CELL, 0, end) + len(CELL)
    return data[below : data.index(b'"', below)].decode()


@functools.lru_cache(maxsize=16)
def _filled_in(columns: str) -> Any:
    """Finds the first cell of these columns that holds a value; its letters and its row."""
    import re2

    options = re2.Options()
    options.encoding, options.log_errors = re2.Options.Encoding.LATIN1, False
    formula = "(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?"
    return re2.compile(f'<c r="({columns})([0-9]+)"[^>]*>{formula}<(?:v>[^<]|is>)'.encode(), options)


def too_far(cell: str) -> Refused:
    """The refusal of a sheet with a filled cell so far out."""
    return Refused(Code.FAR_CELL, cell=cell, columns=bounds.COLUMNS, cells=bounds.CELLS)


def too_many_rows() -> Refused:
    """The refusal of a sheet with too many filled rows."""
    return Refused(Code.TOO_MANY_ROWS, limit=bounds.ROWS)


def surely_too_many_rows(data: bytes, prefix: bytes = b"") -> bool:
    """Are more rows filled than may be, in a sheet of whatever spelling, whose elements have this prefix (`x:`)?

    False where only an exact reading can tell.
    """
    if data.find(b"<!") >= 0:  # what stands in a comment is no row
        return False
    ends = {mark: _end_of_value(data, mark, 0) for mark in (b"</%sv>" % prefix, b"</%st></%sis>" % (prefix, prefix))}
    count, at = 0, 0
    while count <= bounds.ROWS:
        ends = {mark: end if end >= at else _end_of_value(data, mark, at) for mark, end in ends.items()}
        at = data.find(b"<%srow" % prefix, min(ends.values()))
        count += min(ends.values()) < len(data)
        if at < 0:
            break
    return count > bounds.ROWS


def _end_of_value(data: bytes, mark: bytes, at: int) -> int:
    """Where the next value that is not empty ends, the end of the data where there is none."""
    at = data.find(mark, at)
    while at > 0 and data[at - 1] == ord(">"):
        at = data.find(mark, at + 1)
    return at if at >= 0 else len(data)


def far_cell(data: bytes) -> str | None:
    """The cell that stands too far out, exactly; for a sheet that holds none but filled cells."""
    references = {(each[1], int(each[2])) for each in REFERENCE.finditer(data)}
    if not references:
        return None
    column, across = max(references, key=lambda each: (len(each[0]), each[0]))
    below, row = max(references, key=lambda each: each[1])
    wide = place(column.decode())
    if wide < bounds.COLUMNS and (wide + 1) * row <= bounds.CELLS:
        return None
    return f"{column.decode()}{across}" if wide >= bounds.COLUMNS else f"{below.decode()}{row}"


def above(last: str, low: str, high: str) -> str:
    """A pattern for what comes after `last` among letters or among numbers, which have no leading zero."""
    longer = f"[{low}-{high}]{{{len(last) + 1},}}"
    later = (
        f"{last[:at]}[{chr(ord(sign) + 1)}-{high}][{low}-{high}]{{{len(last) - at - 1}}}" for at, sign in enumerate(last) if sign != high
    )
    return "|".join((longer, *later))


def letters(place: int) -> str:
    """The letters of a column counted from 0: A, Z, AA."""
    before, last = divmod(place, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)


def place(column: str) -> int:
    """The column counted from 0 that letters name."""
    number = 0
    for sign in column:
        number = number * 26 + ord(sign) - ord("A") + 1
    return number - 1


def _rows_above(data: bytes, limit: int) -> bool:
    """Are more rows than that filled? Jumps from each to the next, so that empty rows between cost nothing."""
    count, at = 0, _next_filled(data, 0)
    while at >= 0 and count <= limit:
        count += 1
        at = data.find(ROW, at)
        at = _next_filled(data, at) if at >= 0 else -1
    return count > limit


def _next_filled(data: bytes, at: int) -> int:
    at = data.find(END, at)
    while at >= 0 and data.endswith(EMPTY, 0, at + len(END)):
        at = data.find(END, at + 1)
    return at
