"""Merge: a batch into the ledger in one transaction, every row accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from csbook import messages
from csbook.issues import UnfinishedError
from csbook.ledger.audit import chain
from csbook.ledger.audit.seal import Sealing
from csbook.ledger.batch import Batch, Counts, Merged
from csbook.ledger.database import schema, sequences
from csbook.ledger.merging import write
from csbook.ledger.merging.account import Account
from csbook.ledger.merging.handed import Handed
from csbook.ledger.merging.lines import prepare
from csbook.ledger.merging.one_form import OneForm


def merge(connection: sa.Connection, batch: Batch, lang: str) -> Merged:
    """Judge and store a batch that has rows; the caller commits or rolls back.

    Raises UnfinishedError where rows read and rows accounted for differ.
    """
    handed, forms = prepare(batch)
    sequences.lock(connection)
    batch_id = write.write_batch(connection, batch)
    account, sealing = Account(batch, handed), Sealing(connection, batch_id)
    for lines in forms.values():
        OneForm(connection, batch, batch_id, handed, lines, account, sealing).merge()
    write.write_counts(connection, batch_id, account.counts)
    _conserve(connection, batch_id, account.counts, lang)
    chain.append(connection, "merge", batch_id, {**_entry(batch, batch_id, account.counts, handed), "sealed": sealing.rest()})
    return account.merged(batch_id)


def nothing(batch: Batch) -> Merged:
    """What became of a batch without a row."""
    handed = [Handed(rows, issues) for rows, issues in zip(batch.rows, batch.issues, strict=True)]
    return Account(batch, handed).merged(None)


def _conserve(connection: sa.Connection, batch_id: int, counts: Sequence[Counts], lang: str) -> None:
    """Rows read = rows accounted for, file by file; what was stored is what was counted."""
    total, of_batch = Counts.sum(counts), schema.revision.c.batch_id == batch_id
    count = sa.func.count()
    stored, born = connection.execute(sa.select(count, count.filter(schema.revision.c.seq == 1)).where(of_batch)).one()
    if not all(each.balanced for each in counts) or stored != total.new + total.updated or born != total.new:
        words = {"read": total.read, "accepted": total.new + total.updated, "stored": stored}
        raise UnfinishedError(messages.text(lang, "ledger.unbalanced", **words))


def _entry(batch: Batch, batch_id: int, counts: Sequence[Counts], handed: Sequence[Handed]) -> dict[str, Any]:
    """What the chain says of a batch. `layouts`: which field stood in which column; few, since the copies of a template share one."""
    tables: dict[int, list[tuple[str, int, int]]] = {}
    layouts: list[dict[str, str]] = []
    for each in handed:
        for block, letters in zip(each.rows.blocks, each.letters, strict=True):
            if letters not in layouts:
                layouts.append(letters)
            tables.setdefault(block.file, []).append((block.sheet, block.header_row, layouts.index(letters)))
    files = [
        {"path": str(file.path), "sha256": file.sha256, "verdict": file.verdict, "tables": tables.get(number, [])}
        for number, file in enumerate(batch.files)
    ]
    words = {"batch": batch_id, "at": str(batch.now), "by": batch.user, "counts": vars(Counts.sum(counts))}
    return {**words, "files": files, "layouts": layouts}
