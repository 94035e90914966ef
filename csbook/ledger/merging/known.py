"""Known: what the ledger already holds about the rows of a batch, and what the batch adds to it."""

from __future__ import annotations

import datetime as dt
import operator
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from csbook.identity import Facts
from csbook.ledger.database import schema
from csbook.ledger.database.store import any_of, moment, rows_in
from csbook.ledger.database.values import loads
from csbook.source_ids import source_of


@dataclass(slots=True, eq=False)
class Known:
    """A record while a batch runs. `id` is 0 until a new one is stored; `history` has its contents, oldest first, where a row differs."""

    id: int
    record_no: str | None
    desk: str
    facts: Facts
    row_hash: str
    seq: int
    modified: dt.datetime | None
    firsts: dict[str, str | None] = field(default_factory=dict)
    filled: dict[str, str] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    birth: Any = None  # the line of this batch that made it
    revised: bool = False  # by this batch
    confirmed: bool = False  # a newer file says the same
    moved: bool = False  # its facts are no longer those that are stored
    source: str = ""  # of a foreign record

    @property
    def born(self) -> bool:
        """Is it new with this batch?"""
        return self.birth is not None


@dataclass(slots=True, eq=False)
class Entry:
    """A row kept aside in quarantine. `id` is None while it is not stored; `record` is the stored record that the row is about."""

    id: int | None
    kind: str  # quarantined | conflict
    status: str  # open | mended | replaced
    key: str
    receipt_id: str
    row_hash: str
    modified: dt.datetime | None
    issues: str
    content: str  # the row as handed in, redacted
    path: str  # of the workbook it stood in
    line: Any = None  # the line of this batch that opened it
    changed: bool = False  # status or issues, by this batch


class Memory:
    """Records and quarantine of one form, found by key, by facts and by receipt."""

    def __init__(self) -> None:
        self.by_key: dict[str, list[Known]] = {}
        self.by_facts: dict[Facts, list[Known]] = {}
        self.entries: dict[str, list[Entry]] = {}

    def add_key(self, key: str, known: Known) -> None:
        """The record is known under this key."""
        self.by_key.setdefault(key, []).append(known)

    def add_facts(self, known: Known) -> None:
        """The record can be found by what it says, if that is enough to tell it from others."""
        if known.facts.complete:
            self.by_facts.setdefault(known.facts, []).append(known)

    def add_entry(self, entry: Entry, *others: str) -> None:
        """The entry can be found by the key of its row, by the id in its receipt, and by other keys."""
        for key in {entry.key, entry.receipt_id, *others}:
            self.entries.setdefault(key, []).append(entry)

    def touched(self) -> list[Entry]:
        """Entries that this batch opened or changed, in order."""
        found = dict.fromkeys(entry for entries in self.entries.values() for entry in entries)
        return [entry for entry in found if entry.id is None or entry.changed]


def recall(
    connection: sa.Connection, form: str, keys: Sequence[str], told: Sequence[str], stood: Sequence[tuple[str, str, int]] = ()
) -> Memory:
    """What the ledger holds about rows with these keys and facts, told as Facts.joined.

    stood: key of a row, key and id of the entry that stood where it stands.
    """
    memory, records = Memory(), dict[int, Known]()
    table, alias = schema.record, schema.alias
    names = ("id", "record_no", "desk", "facts", "row_hash", "seq", "modified", "filled", "source_id")
    columns = [table.c[name] for name in names]
    of_keys = sa.select(alias.c.source_key, *columns).join_from(alias, table).where(alias.c.form == form)
    for key, *values in sorted(rows_in(connection, of_keys, alias.c.source_key, keys), key=operator.itemgetter(1)):
        memory.add_key(key, _known(records, values))
    # not the bare column: SQLite would go through all records of the form by the index of numbers, not to these by that of facts
    of_facts = sa.select(*columns).where(table.c.form + "" == form)
    for row in rows_in(connection, of_facts, table.c.facts, _doubtful(memory, keys, told)):
        _known(records, row)
    for _, known in sorted(records.items()):
        memory.add_facts(known)
    by_place = {entry: key for key, _, entry in stood}
    for entry in _entries(connection, form, [*keys, *(waits for _, waits, _ in stood)]):
        memory.add_entry(entry, *(by_place[number] for number in (entry.id,) if number in by_place))
    return memory


def _doubtful(memory: Memory, keys: Sequence[str], told: Sequence[str]) -> set[str]:
    """Facts of the rows that their key does not settle: by it alone a record is known here, and every row under it says the same facts."""
    if not memory.by_key:
        return set(told)
    found = Counter(known for records in memory.by_key.values() for known in records)
    sure = {key: {known.facts.joined for known in records if found[known] == 1} for key, records in memory.by_key.items()}
    doubtful = {key for key, facts in zip(keys, told, strict=True) if facts not in sure.get(key, ())}
    return {facts for key, facts in zip(keys, told, strict=True) if key in doubtful}


def _known(records: dict[int, Known], values: Sequence[Any]) -> Known:
    record_id, number, desk, facts, row_hash, seq, modified, filled, source_id = values
    if record_id not in records:
        known = Known(record_id, number, desk, Facts.read(facts), row_hash, seq, moment(modified), filled=loads(filled))
        known.source = source_of(source_id)
        records[record_id] = known
    return records[record_id]


def _entries(connection: sa.Connection, form: str, keys: Sequence[str]) -> Iterator[Entry]:
    table = schema.quarantine
    if not any_of(connection, table, form):
        return
    found: dict[int, Entry] = {}
    names = ("id", "kind", "status", "source_key", "receipt_id", "row_hash", "modified", "issues", "content")
    file = schema.source_file
    query = (
        sa.select(*(table.c[name] for name in names), file.c.path)
        .join_from(table, file, (table.c.batch_id == file.c.batch_id) & (table.c.file_no == file.c.file_no))
        .where(table.c.form == form)
    )
    keys = list(keys)
    for column in (table.c.source_key, table.c.receipt_id):
        for number, kind, status, key, receipt_id, row_hash, modified, *told in rows_in(connection, query, column, keys):
            found[number] = Entry(number, kind, status, key, receipt_id, row_hash, moment(modified), *told)
    yield from (entry for _, entry in sorted(found.items()))


def remember(connection: sa.Connection, wanted: Iterable[Known]) -> None:
    """Load the contents of every revision of these records."""
    by_id = {known.id: known for known in wanted}
    revision = schema.revision
    query = sa.select(revision.c.record_id, revision.c.seq, revision.c.content).where(revision.c.seq > 0)
    for record_id, _, content in sorted(rows_in(connection, query, revision.c.record_id, by_id)):
        by_id[record_id].history.append(content)


def disputed(memory: Memory, rows: Iterable[tuple[str, Facts, str]]) -> set[Known]:
    """Records in question for a row (key, facts, hash) that says something else or comes under a new key: their histories are needed."""
    found = set()
    for key, facts, row_hash in rows:
        by_key = memory.by_key.get(key, ())
        found |= {known for known in by_key if known.row_hash != row_hash}
        found |= {known for known in memory.by_facts.get(facts, ()) if known not in by_key}
    return found


def newer(stamp: dt.datetime | None, known: dt.datetime | None) -> bool:
    """Does a file of this stamp, which says what a record says, make stale what is older than it?"""
    return stamp is not None if known is None else older(known, stamp)


def older(one: dt.datetime | None, other: dt.datetime | None) -> bool:
    """Is the first stamp before the second? Not where either is missing."""
    return one is not None and other is not None and one < other
