"""Which days are worked, and when."""

from __future__ import annotations

import datetime as dt

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import given, settings

from csbook.policy.calendar import Calendar


def hours(*ends: float) -> tuple[tuple[dt.timedelta, dt.timedelta], ...]:
    """Periods from pairs of hours."""
    edges = [dt.timedelta(hours=end) for end in ends]
    return tuple(zip(edges[::2], edges[1::2], strict=True))


OFFICE = hours(9, 12, 13, 18)
WEEK = (OFFICE,) * 5 + ((), ())


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("date", "working"),
    [
        ("2023-09-28", True),  # a Thursday
        ("2023-09-29", False),  # a Friday, public holiday
        ("2023-10-07", True),  # a Saturday, worked to make up for it
        ("2023-10-14", False),  # a Saturday
        ("2027-01-01", True),  # no holidays known for that year: a Friday
        ("2027-01-02", False),
    ],
)
def test_holidays_and_make_up_days_come_from_the_library_where_it_knows_the_year(date: str, working: bool) -> None:
    assert Calendar(WEEK).is_working(day(date)) == working


def test_a_make_up_day_takes_the_hours_of_its_weekday_else_the_weeks_first() -> None:
    assert Calendar(WEEK).hours(day("2023-10-07")) == OFFICE
    assert Calendar((*WEEK[:5], hours(10, 14), ())).hours(day("2023-10-07")) == hours(10, 14)


def test_a_team_that_opens_on_saturdays_is_open_on_ordinary_ones() -> None:
    calendar = Calendar((*WEEK[:5], hours(10, 14), ()))
    assert calendar.hours(day("2023-10-14")) == hours(10, 14)
    assert calendar.hours(day("2023-09-30")) == ()


def test_overrides_go_before_the_library_both_ways() -> None:
    calendar = Calendar(WEEK, {day("2023-09-29"): hours(8, 10), day("2023-10-07"): (), day("2023-10-14"): OFFICE})
    assert [calendar.is_working(day(date)) for date in ("2023-09-29", "2023-10-07", "2023-10-14")] == [True, False, True]
    assert calendar.close(day("2023-09-29")) == dt.datetime(2023, 9, 29, 10)


def test_a_day_closes_with_its_last_period() -> None:
    late = Calendar((hours(18, 24, 0, 2),) * 7)
    assert Calendar(WEEK).close(day("2023-09-28")) == dt.datetime(2023, 9, 28, 18)
    assert late.close(day("2023-09-28")) == dt.datetime(2023, 9, 29)
    assert Calendar(WEEK).close(day("2023-10-14")) == dt.datetime(2023, 10, 15)


def test_sources_of_a_year() -> None:
    calendar = Calendar(WEEK, {day("2027-05-01"): ()})
    assert calendar.source(2023) == ("chinesecalendar",)
    assert calendar.source(2027) == ("overrides", "week")
    assert calendar.source(2028) == ("week",)


def test_the_nth_working_day_closes() -> None:
    dates = pd.Series([pd.Timestamp("2023-09-28 20:00"), pd.NaT, pd.Timestamp("2023-10-01 14:30")]).astype("datetime64[us]")
    closes = Calendar(WEEK).nth_working_close(dates, 1)
    assert closes.dtype == "datetime64[us]"
    assert closes.isna().tolist() == [False, True, False]
    assert closes.dropna().tolist() == [pd.Timestamp("2023-10-07 18:00")] * 2
    later = Calendar(WEEK).nth_working_close(dates, pd.Series([2, 1, 3]))
    assert later.dropna().tolist() == [pd.Timestamp("2023-10-08 18:00"), pd.Timestamp("2023-10-09 18:00")]


def test_without_any_working_hours_nothing_ever_closes() -> None:
    dates = pd.Series([pd.Timestamp("2023-10-01")]).astype("datetime64[us]")
    assert Calendar(((),) * 7).nth_working_close(dates, 1).isna().all()


@settings(deadline=None)
@given(st.lists(st.tuples(st.datetimes(dt.datetime(2022, 12, 1), dt.datetime(2027, 2, 1)), st.integers(1, 30)), min_size=1, max_size=10))
def test_the_nth_working_day_is_the_nth_that_one_counts(cases: list[tuple[dt.datetime, int]]) -> None:
    calendar = Calendar(WEEK)

    def counted(date: dt.date, n: int) -> dt.datetime:
        while n:
            date += dt.timedelta(days=1)
            n -= calendar.is_working(date)
        return dt.datetime.combine(date, dt.time(18))

    dates = pd.Series([stamp for stamp, _ in cases]).astype("datetime64[us]")
    closes = calendar.nth_working_close(dates, pd.Series([n for _, n in cases]))
    assert closes.dt.to_pydatetime().tolist() == [counted(stamp.date(), n) for stamp, n in cases]
