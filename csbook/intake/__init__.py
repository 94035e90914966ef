"""Intake: filled workbooks become typed rows, and every file gets a verdict. What reads (workers) and what it needs load light."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csbook.forms import Definitions
    from csbook.intake.foreign.map import ForeignMap
    from csbook.intake.portions import Portion
    from csbook.intake.reading import Done, Reading
    from csbook.intake.workers import Executor
    from csbook.issues import Issue
    from csbook.passwords import Password
    from csbook.policy.calendar import Calendar
    from csbook.rows import Rows, SourceFile

__all__ = ["Intake", "collect", "read", "start"]


@dataclass(frozen=True)
class Intake:
    """What was handed in: every file with its verdict, the rows by form, and what was found in files and cells."""

    files: tuple[SourceFile, ...]
    rows: tuple[Rows, ...]
    issues: tuple[Issue, ...]


def start(
    portions: Iterable[Portion],
    definitions: Definitions,
    executor: Executor,
    foreign: ForeignMap | None = None,
    password: Password | None = None,
) -> Reading:
    """Hand the files of a batch to an executor; `collect` waits for them.

    `foreign` describes workbooks that carry no stamp, `password` opens those that are encrypted.
    """
    from csbook.intake.examined import examine
    from csbook.intake.outline import sought
    from csbook.intake.reading import Reading

    return Reading(portions, functools.partial(examine, sought=sought(definitions, foreign), password=password), executor)


def collect(reading: Reading, definitions: Definitions, calendar: Calendar, done: Done = lambda _files, _rows: None) -> Intake:
    """Files in the order in which they were handed over, rows in the order of files; `rows` has one entry per form that any was read of.

    `done` is told the files and rows of every task that comes back. Raises UnfinishedError where no worker can be started.
    """
    from csbook.intake import assemble

    answers = reading.answers(done)
    tables = assemble.by_form(answers)
    files = tuple(file for _, answer in answers for file in answer.files)
    return Intake(
        files=files,
        rows=tuple(
            assemble.rows(definitions.forms[form], *tables[form], definitions, calendar) for form in definitions.forms if form in tables
        ),
        issues=tuple(issue for file in files for issue in file.issues),
    )


def read(paths: Sequence[Path], definitions: Definitions, calendar: Calendar, foreign: ForeignMap | None = None) -> Intake:
    """Read workbooks and folders of workbooks in this process.

    Raises UsageError for a path that does not exist; whatever is wrong with a file is its verdict, unless it ends the process.
    """
    from csbook.intake.paths import handed_in
    from csbook.intake.portions import portions
    from csbook.intake.workers import Here

    return collect(start(portions(handed_in(paths)), definitions, Here(), foreign), definitions, calendar)
