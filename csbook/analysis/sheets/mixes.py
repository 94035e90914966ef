"""Mixes: what customers want and how they feel, one table a question: a line a type, month or week, a column an answer."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from csbook.analysis.block import Column, Scale, Table
from csbook.analysis.report import Report
from csbook.workbook import Palette

# table of the figures -> the column that names its lines
LINES = {"mix_by_category": "category", "mix_by_period": "bucket"}
SHADE = Scale(Palette.PAPER, "#BCD7EA")


def tables(report: Report) -> Iterator[Table]:
    """Shares of those who said it, with their number and that of blank cells."""
    for field in dict.fromkeys(report.figures["mix_by_category"]["field"]):
        for source, key in LINES.items():
            yield _table(report, source, field, key)


def _table(report: Report, source: str, field: str, key: str) -> Table:
    """`level` turned into columns, the commonest first; an answer that nobody gave there is a share of 0."""
    figures, words = report.figures[source], report.words
    chosen = figures[figures["field"] == field]
    worded = report.labelled(source, [key, "level"]).loc[chosen.index]
    lines = pd.DataFrame({"line": worded[key], "of": chosen["of"], "blank": chosen["blank"]}).drop_duplicates("line")
    if "kind" in chosen:
        # months before weeks
        lines = lines.assign(kind=chosen["kind"]).sort_values("kind", kind="stable").drop(columns="kind")
    answers = chosen["n"].groupby(worded["level"]).sum().sort_values(ascending=False, kind="stable").index
    shares = chosen.assign(line=worded[key], answer=worded["level"]).pivot_table(
        index="line", columns="answer", values="share", aggfunc="sum", fill_value=0.0
    )
    shares = shares.reindex(index=lines["line"], columns=answers, fill_value=0.0).reset_index(drop=True)
    shares.columns = pd.Index([f"answer_{place}" for place in range(len(answers))])
    frame = pd.concat([lines.reset_index(drop=True), shares], axis=1)
    columns = (
        Column(name="line", header=words.column(source, key, report.measures), kind="text", width=14),
        Column(name="of", header=words.text("column.mix.of"), kind="count"),
        Column(name="blank", header=words.text("column.mix.blank"), kind="count"),
        *(Column(name=f"answer_{place}", header=answer, kind="share", look=SHADE) for place, answer in enumerate(answers)),
    )
    title = words.text(f"table.{source}", field=words.label("field", field))
    return Table(name=source.replace("mix", field), title=title, columns=columns, frame=frame)
