"""Quality of the data by desk: missing stamps, late hand-ins, doubtful rows, rows in quarantine – so that training can be aimed."""

from __future__ import annotations

import json
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from csbook.metrics import doubts, durations
from csbook.metrics.breakdown import Breakdown
from csbook.metrics.facts import CUT
from csbook.metrics.measures import FIRST, share, within

# a stamp that a record of this state should have
EXPECTED = {"accepted_at": "any", "first_response_at": "any", "started_at": "resolved", "resolved_at": "resolved", "closed_at": "resolved"}
KINDS = ("missing_stamp", "out_of_order", "closed_without_stamp", "after_as_of", "late_hand_in", *doubts.KINDS, "quarantined")
KEYS = ["form", "desk"]


def data_quality(of: Breakdown, ledger: ir.Table, found: pd.DataFrame, waiting: pd.DataFrame) -> pd.DataFrame:
    """Faults of the data by kind (of KINDS), form, desk and item: `n` of `of` records. `found`: see csbook.metrics.doubts."""
    raised = _raised(of)
    parts = [_long(raised), _aside(of, ledger), _doubtful(of, found, raised), quarantined(waiting)]
    frame = pd.concat(parts, ignore_index=True).reindex(columns=["kind", *KEYS, "item", "n", "of"])
    frame = frame.astype({"n": "int64", "of": "Int64", **dict.fromkeys(("kind", *KEYS, "item"), "str")})
    frame["share"] = share(frame["n"], frame["of"]).astype("float64")
    order = {kind: place for place, kind in enumerate(KINDS)}
    by = ["kind", *KEYS, "item"]
    return frame.sort_values(by, key=lambda c: c.map(order) if c.name == "kind" else c, ignore_index=True)


def _raised(of: Breakdown) -> pd.DataFrame:
    """By form and desk over the records raised in the period: `kind|item` and `kind|item|of` of what one row alone tells."""
    table = of.theirs(FIRST)
    table = table.filter(within(table, "raised", of.period))
    bare = (table.state != "open") & _untyped(table, "resolved_at")
    pairs = {
        "late_hand_in|": (table.late.fill_null(False), table.late.notnull()),
        "out_of_order|": (table.out_of_order, table.raised_at.notnull()),
        "closed_without_stamp|": (bare, table.raised_at.notnull()),
        **{f"missing_stamp|{stamp}": _missing(of, table, stamp) for stamp in EXPECTED},
    }
    sums = {name: bad.sum() for name, (bad, _) in pairs.items()} | {f"{name}|of": among.sum() for name, (_, among) in pairs.items()}
    return of.engine.run(table.group_by(KEYS).aggregate(raised=table.count(), **sums))


def _missing(of: Breakdown, table: ir.Table, stamp: str) -> tuple[ir.BooleanValue, ir.BooleanValue]:
    """Stamps that should stand: those of the beginning on every record, those of the end on resolved ones."""
    due = of.offers.has(table, stamp) & ~table.withdrawn & (ibis.literal(True) if EXPECTED[stamp] == "any" else table.state == "resolved")
    # an answer may still come while the record is open
    due = due & (~table.is_open | (table.state == "resolved") | ibis.literal(stamp == "accepted_at"))
    return due & _untyped(table, stamp), due


def _untyped(table: ir.Table, stamp: str) -> ir.BooleanValue:
    """Was nothing typed? A stamp after as_of was."""
    return table[stamp].isnull() & ~durations.future(table, stamp)


def _long(wide: pd.DataFrame) -> pd.DataFrame:
    names = [name for name in wide.columns if "|" in name and not name.endswith("|of")]
    parts = []
    for name in names:
        kind, _, item = name.partition("|")
        part = wide[[*KEYS, name, f"{name}|of"]].set_axis([*KEYS, "n", "of"], axis=1)
        parts.append(part[part["n"] > 0].assign(kind=kind, item=item or None))
    return pd.concat(parts, ignore_index=True)


def _aside(of: Breakdown, ledger: ir.Table) -> pd.DataFrame:
    """Stamps set aside because they lie after as_of; for raised_at the whole record is."""
    table = of.facts
    wide = of.engine.run(table.group_by(KEYS).aggregate(of=table.count(), **{stamp: durations.future(table, stamp).sum() for stamp in CUT}))
    outside = of.engine.run(ledger.group_by(KEYS).aggregate(n=ledger.outside.sum(), of=ledger.count())).assign(item="raised_at")
    both = pd.concat([outside, wide.melt([*KEYS, "of"], var_name="item", value_name="n")], ignore_index=True)
    return both[both["n"] > 0].assign(kind="after_as_of")


def _doubtful(of: Breakdown, found: pd.DataFrame, raised: pd.DataFrame) -> pd.DataFrame:
    """The doubts counted by desk and rule, of the records that its form raised there."""
    listed = doubts.listed(of, found)
    counted = listed.groupby([*KEYS, "kind", "item"], dropna=False).size().rename("n").reset_index()
    return counted.merge(raised[[*KEYS, "raised"]].rename(columns={"raised": "of"}), on=KEYS, how="left")


def quarantined(waiting: pd.DataFrame) -> pd.DataFrame:
    """Faults of rows that lie in quarantine, by form, desk and rule. A row may have several faults."""
    frame = waiting
    if "issues" in frame and len(frame):
        frame = frame.assign(rule=frame["issues"].map(_rules)).explode("rule")
    counted = frame.groupby([*KEYS, "rule"], dropna=False, sort=True).size().rename("n").reset_index()
    named: pd.DataFrame = counted.rename(columns={"rule": "item"}).assign(kind="quarantined")
    return named


def _rules(issues: Any) -> list[str]:
    """The rules (else codes) of the errors in a row's issues."""
    listed = json.loads(issues) if isinstance(issues, str) else issues
    return sorted({str(each.get("rule") or each.get("code")) for each in listed if each.get("severity", "error") == "error"})
