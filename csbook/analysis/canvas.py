"""Canvas: writes a sheet – top, blocks from top to bottom, print set-up; no block knows of the others."""

from __future__ import annotations

from collections.abc import Sequence

from csbook.analysis import dashboard, tables
from csbook.analysis.block import Block, Charts, Heat, Lines, Sheet, Table, Tiles
from csbook.analysis.charts import Drawer
from csbook.analysis.links import Links
from csbook.analysis.page import Page
from csbook.analysis.words import Words
from csbook.workbook import Workbook

# rows of title, as_of and a gap
TOP = 3
A4 = 9
# a sheet wider than this takes two pages side by side, or nobody could read it
WIDE = 2_200


def draw(book: Workbook, specs: Sequence[Sheet], words: Words, header: str) -> None:
    """All sheets, then the links between them; `header` says as_of and period."""
    links, drawer = Links.of(specs), Drawer(book)
    for spec in specs:
        _draw(Page.of(book, spec, words, links), spec, drawer, header)
    links.settle()


def _draw(page: Page, spec: Sheet, drawer: Drawer, header: str) -> None:
    book, words = page.book, page.words
    page.sheet.hide_gridlines(2)
    page.sheet.set_row(0, 30)
    page.sheet.text(0, 0, words.text(f"sheet.{spec.name}.title"), book.style("title"))
    page.sheet.set_row(1, 18)
    page.sheet.text(1, 0, header, book.style("quiet"))
    page.row = TOP - 1
    page.gap()
    for block in spec.blocks:
        _write(page, block, drawer, dense=spec.grid is not None)
    _print(page, spec)


def _write(page: Page, block: Block, drawer: Drawer, *, dense: bool) -> None:
    match block:
        case Table():
            tables.write(page, block)
        case Charts():
            drawer.band(page, block, dense=dense)
        case Lines():
            dashboard.lines(page, block)
        case Tiles():
            dashboard.tiles(page, block)
        case Heat():
            dashboard.heat(page, block)


def _print(page: Page, spec: Sheet) -> None:
    """A4 with page numbers, the top repeated; a sheet of one table keeps its header in sight."""
    first = spec.blocks[0]
    fixed = TOP - 1
    if len(spec.blocks) == 1 and isinstance(first, Table):
        # down to its header
        fixed = page.links.places[first.name].row + 1
    if spec.grid:
        page.sheet.print_area(0, 0, page.row - 1, page.last)
        page.sheet.center_horizontally()
    else:
        page.sheet.freeze_panes(fixed, 1)
        page.sheet.repeat_rows(0, fixed - 1)
        page.sheet.repeat_columns(0, 0)
    if not spec.portrait:
        page.sheet.set_landscape()
    page.sheet.set_paper(A4)
    page.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.sheet.fit_to_pages(max(1, round(page.pixels / WIDE)), 1 if spec.one_page else 0)
    page.sheet.set_footer("&L&9&A&R&9&P / &N")
    if spec.color:
        page.sheet.set_tab_color(spec.color)
