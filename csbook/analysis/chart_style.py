"""Chart style: fonts, colours, axes and legends of every chart."""

from __future__ import annotations

import math
from typing import Any

from csbook.analysis.block import Chart, Series
from csbook.workbook import FONT, Palette

FONTS = {"name": FONT, "size": 9, "color": Palette.INK}
TITLE = {"name": FONT, "size": 11, "bold": True, "color": Palette.BRAND}
GRID = {"visible": True, "line": {"color": Palette.LINE, "width": 0.5}}
HORIZONTAL = frozenset({"bar", "stacked"})
SHARE = "0%"
WHOLE = "#,##0"
# up to so many, programs put marks between whole numbers, which the format shows as the same number twice
FEW = 5
# about as many labels as an axis can show, and as can lie flat
LABELS, UPRIGHT = 26, 8
# slices below this share have no room for a number
SLICE = 0.05
# the space between bars, in per cent of a bar, and the most that programs draw; fewer bars than SLIM grow no wider than so many
GAPS = {"column": 60, "bar": 45, "stacked": 45}
WIDEST = 500
SLIM = 5


def painted(chart: Chart, series: Series) -> dict[str, Any]:
    """Colours and data labels of a series, as XlsxWriter names them."""
    if series.line or chart.kind == "line":
        return {"line": {"color": series.color, "width": 2}, "y2_axis": series.second}
    if chart.kind == "doughnut":
        return _sliced(chart, series)
    paint: dict[str, Any] = {"fill": {"color": series.color}, "border": {"none": True}, "gap": _gap(chart)}
    if chart.colors:
        paint["points"] = [{"fill": {"color": color}} for color in (chart.colors[::-1] if chart.kind in HORIZONTAL else chart.colors)]
    if chart.show_values:
        paint["data_labels"] = {"value": True, "num_format": chart.number, "font": FONTS}
    return paint


def _gap(chart: Chart) -> int:
    """So wide that a single bar does not fill the chart."""
    gap, beside = GAPS[chart.kind], 100 if chart.kind == "stacked" else 100 * sum(not each.line for each in chart.series)
    fewer = SLIM / max(1, min(SLIM, len(chart.frame)))
    return min(WIDEST, round(fewer * (beside + gap)) - beside)


def _sliced(chart: Chart, series: Series) -> dict[str, Any]:
    values = chart.frame[series.name]
    colors = [Palette.SERIES[place % len(Palette.SERIES)] for place in range(len(values))]
    small = [{"delete": True} if value < SLICE * values.sum() else None for value in values]
    return {
        "points": [{"fill": {"color": color}, "border": {"color": Palette.PAPER}} for color in colors],
        "data_labels": {"percentage": True, "font": {**FONTS, "color": Palette.PAPER}, "custom": small},
    }


def dress(drawn: Any, chart: Chart) -> None:
    """Title, legend, frame and axes."""
    drawn.set_title({"name": chart.title, "name_font": TITLE, "overlay": False})
    drawn.set_chartarea({"border": {"color": Palette.LINE}, "fill": {"color": Palette.PAPER}})
    drawn.show_blanks_as("gap")
    drawn.show_hidden_data()
    if chart.kind == "doughnut":
        drawn.set_legend({"position": "right", "font": FONTS})
        drawn.set_hole_size(55)
        return
    drawn.set_legend({"none": True} if len(chart.series) == 1 else {"position": "bottom", "font": FONTS})
    names, values = _names(chart), {**values_axis(chart), "major_gridlines": GRID}
    # XlsxWriter calls the horizontal axis x whatever it shows
    across, up = (values, names) if chart.kind in HORIZONTAL else (names, values)
    drawn.set_x_axis(across)
    drawn.set_y_axis(up)


def values_axis(chart: Chart, *, second: bool = False) -> dict[str, Any]:
    """The first or second axis of numbers, from 0; shares end at 100 %, and small whole numbers stand there once each."""
    share = chart.number == SHARE or chart.kind == "stacked"
    ends = {"max": 1, "major_unit": 0.25} if share else {}
    top = chart.frame[[each.name for each in chart.series if each.second is second]].max().max()
    if chart.number == WHOLE and not share and top <= FEW:
        ends = {"major_unit": 1, "max": max(1, math.ceil(top))}
    number = SHARE if share else chart.number
    return {"num_font": FONTS, "num_format": number, "line": {"none": True}, "min": 0, "major_gridlines": {"visible": False}, **ends}


def _names(chart: Chart) -> dict[str, Any]:
    """An axis of labels; many under a chart stand askew, else they break into single characters."""
    askew = {"rotation": -45} if chart.kind not in HORIZONTAL and len(chart.labels) > UPRIGHT else {}
    every = max(1, -(-len(chart.labels) // LABELS)) if chart.kind not in HORIZONTAL else 1
    return {"num_font": {**FONTS, **askew}, "line": {"color": Palette.LINE}, "interval_unit": every, "major_gridlines": {"visible": False}}
