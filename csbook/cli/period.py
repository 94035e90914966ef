"""Which days a command looks at: `--from`, `--to`, or a period by its name."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

from csbook.cli import options
from csbook.cli.command import Option, said
from csbook.issues import UsageError

PERIODS = ("today", "yesterday", "this-week", "last-week", "this-month", "last-month")


def bounds(command: Any) -> Any:
    """The options that bound a period; they reach the command as `start`, `end` and `period`."""
    for each in (
        click.option("--period", cls=Option, type=click.Choice(PERIODS)),
        options.day("--to", "end"),
        options.day("--from", "start"),
    ):
        command = each(command)
    return command


def span(
    start: dt.datetime | None, end: dt.datetime | None, period: str | None, as_of: dt.datetime
) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of the figures, both included; None where nothing bounds them."""
    if period is None:
        if start and end and start > end:
            raise UsageError(said("analyze.backwards", start=start.date(), end=end.date()))
        return (start.date() if start else None), (end.date() if end else None)
    if start or end:
        raise UsageError(said("analyze.two_periods"))
    return named_period(period, as_of.date())


def named_period(name: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """The days of `today`, `last-week` and their kin; weeks are ISO weeks, a running period ends today."""
    day = dt.timedelta(days=1)
    monday, first = today - today.weekday() * day, today.replace(day=1)
    before = first - day
    spans: dict[str, tuple[dt.date, dt.date]] = {
        "today": (today, today),
        "yesterday": (today - day, today - day),
        "this-week": (monday, today),
        "last-week": (monday - 7 * day, monday - day),
        "this-month": (first, today),
        "last-month": (before.replace(day=1), before),
    }
    return spans[name]


__all__ = ["bounds", "named_period", "span"]
