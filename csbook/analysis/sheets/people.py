"""People: a scorecard, one line an agent, each figure with its n; nobody with fewer than ten records is compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from csbook.analysis import offered, selection
from csbook.analysis.block import Bar, Charts, Lights, Lines, Look, Sheet, Table, Tint
from csbook.analysis.findings import ENOUGH
from csbook.analysis.report import Report

CHARTED = 15
# a light turns red so far below its target
SHORT = 0.1
SCORES = (
    "agent", "n", "resolved", "backlog", "overdue",
    "first_response_n", "first_response_mean", "first_response_p50", "resolution_n", "resolution_mean", "resolution_p50", "resolution_p90",
    "rated", "satisfaction", "loop_n", "loop_rate", "reopened", "one_touch", "one_touch_n",
)  # fmt: skip
LOOKS: dict[str, Look] = {
    "n": Bar(Tint.VOLUME),
    "overdue": Bar(Tint.LATE),
    "first_response_mean": Bar(Tint.TIME),
    "resolution_mean": Bar(Tint.TIME),
    "satisfaction": Bar(Tint.GOOD),
}
LINKS = {"agent": ("records", "agent")}


def sheet(report: Report) -> Sheet:
    """Agents by number of records; those with few stand apart."""
    report = offered.only(report, ("agent",))
    scored = replace(report, figures={**report.figures, "by_agent": judged(report)})
    enough = report.figures["by_agent"]["n"] >= ENOUGH
    compared = replace(report, figures={**report.figures, "by_agent": report.figures["by_agent"][enough]})
    charts = Charts(
        (
            selection.chart(compared, "column", "by_agent", "agent", ("n", "resolved", "overdue"), title="agents", limit=CHARTED),
            selection.chart(
                compared, "column", "by_agent", "agent", ("resolution_p50", "resolution_p90"), title="agent_times", limit=CHARTED
            ),
        )
    )
    columns = [*SCORES, *_clocks(report)]
    looks = {**LOOKS, **{f"{clock}_attainment": Lights(target, target - SHORT) for clock, target in report.targets.items()}}
    totals = {**selection.counts(columns, "n", "backlog", "reopened", "one_touch"), **dict.fromkeys(_counted(report), "sum")}
    tables: list[Table] = [scored.table("by_agent", columns, looks=looks, rows=enough, links=LINKS, totals=totals)]
    if not enough.all():
        tables.append(scored.table("by_agent", columns, name="few_records", rows=~enough, links=LINKS, totals=totals, least=ENOUGH))
    drawn = (offered.noted(each, report.words) for each in tables)
    return Sheet(name="people", blocks=(Lines(report.words.text("people.how"), _notes(report)), charts, *drawn))


def judged(report: Report) -> pd.DataFrame:
    """The agents' measures with the verdicts of each clock counted: `<clock>_n` = met + missed."""
    frame = report.figures["by_agent"]
    return frame.assign(**{f"{clock}_n": frame[f"{clock}_met"] + frame[f"{clock}_missed"] for clock in report.clocks})


def _clocks(report: Report) -> Iterator[str]:
    """n and attainment of each clock that was decided for anybody."""
    frame = report.figures["by_agent"]
    for clock in report.clocks:
        if (frame[f"{clock}_met"] + frame[f"{clock}_missed"]).sum():
            yield from (f"{clock}_n", f"{clock}_attainment")


def _counted(report: Report) -> list[str]:
    return [each for each in _clocks(report) if each.endswith("_n")]


def _notes(report: Report) -> tuple[str, ...]:
    return (
        report.words.text("people.whose"),
        report.words.text("people.few", least=ENOUGH),
        report.words.text("people.lights", points=round(SHORT * 100)),
    )
