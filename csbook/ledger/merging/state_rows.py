"""State rows: what states add to the tables record, revision and alias, as rows for the driver, made without a look at the ledger."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from csbook.forms.form import Form
from csbook.forms.stored import stored
from csbook.ledger.audit.seal import Seals, digests
from csbook.ledger.batch import Batch
from csbook.ledger.database import schema
from csbook.ledger.database.schema import COLUMNS, FIRSTS, STAMP
from csbook.ledger.database.values import cells, stamp, texts
from csbook.ledger.merging.current import Current, former
from csbook.ledger.merging.spelled import objects
from csbook.ledger.merging.states import States

KEPT = ("rest", "filled", "row_hash", "seq", "modified", "last_batch", "updated_at")

Row = tuple[Any, ...]
Columns = Mapping[str, Iterable[Any]]


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Known records as they stand after the batch. rows: `names` and the id; moved: facts and id of those known by other facts now."""

    names: Sequence[str]
    rows: list[Row]
    moved: list[Row]


@dataclass(frozen=True, kw_only=True)
class StateRows:
    """What a group of states adds, in the order in which tables and indexes grow at their ends.

    born: new records, as far as any of them fills a column (`names`). revisions: every state. aliases: new keys of records, by their ids.
    seals: of all of them.
    """

    seals: Seals
    names: Sequence[str] = ()
    born: Sequence[Row] = ()
    changes: Sequence[Changes] = ()
    revisions: Sequence[Row] = ()
    aliases: Sequence[Row] = ()


def state_rows(after: Sequence[Current], batch: Batch, batch_id: int) -> StateRows:
    """The rows of these states; no other state of the batch is about a record of theirs."""
    names, revision = schema.record.columns.keys(), schema.revision.columns.keys()
    columns = [_columns(current, batch, batch_id) for current in after]
    born = [*itertools.chain.from_iterable(_born(_rows(each, names), current) for each, current in zip(columns, after, strict=True))]
    born.sort(key=operator.itemgetter(names.index("id")))
    revisions = [*itertools.chain.from_iterable(_revisions(current, batch_id) for current in after)]
    revisions.sort(key=operator.itemgetter(0, 1))
    there = [place for place, name in enumerate(names) if any(name in each for each in columns)]  # the columns of other forms are empty
    return StateRows(
        names=[names[place] for place in there],
        born=list(map(operator.itemgetter(*there), born)) if born else [],
        changes=[_changes(each, current) for each, current in zip(columns, after, strict=True) if current.states.known],
        revisions=revisions,
        seals={"record": digests("record", names, born), "revision": digests("revision", revision, revisions)},
    )


def _born(rows: Iterator[Row], current: Current) -> Iterator[Row]:
    known, last = current.states.known, current.states.last
    return itertools.compress(rows, [each.born and end for each, end in zip(known, last, strict=True)]) if known else rows


def _changes(columns: Columns, current: Current) -> Changes:
    known, names = current.states.known, ("form_version", "state", *_own_columns(current.form), *KEPT)
    old = [last and not each.born for each, last in zip(known, current.states.last, strict=True)]
    moved = [each.moved and last for each, last in zip(known, old, strict=True)]
    return Changes(
        names=names,
        rows=[*itertools.compress(_rows(columns, (*names, "id")), old)],
        moved=[*itertools.compress(_rows(columns, ("facts", "id")), moved)],
    )


def _rows(columns: Columns, names: Iterable[str]) -> Iterator[Row]:
    """Rows of these columns; one that is not there is empty."""
    return zip(*(columns.get(name, itertools.repeat(None)) for name in names), strict=False)


def _columns(current: Current, batch: Batch, batch_id: int) -> Columns:
    """The columns of `record`, as far as these records fill any."""
    states, form, frame, types = current.states, current.form, current.frame, stored(current.form)
    (files, source_ids), desks = _first(states), [file.desk for file in batch.files]
    there = [name for name in _own_columns(form) if name in frame and frame[name].notna().any()]
    own: dict[str, Iterable[Any]] = {name: cells(frame[name], types[name]) for name in there}
    kept = {**types, **former(states)}
    rest = {name: (frame[name], type_) for name, type_ in kept.items() if name in frame and COLUMNS.get(name) != type_}
    said = [each.firsts for each in states.known]
    firsts = {name: [each.get(name) for each in said] if said else own[field] for name, field in FIRSTS.items() if said or field in own}
    always = {"form": form.name, "form_version": form.version, "first_batch": batch_id, "last_batch": batch_id}
    always |= dict.fromkeys(("created_at", "updated_at"), stamp(batch.now))
    return {
        **own, **firsts, **{name: itertools.repeat(value) for name, value in always.items()},
        "id": states.ids, "source_id": source_ids, "record_no": states.numbers,
        "desk": [desks[file].desk for file in files], "team": [desks[file].team for file in files],
        "state": current.state.tolist(), "rest": objects(rest, len(frame)).to_pylist(),
        "filled": current.filled, "facts": states.facts, "row_hash": states.row_hash, "seq": states.seq, "modified": states.modified,
    }  # fmt: skip


def _first(states: States) -> tuple[list[int], list[str | None]]:
    """Per state its file and source id; of a new record those it first came with, whatever revised it within the batch."""
    files, source_ids = states.lines["file"].tolist(), list(texts(states.lines["source_id"]))
    for row, known in enumerate(states.known):
        if known.born:
            files[row], source_ids[row] = known.birth.file, known.birth.source_id
    return files, source_ids


def _own_columns(form: Form) -> list[str]:
    """The columns of `record` that this form fills; the other forms' stay empty."""
    return [name for name, type_ in stored(form).items() if COLUMNS.get(name) == type_]


def _revisions(current: Current, batch_id: int) -> Iterator[Row]:
    states, frame, lines = current.states, current.frame, current.states.lines
    resolved = cells(frame["resolved_at"], STAMP) if "resolved_at" in frame else itertools.repeat(None)
    sheets = [states.handed.rows.blocks[block].sheet for block in lines["block"].tolist()]
    return zip(
        states.ids, states.seq, itertools.repeat(batch_id), lines["file"].tolist(), sheets, lines["row"].tolist(), states.changed,
        current.state.tolist(), resolved, current.filled, states.row_hash, states.content, strict=False,
    )  # fmt: skip


def alias_rows(form: str, keys: pa.Array, ids: pa.Array, batch_id: int) -> StateRows:
    """Rows of keys, each of the record beside it; all keys of a record that are new with a batch come together."""
    order = pc.array_sort_indices(keys)
    sorted_keys, records = (column.take(order).to_pylist() for column in (keys, ids))
    rows: list[Row] = [*zip(itertools.repeat(form), sorted_keys, records, itertools.repeat(batch_id), strict=False)]
    return StateRows(aliases=rows, seals={"alias": digests("alias", schema.alias.columns.keys(), rows)})
