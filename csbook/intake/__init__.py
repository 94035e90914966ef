"""Intake: filled workbooks become typed rows, and every file gets a verdict. What reads (workers) and what it needs load light."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csbook.forms import Definitions
    from csbook.intake.foreign.map import ForeignMap
    from csbook.intake.workers.pool import Executor
    from csbook.intake.workers.portions import Portion
    from csbook.intake.workers.reading import Done, Reading
    from csbook.intake.workers.task import Answer
    from csbook.issues import Issue
    from csbook.passwords import Password
    from csbook.policy.calendar import Calendar
    from csbook.rows import Rows, SourceFile

__all__ = ["Intake", "collect", "pieces", "read", "start", "together"]

PIECE = 50_000  # rows that are typed and judged at once


@dataclass(frozen=True)
class Intake:
    """What was handed in: every file with its verdict, the rows by form, and what was found in files and cells.

    places: of a piece, the place of each of its files in the batch.
    """

    files: tuple[SourceFile, ...]
    rows: tuple[Rows, ...]
    issues: tuple[Issue, ...]
    places: tuple[int, ...] = ()


def start(
    portions: Iterable[Portion],
    definitions: Definitions,
    executor: Executor,
    foreign: ForeignMap | None = None,
    password: Password | None = None,
) -> Reading:
    """Hand the files of a batch to an executor; `pieces` and `collect` wait for them.

    `foreign` describes workbooks that carry no stamp, `password` opens those that are encrypted.
    """
    from csbook.intake.sought import sought
    from csbook.intake.workers.reading import Examination, Reading

    return Reading(portions, Examination(sought(definitions, foreign), password), executor)


def collect(reading: Reading, definitions: Definitions, calendar: Calendar, done: Done = lambda _files, _rows: None) -> Intake:
    """Files in the order in which they were handed over, rows in the order of files; `rows` has one entry per form that any was read of.

    `done` is told the files and rows of every task that comes back. Raises UnfinishedError where no worker can be started.
    """
    return together([_piece(sorted(reading.answers(done), key=_start), definitions, calendar)], definitions)


def pieces(reading: Reading, definitions: Definitions, calendar: Calendar, done: Done = lambda _files, _rows: None) -> Iterator[Intake]:
    """The same in pieces of some files, as they come in: each of PIECE rows and what its last task brought beyond them."""
    answers: list[tuple[int, Answer]] = []
    for start, answer in reading.answers(done):
        answers.append((start, answer))
        if sum(table.size for _, each in answers for table in each.tables) >= PIECE:
            yield _piece(sorted(answers, key=_start), definitions, calendar)
            answers = []
    if answers:
        yield _piece(sorted(answers, key=_start), definitions, calendar)


def together(found: Iterable[Intake], definitions: Definitions) -> Intake:
    """Pieces as one batch: files in order, the rows of a form one piece after the other by their first file."""
    of_pieces = list(found)
    placed = ((place, file) for piece in of_pieces for place, file in zip(piece.places, piece.files, strict=True))
    files = tuple(file for _, file in sorted(placed, key=_start))
    rows = sorted((rows for piece in of_pieces for rows in piece.rows), key=lambda rows: rows.blocks[0].file)
    return Intake(
        files=files,
        rows=tuple(each for form in definitions.forms for each in rows if each.form.name == form),
        issues=tuple(issue for file in files for issue in file.issues),
    )


def _piece(answers: Sequence[tuple[int, Answer]], definitions: Definitions, calendar: Calendar) -> Intake:
    from csbook.intake import assemble

    tables = assemble.by_form(answers)
    return Intake(
        files=tuple(file for _, answer in answers for file in answer.files),
        rows=tuple(
            assemble.rows(definitions.forms[form], *tables[form], definitions, calendar) for form in definitions.forms if form in tables
        ),
        issues=tuple(issue for _, answer in answers for file in answer.files for issue in file.issues),
        places=tuple(start + place for start, answer in answers for place in range(len(answer.files))),
    )


def _start(placed: tuple[int, object]) -> int:
    return placed[0]


def read(paths: Sequence[Path], definitions: Definitions, calendar: Calendar, foreign: ForeignMap | None = None) -> Intake:
    """Read workbooks and folders of workbooks in this process.

    Raises UsageError for a path that does not exist; whatever is wrong with a file is its verdict, unless it ends the process.
    """
    from csbook.intake.paths import handed_in
    from csbook.intake.workers.pool import Here
    from csbook.intake.workers.portions import portions

    return collect(start(portions(handed_in(paths)), definitions, Here(), foreign), definitions, calendar)
