"""Periods: the days a figure is about, the equally long days before them, and their days, ISO weeks and months."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from csbook.messages import WordedUsageError

BUCKETS = ("day", "week", "month")


@dataclass(frozen=True)
class Period:
    """Days from `start` to `end`, both inclusive."""

    start: dt.date
    end: dt.date

    def before(self) -> Period:
        """The same number of days, ending the day before."""
        days = self.end - self.start
        end = self.start - dt.timedelta(days=1)
        return Period(end - days, end)

    def buckets(self, kind: str) -> pd.Series[pd.Timestamp]:
        """First days of every day, ISO week (Monday) or month that the period touches, ascending."""
        first = {
            "day": self.start,
            "week": self.start - dt.timedelta(days=self.start.weekday()),
            "month": self.start.replace(day=1),
        }[kind]
        frequency = {"day": "D", "week": "W-MON", "month": "MS"}[kind]
        return pd.Series(pd.date_range(first, self.end, freq=frequency, unit="us"), name=f"{kind}_start")


def named(kind: str, starts: pd.Series[pd.Timestamp]) -> pd.Series[str]:
    """`2023-W40`, `2023-10` for the first days of weeks or months (METRICS.md, edge rule 12)."""
    if kind == "month":
        return starts.dt.strftime("%Y-%m").astype("str")
    iso = starts.dt.isocalendar()
    return (iso["year"].astype("str") + "-W" + iso["week"].astype("str").str.zfill(2)).astype("str")


def chosen(start: dt.date | None, end: dt.date | None, first: dt.date | None, as_of: dt.datetime) -> Period:
    """What `--from` and `--to` mean: without them everything from the first record's day to the day of as_of.

    A period that is not over ends on that day, or it would be held against a longer one before.
    """
    today = as_of.date()
    end = end or today
    if (start or today) <= today < end:
        end = today
    period = Period(start or min(first or end, end), end)
    if period.start > period.end:
        raise WordedUsageError("metrics.period_reversed", start=period.start, end=period.end)
    return period
