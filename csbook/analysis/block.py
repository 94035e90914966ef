"""Blocks: what a sheet is made of – tables, charts, sentences, tiles and a heat map – as values, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd


class Tint:
    """Pale colours of data bars, by what they measure."""

    VOLUME = "#BCD7EA"
    WAIT = "#F5DCA8"
    LATE = "#F0BDB2"
    GOOD = "#C2E0D0"
    TIME = "#D5DBE3"


@dataclass(frozen=True)
class Bar:
    """A data bar in each cell of a column; a pale one of Tint, so that the number stays readable."""

    color: str


@dataclass(frozen=True)
class Scale:
    """A colour scale over a column, from the lowest to the highest value."""

    low: str
    high: str


@dataclass(frozen=True)
class Below:
    """Cells below `target` are marked."""

    target: float


@dataclass(frozen=True)
class Above:
    """Cells above `limit` are marked."""

    limit: float


@dataclass(frozen=True)
class Flag:
    """Cells with this text are marked."""

    text: str


@dataclass(frozen=True)
class Lights:
    """A traffic light in each cell: green from `target` up, red below `low`."""

    target: float
    low: float


@dataclass(frozen=True)
class Link:
    """Where a figure's records stand: a table, and in it the rows where `column` is `value`, and `form` theirs if one is told, for a number
    is unique within its form only; without a value its header."""

    table: str
    column: str = ""
    value: object = None
    form: object = None


# fields whose entries several forms share by groups, and the ending of the hidden column that holds a record's group
GROUPED = ("category", "channel", "priority", "department")
GROUP = "_group"

Look = Bar | Scale | Below | Above | Flag | Lights


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table: its name in the frame, its header, how its values are shown (a key of STYLES in canvas.py).

    Neighbours of one `group` share a header colour. `width` and `widest` are the least and the greatest width in characters;
    longer texts take several lines.
    """

    name: str
    header: str
    kind: str
    group: str = ""
    look: Look | None = None
    width: float = 0
    widest: float = 46


@dataclass(frozen=True, kw_only=True)
class Table:
    """A frame under its title. `name` is unique in the workbook; `blank` rows wait to be filled in by hand.

    `links`: a column -> table and column where the same value stands, for a record's number also the column that tells its form.
    `totals`: a column -> sum, mean or count of the rows that the filter leaves; only what may be added up is. `printed`: so many rows
    are printed unless somebody wants all; 0 are all. `on_screen`: none is, nor the title.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    note: str = ""
    blank: int = 0
    printed: int = 0
    on_screen: bool = False
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    totals: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


# points of a line
LINE = 2


@dataclass(frozen=True, kw_only=True)
class Series:
    """A series of a chart: a column of its frame; `second` puts it on the second axis, `line` draws a line over columns."""

    name: str
    header: str
    color: str
    line: bool = False
    second: bool = False


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A native chart. `kind`: column, bar, stacked (100 %, bars), line or doughnut; `colors` paints single points."""

    kind: str
    title: str
    labels: Sequence[str]
    frame: pd.DataFrame
    series: tuple[Series, ...]
    number: str = "#,##0"
    colors: tuple[str, ...] = ()
    show_values: bool = False

    @property
    def empty(self) -> bool:
        """Is there nothing to draw? A line needs two points."""
        values = self.frame[[each.name for each in self.series]]
        drawn = max((int(count) for count in (values.notna() & (values != 0)).sum()), default=0)
        return drawn < (LINE if self.kind == "line" else 1)


# pixels: a chart, between charts
WIDTH, BETWEEN = 540, 12


@dataclass(frozen=True)
class Charts:
    """Charts side by side; empty ones are left out.

    `widths` in pixels, one a chart, else all are equally wide; bars that need more than `height` get it.
    """

    charts: tuple[Chart, ...]
    height: int = 280
    widths: tuple[int, ...] = ()

    @property
    def across(self) -> int:
        """Pixels that they want side by side."""
        shown = sum(not chart.empty for chart in self.charts)
        return sum(self.widths) if self.widths else shown * WIDTH + max(shown - 1, 0) * BETWEEN


@dataclass(frozen=True)
class Lines:
    """Sentences under a title, one a row."""

    title: str
    texts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One figure in large type: value, change against the period before, target. `mood` colours it: good, bad or neutral."""

    label: str
    value: str
    change: str = ""
    note: str = ""
    mood: str = "neutral"
    change_mood: str = "neutral"
    link: Link | None = None


@dataclass(frozen=True)
class Tiles:
    """Tiles side by side."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Heat:
    """A grid of counts: rows by name, columns 0–23, darker where more."""

    title: str
    rows: tuple[str, ...]
    values: tuple[tuple[int, ...], ...]


Block = Table | Charts | Lines | Tiles | Heat


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet: blocks from top to bottom. `grid` sets equal narrow columns (a page), else widths follow the tables."""

    name: str
    blocks: tuple[Block, ...]
    grid: tuple[int, int] | None = None
    portrait: bool = False
    one_page: bool = False
    # columns that do not fit on a page are for the screen; else they go on pages of their own
    first_page_only: bool = False
    color: str | None = None
