"""Moments: dates and times as cells hold them and as people write them, read in columns."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csbook.intake.normalising import unusual
from csbook.policy.spellings import PARTS, Spellings, hour_of

# day, clock, and whether it is ambiguous, for each of several texts
Flags = npt.NDArray[np.bool_]
Parts = tuple[npt.NDArray[np.datetime64], npt.NDArray[np.timedelta64], Flags]

NO_DAY, NO_CLOCK = np.datetime64("NaT", "us"), np.timedelta64("NaT", "us")
DAY = np.timedelta64(1, "D")
HOURS = 100
NO_HOUR = HOURS - 1  # beside a word for a part of the day that has no such hour
# how the reader gives a date or time cell; a time alone lies on the day before Excel's first
CELL = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?$"
# how programs write out a date cell: with a midnight to the second, as nobody types it
WRITTEN_OUT = r"^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}[ T]0?0:00:00(\.0+)?$"
TIME_ONLY = pd.Timestamp("1899-12-31")
# a number in a cell without a date format: days since, or a part of a day
SERIAL = r"^([0-9]{5}(\.[0-9]+)?|0|0?\.[0-9]+)$"
EPOCH = pd.Timestamp("1899-12-30")
# which of day, month and two-digit year comes first is anybody's guess
AMBIGUOUS = r"^[0-9]{1,2}[-/.][0-9]{1,2}[-/.]([0-9]{4}|[0-9]{1,2})([^0-9].*)?$"
# words become letters, so that one expression reads all languages
LETTERS = {
    "half_hour": "30n", "year": "y", "month": "m", "day": "d", "hour": "h", "minute": "n", "second": "s",
    "early": "b", "morning": "a", "noon": "o", "afternoon": "p", "evening": "e",
}  # fmt: skip
REWRITTEN = (
    (r"\s+", " "),
    (r"\s*([-/.:ymdhnsabope])\s*", r"\1"),
    (r"^([0-9]{4})([0-9]{2})([0-9]{2})([^0-9]|$)", r"\1-\2-\3\4"),  # 20231001
    (r"^([0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2})([0-9]{2}:)", r"\1 \2"),  # 2023-10-0114:30, as the paper form prints it
    (r"([0-9])([abope])", r"\1 \2"),
    (r"h([0-9])", r":\1"),
    (r"h$", ":0"),
    (r"n([0-9]{1,2})s?$", r":\1"),
    (r"[ns]$", ""),
)
SPELLED = (
    r"^(?:(?P<year>[0-9]{4})[-/.y](?P<month>[0-9]{1,2})[-/.m](?P<day>[0-9]{1,2})(?:d ?|[ t]|$))?"
    r"(?P<clock>(?P<before>[abope])?(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2})(?::(?P<second>[0-9]{1,2})(?:\.[0-9]+)?)?"
    r"(?: ?(?P<behind>[abp]))?)?$"
)
NUMBERS = ("year", "month", "day", "hour", "minute", "second")


def read(texts: pd.Series, spellings: Spellings) -> pd.DataFrame:
    """What each text says, on the index of `texts` (str).

    Columns: day (datetime64[us] at midnight, missing where none is given), clock (timedelta64[us] to the second, up to and
    including 24:00, missing where none is given), cell (bool: a date cell, or one written out, whose midnight is a date alone),
    ambiguous (bool).
    Day and clock are both missing where the text is no date or time, or lies outside the range that can be meant.
    """
    codes, distinct = pd.factorize(texts)
    array = pa.array(distinct, pa.string())
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    cells, serials = _matches(array, CELL), _matches(array, SERIAL)
    words = ~(cells | serials)
    # one more than there are: code -1, the last, is a missing text
    day, clock, ambiguous = np.full(len(array) + 1, NO_DAY), np.full(len(array) + 1, NO_CLOCK), np.zeros(len(array) + 1, bool)
    for chosen, read_all in ((cells, _cells), (serials, _serials), (words, lambda each: _spelled(each, spellings))):
        if chosen.any():
            day[:-1][chosen], clock[:-1][chosen], ambiguous[:-1][chosen] = read_all(array.filter(pa.array(chosen)))
    outside = (day < np.datetime64(spellings.earliest)) | (day > np.datetime64(spellings.latest))
    day[outside], clock[outside] = NO_DAY, NO_CLOCK
    cell = np.append(cells | serials | _matches(array, WRITTEN_OUT), False)
    parts = {"day": day, "clock": clock, "cell": cell, "ambiguous": ambiguous}
    return pd.DataFrame({name: part[codes] for name, part in parts.items()}, index=texts.index)


def _matches(array: pa.Array, pattern: str) -> Flags:
    return np.asarray(pc.match_substring_regex(array, pattern).to_numpy(zero_copy_only=False), dtype=bool)


def _cells(texts: pa.Array) -> Parts:
    return _parts(pd.to_datetime(pd.Series(texts, dtype="str"), format="ISO8601", errors="coerce"))


def _serials(texts: pa.Array) -> Parts:
    days = pd.Series(texts, dtype="str").astype("float64")
    # less than a day is a time of day, which lies on TIME_ONLY
    return _parts(EPOCH + pd.to_timedelta(days + (days < 1), unit="D"))


def _parts(stamps: pd.Series) -> Parts:
    """Stamps of cells, rounded to the second: binary fractions of a day are never exact."""
    seconds = stamps.dt.as_unit("us").dt.round("s")
    day = seconds.dt.normalize()
    return day.where(day != TIME_ONLY).to_numpy(), (seconds - day).to_numpy(), np.zeros(len(stamps), bool)


def _spelled(texts: pa.Array, spellings: Spellings) -> Parts:
    """Texts by SPELLED; both parts missing where either is impossible (30 February, 25:00)."""
    folded = pc.utf8_lower(pc.utf8_trim_whitespace(pc.utf8_normalize(texts, "NFKC")))
    parts = _in_usual_spelling(folded, spellings)
    unread = np.isnat(parts[0]) & np.isnat(parts[1])
    if unread.any():
        usual = unusual.rewritten(folded.filter(pa.array(unread)), spellings)
        for part, found in zip(parts, _in_usual_spelling(usual, spellings), strict=True):
            part[unread] = found
    return parts


def _in_usual_spelling(texts: pa.Array, spellings: Spellings) -> Parts:
    folded = _in_letters(texts, spellings)
    groups = pc.extract_regex(folded, SPELLED)
    year, month, date, hour, minute, second = (_numbers(pc.struct_field(groups, name)) for name in NUMBERS)
    for part in PARTS:
        said = _is(groups, "before", LETTERS[part]) | _is(groups, "behind", LETTERS[part])
        hour = np.where(said, _meant(part)[hour], hour)
    dated, timed = year >= 0, hour >= 0
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    day = months.astype("datetime64[D]") + (date - 1).astype("timedelta64[D]")
    real = (month >= 1) & (month <= 12) & (day.astype("datetime64[M]") == months)
    clock = ((hour * 60 + minute) * 60 + np.maximum(second, 0)).astype("timedelta64[s]")
    possible = ~(dated & ~real) & ~(timed & ((clock > DAY) | (minute > 59) | (second > 59)))
    return (
        np.where(possible & dated, day.astype("datetime64[us]"), NO_DAY),
        np.where(possible & timed, clock.astype("timedelta64[us]"), NO_CLOCK),
        _matches(folded, AMBIGUOUS),
    )


@functools.cache
def _meant(part: str) -> npt.NDArray[np.int64]:
    """The hour of the day by the hour that stands beside a word of `part`."""
    return np.array([NO_HOUR if (meant := hour_of(part, hour)) is None else meant for hour in range(HOURS)])


def _numbers(digits: pa.Array) -> npt.NDArray[np.int64]:
    """Each as a number, -1 where there is none."""
    there = pc.if_else(pc.not_equal(digits, ""), digits, pa.scalar(None, pa.string()))
    return np.asarray(pc.fill_null(there.cast(pa.int64()), -1).to_numpy(zero_copy_only=False), dtype=np.int64)


def _is(groups: pa.StructArray, name: str, letter: str) -> Flags:
    return np.asarray(
        pc.fill_null(pc.equal(pc.struct_field(groups, name), letter), fill_value=False).to_numpy(zero_copy_only=False), dtype=bool
    )


def _in_letters(folded: pa.Array, spellings: Spellings) -> pa.Array:
    words = tuple((spellings.any_of(name), letter) for name, letter in LETTERS.items() if name in spellings.words)
    for pattern, replacement in words + REWRITTEN:
        folded = pc.replace_substring_regex(folded, pattern, replacement)
    return folded
