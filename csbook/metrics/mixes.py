"""Mixes: what customers want and how they feel, by type and period, and which cases were passed on, and why."""

from __future__ import annotations

import functools

import ibis
import pandas as pd

from csbook.lists import UNCHOSEN
from csbook.metrics import periods
from csbook.metrics.breakdown import Breakdown
from csbook.metrics.measures import FIRST, share, within

FIELDS = ("demand", "emotion")
KINDS = ("week", "month")


class Mixes:
    """Counts of FIELDS by type and day, read once; forms where the field is free text are not in it."""

    def __init__(self, of: Breakdown, *, compared: bool) -> None:
        self.of, self.compared = of, compared

    @functools.cached_property
    def _counts(self) -> pd.DataFrame:
        """field, category, level, day, n of the records raised in the period and in the one before."""
        facts, period = self.of.theirs(FIRST), self.of.period
        table = facts.filter(within(facts, "raised", period) | within(facts, "raised", period.before()))
        parts = []
        for field in FIELDS:
            listed = table.filter(self.of.offers.listed(table, field))
            columns = {"category": listed.category_group, "level": listed[field], "day": listed.raised_day}
            parts.append(listed.select(field=ibis.literal(field), **columns))
        every = ibis.union(*parts)
        counts = self.of.engine.run(every.group_by(every.columns).aggregate(n=every.count()))
        return counts.assign(now=counts["day"] >= pd.Timestamp(period.start))

    def by_category(self) -> pd.DataFrame:
        """field, category, level, n of `of` that say it, share, `blank` ones, and n, share of the period before."""
        keys = ["field", "category"]
        now, before = (_mixed(self._counts[self._counts["now"] == each], keys) for each in (True, False))
        both = now.merge(before[[*keys, "level", "n", "share"]], on=[*keys, "level"], how="left", suffixes=("", "_before"))
        if self.compared:
            both["n_before"] = both["n_before"].fillna(0)
        else:
            both[["n_before", "share_before"]] = float("nan")
        columns = [*keys, "level", "n", "of", "share", "blank", "n_before", "share_before"]
        return both[columns].astype({"n_before": "Int64", "share_before": "float64"})

    def by_period(self) -> pd.DataFrame:
        """The same by ISO week and by month: kind, bucket, bucket_start, field, level."""
        now = self._counts[self._counts["now"]]
        parts = []
        for kind in KINDS:
            starts = now["day"].dt.to_period(kind[0].upper()).dt.start_time.astype("datetime64[us]")
            mixed = _mixed(now.assign(kind=kind, bucket_start=starts), ["field", "kind", "bucket_start"])
            parts.append(mixed.assign(bucket=periods.named(kind, mixed["bucket_start"])))
        frame = pd.concat(parts, ignore_index=True)
        columns = ["kind", "bucket", "bucket_start", "field", "level", "n", "of", "share", "blank"]
        return frame[columns].astype({"kind": "str", "bucket": "str", "bucket_start": "datetime64[us]"})


def _mixed(counts: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """One row a level that was chosen, within `keys`, the commonest first; a missing key is a key."""
    whole = counts.groupby(keys, dropna=False)["n"].sum().rename("records").reset_index()
    said = counts[counts["level"].notna()].groupby([*keys, "level"], dropna=False)["n"].sum().reset_index()
    said["of"] = said.groupby(keys, dropna=False)["n"].transform("sum")
    found = said.merge(whole, on=keys, how="left")
    found["blank"] = found["records"] - found["of"]
    found["share"] = share(found["n"], found["of"])
    found = found.sort_values([*keys, "n", "level"], ascending=[*[True] * len(keys), False, True], ignore_index=True)
    return found.astype(dict.fromkeys(("n", "of", "blank"), "int64") | {"field": "str", "level": "str"})


def escalations(of: Breakdown) -> pd.DataFrame:
    """By form that knows of it: the records passed on in all (level missing) and by reason (`field`, UNCHOSEN where none is given), `of`
    all that were raised."""
    picked, reason = of.policy.watched.escalated, of.policy.watched.reason
    columns = ["form", "field", "level", "n", "of", "share"]
    types = {**dict.fromkeys(columns[:3], "str"), "n": "int64", "of": "int64", "share": "float64"}
    if picked.by is None:
        return pd.DataFrame(columns=columns).astype(types)
    table = of.theirs(FIRST)
    table = table.filter(within(table, "raised", of.period) & of.offers.listed(table, picked.by))
    passed = table[picked.by].isin(picked.entries).fill_null(False)
    why = ibis.coalesce(table[reason] if reason else ibis.null("string"), ibis.literal(UNCHOSEN))
    counts = of.engine.run(table.group_by("form", passed=passed, level=why).aggregate(n=table.count()))
    whole = counts.groupby("form", sort=True)["n"].sum().rename("of").reset_index()
    found = counts[counts["passed"].astype("bool")]
    every = whole[["form"]].merge(found.groupby("form")["n"].sum().reset_index(), on="form", how="left").fillna({"n": 0})
    by_reason = found.sort_values(["form", "n", "level"], ascending=[True, False, True])[["form", "level", "n"]]
    rows = pd.concat([every.assign(level=None), by_reason], ignore_index=True).sort_values("form", kind="stable")
    rows = rows.merge(whole, on="form")
    return rows.assign(field=reason, share=share(rows["n"], rows["of"]))[columns].astype(types).reset_index(drop=True)
