"""Dashboard: sentences, tiles and the heat map."""

from __future__ import annotations

from typing import Any

from csbook.analysis import measure
from csbook.analysis.block import Heat, Lines, Tile, Tiles
from csbook.analysis.page import Page
from csbook.workbook import Palette

MOODS = {"good": Palette.GOOD, "bad": Palette.BAD, "neutral": Palette.BRAND}
# label, value, change and note of a tile, and the gap below
TILE_POINTS = (18, 30, 16, 16, 6)
HOURS = 24


def lines(page: Page, block: Lines) -> None:
    """A title and sentences over the width of the first printed page."""
    page.heading(block.title)
    style = page.book.style("plain", text_wrap=True, valign="vcenter", indent=1)
    for text in block.texts:
        page.high(page.row, measure.lines(text, page.room) * measure.LINE_POINTS + measure.PADDING_POINTS)
        page.merged(page.row, 0, page.seen, text, style)
        page.row += 1
    page.gap()


def tiles(page: Page, block: Tiles) -> None:
    """Tiles side by side, equally wide."""
    wide = (page.last + 1) // len(block.tiles)
    for offset, points in enumerate(TILE_POINTS):
        page.high(page.row + offset, points)
    for place, tile in enumerate(block.tiles):
        _tile(page, tile, place * wide, place * wide + wide - 1)
    page.row += len(TILE_POINTS)


def _tile(page: Page, tile: Tile, first: int, last: int) -> None:
    edge = {"right": 5, "right_color": Palette.PAPER}
    quiet = Palette.QUIET if tile.change_mood == "neutral" else MOODS[tile.change_mood]
    rows: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (tile.label, "tile_label", {"top": 5, "top_color": MOODS[tile.mood]}),
        (tile.value, "tile", {"font_color": MOODS[tile.mood]}),
        (tile.change, "tile_label", {"font_color": quiet}),
        (tile.note, "tile_label", {}),
    )
    for offset, (text, name, more) in enumerate(rows):
        page.merged(page.row + offset, first, last, text, page.book.style(name, **{**more, **edge}))
    if tile.link:
        page.links.waiting.append((page.sheet, page.row, first, tile.link))


def heat(page: Page, block: Heat) -> None:
    """Hours across, weekdays down; 0 is left empty."""
    page.heading(block.title)
    small = {"align": "center", "font_size": 9, "valign": "vcenter"}
    label = page.book.style("plain", **small, font_color=Palette.QUIET)
    cell = page.book.style("plain", **small, shrink=True, num_format=page.words.text("heat.format"), border=1, border_color=Palette.PAPER)
    page.sheet.row(page.row, 1, list(range(HOURS)), label)
    for row, (name, values) in enumerate(zip(block.rows, block.values, strict=True), start=page.row + 1):
        page.high(row, 16)
        page.sheet.text(row, 0, name, label)
        page.sheet.row(row, 1, values, cell)
    scale = {"type": "2_color_scale", "min_color": Palette.SHADE, "max_color": Palette.SERIES[3]}
    page.sheet.conditional_format(page.row + 1, 1, page.row + len(block.rows), HOURS, scale)
    page.row += len(block.rows) + 2
