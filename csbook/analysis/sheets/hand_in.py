"""Hand-ins: which desk handed in how much, when last, how late, and what still lies in quarantine."""

from __future__ import annotations

from csbook.analysis.block import Above, Bar, Look, Sheet, Tint
from csbook.analysis.report import Report

COLUMNS = ("desk", "team", "records", "n", "open", "late", "late_n", "quarantined", "first_hand_in", "last_hand_in")


def sheet(report: Report) -> Sheet:
    """One line a desk."""
    looks: dict[str, Look] = {"n": Bar(Tint.VOLUME), "late": Bar(Tint.WAIT), "quarantined": Above(0)}
    return Sheet(
        name="hand_in",
        blocks=(
            report.table("hand_in", COLUMNS, looks=looks, links={"desk": ("records", "desk")}, totals=dict.fromkeys(COLUMNS[2:8], "sum")),
        ),
    )
