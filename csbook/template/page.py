"""Page: one record on one A4 sheet with the look of a paper form – labelled boxes, tick boxes, a line to sign on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csbook import messages
from csbook.forms import Field, Form
from csbook.rules.excel import JOINT
from csbook.template.grid import RECORD_NO
from csbook.workbook import Palette, Sheet, Workbook, lines

A4 = 9
# label and box, twice side by side
WIDTHS = (14, 31, 14, 31)
WIDE = sum(WIDTHS[1:])
LINE_HEIGHT = 14.5
EMPTY_BOX, TICKED_BOX = "\u25a1", "\u2611"
BETWEEN = "\u3000"
RULED = "_" * 8
# a text of up to so many characters fits beside another field; a longer one gets a line of room per so many, and may grow
SHORT, ROOM = 50, 150


@dataclass(frozen=True)
class Box:
    """A field on the page: its label, what stands in the box, and how many lines of room that needs."""

    label: str
    text: str
    room: int = 1
    wide: bool = False


@dataclass(frozen=True)
class Page:
    """One record, or none: an empty page. `row` maps fields to keys, texts, numbers, dates and times as the ledger stores them."""

    form: Form
    lang: str
    row: Mapping[str, Any]

    def boxes(self) -> Iterator[Box]:
        """Every field that somebody fills in, and the minutes worked out, in the form's order."""
        for field in self.form.fields:
            if field.typed or field.name in self.form.computed:
                yield self._box(field)

    def _box(self, field: Field) -> Box:
        label = field.label.in_(self.lang)
        if field.choices is not None:
            text = ticks(field, self.row.get(field.name), self.lang)
            return Box(label, text, lines(text, WIDE), wide=lines(text, WIDTHS[1]) > 1)
        text, room = shown(self.row.get(field.name)), (field.limit or 0) // ROOM + 2
        if (field.limit or 0) <= SHORT and lines(text, WIDTHS[1]) == 1:
            return Box(label, text)
        return Box(label, text, max(room, lines(text, WIDE)), wide=True)

    def bands(self) -> Iterator[tuple[Box, ...]]:
        """The page from top to bottom: a wide box alone, two narrow ones side by side."""
        waiting: list[Box] = []
        for box in self.boxes():
            if waiting and (box.wide or len(waiting) == 2):
                yield tuple(waiting)
                waiting = []
            if box.wide:
                yield (box,)
            else:
                waiting.append(box)
        if waiting:
            yield tuple(waiting)


def ticks(field: Field, value: Any, lang: str) -> str:
    """Every entry of a list with its tick box; a value of one's own stands after them, on a line to write on."""
    entries = field.choices.entries if field.choices else ()
    chosen = str(value).split(JOINT) if value is not None and field.kind == "members" else [] if value is None else [str(value)]
    said = [(TICKED_BOX if entry.key in chosen else EMPTY_BOX) + entry.label.in_(lang) for entry in entries]
    own = JOINT.join(each for each in chosen if each not in {entry.key for entry in entries})
    if field.kind == "suggest" or own:
        said.append(f"{TICKED_BOX}{own}" if own else f"{EMPTY_BOX}{RULED}")
    return BETWEEN.join(said)


def shown(value: Any) -> str:
    """A value as people write it: days without a time of day, times to the minute."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d}" if value.time() == dt.time() else f"{value:%Y-%m-%d %H:%M}"
    return f"{value:%H:%M}" if isinstance(value, dt.time) else str(value)


def write_pages(form: Form, path: Path, *, lang: str = "zh", rows: Sequence[Mapping[str, Any]] = ()) -> None:
    """Write a workbook with one sheet and one printed page for each row, or one empty page, whole or not at all.

    `rows` map fields to values as the ledger stores them, with `record_no`. Raises UnfinishedError where the file cannot be saved.
    """
    with Workbook(path, lang=lang) as book:
        book.properties(title=form.title.in_(lang), subject=form.source)
        for row in rows or ({},):
            number = str(row.get(RECORD_NO) or "")
            _write(book, book.sheet(number or messages.text(lang, "template.sheet.page")), Page(form, lang, row), number)


def _write(book: Workbook, sheet: Sheet, page: Page, number: str) -> None:
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    _head(book, sheet, page, number)
    row = 2
    for band in page.bands():
        _band(book, sheet, row, band)
        row += 1
    sheet.set_row(row, 34)
    _across(sheet, row, 0, messages.text(page.lang, "template.page.signature"), book.style("plain", valign="bottom"))
    _print(sheet, row)


def _head(book: Workbook, sheet: Sheet, page: Page, number: str) -> None:
    """Title, and the number at the right."""
    form, lang = page.form, page.lang
    sheet.set_row(0, 34)
    _across(sheet, 0, 0, form.title.in_(lang), book.style("title", align="center"))
    named = f"{form.label(RECORD_NO, lang)}{messages.text(lang, 'template.page.colon')}{number or RULED * 2}"
    _across(sheet, 1, 0, named, book.style("plain", align="right", valign="vcenter"))


def _band(book: Workbook, sheet: Sheet, row: int, band: Sequence[Box]) -> None:
    """A row of the page; the last box takes what is left of the width."""
    ink = {"border_color": Palette.INK}
    label = book.style("cell", bold=True, align="center", text_wrap=True, bg_color=Palette.SHADE, **ink)
    roomy = max(box.room for box in band) > 1
    value = book.style("cell", text_wrap=True, num_format="@", align="left", indent=1, **ink, **({"valign": "top"} if roomy else {}))
    for place, box in enumerate(band):
        sheet.text(row, 2 * place, box.label, label)
        if place == len(band) - 1:
            _across(sheet, row, 2 * place + 1, box.text, value)
        else:
            sheet.text(row, 2 * place + 1, box.text, value)
    needed = max(max(box.room, lines(box.label, WIDTHS[0])) for box in band)
    sheet.set_row(row, max(22.0, needed * LINE_HEIGHT + 6))


def _across(sheet: Sheet, row: int, column: int, text: str, style: Any) -> None:
    """A text over all columns from `column` on."""
    if column < len(WIDTHS) - 1:
        sheet.merge_range(row, column, row, len(WIDTHS) - 1, "", style)
    sheet.text(row, column, text, style)


def _print(sheet: Sheet, last: int) -> None:
    """One page of A4 upright, in the middle of its width."""
    sheet.hide_gridlines(2)
    sheet.set_portrait()
    sheet.set_paper(A4)
    sheet.set_margins(0.5, 0.5, 0.5, 0.5)
    sheet.center_horizontally()
    sheet.print_area(0, 0, last, len(WIDTHS) - 1)
    sheet.fit_to_pages(1, 1)
