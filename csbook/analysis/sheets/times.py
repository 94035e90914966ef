"""Times: durations and clocks by form, category, priority, channel, department, team and agent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csbook.analysis import offered, selection
from csbook.analysis.block import Bar, Block, Charts, Sheet, Table, Tint
from csbook.analysis.links import behind
from csbook.analysis.report import Report

BY = ("form", "category", "priority", "channel", "department", "team")
AGENT = "agent"
JUDGED = "n", "met", "missed", "missed_stopped", "missed_running", "pending", "attainment"
CLOCKS = "clock", "target", "counted_by", *JUDGED, "missing", "withdrawn"
LEVELS = "form", "clock", "level", "limit_minutes", "ours", *JUDGED


def sheet(report: Report) -> Sheet:
    """All clocks first, then the dimensions."""
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
    clocks = (report.table("clocks", CLOCKS), report.table("clocks_by_level", LEVELS))
    report = offered.only(report, (*BY, AGENT))
    return Sheet(name="times", blocks=(charts, *clocks, *_dimensions(report)), first_page_only=True)


def _dimensions(report: Report) -> Iterator[Block]:
    """Durations, then clocks; agents may be many, so both stand in one table at the end, its header on every page."""
    keys = [key for key in BY if not report.figures[f"by_{key}"].empty]
    yield from (_table(report, "durations", key, ("resolved", *selection.durations(report))) for key in keys)
    judged = selection.clocks(report)
    if judged:
        yield from (_table(report, "clocks", key, ("overdue", *judged)) for key in keys)
    yield _table(report, "times", AGENT, ("resolved", *selection.durations(report), *judged))


def _table(report: Report, name: str, key: str, measures: Sequence[str]) -> Table:
    """Three columns lead in every table, so that pages side by side break between measures."""
    source, columns = f"by_{key}", [key, "n", *measures]
    looks, totals = {"n": Bar(Tint.VOLUME)}, selection.counts(columns, "n")
    drawn = report.table(source, columns, name=f"{name}_{source}", looks=looks, by=_by(report, key), links=behind(key), totals=totals)
    return offered.noted(drawn, report.words)


def _by(report: Report, key: str) -> str:
    return report.words.text(f"by.{key}")
