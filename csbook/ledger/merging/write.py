"""Write: what a batch adds to the ledger, as bulk inserts and updates in the order that the foreign keys want."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

import csbook
from csbook.ledger.audit.seal import Sealing
from csbook.ledger.batch import Batch, Counts
from csbook.ledger.database import schema
from csbook.ledger.database.store import insert, update
from csbook.ledger.database.values import stamp
from csbook.ledger.merging.handed import Handed
from csbook.ledger.merging.known import Entry
from csbook.ledger.merging.lines import Line
from csbook.ledger.merging.state_rows import Row, StateRows


def write_batch(connection: sa.Connection, batch: Batch) -> int:
    """The batch and its files, whose rows are counted later (write_counts); returns the batch's id."""
    nothing = Counts().as_columns()
    values = {"at": batch.now, "handed_in_by": batch.user, "program": csbook.__version__, **nothing}
    batch_id = int(connection.execute(schema.batch.insert().values(values).returning(schema.batch.c.id)).scalar_one())
    files = [
        (
            batch_id, number, str(file.path), file.sha256, file.size, stamp(file.modified), file.form, file.version, file.desk.desk,
            file.desk.team, file.issue_code, file.verdict, file.code, *nothing.values(),
        )
        for number, file in enumerate(batch.files)
    ]  # fmt: skip
    insert(connection, schema.source_file, schema.source_file.columns.keys(), files)
    return batch_id


def write_counts(connection: sa.Connection, batch_id: int, counts: Sequence[Counts]) -> None:
    """What became of the rows of each file and of the batch."""
    names = [*Counts().as_columns()]
    of_files = [(*each.as_columns().values(), batch_id, number) for number, each in enumerate(counts)]
    update(connection, schema.batch, names, [(*Counts.sum(counts).as_columns().values(), batch_id)])
    update(connection, schema.source_file, names, of_files)


def write_records(connection: sa.Connection, groups: Iterable[StateRows], sealing: Sealing) -> None:
    """Records of one form as they stand after the batch, every revision, and the keys that they are known by.

    No state of a group is about a record of another one, so that a group is forgotten when it is written.
    """
    for group in groups:
        insert(connection, schema.record, group.names, group.born)
        for changes in group.changes:
            update(connection, schema.record, changes.names, changes.rows)
            # apart, since an index over a million of them is touched
            update(connection, schema.record, ("facts",), changes.moved)
        insert(connection, schema.revision, schema.revision.columns.keys(), group.revisions)
        write_aliases(connection, group.aliases)
        for table, seals in group.seals.items():
            sealing.take(table, seals)


def write_aliases(connection: sa.Connection, aliases: Sequence[Row]) -> None:
    """New keys of records."""
    insert(connection, schema.alias, schema.alias.columns.keys(), aliases)


def confirm(connection: sa.Connection, confirmed: Sequence[tuple[str | None, int]]) -> None:
    """Records, by id, that a newer file, by its stamp, left as they are: whatever is older than that file is stale."""
    update(connection, schema.record, ("modified",), confirmed)


def write_entries(connection: sa.Connection, batch: Batch, batch_id: int, handed: Sequence[Handed], entries: Iterable[Entry]) -> None:
    """Rows kept aside, and entries that this batch mended, replaced or judged anew."""
    opened, changed = [], []
    for entry in entries:
        mended = batch_id if entry.status == "mended" else None
        if entry.id is not None:
            changed.append((entry.status, entry.issues, mended, entry.id))
            continue
        line: Line = entry.line
        form, file = handed[line.source].rows.form, batch.files[line.file]
        opened.append((
            form.name, form.version, entry.kind, entry.status, entry.receipt_id, line.source_id, entry.key, file.desk.desk, file.desk.team,
            line.known.id if line.known else None, batch_id, line.file, line.sheet, line.row, stamp(entry.modified),
            handed[line.source].text(line.position), entry.issues, entry.row_hash, mended,
        ))  # fmt: skip
    insert(connection, schema.quarantine, [column.name for column in schema.quarantine.c if column.name != "id"], opened)
    update(connection, schema.quarantine, ("status", "issues", "mended_batch"), changed)
