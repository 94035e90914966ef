"""Overview: one A4 page that says how we are doing and what to look at."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from csbook.analysis import attention, bulletin, selection
from csbook.analysis.block import Block, Chart, Charts, Heat, Lines, Link, Series, Sheet, Tile, Tiles
from csbook.analysis.measures import COUNTS, shown
from csbook.analysis.report import Report
from csbook.analysis.sheets.satisfaction import mix
from csbook.analysis.words import DASH
from csbook.workbook import Palette

# a label column and 24 hours; five tiles of five columns
GRID = (25, 35)
TILES = 5
LESS_IS_BETTER = frozenset({"first_response_mean", "resolution_mean", "overdue", "backlog"})
# smaller changes are told, but not coloured
NOTABLE, NOTABLE_POINTS = 0.05, 0.01
# the table behind a tile
BEHIND = {
    "n": "records",
    "first_response_mean": "durations_by_category",
    "resolution_mean": "durations_by_category",
    "overdue": "overdue",
    "backlog": "open",
}
FREQUENT = 6
FIGURES = ("n", "first_response_mean", "resolution_mean", "overdue", "backlog")
# the volume chart shows days, weeks or months: the finest with at most this many columns
POINTS = 62


def sheet(report: Report) -> Sheet:
    """Tiles, sentences, the daily report, charts and the heat map."""
    words = report.words
    blocks: list[Block] = [
        Tiles(tuple(_figure(report, name) for name in FIGURES)),
        Tiles(tuple(_quality(report))),
        Lines(words.text("overview.look"), tuple(f"{place}. {text}" for place, text in enumerate(attention.sentences(report), start=1))),
        Lines(words.text("overview.daily"), tuple(bulletin.lines(report))),
        Charts((_volume(report), _mix_of_categories(report)), height=230, widths=(568, 290)),
        Charts((_attainment(report), mix(report)), height=230),
        Charts((_stages(report), _frequent(report)), height=200),
        _heat(report),
    ]
    return Sheet(name="overview", blocks=tuple(blocks), grid=GRID, portrait=True, one_page=True, color=Palette.BRAND)


def _figure(report: Report, name: str) -> Tile:
    row = report.overview
    minutes = name.endswith("_mean")
    value = report.words.span(row[name]) if minutes else report.words.count(row[name])
    change, mood = _change(report, name)
    label = report.words.text(f"tile.{name}")
    return Tile(label=label, value=value, change=change, note=_note(report, name), change_mood=mood, link=Link(BEHIND[name]))


def _note(report: Report, name: str) -> str:
    """What makes the figure readable: a median beside a mean, which few long ones lift; a share beside a count."""
    words, row = report.words, report.overview
    if name.endswith("_mean"):
        measure = name.removesuffix("_mean")
        return words.text("tile.with_n", p50=words.span(row[f"{measure}_p50"]), n=words.count(row[f"{measure}_n"]))
    if name == "overdue" and row["n"] and not words.few:
        return words.text("tile.overdue.share", share=words.share(row["overdue"] / row["n"]))
    return words.text(f"tile.{name}.note")


def _change(report: Report, name: str) -> tuple[str, str]:
    """The change against the period before, in words and mood; volume is neither good nor bad."""
    change = report.overview.get(f"{name}_change")
    if change is None or pd.isna(change):
        return _without(report, name), "neutral"
    if report.begun is not None and name in COUNTS:
        return report.words.text("tile.begun", day=f"{report.begun:%m-%d}"), "neutral"
    score, points = name == "satisfaction", name.endswith("_attainment")
    told = _told(report, float(change), "score" if score else "points" if points else "count")
    if name == "n" or abs(change) < (NOTABLE_POINTS if points or score else NOTABLE):
        return told, "neutral"
    return told, "good" if (change < 0) == (name in LESS_IS_BETTER) else "bad"


def _without(report: Report, name: str) -> str:
    """What stands for a change that cannot be told: a count that was 0 is known, where the records begin before the period before; of
    other figures one of the two is missing."""
    words, row, scope = report.words, report.overview, report.scope
    if name not in COUNTS and not words.few and scope["first_day"] <= scope["before_end"]:
        before = row.get(f"{name}_before")
        if before is None or pd.isna(before):
            return words.text("tile.none_before")
        return words.text("tile.was", value=shown(report, name, before))
    if name not in COUNTS or words.few or not scope["first_day"] <= scope["before_start"] or row[f"{name}_before"]:
        return words.text("tile.no_before")
    return words.text("tile.from_zero" if row[name] else "tile.same")


def _told(report: Report, change: float, kind: str) -> str:
    """A change of a score as it is, of a share in points, of a count or a time in percent; what doubled reads better as so many times."""
    if f"{abs(change):.3f}" == "0.000" or (kind == "score" and f"{abs(change):.2f}" == "0.00"):
        return report.words.text("tile.same")
    if kind == "count" and change > 1:
        return report.words.text("tile.times", times=f"{1 + change:.1f}")
    sizes = {"score": f"{change:+.2f}", "points": report.words.text("tile.points", value=f"{change * 100:+.1f}"), "count": f"{change:+.0%}"}
    return report.words.text("tile.change", change=sizes[kind])


def _quality(report: Report) -> list[Tile]:
    """Satisfaction and the clocks with most verdicts, red or green by target."""
    row, words = report.overview, report.words
    change, mood = _change(report, "satisfaction")
    value = DASH if pd.isna(row["satisfaction"]) else f"{row['satisfaction']:.2f}"
    note = words.text("tile.rated", rated=words.count(row["rated"]), ratable=words.count(row["ratable"]))
    tiles = [
        Tile(label=words.text("tile.satisfaction"), value=value, change=change, note=note, change_mood=mood, link=Link("satisfaction_rate"))
    ]
    clocks = report.figures["clocks"].sort_values("n", ascending=False, kind="stable").head(TILES - 1).sort_index()
    return tiles + [_clock(report, clock) for _, clock in clocks.iterrows()]


def _clock(report: Report, clock: pd.Series) -> Tile:
    words = report.words
    change, mood = _change(report, f"{clock['clock']}_attainment")
    return Tile(
        label=words.text("tile.attainment", clock=words.label("clock", clock["clock"])),
        value=words.share(clock["attainment"], 1),
        change=change,
        note=words.text("tile.target", target=words.target(clock["target"]), n=words.count(clock["n"])),
        mood=_verdict(report, clock),
        change_mood=mood,
        link=_missed(report, clock["clock"]),
    )


def _missed(report: Report, clock: str) -> Link:
    """The records that missed a clock, else all clocks."""
    if (report.figures["overdue"]["clock"] == clock).any():
        return Link("overdue", "clock", report.words.label("clock", clock))
    return Link("clocks")


def _verdict(report: Report, clock: pd.Series) -> str:
    """An estimate (csbook.privacy.bands) condemns nobody."""
    if report.words.few or pd.isna(clock["attainment"]) or pd.isna(clock["target"]):
        return "neutral"
    return "good" if clock["attainment"] >= clock["target"] else "bad"


def _volume(report: Report) -> Chart:
    """What came in, and a line of what is overdue; a line of one point would not be seen."""
    fits = [
        (source, label)
        for source, label in (("by_day", "day"), ("by_week", "week_start"), ("by_month", "month"))
        if len(report.figures[source]) <= POINTS
    ]
    source, label = fits[0] if fits else ("by_month", "month")
    names, line = (("n",), ("overdue",)) if len(report.figures[source]) > 1 else (("n", "overdue"), ())
    return selection.chart(report, "column", source, label, names, title=f"overview_{source}", line=line)


def _mix_of_categories(report: Report) -> Chart:
    """Shares of the categories; beyond seven the rest is one."""
    frame = report.figures["by_category"]
    labels = report.labelled("by_category", ["category"])["category"].to_list()
    values = [int(value) for value in frame["n"]]
    if len(values) > len(Palette.SERIES):
        keep = len(Palette.SERIES) - 1
        labels, values = [*labels[:keep], report.words.text("chart.rest")], [*values[:keep], sum(values[keep:])]
    series = (Series(name="n", header=report.words.text("column.n"), color=Palette.BRAND),)
    return Chart(
        kind="doughnut",
        title=report.words.text("chart.categories"),
        labels=labels,
        frame=pd.DataFrame({"n": values}, dtype="int64"),
        series=series,
    )


def _stages(report: Report) -> Chart:
    """Median minutes of each stage, the bottleneck in red: in a mean, a few that were closed late would hide all else."""
    frame, words = report.figures["stages"], report.words
    frame = frame[frame["category"].isna()]
    labels = [
        words.text("chart.stage", stage=words.label("stage", row["stage"]), share=words.share(row["share"]), n=words.count(row["n"]))
        for _, row in frame.iterrows()
    ]
    series = (Series(name="p50", header=words.text("statistic.p50"), color=Palette.SERIES[1]),)
    colors = tuple(Palette.BAD if worst else Palette.SERIES[1] for worst in frame["bottleneck"].fillna(False).astype(bool))
    return Chart(
        kind="bar", title=words.text("chart.overview_stages"), labels=labels, frame=frame[["p50"]], series=series, number="#,##0.#",
        colors=colors, show_values=True,
    )  # fmt: skip


def _frequent(report: Report) -> Chart:
    """The commonest problems."""
    drawn = selection.chart(report, "bar", "frequent", "phrase", ("n",), title="frequent", limit=FREQUENT)
    return replace(drawn, show_values=True)


def _attainment(report: Report) -> Chart:
    """One bar a clock, red below its target; n and target stand in the label."""
    clocks, words = report.figures["clocks"], report.words
    clocks = clocks[clocks["n"] > 0]
    labels = [
        words.text("chart.clock", clock=words.label("clock", row["clock"]), n=words.count(row["n"]), target=words.target(row["target"]))
        for _, row in clocks.iterrows()
    ]
    colors = {"good": Palette.GOOD, "bad": Palette.BAD, "neutral": Palette.BRAND_SOFT}
    series = (Series(name="attainment", header=words.text("statistic.attainment"), color=Palette.BRAND),)
    return Chart(
        kind="bar", title=words.text("chart.attainment"), labels=labels, frame=clocks[["attainment"]], series=series, number="0%",
        colors=tuple(colors[_verdict(report, row)] for _, row in clocks.iterrows()), show_values=True,
    )  # fmt: skip


def _heat(report: Report) -> Heat:
    table = report.figures["weekday_hour"]
    wide = (
        table.pivot_table(index="weekday", columns="hour", values="n", aggfunc="sum")
        .reindex(index=range(1, 8), columns=range(24))
        .fillna(0)
    )
    names = tuple(report.words.text(f"value.weekday.{day}") for day in range(1, 8))
    values = tuple(tuple(int(value) for value in row) for row in wide.to_numpy())
    return Heat(report.words.text("overview.heat", n=report.words.count(table["n"].sum())), names, values)
