"""Lines: the rows of a batch in the order in which they count, in columns, and one of them as it is judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csbook.identity import Facts
from csbook.ledger.batch import Batch
from csbook.ledger.database.values import texts
from csbook.ledger.merging.handed import Handed
from csbook.ledger.merging.known import Known
from csbook.rows import SourceFile


@dataclass(slots=True, eq=False, kw_only=True)
class Line:
    """One row handed in. `place` leads to its row of the lines, `source` and `position` back to Batch.rows and its frame."""

    place: int
    source: int
    position: int
    file: int
    block: int
    sheet: str
    row: int
    source_id: str | None
    twice: bool
    copy: int
    key: str
    facts: Facts
    content: str
    row_hash: str
    good: bool
    outcome: str = ""
    mended: bool = False
    known: Known | None = None
    receipt_id: str | None = None  # of a row kept aside: the id under which its receipt hands it in again


def prepare(batch: Batch) -> tuple[tuple[Handed, ...], dict[str, pd.DataFrame]]:
    """The batch's rows prepared, and the lines of each form in the order in which they count, numbered by the index.

    Columns of the lines: source, position, file, block, row, source_id, twice, copy, key, told, row_hash (see Handed.lines), good.
    Files run by dcterms:modified, one without it first, then by path (DESIGN, section 6).
    """
    handed = tuple(Handed(rows, issues) for rows, issues in zip(batch.rows, batch.issues, strict=True))
    desks = [file.desk.desk for file in batch.files]
    ranked = sorted(range(len(batch.files)), key=lambda number: _age(batch.files[number]))
    rank = {number: place for place, number in enumerate(ranked)}
    forms: dict[str, list[pd.DataFrame]] = {}
    for source, (each, good) in enumerate(zip(handed, batch.good, strict=True)):
        forms.setdefault(each.rows.form.name, []).append(each.lines(good, desks).assign(source=source))
    return handed, {form: lines for form, parts in forms.items() if len(lines := _in_order(parts, rank))}


def _in_order(parts: list[pd.DataFrame], rank: dict[int, int]) -> pd.DataFrame:
    lines = pd.concat(parts) if len(parts) > 1 else parts[0]
    ranks = lines["file"].map(rank)
    in_order = lines if ranks.is_monotonic_increasing else lines.iloc[np.argsort(ranks.to_numpy(), kind="stable")]
    return in_order.reset_index(drop=True)


def _age(file: SourceFile) -> tuple[bool, str, str]:
    return file.modified is not None, str(file.modified), str(file.path)


def one_by_one(lines: pd.DataFrame, handed: Sequence[Handed]) -> Iterator[Line]:
    """These lines one by one; they are taken from what was handed in."""
    contents = np.full(len(lines), None, "object")
    sources, positions = lines["source"].to_numpy(), lines["position"].to_numpy()
    for source in np.unique(sources).tolist():
        of_source = sources == source
        handed[source].take(positions[of_source])
        contents[of_source] = handed[source].contents(positions[of_source])
    for place, source, position, file, block, row, source_id, key, told, row_hash, content, twice, copy, good in zip(
        lines.index.tolist(), *(lines[name].tolist() for name in ("source", "position", "file", "block", "row")),
        *map(texts, (lines["source_id"], lines["key"], lines["told"], lines["row_hash"])), contents.tolist(),
        *(lines[name].tolist() for name in ("twice", "copy", "good")), strict=True,
    ):  # fmt: skip
        yield Line(
            place=place, source=source, position=position, file=file, block=block, sheet=handed[source].rows.blocks[block].sheet, row=row,
            source_id=source_id, twice=twice, copy=copy, key=key, facts=Facts.read(told), content=content, row_hash=row_hash, good=good,
        )  # fmt: skip
