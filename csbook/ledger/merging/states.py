"""States: what records come to by the accepted rows of one entry of a batch, in columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from csbook.ledger.batch import Batch
from csbook.ledger.database.values import Value, dumps, stamp, texts
from csbook.ledger.merging.handed import Handed
from csbook.ledger.merging.known import Known
from csbook.ledger.merging.verdicts import Revision

BLOCK = 5_000  # new records that are spelled at once


@dataclass(frozen=True, kw_only=True)
class States:
    """Accepted states of rows of `handed`, in columns of equal length.

    lines: see csbook.ledger.merging.lines. ids, numbers, facts (joined), modified: of the record after the batch; seq, content, row_hash,
    changed (JSON): of the state; last: is it what the record is after the batch? known: the records where rows were judged, else empty.
    patches: row → the fields in which its state is another than the row says.
    """

    handed: Handed
    lines: pd.DataFrame
    ids: Sequence[int]
    numbers: Sequence[str | None]
    facts: Sequence[Value]
    modified: Sequence[str | None]
    seq: Sequence[int]
    content: Sequence[Value]
    row_hash: Sequence[Value]
    changed: Sequence[str]
    last: Sequence[bool]
    known: Sequence[Known]
    patches: Mapping[int, Mapping[str, Any]]


def judged(handed: Handed, lines: pd.DataFrame, revisions: Sequence[Revision]) -> States:
    """The states that judging rows of `handed` gave, in its order."""
    known = [revision.known for revision in revisions]
    return States(
        handed=handed,
        lines=lines.loc[[revision.line.place for revision in revisions]],
        ids=[each.id for each in known],
        numbers=[each.record_no for each in known],
        facts=[each.facts.joined for each in known],
        modified=[stamp(each.modified) for each in known],
        seq=[revision.seq for revision in revisions],
        content=[revision.content for revision in revisions],
        row_hash=[revision.row_hash for revision in revisions],
        changed=[dumps(revision.changed) for revision in revisions],
        last=[revision.seq == revision.known.seq for revision in revisions],
        known=known,
        patches={row: revision.patch for row, revision in enumerate(revisions) if revision.patch},
    )


def new(handed: Handed, lines: pd.DataFrame, numbered: pd.DataFrame, batch: Batch) -> Iterator[States]:
    """The first states of new records by lines of `handed`, BLOCK at a time in the order of their ids.

    numbered: id and number by the places of the lines.
    """
    numbered = numbered.sort_values("id")
    modified = [stamp(file.modified) for file in batch.files]
    for start in range(0, len(numbered), BLOCK):
        of_block = numbered.iloc[start : start + BLOCK]
        block = lines.loc[of_block.index]
        count = len(block)
        yield States(
            handed=handed,
            lines=block,
            ids=of_block["id"].tolist(),
            numbers=of_block["number"].tolist(),
            facts=texts(block["told"]),
            modified=[modified[file] for file in block["file"].tolist()],
            seq=[1] * count,
            content=handed.contents(block["position"].to_numpy()),
            row_hash=texts(block["row_hash"]),
            changed=["{}"] * count,
            last=[True] * count,
            known=(),
            patches={},
        )
