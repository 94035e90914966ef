"""Likeness: which heading was probably meant for a column that is missing; it is asked about, never assumed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from csbook.intake.recognising.headers import Header
from csbook.intake.recognising.headings import simplified, unmarked
from csbook.intake.recognising.outline import Outline

ALIKE = 0.7  # three of four characters in common
# what people put around a heading: a number before it, brackets, a note behind it: 3. phone (masked)
AROUND = re.compile(r"^(?:[(]?[0-9]{1,2}[).\u3001])?[\u3010\[]?(.+?)[\u3011\]]?(?:[(][^()]*[)]|\u3010[^\u3011]*\u3011|\[[^\]]*\])?$")
NOTED = 0.95  # as like as one with the same words and something around them


def near_misses(header: Header, outline: Outline) -> Iterator[tuple[int, str]]:
    """Columns of the sheet whose heading is nearly that of a missing field, each with that field; the likest first, each once."""
    missing = (*header.missing(outline, required=True), *header.missing(outline, required=False))
    scored = [
        (_likeness(header.headings[column], outline, field), column, field)
        for field in missing
        for column in (*header.unknown, *header.twice)
    ]
    columns: set[int] = set()
    fields: set[str] = set()
    for score, column, field in sorted(scored, key=lambda each: (-each[0], each[1])):
        if score >= ALIKE and column not in columns and field not in fields:
            columns.add(column)
            fields.add(field)
            yield column, field


def _likeness(heading: str, outline: Outline, field: str) -> float:
    """From 0 to 1: the most that the heading has in common with a spelling of the field."""
    label = simplified(unmarked(heading, outline.marks))
    spellings = [simplified(unmarked(spelling, outline.marks)) for spelling in outline.by_name[field].spellings]
    if (inner := AROUND.match(label)) is not None and inner[1] != label and inner[1] in spellings:
        return NOTED
    return max(difflib.SequenceMatcher(None, label, spelling, autojunk=False).ratio() for spelling in spellings)
