"""Hours: business time over a span of days as two tables that a database joins by equality: days, and worked minutes by number."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csbook.policy.calendar import DAY, Calendar

MINUTE = 60


@dataclass(frozen=True)
class Hours:
    """The worked time of a calendar from `first` to `last`, both inclusive. Seconds are counted from the midnight of `first`."""

    calendar: Calendar
    first: dt.date
    last: dt.date

    @functools.cached_property
    def days(self) -> pd.DataFrame:
        """day (datetime64[us]), before (seconds worked before it), and opens_1, closes_1, opens_2 … (seconds since midnight).

        A day with fewer periods than others has 0 to 0 in the rest, which holds no time.
        """
        dates = pd.date_range(self.first, self.last, freq="D", unit="us")
        periods = [self.calendar.hours(each.date()) for each in dates]
        most = max((len(each) for each in periods), default=0)
        edges = np.zeros((len(dates), most, 2), dtype="int64")
        for row, each in enumerate(periods):
            for place, ends in enumerate(each):
                edges[row, place] = [int(end.total_seconds()) for end in ends]
        worked = (edges[:, :, 1] - edges[:, :, 0]).sum(axis=1)
        columns = {f"{end}_{place + 1}": edges[:, place, at] for place in range(most) for at, end in enumerate(("opens", "closes"))}
        return pd.DataFrame({"day": dates, "before": np.cumsum(worked) - worked, **columns})

    @property
    def periods(self) -> int:
        """The most periods that a day has."""
        return sum(name.startswith("opens_") for name in self.days.columns.astype(str))

    def worked(self, moment: dt.datetime) -> int:
        """Seconds worked from the midnight of `first` to a moment within the span."""
        row = self.days.iloc[(moment.date() - self.first).days]
        since = int((moment - dt.datetime.combine(moment.date(), dt.time())).total_seconds())
        ends = ((row[f"opens_{place}"], row[f"closes_{place}"]) for place in range(1, self.periods + 1))
        return int(row["before"] + sum(min(max(since, opens), closes) - opens for opens, closes in ends))

    def minutes(self, seconds: int) -> pd.DataFrame:
        """number (from 0) and begins (datetime64[us]) of every worked minute until so many seconds are worked.

        Goes past `last` as far as it must; empty where no weekday is ever worked.
        """
        if not any(self.calendar.week):
            return pd.DataFrame({"number": np.empty(0, "int64"), "begins": np.empty(0, "datetime64[us]")})
        days, beyond = self.days, self.last
        while self._total(days) < seconds:
            beyond += 7 * DAY * (1 + (seconds - self._total(days)) // (7 * 24 * 3600))
            days = Hours(self.calendar, self.first, beyond).days
        midnights = days["day"].to_numpy("datetime64[s]").astype("int64")
        opens = (days.filter(like="opens_").to_numpy() + midnights[:, None]).ravel()
        closes = (days.filter(like="closes_").to_numpy() + midnights[:, None]).ravel()
        lengths = (closes - opens) // MINUTE
        within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        begins = np.repeat(opens, lengths) + within * MINUTE
        return pd.DataFrame({"number": np.arange(len(begins)), "begins": begins.astype("datetime64[s]").astype("datetime64[us]")})

    @staticmethod
    def _total(days: pd.DataFrame) -> int:
        return int(days["before"].iloc[-1] + (days.filter(like="closes_").iloc[-1].sum() - days.filter(like="opens_").iloc[-1].sum()))

    def served(self) -> pd.DataFrame:
        """A row a year: year, served (chinesecalendar, week), overrides (days that the team set), days and minutes worked in the span."""
        table = self.days
        lengths = (table.filter(like="closes_").to_numpy() - table.filter(like="opens_").to_numpy()).sum(axis=1)
        by_year = pd.DataFrame({"year": table["day"].dt.year.astype("int64"), "days": lengths > 0, "minutes": lengths / MINUTE})
        found = by_year.groupby("year").sum().astype({"days": "int64", "minutes": "float64"}).reset_index()
        found.insert(1, "served", pd.Series([self.calendar.source(year)[-1] for year in found["year"]], dtype="str"))
        found.insert(2, "overrides", [sum(date.year == year for date in self.calendar.overrides) for year in found["year"]])
        return found.astype({"overrides": "int64"})
