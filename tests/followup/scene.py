"""A small ledger for the follow-up tests: one record for each thing that somebody has to look after."""

from __future__ import annotations

import datetime as dt
import functools
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from csbook import metrics, policy
from csbook.followup import Plan, Words, load_plan
from csbook.forms import Definitions, load

ROOT = Path(__file__).parents[2]
AS_OF = dt.datetime(2023, 10, 5, 12, 0)
STAMPS = ("raised_at", "accepted_at", "started_at", "resolved_at", "revisit_at", "due_at")


def at(day: int, hour: int = 9) -> dt.datetime:
    return dt.datetime(2023, 10, day, hour)


OPEN: dict[str, Any] = {"state": "open", "description": "订单页面打不开，提示网络错误", "contact_phone": "138****5678"}
DONE: dict[str, Any] = {**OPEN, "state": "resolved", "resolved_at": at(5, 10)}
COORDINATION: dict[str, Any] = {
    "form": "coordination", "owner": "*主管王姐", "agent": "客服小李", "handover_to": "技术小邱", "department": "technical_support",
    "plan": "逐台重启并核对", "demand": "尽快恢复", "priority": "urgent", "progress": "in_progress", "raised_at": at(5), "due_at": at(6), "plan_agreed": "agreed",
}  # fmt: skip
FEEDBACK: dict[str, Any] = {
    "form": "feedback",
    "owner": "客服小张*",
    "department": "logistics",
    "plan": "联系承运商",
    "due_at": at(9),
    "raised_at": at(5),
}
HOTLINE: dict[str, Any] = {"form": "hotline", "owner": "客服小张", "department": "product", "raised_at": at(5), "priority": "low"}
RECORDS: dict[str, dict[str, Any]] = {
    "overdue": {**OPEN, **HOTLINE, "due_at": at(4), "started_at": at(5)},
    "soon": {**OPEN, **HOTLINE, "due_at": dt.datetime(2023, 10, 5, 12, 20), "started_at": at(5)},
    "high": {**OPEN, **HOTLINE, "priority": "high", "started_at": at(5, 11), "due_at": at(9), "emotion": "agitated"},
    "doubt": {**DONE, **HOTLINE, "satisfaction": "satisfied", "satisfaction_note": "needs_more", "started_at": at(5)},
    "evidence": {**OPEN, **FEEDBACK, "evidence": "pending"},
    "alone": {**OPEN, **FEEDBACK, "department": "none"},
    "lawyer": {**OPEN, **FEEDBACK, "description": "再不解决就请律师", "demand": "refund", "emotion": "agitated"},
    "unrated": {**DONE, **FEEDBACK, "satisfaction": None},
    "rated": {**DONE, **FEEDBACK, "satisfaction": "satisfied"},
    "revisit": {**DONE, **COORDINATION, "progress": "done", "category": "assignment", "satisfaction": "satisfied"},
    "emergency": {**OPEN, **COORDINATION, "category": "emergency", "scope": "华东全部门店", "action_plan": "切换备用线路"},
    "meeting": {**OPEN, **COORDINATION, "category": "assignment", "coordination_channel": "coordination_meeting"},
    "delayed": {**OPEN, **COORDINATION, "category": "escalation", "progress": "delayed", "due_at": at(9)},
    "unreviewed": {**DONE, "form": "response", "agent": "*客服小李", "raised_at": at(5), "satisfaction": "satisfied"},
    "withdrawn": {**OPEN, "form": "response", "agent": "*客服小李", "raised_at": at(5), "state": "withdrawn"},
    "communication": {**OPEN, "form": "communication", "agent": "客服小李", "raised_at": at(5), "due_at": at(4)},
}  # fmt: skip


@functools.cache
def definitions() -> Definitions:
    return load([ROOT / "templates"], [ROOT / "validations"])


@functools.cache
def rules() -> policy.Policy:
    return policy.load(ROOT / "validations" / "policy.toml")


def plan() -> Plan:
    return load_plan(ROOT / "validations" / "followup.toml")


def words(lang: str = "zh") -> Words:
    return Words(lang, definitions(), rules(), AS_OF)


def ledger(*names: str) -> tuple[pa.Table, pa.Table]:
    """Records and revisions; a record's number is its name, its id its place among all."""
    places = {name: place for place, name in enumerate(RECORDS)}
    rows = [{"id": places[name], "record_no": name, "source_id": f"A07-5KQ2M-{places[name]:03d}", **RECORDS[name]} for name in names]
    frame = pd.DataFrame(rows)
    for stamp in STAMPS:
        frame[stamp] = pd.to_datetime(frame[stamp]) if stamp in frame else pd.NaT
    records = pa.Table.from_pandas(frame, preserve_index=False)
    records = records.append_column("first_handed_in", records["raised_at"])
    return records, pa.table({"form": records["form"], "source_id": records["source_id"], "handed_in": records["raised_at"]})


def rows(*pages: str, told: metrics.Told | None = None, names: tuple[str, ...] = tuple(RECORDS)) -> pd.DataFrame:
    """The rows of these pages."""
    records, revisions = ledger(*names)
    return metrics.follow_ups(records, revisions, rules(), definitions(), plan().lists(*pages), as_of=AS_OF, told=told)


def under(frame: pd.DataFrame, page: str) -> dict[str, set[str]]:
    """Heading -> the records under it."""
    return {each.label.zh: set(frame.loc[frame[each.name], "record_no"]) for each in plan().of(page)}
