"""Rows of the communication form: what was said, and what comes next."""

from __future__ import annotations

from sample_data.cases import Case, Row
from sample_data.dice import Dice
from sample_data.entries.habits import clock_or_moment, said, solved


def communication(case: Case, dice: Dice) -> Row:
    channel = dice.weigh({"chat": 5, "email": 3} if case.night else {"phone": 5, "chat": 4, "email": 2})
    resolved = solved(dice, case.raised, 4 * case.minutes_to_solve(dice))
    row: Row = {
        "raised_date": case.raised.date(),
        "raised_clock": case.raised.time(),
        "customer": case.customer.code,
        "channel": channel,
        "category": {"fault": "technical_support"}.get(case.kind, case.kind) if dice.chance(0.85) else None,
        "description": case.describe(dice, "communication"),
        "summary": case.phrase(dice, "summaries") if dice.chance(0.5) else None,
        "agent": case.agent,
    }
    if resolved is None:
        return row | {
            "solution": said(case, dice) if dice.chance(0.2) else None,
            "follow_up": case.phrase(dice, "follow_ups"),
            "status": "open",
        }
    return row | {
        "solution": said(case, dice),
        "follow_up": case.phrase(dice, "follow_ups", "done"),
        "status": "closed",
        "resolved_at": clock_or_moment(dice, case.raised.date(), resolved),
    }
