"""Whole: a whole ledger as a folder of Parquet that any engine computes figures over, and what of it is read here.

    records/form=…/month=…/part-0.parquet      each record as it stands, by the month it was raised in
    revisions/form=…/month=…/part-0.parquet    each of its states, by the month it was handed in
    quarantine.parquet                         the rows kept aside, without their content
    ledger.json                                who handed in when, blocks of the policy, the key of codes

The other files stand there only where nobody's records and nobody's columns were left out; without them no figures are computed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet
import sqlalchemy as sa

from csbook import messages
from csbook.issues import UsageError
from csbook.ledger.audit import blocks
from csbook.ledger.export import parquet
from csbook.ledger.reading import arrow, tables
from csbook.ledger.reading.computing import Folders

RECORDS, REVISIONS, QUARANTINE, FACTS = "records", "revisions", "quarantine.parquet", "ledger.json"
CONTENTS = frozenset({RECORDS, REVISIONS, QUARANTINE, FACTS})
VERSION = 1  # of this layout


def write(connection: sa.Connection, folder: Path, size: int) -> None:
    """What belongs to a whole ledger beside its records; `size` rows in memory at a time."""
    parquet.parts(folder / REVISIONS, arrow.parts(connection, tables.revision_query(), size), "handed_in")
    kept = pa.concat_tables(arrow.parts(connection, tables.quarantine_query(), size)).drop_columns(["content"])
    pyarrow.parquet.write_table(kept, folder / QUARANTINE)
    facts = {
        "version": VERSION,
        "hand_ins": {desk: at.isoformat() for desk, at in tables.hand_ins(connection).items()},
        "blocks": [(at.isoformat(), dict(each)) for at, each in blocks.seen(connection)],
        "key": tables.key(connection).decode("ascii"),
    }
    (folder / FACTS).write_text(json.dumps(facts, ensure_ascii=False, indent=1), "utf-8")


@dataclass(frozen=True)
class Whole:
    """An exported ledger, as far as figures ask for it; see csbook.ledger.reader for what each means."""

    folder: Path
    facts: dict[str, Any]

    @classmethod
    def at(cls, folder: Path, lang: str) -> Self:
        """Raises UsageError where the folder is none, was written by a newer csbook, or holds records of a part of a ledger alone."""
        path = folder / FACTS
        if not path.is_file():
            known = (folder / RECORDS).is_dir()
            raise UsageError(messages.text(lang, "export.not_whole" if known else "export.no_ledger", path=folder))
        facts = json.loads(path.read_text("utf-8"))
        if facts["version"] != VERSION:
            raise UsageError(messages.text(lang, "export.newer", path=folder))
        return cls(folder, facts)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held open."""

    @contextlib.contextmanager
    def computing(self) -> Iterator[Folders]:
        """Where the tables lie."""
        yield Folders(str(self.folder / RECORDS), str(self.folder / REVISIONS))

    def quarantine(self) -> pa.Table:
        """The rows kept aside, without their content."""
        return pyarrow.parquet.read_table(self.folder / QUARANTINE)

    def hand_ins(self) -> dict[str, dt.datetime]:
        return {desk: dt.datetime.fromisoformat(at) for desk, at in self.facts["hand_ins"].items()}

    def blocks_seen(self) -> list[tuple[dt.datetime, blocks.Blocks]]:
        return [(dt.datetime.fromisoformat(at), each) for at, each in self.facts["blocks"]]

    def key(self) -> bytes:
        return str(self.facts["key"]).encode("ascii")
