"""Offered: what no form of a row has a stamp, a limit or a rating for is missing there, never 0."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import pandas as pd

from csbook.analysis.report import Report


def only(report: Report, keys: Iterable[str], lacking: Mapping[str, Collection[str]]) -> Report:
    """The report with the figures by each of `keys` so. lacking: count -> the forms that do not have it."""
    forms, found = set(report.figures["by_form"]["form"]), {}
    for key in keys:
        frame = report.figures[f"by_{key}"]
        of_rows = [_forms(report, key, value, forms) for value in frame[key]]
        for count in (each for each in lacking if each in frame):
            without = pd.Series([of_row <= set(lacking[count]) for of_row in of_rows], index=frame.index, dtype="bool")
            frame = frame.assign(**{count: frame[count].astype("Int64").mask(without & (frame[count] == 0))})
        found[f"by_{key}"] = frame
    return replace(report, figures={**report.figures, **found})


def _forms(report: Report, key: str, value: object, forms: set[str]) -> set[str]:
    """The forms of the period whose records a row by `key` may count; all of them where nothing tells, as for a team."""
    if key == "form":
        return {str(value)}
    entry = value if isinstance(value, str) else None
    return {form for (field, form, _), group in report.groups.items() if field == key and group == entry and form in forms} or forms
