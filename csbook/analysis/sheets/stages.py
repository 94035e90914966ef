"""Stages: where the time goes between raised and closed, and which stage takes most of it."""

from __future__ import annotations

import pandas as pd

from csbook.analysis.block import Chart, Charts, Flag, Scale, Series, Sheet
from csbook.analysis.report import Report
from csbook.workbook import Palette

COLUMNS = ("category", "stage", "n", "mean", "p50", "share", "bottleneck")
# categories that are drawn, those with most records: more bars would not fit on a page
DRAWN = 12


def sheet(report: Report) -> Sheet:
    """Shares of the stages as a picture, then every stage with its figures.

    Records with all their stamps stand in no list of their own, so that no row leads to one.
    """
    table = report.table(
        "stages",
        COLUMNS,
        looks={"share": Scale(Palette.PAPER, "#F2C078"), "bottleneck": Flag(report.words.text("value.bottleneck.yes"))},
    )
    return Sheet(name="stages", blocks=(Charts((shares(report),), widths=(900,)), table))


def shares(report: Report) -> Chart:
    """One bar a category, one colour a stage."""
    frame = report.figures["stages"]
    labels = report.labelled("stages", ["category"])["category"]
    order, stages = list(dict.fromkeys(labels)), list(dict.fromkeys(frame["stage"]))
    wide = pd.DataFrame({"label": labels, "stage": frame["stage"], "mean": frame["mean"]}).pivot_table(
        index="label", columns="stage", values="mean", aggfunc="first"
    )
    counts = dict(zip(labels, frame["n"], strict=True))
    whole, categories = order[:1], order[1:]
    most = sorted(categories, key=lambda label: -counts[label])[:DRAWN]
    order = [*whole, *(label for label in categories if label in most)]
    title = report.words.text("chart.stages_most", shown=DRAWN) if len(most) < len(categories) else report.words.text("chart.stages")
    wide = wide.reindex(index=order, columns=stages)
    series = tuple(
        Series(name=stage, header=report.words.label("stage", stage), color=Palette.SERIES[place % len(Palette.SERIES)])
        for place, stage in enumerate(stages)
    )
    texts = [report.words.text("chart.with_n", label=label, n=report.words.count(counts[label])) for label in order]
    return Chart(kind="stacked", title=title, labels=texts, frame=wide, series=series)
