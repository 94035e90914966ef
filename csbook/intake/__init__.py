"""Intake: filled workbooks become typed rows, and every file gets a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from csbook.forms import Definitions
from csbook.intake import assemble
from csbook.intake.assemble import Placed
from csbook.intake.examined import examine
from csbook.intake.outline import sought
from csbook.intake.paths import handed_in
from csbook.issues import Issue
from csbook.policy.calendar import Calendar
from csbook.rows import Rows, SourceFile

__all__ = ["Intake", "read"]


@dataclass(frozen=True)
class Intake:
    """What was handed in: every file with its verdict, the rows by form, and what was found in files and cells."""

    files: tuple[SourceFile, ...]
    rows: tuple[Rows, ...]
    issues: tuple[Issue, ...]


def read(paths: Sequence[Path], definitions: Definitions, calendar: Calendar) -> Intake:
    """Read workbooks and folders of workbooks; files in the order of `paths`, rows in the order of files.

    `rows` has one entry per form that any row was read of. Raises UsageError for a path that does not exist; whatever
    is wrong with a file is its verdict.
    """
    wanted = sought(definitions)
    examined = [examine(path, wanted) for path in handed_in(paths)]
    placed: dict[str, list[Placed]] = {}
    for index, each in enumerate(examined):
        for table in each.tables:
            placed.setdefault(table.form, []).append(Placed(table, index, each.file.desk))
    return Intake(
        files=tuple(each.file for each in examined),
        rows=tuple(
            assemble.rows(definitions.forms[form], placed[form], definitions, calendar) for form in definitions.forms if form in placed
        ),
        issues=tuple(issue for each in examined for issue in each.file.issues),
    )
