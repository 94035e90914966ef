"""Rows of the feedback form: a whole talk with a customer, from the words used to the way it ended."""

from __future__ import annotations

from sample_data.cases import Case, Row, rating
from sample_data.dice import Dice
from sample_data.entries.habits import DEPARTMENTS, clock_or_moment, feeling, occurred, promise, said, solved, took
from sample_data.people import owner

LEVELS = ("very_satisfied", "satisfied", "neutral", "dissatisfied")
# departments that this form knows
HANDS = {"technical": "technical_support", "logistics": "logistics", "process": "after_sales"}
# by whether the topic calls for a picture or a receipt
EVIDENCE: dict[bool, dict[str | None, float]] = {True: {"received": 6, "pending": 2}, False: {"not_needed": 1, None: 1}}
REASONS = {"cannot_calm": 2, "major_complaint": 3, "beyond_authority": 4}


def feedback(case: Case, dice: Dice) -> Row:
    resolved = solved(dice, case.raised, case.minutes_to_solve(dice) * (2 if case.kind == "inquiry" else 6))
    row = {**_asked(case, dice), **_answer(case, dice), "status": "open" if dice.chance(0.9) else None}
    row |= _talk(case, dice, str(row["channel"]))
    if "other" in (row["category"], row["demand"]):
        row["note"] = case.say(dice, "wishes")
    if resolved is None:
        return row
    row |= {
        "status": "closed",
        "resolved_at": clock_or_moment(dice, case.raised.date(), resolved),
        "solution": said(case, dice),
    }
    if dice.chance(0.6):
        row["result_satisfaction"] = rating(dice, LEVELS, took(case, resolved), 2 * case.expected + 600)
    return row


def _asked(case: Case, dice: Dice) -> Row:
    """Who asked, how, and what for."""
    demand = dice.pick(case.topic.demands)
    others = [each for each in case.topic.demands if each not in (demand, "other")]
    named = "{product}" in "".join(case.topic.texts)
    return {
        "raised_date": case.raised.date(),
        "raised_clock": case.raised.time(),
        "channel": dice.weigh({"chat": 5, "email": 2} if case.night else {"phone": 5, "chat": 4, "email": 1}),
        "contact_name": case.customer.name,
        "contact_phone": case.customer.phone,
        "category": case.topic.feedback,
        "occurred_at": occurred(case, dice) if dice.chance(0.4) else None,
        "occurred_place": case.phrase(dice, "places") if dice.chance(0.35) else None,
        "description": case.describe(dice, "feedback"),
        "key_details": case.say(dice, "details") if dice.chance(0.75) else None,
        "product": f"{case.slots['product']} {case.slots['model']}" if named and dice.chance(0.6) else None,
        "order_no": case.slots["order"] if dice.chance(0.5) else None,
        "evidence": dice.weigh(EVIDENCE[case.topic.evidence]),
        "demand": demand,
        "other_demands": others if others and dice.chance(0.2) else None,
    }


def _talk(case: Case, dice: Dice, channel: str) -> Row:
    """How the talk went, and whether it had to be passed up."""
    involved = dice.chance(0.15)
    escalated = case.loud or dice.chance(0.04 if case.kind == "complaint" else 0.005)
    return {
        "tried": case.phrase(dice, "tried") if dice.chance(0.3) else None,
        "emotion": feeling(case, dice),
        "complex": "yes" if involved else dice.pick(("no", None)),
        "call_minutes": max(1, round(dice.minutes(11 if involved else 5, 0.55))) if channel == "phone" else None,
        "online_seconds": max(3, round(dice.minutes(15 * case.pace, 0.6))) if channel == "chat" else None,
        "escalated": "yes" if escalated else dice.pick(("no", None)),
        "escalation_reason": dice.weigh(REASONS) if escalated else None,
        "satisfaction": "unrated" if dice.chance(0.2) else rating(dice, LEVELS, case.pace, 1.6),
        "agent": case.agent,
    }


def _answer(case: Case, dice: Dice) -> Row:
    """What the customer was told: who will do what by when."""
    department = HANDS.get(case.topic.nature) if case.kind != "inquiry" else None
    words, due = promise(dice, case, 4, 120)
    if dice.chance(0.15):
        words = due.date()
    named = case.phrase(dice, "departments", department or "none")
    promised = words if isinstance(words, str) else case.phrase(dice, "plans", "soon")
    return {
        "plan": case.phrase(dice, "plans", department=named, promise=promised),
        "department": department or dice.pick(("none", None)),
        "handover_to": owner(dice, department) if department else None,
        "due_at": words,
        "owner": case.agent if dice.chance(0.5) else owner(dice, department or DEPARTMENTS[case.topic.nature]),
        "owner_no": f"F{dice.digits(4)}" if dice.chance(0.3) else None,
    }
