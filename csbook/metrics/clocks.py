"""Clocks at work: per record and clock the limit in force when it was raised, the moment it is due, and the verdict at as_of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from csbook.metrics import durations
from csbook.metrics.business import Business
from csbook.metrics.engine import RECORD, STAMP
from csbook.policy import Clock, Counts, Policy

MET, STOPPED, RUNNING, PENDING = "met", "missed_stopped", "missed_running", "pending"
MISSED = (STOPPED, RUNNING)
JUDGED = (MET, *MISSED)
VERDICTS = (*JUDGED, PENDING)
UNJUDGED = ("not_offered", "withdrawn", "out_of_order", "missing", "after_as_of")
# these stamps come after the resolution, so a resolved record may still wait for them
AFTERWARDS = frozenset({"closed_at", "revisit_at"})


@dataclass(frozen=True)
class Reading:
    """A clock as it applies to some records: those of its forms, raised while its block was in force."""

    begins: dt.date
    until: dt.date | None
    clock: Clock

    def applies(self, table: ir.Table) -> ir.BooleanValue:
        since = (table.raised_at >= ibis.literal(self.begins).cast("timestamp")) & table.form.isin(self.clock.forms)
        return since if self.until is None else since & (table.raised_at < ibis.literal(self.until).cast("timestamp"))


def readings(policy: Policy, name: str) -> list[Reading]:
    """Every reading of the clocks of that name, in the order of their blocks."""
    return [Reading(*each) for each in policy.named(name)]


def fields(policy: Policy) -> dict[str, pa.DataType]:
    """Fields that only the policy knows, such as those of a team's own form, and their types."""
    found: dict[str, pa.DataType] = {}
    for clock in (clock for block in policy.blocks for clock in block.clocks):
        found |= dict.fromkeys((name for name in (clock.start, clock.stop, clock.due) if name), STAMP)
        found |= {clock.by: pa.string()} if clock.by else {}
        found |= {clock.value: pa.int64()} if clock.value else {}
    found |= dict.fromkeys(policy.watched.fields(), pa.string())
    return {name: type_ for name, type_ in found.items() if name not in RECORD}


def judged_by(table: ir.Table, field: str) -> ir.StringValue:
    """The entry that picks a limit: that of the first accepted revision, so that a later change does not rewrite a verdict."""
    first = f"{field}_first"
    return ibis.coalesce(table[first], table[field]) if first in RECORD else table[field]


def business_starts(policy: Policy) -> Iterator[str]:
    """The stamps from which clocks count business time."""
    return (seen(clock.start) for block in policy.blocks for clock in block.clocks if clock.counts is Counts.BUSINESS)


def with_verdicts(table: ir.Table, policy: Policy, business: Business) -> ir.Table:
    """Adds what is `judged`, per clock: `state_`, and where business time counts `target_` and `ends_`."""
    now = ibis.literal(business.as_of)
    clocks = {name: readings(policy, name) for name in policy.names()}
    before = table.columns
    table = _limited(table, clocks)
    table = _with_business_ends(table, clocks, business)
    table = table.mutate(**{f"due_{name}": _pick(table, name, found, _due) for name, found in clocks.items()})
    states = {f"state_{name}": _state(table, name, found, now) for name, found in clocks.items()}
    return table.select(*before, *(name for name in judged(policy) if name not in states), **states)


def judged(policy: Policy) -> Iterator[str]:
    """The columns that `with_verdicts` adds."""
    for name in policy.names():
        yield f"state_{name}"
        if any(reading.clock.counts is Counts.BUSINESS for reading in readings(policy, name)):
            yield from (f"target_{name}", f"ends_{name}")


def levelled(table: ir.Table, policy: Policy, names: Iterable[str], keep: Iterable[str]) -> ir.Table:
    """Of facts the columns `keep` and `state_`, `level_` and `limit_` (seconds) of these clocks."""
    clocks = {name: readings(policy, name) for name in names}
    table = _limited(_narrow(table, policy, clocks, keep), clocks)
    return table.mutate(**{f"level_{name}": _pick(table, name, found, _level) for name, found in clocks.items()})


def detailed(table: ir.Table, policy: Policy, business: Business, names: Iterable[str], keep: Iterable[str]) -> ir.Table:
    """Of facts the columns `keep` and, for these clocks, what is `judged`, `limit_` (seconds), `due_`, `over_` (minutes past due or limit)
    and `soon_`."""
    now = ibis.literal(business.as_of)
    clocks = {name: readings(policy, name) for name in names}
    table = _limited(_narrow(table, policy, clocks, keep), clocks)
    table = table.mutate(**{f"due_{name}": _pick(table, name, found, _due) for name, found in clocks.items()})
    return table.mutate(
        **{f"over_{name}": _pick(table, name, found, lambda t, c: _over(t, c, now)) for name, found in clocks.items()},
        **{f"soon_{name}": _pick(table, name, found, lambda t, c: _soon(t, c, policy, business)) for name, found in clocks.items()},
    )


def _narrow(table: ir.Table, policy: Policy, clocks: Mapping[str, list[Reading]], keep: Iterable[str]) -> ir.Table:
    """Only what is asked for or read: every column more is work for each expression over it."""
    read = {"form", "raised_at", *keep, *(column for column in judged(policy) if column.partition("_")[2] in clocks)}
    for clock in (reading.clock for found in clocks.values() for reading in found):
        stamps = (seen(name) for name in (clock.start, clock.stop) if name)
        entries = (f"{clock.by}_first", clock.by) if clock.by else ()
        read |= {*stamps, *entries, *(name for name in (clock.due, clock.value) if name)}
    return table.select(*(name for name in table.columns if name in read))


def _limited(table: ir.Table, clocks: Mapping[str, list[Reading]]) -> ir.Table:
    """Adds `reading_`, the place of the reading that applies, and its `limit_` in seconds."""
    table = table.mutate(**{f"reading_{name}": _place(table, found) for name, found in clocks.items()})
    return table.mutate(**{f"limit_{name}": _pick(table, name, found, _limit) for name, found in clocks.items()})


def _with_business_ends(table: ir.Table, clocks: Mapping[str, list[Reading]], business: Business) -> ir.Table:
    """Adds `target_` and `ends_` of the clocks that count business time in some block."""
    for name, found in clocks.items():
        chosen = [reading.clock for reading in found if reading.clock.counts is Counts.BUSINESS]
        if chosen:
            table = table.mutate(**{f"target_{name}": _pick(table, name, found, _target)})
            longest = max(limit for clock in chosen for _, limit, _ in clock.levels() if limit is not None)
            table = business.with_due(table, name, longest)
    return table


def _target(table: ir.Table, clock: Clock) -> ir.Value:
    """The worked seconds at which the limit is used up."""
    if clock.counts is not Counts.BUSINESS:
        return ibis.null("int64")
    return table[f"worked_{seen(clock.start)}"] + table[f"limit_{clock.name}"]


def _place(table: ir.Table, found: list[Reading]) -> ir.IntegerValue:
    return ibis.cases(*((reading.applies(table), place) for place, reading in enumerate(found)), else_=-1).cast("int16")


def _pick(table: ir.Table, name: str, found: list[Reading], make: Callable[[ir.Table, Clock], ir.Value]) -> ir.Value:
    """`make` of the reading that applies to the record, null where none does."""
    return ibis.cases(*((table[f"reading_{name}"] == place, make(table, reading.clock)) for place, reading in enumerate(found)))


def _level(table: ir.Table, clock: Clock) -> ir.StringValue:
    entry = judged_by(table, clock.by) if clock.by else ibis.null("string")
    return ibis.ifelse(entry.isin(list(clock.limits)), entry, ibis.null("string"))


def _limit(table: ir.Table, clock: Clock) -> ir.Value:
    """Seconds; null where no limit stands for the entry."""
    default = ibis.null("int64") if clock.limit is None else ibis.literal(_seconds(clock.limit)).cast("int64")
    if clock.by is None:
        return default
    entry = judged_by(table, clock.by)
    return ibis.cases(
        *((entry == level, ibis.literal(_seconds(limit)).cast("int64")) for level, limit in clock.limits.items()), else_=default
    )


def _due(table: ir.Table, clock: Clock) -> ir.Value:
    if clock.counts is Counts.CALENDAR:
        return stamp(table, clock.start) + table[f"limit_{clock.name}"].as_interval("s")
    if clock.counts is Counts.BUSINESS:
        return table[f"ends_{clock.name}"]
    return table[clock.due] if clock.due else ibis.null("timestamp(6)")


def _state(table: ir.Table, name: str, found: list[Reading], now: ir.TimestampValue) -> ir.StringValue:
    """A verdict of VERDICTS, or why there is none."""
    return ibis.cases(
        (~_pick(table, name, found, _stands).fill_null(False), "not_offered"),
        (table.withdrawn, "withdrawn"),
        (table.out_of_order, "out_of_order"),
        else_=_pick(table, name, found, lambda t, c: _value_verdict(t, c) if c.counts is Counts.VALUE else _stamp_verdict(t, c, now)),
    )


def _stands(table: ir.Table, clock: Clock) -> ir.BooleanValue:
    """Is there a limit or a promise to judge by?"""
    if clock.counts is not Counts.PROMISED:
        return table[f"limit_{clock.name}"].notnull()
    promised = table[f"due_{clock.name}"].notnull()
    return promised & table.is_open if clock.open_only else promised


def _value_verdict(table: ir.Table, clock: Clock) -> ir.StringValue:
    over = _over(table, clock, None)
    return ibis.cases((over.isnull(), "missing"), (over <= 0, MET), else_=STOPPED)


def _stamp_verdict(table: ir.Table, clock: Clock, now: ir.TimestampValue) -> ir.StringValue:
    """Equal to due is on time; a late stop stays a miss; a clock of a closed record whose stop stamp is missing does not run."""
    start, stop, due = stamp(table, clock.start), stamp(table, clock.stop), table[f"due_{clock.name}"]
    running = table.is_open | ibis.literal(clock.stop in AFTERWARDS)
    aside = ibis.or_(*(durations.future(table, each) for each in (clock.start, clock.stop or clock.start) if each != "raised_at"))
    return ibis.cases(
        (start.isnull() & aside, "after_as_of"),
        (start.isnull(), "missing"),
        (stop.notnull() & (stop <= due), MET),
        (stop.notnull(), STOPPED),
        (running & (now > due), RUNNING),
        (running, PENDING),
        (aside, "after_as_of"),
        else_="missing",
    )


def _over(table: ir.Table, clock: Clock, now: ir.TimestampValue | None) -> ir.FloatingValue:
    """Minutes past due at the stop or at as_of; for typed values minutes past the limit. Negative while there is time."""
    if clock.counts is Counts.VALUE or now is None:
        return durations.in_minutes(table[clock.value] * _seconds(clock.unit) - table[f"limit_{clock.name}"])
    return durations.minutes(table[f"due_{clock.name}"], ibis.coalesce(stamp(table, clock.stop), now))


def _soon(table: ir.Table, clock: Clock, policy: Policy, business: Business) -> ir.BooleanValue:
    """Is a running clock nearly due (policy.due_soon)? What is left of a business clock is worked time."""
    if clock.counts is Counts.VALUE:
        return ibis.literal(False)
    if clock.counts is Counts.BUSINESS:
        whole = durations.in_minutes(table[f"limit_{clock.name}"])
        left = durations.in_minutes(table[f"target_{clock.name}"] - business.hours.worked(business.as_of))
    else:
        due = table[f"due_{clock.name}"]
        whole, left = durations.minutes(stamp(table, clock.start), due), durations.minutes(ibis.literal(business.as_of), due)
    return left <= ibis.greatest(whole * policy.due_soon.left, _seconds(policy.due_soon.least) / 60)


def stamp(table: ir.Table, name: str | None) -> ir.TimestampValue:
    """A stamp as the figures see it: the resolution only of a record that is resolved."""
    return table[seen(str(name))]


def seen(stamp: str) -> str:
    """The column of a stamp in the facts."""
    return "solved_at" if stamp == "resolved_at" else stamp


def _seconds(span: dt.timedelta) -> int:
    return int(span.total_seconds())


def states(policy: Policy) -> Iterator[str]:
    """Names of the verdict columns."""
    return (f"state_{name}" for name in policy.names())
