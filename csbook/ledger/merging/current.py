"""Current: what a record is after a revision, computed in columns: stamps set at merge, minutes, state."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from csbook.forms.form import Form
from csbook.forms.stored import stored
from csbook.ledger.database.schema import COLUMNS, OPEN, RESOLVED, TEXT, WHOLE, WITHDRAWN
from csbook.ledger.database.values import column, dumps, plain
from csbook.ledger.merging.states import States


@dataclass(frozen=True, kw_only=True)
class Current:
    """Records as they stand after each of `states`, in the same order.

    frame: every stored field, typed, on a RangeIndex. filled: per row the stamps that the merge set, as stored.
    """

    states: States
    frame: pd.DataFrame
    state: pd.Series
    filled: list[str]

    @property
    def form(self) -> Form:
        """The form of these records, in the version that the rows had."""
        return self.states.handed.rows.form


def current(states: States, now: dt.datetime) -> Current:
    """The records after these states."""
    form = states.handed.rows.form
    frame = states.handed.rows.frame.iloc[states.lines["position"].to_numpy()].reset_index(drop=True)
    frame, filled = _filled(_patched(frame, states), states, now)
    for name, (start, stop) in form.computed.items():
        frame[name] = ((frame[stop] - frame[start]).dt.total_seconds() // 60).astype("Int64")
    return Current(states=states, frame=frame, state=_state(frame, form), filled=filled)


def former(states: States) -> dict[str, str]:
    """Fields of these records that their form no longer has, which stay in `rest`, and their types; other ones stay in their columns."""
    types, gone = stored(states.handed.rows.form), dict[str, list[object]]()
    for patch in states.patches.values():
        for name in patch.keys() - types.keys() - COLUMNS.keys():
            gone.setdefault(name, []).append(patch[name])
    return {name: WHOLE if all(isinstance(value, int) for value in values) else TEXT for name, values in gone.items()}


def _patched(frame: pd.DataFrame, states: States) -> pd.DataFrame:
    """Rows with the fields that their own sheet does not say, and those that their form no longer has, as far as `rest` keeps them."""
    types = {**stored(states.handed.rows.form), **former(states)}
    patches: dict[str, dict[int, object]] = {}
    for row, patch in states.patches.items():
        for name in patch.keys() & types.keys():
            patches.setdefault(name, {})[row] = patch[name]
    for name, values in patches.items():
        said = column(list(values.values()), types[name], pd.Index(values))
        own = frame.get(name, pd.Series(index=frame.index, dtype=said.dtype))
        frame[name] = own.astype(said.dtype).mask(frame.index.isin(said.index), said.reindex(frame.index))
    return frame


def _filled(frame: pd.DataFrame, states: States, now: dt.datetime) -> tuple[pd.DataFrame, list[str]]:
    """Stamps that a form wants set at merge once their needs stand; a stamp set before stays while they do."""
    filled: dict[int, dict[str, str]] = {}
    for name, needs in states.handed.rows.form.filled_at_merge.items():
        due = frame[list(needs)].notna().all(axis="columns") & frame[name].isna()
        before = {row: known.filled[name] for row, known in enumerate(states.known) if name in known.filled}
        stamps = column(list(before.values()), "stamp", pd.Index(before)).reindex(frame.index).fillna(pd.Timestamp(now).floor("s"))
        frame[name] = frame[name].mask(due, stamps)
        for row, value in zip(frame.index[due], plain(stamps[due], "stamp"), strict=True):
            filled.setdefault(row, {})[name] = str(value)
    for row, known in enumerate(states.known):
        known.filled = filled.get(row, {})
    spelled = {row: dumps(stamps) for row, stamps in filled.items()}
    return frame, [spelled.get(row, "{}") for row in range(len(frame))]


def _state(frame: pd.DataFrame, form: Form) -> pd.Series:
    """open, resolved or withdrawn, by the form's conditions; withdrawn wins."""
    state = pd.Series(OPEN, index=frame.index, dtype="str").mask(form.state.resolved.true(frame), RESOLVED)
    return state if form.state.withdrawn is None else state.mask(form.state.withdrawn.true(frame), WITHDRAWN)
