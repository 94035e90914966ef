"""Records: the newest records with their stamps, durations and verdicts."""

from __future__ import annotations

from dataclasses import replace

from csbook.analysis.block import Sheet
from csbook.analysis.report import Report

KEYS = (
    "record_no", "form", "desk", "team", "agent", "owner", "customer", "contact_name", "contact_phone", "channel", "category", "priority",
    "department", "state",
)  # fmt: skip
STAMPS = ("raised_at", "accepted_at", "first_response_at", "started_at", "resolved_at", "closed_at", "due_at")
OUTCOME = ("satisfaction", "result_satisfaction")
# rows that are printed: a page
PRINTED = 25
TAIL = ("reopens", "transfers", "late", "description")


def sheet(report: Report) -> Sheet:
    """One line a record, newest first; csbook.metrics cuts at 20,000."""
    columns = (*KEYS, *STAMPS, *OUTCOME, *report.durations, *report.clocks, *TAIL)
    totals = {"form": "count", **dict.fromkeys(report.durations, "mean")}
    table = report.table("records", columns, totals=totals, printed=PRINTED)
    # beside what is shown: where the rows of a breakdown by groups lead
    return Sheet(name="records", blocks=(replace(table, frame=table.frame.join(report.grouped("records"))),), first_page_only=True)
