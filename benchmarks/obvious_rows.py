"""Rows of the obvious build: the records of a ledger with all that its figures count (METRICS.md), business time row by row."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import sqlite3
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

STAMPS = ("raised_at", "accepted_at", "first_response_at", "started_at", "resolved_at", "closed_at", "revisit_at", "synced_at", "due_at")
ORDER = (
    ("raised_at", "accepted_at"), ("raised_at", "first_response_at"), ("raised_at", "started_at"), ("raised_at", "resolved_at"),
    ("accepted_at", "started_at"), ("first_response_at", "resolved_at"), ("started_at", "resolved_at"), ("resolved_at", "closed_at"),
    ("resolved_at", "revisit_at"),
)  # fmt: skip
DURATIONS = {  # by whose day, start, stop
    "pickup": ("raised", "raised_at", "accepted_at"), "first_response": ("raised", "raised_at", "answered_at"),
    "resolution": ("resolved", "raised_at", "solved_at"), "first_resolution": ("resolved", "raised_at", "first_solved_at"),
    "handling": ("resolved", "started_at", "solved_at"),
}  # fmt: skip
SCALES = {
    "feedback": {"very_satisfied": 1.0, "satisfied": 0.6666666666666666, "neutral": 0.3333333333333333, "dissatisfied": 0.0},
    "": {"satisfied": 1.0, "fairly_satisfied": 0.5, "dissatisfied": 0.0},
}
LIMITS: Mapping[
    str, tuple[str, str, str, str | None, Mapping[str | None, float]]
] = {  # of a clock: its form, start, stop, the field by whose entry there is a limit, minutes
    "register": ("response", "raised_at", "accepted_at", None, {None: 5}),
    "resolve": ("response", "raised_at", "solved_at", "category", {"inquiry": 30, "fault": 120, "complaint": 240, "suggestion": 1440}),
    "respond": ("response", "raised_at", "first_response_at", "channel", {"phone": 5, "chat": 5, "email": 240}),
    "start": ("hotline", "raised_at", "started_at", "priority", {"high": 60, "medium": 240, "low": 1440}),
    "revisit": ("coordination", "solved_at", "revisit_at", None, {None: 1440}),
}
PROMISED = ("hotline", "feedback", "coordination")
CLOCKS = (*LIMITS, "promise", "online", "call")
GROUPED = ("category", "channel", "priority", "department", "emotion")
TRANSFER = re.compile(r"^\s*([^/／\n]+?)\s*[/／][^/／\n]+[/／]", re.MULTILINE)
RATED = ("satisfaction", "result_satisfaction")


@dataclass(frozen=True)
class Team:
    """What the team's definitions say: form → fields, (form, field) → key → group, and the periods of a day."""

    fields: Mapping[str, frozenset[str]]
    groups: Mapping[tuple[str, str], Mapping[str, str]]
    calendar: Any


def team() -> Team:
    """As shipped."""
    from csbook.forms import load
    from csbook.workspace import shipped
    from sample_data import make

    forms = load([shipped("templates")], [shipped("validations")]).forms
    groups = {
        (name, field.name): {entry.key: entry.group or entry.key for entry in field.choices.entries}
        for name, form in forms.items()
        for field in form.fields
        if field.choices
    }
    return Team({name: frozenset({*form.by_name, "raised_at"}) for name, form in forms.items()}, groups, make.clocks().calendar())


def read(ledger: Path, as_of: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Records and their states, oldest first."""
    import pandas as pd

    with contextlib.closing(sqlite3.connect(ledger)) as connection:
        records = pd.read_sql("SELECT * FROM record ORDER BY id", connection)
        states = pd.read_sql("SELECT record_id, seq, state, resolved_at, batch_id FROM revision ORDER BY record_id, seq", connection)
        batches = pd.read_sql("SELECT id, at FROM batch", connection, index_col="id")["at"]
    for name in STAMPS:
        records[name] = pd.to_datetime(records[name])
        if name not in ("raised_at", "due_at"):
            records[name] = records[name].where(records[name] <= as_of)
    states["resolved_at"], states["handed_in"] = pd.to_datetime(states["resolved_at"]), pd.to_datetime(states["batch_id"].map(batches))
    records["first_handed_in"] = pd.to_datetime(records["first_batch"].map(batches))
    return records[records["raised_at"] <= as_of].reset_index(drop=True), states


def seen(records: pd.DataFrame, states: pd.DataFrame, as_of: pd.Timestamp, of: Team) -> pd.DataFrame:
    """The records with all that the figures count."""
    import numpy as np
    import pandas as pd

    frame = _with_history(records, states, as_of)
    withdrawn = frame["withdrawn"] = frame["state"] == "withdrawn"
    frame["unordered"] = np.logical_or.reduce([frame[later] < frame[earlier] for earlier, later in ORDER])
    frame["measured"] = ~withdrawn & ~frame["unordered"]
    frame["answered_at"] = frame["first_response_at"].fillna(frame["raised_at"] + pd.to_timedelta(frame["online_seconds"], unit="s"))
    for name, (_, start, stop) in DURATIONS.items():
        ended = frame[frame["measured"] & frame[start].notna() & (frame[stop] >= frame[start])]
        frame[name] = minutes(ended[start], ended[stop])
        frame[f"{name}_business"] = ended.apply(
            lambda row, start=start, stop=stop: business_minutes(row[start], row[stop], of.calendar), axis=1
        )
    for name in CLOCKS:
        frame[name] = _verdicts(frame, name, as_of)
    frame["overdue"] = frame[list(CLOCKS)].isin(["missed_running", "missed_stopped"]).any(axis=1)
    return _with_ratings(_with_people(_with_groups(frame, of)), of)


def _with_history(frame: pd.DataFrame, states: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Reopens, the first resolution, and when a record left the backlog."""
    before = states.groupby("record_id")["state"].shift()
    reopens = states[(before == "resolved") & (states["state"] == "open")].groupby("record_id").size()
    firsts = states[(states["state"] == "resolved") & states["resolved_at"].notna()].groupby("record_id")["resolved_at"].first()
    closings = states[(states["state"] != "open") & (before.isna() | (before == "open"))].groupby("record_id")["handed_in"].last()
    resolved = frame["state"] == "resolved"
    frame["reopens"] = frame["id"].map(reopens).fillna(0)
    frame["solved_at"] = frame["resolved_at"].where(resolved)
    frame["first_solved_at"] = frame["id"].map(firsts).fillna(frame["solved_at"])
    frame["first_solved_at"] = frame["first_solved_at"].where(frame["first_solved_at"] <= as_of)
    frame["estimated"] = (frame["state"] != "open") & frame["resolved_at"].isna()
    left = frame["resolved_at"].fillna(frame["id"].map(closings)).fillna(frame["first_handed_in"])
    left = left.where((frame["state"] != "open") & (left <= as_of))
    frame["left_at"] = left.where(left.isna() | (left >= frame["raised_at"]), frame["raised_at"])
    frame["late"] = frame["first_handed_in"] - frame["raised_at"] > dt.timedelta(days=1)
    return frame


def minutes(start: pd.Series, stop: pd.Series) -> pd.Series:
    minutes: pd.Series = (stop - start).dt.total_seconds() / 60
    return minutes


def business_minutes(start: Any, stop: Any, calendar: Any) -> float:
    """Day by day, as everybody writes it."""
    worked, day = dt.timedelta(), start.date()
    while day <= stop.date():
        midnight = dt.datetime.combine(day, dt.time())
        for opens, closes in calendar.hours(day):
            worked += max(dt.timedelta(), min(stop.to_pydatetime(), midnight + closes) - max(start.to_pydatetime(), midnight + opens))
        day += dt.timedelta(days=1)
    return worked.total_seconds() / 60


def _verdicts(frame: pd.DataFrame, name: str, as_of: pd.Timestamp) -> pd.Series:
    """met, missed_stopped, missed_running or pending, missing where there is none."""
    import numpy as np
    import pandas as pd

    level, limit = _limits(frame, name)
    frame[f"{name}_level"], frame[f"{name}_limit"] = level, limit
    if name in ("online", "call"):
        value = frame["online_seconds"] / 60 if name == "online" else frame["call_minutes"]
        over = value - limit
        choices = [over <= 0, over > 0]
        found = np.select(choices, ["met", "missed_stopped"], default="")
        frame[f"{name}_over"] = over
    else:
        _, start, stop, *_ = LIMITS.get(name, ("", "raised_at", "solved_at"))
        due = frame["due_at"].where(limit.notna()) if name == "promise" else frame[start] + pd.to_timedelta(limit, unit="min")
        ended, waits = frame[stop].notna(), frame["left_at"].isna() | (name == "revisit")
        choices = [ended & (frame[stop] <= due), ended & (frame[stop] > due), waits & (due < as_of), waits & (due >= as_of)]
        found = np.select(choices, ["met", "missed_stopped", "missed_running", "pending"], default="")
        frame[f"{name}_over"] = minutes(due, frame[stop].fillna(as_of))
    verdict = pd.Series(found, frame.index, dtype="str")
    return verdict.mask((verdict == "") | ~frame["measured"])


def _limits(frame: pd.DataFrame, name: str) -> tuple[pd.Series, pd.Series]:
    """The entry that picks the limit, and the limit in minutes."""
    import pandas as pd

    nothing = pd.Series(index=frame.index, dtype="str")
    if name == "promise":
        promised = frame["form"].isin(PROMISED) | ((frame["form"] == "communication") & frame["left_at"].isna())
        return nothing, pd.Series(0.0, frame.index).where(promised & frame["due_at"].notna())
    if name == "online":
        return nothing, pd.Series(0.5, frame.index).where(frame["form"] == "feedback")
    if name == "call":
        complex_ = frame["complex"] == "yes"
        return nothing.mask(complex_, "yes"), pd.Series(10.0, frame.index).mask(complex_, 20.0).where(frame["form"] == "feedback")
    form, _, _, by, minutes = LIMITS[name]
    if by is None:
        return nothing, pd.Series(float(minutes[None]), frame.index).where(frame["form"] == form)
    entry = frame[f"{by}_first"].fillna(frame[by]) if by in ("category", "priority") else frame[by]
    entry = entry.where((frame["form"] == form) & entry.isin(list(minutes)))
    return entry, entry.map(minutes).astype("float64")


def _with_groups(frame: pd.DataFrame, of: Team) -> pd.DataFrame:
    """The groups of list entries; a form without a field has none and is left out of its table."""
    for name in GROUPED:
        frame[f"has_{name}"] = frame["form"].map(lambda form, name=name: name in of.fields[form])
        named = zip(frame["form"], frame[name], strict=True)
        frame[f"{name}_group"] = [of.groups.get((form, name), {}).get(key, key) for form, key in named]
    return frame


def _with_people(frame: pd.DataFrame) -> pd.DataFrame:
    """First and last agent, and how often a record was handed on."""
    told = frame["transfers"].fillna("").apply(TRANSFER.findall)
    frame["handed_on"] = told.str.len()
    last = told.str[-1].fillna(frame["agent"])
    for name, names in (("first_agent", frame["agent"]), ("last_agent", last)):
        frame[name] = names.map(lambda name: re.sub(r"[*\s]", "", unicodedata.normalize("NFKC", name)), na_action="ignore")
    return frame


def _with_ratings(frame: pd.DataFrame, of: Team) -> pd.DataFrame:
    """Scores from 0 to 1, and the days by which the figures count."""
    at_once, has = frame["form"] == "feedback", {name: [form for form in of.fields if name in of.fields[form]] for name in RATED}
    for name in RATED:
        scores = frame[name].map(SCALES[""])
        frame[f"{name}_score"] = scores.where(~at_once, frame[name].map(SCALES["feedback"]))
    frame["transferable"] = frame["form"].isin([form for form in of.fields if "transfers" in of.fields[form]])
    rates = frame["form"].isin(has["satisfaction"]) & ~frame["withdrawn"]
    frame["ratable"] = rates & (at_once | frame["solved_at"].notna())
    frame["looped"] = frame["ratable"] & (frame["satisfaction_score"].notna() | frame["result_satisfaction_score"].notna())
    frame["one_touch"] = frame["transferable"] & (frame["reopens"] == 0) & (frame["handed_on"] == 0)
    for basis, stamp in (("raised", "raised_at"), ("resolved", "solved_at"), ("left", "left_at")):
        frame[f"{basis}_day"] = frame[stamp].dt.normalize()
    frame["rated_day"] = frame["raised_day"].where(at_once, frame["resolved_day"]).where(rates)
    return frame
