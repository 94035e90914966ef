"""Review: the agenda of a review meeting, computed, an empty table of measures to fill in there, and what became of earlier ones."""

from __future__ import annotations

import pandas as pd

from csbook.analysis import attention, measures
from csbook.analysis.block import Block, Column, Lines, Sheet, Table
from csbook.analysis.report import Report

WIDTHS = {"problem": 34.0, "measure": 40.0, "owner": 14.0, "deadline": 14.0, "metric": 24.0}
ROWS = 10
EFFECTS = ("days", "before", "n_before", "after", "n_after", "change")
COUNTS = frozenset({"days", "n_before", "n_after"})


def sheet(report: Report) -> Sheet:
    """Findings in order of weight, the table of measures, what came of those read back."""
    words = report.words
    agenda = [words.text("review.item", place=place, text=text) for place, text in enumerate(attention.sentences(report, most=12), start=1)]
    blocks: list[Block] = [Lines(words.text("review.agenda"), tuple(agenda))]
    known = tuple(measures.metrics(report))
    typed = report.figures["measures"] if "measures" in report.figures else pd.DataFrame(columns=list(measures.COLUMNS), dtype="str")
    blocks.append(_table(report, "measures", measures.COLUMNS, typed, blank=ROWS, choices={"metric": known}))
    if "effects" in report.figures:
        blocks.append(_table(report, "effects", (*measures.COLUMNS, *EFFECTS), report.figures["effects"]))
    return Sheet(name="review", blocks=tuple(blocks))


def _table(
    report: Report,
    name: str,
    names: tuple[str, ...],
    frame: pd.DataFrame,
    *,
    blank: int = 0,
    choices: dict[str, tuple[str, ...]] | None = None,
) -> Table:
    columns = tuple(
        Column(
            name=each,
            header=report.words.text(f"column.measures.{each}"),
            kind="count" if each == "days" else report.words.counts if each in COUNTS else "text",
            width=WIDTHS.get(each, 14.0),
        )
        for each in names
    )
    return Table(
        name=name, title=report.words.text(f"table.{name}"), columns=columns, frame=frame, blank=blank, choices=choices or {},
        note=report.words.text(f"table.{name}.note"),
    )  # fmt: skip
