"""Frequent problems: repeated wording within a category, with example records, and what customers want and feel."""

from __future__ import annotations

from csbook.analysis import selection
from csbook.analysis.block import Bar, Charts, Sheet, Tint
from csbook.analysis.report import Report
from csbook.analysis.sheets import mixes

COLUMNS = ("category", "phrase", "n", "customers", "share", "n_before", "example_1", "example_2", "example_3")
EXAMPLES = ("example_1", "example_2", "example_3")
LINKS = {each: ("records", "record_no", f"{each}_form") for each in EXAMPLES}
CHARTED = 12
# rows on one page, below title and header
PAGE = 24


def sheet(report: Report) -> Sheet:
    """The commonest first."""
    chart = selection.chart(report, "bar", "frequent", "phrase", ("n", "n_before"), title="frequent", limit=CHARTED)
    table = report.table("frequent", COLUMNS, looks={"n": Bar(Tint.VOLUME)}, printed=PAGE, links=LINKS)
    return Sheet(name="frequent", blocks=(Charts((chart,), height=340, widths=(760,)), table, *mixes.tables(report)))
