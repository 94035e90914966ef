"""Bulletin: five lines about the last busy day of the period, to print or to paste into a group chat."""

from __future__ import annotations

import pandas as pd

from csbook.analysis.findings import number
from csbook.analysis.report import Report
from csbook.analysis.words import DASH, brief

NUMBERS, PHRASES = 3, 3


def lines(report: Report) -> list[str]:
    """The day in one line, its clocks, its ratings; what is open at as_of; the period's frequent problems."""
    day = last_busy(report.figures["by_day"])
    if day is None:
        return [report.words.text("daily.none")]
    of_day = [summary(report, day), clocks(report, day), satisfaction(report, day)]
    if report.words.few:
        return [*of_day, report.words.text("daily.withheld", few=report.words.few)]
    return [*of_day, backlog(report), frequent(report)]


def last_busy(days: pd.DataFrame) -> pd.Series | None:
    """The last day on which something came in or was resolved; else the last day."""
    if days.empty:
        return None
    busy = days[(days["n"] > 0) | (days["resolved"] > 0)]
    return (days if busy.empty else busy).iloc[-1]


def summary(report: Report, day: pd.Series) -> str:
    """Received, mean first response, mean resolution, overdue with record numbers, backlog."""
    words = report.words
    return words.text(
        "daily.summary",
        day=words.text("daily.day", month=day["day"].month, day=day["day"].day, date=words.day(day["day"])),
        n=words.count(day["n"]),
        first=_minutes(report, day["first_response_mean"]),
        resolution=_minutes(report, day["resolution_mean"]),
        overdue=words.count(day["overdue"]),
        numbers=_numbers(report, day),
        backlog=words.count(day["backlog"]),
    )


def _minutes(report: Report, value: float) -> str:
    return DASH if pd.isna(value) else report.words.text("daily.minutes", value=brief(value))


def _numbers(report: Report, day: pd.Series) -> str:
    """The overdue records of that day, worst first, in brackets."""
    late = report.figures["overdue_latest" if "overdue_latest" in report.figures else "overdue"]
    late = late[late["raised_at"].dt.normalize() == day["day"]].drop_duplicates(["form", "source_id", "record_no"])
    if late.empty:
        return ""
    shown = report.words.text("list.and").join(number(report, row) for _, row in late.head(NUMBERS).iterrows())
    return report.words.text("daily.numbers", numbers=shown, more="…" if len(late) > NUMBERS else "")


def clocks(report: Report, day: pd.Series) -> str:
    """Attainment of each clock that was decided for that day's records."""
    words, parts = report.words, []
    for clock in report.clocks:
        decided = int(day[f"{clock}_met"] + day[f"{clock}_missed"])
        if decided:
            shown = {"attainment": words.share(day[f"{clock}_attainment"]), "n": words.count(decided)}
            parts.append(words.text("daily.clock", clock=words.label("clock", clock), **shown))
    return words.text("daily.clocks", clocks=words.join(parts)) if parts else words.text("daily.no_clocks")


def satisfaction(report: Report, day: pd.Series) -> str:
    """Score and response rate of that day."""
    if not day["rated"]:
        return report.words.text("daily.no_ratings", ratable=report.words.count(day["ratable"]))
    words = {
        "score": DASH if pd.isna(day["satisfaction"]) else f"{day['satisfaction']:.2f}",
        "rated": report.words.count(day["rated"]),
        "ratable": report.words.count(day["ratable"]),
    }
    return report.words.text("daily.satisfaction", **words)


def backlog(report: Report) -> str:
    """Open records at as_of: how many overdue, due soon, and the oldest."""
    table, words = report.figures["open"], report.words
    if table.empty:
        return words.text("daily.no_backlog", as_of=words.stamp(report.scope["as_of"]))
    oldest = table.sort_values("age_minutes", ascending=False, kind="stable").iloc[0]
    return words.text(
        "daily.backlog",
        as_of=words.stamp(report.scope["as_of"]),
        n=words.count(len(table)),
        overdue=words.count(table["running_overdue"].fillna(False).astype(bool).sum()),
        soon=words.count(table["due_soon"].fillna(False).astype(bool).sum()),
        number=number(report, oldest),
        age=words.span(oldest["age_minutes"]),
    )


def frequent(report: Report) -> str:
    """The commonest problems of the period."""
    top = report.figures["frequent"].head(PHRASES)
    if top.empty:
        return report.words.text("daily.no_frequent")
    parts = [report.words.text("daily.phrase", phrase=row["phrase"], n=report.words.count(row["n"])) for _, row in top.iterrows()]
    return report.words.text("daily.frequent", phrases=report.words.join(parts))
