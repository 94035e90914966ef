"""Follow-ups: the records that somebody has to look after, each with the headings it stands under and whose it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csbook import messages
from csbook.forms import Definitions
from csbook.issues import UsageError
from csbook.metrics import lists
from csbook.metrics.chosen import Filter
from csbook.metrics.engine import REVISION, Engine, completed, keyed, lying
from csbook.metrics.figures import computed, ledger_of
from csbook.metrics.offers import Offers
from csbook.metrics.people import one_spelling
from csbook.policy import Policy

# assigned since the run before; made here, as it is about runs and not about the record alone
NEW = "new"


@dataclass(frozen=True)
class Told:
    """What earlier runs told: `owners` of the last one (record id -> owner; None before the first) and `times` a record was reminded of."""

    owners: Mapping[int, str] | None = None
    times: Mapping[int, int] = field(default_factory=dict)


def follow_ups(
    records: pa.Table, revisions: pa.Table, policy: Policy, definitions: Definitions, headings: Mapping[str, Sequence[str]],
    *, as_of: dt.datetime, told: Told | None = None, lang: str = "zh",
) -> pd.DataFrame:  # fmt: skip
    """Records under any heading, the earliest due first: their stored fields, `owner` (else the last agent), `next_clock`, `next_due`,
    `over_minutes` past it (negative while there is time), `times` reminded so far, and a truth a heading.

    headings: name -> lists on all of which a record stands (csbook.metrics.lists). Raises UsageError for a list that nobody makes.
    """
    told = told or Told()
    keys, history = keyed(lying(records), lying(revisions))
    engine = Engine.of(keys)
    ledger = ledger_of(engine, keys, policy, Filter(), as_of)
    known = completed(history, REVISION).select(*REVISION)
    base, _, _, business = computed(engine, ledger, known, policy, Offers.of(definitions), as_of)
    found = engine.run(lists.waiting(base, policy, business)).set_index("id")
    said = lists.said(records, definitions).loc[found.index]
    owners = _owners(records, found["last_agent"], policy)
    made = {**{name: found[name] for name in found.columns}, **{name: said[name] for name in said.columns}}
    made[NEW] = found["open"] & _newly(records, owners, told)
    _check(headings, [name for name, column in made.items() if column.dtype.kind == "b" or str(column.dtype) == "boolean"], lang)
    under = pd.DataFrame({name: _all(made, wanted) for name, wanted in headings.items()}, index=found.index)
    kept = found.index[under.any(axis="columns")]
    rows = _rows(records, kept).assign(
        owner=owners.loc[kept],
        times=_ids(records, kept).map(pd.Series(told.times, dtype="int64")).fillna(0).astype("int64"),
        **{name: found.loc[kept, name] for name in ("next_clock", "next_due", "over_minutes")},
    )
    rows = pd.concat([rows, under.loc[kept]], axis="columns")
    return rows.sort_values(["next_due", "raised_at", "form", "record_no"], na_position="last").reset_index(drop=True)


def _check(headings: Mapping[str, Sequence[str]], known: Sequence[str], lang: str) -> None:
    unknown = sorted({name for wanted in headings.values() for name in wanted} - set(known))
    if unknown:
        raise UsageError(messages.text(lang, "followup.unknown_list", lists=", ".join(unknown), known=", ".join(sorted(known))))


def _all(made: Mapping[str, pd.Series], wanted: Sequence[str]) -> pd.Series:
    return pd.concat([made[name].fillna(False).astype("bool") for name in wanted], axis="columns").all(axis="columns")


def _owners(records: pa.Table, agents: pd.Series, policy: Policy) -> pd.Series:
    """Who must solve it: the owner, on forms without one the last agent; one spelling a person."""
    if "owner" in records.column_names:
        own = _rows(records, agents.index, ("owner",))["owner"]
        agents = own.where(own.notna(), agents)
    names = pa.chunked_array([pa.array(agents, pa.string(), from_pandas=True)])
    return pd.Series(one_spelling(names, policy.simplified).to_pandas().to_numpy(), index=agents.index, dtype="str")


def _newly(records: pa.Table, owners: pd.Series, told: Told) -> pd.Series:
    """Was the record not this owner's at the last run? Nothing is new where there was none."""
    if told.owners is None:
        return pd.Series(False, index=owners.index)
    return owners.notna() & (owners != _ids(records, owners.index).map(pd.Series(told.owners, dtype="str")))


def _ids(records: pa.Table, places: pd.Index) -> pd.Series:
    return _rows(records, places, ("id",))["id"]


def _rows(records: pa.Table, places: pd.Index, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Rows of the ledger by place, as pandas: text `str`, whole numbers Int64."""
    table = records if columns is None else records.select(list(columns))
    taken = pc.take(table, pa.array(places, pa.int64()))
    frame: pd.DataFrame = taken.to_pandas(types_mapper=lambda type_: pd.Int64Dtype() if pa.types.is_integer(type_) else None)
    frame.index = places
    return frame.astype({field.name: "str" for field in taken.schema if pa.types.is_string(field.type)})
