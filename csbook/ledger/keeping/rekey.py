"""Rekey: a ledger under another key, or under its first one."""

from __future__ import annotations

import functools
from pathlib import Path

import sqlalchemy as sa

from csbook import messages
from csbook.issues import UnfinishedError
from csbook.ledger.database import disk
from csbook.ledger.database.encryption import Key, driver, opened
from csbook.ledger.database.place import Place
from csbook.ledger.keeping.backup import BackupDiffersError, compare


def rekey_ledger(where: str | Path, old: Key | None, new: Key, *, lang: str = "zh", timeout: float = 30.0) -> None:
    """Write the ledger anew under `new`, compare it row by row, then put it in its place at once. Earlier backups keep the key they have.

    Raises as open_ledger does: `old` must open the ledger, None one that is not encrypted.
    """
    with Place(where, create=False, lang=lang, timeout=timeout, key=old) as place, place.alone() as path:
        place.look(older=True)
        temporary = path.with_name(f".{path.name}.rekeying")
        target = Place(temporary, create=False, lang=lang, timeout=timeout, key=new).engine
        disk.discard(temporary)
        disk.create_file(temporary)
        try:
            _export(path, old, temporary, new, timeout)
            compare(place.connect(path), target)
            disk.put(temporary, path)
        except BackupDiffersError as error:
            raise UnfinishedError(messages.text(lang, "rekey.differs", where=place.where)) from error
        finally:
            disk.discard(temporary)


def _export(path: Path, old: Key | None, target: Path, new: Key, timeout: float) -> None:
    through = functools.partial(opened, str(path), old, timeout)
    engine = sa.create_engine("sqlite://", module=driver(), creator=through, poolclass=sa.NullPool, hide_parameters=True)
    with engine.connect() as source:
        # a parameter, not a part of the statement, so that it stands in no error
        source.exec_driver_sql("ATTACH DATABASE ? AS other KEY ?", (str(target), new.spelled))
        source.exec_driver_sql("SELECT sqlcipher_export('other')").all()
