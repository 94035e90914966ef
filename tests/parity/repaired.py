"""Repaired: which of the spellings that ingest repairs a cell holds, as csbook.rules.repaired declares them by kind."""

from __future__ import annotations

import re
import unicodedata

from csbook.forms import Field
from csbook.lists import bare
from csbook.rules.excel import WIDE_SPACE
from csbook.rules.repaired import REPAIRED, Repair
from tests.parity.cells import DATED, Cell


def repaired(field: Field, cell: Cell | None) -> frozenset[Repair]:
    """The declared repairs that apply to what stands in the cell."""
    if cell is None or not isinstance(cell.value, str) or cell.error:
        return frozenset()
    return frozenset(repair for repair in REPAIRED.get(field.kind, ()) if _holds(repair, field, cell.value))


def _holds(repair: Repair, field: Field, text: str) -> bool:
    match repair:
        case Repair.OUTER_BLANKS:
            return text != text.strip(None if field.kind == "masked" else " " + WIDE_SPACE)
        case Repair.FULL_WIDTH:
            return any(unicodedata.normalize("NFKC", char) != char for char in text.strip(" " + WIDE_SPACE))
        case Repair.SPELLING:
            return field.choices is not None and any(bare(part) in field.choices.spelled for part in re.split("[、,;/，；／\n]", text))
        case Repair.SEPARATORS:
            return bool(re.search("[,;/，；／\n]", text))
        case Repair.DATE_AS_TEXT:
            return field.kind in DATED
        case Repair.NUMBER_AS_TEXT:
            return field.kind == "whole"
