"""Data quality: what to train for, desk by desk, the doubtful records, and what every figure rests on."""

from __future__ import annotations

import pandas as pd

from csbook.analysis import PRINTED
from csbook.analysis.block import Bar, Column, Sheet, Table, Tint
from csbook.analysis.report import Report

COLUMNS = ("kind", "form", "desk", "item", "n", "of", "share")
DOUBTS = ("record_no", "form", "kind", "item", "category", "department", "agent", "desk", "raised_at", "description")
COVERAGE = ("metric", "form", "population", "used", "missing", "running", "withdrawn", "out_of_order", "after_as_of", "not_offered")
SHOWN = 2_000
# desks that fit on the first page: only the table after it can have its header on every page
PAGE = 20
RECORDS = {"record_no": ("records", "record_no", "form")}
DESK = {"desk": ("records", "desk")}
# what a desk does about every record, or did not do itself, hides what is to be trained
NOT_TRAINED = ("late_hand_in", "after_as_of")
UNORDERED = ("record_no", "form", "earlier", "later", "earlier_at", "later_at")


def sheet(report: Report) -> Sheet:
    """Where training should be aimed."""
    table = report.table("data_quality", COLUMNS, looks={"n": Bar(Tint.WAIT)}, links=DESK, totals={"n": "sum"})
    aimed = () if report.words.few or table.frame.empty else (training(report),)
    return Sheet(name="quality", blocks=(*aimed, table))


def training(report: Report) -> Table:
    """One line a desk, those with most to mend first: how often of each kind, and what is most frequent there."""
    words, found = report.words, report.figures["data_quality"]
    wide = found.pivot_table(index="desk", columns="kind", values="n", aggfunc="sum", sort=False).fillna(0).astype("int64")
    aimed = found[~found["kind"].isin(NOT_TRAINED)]
    frame = wide.assign(
        n=report.figures["hand_in"].set_index("desk")["n"].reindex(wide.index).astype("Int64"),
        most=_most(report, aimed).reindex(wide.index),
        size=aimed.groupby("desk")["n"].sum().reindex(wide.index).fillna(0),
    )
    columns = (
        Column(name="desk", header=words.text("column.desk"), kind="text"),
        Column(name="n", header=words.text("column.n"), kind="count"),
        *(Column(name=kind, header=words.label("kind", kind), kind="count", look=Bar(Tint.WAIT)) for kind in map(str, wide)),
        Column(name="most", header=words.text("column.most"), kind="text"),
    )
    frame = frame.sort_values("size", ascending=False, kind="stable").reset_index()
    totals = dict.fromkeys(("n", *map(str, wide)), "sum")
    note = words.text("table.printed", shown=PAGE, all=f"{len(frame):,}", note="").strip() if len(frame) > PAGE else ""
    title = words.text("table.training")
    return Table(name="training", title=title, columns=columns, frame=frame, note=note, printed=PAGE, links=DESK, totals=totals)


def _most(report: Report, faults: pd.DataFrame) -> pd.Series:
    """By desk what stands most often there, in words, with its count."""
    worst = faults.sort_values("n", ascending=False, kind="stable").drop_duplicates("desk")
    shown = report.labelled("data_quality", ["kind", "item"]).loc[worst.index]
    texts = [
        report.words.text("training.most", fault=kind if pd.isna(item) else report.words.text("training.item", kind=kind, item=item), n=n)
        for kind, item, n in zip(shown["kind"], shown["item"], worst["n"], strict=True)
    ]
    return pd.Series(texts, index=worst["desk"], dtype="str")


def doubts(report: Report) -> Sheet:
    """Records to look at one by one."""
    unordered = report.table("unordered", UNORDERED, printed=PRINTED, links=RECORDS)
    blocks = () if unordered.frame.empty else (unordered,)
    return Sheet(name="doubts", blocks=(*blocks, report.table("doubts", DOUBTS, limit=SHOWN, printed=PRINTED, links=RECORDS)))


def coverage(report: Report) -> Sheet:
    """How many records each figure rests on, and why others do not count."""
    return Sheet(name="coverage", blocks=(report.table("coverage", COVERAGE),))
