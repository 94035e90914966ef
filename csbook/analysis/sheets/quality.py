"""Data quality: what to train for, desk by desk, the doubtful records, and what every figure rests on."""

from __future__ import annotations

from csbook.analysis import PRINTED
from csbook.analysis.block import Bar, Sheet, Tint
from csbook.analysis.report import Report

COLUMNS = ("kind", "form", "desk", "item", "n", "of", "share")
DOUBTS = ("record_no", "form", "kind", "item", "category", "department", "agent", "desk", "raised_at", "description")
COVERAGE = ("metric", "form", "population", "used", "missing", "running", "withdrawn", "out_of_order", "after_as_of", "not_offered")
SHOWN = 2_000
RECORDS = {"record_no": ("records", "record_no")}
UNORDERED = ("record_no", "form", "earlier", "later", "earlier_at", "later_at")


def sheet(report: Report) -> Sheet:
    """Where training should be aimed."""
    table = report.table("data_quality", COLUMNS, looks={"n": Bar(Tint.WAIT)}, links={"desk": ("records", "desk")}, totals={"n": "sum"})
    return Sheet(name="quality", blocks=(table,))


def doubts(report: Report) -> Sheet:
    """Records to look at one by one."""
    unordered = report.table("unordered", UNORDERED, printed=PRINTED, links=RECORDS)
    blocks = () if unordered.frame.empty else (unordered,)
    return Sheet(name="doubts", blocks=(*blocks, report.table("doubts", DOUBTS, limit=SHOWN, printed=PRINTED, links=RECORDS)))


def coverage(report: Report) -> Sheet:
    """How many records each figure rests on, and why others do not count."""
    return Sheet(name="coverage", blocks=(report.table("coverage", COVERAGE),))
