"""Workbooks on their way: worker processes read while this one loads what judges them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from csbook.cli.language import of_terminal
from csbook.cli.session import Session
from csbook.intake.workers import pool
from csbook.messages import WordedUsageError

if TYPE_CHECKING:
    from csbook.intake.workers.cluster import Cluster
    from csbook.intake.workers.reading import Reading
    from csbook.passwords import Password


@contextlib.contextmanager
def reading(
    paths: Sequence[Path], session: Session, jobs: int | str | None = None, mapped: Path | None = None, password: Password | None = None
) -> Iterator[Reading]:
    """Files named and files of folders, handed to `jobs` processes (None: one a processor, as far as there is work for them) or to the
    cluster at that address.

    `mapped` is the map of foreign workbooks, `password` opens encrypted ones. Raises UsageError for a path that does not exist,
    and for all that is wrong with a map.
    """
    # in this order, and no import earlier: the workers load beside everything else
    if not isinstance(jobs, str):
        pool.prepare()
    from csbook.intake.paths import handed_in
    from csbook.intake.workers.portions import portions

    cut = portions(handed_in(paths, of_terminal()))
    with _cluster(jobs) if isinstance(jobs, str) else _processes(jobs, len(cut)) as executor:
        definitions = session.definitions
        from csbook import intake

        yield intake.start(cut, definitions, executor, session.foreign(mapped), password)


def _processes(jobs: int | None, portions: int) -> pool.Workers:
    return pool.Workers(max(1, min(jobs or pool.processors(), portions)))


def _cluster(address: str) -> Cluster:
    try:
        from csbook.intake.workers.cluster import Cluster
    except ImportError as error:
        raise WordedUsageError("intake.no_dask") from error
    return Cluster(address)
