"""Lists of records: missed clocks, open records, what waits for somebody, rows out of order, and the period's newest in full."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csbook.forms import Definitions
from csbook.metrics import durations
from csbook.metrics.breakdown import Breakdown
from csbook.metrics.business import Business
from csbook.metrics.clocks import MISSED, PENDING, RUNNING, VERDICTS, detailed
from csbook.metrics.facts import RATINGS
from csbook.metrics.measures import LAST, counts, has_rating, within
from csbook.metrics.texts import LONG
from csbook.policy import Policy

WHO = ("form", "record_no", "source_id")
ABOUT = ("category", "priority", "channel", "department", "agent", "owner", "desk", "team")
# what the facts hold of a listed record
HELD = ("form", "raised_at", "category", "priority", "channel", "department", "desk", "team", "state")
# upper ends in minutes, each band holding its end: 0–4 h, 4–24 h, 1–3 d, 3–7 d, over 7 d (METRICS.md, ageing)
BANDS = {"h4": 4 * 60, "h24": 24 * 60, "d3": 3 * 24 * 60, "d7": 7 * 24 * 60, "older": None}


def shown(of: Breakdown, table: ir.Table, columns: Sequence[str], first: str, *then: str, most: int | None = None) -> pd.DataFrame:
    """These columns of rows of facts, of which those in LONG are looked up: the greatest `first` at the head, of equals in the order of
    WHO, then `then`; at most so many."""
    long = [name for name in LONG if name in columns]
    return of.texts.first(table, long, {first: False, **dict.fromkeys((*WHO, *then, "id"), True)}, most)[list(columns)]


def _foremost(of: Breakdown, table: ir.Table, column: str, most: int | None) -> ir.Table:
    """The rows that may be among the first `most` by a column, greatest first: the last of those, and its equals, too."""
    if most is None:
        return table
    least = of.engine.run(table.order_by(table[column].desc()).limit(most).aggregate(least=ibis._[column].min()))["least"].iloc[0]
    if pd.isna(least):
        return table
    return table.filter(table[column] >= ibis.literal(least if isinstance(least, float) else least.to_pydatetime()))


def overdue(of: Breakdown, missed: ir.Table, most: int | None) -> pd.DataFrame:
    """One row a missed clock of the records that count in the period, the longest overrun first; at most so many."""
    return _overdue(of, _foremost(of, missed, "over_minutes", most), most)


def overdue_on(of: Breakdown, missed: ir.Table, day: dt.date) -> pd.DataFrame:
    """The same, of records raised on that day."""
    of_day = of.facts.filter(of.facts.raised_day == ibis.literal(day).cast("timestamp"))
    return _overdue(of, missed.semi_join(of_day, "id"))


def _overdue(of: Breakdown, missed: ir.Table, most: int | None = None) -> pd.DataFrame:
    columns = (*WHO, "clock", "running", "due", "over_minutes", "raised_at", *ABOUT, "state", "description")
    return shown(of, missed.inner_join(of.facts.select("id", *HELD), "id"), columns, "over_minutes", "clock", most=most)


def missed(of: Breakdown) -> ir.Table:
    """`id`, `clock`, `running`, `due` and `over_minutes`, one row a missed clock of the records that count in the period; kept, as several
    lists are made of it."""
    # a part that holds nothing, so that a policy without clocks gives an empty list
    facts = of.facts
    nothing = {"clock": ibis.literal(""), "running": ibis.literal(False), "due": facts.raised_at, "over_minutes": ibis.literal(0.0)}
    parts = [facts.filter(ibis.literal(False)).select("id", **nothing)]
    for name in of.policy.names():
        basis = of.counted_by(name)
        table = of.detailed(of.of_clock(name), name, keep=["id", f"{basis}_day"])
        table = table.filter(table[f"state_{name}"].isin(MISSED) & within(table, basis, of.period))
        found = {"running": table[f"state_{name}"] == RUNNING, "due": table[f"due_{name}"], "over_minutes": table[f"over_{name}"]}
        parts.append(table.select("id", clock=ibis.literal(name), **found))
    return of.engine.store(ibis.union(*parts))


def opened(of: Breakdown, as_of: dt.datetime) -> pd.DataFrame:
    """Open records at as_of, oldest first, with the running clock that is due first."""
    held = ("id", "is_open", "due_at", "running_overdue", "emotion", "escalated", *HELD)
    table = of.detailed(of.theirs(LAST), *of.policy.names(), keep=held)
    table = table.filter(table.is_open)
    age, running = durations.minutes(table.raised_at, ibis.literal(as_of)), _running(table, of.policy)
    kept = [name for name in held if name != "is_open"]
    table = table.select(*kept, age_minutes=age, band=band(age), **running)
    clocks = ("due_at", "next_clock", "next_due", "running_overdue", "due_soon")
    columns = [*WHO, "raised_at", "age_minutes", "band", *clocks, *ABOUT, "emotion", "escalated", "description"]
    return shown(of, table, columns, "age_minutes")


def rating_missing(of: Breakdown, as_of: dt.datetime, most: int | None) -> pd.DataFrame:
    """Records resolved in the period that could be rated and were not (已解决待回访), the latest first; at most so many."""
    table = _foremost(of, of.facts.filter(_unrated(of)), "resolved_at", most)
    waiting = durations.minutes(table.solved_at, ibis.literal(as_of)).name("waiting_minutes")
    columns = (*WHO, "resolved_at", "waiting_minutes", "revisit_at", "raised_at", *ABOUT, "customer", "description")
    return shown(of, table.select("id", *HELD, "resolved_at", waiting, "revisit_at"), columns, "resolved_at", most=most)


def _unrated(of: Breakdown) -> ir.BooleanValue:
    return of.is_theirs(of.facts, LAST) & within(of.facts, "resolved", of.period) & of.facts.rated_day.notnull() & ~has_rating(of.facts)


def sizes(of: Breakdown, clocks: pd.DataFrame) -> pd.DataFrame:
    """How many rows the lists have that may be cut: list, n."""
    unrated = of.engine.run(of.facts.aggregate(n=of.facts.count(where=_unrated(of))))["n"].iloc[0]
    return pd.DataFrame({"list": ["overdue", "rating_missing"], "n": [int(clocks["missed"].sum()), int(unrated)]}).astype({"list": "str"})


def _running(table: ir.Table, policy: Policy) -> dict[str, ir.Value]:
    """The running clock that is due first, when it is due, and whether any is due soon."""
    names = policy.names()
    running = {name: table[f"state_{name}"].isin((RUNNING, PENDING)) for name in names}
    dues = {name: ibis.ifelse(running[name], table[f"due_{name}"], None) for name in names}
    first = ibis.least(*dues.values(), ibis.null("timestamp(6)"))
    soon = ((table[f"state_{name}"] == PENDING) & table[f"soon_{name}"].fill_null(False) for name in names)
    return {
        "next_clock": ibis.cases(*((dues[name] == first, name) for name in names), (ibis.literal(False), "")),
        "next_due": first,
        "due_soon": ibis.or_(*soon, ibis.literal(False)),
    }


def waiting(facts: ir.Table, policy: Policy, business: Business) -> ir.Table:
    """Records that were not withdrawn: `id`, the running clock that is due first, minutes past its due, and a truth a list.

    Lists: open, overdue (a clock has run out and runs on), missed (any clock), due_soon, rating_missing (已解决待回访: resolved, ratable,
    without a rating), clock_<name> (it runs; after the resolution too, such as the call back).
    """
    told = ("id", "last_agent", "state", "is_open", "overdue", "running_overdue", "rated_day", *(f"{field}_score" for field in RATINGS))
    table = detailed(facts.filter(~facts.withdrawn), policy, business, policy.names(), told)
    running = _running(table, policy)
    resolved = (table.state == "resolved") & ~table.is_open
    lists = {
        "open": table.is_open,
        "overdue": table.running_overdue,
        "missed": table.overdue,
        "due_soon": running.pop("due_soon"),
        "rating_missing": resolved & table.rated_day.notnull() & ~has_rating(table),
        **{f"clock_{name}": table[f"state_{name}"].isin((RUNNING, PENDING)).fill_null(False) for name in policy.names()},
    }
    over = durations.minutes(running["next_due"], ibis.literal(business.as_of))
    return table.select("id", "last_agent", **running, over_minutes=over, **lists).order_by("id")


def said(records: pa.Table, definitions: Definitions) -> pd.DataFrame:
    """A truth per record and list that the forms declare ([listed.*] of validations/<form>.toml), by place in `records`."""
    forms = [form for form in definitions.forms.values() if form.listed]
    names = dict.fromkeys(listed.name for form in forms for listed in form.listed)
    found = pd.DataFrame(False, index=pd.RangeIndex(len(records)), columns=list(names))
    for form in forms:
        places = pc.indices_nonzero(pc.fill_null(pc.equal(records["form"], form.name), False))
        fields = dict.fromkeys(field for listed in form.listed for field in listed.when.fields())
        frame = pa.table({field: column(records, field).take(places) for field in fields}).to_pandas()
        for listed in form.listed:
            found.loc[places.to_pandas(), listed.name] = listed.when.true(frame).to_numpy()
    return found


def column(records: pa.Table, name: str) -> pa.ChunkedArray:
    """A column of the ledger, all missing where it has none such."""
    return records[name] if name in records.column_names else pa.chunked_array([pa.nulls(len(records), pa.string())])


def band(age: ir.FloatingValue) -> ir.StringValue:
    """The ageing band of an age in minutes."""
    return ibis.cases(*((age <= end, name) for name, end in BANDS.items() if end is not None), else_="older")


def newest(of: Breakdown, count: int) -> pd.DataFrame:
    """The newest of the records that any figure of the period counts, with their durations and verdicts."""
    policy, said = of.policy, ("agent", "owner", "reviewer", "customer", "contact_name", "contact_phone")
    table = _foremost(of, of.facts.filter(counts(of.facts, of.period)), "raised_at", count)
    stamps = ("accepted_at", "first_response_at", "started_at", "resolved_at", "closed_at", "revisit_at", "due_at")
    told = {name: table[name] for name in (*stamps, *RATINGS, "reopens", "transfers", "late", "out_of_order")}
    verdicts = {name: ibis.ifelse(table[f"state_{name}"].isin(VERDICTS), table[f"state_{name}"], None) for name in policy.names()}
    spans = durations.minutes_of(table)
    chosen = table.select("id", *HELD, **told, **spans, left_estimated=table.estimated, **verdicts)
    columns = (
        *WHO, "desk", "team", *said, "channel", "category", "priority", "department", "state", "raised_at", *stamps, *RATINGS, *spans,
        "reopens", "transfers", "late", "out_of_order", "left_estimated", *verdicts, "description",
    )  # fmt: skip
    return shown(of, chosen, columns, "raised_at", most=count).astype({"transfers": "Int64"})


def unordered(of: Breakdown) -> pd.DataFrame:
    """Rows whose stamps are out of order, one row a pair."""
    facts = of.facts.select("id", "form", "out_of_order", *dict.fromkeys(stamp for pair in durations.ORDER for stamp in pair))
    facts = facts.filter(facts.out_of_order)
    parts = []
    for earlier, later in durations.ORDER:
        table = facts.filter(facts[later] < facts[earlier])
        stamps = {"earlier": ibis.literal(earlier), "later": ibis.literal(later), "earlier_at": table[earlier], "later_at": table[later]}
        parts.append(table.select("id", "form", **stamps))
    order = dict.fromkeys((*WHO, "earlier", "later", "id"), True)
    found = of.texts.first(ibis.union(*parts), ("record_no", "source_id"), order, None)
    return found[[*WHO, "earlier", "later", "earlier_at", "later_at"]]
