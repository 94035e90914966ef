"""Measures: the figures that every by_* table shows, each declared with the day it counts by and the person it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from csbook.metrics.clocks import MET, PENDING, RUNNING, STOPPED
from csbook.metrics.durations import DURATIONS
from csbook.metrics.periods import Period
from csbook.policy import Clock, Policy

BASES = ("raised", "resolved", "rated", "left")
LEVEL = "level"
FIRST, LAST = "first", "last"
PERCENTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95}
# shares and scores: their changes are told in points
RATES = ("response_rate", "satisfaction", "loop_rate")
MINUTE = 60  # durations are counted in seconds, which add up exactly
UNIT = 60_000_000  # microseconds in a minute
ENOUGH = 10  # no p90, p95 and no ranking of people below (METRICS.md, edge rule 9)


@dataclass(frozen=True)
class Measure:
    """What one record adds to a figure of the period in which its `basis` day lies: a truth that is counted, or an amount.

    Amounts give `_n`, `_mean` and, where `spread`, which are seconds that are told in minutes, percentiles. `person` is the agent the
    figure belongs to (edge rule 7).
    """

    name: str
    basis: str
    of: Callable[[ir.Table], ir.Value]
    person: str = LAST
    amount: bool = False
    spread: bool = False

    def columns(self) -> tuple[str, ...]:
        """Names of what `summed` makes of it."""
        suffixes = ("_n", "_mean", *(f"_{each}" for each in PERCENTILES if self.spread)) if self.amount else ("",)
        return tuple(self.name + suffix for suffix in suffixes)

    def aggregates(self, table: ir.Table) -> Iterator[tuple[str, ir.Value]]:
        """Named aggregates over a table of `marked` records."""
        column = table[self.name]
        if not self.amount:
            yield self.name, column.sum()
            return
        yield f"{self.name}_n", column.count()
        if not self.spread:
            yield f"{self.name}_mean", mean(column)
            return
        # as floats: some engines divide whole numbers as decimals
        yield f"{self.name}_mean", column.sum().cast("float64") / (column.count() * MINUTE).cast("float64")
        yield f"{self.name}_quantiles", column.quantile(list(PERCENTILES.values()))


def mean(column: ir.FloatingColumn) -> ir.FloatingScalar:
    """The mean of minutes or scores by a sum of whole numbers: floats would add up differently from run to run, by thread.

    Microseconds are exact; scores are rounded to a sixty-millionth, which the shipped scales do not notice.
    """
    # as floats: some engines divide whole numbers as decimals
    return total(column).cast("float64") / (column.count() * UNIT).cast("float64")


def total(column: ir.FloatingColumn) -> ir.IntegerScalar:
    """The sum of minutes in microseconds (of scores in units of 1 / 60,000,000)."""
    return (column * UNIT).round().cast("int64").sum()


def within(table: ir.Table, basis: str, period: Period) -> ir.BooleanValue:
    """Does the record count in the period? `level`: was it open at its end?"""
    first, last = (ibis.literal(day).cast("timestamp") for day in (period.start, period.end))
    if basis == LEVEL:
        return (table.raised_day <= last) & (table.left_day.isnull() | (table.left_day > last))
    day = table[f"{basis}_day"]
    return day.notnull() & (day >= first) & (day <= last)


def counts(table: ir.Table, period: Period) -> ir.BooleanValue:
    """Does any figure of the period count the record?"""
    return ibis.or_(*(within(table, basis, period) for basis in (*BASES, LEVEL)))


def measures(policy: Policy) -> tuple[Measure, ...]:
    """All of them, in the order of the columns."""
    return (*_volume(), *_durations(), *_clocks(policy), *_ratings())


def _volume() -> Iterator[Measure]:
    def every(_: ir.Table) -> ir.Value:
        return ibis.literal(True)

    yield Measure("n", "raised", every, FIRST)
    yield Measure("withdrawn", "raised", lambda t: t.withdrawn, FIRST)
    yield Measure("resolved", "resolved", every)
    yield Measure("left", "left", every)
    yield Measure("left_estimated", "left", lambda t: t.estimated)
    yield Measure("backlog", LEVEL, every)
    yield Measure("overdue", "raised", lambda t: t.overdue, FIRST)  # of the records that n counts
    yield Measure("late", "raised", lambda t: t.late, FIRST)
    yield Measure("late_n", "raised", lambda t: t.late.notnull(), FIRST)
    yield Measure("reopened", "resolved", lambda t: t.reopens > 0)
    yield Measure("one_touch", "resolved", lambda t: (t.reopens == 0) & (t.transfers.fill_null(0) == 0) & t.transferable)
    yield Measure("one_touch_n", "resolved", lambda t: t.transferable)
    yield Measure("looped", "resolved", lambda t: t.rated_day.notnull() & has_rating(t))
    yield Measure("loop_n", "resolved", lambda t: t.rated_day.notnull())


def _durations() -> Iterator[Measure]:
    for each in DURATIONS:
        person = FIRST if each.basis == "raised" else LAST
        for name in (each.name, each.business):
            yield Measure(name, each.basis, _column(f"seconds_{name}"), person, amount=True, spread=True)


def _clocks(policy: Policy) -> Iterator[Measure]:
    for name in policy.names():
        clock = policy.latest(name)
        basis = clock.counted_by.removesuffix("_at")
        person = of_clock(clock)
        for state in (MET, RUNNING, STOPPED, PENDING):
            yield Measure(f"{name}_{state}", basis, _is_state(name, state), person)


def of_clock(clock: Clock) -> str:
    """Whose verdicts a clock's are: what ends with the resolution or after it is the last agent's."""
    return LAST if clock.stop in ("resolved_at", "revisit_at", "closed_at") else FIRST


def _column(name: str) -> Callable[[ir.Table], ir.Value]:
    return lambda table: table[name]


def _is_state(clock: str, state: str) -> Callable[[ir.Table], ir.Value]:
    return lambda table: table[f"state_{clock}"] == state


def _ratings() -> Iterator[Measure]:
    yield Measure("ratable", "rated", lambda t: t.rated_day.notnull())
    yield Measure("satisfaction", "rated", lambda t: t.satisfaction_score, amount=True)


def has_rating(table: ir.Table) -> ir.BooleanValue:
    """Did the customer rate, at the end of the talk or afterwards?"""
    return table.satisfaction_score.notnull() | table.result_satisfaction_score.notnull()


def marked(
    table: ir.Table, chosen: tuple[Measure, ...], period: Period, keys: Mapping[str, ir.Value], whose: Mapping[str, ir.BooleanValue]
) -> ir.Table:
    """The records that count anywhere in the period: `keys`, `counts_<basis>`, and a column a measure:
    1, 0 or the amount, null where it does not count. `whose` tells by person, where one agent is asked for, if the record is theirs."""
    table = table.mutate(**{f"counts_{basis}": within(table, basis, period) for basis in (*BASES, LEVEL)})
    bases = {basis: table[f"counts_{basis}"] for basis in (*BASES, LEVEL)}
    columns: dict[str, ir.Value] = {f"counts_{basis}": counts for basis, counts in bases.items()}
    for measure in chosen:
        value, where = measure.of(table), bases[measure.basis]
        where = where & whose[measure.person] if whose else where
        # narrow, for it is kept; by way of int32, as PostgreSQL makes no smaller number of a truth
        columns[measure.name] = ibis.ifelse(where, value if measure.amount else value.cast("int32").cast("int16"), None)
    return table.filter(ibis.or_(*bases.values())).select(**keys, **columns)


def summed(table: ir.Table, chosen: tuple[Measure, ...], keys: list[str]) -> ir.Table:
    """The aggregates of the measures over `marked` records, by keys, percentiles as columns of their own."""
    aggregates = dict(pair for measure in chosen for pair in measure.aggregates(table))
    found = table.group_by(keys).aggregate(**aggregates) if keys else table.aggregate(**aggregates)
    spread = [(each.name, found[f"{each.name}_quantiles"]) for each in chosen if each.spread]
    percentiles = {f"{name}_{suffix}": array[place] for name, array in spread for place, suffix in enumerate(PERCENTILES)}
    return found.select(*(name for name in found.columns if not name.endswith("_quantiles")), **percentiles)


def finished(frame: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Counts as int64, percentiles where there is enough, shares from counts of one population; columns in their order."""
    done: dict[str, pd.Series] = {}
    for measure in measures(policy):
        name = measure.name
        if measure.spread:
            done |= _amounts(frame, name)
        elif not measure.amount:
            done[name] = frame[name].fillna(0).astype("int64")
        if name == "left_estimated":
            done["net_flow"] = done["n"] - done["left"]
        if name.endswith(f"_{PENDING}"):
            done |= _attainment(done, name.removesuffix(f"_{PENDING}"))
    done["loop_rate"] = share(done["looped"], done["loop_n"])
    done["rated"] = frame["satisfaction_n"].fillna(0).astype("int64")
    done["response_rate"] = share(done["rated"], done["ratable"])
    done["satisfaction"] = frame["satisfaction_mean"].astype("float64")
    return pd.DataFrame(done, index=frame.index)


def _amounts(frame: pd.DataFrame, name: str) -> dict[str, pd.Series]:
    """n, mean, p50, p90, p95 (linear interpolation); no p90, p95 where there are too few."""
    n = frame[f"{name}_n"].fillna(0).astype("int64")
    columns = {f"{name}_{suffix}": frame[f"{name}_{suffix}"].astype("float64") for suffix in ("mean", *PERCENTILES)}
    # to the microsecond, which is exact: engines interpolate alike up to the last digit of a float
    columns |= {key: (column / MINUTE * UNIT).round() / UNIT for key, column in columns.items() if not key.endswith("_mean")}
    rare = {key: column.where(n >= ENOUGH) for key, column in columns.items() if key.endswith(("_p90", "_p95"))}
    return {f"{name}_n": n, **columns, **rare}


def _attainment(done: Mapping[str, pd.Series], clock: str) -> dict[str, pd.Series]:
    """met / (met + missed): numerator and denominator are the same records."""
    missed, met = done[f"{clock}_{RUNNING}"] + done[f"{clock}_{STOPPED}"], done[f"{clock}_{MET}"]
    return {f"{clock}_missed": missed, f"{clock}_attainment": share(met, met + missed)}


def share(part: pd.Series, whole: pd.Series) -> pd.Series:
    """A share; missing, not 0, where there is nothing to share."""
    return part / whole.where(whole > 0).astype("float64")
