"""Repaired: the spellings that ingest mends by kind of field, where 自检 asks for the right one. Declared here alone.

A value with such a spelling is marked in the template and goes in all the same; tests/parity proves that nothing else is.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping


class Repair(enum.StrEnum):
    """What ingest mends; each has its words in the catalogs as `repaired.<value>`."""

    OUTER_BLANKS = "outer_blanks"  # blanks before and behind
    FULL_WIDTH = "full_width"  # full-width letters, digits and signs
    SPELLING = "spelling"  # another name of a list entry: alias, former or English label, key; other case, blanks within
    SEPARATORS = "separators"  # another sign between list entries
    DATE_AS_TEXT = "date_as_text"  # 2023年10月1日, 20231001, a date in a cell of text
    NUMBER_AS_TEXT = "number_as_text"


_DATES = (Repair.DATE_AS_TEXT,)
REPAIRED: Mapping[str, tuple[Repair, ...]] = {
    "choice": (Repair.SPELLING,),
    "members": (Repair.SPELLING, Repair.SEPARATORS),
    "masked": (Repair.OUTER_BLANKS, Repair.FULL_WIDTH),
    "text": (Repair.OUTER_BLANKS,),
    "suggest": (Repair.OUTER_BLANKS,),
    "transfers": (Repair.OUTER_BLANKS,),
    "references": (Repair.OUTER_BLANKS,),
    "date": _DATES,
    "clock": _DATES,
    "moment": _DATES,
    "moment_or_date": _DATES,
    "whole": (Repair.NUMBER_AS_TEXT,),
}
