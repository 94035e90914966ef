"""Lists of records behind the figures: missed clocks, open records, rows out of order, and the newest records in full."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir

from csbook.metrics import durations
from csbook.metrics.clocks import MISSED, PENDING, RUNNING, VERDICTS
from csbook.metrics.measures import within
from csbook.metrics.periods import Period
from csbook.policy import Policy

WHO = ("form", "record_no", "source_id")
ABOUT = ("category", "priority", "channel", "department", "agent", "owner", "desk", "team")
# upper ends in minutes, each band holding its end: 0–4 h, 4–24 h, 1–3 d, 3–7 d, over 7 d (METRICS.md, ageing)
BANDS = {"h4": 4 * 60, "h24": 24 * 60, "d3": 3 * 24 * 60, "d7": 7 * 24 * 60, "older": None}


def overdue(facts: ir.Table, policy: Policy, period: Period) -> ir.Table:
    """One row a missed clock of the records that count in the period, the longest overrun first."""
    # a part that holds nothing, so that a policy without clocks gives an empty list
    parts = [
        facts.filter(ibis.literal(False)).select(
            "id", clock=ibis.literal(""), running=ibis.literal(False), due=facts.raised_at, over_minutes=ibis.literal(0.0)
        )
    ]
    for name in policy.names():
        basis = policy.latest(name).counted_by.removesuffix("_at")
        missed = facts.filter(facts[f"state_{name}"].isin(MISSED) & within(facts, basis, period))
        found = {"running": missed[f"state_{name}"] == RUNNING, "due": missed[f"due_{name}"], "over_minutes": missed[f"over_{name}"]}
        parts.append(missed.select("id", clock=ibis.literal(name), **found))
    about = facts.select("id", *WHO, "raised_at", *ABOUT, "state", "description")
    listed = ibis.union(*parts).inner_join(about, "id")
    columns = (*WHO, "clock", "running", "due", "over_minutes", "raised_at", *ABOUT, "state", "description")
    return listed.select(*columns).order_by([ibis.desc("over_minutes"), *WHO, "clock"])


def opened(facts: ir.Table, policy: Policy, as_of: dt.datetime) -> ir.Table:
    """Open records at as_of, oldest first, with the running clock that is due first."""
    table = facts.filter(facts.is_open)
    names = policy.names()
    running = {name: table[f"state_{name}"].isin((RUNNING, PENDING)) for name in names}
    dues = {name: ibis.ifelse(running[name], table[f"due_{name}"], None) for name in names}
    first = ibis.least(*dues.values(), ibis.null("timestamp(6)"))
    age = durations.minutes(table.raised_at, ibis.literal(as_of))
    listed = table.select(
        *WHO,
        "raised_at",
        age.name("age_minutes"),
        band(age).name("band"),
        "due_at",
        ibis.cases(*((dues[name] == first, name) for name in names), (ibis.literal(False), "")).name("next_clock"),
        first.name("next_due"),
        "running_overdue",
        ibis.or_(
            *((table[f"state_{name}"] == PENDING) & table[f"soon_{name}"].fill_null(False) for name in names), ibis.literal(False)
        ).name("due_soon"),
        *ABOUT,
        "emotion",
        "escalated",
        "description",
    )
    return listed.order_by(["raised_at", *WHO])


def band(age: ir.FloatingValue) -> ir.StringValue:
    """The ageing band of an age in minutes."""
    return ibis.cases(*((age <= end, name) for name, end in BANDS.items() if end is not None), else_="older")


def newest(facts: ir.Table, policy: Policy, count: int) -> ir.Table:
    """The newest records with their durations and verdicts."""
    stamps = ("accepted_at", "first_response_at", "started_at", "resolved_at", "closed_at", "revisit_at", "due_at")
    table = facts.order_by([facts.raised_at.desc(), *WHO]).limit(count)
    verdicts = {name: table[f"state_{name}"] for name in policy.names()}
    return table.select(
        *WHO,
        "desk",
        "team",
        "agent",
        "owner",
        "reviewer",
        "customer",
        "channel",
        "category",
        "priority",
        "department",
        "state",
        "raised_at",
        *stamps,
        "satisfaction",
        "result_satisfaction",
        *durations.names(),
        "reopens",
        "transfers",
        "late",
        "out_of_order",
        table.estimated.name("left_estimated"),
        **{name: ibis.ifelse(state.isin(VERDICTS), state, None) for name, state in verdicts.items()},
        description=table.description,
    )


def unordered(facts: ir.Table) -> ir.Table:
    """Rows whose stamps are out of order, one row a pair."""
    parts = []
    for earlier, later in durations.ORDER:
        table = facts.filter(facts[later] < facts[earlier])
        parts.append(
            table.select(
                *WHO,
                ibis.literal(earlier).name("earlier"),
                ibis.literal(later).name("later"),
                table[earlier].name("earlier_at"),
                table[later].name("later_at"),
            )
        )
    return ibis.union(*parts).order_by([*WHO, "earlier", "later"])
