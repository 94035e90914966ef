"""Saving: a file appears whole or not at all."""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from csbook import messages
from csbook.issues import UnfinishedError
from csbook.passwords import Password


def save(path: Path, content: bytes, lang: str = "zh", *, private: bool = False, password: Password | None = None) -> None:
    """Put a file with this content at `path` at once, encrypted where there is a password; see `replacing`."""
    with replacing(path, lang, private=private) as temporary:
        temporary.write_bytes(password.closed(content) if password else content)


# what LibreOffice and Excel put beside a file that somebody has open
MARKS = ".~lock.{}#", "~${}"


def opened(path: Path) -> bool:
    """Has somebody a file of this name open? Where systems lock nothing, a mark beside it tells; one left by a crash does no harm."""
    return path.exists() and any(path.with_name(mark.format(path.name)).exists() for mark in MARKS)


class LockedError(UnfinishedError):
    """The file is there and cannot be replaced: another program has it open."""


def save_beside(path: Path, content: bytes, lang: str = "zh", *, private: bool = False, password: Password | None = None) -> Path:
    """Save at `path`, or beside it under the next free number while another program holds it; returns where.

    Raises UnfinishedError where neither works.
    """
    if not opened(path):
        with contextlib.suppress(LockedError):
            save(path, content, lang, private=private, password=password)
            return path
    beside = next(each for number in itertools.count(2) if not (each := path.with_stem(f"{path.stem} ({number})")).exists())
    save(beside, content, lang, private=private, password=password)
    return beside


@contextlib.contextmanager
def replacing(path: Path, lang: str = "zh", *, private: bool = False) -> Iterator[Path]:
    """A temporary file beside `path` to write to; forced to disk and put in place at once when the block ends without an exception.

    A crash leaves the old file or the new one; a `private` one is its owner's alone where the system knows modes. Raises
    UnfinishedError with a sentence when the folder is missing or not writable, or the file is open elsewhere (Excel on Windows locks it).
    """
    if not path.parent.is_dir():
        raise UnfinishedError(messages.text(lang, "workbook.no_folder", path=path, folder=path.parent))
    if path.is_dir():
        raise UnfinishedError(messages.text(lang, "workbook.is_folder", path=path))
    temporary = path.with_name(f".{path.stem[:40]}-{secrets.token_hex(4)}.tmp")
    try:
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600 if private else 0o666))  # as far as the umask allows
        yield temporary
        _synced(temporary)
        temporary.replace(path)
    except PermissionError as error:
        if path.exists():
            raise LockedError(messages.text(lang, "workbook.locked", path=path)) from error
        raise UnfinishedError(messages.text(lang, "workbook.not_writable", path=path, folder=path.parent)) from error
    except OSError as error:
        raise UnfinishedError(messages.text(lang, "workbook.not_saved", path=path, reason=messages.reason(lang, error))) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _synced(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())
