"""People: one line an agent; nobody with fewer than ten records is compared."""

from __future__ import annotations

from csbook.analysis import selection
from csbook.analysis.block import Bar, Charts, Lines, Sheet, Table, Tint
from csbook.analysis.report import Report

# METRICS.md, edge rule 9: no ranking of people under n = 10
ENOUGH = 10
CHARTED = 15
SCORES = (
    "agent", "n", "resolved", "backlog", "overdue",
    "first_response_n", "first_response_mean", "first_response_p50", "resolution_n", "resolution_mean", "resolution_p50", "resolution_p90",
    "rated", "satisfaction", "reopened", "one_touch", "one_touch_n",
)  # fmt: skip
LOOKS = {
    "n": Bar(Tint.VOLUME),
    "overdue": Bar(Tint.LATE),
    "first_response_mean": Bar(Tint.TIME),
    "resolution_mean": Bar(Tint.TIME),
    "satisfaction": Bar(Tint.GOOD),
}


def sheet(report: Report) -> Sheet:
    """Agents by number of records; those with few stand apart."""
    enough = report.figures["by_agent"]["n"] >= ENOUGH
    charts = Charts(
        (
            selection.chart(report, "column", "by_agent", "agent", ("n", "resolved", "overdue"), title="agents", limit=CHARTED),
            selection.chart(
                report, "column", "by_agent", "agent", ("resolution_p50", "resolution_p90"), title="agent_times", limit=CHARTED
            ),
        )
    )
    tables: list[Table] = [report.table("by_agent", SCORES, looks=LOOKS, rows=enough)]
    if not enough.all():
        tables.append(report.table("by_agent", SCORES, name="few_records", rows=~enough, least=ENOUGH))
    return Sheet(name="people", blocks=(Lines(report.words.text("people.how"), _notes(report)), charts, *tables))


def _notes(report: Report) -> tuple[str, ...]:
    return (report.words.text("people.whose"), report.words.text("people.few", least=ENOUGH))
