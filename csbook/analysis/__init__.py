"""Analysis: the figures of csbook.metrics as a workbook for managers, and the daily report as five lines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from csbook.analysis.report import Report
    from csbook.forms import Definitions


def write(figures: Mapping[str, pd.DataFrame], path: Path | str, *, definitions: Definitions, lang: str = "zh") -> None:
    """Write the analysis workbook; `figures` as csbook.metrics.figures returns them, stamps naive, durations in minutes.

    Raises UnfinishedError where `path` cannot be written; an older file stays whole.
    """
    # heavy imports: this package is imported by the command line at start
    from csbook.analysis.canvas import draw
    from csbook.analysis.sheets import SHEETS
    from csbook.workbook import Workbook

    report = _report(figures, lang, definitions)
    with Workbook(Path(path), lang=lang) as book:
        book.properties(title=report.words.text("workbook.title"))
        draw(book, [sheet(report) for sheet in SHEETS], report.words, _header(report))


def daily(figures: Mapping[str, pd.DataFrame], lang: str = "zh") -> list[str]:
    """The daily report: five lines about the last busy day of the period, one where there is no day."""
    from csbook.analysis.bulletin import lines

    return lines(_report(figures, lang))


def _report(figures: Mapping[str, pd.DataFrame], lang: str, definitions: Definitions | None = None) -> Report:
    from csbook.analysis.report import Report
    from csbook.analysis.words import Words

    versions = {name: form.version for name, form in definitions.forms.items()} if definitions else {}
    return Report(figures, Words.of(figures["labels"], lang), versions)


def _header(report: Report) -> str:
    """as_of and period, on every sheet."""
    words, scope = report.words, report.scope
    return words.text(
        "sheet.header",
        as_of=words.stamp(scope["as_of"]),
        start=words.day(scope["start"]),
        end=words.day(scope["end"]),
        zone=scope["zone"],
        records=words.count(scope["considered"]),
    )
