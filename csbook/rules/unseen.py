"""Unseen: signs that a cell may hold and nobody sees, in the words of a regular expression and of Excel."""

from __future__ import annotations

import string

from csbook.rules.rule import Cells

# control signs, direction marks, blanks of no width: first and last code point
RANGES = (
    (0x00, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x61C, 0x61C), (0x180E, 0x180E), (0x200B, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x2064), (0x2066, 0x206F), (0xFEFF, 0xFEFF),
)  # fmt: skip
INVISIBLE = "[" + "".join(rf"\x{{{first:02X}}}-\x{{{last:02X}}}" for first, last in RANGES) + "]"
# in free text they do no harm; a text of letters and digits alone is a number of something
CODE = r"^[0-9A-Za-z_.-]+$"
CODE_SIGNS = string.digits + string.ascii_letters + "_.-"
# those that a formula can hold: XML knows no control signs
SIGNS = "".join(chr(point) for first, last in RANGES if first >= ord(" ") for point in range(first, last + 1))
# defined names of a workbook that uses the formulas below
SIGNS_NAME, CODE_NAME = "unseen_signs", "code_signs"


def seen(at: Cells, field: str) -> str:
    """TRUE where the cell holds no such sign."""
    return f"{_of(SIGNS_NAME, len(SIGNS), at.cell(field))}=0"


def seen_in_codes(at: Cells, field: str, longest: int) -> str:
    """TRUE where no such sign hides in a text of at most `longest` characters that is a code."""
    cell = at.cell(field)
    # zeros behind the text: programs differ in whether nothing is found in a text
    padded = f"{cell}&REPT(0,{longest})"
    code = f"AND({_of(padded, longest, f'{CODE_NAME}&{SIGNS_NAME}')}={longest},{_of(CODE_NAME, len(CODE_SIGNS), cell)}>0)"
    return f"IF({seen(at, field)},TRUE,NOT({code}))"


def _of(signs: str, count: int, text: str) -> str:
    """How many of the first `count` signs stand in the text."""
    return f"SUMPRODUCT(--ISNUMBER(FIND(MID({signs},ROW($1:${count}),1),{text})))"
