"""Hand-ins: which desk handed in how much, when last, how late, and which desks of the team's list handed in nothing (交表情况)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from csbook.desks import Desk
from csbook.metrics.breakdown import Breakdown
from csbook.metrics.measures import FIRST, LAST, within

KEYS = ["desk", "team"]
COUNTS = ["records", "n", "open", "late", "late_n", "quarantined"]


@dataclass(frozen=True)
class HandIns:
    """`roster`: the desks that should hand in; `last`: desk → the moment of the last workbook of its with rows, accepted or not."""

    roster: Sequence[Desk] = ()
    last: Mapping[str, dt.datetime] = field(default_factory=dict)


def hand_in(of: Breakdown, waiting: pd.DataFrame, desks: HandIns) -> pd.DataFrame:
    """One row a desk and team, those of the roster included: COUNTS, first and last hand-in, `absent`: on the roster, nothing handed in
    since the first day of the period."""
    frame = _counted(of)
    frame = _with_others(frame, desks.roster, waiting).sort_values(KEYS, ignore_index=True)
    frame["quarantined"] = _once(frame, waiting["desk"].value_counts())
    last = {desk.casefold(): moment for desk, moment in desks.last.items()}
    told = frame["desk"].str.casefold().map(last).astype("datetime64[us]")
    frame["last_hand_in"] = frame["last_hand_in"].where(told.isna() | (frame["last_hand_in"] > told), told)
    expected = frame["desk"].str.casefold().isin({each.desk.casefold() for each in desks.roster})
    handed = frame["last_hand_in"] >= pd.Timestamp(of.period.start)
    frame["absent"] = (expected & ~handed).astype("boolean")
    frame[COUNTS] = frame[COUNTS].fillna(0).astype("int64")
    return frame[[*KEYS, *COUNTS, "last_hand_in", "first_hand_in", "absent"]]


def _counted(of: Breakdown) -> pd.DataFrame:
    table = of.facts
    where = within(table, "raised", of.period) & of.is_theirs(table, FIRST)
    counts = of.engine.run(
        table.group_by(KEYS).aggregate(
            records=table.count(),
            n=table.count(where=where),
            open=(table.is_open & of.is_theirs(table, LAST)).sum(),
            late=table.late.sum(where=where),
            late_n=table.late.count(where=where),
            last_hand_in=table.handed_last.max(),
            first_hand_in=table.handed_first.min(),
        )
    )
    return counts.astype(dict.fromkeys(KEYS, "str"))


def _with_others(frame: pd.DataFrame, roster: Sequence[Desk], waiting: pd.DataFrame) -> pd.DataFrame:
    """Desks without any record: known from the roster, or from rows in quarantine alone."""
    known = set(frame["desk"].dropna().str.casefold())
    found: dict[str, tuple[str, str | None]] = {}
    aside = zip(waiting["desk"].dropna(), waiting.loc[waiting["desk"].notna(), "team"], strict=True)
    for desk, team in (*((each.desk, each.team or None) for each in roster), *aside):
        if desk and desk.casefold() not in known:
            found.setdefault(desk.casefold(), (desk, team if isinstance(team, str) else None))
    others = pd.DataFrame(list(found.values()), columns=KEYS).astype("str")
    return pd.concat([frame, others], ignore_index=True) if len(others) else frame


def _once(frame: pd.DataFrame, rows: pd.Series[int]) -> pd.Series[int]:
    """The rows in quarantine of each desk, at the first of its lines: a desk that changed its team has several."""
    return frame["desk"].map(rows).where(~frame["desk"].duplicated(), 0)
