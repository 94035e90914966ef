"""Verdicts: what 自检 says of a row beside what ingest says of it, column by column."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from csbook.cli.batch import judge
from csbook.cli.session import Session
from csbook.forms import Form
from csbook.forms.form import STAMPS
from csbook.intake import start
from csbook.intake.gate import opened
from csbook.intake.reader import Book
from csbook.intake.workers.pool import Here
from csbook.intake.workers.portions import portions
from csbook.issues import Severity
from csbook.rules.rule import Rule
from csbook.template.cells import EntryCells
from csbook.template.grid import FIRST_ROW, Grid
from csbook.template.listing import listing
from tests.parity.repaired import repaired
from tests.parity.rows import Row

BLAMED = re.compile("「([^「」]*)」")


@dataclass
class Parity:
    """What the comparison of one form came to. A violation is (Excel row, column, what) and the row's verdict."""

    form: Form
    rows: int = 0
    accepted: int = 0
    # per row, the columns that 自检 names
    named: list[set[str]] = field(default_factory=list)
    left_to_ingest: Counter[str] = field(default_factory=Counter)
    repaired: Counter[str] = field(default_factory=Counter)
    follow_ons: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    @functools.cached_property
    def ingest_only(self) -> frozenset[str]:
        """Rules without a formula."""
        cells = EntryCells(Grid(self.form, "zh", 1), listing(self.form, "zh"))
        return frozenset(rule.id for rule in self.form.rules if rule.formula(cells) is None)

    def compare(self, path: Path, rows: Sequence[Row], session: Session) -> None:
        """Judge the recalculated workbook as ingest does, and hold each row's verdict in 自检 against it."""
        judged = judge(start(portions([path]), session.definitions, Here()), session)
        assert [file.verdict for file in judged.files] == ["partly"], judged.files
        errors: dict[int, dict[str, set[str]]] = {}
        for issue in judged.issues:
            if issue.row and issue.severity is Severity.ERROR:
                errors.setdefault(issue.row, {}).setdefault(str(issue.field), set()).add(issue.rule or str(issue.code))
        said = Book(opened(path.read_bytes())).sheet(judged.rows[0].blocks[0].sheet).cells.column(0).to_pylist()
        self.rows += len(rows)
        for place, row in enumerate(rows):
            _row(self, row, str(said[FIRST_ROW - 1 + place] or ""), errors.get(FIRST_ROW + place, {}), FIRST_ROW + place)


def _row(parity: Parity, row: Row, verdict: str, errors: Mapping[str, set[str]], place: int) -> None:
    columns = {parity.form.label(each.name, "zh"): each for each in parity.form.fields}
    named = {columns[label].name for label in BLAMED.findall(verdict)}
    parity.named.append(named)
    parity.accepted += verdict.startswith("√")
    if verdict.startswith("√") == bool(named) and verdict:
        parity.violations.append(f"{place}: {verdict}")
    mended = {each.name: kinds for each in parity.form.fields if (kinds := repaired(each, row.get(each.name)))}
    for column, rules in errors.items():
        parity.left_to_ingest.update(rules & parity.ingest_only)
        for rule in rules - parity.ingest_only if column not in named else ():
            # 自检 names the cell that it cannot read; what follows from it comes once that cell is mended
            behind = {each for each in _operands(parity.form, rule) if each in mended and each in named}
            if behind:
                parity.follow_ons[rule] += 1
            else:
                parity.violations.append(f"{place} {column}: {rule} is not named · {row.get(column)} · {verdict[:200]}")
    for column in named - errors.keys():
        behind = {each for each in (column, *_looked_at(parity.form, column)) if each in mended}
        if not behind:
            parity.violations.append(f"{place} {column}: named without an error · {row.get(column)} · {verdict[:200]}")
        parity.repaired.update(f"{parity.form.by_name[column].kind}: {kind}" for kind in mended.get(column, ()))
        parity.follow_ons[f"named.{column}"] += bool(behind) and column not in mended


def _operands(form: Form, rule_id: str) -> Iterator[str]:
    """The columns that a rule looks at besides the one it blames, with those that give a time of day its day."""
    rule = next((each for each in form.rules if each.id == rule_id), None)
    yield from _columns(form, rule) if rule else ()


def _looked_at(form: Form, column: str) -> Iterator[str]:
    for rule in form.rules_of(column):
        yield from _columns(form, rule)


def _columns(form: Form, rule: Rule) -> Iterator[str]:
    timed = any(name in form.derived or form.by_name[name].kind in STAMPS for name in rule.reads if name in form.derived | form.by_name)
    for name in (*rule.reads, *((form.day,) if timed else ())):
        yield from form.derived.get(name, (name,))
