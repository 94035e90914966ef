"""Charts: native Excel charts over a hidden sheet that holds their numbers.

In the tables a missing figure is a dash, which a chart would draw as 0; on that sheet it is an empty cell, which it skips.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from csbook.analysis.block import Chart, Charts, Series
from csbook.analysis.page import Page
from csbook.workbook import FONT, Palette, Workbook

FONTS = {"name": FONT, "size": 9, "color": Palette.INK}
TITLE = {"name": FONT, "size": 11, "bold": True, "color": Palette.BRAND}
GRID = {"visible": True, "line": {"color": Palette.LINE, "width": 0.5}}
KINDS = {
    "column": ("column", None),
    "bar": ("bar", None),
    "stacked": ("bar", "percent_stacked"),
    "line": ("line", None),
    "doughnut": ("doughnut", None),
}
HORIZONTAL = frozenset({"bar", "stacked"})
SHEET = "_charts"
# pixels: a chart, between charts, a row below them
WIDTH, BETWEEN, ROW = 540, 12, 20
# pixels: a bar and the space beside it
BAR = 12
# slices below this share have no room for a number
SLICE = 0.05
# about as many labels as an axis can show
LABELS = 26
# and as many that lie flat
UPRIGHT = 8


class Drawer:
    """Makes the workbook's charts; each puts its numbers side by side on the hidden sheet."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self._sheet: Any = None
        self._column = 0

    def band(self, page: Page, block: Charts, *, dense: bool) -> None:
        """Charts side by side; without anything to draw there is no band."""
        drawn = [(place, chart) for place, chart in enumerate(block.charts) if not chart.empty]
        if not drawn:
            return
        fair = (page.pixels - (len(drawn) - 1) * BETWEEN) // len(drawn) if dense else WIDTH
        whole = bool(block.widths) and len(drawn) == len(block.charts)
        height = max(block.height, *(_needs(chart) for _, chart in drawn))
        left = 0
        for place, chart in drawn:
            width = block.widths[place] if whole else fair
            page.sheet.insert_chart(
                page.row, 0, self.chart(chart, width, height), {"x_offset": left, "y_offset": 3, "object_position": 2}
            )
            left += width + BETWEEN
        rows = -(-(height + 8) // ROW)
        for row in range(page.row, page.row + rows):
            page.sheet.set_row_pixels(row, ROW)
        page.row += rows + (0 if dense else 1)

    def chart(self, chart: Chart, width: int, height: int) -> Any:
        """The chart in pixels, ready to be inserted."""
        if self._sheet is None:
            self._sheet = self.book.sheet(SHEET)
            self._sheet.hide()
        places = self._numbers(chart)
        kind, subtype = KINDS[chart.kind]
        drawn = self.book.chart(kind, subtype)
        over = self.book.chart("line") if any(each.line for each in chart.series) else None
        # bars stand upside down: the last series is drawn on top
        order = list(enumerate(chart.series))[:: -1 if chart.kind == "bar" else 1]
        for place, series in order:
            (over if series.line and over else drawn).add_series(self._series(chart, series, places, place))
        if over:
            over.set_y2_axis({**_axis(chart.number), "min": 0, "major_gridlines": {"visible": False}})
            drawn.combine(over)
        self._dress(drawn, chart)
        drawn.set_size({"width": width, "height": height})
        return drawn

    def _numbers(self, chart: Chart) -> tuple[int, int]:
        """Write labels and values; returns first column and last row. A bar chart draws upwards, so its rows are turned."""
        frame, labels = chart.frame.reset_index(drop=True), list(chart.labels)
        if chart.kind in HORIZONTAL:
            frame, labels = frame[::-1], labels[::-1]
        first = self._column
        self._sheet.text(0, first, chart.title)
        for row, label in enumerate(labels, start=1):
            self._sheet.text(row, first, label)
        for place, series in enumerate(chart.series, start=1):
            self._sheet.text(0, first + place, series.header)
            for row, value in enumerate(frame[series.name], start=1):
                if not pd.isna(value):
                    self._sheet.put(row, first + place, float(value))
        self._column += len(chart.series) + 2
        return first, len(labels)

    def _series(self, chart: Chart, series: Series, places: tuple[int, int], place: int) -> dict[str, Any]:
        first, last = places
        column = first + place + 1
        fill = {"fill": {"color": series.color}, "border": {"none": True}}
        drawn: dict[str, Any] = {
            "name": [SHEET, 0, column],
            "categories": [SHEET, 1, first, last, first],
            "values": [SHEET, 1, column, last, column],
            **({"line": {"color": series.color, "width": 2}, "y2_axis": series.second} if series.line or chart.kind == "line" else fill),
        }
        if chart.kind == "doughnut":
            drawn.pop("fill")
            drawn["points"] = [{"fill": {"color": color}, "border": {"color": Palette.PAPER}} for color in _cycle(last)]
            values = chart.frame[series.name]
            small = [{"delete": True} if value < SLICE * values.sum() else None for value in values]
            drawn["data_labels"] = {"percentage": True, "font": {**FONTS, "color": Palette.PAPER}, "custom": small}
        elif chart.colors:
            colors = chart.colors[::-1] if chart.kind in HORIZONTAL else chart.colors
            drawn["points"] = [{"fill": {"color": color}} for color in colors]
        if chart.show_values:
            drawn["data_labels"] = {"value": True, "num_format": chart.number, "font": FONTS}
        if chart.kind in HORIZONTAL or chart.kind == "column":
            drawn["gap"] = 60 if chart.kind == "column" else 45
        return drawn

    def _dress(self, drawn: Any, chart: Chart) -> None:
        drawn.set_title({"name": chart.title, "name_font": TITLE, "overlay": False})
        alone = len(chart.series) == 1 and chart.kind != "doughnut"
        side = "right" if chart.kind == "doughnut" else "bottom"
        drawn.set_legend({"none": True} if alone else {"position": side, "font": FONTS})
        drawn.set_chartarea({"border": {"color": Palette.LINE}, "fill": {"color": Palette.PAPER}})
        drawn.show_blanks_as("gap")
        drawn.show_hidden_data()
        if chart.kind == "doughnut":
            drawn.set_hole_size(55)
            return
        names = {
            "num_font": {**FONTS, **_turned(chart)},
            "line": {"color": Palette.LINE},
            "interval_unit": max(1, -(-len(chart.labels) // LABELS)),
        }
        values = {**_axis("0%" if chart.kind == "stacked" else chart.number), "major_gridlines": GRID, "min": 0}
        if chart.number == "0%":
            values["max"] = 1
        if values["num_format"] == "0%":
            values["major_unit"] = 0.25
        # XlsxWriter calls the horizontal axis x whatever it shows
        across, up = (values, names) if chart.kind in HORIZONTAL else (names, values)
        drawn.set_x_axis({"major_gridlines": {"visible": False}, **across})
        drawn.set_y_axis({"major_gridlines": {"visible": False}, **up})


def _turned(chart: Chart) -> dict[str, int]:
    """Many labels under a chart stand askew, else they break into single characters."""
    return {"rotation": -45} if chart.kind not in HORIZONTAL and len(chart.labels) > UPRIGHT else {}


def _needs(chart: Chart) -> int:
    """Pixels that bars need for each to have its label."""
    return len(chart.labels) * (BAR * (len(chart.series) if chart.kind == "bar" else 1) + BAR) + 90 if chart.kind in HORIZONTAL else 0


def _axis(number: str) -> dict[str, Any]:
    return {"num_font": FONTS, "num_format": number, "line": {"none": True}}


def _cycle(count: int) -> list[str]:
    return [Palette.SERIES[each % len(Palette.SERIES)] for each in range(count)]
