"""Saving: a file appears whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from csbook import messages
from csbook.issues import UnfinishedError


def save(path: Path, content: bytes, lang: str = "zh", *, private: bool = False) -> None:
    """Write `content` to a temporary file beside `path`, force it to disk, then put it in place at once.

    A crash leaves the old file or the new one; a `private` one is its owner's alone where the system knows modes. Raises
    UnfinishedError with a sentence when the folder is missing or not writable, or the file is open elsewhere (Excel on Windows locks it).
    """
    if not path.parent.is_dir():
        raise UnfinishedError(messages.text(lang, "workbook.no_folder", path=path, folder=path.parent))
    if path.is_dir():
        raise UnfinishedError(messages.text(lang, "workbook.is_folder", path=path))
    try:
        temporary = _written(path, content, 0o600 if private else 0o666)
        try:
            temporary.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
    except PermissionError as error:
        reason = "workbook.locked" if path.exists() else "workbook.not_writable"
        raise UnfinishedError(messages.text(lang, reason, path=path, folder=path.parent)) from error
    except OSError as error:
        raise UnfinishedError(messages.text(lang, "workbook.not_saved", path=path, reason=error.strerror)) from error


def _written(path: Path, content: bytes, mode: int) -> Path:
    """A complete, synced temporary file in the folder of `path`, with `mode` as far as the umask allows."""
    temporary = path.with_name(f".{path.stem[:40]}-{secrets.token_hex(4)}.tmp")
    try:
        with os.fdopen(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    return temporary
