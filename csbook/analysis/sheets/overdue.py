"""Overdue and open: how old the open records are, what is overdue, who must call back or be told, and every record behind it."""

from __future__ import annotations

from dataclasses import replace

from csbook.analysis import PRINTED, SHOWN, selection
from csbook.analysis.block import Bar, Charts, Flag, Look, Sheet, Table, Tint
from csbook.analysis.findings import ENOUGH
from csbook.analysis.report import Report

LINKS = {"record_no": ("records", "record_no", "form")}
TOTALS = {"raised_at": "count", "over_minutes": "mean", "age_minutes": "mean"}
CONTACT = ("clock", "department", "n", "over", "share", "pending", "missing", "worst")
CONTACT_BY_AGENT = ("clock", "agent", "n", "over", "share", "missing", "worst")
# agents shown: those with most beyond the limit
WORST = 15
AGES = ("band", "n", "overdue")
OPEN = (
    "record_no", "raised_at", "age_minutes", "next_clock", "next_due", "description", "running_overdue", "due_soon",
    "category", "priority", "department", "agent", "owner", "form",
)  # fmt: skip
OVERDUE = (
    "record_no", "raised_at", "over_minutes", "clock", "due", "description", "running", "state",
    "category", "priority", "department", "agent", "owner", "form",
)  # fmt: skip


def sheet(report: Report) -> Sheet:
    """The worst first; the lists have the same headers, so that the first one's stands on every printed page."""
    ages = selection.chart(report, "column", "ageing", "band", ("n", "overdue"), title="ageing")
    running, late = (Flag(report.words.text(f"value.{each}.yes")) for each in ("running", "running_overdue"))
    looks: dict[str, Look] = {"over_minutes": Bar(Tint.LATE), "age_minutes": Bar(Tint.WAIT), "running": running, "running_overdue": late}
    return Sheet(
        name="overdue",
        blocks=(
            Charts((ages,)),
            report.table("ageing", AGES, totals={"n": "sum", "overdue": "sum"}),
            report.table("contact_by_department", CONTACT, looks={"share": Bar(Tint.LATE)}),
            _by_agent(report),
            report.table("open", OPEN, looks=looks, limit=SHOWN, printed=PRINTED, links=LINKS, totals=TOTALS),
            report.table("overdue", OVERDUE, looks=looks, limit=SHOWN, printed=PRINTED, links=LINKS, totals=TOTALS),
        ),
    )


def _by_agent(report: Report) -> Table:
    """Those with most beyond the limit; with few records nobody is ranked."""
    frame = report.figures["contact_by_agent"]
    few = frame["n"] < ENOUGH
    frame = frame.assign(few=few).sort_values(["few", "over"], ascending=[True, False], kind="stable", ignore_index=True)
    sorted_ = replace(report, figures={**report.figures, "contact_by_agent": frame})
    return sorted_.table("contact_by_agent", CONTACT_BY_AGENT, looks={"share": Bar(Tint.LATE)}, limit=WORST)
