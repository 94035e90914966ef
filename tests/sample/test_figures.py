"""Every figure that `csbook analyze --json` prints of the sample equals the second implementation, and so does the workbook's table of it."""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from csbook import forms
from csbook.forms import Form
from csbook.ledger import open_ledger
from csbook.workspace import shipped
from tests.metrics import published, reference
from tests.metrics.comparison import FIGURES, compared
from tests.metrics.published import Published
from tests.metrics.reference import Row, World
from tests.sample.conftest import csbook
from tests.sample.doubtful import RULES

AS_OF = dt.datetime(2026, 10, 31, 18)
STAMP = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+")
# phrases need a knowledge of Chinese: tests/metrics/test_phrases.py
COMPARED = FIGURES.keys() - {"frequent"}
PERIODS = {"all": ("--from", "2026-08-01", "--to", "2026-10-31"), "week": ("--from", "2026-10-19", "--to", "2026-10-25")}
# figures that are compared; most are those of single records, and a period tells its own alone
LEAST = {"all": 100_000, "week": 30_000}


@pytest.fixture(scope="module")
def stored(ledger_of_sample: Path) -> dict[str, Any]:
    """What the ledger holds, row by row, and when each desk handed in last."""
    with open_ledger(ledger_of_sample) as ledger:
        kept, history, aside, last = ledger.records(), ledger.revisions(), ledger.quarantine(), ledger.hand_ins()
    records = kept.to_pylist()
    named = {row["id"]: (row["form"], row["source_id"]) for row in records}
    revisions = history.to_pylist()
    for row in revisions:
        row["form"], row["source_id"] = named[row["record_id"]]
    return {
        "records": records,
        "revisions": revisions,
        "waiting": [waiting(row) for row in aside.to_pylist() if row["status"] == "open"],
        "last": last,
    }


def waiting(row: Row) -> Row:
    issues = json.loads(row["issues"])
    return {**row, "rules": sorted({each["rule"] or each["code"] for each in issues if each["severity"] == "error"})}


@pytest.fixture(scope="module")
def world(known: dict[str, Form]) -> World:
    lists = forms.load([shipped("templates")], [shipped("validations")]).vocabulary.lists
    fields = {name: frozenset({*form.by_name, "raised_at"}) for name, form in known.items()}
    chosen = {(name, field.name): field.choices.name for name, form in known.items() for field in form.fields if field.choices is not None}
    groups = {(*place, entry.key): entry.group for place, which in chosen.items() for entry in lists[which].entries if entry.group}
    return World(fields, {name: frozenset(field for form, field in chosen if form == name) for name in known}, groups)


def agent(row: Row, person: str) -> str | None:
    """The response is the first agent's, the resolution the last one's: who the last complete transfer names."""
    lines = [re.split("[/／]", line) for line in (row["transfers"] or "").splitlines()]
    named = [parts[0] for parts in lines if len(parts) >= 3 and parts[0].strip()]
    name = named[-1] if named and person == "last" else row["agent"]
    return None if name is None else re.sub(r"[*＊\s]", "", unicodedata.normalize("NFKC", name))


def read(tables: dict[str, list[Row]]) -> dict[str, pd.DataFrame]:
    """The tables as they were before JSON: stamps are stamps again."""
    return {
        name: pd.DataFrame([{key: plain(value) for key, value in row.items()} for row in rows], dtype=object)
        for name, rows in tables.items()
    }


def plain(value: Any) -> Any:
    return pd.Timestamp(value) if isinstance(value, str) and STAMP.fullmatch(value) else value


@pytest.mark.parametrize("period", PERIODS)
def test_every_published_figure_equals_the_second_implementation(
    monkeypatch: pytest.MonkeyPatch, ledger_of_sample: Path, stored: dict[str, Any], world: World, period: str
) -> None:
    for module in (reference, published):
        monkeypatch.setattr(module, "CLOCKS", [name for name in reference.CLOCKS if name != "worked"])
    asked = ("--as-of", f"{AS_OF:%Y-%m-%d %H:%M}", "--role", "internal", *PERIODS[period])
    found = read(csbook(ledger_of_sample.parent, "analyze", "--json", *asked, code=0)["tables"])
    scope = found["scope"].iloc[0]
    histories = defaultdict(list)
    for each in stored["revisions"]:
        histories[each["record_id"]].append(each)
    seen, outside = ([row for row in stored["records"] if (row["raised_at"] <= AS_OF) is told] for told in (True, False))
    rows = [reference.look(row, histories[row["id"]], AS_OF, world) for row in seen]
    second = Published(
        world=world, rows=rows, outside=outside, revisions=stored["revisions"], start=scope["start"].date(), end=scope["end"].date(),
        as_of=AS_OF, agent=agent, waiting=stored["waiting"], last=stored["last"], rules=RULES,
    )  # fmt: skip
    figures = compared({name: table for name, table in found.items() if name in COMPARED and len(table)}, second)
    assert (len(rows), len(outside)) == (scope["considered"], scope["after_as_of"])
    assert figures > LEAST[period]
