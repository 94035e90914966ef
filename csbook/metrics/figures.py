"""Figures: every table of METRICS.md from a ledger's records, as of one moment, over one period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from csbook.forms import Definitions, Form
from csbook.metrics import clocks, glossary, lists, periods, quality, spread
from csbook.metrics.breakdown import BY_KEY, BY_TIME, Breakdown
from csbook.metrics.business import Business
from csbook.metrics.engine import RECORD, REVISION, Engine, completed, keyed, lying
from csbook.metrics.facts import facts, seen
from csbook.metrics.frequent import Wording, frequent
from csbook.metrics.offers import Offers
from csbook.metrics.people import alike, with_people
from csbook.metrics.periods import Period
from csbook.metrics.tables import Tables
from csbook.policy import Policy
from csbook.policy.hours import Hours


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which records are looked at; empty = all. An agent's records are those that were theirs first or last."""

    forms: Sequence[str] = ()
    agent: str | None = None
    desk: str | None = None
    team: str | None = None

    def of(self, engine: Engine, table: ir.Table, policy: Policy) -> ir.Table:
        if self.forms:
            table = table.filter(table.form.isin(list(self.forms)))
        if self.agent:
            names = alike(engine, table, self.agent, policy.simplified)
            table = table.filter(table.first_agent.isin(names) | table.last_agent.isin(names))
        for field, wanted in (("desk", self.desk), ("team", self.team)):
            if wanted:
                table = table.filter(table[field] == wanted)
        return table


def figures(
    records: pa.Table | ir.Table,
    revisions: pa.Table | ir.Table,
    quarantine: pa.Table,
    policy: Policy,
    definitions: Definitions,
    *,
    as_of: dt.datetime,
    start: dt.date | None = None,
    end: dt.date | None = None,
    forms: Sequence[str] = (),
    agent: str | None = None,
    desk: str | None = None,
    team: str | None = None,
    wording: Wording | None = None,
    newest: int = 20_000,
) -> Tables:
    """Every figure as a table by name, computed when it is asked for; columns, units and what counts by which day stand in docs and
    in the table `definitions`.

    Same ledger, as_of and policy give the same figures to the last digit. Raises UsageError for a reversed period and PolicyError
    where the policy does not fit the forms.
    """
    policy.check(
        {
            name: {**dict.fromkeys((*form.derived, *form.promises.values()), ()), **_entries(form)}
            for name, form in definitions.forms.items()
        }
    )
    keys, told = keyed(lying(records), lying(revisions))
    engine, chosen = Engine.of(keys), Filter(forms=forms, agent=agent, desk=desk, team=team)
    ledger = ledger_of(engine, keys, policy, chosen, as_of)
    history = completed(told, REVISION).drop("id")
    offers = Offers.of(definitions)
    facts_, first, hours = computed(engine, ledger, history, policy, offers, as_of)
    period = periods.chosen(start, end, first, as_of)
    of = Breakdown(engine, facts_, policy, offers, period)
    counted = cache(lambda: engine.store(of.marked(period)))
    levels = cache(lambda: spread.clock_levels(of))
    compared = start is not None
    makers: dict[str, Callable[[], pd.DataFrame]] = {
        "scope": lambda: _scope(of, ledger, chosen, as_of, compared=compared, newest=newest),
        "overview": lambda: of.overview(counted(), compared=compared),
        "clocks": lambda: spread.clocks(of, levels()),
        "clocks_by_level": lambda: spread.clocks_by_level(of, levels()),
        "stages": lambda: spread.stages(of),
        "ageing": lambda: spread.ageing(of, as_of),
        "weekday_hour": lambda: spread.weekday_hour(of),
        "frequent": lambda: frequent(of, wording or Wording(), compared=compared),
        "overdue": lambda: engine.run(lists.overdue(facts_, policy, period)),
        "open": lambda: engine.run(lists.opened(facts_, policy, as_of)),
        "records": lambda: engine.run(lists.newest(facts_, policy, newest)).astype({"transfers": "Int64"}),
        "unordered": lambda: engine.run(lists.unordered(facts_)),
        "hand_in": lambda: quality.hand_in(of, history, quarantine, engine),
        "data_quality": lambda: quality.data_quality(of, ledger, quarantine),
        "coverage": lambda: quality.coverage(of, levels()),
        "policy": lambda: glossary.policy_table(policy),
        "hours": lambda: hours.served(),
        "definitions": lambda: glossary.definitions_table(policy, definitions, hours.served()),
        "labels": lambda: glossary.labels(definitions, policy),
    }
    return Tables(
        {
            **{(name,): partial(_alone, make) for name, make in makers.items()},
            BY_KEY: lambda: of.by_key(counted()),
            BY_TIME: lambda: of.over_time(counted()),
            ("satisfaction", "satisfaction_rate"): lambda: spread.ratings(of),
        }
    )


def _alone(make: Callable[[], pd.DataFrame]) -> list[pd.DataFrame]:
    return [make()]


def computed(
    engine: Engine, ledger: ir.Table, history: ir.Table, policy: Policy, offers: Offers, as_of: dt.datetime
) -> tuple[ir.Table, dt.date | None, Hours]:
    """The facts of the records raised by as_of, the day of the first of them, and the hours of their days."""
    looked = engine.store(seen(ledger.filter(~ledger.outside), history, policy, as_of))
    span = engine.run(looked.aggregate(first=looked.raised_at.min(), last=looked.answered_at.max())).iloc[0]
    first = None if pd.isna(span["first"]) else span["first"].date()
    hours = Hours(policy.calendar(), first or as_of.date(), max([as_of, *span.dropna()]).date())
    return engine.store(facts(looked, policy, offers, Business(engine, hours, as_of))), first, hours


def ledger_of(engine: Engine, records: ir.Table, policy: Policy, chosen: Filter, as_of: dt.datetime) -> ir.Table:
    """The records asked for; `outside` marks those raised after as_of."""
    columns = {**RECORD, **clocks.fields(policy)}
    if "transfers" in records.columns:
        columns["transfers"] = pa.int64() if records.transfers.type().is_integer() else pa.string()
    table = chosen.of(engine, with_people(engine, completed(records, columns), policy.simplified), policy)
    state = ibis.coalesce(table.state, ibis.ifelse(table.resolved_at.notnull(), "resolved", "open"))
    return table.mutate(state=state, outside=~(table.raised_at <= ibis.literal(as_of)).fill_null(False))


def _entries(form: Form) -> dict[str, tuple[str, ...]]:
    return {field.name: field.choices.keys if field.choices else () for field in form.fields}


def _scope(of: Breakdown, ledger: ir.Table, chosen: Filter, as_of: dt.datetime, *, compared: bool, newest: int) -> pd.DataFrame:
    """What the figures are about; printed on every sheet."""
    counts = of.engine.run(ledger.aggregate(records=ledger.count(), outside=ledger.outside.sum().fill_null(0))).iloc[0]
    found = of.engine.run(of.facts.select("form").distinct().order_by("form"))["form"]
    before: Period | None = of.period.before() if compared else None
    row = {
        "as_of": as_of,
        "start": of.period.start,
        "end": of.period.end,
        "before_start": before.start if before else None,
        "before_end": before.end if before else None,
        "zone": of.policy.zone,
        "records": counts["records"],
        "considered": counts["records"] - counts["outside"],
        "after_as_of": counts["outside"],
        "forms": ",".join(found),
        "agent": chosen.agent,
        "desk": chosen.desk,
        "team": chosen.team,
        "policy_hash": of.policy.digest,
        "newest": newest,
    }
    stamps = dict.fromkeys(("as_of", "start", "end", "before_start", "before_end"), "datetime64[us]")
    counted = dict.fromkeys(("records", "considered", "after_as_of", "newest"), "int64")
    return pd.DataFrame([row]).astype({**dict.fromkeys(row, "str"), **stamps, **counted})
