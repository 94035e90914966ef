"""Sheets of the analysis workbook, in order; each module makes one from a Report. A new sheet is a module here and its line below."""

from __future__ import annotations

from csbook.analysis.sheets import (
    definitions,
    frequent,
    hand_in,
    overdue,
    overview,
    people,
    quality,
    records,
    review,
    satisfaction,
    stages,
    times,
    trend,
)

SHEETS = (
    overview.sheet,
    times.sheet,
    trend.sheet,
    people.sheet,
    stages.sheet,
    satisfaction.sheet,
    frequent.sheet,
    overdue.sheet,
    hand_in.sheet,
    review.sheet,
    records.sheet,
    quality.sheet,
    quality.doubts,
    quality.coverage,
    definitions.sheet,
)
