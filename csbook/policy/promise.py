"""Promises: what `24小时内`, `3个工作日内` or `明日18:00前` in a text means as a due stamp (METRICS.md, Clocks and policy)."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from csbook.policy.calendar import Calendar
from csbook.policy.grammar import number, pattern
from csbook.policy.spellings import PARTS, Spellings, hour_of

DAY = 24 * 60
LEAP_YEAR = 2000
NUMBERS = ("amount", "until", "year", "month", "day")  # of a promise
YEARS_AHEAD = 9  # 29 February may be eight years away
# days: a date without year that lies no further back is not one of next year
HALF_A_YEAR = 183


@dataclass(frozen=True, kw_only=True)
class Promise:
    """The first promise of a text. `step` says what the others mean.

    minutes: raised + amount minutes · days: minute `until` of the day `amount` days after raised ·
    working_days: close of the amount-th working day · date: minute `until` of that date, the first on or after raised
    without year; one that lies up to half a year back is a slip and no promise.
    """

    step: str
    words: str
    amount: float = 0
    until: int = DAY
    year: int | None = None
    month: int | None = None
    day: int | None = None


def due(words: pd.Series, raised: pd.Series, calendar: Calendar, spellings: Spellings) -> pd.DataFrame:
    """The promise in each text, counted from `raised`, on the index of `words`.

    Columns: due (datetime64[us]; missing without promise or raised), words (the promise alone, missing without one),
    unreadable (bool: there is text, but no promise in it).
    """
    codes, distinct = pd.factorize(words)
    promises = [*(first(text, spellings) for text in distinct), None]  # code -1: no text
    parsed = pd.DataFrame({name: _numbers(promises, name)[codes] for name in NUMBERS}, index=words.index, copy=False)
    steps = np.array([promise.step if promise else "" for promise in promises])[codes]
    stamps, anchored = pd.Series(pd.NaT, index=words.index, dtype="datetime64[us]"), raised.notna().to_numpy()
    for step, stamp in _STEPS.items():
        chosen = (steps == step) & anchored
        if chosen.any():
            stamps[chosen] = stamp(parsed[chosen], raised[chosen], calendar)
    slips = (steps == "date") & anchored & stamps.isna().to_numpy()
    said = pd.Series([promise.words if promise else None for promise in promises], dtype="str").array.take(codes)
    columns = {
        "due": stamps,
        "words": pd.Series(said, index=words.index).mask(slips),
        "unreadable": words.notna() & ((steps == "") | slips),
    }
    return pd.DataFrame(columns, copy=False)


def _numbers(promises: Iterable[Promise | None], name: str) -> npt.NDArray[np.float64]:
    """That field of each promise, NaN where there is none."""
    return np.array([getattr(promise, name) if promise else None for promise in promises], float)


def first(text: str, spellings: Spellings) -> Promise | None:
    """The first promise in a text, None without one."""
    return next(_promises(text, spellings), None)


def _promises(text: str, spellings: Spellings) -> Iterator[Promise]:
    plain = unicodedata.normalize("NFKC", text).lower()
    # a dash before a blank opens a line of a list, it is no sign
    plain = re.sub(r"(?<!\S)-\s+", "", plain)
    # a blank between two digits divides date and time; every other blank is decoration
    plain = re.sub(r"(?<![0-9])\s+|\s+(?![0-9])", "", plain)
    plain = re.sub(spellings.any_of("soon"), "", plain)
    for match in pattern(spellings).finditer(plain):
        promise = None if match["after"] else _promise(match, spellings)
        if promise is not None:
            yield promise


def _promise(match: re.Match[str], spellings: Spellings) -> Promise | None:
    words = match["words"]
    if match["over"]:
        return Promise(step="minutes", words=words, amount=60 * number(match["low"], spellings) + number(match["over"], spellings))
    if match["low"]:
        return _within(match, max(number(text, spellings) for text in (match["low"], match["high"]) if text))
    until = _until(match, spellings)
    if until is None:
        return None
    if match["month"] is None:
        return Promise(step="days", words=words, amount=1 if match["tomorrow"] else 0, until=until)
    year = int(match["year"]) if match["year"] else None
    month, day = (int(number(match[part], spellings)) for part in ("month", "day"))
    try:
        dt.date(year or LEAP_YEAR, month, day)
    except ValueError:
        return None
    return Promise(step="date", words=words, until=until, year=year, month=month, day=day)


def _within(match: re.Match[str], amount: float) -> Promise | None:
    words = match["words"]
    if amount and (match["minutes"] or match["hours"]):
        return Promise(step="minutes", words=words, amount=amount * (60 if match["hours"] else 1))
    if amount < 1 or amount % 1:
        return None
    return Promise(step="working_days" if match["working_days"] else "days", words=words, amount=amount)


def _until(match: re.Match[str], spellings: Spellings) -> int | None:
    """The minute of the day that `18:00前` names, the day's end where no clock stands; None for no such time."""
    if match["clock"] is None:
        return DAY
    part = next((part for part in PARTS if match[part]), None)
    said = int(number(match["hour"], spellings))
    hour = hour_of(part, said) if part else said
    if hour is None:
        return None
    minute = 30 if match["half_hour"] else int(number(match["minute"] or "0", spellings))
    return hour * 60 + minute if minute < 60 and hour * 60 + minute <= DAY else None


def _after_minutes(parsed: pd.DataFrame, raised: pd.Series, _calendar: Calendar) -> pd.Series:
    return raised + pd.to_timedelta(parsed["amount"], unit="min")


def _on_day(parsed: pd.DataFrame, raised: pd.Series, _calendar: Calendar) -> pd.Series:
    day: pd.Series = raised.dt.normalize()
    return day + pd.to_timedelta(parsed["amount"] * DAY + parsed["until"], unit="min")


def _on_working_day(parsed: pd.DataFrame, raised: pd.Series, calendar: Calendar) -> pd.Series:
    return calendar.nth_working_close(raised, parsed["amount"])


def _on_date(parsed: pd.DataFrame, raised: pd.Series, _calendar: Calendar) -> pd.Series:
    today = raised.dt.normalize()
    earliest = today - pd.Timedelta(days=HALF_A_YEAR)
    found = pd.Series(pd.NaT, index=raised.index, dtype="datetime64[us]")
    for ahead in range(YEARS_AHEAD):
        parts = pd.DataFrame({"year": parsed["year"].fillna(raised.dt.year + ahead), "month": parsed["month"], "day": parsed["day"]})
        date = pd.to_datetime(parts, errors="coerce").dt.as_unit("us")
        found = found.fillna(date.where(parsed["year"].notna() | (date >= earliest)))
    return found.where(parsed["year"].notna() | (found >= today)) + pd.to_timedelta(parsed["until"], unit="min")


_STEPS = {"minutes": _after_minutes, "days": _on_day, "working_days": _on_working_day, "date": _on_date}
