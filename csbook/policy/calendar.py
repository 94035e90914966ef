"""The calendar: which days are worked, and when: the team's overrides, then the holiday library, then the plain week."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from csbook.policy.period import Period

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Business hours. `week` holds the periods of each weekday, Monday first; an override replaces a date's periods, () = a day off.

    METRICS.md, Business time: the team's overrides, then `chinesecalendar`, then the plain week.
    """

    week: tuple[tuple[Period, ...], ...]
    overrides: Mapping[dt.date, tuple[Period, ...]] = field(default_factory=dict)

    def hours(self, date: dt.date) -> tuple[Period, ...]:
        """The worked periods of a date, () on a day off. A make-up working day without hours takes the week's first."""
        if date in self.overrides:
            return self.overrides[date]
        usual = self.week[date.weekday()]
        off = _public_day(date)
        if off is None:
            return usual
        return () if off else usual or next((periods for periods in self.week if periods), ())

    @property
    def known(self) -> bool:
        """Are there any hours at all?"""
        return any(self.week) or any(self.overrides.values())

    def is_working(self, date: dt.date) -> bool:
        """Is any minute of the date worked?"""
        return bool(self.hours(date))

    def close(self, date: dt.date) -> dt.datetime:
        """The end of the last period of a date; a day off closes at its 24:00."""
        return dt.datetime.combine(date, dt.time()) + max((end for _, end in self.hours(date)), default=DAY)

    def nth_working_close(self, dates: pd.Series, n: pd.Series | int) -> pd.Series:
        """Close of the n-th working day after each date (n ≥ 1); datetime64[us], missing where date or n is, or nothing is ever worked."""
        import numpy as np
        import pandas as pd

        counts = (n if isinstance(n, pd.Series) else pd.Series(n, index=dates.index)).astype("Float64")
        known = dates.notna() & counts.notna() & any(self.week)
        closes = pd.Series(pd.NaT, index=dates.index, dtype="datetime64[us]")
        if known.any():
            days, wanted = dates[known].dt.normalize(), counts[known].astype("int64")
            worked = list(self._working_days(days.min().date(), days.max().date(), int(wanted.max())))
            stamps = np.array(worked, dtype="datetime64[us]")
            place = np.searchsorted(stamps, days.to_numpy("datetime64[us]"), side="right") + wanted.to_numpy() - 1
            closing = np.array([self.close(day) for day in worked], dtype="datetime64[us]")
            closes[known] = closing[place]
        return closes

    def _working_days(self, first: dt.date, last: dt.date, n: int) -> Iterator[dt.date]:
        """Working days after `first`, until n of them lie after `last`."""
        day = first
        while n:
            day += dt.timedelta(days=1)
            if self.is_working(day):
                yield day
                n -= int(day > last)

    def source(self, year: int) -> tuple[str, ...]:
        """What served for a year, first comes first: `overrides`, `chinesecalendar` where it knows the year, else `week`."""
        served = "chinesecalendar" if _library_knows(year) else "week"
        return ("overrides", served) if any(date.year == year for date in self.overrides) else (served,)


@functools.cache
def _public_day(date: dt.date) -> bool | None:
    """True = a public holiday, False = a make-up working day, None = an ordinary day or a year that the library does not know."""
    import chinese_calendar

    if not _library_knows(date.year):
        return None
    off, name = chinese_calendar.get_holiday_detail(date)
    return bool(off) if name else None


@functools.cache
def _library_knows(year: int) -> bool:
    import chinese_calendar

    try:
        chinese_calendar.is_workday(dt.date(year, 1, 1))
    except NotImplementedError:
        return False
    return True
