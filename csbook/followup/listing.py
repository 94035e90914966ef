"""Listing: a sheet of records under their headings – each record once, under the first of its headings, with the names of all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from csbook.followup.paper import INDENT, Column, Paper
from csbook.followup.plan import Heading
from csbook.followup.words import Words
from csbook.workbook import Workbook

# what is to be done about a record: the first of these that it has
PROMISED = "due_words"
TO_DO = ("plan", "follow_up", PROMISED)
# a word breaks nowhere but by force; longer than LONGEST it is an address or a code, and may
WORD, LONGEST = re.compile(r"[!-~\u00a0]+"), 16


def write(
    book: Workbook,
    words: Words,
    sheet: str,
    rows: pd.DataFrame,
    headings: Sequence[Heading],
    columns: Sequence[Column],
    *,
    apart: bool = False,
    **said: Any,
) -> None:
    """The sheet `followup.<sheet>`; columns that the rows do not have are left out. said: words of its title.

    `apart`: the line of totals counts a record under the first of its headings only, for what the next one says is not true of it.
    """
    present = [each for each in columns if each.name in COMPUTED or each.name in rows]
    parts = [
        (heading, [[_cell(words, row, headings, each.name) for each in present] for row in part.to_dict("records")])
        for heading, part in _parts(rows, headings)
    ]
    labels = [words.column(each.name) for each in present]
    present = [
        fitted(each, (row[place] for row in (labels, *(cells for _, part in parts for cells in part))))
        for place, each in enumerate(present)
    ]
    paper = Paper(book, words.text(f"followup.{sheet}"), [each.width for each in present], landscape=True)
    paper.line(words.text(f"followup.{sheet}.title", **said), "title", least=30)
    counted = [(heading, len(part)) for heading, part in parts] if apart else [(each, int(rows[each.name].sum())) for each in headings]
    sums = {heading.label.in_(words.lang): count for heading, count in counted}
    totals = " · ".join(f"{label} {words.count(count)}" for label, count in sums.items() if count)
    paper.line(words.text("followup.as_of", as_of=words.stamp(words.as_of), count=words.count(len(rows)), totals=totals), "quiet")
    paper.line(words.text(f"followup.{sheet}.note"), "note")
    paper.gap()
    paper.header(labels)
    for heading, part in parts:
        paper.line(words.text("followup.part", heading=heading.label.in_(words.lang), count=words.count(len(part))), "section", least=19)
        for cells in part:
            paper.record(present, cells)
    if rows.empty:
        paper.line(words.text("followup.nothing"), "quiet")


def fitted(column: Column, cells: Iterable[object]) -> Column:
    """The column, wide enough for the longest word of its cells and its header."""
    longest = max((len(word) for cell in cells if isinstance(cell, str) for word in WORD.findall(cell)), default=0)
    return replace(column, width=max(column.width, min(longest, LONGEST) + 2 * INDENT))


def _parts(rows: pd.DataFrame, headings: Sequence[Heading]) -> list[tuple[Heading, pd.DataFrame]]:
    """Each heading with the records that stand under none before it."""
    parts, left = [], rows
    for heading in headings:
        here = left[heading.name].astype("bool")
        if here.any():
            parts.append((heading, left[here]))
        left = left[~here]
    return parts


def _reasons(words: Words, row: dict[Any, Any], headings: Sequence[Heading]) -> str:
    return " · ".join(dict.fromkeys(heading.label.in_(words.lang) for heading in headings if row[heading.name]))


def to_do(words: Words, row: dict[Any, Any]) -> str | None:
    """What is to be done about the record, as far as its form says. A promise that is a mere date says when, not what."""
    found = ((name, words.cell(row, name)) for name in TO_DO)
    return next((str(text) for name, text in found if text is not None and (name != PROMISED or any(map(str.isalpha, str(text))))), None)


COMPUTED = frozenset({"reasons", "left", "to_do", "contact", "reply"})


def _cell(words: Words, row: dict[Any, Any], headings: Sequence[Heading], name: str) -> Any:
    match name:
        case "reasons":
            return _reasons(words, row, headings)
        case "left":
            return words.left(row["over_minutes"])
        case "to_do":
            return to_do(words, row)
        case "contact":  # who took the contact is in the team; the owner may be the department's own
            return words.cell(row, "agent") or words.cell(row, "owner")
        case "reply":
            return ""
    return words.cell(row, name)
