"""Disk: files that outlive a power cut, and the checksum by which one is known again."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
from collections.abc import Collection
from pathlib import Path

MEGABYTE = 1 << 20


def create_file(path: Path) -> None:
    """An empty file that only its owner may read; one that is there stays as it is."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def copy(source: Path, target: Path) -> None:
    """A copy that only its owner may read, forced to disk."""
    create_file(target)
    with source.open("rb") as read, target.open("wb") as written:
        while chunk := read.read(MEGABYTE):
            written.write(chunk)
    sync(target)


def put(temporary: Path, path: Path) -> None:
    """Force a complete file to disk, then give it its name at once."""
    sync(temporary)
    temporary.replace(path)
    settle(path.parent)


def sync(path: Path) -> None:
    """Force what was written to a file to disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def settle(folder: Path) -> None:
    """Force names in a folder to disk; Windows does that by itself and cannot be told to."""
    if os.name != "nt":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def discard(path: Path) -> None:
    """Remove a file of ours that may not be there, and a journal that belongs to it."""
    for each in (path, journal(path)):
        each.unlink(missing_ok=True)


def journal(path: Path) -> Path:
    """Where SQLite keeps what takes a broken-off transaction back."""
    return path.with_name(f"{path.name}-journal")


def same(one: Path, other: Path, save: Collection[range] = ()) -> bool:
    """Do two files hold the same bytes, `save` these places, all in the first megabyte?"""
    parts = bytearray(MEGABYTE), bytearray(MEGABYTE)
    with one.open("rb") as first, other.open("rb") as second:
        for number in itertools.count():
            sizes = [file.readinto(part) for file, part in zip((first, second), parts, strict=True)]
            for part, place in itertools.product(parts, save if number == 0 else ()):
                part[place.start : place.stop] = bytes(len(place))
            if sizes != [MEGABYTE, MEGABYTE] or parts[0] != parts[1]:
                return parts[0][: sizes[0]] == parts[1][: sizes[1]]
    raise AssertionError


def checksum(path: Path) -> str:
    """The first 16 hexadecimal digits of a file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
