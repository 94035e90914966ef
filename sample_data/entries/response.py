"""Rows of the response form: stamps to the minute, most of them typed as a time of day."""

from __future__ import annotations

import datetime as dt

from sample_data.cases import Case, Row, rating
from sample_data.corpus import read
from sample_data.dice import Dice
from sample_data.entries.habits import DEPARTMENTS, LEVELS, clock_or_moment, said, solved, took
from sample_data.people import owner, reviewer
from sample_data.timing import CUT, by_cut, worked

# typical minutes until taken over, and from there until the customer is told
PICKUP = {"phone": 0.9, "chat": 1.4, "email": 2.2}
ANSWER = {"phone": 0.8, "chat": 1.1, "email": 24.0}
SOLUTION_KINDS = {"fault": {"fixed": 1}, "inquiry": {"solution_given": 7, "activation_guided": 3}}


def response(case: Case, dice: Dice) -> Row:
    day = case.raised.date()
    channel = dice.weigh({"chat": 5, "email": 3} if case.night else {"phone": 47, "chat": 43, "email": 10})
    accepted = worked(case.raised, dice.minutes(PICKUP[channel] * case.pace, 0.8))
    waited_on_the_line = channel == "phone" and dice.chance(0.15)
    answer = dice.minutes(ANSWER[channel] * case.pace, 0.8)
    first = case.raised if waited_on_the_line else worked(accepted, answer)
    started = worked(max(accepted, first), dice.minutes(2.5 * case.pace))
    resolved = solved(dice, started, case.minutes_to_solve(dice))
    row: Row = {
        "raised_date": day,
        "customer": case.customer.code,
        "contact_name": case.customer.name if dice.chance(0.6) else None,
        "contact_phone": case.customer.phone,
        "channel": channel,
        "category": case.kind,
        "description": case.describe(dice, "response"),
        "agent": case.agent,
        "raised_at": clock_or_moment(dice, day, case.raised),
        "accepted_at": clock_or_moment(dice, day, min(accepted, CUT)),
        "first_response_at": clock_or_moment(dice, day, by_cut(first)),
        "started_at": clock_or_moment(dice, day, by_cut(started)),
        "transfers": case.fill(dice.pick(read("phrases")["transfers"]["none"])),
    }
    if dice.chance(0.07):
        row["transfers"] = _transfer(case, dice, started)
    if resolved is not None:
        row |= _solved(case, dice, resolved)
    return row


def _transfer(case: Case, dice: Dice, moment: dt.datetime) -> str:
    when = f"{moment:%H:%M}" if moment.date() == case.raised.date() else f"{moment:%Y-%m-%d %H:%M}"
    return f"{owner(dice, DEPARTMENTS[case.topic.nature])} / {when} / {case.phrase(dice, 'transfers', 'reasons')}"


def _solved(case: Case, dice: Dice, resolved: dt.datetime) -> Row:
    day = case.raised.date()
    row: Row = {
        "resolved_at": clock_or_moment(dice, day, resolved),
        "reviewer": reviewer(dice) if dice.chance(0.8) else None,
        "solution_kind": "withdrawn",
    }
    if dice.chance(0.025):
        return row | {"solution": case.phrase(dice, "withdrawn")}
    usual = SOLUTION_KINDS.get(case.kind, {"solution_given": 1})
    own_words = dice.chance(0.02)
    row["solution_kind"] = case.phrase(dice, "solution_kinds") if own_words else case.topic.solution_kind or dice.weigh(usual)
    row["solution"] = said(case, dice)
    if dice.chance(0.8):
        row["satisfaction"] = rating(dice, LEVELS, took(case, resolved), case.expected)
    if dice.chance(0.6):
        row["closed_at"] = clock_or_moment(dice, day, by_cut(worked(resolved, dice.minutes(10))))
    return row
