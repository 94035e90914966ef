"""Breakdowns: the measures of a period by form, type, channel, person …, and by day, ISO week and month."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir
import pandas as pd

from csbook.metrics import clocks, periods
from csbook.metrics.business import Business
from csbook.metrics.engine import Engine
from csbook.metrics.measures import BASES, FIRST, LAST, RATES, Measure, finished, marked, measures, of_clock, summed, within
from csbook.metrics.offers import Offers
from csbook.metrics.periods import Period
from csbook.metrics.texts import Texts
from csbook.policy import Policy


@dataclass(frozen=True)
class Dimension:
    """A table `by_<name>`: its key columns as shown → as they stand in the facts (`of_first`: for what belongs to the first agent)."""

    name: str
    keys: Mapping[str, str]
    column: str | None = None  # forms without this field are not in the table
    of_first: Mapping[str, str] = field(default_factory=dict)


DIMENSIONS = (
    Dimension("form", {"form": "form"}),
    Dimension("category", {"category": "category_group"}, "category"),
    Dimension("form_category", {"form": "form", "category": "category"}, "category"),
    Dimension("channel", {"channel": "channel_group"}, "channel"),
    Dimension("priority", {"priority": "priority_group"}, "priority"),
    Dimension("emotion", {"emotion": "emotion_group"}, "emotion"),
    Dimension("department", {"department": "department_group"}, "department"),
    Dimension("desk", {"desk": "desk"}),
    Dimension("team", {"team": "team"}),
    Dimension("agent", {"agent": "last_agent"}, of_first={"agent": "first_agent"}),
)
PLACES = ("key_1", "key_2")
TOGETHER = 1_000_000  # so many rows that one query counts, some hundred megabytes of durations
BY_KEY = tuple(f"by_{each.name}" for each in DIMENSIONS)
BY_TIME = tuple(f"by_{kind}" for kind in periods.BUCKETS)
KEYS = tuple(sorted({key for each in DIMENSIONS for key in (*each.keys.values(), *each.of_first.values())}))


@dataclass(frozen=True)
class Breakdown:
    """What every breakdown needs."""

    engine: Engine
    facts: ir.Table
    texts: Texts
    policy: Policy
    offers: Offers
    business: Business
    period: Period
    size: int  # records in the facts
    agent: Sequence[str] = ()  # the names of the one agent asked for; empty = everybody

    def is_theirs(self, table: ir.Table, person: str) -> ir.BooleanValue:
        """Does what belongs to the first (last) agent of a record count? Of one agent, what was theirs (edge rule 7)."""
        return table[f"{person}_agent"].isin(self.agent) if self.agent else ibis.literal(True)

    def theirs(self, person: str) -> ir.Table:
        """The facts whose first (last) agent is the one asked for; all of them where nobody is."""
        return self.facts.filter(self.is_theirs(self.facts, person)) if self.agent else self.facts

    def detailed(self, table: ir.Table, *names: str, keep: Iterable[str]) -> ir.Table:
        """See csbook.metrics.clocks.detailed."""
        return clocks.detailed(table, self.policy, self.business, names, keep)

    def of_clock(self, clock: str) -> ir.Table:
        """The facts that a clock judges the agent by."""
        return self.theirs(of_clock(self.policy.latest(clock)))

    def counted_by(self, clock: str) -> str:
        """The basis of a clock: the day by which it counts."""
        return self.policy.latest(clock).counted_by.removesuffix("_at")

    def overview(self, records: ir.Table, *, compared: bool) -> pd.DataFrame:
        """One row: the measures over `records`, the same `_before`, and their `_change` (relative; in points for shares and scores)."""
        now = self._total(records)
        before = self._total(self.marked(self.period.before())) if compared else now.astype("float64") * float("nan")
        points = [name for name in now.columns.astype(str) if name.endswith("_attainment") or name in RATES]
        change = (now - before) / before.where(before != 0)
        change[points] = now[points] - before[points]
        return pd.concat([now, before.add_suffix("_before"), change.add_suffix("_change")], axis=1)

    def marked(self, period: Period) -> ir.Table:
        """The records that count in a period, with every key that a table groups by."""
        days = {f"{basis}_day": self.facts[f"{basis}_day"] for basis in BASES}
        keys = {"id": self.facts.id, **{key: self.facts[key] for key in KEYS}, **days}
        whose = {person: self.is_theirs(self.facts, person) for person in (FIRST, LAST)} if self.agent else {}
        return marked(self.facts, measures(self.policy), period, keys, whose)

    def _total(self, records: ir.Table) -> pd.DataFrame:
        return finished(self.engine.run(summed(records, measures(self.policy), [])), self.policy)

    def by_key(self, records: ir.Table) -> Iterator[pd.DataFrame]:
        """The tables BY_KEY: one row a key with anything to count, most records first; `forms`: of which forms the records are."""
        raw = pd.concat([self._keyed(records, each) for each in self._at_once()], ignore_index=True)
        raw = raw.merge(self._forms(records), on=["dimension", *PLACES], how="left")
        done = pd.concat([raw[["dimension", *PLACES, "forms"]], finished(raw, self.policy)], axis=1)
        done = done.sort_values(["n", *PLACES], ascending=[False, True, True])
        for dimension in DIMENSIONS:
            table = done[done["dimension"] == dimension.name].drop(columns=["dimension", *PLACES[len(dimension.keys) :]])
            yield table.rename(columns=dict(zip(PLACES, dimension.keys, strict=False))).reset_index(drop=True)

    def _at_once(self) -> Iterator[Sequence[Dimension]]:
        """As many dimensions as one query may count together: a query is dear where there are few records, their durations where many."""
        count = max(1, TOGETHER // max(self.size, 1))
        return (DIMENSIONS[first : first + count] for first in range(0, len(DIMENSIONS), count))

    def _keyed(self, records: ir.Table, dimensions: Iterable[Dimension]) -> pd.DataFrame:
        """The measures by dimension and up to two keys, as PLACES."""
        every = measures(self.policy)
        parts = [part for each in dimensions for part in self._parts(records, each, every)]
        return self.engine.run(summed(ibis.union(*parts), every, ["dimension", *PLACES]))

    def _parts(self, records: ir.Table, dimension: Dimension, every: Sequence[Measure]) -> Iterator[ir.Table]:
        """What a dimension counts; what belongs to the first agent has keys of its own."""
        of_first = {each.name for each in every if dimension.of_first and each.person == FIRST}
        for keys, names in ((dimension.keys, {each.name for each in every} - of_first), (dimension.of_first, of_first)):
            if names:
                part, named = self._placed(records, dimension, keys)
                yield part.select(**named, **_counted(part, every, names))

    def _placed(self, records: ir.Table, dimension: Dimension, keys: Mapping[str, str]) -> tuple[ir.Table, dict[str, ir.Value]]:
        """The records that a dimension counts by these keys of its own, and what names their row."""
        table = records.filter(self.offers.has(records, dimension.column)) if dimension.column else records
        # of one agent, no row of those with whom records were shared
        table = table.filter(table[keys["agent"]].isin(self.agent)) if self.agent and dimension.of_first else table
        stored = [table[name] for name in keys.values()] + [ibis.null("string")] * (len(PLACES) - len(keys))
        return table, {"dimension": ibis.literal(dimension.name), **dict(zip(PLACES, stored, strict=True))}

    def _forms(self, records: ir.Table) -> pd.DataFrame:
        """`forms` by dimension and PLACES: the forms whose records a row counts, in order, as `hotline,response`."""
        placed = (self._placed(records, each, keys) for each in DIMENSIONS for keys in (each.keys, each.of_first) if keys)
        found = self.engine.run(ibis.union(*(table.select(**named, form=table.form).distinct() for table, named in placed)))
        of_rows = found.drop_duplicates().sort_values("form").groupby(["dimension", *PLACES], dropna=False)["form"]
        return of_rows.agg(",".join).astype("str").rename("forms").reset_index()

    def over_time(self, records: ir.Table) -> Iterator[pd.DataFrame]:
        """The tables BY_TIME: one row a day, week or month of the period, zeros included; each measure in the bucket of its own day."""
        raw = pd.concat([self.period.buckets(kind).to_frame("bucket").assign(kind=kind) for kind in periods.BUCKETS], ignore_index=True)
        for basis in BASES:
            raw = raw.merge(self._bucketed(records, basis), on=["kind", "bucket"], how="left")
        flow = self._begun(raw) - raw["left"].fillna(0)
        backlog = self._opening() + flow.groupby(raw["kind"]).cumsum()
        raw = pd.concat([raw.drop(columns="backlog", errors="ignore"), backlog.rename("backlog")], axis=1)
        done = finished(raw, self.policy)
        for kind in periods.BUCKETS:
            table, starts = done[raw["kind"] == kind], raw.loc[raw["kind"] == kind, "bucket"]
            named = [starts.rename("day")] if kind == "day" else [periods.named(kind, starts).rename(kind), starts.rename(f"{kind}_start")]
            yield pd.concat([*named, table], axis=1).reset_index(drop=True)

    def _bucketed(self, records: ir.Table, basis: str) -> pd.DataFrame:
        """The measures of one basis by kind and bucket; only days of the period, also where a week or month reaches beyond it."""
        chosen = tuple(each for each in measures(self.policy) if each.basis == basis)
        table = records.select(f"counts_{basis}", f"{basis}_day", *(each.name for each in chosen))
        table = table.filter(table[f"counts_{basis}"])
        day = table[f"{basis}_day"]
        counted = {each.name: table[each.name] for each in chosen}
        placed = (table.select(kind=ibis.literal(kind), bucket=day.truncate(kind[0].upper()), **counted) for kind in periods.BUCKETS)
        return self.engine.run(summed(ibis.union(*placed), chosen, ["kind", "bucket"]))

    def _begun(self, raw: pd.DataFrame) -> pd.Series[float]:
        """The records raised in each bucket that are in the backlog's care: of one agent those whose last agent is theirs."""
        if not self.agent:
            return raw["n"].fillna(0)
        table = self.theirs(LAST)
        table = table.filter(within(table, "raised", self.period))
        days = table.raised_day
        placed = (table.select(kind=ibis.literal(kind), bucket=days.truncate(kind[0].upper())) for kind in periods.BUCKETS)
        every = ibis.union(*placed)
        found = self.engine.run(every.group_by("kind", "bucket").aggregate(begun=every.count()))
        return raw[["kind", "bucket"]].merge(found, on=["kind", "bucket"], how="left")["begun"].fillna(0)

    def _opening(self) -> int:
        """Open records at the end of the day before the period: a level, so everything before counts (not Zammad's net flow)."""
        table, first = self.theirs(LAST), ibis.literal(self.period.start).cast("timestamp")
        stayed = (table.raised_day < first) & (table.left_day.isnull() | (table.left_day >= first))
        return int(self.engine.run(table.aggregate(n=table.count(where=stayed)))["n"].iloc[0])


def _counted(table: ir.Table, every: Iterable[Measure], names: Collection[str]) -> dict[str, ir.Value]:
    """The columns of the measures, of those not named nothing."""
    return {each.name: table[each.name] if each.name in names else ibis.null(table[each.name].type()) for each in every}
