"""Attention: the findings that a manager should see first, as sentences."""

from __future__ import annotations

from csbook.analysis.facts import FACTS
from csbook.analysis.findings import FINDERS
from csbook.analysis.report import Report


def sentences(report: Report, most: int = 6, least: int = 3) -> list[str]:
    """The `most` urgent findings; quiet periods are filled up to `least` with plain facts."""
    if not report.scope["considered"]:
        return [report.words.text("look.few", few=report.words.few) if report.words.few else report.words.text("look.nothing")]
    found = sorted((each for finder in FINDERS for each in finder(report)), key=lambda each: -each.weight)
    facts = [each for finder in FACTS for each in finder(report)] if len(found) < least else []
    return [each.text for each in [*found[:most], *facts[: least - len(found)]]]
