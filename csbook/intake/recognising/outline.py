"""Outlines: what of a form must be known to find it in a sheet; light, so that worker processes need no more."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook.intake.recognising.headings import simplified, unmarked
from csbook.lists import Bilingual, bare

if TYPE_CHECKING:
    from csbook.forms import Form

SOURCE_ID = "source_id"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a form: `spellings` are all headers that mean it."""

    name: str
    label: Bilingual
    spellings: tuple[str, ...]
    required: bool
    typed: bool
    dated: bool = False  # a date or a time stands there


@dataclass(frozen=True, kw_only=True)
class Outline:
    """A form as its header row shows it; `marks` stand beside the headings of required columns."""

    name: str
    version: str
    title: Bilingual
    columns: tuple[Column, ...]
    marks: tuple[str, ...] = ()

    @functools.cached_property
    def by_name(self) -> Mapping[str, Column]:
        """The columns by canonical name."""
        return {column.name: column for column in self.columns}

    @functools.cached_property
    def spelled(self) -> Mapping[str, str]:
        """Every spelling of a column's header, bare and without marks, and the field it stands for."""
        known = {SOURCE_ID: SOURCE_ID}
        for column in self.columns:
            for spelling in column.spellings:
                known.setdefault(bare(spelling), column.name)
                known.setdefault(unmarked(spelling, self.marks), column.name)
        return known

    @functools.cached_property
    def _simply(self) -> Mapping[str, str]:
        known: dict[str, str] = {}
        for spelling, name in self.spelled.items():
            known.setdefault(simplified(spelling), name)
        return known

    def exactly(self, heading: str) -> str | None:
        """The field that a heading names, character for character but for width, case, blanks and marks."""
        return self.spelled.get(bare(heading)) or self.spelled.get(unmarked(heading, self.marks))

    def loosely(self, heading: str) -> str | None:
        """The same, in traditional characters too."""
        return self.exactly(heading) or self._simply.get(simplified(unmarked(heading, self.marks)))

    def of_workbook(self, fields: Collection[str]) -> Outline:
        """The outline for a workbook made with these columns alone: nobody could fill those that came later, so none is missing."""
        columns = (each if each.name in fields else dataclasses.replace(each, required=False) for each in self.columns)
        return dataclasses.replace(self, columns=tuple(columns))

    def labels(self, names: Iterable[str]) -> tuple[Bilingual, ...]:
        """The labels of columns by their names."""
        return tuple(self.by_name[name].label for name in names)


def outline(form: Form, marks: tuple[str, ...] = ()) -> Outline:
    """The outline of a form."""
    from csbook.forms.form import DATES  # here: a worker gets outlines that are made, and needs no forms

    columns = (
        Column(
            name=field.name,
            label=field.label,
            spellings=(field.label.zh, field.label.en, *field.aliases, field.name),
            required=field.required,
            typed=field.typed,
            dated=field.kind in DATES,
        )
        for field in form.fields
    )
    return Outline(name=form.name, version=form.version, title=form.title, columns=tuple(columns), marks=marks)
