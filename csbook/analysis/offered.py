"""Offered: what no form of a row has a stamp, a limit or a rating for is missing there, never 0."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from csbook.analysis import selection
from csbook.analysis.block import Table
from csbook.analysis.report import Report
from csbook.analysis.words import Words

# fields that hold a rating, and what is counted of them
RATINGS = ("satisfaction", "result_satisfaction")
RATED = ("ratable", "rated", "loop_n", "looped")
# how the measures of business hours end
BUSINESS = "_business"


def only(report: Report, keys: Iterable[str]) -> Report:
    """The report with the figures by each of `keys` so."""
    found, without_it = {}, _lacking(report)
    for key in keys:
        frame = report.figures[f"by_{key}"]
        of_rows = [set(forms.split(",")) for forms in frame["forms"]]
        dashed: dict[str, pd.Series] = {}
        for count in (each for each in without_it if each in frame):
            without = [forms <= without_it[count] for forms in of_rows]
            if any(without):
                dashed[count] = frame[count].astype("Int64").mask(pd.Series(without, frame.index) & (frame[count] == 0))
        found[f"by_{key}"] = frame.assign(**dashed)
    return replace(report, figures={**report.figures, **found})


def noted(table: Table, words: Words) -> Table:
    """The table with the reason of its dashes, where a count is one."""
    counts = [each for each in table.frame if str(each).endswith(selection.ADDED)]
    return replace(table, note=words.text("table.not_offered")) if table.frame[counts].isna().any(axis=None) else table


def _lacking(report: Report) -> dict[str, set[str]]:
    """Count -> the forms without a stamp, a clock or a rating for it."""
    coverage, policy, forms = report.figures["coverage"], report.figures["policy"], set(report.figures["by_form"]["form"])
    none = coverage[coverage["not_offered"] == coverage["population"]]
    judged = set(zip(policy["form"], policy["clock"], strict=True))
    unrated = {form for _, form, _ in report.groups} - {form for field, form, _ in report.groups if field in RATINGS}
    found = defaultdict(set, {count: set(unrated) for count in RATED})
    for form, metric in zip(none["form"], none["metric"], strict=True):
        found[f"{metric}_n"].add(form)
        found[f"{metric}{BUSINESS}_n"].add(form)
    for clock in report.clocks:
        for verdict in selection.JUDGED[:3]:
            found[f"{clock}_{verdict}"] |= {form for form in forms if (form, clock) not in judged}
    return found
