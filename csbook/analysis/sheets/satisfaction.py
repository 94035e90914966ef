"""Satisfaction: levels, response and loop rate, whether ratings go with speed, scores by type and channel, who is not rated yet."""

from __future__ import annotations

import pandas as pd

from csbook.analysis import PRINTED, SHOWN, offered
from csbook.analysis.block import Bar, Chart, Charts, Series, Sheet, Tint
from csbook.analysis.links import behind
from csbook.analysis.report import Report

LEVELS = ("form", "field", "level", "n", "rated", "share", "score")
RATES = ("form", "field", "ratable", "rated", "response_rate", "satisfaction")
SCORED = ("ratable", "rated", "response_rate", "satisfaction", "loop_n", "looped", "loop_rate")
BY = ("form", "category", "channel", "priority")
RATING_MISSING = (
    "record_no", "form", "category", "waiting_minutes", "resolved_at", "revisit_at", "description",
    "department", "agent", "owner",
)  # fmt: skip
EMOTION = ("emotion", "n", "overdue", "ratable", "rated", "response_rate", "satisfaction")
SPEED = ("form", "field", "duration", "n", "rho", "p", "reading")
ESCALATED = ("form", "level", "n", "of", "share")
# from worst to best; a score of 0–1 picks its colour
COLORS = ("#C8553D", "#E39B6B", "#E8CF8B", "#9CC5A1", "#3C8D6E")


def sheet(report: Report) -> Sheet:
    """Levels keep their scale; only the score from 0 to 1 compares."""
    bars = {"satisfaction": Bar(Tint.GOOD)}
    first = (
        report.table("satisfaction_rate", RATES, looks=bars),
        report.table("satisfaction", LEVELS, looks={"share": Bar(Tint.GOOD)}, totals={"n": "sum"}),
    )
    rated = offered.only(report, (*BY, "emotion"))
    by = (
        rated.table(
            f"by_{key}",
            (key, *SCORED),
            name=f"satisfaction_by_{key}",
            looks=bars,
            by=report.words.text(f"by.{key}"),
            links=behind(key),
            totals=dict.fromkeys(offered.RATED, "sum"),
        )
        for key in BY
    )
    emotion = rated.table("by_emotion", EMOTION, looks=bars, totals=dict.fromkeys(EMOTION[1:5], "sum"))
    escalated = report.table("escalations", ESCALATED, looks={"share": Bar(Tint.LATE)})
    speed = report.table("satisfaction_speed", SPEED)
    chart = Charts((mix(report),), height=300, widths=(900,))
    missing = report.table(
        "rating_missing",
        RATING_MISSING,
        looks={"waiting_minutes": Bar(Tint.WAIT)},
        limit=SHOWN,
        printed=PRINTED,
        links={"record_no": ("records", "record_no", "form")},
        totals={"form": "count", "waiting_minutes": "mean"},
    )
    return Sheet(name="satisfaction", blocks=(chart, *first, speed, emotion, escalated, *by, missing))


def mix(report: Report) -> Chart:
    """One bar a form and question with ratings, one colour a level, best first."""
    frame = report.figures["satisfaction"]
    frame = frame[frame["rated"] > 0]
    words = report.labelled("satisfaction", ["form", "field", "level"]).loc[frame.index]
    result = frame["field"] != "satisfaction"
    names = words["form"].where(~result, words["form"] + " · " + words["field"])
    labels = pd.Series(
        [report.words.text("chart.with_n", label=name, n=report.words.count(n)) for name, n in zip(names, frame["rated"], strict=True)],
        index=frame.index,
        dtype="str",
    )
    # a level may stand for another score on another scale
    scores = frame.groupby("level", sort=False)["score"].mean()
    best = pd.DataFrame({"level": scores.index, "score": scores.to_numpy()}).sort_values("score", ascending=False, kind="stable")
    wide = pd.DataFrame({"label": labels, "level": frame["level"], "n": frame["n"]}).pivot_table(
        index="label", columns="level", values="n", aggfunc="sum"
    )
    order = list(dict.fromkeys(labels))
    headers = dict(zip(frame["level"], words["level"], strict=True))
    series = tuple(
        Series(name=level, header=headers[level], color=COLORS[round(score * (len(COLORS) - 1))])
        for level, score in zip(best["level"], best["score"], strict=True)
    )
    wide = wide.reindex(index=order, columns=list(best["level"]))
    return Chart(kind="stacked", title=report.words.text("chart.satisfaction"), labels=order, frame=wide, series=series)
