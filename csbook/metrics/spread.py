"""Spreads: how verdicts, stages, ages and hours are distributed over the records of a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import ibis
import ibis.expr.types as ir
import pandas as pd

from csbook.metrics import durations, lists
from csbook.metrics.breakdown import Breakdown
from csbook.metrics.clocks import JUDGED, MET, PENDING, RUNNING, STOPPED, levelled
from csbook.metrics.durations import STAGES, minutes
from csbook.metrics.measures import FIRST, LAST, mean, share, total, within
from csbook.policy import Clock, Policy

LEVEL = ["form", "level", "limit"]
COUNTED = ("missing", "withdrawn", "out_of_order", "after_as_of")
STATES = (*JUDGED, PENDING, *COUNTED, "not_offered")


def clock_levels(of: Breakdown) -> dict[str, pd.DataFrame]:
    """Per clock the counts of each state by form, level and limit, over all records that count in the period."""
    parts = []
    for name in of.policy.names():
        basis = of.counted_by(name)
        table = levelled(of.of_clock(name), of.policy, [name], [f"{basis}_day"])
        table = table.filter(within(table, basis, of.period))
        columns = {"level": table[f"level_{name}"], "limit": table[f"limit_{name}"], "state": table[f"state_{name}"]}
        parts.append(table.select("form", clock=ibis.literal(name), **columns))
    if not parts:
        return {}
    every = ibis.union(*parts)
    long = of.engine.run(every.group_by(*every.columns).aggregate(n=every.count())).astype({"limit": "float64"})
    return {name: _wide(long[long["clock"] == name]) for name in of.policy.names()}


def _wide(long: pd.DataFrame) -> pd.DataFrame:
    """A column a state, a row a form, level and limit."""
    wide = long.groupby([*LEVEL, "state"], dropna=False)["n"].sum().unstack("state", fill_value=0)
    return wide.reindex(columns=list(STATES), fill_value=0).astype("int64").rename_axis(columns=None).reset_index()


def _judged(counts: pd.DataFrame) -> pd.DataFrame:
    """The columns of TABLES.md from the states."""
    missed = counts[RUNNING] + counts[STOPPED]
    n = counts[MET] + missed
    return pd.DataFrame(
        {"met": counts[MET], "missed": missed, RUNNING: counts[RUNNING], STOPPED: counts[STOPPED], "pending": counts[PENDING]}
        | {"n": n, "attainment": share(counts[MET], n)}
        | {column: counts[column] for column in COUNTED}
    )


def clocks(of: Breakdown, levels: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row a clock; never one number over several."""
    rows = []
    for name, counts in levels.items():
        clock = of.policy.latest(name)
        forms = sorted({form for _, _, each in of.policy.named(name) for form in each.forms})
        head = {"clock": name, "forms": ",".join(forms), "counted_by": clock.counted_by.removesuffix("_at"), "target": clock.target}
        rows.append({**head, "ours": clock.ours is True, **counts.drop(columns=LEVEL).sum()})
    columns = ["clock", "forms", "counted_by", "target", "ours", *JUDGED, PENDING, *COUNTED]
    frame = pd.DataFrame(rows, columns=columns).astype({"target": "float64"})
    return pd.concat([frame[["clock", "forms", "counted_by", "target", "ours"]], _judged(frame)], axis=1)


def clocks_by_level(of: Breakdown, levels: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row a clock, form and limit that applied to a record of the period."""
    parts = []
    for name, counts in levels.items():
        fits = counts[counts.drop(columns=[*LEVEL, "not_offered"]).sum(axis=1) > 0].reset_index(drop=True)
        head = fits[["form", "level"]].assign(limit_minutes=fits["limit"] / 60)
        head.insert(0, "clock", name)
        head.insert(2, "by", of.policy.latest(name).by)
        head["ours"] = [_is_ours(of.policy, name, form, level) for form, level in zip(fits["form"], fits["level"], strict=True)]
        parts.append(pd.concat([head, _judged(fits)], axis=1))
    if not parts:
        nothing = pd.DataFrame(columns=[*LEVEL, *STATES], dtype="int64")
        head = pd.DataFrame(columns=["clock", "form", "by", "level", "limit_minutes", "ours"], dtype="float64")
        parts = [pd.concat([head, _judged(nothing)], axis=1)]
    frame = pd.concat(parts, ignore_index=True)
    return frame.astype({**dict.fromkeys(("clock", "form", "by", "level"), "str"), "ours": "bool"})


def _is_ours(policy: Policy, name: str, form: str, level: object) -> bool:
    def said(clock: Clock) -> bool:
        return clock.ours is True or (not isinstance(clock.ours, bool) and level in clock.ours)

    return any(said(clock) for _, _, clock in policy.named(name) if form in clock.forms)


def stages(of: Breakdown) -> pd.DataFrame:
    """Mean, median and share of each stage over rows with all stamps, in all (category missing) and by group."""
    solved = of.theirs(LAST)
    table = solved.select("category_group", "resolved_day", **durations.stages(solved))
    table = table.filter(within(table, "resolved", of.period) & table[f"stage_{STAGES[0]}"].notnull())
    figures: dict[str, ir.Value] = {}
    for stage in STAGES:
        column = table[f"stage_{stage}"]
        figures |= {f"{stage}|mean": mean(column), f"{stage}|p50": column.quantile(0.5), f"{stage}|sum": total(column)}
    whole = of.engine.run(table.aggregate(n=table.count(), **figures)).assign(category=None)
    by_group = of.engine.run(table.group_by(category=table.category_group).aggregate(n=table.count(), **figures).order_by("category"))
    by_group = by_group[by_group["category"].notna()]
    return pd.DataFrame(
        [row for part in (whole, by_group) for _, each in part.iterrows() if each["n"] for row in _stage_rows(each)],
        columns=["category", "stage", "n", "mean", "p50", "share", "bottleneck"],
    ).astype(
        {"category": "str", "stage": "str", "n": "int64", "mean": "float64", "p50": "float64", "share": "float64", "bottleneck": "bool"}
    )


def _stage_rows(row: pd.Series[float]) -> Iterator[tuple[object, ...]]:
    sums = [row[f"{stage}|sum"] for stage in STAGES]
    total, largest = sum(sums), max(sums)
    for stage, each in zip(STAGES, sums, strict=True):
        part = each / total if total else float("nan")
        first = sums.index(largest) == STAGES.index(stage) and total > 0
        yield row["category"], stage, row["n"], row[f"{stage}|mean"], row[f"{stage}|p50"], part, first


def ageing(of: Breakdown, as_of: dt.datetime) -> pd.DataFrame:
    """Open records at as_of by age; always five rows."""
    table = of.theirs(LAST)
    table = table.filter(table.is_open)
    grouped = table.group_by(band=lists.band(minutes(table.raised_at, ibis.literal(as_of))))
    found = of.engine.run(grouped.aggregate(n=table.count(), overdue=table.running_overdue.sum())).set_index("band")
    return found.reindex(list(lists.BANDS), fill_value=0).astype("int64").rename_axis("band").reset_index().astype({"band": "str"})


def weekday_hour(of: Breakdown) -> pd.DataFrame:
    """Records raised by ISO weekday (1 = Monday) and hour; always 168 rows."""
    table = of.theirs(FIRST)
    table = table.filter(within(table, "raised", of.period))
    grouped = table.group_by(weekday=(table.raised_at.day_of_week.index() + 1).cast("int64"), hour=table.raised_at.hour().cast("int64"))
    found = of.engine.run(grouped.aggregate(n=table.count())).set_index(["weekday", "hour"])["n"]
    every = pd.MultiIndex.from_product([range(1, 8), range(24)], names=["weekday", "hour"])
    return found.reindex(every, fill_value=0).astype("int64").reset_index()
