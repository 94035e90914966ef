"""Doubts: records that a soft rule warns of – vague words, a type or a department that does not fit – judged again as they stand now."""

from __future__ import annotations

import datetime as dt
import os
from concurrent.futures import ThreadPoolExecutor

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from csbook.forms import Definitions, Form
from csbook.forms.form import STAMPS
from csbook.issues import Code, Severity
from csbook.metrics.breakdown import Breakdown
from csbook.metrics.lists import ABOUT, HELD, WHO, shown
from csbook.metrics.measures import FIRST, within
from csbook.metrics.offers import GROUPED
from csbook.metrics.periods import Period
from csbook.rules.rule import Rule

KINDS = ("vague", "misfiled", "misrouted", "contradictory", "left_blank")
TYPES = {"id": "int64", "kind": "str", "item": "str"}
PART = 40_000  # rows that are judged at a time
FEW = 100_000  # so many records are kept for the questions that follow; more of them are quicker looked at where they lie


def kind(form: Form, rule: Rule) -> str | None:
    """What a breach of a soft rule says of a record; None where it says nothing for training."""
    blamed = rule.reads[0]
    stamped = blamed in form.derived or form.column(blamed).kind in STAMPS
    kinds = {
        Code.VAGUE: "vague",
        Code.UNUSUAL_CHOICE: "misrouted",
        Code.INCONSISTENT: "misfiled" if blamed in GROUPED else "contradictory",
        # a missing stamp is counted as such
        Code.REQUIRED_MISSING: None if stamped else "left_blank",
    }
    return kinds.get(rule.code) if rule.severity is Severity.WARNING else None


def doubts(of: Breakdown, records: ir.Table, definitions: Definitions) -> pd.DataFrame:
    """One row a doubt about a record raised in the period: its id in `records`, kind (of KINDS), item (the rule's id)."""
    raised = of.theirs(FIRST)
    raised = raised.filter(within(raised, "raised", of.period))
    forms = [definitions.forms[name] for name in of.engine.texts(raised.form) if name in definitions.forms]
    pairs = [(form, rule) for form in forms for rule in form.rules if kind(form, rule)]
    if not pairs:
        return pd.DataFrame({"id": [], "kind": [], "item": []}).astype(TYPES)
    read = {name for _, rule in pairs for name in rule.reads if name in records.columns}
    rows = _around(of.period, records.select(*dict.fromkeys(("id", "form", "raised_at", *sorted(read)))))
    if of.size <= FEW:
        rows = of.engine.store(rows)
    frame = pd.concat([_of_rule(of, form, rule, rows) for form, rule in pairs], ignore_index=True).astype(TYPES)
    ids = of.engine.store(pa.table({"id": pa.array(frame["id"].unique(), pa.int64())}))
    return frame[frame["id"].isin(of.engine.run(ids.semi_join(raised, "id"))["id"])].reset_index(drop=True)


def _around(period: Period, records: ir.Table) -> ir.Table:
    """The records of these days, and some more: what else counts is cheaper to ask of the few that are doubtful."""
    raised, end = records.raised_at, period.end + dt.timedelta(days=1)
    return records.filter((raised >= ibis.literal(period.start).cast("timestamp")) & (raised < ibis.literal(end).cast("timestamp")))


def _of_rule(of: Breakdown, form: Form, rule: Rule, rows: ir.Table) -> pd.DataFrame:
    """Rows alike in all that the rule reads come here, and are judged, once."""
    table = rows.filter(rows.form == form.name)
    fields = {name: table[name] if name in rows.columns else ibis.null("string") for name in dict.fromkeys(rule.reads)}
    chosen = table.select(id=table.id, **{f"of_{name}": column for name, column in fields.items()})
    alike = of.engine.run(chosen.group_by([f"of_{name}" for name in fields]).aggregate(ids=chosen.id.collect()))
    broken = ~_holds(rule, alike.rename(columns={f"of_{name}": name for name in fields}))
    ids = alike["ids"][broken.astype("bool")].explode().sort_values()
    return pd.DataFrame({"id": ids.to_numpy("int64"), "kind": kind(form, rule), "item": rule.id})


def _holds(rule: Rule, frame: pd.DataFrame) -> pd.Series[bool]:
    """Which rows the rule holds for; many of them in threads, as Arrow looks at texts beside what Python does."""
    parts = [frame.iloc[start : start + PART] for start in range(0, len(frame), PART)]
    if len(parts) < 2:
        return rule.holds(frame)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return pd.concat(list(threads.map(rule.holds, parts)))


def listed(of: Breakdown, found: pd.DataFrame) -> pd.DataFrame:
    """The doubts with what their records say, the latest first."""
    stored = of.engine.store(pa.Table.from_pandas(found, preserve_index=False))
    table = stored.inner_join(of.facts.select("id", *HELD), "id")
    return shown(of, table, ("kind", "item", *WHO, "raised_at", *ABOUT, "description"), "raised_at", "kind", "item")
