"""Retention: which backups stay; a good one never goes where a damaged one would be left."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from csbook.ledger.keeping.retention import deletable
from csbook.policy import Backups

RULE = Backups()
START = dt.datetime(2023, 1, 2, 18, 0)


def hourly(hours: int, every: int = 1) -> dict[str, dt.datetime]:
    moments = [START + dt.timedelta(hours=hour) for hour in range(0, hours, every)]
    return {f"{moment:%Y%m%dT%H}": moment for moment in moments}


def test_seven_days_five_weeks_twelve_months_are_kept() -> None:
    taken = hourly(24 * 500, 6)
    newest = max(taken)
    kept = sorted(taken.keys() - deletable(taken, RULE, newest, lambda _: True), reverse=True)
    assert kept[:7] == [f"{taken[newest] - dt.timedelta(days=day):%Y%m%d}T{18 if day else taken[newest].hour:02}" for day in range(7)]
    days = {taken[name].date() for name in kept}
    assert len({day.isocalendar()[:2] for day in days}) >= 5
    assert len({(day.year, day.month) for day in days}) == 12
    assert len(kept) <= 7 + 5 + 12


def test_of_a_day_the_newest_sound_backup_is_kept() -> None:
    taken = {"a": START, "b": START + dt.timedelta(hours=1), "c": START + dt.timedelta(hours=2)}
    assert deletable(taken, RULE, "c", lambda _: True) == ["a", "b"]
    later = {**taken, "d": START + dt.timedelta(days=1)}
    assert deletable(later, RULE, "d", lambda name: name != "c") == ["a"], "c is damaged: b stands for the day, and c is left to be seen"


def test_a_clock_that_went_back_does_not_delete_what_was_just_taken() -> None:
    taken = {**hourly(24 * 30, 24), "now": START - dt.timedelta(days=400)}
    assert "now" not in deletable(taken, Backups(daily=1, weekly=1, monthly=1), "now", lambda _: True)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 24 * 90), st.booleans()), min_size=1, max_size=25, unique_by=lambda each: each[0]))
def test_a_good_backup_goes_only_where_a_good_one_stays(drawn: list[tuple[int, bool]]) -> None:
    rule = Backups(daily=3, weekly=2, monthly=2)
    taken = {str(hour): START + dt.timedelta(hours=hour) for hour, _ in drawn}
    good = {str(hour) for hour, sound in drawn if sound}
    newest = str(max(hour for hour, _ in drawn))
    good.add(newest)
    gone = deletable(taken, rule, newest, lambda name: name in good)
    assert set(gone) <= good
    kept = good - set(gone)
    for slot in (lambda moment: moment.date(), lambda moment: moment.isocalendar()[:2], lambda moment: (moment.year, moment.month)):
        newest_slots = sorted({slot(moment) for moment in taken.values()}, reverse=True)[:2]
        for name in gone:
            assert slot(taken[name]) not in newest_slots or slot(taken[name]) in {slot(taken[other]) for other in kept}
