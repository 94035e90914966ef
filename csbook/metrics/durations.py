"""Durations: how long a record took from stamp to stamp, in calendar and in business minutes, and why one is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from csbook.metrics import business
from csbook.metrics.offers import Offers

# earlier ≤ later in every form that has both (FORMS.md); the rows that break it have no durations (METRICS.md, edge rule 2)
ORDER = (
    ("raised_at", "accepted_at"),
    ("raised_at", "first_response_at"),
    ("raised_at", "started_at"),
    ("raised_at", "resolved_at"),
    ("accepted_at", "started_at"),
    ("first_response_at", "resolved_at"),
    ("started_at", "resolved_at"),
    ("resolved_at", "closed_at"),
    ("resolved_at", "revisit_at"),
)


@dataclass(frozen=True)
class Duration:
    """Stop − start. `basis` is the stamp whose day puts a record into a period; `instead` a field in seconds that serves
    where the stop stamp is missing; `until` the stop as the figures see it at as_of."""

    name: str
    start: str
    stop: str
    basis: str
    until: str
    instead: str | None = None

    @property
    def business(self) -> str:
        """The column of its business minutes."""
        return f"{self.name}_business"

    def offered(self, table: ir.Table, offers: Offers) -> ir.BooleanValue:
        by_stamps = offers.has(table, self.start) & offers.has(table, self.stop)
        return by_stamps | offers.has(table, self.instead) if self.instead else by_stamps


DURATIONS = (
    Duration("pickup", "raised_at", "accepted_at", "raised", "accepted_at"),
    Duration("first_response", "raised_at", "first_response_at", "raised", "answered_at", instead="online_seconds"),
    Duration("resolution", "raised_at", "resolved_at", "resolved", "solved_at"),
    Duration("first_resolution", "raised_at", "resolved_at", "resolved", "first_solved_at"),
    Duration("handling", "started_at", "resolved_at", "resolved", "solved_at"),
)
ENDS = tuple(dict.fromkeys(stamp for each in DURATIONS for stamp in (each.start, each.until)))
STAGES = ("pickup", "response", "start", "handling", "close")


def minutes(start: ir.TimestampValue, stop: ir.TimestampValue) -> ir.FloatingValue:
    """Calendar minutes, unrounded; epoch seconds, because `delta` differs by engine."""
    return in_minutes(between(start, stop))


def in_minutes(span: ir.NumericValue) -> ir.FloatingValue:
    """Seconds as minutes, unrounded. Cast here: Ibis 12 may lose its own cast where a query has parts in common, and PostgreSQL then
    divides whole numbers without their rest."""
    return span.cast("float64") / 60


def between(start: ir.TimestampValue, stop: ir.TimestampValue) -> ir.IntegerValue:
    """Calendar seconds."""
    return stop.epoch_seconds() - start.epoch_seconds()


def out_of_order(table: ir.Table) -> ir.BooleanValue:
    """Does any later stamp lie before an earlier one?"""
    return ibis.or_(*((table[later] < table[earlier]).fill_null(False) for earlier, later in ORDER))


def seconds(table: ir.Table) -> dict[str, ir.Value]:
    """Two columns a duration, `seconds_<name>`: null unless both stamps stand, in order, on a record that was not withdrawn."""
    found: dict[str, ir.Value] = {}
    for each in DURATIONS:
        start, stop = table[each.start], table[each.until]
        # a later correction of raised_at may leave the first resolution before it: then nothing is known
        stands = table.measured & (stop >= start)
        spans = {each.name: between(start, stop), each.business: business.seconds(table, each.start, each.until)}
        found |= {f"seconds_{name}": ibis.ifelse(stands, span, None).cast("int32") for name, span in spans.items()}
    return found


def minutes_of(table: ir.Table) -> dict[str, ir.Value]:
    """The same in minutes, under their own names."""
    return {name: in_minutes(table[f"seconds_{name}"]) for name in names()}


def stages(table: ir.Table) -> dict[str, ir.Value]:
    """One column a stage, only on rows that have all stamps. The customer may be answered before the case is taken over: 0 minutes."""
    taken = ibis.greatest(table.accepted_at, table.first_response_at)
    found = {
        "pickup": minutes(table.raised_at, table.accepted_at),
        "response": ibis.greatest(0.0, minutes(table.accepted_at, table.first_response_at)),
        "start": ibis.greatest(0.0, minutes(taken, table.started_at)),
        "handling": minutes(table.started_at, table.solved_at),
        "close": minutes(table.solved_at, table.closed_at),
    }
    stamps = ("accepted_at", "first_response_at", "started_at", "solved_at", "closed_at")
    whole = table.measured & ibis.and_(*(table[stamp].notnull() for stamp in stamps))
    return {f"stage_{name}": ibis.ifelse(whole, found[name], None) for name in STAGES}


def reason(table: ir.Table, offers: Offers, duration: Duration) -> ir.StringValue:
    """`used`, or why the record has no such duration (METRICS.md, edge rule 15)."""
    return ibis.cases(
        (~duration.offered(table, offers), "not_offered"),
        (table.withdrawn, "withdrawn"),
        (table.out_of_order, "out_of_order"),
        (table[f"seconds_{duration.name}"].notnull(), "used"),
        (ibis.or_(*(future(table, stamp) for stamp in (duration.start, duration.stop) if stamp != "raised_at")), "after_as_of"),
        (table.is_open & table[duration.stop].isnull(), "running"),
        else_="missing",
    )


def stage_reason(table: ir.Table, offers: Offers) -> ir.StringValue:
    """The same for the stages together."""
    stamps = ("accepted_at", "first_response_at", "started_at", "resolved_at", "closed_at")
    return ibis.cases(
        (~ibis.and_(*(offers.has(table, stamp) for stamp in stamps)), "not_offered"),
        (table.withdrawn, "withdrawn"),
        (table.out_of_order, "out_of_order"),
        (stages(table)[f"stage_{STAGES[0]}"].notnull(), "used"),
        (ibis.or_(*(future(table, stamp) for stamp in stamps)), "after_as_of"),
        else_="missing",
    )


def future(table: ir.Table, stamp: str) -> ir.BooleanValue:
    """Was this stamp set aside because it lies after as_of?"""
    return table[f"aside_{stamp}"]


def names() -> Iterator[str]:
    """Columns of the durations in the order of the tables, calendar and business minutes side by side."""
    return (name for each in DURATIONS for name in (each.name, each.business))
