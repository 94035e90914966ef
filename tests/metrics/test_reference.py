"""Every published figure equals the second implementation, on ledgers that hypothesis makes; nothing published is left out."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from csbook.desks import Desk
from csbook.lists import Bilingual
from csbook.metrics import HandIns, Wording
from csbook.policy import Block, Clock, Counts, Policy
from tests.metrics import reference
from tests.metrics.comparison import FIGURES, TOLD, compared, looked
from tests.metrics.conftest import Figures
from tests.metrics.forms import FORMS, LISTS
from tests.metrics.ledgers import AS_OF, TERMS, Ledger, Row, ledgers
from tests.metrics.published import Published
from tests.metrics.reference import World

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


def _parts(form: str) -> list[tuple[str, str | None]]:
    """Field and the name of its list, None for free text."""
    found = []
    for part in FORMS[form].split():
        field, colon, other = part.partition(":")
        listed = other if colon else field
        found.append((field, listed if listed in LISTS else None))
    return found


WORLD = World(
    fields={form: frozenset(field for field, _ in _parts(form)) for form in FORMS},
    listed={form: frozenset(field for field, listed in _parts(form) if listed) for form in FORMS},
    groups={
        (form, field, key): group
        for form in FORMS
        for field, listed in _parts(form)
        if listed
        for key, group in LISTS[listed].items()
        if group
    },
)


def vague(row: Row) -> bool:
    return row["description"] != "坏了"


RULES: dict[str, dict[str, tuple[str, Any]]] = {
    "hotline": {
        "vague.description": ("vague", vague),
        "consistent.priority": ("misfiled", lambda row: row["emotion"] != "agitated" or row["priority"] in ("high", "medium")),
        "routing.department": (
            "misrouted",
            lambda row: row["department"] in {"inquiry": ("product", None), "complaint": ("product", "finance", None)}.get(
                row["category"], (row["department"],)
            ),
        ),
    },
    "coordination": {
        "consistent.due_at": ("contradictory", lambda row: row["priority"] != "urgent" or row["typed"]["due_at"] is not None),
        "required.owner": (
            "left_blank",
            lambda row: row["priority"] != "urgent" or row["typed"]["resolved_at"] is None or row["owner"] is not None,
        ),
    },
}  # fmt: skip
WAITING = [
    {"form": "response", "desk": "A01", "team": "T1", "rules": ["mask.customer", "required.agent"]},
    {"form": "hotline", "desk": "A09", "team": "T9", "rules": ["vague.description"]},
]
QUARANTINE = pa.Table.from_pylist(
    [
        {
            "form": row["form"],
            "desk": row["desk"],
            "team": row["team"],
            "status": status,
            "issues": [{"rule": rule} for rule in row["rules"]],
        }
        for row in WAITING
        for status in ("open", "mended")
    ]
)
LAST = {"A02": dt.datetime(2023, 10, 20, 9), "A05": dt.datetime(2023, 9, 30, 18)}
ROSTER = {"A01": "T1", "A05": "", "A06": "T6"}


def with_hours(shipped: Policy) -> Policy:
    """The shipped policy with the dates of the reference and a clock that counts business time."""
    overrides = {
        dt.date.fromisoformat(day): tuple((span(text[:5]), span(text[6:])) for text in texts) for day, texts in reference.OVERRIDES.items()
    }
    block = shipped.blocks[0]
    return dataclasses.replace(shipped, overrides=overrides, blocks=(Block(block.begins, (*block.clocks, WORKED)),))


def span(clock: str) -> dt.timedelta:
    return dt.timedelta(hours=int(clock[:2]), minutes=int(clock[3:]))


def agent(row: Row, person: str) -> str:
    """The response is the first agent's, the resolution the last one's."""
    return "客服小王" if person == "last" and row["n_transfers"] else row["agent"].replace("*", "")


# a ledger that fails is not made smaller: each try takes seconds, and the assertion names the cell
@settings(max_examples=2, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate), suppress_health_check=list(HealthCheck))
@given(ledger=ledgers(size=70))
def test_all_figures_equal_the_second_implementation(figures: Figures, shipped: Policy, ledger: Ledger) -> None:
    found = figures(
        ledger.records, ledger.revisions, QUARANTINE, policy=with_hours(shipped),
        hand_ins=HandIns([Desk(name, "", team) for name, team in ROSTER.items()], LAST),
        wording=Wording(terms=TERMS, stop_words=frozenset("坏了"), least=2, rows=1000),
    )  # fmt: skip
    rows, outside = looked(ledger.records, ledger.revisions, AS_OF, WORLD)
    second = Published(
        world=WORLD, rows=rows, outside=outside, revisions=ledger.revisions, start=START, end=END, as_of=AS_OF, agent=agent,
        waiting=WAITING, roster=ROSTER, last=LAST, rules=RULES, terms=TERMS, least=2,
    )  # fmt: skip
    assert compared(found, second)
    scope = found["scope"].iloc[0]
    assert (scope["records"], scope["considered"], scope["after_as_of"]) == (len(ledger.records), len(rows), len(outside))
    assert (scope["before_start"].date(), scope["before_end"].date()) == second.before
    assert scope["forms"] == ",".join(sorted({row["form"] for row in rows}))


def test_every_table_is_compared(figures: Figures) -> None:
    """A new table needs its second implementation, unless it tells words and settings."""
    assert set(figures([])) == set(FIGURES) | TOLD


def test_a_wrong_figure_is_seen(figures: Figures, shipped: Policy) -> None:
    """The comparison itself can fail: on a value, on a column and on a row too many."""
    empty = figures([])
    nothing = Published(world=WORLD, rows=[], outside=[], revisions=[], start=START, end=END, as_of=AS_OF, agent=agent)
    plain = {name: empty[name] for name in ("ageing", "weekday_hour")}
    assert compared(plain, nothing)
    for name, wrong in (
        ("ageing", plain["ageing"].assign(n=1)), ("ageing", plain["ageing"].assign(more=1)), ("weekday_hour", plain["weekday_hour"].head(3)),
    ):  # fmt: skip
        with pytest.raises(AssertionError):
            compared({**plain, name: wrong}, nothing)
