"""Stamp: who a workbook was made for, written twice, and the constant ids of its rows."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from csbook import __version__
from csbook.desks import Desk
from csbook.forms import Form
from csbook.source_ids import CODES, initial, issue_code
from csbook.template.grid import Grid
from csbook.workbook import Workbook, column_letter

SHEET = "_meta"
AGENT_NAME = "desk_agent"


def new_issue_code() -> str:
    """A random code that tells one issued workbook from the next, e.g. 5KQ2M."""
    return issue_code(secrets.randbelow(CODES))


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What a workbook says about itself."""

    form: str
    version: str
    desk: Desk
    issue: str
    lang: str

    @classmethod
    def of(cls, form: Form, desk: Desk, issue: str, lang: str) -> Stamp:
        """The stamp of a workbook of this form."""
        return cls(form=form.name, version=form.version, desk=desk, issue=issue, lang=lang)

    def values(self) -> Mapping[str, str]:
        """Property → value; "" where it is not known."""
        return {
            "csbook_form": self.form,
            "csbook_version": self.version,
            "csbook_desk": self.desk.desk,
            "csbook_agent": self.desk.agent,
            "csbook_team": self.desk.team,
            "csbook_issue": self.issue,
            "csbook_lang": self.lang,
            "csbook_program": f"csbook {__version__}",
        }

    def source_ids(self) -> Iterator[str]:
        """DESK-ISSUE-ROW, row by row. A workbook of no desk is told by its form's initial."""
        desk = self.desk.desk or initial(self.form)
        number = 0
        while True:
            number += 1
            yield f"{desk}-{self.issue}-{number:03d}"


def write(book: Workbook, grid: Grid, stamp: Stamp) -> None:
    """The stamp as document properties and on the hidden sheet, there with the canonical name of each column."""
    sheet = book.sheet(SHEET)
    text = book.style("plain", num_format="@")
    for row, (key, value) in enumerate(stamp.values().items()):
        book.property(key, value)
        sheet.row(row, 0, (key, value), text)
        if key == "csbook_agent":
            book.name(AGENT_NAME, f"={SHEET}!$B${row + 1}")
    start = len(stamp.values()) + 1
    sheet.row(start, 0, ("column", "field"), text)
    for offset, (field, column) in enumerate(grid.columns.items(), start=1):
        sheet.row(start + offset, 0, (column_letter(column), field), text)
    sheet.hide()
    sheet.protect()
