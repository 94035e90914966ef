"""Current: what a record is after a revision, computed in columns: stamps set at merge, minutes, state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from csbook.forms.form import Form
from csbook.ledger.handed import Handed
from csbook.ledger.schema import stored
from csbook.ledger.values import column, plain
from csbook.ledger.verdicts import Revision

OPEN, RESOLVED, WITHDRAWN = "open", "resolved", "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Current:
    """Records as they stand after each of `revisions`, all of one entry of Batch.rows, in the same order.

    frame: every stored field, typed, on a RangeIndex. filled: per row the stamps that the merge set, as stored.
    """

    form: Form
    revisions: Sequence[Revision]
    frame: pd.DataFrame
    state: pd.Series
    filled: list[dict[str, str]]


def current(handed: Handed, revisions: Sequence[Revision], now: dt.datetime) -> Current:
    """The records after these revisions of rows of `handed`."""
    form = handed.rows.form
    frame = handed.rows.frame.iloc[[revision.line.position for revision in revisions]].reset_index(drop=True)
    frame = _patched(frame, handed, revisions)
    frame, filled = _filled(frame, form, revisions, now)
    for name, (start, stop) in form.computed.items():
        frame[name] = ((frame[stop] - frame[start]).dt.total_seconds() // 60).astype("Int64")
    return Current(form=form, revisions=revisions, frame=frame, state=_state(frame, form), filled=filled)


def _patched(frame: pd.DataFrame, handed: Handed, revisions: Sequence[Revision]) -> pd.DataFrame:
    """Rows with the fields that their own sheet does not say."""
    patches: dict[str, dict[int, object]] = {}
    for row, revision in enumerate(revisions):
        for name, value in revision.patch.items():
            patches.setdefault(name, {})[row] = value
    types = stored(handed.rows.form)
    for name, values in patches.items():
        said = column(list(values.values()), types[name], pd.Index(values))
        frame[name] = frame[name].astype(said.dtype).mask(frame.index.isin(said.index), said.reindex(frame.index))
    return frame


def _filled(frame: pd.DataFrame, form: Form, revisions: Sequence[Revision], now: dt.datetime) -> tuple[pd.DataFrame, list[dict[str, str]]]:
    """Stamps that a form wants set at merge once their needs stand; a stamp set before stays while they do."""
    filled: list[dict[str, str]] = [{} for _ in revisions]
    for name, needs in form.filled_at_merge.items():
        due = frame[list(needs)].notna().all(axis="columns") & frame[name].isna()
        before = [revision.known.filled.get(name) for revision in revisions]
        stamps = column(before, "stamp", frame.index).fillna(pd.Timestamp(now).floor("s"))
        frame[name] = frame[name].mask(due, stamps)
        for row, value in zip(frame.index[due], plain(stamps[due], "stamp"), strict=True):
            filled[row][name] = str(value)
    for revision, stamps_set in zip(revisions, filled, strict=True):
        revision.known.filled = stamps_set
    return frame, filled


def _state(frame: pd.DataFrame, form: Form) -> pd.Series:
    """open, resolved or withdrawn, by the form's conditions; withdrawn wins."""
    state = pd.Series(OPEN, index=frame.index, dtype="str").mask(form.state.resolved.true(frame), RESOLVED)
    return state if form.state.withdrawn is None else state.mask(form.state.withdrawn.true(frame), WITHDRAWN)
