"""Charts: native Excel charts over a hidden sheet that holds their numbers.

In the tables a missing figure is a dash, which a chart would draw as 0; on that sheet it is an empty cell, which it skips.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from csbook.analysis.block import BETWEEN, WIDTH, Chart, Charts, Series
from csbook.analysis.chart_style import HORIZONTAL, dress, painted, values_axis
from csbook.analysis.page import Page
from csbook.workbook import Sheet, Workbook

SHEET = "_charts"
KINDS = {
    "column": ("column", None),
    "bar": ("bar", None),
    "stacked": ("bar", "percent_stacked"),
    "line": ("line", None),
    "doughnut": ("doughnut", None),
}
# pixels: a row below charts, a bar or the space beside it, a chart without its bars; points of that row
ROW, BAR, BARE, POINTS = 20, 12, 90, 15.0


class Drawer:
    """Makes the workbook's charts; each puts its numbers side by side on the hidden sheet."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self._numbers: Sheet | None = None
        self._column = 0

    def band(self, page: Page, block: Charts, *, dense: bool) -> None:
        """Charts side by side; without anything to draw there is no band."""
        charts = [chart for chart in block.charts if not chart.empty]
        if not charts:
            return
        fair = (page.pixels - (len(charts) - 1) * BETWEEN) // len(charts)
        widths = block.widths if len(charts) == len(block.widths) else (fair if dense else WIDTH,) * len(charts)
        if page.paper.breaks:
            # a chart over the edge of a page would be cut
            widths = tuple(min(each, fair) for each in widths)
        height, left = max(block.height, *(_needs(chart) for chart in charts), 0), 0
        for chart, width in zip(charts, widths, strict=True):
            drawn = self._chart(chart)
            drawn.set_size({"width": width, "height": height})
            page.sheet.insert_chart(page.row, 0, drawn, {"x_offset": left, "y_offset": 3, "object_position": 2})
            left += width + BETWEEN
        rows = -(-(height + 8) // ROW)
        for row in range(page.row, page.row + rows):
            page.high(row, POINTS)
        page.row += rows + (not dense)

    def _chart(self, chart: Chart) -> Any:
        first = self._write(chart)
        drawn = self.book.chart(*KINDS[chart.kind])
        over = self.book.chart("line") if any(each.line for each in chart.series) else None
        # bars stand upside down: the last series is drawn on top
        for place, series in list(enumerate(chart.series))[:: -1 if chart.kind == "bar" else 1]:
            (over if series.line and over else drawn).add_series(
                {**self._cells(first, first + place + 1, len(chart.labels)), **painted(chart, series)}
            )
        if over:
            over.set_y2_axis(values_axis(chart, second=True))
            drawn.combine(over)
        dress(drawn, chart)
        return drawn

    def _write(self, chart: Chart) -> int:
        """Labels and values on the hidden sheet; returns the first column. Bars are drawn upwards, so their rows are turned."""
        if self._numbers is None:
            self._numbers = self.book.sheet(SHEET)
            self._numbers.hide()
        sheet, first, turn = self._numbers, self._column, -1 if chart.kind in HORIZONTAL else 1
        sheet.text(0, first, chart.title)
        for row, label in enumerate(list(chart.labels)[::turn], start=1):
            sheet.text(row, first, label)
        for place, series in enumerate(chart.series, start=first + 1):
            self._series(sheet, place, series, chart.frame[series.name].iloc[::turn])
        self._column += len(chart.series) + 2
        return first

    @staticmethod
    def _series(sheet: Sheet, column: int, series: Series, values: pd.Series) -> None:
        sheet.text(0, column, series.header)
        for row, value in enumerate(values, start=1):
            if not pd.isna(value):
                sheet.put(row, column, float(value))

    @staticmethod
    def _cells(labels: int, column: int, last: int) -> dict[str, list[str | int]]:
        return {"name": [SHEET, 0, column], "categories": [SHEET, 1, labels, last, labels], "values": [SHEET, 1, column, last, column]}


def _needs(chart: Chart) -> int:
    """Pixels that bars need for each to have its label."""
    if chart.kind not in HORIZONTAL:
        return 0
    bars = len(chart.series) if chart.kind == "bar" else 1
    return len(chart.labels) * (bars + 1) * BAR + BARE
