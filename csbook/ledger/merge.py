"""Merge: a batch into the ledger in one transaction, every row accounted for."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from csbook import messages
from csbook.issues import Issue, UnfinishedError
from csbook.ledger import audit, numbers, schema, tombstones, write
from csbook.ledger.batch import Batch, Counts, Held, Merged, batch_name
from csbook.ledger.current import current
from csbook.ledger.entry_rows import stored_row
from csbook.ledger.handed import Handed, Line, prepare
from csbook.ledger.judge import Judge
from csbook.ledger.known import Memory, disputed, recall, remember
from csbook.ledger.report import report
from csbook.ledger.seal import Seals, seal
from csbook.ledger.values import loads
from csbook.ledger.verdicts import Verdicts

Added = dict[str, list[write.Row]]  # table -> new rows
# see Merged.changes
Changes = tuple[dict[int, Mapping[str, Sequence[Any]]], ...]


def merge(connection: sa.Connection, batch: Batch, lang: str) -> Merged:
    """Judge and store a batch that has rows; the caller commits or rolls back.

    Raises UnfinishedError where rows read and rows accounted for differ.
    """
    with _uncollected():
        return _merge(connection, batch, lang)


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Many objects are made here and no cycles: Python's search for some would take a tenth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _merge(connection: sa.Connection, batch: Batch, lang: str) -> Merged:
    handed, forms = prepare(batch)
    lines = [line for of_form in forms.values() for line in of_form]
    numbers.lock(connection)
    judged = {form: (of_form, *_judge(connection, form, of_form, handed, batch)) for form, of_form in forms.items()}
    counts = _counts(batch, lines)
    batch_id = write.write_batch(connection, batch, counts)
    added: Added = {"revision": [], "alias": []}
    for of_form, memory, verdicts in judged.values():
        for table, rows in _write(connection, batch, batch_id, handed, of_form, memory, verdicts).items():
            added[table] += rows
    _conserve(connection, batch_id, counts, lang)
    sealed = _seal(connection, batch_id, added, judged)
    audit.append(connection, "merge", batch_id, {**_entry(batch, batch_id, counts, handed), "sealed": sealed})
    issues = tuple(issue for of_form, _, verdicts in judged.values() for issue in report(verdicts.findings, of_form, handed, batch))
    changes = _changes(batch, (verdicts for _, _, verdicts in judged.values()))
    return _merged(batch, batch_id, lines, issues, counts, changes, _held(batch, handed, lines))


def nothing(batch: Batch) -> Merged:
    """What became of a batch without a row."""
    return _merged(batch, None, [], (), tuple(Counts() for _ in batch.files), _changes(batch, ()), _held(batch, (), ()))


def _judge(connection: sa.Connection, form: str, lines: list[Line], handed: Sequence[Handed], batch: Batch) -> tuple[Memory, Verdicts]:
    memory = recall(connection, form, [line.key for line in lines], [line.facts for line in lines])
    remember(connection, disputed(memory, ((line.key, line.facts, line.row_hash) for line in lines)))
    buried = tombstones.buried(connection, form, lines, [file.desk.desk for file in batch.files])
    return memory, Judge(memory, handed, batch.files, buried).judge(lines)


def _write(
    connection: sa.Connection, batch: Batch, batch_id: int, handed: Sequence[Handed], lines: list[Line], memory: Memory, verdicts: Verdicts
) -> Added:
    """Write what became of the rows of one form; returns the rows that it added to `revision` and `alias`."""
    form = handed[lines[0].source].rows.form
    after = []
    for source in sorted({revision.line.source for revision in verdicts.revisions}):
        of_source = [revision for revision in verdicts.revisions if revision.line.source == source]
        after.append(current(handed[source], of_source, batch.now))
    revisions = write.write_records(connection, batch, batch_id, form, after)
    aliases = write.write_aliases(connection, batch_id, form.name, verdicts.aliases)
    write.confirm(connection, {line.known for line in lines if line.known is not None})
    write.write_entries(connection, batch, batch_id, handed, memory.touched())
    return {"revision": revisions, "alias": aliases}


def _counts(batch: Batch, lines: list[Line]) -> tuple[Counts, ...]:
    """Rows by outcome, per file; `read` is counted where the rows were read, not where they were judged."""
    counts = tuple(Counts() for _ in batch.files)
    for rows in batch.rows:
        for block in rows.places["block"]:
            counts[rows.blocks[block].file].read += 1
    for line in lines:
        counts[line.file].add(line.outcome, mended=line.mended)
    return counts


def _conserve(connection: sa.Connection, batch_id: int, counts: Sequence[Counts], lang: str) -> None:
    """Rows read = rows accounted for, file by file; what was stored is what was counted."""
    total, of_batch = Counts.sum(counts), schema.revision.c.batch_id == batch_id
    count = sa.func.count()
    stored, born = connection.execute(sa.select(count, count.filter(schema.revision.c.seq == 1)).where(of_batch)).one()
    if not all(each.balanced for each in counts) or stored != total.new + total.updated or born != total.new:
        words = {"read": total.read, "accepted": total.new + total.updated, "stored": stored}
        raise UnfinishedError(messages.text(lang, "ledger.unbalanced", **words))


def _seal(connection: sa.Connection, batch_id: int, added: Added, judged: Mapping[str, tuple[list[Line], Memory, Verdicts]]) -> Seals:
    """Seals of everything that the batch wrote."""
    known = {line.known for lines, _, _ in judged.values() for line in lines if line.known is not None}
    entries = {entry.id for _, memory, _ in judged.values() for entry in memory.touched() if entry.id is not None}
    return seal(connection, batch_id, added, {each.id for each in known if each.revised or each.confirmed}, entries)


def _entry(batch: Batch, batch_id: int, counts: Sequence[Counts], handed: Sequence[Handed]) -> dict[str, object]:
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


def _changes(batch: Batch, judged: Iterable[Verdicts]) -> Changes:
    changes: Changes = tuple({} for _ in batch.rows)
    for revision in (revision for verdicts in judged for revision in verdicts.revisions if revision.changed):
        changes[revision.line.source][revision.line.position] = revision.changed
    return changes


def _held(batch: Batch, handed: Sequence[Handed], lines: Iterable[Line]) -> tuple[dict[int, Held], ...]:
    """What the ledger holds of the records that rows kept aside are about."""
    found: tuple[dict[int, Held], ...] = tuple({} for _ in batch.rows)
    for line in lines:
        if line.receipt_id is not None and line.known is not None and line.known.history:
            form, said = handed[line.source].rows.form, handed[line.source].present[line.block]
            held, row = (stored_row(form, loads(content)) for content in (line.known.history[-1], line.content))
            names = [each.name for each in form.fields if each.typed and each.name in said]
            found[line.source][line.position] = Held(held, tuple(name for name in names if held.get(name) != row.get(name)))
    return found


def _merged(
    batch: Batch,
    batch_id: int | None,
    lines: list[Line],
    issues: tuple[Issue, ...],
    counts: tuple[Counts, ...],
    changes: Changes,
    held: tuple[dict[int, Held], ...],
) -> Merged:
    outcomes, numbers_of, receipts = ([pd.Series(index=rows.frame.index, dtype="str") for rows in batch.rows] for _ in range(3))
    for source in range(len(batch.rows)):
        of_source = [line for line in lines if line.source == source]
        where = [line.position for line in of_source]
        outcomes[source].iloc[where] = [line.outcome for line in of_source]
        numbers_of[source].iloc[where] = [line.known.record_no if line.known else None for line in of_source]
        receipts[source].iloc[where] = [line.receipt_id for line in of_source]
    return Merged(
        batch_id=None if batch_id is None else batch_name(batch_id),
        outcomes=tuple(outcomes),
        numbers=tuple(numbers_of),
        receipts=tuple(receipts),
        changes=changes,
        held=held,
        mended=sum(each.mended for each in counts),
        issues=issues,
        counts=counts,
    )
