"""Rows of the hotline form: the caller's own words, routed by what they are about."""

from __future__ import annotations

from sample_data.cases import Case, Row, rating
from sample_data.dice import Dice
from sample_data.entries.habits import LEVELS, clock_or_moment, feeling, occurred, promise, said, solved, took
from sample_data.people import owner
from sample_data.timing import by_cut, worked

ROUTES = {
    "inquiry": ("product", "operations"),
    "suggestion": ("product", "operations"),
    "complaint": ("service_manager", "quality"),
    "fault": ("technical_support",),
    "other": ("product", "operations", "service_manager", "quality", "technical_support"),
}
PRIORITIES = {
    "inquiry": {"low": 8, "medium": 2},
    "suggestion": {"low": 9, "medium": 1},
    "complaint": {"low": 1, "medium": 6, "high": 3},
    "fault": {"low": 1, "medium": 6, "high": 3},
}
# typical minutes until work begins, how it hurries the solution, and the promise in hours
START = {"high": 17, "medium": 55, "low": 120}
HURRY = {"high": 2.0, "medium": 3.5, "low": 4.0}
PROMISE = {"high": (4, 24), "medium": (24, 48), "low": (24, 120)}


def hotline(case: Case, dice: Dice) -> Row:
    day = case.raised.date()
    emotion = feeling(case, dice)
    priority = "high" if emotion == "agitated" else dice.weigh(PRIORITIES[case.kind])
    category = "other" if dice.chance(0.03) and case.kind == "inquiry" else case.kind
    department = dice.pick(ROUTES[category])
    start = worked(case.raised, dice.minutes(START[priority] * case.pace, 0.7))
    due, due_at = promise(dice, case, *PROMISE[priority])
    resolved = solved(dice, start, case.minutes_to_solve(dice) * HURRY[priority])
    row: Row = {
        "raised_at": case.raised,
        "channel": "app" if case.night or dice.chance(0.2) else "phone",
        "agent": case.agent if dice.chance(0.45) or case.agent == case.place.relief else None,
        "contact_name": case.customer.name,
        "contact_phone": case.customer.phone,
        "identity_check": dice.weigh({"verified": 5, "not_verified": 1, "not_applicable": 3, None: 2}),
        "description": case.describe(dice, "hotline"),
        "service_name": case.phrase(dice, "services") if dice.chance(0.5) else None,
        "order_no": case.slots["order"] if dice.chance(0.4) else None,
        "occurred_at": occurred(case, dice) if dice.chance(0.3) else None,
        "emotion": emotion if dice.chance(0.8) or emotion == "agitated" else None,
        "demand": case.say(dice, "wishes") if dice.chance(0.7) else None,
        "category": category,
        "priority": priority,
        "department": department,
        "owner": owner(dice, department),
        "started_at": clock_or_moment(dice, day, by_cut(start)),
        "due_at": due if dice.chance(0.9) else None,
        "note": case.phrase(dice, "notes") if dice.chance(0.25) else None,
    }
    if resolved is not None:
        row |= {"resolved_at": clock_or_moment(dice, day, resolved), "solution": said(case, dice)}
        if dice.chance(0.75):
            level = rating(dice, LEVELS, took(case, resolved), 0.4 * took(case, due_at))
            doubt = {"still_doubtful": 1, "needs_more": 1, None: 3 if level == "dissatisfied" else 12}
            row |= {"satisfaction": level, "satisfaction_note": None if level == "satisfied" else dice.weigh(doubt)}
    return row
