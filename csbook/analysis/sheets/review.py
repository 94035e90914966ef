"""Review: the agenda of a review meeting, computed, and an empty table of measures to fill in there."""

from __future__ import annotations

import pandas as pd

from csbook.analysis import attention
from csbook.analysis.block import Column, Lines, Sheet, Table
from csbook.analysis.report import Report

MEASURES = (("problem", 34.0), ("measure", 40.0), ("owner", 14.0), ("deadline", 14.0), ("metric", 24.0), ("result", 24.0))
ROWS = 10


def sheet(report: Report) -> Sheet:
    """Findings in order of weight, then the table."""
    words = report.words
    agenda = [words.text("review.item", place=place, text=text) for place, text in enumerate(attention.sentences(report, most=12), start=1)]
    columns = tuple(Column(name=name, header=words.text(f"column.measures.{name}"), kind="text", width=width) for name, width in MEASURES)
    measures = Table(
        name="measures",
        title=words.text("table.measures"),
        columns=columns,
        frame=pd.DataFrame(columns=[name for name, _ in MEASURES], dtype="str"),
        blank=ROWS,
    )
    return Sheet(name="review", blocks=(Lines(words.text("review.agenda"), tuple(agenda)), measures))
