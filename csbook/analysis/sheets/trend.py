"""Trend: months, weeks and days: volume, backlog level and net flow, durations, satisfaction."""

from __future__ import annotations

from csbook.analysis import compare, selection
from csbook.analysis.block import Bar, Charts, Sheet, Tint
from csbook.analysis.report import Report

MEASURES = (
    "n", "resolved", "withdrawn", "left", "net_flow", "backlog", "overdue",
    "first_response_n", "first_response_mean", "first_response_p50", "resolution_n", "resolution_mean", "resolution_p50", "resolution_p90",
    "rated", "satisfaction", "loop_n", "loop_rate",
)  # fmt: skip
PERIODS = {"by_month": "month", "by_week": "week", "by_day": "day"}
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
    looks = {"n": Bar(Tint.VOLUME), "backlog": Bar(Tint.WAIT)}
    tables = (
        report.table(period, [key, *MEASURES], looks=looks, links=LINKS, totals=selection.counts(MEASURES, "n", "left", "net_flow"))
        for period, key in PERIODS.items()
    )
    return Sheet(name="trend", blocks=(charts, *compare.tables(report), *tables))
