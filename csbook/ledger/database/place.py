"""Place: where a ledger stands, how it is reached, and what is said of it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from csbook import messages
from csbook.issues import UnfinishedError, UsageError
from csbook.ledger.database import schema
from csbook.ledger.database.disk import create_file
from csbook.ledger.database.encryption import Key, plain
from csbook.ledger.database.engine import connect, told
from csbook.ledger.database.lock import alone


class Place:
    """A path or URL with what stands there, or may come to stand there. A context manager; nothing is held open between calls."""

    def __init__(self, where: str | Path, *, create: bool, lang: str, timeout: float, key: Key | None = None) -> None:
        self._create, self._lang, self._timeout = create, lang, timeout
        self._url = _url(str(where), lang)
        self._key = key if self._url.get_backend_name() == "sqlite" else None
        try:
            self.engine = connect(self._url, timeout, self._key)
        except ImportError as error:
            raise UsageError(messages.text(lang, "key.no_sqlcipher")) from error
        self._there = False
        self.version = schema.VERSION  # of the ledger that stands there

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @property
    def path(self) -> Path | None:
        """The file of an embedded ledger."""
        return Path(self._url.database) if self._url.get_backend_name() == "sqlite" and self._url.database else None

    @property
    def encrypted(self) -> bool:
        """Is it, or will it be, under a key?"""
        return self._key is not None

    @property
    def where(self) -> str:
        """Path or URL, without a password."""
        return str(self.path or named(self._url))

    def look(self, *, older: bool = False) -> None:
        """Find out what stands there; raises what open_ledger promises, save, if so wished, for a ledger of an older csbook."""
        if self.path is not None and not self._file_there(self.path):
            return
        with self._told(), self.engine.connect() as connection:
            tables = sa.inspect(connection)
            if tables.has_table(schema.version.name) and tables.has_table(schema.record.name):
                self._there = True
                self.version = str(connection.scalar(sa.select(schema.version.c.version_num)))
                self._check_version(older=older)
            elif self.path is not None:
                raise UsageError(self._said("ledger.not_a_ledger"))
            elif not self._create:
                raise UsageError(self._said("ledger.missing"))

    def _check_version(self, *, older: bool) -> None:
        if self.version == schema.VERSION or (older and self.version in schema.OLDER):
            return
        what = "ledger.older" if self.version in schema.OLDER else "ledger.newer"
        raise UsageError(self._said(what, version=self.version, known=schema.VERSION))

    def _file_there(self, path: Path) -> bool:
        if path.is_dir():
            raise UsageError(self._said("ledger.is_folder"))
        if path.exists() and path.stat().st_size:
            with self._told():
                if self._key is not None and plain(path):
                    raise UsageError(self._said("ledger.not_encrypted"))
            return True
        if not self._create:
            raise UsageError(self._said("ledger.missing"))
        if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
            raise UnfinishedError(self._said("ledger.unwritable"))
        return False

    @contextlib.contextmanager
    def undisturbed(self, *, older: bool = False) -> Iterator[None]:
        """Where only this process may write; a file that is not there is made."""
        if self.path is None:
            self.look(older=older)
            with self._told():
                yield
            return
        with self.alone() as path:
            self.look(older=older)  # another process may have put something else there in the meantime
            create_file(path)
            yield

    @contextlib.contextmanager
    def alone(self) -> Iterator[Path]:
        """The file of an embedded ledger, while no other csbook writes to it. Raises UsageError for one on a server."""
        if self.path is None:
            raise UsageError(self._said("ledger.no_file"))
        with self._told(), alone(self.path, self._timeout):
            yield self.path

    def connect(self, path: Path) -> sa.Engine:
        """An engine on another file with the same key."""
        return connect(sa.URL.create("sqlite", database=str(path)), self._timeout, self._key)

    def _said(self, message: str, **words: object) -> str:
        return messages.text(self._lang, message, where=self.where, **words)

    def _told(self) -> contextlib.AbstractContextManager[None]:
        return told(self.where, self._lang, keyed=self._key is not None)


def named(where: str | sa.URL) -> str:
    """A path or URL as people are told it: no password, wherever in the URL it stands."""
    if isinstance(where, str) and "://" not in where:
        return where
    url = sa.make_url(where)
    return url.update_query_dict({name: "***" for name in url.query if "password" in name.lower()}).render_as_string(hide_password=True)


def _url(where: str, lang: str) -> sa.URL:
    if "://" not in where:
        return sa.URL.create("sqlite", database=where)
    try:
        url = sa.make_url(where)
        url = url.set(drivername="postgresql+psycopg") if url.drivername in {"postgres", "postgresql"} else url
        url.get_dialect().import_dbapi()
    except (sa.exc.ArgumentError, ModuleNotFoundError, ImportError) as error:
        raise UsageError(messages.text(lang, "ledger.no_such_engine", engine=where.partition("://")[0])) from error
    return url
