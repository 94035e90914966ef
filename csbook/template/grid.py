"""Grid: where everything stands on the data sheet of an entry workbook."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from csbook import messages
from csbook.forms import Field, Form
from csbook.workbook import column_letter

# Excel rows, counted from 1: title, help, today's figures, then the header
TITLE_ROW, HELP_ROW, TODAY_ROW, HEADER_ROW, FIRST_ROW = 1, 2, 3, 4, 5
VERDICT = "A"
RECORD_NO = "record_no"
SOURCE_ID = "source_id"


@dataclass(frozen=True)
class Grid:
    """A form's columns on a sheet of `rows` pre-built rows: 自检 first, the fields in order, the source id last."""

    form: Form
    lang: str
    rows: int

    @property
    def last_row(self) -> int:
        """The last pre-built row."""
        return FIRST_ROW + self.rows - 1

    @functools.cached_property
    def columns(self) -> Mapping[str, int]:
        """Field → column, counted from 0."""
        return {field.name: place for place, field in enumerate(self.form.fields, start=1)}

    @property
    def source_column(self) -> int:
        """The hidden column of constant ids, counted from 0."""
        return len(self.form.fields) + 1

    @property
    def typed(self) -> tuple[Field, ...]:
        """Fields that the agent fills in."""
        return tuple(field for field in self.form.fields if field.typed)

    def letter(self, field: str) -> str:
        """The column of a field as Excel names it."""
        return column_letter(self.columns[field])

    def text(self, message: str, **words: object) -> str:
        """A message of this package in the workbook's language."""
        return messages.text(self.lang, f"template.{message}", **words)

    @property
    def sheet(self) -> str:
        """The title of the data sheet."""
        return self.text("sheet.records")

    @property
    def records(self) -> str:
        """The data sheet as formulas of other sheets name it."""
        return f"'{self.sheet}'!"
