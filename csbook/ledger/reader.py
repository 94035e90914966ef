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
from csbook.issues import UnfinishedError, UsageError
from csbook.ledger.audit import blocks, reminders
from csbook.ledger.audit.verify import Flaw, verify
from csbook.ledger.database import schema
from csbook.ledger.database.place import Place
from csbook.ledger.keeping import traces
from csbook.ledger.keeping.backup import Shelf
from csbook.ledger.keeping.due import Due, past_time
from csbook.ledger.reading import entry_rows, lookup, references, tables
from csbook.ledger.reading.computing import Queries, queries
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
        """See csbook.ledger.reading.tables.records."""
        with self._reading() as connection:
            return tables.records(connection, wanted, coded=coded)

    def revisions(self, *, several: bool = False) -> pa.Table:
        """See csbook.ledger.reading.tables.revisions."""
        with self._reading() as connection:
            return tables.revisions(connection, several=several)

    def quarantine(self) -> pa.Table:
        """See csbook.ledger.reading.tables.quarantine."""
        with self._reading() as connection:
            return tables.quarantine(connection)

    def batches(self) -> pa.Table:
        """See csbook.ledger.reading.tables.batches."""
        with self._reading() as connection:
            return tables.batches(connection)

    def status(self) -> dict[str, Any]:
        """See csbook.ledger.reading.tables.status; with it `where` the ledger stands, its schema `version`, and if it is `encrypted`."""
        with self._reading() as connection:
            state = {"where": self.where, "version": schema.VERSION, "encrypted": self.encrypted, **tables.status(connection)}
        return state if self.path is None else {**state, "last_backup": Shelf.of(self.path).last()}

    @contextlib.contextmanager
    def computing(self) -> Iterator[Queries | None]:
        """What an engine computes from where a ledger on a server lies (see csbook.ledger.reading.computing); None for a file.

        Raises UnfinishedError where the server goes away in the meantime.
        """
        if self.path is not None:
            yield None
            return
        with self._told(), self.engine.connect() as connection:
            asked = queries(connection)
        driver: Any = self.engine.dialect.loaded_dbapi
        try:
            yield asked
        except driver.OperationalError as error:
            raise UnfinishedError(self._said("ledger.unreachable")) from error

    def backups(self) -> list[Path]:
        """The copies of the ledger beside it, also those that a restore put aside; none of a ledger on a server."""
        return [] if self.path is None else Shelf.of(self.path).copies()

    def left_by_purge(self) -> list[Path]:
        """The copies that hold what a purge cleared, or that nobody can open to see: a purge that ends leaves none."""
        with self._reading() as connection:
            gone = traces.purges(connection)
        return traces.holding(Shelf.of(self.path), self.connect, gone) if self.path is not None and gone else []

    def hand_ins(self) -> dict[str, dt.datetime]:
        """See csbook.ledger.reading.tables.hand_ins. Empty while there is no ledger yet."""
        if not self._there:
            return {}
        with self._reading() as connection:
            return tables.hand_ins(connection)

    def open_rows(self, form: Form, desks: Sequence[str]) -> dict[str, list[entry_rows.Row]]:
        """See csbook.ledger.reading.entry_rows.open_rows."""
        with self._reading() as connection:
            return entry_rows.open_rows(connection, form, desks)

    def numbered_rows(self, form: Form, numbers: Sequence[str]) -> dict[str, entry_rows.Row]:
        """See csbook.ledger.reading.entry_rows.numbered_rows."""
        with self._reading() as connection:
            return entry_rows.numbered_rows(connection, form, numbers)

    def key(self) -> bytes:
        """See csbook.ledger.reading.tables.key. Empty while there is no ledger yet."""
        if not self._there:
            return b""
        with self._reading() as connection:
            return tables.key(connection)

    def reminded(self, before: dt.datetime) -> reminders.Past:
        """See csbook.ledger.audit.reminders.past."""
        with self._reading() as connection:
            return reminders.past(connection, before)

    def export(self, plan: Plan) -> dict[Path, int]:
        """See csbook.ledger.export."""
        from csbook.ledger.export import export

        with self._reading() as connection:
            return export(connection, plan)

    def find(self, text: str, limit: int) -> list[lookup.Record]:
        """See csbook.ledger.reading.lookup.find."""
        with self._reading() as connection:
            return lookup.find(connection, text, limit)

    def history(self, key: str, form: str | None = None) -> list[lookup.Record]:
        """See csbook.ledger.reading.lookup.history."""
        with self._reading() as connection:
            return lookup.history(connection, key, form)

    def unknown(self, wanted: Mapping[str, Collection[str]]) -> list[str]:
        """See csbook.ledger.reading.lookup.unknown."""
        with self._reading() as connection:
            return lookup.unknown(connection, wanted)

    def undefined(self, forms: Collection[str]) -> dict[str, int]:
        """See csbook.ledger.reading.lookup.undefined."""
        with self._reading() as connection:
            return lookup.undefined(connection, forms)

    def verify(self) -> list[Flaw]:
        """See csbook.ledger.audit.verify.verify."""
        with self._reading() as connection:
            return verify(connection)

    def due(self, before: Mapping[str, dt.datetime], hold: Collection[str]) -> dict[str, Due]:
        """See csbook.ledger.keeping.due.past_time."""
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
        """See csbook.ledger.audit.blocks.seen."""
        with self._reading() as connection:
            return blocks.seen(connection)
