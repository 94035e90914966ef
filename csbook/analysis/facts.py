"""Facts: what may be said of any period, for the first sheet of a quiet one."""

from __future__ import annotations

from collections.abc import Iterator

from csbook.analysis.findings import ENOUGH, Finder, Finding, doubt
from csbook.analysis.report import Report


def on_target(report: Report) -> Iterator[Finding]:
    """Every clock with a target and enough records meets it."""
    clocks = report.figures["clocks"].dropna(subset=["target"])
    judged = clocks[clocks["n"] >= ENOUGH]
    if len(judged) and bool((judged["attainment"] - doubt(report, judged) >= judged["target"]).all()):
        yield Finding(0, report.words.text("look.on_target", clocks=len(judged), n=report.words.count(judged["n"].sum())))


def volume(report: Report) -> Iterator[Finding]:
    """How much there was."""
    row = report.overview
    yield Finding(0, report.words.text("look.volume", **{key: report.words.count(row[key]) for key in ("n", "resolved", "backlog")}))


def busiest_hour(report: Report) -> Iterator[Finding]:
    """When most comes in."""
    table = report.figures["weekday_hour"]
    total = int(table["n"].sum())
    if total < ENOUGH:
        return
    row = table.iloc[int(table["n"].to_numpy().argmax())]
    words = {
        "weekday": report.words.text(f"value.weekday.{row['weekday']}"),
        "hour": int(row["hour"]),
        "n": report.words.count(row["n"]),
        "all": report.words.count(total),
        "share": report.words.share(row["n"] / total),
    }
    yield Finding(0, report.words.text("look.busiest", **words))


FACTS: tuple[Finder, ...] = (on_target, volume, busiest_hour)
