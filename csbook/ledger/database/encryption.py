"""Encryption: the key of a ledger, where it comes from, and connections through SQLCipher."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from csbook import messages
from csbook.issues import UsageError
from csbook.ledger.database.disk import settle, sync
from csbook.secret import own_text

SHORTEST = 16  # characters of a key
RAW = re.compile(r"[0-9a-fA-F]{64}")
PLAIN = b"SQLite format 3\0"  # the first bytes of a file that is not encrypted


@dataclass(frozen=True)
class Key:
    """64 hexadecimal digits are the key itself; any other text is a passphrase, which costs SQLCipher 0.13 s a connection to stretch."""

    text: str = field(repr=False)  # in no message and no traceback

    @property
    def spelled(self) -> str:
        """As SQLCipher takes it."""
        return f"x'{self.text}'" if RAW.fullmatch(self.text) else self.text


def key_of(text: str, lang: str) -> Key:
    """The key that a text is, without the blanks around it. Raises UsageError for one that is too short."""
    if len(text.strip()) < SHORTEST:
        raise UsageError(messages.text(lang, "key.short", least=SHORTEST))
    return Key(text.strip())


def read_key(path: Path, lang: str) -> Key:
    """The key in a file. Raises UsageError for a file that is not there or that others may read."""
    return key_of(own_text(path, lang, "key"), lang)


def make_key(path: Path) -> Key:
    """A new key, in a new file that only its owner may read. Raises OSError, and leaves no file that holds less than the key."""
    key = Key(secrets.token_hex(32))
    place = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(place, "w", encoding="utf-8") as file:
            file.write(key.text + "\n")
        sync(path)
    except OSError:
        path.unlink()
        raise
    settle(path.parent)
    return key


def plain(path: Path) -> bool:
    """Is this a SQLite file that everybody who has it can read?"""
    with path.open("rb") as file:
        return file.read(len(PLAIN)) == PLAIN


def opened(path: str, key: Key | None, timeout: float) -> Any:
    """A driver's connection to a file through SQLCipher; without a key to one that is not encrypted."""
    connection = driver().connect(path, timeout=timeout)
    connection.execute("PRAGMA cipher_log_level=NONE").close()
    if key is not None:
        spelled = key.spelled.replace('"', '""')
        connection.execute(f'PRAGMA key = "{spelled}"').close()
    return connection


def driver() -> Any:
    """SQLCipher's driver. Raises ImportError where csbook is installed without it."""
    from sqlcipher3 import dbapi2

    return dbapi2
