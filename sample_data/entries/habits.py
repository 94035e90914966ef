"""Habits that agents share over all forms: how they type stamps, make promises and say what was done."""

from __future__ import annotations

import datetime as dt

from sample_data.cases import Case
from sample_data.corpus import read
from sample_data.dice import Dice
from sample_data.timing import by_cut, worked

LEVELS = ("satisfied", "fairly_satisfied", "dissatisfied")
# who solves a concern of that nature
DEPARTMENTS = {
    "technical": "technical_support",
    "attitude": "service_quality",
    "logistics": "logistics",
    "fee": "finance",
    "process": "product",
}
EMOTIONS = {
    "inquiry": {"calm": 8, "anxious": 2},
    "suggestion": {"calm": 1},
    "complaint": {"calm": 2, "anxious": 3, "dissatisfied": 4, "agitated": 1},
    "fault": {"calm": 4, "anxious": 5, "dissatisfied": 2},
}


def clock_or_moment(dice: Dice, day: dt.date, moment: dt.datetime | None) -> object:
    """On the row's own day most agents type the time only."""
    if moment is not None and moment.date() == day and dice.chance(0.85):
        return moment.time()
    return moment


def promise(dice: Dice, case: Case, least: float, most: float) -> tuple[object, dt.datetime]:
    """A due cell of `least` to `most` hours as typed (words, or now and then a moment on the half hour) and about when that is."""
    fitting = [each for each in read("phrases")["promise"] if least <= each["hours"] <= most]
    chosen = dice.pick(fitting)
    due = case.raised + dt.timedelta(hours=chosen["hours"])
    if dice.chance(0.75):
        return chosen["text"], due
    due = _office_hour(due, dice.pick((0, 30)))
    return due, due


def _office_hour(moment: dt.datetime, minute: int) -> dt.datetime:
    """The next hour or half hour at which an agent would promise something."""
    later = (moment + dt.timedelta(hours=1)).replace(minute=minute)
    if 9 <= later.hour <= 18:
        return later
    day = later.date() + dt.timedelta(days=later.hour > 18)
    return dt.datetime.combine(day, dt.time(10, minute))


def said(case: Case, dice: Dice) -> str:
    """What was done; complaints are often met with an apology first."""
    calming = case.phrase(dice, "calming") if case.kind == "complaint" else ""
    return calming + case.say(dice, "solutions")


def solved(dice: Dice, start: dt.datetime, minutes: float) -> dt.datetime | None:
    """When it was solved; None where it still runs at the cut, or was forgotten."""
    return None if dice.chance(0.012) else by_cut(worked(start, minutes))


def took(case: Case, resolved: dt.datetime) -> float:
    return (resolved - case.raised).total_seconds() / 60


def feeling(case: Case, dice: Dice) -> str:
    return "agitated" if case.loud else dice.weigh(EMOTIONS[case.kind])


def occurred(case: Case, dice: Dice) -> object:
    """Before the call: a day, or a moment."""
    moment = case.raised - dt.timedelta(minutes=round(dice.minutes(600, 1.0)))
    return moment.date() if dice.chance(0.5) else moment.replace(minute=moment.minute // 15 * 15)
