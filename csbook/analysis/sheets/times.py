"""Times: durations and clocks by form, category, priority, channel, department, team and agent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from csbook.analysis import selection
from csbook.analysis.block import Bar, Block, Charts, Sheet, Table, Tint
from csbook.analysis.links import behind
from csbook.analysis.report import Report

BY = ("form", "category", "priority", "channel", "department", "team")
AGENT = "agent"
# how the measures of business hours end
BUSINESS = "_business"
CLOCKS = (
    "clock",
    "target",
    "counted_by",
    "n",
    "met",
    "missed",
    "missed_stopped",
    "missed_running",
    "pending",
    "attainment",
    "missing",
    "withdrawn",
)
LEVELS = (
    "form",
    "clock",
    "level",
    "limit_minutes",
    "ours",
    "n",
    "met",
    "missed",
    "missed_stopped",
    "missed_running",
    "pending",
    "attainment",
)


def sheet(report: Report) -> Sheet:
    """All clocks first, then the dimensions."""
    charts = Charts(
        (
            selection.chart(
                report,
                "bar",
                "by_category",
                "category",
                ("resolution_p50", "resolution_p90"),
                title="resolution_by_category",
                number="#,##0",
                limit=12,
            ),
            selection.chart(
                report,
                "bar",
                "by_channel",
                "channel",
                ("first_response_p50", "first_response_p90"),
                title="first_response_by_channel",
                number="#,##0.0",
                limit=12,
            ),
        )
    )
    clocks = (report.table("clocks", CLOCKS), report.table("clocks_by_level", LEVELS))
    report = replace(report, figures={**report.figures, **_offered(report)})
    return Sheet(name="times", blocks=(charts, *clocks, *_dimensions(report)), first_page_only=True)


def _dimensions(report: Report) -> Iterator[Block]:
    """Durations, then clocks; agents may be many, so both stand in one table at the end, its header on every page."""
    keys = [key for key in BY if not report.figures[f"by_{key}"].empty]
    yield from (_table(report, "durations", key, ("resolved", *selection.durations(report))) for key in keys)
    judged = selection.clocks(report)
    if judged:
        yield from (_table(report, "clocks", key, ("overdue", *judged)) for key in keys)
    yield _table(report, "times", AGENT, ("resolved", *selection.durations(report), *judged))


def _table(report: Report, name: str, key: str, measures: Sequence[str]) -> Table:
    """Three columns lead in every table, so that pages side by side break between measures."""
    source, columns = f"by_{key}", [key, "n", *measures]
    looks, totals = {"n": Bar(Tint.VOLUME)}, selection.counts(columns, "n")
    drawn = report.table(source, columns, name=f"{name}_{source}", looks=looks, by=_by(report, key), links=behind(key), totals=totals)
    missing = bool(drawn.frame[[each for each in measures if each.endswith(selection.ADDED)]].isna().any(axis=None))
    return replace(drawn, note=report.words.text("table.not_offered")) if missing else drawn


def _offered(report: Report) -> dict[str, pd.DataFrame]:
    """The figures by each of BY and by agent; what no form of a row has a stamp or a clock for is missing there, not 0."""
    coverage, policy, forms = report.figures["coverage"], report.figures["policy"], set(report.figures["by_form"]["form"])
    none = coverage[coverage["not_offered"] == coverage["population"]]
    judged = set(zip(policy["form"], policy["clock"], strict=True))
    lacking: dict[str, set[str]] = defaultdict(set)  # count -> forms
    for form, metric in zip(none["form"], none["metric"], strict=True):
        lacking[f"{metric}_n"].add(form)
        lacking[f"{metric}{BUSINESS}_n"].add(form)
    for clock in report.clocks:
        for verdict in selection.JUDGED[:3]:
            lacking[f"{clock}_{verdict}"] |= {form for form in forms if (form, clock) not in judged}
    found = {}
    for key in (*BY, AGENT):
        frame = report.figures[f"by_{key}"]
        of_rows = [_forms(report, key, value, forms) for value in frame[key]]
        for count in (each for each in lacking if each in frame):
            without = pd.Series([of_row <= lacking[count] for of_row in of_rows], index=frame.index, dtype="bool")
            frame = frame.assign(**{count: frame[count].astype("Int64").mask(without & (frame[count] == 0))})
        found[f"by_{key}"] = frame
    return found


def _forms(report: Report, key: str, value: object, forms: set[str]) -> set[str]:
    """The forms of the period whose records a row by `key` may count; all of them where nothing tells, as for a team."""
    if key == "form":
        return {str(value)}
    entry = value if isinstance(value, str) else None
    return {form for (field, form, _), group in report.groups.items() if field == key and group == entry and form in forms} or forms


def _by(report: Report, key: str) -> str:
    return report.words.text(f"by.{key}")
