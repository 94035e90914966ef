"""Batch: what one merge is handed, and what it says became of each row."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from csbook.issues import Issue
from csbook.ledger.database.schema import COUNTS
from csbook.rows import Rows, SourceFile

NEW, UPDATED, UNCHANGED, STALE, CONFLICT, QUARANTINED = COUNTS[1:-1]


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Everything handed in at once; `good` and `issues` stand beside `rows`.

    good: per row of the frame, may it go in?
    issues: findings on rows: `row` (index of the frame) and any of code, severity, field, rule, cell.
    now: naive local time of the batch; user: who runs it.
    """

    rows: tuple[Rows, ...]
    good: tuple[pd.Series, ...]
    issues: tuple[pd.DataFrame, ...]
    files: tuple[SourceFile, ...]
    now: dt.datetime
    user: str


@dataclass(kw_only=True)
class Counts:
    """Rows by outcome, of one file or in all; `mended` counts rows among new, updated and unchanged."""

    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    stale: int = 0
    conflict: int = 0
    quarantined: int = 0
    mended: int = 0

    def add(self, outcome: str, count: int = 1, *, mended: int = 0) -> None:
        """Count rows of one outcome."""
        setattr(self, outcome, getattr(self, outcome) + count)
        self.mended += mended

    @property
    def balanced(self) -> bool:
        """Conservation: every row read has exactly one outcome."""
        return self.read == self.new + self.updated + self.unchanged + self.stale + self.conflict + self.quarantined

    def as_columns(self) -> dict[str, int]:
        """As the columns of the tables batch and source_file."""
        return {f"rows_{name}": getattr(self, name) for name in COUNTS}

    @classmethod
    def sum(cls, parts: Iterable[Counts]) -> Counts:
        """All parts together."""
        counted = list(parts)
        return cls(**{name: sum(map(operator.attrgetter(name), counted)) for name in COUNTS})


@dataclass(frozen=True)
class Held:
    """A record as it stands, as csbook.ledger.reading.entry_rows gives it, and the fields in which a row about it says something else."""

    row: Mapping[str, Any]
    differs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Merged:
    """What became of a batch.

    batch_id: None where no row was read and nothing was stored.
    outcomes, numbers: per entry of Batch.rows, on its frame's index; a number is missing where the row belongs to no record.
    receipts: the same for the ids under which rows kept aside are handed in again.
    changes: per entry of Batch.rows, row of the frame → field → [old, new] as stored, of updated rows.
    held: the same row → what the ledger holds of the record that a row kept aside is about.
    mended: rows that closed an entry of the quarantine. counts: per entry of Batch.files.
    """

    batch_id: str | None
    outcomes: tuple[pd.Series, ...]
    numbers: tuple[pd.Series, ...]
    receipts: tuple[pd.Series, ...]
    changes: tuple[Mapping[int, Mapping[str, Sequence[Any]]], ...]
    held: tuple[Mapping[int, Held], ...]
    mended: int
    issues: tuple[Issue, ...]
    counts: tuple[Counts, ...]

    @property
    def totals(self) -> Counts:
        """All files together."""
        return Counts.sum(self.counts)


def batch_name(number: int) -> str:
    """A batch as people are told of it: B0007."""
    return f"B{number:04}"
