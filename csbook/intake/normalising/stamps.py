"""Stamps: the dates, times and promises of a form's rows as typed columns."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from csbook.forms.form import DATES, Field, Form
from csbook.forms.stored import words_of
from csbook.intake.normalising import moments
from csbook.intake.normalising.texts import readable
from csbook.policy import promise
from csbook.policy.calendar import Calendar
from csbook.policy.spellings import Spellings
from csbook.rules.rule import IN_WORDS, NO_DAY, UNANCHORED, UNREADABLE, flag

RAISED = "raised_at"
DAY = pd.Timedelta(days=1)


def dated(form: Form) -> tuple[str, ...]:
    """The fields in which dates, times and promises stand."""
    return tuple(dict.fromkeys((*(each.name for each in form.fields if each.kind in DATES), *form.promises)))


@dataclass
class Stamps:
    """The stamp columns of one form while they are read; `cells` holds the texts of its dated fields (str, missing where blank)."""

    form: Form
    cells: Mapping[str, pd.Series]
    calendar: Calendar
    spellings: Spellings
    columns: dict[str, pd.Series] = field(default_factory=dict)

    def read(self) -> dict[str, pd.Series]:
        """Dates, clocks, stamps (datetime64[us], timedelta64[us]), words and flags by column; a day first, what needs one after it."""
        for each, parts in self._parts("date"):
            self._set(each, self._date(parts))
        for each, parts in self._parts("clock"):
            self._set(each, self._clock(parts))
        for stamp, (date, clock) in self.form.derived.items():
            self.columns[stamp] = self.columns[date] + self.columns[clock]
        for each, parts in sorted(self._parts("moment", "moment_or_date"), key=lambda pair: pair[0].name != self.form.day):
            self._set(each, self._moment(each, parts))
        for each, parts in self._parts("due"):
            self._due(each, parts)
        for text, stamp in self.form.promises.items():
            self._promised(text, stamp)
        return self.columns

    @functools.cached_property
    def _said(self) -> Mapping[str, pd.DataFrame]:
        """What the cells of each field say; all fields are read in one go, as each call costs."""
        names = [each.name for each in self.form.fields if each.kind in DATES]
        if not names:
            return {}
        stacked, size = (
            moments.read(pd.concat([self.cells[name] for name in names], ignore_index=True), self.spellings),
            len(self.cells[names[0]]),
        )
        return {name: stacked.iloc[at * size : (at + 1) * size].reset_index(drop=True) for at, name in enumerate(names)}

    def _parts(self, *kinds: str) -> Iterator[tuple[Field, pd.DataFrame]]:
        """Fields of these kinds with what their cells say."""
        for each in self.form.fields:
            if each.kind in kinds:
                self.columns[flag(each.name, "ambiguous")] = self._said[each.name]["ambiguous"]
                yield each, self._said[each.name]

    def _set(self, each: Field, values: pd.Series) -> None:
        self.columns[each.name] = values
        self.columns[flag(each.name, UNREADABLE)] = self.cells[each.name].notna() & values.isna()

    def _date(self, parts: pd.DataFrame) -> pd.Series:
        """A date alone, which other programs write with its midnight (2023/10/1 0:00:00); with a time of day it is a stamp."""
        return parts["day"].where(parts["clock"].isna() | (parts["clock"] == pd.Timedelta(0)))

    def _clock(self, parts: pd.DataFrame) -> pd.Series:
        """A time of day, to the minute; 24:00 is none."""
        return _to_minute(parts["clock"].where(parts["day"].isna() & (parts["clock"] < DAY)))

    def _moment(self, each: Field, parts: pd.DataFrame) -> pd.Series:
        """A date and a time to the minute. A time alone takes the row's day; a date alone is midnight where the kind allows it."""
        clock = parts["clock"].where(parts["clock"] < DAY)
        if each.kind == "moment_or_date":
            clock = clock.mask(parts["day"].notna() & parts["clock"].isna(), pd.Timedelta(0))
        self._without_day(each, parts["day"], clock)
        return _to_minute(self._with_day(parts["day"], clock) + clock)

    def _with_day(self, day: pd.Series, clock: pd.Series) -> pd.Series:
        base = self.columns.get(self.form.day)
        return day if base is None else day.fillna(base.dt.normalize().where(clock.notna()))

    def _without_day(self, each: Field, day: pd.Series, clock: pd.Series) -> None:
        """A time of day, however it is spelled, in a row whose day cannot be read: that is what there is to mend."""
        base = self.columns.get(self.form.day)
        if base is not None and (lacking := clock.notna() & day.isna() & base.isna()).any():
            self.columns[flag(each.name, NO_DAY)] = lacking

    def _due(self, each: Field, parts: pd.DataFrame) -> None:
        """A stamp, a date alone (its 24:00) or a promise in words."""
        text = self.cells[each.name]
        alone = parts["day"].notna() & (parts["clock"].isna() | (parts["cell"] & (parts["clock"] == pd.Timedelta(0))))
        clock = parts["clock"].mask(alone, DAY)
        words = text.where(parts["day"].isna() & clock.isna() & ~parts["cell"])
        promised = promise.due(words, self.columns[RAISED], self.calendar, self.spellings)
        stamp = self._with_day(parts["day"], clock) + clock
        self._without_day(each, parts["day"], clock)
        self.columns[each.name] = _to_minute(stamp.fillna(promised["due"]))
        # a promise has no stamp while raised_at is missing, but it can be read
        unreadable = text.notna() & stamp.isna() & (words.isna() | promised["unreadable"])
        self.columns[flag(each.name, UNREADABLE)] = unreadable
        self.columns[flag(each.name, UNANCHORED)] = text.notna() & self.columns[each.name].isna() & ~unreadable
        self.columns[flag(each.name, IN_WORDS)] = text.notna() & ~(parts["cell"] & stamp.notna())
        self.columns[words_of(each.name)] = readable(text)

    def _promised(self, text: str, stamp: str) -> None:
        """The first promise in a text field; without one nothing is due."""
        promised = promise.due(self.cells[text], self.columns[RAISED], self.calendar, self.spellings)
        self.columns[stamp] = _to_minute(promised["due"])
        self.columns[words_of(stamp)] = promised["words"]


def _to_minute(stamps: pd.Series) -> pd.Series:
    cut: pd.Series = stamps.dt.floor("min")
    return cut
