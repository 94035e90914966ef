"""Validation: every rule of a form over all its rows in one pandera run; the only importer of pandera."""

from __future__ import annotations

import datetime as dt
import sys
from collections import defaultdict
from collections.abc import Callable

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
    failures = _failures(schema(rows.form.rules, frame), frame)
    found = [
        (row, rule.id, rows.form.column(rule.reads[0]).name, str(rule.code), str(rule.severity))
        for rule in rows.form.rules
        for row in failures[rule.id]
    ]
    return pd.DataFrame(found, columns=list(FINDINGS)).sort_values("row", kind="stable", ignore_index=True)


def prepare() -> None:
    """Load what pandera loads at the first check only, where there is time for it."""
    pa.Check(pd.Series.notna)(pd.Series([0]))


def schema(rules: tuple[Rule, ...], frame: pd.DataFrame) -> pa.DataFrameSchema:
    """The rules as column checks on the field each one blames, closing over `frame`; check names are rule ids."""
    checks: dict[str, list[pa.Check]] = defaultdict(list)
    for rule in rules:
        checks[rule.reads[0]].append(_check(rule, frame))
    return pa.DataFrameSchema({field: pa.Column(checks=of_field, nullable=True) for field, of_field in checks.items()})


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


def _failures(rulebook: pa.DataFrameSchema, frame: pd.DataFrame) -> dict[str, list[int]]:
    """Rule id → rows that break it. A check that itself fails is a bug and is raised, never read as a finding.

    Check by check: what the schema as a whole would raise words every failure anew, which takes longer than the checks.
    """
    failures: dict[str, list[int]] = defaultdict(list)
    for name, column in rulebook.columns.items():
        for check in column.checks:
            held = check(frame[name]).check_output
            failures[str(check.name)] = held.index[~held].tolist()
    return failures
