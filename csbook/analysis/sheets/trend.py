"""Trend: months, weeks and days: volume, backlog level and net flow, durations, satisfaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from csbook.analysis import PRINTED, compare, selection
from csbook.analysis.block import Bar, Charts, Sheet, Table, Tint
from csbook.analysis.report import Report

MEASURES = (
    "n", "resolved", "withdrawn", "left", "net_flow", "backlog", "overdue",
    "first_response_n", "first_response_mean", "first_response_p50", "resolution_n", "resolution_mean", "resolution_p50", "resolution_p90",
    "rated", "satisfaction", "loop_n", "loop_rate",
)  # fmt: skip
PERIODS = {"by_month": "month", "by_week": "week", "by_day": "day"}
COARSEST = "by_month"
LINKS = {"day": ("records", "raised_at")}
DAYS = 60


def sheet(report: Report) -> Sheet:
    """Coarse to fine; the charts show weeks, or days where there are few."""
    few = len(report.figures["by_day"]) <= DAYS
    source, label = ("by_day", "day") if few else ("by_week", "week_start")
    charts = Charts(
        (
            selection.chart(report, "column", source, label, ("n", "left"), title=f"volume_{source}", line=("backlog",)),
            selection.chart(
                report, "line", source, label, ("resolution_mean", "resolution_p50"), title=f"resolution_{source}", number="#,##0"
            ),
        )
    )
    return Sheet(name="trend", blocks=(charts, *compare.tables(report), *_tables(report)))


def _tables(report: Report) -> Iterator[Table]:
    """All of one header. Days of more than a quarter, and weeks of more than two years, are for the screen: printed nobody reads them."""
    looks, totals = {"n": Bar(Tint.VOLUME), "backlog": Bar(Tint.WAIT)}, selection.counts(MEASURES, "n", "left", "net_flow")
    for source, key in PERIODS.items():
        table = report.table(source, [key, *MEASURES], looks=looks, links=LINKS, totals=totals)
        if source == COARSEST or len(table.frame) <= PRINTED:
            yield table
        else:
            yield replace(table, on_screen=True, note=report.words.text("table.on_screen", all=f"{len(table.frame):,}"))
