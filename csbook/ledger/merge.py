"""Merge: a batch into the ledger in one transaction, every row accounted for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from csbook import messages
from csbook.issues import Issue, UnfinishedError
from csbook.ledger import audit, births, numbers, schema, states, tombstones, write
from csbook.ledger.batch import NEW, Batch, Counts, Held, Merged, batch_name
from csbook.ledger.current import Current, current
from csbook.ledger.entry_rows import stored_row
from csbook.ledger.handed import Handed
from csbook.ledger.judge import Judge
from csbook.ledger.known import Memory, disputed, recall, remember
from csbook.ledger.lines import Line, newcomers, one_by_one, prepare
from csbook.ledger.report import report
from csbook.ledger.seal import Sealing, Seals, seal
from csbook.ledger.values import loads, texts
from csbook.ledger.verdicts import Verdicts

ALIASES = 50_000  # keys of new records that are written at once
# see Merged.changes
Changes = tuple[dict[int, Mapping[str, Sequence[Any]]], ...]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The lines of one form: `new` has source, position and file of those that are surely new records, `others` were judged."""

    lines: pd.DataFrame
    new: pd.DataFrame
    others: Sequence[Line]
    memory: Memory
    verdicts: Verdicts


def merge(connection: sa.Connection, batch: Batch, lang: str) -> Merged:
    """Judge and store a batch that has rows; the caller commits or rolls back.

    Raises UnfinishedError where rows read and rows accounted for differ.
    """
    handed, forms = prepare(batch)
    numbers.lock(connection)
    judged = [_judge(connection, form, lines, handed, batch) for form, lines in forms.items()]
    counts = _counts(batch, judged)
    batch_id = write.write_batch(connection, batch, counts)
    sealing = Sealing(connection, batch_id)
    for each in judged:
        _write(connection, batch, batch_id, handed, each, sealing)
    _conserve(connection, batch_id, counts, lang)
    sealed = _seal(connection, batch_id, sealing.rest, judged)
    audit.append(connection, "merge", batch_id, {**_entry(batch, batch_id, counts, handed), "sealed": sealed})
    issues = tuple(issue for each in judged for issue in report(each.verdicts.findings, each.lines["file"], handed, batch))
    return _merged(batch, handed, judged, batch_id, issues, counts)


def nothing(batch: Batch) -> Merged:
    """What became of a batch without a row."""
    return _merged(batch, (), (), None, (), tuple(Counts() for _ in batch.files))


def _judge(connection: sa.Connection, form: str, lines: pd.DataFrame, handed: tuple[Handed, ...], batch: Batch) -> Judged:
    memory = recall(connection, form, texts(lines["key"]), texts(lines["told"]))
    buried = tombstones.buried(connection, form, lines, [file.desk.desk for file in batch.files])
    new = newcomers(lines, memory, buried)
    others = list(one_by_one(lines[~new], handed))
    remember(connection, disputed(memory, ((line.key, line.facts, line.row_hash) for line in others)))
    verdicts = Judge(memory, handed, batch.files, buried).judge(others)
    return Judged(lines=lines, new=lines.loc[new, ["source", "position", "file"]], others=others, memory=memory, verdicts=verdicts)


def _write(connection: sa.Connection, batch: Batch, batch_id: int, handed: Sequence[Handed], judged: Judged, sealing: Sealing) -> None:
    """Write what became of the rows of one form."""
    form = handed[int(judged.lines["source"].to_numpy()[0])].rows.form
    born = [revision for revision in judged.verdicts.revisions if revision.seq == 1]
    numbered = births.number(connection, form, handed, judged.new, born, batch.now)
    judged.new["number"] = numbered["number"]  # of each new record, for whoever is told
    write.write_records(connection, batch, batch_id, form, _after(judged, handed, numbered, batch), sealing)
    write.write_aliases(connection, batch_id, form.name, [(key, known.id) for key, known in judged.verdicts.aliases], sealing)
    for start in range(0, len(numbered), ALIASES):
        of_part = numbered.iloc[start : start + ALIASES]
        aliases = zip(texts(judged.lines.loc[of_part.index, "key"]), of_part["id"].tolist(), strict=True)
        write.write_aliases(connection, batch_id, form.name, aliases, sealing)
    write.confirm(connection, {line.known for line in judged.others if line.known is not None})
    write.write_entries(connection, batch, batch_id, handed, judged.memory.touched())


def _after(judged: Judged, handed: Sequence[Handed], numbered: pd.DataFrame, batch: Batch) -> Iterator[list[Current]]:
    """Records as they stand: those that were judged, whose states may lie in several entries of the batch, then the new ones in blocks."""
    together = []
    for source in sorted({revision.line.source for revision in judged.verdicts.revisions}):
        of_source = [revision for revision in judged.verdicts.revisions if revision.line.source == source]
        together.append(current(states.judged(handed[source], judged.lines, of_source), batch.now))
    yield together
    for source in judged.new["source"].unique().tolist():
        for block in states.new(handed[source], judged.lines, numbered[judged.new["source"] == source], batch):
            yield [current(block, batch.now)]


def _counts(batch: Batch, judged: Iterable[Judged]) -> tuple[Counts, ...]:
    """Rows by outcome, per file; `read` is counted where the rows were read, not where they were judged."""
    counts = tuple(Counts() for _ in batch.files)
    for rows in batch.rows:
        files = np.array([block.file for block in rows.blocks], "int64")[rows.places["block"].to_numpy("int64")]
        for file, count in enumerate(np.bincount(files, minlength=len(counts)).tolist()):
            counts[file].read += count
    for each in judged:
        for file, count in enumerate(np.bincount(each.new["file"], minlength=len(counts)).tolist()):
            counts[file].new += count
        for line in each.others:
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


def _seal(connection: sa.Connection, batch_id: int, written: Seals, judged: Iterable[Judged]) -> Seals:
    """Seals of everything that the batch wrote."""
    known = {line.known for each in judged for line in each.others if line.known is not None}
    entries = {entry.id for each in judged for entry in each.memory.touched() if entry.id is not None}
    return seal(connection, batch_id, written, {each.id for each in known if not each.born and (each.revised or each.confirmed)}, entries)


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
    handed: Sequence[Handed],
    judged: Sequence[Judged],
    batch_id: int | None,
    issues: tuple[Issue, ...],
    counts: tuple[Counts, ...],
) -> Merged:
    outcomes, numbers_of, receipts = ([np.full(len(rows.places), None, "object") for rows in batch.rows] for _ in range(3))
    for each in judged:
        for source in each.new["source"].unique().tolist():
            lines = each.new[each.new["source"] == source]
            outcomes[source][lines["position"]], numbers_of[source][lines["position"]] = NEW, lines["number"]
        for line in each.others:
            outcomes[line.source][line.position], receipts[line.source][line.position] = line.outcome, line.receipt_id
            numbers_of[line.source][line.position] = line.known.record_no if line.known else None
    others = [line for each in judged for line in each.others]
    told = [
        tuple(pd.Series(values, index=rows.places.index, dtype="str") for values, rows in zip(column, batch.rows, strict=True))
        for column in (outcomes, numbers_of, receipts)
    ]
    return Merged(
        batch_id=None if batch_id is None else batch_name(batch_id),
        outcomes=told[0],
        numbers=told[1],
        receipts=told[2],
        changes=_changes(batch, (each.verdicts for each in judged)),
        held=_held(batch, handed, others),
        mended=sum(each.mended for each in counts),
        issues=issues,
        counts=counts,
    )
