"""Every published figure equals the second implementation, on ledgers that hypothesis makes."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from csbook.lists import Bilingual
from csbook.policy import Block, Clock, Counts, Policy
from tests.metrics import reference
from tests.metrics.conftest import Figures
from tests.metrics.ledgers import AS_OF, Ledger, Row, ledgers

WORKED = Clock(
    name="worked",
    label=Bilingual("工作时限", "Worked"),
    forms=("response",),
    counts=Counts.BUSINESS,
    stop="resolved_at",
    by="category",
    limits={entry: dt.timedelta(minutes=limit) for entry, limit in reference.WORKED.items()},
)
START, END = dt.date(2023, 10, 1), AS_OF.date()
KEYS: dict[str, tuple[tuple[str, ...], Any]] = {
    "form": (("form",), lambda row, person: (row["form"],)),
    "category": (("category",), lambda row, person: (reference.group(row["form"], "category", row["category"]),)),
    "form_category": (("form", "category"), lambda row, person: (row["form"], row["category"])),
    "agent": (("agent",), lambda row, person: (agent(row, person),)),
}


def agent(row: Row, person: str) -> str:
    """The response is the first agent's, the resolution the last one's."""
    transferred = person == "last" and row["transfers"] is not None and "/" in row["transfers"]
    return "客服小王" if transferred else row["agent"].replace("*", "")


def looked(ledger: Ledger) -> list[Row]:
    histories = defaultdict(list)
    for each in ledger.revisions:
        histories[each["form"], each["source_id"]].append(each)
    return [reference.look(row, histories[row["form"], row["source_id"]], AS_OF) for row in ledger.records if row["raised_at"] <= AS_OF]


def with_hours(shipped: Policy) -> Policy:
    """The shipped policy with the dates of the reference and a clock that counts business time."""
    overrides = {
        dt.date.fromisoformat(day): tuple((span(text[:5]), span(text[6:])) for text in texts) for day, texts in reference.OVERRIDES.items()
    }
    block = shipped.blocks[0]
    return dataclasses.replace(shipped, overrides=overrides, blocks=(Block(block.begins, (*block.clocks, WORKED)),))


def span(clock: str) -> dt.timedelta:
    return dt.timedelta(hours=int(clock[:2]), minutes=int(clock[3:]))


def equal(row: Any, expected: dict[str, float | None]) -> None:
    """Counts and medians to the last digit; sums may add up in another order, so means to 12 digits."""
    for name, value in expected.items():
        found = row[name]
        if value is None:
            assert pd.isna(found), name
        elif name == "satisfaction" or name.endswith(("_mean", "_p50", "_p90", "_p95")):
            assert found == pytest.approx(value, rel=1e-12), name
        else:
            assert found == value, name


# a ledger that fails is not made smaller: each try takes seconds, and the assertion names the cell
@settings(max_examples=4, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate), suppress_health_check=list(HealthCheck))
@given(ledger=ledgers(size=60))
def test_all_figures_equal_the_second_implementation(figures: Figures, shipped: Policy, ledger: Ledger) -> None:
    found = figures(ledger.records, ledger.revisions, policy=with_hours(shipped))
    seen = looked(ledger)

    equal(found["overview"].iloc[0], reference.measures(seen, START, END))
    before = reference.measures(seen, START - (END - START) - reference.DAY, START - reference.DAY)
    equal(found["overview"].iloc[0].filter(like="_before").rename(lambda name: name.removesuffix("_before")), before)

    for name, (columns, key) in KEYS.items():
        expected = reference.by_key(
            [row for row in seen if name == "form" or name == "agent" or "category" in reference.FIELDS[row["form"]]], START, END, key
        )
        rows = {
            tuple(None if pd.isna(row[column]) else row[column].lstrip("*") for column in columns): row
            for _, row in found[f"by_{name}"].iterrows()
        }
        assert rows.keys() == expected.keys(), name
        for each, values in expected.items():
            equal(rows[each], values)

    for kind in ("day", "week", "month"):
        table = found[f"by_{kind}"].set_index("day" if kind == "day" else f"{kind}_start")
        expected_buckets = list(reference.buckets(START, END, kind))
        assert list(table.index) == [pd.Timestamp(first) for first, _, _ in expected_buckets]
        for first, inside, last in expected_buckets:
            equal(table.loc[pd.Timestamp(first)], reference.measures(seen, inside, last))

    stages = reference.stages(seen, START, END)
    whole = found["stages"][found["stages"]["category"].isna()].set_index("stage")
    assert set(whole.index) == set(stages)
    for stage, values in stages.items():
        assert whole.loc[stage, "n"] == len(values)
        assert whole.loc[stage, "p50"] == pytest.approx(reference.quantile(values, 0.5), rel=1e-12)

    assert dict(found["ageing"].set_index("band")["n"]) == reference.ages(seen, AS_OF)
    assert len(found["open"]) == sum(row["open"] for row in seen)
    assert set(found["unordered"]["source_id"]) == {row["source_id"] for row in seen if row["unordered"]}
    verdicts = found["records"].set_index("source_id")
    for row in seen:
        for clock, verdict in row["clocks"].items():
            got = verdicts.loc[row["source_id"], clock]
            assert (None if pd.isna(got) else got) == verdict, (clock, row["source_id"])

    coverage = found["coverage"]
    assert (coverage["population"] == coverage.drop(columns=["metric", "form", "population"]).sum(axis=1)).all()
    used = coverage.groupby("metric")["used"].sum()
    for name in reference.DURATION_BASES:
        assert used.get(name, 0) == found["overview"].iloc[0][f"{name}_n"], name
    assert used.get("satisfaction", 0) == found["overview"].iloc[0]["rated"]
