"""Selection: which of a table's many measure columns are worth showing, and the charts over them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from csbook.analysis.block import Chart, Series
from csbook.analysis.report import Report
from csbook.workbook import Palette

# statistics of a duration and verdicts of a clock that a table shows
SHOWN = ("n", "mean", "p50", "p90")
JUDGED = ("met", "missed", "pending", "attainment")
ADDED = ("_n", "_met", "_missed", "_pending")
ADDED_ALONE = frozenset(
    {"resolved", "withdrawn", "overdue", "met", "missed", "missed_stopped", "missed_running", "pending", "rated", "ratable", "looped"}
)
ALWAYS = ("first_response", "resolution")


def counts(columns: Sequence[str], *more: str) -> dict[str, str]:
    """Totals for columns that may be added up: every `_n`, the verdicts, and `more`; levels such as a backlog may not."""
    return {each: "sum" for each in columns if each in more or each.endswith(ADDED) or each in ADDED_ALONE}


def durations(report: Report) -> list[str]:
    """Columns of the durations that any record has; first response and resolution always, and first of all."""
    row = report.overview
    return [
        f"{each}_{statistic}"
        for each in sorted(report.durations, key=lambda each: not each.startswith(ALWAYS))
        if each in ALWAYS or row[f"{each}_n"] > 0
        for statistic in SHOWN
    ]


def clocks(report: Report) -> list[str]:
    """Columns of the clocks that have run for any record."""
    row = report.overview
    run = [each for each in report.clocks if any(row[f"{each}_{verdict}"] > 0 for verdict in JUDGED[:3])]
    return [f"{each}_{verdict}" for each in run for verdict in JUDGED]


def chart(
    report: Report,
    kind: str,
    source: str,
    labels: str,
    names: Sequence[str],
    *,
    title: str,
    line: Sequence[str] = (),
    number: str = "#,##0",
    limit: int | None = None,
) -> Chart:
    """A chart over columns of one table; those in `line` are drawn as a line on the second axis."""
    frame = report.figures[source]
    shown = frame if limit is None else frame.head(limit)
    texts = _apart(report, source, axis(report.labelled(source, [labels])[labels].head(len(shown))))
    # what is nowhere known, such as the period before the first, is no series
    names = [each for each in names if shown[each].notna().any()] or list(names)
    series = tuple(
        Series(
            name=name,
            header=_header(report, source, name, second=name in line),
            color=Palette.SERIES[4] if name in line else Palette.SERIES[place % len(Palette.SERIES)],
            line=name in line,
            second=name in line,
        )
        for place, name in enumerate((*names, *line))
    )
    return Chart(
        kind=kind,
        title=report.words.text(f"chart.{title}", shown=len(shown)),
        labels=texts,
        frame=shown[[*names, *line]].reset_index(drop=True),
        series=series,
        number=number,
    )


def _apart(report: Report, source: str, texts: list[str]) -> list[str]:
    """One phrase of two categories with their names."""
    if len(set(texts)) == len(texts) or "category" not in report.figures[source]:
        return texts
    categories = report.labelled(source, ["category"])["category"].head(len(texts))
    return [
        report.words.text("chart.of", label=text, of=category) if texts.count(text) > 1 else text
        for text, category in zip(texts, categories, strict=True)
    ]


def _header(report: Report, source: str, name: str, *, second: bool) -> str:
    header = report.words.column(source, name, report.measures)
    return report.words.text("chart.second", header=header) if second else header


def axis(labels: pd.Series) -> list[str]:
    """Labels of an axis: days as month-day, months as year-month."""
    if pd.api.types.is_datetime64_any_dtype(labels):
        return [f"{each:%m-%d}" for each in labels]
    return [str(each) for each in labels]
