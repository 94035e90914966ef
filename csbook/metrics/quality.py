"""Quality of the data: what every figure rests on, which stamps are missing, who hands in late, what lies in quarantine."""

from __future__ import annotations

import json
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from csbook.metrics import durations
from csbook.metrics.breakdown import Breakdown
from csbook.metrics.clocks import JUDGED, PENDING
from csbook.metrics.engine import Engine
from csbook.metrics.facts import CUT, KEY
from csbook.metrics.measures import share, within

REASONS = ("used", "missing", "running", "withdrawn", "out_of_order", "after_as_of", "not_offered")
# a stamp that a record of this state should have
EXPECTED = {"accepted_at": "any", "first_response_at": "any", "started_at": "resolved", "resolved_at": "resolved", "closed_at": "resolved"}


def coverage(of: Breakdown, levels: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Per metric and form: the records that count in the period, how many were used, and why the others were not."""
    why = {each.name: (each.basis, durations.reason(of.facts, of.offers, each)) for each in durations.DURATIONS}
    why |= {"stages": ("resolved", durations.stage_reason(of.facts, of.offers)), "satisfaction": ("covered", _unrated(of))}
    # forms without a rating have no rating day: they count by resolution, so that their "–" has a number beside it
    days = of.facts.mutate(
        covered_day=of.facts.rated_day.fill_null(ibis.ifelse(of.offers.has(of.facts, "satisfaction"), None, of.facts.resolved_day))
    )
    labelled = days.mutate(**{f"why_{metric}": reason for metric, (_, reason) in why.items()})
    every = ibis.union(
        *(
            labelled.filter(within(labelled, basis, of.period)).select(
                "form", metric=ibis.literal(metric), reason=labelled[f"why_{metric}"]
            )
            for metric, (basis, _) in why.items()
        )
    )
    counted = of.engine.run(every.group_by(*every.columns).aggregate(n=every.count()))
    return _coverage(pd.concat([counted, *(_clock(name, counts) for name, counts in levels.items())], ignore_index=True), [*why, *levels])


def _coverage(found: pd.DataFrame, metrics: list[str]) -> pd.DataFrame:
    wide = found.groupby(["metric", "form", "reason"])["n"].sum().unstack("reason", fill_value=0)
    wide = wide.reindex(columns=list(REASONS), fill_value=0).astype("int64")
    wide.insert(0, "population", wide.sum(axis=1))
    frame = wide.rename_axis(columns=None).reset_index().astype({"metric": "str", "form": "str"})
    return frame.sort_values(["metric", "form"], key=lambda c: c.map(metrics.index) if c.name == "metric" else c, ignore_index=True)


def _unrated(of: Breakdown) -> ir.StringValue:
    table = of.facts
    return ibis.cases(
        (~of.offers.has(table, "satisfaction"), "not_offered"),
        (table.withdrawn, "withdrawn"),
        (table.satisfaction_score.notnull(), "used"),
        else_="missing",
    )


def _clock(name: str, counts: pd.DataFrame) -> pd.DataFrame:
    long = counts.drop(columns=["level", "limit"]).melt("form", var_name="state", value_name="n").query("n > 0")
    reasons = {**dict.fromkeys(JUDGED, "used"), PENDING: "running"}
    return long.assign(reason=long["state"].replace(reasons), metric=name)[["form", "reason", "n", "metric"]]


def data_quality(of: Breakdown, ledger: ir.Table, quarantine: pa.Table) -> pd.DataFrame:
    """Faults of the data by kind, form and item, so that training can be aimed. `n` of `of` records."""
    found = pd.concat([_missing(of), _odd(of), _aside(of, ledger), _late(of), quarantined(quarantine)], ignore_index=True)
    found = found.reindex(columns=["kind", "form", "desk", "item", "n", "of"]).astype({"n": "int64", "of": "Int64"})
    found["share"] = share(found["n"], found["of"]).astype("float64")
    return found.astype(dict.fromkeys(("kind", "form", "desk", "item"), "str"))


def _missing(of: Breakdown) -> pd.DataFrame:
    """Stamps that should stand: those of the beginning on every record raised, those of the end on resolved ones."""
    table = of.facts.filter(within(of.facts, "raised", of.period) & ~of.facts.withdrawn)
    figures: dict[str, ir.Value] = {}
    for stamp, state in EXPECTED.items():
        due = of.offers.has(table, stamp) & (ibis.literal(True) if state == "any" else table.state == state)
        # an answer may still come while the record is open
        due = due & (~table.is_open | (table.state == "resolved") | ibis.literal(stamp == "accepted_at"))
        figures |= {f"{stamp}|n": (due & table[f"{stamp}_typed"].isnull()).sum(), f"{stamp}|of": due.sum()}
    wide = of.engine.run(table.group_by("form").aggregate(**figures).order_by("form"))
    rows = [
        ("missing_stamp", row["form"], stamp, row[f"{stamp}|n"], row[f"{stamp}|of"]) for _, row in wide.iterrows() for stamp in EXPECTED
    ]
    return pd.DataFrame([row for row in rows if row[3]], columns=["kind", "form", "item", "n", "of"])


def _odd(of: Breakdown) -> pd.DataFrame:
    """Rows out of order and records closed without a stamp."""
    table = of.facts.filter(within(of.facts, "raised", of.period))
    bare = (table.state != "open") & table.resolved_at_typed.isnull()
    wide = of.engine.run(
        table.group_by("form")
        .aggregate(of=table.count(), out_of_order=table.out_of_order.sum(), closed_without_stamp=bare.sum())
        .order_by("form")
    )
    long = wide.melt(["form", "of"], var_name="kind", value_name="n")
    return long[long["n"] > 0]


def _aside(of: Breakdown, ledger: ir.Table) -> pd.DataFrame:
    """Stamps set aside because they lie after as_of; for raised_at the whole record is."""
    table = of.facts
    wide = of.engine.run(
        table.group_by("form")
        .aggregate(of=table.count(), **{stamp: durations.future(table, stamp).sum() for stamp in CUT})
        .order_by("form")
    )
    long = wide.melt(["form", "of"], var_name="item", value_name="n")
    outside = of.engine.run(ledger.group_by("form").aggregate(n=ledger.outside.sum(), of=ledger.count()).order_by("form")).assign(
        item="raised_at"
    )
    both = pd.concat([outside, long], ignore_index=True).assign(kind="after_as_of")
    return both[both["n"] > 0]


def _late(of: Breakdown) -> pd.DataFrame:
    """Late hand-ins by form and desk; `of` = records whose hand-in is known."""
    table = of.facts.filter(within(of.facts, "raised", of.period))
    found = of.engine.run(table.group_by("form", "desk").aggregate(n=table.late.sum(), of=table.late.count()).order_by("form", "desk"))
    return found[found["n"].fillna(0) > 0].assign(kind="late_hand_in")


def quarantined(quarantine: pa.Table) -> pd.DataFrame:
    """Faults of rows that lie in quarantine, by form, desk and rule. A row may have several faults.

    Reads what the table has of form, desk, status, and `rule` (text, one fault a row) or `issues` (JSON list of objects with `rule`).
    """
    frame = _waiting(quarantine)
    frame = frame.reindex(columns=list(dict.fromkeys(["form", "desk", "rule", *frame.columns])))
    if "issues" in frame and len(frame):
        frame = frame.assign(rule=frame["issues"].map(_rules)).explode("rule")
    counted = frame.groupby(["form", "desk", "rule"], dropna=False, sort=True).size().rename("n").reset_index()
    named: pd.DataFrame = counted.rename(columns={"rule": "item"}).assign(kind="quarantined")
    return named


def _waiting(quarantine: pa.Table) -> pd.DataFrame:
    """Rows that nobody has mended yet."""
    frame: pd.DataFrame = quarantine.to_pandas()
    return frame[frame["status"] == "open"] if "status" in frame else frame


def _rules(issues: Any) -> list[str]:
    """The rules (else codes) of the errors in a row's issues."""
    listed = json.loads(issues) if isinstance(issues, str) else issues
    return sorted({str(each.get("rule") or each.get("code")) for each in listed if each.get("severity", "error") == "error"})


def hand_in(of: Breakdown, revisions: ir.Table, quarantine: pa.Table, engine: Engine) -> pd.DataFrame:
    """Who handed in, by desk: records, late ones, the last hand-in (交表情况)."""
    table = of.facts
    where = within(table, "raised", of.period)
    keys = ["desk", "team"]
    counts = engine.run(
        table.group_by(keys).aggregate(
            records=table.count(),
            n=table.count(where=where),
            open=table.is_open.sum(),
            late=table.late.sum(where=where),
            late_n=table.late.count(where=where),
        )
    )
    joined = revisions.inner_join(table.select(*KEY, "desk", "team"), KEY)
    times = engine.run(joined.group_by(keys).aggregate(last_hand_in=joined.handed_in.max(), first_hand_in=joined.handed_in.min()))
    frame = counts.merge(times, on=keys, how="left")
    frame["quarantined"] = frame["desk"].map(_rows_by_desk(quarantine)).fillna(0)
    whole = ["records", "n", "open", "late", "late_n", "quarantined"]
    frame[whole] = frame[whole].fillna(0).astype("int64")
    return frame[[*keys, *whole, "last_hand_in", "first_hand_in"]].sort_values(["desk", "team"], ignore_index=True)


def _rows_by_desk(quarantine: pa.Table) -> dict[str, int]:
    frame = _waiting(quarantine)
    return {str(desk): int(n) for desk, n in frame["desk"].value_counts().items()} if "desk" in frame else {}
