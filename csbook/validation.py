"""Validation: every rule of a form over all its rows in one run of pandera's checks; the only importer of pandera."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable

import numpy as np
import pandas as pd

from csbook.rows import Rows
from csbook.rules.member import Member
from csbook.rules.range import Range
from csbook.rules.rule import NOW, Rule

# what pandera loads where it finds it, for longer than all that is needed here takes: hypothesis, to make up data for tests; pyspark, for
# frames of Spark's, with warnings of what it finds old in pandas
OTHERS = tuple(name for name in ("hypothesis", "pyspark") if name not in sys.modules)
sys.modules.update(dict.fromkeys(OTHERS))  # type: ignore[arg-type]
import pandera.backends.pandas.builtin_checks  # noqa: E402, F401 - now, not at the first check
import pandera.pandas as pa  # noqa: E402

for name in OTHERS:
    sys.modules.pop(name, None)

FINDINGS = ("row", "rule", "field", "code", "severity")


def validate(rows: Rows, now: dt.datetime) -> pd.DataFrame:
    """Findings of all rules: one line per row and broken rule, columns FINDINGS, by row, then in the form's rule order.

    `row` is the frame's index, `field` the visible column that is blamed. Rows are judged as of `now`,
    any tolerance for clocks that run ahead included.
    """
    frame = rows.frame.assign(**{NOW: pd.Timestamp(now)})
    failures = _failures(rows.form.rules, frame)
    found = [
        (row, rule.id, rows.form.column(rule.reads[0]).name, str(rule.code), str(rule.severity))
        for rule in rows.form.rules
        for row in failures[rule.id]
    ]
    return pd.DataFrame(found, columns=list(FINDINGS)).sort_values("row", kind="stable", ignore_index=True)


def prepare() -> None:
    """Load what pandera loads at the first check only, where there is time for it."""
    pa.Check(pd.Series.notna)(pd.Series([0]))


def _check(rule: Rule, frame: pd.DataFrame) -> pa.Check:
    """pandera's own check where one column and one comparison say it all, else the rule itself."""
    if isinstance(rule, Member):
        return pa.Check.isin(list(rule.choices.keys), name=rule.id)
    if isinstance(rule, Range) and rule.low is not None and rule.high is not None:
        return pa.Check.in_range(rule.low, rule.high, name=rule.id)
    # a check on the column, not on the frame: a frame-level check never names an empty cell
    return pa.Check(_closed_over(rule, frame), name=rule.id, ignore_na=False)


def _closed_over(rule: Rule, frame: pd.DataFrame) -> Callable[[pd.Series], pd.Series]:
    return lambda _column: rule.holds(frame)


def _failures(rules: tuple[Rule, ...], frame: pd.DataFrame) -> dict[str, list[int]]:
    """Rule id → rows that break it. A check that itself fails is a bug and is raised, never read as a finding.

    Column checks on the field that each rule blames, one by one: a schema of them would be copied deeply before anything is checked, and
    would word every failure anew, which takes longer than the checks.
    """
    blamed = {name: frame[name] for name in {rule.reads[0] for rule in rules}}
    return {rule.id: _broken(_check(rule, frame)(blamed[rule.reads[0]]).check_output) for rule in rules}


def _broken(held: pd.Series) -> list[int]:
    places = np.flatnonzero(~held.to_numpy(bool))
    return held.index[places].tolist() if len(places) else []
