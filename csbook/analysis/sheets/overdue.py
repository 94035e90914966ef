"""Overdue and open: how old the open records are, what is overdue, who must call back or be told, and every record behind it."""

from __future__ import annotations

from csbook.analysis import selection
from csbook.analysis.block import Bar, Charts, Flag, Look, Sheet, Tint
from csbook.analysis.report import Report

SHOWN = 5_000
LINKS = {"record_no": ("records", "record_no")}
TOTALS = {"raised_at": "count", "over_minutes": "mean", "age_minutes": "mean", "waiting_minutes": "mean"}
CONTACT = ("clock", "department", "n", "over", "share", "pending", "missing", "worst")
AGES = ("band", "n", "overdue")
OPEN = (
    "record_no", "raised_at", "age_minutes", "next_clock", "next_due", "description", "running_overdue", "due_soon",
    "category", "priority", "channel", "department", "agent", "owner", "desk", "form",
)  # fmt: skip
OVERDUE = (
    "record_no", "raised_at", "over_minutes", "clock", "due", "description", "running", "state",
    "category", "priority", "channel", "department", "agent", "owner", "desk", "form",
)  # fmt: skip
RATING_MISSING = (
    "record_no", "raised_at", "waiting_minutes", "resolved_at", "revisit_at", "description",
    "category", "priority", "channel", "department", "agent", "owner", "desk", "form",
)  # fmt: skip


def sheet(report: Report) -> Sheet:
    """The worst first; what is wide stands at the same place in every list, so that one list's texts do not stretch another's columns."""
    ages = selection.chart(report, "column", "ageing", "band", ("n", "overdue"), title="ageing")
    late = Flag(report.words.text("value.yes"))
    looks: dict[str, Look] = {"over_minutes": Bar(Tint.LATE), "age_minutes": Bar(Tint.WAIT), "running": late, "running_overdue": late}
    return Sheet(
        name="overdue",
        blocks=(
            Charts((ages,)),
            report.table("ageing", AGES, totals={"n": "sum", "overdue": "sum"}),
            report.table("contact_by_department", CONTACT, looks={"share": Bar(Tint.LATE)}),
            report.table("overdue", OVERDUE, looks=looks, limit=SHOWN, links=LINKS, totals=TOTALS),
            report.table("open", OPEN, looks=looks, limit=SHOWN, links=LINKS, totals=TOTALS),
            report.table(
                "rating_missing", RATING_MISSING, looks={"waiting_minutes": Bar(Tint.WAIT)}, limit=SHOWN, links=LINKS, totals=TOTALS
            ),
        ),
    )
