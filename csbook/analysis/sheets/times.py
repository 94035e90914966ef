"""Times: durations and clocks by form, category, priority, channel, department, team and agent."""

from __future__ import annotations

from collections.abc import Iterator

from csbook.analysis import selection
from csbook.analysis.block import Bar, Block, Charts, Sheet, Table, Tint
from csbook.analysis.report import Report

BY = ("form", "category", "priority", "channel", "department", "team", "agent")
CLOCKS = (
    "clock",
    "target",
    "counted_by",
    "n",
    "met",
    "missed",
    "missed_stopped",
    "missed_running",
    "pending",
    "attainment",
    "missing",
    "withdrawn",
)
LEVELS = (
    "form",
    "clock",
    "level",
    "limit_minutes",
    "ours",
    "n",
    "met",
    "missed",
    "missed_stopped",
    "missed_running",
    "pending",
    "attainment",
)


def sheet(report: Report) -> Sheet:
    """All clocks first, then one pair of tables a dimension."""
    charts = Charts(
        (
            selection.chart(
                report,
                "bar",
                "by_category",
                "category",
                ("resolution_p50", "resolution_p90"),
                title="resolution_by_category",
                number="#,##0",
                limit=12,
            ),
            selection.chart(
                report,
                "bar",
                "by_channel",
                "channel",
                ("first_response_p50", "first_response_p90"),
                title="first_response_by_channel",
                number="#,##0.0",
                limit=12,
            ),
        )
    )
    clocks = (report.table("clocks", CLOCKS), report.table("clocks_by_level", LEVELS, totals=selection.counts(LEVELS, "n")))
    return Sheet(name="times", blocks=(charts, *clocks, *_dimensions(report)))


def _dimensions(report: Report) -> Iterator[Block]:
    for key in BY:
        source = f"by_{key}"
        if key == "team" and report.figures[source].empty:
            continue
        yield _durations(report, source, key)
        judged = selection.clocks(report, source)
        if judged:
            columns = [key, "n", *judged]
            totals = selection.counts(columns, "n")
            yield report.table(source, columns, name=f"clocks_{source}", by=_by(report, key), links=_links(key), totals=totals)


def _durations(report: Report, source: str, key: str) -> Table:
    columns = [key, "n", "resolved", *selection.durations(report, source)]
    totals, looks = selection.counts(columns, "n"), {"n": Bar(Tint.VOLUME)}
    return report.table(source, columns, name=f"durations_{source}", looks=looks, by=_by(report, key), links=_links(key), totals=totals)


def _links(key: str) -> dict[str, tuple[str, str]]:
    return {key: ("records", key)}


def _by(report: Report, key: str) -> str:
    return report.words.text(f"by.{key}")
