"""Figures: every table of METRICS.md from a ledger's records, as of one moment, over one period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from csbook.forms import Definitions
from csbook.metrics import clocks, doubts, periods
from csbook.metrics.breakdown import Breakdown
from csbook.metrics.business import Business
from csbook.metrics.catalog import Catalog
from csbook.metrics.chosen import Filter
from csbook.metrics.engine import RECORD, REVISION, Engine, completed, keyed, lying
from csbook.metrics.facts import SHORT, facts, few, seen
from csbook.metrics.frequent import Wording
from csbook.metrics.hand_in import HandIns
from csbook.metrics.offers import Offers
from csbook.metrics.people import alike, with_people
from csbook.metrics.tables import Tables
from csbook.metrics.texts import LONG, Texts
from csbook.policy import Policy, check
from csbook.policy.hours import Hours


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
    hand_ins: HandIns | None = None,
    newest: int = 20_000,
    listed: int | None = None,
) -> Tables:
    """Every figure as a table by name, computed when it is asked for; columns, units and what counts by which day stand in docs and
    in the table `definitions`.

    `newest` records are told in full; lists that grow with the ledger are cut after `listed` rows, their table `sizes` says how many there
    are. Same ledger, as_of and policy give the same figures to the last digit. Raises UsageError for a reversed period and PolicyError
    where the policy does not fit the forms.
    """
    check(policy, {name: form.known() for name, form in definitions.forms.items()})
    keys, told = keyed(lying(records), lying(revisions))
    engine, chosen = Engine.of(keys), Filter(forms=forms, agent=agent, desk=desk, team=team)
    ledger = ledger_of(engine, keys, policy, chosen, as_of)
    history = completed(told, REVISION).select(*REVISION)
    offers = Offers.of(definitions)
    facts_, count, first, business = computed(engine, ledger, history, policy, offers, as_of)
    names = alike(engine, facts_, agent, policy.simplified) if agent else []
    texts = Texts.of(engine, keys, records)
    catalog = Catalog(
        of=Breakdown(engine, facts_, texts, policy, offers, business, periods.chosen(start, end, first, as_of), count, names),
        records=keys, ledger=ledger, quarantine=quarantine, definitions=definitions, chosen=chosen,
        as_of=as_of, compared=start is not None, wording=wording or Wording(), hand_ins=hand_ins or HandIns(), newest=newest, listed=listed,
    )  # fmt: skip
    return Tables(catalog.makers())


def reads(policy: Policy, definitions: Definitions) -> frozenset[str]:
    """The columns of the records that `figures` reads; others need not come along."""
    judged = (name for form in definitions.forms.values() for rule in form.rules if doubts.kind(form, rule) for name in rule.reads)
    return frozenset({*RECORD, *clocks.fields(policy), "transfers", *judged})


def computed(
    engine: Engine, ledger: ir.Table, history: ir.Table, policy: Policy, offers: Offers, as_of: dt.datetime
) -> tuple[ir.Table, int, dt.date | None, Business]:
    """The facts of the records raised by as_of, how many they are, the day of the first of them, and the business time of their days."""
    begun = ledger.filter(~ledger.outside).drop("outside", *(name for name in LONG if name in ledger.columns))
    answered = begun.raised_at + begun.online_seconds.as_interval("s")
    span = engine.run(begun.aggregate(first=begun.raised_at.min(), last=answered.max(), n=begun.count())).iloc[0]
    first = None if pd.isna(span["first"]) else span["first"].date()
    hours = Hours(policy.calendar(), first or as_of.date(), max([as_of, *span[["first", "last"]].dropna()]).date())
    business = Business(engine, hours, as_of)
    found = facts(seen(begun, history, policy, as_of), policy, offers, business)
    kept = engine.store(found, few(policy), lambda: {*engine.words(begun, SHORT), *offers.names(), *clocks.VERDICTS, *clocks.UNJUDGED})
    return kept, int(span["n"]), first, business


def ledger_of(engine: Engine, records: ir.Table, policy: Policy, chosen: Filter, as_of: dt.datetime) -> ir.Table:
    """The records asked for; `outside` marks those raised after as_of."""
    columns = {**RECORD, **clocks.fields(policy)}
    if "transfers" in records.columns:
        columns["transfers"] = pa.int64() if records.transfers.type().is_integer() else pa.string()
    table = chosen.of(engine, with_people(engine, completed(records, columns), policy.simplified), policy)
    state = ibis.coalesce(table.state, ibis.ifelse(table.resolved_at.notnull(), "resolved", "open"))
    return table.mutate(state=state, outside=~(table.raised_at <= ibis.literal(as_of)).fill_null(False))
