"""Readings: what a date may mean in which day, month and year are anybody's guess; people are asked, nothing is assumed."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

DATE = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})(?![0-9])")
CENTURY = 2000
# year, month and day as places of the three numbers; most usual first
ORDERS = ((2, 0, 1), (2, 1, 0), (0, 1, 2))


def readings(text: str) -> tuple[str, ...]:
    """Every date that `03/04/2024` and the like can be, each once: month first, day first, year first. Empty for any other text."""
    found = DATE.match(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return ()
    numbers = found.groups()
    dates = (_date(*(numbers[place] for place in order)) for order in ORDERS)
    return tuple(dict.fromkeys(date.isoformat() for date in dates if date is not None))


def _date(year: str, month: str, day: str) -> dt.date | None:
    if len(year) < 2 or max(len(month), len(day)) > 2:
        return None
    try:
        return dt.date(int(year) + (CENTURY if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None
