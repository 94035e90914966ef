"""Rows of the coordination form: what one desk could not solve alone."""

from __future__ import annotations

import datetime as dt

from sample_data.cases import Case, Row, rating
from sample_data.corpus import read
from sample_data.dice import Dice
from sample_data.entries.habits import LEVELS, promise, said, solved, took
from sample_data.people import owner
from sample_data.timing import CUT, MINUTE, by_cut, worked

# departments that fit the nature, the usual one more often
ROUTES = {
    "technical": ("technical_support", "technical_support", "after_sales"),
    "attitude": ("service_quality",),
    "logistics": ("logistics",),
    "fee": ("finance",),
    "process": ("product", "service_quality", "after_sales"),
}
CHANNELS = {"phone": 3, "im": 5, "phone_im": 2, "email": 3, "meeting": 2, "coordination_meeting": 1, "shared_document": 2}
URGENT_CHANNELS = {"phone_im": 6, "coordination_meeting": 3}


def coordination(case: Case, dice: Dice, related: str = "") -> Row:
    row = _event(case, dice) | {"related": related}
    department = case.phrase(dice, "departments", str(row["department"]))
    accepted = min(CUT, worked(case.raised, dice.minutes(35 * case.pace, 0.9)))
    words, due = promise(dice, case, *((24, 48) if row["priority"] == "urgent" else (48, 120)))
    row |= {
        "accepted_at": accepted,
        "plan": case.phrase(dice, "coordination", "plans", department=department),
        "owner": owner(dice, str(row["department"])),
        "due_at": words,
        "action_plan": case.phrase(dice, "coordination", "actions") if dice.chance(0.7) else None,
    }
    resolved = solved(dice, accepted, 5 * case.minutes_to_solve(dice))
    if resolved is None:
        return row | _running(case, dice, accepted, due)
    return row | _done(case, dice, row, resolved, 0.4 * took(case, due), department)


def _event(case: Case, dice: Dice) -> Row:
    """What happened, how wide it is, who is asked."""
    emergency = case.topic.nature == "technical" and case.kind == "fault" and dice.chance(0.25)
    usual = {"cross_department": 6, "assignment": 2, "escalation": 5 if case.kind == "complaint" else 1}
    situation = "emergency" if emergency else "escalation" if case.loud else dice.weigh(usual)
    urgent = emergency or dice.chance(0.4)
    department = dice.pick(ROUTES[case.topic.nature])
    return {
        "raised_at": case.raised,
        "agent": case.agent if dice.chance(0.5) or case.agent == case.place.relief else None,
        "customer": read("people")["customers"]["many"] if emergency else case.customer.code,
        "description": case.describe(dice, "coordination"),
        "category": situation,
        "nature": case.topic.nature,
        "scope": case.phrase(dice, "coordination", "scopes") if emergency or dice.chance(0.15) else None,
        "priority": "urgent" if urgent else "normal",
        "demand": case.say(dice, "wishes"),
        "tried": case.phrase(dice, "tried") if dice.chance(0.4) else None,
        "department": department,
        "handover_to": owner(dice, department),
        "coordination_channel": dice.weigh(URGENT_CHANNELS if urgent else CHANNELS),
    }


def _running(case: Case, dice: Dice, accepted: dt.datetime, due: dt.datetime) -> Row:
    synced = by_cut(worked(accepted, dice.minutes(90)))
    return {
        "plan_agreed": dice.weigh({"pending": 5, "agreed": 3, "objected": 1}),
        "progress": "delayed" if due < CUT else dice.pick(("not_started", "in_progress", "in_progress")),
        "synced_at": synced,
        "sync_note": case.phrase(dice, "coordination", "syncs") if synced else None,
    }


def _done(case: Case, dice: Dice, row: Row, resolved: dt.datetime, expected: float, department: str) -> Row:
    revisit = by_cut(worked(resolved, dice.minutes(300, 0.9))) if dice.chance(0.85) else None
    level = rating(dice, LEVELS, took(case, resolved), expected) if revisit or dice.chance(0.3) else None
    archived = revisit is not None and level is not None and dice.chance(0.7)
    recurring = dice.chance(0.15)
    grave = row["category"] in ("escalation", "emergency") or recurring
    lessons = case.phrase(dice, "coordination", "lessons", department=department)
    met = row["coordination_channel"] == "coordination_meeting"
    return {
        "minutes": case.phrase(dice, "coordination", "minutes", department=department) if met else None,
        "plan_agreed": "agreed" if dice.chance(0.9) else None,
        "progress": "done",
        "synced_at": resolved - min(20 * MINUTE, resolved - case.raised),
        "sync_note": case.phrase(dice, "coordination", "syncs"),
        "resolved_at": resolved,
        "solution": said(case, dice),
        "revisit_at": revisit,
        "satisfaction": level,
        "satisfaction_note": case.phrase(dice, "coordination", "comments") if level and dice.chance(0.6) else None,
        "recurring": "yes" if recurring else dice.pick(("no", None)),
        "archived": "yes" if archived else dice.pick(("no", None)),
        "lessons": lessons if (archived and grave) or dice.chance(0.1) else None,
    }
