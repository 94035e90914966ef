"""Reply: what a receipt adds to an entry workbook – its heading, a note on each cell to mend, and the sheet with every row handed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from csbook import messages
from csbook.template.grid import FIRST_ROW, Grid
from csbook.template.selfcheck import told
from csbook.template.selfcheck.told import Told
from csbook.workbook import Sheet, Workbook, lines

WIDTHS = (16, 18, 11, 46, 70)
HEAD_ROW = 3
LINE_HEIGHT = 14.5
LONGEST_NOTE = 1_500  # characters; a longer note does not fit beside its cell
NOTE_WIDTH, NOTE_LINE, NOTE_CHARACTERS = 300, 17, 40  # pixels, pixels, characters of half width a line
STYLES = {"quarantined": "bad", "refused": "bad", "conflict": "bad", "stale": "warn"}


@dataclass(frozen=True)
class Note:
    """A note on the cell of `field` (its own number where None) in the pre-built row `place`, from 0."""

    place: int
    field: str
    text: str


@dataclass(frozen=True)
class Answer:
    """One row handed in as the reply lists it: where it stood, its number, what became of it, what it says, and what there is to say."""

    where: str
    number: str
    outcome: str
    summary: str
    remark: str


@dataclass(frozen=True, kw_only=True)
class Reply:
    """Everything that a receipt says. `heading`: the first two lines; `at`: when it was written, naive UTC.
    `heights`: of the pre-built rows, in points."""

    heading: tuple[str, str]
    at: dt.datetime
    answers: tuple[Answer, ...]
    notes: tuple[Note, ...] = ()
    told: tuple[Told, ...] = ()
    heights: tuple[float, ...] = ()

    def write(self, book: Workbook, sheet: Sheet, grid: Grid) -> None:
        """Add the notes to the data sheet, then the sheet of answers and the hidden one."""
        for place, height in enumerate(self.heights):
            sheet.open_at(FIRST_ROW - 1 + place, height)
        for note in self.notes:
            _note(sheet, grid, note)
        self.list_answers(book)
        told.write(book, grid, self.told)

    def list_answers(self, book: Workbook) -> None:
        """The sheet that accounts for every row: its header is none that ingest would take for a form's."""
        text = _Text(book.lang)
        sheet = book.sheet(text("sheet"))
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        for row, (line, style) in enumerate(zip(self.heading, ("title", "quiet"), strict=True)):
            sheet.text(row, 0, line, book.style(style))
        sheet.row(HEAD_ROW - 1, 0, text("heads").split("|"), book.style("header"))
        for row, answer in enumerate(self.answers, start=HEAD_ROW):
            _answer(book, sheet, row, answer, text(f"outcome.{answer.outcome}"))
        sheet.freeze_panes(HEAD_ROW, 0)
        sheet.autofilter(HEAD_ROW - 1, 0, HEAD_ROW - 1 + len(self.answers), len(WIDTHS) - 1)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD_ROW - 1)


@dataclass(frozen=True)
class _Text:
    lang: str

    def __call__(self, message: str, **words: object) -> str:
        return messages.text(self.lang, f"template.receipt.{message}", **words)


def _answer(book: Workbook, sheet: Sheet, row: int, answer: Answer, outcome: str) -> None:
    plain, coloured = book.style("text"), book.style(STYLES.get(answer.outcome, "good"), align="center")
    cells = ((answer.where, plain), (answer.number, plain), (outcome, coloured), (answer.summary, plain), (answer.remark, plain))
    for column, (cell, style) in enumerate(cells):
        sheet.put(row, column, cell, style)
    height = max(lines(cell, width) for (cell, _), width in zip(cells, WIDTHS, strict=True))
    sheet.set_row(row, LINE_HEIGHT * height + 4)


def _note(sheet: Sheet, grid: Grid, note: Note) -> None:
    text = note.text if len(note.text) <= LONGEST_NOTE else note.text[: LONGEST_NOTE - 1] + "…"
    height = NOTE_LINE * (1 + lines(text, NOTE_CHARACTERS))
    sheet.write_comment(
        FIRST_ROW - 1 + note.place, grid.columns[note.field], text, {"author": "csbook", "width": NOTE_WIDTH, "height": height}
    )


def joined(notes: Iterable[Note]) -> Iterator[Note]:
    """One note a cell: texts for the same cell stand below one another."""
    texts: dict[tuple[int, str], list[str]] = {}
    for note in notes:
        texts.setdefault((note.place, note.field), []).append(note.text)
    for (place, field), of_cell in texts.items():
        yield Note(place, field, "\n".join(of_cell))
