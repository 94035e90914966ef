"""When customers come and how long work takes: sample_data/corpus/timing.toml as a calendar."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sample_data.corpus import read
from sample_data.dice import Dice

TIMING: dict[str, Any] = read("timing")
CUT: dt.datetime = TIMING["cut"]
MINUTE = dt.timedelta(minutes=1)


def days() -> list[dt.date]:
    first, last = TIMING["first"], TIMING["last"]
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def busy(day: dt.date) -> float:
    """How many customers come on a day, in relation to other days."""
    seasons = [season["factor"] for season in TIMING["seasons"] if season["from"] <= day <= season["to"]]
    return float(TIMING["weekdays"][day.weekday()] * (seasons[0] if seasons else 1.0))


def arrivals(dice: Dice, count: int, bad: dict[str, Any] | None) -> list[dt.datetime]:
    """`count` different minutes before the cut, in order; a desk's bad week brings more."""
    weights = {day: busy(day) * (bad["volume"] if in_week(day, bad) and bad else 1.0) for day in days()}
    hours = dict(enumerate(TIMING["hours"]))
    found: set[dt.datetime] = set()
    while len(found) < count:
        moment = dt.datetime.combine(dice.weigh(weights), dt.time(dice.weigh(hours), dice.pick(range(60))))
        if moment < CUT:
            found.add(moment)
    return sorted(found)


def in_week(day: dt.date, bad: dict[str, Any] | None) -> bool:
    return bad is not None and bad["from"] <= day.isoformat() <= bad["to"]


def at_night(moment: dt.datetime) -> bool:
    return not TIMING["opens"] <= moment.time() < TIMING["closes"]


def worked(start: dt.datetime, minutes: float) -> dt.datetime:
    """The minute at which so many minutes of work after `start` are done; nobody works while the desk is closed."""
    moment, left = start, max(0, round(minutes))
    while True:
        opens = dt.datetime.combine(moment.date(), TIMING["opens"])
        closes = dt.datetime.combine(moment.date(), TIMING["closes"])
        moment = max(moment, opens)
        if left == 0 and moment < closes:
            return moment
        room = int((closes - moment) / MINUTE)
        if left < room:
            return moment + left * MINUTE
        left, moment = left - max(0, room), opens + dt.timedelta(days=1)


def by_cut(moment: dt.datetime) -> dt.datetime | None:
    """The stamp if it was reached before the workbooks were handed in."""
    return moment if moment <= CUT else None
