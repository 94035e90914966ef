"""Outlines: what of a form must be known to find it in a sheet; light, so that worker processes need no more."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

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


@dataclass(frozen=True, kw_only=True)
class Outline:
    """A form as its header row shows it."""

    name: str
    version: str
    title: Bilingual
    columns: tuple[Column, ...]

    @functools.cached_property
    def spelled(self) -> Mapping[str, str]:
        """Every spelling of a column's header, bare, and the field it stands for."""
        known = {SOURCE_ID: SOURCE_ID}
        for column in self.columns:
            for spelling in column.spellings:
                known.setdefault(bare(spelling), column.name)
        return known


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What is looked for in every file handed in: the outlines of all forms by name."""

    outlines: Mapping[str, Outline]


def outline(form: Form) -> Outline:
    """The outline of a form."""
    columns = (
        Column(
            name=field.name,
            label=field.label,
            spellings=(field.label.zh, field.label.en, *field.aliases, field.name),
            required=field.required,
            typed=field.typed,
        )
        for field in form.fields
    )
    return Outline(name=form.name, version=form.version, title=form.title, columns=tuple(columns))
