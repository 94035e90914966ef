"""Phrases of Excel formulas that the rule kinds share: blank, digits, text search. Pre-2013 functions only."""

from __future__ import annotations

from collections.abc import Iterable

from csbook.lists import BLANKS as BLANKS  # named again: the one notion of blank is a phrase of formulas too
from csbook.lists import WIDE_SPACE as WIDE_SPACE

DIGITS = "0123456789"
# from an ASCII character to its full-width form
TO_WIDE = 0xFEE0
JOINT = "\u3001"  # the enumeration comma: joins several entries in one cell
# characters that Excel takes in a cell's formula, and between the quotes of one
CELL_FORMULA = 8_192
FORMULA_LITERAL = 255
# and that a function takes as arguments
ARGUMENTS = 255


def quoted(text: str) -> str:
    """A text as a formula's string literal, joined from pieces where it is too long for one."""
    half = FORMULA_LITERAL // 2
    pieces = [text[start : start + half] for start in range(0, len(text), half)] if length(text) > FORMULA_LITERAL else [text]
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)


def blank(cell: str) -> str:
    """TRUE for an empty cell, "" or nothing but spaces and U+3000: the one notion of blank in all faces."""
    return f"LEN(TRIM(SUBSTITUTE({cell},{quoted(WIDE_SPACE)},)))=0"


def filled(cell: str) -> str:
    """The opposite of blank."""
    return f"LEN(TRIM(SUBSTITUTE({cell},{quoted(WIDE_SPACE)},)))>0"


def unless_blank(cell: str, condition: str) -> str:
    """The condition, TRUE for a blank cell. IF, not OR: OR looks at the condition all the same and inherits its error."""
    return f"IF({blank(cell)},TRUE,{condition})"


def length(text: str) -> int:
    """Characters as Excel counts them: UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def any_of(conditions: Iterable[str]) -> str:
    """OR over conditions; a single one stands alone, none is FALSE."""
    return _joined("OR", list(conditions) or ["FALSE"])


def all_of(conditions: Iterable[str]) -> str:
    """AND over conditions; a single one stands alone, none is TRUE."""
    return _joined("AND", list(conditions) or ["TRUE"])


def _joined(function: str, parts: list[str]) -> str:
    """The function over all parts, in layers where they are more than it takes."""
    while len(parts) > 1:
        parts = [
            part[0] if len(part) == 1 else f"{function}({','.join(part)})"
            for part in (parts[start : start + ARGUMENTS] for start in range(0, len(parts), ARGUMENTS))
        ]
    return parts[0]


def member(cell: str, labels: str) -> str:
    """TRUE where the cell is one of the labels. MATCH takes * and ? as wildcards; EXACT on what it found does not."""
    return f"IFERROR(EXACT(INDEX({labels},MATCH({cell},{labels},0)),{cell}),FALSE)"


def in_order(earlier: str, later: str) -> str:
    """TRUE where the later stamp is not before the earlier, and where either is "" (unknown); half a second forgives binary fractions."""
    return f"IF(AND(ISNUMBER({earlier}),ISNUMBER({later})),{later}-{earlier}>-0.000005,TRUE)"


def holds_text(cell: str, phrases: Iterable[str]) -> str:
    """TRUE where the cell contains one of the phrases (case-sensitive, no wildcards)."""
    return any_of(f"ISNUMBER(FIND({quoted(phrase)},{cell}))" for phrase in phrases)


def ends_in(cell: str, endings: Iterable[str]) -> str:
    """TRUE where the cell ends in one of the endings."""
    return any_of(f"EXACT(RIGHT({cell},{length(ending)}),{quoted(ending)})" for ending in endings)


def half_width(cell: str, chars: str) -> str:
    """The cell's text with the full-width forms of these ASCII characters made half width."""
    text = cell
    for char in dict.fromkeys(chars):
        text = f"SUBSTITUTE({text},{quoted(chr(ord(char) + TO_WIDE))},{quoted(char)})"
    return text


def digits_to_zero(cell: str) -> str:
    """The cell's text with every ASCII digit turned into 0: a [0-9] class without regular expressions."""
    text = cell
    for digit in "123456789":
        text = f"SUBSTITUTE({text},{digit},0)"
    return text
