"""Parts: which lines of a form are surely new or unchanged, which depend on no other line of the batch, and which hang together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csbook.ledger.merging.encounters import SEVERAL, Encounters, Mask, Numbers


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The places of the lines of one form, by what it takes to judge them; each stands in one part.

    new: they are surely new records. unchanged: `record`, its `number` and `newer` (see Encounters) by the places of lines that surely
    repeat it. alone: no other line of the batch touches what they touch, so that any order will do; those of one source stand together.
    together: they may depend on each other.
    """

    new: Numbers
    unchanged: pd.DataFrame
    alone: Numbers
    together: Numbers


def part(lines: pd.DataFrame, met: Encounters, buried: Collection[int]) -> Parts:
    """The parts of lines (see csbook.ledger.merging.lines), each in order; buried: places of those that were purged before."""
    alone, plain = _alone(met), (lines["good"] & ~lines["twice"]).to_numpy()
    unchanged = _unchanged(met, plain & alone)
    known = met.keys.repeated | met.keys.among(met.records["key"]) | met.keys.among(met.entries["key"])
    alike = met.complete & (met.told.repeated | met.told.among(met.alike["told"]) | met.mixed)
    new = plain & ~known & ~alike
    new[list(buried)] = False
    rest = ~new
    rest[unchanged.index] = False
    apart = np.flatnonzero(rest & alone)
    return Parts(
        new=np.flatnonzero(new),
        unchanged=unchanged,
        alone=apart[np.argsort(lines["source"].to_numpy()[apart], kind="stable")],
        together=np.flatnonzero(rest & ~alone),
    )


def _unchanged(met: Encounters, lines: Mask) -> pd.DataFrame:
    """The one record that each of these lines leads to, where nothing waits under its key and it says what the record says."""
    same = met.records["same"] & ~met.records["key"].duplicated(keep=False)
    found = met.records.loc[same, ["place", "record", "number", "newer"]].set_index("place")
    return found[lines[found.index] & ~met.keys.among(met.entries["key"])[found.index]].sort_index()


def _alone(met: Encounters) -> Mask:
    """Per line: does no other one have its key or its complete facts, lead to its record or entry, or tell what its record may come to?"""
    records, alike, entries = met.records, met.alike, met.entries
    things = np.concatenate([records["record"], alike["record"]])
    several = _several(things, np.concatenate([records["place"], met.told.only[alike["told"]]]))
    of_key, of_facts = several[: len(records)], several[len(records) :]
    crowded = met.keys.among(records["key"][of_key]) | met.told.among(alike["told"][of_facts])
    crowded |= met.keys.among(entries["key"][_several(entries["entry"].to_numpy(), met.keys.only[entries["key"]])])
    alone: Mask = ~crowded & ~met.mixed & ~met.keys.repeated & ~(met.complete & met.told.repeated)
    return alone


def _several(things: Numbers, places: Numbers) -> Mask:
    """Of each pair of a thing and the line that leads to it: do others lead there too?"""
    by_thing = pd.Series(places).groupby(things)
    least, most = by_thing.transform("min").to_numpy(), by_thing.transform("max").to_numpy()
    several: Mask = (least == SEVERAL) | (least != most)
    return several
