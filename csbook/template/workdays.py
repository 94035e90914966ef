"""Working days: the policy's calendar as one text, a letter a day, in which a formula finds the n-th working day."""

from __future__ import annotations

import datetime as dt
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook.forms.sentences import EPOCH

if TYPE_CHECKING:
    from csbook.policy import Policy

FIRST, LAST = dt.date(2020, 1, 1), dt.date(2039, 12, 31)
NAME, CLOSES = "working_days", "closing_times"
OFF = "."
COUNTED, FOUND = "1", "2"
# what is promised in working days is over within so many days
LONGEST = 999


@dataclass(frozen=True)
class WorkingDays:
    """`text`: a letter for each day from FIRST, OFF where nothing is worked; the letter tells which of `closes` (parts of a day) it is."""

    text: str
    closes: tuple[float, ...]

    def close(self, day: str, count: str) -> str:
        """The serial of the close of the `count`-th working day after the serial `day`; an error outside of the calendar."""
        rest = f"MID({NAME},{day}-{(FIRST - EPOCH).days}+2,{LONGEST})"
        marks = rest
        for letter in string.ascii_lowercase[: len(self.closes)]:
            marks = f'SUBSTITUTE({marks},"{letter}",{COUNTED})'
        place = f"FIND({FOUND},SUBSTITUTE({marks},{COUNTED},{FOUND},{count}))"
        found = f"MID({NAME},{day}-{(FIRST - EPOCH).days}+1+{place},1)"
        kind = f'FIND({found},"{string.ascii_lowercase[: len(self.closes)]}")'
        return f"{day}+{place}+INDEX({CLOSES},{kind})"


def working_days(policy: Policy | None) -> WorkingDays | None:
    """The calendar of a policy; None without one, without hours, or where days close at more times than formulas tell apart."""
    if policy is None or not any(policy.hours):
        return None
    calendar, text, letters = policy.calendar(), list[str](), dict[dt.timedelta, str]()
    for number in range((LAST - FIRST).days + 1):
        hours = calendar.hours(FIRST + dt.timedelta(days=number))
        if hours:
            close = max(end for _, end in hours)
            if close not in letters and len(letters) == len(string.ascii_lowercase):
                return None
            text.append(letters.setdefault(close, string.ascii_lowercase[len(letters)]))
        else:
            text.append(OFF)
    return WorkingDays("".join(text), tuple(close / dt.timedelta(days=1) for close in letters))
