"""Paths: which files of what was handed in are meant as workbooks."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from csbook import messages
from csbook.issues import UsageError

WORKBOOK = ".xlsx"
# other table formats: in a folder they were meant to be handed in, so they are refused, not passed over
OTHER_TABLES = frozenset(
    {".xls", ".xlsm", ".xlsb", ".xlt", ".xltx", ".xltm", ".et", ".ett", ".ods", ".fods", ".ots", ".csv", ".tsv", ".numbers"}
)
LOCKS = ("~$", ".~lock", ".")


def handed_in(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Files named, and table files at any depth of folders named; each once, in order of path within a folder.

    Lock files, hidden files and unrelated files of a folder are passed over; a file that is named is never.
    Raises UsageError naming a path that does not exist, OSError for a folder that cannot be read.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        if not os.path.lexists(path):
            raise UsageError(messages.text("zh", "intake.path_missing", path=path))
        for file in _files(path) if path.is_dir() else (path,):
            found.setdefault(file.absolute(), file)
    return tuple(found.values())


def _files(folder: Path) -> Iterator[Path]:
    files = []
    for base, folders, names in os.walk(folder, onerror=_give_up):
        folders[:] = [name for name in folders if not name.startswith(LOCKS)]
        files += [Path(base) / name for name in names if _meant(name)]
    yield from sorted(files)


def _give_up(error: OSError) -> None:
    """A folder that cannot be read hides what was handed in: nothing is stored before somebody has looked."""
    raise error


def _meant(name: str) -> bool:
    return not name.startswith(LOCKS) and Path(name).suffix.lower() in OTHER_TABLES | {WORKBOOK}
