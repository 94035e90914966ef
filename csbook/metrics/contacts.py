"""Contacts: long calls and slow online answers by agent, late call-backs and customers not kept informed by department."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import ibis
import ibis.expr.types as ir
import pandas as pd

from csbook.metrics import durations
from csbook.metrics.breakdown import Breakdown
from csbook.metrics.clocks import AFTERWARDS, JUDGED, MISSED, PENDING, stamp
from csbook.metrics.measures import LAST, share, within
from csbook.policy import Clock, Counts

SYNC = "sync_gap"
KEYS = ("first_agent", "department_group")
COLUMNS = ("n", "over", "share", "pending", "missing", "worst")


def contacts(of: Breakdown, as_of: dt.datetime) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`contact_by_agent` and `contact_by_department`: clock, key, n judged, those over the limit, their share, those still in time,
    those with nothing to judge by, and the longest overrun in minutes."""
    parts = [*_clocks(of), *_sync(of, as_of)]
    every = ibis.union(*parts) if parts else None
    found = pd.DataFrame(columns=["by", "clock", "key", *COLUMNS]) if every is None else of.engine.run(_counted(every))
    found["share"] = share(found["over"], found["n"])
    order = [*of.policy.names(), SYNC]
    found = found.sort_values(
        ["clock", "n", "key"], key=lambda c: c.map(order.index) if c.name == "clock" else c, ascending=[True, False, True]
    )
    whole = dict.fromkeys(("n", "over", "pending", "missing"), "int64")
    found = found.astype({**whole, "share": "float64", "worst": "float64", "clock": "str", "key": "str"})
    agent, department = (found[found["by"] == by].rename(columns={"key": by}) for by in ("agent", "department"))
    return _shaped(agent, "agent"), _shaped(department, "department")


def _shaped(found: pd.DataFrame, key: str) -> pd.DataFrame:
    return found[["clock", key, *COLUMNS]].reset_index(drop=True)


def _counted(every: ir.Table) -> ir.Table:
    return every.group_by("by", "clock", "key").aggregate(
        n=every.judged.sum(),
        over=every.over.sum(),
        pending=every.pending.sum(),
        missing=every.blank.sum(),
        worst=every.overrun.max(where=every.over),
    )


def _clocks(of: Breakdown) -> Iterator[ir.Table]:
    """The clocks of what is said to a customer (typed values) and of what follows the resolution."""
    for name in of.policy.names():
        clock = of.policy.latest(name)
        if clock.counts is not Counts.VALUE and clock.stop not in AFTERWARDS:
            continue
        basis = of.counted_by(name)
        table = of.detailed(of.of_clock(name), name, keep=[*KEYS, f"{basis}_day"])
        table = table.filter(within(table, basis, of.period) & table[f"state_{name}"].isin((*JUDGED, PENDING, "missing")))
        state = table[f"state_{name}"]
        said = {"over": state.isin(MISSED), "judged": state.isin(JUDGED), "pending": state == PENDING}
        columns = {**said, "blank": _value(table, clock).isnull(), "overrun": table[f"over_{name}"]}
        yield _placed(table, name, "agent" if clock.counts is Counts.VALUE else "department", columns)


def _value(table: ir.Table, clock: Clock) -> ir.Value:
    return table[clock.value] if clock.value is not None else stamp(table, clock.stop)


def _sync(of: Breakdown, as_of: dt.datetime) -> Iterator[ir.Table]:
    """The gap since the customer was last told, over open records at as_of."""
    watched = of.policy.watched
    if watched.sync.by is None:
        return
    table = of.theirs(LAST).select("form", "department_group", "raised_at", "synced_at", "is_open", "measured", watched.sync.by)
    told = of.offers.has(table, "synced_at") & table[watched.sync.by].isin(watched.sync.entries)
    table = table.filter(table.is_open & table.measured & told)
    gap = durations.minutes(ibis.coalesce(table.synced_at, table.raised_at), ibis.literal(as_of))
    overrun = gap - watched.sync_every.total_seconds() / 60
    said = {"over": overrun > 0, "judged": ibis.literal(True), "pending": ibis.literal(False)}
    yield _placed(table, SYNC, "department", {**said, "blank": table.synced_at.isnull(), "overrun": overrun})


def _placed(table: ir.Table, clock: str, by: str, columns: dict[str, ir.Value]) -> ir.Table:
    key = table.first_agent if by == "agent" else table.department_group
    return table.select(by=ibis.literal(by), clock=ibis.literal(clock), key=key, **columns)
