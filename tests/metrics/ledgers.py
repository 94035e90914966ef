"""Ledgers for tests: a few records as dicts to Arrow tables, and hypothesis strategies for whole ledgers."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from csbook.metrics.engine import RECORD, REVISION
from tests.metrics.forms import FORMS, LISTS

BASE = dt.datetime(2023, 9, 29)
AS_OF = dt.datetime(2023, 10, 9, 18)
STAMPS = ("accepted_at", "first_response_at", "started_at", "resolved_at", "closed_at", "revisit_at", "due_at", "synced_at")
# wording that a team calls its own; none is part of another
TERMS = ("闪退重启", "发货延迟", "无法登录")
Row = dict[str, Any]


def record(**cells: Any) -> Row:
    """A record; what is not given is blank."""
    row = dict.fromkeys([*RECORD, "transfers"])
    row |= {"form": "response", "source_id": "A01-AAAAA-001", "state": "resolved" if cells.get("resolved_at") else "open"}
    row |= {"agent": "*客服小李"} | cells
    for field in ("category", "priority"):
        row[f"{field}_first"] = cells.get(f"{field}_first", row[field])
    return row


def revision(of: Row, seq: int = 1, **cells: Any) -> Row:
    row = {"form": of["form"], "source_id": of["source_id"], "seq": seq, "state": of["state"], "resolved_at": of["resolved_at"]}
    return {**row, "handed_in": of["first_handed_in"], **cells}


def tables(records: list[Row], revisions: list[Row] | None = None) -> tuple[pa.Table, pa.Table]:
    schema = pa.schema([*((name, type_) for name, type_ in RECORD.items() if name != "key"), ("transfers", pa.string())])
    history = pa.schema([(name.replace("key", "source_id"), type_) for name, type_ in REVISION.items()])
    revisions = [revision(each) for each in records] if revisions is None else revisions
    return pa.Table.from_pylist(records, schema), pa.Table.from_pylist(revisions, history)


@dataclass(frozen=True)
class Ledger:
    """Records and revisions; hypothesis prints their number only, the failing assertion names the cell."""

    records: list[Row]
    revisions: list[Row]

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(f"Ledger of {len(self.records)} records and {len(self.revisions)} revisions")


@st.composite
def ledgers(draw: st.DrawFn, size: int = 40) -> Ledger:
    """Records of every form with stamps in and out of order, before and after as_of, and their histories."""
    records, revisions = [], []
    for place in range(draw(st.integers(1, size))):
        form = draw(st.sampled_from(list(FORMS)))
        row = record(
            form=form,
            source_id=f"A01-AAAAA-{place:03d}",
            raised_at=BASE + dt.timedelta(minutes=draw(st.integers(0, 11 * 1440))),
            agent=draw(st.sampled_from(["客服小李", "*客服小李", "客服小王"])),
            first_handed_in=BASE + dt.timedelta(minutes=draw(st.integers(0, 14 * 1440))),
            state=draw(st.sampled_from(["open", "resolved", "resolved", "resolved", "withdrawn"])),
            desk=draw(st.sampled_from(["A01", "A01", "A02", "A03"])),
            team=draw(st.sampled_from(["T1", "T1", None])),
            record_no=draw(st.sampled_from([None, f"20231001{place:03d}"])),
            owner=draw(st.sampled_from([None, "*主管王姐"])),
            customer=draw(st.sampled_from([None, "CUST1", "CUST2"])),
            contact_name=draw(st.sampled_from([None, "*女士"])),
            contact_phone=draw(st.sampled_from([None, "138****5678", "****4321"])),
            description=draw(st.none() | st.just("坏了") | st.sets(st.sampled_from(TERMS), min_size=1).map(_told)),
        )
        for part in FORMS[form].split():
            field, _, name = part.partition(":")
            if (name or field) in LISTS:
                row[field] = draw(st.none() | st.sampled_from(list(LISTS[name or field])))
            elif field in STAMPS:
                # mostly after raised, now and then before; steps of 5 minutes hit the limits exactly
                row[field] = draw(st.none() | st.integers(-1, 600).map(functools.partial(_after, row["raised_at"])))
        row["category_first"] = draw(st.sampled_from([None, row["category"]]))
        if row["state"] == "open":
            row["resolved_at"] = None
        if form == "feedback":
            row["call_minutes"] = draw(st.none() | st.integers(8, 22))
            row["online_seconds"] = draw(st.none() | st.integers(28, 32))
        if form == "response":
            row["transfers"] = draw(st.sampled_from([None, "无", "客服小王 / 10:00 / 权限"]))
        records.append(row)
        revisions += _history(draw, row)
    return Ledger(records, revisions)


def _told(terms: set[str]) -> str:
    return "，".join(sorted(terms))


def _after(raised: dt.datetime, steps: int) -> dt.datetime:
    return raised + dt.timedelta(minutes=5 * steps)


def _history(draw: st.DrawFn, row: Row) -> list[Row]:
    """Earlier revisions in any state, then the present one."""
    handed = row["first_handed_in"]
    before = draw(st.lists(st.sampled_from(["open", "resolved", "withdrawn"]), max_size=3))
    earlier = [
        revision(
            row, seq, state=state, handed_in=handed + dt.timedelta(hours=seq),
            resolved_at=row["raised_at"] + dt.timedelta(minutes=7 * seq - 8) if state == "resolved" else None,
        )
        for seq, state in enumerate(before, 1)
    ]  # fmt: skip
    return [*earlier, revision(row, len(before) + 1, handed_in=handed + dt.timedelta(hours=len(before) + 1))]
