"""Paper: an A4 page in the making – title, lines, tables, sheets of questions and answers; nothing is cut."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csbook.followup.words import DASH
from csbook.workbook import STYLES as LOOKS
from csbook.workbook import Sheet, Workbook, lines

A4 = 9
POINTS, AROUND = 14.0, 4.0
# characters that an indent takes
INDENT = 1.5
STYLES = {"stamp": "stamp", "count": "count"}


@dataclass(frozen=True)
class Column:
    """`width` in characters of Latin script, `kind` text, stamp or count."""

    name: str
    width: float
    kind: str = "text"


class Paper:
    """A worksheet that is written from top to bottom; `row` is the next free one."""

    def __init__(self, book: Workbook, name: str, widths: Sequence[float], *, landscape: bool) -> None:
        self.book, self.sheet, self.widths, self.row = book, book.sheet(name), tuple(widths), 0
        for place, width in enumerate(widths):
            self.sheet.set_column(place, place, width)
        self._print(landscape=landscape)

    def _print(self, *, landscape: bool) -> None:
        sheet: Sheet = self.sheet
        sheet.hide_gridlines(2)
        sheet.set_paper(A4)
        if landscape:
            sheet.set_landscape()
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.set_footer("&L&9&A&R&9&P / &N")

    @property
    def last(self) -> int:
        return len(self.widths) - 1

    def line(self, text: str, style: str = "plain", *, least: float = 0.0, **more: Any) -> None:
        """A text over the whole width, as high as it needs."""
        format_ = self.book.style(style, text_wrap=True, **more)
        size = float(LOOKS[style].get("font_size", 10))
        height = max(least, size * 1.4 * lines(text, sum(self.widths) * 10 / size) + AROUND)
        self.sheet.set_row(self.row, height)
        if self.last:
            self.sheet.merge_range(self.row, 0, self.row, self.last, "", format_)
        self.sheet.text(self.row, 0, text, format_)
        self.row += 1

    def gap(self, points: float = 8) -> None:
        """A low empty row."""
        self.sheet.set_row(self.row, points)
        self.row += 1

    def header(self, labels: Sequence[str], *, frozen: bool = True) -> None:
        """The header of the table, repeated on every printed page."""
        self.sheet.set_row(self.row, POINTS * max(lines(label, width) for label, width in zip(labels, self.widths, strict=True)) + 8)
        self.sheet.row(self.row, 0, list(labels), self.book.style("header"))
        if frozen:
            self.sheet.freeze_panes(self.row + 1, 1)
            self.sheet.repeat_rows(self.row)
        self.row += 1

    def record(self, columns: Sequence[Column], cells: Sequence[Any], **more: Any) -> None:
        """A row of the table; a blank is a dash."""
        height = POINTS
        for place, (column, value) in enumerate(zip(columns, cells, strict=True)):
            if value is None:
                self.sheet.text(self.row, place, DASH, self.book.style("cell", align="center", **more))
                continue
            style = STYLES.get(column.kind, "text")
            inset = {"indent": 1} if style == "text" else {}
            self.sheet.put(self.row, place, value, self.book.style(style, font_size=9, **inset, **more))
            if isinstance(value, str):
                height = max(height, POINTS * lines(value, column.width - INDENT))
        self.sheet.set_row(self.row, height + AROUND)
        self.row += 1

    def answer(self, label: str, value: str | dt.datetime | None, *, least: float = 1.0) -> None:
        """A question and its answer side by side, at least so many lines high; blank ones are left to be written in."""
        text = f"{value:%Y-%m-%d %H:%M}" if isinstance(value, dt.datetime) else value
        need = max(least, lines(text, self.widths[1]) if text else 1.0, lines(label, self.widths[0]))
        self.sheet.set_row(self.row, need * 15 + 6)
        self.sheet.text(self.row, 0, label, self.book.style("cell", bold=True, text_wrap=True, bg_color="#F3F5F8"))
        self.sheet.put(self.row, 1, text, self.book.style("text", valign="top" if least > 1 else "vcenter"))
        self.row += 1


def new_book(lang: str) -> Workbook:
    """A workbook that is saved by whoever names its file."""
    return Workbook(Path(), lang=lang)
