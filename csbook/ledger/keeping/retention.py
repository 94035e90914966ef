"""Retention: which backups may go; one goes only where a sound one stays in its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence

from csbook.policy import Backups

Taken = Mapping[str, dt.datetime]  # name of a backup -> when it was taken
Slot = Callable[[dt.datetime], tuple[int, ...]]

DAY: Slot = lambda moment: (moment.year, moment.month, moment.day)  # noqa: E731 - three slots read best side by side
WEEK: Slot = lambda moment: moment.isocalendar()[:2]  # noqa: E731
MONTH: Slot = lambda moment: (moment.year, moment.month)  # noqa: E731


def deletable(taken: Taken, rule: Backups, newest: str, sound: Callable[[str], bool]) -> list[str]:
    """The backups that `rule` does not keep. `newest` was taken just now and is known to be good, whatever the clock says: it stays.

    A slot (a day, a week, a month) keeps its newest *sound* backup; one that is not sound is neither kept for a slot nor deleted.
    Only where a slot has several is any of them read to find out.
    """
    known = {newest: True}

    def good(name: str) -> bool:
        if name not in known:
            known[name] = sound(name)
        return known[name]

    kept = {newest}
    for slot, limit in ((DAY, rule.daily), (WEEK, rule.weekly), (MONTH, rule.monthly)):
        for names in _slots(taken, slot, limit):
            kept |= {next(filter(good, names), names[0])} if len(names) > 1 else set(names)
    return [name for name in sorted(taken) if name not in kept and good(name)]


def _slots(taken: Taken, slot: Slot, limit: int) -> Iterator[Sequence[str]]:
    """The backups of each of the newest `limit` slots that have any, newest first."""
    found: dict[tuple[int, ...], list[str]] = {}
    for name in sorted(taken, key=lambda name: taken[name], reverse=True):
        found.setdefault(slot(taken[name]), []).append(name)
    for key in sorted(found, reverse=True)[:limit]:
        yield found[key]
