"""Facts: one row a record with everything that the figures count: stamps up to as_of, history, durations, verdicts, groups.

They are narrow, as every table reads them: long texts stay in the ledger, and what few tables need is an expression there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from csbook.metrics import durations
from csbook.metrics.business import Business
from csbook.metrics.clocks import MISSED, RUNNING, business_starts, fields, judged, states, with_verdicts
from csbook.metrics.engine import NUMBERS, STAMP, STAMPS
from csbook.metrics.offers import GROUPED, Offers
from csbook.policy import Policy

KEY = ("form", "key")
CUT = tuple(stamp for stamp in STAMPS if stamp not in ("raised_at", "due_at"))
RATINGS = ("satisfaction", "result_satisfaction")
# texts of few values, by which tables group and forms choose
SHORT = (
    "form", "category", "category_first", "priority", "priority_first", "channel", "department", "emotion", "demand", "escalated",
    "escalation_reason", "complex", *RATINGS, "state", "desk", "team", "first_agent", "last_agent",
)  # fmt: skip
SEEN = (
    "solved_at", "left_at", "handed_first", "handed_last", "reopens", "transfers", "withdrawn", "is_open", "estimated", "out_of_order",
    "measured",
)  # fmt: skip


def seen(records: ir.Table, revisions: ir.Table, policy: Policy, as_of: dt.datetime) -> ir.Table:
    """Records raised by as_of, as they were seen then. Withdrawn ones stay, marked; `measured` says whose times count."""
    return _states(_cut(records, own_stamps(policy), as_of).left_join(history(revisions), KEY), as_of)


def own_stamps(policy: Policy) -> tuple[str, ...]:
    """The stamps that as_of cuts, those that only the policy knows included."""
    return (*CUT, *(name for name, type_ in fields(policy).items() if type_ == STAMP))


def facts(table: ir.Table, policy: Policy, offers: Offers, business: Business) -> ir.Table:
    """Of `seen` records what the tables read: texts of few values, groups, stamps, seconds of durations, verdicts, scores, days."""
    table = business.worked(table, [*durations.ENDS, *business_starts(policy)])
    table = with_verdicts(table, policy, business)
    found = {
        **durations.seconds(table),
        "overdue": ibis.or_(*(table[name].isin(MISSED) for name in states(policy)), ibis.literal(False)),
        "running_overdue": ibis.or_(*(table[name] == RUNNING for name in states(policy)), ibis.literal(False)),
        **{f"{field}_group": offers.group(table, field) for field in GROUPED},
        **{f"{field}_score": _score(table, field, policy) for field in RATINGS},
        **_days(table, policy, offers),
    }
    stamps = own_stamps(policy)
    names = ("id", *SHORT, *fields(policy), *NUMBERS, "raised_at", "due_at", *stamps, *SEEN, *(f"aside_{name}" for name in stamps))
    return table.select(*dict.fromkeys((*names, *judged(policy))), **found)


def few(policy: Policy) -> tuple[str, ...]:
    """Columns of the facts whose texts are those of SHORT, groups and verdicts."""
    return (*SHORT, *(f"{field}_group" for field in GROUPED), *states(policy))


def _cut(table: ir.Table, stamps: tuple[str, ...], as_of: dt.datetime) -> ir.Table:
    """Stamps after as_of are set aside, which `aside_<stamp>` says (edge rule 5)."""
    now = ibis.literal(as_of)
    aside = {f"aside_{stamp}": (table[stamp] > now).fill_null(False) for stamp in stamps}
    return table.mutate(**aside, **{stamp: ibis.ifelse(table[stamp] <= now, table[stamp], None) for stamp in stamps})


def history(revisions: ir.Table) -> ir.Table:
    """Per record: `reopens`, `first_solved_typed`, `closing_at`, the hand-in of the revision that closed it for the last time, and the
    first and last hand-in. A record without revisions here has one, the record itself."""
    table = revisions.mutate(before=revisions.state.lag().over(ibis.window(group_by=KEY, order_by="seq")))
    is_open = table.state == "open"
    closes = ~is_open & (table.before.isnull() | (table.before == "open"))
    return table.group_by(KEY).aggregate(
        reopens=(is_open & (table.before == "resolved")).sum().fill_null(0),
        first_solved_typed=table.resolved_at.argmin(table.seq, where=(table.state == "resolved") & table.resolved_at.notnull()),
        closing_at=table.handed_in.argmax(table.seq, where=closes),
        handed_first=table.handed_in.min(),
        handed_last=table.handed_in.max(),
    )


def _states(table: ir.Table, as_of: dt.datetime) -> ir.Table:
    """`solved_at`, `left_at` (out of the backlog), `is_open`, `withdrawn`, `out_of_order`, `measured`, as seen at as_of.

    A record closed without a stamp leaves the backlog at the hand-in that closed it, marked `estimated`."""
    now = ibis.literal(as_of)
    resolved, opened = table.state == "resolved", table.state == "open"
    by_hand_in = ibis.coalesce(table.closing_at, table.first_handed_in, table.raised_at)
    typed = table.resolved_at.notnull() | table.aside_resolved_at
    left = ibis.cases((opened, ibis.null("timestamp(6)")), (typed, table.resolved_at), else_=by_hand_in)
    left = ibis.ifelse(left <= now, ibis.greatest(left, table.raised_at), None)
    online = table.raised_at + table.online_seconds.as_interval("s")
    first = ibis.coalesce(table.first_solved_typed, ibis.ifelse(resolved, table.resolved_at, None))
    table = table.mutate(
        reopens=table.reopens.fill_null(0),
        handed_first=ibis.coalesce(table.handed_first, table.first_handed_in),
        handed_last=ibis.coalesce(table.handed_last, table.first_handed_in),
        withdrawn=(table.state == "withdrawn").fill_null(False),
        solved_at=ibis.ifelse(resolved, table.resolved_at, None),
        answered_at=ibis.coalesce(table.first_response_at, online),
        first_solved_at=ibis.ifelse(first <= now, first, None),
        left_at=left,
        out_of_order=durations.out_of_order(table),
    )
    return table.mutate(
        is_open=table.left_at.isnull(),
        estimated=table.left_at.notnull() & table.resolved_at.isnull(),
        measured=~(table.withdrawn | table.out_of_order),
    )


def _score(table: ir.Table, field: str, policy: Policy) -> ir.FloatingValue:
    """The level on 0–1 by the form's scale; null for a blank and for a level without a score (unrated)."""
    own = policy.satisfaction.of_form
    branches = [(table.form == form, _scaled(table[field], scale)) for form, scale in own.items()]
    return (
        ibis.cases(*branches, else_=_scaled(table[field], policy.satisfaction.default))
        if branches
        else _scaled(table[field], policy.satisfaction.default)
    )


def _scaled(level: ir.StringValue, scale: Mapping[str, float]) -> ir.FloatingValue:
    return level.cases(*scale.items()).cast("float64") if scale else ibis.null("float64")


def _days(table: ir.Table, policy: Policy, offers: Offers) -> dict[str, ir.Value]:
    """The midnight of the day by which a record counts: raised, resolved, rated, left (METRICS.md, edge rule 11)."""
    raised, resolved = table.raised_at.truncate("D"), table.solved_at.truncate("D")
    at_once = table.form.isin(sorted(policy.satisfaction.by_raised))
    ratable = offers.has(table, "satisfaction") & ~table.withdrawn
    return {
        "raised_day": raised,
        "resolved_day": resolved,
        "left_day": table.left_at.truncate("D"),
        "rated_day": ibis.ifelse(ratable, ibis.ifelse(at_once, raised, resolved), None),
        "transferable": offers.has(table, "transfers"),
        "late": durations.minutes(table.raised_at, table.first_handed_in) > policy.late_after.total_seconds() / 60,
    }
