"""Workbooks on their way: worker processes read while this one loads what judges them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from csbook.cli.language import of_terminal
from csbook.cli.session import Session

if TYPE_CHECKING:
    from csbook.intake.reading import Reading


@contextlib.contextmanager
def reading(paths: Sequence[Path], session: Session, jobs: int | None = None, mapped: Path | None = None) -> Iterator[Reading]:
    """Files named and files of folders, handed to `jobs` processes (None: one a processor, as far as there is work for them).

    `mapped` is the map of foreign workbooks. Raises UsageError for a path that does not exist, and for all that is wrong with a map.
    """
    # in this order, and no import earlier: the workers load beside everything else
    from csbook.intake.paths import handed_in
    from csbook.intake.portions import portions
    from csbook.intake.workers import Workers, processors

    cut = portions(handed_in(paths, of_terminal()))
    with Workers(max(1, min(jobs or processors(), len(cut)))) as workers:
        definitions = session.definitions
        from csbook import intake

        yield intake.start(cut, definitions, workers, session.foreign(mapped))
