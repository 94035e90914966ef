"""Roster: which desks of the team's own list have not handed in, and when they did last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from csbook.cli.command import said
from csbook.desks import Desk
from csbook.issues import Code
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


def sentence(roster: Sequence[Desk], absent: Sequence[Missing], files: Iterable[SourceFile] = ()) -> str:
    """Who has not handed in, and since when; of whom an empty workbook is among `files`. An empty one may lie there since it was made,
    so that it is no hand-in, but nobody need be asked whether it came."""
    if not absent:
        return said("roster.complete", count=len(roster))
    empty = {file.desk.desk.casefold() for file in files if file.code == Code.EMPTY_TEMPLATE}
    names = (_named(each, empty=each.desk.casefold() in empty) for each in absent)
    return said("roster.missing", desks=said("comma").join(names))


def _named(absent: Missing, *, empty: bool) -> str:
    if absent.last_hand_in is None:
        return said("roster.only_empty" if empty else "roster.never", desk=absent.desk)
    return said("roster.empty" if empty else "roster.since", desk=absent.desk, last=f"{absent.last_hand_in:%Y-%m-%d %H:%M}")
