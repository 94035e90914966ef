"""Spellings: the words people use in dates, times and promises, as data read from validations/spellings.toml."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

WORDS = (
    "year", "month", "day", "hour", "minute", "second", "half_hour", "weekday", "early", "morning", "noon", "afternoon", "evening",
    "digits", "ten", "half", "and_a_half", "minutes", "hours", "days", "working_days", "within", "to", "today", "tomorrow",
    "before", "after", "soon", "unread",
)  # fmt: skip
# the hours, from and before, that a word for a part of the day can mean: twelve in the evening is 24:00; twelve in the
# morning may be noon or midnight, and is no time; in the small hours it is 0:00
PARTS: Mapping[str, tuple[int, int]] = {
    "early": (0, 12), "morning": (0, 12), "noon": (11, 15), "afternoon": (12, 24), "evening": (17, 25),
}  # fmt: skip
FROM_MIDNIGHT = "early"
LATER = frozenset({"weekday", "early", "noon", "evening", "unread"})  # words that a team's file may lack
MARKS = ("*",)
NOTHING = r"[^\s\S]"


@dataclass(frozen=True, kw_only=True, eq=False)
class Spellings:
    """Words by name (WORDS), marks of required columns, and the range outside of which a date cannot be meant.

    Without words, only digits are read.

    Compared by identity, so that what is built from the words can be cached.
    """

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    earliest: dt.date = dt.date(2000, 1, 1)
    latest: dt.date = dt.date(2099, 12, 31)
    # what stands beside the heading of a required column in workbooks that people make themselves
    marks: tuple[str, ...] = MARKS

    def any_of(self, name: str) -> str:
        """A regular expression for the words of one name, longest first; it matches nothing where there are none."""
        return alternatives(self.words.get(name, ()))


def hour_of(part: str, hour: int) -> int | None:
    """The hour of the day that is meant by `hour`, of 12 or of 24, beside a word of `part` (PARTS); None where it can be none."""
    low, high = PARTS[part]
    if part == FROM_MIDNIGHT and hour == high:
        return low
    return next((meant for meant in (hour, hour + 12) if low <= meant < high), None)


def alternatives(words: Iterable[str]) -> str:
    """One of `words`, longest first, as a regular expression without capturing groups."""
    longest_first = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(re.escape(word) for word in longest_first) or NOTHING})"
