"""Attention: the findings that a manager should see first, as sentences."""

from __future__ import annotations

from csbook.analysis.facts import FACTS
from csbook.analysis.findings import FINDERS
from csbook.analysis.report import Report


def sentences(report: Report, most: int = 6, least: int = 3) -> list[str]:
    """The `most` urgent findings; quiet periods are filled up to `least` with plain facts."""
    if not report.scope["considered"]:
        return [report.words.text("look.few", few=report.words.few) if report.words.few else _nothing(report)]
    found = sorted((each for finder in FINDERS for each in finder(report)), key=lambda each: -each.weight)
    facts = [each for finder in FACTS for each in finder(report)] if len(found) < least else []
    return [each.text for each in [*found[:most], *facts[: least - len(found)]]]


def _nothing(report: Report) -> str:
    """Why there is nothing to see: no records, none of those asked for, or none as early as that."""
    scope, words = report.scope, report.words
    if scope["after_as_of"]:
        return words.text("look.all_later", n=words.count(scope["after_as_of"]), as_of=words.stamp(scope["as_of"]))
    asked = report.chosen()
    return words.text("look.none_of_those", chosen=words.join(asked)) if asked else words.text("look.nothing")
