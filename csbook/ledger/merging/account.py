"""Account: what became of every row of a batch, filled as it is judged."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from csbook.issues import Issue
from csbook.ledger.batch import Batch, Counts, Held, Merged, batch_name
from csbook.ledger.database.values import dumps, loads
from csbook.ledger.merging.handed import Handed
from csbook.ledger.merging.kept import Kept
from csbook.ledger.merging.lines import Line
from csbook.ledger.merging.verdicts import Revision
from csbook.ledger.reading.entry_rows import stored_row

Changed = Mapping[str, Sequence[Any]]


class Account:
    """What Merged tells. `read` is counted where the rows were read, not where they were judged."""

    def __init__(self, batch: Batch, handed: Sequence[Handed]) -> None:
        self._batch = batch
        self._outcomes, self._numbers, self._receipts = (
            [np.full(len(rows.places), None, "object") for rows in batch.rows] for _ in range(3)
        )
        self._changes = tuple(Kept[Changed](lambda changed: dict(loads(changed))) for _ in batch.rows)
        self._held = tuple(Kept[Held](_holding(each)) for each in handed)
        self._issues: list[Issue] = []
        self.counts = tuple(Counts() for _ in batch.files)
        for rows in batch.rows:
            files = np.array([block.file for block in rows.blocks], "int64")[rows.places["block"].to_numpy("int64")]
            for counts, count in zip(self.counts, np.bincount(files, minlength=len(self.counts)).tolist(), strict=True):
                counts.read += count

    def alike(self, lines: pd.DataFrame, outcome: str, numbers: pd.Series) -> None:
        """Lines (see csbook.ledger.merging.lines) that became the same; the numbers of their records."""
        sources, positions, told = (column.to_numpy() for column in (lines["source"], lines["position"], numbers.astype("object")))
        for source in np.unique(sources).tolist():
            here = sources == source
            self._outcomes[source][positions[here]], self._numbers[source][positions[here]] = outcome, told[here]
        for counts, count in zip(self.counts, np.bincount(lines["file"], minlength=len(self.counts)).tolist(), strict=True):
            counts.add(outcome, count)

    def judged(self, lines: Iterable[Line]) -> None:
        """Lines that were judged, and the numbers that their records have by now."""
        kept_aside: dict[int, list[Line]] = {}
        for line in lines:
            self._outcomes[line.source][line.position], self._receipts[line.source][line.position] = line.outcome, line.receipt_id
            self._numbers[line.source][line.position] = line.known.record_no if line.known else None
            self.counts[line.file].add(line.outcome, mended=line.mended)
            if line.receipt_id is not None and line.known is not None and line.known.history:
                kept_aside.setdefault(line.source, []).append(line)
        for source, about in kept_aside.items():
            held = [line.known.history[-1] for line in about if line.known]
            told, blocks = [line.content for line in about], [line.block for line in about]
            self._held[source].keep([line.position for line in about], held=held, told=told, block=blocks)

    def revised(self, revisions: Iterable[Revision]) -> None:
        """What the new states of records changed in them."""
        by_source = operator.attrgetter("line.source")
        for source, of_source in itertools.groupby(sorted(revisions, key=by_source), key=by_source):
            changing = [each for each in of_source if each.changed]
            self._changes[source].keep([each.line.position for each in changing], changed=[dumps(each.changed) for each in changing])

    def found(self, issues: Iterable[Issue]) -> None:
        """Issues of one form."""
        self._issues += issues

    def merged(self, batch_id: int | None) -> Merged:
        """All of it."""
        outcomes, numbers, receipts = (
            tuple(pd.Series(values, index=rows.places.index, dtype="str") for values, rows in zip(column, self._batch.rows, strict=True))
            for column in (self._outcomes, self._numbers, self._receipts)
        )
        return Merged(
            batch_id=None if batch_id is None else batch_name(batch_id),
            outcomes=outcomes,
            numbers=numbers,
            receipts=receipts,
            changes=self._changes,
            held=self._held,
            mended=sum(each.mended for each in self.counts),
            issues=tuple(self._issues),
            counts=self.counts,
        )


def _holding(handed: Handed) -> Callable[..., Held]:
    """What gives the record that a row is about, and the row beside it, from their contents and the row's block."""

    def read(held: str, told: str, block: int) -> Held:
        form, said = handed.rows.form, handed.present[block]
        record, row = stored_row(form, loads(held)), stored_row(form, loads(told))
        names = [field.name for field in form.fields if field.typed and field.name in said]
        return Held(record, tuple(name for name in names if record.get(name) != row.get(name)))

    return read
