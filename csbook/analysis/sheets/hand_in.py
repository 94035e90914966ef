"""Hand-ins: which desks handed in nothing, which how much, when last, how late, and what still lies in quarantine."""

from __future__ import annotations

from csbook.analysis.block import Above, Bar, Look, Sheet, Tint
from csbook.analysis.report import Report

COLUMNS = ("desk", "team", "records", "n", "open", "late", "late_n", "quarantined", "first_hand_in", "last_hand_in")

ABSENT = ("desk", "team", "last_hand_in", "records", "open", "quarantined")


def sheet(report: Report) -> Sheet:
    """Who is missing first, then one line a desk."""
    absent = report.figures["hand_in"]["absent"].fillna(False).astype(bool)
    nobody = (report.table("hand_in", ABSENT, name="absent", rows=absent),) if absent.any() else ()
    looks: dict[str, Look] = {"n": Bar(Tint.VOLUME), "late": Bar(Tint.WAIT), "quarantined": Above(0)}
    return Sheet(
        name="hand_in",
        blocks=(
            *nobody,
            report.table("hand_in", COLUMNS, looks=looks, links={"desk": ("records", "desk")}, totals=dict.fromkeys(COLUMNS[2:8], "sum")),
        ),
    )
