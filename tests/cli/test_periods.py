"""Named periods of `analyze --period`."""

from __future__ import annotations

import datetime as dt

import pytest

from csbook.cli.period import named_period

D = dt.date


@pytest.mark.parametrize(
    ("name", "today", "first", "last"),
    [
        ("today", D(2026, 3, 1), D(2026, 3, 1), D(2026, 3, 1)),
        ("yesterday", D(2026, 3, 1), D(2026, 2, 28), D(2026, 2, 28)),
        ("this-week", D(2026, 11, 18), D(2026, 11, 16), D(2026, 11, 18)),
        ("last-week", D(2026, 11, 16), D(2026, 11, 9), D(2026, 11, 15)),
        ("this-month", D(2026, 3, 1), D(2026, 3, 1), D(2026, 3, 1)),
        ("last-month", D(2026, 1, 31), D(2025, 12, 1), D(2025, 12, 31)),
    ],
)
def test_a_named_period_is_whole_days(name: str, today: D, first: D, last: D) -> None:
    assert named_period(name, today) == (first, last)
