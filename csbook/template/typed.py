"""Typed: what Excel makes of a value that an agent types into a cell of a kind."""

from __future__ import annotations

import datetime as dt
import re

from csbook.workbook import Value

_DATE = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_WHOLE = re.compile(r"[0-9]{1,9}")
DATED = frozenset({"date", "clock", "moment", "moment_or_date", "due"})


def as_typed(kind: str, value: object) -> Value:
    """The cell's content: text that Excel reads as a date, time or number becomes one, everything else stays as it is.

    `2023-10-01`, `9:05` and `2023-10-01 14:30` are read; `2023-10-0114:30` is not, as Excel would leave it text.
    """
    if not isinstance(value, str):
        return value  # type: ignore[return-value]
    text = value.strip()
    if kind in DATED:
        return _stamp(text) or value
    if kind == "whole" and _WHOLE.fullmatch(text):
        return int(text)
    return value


def _stamp(text: str) -> dt.date | dt.time | None:
    date, _, clock = text.partition(" ")
    try:
        if match := _CLOCK.fullmatch(text):
            return _time(match)
        if (day := _DATE.fullmatch(date)) is None:
            return None
        at = _CLOCK.fullmatch(clock.strip())
        on = dt.date(*(int(part) for part in day.groups()))
        if at is None:
            return on if not clock else None
        return dt.datetime.combine(on, _time(at))
    except ValueError:
        return None


def _time(match: re.Match[str]) -> dt.time:
    hour, minute, second = (int(part or 0) for part in match.groups())
    return dt.time(hour, minute, second)
