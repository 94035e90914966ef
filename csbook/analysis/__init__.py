"""Analysis: the figures of csbook.metrics as a workbook for managers, and the daily report as five lines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

# rows that the sheets show of a list
SHOWN = 5_000
# rows of them that are printed with the workbook: nobody reads a thousand pages
PRINTED = 100

if TYPE_CHECKING:
    import pandas as pd

    from csbook.analysis.measures import Spans
    from csbook.analysis.report import Report
    from csbook.forms import Definitions
    from csbook.passwords import Password


def write(
    figures: Mapping[str, pd.DataFrame], path: Path | str, *, definitions: Definitions, lang: str = "zh", password: Password | None = None
) -> Path:
    """Write the analysis workbook, closed by a `password` if there is one.

    `figures` as csbook.metrics.figures returns them, stamps naive, durations in minutes.

    Returns where: a sibling of `path` while another program has that open. Raises UnfinishedError where neither can be written;
    an older file stays whole.
    """
    # heavy imports: this package is imported by the command line at start
    from csbook.analysis.canvas import draw
    from csbook.analysis.sheets import SHEETS
    from csbook.workbook import Workbook

    report = _report(figures, lang, definitions)
    book = Workbook(Path(path), lang=lang)
    book.properties(title=report.words.text("workbook.title"))
    draw(book, [sheet(report) for sheet in SHEETS], report.words, _header(report))
    return book.save_beside(password)


def followed(
    figures: Mapping[str, pd.DataFrame], path: Path, spans: Spans, lang: str = "zh", password: Password | None = None
) -> dict[str, pd.DataFrame]:
    """The tables `measures` and `effects` of a workbook filled in by hand: what was agreed, and its metric before and after.

    `spans(first, last)` gives the figures of those days beside those before. Raises UsageError that names every faulty cell.
    """
    from csbook.analysis.measures import followed

    typed, effects = followed(path, [_report(figures, each) for each in (lang, *({"zh", "en"} - {lang}))], spans, password)
    return {"measures": typed, "effects": effects}


def daily(figures: Mapping[str, pd.DataFrame], lang: str = "zh") -> list[str]:
    """The daily report: five lines about the last busy day of the period, one where there is no day."""
    from csbook.analysis.bulletin import lines

    return lines(_report(figures, lang))


def _report(figures: Mapping[str, pd.DataFrame], lang: str, definitions: Definitions | None = None) -> Report:
    from csbook.analysis.report import Report
    from csbook.analysis.words import Words

    versions = {name: form.version for name, form in definitions.forms.items()} if definitions else {}
    groups = _groups(definitions) if definitions else {}
    few = int(figures["scope"].get("rounded_to", [0])[0])
    return Report(figures, Words.of(figures["labels"], lang, few), versions, groups)


def _groups(definitions: Definitions) -> dict[tuple[str, str, str | None], str | None]:
    """See Report.groups."""
    found: dict[tuple[str, str, str | None], str | None] = {}
    for form in definitions.forms.values():
        for each in form.fields:
            if each.choices:
                found |= {(each.name, form.name, entry.key): entry.group or entry.key for entry in each.choices.entries}
    return found


def _header(report: Report) -> str:
    """as_of, period and whose records, on every sheet."""
    words, scope = report.words, report.scope
    header = words.text(
        "sheet.header",
        as_of=words.stamp(scope["as_of"]),
        start=words.day(scope["start"]),
        end=words.day(scope["end"]),
        zone=scope["zone"],
        records=words.count(scope["considered"]),
    )
    if words.few:
        header = words.text("sheet.banded", header=header, few=words.few, next=words.few * 2, last=words.few * 3 - 1)
    chosen = report.chosen()
    return words.text("sheet.filtered", header=header, chosen=words.join(chosen)) if chosen else header
