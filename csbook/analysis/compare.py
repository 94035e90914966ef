"""Compare: every metric of the period beside that of the equally long period before, each with its n."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from csbook.analysis import measures
from csbook.analysis.block import Column, Table
from csbook.analysis.report import Report

COLUMNS = ("metric", "before", "n_before", "after", "n_after", "change")


def tables(report: Report) -> Iterator[Table]:
    """One table; none where the period has nothing before it."""
    if pd.isna(report.scope["before_start"]):
        return
    row = report.overview
    rows = []
    for label, name in measures.metrics(report).items():
        before, after = (measures.counted(row, name, ending) for ending in ("_before", ""))
        if before or after:
            values = [measures.shown(report, name, row[f"{name}{ending}"]) for ending in ("_before", "")]
            change = pd.NA if report.begun is not None and name in measures.COUNTS else row[f"{name}_change"]
            rows.append((label, values[0], before, values[1], after, measures.changed(report, name, change)))
    counts = ("n_before", "n_after")
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({**dict.fromkeys(COLUMNS, "str"), **dict.fromkeys(counts, "int64")})
    kinds = dict.fromkeys(counts, report.words.counts)
    columns = tuple(
        Column(name=name, header=report.words.text(f"column.compared.{name}"), kind=kinds.get(name, "text"), width=12) for name in COLUMNS
    )
    days = {key: report.words.day(report.scope[key]) for key in ("before_start", "before_end", "start", "end")}
    note = "" if report.begun is None else report.words.text("compared.begun", day=report.words.day(report.begun))
    yield Table(name="compared", title=report.words.text("table.compared", **days), columns=columns, frame=frame, note=note)
