"""Data quality: missing stamps, late hand-ins, rows in quarantine, stamps out of order."""

from __future__ import annotations

from csbook.analysis.block import Bar, Sheet, Tint
from csbook.analysis.report import Report

COLUMNS = ("kind", "form", "desk", "item", "n", "of", "share")
UNORDERED = ("record_no", "form", "earlier", "later", "earlier_at", "later_at")


def sheet(report: Report) -> Sheet:
    """Where training should be aimed."""
    table = report.table("data_quality", COLUMNS, looks={"n": Bar(Tint.WAIT)}, links={"desk": ("records", "desk")}, totals={"n": "sum"})
    return Sheet(name="quality", blocks=(table, report.table("unordered", UNORDERED, links={"record_no": ("records", "record_no")})))
