"""Findings: each looks at the figures for one thing worth saying, and says it with its n; nothing is said that the numbers do not carry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from csbook.analysis.report import Report

# fewer records say nothing about a group, and nobody with fewer is ranked (METRICS.md, edge rule 9)
ENOUGH = 10
# what is worth a sentence: a group this many times slower, a change or distance this large
TIMES, CHANGE, DISTANCE = 1.5, 0.2, 0.1
OFTEN = 3
# the stage whose end may be the hand-in alone (FORMS.md, form 4)
CLOSE = "close"


@dataclass(frozen=True)
class Finding:
    """A sentence and how urgent it is; the most urgent come first."""

    weight: float
    text: str


def open_overdue(report: Report) -> Iterator[Finding]:
    """Open records that are past due now."""
    table = report.figures["open"]
    late = table[table["running_overdue"].fillna(False).astype(bool)]
    if late.empty:
        return
    worst = late.sort_values("next_due", kind="stable").iloc[0]
    over = (report.scope["as_of"] - worst["next_due"]).total_seconds() / 60
    words = {
        "n": report.words.count(len(table)),
        "late": report.words.count(len(late)),
        "number": number(report, worst),
        "over": report.words.span(over),
    }
    yield Finding(100 + len(late) / len(table), report.words.text("look.open_overdue", **words))


def missed_clocks(report: Report) -> Iterator[Finding]:
    """How many clocks are below their target, and those that are furthest."""
    clocks = report.figures["clocks"].dropna(subset=["target"])
    judged = clocks[clocks["n"] >= ENOUGH]
    below = judged[judged["attainment"] + doubt(report, judged) < judged["target"]]
    if below.empty:
        return
    gaps = (below["target"] - below["attainment"]).sort_values(ascending=False, kind="stable")
    named = report.words.text("list.and").join(_missed(report, below.loc[row]) for row in gaps.index[:OFTEN])
    words = {"below": len(below), "clocks": len(judged), "named": named}
    yield Finding(90 + float(gaps.iloc[0]), report.words.text("look.missed_clocks" if len(below) > OFTEN else "look.missed_clock", **words))


def _missed(report: Report, clock: pd.Series) -> str:
    words = {
        "clock": report.words.label("clock", clock["clock"]),
        "attainment": report.words.share(clock["attainment"], 1),
        "target": report.words.target(clock["target"]),
        "n": report.words.count(clock["n"]),
        "missed": report.words.count(clock["missed"]),
        "pending": report.words.text("look.pending", n=report.words.count(clock["pending"])) if clock["pending"] else "",
    }
    return report.words.text("look.one_clock", **words)


def slow_category(report: Report) -> Iterator[Finding]:
    """The category with the longest median resolution against the shortest."""
    table = report.figures["by_category"]
    enough = table[(table["resolution_n"] >= ENOUGH) & table["category"].notna() & (table["resolution_p50"] > 0)].sort_values(
        "resolution_p50"
    )
    if len(enough) < 2 or enough["resolution_p50"].iloc[-1] < TIMES * enough["resolution_p50"].iloc[0]:
        return
    slow, quick = enough.iloc[-1], enough.iloc[0]
    words = {
        "slow": report.words.label("category", slow["category"]),
        "quick": report.words.label("category", quick["category"]),
        "p50": report.words.span(slow["resolution_p50"]),
        "times": f"{slow['resolution_p50'] / quick['resolution_p50']:.1f}",
        "n": report.words.count(slow["resolution_n"]),
        "quick_n": report.words.count(quick["resolution_n"]),
    }
    yield Finding(80, report.words.text("look.slow_category", **words))


def slower_than_before(report: Report) -> Iterator[Finding]:
    """A median resolution that moved by a fifth or more against the period before."""
    row = report.overview
    change = row["resolution_p50_change"]
    if pd.isna(change) or abs(change) < CHANGE or min(row["resolution_n"], row["resolution_n_before"]) < ENOUGH:
        return
    words = {
        "now": report.words.span(row["resolution_p50"]),
        "before": report.words.span(row["resolution_p50_before"]),
        "n": report.words.count(row["resolution_n"]),
        "n_before": report.words.count(row["resolution_n_before"]),
    }
    yield Finding(75 if change > 0 else 35, report.words.text("look.slower" if change > 0 else "look.quicker", **words))


def bottleneck(report: Report) -> Iterator[Finding]:
    """The stage that takes most of the time; where that is the wait for the hand-in, the one before it too."""
    table = report.figures["stages"]
    whole = table[table["category"].isna() & (table["n"] >= ENOUGH)]
    for _, row in whole[whole["bottleneck"].astype(bool)].head(1).iterrows():
        note = ""
        others = whole[whole["stage"] != row["stage"]]
        if row["stage"] == CLOSE and (spent := others["mean"].sum()):
            second = others.loc[others["mean"].idxmax()]
            note = report.words.text("look.close_note", **_stage(report, second, second["mean"] / spent))
        yield Finding(70, report.words.text("look.bottleneck", **_stage(report, row, row["share"]), note=note))


def _stage(report: Report, row: pd.Series, share: float) -> dict[str, str]:
    """A stage in words; its mean may be that of a few, so the median stands beside it."""
    return {
        "stage": report.words.label("stage", row["stage"]),
        "share": report.words.share(share),
        "mean": report.words.span(row["mean"]),
        "p50": report.words.span(row["p50"]),
        "n": report.words.count(row["n"]),
    }


def worst_week(report: Report) -> Iterator[Finding]:
    """The week in which far more of what came in was late than in all the others."""
    weeks = report.figures["by_week"]
    judged = weeks[weeks["n"] >= ENOUGH]
    late = judged[judged["overdue"] >= ENOUGH]
    if len(judged) < OFTEN or late.empty or report.words.few:
        return
    worst = late.iloc[int((late["overdue"] / late["n"]).to_numpy().argmax())]
    others = weeks[weeks["week_start"] != worst["week_start"]]
    share, rest = worst["overdue"] / worst["n"], others["overdue"].sum() / others["n"].sum()
    if share >= TIMES * rest:
        words = {
            "week": report.words.day(worst["week_start"]),
            "overdue": report.words.count(worst["overdue"]),
            "n": report.words.count(worst["n"]),
            "share": report.words.share(share),
            "rest": report.words.share(rest),
            "rest_n": report.words.count(others["n"].sum()),
        }
        yield Finding(78, report.words.text("look.worst_week", **words))


def frequent(report: Report) -> Iterator[Finding]:
    """The problem that grew most, else the commonest."""
    table = report.figures["frequent"]
    often = table[table["n"] >= OFTEN]
    if often.empty:
        return
    # days from before the first record had no mentions because they had no records
    known = bool(report.scope["first_day"] <= report.scope["before_start"])
    growth = (often["n"] - often["n_before"]).astype("Float64").fillna(0) * known
    grown = growth.max() >= OFTEN
    row = often.iloc[int(growth.to_numpy().argmax())] if grown else often.iloc[0]
    words = {
        "phrase": row["phrase"],
        "category": report.words.label("category", str(row["category"])),
        "n": report.words.count(row["n"]),
        "before": report.words.count(row["n_before"]),
        "customers": report.words.count(row["customers"]),
        "example": report.number(row["example_1_form"], row["example_1"]),
    }
    yield Finding(65 if grown else 50, report.words.text("look.grown" if grown else "look.frequent", **words))


def dissatisfied(report: Report) -> Iterator[Finding]:
    """The category whose score lies clearly below that of all."""
    table, whole = report.figures["by_category"], report.overview
    rated = table[(table["rated"] >= ENOUGH) & table["category"].notna()].dropna(subset=["satisfaction"])
    if rated.empty or pd.isna(whole["satisfaction"]):
        return
    low = rated.sort_values("satisfaction", kind="stable").iloc[0]
    if whole["satisfaction"] - low["satisfaction"] < DISTANCE:
        return
    words = {
        "category": report.words.label("category", low["category"]),
        "score": f"{low['satisfaction']:.2f}",
        "all": f"{whole['satisfaction']:.2f}",
        "n": report.words.count(low["rated"]),
        "all_n": report.words.count(whole["rated"]),
    }
    yield Finding(60, report.words.text("look.dissatisfied", **words))


def rated_by_speed(report: Report) -> Iterator[Finding]:
    """The form whose ratings fall most clearly with the time it takes; of its two ratings one may and the other not."""
    table = report.figures["satisfaction_speed"]
    sure = table[table["form"].notna() & (table["reading"] == "slower_worse")].sort_values("rho", kind="stable")
    for _, row in sure.head(1).iterrows():
        words = {
            "form": report.words.label("form", row["form"]),
            "duration": report.words.label("metric", row["duration"]),
            "rating": report.words.label("field", row["field"], row["form"]),
            "rho": f"{row['rho']:.2f}",
            "p": "<0.001" if row["p"] < 0.001 else f"={row['p']:.3f}",
            "n": report.words.count(row["n"]),
        }
        yield Finding(58, report.words.text("look.rated_by_speed", **words))


def misfiled(report: Report) -> Iterator[Finding]:
    """Records whose words do not fit their type or department."""
    table = report.figures["doubts"]
    doubtful = table[table["kind"].isin(["misfiled", "misrouted"])]
    counts = doubtful["kind"].value_counts()
    if len(doubtful) >= OFTEN:
        words = {kind: report.words.count(counts.get(kind, 0)) for kind in ("misfiled", "misrouted")}
        yield Finding(48, report.words.text("look.misfiled", **words, example=number(report, doubtful.iloc[0])))


def absent(report: Report) -> Iterator[Finding]:
    """Desks of the team's list from which nothing came."""
    table = report.figures["hand_in"]
    missing = table[table["absent"].fillna(False).astype(bool)]
    if len(missing) and not report.words.few:
        names = report.words.join([str(desk) for desk in missing["desk"].head(OFTEN)])
        yield Finding(46, report.words.text("look.absent", n=len(missing), desks=names, more="…" if len(missing) > OFTEN else ""))


def growing_backlog(report: Report) -> Iterator[Finding]:
    """More came in than left."""
    row = report.overview
    if row["net_flow"] > max(0.05 * row["n"], 1):
        words = {key: report.words.count(row[key]) for key in ("n", "left", "net_flow", "backlog")}
        yield Finding(55, report.words.text("look.growing", **words))


def quarantined(report: Report) -> Iterator[Finding]:
    """Rows that are not in these figures because they still have faults."""
    rows = int(report.figures["hand_in"]["quarantined"].sum())
    if rows and not report.words.few:
        desks = int((report.figures["hand_in"]["quarantined"] > 0).sum())
        yield Finding(45, report.words.text("look.quarantined", n=report.words.count(rows), desks=desks))


def doubt(report: Report, clocks: pd.DataFrame) -> pd.Series:
    """How far an attainment may be off that was reckoned from rounded counts."""
    return report.words.few / clocks["n"]


def number(report: Report, record: pd.Series) -> str:
    """The record's number, or its source id until one is issued."""
    return report.number(record["form"], record["record_no"] if pd.notna(record["record_no"]) else record["source_id"])


Finder = Callable[[Report], Iterator[Finding]]
FINDERS: tuple[Finder, ...] = (
    open_overdue, missed_clocks, worst_week, slow_category, slower_than_before, bottleneck, frequent, dissatisfied, growing_backlog,
    quarantined, rated_by_speed, misfiled, absent,
)  # fmt: skip
