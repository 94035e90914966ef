"""Roster: which desks of the team's own list have not handed in, and when they did last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from csbook.cli.command import said
from csbook.desks import Desk
from csbook.rows import SourceFile

ACCEPTED = frozenset({"accepted", "partly"})


class Missing(NamedTuple):
    """A desk from which nothing came, and when something did last; None = never."""

    desk: str
    last_hand_in: dt.datetime | None


def handed_in(before: Mapping[str, dt.datetime], files: Iterable[SourceFile], now: dt.datetime) -> dict[str, dt.datetime]:
    """Desk → its last hand-in, with the files of this batch."""
    return {**before, **{file.desk.desk: now for file in files if file.verdict in ACCEPTED}}


def missing(roster: Sequence[Desk], last: Mapping[str, dt.datetime], day: dt.date) -> tuple[Missing, ...]:
    """Desks that did not hand in on `day`, in the order of the list; upper and lower case count as one."""
    known = {desk.casefold(): moment for desk, moment in last.items()}
    found = (Missing(each.desk, known.get(each.desk.casefold())) for each in roster)
    return tuple(each for each in found if each.last_hand_in is None or each.last_hand_in.date() != day)


def sentence(roster: Sequence[Desk], absent: Sequence[Missing]) -> str:
    """Who has not handed in, and since when."""
    if not absent:
        return said("roster.complete", count=len(roster))
    names = (said("roster.never", desk=each.desk) if each.last_hand_in is None else _since(each.desk, each.last_hand_in) for each in absent)
    return said("roster.missing", desks=said("comma").join(names))


def _since(desk: str, last: dt.datetime) -> str:
    return said("roster.since", desk=desk, last=f"{last:%Y-%m-%d %H:%M}")
