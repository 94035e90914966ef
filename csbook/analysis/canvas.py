"""Canvas: writes a sheet – top, blocks from top to bottom, print set-up; no block knows of the others."""

from __future__ import annotations

from collections.abc import Sequence

from csbook.analysis import dashboard, tables
from csbook.analysis.block import Block, Charts, Heat, Lines, Sheet, Table, Tiles
from csbook.analysis.charts import Drawer
from csbook.analysis.links import Links
from csbook.analysis.page import Page
from csbook.analysis.paper import MARGINS, Piece
from csbook.analysis.words import Words
from csbook.workbook import Workbook

# rows of title, as_of and a gap
TOP = 3
A4 = 9


def draw(book: Workbook, specs: Sequence[Sheet], words: Words, header: str) -> None:
    """All sheets, then the links between them; `header` says as_of and period."""
    links, drawer = Links.of(specs), Drawer(book)
    for spec in specs:
        _draw(Page.of(book, spec, words, links), spec, drawer, header)
    links.settle()


def _draw(page: Page, spec: Sheet, drawer: Drawer, header: str) -> None:
    book, words = page.book, page.words
    page.sheet.hide_gridlines(2)
    page.high(0, 30)
    page.sheet.text(0, 0, words.text(f"sheet.{spec.name}.title"), book.style("title"))
    page.high(1, 18)
    for place in page.starts:
        page.sheet.text(1, place, header, book.style("quiet"))
    page.row = TOP - 1
    page.gap()
    for block in spec.blocks:
        first = page.row
        _write(page, block, drawer, dense=spec.grid is not None)
        if page.row > first and not (isinstance(block, Table) and block.on_screen):
            page.pieces.append(_piece(page, block, first))
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


def _piece(page: Page, block: Block, first: int) -> Piece:
    if not isinstance(block, Table):
        return Piece(first, page.row, page.seen + 1)
    header = page.links.places[block.name].row
    left_out = max(len(block.frame) - block.printed, 0) if block.printed else 0
    end = header + block.printed + 1 if left_out else page.row
    return Piece(first, end, len(block.columns), header, tuple(column.header for column in block.columns))


def _print(page: Page, spec: Sheet) -> None:
    """A4 with page numbers, the top repeated; a sheet of one table keeps its header in sight."""
    first = spec.blocks[0]
    fixed = TOP - 1
    if len(spec.blocks) == 1 and isinstance(first, Table):
        # down to its header
        fixed = page.links.places[first.name].row + 1
    if spec.one_page:
        page.sheet.print_area(0, 0, page.row - 1, page.last)
        page.sheet.center_horizontally()
        page.sheet.fit_to_pages(1, 1)
    else:
        page.sheet.freeze_panes(fixed, 1)
        _pages(page)
    if not (spec.portrait or page.paper.portrait):
        page.sheet.set_landscape()
    page.sheet.set_paper(A4)
    page.sheet.set_margins(*MARGINS)
    page.sheet.set_footer("&L&9&A&R&9&P / &N")
    if spec.color:
        page.sheet.set_tab_color(spec.color)


def _pages(page: Page) -> None:
    """Where pages break and what stands on each. A break between columns needs a print size: Excel forgets it where a sheet is fitted."""
    paper, top = page.paper, TOP - 1
    page.sheet.repeat_rows(*paper.repeated(page.pieces, page.heights, top))
    rows = paper.rows(page.pieces, page.heights, top)
    if rows:
        page.sheet.set_h_pagebreaks(rows)
    areas = paper.areas(page.pieces, len(page.widths)) if page.pieces else []
    if areas and (paper.breaks or areas != [(0, page.row - 1, len(page.widths))]):
        page.sheet.print_areas(areas)
    if paper.alone or not (paper.breaks and page.pieces):
        page.sheet.fit_to_pages(1, 0)
        return
    page.sheet.set_print_scale(int(paper.scale * 100))
    page.sheet.repeat_columns(0, 0)
    page.sheet.set_v_pagebreaks(list(paper.breaks))
    page.sheet.print_across()
