"""Business time: seconds worked before a moment, and worked minutes by their number."""

from __future__ import annotations

import datetime as dt

import hypothesis.strategies as st
import pytest
from hypothesis import given

from csbook.policy.calendar import Calendar
from csbook.policy.hours import Hours
from csbook.policy.period import Period
from tests.policy.test_calendar import WEEK, hours

FIRST, LAST = dt.date(2023, 9, 28), dt.date(2023, 10, 9)
NIGHT = {dt.date(2023, 10, 3): hours(20, 24), dt.date(2023, 10, 4): hours(0, 2, 9, 12, 12.5, 13), dt.date(2023, 10, 7): ()}
SPAN = Hours(Calendar(WEEK, NIGHT), FIRST, LAST)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("moment", "minutes"),
    [
        ("2023-09-28T00:00", 0),
        ("2023-09-28T09:30", 30),
        ("2023-09-28T12:30", 180),  # at lunch
        ("2023-09-28T23:59", 480),
        ("2023-09-29T12:00", 480),  # a public holiday
        ("2023-10-03T21:00", 540),  # a night shift, worked in spite of the holiday
        ("2023-10-04T01:00", 480 + 240 + 60),
        ("2023-10-07T18:00", 480 + 240 + 120 + 180 + 30),  # a make-up day that the team does not work
        ("2023-10-08T10:00", 480 + 240 + 120 + 180 + 30 + 60),  # one that it does
    ],
)
def test_minutes_worked_before_a_moment(moment: str, minutes: int) -> None:
    assert SPAN.worked(at(moment)) == minutes * 60


@given(st.datetimes(dt.datetime(2023, 9, 28), dt.datetime(2023, 10, 9, 23, 59)))
def test_worked_minutes_are_numbered_in_their_order(moment: dt.datetime) -> None:
    begun = SPAN.minutes(SPAN.worked(at("2023-10-09T23:59")))["begins"]
    moment = moment.replace(second=0, microsecond=0)
    assert (begun < moment).sum() == SPAN.worked(moment) // 60
    assert begun.is_monotonic_increasing


def test_minutes_are_numbered_beyond_the_span() -> None:
    table = SPAN.minutes(100_000 * 60)
    assert len(table) >= 100_000
    assert list(table["number"].iloc[[0, -1]]) == [0, len(table) - 1]
    assert len(Hours(Calendar(((),) * 7), FIRST, LAST).minutes(60)) == 0


def test_it_is_told_which_calendar_served_for_which_year() -> None:
    span = Hours(Calendar(WEEK, {dt.date(2027, 1, 1): ()}), dt.date(2026, 12, 31), dt.date(2027, 1, 5))
    found = span.served().to_dict("records")
    assert [(row["year"], row["served"], row["overrides"], row["days"]) for row in found] == [
        (2026, "chinesecalendar", 0, 1),
        (2027, "week", 1, 2),
    ]


def test_a_week_without_hours_has_no_business_time() -> None:
    nothing: tuple[tuple[Period, ...], ...] = ((),) * 7
    never = Hours(Calendar(nothing), FIRST, LAST)
    assert (never.periods, never.worked(at("2023-10-09T12:00"))) == (0, 0)
    assert never.served()["minutes"].sum() == 0
