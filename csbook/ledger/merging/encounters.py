"""Encounters: which records and entries of the quarantine the lines of a form meet, in columns: objects would fill the memory."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from csbook import identity
from csbook.identity import Facts
from csbook.ledger.database.schema import alias, quarantine, record
from csbook.ledger.database.store import CHUNK, any_of, moment, rows_in
from csbook.ledger.database.values import arrow
from csbook.ledger.merging.known import newer

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
SEVERAL = -1  # more than one line
KNOWN = {
    **dict.fromkeys(("key", "record", "place"), "int64"), **dict.fromkeys(("settled", "same", "newer"), "bool"),
    **dict.fromkeys(("number", "facts"), "str"),
}  # fmt: skip


@dataclass(frozen=True)
class Coded:
    """A text column of lines. texts: the distinct ones, in order; of_lines: the number of each line's; only: of each text the one line
    that has it, or SEVERAL.
    """

    texts: pa.Array
    of_lines: Numbers
    only: Numbers

    @classmethod
    def of(cls, column: pd.Series) -> Coded:
        encoded = arrow(column).dictionary_encode()
        order = pc.array_sort_indices(encoded.dictionary).to_numpy()
        rank = np.empty(len(order), "int64")
        rank[order] = np.arange(len(order))
        numbers = rank[encoded.indices.to_numpy()]
        only = np.full(len(order), SEVERAL, "int64")
        only[numbers] = np.arange(len(numbers))
        only[np.bincount(numbers, minlength=len(order)) > 1] = SEVERAL
        return cls(encoded.dictionary.take(order), numbers, only)

    @property
    def repeated(self) -> Mask:
        """Per line: has another one the same text?"""
        repeated: Mask = self.only[self.of_lines] == SEVERAL
        return repeated

    def among(self, numbers: pd.Series | Numbers) -> Mask:
        """Per line: is the number of its text one of these?"""
        wanted = np.zeros(len(self.texts), "bool")
        wanted[numbers] = True
        return wanted[self.of_lines]

    def chunks(self, numbers: Numbers) -> Iterator[dict[str, int]]:
        """These texts and their numbers, CHUNK at a time."""
        for start in range(0, len(numbers), CHUNK):
            part = numbers[start : start + CHUNK]
            yield dict(zip(self.texts.take(part).to_pylist(), part.tolist(), strict=True))


@dataclass(frozen=True, kw_only=True)
class Encounters:
    """What the lines of a form meet in the ledger.

    keys, told: of the lines; complete: are the facts of each?
    records: those known by a key. key: its number; place: of the key's only line, or SEVERAL; settled: does that line tell the same facts?
    same: and have the same content? newer: does its file make older ones stale? number: the record's.
    alike: those (`record`) of which lines that their key does not settle tell the same complete facts (`told`, its number).
    entries: those (`entry`) of the quarantine that a key (its number) leads to, or the place of its line (see `with_stood`).
    mixed: lines that leave facts open, so that their record comes to facts which another line tells, and those other ones.
    """

    keys: Coded
    told: Coded
    complete: Mask
    records: pd.DataFrame
    alike: pd.DataFrame
    entries: pd.DataFrame
    mixed: Mask

    def with_stood(self, stood: pd.DataFrame) -> Encounters:
        """With the entries that lines meet by their place (see csbook.ledger.merging.stood)."""
        entries = pd.DataFrame({"key": self.keys.of_lines[stood["place"]], "entry": stood["entry"]})
        return dataclasses.replace(self, entries=pd.concat([self.entries, entries], ignore_index=True))


def meet(connection: sa.Connection, form: str, lines: pd.DataFrame, stamps: Sequence[dt.datetime | None]) -> Encounters:
    """Look up lines (see csbook.ledger.merging.lines); `stamps` has dcterms:modified of each file."""
    keys, told = Coded.of(lines["key"]), Coded.of(lines["told"])
    complete = identity.complete(lines["told"]).to_numpy()
    there = any_of(connection, record, form)
    found = _records(connection, form, lines, keys, complete, stamps) if there else _nothing(KNOWN)
    settled = found[found["settled"] & ~found["key"].duplicated(keep=False) & ~found["record"].duplicated(keep=False)]
    doubtful = complete.copy()
    doubtful[settled["place"]] = False
    return Encounters(
        keys=keys,
        told=told,
        complete=complete,
        records=found,
        alike=_alike(connection, form, told, np.unique(told.of_lines[doubtful] if there else [])),
        entries=_entries(connection, form, keys),
        mixed=_mixed(lines, keys, told, complete, found) if there else np.zeros(len(lines), "bool"),
    )


def _records(
    connection: sa.Connection, form: str, lines: pd.DataFrame, keys: Coded, complete: Mask, stamps: Sequence[dt.datetime | None]
) -> pd.DataFrame:
    columns = record.c.id, record.c.record_no, record.c.facts, record.c.row_hash, record.c.modified
    query = sa.select(alias.c.source_key, *columns).join_from(alias, record).where(alias.c.form == form)
    told, hashes, files = arrow(lines["told"]), arrow(lines["row_hash"]), lines["file"].to_numpy()
    vague = np.zeros(len(keys.texts), "bool")  # keys of lines that leave a fact open
    vague[keys.of_lines[~complete]] = True
    at = functools.cache(moment)
    parts = []
    for numbers in keys.chunks(np.arange(len(keys.texts))):
        rows = list(rows_in(connection, query, alias.c.source_key, numbers))
        if rows:
            names, ids, record_numbers, facts, row_hashes, modified = zip(*rows, strict=True)
            key = np.array([numbers[name] for name in names])
            place = keys.only[key]
            alone = place != SEVERAL
            same_facts, same_content = (
                alone & pc.equal(column.take(np.maximum(place, 0)), pa.array(stored, column.type)).to_numpy(zero_copy_only=False)
                for column, stored in ((told, facts), (hashes, row_hashes))
            )
            fresh = [newer(stamps[file], at(each)) for file, each in zip(files[place].tolist(), modified, strict=True)]
            parts.append(pd.DataFrame({
                "key": key, "record": ids, "place": place, "settled": same_facts, "same": same_facts & same_content, "newer": fresh,
                "number": pd.Series(record_numbers, dtype="str"), "facts": pd.Series(facts, dtype="str").where(vague[key]),
            }))  # fmt: skip
    return pd.concat(parts, ignore_index=True) if parts else _nothing(KNOWN)


def _alike(connection: sa.Connection, form: str, told: Coded, numbers: Numbers) -> pd.DataFrame:
    # not the bare column: SQLite would go through all records of the form by the index of numbers, not to these by that of facts
    query = sa.select(record.c.facts, record.c.id).where(record.c.form + "" == form)
    chunks = told.chunks(numbers)
    found = [(chunk[facts], number) for chunk in chunks for facts, number in rows_in(connection, query, record.c.facts, chunk)]
    return pd.DataFrame(found, columns=["told", "record"], dtype="int64")


def _entries(connection: sa.Connection, form: str, keys: Coded) -> pd.DataFrame:
    found = []
    if any_of(connection, quarantine, form):
        for chunk in keys.chunks(np.arange(len(keys.texts))):
            for column in (quarantine.c.source_key, quarantine.c.receipt_id):
                query = sa.select(column, quarantine.c.id).where(quarantine.c.form == form)
                found += [(chunk[key], number) for key, number in rows_in(connection, query, column, chunk)]
    return pd.DataFrame(found, columns=["key", "entry"], dtype="int64")


def _mixed(lines: pd.DataFrame, keys: Coded, told: Coded, complete: Mask, records: pd.DataFrame) -> Mask:
    """What a line leaves open is as its record said before (Facts.or_else)."""
    vague = pd.DataFrame({"place": np.arange(len(lines)), "key": keys.of_lines, "told": lines["told"]})[~complete]
    pairs = vague.merge(records.loc[records["facts"].notna(), ["key", "facts"]], on="key")
    pairs = pairs[pairs["told"] != pairs["facts"]]
    both = [Facts.read(one).or_else(Facts.read(other)).joined for one, other in zip(pairs["told"], pairs["facts"], strict=True)]
    number = pd.Series(pc.index_in(pa.array(both, told.texts.type), told.texts).to_pandas())
    mixed = told.among(number.dropna().astype("int64"))
    mixed[pairs["place"][number.notna().to_numpy()]] = True
    return mixed


def _nothing(columns: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=type_) for name, type_ in columns.items()})
