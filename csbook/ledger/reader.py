"""Reader: what a ledger can be asked; nothing is written."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import sqlalchemy as sa

from csbook.forms.form import Form
from csbook.issues import UsageError
from csbook.ledger import blocks, entry_rows, lookup, reading, references, reminders, schema, traces
from csbook.ledger.backup import Shelf
from csbook.ledger.due import Due, past_time
from csbook.ledger.place import Place
from csbook.ledger.verify import Flaw, verify
from csbook.rows import Rows

if TYPE_CHECKING:
    from csbook.ledger.export import Plan


class Reader(Place):
    """A ledger as those see it who only ask."""

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        """A read transaction, so that everything read in one call is of one moment."""
        if not self._there:
            raise UsageError(self._said("ledger.missing"))
        with self._told(), self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":  # which otherwise shows each query what was committed before it
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    def records(self, wanted: Collection[str] | None = None, *, coded: bool = False) -> pa.Table:
        """See csbook.ledger.reading.records."""
        with self._reading() as connection:
            return reading.records(connection, wanted, coded=coded)

    def revisions(self, *, several: bool = False) -> pa.Table:
        """See csbook.ledger.reading.revisions."""
        with self._reading() as connection:
            return reading.revisions(connection, several=several)

    def quarantine(self) -> pa.Table:
        """See csbook.ledger.reading.quarantine."""
        with self._reading() as connection:
            return reading.quarantine(connection)

    def batches(self) -> pa.Table:
        """See csbook.ledger.reading.batches."""
        with self._reading() as connection:
            return reading.batches(connection)

    def status(self) -> dict[str, Any]:
        """See csbook.ledger.reading.status; with it `where` the ledger stands, its schema `version`, and whether it is `encrypted`."""
        with self._reading() as connection:
            state = {"where": self.where, "version": schema.VERSION, "encrypted": self.encrypted, **reading.status(connection)}
        return state if self.path is None else {**state, "last_backup": Shelf.of(self.path).last()}

    def backups(self) -> list[Path]:
        """The copies of the ledger beside it, also those that a restore put aside; none of a ledger on a server."""
        return [] if self.path is None else Shelf.of(self.path).copies()

    def left_by_purge(self) -> list[Path]:
        """The copies that hold what a purge cleared, or that nobody can open to see: a purge that ends leaves none."""
        with self._reading() as connection:
            gone = traces.purges(connection)
        return traces.holding(Shelf.of(self.path), self.connect, gone) if self.path is not None and gone else []

    def hand_ins(self) -> dict[str, dt.datetime]:
        """See csbook.ledger.reading.hand_ins. Empty while there is no ledger yet."""
        if not self._there:
            return {}
        with self._reading() as connection:
            return reading.hand_ins(connection)

    def open_rows(self, form: Form, desks: Sequence[str]) -> dict[str, list[entry_rows.Row]]:
        """See csbook.ledger.entry_rows.open_rows."""
        with self._reading() as connection:
            return entry_rows.open_rows(connection, form, desks)

    def numbered_rows(self, form: Form, numbers: Sequence[str]) -> dict[str, entry_rows.Row]:
        """See csbook.ledger.entry_rows.numbered_rows."""
        with self._reading() as connection:
            return entry_rows.numbered_rows(connection, form, numbers)

    def key(self) -> bytes:
        """See csbook.ledger.reading.key. Empty while there is no ledger yet."""
        if not self._there:
            return b""
        with self._reading() as connection:
            return reading.key(connection)

    def reminded(self, before: dt.datetime) -> reminders.Past:
        """See csbook.ledger.reminders.past."""
        with self._reading() as connection:
            return reminders.past(connection, before)

    def export(self, plan: Plan) -> dict[Path, int]:
        """See csbook.ledger.export."""
        from csbook.ledger.export import export

        with self._reading() as connection:
            return export(connection, plan)

    def find(self, text: str, limit: int) -> list[lookup.Record]:
        """See csbook.ledger.lookup.find."""
        with self._reading() as connection:
            return lookup.find(connection, text, limit)

    def history(self, key: str, form: str | None = None) -> list[lookup.Record]:
        """See csbook.ledger.lookup.history."""
        with self._reading() as connection:
            return lookup.history(connection, key, form)

    def verify(self) -> list[Flaw]:
        """See csbook.ledger.verify.verify."""
        with self._reading() as connection:
            return verify(connection)

    def due(self, before: Mapping[str, dt.datetime], hold: Collection[str]) -> dict[str, Due]:
        """See csbook.ledger.due.past_time."""
        with self._reading() as connection:
            return past_time(connection, before, hold)

    def known_references(self, values: Iterable[str]) -> set[str]:
        """Those of `values` that name a record: source ids, numbers, `response 20231001001`. None while there is no ledger yet."""
        if not self._there:
            return set()
        with self._reading() as connection:
            return references.known_references(connection, values)

    def flag_references(self, rows: Sequence[Rows]) -> tuple[Rows, ...]:
        """Rows with a flag column for every references field: names it a record that neither the ledger nor the batch knows?"""
        return references.flagged(rows, self.known_references(references.named(rows)))

    def blocks_seen(self) -> list[tuple[dt.datetime, blocks.Blocks]]:
        """See csbook.ledger.blocks.seen."""
        with self._reading() as connection:
            return blocks.seen(connection)
