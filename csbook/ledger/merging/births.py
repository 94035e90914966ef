"""Births: ids, official numbers and first values of the records that are new with a batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from csbook.forms.form import Form
from csbook.ledger.database import sequences
from csbook.ledger.database.schema import FIRSTS
from csbook.ledger.database.values import texts
from csbook.ledger.merging import numbers
from csbook.ledger.merging.handed import Handed
from csbook.ledger.merging.verdicts import Revision


def number(
    connection: sa.Connection, form: Form, handed: Sequence[Handed], lines: pd.DataFrame, revisions: Sequence[Revision], now: dt.datetime
) -> pd.DataFrame:
    """Ids and numbers, in order of raised time, of the records that `revisions`, the first ones, and `lines` make.

    Returns `id` and `number` of the lines, on their index; those of the revisions are set in their records, with what they said first.
    """
    places = pd.DataFrame(
        [(each.line.source, each.line.position) for each in revisions],
        index=[each.line.place for each in revisions], columns=["source", "position"], dtype="int64",
    )  # fmt: skip
    places = pd.concat([places, lines[["source", "position"]]])
    raised = _raised(handed, places, now)
    order = np.lexsort((places.index.to_numpy(), raised))
    first = sequences.reserve(connection, len(places))
    issued = numbers.issue(connection, form.name, form.number, raised[order].astype(object).tolist())
    given = pd.DataFrame({"id": first + np.arange(len(places)), "number": issued}, index=places.index[order])
    of_revisions = given.loc[places.index[: len(revisions)]]
    born = zip(revisions, of_revisions["id"].tolist(), of_revisions["number"].tolist(), _firsts(handed, revisions), strict=True)
    for each, known_id, spelled, firsts in born:
        each.known.id, each.known.record_no, each.known.firsts = known_id, spelled, firsts
    return given.loc[lines.index]


def _firsts(handed: Sequence[Handed], revisions: Sequence[Revision]) -> list[dict[str, str | None]]:
    """What each revision says first of the fields in FIRSTS; read column by column, as a row of a frame costs a hundred cells."""
    found: list[dict[str, str | None]] = [{} for _ in revisions]
    for source in {each.line.source for each in revisions}:
        here = [place for place, each in enumerate(revisions) if each.line.source == source]
        frame = handed[source].rows.frame.iloc[[revisions[place].line.position for place in here]]
        for name, field in FIRSTS.items():
            for place, text in zip(here, texts(frame[field]) if field in frame else [None] * len(here), strict=True):
                found[place][name] = text
    return found


def _raised(handed: Sequence[Handed], places: pd.DataFrame, now: dt.datetime) -> np.ndarray[Any, np.dtype[np.datetime64]]:
    """When each need was voiced, as far as that is known."""
    raised = np.full(len(places), np.datetime64(now, "us"))
    for source in places["source"].unique():
        frame, here = handed[source].rows.frame, (places["source"] == source).to_numpy()
        if "raised_at" in frame:
            told = frame["raised_at"].to_numpy("datetime64[us]")[places["position"].to_numpy()[here]]
            raised[here] = np.where(np.isnat(told), raised[here], told)
    return raised
