"""Ratings: the mix of levels, the response rate, and whether ratings go with speed."""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir
import pandas as pd

from csbook.metrics import durations
from csbook.metrics.breakdown import Breakdown
from csbook.metrics.measures import ENOUGH, LAST, mean, share, within
from csbook.metrics.spearman import spearman

# rating → the day by which it counts
FIELDS = {"satisfaction": "rated", "result_satisfaction": "resolved"}
SPEEDS = ("first_response", "resolution")
SURE = 0.05  # no direction is claimed at a p of this much or more
READINGS = ("too_few", "constant", "none", "slower_worse", "slower_better")


def _ratable(of: Breakdown, field: str) -> ir.Table:
    """The records of the period whose form asks for this rating."""
    seconds = (f"seconds_{duration}" for duration in SPEEDS)
    table = of.theirs(LAST).select("form", "withdrawn", f"{FIELDS[field]}_day", field, f"{field}_score", *seconds)
    return table.filter(within(table, FIELDS[field], of.period) & of.offers.has(table, field) & ~table.withdrawn)


def ratings(of: Breakdown) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`satisfaction` (form and level, best first) and `satisfaction_rate` (form). Unrated records stand only in the rate."""
    parts = []
    for field in FIELDS:
        table = _ratable(of, field)
        level = ibis.ifelse(table[f"{field}_score"].notnull(), table[field], None)
        parts.append(table.select("form", field=ibis.literal(field), level=level, score=table[f"{field}_score"]))
    every = ibis.union(*parts)
    counted = of.engine.run(every.group_by("field", "form", "level").aggregate(n=every.count(), score=every.score.max()))
    counted["field"] = pd.Categorical(counted["field"], categories=list(FIELDS))
    means = of.engine.run(
        every.group_by("field", "form").aggregate(ratable=every.count(), rated=every.score.count(), mean=mean(every.score))
    )
    return _levels(counted), _rates(means)


def _levels(counted: pd.DataFrame) -> pd.DataFrame:
    level = counted[counted["level"].notna()].sort_values(["field", "form", "score", "level"], ascending=[True, True, False, True])
    level = level.assign(rated=level.groupby(["field", "form"], observed=True)["n"].transform("sum").astype("int64"))
    level["share"] = share(level["n"], level["rated"])
    return level[["field", "form", "level", "n", "rated", "share", "score"]].astype({"field": "str"}).reset_index(drop=True)


def _rates(means: pd.DataFrame) -> pd.DataFrame:
    rate = means.rename(columns={"mean": "satisfaction"})
    rate["response_rate"] = share(rate["rated"], rate["ratable"])
    rate = rate.sort_values(["field", "form"], key=lambda c: c.map(list(FIELDS).index) if c.name == "field" else c, ignore_index=True)
    return rate[["field", "form", "ratable", "rated", "response_rate", "satisfaction"]].astype({"field": "str"})


def by_speed(of: Breakdown) -> pd.DataFrame:
    """Spearman's rho of rating and minutes, by rating, form (missing: all forms) and duration, over records with both.

    Under ENOUGH records neither rho nor p is given; `reading` (of READINGS) claims no direction at p ≥ SURE.
    """
    parts = []
    for field in FIELDS:
        for duration in SPEEDS:
            table = _ratable(of, field)
            table = table.mutate(**{duration: durations.in_minutes(table[f"seconds_{duration}"])})
            both = table.filter(table[f"{field}_score"].notnull() & table[duration].notnull())
            said = {"score": both[f"{field}_score"], "minutes": both[duration]}
            parts.append(both.select("form", field=ibis.literal(field), duration=ibis.literal(duration), **said))
    every = ibis.union(*parts)
    counted = of.engine.run(every.group_by(every.columns).aggregate(n=every.count()))
    columns = ["field", "form", "duration", "n", "rho", "p", "reading"]
    frame = pd.DataFrame(list(_related(counted)), columns=columns)
    texts = dict.fromkeys(("field", "form", "duration", "reading"), "str")
    return frame.astype({**texts, "n": "int64", "rho": "float64", "p": "float64"})


def _related(counted: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    for field in FIELDS:
        for duration in SPEEDS:
            pairs = counted[(counted["field"] == field) & (counted["duration"] == duration)]
            for form in (None, *sorted(pairs["form"].unique())):
                of_form = pairs if form is None else pairs[pairs["form"] == form]
                n = int(of_form["n"].sum())
                rho, p = spearman(of_form["score"], of_form["minutes"], of_form["n"]) if n >= ENOUGH else (None, None)
                yield field, form, duration, n, rho, p, _reading(n, rho, p)


def _reading(n: int, rho: float | None, p: float | None) -> str:
    if n < ENOUGH:
        return "too_few"
    if rho is None or p is None:
        return "constant"
    if p >= SURE:
        return "none"
    return "slower_worse" if rho < 0 else "slower_better"
