"""Filled workbooks before they are written: whose they are, and the rows that the desk typed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from csbook.forms import Form
from csbook.source_ids import ALPHABET, LENGTH
from sample_data.cases import Case, Row, cases
from sample_data.dice import Dice
from sample_data.entries import ENTRIES, coordination
from sample_data.people import Place, places
from sample_data.timing import CUT, worked

KINDS = ("inquiry", "complaint", "suggestion", "fault")
# what needs more than one department
HARD = ("complaint", "fault")


@dataclass(frozen=True, kw_only=True)
class Filled:
    """One workbook: `rows` hold list entries by key (what was meant), `typed` what stands in the cells."""

    path: PurePosixPath
    place: Place
    form: Form
    issue: str
    cases: tuple[Case, ...]
    rows: tuple[Row, ...]
    typed: list[Row]

    def source_id(self, row: int) -> str:
        """The constant id of a row, counted from 0."""
        return f"{self.place.desk}-{self.issue}-{row + 1:03d}"

    def referred(self) -> set[str]:
        """Source ids of the records that its rows name."""
        return {str(row["related"]) for row in self.rows if row.get("related")}


def filled(forms: Mapping[str, Form]) -> tuple[Filled, ...]:
    """Every desk's workbooks; coordination events grow out of the other desks' cases."""
    plain = tuple(direct(place, forms[name], rows) for place in places() for name, rows in place.rows.items() if name != "coordination")
    known = {business: list(_concerns(plain, business=business)) for business in (True, False)}
    events = (_events(place, forms["coordination"], known[place.business]) for place in places() if "coordination" in place.rows)
    return (*plain, *events)


def direct(place: Place, form: Form, count: int, path: str = "") -> Filled:
    """A desk's own cases; `path` names a second workbook of the same form."""
    dice = Dice(place.desk, form.name, path)
    concerns = cases(dice, place, count, KINDS)
    return _workbook(place, form, concerns, [ENTRIES[form.name](case, dice) for case in concerns], path)


def issue_code(place: Place, form: str) -> str:
    return "".join(Dice("issue", place.desk, form).choices(ALPHABET, k=LENGTH))


def labelled(form: Form, row: Row) -> Row:
    """The row as it is typed: labels instead of keys, no blanks."""
    return {field: _label(form, field, value) for field, value in row.items() if value not in (None, "")}


def _label(form: Form, field: str, value: object) -> object:
    choices = form.by_name[field].choices
    if choices is None or (isinstance(value, str) and value not in choices.keys):
        return value
    if isinstance(value, list):
        return "、".join(choices.label(key, "zh") for key in value)
    return choices.label(str(value), "zh")


def _workbook(place: Place, form: Form, concerns: Sequence[Case], rows: Sequence[Row], path: str = "") -> Filled:
    return Filled(
        path=PurePosixPath(path or f"{place.desk}/{place.desk}-{form.name}.xlsx"),
        place=place,
        form=form,
        issue=issue_code(place, form.name),
        cases=tuple(concerns),
        rows=tuple(rows),
        typed=[labelled(form, row) for row in rows],
    )


def _concerns(workbooks: Sequence[Filled], *, business: bool) -> Iterator[tuple[str, Case]]:
    """Source id and case of everything that may need more than one department."""
    for each in workbooks:
        for number, case in enumerate(each.cases):
            if each.place.business == business and case.kind in HARD:
                yield each.source_id(number), case


def _events(place: Place, form: Form, known: Sequence[tuple[str, Case]]) -> Filled:
    """Half of a desk's events name the record they come from; some are tasks of an earlier event."""
    dice = Dice(place.desk, form.name)
    own: list[tuple[str, Case]] = [("", case) for case in cases(dice, place, place.rows[form.name], HARD)]
    grown = [(number, _passed_on(dice, place, case)) for number, case in dice.sample(known, len(own) // 2)]
    events = sorted([*dice.sample(own, len(own) - len(grown)), *grown], key=lambda event: event[1].raised)
    issue = issue_code(place, form.name)
    rows = []
    for number, (source, case) in enumerate(events):
        related = source
        if number > 3 and not related and dice.chance(0.15):
            related = f"{place.desk}-{issue}-{number - dice.pick(range(3)):03d}"
        rows.append(coordination(case, dice, related))
    return _workbook(place, form, [case for _, case in events], rows)


def _passed_on(dice: Dice, place: Place, case: Case) -> Case:
    """The same concern some hours later, on the coordinator's desk."""
    later = min(CUT, worked(case.raised, dice.minutes(120)))
    return dataclasses.replace(case, place=place, raised=later, agent=place.signs(dice))
