"""Paths: which files of what was handed in are meant as workbooks, and the bytes of one."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from csbook import messages
from csbook.intake.gate import archive, bounds, signature, too_large
from csbook.intake.refusal import Deferred, Refused
from csbook.issues import Code, UsageError

WORKBOOK = ".xlsx"
# other table formats: in a folder they were meant to be handed in, so they are refused, not passed over
OTHER_TABLES = frozenset(
    {".xls", ".xlsm", ".xlsb", ".xlt", ".xltx", ".xltm", ".et", ".ett", ".ods", ".fods", ".ots", ".csv", ".tsv", ".numbers"}
)
# whoever puts workbooks into one of these hands them in, too
ARCHIVES = frozenset({".zip", ".rar", ".7z", ".gz", ".tar"})
# what people write, photograph or dictate records in; a file without an ending may be any of these
WRITTEN = frozenset(
    {"", ".doc", ".docx", ".wps", ".wpt", ".rtf", ".txt", ".pdf", ".ppt", ".pptx", ".dps", ".htm", ".html", ".mht", ".eml", ".msg"}
    | {".jpg", ".jpeg", ".png", ".heic", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".amr", ".m4a", ".mp3", ".wav"}
)
LOCKS = ("~$", ".~lock", ".")
SYSTEM = frozenset({"thumbs.db", "desktop.ini"})  # which Windows puts into folders
# a file without its end that changed less than so many seconds ago may still be written: it is looked at again a moment later
SETTLED, LOOK_AGAIN = 10, 0.2
# never wait for another program, and on Windows no translation of line ends
READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def handed_in(paths: Iterable[Path], lang: str = "zh") -> tuple[Path, ...]:
    """Files named, and table files at any depth of folders named; each once, in order of path within a folder.

    Lock files, hidden files and unrelated files of a folder are passed over; a file that is named is never.
    Raises UsageError naming a path that does not exist, OSError for a folder that cannot be read.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        if not os.path.lexists(path):
            raise UsageError(messages.text(lang, "intake.path_missing", path=path))
        for file in sorted(filter(_is_meant, _files(path, set()))) if _is_folder(path) else (path,):
            found.setdefault(file.absolute(), file)
    return tuple(found.values())


def unrelated(paths: Sequence[Path]) -> dict[Path, tuple[Path, ...]]:
    """By folder named, the files in it, at any depth, that `handed_in` passes over and that may hold records; not those of programs.

    Raises OSError for a folder that cannot be read.
    """
    named = {path.absolute() for path in paths}
    found = {
        folder: tuple(sorted(file for file in _files(folder, set()) if _may_hold_records(file) and file.absolute() not in named))
        for folder in filter(_is_folder, paths)
    }
    return {folder: files for folder, files in found.items() if files}


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not _is_meant(path)


def _files(folder: Path, seen: set[Path]) -> Iterator[Path]:
    """All but those of programs. Links to folders are followed, each folder once; one with the name of a workbook counts as a file."""
    if folder.resolve() in seen:
        return
    seen.add(folder.resolve())
    for entry in folder.iterdir():
        if entry.name.startswith(LOCKS) or entry.name.lower() in SYSTEM:
            continue
        if _is_folder(entry):
            yield from _files(entry, seen)
        else:
            yield entry


def _is_meant(path: Path) -> bool:
    return path.suffix.lower() in OTHER_TABLES | ARCHIVES | {WORKBOOK}


def _may_hold_records(path: Path) -> bool:
    """Is it none of the tables, but a document, a picture, or a workbook under a longer name (`A07.xlsx.bak`)?"""
    return not _is_meant(path) and (path.suffix.lower() in WRITTEN or WORKBOOK in path.name.lower())


def named_as_one(path: Path) -> None:
    """Raises Refused for a file whose name is none of a workbook."""
    if path.suffix.lower() != WORKBOOK:
        raise Refused(Code.PACKED if path.suffix.lower() in ARCHIVES else Code.WRONG_FORMAT, suffix=path.suffix or path.name)


def bytes_of(path: Path) -> bytes:
    """The bytes of a workbook, read once. Raises Refused, and Deferred where another program is still writing it.

    Raises FileNotFoundError where the file has gone since the folder was listed: the batch is not what was handed in any more.
    """
    try:
        return _whole(path)
    except OSError as error:
        if not os.path.lexists(path):
            raise
        raise Refused(Code.FILE_UNREADABLE) from error


def _whole(path: Path) -> bytes:
    # asked before it is opened: opening a device can have effects
    _check(path.stat())
    with os.fdopen(os.open(path, READ), "rb") as file:
        before = os.fstat(file.fileno())
        _check(before)
        data = file.read(bounds.FILE_BYTES + 1)
        if _unfinished(data) and abs(time.time() - before.st_mtime) < SETTLED:
            time.sleep(LOOK_AGAIN)
        after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns, len(data)) != (after.st_size, after.st_mtime_ns, after.st_size):
        raise Deferred(Code.STILL_WRITTEN)
    return data


def _check(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise Refused(Code.NOT_A_FILE)
    if status.st_size > bounds.FILE_BYTES:
        raise too_large(status.st_size)


def _unfinished(data: bytes) -> bool:
    """Has a zip no end yet? Some programs fill a new file with zeros first."""
    return not data[:1].strip(b"\0") or (data.startswith(signature.ZIP) and not archive.ends(data))
