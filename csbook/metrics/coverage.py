"""Coverage: what every figure rests on: the records that count, those used, and why the others were not."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from csbook.metrics import durations
from csbook.metrics.breakdown import Breakdown
from csbook.metrics.clocks import JUDGED, PENDING
from csbook.metrics.measures import FIRST, LAST, within

REASONS = ("used", "missing", "running", "withdrawn", "out_of_order", "after_as_of", "not_offered")


def coverage(of: Breakdown, levels: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Per metric and form: `population`, the records that count in the period, and how many of them stand under each of REASONS."""
    facts = of.facts
    why = {each.name: (each.basis, durations.reason(facts, of.offers, each)) for each in durations.DURATIONS}
    why |= {"stages": ("resolved", durations.stage_reason(facts, of.offers)), "satisfaction": ("covered", _unrated(of))}
    why |= {"one_touch": ("resolved", _either(facts.transferable)), "loop_rate": ("resolved", _either(facts.rated_day.notnull()))}
    # forms without a rating have no rating day: they count by resolution, so that their "–" has a number beside it
    covered = facts.rated_day.fill_null(ibis.ifelse(of.offers.has(facts, "satisfaction"), None, facts.resolved_day))
    reasons = {f"why_{metric}": reason for metric, (_, reason) in why.items()}
    theirs = {person: of.is_theirs(facts, person) for person in (FIRST, LAST)}
    days = facts.select("form", "raised_day", "resolved_day", covered_day=covered, **reasons, **theirs)
    counts = {
        f"counts_{basis}": within(days, basis, of.period) & days[FIRST if basis == "raised" else LAST]
        for basis in dict.fromkeys(basis for basis, _ in why.values())
    }
    alike = days.select("form", **counts, **{name: days[name] for name in reasons})
    rows = of.engine.run(alike.group_by(*alike.columns).aggregate(n=alike.count()))
    counted = [
        rows.loc[rows[f"counts_{basis}"], ["form", f"why_{metric}", "n"]].set_axis(["form", "reason", "n"], axis=1).assign(metric=metric)
        for metric, (basis, _) in why.items()
    ]
    return _wide(pd.concat([*counted, *(_clock(name, counts) for name, counts in levels.items())], ignore_index=True), [*why, *levels])


def _wide(found: pd.DataFrame, metrics: list[str]) -> pd.DataFrame:
    wide = found.groupby(["metric", "form", "reason"])["n"].sum().unstack("reason", fill_value=0)
    wide = wide.reindex(columns=list(REASONS), fill_value=0).astype("int64")
    wide.insert(0, "population", wide.sum(axis=1))
    frame = wide.rename_axis(columns=None).reset_index().astype({"metric": "str", "form": "str"})
    return frame.sort_values(["metric", "form"], key=lambda c: c.map(metrics.index) if c.name == "metric" else c, ignore_index=True)


def _either(offered: ir.BooleanValue) -> ir.StringValue:
    """Counts of a form that has the field: every record of it is used."""
    return ibis.ifelse(offered, "used", "not_offered")


def _unrated(of: Breakdown) -> ir.StringValue:
    table = of.facts
    return ibis.cases(
        (~of.offers.has(table, "satisfaction"), "not_offered"),
        (table.withdrawn, "withdrawn"),
        (table.satisfaction_score.notnull(), "used"),
        else_="missing",
    )


def _clock(name: str, counts: pd.DataFrame) -> pd.DataFrame:
    long = counts.drop(columns=["level", "limit"]).melt("form", var_name="state", value_name="n").query("n > 0")
    reasons = {**dict.fromkeys(JUDGED, "used"), PENDING: "running"}
    return long.assign(reason=long["state"].replace(reasons), metric=name)[["form", "reason", "n", "metric"]]
